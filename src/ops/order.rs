//! The order of the transactions of one day: that of the bank, whatever the order of imports.
//!
//! A file has its rows in order. What several files show of a day is joined at the rows that they have in common; of files
//! without one, the one that ends first comes first: it was cut within the day, and the other one goes on. Running balances go
//! before both, where they fit one order only.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::ControlFlow;

use crate::import::only_order;
use crate::model::{AccountId, Day, Micros, Period, StatementId, TransactionId};
use crate::store::db::coverages::Coverage;
use crate::store::db::source_row::SourceRow;
use crate::store::db::wanted::Wanted;
use crate::store::db::zones::Search;
use crate::store::{StoreError, View};

/// A posted row of a day.
#[derive(Clone, Copy, Debug)]
struct Row {
    day: Day,
    txn: TransactionId,
    /// Which of the files has it, in an order that their content gives.
    file: usize,
    /// Its place in the file, oldest first.
    in_time: i64,
    /// The balances before and after it.
    step: Option<(Micros, Micros)>,
}

/// The living files of an account that have rows.
pub(crate) struct Order {
    account: AccountId,
    /// In an order that their content gives: those that end first come first.
    files: Vec<Coverage>,
    /// By statement, its place among the files.
    places: HashMap<StatementId, usize>,
}

impl Order {
    /// Returns the order of an account's rows.
    pub(crate) fn of(view: &View<'_>, account: AccountId) -> Result<Order, StoreError> {
        let living: HashMap<_, _> =
            view.imports()?.into_iter().filter(|i| !i.undone).map(|i| (i.id, i.sha256)).collect();
        let mut files = view.all_coverages()?;
        files.retain(|file| file.account == account && file.rows.is_some() && living.contains_key(&file.import));
        let days = |file: &Coverage| file.rows.map(|rows| (rows.last(), rows.first()));
        files.sort_unstable_by_key(|file| (days(file), living.get(&file.import).copied(), file.statement));
        let places = files.iter().enumerate().map(|(place, file)| (file.statement_id(), place)).collect();
        Ok(Order { account, files, places })
    }

    /// Puts what is shown of transactions in the order of the bank within each day. It stands in the order of days; pending
    /// rows come after posted ones where several files show the day.
    pub(crate) fn arrange<T>(
        &self,
        view: &View<'_>,
        shown: &mut [T],
        of: impl Fn(&T) -> (Day, TransactionId),
    ) -> Result<(), StoreError> {
        let several = shown.chunk_by(|a, b| of(a).0 == of(b).0).filter(|of_day| of_day.len() > 1);
        let days: BTreeSet<Day> = several.map(|of_day| of(&of_day[0]).0).filter(|day| self.is_shared(*day)).collect();
        let mut places: HashMap<(Day, TransactionId), usize> = HashMap::new();
        let days: Vec<Day> = days.into_iter().collect();
        for month in days.chunk_by(|a, b| a.month_index() == b.month_index()) {
            let mut rows = self.read(view, month)?;
            rows.sort_unstable_by_key(|row| (row.day, row.file, row.in_time));
            for of_day in rows.chunk_by(|a, b| a.day == b.day) {
                let day = of_day[0].day;
                places.extend(order(of_day).into_iter().enumerate().map(|(place, txn)| ((day, txn), place)));
            }
        }
        if !places.is_empty() {
            shown.sort_by_key(|one| {
                let (day, txn) = of(one);
                let is_shared = days.binary_search(&day).is_ok();
                (day, if is_shared { places.get(&(day, txn)).copied().unwrap_or(usize::MAX) } else { 0 })
            });
        }
        Ok(())
    }

    /// Returns whether several files show a day.
    fn is_shared(&self, day: Day) -> bool {
        self.files.iter().filter(|file| file.rows.is_some_and(|days| days.contains(day))).nth(1).is_some()
    }

    /// Reads the posted rows of days of one month.
    fn read(&self, view: &View<'_>, days: &[Day]) -> Result<Vec<Row>, StoreError> {
        let mut found = Vec::new();
        let span = days.first().zip(days.last()).and_then(|(first, last)| Period::new(*first, *last));
        let keep = |row: &SourceRow<&str>| {
            let file = *self.places.get(&row.statement_id())?;
            let is_posted = row.counts && !row.pending;
            (is_posted && days.binary_search(&row.day()).is_ok()).then(|| Row {
                day: row.day(),
                txn: row.txn,
                file,
                in_time: self.files[file].in_time(row.position.get().into()),
                step: row.running.and_then(|after| Some((after.checked_sub(row.amount)?, after))),
            })
        };
        let search = Search::of(Wanted::default(), span);
        view.visit_wanted((self.account, span), &search, false, keep, |rows| {
            found.extend(rows);
            ControlFlow::Continue(())
        })?;
        Ok(found)
    }
}

/// Returns the transactions of the rows of one day, which stand by file and by place in it.
fn order(rows: &[Row]) -> Vec<TransactionId> {
    let mut order: Vec<TransactionId> = Vec::new();
    for of_file in rows.chunk_by(|a, b| a.file == b.file) {
        order = joined(&order, of_file);
    }
    let mut steps: BTreeMap<TransactionId, (Reverse<usize>, (Micros, Micros))> = BTreeMap::new();
    for row in rows {
        let Some(step) = row.step else { continue };
        // Of several files, the one that goes on longest.
        let of_txn = steps.entry(row.txn).or_insert((Reverse(row.file), step));
        *of_txn = (*of_txn).min((Reverse(row.file), step));
    }
    let steps: Option<Vec<(Micros, Micros)>> = order.iter().map(|txn| steps.get(txn).map(|(_, step)| *step)).collect();
    if let Some(steps) = steps
        && steps.windows(2).any(|pair| pair[0].1 != pair[1].0)
        && let Some(by_balance) = only_order(&steps)
    {
        return by_balance.into_iter().map(|at| order[at]).collect();
    }
    order
}

/// Returns an order with the transactions of another file: each new one behind the last one before it that both have, else
/// before the first one after it, else at the end.
fn joined(order: &[TransactionId], rows: &[Row]) -> Vec<TransactionId> {
    let known: HashMap<TransactionId, usize> = order.iter().enumerate().map(|(at, txn)| (*txn, at)).collect();
    let first_known = rows.iter().find_map(|row| known.get(&row.txn));
    let mut place = first_known.copied().unwrap_or(order.len());
    let mut new: Vec<(usize, TransactionId)> = Vec::new();
    let mut seen = BTreeSet::new();
    for row in rows {
        match known.get(&row.txn) {
            Some(at) => place = at + 1,
            None if seen.insert(row.txn) => new.push((place, row.txn)),
            None => {}
        }
    }
    new.sort_by_key(|(place, _)| *place);
    let mut new = new.into_iter().peekable();
    let mut found = Vec::with_capacity(order.len() + new.len());
    for at in 0..=order.len() {
        while let Some((_, txn)) = new.next_if(|(place, _)| *place == at) {
            found.push(txn);
        }
        found.extend(order.get(at));
    }
    found
}
