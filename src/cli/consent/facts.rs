//! What is asked, in words: from the bytes that are approved, and what the vault knows about them. Text of others is
//! folded here, once.

use std::collections::BTreeMap;

use crate::cli::output::foreign::folded;
use crate::cli::words::{count, day, days, money, number, weekday};
use crate::model::{Amount, Currency, Day, DecimalMark};
use crate::ops::report::{Alike, ConsentScreen, Known};
use crate::share::slice::{SliceAccount, SliceDocument, SliceTransaction};
use crate::share::{Direction, DurationType, Field, Label, Scope};

/// What the page says.
pub(super) struct Facts {
    pub title: Title,
    /// What is shared, in a few words.
    kinds: &'static str,
    pub recipient: String,
    pub purpose: String,
    pub until: String,
    /// Why it is suspended.
    pub suspended: Option<String>,
    /// What is shown, then what is not.
    pub what: Vec<String>,
    /// The accounts by name.
    pub names: Vec<String>,
    /// How many rows, of which days, with their sum; nothing where no rows are shown.
    pub rows_in_short: Option<String>,
    /// Accounts as the slice shows them; empty where it shows none.
    pub accounts: Vec<AccountFacts>,
    /// Rows, newest first.
    pub rows: Vec<RowFacts>,
    pub known: Option<String>,
    /// Why a look at the name is needed.
    pub warnings: Vec<String>,
    pub end: String,
    /// The terms, each with its label.
    pub terms: Vec<(Label, String)>,
}

/// What is asked, in the first line and the last.
pub(super) struct Title {
    /// What stands before the recipient's name.
    pub begins: &'static str,
    pub question: &'static str,
}

const SHARES: Title = Title { begins: "Share with ", question: "Share this? [y/N] " };
const RESUMES: Title = Title { begins: "Go on sharing with ", question: "Resume this? [y/N] " };

/// An account of the slice.
pub(super) struct AccountFacts {
    pub name: String,
    pub kind: String,
    /// The number as far as it is shown.
    pub number: String,
    pub balance: Option<Amount>,
    /// Of which day the balance is, and who says so.
    pub balance_as_of: String,
    /// The available balance with its day.
    pub available: String,
}

/// A transaction of the slice.
pub(super) struct RowFacts {
    pub day: String,
    pub amount: Option<Amount>,
    pub account: String,
    /// The texts that are shown, the first one the description.
    pub texts: Vec<String>,
}

impl Facts {
    pub(super) fn of(screen: &ConsentScreen, document: &SliceDocument) -> Facts {
        let rows = rows(screen, document);
        Facts {
            title: if screen.resumes { RESUMES } else { SHARES },
            kinds: kinds(screen, document),
            recipient: folded(&document.grant.recipient.name),
            purpose: folded(&document.grant.purpose.text),
            until: until(screen, document),
            suspended: screen.suspended.as_deref().map(folded),
            what: what(screen, document),
            names: screen.accounts.iter().map(|account| folded(&account.name)).collect(),
            rows_in_short: document.transactions.as_ref().map(|all| rows_in_short(document, all, &rows)),
            accounts: document.accounts.iter().flatten().map(|account| account_facts(screen, account)).collect(),
            rows,
            known: screen.known.as_ref().map(known),
            warnings: screen.alike.iter().map(|alike| warning(alike, &document.grant.recipient.name)).collect(),
            end: end(document).to_owned(),
            terms: document.grant.labelled_terms.iter().map(|term| (term.label, folded(&term.term))).collect(),
        }
    }

    /// Returns the one line that stays on the terminal, without a statement in it.
    pub(super) fn in_short(&self) -> String {
        let accounts = match self.names.as_slice() {
            [name] => name.clone(),
            names => count(names.len(), "account", "accounts"),
        };
        // How it is kept fresh stands on the page: the line is to fit.
        let until = self.until.split(';').next().unwrap_or_default();
        format!("{} of {accounts} for {} until {until}", self.kinds, self.recipient)
    }
}

fn kinds(screen: &ConsentScreen, document: &SliceDocument) -> &'static str {
    let has_balances =
        screen.fields.contains(&Field::CurrentBalance) || screen.fields.contains(&Field::AvailableBalance);
    match (document.accounts.is_some(), has_balances, document.transactions.is_some()) {
        (true, true, true) => "balances and transactions",
        (true, true, false) => "balances",
        (true, false, true) => "details and transactions",
        (true, false, false) => "details",
        (false, _, _) => "transactions",
    }
}

