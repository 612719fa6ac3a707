//! The days that a change touches, derived stretch by stretch: each with the rows around it that can matter, so that a
//! long history needs no more memory than a short one.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use super::files::{self, Files, NewFile};
use super::result::Derived;
use super::stretch::Stretch;
use super::twin::{self, Twin};
use crate::import::reconcile::{Around, MARGIN, NEAR, REACH, reconcile};
use crate::model::{AccountId, Day, ImportId, Period};
use crate::ops::OpError;
use crate::store::View;
use crate::store::db::block::{Block, BlockRow};
use crate::store::db::decisions::StoredDecision;
use crate::store::db::pairs::StoredPair;

/// About as many rows are derived at a time.
const AT_A_TIME: u64 = 50_000;
/// Of so many days it is looked at whether they stand apart: that takes as long as to derive these days twice more.
const SHORT: i32 = 62;
/// So many decisions about the files that are near are looked up.
const MOST_DECISIONS: usize = 20;

/// What a change adds, or takes away.
#[derive(Clone, Copy)]
pub(crate) enum Differ<'d> {
    /// The new file.
    New,
    /// An import that is about to be undone.
    Import(ImportId),
    /// A decision that was made or taken back.
    Decision(&'d StoredDecision),
}

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
    /// The rows of the changed days, where no others matter.
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

    /// Derives the changed days alone, where they stand apart both as they were before the change and as they are after it, and
    /// what the owner said of their rows is about no others.
    pub(crate) fn narrow(&mut self, view: &View<'_>, changed: Period, by: Differ<'_>) -> Result<(), OpError> {
        let is_short = changed.first().days_until(changed.last()) < SHORT && self.split(view, changed).len() == 1;
        if self.twin.is_some() || self.files.known.is_empty() || !is_short || self.decisions_reach(view, changed)? {
            return Ok(());
        }
        let near = view.blocks_of_days(self.account, None, changed.widened(NEAR))?;
        if self.stand_apart(&near, changed, by) {
            (self.own_days, self.stretches) = (Some(near), VecDeque::from([changed]));
        }
        Ok(())
    }

    /// Returns whether no file of another import is near.
    pub(super) fn is_only_of(&self, import: ImportId) -> bool {
        self.files.known.iter().all(|file| file.id.import == import)
    }

    /// Returns whether the changed days are derived alone.
    pub(super) fn is_narrow(&self) -> bool {
        self.own_days.is_some()
    }

    /// Derives some days from their own rows.
    pub(super) fn alone(&mut self, view: &View<'_>, days: Period) -> Result<(), OpError> {
        self.own_days = Some(view.blocks_of_days(self.account, None, days)?);
        self.stretches = VecDeque::from([days]);
        Ok(())
    }

    /// Returns whether the changed days stand apart, with what differs and without it. Given are the rows near them.
    fn stand_apart(&self, near: &[Arc<Block>], changed: Period, by: Differ<'_>) -> bool {
        let (inside, around): (Vec<_>, Vec<_>) =
            self.known_rows(near, changed.widened(NEAR)).partition(|row| changed.contains(row.day()));
        let new = self.new.map(|file| file.within(&self.by_day, changed)).unwrap_or_default();
        let (mut others, mut others_new, mut others_said) = (inside.clone(), new, self.decisions.clone());
        match by {
            Differ::New => others_new = &[],
            Differ::Import(import) => others.retain(|row| row.import != import),
            Differ::Decision(one) => {
                others_said.retain(|said| said.id != one.id);
                if others_said.len() == self.decisions.len() {
                    others_said.push(one.clone());
                }
            }
        }
        let around = self.stretch(changed, around, &[], &self.decisions);
        let (rows, decisions) = around.read();
        let Some(around) = Around::of(&self.files.files, &rows, &self.files.pairs, &decisions) else { return false };
        let (one, other) = (
            self.stretch(changed, inside, new, &self.decisions),
            self.stretch(changed, others, others_new, &others_said),
        );
        let ((rows, decisions), (others, others_said)) = (one.read(), other.read());
        around.leaves_alone(&rows, &decisions) && around.leaves_alone(&others, &others_said)
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
        let blocks = self.own_days.iter().flatten().chain(self.months.values().flatten());
        let new = self.new.map(|file| file.within(&self.by_day, around)).unwrap_or_default();
        let stretch = self.stretch(days, self.known_rows(blocks, around).collect(), new, &self.decisions);
        let (rows, origin) = stretch.rows();
        let decisions = stretch.decided(&rows, &origin);
        let outcome = reconcile(&self.files.files, &rows, &self.files.pairs, &decisions);
        Ok(Some(Derived::of(&stretch, &origin, &outcome)))
    }

    /// Returns the rows of some days that are of files that are near.
    fn known_rows<'b>(
        &self,
        blocks: impl IntoIterator<Item = &'b Arc<Block>>,
        days: Period,
    ) -> impl Iterator<Item = BlockRow<'b>> {
        let is_known = move |row: &BlockRow<'_>| self.files.order.at(row.statement_id()).is_some();
        blocks.into_iter().flat_map(|block| block.rows()).filter(move |row| days.contains(row.day())).filter(is_known)
    }

    fn stretch<'w>(
        &'w self,
        days: Period,
        stored: Vec<BlockRow<'w>>,
        new: &'w [u32],
        said: &'w [StoredDecision],
    ) -> Stretch<'w> {
        Stretch { account: self.account, file: self.new, files: &self.files, said, days, stored, new }
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
