//! The accounts of a file, as they are after its import: those that it makes, and what it tells of others.

use super::choice::Choice;
use super::names;
use super::stop::Stop;
use crate::import::evidence::account::{Fit, fit, tells_more};
use crate::import::{Parsed, Remark};
use crate::model::{AccountId, AccountType, Statement};
use crate::store::Change;
use crate::store::db::accounts::Account;

/// The account of a statement.
#[derive(Clone, Debug)]
pub(super) struct Target {
    /// The account as it is after this import.
    pub account: Account,
    /// Whether this import creates it.
    pub new: bool,
}

/// Creates or updates the account of every statement, in their order. A question that is left has no account.
pub(super) fn settle(
    change: &mut Change<'_>,
    parsed: &Parsed<'_>,
    choices: &[Choice],
    remarks: &mut Vec<Remark>,
) -> Result<Vec<Target>, Stop> {
    let mut targets: Vec<Target> = Vec::new();
    for (statement, choice) in parsed.statements.iter().zip(choices) {
        let existing = change.view().accounts()?;
        let target = match choice {
            Choice::Existing(account) => {
                // An earlier statement of the file may have told something of it.
                let account = existing.iter().find(|known| known.id == account.id).unwrap_or(account);
                learn(change, account.clone(), statement, remarks)?
            }
            Choice::New(name) => make(change, &existing, parsed, statement, name)?,
            Choice::Ask(_) => continue,
        };
        targets.push(target);
    }
    Ok(targets)
}

/// Adds what the file says and the vault does not know.
fn learn(
    change: &mut Change<'_>,
    account: Account,
    statement: &Statement<'_>,
    remarks: &mut Vec<Remark>,
) -> Result<Target, Stop> {
    let hint = &statement.account;
    let mut known = account.clone();
    if let Some(found) = &hint.number {
        if known.numbers.is_empty() {
            known.numbers.push(found.clone());
            remarks.push(Remark::NumberLearned);
        } else if known.numbers.iter().all(|stored| fit(stored, found) == Fit::Differs) {
            // It was named, and its new number with it.
            known.numbers.push(found.clone());
            remarks.push(Remark::NumberAdded);
        } else if let Some(stored) = known.numbers.iter_mut().find(|stored| fit(stored, found) == Fit::End)
            && tells_more(found, stored)
        {
            *stored = found.clone();
        }
    }
    known.bank = known.bank.or_else(|| hint.bank_id.clone());
    known.branch = known.branch.or_else(|| hint.branch.clone());
    known.institution = known.institution.or_else(|| hint.institution.clone());
    if known.kind == AccountType::Other
        && let Some(kind) = hint.kind.filter(|kind| *kind != AccountType::Other)
    {
        known.kind = kind;
        remarks.push(Remark::KindLearned);
    }
    if known != account {
        change.put_account(&known)?;
    }
    Ok(Target { account: known, new: false })
}

fn make(
    change: &mut Change<'_>,
    existing: &[Account],
    parsed: &Parsed<'_>,
    statement: &Statement<'_>,
    wanted: &str,
) -> Result<Target, Stop> {
    let hint = &statement.account;
    let same = |other: &Statement<'_>| other.account.number == hint.number && other.account.name == hint.name;
    let several_currencies = parsed.statements.iter().any(|other| other.currency != statement.currency && same(other));
    // `--account A` for several currencies has named each by its own already.
    let has_currency = wanted.ends_with(&format!(" {}", statement.currency));
    let account = change.add_account(Account {
        id: AccountId::new(0),
        name: names::free(existing, wanted, statement.currency, several_currencies && !has_currency),
        kind: hint.kind.unwrap_or(AccountType::Other),
        currency: statement.currency,
        bank: hint.bank_id.clone(),
        branch: hint.branch.clone(),
        institution: hint.institution.clone(),
        closed: false,
        numbers: hint.number.iter().cloned().collect(),
    })?;
    Ok(Target { account, new: true })
}
