//! Which account each statement of a file goes to: an existing one, a new one, or a question.
//!
//! Nothing is changed here. The account that the person named comes first, and must not contradict the file. Then come
//! the number in the file, a name in one of its columns, its rows and balances, digits in its name, and what the person
//! said for the layout. Being of the same bank is no evidence.

use super::candidates::{Candidates, contradiction};
use super::choice::Choice;
use super::known::Known;
use super::named::{self, Named};
use super::names;
use super::same::first_of_account;
use super::stop::Stop;
use super::unnumbered;
use crate::import::evidence::account::{Fit, ends_in};
use crate::import::evidence::file_name;
use crate::import::{ImportError, ImportOption, Parsed, Problem, Question, Remark, Remedy};
use crate::model::{AnswerId, Currency};
use crate::ops::OpError;
use crate::ops::query::account_named;
use crate::store::View;
use crate::store::db::accounts::Account;
use crate::store::db::answers::StoredAnswer;

/// What a file's accounts are chosen by, apart from its statements.
#[derive(Clone, Copy)]
pub(super) struct About<'a> {
    /// The file's name.
    pub file: &'a str,
    /// The account that the person named.
    pub named: Option<Named<'a>>,
    /// Every remembered answer.
    pub answers: &'a [StoredAnswer],
}

/// The accounts of a file.
#[derive(Clone, Debug)]
pub(super) struct Chosen {
    /// One for each statement, in their order.
    pub choices: Vec<Choice>,
    /// Standing answers that the file contradicts.
    pub void: Vec<AnswerId>,
    /// Weak evidence that an account was told by.
    pub remarks: Vec<Remark>,
}

impl Chosen {
    /// Returns the account that all statements go to, when the vault has it.
    pub(super) fn only(&self) -> Option<&Account> {
        let mut accounts = self.choices.iter().map(|choice| match choice {
            Choice::Existing(account) => Some(account),
            Choice::New { .. } | Choice::LeftOut | Choice::Ask(_) => None,
        });
        let first = accounts.next()??;
        accounts.all(|other| other.is_some_and(|other| other.id == first.id)).then_some(first)
    }
}

/// Chooses the account of every statement. A currency that is still asked for tells nothing.
pub(super) fn choose(view: &View<'_>, parsed: &Parsed<'_>, about: About<'_>) -> Result<Chosen, Stop> {
    unnumbered::refuse_several(&parsed.statements)?;
    let known = Known::of(view).map_err(OpError::from)?;
    let mut chosen = Chosen { choices: Vec::new(), void: Vec::new(), remarks: Vec::new() };
    if let Some(named) = about.named {
        chosen.choices = named::choose(view, &known, parsed, named)?;
        return Ok(chosen);
    }
    let statements = &parsed.statements;
    let first = first_of_account(statements);
    for (index, statement) in statements.iter().enumerate() {
        if let Some(choice) = chosen.choices.get(first[index]) {
            chosen.choices.push(choice.clone());
            continue;
        }
        let of_account = statements.iter().zip(&first).filter(|(_, first)| **first == index);
        let of_account: Vec<_> = of_account.map(|(statement, _)| statement).collect();
        let candidates = Candidates::of(view, &known, &of_account, parsed);
        let (choice, remark) = if statement.account.number.is_some() {
            (by_number(&candidates, index)?, None)
        } else if let Some(name) = &statement.account.name {
            // Accounts that one file tells apart are never one.
            let taken = |account: &Account| {
                let earlier = chosen.choices.iter().zip(&parsed.statements).take(index);
                earlier
                    .filter(|(_, other)| other.account.name.as_ref() != Some(name))
                    .any(|(choice, _)| matches!(choice, Choice::Existing(other) if other.id == account.id))
            };
            let is_alone = first.iter().all(|first| *first == index);
            let found = by_name(&candidates, index, name, is_alone, &taken)?;
            let is_open = matches!(found.0, Choice::Ask(_)) && is_alone;
            match if is_open { by_standing_answer(&candidates, about, &mut chosen.void)? } else { None } {
                Some(account) => (Choice::Existing(account.clone()), Some(Remark::AccountFromAnswer)),
                None => found,
            }
        } else {
            match by_evidence(&candidates, index, about, &mut chosen.void)? {
                found @ (_, Some(Remark::AccountFromAnswer)) => found,
                _ if !unnumbered::are_of_one(&of_account) => {
                    let message = format!(
                        "the file has {} statements without an account number, and nothing tells that they are of one account",
                        of_account.len()
                    );
                    (Choice::Ask(vec![candidates.ask(message, &[])]), None)
                }
                found => found,
            }
        };
        if let Some(remark) = remark.filter(|remark| !chosen.remarks.contains(remark)) {
            chosen.remarks.push(remark);
        }
        chosen.choices.push(unless_closed(&candidates, choice));
    }
    Ok(chosen)
}

