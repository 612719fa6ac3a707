//! Which way the money of a statement went: by the printed sign, as the specification has it, unless the types of the
//! rows contradict it throughout. Then balances decide, what other statements print, the types where they are many, or the
//! person.

use super::stated::add_up;
use crate::import::error::{ImportError, ImportOption, Problem, Question, Remedy};
use crate::import::evidence::direction::Step;
use crate::import::options::{SignRule, ToldSign, Unsigned, may_be_owed};
use crate::import::parsed::Remark;
use crate::model::{BalanceKind, Entry, ReportedBalance};

/// How the signs of a statement were read.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) by: By,
    /// Whether no minus is printed, and types do not say of all rows that money came in.
    pub(super) is_unsigned: bool,
    /// Whether types say that money went out and that it came in, and every one agrees with its printed sign.
    pub(super) types_agree: bool,
}

/// What told the signs of a statement.
#[derive(Debug)]
pub(super) enum By {
    /// Evidence: the rule, where it is more than the printed signs, what is said about it, and why what the person said is not
    /// the rule of this statement. It may be that of another one in the file.
    Evidence { rule: Option<SignRule>, remark: Option<Remark>, refusal: Option<ImportError> },
    /// What the person said.
    Person { rule: SignRule, remark: Option<Remark> },
    /// Nothing, until this is answered.
    Nobody(Question),
}

/// The printed signs, which nothing contradicts.
const AS_PRINTED: By = By::Evidence { rule: None, remark: None, refusal: None };

