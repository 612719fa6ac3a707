//! One statement while it is read: rows become entries at once, and the few amounts that can be read in two
//! ways wait until the whole column is known.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::direction::{self, Beside, By, Reading};
use super::fields::{Fields, Refusal, described, refuse_corrections};
use super::stated::{self, Stated};
use super::tags::Tag;
use super::values;
use crate::import::error::{Damage, ImportError, ImportOption, Problem, Question, Remedy};
use crate::import::evidence::decimal_mark::{Tally, Written};
use crate::import::evidence::direction::Step;
use crate::import::evidence::lines::Line;
use crate::import::evidence::pending::says_pending;
use crate::import::options::ReadOptions;
use crate::model::{
    AccountHint, AccountNumber, AccountType, Amount, BalanceKind, Currency, Day, DecimalMark, Entry, EntryStatus,
    FileText, MoneyError, Period, Rare, RejectedRow, ReportedBalance, Skipped, Statement,
};

/// Names and how often they were seen, for what is not imported.
#[derive(Default)]
pub(super) struct Counts(Vec<Skipped>);

impl Counts {
    /// Counts one more. Beyond 64 names they are counted together, so that no file makes this slow.
    pub(super) fn add(&mut self, what: &str) {
        let known = self.0.iter().position(|s| s.what.eq_ignore_ascii_case(what));
        let what = if known.is_none() && self.0.len() >= 64 { "OTHER" } else { what };
        match self.0.iter_mut().find(|s| s.what.eq_ignore_ascii_case(what)) {
            Some(skipped) => skipped.count = skipped.count.saturating_add(1),
            None => self.0.push(Skipped { what: values::shown(what), count: 1 }),
        }
    }

    /// Returns the names, for a message.
    pub(super) fn names(&self) -> String {
        let (first, more) = self.0.split_at(self.0.len().min(8));
        let names = first.iter().map(|s| s.what.as_str()).collect::<Vec<_>>().join(", ");
        if more.is_empty() { names } else { format!("{names} and {} more", more.len()) }
    }

    pub(super) fn into_skipped(self) -> Vec<Skipped> {
        self.0
    }
}

/// A balance as it is printed, and the currency of its own, where it has one.
struct Printed<'a> {
    tag: Tag,
    raw: &'a str,
    day: Day,
    currency: &'a str,
}