/// A closed account takes a file only when it is named.
fn unless_closed(candidates: &Candidates<'_, '_>, choice: Choice) -> Choice {
    match choice {
        Choice::Existing(account) if account.closed => {
            let message = format!("the file is of the account {:?}, which is closed", account.name);
            Choice::Ask(vec![candidates.ask(message, &[&account])])
        }
        other => other,
    }
}

/// The account of a statement, and the weak evidence that told it.
type Found = (Choice, Option<Remark>);

/// A number decides; where it is new, the rows may still be those of an account, whose number changed.
fn by_number(candidates: &Candidates<'_, '_>, first: usize) -> Result<Choice, Stop> {
    let number = candidates.hint().number.as_ref().map(|number| number.last_four()).unwrap_or_default();
    for fit in [Fit::Same, Fit::End] {
        match candidates.with_number(fit).as_slice() {
            [] => {}
            [one] => return Ok(Choice::Existing((*one).clone())),
            several => {
                let message = format!("the number …{number} in the file fits more than one account");
                return Ok(Choice::Ask(vec![candidates.ask(message, several)]));
            }
        }
    }
    let unclear = candidates.with_number(Fit::Unclear);
    if !unclear.is_empty() {
        let message = format!("the file shows only the end of a number, …{number}, which does not tell the account");
        return Ok(Choice::Ask(vec![candidates.ask(message, &unclear)]));
    }
    let (joined, of_other_bank): (Vec<&Account>, Vec<&Account>) =
        candidates.resembling()?.into_iter().partition(|account| candidates.can_be_of_bank(account));
    if let ([], [other, ..]) = (joined.as_slice(), of_other_bank.as_slice()) {
        let message = format!(
            "the number …{number} is new, but it has rows of the account {:?}, which is of another bank: a new account can \
             be merged with that one",
            other.name
        );
        return Ok(Choice::Ask(vec![Question::open(ImportOption::Account, message)]));
    }
    if !joined.is_empty() {
        let message = format!("the number …{number} is new, but it has rows of an account that the vault has");
        let is_numbered = joined.iter().any(|account| candidates.number_fit(account) == Some(Fit::Differs));
        let add = is_numbered.then(|| named::may_add(format!("…{number} may be a new number of that account")));
        let open = std::iter::once(candidates.ask(message, &joined)).chain(add);
        return Ok(Choice::Ask(open.collect()));
    }
    let unnumbered = candidates.unnumbered_of_bank();
    if !unnumbered.is_empty() {
        let message = format!("the number …{number} is new, and an account of this bank has no number yet");
        return Ok(Choice::Ask(vec![candidates.ask(message, &unnumbered)]));
    }
    Ok(Choice::New { name: names::of(candidates.hint()), first })
}

/// The name of an account in a column is that of an account of the institution, or of one that has files of the layout, or makes
/// one. Two banks may use one name.
fn by_name(
    candidates: &Candidates<'_, '_>,
    first: usize,
    name: &str,
    is_alone: bool,
    taken: &dyn Fn(&Account) -> bool,
) -> Result<Found, Stop> {
    let wanted = names::of(candidates.hint());
    let possible: Vec<&Account> = candidates.possible().into_iter().filter(|account| !taken(account)).collect();
    let is_called = |account: &&Account| {
        let with_currency = |name: &str| format!("{name} {}", account.currency);
        [name, &wanted].iter().any(|name| account.has_name(name) || account.has_name(&with_currency(name)))
    };
    let called: Vec<&Account> = possible.iter().copied().filter(is_called).collect();
    let mut told = Vec::new();
    for account in &called {
        if candidates.is_told_by_name(account)? && !candidates.contradicts(account)? {
            told.push(*account);
        }
    }
    let (found, remark) = if told.is_empty() {
        let (joined, remark) = candidates.joined(&possible)?;
        (joined, Some(remark))
    } else {
        (told, None)
    };
    if let ([], [_, ..]) = (found.as_slice(), called.as_slice()) {
        let message = format!("an account is called {name:?} as in the file, which may be of another bank");
        return Ok((Choice::Ask(vec![candidates.ask(message, &called)]), None));
    }
    match found.as_slice() {
        [] => {
            // The account may have got another name in the vault.
            let mut joined = candidates.resembling()?;
            joined.retain(|one| possible.iter().any(|other| other.id == one.id) && !candidates.is_named(one));
            if joined.is_empty() {
                return Ok((Choice::New { name: wanted, first }, None));
            }
            let message = format!("the name {name:?} is new, but it has rows of an account that the vault has");
            if !is_alone {
                let remedy = Remedy::NameAsInFile(name.to_owned());
                return Err(Stop::Refused(ImportError::new(Problem::Ambiguous, message, remedy)));
            }
            Ok((Choice::Ask(vec![candidates.ask(message, &joined)]), None))
        }
        [one] => Ok((Choice::Existing((*one).clone()), remark)),
        several => {
            let message = format!("the account {name:?} in the file could be more than one of the vault");
            Ok((Choice::Ask(vec![candidates.ask(message, several)]), None))
        }
    }
}

