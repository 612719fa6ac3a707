//! Columns of the accounts that rows go from and to. The owner's is the one that every row has.

use std::collections::BTreeSet;

use super::layout::Layout;
use super::names;
use super::roles::Role;
use crate::import::error::{ImportError, Problem, Remedy, shown};
use crate::import::evidence::direction::Mark;
use crate::import::evidence::number::is_none;
use crate::model::AccountNumber;

/// Returns the number of the account that every row goes from or to, where columns have both and no other names the account.
/// None where two accounts are in every row, so that either may be the owner's.
///
/// # Errors
/// When no account is in every row, because the rows are of several, or when rows go both ways and the amounts show no
/// direction (`is_signed`) or nothing tells from which side.
pub(super) fn own(layout: &Layout<'_>, is_signed: bool) -> Result<Option<AccountNumber>, ImportError> {
    let is_open = layout.learn && layout.roles.all(Role::Account).is_empty();
    let Some([from, to]) = names::both_accounts(&layout.header).filter(|_| is_open) else { return Ok(None) };
    let error = |message: &str, remedy| {
        ImportError::new(Problem::Ambiguous, message, remedy).in_field(shown(layout.name(from)))
    };
    let mut common: Option<BTreeSet<String>> = None;
    let mut senders = BTreeSet::new();
    let mut rises: Vec<(u64, String)> = Vec::new();
    let mut falls = BTreeSet::new();
    let (mut rows, mut fields) = (layout.rows.clone(), Vec::new());
    while let Some(line) = rows.next(&mut fields)? {
        if !layout.has_day(&fields) {
            continue;
        }
        let plain = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_uppercase();
        let [sender, receiver] = [from, to].map(|column| column.of(&fields).text());
        let [sender, receiver] =
            [sender, receiver].map(|text| if is_none(&text) { String::new() } else { plain(&text) });
        let named: BTreeSet<String> = [sender.clone(), receiver].into_iter().filter(|text| !text.is_empty()).collect();
        // A fee or interest is of no other account.
        if named.is_empty() {
            continue;
        }
        let left = match common.take() {
            Some(known) => known.intersection(&named).cloned().collect(),
            None => named,
        };
        if left.is_empty() {
            let message =
                "no account is in every row of the columns of accounts that rows go from and to: they are of several";
            return Err(error(message, Remedy::WriteProfileForAccounts).at_line(line));
        }
        let amount = layout.roles.first(Role::Amount).map(|column| Mark::of(&column.of(&fields).text()));
        match amount.flatten() {
            Some(Mark::Minus) => drop(falls.insert(sender.clone())),
            Some(_) if rises.iter().all(|(_, known)| *known != sender) => rises.push((line, sender.clone())),
            _ => {}
        }
        senders.insert(sender);
        common = Some(left);
    }
    let mut common = common.unwrap_or_default();
    let go_both_ways = senders.len() > 1 && common.iter().any(|own| senders.contains(own));
    if go_both_ways && (common.len() > 1 || !is_signed) {
        let message = "rows go from and to one account, and the amounts do not tell which way";
        return Err(error(message, Remedy::WriteProfile).at_line(layout.header_line()));
    }
    let (only, other) = (common.pop_first(), common.pop_first());
    let Some(only) = only.filter(|_| other.is_none()) else { return Ok(None) };
    let both_signs = |(_, sender): &&(u64, String)| *sender == only && falls.contains(sender);
    if let Some((line, _)) = rises.iter().find(both_signs).filter(|_| go_both_ways) {
        let message =
            "rows from one account are printed with and without a minus, and nothing tells which way they went";
        return Err(error(message, Remedy::WriteProfile).at_line(*line));
    }
    // A name of an account is no number.
    Ok(AccountNumber::new(&only).filter(|_| only.bytes().any(|b| b.is_ascii_digit())))
}
