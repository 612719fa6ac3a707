//! The accounts that a statement can be of, as far as bank, kind and currency tell.

use super::known::Known;
use super::meetings::{self, Against};
use super::names;
use super::stop::Stop;
use crate::import::evidence::account::{Fit, fit, same_code, same_institution, same_kind};
use crate::import::evidence::joins::Meeting;
use crate::import::{ImportError, ImportOption, Parsed, Problem, Question, Remark, Remedy};
use crate::model::{AccountHint, AccountType, Amount, Currency, Statement};
use crate::store::View;
use crate::store::db::accounts::Account;

/// The statements of one account in a file, beside the accounts of the vault.
pub(super) struct Candidates<'v, 'a> {
    view: &'v View<'v>,
    pub known: &'a Known,
    /// At least one.
    statements: &'v [&'v Statement<'v>],
    pub parsed: &'v Parsed<'v>,
}

impl<'v, 'a> Candidates<'v, 'a> {
    pub(super) fn of(
        view: &'v View<'v>,
        known: &'a Known,
        statements: &'v [&'v Statement<'v>],
        parsed: &'v Parsed<'v>,
    ) -> Candidates<'v, 'a> {
        Candidates { view, known, statements, parsed }
    }

    pub(super) fn hint(&self) -> &'v AccountHint {
        &self.statements[0].account
    }

    /// Returns the currency of the statement; none while it is asked for.
    pub(super) fn currency(&self) -> Option<Currency> {
        let asked = self.parsed.questions.iter().any(|question| question.option == ImportOption::Currency);
        (!asked).then_some(self.statements[0].currency)
    }

    fn in_currency(&self, account: &Account) -> bool {
        self.currency().is_none_or(|currency| currency == account.currency)
    }

    fn same_bank(&self, face: &Account) -> bool {
        let hint = self.hint();
        same_code(face.bank.as_deref(), hint.bank_id.as_deref())
            && same_code(face.branch.as_deref(), hint.branch.as_deref())
    }

    /// Returns whether currency, kind, bank and branch allow the account.
    fn fits(&self, face: &Account) -> bool {
        self.in_currency(face) && same_kind(Some(face.kind), self.hint().kind) && self.same_bank(face)
    }

    /// Returns whether the institutions of account and statement are one; none where one of them is not known.
    fn same_institution(&self, face: &Account) -> Option<bool> {
        same_institution(face.institution.as_deref(), self.hint().institution.as_deref())
    }

    fn other_institution(&self, face: &Account) -> bool {
        self.same_institution(face) == Some(false)
    }

    /// Returns whether the account is of the statement's institution.
    pub(super) fn is_of_institution(&self, account: &Account) -> bool {
        self.known.faces(account).any(|face| self.same_institution(face) == Some(true))
    }

    /// Returns whether the account can be the statement's, numbers aside.
    pub(super) fn can_be(&self, account: &Account) -> bool {
        self.known.faces(account).any(|face| self.fits(face) && !self.other_institution(face))
    }

    /// Returns whether a statement of the file has the name of an account.
    pub(super) fn is_named(&self, account: &Account) -> bool {
        self.parsed.statements.iter().any(|other| account.has_name(&names::of(&other.account)))
    }

    /// Returns the accounts that can be the statement's, numbers aside.
    pub(super) fn possible(&self) -> Vec<&'a Account> {
        self.known.accounts.iter().filter(|account| self.can_be(account)).collect()
    }

    /// Returns the accounts of the institution that have no number.
    pub(super) fn unnumbered_of_bank(&self) -> Vec<&'a Account> {
        let of_bank = |account: &&&Account| account.numbers.is_empty() && self.is_of_institution(account);
        self.possible().iter().filter(of_bank).copied().collect()
    }

    /// Returns whether the name of an account tells that it is the statement's: it is of the same institution, or its files are of
    /// the statement's layout, or it has none.
    pub(super) fn is_told_by_name(&self, account: &Account) -> Result<bool, Stop> {
        if self.is_of_institution(account) {
            return Ok(true);
        }
        let imports = self.view.imports()?;
        let coverages = self.view.coverages()?.into_iter().filter(|coverage| coverage.account == account.id);
        let layouts: Vec<&str> = coverages
            .filter_map(|coverage| imports.iter().find(|import| import.id == coverage.import && !import.undone))
            .map(|import| import.layout.as_str())
            .collect();
        Ok(layouts.is_empty() || layouts.contains(&self.parsed.layout.as_str()))
    }

    /// Returns the accounts that have a number which fits the statement's so well, and not better.
    pub(super) fn with_number(&self, wanted: Fit) -> Vec<&'a Account> {
        self.known.accounts.iter().filter(|account| self.number_fit_of_bank(account) == Some(wanted)).collect()
    }

    /// Returns how the account's numbers stand to the statement's; none where one of them has no number.
    pub(super) fn number_fit(&self, account: &Account) -> Option<Fit> {
        self.known.faces(account).filter_map(|face| self.face_fit(face)).max()
    }

    /// Returns the same of the numbers that are of the statement's bank and kind.
    fn number_fit_of_bank(&self, account: &Account) -> Option<Fit> {
        self.known.faces(account).filter(|face| self.fits(face)).filter_map(|face| self.face_fit(face)).max()
    }

    /// The end of a number proves nothing between two institutions.
    fn face_fit(&self, face: &Account) -> Option<Fit> {
        let found = self.hint().number.as_ref()?;
        let best = face.numbers.iter().map(|stored| fit(stored, found)).max()?;
        Some(if best == Fit::End && self.other_institution(face) { Fit::Unclear } else { best })
    }

    /// Returns the account other than this one that has the statement's number.
    fn other_owner(&self, account: &Account) -> Option<&'a Account> {
        let has_it = |other: &&Account| {
            other.id != account.id && matches!(self.number_fit_of_bank(other), Some(Fit::Same | Fit::End))
        };
        self.known.accounts.iter().find(has_it)
    }

    /// Returns whether another account has the statement's number.
    pub(super) fn is_of_another(&self, account: &Account) -> bool {
        self.other_owner(account).is_some()
    }

    /// Returns the refusal of a file whose number another account has.
    pub(super) fn of_another(&self, account: &Account) -> ImportError {
        let number = self.hint().number.as_ref().map(|number| number.last_four()).unwrap_or_default();
        let other = self.other_owner(account).map(|other| other.name.as_str()).unwrap_or_default();
        let message = format!("the file is for account …{number}, which is {other:?}, not {:?}", account.name);
        ImportError::new(Problem::Contradiction, message, Remedy::OtherAccount)
    }

    /// Returns those of the accounts that the statement joins, and whether its rows or its opening balance tell it.
    pub(super) fn joined(&self, accounts: &[&'a Account]) -> Result<(Vec<&'a Account>, Remark), Stop> {
        let mut found = Vec::new();
        let mut going_on = Vec::new();
        for account in accounts.iter().copied() {
            match meetings::rows(self.view, account, self.statements, self.parsed)? {
                Meeting::Joins => found.push(account),
                Meeting::Contradicts => {}
                Meeting::Silent if meetings::goes_on(self.view, account, self.statements, self.parsed)? => {
                    going_on.push(account)
                }
                Meeting::Silent => {}
            }
        }
        // A balance is evidence only where it is one account's.
        let goes_on = found.is_empty() && going_on.len() == 1;
        Ok(if goes_on { (going_on, Remark::AccountFromBalance) } else { (found, Remark::AccountFromRows) })
    }

    /// Returns the accounts that could have got the statement's number, of this bank or another one, because they have
    /// rows in common with it.
    pub(super) fn resembling(&self) -> Result<Vec<&'a Account>, Stop> {
        let could = |face: &Account| self.in_currency(face) && same_kind(Some(face.kind), self.hint().kind);
        let mut found = Vec::new();
        for account in self.known.accounts.iter().filter(|account| self.known.faces(account).any(could)) {
            let other = self.known.faces(account).all(|face| self.other_institution(face));
            if meetings::resembles(self.view, account, self.statements, self.parsed, other)? {
                found.push(account);
            }
        }
        Ok(found)
    }

    /// Returns whether bank and branch of the account, or of one merged with it, can be the statement's.
    pub(super) fn can_be_of_bank(&self, account: &Account) -> bool {
        self.known.faces(account).any(|face| self.same_bank(face))
    }

    /// Returns whether the rows of the statement and of the account cannot be of one account.
    pub(super) fn contradicts(&self, account: &Account) -> Result<bool, Stop> {
        Ok(meetings::rows(self.view, account, self.statements, self.parsed)? == Meeting::Contradicts)
    }

    /// Returns what proves that the statement is not of the account, kind and number aside.
    fn against(&self, account: &Account) -> Result<Option<Against>, Stop> {
        meetings::against(self.view, account, self.statements, self.parsed)
    }

    /// Returns the question for the account, with those that fit best first.
    pub(super) fn ask(&self, message: String, likely: &[&Account]) -> Question {
        let is_likely = |account: &Account| likely.iter().any(|other| other.id == account.id);
        let rank = |account: &&Account| {
            let same_kind = self.hint().kind == Some(account.kind);
            (!is_likely(account), !self.is_of_institution(account), !same_kind, account.closed)
        };
        let mut offered = self.possible();
        offered.extend(likely.iter().filter_map(|one| self.known.accounts.iter().find(|account| account.id == one.id)));
        offered.sort_by_key(|account| (rank(account), account.id));
        offered.dedup_by_key(|account| account.id);
        let choices = offered.iter().map(|account| account.name.clone()).collect();
        Question::of(ImportOption::Account, message, choices)
    }
}

