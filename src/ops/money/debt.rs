//! Balances of a debt that an issuer prints as what is owed, positive. Two of them and the rows between prove it.
//!
//! This is seen when balances are read, and not stored: what an undo takes away proves nothing any more.

use std::ops::ControlFlow;

use crate::model::{AccountId, BalanceKind, Day, ImportId, Micros, Period, SourceKind};
use crate::store::db::accounts::Account;
use crate::store::db::balances::StoredBalance;
use crate::store::db::imports::Import;
use crate::store::{StoreError, View};

/// Returns every reported balance as money: what is owed is negative, whatever was printed.
pub(crate) fn reported(view: &View<'_>) -> Result<Vec<StoredBalance>, StoreError> {
    reported_of(view, &view.accounts()?)
}

/// Returns what [`reported`] does, where the accounts have been read.
pub(crate) fn reported_of(view: &View<'_>, accounts: &[Account]) -> Result<Vec<StoredBalance>, StoreError> {
    let mut balances = view.balances()?;
    let debts: Vec<AccountId> = accounts.iter().filter(|a| a.kind.is_liability()).map(|a| a.id).collect();
    let can_be_printed = |b: &StoredBalance| b.kind == BalanceKind::Ledger && b.amount > Micros::ZERO;
    let suspects: Vec<AccountId> =
        debts.into_iter().filter(|id| balances.iter().any(|b| b.account == *id && can_be_printed(b))).collect();
    if suspects.is_empty() {
        return Ok(balances);
    }
    let imports = view.imports()?;
    for account in suspects {
        for layout in layouts(&imports) {
            turn(view, &mut balances, account, &imports, layout)?;
        }
    }
    Ok(balances)
}

/// Returns whether balances that an import brought to an account are turned. `reported` are those of [`reported`].
pub(crate) fn is_turned(
    view: &View<'_>,
    reported: &[StoredBalance],
    import: ImportId,
    account: AccountId,
) -> Result<bool, StoreError> {
    let of_import = |b: &&StoredBalance| b.statement.import == import && b.account == account;
    Ok(!view.balances()?.iter().filter(of_import).eq(reported.iter().filter(of_import)))
}

/// Returns the layouts of which the file tells nothing of how balances are printed: a CSV file has been judged as a
/// whole when it was read.
fn layouts(imports: &[Import]) -> Vec<&str> {
    let mut layouts: Vec<&str> = imports.iter().filter(|i| i.kind == SourceKind::Ofx).map(|i| &*i.layout).collect();
    layouts.sort_unstable();
    layouts.dedup();
    layouts
}

/// Turns the ledger balances of an account from files of one layout, if they prove to be printed as what is owed.
fn turn(
    view: &View<'_>,
    balances: &mut [StoredBalance],
    account: AccountId,
    imports: &[Import],
    layout: &str,
) -> Result<(), StoreError> {
    let of_layout = |b: &StoredBalance| {
        let import = imports.iter().find(|import| import.id == b.statement.import);
        b.account == account && b.kind == BalanceKind::Ledger && import.is_some_and(|import| import.layout == layout)
    };
    let mut printed: Vec<(Day, Micros)> = balances.iter().filter(|b| of_layout(b)).map(|b| (b.day, b.amount)).collect();
    printed.sort_unstable();
    let (Some((first, _)), Some((last, _))) = (printed.first(), printed.last()) else { return Ok(()) };
    let mut rows = Vec::new();
    view.visit(account, Period::new(*first, *last), false, |month| {
        let posted = month.iter().filter(|row| row.lead && !row.pending);
        rows.extend(posted.map(|row| (row.day(), row.amount)));
        ControlFlow::Continue(())
    })?;
    printed.dedup();
    let owed = owed(&printed, &rows);
    for balance in balances.iter_mut().filter(|b| of_layout(b)) {
        if owed.contains(&(balance.day, balance.amount)) {
            balance.amount = Micros::ZERO.checked_sub(balance.amount).unwrap_or(balance.amount);
        }
    }
    Ok(())
}

