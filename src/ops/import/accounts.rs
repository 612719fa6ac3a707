//! Which account of the vault a statement belongs to.
//!
//! The account that the person named comes first. Otherwise the number in the file decides; without a number,
//! institution and type do. Currency and bank must agree. No account that fits: a new one is made. Several: the file is
//! refused, and the refusal names them.

use super::stop::Stop;
use crate::import::evidence::account::{is_masked, same_number};
use crate::import::{ImportError, ImportOption, Parsed, Problem, Question, Remedy};
use crate::model::{AccountHint, AccountId, AccountNumber, AccountType, LONGEST_ACCOUNT_NAME, Statement};
use crate::ops::query::{account_named, checked_name};
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

/// Finds or creates the account of every statement, in their order.
pub(super) fn resolve(change: &mut Change<'_>, parsed: &Parsed<'_>, named: Option<&str>) -> Result<Vec<Target>, Stop> {
    if let (Some(name), true) = (named, parsed.statements.len() > 1) {
        let message = format!("the file has {} accounts, but only one was named: {name}", parsed.statements.len());
        return Err(refused(Problem::NeedsOption, message, Remedy::LeaveOut(ImportOption::Account)));
    }
    let mut targets: Vec<Target> = Vec::new();
    for statement in &parsed.statements {
        let existing = change.view().accounts()?;
        let found = match named {
            Some(name) => account_named(&existing, name).cloned().map(Ok),
            None => by_hint(&existing, statement, parsed).transpose(),
        };
        let target = match found {
            Some(account) => update(change, account?, statement)?,
            None => make(change, &existing, statement, parsed, named)?,
        };
        targets.push(target);
    }
    Ok(targets)
}

fn refused(problem: Problem, message: String, remedy: Remedy) -> Stop {
    ImportError::new(problem, message, remedy).into()
}

/// Asks for the account; the names are the choices.
fn which_account(message: String, names: &[&str]) -> Stop {
    let choices = names.iter().map(|name| (*name).to_owned()).collect();
    ImportError::asking(vec![Question::of(ImportOption::Account, message, choices)]).into()
}

fn by_hint(accounts: &[Account], statement: &Statement<'_>, parsed: &Parsed<'_>) -> Result<Option<Account>, Stop> {
    let hint = &statement.account;
    let agrees = |account: &Account| {
        let differ = |a: &Option<String>, b: &Option<String>| matches!((a, b), (Some(a), Some(b)) if a != b);
        account.currency == statement.currency && !differ(&account.bank, &hint.bank_id)
    };
    let candidates: Vec<&Account> = match &hint.number {
        Some(number) => {
            let same = |a: &&Account| a.numbers.iter().any(|stored| same_number(stored, number));
            accounts.iter().filter(same).filter(|a| agrees(a)).collect()
        }
        None => {
            let Some(institution) = &hint.institution else {
                let message = format!("the file does not name its account ({})", parsed.format);
                return Err(which_account(message, &[]));
            };
            let same =
                |a: &&Account| a.institution.as_ref() == Some(institution) && hint.kind.is_none_or(|k| k == a.kind);
            accounts.iter().filter(same).filter(|a| agrees(a)).collect()
        }
    };
    match candidates.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some((*one).clone())),
        several => {
            let names: Vec<&str> = several.iter().map(|a| a.name.as_str()).collect();
            let message = format!("the file could belong to more than one account: {}", names.join(", "));
            Err(which_account(message, &names))
        }
    }
}