fn until(screen: &ConsentScreen, document: &SliceDocument) -> String {
    let end = screen.expiration_time;
    let last = end.day();
    let left = usize::try_from(screen.asked.day().days_until(last)).unwrap_or_default();
    let left = if left == 0 { "today".to_owned() } else { count(left, "day", "days") };
    let day = format!("{} {}", weekday(last), day(last));
    let kept = match (document.grant.duration_type, document.grant.max_uses) {
        (DurationType::OneTime, _) => "once: these very bytes, opened one time".to_owned(),
        (DurationType::TimeBound, None) => "kept fresh when you import".to_owned(),
        (DurationType::TimeBound, Some(uses)) => {
            format!("kept fresh when you import, opened {} at most", count(uses as usize, "time", "times"))
        }
    };
    format!("{day} ({left}); {kept}")
}

/// Returns the fields in words: of accounts, of transactions, and what is not among them.
fn what(screen: &ConsentScreen, document: &SliceDocument) -> Vec<String> {
    let has = |field: Field| screen.fields.contains(&field);
    let words = |all: &[(Field, &str)]| {
        all.iter().filter(|(field, _)| has(*field)).map(|(_, word)| *word).collect::<Vec<_>>().join(", ")
    };
    let mut lines = Vec::new();
    if document.accounts.is_some() {
        let what = if has(Field::CurrentBalance) || has(Field::AvailableBalance) { "balances of " } else { "" };
        let number = count(screen.accounts.len(), "account", "accounts");
        lines.push(format!("{what}{number}: {}", words(&ACCOUNT_WORDS)));
    }
    if document.transactions.is_some() {
        lines.push(format!("transactions: {}", words(&ROW_WORDS)));
    }
    let without = [
        (document.transactions.is_none(), "no transactions"),
        (document.transactions.is_some() && !has(Field::Description), "no descriptions"),
        (document.accounts.is_none() || !has(Field::CurrentBalance), "no balances"),
        (!has(Field::AccountNumber), "no account numbers"),
    ];
    lines.push(without.iter().filter(|(is, _)| *is).map(|(_, what)| *what).collect::<Vec<_>>().join(", "));
    lines.retain(|line| !line.is_empty());
    lines
}

const ACCOUNT_WORDS: [(Field, &str); 7] = [
    (Field::AccountNumber, "FULL NUMBERS"),
    (Field::Name, "name"),
    (Field::AccountType, "kind"),
    (Field::AccountNumberDisplay, "last four digits"),
    (Field::Currency, "currency"),
    (Field::CurrentBalance, "current balance"),
    (Field::AvailableBalance, "available balance"),
];

const ROW_WORDS: [(Field, &str); 8] = [
    (Field::PostedTimestamp, "day"),
    (Field::Amount, "amount"),
    (Field::DebitCreditMemo, "direction"),
    (Field::Status, "status"),
    (Field::Description, "description"),
    (Field::Memo, "memo"),
    (Field::CheckNumber, "check number"),
    (Field::Category, "category"),
];

fn rows_in_short(document: &SliceDocument, all: &[SliceTransaction], rows: &[RowFacts]) -> String {
    let narrowing = &document.grant.narrowing;
    let shown = all.iter().filter_map(|row| row.posted_timestamp.flatten());
    let first = narrowing.since.or_else(|| shown.clone().min());
    let last = narrowing.until.or_else(|| shown.max());
    let mut text = number(all.len() as u64);
    if let (Some(first), Some(last)) = (first, last) {
        text += &format!(" from {}", span(first, last));
    }
    if document.grant.duration_type == DurationType::TimeBound && narrowing.until.is_none() {
        text += " and later ones";
    }
    match narrowing.direction {
        Some(Direction::Credits) => text += ", money in only",
        Some(Direction::Debits) => text += ", money out only",
        None => {}
    }
    if let Some(limit) = narrowing.limit {
        text += &format!(", the newest {limit} at most");
    }
    match sum(rows.iter().filter_map(|row| row.amount)) {
        sum if sum.is_empty() => text,
        sum => format!("{text}; sum {sum}"),
    }
}

fn span(first: Day, last: Day) -> String {
    if first <= last { days(first, last) } else { day(first) }
}

/// Returns the sum of amounts, by currency.
pub(super) fn sum(amounts: impl Iterator<Item = Amount>) -> String {
    let mut sums: BTreeMap<String, Option<Amount>> = BTreeMap::new();
    for amount in amounts {
        let sum = sums.entry(amount.currency().to_string()).or_insert_with(|| Some(Amount::zero(amount.currency())));
        *sum = sum.and_then(|sum| sum.checked_add(amount).ok());
    }
    let told = sums.into_iter().map(|(currency, sum)| sum.map_or(format!("too much {currency} to add"), money));
    told.collect::<Vec<_>>().join(", ")
}