/// Returns why the statement cannot be of the account, whatever the person says.
pub(super) fn contradiction(candidates: &Candidates<'_, '_>, account: &Account) -> Result<Option<ImportError>, Stop> {
    let refused = |message: String, remedy: Remedy| Some(ImportError::new(Problem::Contradiction, message, remedy));
    let (hint, name) = (candidates.hint(), &account.name);
    if let Some(currency) = candidates.currency().filter(|currency| *currency != account.currency) {
        let message = format!("the file is in {currency}, but the account {name:?} is in {}", account.currency);
        return Ok(refused(message, Remedy::OtherAccount));
    }
    let of_bank = candidates.known.faces(account).filter(|face| candidates.same_bank(face)).collect::<Vec<_>>();
    if of_bank.is_empty() {
        let message = format!("the file is for an account of another bank or branch than the account {name:?}");
        return Ok(refused(message, Remedy::OtherAccountToMerge));
    }
    if !of_bank.iter().any(|face| same_kind(Some(face.kind), hint.kind)) {
        let kind = hint.kind.unwrap_or(AccountType::Other);
        let message =
            format!("the file is for an account of type {kind}, but the account {name:?} is {}", account.kind);
        return Ok(refused(message, Remedy::OtherAccountOrType));
    }
    let message = match candidates.against(account)? {
        None => return Ok(None),
        Some(Against::Rows) => {
            format!("the file and the account {name:?} show the same days, and have no row in common")
        }
        Some(Against::Turned(day, amount, other)) => {
            let amount = Amount::from_micros(amount, account.currency);
            let wrong = other.map_or_else(String::new, |import| {
                format!("; its running balances agree with its signs, so that those of {import} are likely wrong")
            });
            let message = format!(
                "the file shows rows of the account {name:?} with the opposite sign, of which one is {amount} on {day}{wrong}"
            );
            return Ok(refused(message, Remedy::OtherSigns));
        }
        Some(Against::Balance(day, stored, found)) => {
            let amount = |micros| Amount::from_micros(micros, account.currency);
            format!(
                "at the end of {day} the account {name:?} held {}, and by the file it held {}; few rows are common to both",
                amount(stored),
                amount(found)
            )
        }
    };
    Ok(refused(message, Remedy::OtherAccount))
}