/// Adds what the file says and the vault does not know, and refuses a file that contradicts the account.
fn update(change: &mut Change<'_>, account: Account, statement: &Statement<'_>) -> Result<Target, Stop> {
    let hint = &statement.account;
    if account.currency != statement.currency {
        let message = format!(
            "the file is in {}, but the account {:?} is in {}",
            statement.currency, account.name, account.currency
        );
        return Err(refused(Problem::Contradiction, message, Remedy::OtherAccount));
    }
    if let (Some(stored), Some(found)) = (account.number(), &hint.number)
        && !account.numbers.iter().any(|stored| same_number(stored, found))
    {
        let message = format!("the file is for account …{found}, but the account {:?} is …{stored}", account.name);
        return Err(refused(Problem::Contradiction, message, Remedy::OtherAccount));
    }
    if let Some(kind) = hint.kind.filter(|kind| {
        account.kind != AccountType::Other
            && *kind != AccountType::Other
            && kind.is_liability() != account.kind.is_liability()
    }) {
        let message = format!(
            "the file is for an account of type {kind}, but the account {:?} is {}",
            account.name, account.kind
        );
        return Err(refused(Problem::Contradiction, message, Remedy::OtherAccountOrType));
    }
    let mut known = account.clone();
    if let Some(found) = &hint.number {
        match known.numbers.last_mut() {
            None => known.numbers.push(found.clone()),
            Some(last) if is_masked(last) && same_number(last, found) => *last = found.clone(),
            Some(_) => {}
        }
    }
    known.bank = known.bank.or_else(|| hint.bank_id.clone());
    known.institution = known.institution.or_else(|| hint.institution.clone());
    if known.kind == AccountType::Other {
        known.kind = hint.kind.unwrap_or(AccountType::Other);
    }
    if known != account {
        change.put_account(&known)?;
    }
    Ok(Target { account: known, new: false })
}

fn make(
    change: &mut Change<'_>,
    existing: &[Account],
    statement: &Statement<'_>,
    parsed: &Parsed<'_>,
    named: Option<&str>,
) -> Result<Target, Stop> {
    let hint = &statement.account;
    let wanted = match named {
        Some(name) => {
            checked_name(name).map_err(|e| ImportError::of(Problem::NeedsOption, e, Remedy::UsableAccountName))?
        }
        None => default_name(hint, parsed),
    };
    let taken = |name: &str| existing.iter().any(|account| account.has_name(name));
    let mut name = wanted.clone();
    let mut number = 2;
    while taken(&name) {
        name = format!("{wanted} ({number})");
        number += 1;
    }
    let account = change.add_account(Account {
        id: AccountId::new(0),
        name,
        kind: hint.kind.unwrap_or(AccountType::Other),
        currency: statement.currency,
        bank: hint.bank_id.clone(),
        branch: None,
        institution: hint.institution.clone(),
        closed: false,
        numbers: hint.number.iter().cloned().collect(),
    })?;
    Ok(Target { account, new: true })
}

/// Characters that are kept free for the ` (2)` that tells equal names apart.
const ROOM_FOR_NUMBER: usize = 10;

/// Returns a name from what the file says, such as `First Example Checking 1234`.
fn default_name(hint: &AccountHint, parsed: &Parsed<'_>) -> String {
    let kind = match hint.kind {
        Some(AccountType::Checking) => "Checking",
        Some(AccountType::Savings) => "Savings",
        Some(AccountType::MoneyMarket) => "Money Market",
        Some(AccountType::Cd) => "CD",
        Some(AccountType::CreditCard) => "Card",
        Some(AccountType::LineOfCredit) => "Credit Line",
        Some(AccountType::Loan) => "Loan",
        Some(AccountType::Investment) => "Investment",
        Some(AccountType::Other) | None => "Account",
    };
    let institution = hint.institution.as_deref().or(parsed.profile.as_deref()).unwrap_or_default();
    let last_four = hint.number.as_ref().map(AccountNumber::last_four).unwrap_or_default();
    let name = hint.name.clone().unwrap_or_else(|| format!("{institution} {kind} {last_four}"));
    let name: String = crate::model::clean_for_display(&name).split_whitespace().collect::<Vec<_>>().join(" ");
    name.chars().take(LONGEST_ACCOUNT_NAME - ROOM_FOR_NUMBER).collect::<String>().trim().to_owned()
}
