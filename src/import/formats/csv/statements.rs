//! The statements of a file: one for each account and currency, opened when a row names them.

use std::sync::OnceLock;

use super::column::Column;
use super::currencies::{self, OfBalances};
use super::label::Label;
use super::layout::Layout;
use super::reading::Reading;
use super::records::Field;
use super::reject::Reject;
use super::roles::Role;
use super::stated::Stated;
use super::totals::{Beside, TotalLine};
use crate::import::error::{ImportError, ImportOption, Problem, Question, Remedy, shown};
use crate::import::evidence::number::{is_none, is_number, is_rounded, masked_word};
use crate::import::options::ReadOptions;
use crate::import::parsed::Remark;
use crate::model::{AccountHint, AccountNumber, Amount, Currency, Entry, RejectedRow, Skipped, Statement};

/// Far more than any real file has: a column wrongly taken for the account would make a statement of every row.
const MOST_STATEMENTS: usize = 200;

/// What a row is called that moved no money.
pub(super) const VOID: &str = "row that moved no money (declined or reverted)";

/// Why a row has no statement.
pub(super) enum NoStatement {
    /// Only this row is at fault.
    Row(Reject),
    /// The file as a whole is refused.
    File(ImportError),
}

impl From<Reject> for NoStatement {
    fn from(reject: Reject) -> Self {
        NoStatement::Row(reject)
    }
}

impl From<ImportError> for NoStatement {
    fn from(error: ImportError) -> Self {
        NoStatement::File(error)
    }
}

/// Which account a row is of, as far as the row tells.
#[derive(Default)]
struct Key {
    currency: Option<Currency>,
    number: Option<AccountNumber>,
    name: Option<String>,
}

impl Key {
    fn fits(&self, statement: &Statement<'_>) -> bool {
        self.currency.is_none_or(|currency| statement.currency == currency)
            && match (&statement.account.number, &self.number) {
                (Some(a), Some(b)) => a == b || canonical(a) == canonical(b),
                (None, None) => true,
                _ => false,
            }
            && statement.account.name == self.name
    }
}

/// Returns letters and digits without leading zeros: one account is written in several ways in one file.
fn canonical(number: &AccountNumber) -> String {
    let symbols = number.full().chars().filter(|c| c.is_alphanumeric()).map(|c| c.to_ascii_uppercase());
    symbols.collect::<String>().trim_start_matches('0').to_owned()
}

/// The statements of a file while it is read, one for each account and currency.
///
/// Rejected and skipped rows are kept apart until the end: they may come before the first statement.
pub(super) struct Statements<'l, 'a> {
    layout: &'l Layout<'a>,
    reading: &'l Reading,
    options: &'l ReadOptions,
    /// The currency of rows that name none: the profile's, the header's or that beside the amounts, else the one that the person named.
    fallback: Option<Currency>,
    /// The currency that the header names beside the amounts.
    of_header: Option<Currency>,
    /// What names the currency of the balances.
    of_balances: OfBalances,
    statements: Vec<Statement<'a>>,
    /// The statement of the row that was selected last: most rows belong to the same.
    current: usize,
    rejected: Vec<(usize, RejectedRow)>,
    /// Lines that say total.
    totals: Vec<(usize, TotalLine)>,
    labels: Vec<(usize, Label)>,
    skipped: Vec<(usize, Skipped)>,
    /// Balances of lines, and amounts of rows that moved no money, with what the line says of its account.
    stated: Vec<(Of, Stated)>,
    void: Vec<(Of, Amount)>,
    question: Option<Question>,
}

/// Which statement the balance of a line is of.
enum Of {
    /// One that is open.
    Open(usize),
    /// The one that the line names, once a row opens it.
    Named(Key),
    /// That which the cells of a line that is no row seem to name, else the only one.
    Perhaps(Key),
    /// The only one of the file.
    Only,
}

