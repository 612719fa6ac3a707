//! Imports the files one after the other.

use super::conversation::{self, Conversation};
use super::door::Door;
use crate::cli::choice::Answer;
use crate::cli::error::CliError;
use crate::cli::inputs::Input;
use crate::cli::progress::Bar;
use crate::cli::session::Session;
use crate::cli::terminal::Terminal;
use crate::ops;
use crate::ops::import::ImportOptions;
use crate::ops::report::{FileReport, ImportStatus};

/// How often a file may leave something else open once what it left open is answered.
const MOST_ROUNDS: usize = 8;

/// What became of the files of one `import`.
pub(crate) struct Outcome {
    /// The files that were imported or refused, in their order.
    pub imports: Vec<FileReport>,
    /// Why the files after those were not read; none when all were.
    pub stopped: Option<CliError>,
}

/// Imports files one after the other. A file that is refused or cannot be read does not stop the others; an error of
/// the vault or of its disk does.
pub(crate) fn run(session: &Session, inputs: &[Input], options: &ImportOptions) -> Result<Outcome, CliError> {
    let mut door = Door::new(session)?;
    check_account(&mut door, inputs, options)?;
    let bar = Bar::new(session.global.quiet);
    let mut terminal = conversation::terminal(session);
    let mut imports = Vec::new();
    for input in inputs {
        match one(&mut door, input, options, &bar, session, &mut terminal) {
            Ok(report) => imports.push(report),
            Err(error) => return Ok(Outcome { imports, stopped: Some(error) }),
        }
    }
    Ok(Outcome { imports, stopped: None })
}

/// Refuses a named account that does not exist, or files of several under its name, before any file is imported.
fn check_account(door: &mut Door<'_>, inputs: &[Input], options: &ImportOptions) -> Result<(), CliError> {
    if options.account.is_none() {
        return Ok(());
    }
    // One file is checked where it is imported. What may wait for another program is read only once, and then.
    let several = inputs.len() > 1;
    let files = inputs.iter().filter(|input| several && !input.may_wait()).filter_map(|input| input.read().ok());
    Ok(ops::import::check_named(door.open()?, files, options)?)
}

fn one(
    door: &mut Door<'_>,
    input: &Input,
    options: &ImportOptions,
    bar: &Bar,
    session: &Session,
    terminal: &mut Option<Terminal>,
) -> Result<FileReport, CliError> {
    if input.may_wait() {
        door.close();
    }
    let source = match input.read() {
        Ok(source) => source,
        Err(error) => return Ok(ops::import::unreadable(&input.name(), error)),
    };
    let mut report = ops::import::file(door.open()?, &source, options, bar, session.env)?;
    let mut answered = options.clone();
    for round in 0..MOST_ROUNDS {
        let Some(open) = terminal.as_ref().filter(|_| !conversation::open_questions(&report).is_empty()) else { break };
        door.close();
        match Conversation::new(session, open, door, &source).ask(&answered, &report, round == 0)? {
            Answer::Is(options) => answered = options,
            Answer::None => break,
            Answer::Stop => {
                *terminal = None;
                break;
            }
        }
        report = ops::import::file(door.open()?, &source, &answered, bar, session.env)?;
    }
    // Whoever names a file expects rows of it.
    if input.is_found && ops::import::is_no_export(&report, &source) {
        report.status = ImportStatus::NoExport;
        report.error = None;
    }
    Ok(report)
}
