//! Columns of the accounts that rows go from and to. The owner's is the one that every row has.

use std::collections::BTreeSet;

use super::layout::Layout;
use super::names;
use super::roles::Role;
use crate::import::error::{ImportError, Problem, Remedy, shown};
use crate::import::evidence::date::Parts;
use crate::model::AccountNumber;

/// Returns the number of the account that every row goes from or to, where columns have both and no other names the account.
/// None where two accounts are in every row, so that either may be the owner's.
///
/// # Errors
/// When no account is in every row: the rows are of several.
pub(super) fn own(layout: &Layout<'_>) -> Result<Option<AccountNumber>, ImportError> {
    let is_open = layout.learn && layout.roles.all(Role::Account).is_empty();
    let Some([from, to]) = names::both_accounts(&layout.header).filter(|_| is_open) else { return Ok(None) };
    let mut common: Option<BTreeSet<String>> = None;
    let (mut rows, mut fields) = (layout.rows.clone(), Vec::new());
    while let Some(line) = rows.next(&mut fields)? {
        if !layout.roles.all(Role::Day).iter().any(|day| Parts::split(&day.of(&fields).text()).is_some()) {
            continue;
        }
        let plain = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_uppercase();
        let named: BTreeSet<String> = [from, to].iter().map(|column| plain(&column.of(&fields).text())).collect();
        let left: BTreeSet<String> = match common.take() {
            Some(known) => known.intersection(&named).cloned().collect(),
            None => named.into_iter().filter(|number| !number.is_empty()).collect(),
        };
        if left.is_empty() {
            let message = "no account is in every row of the columns of accounts that rows go from and to, so that they are \
                           of several";
            let error = ImportError::new(Problem::Ambiguous, message, Remedy::WriteProfileForAccounts);
            return Err(error.at_line(line).in_field(shown(layout.name(from))));
        }
        common = Some(left);
    }
    let mut common = common.unwrap_or_default().into_iter();
    Ok(match (common.next(), common.next()) {
        (Some(only), None) => AccountNumber::new(&only),
        _ => None,
    })
}
