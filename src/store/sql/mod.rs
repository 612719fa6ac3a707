//! Statements that a person writes, answered over tables of verified rows.
//!
//! They run in a database of their own, in memory, which has no file, no other database and no way to one: the vault's
//! connection is not theirs. Its rows come from a [`Source`], which verifies what it reads; the tables that a statement
//! names are filled before it runs, and the large one is read as it asks for it, by the parts that its conditions leave.
//! What a statement may do at all is in `guard`.

mod decimal;
mod error;
mod guard;
mod large;
mod memory;
mod place;
mod statement;
mod totals;
mod types;

use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use crate::model::Env;

pub use error::SqlError;
pub use types::{Answer, Bound, Column, Kind, Limits, Op, Part, Row, Source, Table, Value};

use memory::MemoryLimit;
use types::Ask;

/// How often the time is looked at while a statement asks for nothing.
const TICK: Duration = Duration::from_millis(20);

/// Runs one SELECT statement over some tables, of which one may be large, and returns its whole answer.
///
/// # Errors
/// When the statement is not accepted, takes longer or needs more than the limits, or the source fails.
pub fn run<S: Source>(
    sql: &str,
    tables: &[Table],
    source: &mut S,
    limits: Limits,
    env: Env<'_>,
) -> Result<Answer, S::Error> {
    let memory = MemoryLimit::set(limits.memory);
    let (asks, asked) = channel();
    let mut connection = statement::open(tables, asks.clone()).map_err(SqlError::Library)?;
    let interrupt = connection.get_interrupt_handle();
    let (mut failed, mut is_late) = (None, false);
    let begun = env.clock.steady();
    let answer = std::thread::scope(|scope| {
        let worker = scope.spawn(move || statement::answer(&mut connection, sql, tables, &asks, limits));
        while let Some(ask) = next(&asked, || {
            is_late = env.clock.steady().saturating_sub(begun) >= limits.time;
            if is_late {
                interrupt.interrupt();
            }
            is_late
        }) {
            if let Err(error) = give(source, &ask) {
                // The statement waits for it no more, and ends.
                failed = Some((ask.without_asker(), error));
            }
        }
        worker.join()
    });
    drop(memory);
    if let Some((ask, _)) = failed {
        // The memory that the statement took was missing there: then what is read now is sound.
        give(source, &ask)?;
        return Err(SqlError::Memory.into());
    }
    match answer {
        Ok(Err(_)) if is_late => Err(SqlError::Late(limits.time).into()),
        Ok(answer) => Ok(answer?),
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

/// Waits for the next thing that the statement asks for; nothing when it ended. Once it is late, it gets nothing any more.
fn next(asked: &Receiver<Ask>, mut is_late: impl FnMut() -> bool) -> Option<Ask> {
    loop {
        let ask = asked.recv_timeout(TICK);
        match (ask, is_late()) {
            (Ok(ask), false) => return Some(ask),
            (Ok(_), true) | (Err(RecvTimeoutError::Timeout), _) => {}
            (Err(RecvTimeoutError::Disconnected), _) => return None,
        }
    }
}

/// Gives what was asked for. One who does not wait for it any more gets nothing.
fn give<S: Source>(source: &mut S, ask: &Ask) -> Result<(), S::Error> {
    match ask {
        Ask::Table(name, to) => drop(to.try_send(source.table(name)?)),
        Ask::Parts(bounds, to) => drop(to.try_send(source.parts(bounds)?)),
        Ask::Part(part, used, to) => drop(to.try_send(source.part(*part, *used)?)),
    }
    Ok(())
}
