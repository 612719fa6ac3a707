//! Which of the balances of a day counts, and which transactions it includes: one rule for holdings and for proofs.
//!
//! It looks at what the files show, and never at the order in which they were imported.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use crate::model::{Day, Micros, Period, StatementId, TransactionId};
use crate::store::db::balances::StoredBalance;
use crate::store::db::source_row::SourceRow;

/// From one file to the next, a bank moves a transaction by at most so many days.
pub(super) const MOVED_DAYS: i32 = 5;

/// A living posted source row, as far as sums need it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PostedRow {
    pub day: Day,
    pub txn: TransactionId,
    pub statement: StatementId,
    /// The index of the row in its statement.
    pub position: i64,
    /// Whether its transaction is shown as this row has it.
    pub lead: bool,
    pub amount: Micros,
    pub running: Option<Micros>,
}

impl PostedRow {
    /// Returns whether its balance is that of another row and its amount.
    pub(super) fn follows(&self, before: &PostedRow) -> bool {
        before.running.zip(self.running).is_some_and(|(before, after)| before.checked_add(self.amount) == Some(after))
    }

    /// Returns the row, unless it is pending or was replaced: such a row counts into no balance.
    pub(super) fn of<T>(row: &SourceRow<T>) -> Option<PostedRow> {
        (row.counts && !row.pending).then(|| PostedRow {
            day: row.day(),
            txn: row.txn,
            statement: row.statement_id(),
            position: row.position.get().into(),
            lead: row.lead,
            amount: row.amount,
            running: row.running,
        })
    }
}

/// A reported balance among the rows around its day.
#[derive(Clone, Debug)]
pub(super) struct BalanceOfDay {
    /// What was reported.
    pub balance: StoredBalance,
    /// How many rows of the day its statement shows.
    shown: usize,
    /// The days on which its statement shows transactions.
    own_days: HashMap<TransactionId, Day>,
    /// Which rows of the day that its statement does not show came before those that it shows.
    before: Before,
    /// Transactions of earlier days that came after it.
    late: HashSet<TransactionId>,
}

/// What the other balances of a day say of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Agreement {
    /// Nothing.
    Silent,
    /// A row between them is missing.
    Contradicted,
}

/// Rows of a day that a statement does not show and that came before those that it shows.
#[derive(Clone, Debug)]
enum Before {
    /// None: it shows the day from its beginning, or nothing tells.
    Nothing,
    /// All: it begins within the day and goes on after it, or the next balance proves that all of the day is in it.
    All,
    /// These transactions.
    These(HashSet<TransactionId>),
    /// Presumably these: no other balance agrees, or one of the day does not.
    Presumably(HashSet<TransactionId>, Agreement),
}

impl BalanceOfDay {
    /// Returns which of the balances of a day counts: the one whose statement shows most of that day; of several, the one with
    /// least money, because nothing tells which is later. `near` are the rows of at least [`MOVED_DAYS`] around.
    pub(super) fn choose(
        balances: impl IntoIterator<Item = StoredBalance>,
        near: &[PostedRow],
    ) -> Option<BalanceOfDay> {
        let all = balances.into_iter().map(|balance| BalanceOfDay::new(balance, near));
        all.max_by_key(|of_day| {
            let included = of_day.sum_of_included(near);
            (of_day.shown, Reverse(of_day.balance.amount), Reverse(included), of_day.is_whole(near))
        })
    }

    /// Returns a balance among `near`, the rows of at least [`MOVED_DAYS`] around its day.
    pub(super) fn new(balance: StoredBalance, near: &[PostedRow]) -> BalanceOfDay {
        let own = || near.iter().filter(|row| row.statement == balance.statement);
        let shown = own().filter(|row| row.day == balance.day).count();
        let own_days = own().map(|row| (row.txn, row.day)).collect();
        BalanceOfDay { balance, shown, own_days, before: Before::Nothing, late: HashSet::new() }
    }

    /// Returns the balance, of a statement that shows transactions from the first to the last of these days.
    pub(super) fn of_statement(self, shows: Option<Period>) -> BalanceOfDay {
        let day = self.balance.day;
        let begins_within = shows.is_some_and(|shows| shows.first() == day && day < shows.last());
        BalanceOfDay { before: if begins_within { Before::All } else { Before::Nothing }, ..self }
    }

    /// Returns the balance, of a statement before whose rows these transactions of its day came.
    pub(super) fn after(self, these: HashSet<TransactionId>) -> BalanceOfDay {
        BalanceOfDay { before: Before::These(these), ..self }
    }

    /// Returns the same where no other balance agrees with it, or one of the day does not.
    pub(super) fn presumably_after(self, these: HashSet<TransactionId>, agreement: Agreement) -> BalanceOfDay {
        BalanceOfDay { before: Before::Presumably(these, agreement), ..self }
    }

    /// Returns the balance with all rows of its day.
    pub(super) fn with_its_day(self) -> BalanceOfDay {
        BalanceOfDay { before: Before::All, ..self }
    }

