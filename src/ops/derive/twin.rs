//! Files with the same rows in the same order: a download that was repeated, with another name or time inside.
//!
//! Where no other file is near, and the owner decided nothing about them, each row of the later one is that of the earlier
//! one at the same place. So a million rows need not be read to import them again, or to undo that.

use std::thread;

use super::files::{Known, NewFile, Shape, known};
use super::row::rest;
use crate::crypto::{Sha256, sha256};
use crate::import::reconcile::{MARGIN, REACH};
use crate::model::{Entry, EntryStatus, Period, Statement};
use crate::ops::OpError;
use crate::store::View;
use crate::store::db::decisions::StoredDecision;
use crate::store::db::imports::Import;
use crate::store::db::segment::SegmentId;

/// Bytes that are hashed at a time.
const AT_A_TIME: usize = 1 << 16;

/// Rows of a part. Of many parts the hashes are hashed, so that two threads can make them.
const PART: usize = 1 << 16;

/// Returns SHA-256 of what the rows of a statement are reconciled and shown by, in the order of the file. None with a pending row,
/// which other files of its days rule, and of a single day, of which a file may show any part.
pub(crate) fn content(statement: &Statement<'_>) -> Option<[u8; 32]> {
    *statement.content.get_or_init(|| of_entries(&statement.entries))
}

fn of_entries(entries: &[Entry<'_>]) -> Option<[u8; 32]> {
    let first = entries.first()?.day;
    if entries.iter().all(|row| row.day == first) || entries.iter().any(|row| row.status != EntryStatus::Posted) {
        return None;
    }
    let parts: Vec<&[Entry<'_>]> = entries.chunks(PART).collect();
    if let [part] = parts.as_slice() {
        return Some(of_part(part));
    }
    let of_parts = |parts: &[&[Entry<'_>]]| parts.iter().flat_map(|part| of_part(part)).collect::<Vec<u8>>();
    let (ones, others) = parts.split_at(parts.len() / 2);
    let (ones, others) = thread::scope(|scope| {
        let worker = thread::Builder::new().spawn_scoped(scope, || of_parts(others));
        let ones = of_parts(ones);
        // Without a worker, or if it failed, the work is done here.
        (ones, worker.ok().and_then(|worker| worker.join().ok()).unwrap_or_else(|| of_parts(others)))
    });
    Some(sha256(&[ones, others].concat()))
}

fn of_part(rows: &[Entry<'_>]) -> [u8; 32] {
    let (mut hash, mut bytes) = (Sha256::default(), Vec::with_capacity(2 * AT_A_TIME));
    for row in rows {
        bytes.extend_from_slice(&row.day.epoch_days().to_le_bytes());
        bytes.extend_from_slice(&row.amount.micros().get().to_le_bytes());
        let running = row.running.map(|balance| balance.get().to_le_bytes());
        put(&mut bytes, running.as_ref().map(<[u8; 8]>::as_slice));
        put(&mut bytes, row.bank_id.or_none().map(str::as_bytes));
        put(&mut bytes, Some(row.description.as_bytes()));
        for text in rest(row) {
            put(&mut bytes, text.map(str::as_bytes));
        }
        if bytes.len() >= AT_A_TIME {
            hash.add(&bytes);
            bytes.clear();
        }
    }
    hash.add(&bytes);
    hash.finish()
}

fn put(to: &mut Vec<u8>, bytes: Option<&[u8]>) {
    let Some(bytes) = bytes else { return to.push(0) };
    to.push(1);
    to.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
    to.extend_from_slice(bytes);
}

/// The earliest of the files that have the rows of another one.
pub(super) struct Twin {
    /// The number of its first row.
    pub first_number: u64,
    /// Days in which rows of other files are near; outside these, every row is that of the twin.
    pub except: Option<Period>,
}

/// Returns the twin of a new file among the living ones that are near.
pub(super) fn of_new(file: &NewFile<'_>, near: &[Known], said: &[StoredDecision]) -> Option<Twin> {
    let first = file.numbers.first;
    find(&file.shape, (first, file.sha256), near, said).filter(|twin| twin.first_number < first)
}

/// Returns the segments of a living import whose rows are those of another one, with the days in which they may not be: but for
/// these days, nothing has to be derived again without it. Either its rows are said to be those of an earlier one, or those of all
/// later ones to be its.
pub(crate) fn spare_segments(view: &View<'_>, import: &Import) -> Result<Vec<(SegmentId, Option<Period>)>, OpError> {
    let (coverages, said) = (view.all_coverages()?, view.decisions()?);
    let mut spare = Vec::new();
    for coverage in coverages.iter().filter(|coverage| coverage.import == import.id) {
        let Some(days) = coverage.rows else { continue };
        let near = known(view, coverage.account, days.widened(MARGIN + 2 * REACH))?;
        let (own, others): (Vec<Known>, Vec<Known>) = near.into_iter().partition(|file| file.id.import == import.id);
        // Of several statements, each is near the others.
        let [own] = own.as_slice() else { continue };
        let twin = find(&own.shape, (own.first_number, own.sha256), &others, &said);
        spare.extend(twin.map(|twin| (coverage.segment, twin.except)));
    }
    Ok(spare)
}

fn find(
    shape: &Shape,
    (first_number, sha256): (u64, [u8; 32]),
    near: &[Known],
    said: &[StoredDecision],
) -> Option<Twin> {
    let (twins, others): (Vec<&Known>, Vec<&Known>) = near.iter().partition(|other| are_twins(shape, &other.shape));
    let earliest = twins.iter().map(|twin| twin.first_number).min()?;
    let leaves_heirs = || twins.iter().all(|twin| twin.twin == Some(first_number));
    if first_number < earliest && !leaves_heirs() {
        return None;
    }
    let files = || twins.iter().map(|twin| &twin.sha256).chain([&sha256]);
    let decided = said.iter().any(|decision| files().any(|hash| decision.names(hash)));
    let except = others.iter().map(|other| other.days.widened(MARGIN + REACH)).reduce(Period::spanning);
    (!decided).then_some(Twin { first_number: earliest, except })
}

fn are_twins(one: &Shape, other: &Shape) -> bool {
    one.content.is_some() && one == other
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Amount, Currency, Day, FileText, Micros};

    fn row(at: usize) -> Entry<'static> {
        let none = FileText::default;
        Entry {
            line: 0,
            day: Day::FIRST.plus_days((at % 28) as i32),
            amount: Amount::from_micros(Micros::new(at as i64), Currency::USD),
            description: "Tea".into(),
            memo: none(),
            bank_id: none(),
            transaction_type: none(),
            rare: None,
            status: EntryStatus::Posted,
            running: None,
        }
    }

    #[test]
    fn a_hash_tells_every_row_and_their_order() {
        // One part, two, and a third that is not full.
        for count in [100, PART, 2 * PART, 2 * PART + 5] {
            let mut rows: Vec<Entry<'_>> = (0..count).map(row).collect();
            let whole = of_entries(&rows);
            assert!(whole.is_some() && whole == of_entries(&rows), "{count}");
            for at in [0, count / 2, count - 2] {
                rows.swap(at, at + 1);
                assert_ne!(whole, of_entries(&rows), "{count}, {at}");
                rows.swap(at, at + 1);
                let last = rows.pop();
                assert_ne!(whole, of_entries(&rows), "{count}");
                rows.extend(last);
            }
            assert_eq!(whole, of_entries(&rows), "{count}");
        }
    }
}
