//! The living files of an account, and one that is about to be imported: what each covers, and what they tell of each
//! other. Each statement of an import is a file of its own here.

use std::collections::HashMap;

use super::row::{RowNumbers, new_row, stored_row};
use crate::import::reconcile::{File, MARGIN, Pair, Pairs, Row, pair};
use crate::model::{AccountId, Day, Entry, Period, RowPosition, SourceKind, StatementId};
use crate::ops::OpError;
use crate::store::View;
use crate::store::db::imports::Import;
use crate::store::db::pairs::StoredPair;
use crate::store::db::segment::SegmentId;

/// Rows of a new file that are looked at for what it and another one tell of each other: the newest that both cover.
const LOOKED_AT: usize = 20_000;

/// A living file of the account.
pub(super) struct Known {
    pub id: StatementId,
    pub sha256: [u8; 32],
    pub shape: Shape,
    pub days: Period,
    pub first_number: u64,
    /// The number of the first row of the file whose rows these are.
    pub twin: Option<u64>,
    pub(super) segment: SegmentId,
}

/// What two statements with the same rows have in common, apart from the numbers of their rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    /// Two files of one source print the same row in the same words.
    pub source: String,
    pub covers: Period,
    pub reach: Day,
    /// The hash of its rows, where equal rows make equal statements.
    pub content: Option<[u8; 32]>,
}

/// A file that is about to be imported.
pub(crate) struct NewFile<'n> {
    pub id: StatementId,
    pub sha256: [u8; 32],
    pub shape: Shape,
    pub numbers: RowNumbers,
    /// Its rows, in the order of the file.
    pub entries: &'n [Entry<'n>],
}

/// Returns the name of the source of an import: two files of one source print the same row in the same words.
pub(crate) fn source(import: &Import) -> String {
    match import.kind {
        SourceKind::Csv => format!("csv {}", import.layout),
        SourceKind::Ofx => "ofx".to_owned(),
    }
}

impl<'n> NewFile<'n> {
    /// Returns one of its rows, of the file at a place.
    pub(super) fn row(&self, index: u32, file: u32) -> Row<'n> {
        new_row(self.numbers.of(index as usize), &self.entries[index as usize], file)
    }

    /// Returns the indices of its rows by day; of one day in the order of the file.
    pub(super) fn by_day(&self) -> Vec<u32> {
        // Day and index as one number: of a million rows that is sorted faster than both are.
        let number = |(entry, index): (&Entry<'_>, u32)| i64::from(entry.day.epoch_days()) << 32 | i64::from(index);
        let mut order: Vec<i64> = self.entries.iter().zip(0..).map(number).collect();
        order.sort_unstable();
        order.into_iter().map(|number| number as u32).collect()
    }

    /// Returns those of its rows, given by day, that lie in a period.
    pub(super) fn within<'o>(&self, by_day: &'o [u32], days: Period) -> &'o [u32] {
        let day = |index: &u32| self.entries[*index as usize].day;
        let first = by_day.partition_point(|index| day(index) < days.first());
        let last = by_day.partition_point(|index| day(index) <= days.last());
        &by_day[first..last]
    }

    /// Returns the end of a period that holds about as many of its rows as are looked at.
    fn end_of(&self, by_day: &[u32], days: Period) -> Period {
        let inside = self.within(by_day, days);
        let first =
            inside.len().checked_sub(LOOKED_AT).map_or(days.first(), |at| self.entries[inside[at] as usize].day);
        Period::new(first, days.last()).unwrap_or(days)
    }
}

/// The living files of an account that matter for some days, and one that is about to be imported.
pub(super) struct Files {
    pub known: Vec<Known>,
    pub order: Order,
    /// In that order.
    pub files: Vec<File>,
    pub pairs: Pairs,
    /// What the new file and the others tell of each other.
    pub evidence: Vec<StoredPair>,
}

