//! The one normalised result of every importer.
//!
//! An importer turns text into statements and decides nothing about the vault: which rows are
//! one transaction is the business of `import::reconcile`. Text that is in the file is borrowed from it where it
//! can be, so that a million rows cost a million small structs and not five million strings.

use std::sync::OnceLock;

use serde::Serialize;

use super::words::words;
use super::{AccountNumber, AccountType, Amount, Currency, Day, FileText, Micros, Period};

/// A part of one export file that is of one account.
#[derive(Clone, Debug)]
pub struct Statement<'a> {
    /// What the file says about the account.
    pub account: AccountHint,
    /// The currency of all amounts.
    pub currency: Currency,
    /// The days that the file declares to cover. Only ever narrows the coverage.
    pub declared: Option<Period>,
    /// Balances that the bank reported apart from rows.
    pub balances: Vec<ReportedBalance>,
    /// The rows, in file order.
    pub entries: Vec<Entry<'a>>,
    /// Rows that could not be read. With any of these nothing is imported, unless the person says so.
    pub rejected: Vec<RejectedRow>,
    /// Parts of the file that are understood but not imported (yet), such as trades.
    pub skipped: Vec<Skipped>,
    /// A hash of its rows, once one was asked for; it is void when they change.
    pub content: OnceLock<Option<[u8; 32]>>,
}

/// What an export file tells about the account that it belongs to.
#[derive(Clone, Debug, Default)]
pub struct AccountHint {
    /// Routing number, BIC or BANKID.
    pub bank_id: Option<String>,
    /// The branch, where the format tells it apart from the bank.
    pub branch: Option<String>,
    /// The institution's name.
    pub institution: Option<String>,
    /// The account number, whole or masked, as written.
    pub number: Option<AccountNumber>,
    /// The kind of account.
    pub kind: Option<AccountType>,
    /// A name for the account where the format has one.
    pub name: Option<String>,
}

/// One row of a statement. It is kept small: a large file has a million.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// Where the row is in the file: the line (from 1) at which it starts.
    pub line: u64,
    /// The day the bank posted it (for pending rows: the day it happened).
    pub day: Day,
    /// Signed: negative is out of the account.
    pub amount: Amount,
    /// Payee or description, raw.
    pub description: FileText<'a>,
    /// Further text of the bank, raw; empty when there is none.
    pub memo: FileText<'a>,
    /// The bank's own id of the row (FITID, reference number), empty when there is none; not unique, whatever banks say.
    pub bank_id: FileText<'a>,
    /// The bank's type of transaction, such as `ACH_DEBIT`, empty when there is none; no category.
    pub transaction_type: FileText<'a>,
    /// What few rows have.
    pub rare: Option<Box<Rare<'a>>>,
    /// Posted or pending.
    pub status: EntryStatus,
    /// The balance after this row, where the file has such a column, in the currency of the amount.
    pub running: Option<Micros>,
}

impl Entry<'_> {
    /// Returns the balance after this row.
    pub fn running_balance(&self) -> Option<Amount> {
        self.running.map(|balance| Amount::from_micros(balance, self.amount.currency()))
    }

    /// Returns the check number.
    pub fn check_number(&self) -> Option<&str> {
        self.rare.as_ref()?.check_number.or_none()
    }

    /// Returns the bank's category.
    pub fn category(&self) -> Option<&str> {
        self.rare.as_ref()?.category.or_none()
    }
}

/// What few rows have, kept apart from the others. Each is empty when the row does not have it.
#[derive(Clone, Debug)]
pub struct Rare<'a> {
    /// Check number.
    pub check_number: FileText<'a>,
    /// The bank's category.
    pub category: FileText<'a>,
}

impl<'a> Rare<'a> {
    /// Makes it of what a row has; none when it has nothing of it.
    pub fn of(check_number: FileText<'a>, category: FileText<'a>) -> Option<Box<Rare<'a>>> {
        let has_any = check_number.or_none().or(category.or_none()).is_some();
        has_any.then(|| Box::new(Rare { check_number, category }))
    }
}

words! {
    /// The direction of an amount, with the words of FDX `debitCreditMemo`.
    pub enum DebitCredit: "a direction" {
        /// Money out.
        Debit = "DEBIT",
        /// Money in, or nothing.
        Credit = "CREDIT",
    }
}

impl DebitCredit {
    /// Returns the direction of a signed amount: out is negative.
    pub(crate) fn of(amount: Micros) -> DebitCredit {
        if amount < Micros::ZERO { DebitCredit::Debit } else { DebitCredit::Credit }
    }
}

words! {
    /// Whether a row is booked.
    pub enum EntryStatus: "a transaction status" {
        /// Booked by the bank.
        Posted = "POSTED",
        /// Announced; the next file may show it otherwise.
        Pending = "PENDING",
    }
}

/// A balance that the bank reported, at the end of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportedBalance {
    /// Which balance it is.
    pub kind: BalanceKind,
    /// The amount; negative is owed, whatever sign the bank printed.
    pub amount: Amount,
    /// The day at whose end it held.
    pub as_of: Day,
}

words! {
    /// Which of a bank's balances.
    pub enum BalanceKind: "a kind of balance" {
        /// The booked balance.
        Ledger = "LEDGER",
        /// What can be spent; on a card, credit that is left.
        Available = "AVAILABLE",
    }
}

/// A row that could not be read, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectedRow {
    /// The line of the file, from 1.
    pub line: u64,
    /// The field or element at fault, as the file names it.
    pub field: String,
    /// What was found, shortened and without control characters.
    pub found: String,
    /// What is wrong, in words.
    pub reason: String,
    /// Whether it is what a profile would say, and no fault of the row.
    pub needs_profile: bool,
}

/// Something that the file holds and that is not imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// What it is, such as `BUYSTOCK` or `pending row without a day`.
    pub what: String,
    /// How many there are.
    pub count: u64,
}

words! {
    /// The kind of source that a row was read from. Rows of different kinds describe one transaction in different words.
    pub enum SourceKind: "a kind of source" {
        /// Comma-separated values, whatever the separator.
        Csv = "CSV",
        /// OFX or QFX.
        Ofx = "OFX",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_takes_112_bytes() {
        assert!(size_of::<Entry<'_>>() <= 112, "{}", size_of::<Entry<'_>>());
    }

    #[test]
    fn what_few_rows_have_is_kept_where_a_row_has_any_of_it() {
        let rare = |check: &'static str, category: &'static str| Rare::of(check.into(), category.into());
        assert!(rare("", "").is_none());
        assert!(rare("1001", "").is_some_and(|rare| &*rare.check_number == "1001" && rare.category.is_empty()));
        assert!(rare("", "Food").is_some_and(|rare| &*rare.category == "Food"));
    }
}