/// The statements of a file, and what stands beside them.
pub(super) struct Finished<'a> {
    /// At least one.
    pub(super) statements: Vec<Statement<'a>>,
    /// The balances that lines state, statement by statement.
    pub(super) stated: Vec<Vec<Stated>>,
    /// What bears on totals, statement by statement.
    pub(super) totals: Vec<Beside>,
    /// The question for the currency, where it is open.
    pub(super) question: Option<Question>,
    /// What is said of where the balances stand, and whether it is before their rows, as far as that is proven.
    pub(super) remarks: Vec<Remark>,
    pub(super) is_before: Option<bool>,
}

impl<'l, 'a> Statements<'l, 'a> {
    /// Begins with none.
    pub(super) fn new(layout: &'l Layout<'a>, reading: &'l Reading, options: &'l ReadOptions) -> Self {
        let known = options.account.map(|account| account.currency);
        let fallback = reading.currency.or(options.currency).or(known);
        let of_header = if layout.learn { currencies::of_header(layout, &reading.money) } else { None };
        Statements {
            layout,
            reading,
            options,
            fallback,
            of_header,
            of_balances: if layout.learn { OfBalances::of(layout) } else { OfBalances::default() },
            statements: Vec::new(),
            current: 0,
            rejected: Vec::new(),
            totals: Vec::new(),
            labels: Vec::new(),
            skipped: Vec::new(),
            stated: Vec::new(),
            void: Vec::new(),
            question: None,
        }
    }