/// Without number and name, rows and balances decide, then digits in the file's name, then a standing answer.
fn by_evidence(
    candidates: &Candidates<'_, '_>,
    first: usize,
    about: About<'_>,
    void: &mut Vec<AnswerId>,
) -> Result<Found, Stop> {
    let possible = candidates.possible();
    let ask =
        |message: &str, likely: &[&Account]| Ok((Choice::Ask(vec![candidates.ask(message.to_owned(), likely)]), None));
    let is = |account: &Account, remark: Remark| Ok((Choice::Existing(account.clone()), Some(remark)));
    let (joined, remark) = candidates.joined(&possible)?;
    match joined.as_slice() {
        [] => {}
        [one] => return is(one, remark),
        several => return ask("the rows in the file are those of more than one account", several),
    }
    if let Some(account) = by_file_name(candidates, about.file)? {
        return is(account, Remark::AccountFromFileName);
    }
    if let Some(account) = by_standing_answer(candidates, about, void)? {
        return is(account, Remark::AccountFromAnswer);
    }
    let hint = candidates.hint();
    let Some(institution) = &hint.institution else {
        return ask("the file does not tell which account it is of", &possible);
    };
    if !possible.iter().any(|account| candidates.is_of_institution(account)) {
        return Ok((Choice::New { name: names::of(hint), first }, None));
    }
    let message = format!("the file does not say which account of {institution} it is of, and its rows do not tell");
    ask(&message, &possible)
}

/// Returns the account whose number, and no other's, ends in digits of the file's name.
fn by_file_name<'a>(candidates: &Candidates<'_, 'a>, file: &str) -> Result<Option<&'a Account>, Stop> {
    let mut found: Option<&Account> = None;
    for digits in file_name::digits(file) {
        let ends = |account: &&Account| account.numbers.iter().any(|number| ends_in(number, &digits));
        match candidates.known.accounts.iter().filter(ends).collect::<Vec<_>>().as_slice() {
            [] => {}
            [one] if found.is_none_or(|other| other.id == one.id) => found = Some(*one),
            _ => return Ok(None),
        }
    }
    match found {
        Some(account) if candidates.can_be(account) && !candidates.contradicts(account)? => Ok(Some(account)),
        _ => Ok(None),
    }
}

/// Returns the account that the person said for every file of the layout, unless this file contradicts it.
fn by_standing_answer<'a>(
    candidates: &Candidates<'_, 'a>,
    about: About<'_>,
    void: &mut Vec<AnswerId>,
) -> Result<Option<&'a Account>, Stop> {
    let is_standing = |answer: &&StoredAnswer| {
        answer.layout == candidates.parsed.layout && answer.option == ImportOption::Account.as_str()
    };
    let Some(answer) = about.answers.iter().find(is_standing) else { return Ok(None) };
    let currency: Option<Currency> = candidates.currency();
    let in_currency = currency.map(|currency| format!("{} {currency}", answer.answer));
    let known = candidates.known;
    let named = account_named(&known.accounts, &answer.answer)
        .or_else(|| known.in_place_of(&answer.answer))
        .filter(|account| currency.is_none_or(|currency| currency == account.currency))
        .or_else(|| account_named(&known.accounts, &in_currency?));
    let account = match named {
        Some(account) => account,
        None => {
            void.push(answer.id);
            return Ok(None);
        }
    };
    if contradiction(candidates, account)?.is_some() {
        void.push(answer.id);
        return Ok(None);
    }
    Ok(Some(account))
}
