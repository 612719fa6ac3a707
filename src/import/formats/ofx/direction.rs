//! Which way the money of a statement went: by the printed sign, as the specification has it, unless the types of the
//! rows contradict it throughout. Then balances decide, what other statements print, the types where they are many, or the
//! person.

use super::stated::add_up;
use crate::import::error::{ImportError, ImportOption, Problem, Question, Remedy};
use crate::import::evidence::direction::Step;
use crate::import::options::{SignRule, ToldSign, Unsigned};
use crate::import::parsed::Remark;
use crate::model::{BalanceKind, Entry, Micros, ReportedBalance};

/// How the signs of a statement were read.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub(super) rule: Option<SignRule>,
    pub(super) remark: Option<Remark>,
    pub(super) question: Option<Question>,
    /// Why a rule that was said is not the statement's. It may be that of another one in the file.
    pub(super) refusal: Option<ImportError>,
    /// Whether no minus is printed, and types do not say of all rows that money came in.
    pub(super) is_unsigned: bool,
}

/// What is known of the signs of a statement from outside of it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Beside {
    /// Whether another statement of the file prints a minus where money went out.
    pub(super) prints_minus: bool,
    /// What other files of the account tell.
    pub(super) told: Option<ToldSign>,
}

impl Beside {
    /// Returns whether other statements print a minus where money went out.
    fn is_signed(self) -> bool {
        self.told.map_or(self.prints_minus, |told| told == ToldSign::Earlier(SignRule::In))
    }

    /// Returns whether other files of the account print no sign.
    fn is_unsigned(self) -> bool {
        matches!(self.told, Some(ToldSign::Earlier(rule)) if rule != SignRule::In)
    }
}

/// What the type of a row says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    In,
    Out,
    /// The specification has the sign of the amount decide.
    Either,
}

/// What the rows of a statement show together.
#[derive(Default)]
struct Tally {
    minus: u64,
    /// Rows whose type says out, and how many of them have no minus.
    out: u64,
    out_plain: u64,
    /// Of those that say out, fees: one that is given back keeps its type.
    fees: u64,
    /// Rows whose type says in, and how many of them have a minus.
    into: u64,
    into_minus: u64,
    either: u64,
    /// Of those that say neither, rows at a counter or a machine, which nearly always take money out.
    counter: u64,
}