    /// Returns the balance, before these transactions of earlier days.
    pub(super) fn before(self, late: HashSet<TransactionId>) -> BalanceOfDay {
        BalanceOfDay { late, ..self }
    }

    /// Returns whether its statement shows rows of its day.
    pub(super) fn shows_its_day(&self) -> bool {
        self.shown > 0
    }

    /// Returns whether its statement shows rows of its day, and it includes nothing of the day beside them, though there is more: rows
    /// of other amounts, which are none of those that it shows once more.
    pub(super) fn is_without_a_part(&self, near: &[PostedRow]) -> bool {
        let of_day = || near.iter().filter(|row| row.lead && row.day == self.balance.day);
        let shown: Vec<Micros> = of_day().filter(|row| self.shows(row.txn)).map(|row| row.amount).collect();
        let mut others = of_day().filter(|row| !self.shows(row.txn)).peekable();
        matches!(self.before, Before::Nothing)
            && self.shows_its_day()
            && others.peek().is_some()
            && others.all(|row| !shown.contains(&row.amount))
    }

    /// Returns whether another balance of the day contradicts it.
    pub(super) fn is_contradicted(&self) -> bool {
        matches!(self.before, Before::Presumably(_, Agreement::Contradicted))
    }

    /// Returns whether its statement shows a transaction.
    pub(super) fn shows(&self, txn: TransactionId) -> bool {
        self.own_days.contains_key(&txn)
    }

    /// Returns whether the balance includes a transaction, given by the row that leads.
    ///
    /// It includes what its own statement shows until its day, whatever day a later file moved that to. Of what its
    /// statement does not show it includes what is earlier than its day and was not dated back later, and of its day what came
    /// before the rows that its statement shows; all of it when that shows no row of it.
    pub(super) fn includes(&self, lead: &PostedRow) -> bool {
        let day = self.balance.day;
        match self.own_days.get(&lead.txn) {
            Some(own) => *own <= day,
            None if lead.day < day => !self.late.contains(&lead.txn),
            None => lead.day == day && (self.shown == 0 || self.came_before(lead.txn)),
        }
    }

    /// Returns whether a transaction of the day, which its statement does not show, came before those that it shows.
    fn came_before(&self, txn: TransactionId) -> bool {
        match &self.before {
            Before::Nothing => false,
            Before::All => true,
            Before::These(these) | Before::Presumably(these, _) => these.contains(&txn),
        }
    }

    /// Returns the sum of the transactions of the day that came before those that its statement shows, in millionths modulo 2^64.
    pub(super) fn sum_of_before(&self, near: &[PostedRow]) -> i64 {
        let unshown = near.iter().filter(|row| row.lead && row.day == self.balance.day && !self.shows(row.txn));
        unshown.filter(|row| self.came_before(row.txn)).fold(0, |sum, row| sum.wrapping_add(row.amount.get()))
    }

    /// Returns whether the statement shows rows of the day, and all that the account has or that may come after them: then
    /// no row of it is outside the balance, and it is proven with it.
    pub(super) fn is_whole(&self, near: &[PostedRow]) -> bool {
        let of_day = |row: &&PostedRow| row.lead && row.day == self.balance.day;
        let is_shown = |row: &PostedRow| self.shows(row.txn) || self.came_before(row.txn);
        let is_presumed = matches!(self.before, Before::Presumably(..));
        self.shown > 0 && !is_presumed && near.iter().filter(of_day).all(is_shown)
    }

    /// Returns whether the rows that lead what the statement shows are among rows: then no other row that it includes depends on
    /// what it shows.
    pub(super) fn leads_are_among(&self, near: &[PostedRow]) -> bool {
        let leads: HashSet<TransactionId> = near.iter().filter(|row| row.lead).map(|row| row.txn).collect();
        self.own_days.keys().all(|txn| leads.contains(txn))
    }