impl Files {
    /// Compares the known files with the new one.
    pub(super) fn read(
        view: &View<'_>,
        account: AccountId,
        known: Vec<Known>,
        new: Option<(&NewFile<'_>, &[u32])>,
    ) -> Result<Files, OpError> {
        let file = new.map(|(file, _)| file);
        let order = Order::of(&known, file);
        let files = order.files(&known, file);
        let mut pairs = Pairs::default();
        for pair in view.pairs()?.iter().filter(|pair| pair.account == account) {
            if let (Some(one), Some(other)) = (order.at(pair.one), order.at(pair.other)) {
                pairs.put(one, other, told(pair));
            }
        }
        let mut evidence = Vec::new();
        for other in &known {
            let Some((new, by_day)) = new else { break };
            let (Some(one), Some(theirs)) = (order.at(new.id), order.at(other.id)) else { continue };
            let both = [&files[one as usize], &files[theirs as usize]];
            let told = compare(view, account, (new, by_day), other, both)?;
            pairs.put(one, theirs, told);
            if told != Pair::default() {
                evidence.push(stored(account, new.id, other.id, told));
            }
        }
        Ok(Files { known, order, files, pairs, evidence })
    }
}

/// Reads the living files of an account that have rows in some days, or cover them.
pub(super) fn known(view: &View<'_>, account: AccountId, days: Period) -> Result<Vec<Known>, OpError> {
    let imports = view.imports()?;
    let coverages = view.all_coverages()?;
    let of_account = coverages.iter().filter(|coverage| coverage.account == account);
    let known = of_account.filter_map(|coverage| {
        let import = imports.iter().find(|import| import.id == coverage.import && !import.undone)?;
        let (covers, rows) = (coverage.period?, coverage.rows?);
        rows.overlap(days).or_else(|| covers.overlap(days))?;
        let shape = Shape { source: source(import), covers, reach: rows.last(), content: coverage.content };
        let (id, sha256, first_number) = (coverage.statement_id(), import.sha256, coverage.first_number);
        let (twin, segment) = (coverage.twin, coverage.segment);
        Some(Known { id, sha256, shape, days: rows, first_number, twin, segment })
    });
    Ok(known.collect())
}

/// Returns the day of the row at a place of a file.
pub(super) fn day_of(view: &View<'_>, file: &Known, position: RowPosition) -> Result<Option<Day>, OpError> {
    let Some(coverage) = view.all_coverages()?.into_iter().find(|coverage| coverage.segment == file.segment) else {
        return Ok(None);
    };
    let newest_first = coverage.newest_first.then(|| view.rows_of(&coverage));
    let numbers = RowNumbers { first: coverage.first_number, newest_first };
    Ok(view.day_of(&coverage, numbers.offset(position.get() as usize))?)
}

/// Returns what the new file and a known one tell of each other.
fn compare(
    view: &View<'_>,
    account: AccountId,
    (new, by_day): (&NewFile<'_>, &[u32]),
    known: &Known,
    [file, other]: [&File; 2],
) -> Result<Pair, OpError> {
    let Some(both) = new.shape.covers.overlap(known.shape.covers) else { return Ok(Pair::default()) };
    let end = new.end_of(by_day, both);
    let mut near = end.widened(MARGIN);
    let mine: Vec<Row<'_>> = new.within(by_day, near).iter().map(|at| new.row(*at, 0)).collect();
    if file.source == other.source && mine.iter().all(|row| row.bank_id.is_none()) {
        // Only ids are looked for beside the days that both cover.
        near = end;
    }
    let found = view.blocks_of_days(account, Some(known.segment), near)?;
    let rows = found.iter().flat_map(|block| block.rows()).filter(|row| near.contains(row.day()));
    let theirs: Vec<Row<'_>> = rows.map(|row| stored_row(row, 1)).collect();
    Ok(pair(file, &mine, other, &theirs))
}

fn stored(account: AccountId, one: StatementId, other: StatementId, told: Pair) -> StoredPair {
    let Pair { ids, shift, reworded, partial } = told;
    StoredPair { account, one, other, ids: ids.to_string(), shift, reworded, partial }
}

/// Returns what two files tell of each other, as it was stored.
fn told(known: &StoredPair) -> Pair {
    let StoredPair { shift, reworded, partial, .. } = *known;
    Pair { ids: known.ids.parse().unwrap_or_default(), shift, reworded, partial }
}

/// The files in the order that their content gives: by hash, and by statement within one.
pub(super) struct Order(HashMap<StatementId, u32>);

impl Order {
    fn of(known: &[Known], new: Option<&NewFile<'_>>) -> Order {
        let known = known.iter().map(|file| (file.sha256, file.id));
        let mut all: Vec<([u8; 32], StatementId)> = known.chain(new.map(|file| (file.sha256, file.id))).collect();
        all.sort_unstable_by_key(|(sha256, id)| (*sha256, id.number, id.import));
        Order(all.into_iter().zip(0..).map(|((_, id), at)| (id, at)).collect())
    }

    /// Returns the place of a file.
    pub(super) fn at(&self, id: StatementId) -> Option<u32> {
        self.0.get(&id).copied()
    }

    fn files(&self, known: &[Known], new: Option<&NewFile<'_>>) -> Vec<File> {
        let known = known.iter().map(|file| (file.id, &file.shape));
        let all: Vec<_> = known.chain(new.map(|file| (file.id, &file.shape))).collect();
        let mut sources: Vec<&str> = all.iter().map(|(_, shape)| shape.source.as_str()).collect();
        sources.sort_unstable();
        sources.dedup();
        let mut files: Vec<(u32, File)> = all
            .iter()
            .filter_map(|(id, shape)| {
                let number = sources.binary_search(&shape.source.as_str()).ok()? as u32;
                Some((self.at(*id)?, File { source: number, covers: shape.covers, reach: shape.reach }))
            })
            .collect();
        files.sort_unstable_by_key(|(at, _)| *at);
        files.into_iter().map(|(_, file)| file).collect()
    }
}