fn account_facts(screen: &ConsentScreen, account: &SliceAccount) -> AccountFacts {
    let text = |field: &Option<Option<String>>| field.clone().flatten();
    let currency = text(&account.currency);
    let pseudonym = text(&account.account_id);
    let own = screen.accounts.iter().find(|own| Some(&own.pseudonym) == pseudonym.as_ref());
    let number = text(&account.account_number).map(|number| folded(&number));
    let last_digits = || text(&account.account_number_display).map(|digits| format!("…{}", folded(&digits)));
    let on = |day: Option<Option<Day>>| day.flatten().map(crate::cli::words::day).unwrap_or_default();
    let source = match text(&account.balance_source).as_deref() {
        Some("REPORTED") => ", as the bank said",
        Some("DERIVED") => ", with later rows",
        Some("OWNER") => ", as you set it",
        _ => "",
    };
    let available = amount(account.available_balance.as_ref(), currency.as_deref());
    AccountFacts {
        name: folded(&own.map(|own| own.name.clone()).or_else(|| text(&account.name)).unwrap_or_default()),
        kind: own.filter(|_| account.account_type.is_some()).map_or("", |own| own.kind.as_str()).to_owned(),
        number: number.or_else(last_digits).unwrap_or_default(),
        balance: amount(account.current_balance.as_ref(), currency.as_deref()),
        balance_as_of: format!("{}{source}", on(account.balance_as_of)),
        available: available
            .map(|amount| format!("available {} {}", money(amount), on(account.available_balance_as_of)))
            .unwrap_or_default(),
    }
}

/// Returns the rows, newest first: of one day, those that stand last in the slice.
fn rows(screen: &ConsentScreen, document: &SliceDocument) -> Vec<RowFacts> {
    let mut all: Vec<&SliceTransaction> = document.transactions.iter().flatten().rev().collect();
    all.sort_by_key(|row| std::cmp::Reverse(row.posted_timestamp.flatten()));
    let text = |field: &Option<Option<String>>| field.as_ref().and_then(Option::as_deref).map(folded);
    let fact = |row: &SliceTransaction| {
        let pseudonym = row.account_id.clone().flatten();
        let own = screen.accounts.iter().find(|own| Some(&own.pseudonym) == pseudonym.as_ref());
        let check = text(&row.check_number).map(|number| format!("check {number}"));
        let pending = row.status.as_ref().and_then(Option::as_deref).filter(|status| *status == "PENDING");
        let texts = [text(&row.description), text(&row.memo), check, text(&row.category)];
        RowFacts {
            day: row.posted_timestamp.flatten().map(day).unwrap_or_default(),
            amount: amount(row.amount.as_ref(), row.currency.as_ref().and_then(Option::as_deref)),
            account: own.map(|own| folded(&own.name)).unwrap_or_default(),
            texts: pending.map(str::to_lowercase).into_iter().chain(texts.into_iter().flatten()).collect(),
        }
    };
    all.into_iter().map(fact).collect()
}

fn amount(text: Option<&Option<String>>, currency: Option<&str>) -> Option<Amount> {
    let currency: Currency = currency?.parse().ok()?;
    Amount::parse(text?.as_deref()?, DecimalMark::Dot, currency).ok()
}

/// Returns what they know together with what they have.
fn known(known: &Known) -> String {
    let has = |scope: Scope| known.scopes.contains(&scope);
    let kinds = [
        (has(Scope::Accounts), "names"),
        (has(Scope::Balances), "balances"),
        (has(Scope::Transactions), "transactions"),
        (has(Scope::TransactionsDetail), "their descriptions"),
        (has(Scope::AccountNumbers), "full account numbers"),
    ];
    let kinds: Vec<&str> = kinds.iter().filter(|(is, _)| *is).map(|(_, kind)| *kind).collect();
    let kinds = match kinds.as_slice() {
        [but_last @ .., last] if !but_last.is_empty() => format!("{} and {last}", but_last.join(", ")),
        kinds => kinds.join(", "),
    };
    let days = match (known.first, known.last) {
        (Some(first), Some(last)) => format!(", {}", span(first, last)),
        _ => String::new(),
    };
    let accounts = count(known.accounts, "account", "accounts");
    let grants = count(known.grants, "earlier grant", "earlier grants");
    format!("With what they have from {grants} they then know: {kinds} of {accounts}{days}.")
}

/// Returns why a name that looks like the recipient's is told, with the first character that differs.
fn warning(alike: &Alike, name: &str) -> String {
    let who = if alike.is_allowed { "a rule of your policy allows" } else { "an earlier grant was for" };
    let differs = name.chars().zip(alike.name.chars()).find(|(one, other)| one != other);
    let how = match differs {
        Some((one, other)) => format!("U+{:04X} here, U+{:04X} there", u32::from(one), u32::from(other)),
        None => "one goes on after the other's end".to_owned(),
    };
    format!("CAREFUL: {who} \"{}\", which looks like this name and is another ({how}).", folded(&alike.name))
}

fn end(document: &SliceDocument) -> &'static str {
    match document.grant.duration_type {
        DurationType::OneTime => "Opened, ended or revoked, your outbox opens it no more.",
        DurationType::TimeBound => "When it ends or you revoke it, your outbox opens it no more.",
    }
}
