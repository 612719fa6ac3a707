//! Statements over the views of the vault: what their columns are, and where their rows come from.
//!
//! Every row is that of a report or of a verified month: a view shows nothing that another command would not.

use std::time::Duration;

use super::report::{AccountLine, BalanceLine, GrantLine, ImportLine};
use super::{OpError, grants, imports, query};
use crate::model::{AccountId, Amount, Day, DebitCredit, EntryStatus, Env};
use crate::store::Reader;
use crate::store::db::accounts::Account;
use crate::store::db::row_reading::days_of_month;
use crate::store::db::source_row::SourceRow;
use crate::store::sql::{self, Bound, Column, Kind, Limits, Op, Part, Row, Source, Table};

pub use crate::store::sql::{Answer, Value};

/// The bytes that SQLite may hold while a statement runs, and those of its answer.
const MEMORY: u32 = 512 << 20;
const ANSWER: usize = 512 << 20;

/// A column of a view, and the value that a row has there.
type View<T> = &'static [(Column, fn(&T) -> Value)];

const fn text(name: &'static str) -> Column {
    Column { name, kind: Kind::Text, narrows: false }
}

const fn key(name: &'static str) -> Column {
    Column { name, kind: Kind::Text, narrows: true }
}

const fn integer(name: &'static str) -> Column {
    Column { name, kind: Kind::Integer, narrows: false }
}

const fn amount(name: &'static str) -> Column {
    Column { name, kind: Kind::Amount, narrows: false }
}

const ACCOUNTS: View<AccountLine> = &[
    (text("account_id"), |a| shown(a.account_id)),
    (text("account"), |a| shown(&a.name)),
    (text("type"), |a| shown(a.account_type)),
    (text("currency"), |a| shown(a.currency)),
    (text("number"), |a| known(a.account_number_display.as_ref())),
    (integer("closed"), |a| Value::Integer(a.closed.into())),
    (integer("transactions"), |a| count(a.transaction_count)),
    (text("first_day"), |a| known(a.first_posted)),
    (text("last_day"), |a| known(a.last_posted)),
    (text("proven_up_to"), |a| known(a.proven_up_to)),
];

const BALANCES: View<BalanceLine> = &[
    (text("account_id"), |b| shown(b.account_id)),
    (text("account"), |b| shown(&b.name)),
    (text("type"), |b| shown(b.account_type)),
    (text("currency"), |b| shown(b.currency)),
    (integer("closed"), |b| Value::Integer(b.closed.into())),
    (amount("balance"), |b| known(b.current_balance)),
    (integer("balance_micros"), |b| micros(b.current_balance)),
    (text("balance_day"), |b| known(b.balance_as_of)),
    (text("source"), |b| shown(b.balance_source)),
    (amount("available"), |b| known(b.available_balance)),
    (integer("available_micros"), |b| micros(b.available_balance)),
    (text("available_day"), |b| known(b.available_balance_as_of)),
    (text("proven_up_to"), |b| known(b.proven_up_to)),
];

const IMPORTS: View<ImportLine> = &[
    (text("import_id"), |i| shown(i.import_id)),
    (text("created"), |i| shown(i.created_time)),
    (text("file"), |i| shown(&i.file)),
    (text("sha256"), |i| shown(&i.sha256)),
    (text("format"), |i| shown(&i.format)),
    (text("profile"), |i| known(i.profile.as_ref())),
    (text("status"), |i| shown(i.status)),
    (integer("rows"), |i| count(i.rows)),
];

const GRANTS: View<GrantLine> = &[
    (text("grant_id"), |g| shown(&g.grant_id)),
    (text("status"), |g| shown(g.status)),
    (text("recipient"), |g| shown(&g.recipient)),
    (text("purpose"), |g| shown(&g.purpose)),
    (text("scopes"), |g| Value::Text(g.scopes.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))),
    (text("created"), |g| shown(g.created_time)),
    (text("expires"), |g| shown(g.expiration_time)),
    (integer("used"), |g| count(g.used_count)),
    (integer("max_uses"), |g| g.max_uses.map_or(Value::Null, |n| Value::Integer(n.into()))),
    (text("duration_type"), |g| shown(g.duration_type)),
    (integer("version"), |g| Value::Integer(g.version.into())),
    (text("slice_hash"), |g| shown(&g.slice_hash)),
];

/// A row that leads, and its account.
type Posted<'r> = (&'r Account, &'r SourceRow<&'r str>);

