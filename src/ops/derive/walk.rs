//! The days that a change touches, derived stretch by stretch: each with the rows around it that can matter, so that a
//! long history needs no more memory than a short one.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use super::files::{self, Files, NewFile};
use super::result::Derived;
use super::row::stored_row;
use super::stretch::Stretch;
use super::twin::{self, Twin};
use crate::import::reconcile::{MARGIN, REACH, Row, reconcile};
use crate::model::{AccountId, Day, Period};
use crate::ops::OpError;
use crate::store::View;
use crate::store::db::block::{Block, BlockRow};
use crate::store::db::decisions::StoredDecision;
use crate::store::db::pairs::StoredPair;

/// About as many rows are derived at a time.
const AT_A_TIME: u64 = 50_000;
/// So many decisions about the files that are near are looked up.
const MOST_DECISIONS: usize = 20;

/// The days of an account that a change touches, and what is left of them to derive.
pub(crate) struct Walk<'n> {
    account: AccountId,
    new: Option<&'n NewFile<'n>>,
    /// The rows of the new file by day.
    by_day: Vec<u32>,
    files: Files,
    decisions: Vec<StoredDecision>,
    /// A file that has the rows of the new one.
    twin: Option<Twin>,
    stretches: VecDeque<Period>,
    /// The months that were read, as they were before anything was written.
    months: BTreeMap<i32, Vec<Arc<Block>>>,
    months_read: BTreeSet<i32>,
    /// The rows of the days of the new file, where no others matter.
    own_days: Option<Vec<Arc<Block>>>,
}

