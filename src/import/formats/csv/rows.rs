//! Rows to entries: every row of the file becomes an entry, a rejected row or a counted skip.

use std::borrow::Cow;

use super::column::Column;
use super::layout::{Direction, Layout};
use super::reading::Reading;
use super::records::Field;
use super::roles::Role;
use super::statements::{NoStatement, Reject, Statements};
use crate::import::error::{ImportError, shown};
use crate::import::evidence::direction::{Fee, Printed};
use crate::import::options::ReadOptions;
use crate::model::{Amount, Currency, Day, Entry, EntryStatus, Micros, MoneyError, RejectedRow, Statement};

/// What became of one row. An entry is moved at once into its statement: boxing it would cost an allocation a row.
#[allow(clippy::large_enum_variant)]
enum Outcome<'a> {
    Entry(Entry<'a>),
    Rejected(RejectedRow),
    Skipped(&'static str),
}

/// Reads all rows. Returns at least one statement, without entries when the file has no rows.
pub(super) fn read<'a>(
    layout: &Layout<'a>,
    reading: &Reading,
    options: &ReadOptions,
) -> Result<Vec<Statement<'a>>, ImportError> {
    let reader = Reader { layout, reading, expected: expected_fields(&layout.header) };
    let mut statements = Statements::new(layout, reading, options)?;
    let mut rows = layout.rows.clone();
    let mut fields = Vec::new();
    while let Some(line) = rows.next(&mut fields)? {
        let outcome = match statements.select(line, &fields) {
            Ok(currency) => reader.row(line, &fields, currency),
            // A row that names no account or currency may still be a total or a footer.
            Err(NoStatement::File(error)) => return Err(error),
            Err(NoStatement::Row(reject)) => match reader.row(line, &fields, Currency::USD) {
                Outcome::Entry(_) => Outcome::Rejected(reject.at(line)),
                other => other,
            },
        };
        match outcome {
            Outcome::Entry(entry) => statements.add_entry(entry),
            Outcome::Rejected(row) => statements.add_rejected(row),
            Outcome::Skipped(what) => statements.count_skipped(what),
        }
    }
    statements.finish()
}

/// Returns how many fields a row must have: those of the header, without nameless ones at its end.
fn expected_fields(header: &[String]) -> usize {
    header.iter().rposition(|h| !h.trim().is_empty()).map_or(0, |i| i + 1)
}

/// Reads one row.
struct Reader<'l, 'a> {
    layout: &'l Layout<'a>,
    reading: &'l Reading,
    expected: usize,
}

