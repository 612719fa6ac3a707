//! What is compared and what is answered: the rows of files, their coverages, and the plan.

use crate::model::{Day, Entry, EntryStatus, ImportId, Micros, Period, SourceKind, Statement, TransactionId, words};

/// A bank moves a row by at most this many days (rule 2).
pub(super) const MOVED_DAYS: i32 = 5;
/// Two kinds of source date one row at most this many days apart (rule 4).
pub(super) const SOURCE_DAYS: i32 = 3;

/// A living source row of the account: one row of an import that was not undone, and not replaced as pending.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// The transaction it attests.
    pub transaction: TransactionId,
    /// Its import.
    pub import: ImportId,
    /// The kind of source of that import.
    pub kind: SourceKind,
    /// The row's place among the import's rows of this account, in file order.
    pub position: u32,
    /// The day as this file wrote it.
    pub day: Day,
    /// Signed: negative is out of the account.
    pub amount: Micros,
    /// The bank's id.
    pub bank_id: Option<&'a str>,
    /// The raw description.
    pub description: &'a str,
    /// The balance after the row.
    pub running_balance: Option<Micros>,
    /// Posted or pending in that file.
    pub status: EntryStatus,
}

/// The days that one living import of the account covers.
#[derive(Clone, Copy, Debug)]
pub struct KnownCoverage {
    /// The import.
    pub import: ImportId,
    /// Its kind of source.
    pub kind: SourceKind,
    /// What [`coverage`] said of it.
    pub period: Period,
    /// What [`newest_first`] said of it.
    pub newest_first: bool,
}

/// What becomes of one row of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The transaction is known and the row says nothing new.
    Present(TransactionId),
    /// The transaction is known; this row changes its day, amount or status.
    Updated(TransactionId),
    /// A transaction of its own.
    Added,
}

/// One row of one import.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceRowRef {
    /// The import.
    pub import: ImportId,
    /// The row's place in it, as in [`Known::position`].
    pub position: u32,
}

/// An earlier source row that belongs to the transaction of one of the file's rows: the file shows the day whole,
/// so its count of equal rows is the true one. Undoing the import leaves a move in place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move {
    /// The source row.
    pub source_row: SourceRowRef,
    /// The index of the entry whose transaction, present or added, it attests from now on.
    pub to: usize,
}

words! {
    /// Why two rows are listed.
    pub enum Reason: "a reason" {
        /// Two files meet in one day and this one holds the other's rows of that day: taken as the same row.
        /// What a later file showed may part them: which sort of doubt it is now, their transactions tell.
        SharedDayTakenAsSame = "shared-day-taken-as-same",
        /// Two files meet in one day and neither holds the other's rows: equal rows were both kept.
        /// What a later file showed may join them.
        SharedDayKeptBoth = "shared-day-kept-both",
        /// Same day and amount as a row that the file should show and does not, in other words: both kept.
        OtherText = "other-text",
        /// Another kind of source, and more than one way to pair the rows: taken as the same.
        OtherSourceTakenAsSame = "other-source-taken-as-same",
        /// Another kind of source: a near day at the end of a file, or a row that both files should show, known
        /// already as another transaction. Both kept.
        OtherSourceKeptBoth = "other-source-kept-both",
        /// Same bank id and amount on a near day that neither file shows of the other: taken as the same row.
        MovedTakenAsSame = "moved-taken-as-same",
    }
}

impl Reason {
    /// Whether the doubt is about a row too few (both source rows attest one transaction) and not one too many.
    pub fn taken_as_same(self) -> bool {
        matches!(self, Reason::SharedDayTakenAsSame | Reason::OtherSourceTakenAsSame | Reason::MovedTakenAsSame)
    }

    /// Whether a file of the same kind that shows the day whole ends the doubt ([`shows_whole`]).
    pub fn settled_by_whole_day(self) -> bool {
        matches!(self, Reason::SharedDayTakenAsSame | Reason::SharedDayKeptBoth)
    }
}

/// Two rows of which nobody can say whether they are one.
///
/// It is open while both source rows live and, for shared days ([`Reason::settled_by_whole_day`]) of one kind, no
/// living file of that kind [`shows_whole`] the day; for other reasons, while they attest one transaction or two as
/// the reason says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The index of the file's row.
    pub entry: usize,
    /// The earlier row.
    pub other: SourceRowRef,
    /// The transaction of the earlier row at this moment.
    pub transaction: TransactionId,
    /// Why.
    pub reason: Reason,
}

/// What an import does to the account. The order of `decisions` is that of the entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// One for each entry.
    pub decisions: Vec<Decision>,
    /// Pending source rows of earlier files of this kind, whose days this file covers: they stop attesting while
    /// this import lives.
    pub replaced_pending: Vec<SourceRowRef>,
    /// Earlier source rows that change their transaction. Apply after the decisions.
    pub moves: Vec<Move>,
    /// Possible duplicates, and rows possibly taken as one.
    pub listed: Vec<Listed>,
}

/// The days that a statement covers: first to last day of its rows, posted ones where it has any.
/// Declared dates only shrink it: what a bank promises beyond its rows is not evidence.
pub fn coverage(statement: &Statement<'_>) -> Option<Period> {
    let span = |status: Option<EntryStatus>| {
        let days =
            statement.entries.iter().filter(move |e| status == Some(e.status) || status.is_none()).map(|e| e.day);
        days.fold(None, |span: Option<(Day, Day)>, day| {
            Some(span.map_or((day, day), |(first, last)| (first.min(day), last.max(day))))
        })
    };
    let (first, last) = span(Some(EntryStatus::Posted)).or_else(|| span(None))?;
    let rows = Period::new(first, last)?;
    Some(statement.declared.and_then(|declared| declared.overlap(rows)).unwrap_or(rows))
}

/// The days of which [`decide`](super::decide) needs every living source row.
pub fn window(statement: &Statement<'_>) -> Option<Period> {
    let first = statement.entries.iter().map(|e| e.day).min()?;
    let last = statement.entries.iter().map(|e| e.day).max()?;
    Period::new(first.plus_days(-MOVED_DAYS), last.plus_days(MOVED_DAYS))
}

/// Whether a file lists its newest row first. A file of a single day tells by its running balances, else it does not.
pub fn newest_first(entries: &[Entry<'_>]) -> bool {
    let (Some(first), Some(last)) = (entries.first(), entries.last()) else { return false };
    if first.day != last.day {
        return first.day > last.day;
    }
    let follows = |before: &Entry<'_>, after: &Entry<'_>| match (before.running_balance, after.running_balance) {
        (Some(b), Some(a)) => b.micros().checked_add(after.amount.micros()) == Some(a.micros()),
        _ => false,
    };
    let pairs = || entries.windows(2).take(64);
    let forward = pairs().filter(|w| follows(&w[0], &w[1])).count();
    let backward = pairs().filter(|w| follows(&w[1], &w[0])).count();
    backward > forward
}

/// Whether a file with this coverage shows every row of a day: the day lies inside, not at an end that may be cut.
pub fn shows_whole(period: Period, day: Day) -> bool {
    period.first() < day && day < period.last()
}