/// A statement that is not finished.
pub(super) struct Draft<'a> {
    account: AccountHint,
    has_account: bool,
    /// The line at which it starts.
    line: u64,
    /// What rows are stamped with until CURDEF is known.
    currency: Currency,
    named_currency: Option<Currency>,
    /// A second CURDEF that names another currency.
    other_currency: Option<Currency>,
    first: Option<Day>,
    last: Option<Day>,
    as_of: &'a str,
    cash: &'a str,
    balances: Vec<Printed<'a>>,
    stated: Vec<Stated<'a>>,
    marks: Tally,
    entries: Vec<Entry<'a>>,
    /// Entries whose amount can be read in two ways, by index, with the amount as written.
    undecided: Vec<(usize, &'a str)>,
    /// Entries that name a currency of their own, by index.
    own_currency: Vec<(usize, &'a str)>,
    rejected: Vec<RejectedRow>,
    pub(super) skipped: Counts,
}

impl<'a> Draft<'a> {
    pub(super) fn new(tag: Tag, line: u64, institution: Option<String>, options: &ReadOptions) -> Self {
        let kind = match tag {
            Tag::CardStatement => Some(AccountType::CreditCard),
            Tag::InvestmentStatement => Some(AccountType::Investment),
            _ => None,
        };
        Draft {
            account: AccountHint { institution, kind, ..AccountHint::default() },
            has_account: false,
            line,
            currency: options.currency.unwrap_or(Currency::USD),
            named_currency: None,
            other_currency: None,
            first: None,
            last: None,
            as_of: "",
            cash: "",
            balances: Vec::new(),
            stated: Vec::new(),
            marks: Tally::default(),
            entries: Vec::new(),
            undecided: Vec::new(),
            own_currency: Vec::new(),
            rejected: Vec::new(),
            skipped: Counts::default(),
        }
    }

    /// Takes an element of the statement itself.
    pub(super) fn set(&mut self, tag: Tag, value: &'a str) {
        match tag {
            Tag::CurDef => self.name_currency(values::text(value).parse().ok()),
            Tag::DtStart => self.first = self.first.or(values::day(value)),
            Tag::DtEnd => self.last = self.last.or(values::day(value)),
            Tag::DtAsOf if self.as_of.is_empty() => self.as_of = value,
            Tag::AvailCash if self.cash.is_empty() => self.cash = value,
            _ => {}
        }
    }

    /// Takes the currency of the statement. It mostly stands before the rows, whose marks it helps to read.
    fn name_currency(&mut self, named: Option<Currency>) {
        match self.named_currency {
            None if self.entries.is_empty() => self.currency = named.unwrap_or(self.currency),
            None => {}
            Some(known) => self.other_currency = self.other_currency.or(named.filter(|other| *other != known)),
        }
        self.named_currency = self.named_currency.or(named);
    }

    /// Takes the account. Only the first one is the statement's own.
    pub(super) fn account(&mut self, fields: &Fields<'a>) {
        if self.has_account {
            return;
        }
        self.has_account = true;
        let number = values::text(fields.account);
        self.account.number = AccountNumber::new(&number).filter(|_| !names_no_account(&number));
        self.account.bank_id = some(fields.bank).map(Cow::into_owned);
        self.account.branch = some(fields.branch).map(Cow::into_owned);
        let kind = values::text(fields.account_type).to_ascii_uppercase();
        self.account.kind = self.account.kind.or(match kind.as_str() {
            "CHECKING" => Some(AccountType::Checking),
            "SAVINGS" => Some(AccountType::Savings),
            "MONEYMRKT" => Some(AccountType::MoneyMarket),
            "CREDITLINE" => Some(AccountType::LineOfCredit),
            "CD" => Some(AccountType::Cd),
            _ => None,
        });
    }

    /// Takes a balance. One without anything inside is how some banks say that they have none.
    pub(super) fn balance(&mut self, tag: Tag, fields: &Fields<'a>) {
        // Programs write the day of their clock's zero for none.
        match values::day(fields.as_of).filter(|day| Day::from_ymd(1970, 1, 1) != Ok(*day)) {
            _ if fields.balance.is_empty() => {}
            _ if fields.twice.is_some() => self.skipped.add(&format!("{} with two amounts", balance_name(tag))),
            Some(day) => self.push_balance(Printed { tag, raw: fields.balance, day, currency: fields.currency }),
            None => self.skipped.add(&format!("{} without a day", balance_name(tag))),
        }
    }

    fn push_balance(&mut self, printed: Printed<'a>) {
        self.marks.count(self.written(printed.raw));
        self.balances.push(printed);
    }

    /// Takes a row: as an entry, or as a rejected row.
    pub(super) fn row(&mut self, tag: Tag, pending: bool, line: u64, fields: &Fields<'a>) {
        if let Err(refusal) = self.entry(tag, pending, line, fields) {
            self.rejected.push(rejected_row(line, refusal));
        }
    }

    fn entry(&mut self, tag: Tag, pending: bool, line: u64, row: &Fields<'a>) -> Result<(), Refusal<'a>> {
        let (day_field, day_raw) = match tag {
            Tag::PendingRow if !row.happened.is_empty() => ("DTTRAN", row.happened),
            Tag::PendingRow if row.posted.is_empty() => ("DTTRAN", ""),
            _ => ("DTPOSTED", row.posted),
        };
        let missing = |field| (field, "", "is missing or empty".to_owned());
        if day_raw.is_empty() {
            return Err(missing(day_field));
        }
        let not_a_day = || (day_field, day_raw, "does not start with a day of the calendar, YYYYMMDD".to_owned());
        let day = values::day(day_raw).ok_or_else(not_a_day)?;
        if row.amount.is_empty() {
            return Err(missing("TRNAMT"));
        }
        if let Some((field, value)) = row.twice {
            return Err((field, value, "stands twice in the row, with different values".to_owned()));
        }
        refuse_corrections(row)?;
        let written = self.written(row.amount);
        let (description, memo) = described(row);
        let pending = pending || stated::is_hold(&values::text(row.kind)) || says_pending(&description);
        if !pending && let Some(line) = stated::kind(&description, row.id, row.kind) {
            self.marks.count(written);
            self.skipped.add(stated::WHAT);
            self.stated.push(Stated { line, day, amount: row.amount, currency: row.currency });
            return Ok(());
        }
        let amount = match written {
            Written::Silent => self.parse(row.amount, DecimalMark::Dot)?,
            Written::With(mark) => self.parse(row.amount, mark)?,
            Written::Either => {
                self.undecided.push((self.entries.len(), row.amount));
                Amount::zero(self.currency)
            }
        };
        self.marks.count(written);
        if !row.currency.is_empty() {
            self.own_currency.push((self.entries.len(), row.currency));
        }
        self.entries.push(Entry {
            line,
            day,
            amount,
            description: description.into(),
            memo: memo.into(),
            bank_id: values::text(row.id).into(),
            transaction_type: values::text(row.kind).into(),
            rare: Rare::of(values::text(row.check).into(), FileText::default()),
            status: if pending { EntryStatus::Pending } else { EntryStatus::Posted },
            running: None,
        });
        Ok(())
    }

    /// Returns what the writing of an amount says. OFX allows no grouping, but banks group.
    fn written(&self, raw: &str) -> Written {
        Written::of(&values::text(raw), Some(self.currency))
    }

    fn parse(&self, raw: &'a str, mark: DecimalMark) -> Result<Amount, Refusal<'a>> {
        let text = values::text(raw);
        if matches!(&*text, "." | ",") {
            // Zero, by programs that print no leading and no trailing zeros.
            return Ok(Amount::zero(self.currency));
        }
        Amount::parse(&text, mark, self.currency).map_err(|e| {
            let reason = match e {
                MoneyError::Overflow(_) => "does not fit: amounts go up to 9223372036854.775807",
                MoneyError::TooPrecise(_) => "has more than six decimals",
                _ => "is not an amount",
            };
            ("TRNAMT", raw, reason.to_owned())
        })
    }

    /// Returns the currency of a row or a balance whose CURRENCY is not the statement's (ORIGCURRENCY only says what it
    /// once was).
    fn foreign(&self, own: &str) -> Option<Currency> {
        own.parse().ok().filter(|other| *other != self.currency)
    }

    /// Ends the statement. `file` is what the other statements of the file show of the decimal mark, `beside` what is known of
    /// the signs.
    pub(super) fn finish(
        mut self,
        file: &Tally,
        beside: Beside,
        options: &ReadOptions,
    ) -> Result<(Statement<'a>, Reading), ImportError> {
        match values::day(self.as_of) {
            _ if self.cash.is_empty() => {}
            Some(day) => self.push_balance(Printed { tag: Tag::AvailCash, raw: self.cash, day, currency: "" }),
            None => self.skipped.add("AVAILCASH without a day"),
        }
        let currency = self.currency_of(options)?;
        let mark = if self.marks.is_silent() { file } else { &self.marks }.unanimous();
        if currency != self.currency {
            for entry in &mut self.entries {
                entry.amount = Amount::from_micros(entry.amount.micros(), currency);
            }
            self.currency = currency;
        }
        self.settle(mark);
        // One of today may be of tomorrow elsewhere.
        let mut balances = self.reported(mark, options.today.map(|today| today.plus_days(1)));
        let printed_apart = balances.len();
        self.add_stated(&mut balances, mark);
        let is_card = self.is_card();
        let mut reading = direction::settle(&mut self.entries, &mut balances, is_card, options.sign, beside);
        if let By::Evidence { refusal, .. } = &mut reading.by {
            *refusal = refusal.take().map(|error| error.at_line(self.line).in_field("TRNAMT"));
        }
        stated::book_what_adds_up(&mut self.entries, &balances);
        if matches!(stated::add_up(&balances, &self.entries), Step::Opposite | Step::Unknown) {
            // What rows state is then no balance that is proven, and may be something else.
            balances.truncate(printed_apart);
        }
        self.rejected.sort_by_key(|row| row.line);
        let declared = self.first.zip(self.last).and_then(|(first, last)| Period::new(first, last));
        let statement = Statement {
            account: self.account,
            currency,
            declared,
            balances,
            entries: self.entries,
            rejected: self.rejected,
            skipped: self.skipped.into_skipped(),
            content: OnceLock::new(),
        };
        Ok((statement, reading))
    }

    fn is_card(&self) -> bool {
        matches!(self.account.kind, Some(AccountType::CreditCard | AccountType::LineOfCredit))
    }

    /// Returns whether money out is printed with a minus.
    pub(super) fn prints_minus(&self) -> bool {
        direction::prints_minus(&self.entries, self.is_card())
    }

    /// Returns what this statement shows of the decimal mark.
    pub(super) fn marks(&self) -> &Tally {
        &self.marks
    }

    fn currency_of(&self, options: &ReadOptions) -> Result<Currency, ImportError> {
        if let (Some(one), Some(other)) = (self.named_currency, self.other_currency) {
            let message = format!("the statement names two currencies, {one} and {other}");
            let error = ImportError::new(Problem::Contradiction, message, Remedy::DownloadAgain(Damage::Declaration));
            return Err(error.at_line(self.line).in_field("CURDEF"));
        }
        match (self.named_currency, options.currency) {
            (Some(own), Some(said)) if own != said => Err(ImportError::new(
                Problem::NeedsOption,
                format!("the statement is in {own}, and {said} was said on the command line"),
                Remedy::LeaveOut(ImportOption::Currency),
            )
            .at_line(self.line)
            .in_field("CURDEF")),
            (Some(own), _) => Ok(own),
            (None, Some(said)) => Ok(said),
            (None, None) => Err(ImportError::asking(vec![Question::open(
                ImportOption::Currency,
                "the statement names no currency",
            )])
            .at_line(self.line)
            .in_field("CURDEF")),
        }
    }

    /// Rejects the rows in another currency, and reads the amounts that waited for the column, or rejects their rows.
    fn settle(&mut self, mark: Option<DecimalMark>) {
        let mut refused: BTreeMap<usize, Refusal<'a>> = BTreeMap::new();
        for (index, raw) in std::mem::take(&mut self.undecided) {
            let mark = match self.written(raw) {
                Written::With(mark) => Some(mark),
                Written::Silent | Written::Either => mark,
            };
            let amount = match mark {
                Some(mark) => self.parse(raw, mark),
                None => Err((
                    "TRNAMT",
                    raw,
                    "can be read with decimals or with thousands, and no other amount tells which".to_owned(),
                )),
            };
            match (amount, self.entries.get_mut(index)) {
                (Ok(amount), Some(entry)) => entry.amount = amount,
                (Err(refusal), _) => drop(refused.insert(index, refusal)),
                (_, None) => {}
            }
        }
        for (index, own) in std::mem::take(&mut self.own_currency) {
            if let Some(other) = self.foreign(own) {
                let reason = format!("the amount is in {other}, the statement in {}", self.currency);
                refused.insert(index, ("CURSYM", own, reason));
            }
        }
        let mut index = 0;
        let rejected = &mut self.rejected;
        self.entries.retain(|entry| {
            let refusal = refused.remove(&index);
            index += 1;
            let Some(refusal) = refusal else { return true };
            rejected.push(rejected_row(entry.line, refusal));
            false
        });
    }

    /// Returns the balances that are one. `latest` is the last day that one can be of: banks write the end of the period that was
    /// asked for.
    fn reported(&mut self, mark: Option<DecimalMark>, latest: Option<Day>) -> Vec<ReportedBalance> {
        let mut reported = Vec::new();
        for Printed { tag, raw, day: as_of, currency } in std::mem::take(&mut self.balances) {
            if latest.is_some_and(|latest| as_of > latest) {
                self.skipped.add(&format!("{} of a day that has not come", balance_name(tag)));
                continue;
            }
            if let Some(other) = self.foreign(currency) {
                self.skipped.add(&format!("{} in {other}", balance_name(tag)));
                continue;
            }
            let mark = match self.written(raw) {
                Written::Silent => Some(DecimalMark::Dot),
                Written::With(mark) => Some(mark),
                Written::Either => mark,
            };
            let kind = if tag == Tag::LedgerBalance { BalanceKind::Ledger } else { BalanceKind::Available };
            match mark.and_then(|mark| self.parse(raw, mark).ok()) {
                Some(amount) => reported.push(ReportedBalance { kind, amount, as_of }),
                None => self.skipped.add(&format!("{} that is not an amount", balance_name(tag))),
            }
        }
        let all = reported.clone();
        reported.retain(|one| all.iter().all(|other| !contradicts(one, other)));
        for _ in reported.len()..all.len() {
            self.skipped.add("line with a balance that another one contradicts");
        }
        reported
    }

    /// Adds the balances that rows state and that nothing else says.
    fn add_stated(&mut self, reported: &mut Vec<ReportedBalance>, mark: Option<DecimalMark>) {
        for stated in std::mem::take(&mut self.stated) {
            let mark = match self.written(stated.amount) {
                Written::Silent => Some(DecimalMark::Dot),
                Written::With(mark) => Some(mark),
                Written::Either => mark,
            };
            let amount = mark.filter(|_| self.foreign(stated.currency).is_none());
            let Some(amount) = amount.and_then(|mark| self.parse(stated.amount, mark).ok()) else { continue };
            let as_of = stated::as_of(&stated, &self.entries);
            let kind = if stated.line == Line::Available { BalanceKind::Available } else { BalanceKind::Ledger };
            let balance = ReportedBalance { kind, amount, as_of };
            if !reported.contains(&balance) {
                reported.push(balance);
            }
        }
    }
}

fn rejected_row(line: u64, (field, found, reason): Refusal<'_>) -> RejectedRow {
    RejectedRow { line, field: field.to_owned(), found: values::shown(found), reason, needs_profile: false }
}

/// Returns whether two balances of one kind and day differ: neither is proven.
fn contradicts(one: &ReportedBalance, other: &ReportedBalance) -> bool {
    one.kind == other.kind && one.as_of == other.as_of && one.amount != other.amount
}

fn balance_name(tag: Tag) -> &'static str {
    match tag {
        Tag::LedgerBalance => "LEDGERBAL",
        Tag::AvailableBalance => "AVAILBAL",
        _ => "AVAILCASH",
    }
}

fn some(raw: &str) -> Option<Cow<'_, str>> {
    (!raw.is_empty()).then(|| values::text(raw)).filter(|text| !text.is_empty())
}

/// Returns whether a number is one of zeros, blacked out as a whole, or a word for none: it may be that of any account.
fn names_no_account(number: &str) -> bool {
    let is_blank = |c: char| matches!(c, '0' | 'x' | 'X' | '*' | '•' | '-' | '.' | ' ');
    number.chars().all(is_blank) || ["UNKNOWN", "NONE", "N/A"].contains(&number.to_ascii_uppercase().as_str())
}
