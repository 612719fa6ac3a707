//! The account that the person named.

use super::candidates::{Candidates, contradiction};
use super::choice::Choice;
use super::known::Known;
use super::names;
use super::options::{ImportOptions, Source};
use super::same::first_of_currency;
use super::stop::Stop;
use crate::import::evidence::account::{Fit, fit, same_code, same_institution};
use crate::import::{self, ImportOption, Parsed, Question, text};
use crate::model::{AccountHint, AccountNumber, Currency};
use crate::ops::OpError;
use crate::ops::query::{account_named, checked_name, names_of};
use crate::store::db::accounts::Account;
use crate::store::{Reader, View};

/// Finds what the person said about the account wrong before a file is imported: a name that no account has, or files
/// of more than one account.
///
/// # Errors
/// When the account is unknown and not to be made, its name cannot be used, or the files are of more than one bank or
/// account number.
pub fn check_named(
    vault: &Reader,
    files: impl Iterator<Item = Source>,
    options: &ImportOptions,
) -> Result<(), OpError> {
    let Some(name) = options.account.as_deref() else { return Ok(()) };
    let accounts = vault.view().accounts()?;
    if !is_known(&accounts, name) {
        if !options.create {
            return Err(unknown(&accounts, name));
        }
        checked_name(name)?;
    }
    let mut seen: Vec<AccountHint> = Vec::new();
    for file in files {
        // What cannot be read is told where it is imported.
        let Ok(decoded) = text::decode(&file.bytes, options.encoding.as_deref()) else { continue };
        let Ok(parsed) = import::read(&decoded.text, &options.read, &options.profiles) else { continue };
        for statement in parsed.statements {
            let hint = statement.account;
            if let Some(other) = seen.iter().find(|other| differ(other, &hint)) {
                return Err(several(name, [other, &hint]));
            }
            seen.push(hint);
        }
    }
    Ok(())
}

/// The account that the person named.
#[derive(Clone, Copy, Debug)]
pub(super) struct Named<'a> {
    /// Its name or id.
    pub name: &'a str,
    /// Whether to make it when there is none of that name.
    pub create: bool,
    /// Whether it takes the number in the file, beside those it has.
    pub add_number: bool,
}

/// Returns whether the account has numbers, and none that fits the one in the file.
fn is_other_number(candidates: &Candidates<'_, '_>, account: &Account) -> bool {
    candidates.number_fit(account) == Some(Fit::Differs)
}

fn ask_to_add(candidates: &Candidates<'_, '_>, account: &Account) -> Choice {
    let (stored, found) = (account.number(), candidates.hint().number.as_ref());
    let shown = |number: Option<&AccountNumber>| number.map(|number| number.last_four()).unwrap_or_default();
    let message =
        format!("the file is for account …{}, but the account {:?} is …{}", shown(found), account.name, shown(stored));
    Choice::Ask(vec![may_add(message)])
}

/// Returns the question whether the number in the file is a new one of an account that is there.
pub(super) fn may_add(message: String) -> Question {
    Question::of(ImportOption::AddNumber, message, vec!["yes".to_owned()])
}

fn unknown(accounts: &[Account], name: &str) -> OpError {
    OpError::UnknownTarget { name: name.to_owned(), known: names_of(accounts) }
}

/// Returns whether two hints name two accounts or banks.
fn differ(a: &AccountHint, b: &AccountHint) -> bool {
    let numbers = a.number.as_ref().zip(b.number.as_ref());
    numbers.is_some_and(|(a, b)| fit(a, b) == Fit::Differs)
        || !same_code(a.bank_id.as_deref(), b.bank_id.as_deref())
        || !same_code(a.branch.as_deref(), b.branch.as_deref())
        || same_institution(a.institution.as_deref(), b.institution.as_deref()) == Some(false)
        || a.name.as_ref().zip(b.name.as_ref()).is_some_and(|(a, b)| a != b)
}

fn several<'h>(name: &str, hints: impl IntoIterator<Item = &'h AccountHint>) -> OpError {
    OpError::SeveralAccounts { name: name.to_owned(), found: hints.into_iter().map(names::of).collect() }
}

/// Returns whether an account has the name, alone or with its currency behind it.
fn is_known(accounts: &[Account], name: &str) -> bool {
    let with_currency = |account: &&Account| account.has_name(&format!("{name} {}", account.currency));
    account_named(accounts, name).is_some() || accounts.iter().any(|account| with_currency(&account))
}

/// Returns the named account for each statement: of a file with several currencies, one for each.
pub(super) fn choose(
    view: &View<'_>,
    known: &Known,
    parsed: &Parsed<'_>,
    named: Named<'_>,
) -> Result<Vec<Choice>, Stop> {
    let (Named { name, create, .. }, accounts) = (named, &known.accounts);
    let statements = &parsed.statements;
    for (index, statement) in statements.iter().enumerate() {
        let differs = |other: &&crate::model::Statement<'_>| {
            let kinds = other.account.kind.zip(statement.account.kind);
            differ(&other.account, &statement.account) || kinds.is_some_and(|(a, b)| a != b)
        };
        if let Some(other) = statements[..index].iter().find(differs) {
            return Err(several(name, [&other.account, &statement.account]).into());
        }
    }
    let currencies: Vec<Currency> = statements.iter().map(|statement| statement.currency).collect();
    let several_currencies = currencies.iter().any(|currency| *currency != currencies[0]);
    let mut choices = Vec::with_capacity(statements.len());
    for (statement, first) in statements.iter().zip(first_of_currency(statements)) {
        let of_account = [statement];
        let candidates = Candidates::of(view, known, &of_account, parsed);
        let in_currency = format!("{name} {}", statement.currency);
        let fits = |account: &&Account| candidates.currency().is_none_or(|currency| currency == account.currency);
        let exact = account_named(accounts, name);
        let found = exact.filter(fits).or_else(|| account_named(accounts, &in_currency).filter(fits));
        choices.push(match found.or(exact.filter(|_| !several_currencies)) {
            Some(account) => match contradiction(&candidates, account)? {
                Some(error) => return Err(error.into()),
                None if is_other_number(&candidates, account) && candidates.is_of_another(account) => {
                    return Err(candidates.of_another(account).into());
                }
                None if is_other_number(&candidates, account) && !named.add_number => ask_to_add(&candidates, account),
                None => Choice::Existing(account.clone()),
            },
            None if create => {
                let name = checked_name(if several_currencies { &in_currency } else { name })?;
                Choice::New { name, first }
            }
            None => return Err(unknown(accounts, if exact.is_some() { &in_currency } else { name }).into()),
        });
    }
    Ok(choices)
}