impl<'n> Walk<'n> {
    /// Prepares the days that a change of `changed` touches, with a file that is about to be imported.
    pub(crate) fn of(
        view: &View<'_>,
        account: AccountId,
        changed: Period,
        new: Option<&'n NewFile<'n>>,
    ) -> Result<Walk<'n>, OpError> {
        let touched = changed.widened(MARGIN + REACH);
        let known = files::known(view, account, touched.widened(REACH))?;
        let by_day = new.filter(|_| !known.is_empty()).map(NewFile::by_day).unwrap_or_default();
        let decisions = view.decisions()?;
        let twin = new.and_then(|file| twin::of_new(file, &known, &decisions));
        let files = Files::read(view, account, known, new.map(|file| (file, by_day.as_slice())))?;
        let mut walk = Walk {
            account,
            new,
            by_day,
            decisions,
            twin,
            stretches: VecDeque::new(),
            months: BTreeMap::new(),
            months_read: BTreeSet::new(),
            own_days: None,
            files,
        };
        let to_derive = match &walk.twin {
            // Where there is no other file, every row is a transaction.
            None => Some(touched).filter(|_| !walk.files.known.is_empty()),
            Some(twin) => twin.except.and_then(|days| days.overlap(touched)),
        };
        if let Some(days) = to_derive {
            walk.stretches = walk.split(view, days);
        }
        Ok(walk)
    }

    /// Derives the changed days alone, where rows of other days cannot matter: no row is pending, the files are of one source, the
    /// rows of those days have no ids that tell of a move, and what the owner said of rows of those days is about no others.
    pub(crate) fn narrow(&mut self, view: &View<'_>, changed: Period) -> Result<(), OpError> {
        let known = &self.files.known;
        let Some(source) = self.new.map(|file| &file.shape).or(known.first().map(|file| &file.shape)) else {
            return Ok(());
        };
        let is_plain = |row: &Row<'_>| !row.pending && row.bank_id.is_none();
        let new_is_plain =
            self.new.is_none_or(|new| (0..new.entries.len() as u32).all(|index| is_plain(&new.row(index, 0))));
        if self.twin.is_some()
            || known.is_empty()
            || known.iter().any(|file| file.shape.source != source.source)
            || !new_is_plain
            || self.decisions_reach(view, changed)?
        {
            return Ok(());
        }
        // A file whose content has no hash has a pending row or is of one day.
        let near = changed.widened(REACH);
        for file in known.iter().filter(|file| file.shape.content.is_none()) {
            let Some(days) = file.days.overlap(near) else { continue };
            let rows = view.blocks_of_days(self.account, Some(file.segment), days)?;
            if rows.iter().flat_map(|block| block.rows()).any(|row| !is_plain(&stored_row(row, 0))) {
                return Ok(());
            }
        }
        let stretches = self.split(view, changed);
        if stretches.len() > 1 {
            return Ok(());
        }
        let rows = view.blocks_of_days(self.account, None, changed)?;
        let of_days = rows.iter().flat_map(|block| block.rows()).filter(|row| changed.contains(row.day()));
        if of_days.map(|row| stored_row(row, 0)).all(|row| is_plain(&row)) {
            (self.stretches, self.own_days) = (stretches, Some(rows));
        }
        Ok(())
    }

    /// Returns whether a decision may be about a row of some days and one of other days.
    fn decisions_reach(&self, view: &View<'_>, days: Period) -> Result<bool, OpError> {
        let known = &self.files.known;
        let names = |said: &&StoredDecision| known.iter().any(|file| said.names(&file.sha256));
        let near: Vec<&StoredDecision> = self.decisions.iter().filter(names).collect();
        let is_new = |new: &NewFile<'_>| self.decisions.iter().any(|said| said.names(&new.sha256));
        if near.len() > MOST_DECISIONS || self.new.is_some_and(is_new) {
            return Ok(true);
        }
        for said in near {
            let mut is_inside = Vec::with_capacity(2);
            for row in [said.row, said.other] {
                let file = known.iter().find(|file| file.sha256 == row.sha256 && file.id.number == row.statement);
                let day = file.map(|file| files::day_of(view, file, row.position)).transpose()?.flatten();
                // One that is far away is not among the files, and one whose file was undone rests.
                is_inside.push(day.is_some_and(|day| days.contains(day)));
            }
            if is_inside[0] != is_inside[1] {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Returns the number of the first row of a file that has the rows of the new one.
    pub(super) fn twin(&self) -> Option<u64> {
        self.twin.as_ref().map(|twin| twin.first_number)
    }

    /// Returns what the new file and the others tell of each other.
    pub(super) fn evidence(&self) -> &[StoredPair] {
        &self.files.evidence
    }

    /// Returns the months that were read and verified so far; as by [`Day::month_index`].
    pub(super) fn months_read(&self) -> &BTreeSet<i32> {
        &self.months_read
    }

    /// Cuts days into stretches of whole months that hold about as many rows as are derived at a time.
    fn split(&self, view: &View<'_>, days: Period) -> VecDeque<Period> {
        let stored = view.rows_by_month(self.account);
        let mut stretches = VecDeque::new();
        let (mut first, mut rows) = (days.first(), 0);
        for month in days.first().month_index()..=days.last().month_index() {
            let next = Day::first_of_month(month + 1).unwrap_or(Day::LAST);
            let of_month = Day::first_of_month(month).ok().and_then(|day| Period::new(day, next.plus_days(-1)));
            let new = self.new.zip(of_month).map_or(0, |(file, days)| file.within(&self.by_day, days).len() as u64);
            rows += stored.get(&month).copied().unwrap_or_default() + new;
            if rows >= AT_A_TIME && next <= days.last() {
                stretches.extend(Period::new(first, next.plus_days(-1)));
                (first, rows) = (next, 0);
            }
        }
        stretches.extend(Period::new(first, days.last()));
        stretches
    }

    /// Derives the next stretch; nothing when all are done. What was derived before may have been written meanwhile.
    pub(crate) fn next(&mut self, view: &View<'_>) -> Result<Option<Derived>, OpError> {
        let Some(days) = self.stretches.pop_front() else { return Ok(None) };
        let around = if self.own_days.is_some() { days } else { days.widened(REACH) };
        if self.own_days.is_none() {
            self.read(view, around)?;
        }
        let known = |row: &BlockRow<'_>| self.files.order.at(row.statement_id()).is_some();
        let blocks = self.own_days.iter().flatten().chain(self.months.values().flatten());
        let stored = blocks.flat_map(|block| block.rows()).filter(|row| around.contains(row.day())).filter(known);
        let stretch = Stretch {
            account: self.account,
            file: self.new,
            files: &self.files,
            said: &self.decisions,
            days,
            stored: stored.collect(),
            new: self.new.map(|file| file.within(&self.by_day, around)).unwrap_or_default(),
        };
        let (rows, origin) = stretch.rows();
        let decisions = stretch.decided(&rows, &origin);
        let outcome = reconcile(&self.files.files, &rows, &self.files.pairs, &decisions);
        Ok(Some(Derived::of(&stretch, &origin, &outcome)))
    }

    /// Reads the months of some days, and forgets those before them.
    fn read(&mut self, view: &View<'_>, days: Period) -> Result<(), OpError> {
        self.months = self.months.split_off(&days.first().month_index());
        // What is known are the months up to some day: the others follow.
        let next = self.months.last_key_value().and_then(|(month, _)| Day::first_of_month(month + 1).ok());
        let Some(days) = Period::new(next.unwrap_or(days.first()).max(days.first()), days.last()) else {
            return Ok(());
        };
        for (month, rows) in view.blocks(self.account, None, days)? {
            self.months.entry(month).or_default().push(rows);
            self.months_read.insert(month);
        }
        Ok(())
    }
}
