//! Two files with the same rows in the same order: a download that was repeated, with another name or time inside.
//!
//! Where no third file is near, and the owner decided nothing about them, each row of the later one is that of the earlier
//! one at the same place. So a million rows need not be read to import them again, or to undo that.

use super::files::{Known, NewFile, Shape, known};
use crate::crypto::Sha256;
use crate::import::reconcile::{MARGIN, REACH};
use crate::model::{Entry, EntryStatus};
use crate::ops::OpError;
use crate::store::View;
use crate::store::db::decisions::StoredDecision;
use crate::store::db::imports::Import;
use crate::store::db::segment::SegmentId;

/// Bytes that are hashed at a time.
const AT_A_TIME: usize = 1 << 16;

/// Returns SHA-256 of what rows are reconciled by, in the order of the file. None with a pending row, which other files of
/// its days rule, and of a single day, of which a file may show any part.
pub(crate) fn content(entries: &[Entry<'_>]) -> Option<[u8; 32]> {
    let first = entries.first()?.day;
    if entries.iter().all(|row| row.day == first) || entries.iter().any(|row| row.status != EntryStatus::Posted) {
        return None;
    }
    let (mut hash, mut bytes) = (Sha256::default(), Vec::with_capacity(2 * AT_A_TIME));
    for row in entries {
        bytes.extend_from_slice(&row.day.epoch_days().to_le_bytes());
        bytes.extend_from_slice(&row.amount.micros().get().to_le_bytes());
        let running = row.running_balance.map(|balance| balance.micros().get().to_le_bytes());
        put(&mut bytes, running.as_ref().map(<[u8; 8]>::as_slice));
        put(&mut bytes, row.bank_id.as_deref().map(str::as_bytes));
        put(&mut bytes, Some(row.description.as_bytes()));
        if bytes.len() >= AT_A_TIME {
            hash.add(&bytes);
            bytes.clear();
        }
    }
    hash.add(&bytes);
    Some(hash.finish())
}

fn put(to: &mut Vec<u8>, bytes: Option<&[u8]>) {
    let Some(bytes) = bytes else { return to.push(0) };
    to.push(1);
    to.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
    to.extend_from_slice(bytes);
}

/// Returns the only living file near a new one, if its rows are the same and were numbered before.
pub(super) fn of_new<'k>(file: &NewFile<'_>, near: &'k [Known], said: &[StoredDecision]) -> Option<&'k Known> {
    let [other] = near else { return None };
    let later = file.first_number > other.first_number;
    (later && are_twins(&file.shape, &other.shape) && !is_decided(said, [file.sha256, other.sha256])).then_some(other)
}

/// Returns the segments of a living import that can go without a change of other rows: the only file that is near has the
/// same rows, and they are shown as that one has them.
pub(crate) fn spare_segments(view: &View<'_>, import: &Import) -> Result<Vec<SegmentId>, OpError> {
    let (coverages, said) = (view.all_coverages()?, view.decisions()?);
    let mut spare = Vec::new();
    for coverage in coverages.iter().filter(|coverage| coverage.import == import.id) {
        let Some(days) = coverage.rows else { continue };
        let near = known(view, coverage.account, days.widened(MARGIN + 2 * REACH))?;
        let [one, other] = near.as_slice() else { continue };
        let (own, other) = if one.id.import == import.id { (one, other) } else { (other, one) };
        let later = own.first_number > other.first_number && other.id.import != import.id;
        if later && are_twins(&own.shape, &other.shape) && !is_decided(&said, [own.sha256, other.sha256]) {
            spare.push(coverage.segment);
        }
    }
    Ok(spare)
}

fn are_twins(one: &Shape, other: &Shape) -> bool {
    one.content.is_some() && one == other
}

/// Returns whether the owner said something of a row of one of two files.
fn is_decided(said: &[StoredDecision], files: [[u8; 32]; 2]) -> bool {
    said.iter().any(|decision| [decision.row, decision.other].iter().any(|row| files.contains(&row.sha256)))
}
