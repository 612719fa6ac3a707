//! Rows to entries: every row of the file becomes an entry, a rejected row or a counted skip.

use std::borrow::Cow;

use super::column::Column;
use super::label::{self, Label, Labels};
use super::layout::Layout;
use super::length;
use super::money::Money;
use super::names;
use super::pending;
use super::reading::Reading;
use super::records::Field;
use super::reject::Reject;
use super::roles::Role;
use super::sections::{self, Sections};
use super::stated::{self, Stated, StatedKind};
use super::statements::{NoStatement, Statements};
use super::status::{self, Status};
use super::statuses;
use super::totals::{self, TotalLine};
use crate::import::error::ImportError;
use crate::import::evidence::lines::{self, Line};
use crate::import::evidence::number::is_rounded;
use crate::import::evidence::pending::says_pending;
use crate::import::options::ReadOptions;
use crate::model::{Amount, Currency, Day, Entry, EntryStatus, Micros, MoneyError, Rare, RejectedRow};

/// What became of one row. An entry is moved at once into its statement: boxing it would cost an allocation a row.
#[allow(clippy::large_enum_variant)]
enum Outcome<'a> {
    Entry(Entry<'a>),
    Rejected(RejectedRow),
    /// A line that says total and has no amount of its own.
    Total(TotalLine),
    Skipped(&'static str),
    /// A row that moved no money, with its amount.
    Void(Option<Amount>),
    /// A line that states a balance.
    Stated(Stated),
    /// A line that goes on with the text of the row before.
    Continued(Cow<'a, str>),
    /// The title of the pending rows, or of the others.
    Section(bool),
}

/// Reads all rows into statements, at least one, without entries when the file has no rows.
pub(super) fn read<'l, 'a>(
    layout: &'l Layout<'a>,
    reading: &'l Reading,
    options: &'l ReadOptions,
) -> Result<Statements<'l, 'a>, ImportError> {
    // The last title above the header is that of the rows below it.
    let title = layout.preamble.iter().rev().find_map(|(_, fields)| pending::title(fields));
    let mut reader =
        Reader { layout, reading, is_pending_section: title.unwrap_or_default(), labels: Labels::default() };
    let mut statements = Statements::new(layout, reading, options);
    let mut sections = Sections::new(layout);
    let mut rows = layout.rows.clone();
    let mut fields = Vec::new();
    while let Some(line) = rows.next(&mut fields)? {
        // A line that moves no money opens no statement: its first cell is no account.
        let is_known = !statements.is_split() || statements.has(line, &fields);
        let apart = if is_known { None } else { Some(reader.row(line, &fields, Currency::NONE)) };
        let outcome = match apart {
            Some(
                outcome @ (Outcome::Skipped(_)
                | Outcome::Void(_)
                | Outcome::Stated(_)
                | Outcome::Continued(_)
                | Outcome::Section(_)),
            ) => outcome,
            _ => match statements.select(line, &fields) {
                Ok(currency) => reader.row(line, &fields, currency),
                // A row that names no account or currency may still be a total or a footer.
                Err(NoStatement::File(error)) => return Err(error),
                Err(NoStatement::Row(reject)) => match reader.row(line, &fields, Currency::NONE) {
                    Outcome::Entry(_) => Outcome::Rejected(reject.at(line)),
                    other => other,
                },
            },
        };
        match outcome {
            Outcome::Entry(entry) => {
                sections.row(&entry, statements.is_split())?;
                let label = Label::of(layout, line, &fields, &entry.description);
                statements.add_entry(entry, label);
            }
            Outcome::Rejected(row) => {
                sections.below_other_header()?;
                statements.add_rejected(row);
            }
            Outcome::Total(line) => statements.add_total(line),
            Outcome::Skipped(what) => {
                sections.skipped(what, line, &fields, statements.is_split())?;
                statements.count_skipped(what);
            }
            Outcome::Void(amount) => statements.add_void(line, &fields, amount, is_known),
            Outcome::Stated(stated) => statements.add_stated(line, &fields, stated, is_known),
            Outcome::Continued(text) => statements.continue_text(&text),
            Outcome::Section(is_pending) => {
                let was_pending = std::mem::replace(&mut reader.is_pending_section, is_pending);
                sections.known_title([is_pending, was_pending], statements.is_split())?;
                statements.count_skipped("section title");
            }
        }
    }
    sections.end()?;
    Ok(statements)
}

/// Reads one row.
pub(super) struct Reader<'l, 'a> {
    pub(super) layout: &'l Layout<'a>,
    pub(super) reading: &'l Reading,
    /// Whether the rows stand below a title that says that they are pending.
    is_pending_section: bool,
    labels: Labels,
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
        let has_money = self.reading.money.columns().any(|c| !c.of(fields).is_no_amount());
        let dated = roles.all(Role::Day).iter().copied().enumerate().find(|(_, c)| !c.of(fields).is_blank());
        let day_text = dated.map(|(_, c)| c.of(fields).text()).unwrap_or_default();
        let (day_cell, is_marked) = pending::day_cell(&day_text, &layout.conventions.pending_words);
        // `pending` in place of the day of booking, and the other day beside it.
        let beside = || {
            let others = roles.all(Role::Day).iter().filter(|_| is_marked && day_cell.is_empty());
            others.into_iter().find_map(|c| self.reading.dates.read(&c.of(fields).text()))
        };
        let Some(day) = self.reading.dates.read(day_cell).or_else(beside) else {
            return self.without_day(fields, &day_text, has_money, currency);
        };
        if let Some((_, column)) = self.reading.cut.filter(|(cut, _)| *cut == line) {
            let reason = "the file ends here, and every other cell of the column has more decimals or digits: its end may be missing";
            return Err(Reject::new(layout.name(column), &column.of(fields).text(), reason));
        }
        if self.reading.latest.is_some_and(|latest| day > latest) {
            let column = dated.map_or("day", |(_, column)| layout.name(column));
            return Err(Reject::new(column, &day_text, format!("it would be {day}, more than a year from today")));
        }
        length::check(layout, self.reading, fields)?;
        let first = roles.all(Role::Description).iter().copied().find(|c| !c.of(fields).is_blank());
        let kind = |role| text(roles.first(role)).filter(|text| !label::says(text));
        let instead = || [Role::Type, Role::Category].into_iter().find_map(kind);
        let label = || self.labels.of_row(layout, fields);
        let description = first.map(|c| c.of(fields).text()).or_else(label).or_else(instead).unwrap_or_default();
        let running_balance = self.balance(fields, currency)?;
        let amount = if has_money { Some(self.amount(fields, currency)) } else { None };
        let readable = amount.as_ref().and_then(|a| a.as_ref().ok().copied());
        // What a row without a text says in another column of money that moved counts once all rows are read.
        let is_zero = readable.is_some_and(|amount| amount.micros() == Micros::ZERO);
        let is_in_doubt = first != roles.first(Role::Description) && readable.is_some() && !is_zero;
        let beside = || Label::beside(layout, line, fields, &description);
        let label = if is_zero { beside().filter(|label| !label.may_be_a_name()) } else { None };
        let words = label.as_ref().map_or(&*description, Label::text);
        if has_money == readable.is_some()
            && !is_in_doubt
            && let Some(stated) = self.stated(fields, currency, day, words, readable, running_balance)
        {
            return Ok(stated);
        }
        if !has_money && self.reading.is_trades {
            return Ok(Outcome::Skipped("row that moved units and no money"));
        }
        if layout.conventions.paid_from.is_some_and(|column| self.is_of_others(column, fields)) {
            return Ok(Outcome::Skipped("row that another account paid"));
        }
        let Some(amount) = amount else {
            let column = self.reading.money.columns().next().map_or("amount", |c| layout.name(c));
            return Err(Reject::new(column, "", "the amount is empty"));
        };
        let is_of_other_day = dated.is_some_and(|(i, _)| i >= self.reading.posting_days);
        let status = self.status(fields, is_of_other_day, running_balance.is_some())?;
        if status == Status::Void {
            return Ok(Outcome::Void(amount.ok()));
        }
        let amount = match amount {
            Ok(amount) => amount,
            Err(reject) => {
                let label = beside();
                let words = label.as_ref().map_or(&*description, Label::text);
                return self.total(line, fields, words, currency, reject);
            }
        };
        let payer = text(roles.first(Role::Payer)).filter(|_| !amount.is_negative());
        let is_pending =
            status == Status::Pending || is_marked || self.is_pending_section || says_pending(&description);
        let status = if is_pending { EntryStatus::Pending } else { EntryStatus::Posted };
        Ok(Outcome::Entry(Entry {
            line,
            day,
            amount,
            description: payer.unwrap_or(description).into(),
            memo: joined(
                roles
                    .all(Role::Memo)
                    .iter()
                    .filter(|c| Some(**c) != first)
                    .map(|c| c.of(fields).text())
                    .chain(fields.iter().skip(self.reading.width).map(|f| f.text())),
            )
            .into(),
            bank_id: text(roles.first(Role::BankId)).map(unquoted).filter(|id| !is_rounded(id)).into(),
            transaction_type: text(roles.first(Role::Type)).into(),
            rare: Rare::of(text(roles.first(Role::CheckNumber)).into(), text(roles.first(Role::Category)).into()),
            status,
            running: running_balance.map(|balance| balance.micros()),
        }))
    }

    /// Returns what a row is whose amount is refused: a total, it may be, that has one in both columns or no direction.
    fn total(
        &self,
        line: u64,
        fields: &[Field<'a>],
        description: &str,
        currency: Currency,
        reject: Reject,
    ) -> Result<Outcome<'a>, Reject> {
        let filled = self.reading.money.columns().filter(|column| !column.of(fields).is_blank());
        let amounts = filled.map(|column| self.parse(fields, column, currency).ok()).collect::<Option<Vec<Amount>>>();
        match amounts.filter(|_| lines::kind(description) == Some(Line::Total)) {
            Some(amounts) => Ok(Outcome::Total(TotalLine { row: reject.at(line), amounts })),
            None => Err(reject),
        }
    }

    /// Returns whether a row says that another account paid it.
    fn is_of_others(&self, column: Column, fields: &[Field<'a>]) -> bool {
        let text = column.of(fields).text().to_lowercase();
        !text.is_empty() && !self.layout.conventions.own_words.contains(&text)
    }

    /// Returns what a row is that states a balance or a sum instead of moving money: by its words, and because its amount
    /// is blank, zero, or the balance itself. A name such as `NEW BALANCE` beside an amount is a payee.
    fn stated(
        &self,
        fields: &[Field<'a>],
        currency: Currency,
        day: Day,
        description: &str,
        amount: Option<Amount>,
        balance: Option<Amount>,
    ) -> Option<Outcome<'a>> {
        let has_money = amount.is_some();
        let moved = amount.filter(|a| a.micros() != Micros::ZERO);
        let opposite = |a: Amount| a.micros().checked_neg();
        // A row whose balance is not its amount moved money, whatever it says.
        let is_balance = moved.zip(balance).map(|(a, b)| a.micros() == b.micros() || opposite(a) == Some(b.micros()));
        if is_balance == Some(false) {
            return None;
        }
        // A row without an amount may say it in any column.
        let anywhere = || fields.iter().filter(|f| !has_money && !f.is_blank()).find_map(|f| lines::kind(&f.text()));
        let line = lines::kind(description).or_else(anywhere)?;
        // Whether the rows add up to a total is seen when all are read.
        let is_sum = line == Line::Total && balance.is_none();
        if moved.is_some() && (is_sum || lines::may_be_a_name(description)) {
            return None;
        }
        let kind = match line {
            Line::Opening | Line::Forward => StatedKind::Opening,
            Line::Closing | Line::AsOf => StatedKind::Closing,
            Line::Available => StatedKind::Available,
            Line::Pending | Line::Posted | Line::Footer if has_money => return None,
            _ => return Some(Outcome::Skipped(totals::WHAT)),
        };
        let (amount, is_running) = match (moved, balance) {
            (_, Some(balance)) => (balance, true),
            (Some(amount), None) => (amount, false),
            // Zeros may only stand for blank cells beside a balance in a column of another name.
            (None, None) if has_money => {
                let zero = amount.filter(|_| kind != StatedKind::Available);
                match zero.filter(|_| !self.has_more_numbers(fields)) {
                    Some(zero) => (zero, false),
                    None => return Some(Outcome::Skipped("balance line")),
                }
            }
            (None, None) => match self.amounts_apart(fields, currency).as_slice() {
                [] => return Some(Outcome::Skipped("balance line")),
                [only] => (*only, true),
                _ => return Some(Outcome::Skipped("balance line with more than one amount")),
            },
        };
        let is_of_pair = !is_running && matches!(self.reading.money, Money::Pair(..));
        let columns = self.reading.money.columns().filter(|_| is_of_pair);
        let mut printed = columns.filter_map(|column| self.parse(fields, column, currency).ok());
        let printed = printed.find(|printed| printed.micros() != Micros::ZERO && *printed != amount);
        Some(Outcome::Stated(Stated { kind, day, amount, printed, is_running, is_told: false }))
    }

    /// Returns whether a cell that is no title of a line and no day, id or account has a number other than zero.
    fn has_more_numbers(&self, fields: &[Field<'a>]) -> bool {
        let has_digit = |text: &str| text.contains(|c: char| c.is_numeric() && c != '0');
        self.cells_apart(fields).any(|text| has_digit(&text) && lines::kind(&text).is_none())
    }

    /// Returns the cells that hold no day, id, account or currency.
    fn cells_apart<'f>(&'f self, fields: &'f [Field<'a>]) -> impl Iterator<Item = Cow<'a, str>> + 'f {
        const ROLES: [Role; 6] =
            [Role::Day, Role::BankId, Role::CheckNumber, Role::Account, Role::AccountName, Role::Currency];
        let is_other =
            |index: usize| ROLES.iter().any(|role| self.layout.roles.all(*role).contains(&Column::new(index)));
        fields.iter().enumerate().filter(move |(index, _)| !is_other(*index)).map(|(_, field)| field.text())
    }

    /// Returns the amounts of a line that states a balance in columns which hold no money.
    fn amounts_apart(&self, fields: &[Field<'a>], currency: Currency) -> Vec<Amount> {
        let cells = self.cells_apart(fields);
        // A bare number may count or name anything.
        let is_amount = |text: &str| currency.minor_digits() == 0 || text.contains(['.', ',']);
        cells
            .filter(|text| is_amount(text))
            .filter_map(|text| Amount::parse(&text, self.reading.mark, currency).ok())
            .collect()
    }

    /// Decides on a row without a readable day: a balance, a total, a title, a footer, or a row that is rejected.
    fn without_day(
        &self,
        fields: &[Field<'a>],
        day: &str,
        has_money: bool,
        currency: Currency,
    ) -> Result<Outcome<'a>, Reject> {
        if fields.iter().all(|f| f.is_blank()) {
            return Ok(Outcome::Skipped("row without content"));
        }
        let is_header = |(i, f): (usize, &Field<'a>)| self.layout.header.get(i).is_some_and(|h| h.trim() == f.text());
        if !self.layout.header.is_empty() && fields.iter().take(self.reading.needed).enumerate().all(is_header) {
            return Ok(Outcome::Skipped(sections::HEADER));
        }
        if let Some(is_pending) = pending::title(fields) {
            return Ok(Outcome::Section(is_pending));
        }
        if let Some(stated) = self.stated_apart(fields, currency) {
            return Ok(stated);
        }
        if self.layout.conventions.pending_words.contains(&day.to_lowercase()) {
            return Ok(Outcome::Skipped("pending row without a day"));
        }
        let first = fields.iter().find(|f| !f.is_blank()).map(|f| f.text()).unwrap_or_default();
        // `2026-03-15 booked` in a row of money is a day that cannot be read.
        let is_status = |line: Line| matches!(line, Line::Pending | Line::Posted | Line::Footer);
        let is_row = has_money && day.bytes().any(|b| b.is_ascii_digit());
        if lines::kind(&first).is_some_and(|line| !(is_row && is_status(line)))
            || (!day.bytes().any(|b| b.is_ascii_digit()) && lines::names_a_total(&first))
        {
            return Ok(Outcome::Skipped(totals::WHAT));
        }
        let roles = &self.layout.roles;
        let continues = day.is_empty() && !has_money && fields.len() > 2;
        if let Some(text) =
            roles.first(Role::Description).map(|c| c.of(fields).text()).filter(|t| continues && !t.is_empty())
        {
            return Ok(Outcome::Continued(text));
        }
        let is_alone = fields.iter().filter(|field| !field.is_blank()).count() == 1;
        // A row with digits of another script cannot be read, and is told as that.
        let digits = day.chars().filter(|c| c.is_numeric()).count();
        // `Card 1111` and nothing else is a title.
        let is_title = is_alone
            && (names::names_an_account(&first) || (day.starts_with(char::is_alphabetic) && !lines::names_a_time(day)));
        let like_a_date = digits >= 3 && day.chars().count() <= 30 && !is_title;
        let moves_money = || has_money && self.amount(fields, Currency::NONE).is_ok();
        if !(like_a_date || moves_money()) {
            return Ok(Outcome::Skipped(sections::UNKNOWN));
        }
        let column = roles.all(Role::Day).first().map_or("day", |c| self.layout.name(*c));
        let reason =
            if day.is_empty() { "the row has no day" } else { "not a day of the calendar as this file writes days" };
        Err(Reject::new(column, day, reason))
    }

    /// Returns the balance of a line of its own, such as `Kontostand;31.03.2026;;;1.234,56;EUR`, and of a row with an
    /// opening or closing column.
    fn stated_apart(&self, fields: &[Field<'a>], currency: Currency) -> Option<Outcome<'a>> {
        let roles = &self.layout.roles;
        let column = |role| roles.first(role).filter(|c| !c.of(fields).is_blank());
        for (role, kind) in [(Role::Opening, StatedKind::Start), (Role::Closing, StatedKind::End)] {
            if let Some(amount) = column(role).and_then(|c| self.parse(fields, c, currency).ok()) {
                let (day, is_running, is_told) = (Day::FIRST, true, false);
                return Some(Outcome::Stated(Stated { kind, day, amount, printed: None, is_running, is_told }));
            }
        }
        stated::of_line(fields, self.reading, currency, None).map(Outcome::Stated)
    }

    /// Returns what the status says, by the words of the profile or those that banks use.
    fn status(&self, fields: &[Field<'a>], fallback_day: bool, has_balance: bool) -> Result<Status, Reject> {
        let (c, roles) = (&self.layout.conventions, &self.layout.roles);
        let column = roles.first(Role::Status);
        let word = column.map(|s| s.of(fields).text()).unwrap_or_default();
        let is_in = |list: &[String]| list.iter().any(|w| w.eq_ignore_ascii_case(&word) || *w == word.to_lowercase());
        let known = match self.layout.learn {
            _ if word.is_empty() => None,
            true => status::of(&word),
            false if is_in(&c.ignored_words) => Some(Status::Void),
            false => is_in(&c.pending_words).then_some(Status::Pending),
        };
        let known = known.or_else(|| statuses::answer(self.layout.name(column?), &word));
        // A column that may hold statuses, and one that may hold anything.
        let named = column.filter(|_| self.layout.learn && known.is_none());
        for column in c.in_doubt.iter().copied().chain(named).filter(|_| !has_balance) {
            let cell = column.of(fields).text();
            if status::may_be_void(&cell) {
                let open = "it may say that the row moved no money";
                return Err(Reject::without_profile(self.layout.name(column), &cell, open));
            }
        }
        let kind =
            roles.first(Role::Type).filter(|_| self.layout.learn).map(|t| t.of(fields).text()).unwrap_or_default();
        let of_type = status::of_type(&kind);
        let is_of_type = is_pending_word(&c.pending_words, &kind) || of_type == Some(Status::Pending);
        let is_blank = c.pending_when_empty.is_some_and(|column| column.of(fields).is_blank());
        // Without a status column, a row that has only its transaction day is not posted yet.
        let is_unposted = fallback_day && word.is_empty();
        let is_open = self.reading.status_is_needed && !has_balance && word.chars().any(char::is_alphabetic);
        match known {
            Some(Status::Void) => Ok(Status::Void),
            _ if of_type == Some(Status::Void) && !has_balance => Ok(Status::Void),
            // Until its balance tells.
            _ if of_type == Some(Status::Void) || is_of_type || is_blank || is_unposted => Ok(Status::Pending),
            None if is_open => {
                let name = column.map_or("status", |c| self.layout.name(c));
                Err(Reject::without_profile(name, &word, "not known to say whether the row is booked"))
            }
            known => Ok(known.unwrap_or(Status::Posted)),
        }
    }

    fn amount(&self, fields: &[Field<'a>], currency: Currency) -> Result<Amount, Reject> {
        let amount = match self.reading.money {
            Money::Lone(column, told) => self.of_lone(fields, column, told, currency)?,
            Money::Pair(debit, credit) => self.of_pair(fields, debit, credit, currency)?,
        };
        self.with_fee(fields, amount)
    }

    pub(super) fn parse(&self, fields: &[Field<'a>], column: Column, currency: Currency) -> Result<Amount, Reject> {
        let text = column.of(fields).text();
        Amount::parse(&text, self.reading.mark, currency)
            .map_err(|e| Reject::new(self.layout.name(column), &text, reason(&e)))
    }

    pub(super) fn negated(&self, column: Column, amount: Amount) -> Result<Amount, Reject> {
        amount.checked_neg().map_err(|e| Reject::new(self.layout.name(column), &amount.to_string(), reason(&e)))
    }
}

/// Returns why a cell is not an amount, without repeating the cell.
pub(super) fn reason(error: &MoneyError) -> String {
    match error {
        MoneyError::Empty => "the amount is empty".to_owned(),
        MoneyError::NotANumber(_) => "not an amount".to_owned(),
        MoneyError::OtherCurrency(_, currency) => format!("not in {currency}"),
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

fn is_pending_word(words: &[String], text: &str) -> bool {
    !text.is_empty() && words.iter().any(|word| word.eq_ignore_ascii_case(text))
}