/// The value of such a row in a column.
type OfPosted = fn(&Posted<'_>) -> Value;

const TRANSACTIONS: &[(Column, OfPosted)] = &[
    (text("transaction_id"), |(_, row)| shown(row.txn)),
    (key("account_id"), |(account, _)| shown(account.id)),
    (key("account"), |(account, _)| shown(&account.name)),
    (key("day"), |(_, row)| shown(row.day())),
    (amount("amount"), |(account, row)| shown(Amount::from_micros(row.amount, account.currency))),
    (integer("amount_micros"), |(_, row)| Value::Integer(row.amount.get())),
    (text("currency"), |(account, _)| shown(account.currency)),
    (text("direction"), |(_, row)| shown(DebitCredit::of(row.amount))),
    (text("description"), |(_, row)| shown(row.description)),
    (text("memo"), |(_, row)| known(row.memo)),
    (text("category"), |(_, row)| known(row.category)),
    (text("type"), |(_, row)| known(row.transaction_type)),
    (text("status"), |(_, row)| shown(if row.pending { EntryStatus::Pending } else { EntryStatus::Posted })),
    (text("import_id"), |(_, row)| shown(row.import)),
];

fn shown(value: impl ToString) -> Value {
    Value::Text(value.to_string())
}

fn known(value: Option<impl ToString>) -> Value {
    value.map_or(Value::Null, shown)
}

fn count(number: u64) -> Value {
    i64::try_from(number).map_or(Value::Null, Value::Integer)
}

fn micros(amount: Option<Amount>) -> Value {
    amount.map_or(Value::Null, |amount| Value::Integer(amount.micros().get()))
}

/// Answers one SELECT statement over the views, within a time.
///
/// # Errors
/// When the statement is not accepted, needs more than it may, or the vault cannot be read or is not as it was written.
pub fn select(vault: &Reader, sql: &str, time: Duration, env: Env<'_>) -> Result<Answer, OpError> {
    let limits = Limits { time, memory: MEMORY, answer: ANSWER };
    let accounts = vault.view().accounts()?;
    sql::run(sql, &tables(), &mut Views { vault, accounts, env }, limits, env)
}

/// Returns the names of the views.
pub fn views() -> impl Iterator<Item = &'static str> {
    tables().into_iter().map(|table| table.name)
}

/// Returns the names of all columns, of one view after the other.
pub fn columns() -> impl Iterator<Item = &'static str> {
    tables().into_iter().flat_map(|table| table.columns).map(|column| column.name)
}

fn tables() -> [Table; 5] {
    fn small<T>(name: &'static str, view: View<T>) -> Table {
        Table { name, columns: view.iter().map(|(column, _)| *column).collect(), is_large: false }
    }
    let columns = TRANSACTIONS.iter().map(|(column, _)| *column).collect();
    [
        small("accounts", ACCOUNTS),
        small("balances", BALANCES),
        Table { name: "transactions", columns, is_large: true },
        small("imports", IMPORTS),
        small("grants", GRANTS),
    ]
}

/// The views of a vault.
struct Views<'v> {
    vault: &'v Reader,
    accounts: Vec<Account>,
    env: Env<'v>,
}

impl Source for Views<'_> {
    type Error = OpError;

    fn table(&mut self, name: &str) -> Result<Vec<Row>, OpError> {
        fn rows<T>(lines: Vec<T>, view: View<T>) -> Vec<Row> {
            lines.iter().map(|line| view.iter().map(|(_, value)| value(line)).collect()).collect()
        }
        Ok(match name {
            "accounts" => rows(query::accounts(self.vault)?, ACCOUNTS),
            "balances" => rows(query::balances(self.vault, None)?, BALANCES),
            "imports" => rows(imports::list(self.vault)?, IMPORTS),
            _ => rows(grants::list(self.vault, self.env)?, GRANTS),
        })
    }

    fn parts(&mut self, bounds: &[Bound]) -> Result<Vec<Part>, OpError> {
        let mut parts = Vec::new();
        for account in &self.accounts {
            let id = account.id.to_string();
            let is_wanted = |bound: &Bound| match bound.column {
                "account_id" => admits(bound, &id, &id),
                "account" => admits(bound, &account.name, &account.name),
                _ => true,
            };
            if !bounds.iter().all(is_wanted) {
                continue;
            }
            for month in self.vault.view().months(account.id, Day::FIRST, Day::LAST) {
                let days = days_of_month(month)?;
                let (first, last) = (days.first().to_string(), days.last().to_string());
                if bounds.iter().all(|bound| bound.column != "day" || admits(bound, &first, &last)) {
                    parts.push(Part { account: account.id.number(), month });
                }
            }
        }
        Ok(parts)
    }

    fn part(&mut self, part: Part, used: u64) -> Result<Vec<Row>, OpError> {
        let id = AccountId::new(part.account);
        let Some(account) = self.accounts.iter().find(|account| account.id == id) else { return Ok(Vec::new()) };
        let value = |(i, (_, value)): (usize, &(Column, OfPosted)), posted: &Posted<'_>| {
            if used >> i & 1 == 1 { value(posted) } else { Value::Null }
        };
        let keep = |row: &SourceRow<&str>| {
            row.lead.then(|| TRANSACTIONS.iter().enumerate().map(|cell| value(cell, &(account, row))).collect::<Row>())
        };
        let mut rows = Vec::new();
        let month = days_of_month(part.month)?;
        self.vault.view().visit_kept(id, Some(month), false, keep, |month| {
            rows = month;
            std::ops::ControlFlow::Continue(())
        })?;
        Ok(rows)
    }
}

/// Returns whether a text from `first` to `last` can be within a bound.
fn admits(bound: &Bound, first: &str, last: &str) -> bool {
    let text = bound.text.as_str();
    match bound.op {
        Op::Equal => first <= text && text <= last,
        Op::AtLeast => text <= last,
        Op::AtMost => first <= text,
    }
}