/// Returns the balances whose printed sign is wrong, as another one and the rows between them prove. Where all that are
/// proven are wrong, the issuer prints what is owed, in the others, too; else only a positive one can be a debt. Both are by
/// day.
fn owed(printed: &[(Day, Micros)], rows: &[(Day, Micros)]) -> Vec<(Day, Micros)> {
    let (mut wrong, mut right) = (Vec::new(), Vec::new());
    for pair in printed.windows(2) {
        let ((from, before), (to, after)) = (pair[0], pair[1]);
        let between = rows.iter().filter(|(day, _)| from < *day && *day <= to);
        let sum: i128 = between.map(|(_, amount)| i128::from(amount.get())).sum();
        let (before, after) = (i128::from(before.get()), i128::from(after.get()));
        if sum == 0 {
            continue;
        }
        // With rows that come to something, at most one reading of the two signs fits, that of a zero aside.
        for (one, other) in [(1, 1), (1, -1), (-1, 1), (-1, -1)] {
            if one * before + sum == other * after {
                for (balance, sign) in pair.iter().zip([one, other]).filter(|(balance, _)| balance.1 != Micros::ZERO) {
                    if sign < 0 { &mut wrong } else { &mut right }.push(*balance);
                }
            }
        }
    }
    match (right.is_empty(), wrong.is_empty()) {
        (_, true) => Vec::new(),
        (true, false) => printed.to_vec(),
        (false, false) if wrong.iter().any(|balance| right.contains(balance)) => Vec::new(),
        (false, false) => wrong.into_iter().filter(|balance| balance.1 > Micros::ZERO).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on<const N: usize>(days: [(&str, i64); N]) -> [(Day, Micros); N] {
        days.map(|(day, amount)| (day.parse().unwrap(), Micros::new(amount)))
    }

    #[test]
    fn a_debt_that_grows_by_purchases_is_printed_as_owed() {
        let rows = on([("2026-02-01", -100), ("2026-03-03", -25), ("2026-03-05", -15)]);
        let is_owed = |printed: &[(Day, Micros)]| owed(printed, &rows) == printed;
        assert!(is_owed(&on([("2026-02-28", 100), ("2026-03-31", 140)])));
        assert!(is_owed(&on([("2026-02-28", 100), ("2026-03-31", 140), ("2026-06-30", 120)])), "a gap behind it");
        let none = Vec::new();
        assert_eq!(owed(&on([("2026-02-28", -100), ("2026-03-31", -140)]), &rows), none, "money");
        assert_eq!(owed(&on([("2026-02-28", 100), ("2026-03-31", 150)]), &rows), none, "a gap proves nothing");
        assert_eq!(owed(&on([("2026-02-28", 100)]), &rows), none, "one balance proves nothing");
        assert_eq!(owed(&on([("2026-03-31", 140), ("2026-04-30", 140)]), &rows), none, "nothing moved");
    }

    #[test]
    fn one_balance_that_another_proves_a_debt_is_turned_alone() {
        let rows = on([("2026-03-03", -40), ("2026-04-03", -10)]);
        let mixed = on([("2026-02-28", -100), ("2026-03-31", 140)]);
        assert_eq!(owed(&mixed, &rows), mixed[1..]);
        let first = on([("2026-02-28", 100), ("2026-03-31", -140), ("2026-04-30", -150)]);
        assert_eq!(owed(&first, &rows), first[..1]);
        let both = on([("2026-02-28", -100), ("2026-03-31", 140), ("2026-04-30", 130)]);
        assert_eq!(owed(&both, &rows), Vec::new(), "the same balance is right and wrong");
        assert_eq!(owed(&on([("2026-02-28", -100), ("2026-03-31", 60)]), &rows), Vec::new(), "a gap");
    }
}
