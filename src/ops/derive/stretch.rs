//! A stretch of days as it is reconciled: its rows, where each comes from, and what the owner said of them.

use std::collections::{HashMap, HashSet};

use super::files::{Files, NewFile};
use super::row::stored_row;
use crate::import::reconcile::{Decisions, Row};
use crate::model::{AccountId, Period, RowPosition};
use crate::store::db::block::BlockRow;
use crate::store::db::decisions::{DecidedRow, StoredDecision};

/// One stretch, with the rows around it.
pub(super) struct Stretch<'w> {
    pub account: AccountId,
    /// The file that is about to be imported.
    pub file: Option<&'w NewFile<'w>>,
    pub files: &'w Files,
    pub said: &'w [StoredDecision],
    pub days: Period,
    pub stored: Vec<BlockRow<'w>>,
    /// The indices of rows of the new file.
    pub new: &'w [u32],
}

impl Stretch<'_> {
    /// Returns the rows, by file and day, and where each comes from: the index of a stored one, or behind those of a new
    /// one.
    pub(super) fn rows(&self) -> (Vec<Row<'_>>, Vec<u32>) {
        let order = &self.files.order;
        let stored = self.stored.iter().map(|row| stored_row(*row, order.at(row.statement_id()).unwrap_or_default()));
        let added = self.file.into_iter().flat_map(|file| {
            let place = order.at(file.id).unwrap_or_default();
            self.new.iter().map(move |index| file.row(*index, place))
        });
        // The rows are large and many: only what they are sorted by is moved about.
        let rows: Vec<Row<'_>> = stored.chain(added).collect();
        let key = |at: &u32| {
            let row = &rows[*at as usize];
            (row.file, row.day, row.place)
        };
        let mut origin: Vec<u32> = (0..rows.len() as u32).collect();
        origin.sort_unstable_by_key(key);
        (origin.iter().map(|at| rows[*at as usize]).collect(), origin)
    }

    /// Returns the rows, and what the owner said of them.
    pub(super) fn read(&self) -> (Vec<Row<'_>>, Decisions) {
        let (rows, origin) = self.rows();
        let decisions = self.decided(&rows, &origin);
        (rows, decisions)
    }

    /// Returns what the owner said of these rows.
    pub(super) fn decided(&self, rows: &[Row<'_>], origin: &[u32]) -> Decisions {
        let mut decisions = Decisions::default();
        if self.said.is_empty() {
            return decisions;
        }
        let named: HashSet<DecidedRow> = self.said.iter().flat_map(|decision| [decision.row, decision.other]).collect();
        let known = self.files.known.iter().map(|file| (file.id, file.sha256));
        let new = self.file.map(|file| (file.id, file.sha256));
        let names: HashMap<u32, ([u8; 32], u32)> = (known.chain(new))
            .filter_map(|(id, sha256)| Some((self.files.order.at(id)?, (sha256, id.number))))
            .collect();
        let mut found: HashMap<DecidedRow, u32> = HashMap::new();
        for (index, (row, origin)) in (0..).zip(rows.iter().zip(origin)) {
            let Some((sha256, statement)) = names.get(&row.file).copied() else { continue };
            let name = DecidedRow { sha256, statement, position: self.position(*origin) };
            if named.contains(&name) {
                found.insert(name, index);
            }
        }
        for decision in self.said {
            let (Some(a), Some(b)) = (found.get(&decision.row), found.get(&decision.other)) else { continue };
            if decision.same {
                decisions.same.push((*a, *b));
            } else {
                decisions.different.insert((*a, *b));
            }
        }
        decisions
    }

    /// Returns the index in its file of the row that comes from there.
    pub(super) fn position(&self, origin: u32) -> RowPosition {
        let origin = origin as usize;
        self.stored
            .get(origin)
            .map_or_else(|| RowPosition::new(self.new[origin - self.stored.len()]), |row| row.position)
    }
}
