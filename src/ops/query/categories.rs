//! Categories that are named and that no transaction has.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use crate::ops::OpError;
use crate::store::Reader;
use crate::store::db::accounts::Account;
use crate::store::db::source_row::SourceRow;

/// Refuses the first of these categories that no transaction of the accounts has, in any case. All rows are read, so this is
/// for when nothing was found.
pub(super) fn refuse_unknown(vault: &Reader, accounts: &[Account], named: &[String]) -> Result<(), OpError> {
    if named.is_empty() {
        return Ok(());
    }
    let known = of(vault, accounts)?;
    let is_known = |name: &&String| known.iter().any(|known| known.to_lowercase() == name.to_lowercase());
    match named.iter().find(|name| !is_known(name)) {
        Some(name) => Err(OpError::UnknownCategory { name: name.clone(), known: known.into_iter().collect() }),
        None => Ok(()),
    }
}

/// Returns the categories of the transactions of accounts.
fn of(vault: &Reader, accounts: &[Account]) -> Result<BTreeSet<String>, OpError> {
    let mut known = BTreeSet::new();
    for account in accounts {
        // A month is verified after its rows were seen: each category of it is passed on once, and kept then.
        let mut seen = BTreeSet::new();
        let keep = |row: &SourceRow<&str>| {
            let category = row.category.filter(|category| row.lead && !category.is_empty())?;
            (!seen.contains(category)).then(|| {
                seen.insert(category.to_owned());
                category.to_owned()
            })
        };
        vault.view().visit_kept(account.id, None, false, keep, |month| {
            known.extend(month);
            ControlFlow::Continue(())
        })?;
    }
    Ok(known)
}
