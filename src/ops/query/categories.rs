//! Categories that are named and that no transaction has.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::ops::ControlFlow;

use crate::model::{AccountId, folded};
use crate::ops::OpError;
use crate::ops::report::TransactionLine;
use crate::store::Reader;
use crate::store::db::accounts::Account;
use crate::store::db::source_row::SourceRow;
use crate::store::db::wanted::Wanted;
use crate::store::db::zones::Search;

/// About as many of the newest rows of an account are looked at for the categories that an error names.
const LOOKED_AT: usize = 1_000;

/// Refuses the first of these categories that no transaction of the accounts has, in any case. `found` are transactions that
/// have one of them; where `are_all` says that nothing else was wanted of them, the first of those of every such one.
pub(super) fn refuse_unknown(
    vault: &Reader,
    accounts: &[Account],
    named: &[String],
    (found, are_all): (&[TransactionLine], bool),
) -> Result<(), OpError> {
    for name in named {
        let wanted = folded(name);
        let is_shown = |line: &TransactionLine| line.category.as_ref().is_some_and(|c| folded(c) == wanted);
        let was_sought = are_all && named.len() == 1;
        if !found.iter().any(is_shown) && (was_sought || !is_known(vault, accounts, &wanted)?) {
            let newest = newest(vault, accounts)?.into_iter().collect();
            return Err(OpError::UnknownCategory { name: name.clone(), newest });
        }
    }
    Ok(())
}

/// Returns whether a transaction of the accounts has a category, which is [`folded`].
fn is_known(vault: &Reader, accounts: &[Account], wanted: &str) -> Result<bool, OpError> {
    let search = Search::of(Wanted { categories: vec![wanted.to_owned()], ..Wanted::default() }, None);
    let has_it = |row: &SourceRow<&str>| {
        let has = row.lead && row.category.is_some_and(|category| folded(category) == wanted);
        has.then_some(())
    };
    for account in accounts {
        let mut is_found = false;
        visit(vault, account.id, &search, has_it, |month| {
            is_found = !month.is_empty();
            is_found
        })?;
        if is_found {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Returns the categories of the newest transactions of accounts.
fn newest(vault: &Reader, accounts: &[Account]) -> Result<BTreeSet<String>, OpError> {
    let mut known = BTreeSet::new();
    for account in accounts {
        let looked_at = Cell::new(0_usize);
        // Some days are verified after their rows were seen: each category of them is passed on once, and kept then.
        let mut seen = BTreeSet::new();
        let keep = |row: &SourceRow<&str>| {
            looked_at.set(looked_at.get() + 1);
            let category = row.category.filter(|category| row.lead && !category.is_empty())?;
            (!seen.contains(category)).then(|| {
                seen.insert(category.to_owned());
                category.to_owned()
            })
        };
        visit(vault, account.id, &Search::default(), keep, |month| {
            known.extend(month);
            looked_at.get() >= LOOKED_AT
        })?;
    }
    Ok(known)
}

/// Visits the rows of an account that a search wants, newest days first, until `each` has enough.
fn visit<K>(
    vault: &Reader,
    account: AccountId,
    search: &Search,
    keep: impl FnMut(&SourceRow<&str>) -> Option<K>,
    mut each: impl FnMut(Vec<K>) -> bool,
) -> Result<(), OpError> {
    let flow = |rows| if each(rows) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
    Ok(vault.view().visit_wanted((account, None), search, true, keep, flow)?)
}