    /// Returns the sum of the transactions among the rows that the balance includes, in millionths modulo 2^64.
    pub(super) fn sum_of_included(&self, rows: &[PostedRow]) -> i64 {
        let included = rows.iter().filter(|row| row.lead && self.includes(row));
        included.fold(0, |sum, row| sum.wrapping_add(row.amount.get()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{AccountId, BalanceKind, ImportId};

    const DAY: &str = "2026-03-31";

    /// The only statement of an import.
    fn statement(import: i64) -> StatementId {
        StatementId { import: ImportId::new(import), number: 0 }
    }

    fn balance(import: i64, amount: i64) -> StoredBalance {
        StoredBalance {
            account: AccountId::new(1),
            kind: BalanceKind::Ledger,
            day: DAY.parse().unwrap(),
            statement: statement(import),
            amount: Micros::new(amount),
        }
    }

    /// A row of an import that leads its transaction.
    fn row(day: &str, txn: i64, import: i64, amount: i64) -> PostedRow {
        PostedRow {
            day: day.parse().unwrap(),
            txn: TransactionId::new(txn),
            statement: statement(import),
            position: txn,
            lead: true,
            amount: Micros::new(amount),
            running: None,
        }
    }

    fn behind(row: PostedRow) -> PostedRow {
        PostedRow { lead: false, ..row }
    }

    /// Returns the import of the balance that counts; the same whatever the order of the balances, and of the rows.
    fn chosen(balances: &[StoredBalance], rows: &[PostedRow]) -> i64 {
        let choose = |balances: Vec<StoredBalance>, rows: Vec<PostedRow>| {
            BalanceOfDay::choose(balances, &rows).unwrap().balance.statement.import.number()
        };
        let found = choose(balances.to_vec(), rows.to_vec());
        let backwards = choose(balances.iter().rev().copied().collect(), rows.iter().rev().copied().collect());
        assert_eq!(found, backwards);
        found
    }

    #[test]
    fn the_file_that_shows_most_of_the_day_counts() {
        // File 1 was made in the evening, file 2 at noon.
        let rows = [row(DAY, 1, 1, -5), row(DAY, 2, 1, -7), behind(row(DAY, 1, 2, -5))];
        assert_eq!(chosen(&[balance(1, 88), balance(2, 95)], &rows), 1);
        let exchanged = rows.map(|row| PostedRow { statement: statement(3 - row.statement.import.number()), ..row });
        assert_eq!(chosen(&[balance(2, 88), balance(1, 95)], &exchanged), 2);
        assert_eq!(chosen(&[balance(1, 88), balance(3, 99)], &rows), 1, "a file that shows none of the day");
    }

    #[test]
    fn of_files_that_show_as_much_the_lower_balance_counts() {
        let rows = [row(DAY, 1, 1, -5), row(DAY, 2, 2, -7)];
        assert_eq!(chosen(&[balance(1, 95), balance(2, 93)], &rows), 2);
        assert_eq!(chosen(&[balance(1, 93), balance(2, 95)], &rows), 1);
        assert_eq!(chosen(&[balance(1, 95), balance(2, 95)], &rows), 2, "the one that includes less");
        assert!(BalanceOfDay::choose([], &rows).is_none());
    }

    #[test]
    fn a_balance_includes_the_rows_of_its_day_that_its_file_shows() {
        let rows = [row(DAY, 1, 1, -5), row(DAY, 2, 2, -7), row("2026-03-30", 3, 2, -9), row("2026-04-01", 4, 2, -11)];
        let of_day = BalanceOfDay::choose([balance(1, 95)], &rows).unwrap();
        assert_eq!(rows.map(|row| of_day.includes(&row)), [true, false, true, false]);
        assert_eq!(of_day.sum_of_included(&rows), -14);
        assert!(!of_day.is_whole(&rows), "file 2 shows another row");
        assert!(of_day.is_whole(&rows[..1]));
    }

    #[test]
    fn a_balance_includes_its_whole_day_when_its_file_shows_none_of_it() {
        let rows = [row(DAY, 1, 1, -5), row(DAY, 2, 2, -7), row("2026-04-01", 4, 2, -11)];
        let of_day = BalanceOfDay::choose([balance(3, 88)], &rows).unwrap();
        assert_eq!(rows.map(|row| of_day.includes(&row)), [true, true, false]);
        assert!(!of_day.is_whole(&rows), "more may have happened on it");
    }

    #[test]
    fn a_file_that_begins_within_the_day_and_goes_on_has_all_of_it_in_its_balance() {
        // File 1 was cut before its first row of the day; file 2 shows what was cut off.
        let rows = [row(DAY, 1, 2, -5), row(DAY, 2, 1, -7), row("2026-04-01", 3, 1, -9)];
        let of_day = || BalanceOfDay::choose([balance(1, 88)], &rows).unwrap();
        let days = |first: &str, last: &str| Period::new(first.parse().unwrap(), last.parse().unwrap());
        let goes_on = of_day().of_statement(days(DAY, "2026-04-01"));
        assert_eq!(rows.map(|row| goes_on.includes(&row)), [true, true, false]);
        assert!(goes_on.is_whole(&rows));
        // One that ends on the day may miss what came later on it, and one that shows the days before was not cut there.
        for other in [days(DAY, DAY), days("2026-03-30", "2026-04-01"), None] {
            let of_day = of_day().of_statement(other);
            assert_eq!(rows.map(|row| of_day.includes(&row)), [false, true, false], "{other:?}");
            assert!(!of_day.is_whole(&rows));
        }
    }

    #[test]
    fn what_a_later_file_moves_over_the_day_stays_where_the_own_file_has_it() {
        let moved_on = [behind(row(DAY, 1, 1, -5)), row("2026-04-02", 1, 2, -5)];
        assert!(BalanceOfDay::choose([balance(1, 95)], &moved_on).unwrap().includes(&moved_on[1]));
        let moved_back = [behind(row("2026-04-01", 1, 1, -5)), row("2026-03-30", 1, 2, -5)];
        assert!(!BalanceOfDay::choose([balance(1, 100)], &moved_back).unwrap().includes(&moved_back[1]));
    }
}