impl<'a> Reader<'_, 'a> {
    fn row(&self, line: u64, fields: &[Field<'a>], currency: Currency) -> Outcome<'a> {
        match self.entry(line, fields, currency) {
            Ok(outcome) => outcome,
            Err(reject) => Outcome::Rejected(reject.at(line)),
        }
    }

    fn entry(&self, line: u64, fields: &[Field<'a>], currency: Currency) -> Result<Outcome<'a>, Reject> {
        let (layout, roles) = (self.layout, &self.layout.roles);
        let text = |column: Option<Column>| column.map(|c| c.of(fields).text()).filter(|t| !t.is_empty());
        let has_money = roles.money().any(|c| !c.of(fields).is_blank());
        let dated = roles.all(Role::Day).iter().copied().enumerate().find(|(_, c)| !c.of(fields).is_blank());
        let day_text = dated.map(|(_, c)| c.of(fields).text()).unwrap_or_default();
        let Some(day) = self.reading.dates.read(&day_text) else {
            return self.without_day(fields, &day_text, has_money);
        };
        self.check_length(fields)?;
        if !has_money {
            if fields.iter().any(|f| is_balance_words(&f.text())) {
                return Ok(Outcome::Skipped("balance line"));
            }
            let column = roles.money().next().unwrap_or(Column::new(0));
            return Err(Reject::new(layout.name(column), "", "the amount is empty"));
        }
        let status = match self.status(fields, dated.is_some_and(|(i, _)| i > 0)) {
            Some(status) => status,
            None => return Ok(Outcome::Skipped("row that moved no money (declined or reverted)")),
        };
        let amount = self.amount(fields, currency)?;
        let running_balance = self.balance(fields, currency)?;
        let first = roles.all(Role::Description).iter().copied().find(|c| !c.of(fields).is_blank());
        Ok(Outcome::Entry(Entry {
            line,
            day,
            amount,
            description: first.map(|c| c.of(fields).text()).unwrap_or_default(),
            memo: joined(roles.all(Role::Memo).iter().filter(|c| Some(**c) != first).map(|c| c.of(fields).text())),
            bank_id: text(roles.first(Role::BankId)).map(unquoted),
            check_number: text(roles.first(Role::CheckNumber)),
            category: text(roles.first(Role::Category)),
            status,
            running_balance,
        }))
    }

    /// Decides on a row without a readable day: a total, a title, a footer, or a row that is rejected.
    fn without_day(&self, fields: &[Field<'a>], day: &str, has_money: bool) -> Result<Outcome<'a>, Reject> {
        if fields.iter().all(|f| f.is_blank()) {
            return Ok(Outcome::Skipped("row without content"));
        }
        let is_header = |(i, f): (usize, &Field<'a>)| self.layout.header.get(i).is_some_and(|h| h.trim() == f.text());
        if !self.layout.header.is_empty() && fields.iter().take(self.expected).enumerate().all(is_header) {
            return Ok(Outcome::Skipped("header line"));
        }
        let lower = day.to_lowercase();
        if self.layout.conventions.pending_words.contains(&lower) {
            return Ok(Outcome::Skipped("pending row without a day"));
        }
        let first = fields.iter().map(|f| f.text()).find(|t| !t.is_empty()).unwrap_or_default();
        if is_total_words(&first) || is_balance_words(&first) {
            return Ok(Outcome::Skipped("total or balance line"));
        }
        let digits = day.bytes().filter(u8::is_ascii_digit).count();
        let like_a_date = digits >= 3 && day.len() <= 30;
        let moves_money = || has_money && self.amount(fields, Currency::USD).is_ok();
        if !(like_a_date || moves_money()) {
            return Ok(Outcome::Skipped("line without a day and an amount"));
        }
        let column = self.layout.roles.all(Role::Day).first().map_or("day", |c| self.layout.name(*c));
        let reason =
            if day.is_empty() { "the row has no day" } else { "not a day of the calendar as this file writes days" };
        Err(Reject::new(column, day, reason))
    }

    /// Refuses a row that is too short or too long: it lost or gained a separator, and its cells may be in the wrong
    /// columns.
    fn check_length(&self, fields: &[Field<'a>]) -> Result<(), Reject> {
        let found = format!("{} fields", fields.len());
        if fields.len() < self.expected && !self.layout.conventions.ragged {
            return Err(Reject::new("row", &found, format!("too few fields: {} are expected", self.expected)));
        }
        let width = self.layout.header.len().max(self.expected);
        if fields.iter().skip(width).any(|f| !f.is_blank()) {
            let reason = format!("too many fields: {} are expected; is there an unquoted separator?", self.expected);
            return Err(Reject::new("row", &found, reason));
        }
        Ok(())
    }

    /// Returns posted or pending; `None` when the row never moved money.
    fn status(&self, fields: &[Field<'a>], fallback_day: bool) -> Option<EntryStatus> {
        let c = &self.layout.conventions;
        let word = self.layout.roles.first(Role::Status).map(|column| column.of(fields).text()).unwrap_or_default();
        let is_in = |list: &[String]| list.iter().any(|w| w.eq_ignore_ascii_case(&word) || *w == word.to_lowercase());
        if !word.is_empty() && is_in(&c.ignored_words) {
            return None;
        }
        let pending = c.pending_when_empty.is_some_and(|column| column.of(fields).is_blank())
            || (!word.is_empty() && is_in(&c.pending_words));
        // Without a status column, a row that has only its transaction day is not posted yet.
        let unposted = fallback_day && word.is_empty();
        Some(if pending || unposted { EntryStatus::Pending } else { EntryStatus::Posted })
    }

    fn amount(&self, fields: &[Field<'a>], currency: Currency) -> Result<Amount, Reject> {
        let roles = &self.layout.roles;
        let amount = match (roles.first(Role::Amount), roles.first(Role::Debit), roles.first(Role::Credit)) {
            (Some(column), _, _) => {
                let amount = self.parse(fields, column, currency)?;
                let amount = match self.reading.indicator {
                    Some(indicator) => self.directed(fields, indicator, column, amount)?,
                    None => amount,
                };
                if self.layout.conventions.outflow_positive { self.negated(column, amount)? } else { amount }
            }
            (None, Some(debit), Some(credit)) => self.of_pair(fields, debit, credit, currency)?,
            _ => return Err(Reject::new("amount", "", "the file has no amount column")),
        };
        self.with_fee(fields, amount)
    }

    fn parse(&self, fields: &[Field<'a>], column: Column, currency: Currency) -> Result<Amount, Reject> {
        let text = column.of(fields).text();
        Amount::parse(&text, self.reading.mark, currency)
            .map_err(|e| Reject::new(self.layout.name(column), &text, reason(&e)))
    }

    fn negated(&self, column: Column, amount: Amount) -> Result<Amount, Reject> {
        amount.checked_neg().map_err(|e| Reject::new(self.layout.name(column), &amount.to_string(), reason(&e)))
    }

    /// Returns an unsigned amount with the direction that another column tells.
    fn directed(
        &self,
        fields: &[Field<'a>],
        indicator: Column,
        column: Column,
        amount: Amount,
    ) -> Result<Amount, Reject> {
        let word = indicator.of(fields).text();
        let name = self.layout.name(indicator);
        if amount.is_negative() {
            return Err(Reject::new(
                self.layout.name(column),
                &amount.to_string(),
                format!("a sign beside {:?}", shown(name)),
            ));
        }
        match self.layout.conventions.direction(&word) {
            Some(Direction::Out) => self.negated(column, amount),
            Some(Direction::In) => Ok(amount),
            None => Err(Reject::new(name, &word.to_lowercase(), "neither a word for money out nor for money in")),
        }
    }

    /// Returns the amount of the one of two columns that is filled; zero counts as not filled.
    fn of_pair(
        &self,
        fields: &[Field<'a>],
        debit: Column,
        credit: Column,
        currency: Currency,
    ) -> Result<Amount, Reject> {
        let side = |column: Column, printed: Printed| -> Result<Option<Amount>, Reject> {
            if column.of(fields).is_blank() {
                return Ok(None);
            }
            let amount = self.parse(fields, column, currency)?;
            let unusual = match printed {
                Printed::Positive => amount.is_negative(),
                Printed::Negative => amount.micros() > Micros::ZERO,
                Printed::Any => false,
            };
            if unusual {
                let reason = "the sign is not the one that this column is printed with, so the direction is in doubt";
                return Err(Reject::new(self.layout.name(column), &amount.to_string(), reason));
            }
            let absolute = amount.checked_abs().map_err(|e| Reject::new(self.layout.name(column), "", reason(&e)))?;
            Ok(Some(absolute))
        };
        let moved = |a: &Option<Amount>| a.is_some_and(|a| a.micros() != Micros::ZERO);
        let (out, into) = (side(debit, self.reading.debit)?, side(credit, self.reading.credit)?);
        match (moved(&out), moved(&into)) {
            (true, true) => {
                let names = format!("{} and {}", shown(self.layout.name(debit)), shown(self.layout.name(credit)));
                let found =
                    format!("{} and {}", out.unwrap_or(Amount::zero(currency)), into.unwrap_or(Amount::zero(currency)));
                Err(Reject::new(&names, &found, "both are filled"))
            }
            (true, false) => self.negated(debit, out.unwrap_or(Amount::zero(currency))),
            _ => Ok(into.unwrap_or(Amount::zero(currency))),
        }
    }

    fn with_fee(&self, fields: &[Field<'a>], amount: Amount) -> Result<Amount, Reject> {
        let Some(column) = self.layout.roles.first(Role::Fee).filter(|c| !c.of(fields).is_blank()) else {
            return Ok(amount);
        };
        let fee = self.parse(fields, column, amount.currency())?;
        if fee.micros() == Micros::ZERO {
            return Ok(amount);
        }
        let name = self.layout.name(column);
        let moved = match self.reading.fee {
            Fee::Included => return Ok(amount),
            Fee::Positive => fee.checked_neg().and_then(|f| amount.checked_add(f)),
            Fee::Negative => amount.checked_add(fee),
            Fee::Unknown => {
                let reason = "whether the amount has this fee in it is not known: a profile has to say";
                return Err(Reject::new(name, &fee.to_string(), reason));
            }
        };
        moved.map_err(|e| Reject::new(name, &fee.to_string(), reason(&e)))
    }

    fn balance(&self, fields: &[Field<'a>], currency: Currency) -> Result<Option<Amount>, Reject> {
        let balance = self.layout.roles.first(Role::Balance);
        let Some(column) = balance.filter(|c| !c.of(fields).is_blank()) else { return Ok(None) };
        match self.parse(fields, column, currency) {
            Ok(balance) if self.layout.conventions.owed_positive => self.negated(column, balance).map(Some),
            Ok(balance) => Ok(Some(balance)),
            // `Processing` instead of a balance is no reason to lose the row; a broken number is.
            Err(reject) if reject.found.bytes().any(|b| b.is_ascii_digit()) => Err(reject),
            Err(_) => Ok(None),
        }
    }
}

/// Returns why a cell is not an amount, without repeating the cell.
fn reason(error: &MoneyError) -> String {
    match error {
        MoneyError::Empty => "the amount is empty".to_owned(),
        MoneyError::NotANumber(_) => "not an amount".to_owned(),
        MoneyError::TooPrecise(_) => "more than six decimals".to_owned(),
        MoneyError::Overflow(_) => "does not fit: amounts go up to 9223372036854.775807".to_owned(),
        other => other.to_string(),
    }
}

/// Removes the apostrophes that some banks put around ids so that spreadsheets keep their zeros.
fn unquoted(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(t) => Cow::Borrowed(t.trim_matches('\'')),
        Cow::Owned(t) => Cow::Owned(t.trim_matches('\'').to_owned()),
    }
}

/// Joins the filled texts; borrows when there is only one.
fn joined<'a>(texts: impl Iterator<Item = Cow<'a, str>>) -> Cow<'a, str> {
    let mut out = Cow::Borrowed("");
    for text in texts.filter(|t| !t.is_empty()) {
        out = if out.is_empty() { text } else { Cow::Owned(format!("{out} / {text}")) };
    }
    out
}

fn is_total_words(text: &str) -> bool {
    let lower = text.to_lowercase();
    lower.starts_with("total") || lower.contains(" total") || lower.starts_with("summe") || lower.starts_with("gesamt")
}

fn is_balance_words(text: &str) -> bool {
    const WORDS: [&str; 9] = [
        "beginning balance",
        "opening balance",
        "ending balance",
        "closing balance",
        "balance forward",
        "saldo",
        "anfangssaldo",
        "endsaldo",
        "solde",
    ];
    text.len() < 120 && WORDS.iter().any(|w| text.to_lowercase().starts_with(w))
}

/// Returns the day of a balance in a preamble line: its last word that is a date.
pub(super) fn last_day(text: &str, reading: &Reading) -> Option<Day> {
    text.split_whitespace().rev().find_map(|word| reading.dates.read(word))
}