    /// Selects the statement of a row, opens it when it is new, and returns its currency.
    pub(super) fn select(&mut self, line: u64, fields: &[Field<'a>]) -> Result<Currency, NoStatement> {
        let key = self.key(line, fields)?;
        let known = self.statements.get(self.current).is_some_and(|statement| key.fits(statement));
        if !known {
            self.current = match self.statements.iter().position(|statement| key.fits(statement)) {
                Some(index) => index,
                None => self.open_for_row(key, line, fields)?,
            };
        }
        Ok(self.statements[self.current].currency)
    }

    /// Returns whether a row belongs to a statement that is open.
    pub(super) fn has(&self, line: u64, fields: &[Field<'a>]) -> bool {
        self.key(line, fields).is_ok_and(|key| self.statements.iter().any(|statement| key.fits(statement)))
    }

    /// Adds an entry to the selected statement, and what it says beside its text.
    pub(super) fn add_entry(&mut self, entry: Entry<'a>, label: Option<Label>) {
        self.labels.extend(label.map(|label| (self.current, label)));
        if let Some(statement) = self.statements.get_mut(self.current) {
            statement.entries.push(entry);
        }
    }

    /// Adds a rejected row to the statement selected last, or to the first one.
    pub(super) fn add_rejected(&mut self, row: RejectedRow) {
        self.rejected.push((self.current, row));
    }

    /// Adds a line that says total to the statement selected last, or to the first one.
    pub(super) fn add_total(&mut self, line: TotalLine) {
        self.totals.push((self.current, line));
    }

    /// Counts a row that moved no money, and keeps its amount, which may be in a total all the same.
    pub(super) fn add_void(&mut self, line: u64, fields: &[Field<'a>], amount: Option<Amount>, is_selected: bool) {
        self.count_skipped(VOID);
        if let Some(amount) = amount {
            self.void.push((self.of(line, fields, is_selected), amount));
        }
    }

    /// Counts a row that is no entry.
    pub(super) fn count_skipped(&mut self, what: &str) {
        match self.skipped.iter_mut().find(|(index, s)| *index == self.current && s.what == what) {
            Some((_, known)) => known.count += 1,
            None => self.skipped.push((self.current, Skipped { what: what.to_owned(), count: 1 })),
        }
    }

    /// Counts a line that states a balance, and keeps it.
    pub(super) fn add_stated(&mut self, line: u64, fields: &[Field<'a>], stated: Stated, is_selected: bool) {
        self.count_skipped("balance line");
        self.stated.push((self.of(line, fields, is_selected), stated));
    }

    /// Returns the statement of a line that opens none: the one selected last, or that which the line names and a later row
    /// opens; where it names none, the only one that the file turns out to have.
    fn of(&self, line: u64, fields: &[Field<'a>], is_selected: bool) -> Of {
        let has_day = || {
            let mut days = self.layout.roles.all(Role::Day).iter().map(|column| column.of(fields).text());
            days.any(|day| self.reading.dates.read(&day).is_some())
        };
        match self.key(line, fields) {
            _ if is_selected => Of::Open(self.current),
            Ok(key) if key.number.is_none() && key.name.is_none() => Of::Only,
            Ok(key) if has_day() => Of::Named(key),
            Ok(key) => Of::Perhaps(key),
            Err(_) => Of::Only,
        }
    }

    /// Adds the text of a line that goes on with the row before to that row.
    pub(super) fn continue_text(&mut self, text: &str) {
        self.count_skipped("line that goes on with the one before");
        if let Some(entry) = self.statements.get_mut(self.current).and_then(|s| s.entries.last_mut()) {
            entry.description = format!("{} {text}", &*entry.description).trim().to_owned().into();
        }
    }

    /// Returns the statements, at least one.
    pub(super) fn finish(mut self) -> Finished<'a> {
        if self.statements.is_empty() {
            self.open(Key::default());
            if !self.rejected.is_empty() {
                // The rows are at fault, and no currency is asked for them.
                self.question = None;
            }
        }
        for (index, row) in self.rejected {
            if let Some(statement) = self.statements.get_mut(index) {
                statement.rejected.push(row);
            }
        }
        for (index, skipped) in self.skipped {
            if let Some(statement) = self.statements.get_mut(index) {
                statement.skipped.push(skipped);
            }
        }
        let statements = &self.statements;
        let only = (statements.len() == 1).then_some(0);
        let index = |of: Of| {
            let fitting = |key: Key| statements.iter().position(|statement| key.fits(statement));
            match of {
                Of::Open(index) => Some(index),
                Of::Named(key) => fitting(key),
                Of::Perhaps(key) => fitting(key).or(only),
                Of::Only => only,
            }
        };
        let mut stated: Vec<Vec<Stated>> = statements.iter().map(|_| Vec::new()).collect();
        for (of, mut found) in self.stated {
            if let Some((of, statement)) = index(of).and_then(|i| Some((stated.get_mut(i)?, statements.get(i)?))) {
                // A line that names no currency was read before that of its statement was known.
                found.amount = Amount::from_micros(found.amount.micros(), statement.currency);
                of.push(found);
            }
        }
        let mut totals: Vec<Beside> = statements.iter().map(|_| Beside::default()).collect();
        for (index, line) in self.totals {
            totals[index].lines.push(line);
        }
        for (index, label) in self.labels {
            totals[index].labels.push(label);
        }
        for (of, amount) in self.void {
            if let Some(index) = index(of) {
                totals[index].void.push(amount);
            }
        }
        Finished {
            statements: self.statements,
            stated,
            totals,
            question: self.question,
            remarks: Vec::new(),
            is_before: None,
        }
    }

    fn key(&self, line: u64, fields: &[Field<'a>]) -> Result<Key, NoStatement> {
        let text = |column: Option<Column>| column.map(|c| c.of(fields).text()).unwrap_or_default();
        let name = text(self.layout.roles.first(Role::AccountName));
        let name = if is_none(&name) { "" } else { name.as_ref() };
        // Spreadsheets put an apostrophe before a number that is text, and some banks leave a quote behind it.
        let account = text(self.reading.account);
        let account = account.trim_matches(['\'', '"', ' ']);
        let account = if is_rounded(account) || is_none(account) { "" } else { account };
        // A profile says that its column holds numbers.
        let is_number = !self.layout.learn || is_number(account) || masked_word(account).is_some();
        let (number, called) = if is_number { (account, "") } else { ("", account) };
        let name = match (name, called) {
            (name, "") => name.to_owned(),
            ("", called) => called.to_owned(),
            (name, called) if name == called => name.to_owned(),
            (name, called) => format!("{name} {called}"),
        };
        Ok(Key {
            currency: self.currency(line, fields)?,
            number: AccountNumber::new(number),
            name: Some(name).filter(|name| !name.is_empty()),
        })
    }

    /// Reads the currency of a row, which its balance may not contradict.
    fn currency(&self, line: u64, fields: &[Field<'a>]) -> Result<Option<Currency>, NoStatement> {
        let found = self.currency_of_amount(line, fields)?;
        self.of_balances.refuse_other(self.layout, line, fields, found)?;
        Ok(found)
    }

    /// Reads the currency of the amount of a row: of its own column, else the fallback.
    fn currency_of_amount(&self, line: u64, fields: &[Field<'a>]) -> Result<Option<Currency>, NoStatement> {
        let Some(column) = self.layout.roles.first(Role::Currency) else { return Ok(self.fallback) };
        let code = column.of(fields).text();
        let Ok(found) = code.parse::<Currency>() else {
            if code.is_empty() && self.fallback.is_some() {
                return Ok(self.fallback);
            }
            return Err(Reject::new(self.layout.name(column), &code, "not a currency code such as USD").into());
        };
        if let Some(named) = self.of_header.filter(|named| *named != found) {
            let message = format!("the header says the amounts are {named}, and the row says {found}");
            let error = ImportError::new(Problem::Contradiction, message, Remedy::WriteProfile);
            return Err(error.at_line(line).in_field(shown(self.layout.name(column))).into());
        }
        match self.options.currency.filter(|named| *named != found) {
            None => Ok(Some(found)),
            Some(named) => {
                let error = contradicted(format!("the file says {found}, not {named}"));
                Err(error.at_line(line).in_field(shown(self.layout.name(column))).into())
            }
        }
    }

    /// Opens the statement of a row. A row without a day, or of one field, is a total or a footer and opens none.
    fn open_for_row(&mut self, key: Key, line: u64, fields: &[Field<'a>]) -> Result<usize, NoStatement> {
        let days = self.layout.roles.all(Role::Day);
        let has_day = days.iter().any(|column| !column.of(fields).is_blank());
        if self.is_split() && (!has_day || fields.len() < 2) {
            return Err(Reject::new("day", "", "the row has no day").into());
        }
        if self.statements.len() == MOST_STATEMENTS {
            let message = format!("the file has more than {MOST_STATEMENTS} accounts or currencies");
            let error = ImportError::new(Problem::Limit, message, Remedy::WriteProfileForAccounts);
            return Err(error.at_line(line).into());
        }
        Ok(self.open(key))
    }

    /// Returns whether a column tells accounts or currencies apart.
    pub(super) fn is_split(&self) -> bool {
        let roles = &self.layout.roles;
        self.reading.account.is_some()
            || roles.first(Role::Currency).is_some()
            || roles.first(Role::AccountName).is_some()
    }

    /// Opens a statement. While its currency is unknown it has none, and a question.
    fn open(&mut self, key: Key) -> usize {
        let currency = key.currency.or(self.fallback).unwrap_or_else(|| {
            let message = match self.reading.likely_currency {
                Some(code) => format!("a column has {code} in every row, and nothing says that the amounts are in it"),
                None => "the file does not say which currency its amounts are in".to_owned(),
            };
            let likely = self.reading.likely_currency.iter().map(Currency::to_string).collect();
            self.question.get_or_insert_with(|| Question::of(ImportOption::Currency, message, likely));
            Currency::NONE
        });
        let institution = self.layout.institution.clone();
        self.statements.push(Statement {
            account: AccountHint {
                institution,
                number: key.number,
                kind: self.layout.kind,
                name: key.name,
                ..AccountHint::default()
            },
            currency,
            declared: None,
            balances: Vec::new(),
            entries: Vec::new(),
            rejected: Vec::new(),
            skipped: Vec::new(),
            content: OnceLock::new(),
        });
        self.statements.len() - 1
    }
}

/// Returns the error for a currency option that the file contradicts.
fn contradicted(message: String) -> ImportError {
    ImportError::new(Problem::NeedsOption, message, Remedy::LeaveOut(ImportOption::Currency))
}
