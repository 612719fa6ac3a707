//! The statements of a file: one for each account and currency, opened when a row names them.

use super::layout::Layout;
use super::reading::Reading;
use super::records::Field;
use super::roles::Role;
use crate::import::error::{ImportError, ImportOption, Problem, Question, Remedy, shown};
use crate::import::options::ReadOptions;
use crate::model::{AccountHint, AccountNumber, Currency, Entry, RejectedRow, Skipped, Statement};

/// More statements than any file has accounts and currencies.
const MOST_STATEMENTS: usize = 200;

/// Why a row is rejected, before its line is added.
pub(super) struct Reject {
    pub(super) field: String,
    pub(super) found: String,
    pub(super) reason: String,
}

impl Reject {
    pub(super) fn new(field: &str, found: &str, reason: impl Into<String>) -> Reject {
        Reject { field: shown(field), found: shown(found), reason: reason.into() }
    }

    /// With the line, as it is reported.
    pub(super) fn at(self, line: u64) -> RejectedRow {
        RejectedRow { line, field: self.field, found: self.found, reason: self.reason }
    }
}

/// The one currency of a file without a currency column. What the person said must not contradict it.
fn fixed_currency(layout: &Layout<'_>, options: &ReadOptions) -> Result<Option<Currency>, ImportError> {
    match (layout.currency, options.currency) {
        (Some(known), Some(said)) if known != said && layout.roles.first(Role::Currency).is_none() => {
            let by = if layout.learn { "the header" } else { "the profile" };
            let message = format!("{by} says the amounts are {known}, not {said}");
            Err(ImportError::new(Problem::NeedsOption, message, Remedy::LeaveOut(ImportOption::Currency)))
        }
        (known, said) => Ok(known.or(said)),
    }
}

/// The statements of a file, one for each account and currency.
pub(super) struct Sink<'l, 'a> {
    layout: &'l Layout<'a>,
    options: &'l ReadOptions,
    /// The currency of rows that name none.
    fixed: Option<Currency>,
    statements: Vec<Statement<'a>>,
    /// The statement of the row before: most rows belong to the same.
    last: usize,
    rejected: Vec<(usize, RejectedRow)>,
    skipped: Vec<(usize, Skipped)>,
}

impl<'l, 'a> Sink<'l, 'a> {
    pub(super) fn new(layout: &'l Layout<'a>, options: &'l ReadOptions) -> Result<Self, ImportError> {
        let fixed = fixed_currency(layout, options)?;
        Ok(Sink { layout, options, fixed, statements: Vec::new(), last: 0, rejected: Vec::new(), skipped: Vec::new() })
    }

    /// Goes to the statement of a row and returns its currency; or says why the row belongs to none.
    pub(super) fn turn_to(
        &mut self,
        reading: &Reading,
        line: u64,
        fields: &[Field<'a>],
    ) -> Result<Result<Currency, Reject>, ImportError> {
        Ok(match self.find(reading, line, fields)? {
            Ok(index) => {
                self.last = index;
                self.statements.get(index).map(|s| s.currency).ok_or_else(|| Reject::new("row", "", "no statement"))
            }
            Err(reject) => Err(reject),
        })
    }

    /// Keeps an entry of the row that was turned to.
    pub(super) fn entry(&mut self, entry: Entry<'a>) {
        if let Some(statement) = self.statements.get_mut(self.last) {
            statement.entries.push(entry);
        }
    }

    /// Keeps a rejected row. It goes to the statement of its row or of the one before.
    pub(super) fn rejected(&mut self, row: RejectedRow) {
        self.rejected.push((self.last, row));
    }

    /// Counts a row that is no entry.
    pub(super) fn skipped(&mut self, what: &str) {
        match self.skipped.iter_mut().find(|(index, s)| *index == self.last && s.what == what) {
            Some((_, known)) => known.count += 1,
            None => self.skipped.push((self.last, Skipped { what: what.to_owned(), count: 1 })),
        }
    }

    /// The statements, at least one.
    pub(super) fn finish(mut self) -> Result<Vec<Statement<'a>>, ImportError> {
        if self.statements.is_empty() {
            self.open(None, None)?;
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
        Ok(self.statements)
    }

    /// The statement that a row belongs to, opened when it is new; or why the row belongs to none.
    fn find(
        &mut self,
        reading: &Reading,
        line: u64,
        fields: &[Field<'a>],
    ) -> Result<Result<usize, Reject>, ImportError> {
        let roles = &self.layout.roles;
        if reading.account.is_none()
            && roles.first(Role::Currency).is_none()
            && roles.first(Role::AccountName).is_none()
        {
            if self.statements.is_empty() {
                self.open(None, None)?;
            }
            return Ok(Ok(0));
        }
        let text = |column: Option<usize>| column.and_then(|c| fields.get(c)).map(|f| f.text()).unwrap_or_default();
        let currency = match (roles.first(Role::Currency), text(roles.first(Role::Currency))) {
            (None, _) => self.fixed,
            (Some(column), code) => match code.parse::<Currency>() {
                Ok(found) => {
                    if let Some(said) = self.options.currency.filter(|said| *said != found) {
                        let message = format!("the file says {found}, not {said}");
                        return Err(ImportError::new(
                            Problem::NeedsOption,
                            message,
                            Remedy::LeaveOut(ImportOption::Currency),
                        )
                        .at_line(line)
                        .in_field(shown(self.layout.name(column))));
                    }
                    Some(found)
                }
                Err(_) if code.is_empty() && self.fixed.is_some() => self.fixed,
                Err(_) => {
                    return Ok(Err(Reject::new(self.layout.name(column), &code, "not a currency code such as USD")));
                }
            },
        };
        let number = AccountNumber::new(text(reading.account).trim_matches('\''));
        let name = Some(text(roles.first(Role::AccountName)).into_owned()).filter(|n| !n.is_empty());
        let same = |s: &Statement<'_>| {
            currency.is_none_or(|c| s.currency == c) && s.account.number == number && s.account.name == name
        };
        if self.statements.get(self.last).is_some_and(same) {
            return Ok(Ok(self.last));
        }
        if let Some(index) = self.statements.iter().position(same) {
            return Ok(Ok(index));
        }
        // A total or a footer must not open a statement of its own.
        let blank_day = roles.all(Role::Day).iter().all(|i| fields.get(*i).is_none_or(|f| f.is_blank()));
        if blank_day || fields.len() < 2 {
            return Ok(Err(Reject::new("day", "", "the row has no day")));
        }
        if self.statements.len() == MOST_STATEMENTS {
            let message = format!("the file has more than {MOST_STATEMENTS} accounts or currencies");
            return Err(ImportError::new(Problem::Limit, message, Remedy::WriteProfileForAccounts).at_line(line));
        }
        let index = self.open(currency, number)?;
        self.statements[index].account.name = name;
        Ok(Ok(index))
    }

    fn open(&mut self, currency: Option<Currency>, number: Option<AccountNumber>) -> Result<usize, ImportError> {
        let currency = currency.or(self.fixed).ok_or_else(|| {
            ImportError::new(
                Problem::NeedsOption,
                "the file does not say which currency its amounts are in",
                Remedy::Answer(Question::open(ImportOption::Currency)),
            )
        })?;
        self.statements.push(Statement {
            account: AccountHint {
                institution: self.layout.institution.clone(),
                number,
                kind: self.layout.kind,
                ..AccountHint::default()
            },
            currency,
            declared: None,
            balances: Vec::new(),
            entries: Vec::new(),
            rejected: Vec::new(),
            skipped: Vec::new(),
        });
        Ok(self.statements.len() - 1)
    }
}
