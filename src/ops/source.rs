//! Reads from the vault what a slice is made of, and only what the terms could show.

use std::ops::ControlFlow;

use super::order::Order;
use super::{OpError, money};
use crate::model::{Amount, Day, EntryStatus, Period};
use crate::share::{Field, SliceSource, SourceAccount, SourceTransaction, Terms};
use crate::store::View;
use crate::store::db::accounts::Account;
use crate::store::db::source_row::StoredSourceRow;

/// Reads what the terms name, verified. Days, directions and limits are applied again when the slice is built.
pub(crate) fn read(view: &View<'_>, terms: &Terms) -> Result<SliceSource, OpError> {
    let fields = terms.visible_fields();
    let balances_shown = [Field::CurrentBalance, Field::AvailableBalance].iter().any(|f| fields.contains(f));
    let all = view.accounts()?;
    let reported = if balances_shown { money::reported_of(view, &all)? } else { Vec::new() };
    let numbers = view.all_accounts()?.into_iter().flat_map(|account| {
        let id = account.id;
        account.numbers.into_iter().map(move |number| (id, number))
    });
    let mut accounts = Vec::new();
    for account in all {
        if !terms.narrowing.admits_account(account.id, account.kind) {
            continue;
        }
        let balance =
            if balances_shown { Some(money::holding(view, &reported, &account, terms.narrowing.until)?) } else { None };
        let transactions = if terms.shows_transactions() { transactions(view, terms, &account)? } else { Vec::new() };
        accounts.push(SourceAccount {
            id: account.id,
            number: account.number().cloned(),
            name: account.name,
            kind: account.kind,
            currency: account.currency,
            balance,
            transactions,
        });
    }
    Ok(SliceSource { accounts, numbers: numbers.collect() })
}

fn transactions(view: &View<'_>, terms: &Terms, account: &Account) -> Result<Vec<SourceTransaction>, OpError> {
    let narrowing = &terms.narrowing;
    let period = Period::new(narrowing.since.unwrap_or(Day::FIRST), narrowing.until.unwrap_or(Day::LAST));
    let limit = narrowing.limit.map_or(usize::MAX, |n| n as usize);
    let mut found: Vec<SourceTransaction> = Vec::new();
    view.visit(account.id, period, true, |month| {
        let shown = month.into_iter().rev().filter(|row| row.lead);
        let rows = shown
            .map(|row| transaction(account, row))
            .filter(|row| narrowing.admits_day(row.day) && narrowing.direction.is_none_or(|d| d.admits(&row.amount)));
        found.extend(rows);
        if found.len() >= limit { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    found.reverse();
    Order::of(view, account.id)?.arrange(view, &mut found, |row| (row.day, row.id))?;
    found.drain(..found.len().saturating_sub(limit));
    Ok(found)
}

fn transaction(account: &Account, row: StoredSourceRow) -> SourceTransaction {
    SourceTransaction {
        id: row.txn,
        day: row.day(),
        amount: Amount::from_micros(row.amount, account.currency),
        status: if row.pending { EntryStatus::Pending } else { EntryStatus::Posted },
        description: row.description,
        memo: row.memo.unwrap_or_default(),
        check_number: row.check_number,
        category: row.category,
    }
}
