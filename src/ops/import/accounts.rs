//! The accounts of a file, as they are after its import: those that it makes, and what it tells of others.

use std::collections::BTreeMap;

use super::choice::Choice;
use super::names;
use super::stop::Stop;
use crate::import::evidence::account::{Fit, fit, tells_more};
use crate::import::{Parsed, Remark};
use crate::model::{AccountId, AccountNumber, AccountType, ImportId, Statement};
use crate::ops::OpError;
use crate::store::Change;
use crate::store::db::accounts::Account;
use crate::store::db::learned::{self, Learned};

/// The account of a statement.
#[derive(Clone, Debug)]
pub(super) struct Target {
    /// The account as it is after this import.
    pub account: Account,
    /// Whether this import creates it.
    pub new: bool,
    /// Which of the statements of the file goes to it, from 0.
    pub statement: u32,
}

/// Creates or updates the account of every statement, in their order. One that is left out, or asked for, has none.
pub(super) fn settle(
    change: &mut Change<'_>,
    import: ImportId,
    parsed: &Parsed<'_>,
    choices: &[Choice],
    remarks: &mut Vec<Remark>,
) -> Result<Vec<Target>, Stop> {
    let mut targets: Vec<Target> = Vec::new();
    let mut made: BTreeMap<usize, AccountId> = BTreeMap::new();
    for (number, (statement, choice)) in (0..).zip(parsed.statements.iter().zip(choices)) {
        let existing = change.view().accounts()?;
        // An earlier statement of the file may have made it, or told something of it.
        let find = |id: &AccountId| existing.iter().find(|known| known.id == *id);
        let (account, new) = match choice {
            Choice::Existing(account) => {
                let account = find(&account.id).unwrap_or(account);
                (learn(change, import, account.clone(), statement, remarks)?, false)
            }
            Choice::New { name, first } => match made.get(first).and_then(find) {
                Some(account) => (learn(change, import, account.clone(), statement, remarks)?, true),
                None => {
                    let account = make(change, &existing, parsed, statement, name)?;
                    made.insert(*first, account.id);
                    (account, true)
                }
            },
            Choice::Ask(_) | Choice::LeftOut => continue,
        };
        targets.push(Target { account, new, statement: number });
    }
    Ok(targets)
}

/// Adds what the file says and the vault does not know.
fn learn(
    change: &mut Change<'_>,
    import: ImportId,
    account: Account,
    statement: &Statement<'_>,
    remarks: &mut Vec<Remark>,
) -> Result<Account, Stop> {
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
        for (what, value) in differences(&account, &known) {
            change.add_learned(&Learned { account: account.id, import, what: what.to_owned(), value })?;
        }
        change.put_account(&known)?;
    }
    Ok(known)
}

/// Returns what an account has that it had not, and the part of a number that it no longer has.
fn differences(before: &Account, after: &Account) -> Vec<(&'static str, String)> {
    let only = |of: &Account, other: &Account| {
        of.numbers.iter().find(|number| !other.numbers.contains(number)).map(|number| number.full().to_owned())
    };
    let kind = (before.kind != after.kind).then(|| after.kind.to_string());
    let told = |before: &Option<String>, after: &Option<String>| after.clone().filter(|_| before != after);
    let all = [
        (learned::NUMBER, only(after, before)),
        (learned::NUMBER_BEFORE, only(before, after)),
        (learned::KIND, kind),
        (learned::BANK, told(&before.bank, &after.bank)),
        (learned::BRANCH, told(&before.branch, &after.branch)),
        (learned::INSTITUTION, told(&before.institution, &after.institution)),
    ];
    all.into_iter().filter_map(|(what, value)| Some((what, value?))).collect()
}

/// Takes back what an import told of accounts, as far as they still have it.
pub(crate) fn unlearn(change: &mut Change<'_>, import: ImportId) -> Result<(), OpError> {
    for learned in change.view().learned(import)? {
        let known = change.view().all_accounts()?.into_iter().find(|account| account.id == learned.account);
        if let Some(mut account) = known {
            forget(&mut account, &learned);
            change.put_account(&account)?;
        }
        change.remove_learned(&learned)?;
    }
    Ok(())
}

fn forget(account: &mut Account, learned: &Learned) {
    let value = Some(learned.value.as_str());
    match learned.what.as_str() {
        learned::NUMBER => account.numbers.retain(|number| Some(number.full()) != value),
        learned::NUMBER_BEFORE => account.numbers.extend(AccountNumber::new(&learned.value)),
        learned::KIND if Some(account.kind.as_str()) == value => account.kind = AccountType::Other,
        learned::BANK if account.bank.as_deref() == value => account.bank = None,
        learned::BRANCH if account.branch.as_deref() == value => account.branch = None,
        learned::INSTITUTION if account.institution.as_deref() == value => account.institution = None,
        _ => {}
    }
}

fn make(
    change: &mut Change<'_>,
    existing: &[Account],
    parsed: &Parsed<'_>,
    statement: &Statement<'_>,
    wanted: &str,
) -> Result<Account, Stop> {
    let hint = &statement.account;
    let same = |other: &Statement<'_>| other.account.number == hint.number && other.account.name == hint.name;
    let several_currencies = parsed.statements.iter().any(|other| other.currency != statement.currency && same(other));
    // `--account A` for several currencies has named each by its own already.
    let has_currency = wanted.ends_with(&format!(" {}", statement.currency));
    Ok(change.add_account(Account {
        id: AccountId::new(0),
        name: names::free(existing, wanted, statement.currency, several_currencies && !has_currency),
        kind: hint.kind.unwrap_or(AccountType::Other),
        currency: statement.currency,
        bank: hint.bank_id.clone(),
        branch: hint.branch.clone(),
        institution: hint.institution.clone(),
        closed: false,
        numbers: hint.number.iter().cloned().collect(),
    })?)
}