/// Reads the direction of every row, and turns the amounts where they were printed the other way.
///
/// # Errors
/// When the person named a rule that the file contradicts.
pub(super) fn settle(
    entries: &mut [Entry<'_>],
    balances: &mut [ReportedBalance],
    is_card: bool,
    said: Option<SignRule>,
    beside: Beside,
) -> Result<Reading, ImportError> {
    let tally = Tally::of(entries, is_card);
    // Where the account's files have no signs, rows whose type says nothing are no money in, either.
    let is_told = beside.is_unsigned() || matches!(beside.told, Some(ToldSign::Proven(_)));
    if tally.is_unsigned() || (is_told && tally.may_be_unsigned()) {
        return Ok(unsigned(entries, balances, is_card, said, &tally, beside));
    }
    if tally.is_turned() {
        return turned(entries, balances, is_card, said);
    }
    let adds_up = add_up(balances, entries) == Step::Same;
    if said.is_none() && tally.contradicts() && !adds_up {
        let question =
            ask("most types of rows contradict the printed signs, and no balances tell which are right", SignRule::In);
        return Ok(Reading { question: Some(question), ..Reading::default() });
    }
    let by = match tally.contradicts() {
        false => "types of the rows agree with",
        true => "balances prove",
    };
    let as_printed = || Reading { is_unsigned: tally.may_be_unsigned(), ..Reading::default() };
    Ok(match said {
        None | Some(SignRule::In) => as_printed(),
        Some(_) if entries.is_empty() => as_printed(),
        Some(_) if tally.out + tally.into > 0 && (adds_up || !tally.contradicts()) => {
            let message = format!("the {by} the printed signs, which is the rule \"in\"");
            let refusal = ImportError::new(Problem::NeedsOption, message, Remedy::LeaveOut(ImportOption::Sign));
            Reading { refusal: Some(refusal), ..Reading::default() }
        }
        Some(rule) => {
            turn(entries, balances, rule);
            Reading { rule: Some(rule), ..Reading::default() }
        }
    })
}

/// Returns whether a statement prints money out with a minus, as far as types tell.
pub(super) fn prints_minus(entries: &[Entry<'_>], is_card: bool) -> bool {
    let tally = Tally::of(entries, is_card);
    tally.minus > 0 && !tally.is_turned() && !tally.contradicts()
}

impl Tally {
    fn of(entries: &[Entry<'_>], is_card: bool) -> Tally {
        let mut tally = Tally::default();
        for entry in entries.iter().filter(|entry| entry.amount.micros().get() != 0) {
            let minus = u64::from(entry.amount.is_negative());
            tally.minus += minus;
            match way(entry, is_card) {
                Way::Out => {
                    tally.out += 1;
                    tally.out_plain += 1 - minus;
                    tally.fees += u64::from(is_of(entry, &["FEE", "SRVCHG"]));
                }
                Way::In => {
                    tally.into += 1;
                    tally.into_minus += minus;
                }
                Way::Either => {
                    tally.either += 1;
                    tally.counter += u64::from(is_of(entry, &["POS", "ATM"]));
                }
            }
        }
        tally
    }

    /// Returns whether money went out, or likely did, and no amount shows it.
    fn is_unsigned(&self) -> bool {
        self.minus == 0 && (self.out > 0 || self.counter > 0)
    }

    /// Returns whether no amount shows that money went out, and some rows do not say that it came in.
    fn may_be_unsigned(&self) -> bool {
        self.minus == 0 && self.out + self.either > 0
    }

    /// Returns whether rows without a minus are more that took money out than one that gave it back, or some fees.
    fn is_plainly_out(&self) -> bool {
        self.out + self.counter >= 2 && !self.are_fees()
    }

    /// Returns whether the rows that would take money out are fees alone.
    fn are_fees(&self) -> bool {
        self.out + self.counter == self.fees
    }

    /// Returns whether every type with a direction says the opposite of the printed sign, and both signs are printed.
    fn is_turned(&self) -> bool {
        let all_in = self.into_minus == self.into && self.minus > 0;
        self.out > 0 && self.out_plain == self.out && all_in
    }

    /// Returns whether more types contradict the printed sign than agree with it: no few rows that give money back.
    fn contradicts(&self) -> bool {
        (self.out_plain + self.into_minus) * 2 > self.out + self.into
    }
}

fn is_of(entry: &Entry<'_>, types: &[&str]) -> bool {
    types.iter().any(|known| entry.transaction_type.eq_ignore_ascii_case(known))
}

/// Returns what a type says. A payment on a card is mostly money in, and by some banks money out.
fn way(entry: &Entry<'_>, is_card: bool) -> Way {
    let is = |types: &[&str]| is_of(entry, types);
    match is_card {
        _ if is(&["DEBIT", "CHECK", "FEE", "SRVCHG", "DIRECTDEBIT", "REPEATPMT", "CASH"]) => Way::Out,
        false if is(&["PAYMENT"]) => Way::Out,
        _ if is(&["CREDIT", "DEP", "DIRECTDEP"]) => Way::In,
        _ => Way::Either,
    }
}

/// Amounts without any sign: as printed, or by the types where each has a direction. Balances prove which; else other
/// statements tell, or many types where those are silent.
fn unsigned(
    entries: &mut [Entry<'_>],
    balances: &mut [ReportedBalance],
    is_card: bool,
    said: Option<SignRule>,
    tally: &Tally,
    beside: Beside,
) -> Reading {
    let proven = match beside.told {
        Some(ToldSign::Proven(how)) => Some(how),
        _ => by_balances(entries, balances, is_card),
    };
    let is_silent = add_up(balances, entries) == Step::Still;
    let has_open = tally.either > 0;
    let is_many = tally.is_plainly_out() && !beside.is_signed();
    let (how, doubt) = match (proven, said) {
        (Some(how), _) => (how, None),
        // What was said holds for the rows whose type says nothing, where many others have one.
        (None, Some(SignRule::In)) if is_many && has_open => (Unsigned::Typed, None),
        (None, Some(SignRule::In)) => (Unsigned::Printed, None),
        (None, Some(_)) => (Unsigned::TypedOrOut, None),
        (None, None) if beside.is_unsigned() || is_many => {
            (Unsigned::Typed, (has_open || !is_silent).then_some(UNTOLD))
        }
        (None, None) if beside.is_signed() && tally.is_plainly_out() => (Unsigned::Printed, Some(ELSEWHERE_SIGNED)),
        (None, None) if beside.is_signed() => (Unsigned::Printed, (!is_silent).then_some(UNTOLD)),
        (None, None) if has_open => (Unsigned::Typed, Some(UNTOLD)),
        (None, None) if tally.are_fees() => (Unsigned::Printed, Some(FEW)),
        (None, None) => (Unsigned::Typed, Some(FEW)),
    };
    turn_by_types(entries, is_card, how);
    if said == Some(SignRule::Card) && proven.is_none() {
        turn_ledgers(balances);
    }
    let is_printed = how == Unsigned::Printed;
    let is_disobeyed = proven.is_some() && said.is_some_and(|rule| (rule == SignRule::In) != is_printed);
    let remark = match beside.told {
        _ if doubt.is_some() || (is_printed && !is_disobeyed) => None,
        Some(ToldSign::Proven(_)) => Some(Remark::SignFromEarlierFiles),
        Some(ToldSign::Earlier(_)) if proven.is_none() && said.is_none() => Some(Remark::SignFromEarlierFiles),
        _ if is_disobeyed => Some(Remark::SignFromBalances),
        _ => Some(Remark::SignFromTypes),
    };
    let rule = match said {
        Some(SignRule::In) | None if !is_printed => Some(SignRule::Out),
        said => said.filter(|_| !is_disobeyed),
    };
    let likeliest = if is_printed { SignRule::In } else { turned_rule(is_card) };
    let question = doubt.map(|doubt| ask(doubt, likeliest));
    Reading { rule, remark, question, is_unsigned: true, ..Reading::default() }
}

const UNTOLD: &str = "no amount has a sign, and the types of the rows do not tell which way all of them went";
const FEW: &str = "no amount has a sign, and the types of so few rows do not tell money out from money given back";
const ELSEWHERE_SIGNED: &str =
    "no amount has a minus, although the types of rows say money out, and other statements print a minus there";

/// Returns how the amounts are read where the balances of the statement prove it.
fn by_balances(entries: &mut [Entry<'_>], balances: &[ReportedBalance], is_card: bool) -> Option<Unsigned> {
    // Debt that grows looks like money that does.
    let may_be_owed =
        is_card && balances.iter().any(|b| b.kind == BalanceKind::Ledger && b.amount.micros() > Micros::ZERO);
    [Unsigned::Printed, Unsigned::Typed, Unsigned::TypedOrOut].into_iter().find(|how| {
        turn_by_types(entries, is_card, *how);
        let adds_up = add_up(balances, entries) == Step::Same;
        turn_by_types(entries, is_card, *how);
        adds_up && !(may_be_owed && *how == Unsigned::Printed)
    })
}

/// Turns the amounts that are money out.
fn turn_by_types(entries: &mut [Entry<'_>], is_card: bool, how: Unsigned) {
    for entry in entries.iter_mut().filter(|_| how != Unsigned::Printed) {
        let out = match way(entry, is_card) {
            Way::Out => true,
            Way::In => false,
            Way::Either => how == Unsigned::TypedOrOut,
        };
        if out && let Ok(amount) = entry.amount.checked_neg() {
            entry.amount = amount;
        }
    }
}

/// Every debit is positive and every credit negative: the issuer prints what is owed, if the balances prove it.
fn turned(
    entries: &mut [Entry<'_>],
    balances: &mut [ReportedBalance],
    is_card: bool,
    said: Option<SignRule>,
) -> Result<Reading, ImportError> {
    // Debts that grow by what is printed: rows and balances are turned together. Money that shrinks: only the rows.
    let proven = match add_up(balances, entries) {
        Step::Same if is_card => Some(SignRule::Card),
        Step::Same => Some(SignRule::In),
        Step::Opposite => Some(SignRule::Out),
        Step::Still | Step::Unknown => None,
    };
    if let (Some(said), Some(proven)) = (said, proven)
        && said != proven
    {
        let message = format!(
            "the balances prove the rule of signs {proven:?}, and {said:?} was said",
            proven = proven.as_str(),
            said = said.as_str()
        );
        return Err(ImportError::new(Problem::Contradiction, message, Remedy::LeaveOut(ImportOption::Sign)));
    }
    let rule = said.or(proven).unwrap_or_else(|| turned_rule(is_card));
    turn(entries, balances, rule);
    let question = (said.is_none() && proven.is_none()).then(|| {
        ask("every debit is printed positive and every credit negative, and no balances tell why", turned_rule(is_card))
    });
    let was_turned = question.is_none() && rule != SignRule::In;
    let remark = was_turned.then_some(Remark::SignFromTypes);
    Ok(Reading { rule: Some(rule), remark, question, ..Reading::default() })
}

fn turned_rule(is_card: bool) -> SignRule {
    if is_card { SignRule::Card } else { SignRule::Out }
}

fn ask(message: &str, likeliest: SignRule) -> Question {
    let mut choices = vec![likeliest];
    choices.extend(SignRule::ALL.into_iter().filter(|rule| *rule != likeliest));
    Question::of(ImportOption::Sign, message, choices.iter().map(ToString::to_string).collect())
}

fn turn(entries: &mut [Entry<'_>], balances: &mut [ReportedBalance], rule: SignRule) {
    if rule == SignRule::In {
        return;
    }
    for entry in entries {
        if let Ok(amount) = entry.amount.checked_neg() {
            entry.amount = amount;
        }
    }
    if rule == SignRule::Card {
        turn_ledgers(balances);
    }
}

/// Turns the booked balances; what can be spent is credit, and never owed.
fn turn_ledgers(balances: &mut [ReportedBalance]) {
    for balance in balances.iter_mut().filter(|balance| balance.kind == BalanceKind::Ledger) {
        if let Ok(amount) = balance.amount.checked_neg() {
            balance.amount = amount;
        }
    }
}

#[cfg(test)]
#[path = "../../../../tests/unit/import/ofx_direction.rs"]
mod tests;