/// What is known of the signs of a statement from outside of it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Beside {
    /// Whether another statement of the file prints a minus where money went out.
    pub(super) prints_minus: bool,
    /// What other files of the account tell.
    pub(super) told: Option<ToldSign>,
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
pub(super) fn settle(
    entries: &mut [Entry<'_>],
    balances: &mut [ReportedBalance],
    is_card: bool,
    said: Option<SignRule>,
    beside: Beside,
) -> Reading {
    let tally = Tally::of(entries, is_card);
    let is_unsigned = tally.may_be_unsigned();
    // Where the account's files have no signs, rows whose type says nothing are no money in, either.
    let is_told = matches!(beside.told, Some(ToldSign::Proven(_) | ToldSign::Plain));
    let by = if tally.is_unsigned() || (is_told && is_unsigned) {
        unsigned(entries, balances, is_card, said, &tally, beside)
    } else if tally.is_turned() {
        turned(entries, balances, is_card, said)
    } else {
        signed(entries, balances, said, &tally)
    };
    Reading { by, is_unsigned, types_agree: tally.agrees_throughout() }
}

/// Printed signs: they stand, unless types contradict them and no balances tell.
fn signed(entries: &mut [Entry<'_>], balances: &mut [ReportedBalance], said: Option<SignRule>, tally: &Tally) -> By {
    let adds_up = add_up(balances, entries) == Step::Same;
    let agrees = tally.out + tally.into > 0 && !tally.contradicts();
    match said {
        None if tally.contradicts() && !adds_up => By::Nobody(ask(
            "most types of rows contradict the printed signs, and no balances tell which are right",
            SignRule::In,
        )),
        None => AS_PRINTED,
        Some(_) if entries.is_empty() => AS_PRINTED,
        Some(rule @ SignRule::In) => By::Person { rule, remark: None },
        // Where no type tells, balances that add up may be those of a debt.
        Some(rule) if agrees || (adds_up && (tally.contradicts() || rule == SignRule::Out)) => {
            let ground = if agrees { "the types of the rows agree with" } else { "the balances prove" };
            refused(None, None, &format!("{ground} the printed signs"), rule)
        }
        Some(rule) => {
            turn(entries, balances, rule);
            By::Person { rule, remark: None }
        }
    }
}

/// Returns the reading by evidence that contradicts what was said.
fn refused(rule: Option<SignRule>, remark: Option<Remark>, evidence: &str, said: SignRule) -> By {
    let message = format!("{evidence}, and {:?} was said", said.as_str());
    let refusal = ImportError::new(Problem::Contradiction, message, Remedy::LeaveOut(ImportOption::Sign));
    By::Evidence { rule, remark, refusal: Some(refusal) }
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

    /// Returns whether a type says that money went out, other than one of a fee, or nearly does so of several rows.
    fn says_out(&self) -> bool {
        self.out > self.fees || self.is_plainly_out()
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

    /// Returns whether types say both directions, and every one agrees with its printed sign.
    fn agrees_throughout(&self) -> bool {
        self.out > 0 && self.into > 0 && self.out_plain + self.into_minus == 0
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

/// Amounts without any sign: as printed, or by the types where each has a direction. Balances prove which; else what was said,
/// other statements, or many types where those are silent.
fn unsigned(
    entries: &mut [Entry<'_>],
    balances: &mut [ReportedBalance],
    is_card: bool,
    said: Option<SignRule>,
    tally: &Tally,
    beside: Beside,
) -> By {
    let (proven, ground) = match beside.told {
        Some(ToldSign::Proven(how)) => (Some(how), "other files of the account prove"),
        _ => (by_balances(entries, balances, is_card), "the balances prove"),
    };
    let is_signed = beside.told.map_or(beside.prints_minus, |told| told == ToldSign::Signed);
    let is_typed = beside.told == Some(ToldSign::Plain) || (tally.is_plainly_out() && !is_signed);
    let has_open = tally.either > 0;
    // Types that tell are not asked about: an answer is about the rows whose type says nothing, where there are any.
    let meant = |rule| match rule {
        SignRule::In if is_typed && has_open => Unsigned::Typed,
        SignRule::In => Unsigned::Printed,
        SignRule::Out | SignRule::Card => Unsigned::TypedOrOut,
    };
    let moves = add_up(balances, entries) != Step::Still;
    let (how, doubt) = match (proven, said) {
        (Some(how), _) => (how, None),
        (None, Some(rule)) => (meant(rule), None),
        (None, None) if is_typed && has_open => (Unsigned::Typed, Some(SOME_UNTOLD)),
        (None, None) if is_typed => (Unsigned::Typed, moves.then_some(UNTOLD)),
        (None, None) if is_signed && tally.says_out() => (Unsigned::Printed, Some(ELSEWHERE_SIGNED)),
        (None, None) if is_signed => (Unsigned::Printed, moves.then_some(UNTOLD)),
        (None, None) if has_open => (Unsigned::Typed, Some(UNTOLD)),
        (None, None) if tally.are_fees() => (Unsigned::Printed, Some(FEW)),
        (None, None) => (Unsigned::Typed, Some(FEW)),
    };
    turn_by_types(entries, is_card, how);
    let is_printed = how == Unsigned::Printed;
    let rule = if is_printed { SignRule::In } else { turned_rule(is_card) };
    if let Some(doubt) = doubt {
        return By::Nobody(ask(doubt, rule));
    }
    let remark = match beside.told {
        _ if is_printed && (proven.is_some() || said.is_some()) => None,
        Some(ToldSign::Proven(_)) => Some(Remark::SignFromEarlierFiles),
        Some(_) if proven.is_none() && said.is_none() => Some(Remark::SignFromEarlierFiles),
        _ => (!is_printed).then_some(Remark::SignFromTypes),
    };
    let turned = (!is_printed).then_some(SignRule::Out);
    let Some(said) = said else { return By::Evidence { rule: turned, remark, refusal: None } };
    let is_same = meant(said) == how || (is_printed == (said == SignRule::In) && (is_printed || !has_open));
    if !is_same {
        let evidence = match how {
            Unsigned::Printed => "that the amounts are money in",
            Unsigned::Typed => "which amounts are money in",
            Unsigned::TypedOrOut => "that the amounts are money out unless their types say in",
        };
        return refused(turned, remark, &format!("{ground} {evidence}"), said);
    }
    if said == SignRule::Card && proven.is_none() {
        turn_ledgers(balances);
    }
    By::Person { rule: turned.filter(|_| said == SignRule::In).unwrap_or(said), remark }
}

const UNTOLD: &str = "no amount has a sign, and the types of the rows do not tell which way all of them went";
const SOME_UNTOLD: &str = "no amount has a sign, and the types of some rows do not tell which way these went";
const FEW: &str = "no amount has a sign, and the types of so few rows do not tell money out from money given back";
const ELSEWHERE_SIGNED: &str =
    "no amount has a minus, although the types of rows say money out, and other statements print a minus there";

/// Returns how the amounts are read where the balances of the statement prove it.
fn by_balances(entries: &mut [Entry<'_>], balances: &[ReportedBalance], is_card: bool) -> Option<Unsigned> {
    let ledgers = balances.iter().filter(|b| b.kind == BalanceKind::Ledger).map(|b| b.amount.micros());
    if may_be_owed(is_card, ledgers) {
        return None;
    }
    Unsigned::ALL.into_iter().find(|how| {
        turn_by_types(entries, is_card, *how);
        let adds_up = add_up(balances, entries) == Step::Same;
        turn_by_types(entries, is_card, *how);
        adds_up
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
fn turned(entries: &mut [Entry<'_>], balances: &mut [ReportedBalance], is_card: bool, said: Option<SignRule>) -> By {
    // Debts that grow by what is printed: rows and balances are turned together. Money that shrinks: only the rows.
    let proven = match add_up(balances, entries) {
        Step::Same if is_card => Some(SignRule::Card),
        Step::Same => Some(SignRule::In),
        Step::Opposite => Some(SignRule::Out),
        Step::Still | Step::Unknown => None,
    };
    turn(entries, balances, proven.or(said).unwrap_or_else(|| turned_rule(is_card)));
    let remark = proven.filter(|rule| *rule != SignRule::In).map(|_| Remark::SignFromTypes);
    match (said, proven) {
        (Some(said), Some(proven)) if said != proven => {
            refused(Some(proven), remark, &format!("the balances prove the rule of signs {:?}", proven.as_str()), said)
        }
        (Some(rule), _) => By::Person { rule, remark },
        (None, Some(_)) => By::Evidence { rule: proven, remark, refusal: None },
        (None, None) => By::Nobody(ask(
            "every debit is printed positive and every credit negative, and no balances tell why",
            turned_rule(is_card),
        )),
    }
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
