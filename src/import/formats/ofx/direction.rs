//! Which way the money of a statement went: by the printed sign, as the specification has it, unless the types of the
//! rows contradict it throughout. Then balances decide, what other statements print, the types where they are many, or the
//! person.

use super::stated::add_up;
use crate::import::error::{ImportError, ImportOption, Problem, Question, Remedy};
use crate::import::evidence::direction::Step;
use crate::import::options::{SignRule, ToldSign};
use crate::import::parsed::Remark;
use crate::model::{BalanceKind, Entry, ReportedBalance};

/// How the signs of a statement were read.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub(super) rule: Option<SignRule>,
    pub(super) remark: Option<Remark>,
    pub(super) question: Option<Question>,
    /// Whether no minus is printed although types say that money went out.
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
    if tally.is_unsigned() {
        return Ok(unsigned(entries, balances, is_card, said, &tally, beside));
    }
    if tally.is_turned() {
        return turned(entries, balances, is_card, said);
    }
    if said.is_none() && tally.contradicts() && add_up(balances, entries) != Step::Same {
        let question = ask(
            "most types of rows contradict the printed signs, and no balances tell which are right",
            turned_rule(is_card),
        );
        return Ok(Reading { question: Some(question), ..Reading::default() });
    }
    match said {
        None | Some(SignRule::In) => Ok(Reading::default()),
        Some(_) if tally.out + tally.into > 0 => Err(ImportError::new(
            Problem::NeedsOption,
            "the types of the rows agree with the printed signs, which is the rule \"in\"",
            Remedy::LeaveOut(ImportOption::Sign),
        )),
        Some(rule) => {
            turn(entries, balances, rule);
            Ok(Reading { rule: Some(rule), ..Reading::default() })
        }
    }
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
    // What was said holds for the rows whose type says nothing.
    let open_is_out = said.is_some_and(|rule| rule != SignRule::In);
    let printed = add_up(balances, entries);
    // Debt that grows looks like money that does.
    let may_be_owed = is_card && balances.iter().any(|b| b.kind == BalanceKind::Ledger && !b.amount.is_negative());
    turn_by_types(entries, is_card, open_is_out);
    let is_owed = said == Some(SignRule::Card) && !matches!(beside.told, Some(ToldSign::Proven(_)));
    if is_owed {
        turn_ledgers(balances);
    }
    let typed = add_up(balances, entries);
    let proven = match beside.told {
        Some(ToldSign::Proven(rule)) => Some(rule),
        _ if typed == Step::Same => Some(SignRule::Out),
        _ if printed == Step::Same && !may_be_owed => Some(SignRule::In),
        _ => None,
    };
    let is_closed = tally.either == 0 && typed == Step::Still;
    let earlier = matches!(beside.told, Some(ToldSign::Earlier(rule)) if rule != SignRule::In);
    let is_many = tally.is_plainly_out() && !beside.is_signed();
    let (by_types, doubt) = match (proven, said) {
        (Some(rule), _) => (rule != SignRule::In, None),
        (None, Some(rule)) => (rule != SignRule::In || (is_many && tally.either > 0), None),
        (None, None) if earlier || is_many => (true, (!is_closed).then_some(UNTOLD)),
        (None, None) if beside.is_signed() && tally.is_plainly_out() => (false, Some(ELSEWHERE_SIGNED)),
        (None, None) if beside.is_signed() => (false, (printed != Step::Still).then_some(UNTOLD)),
        (None, None) if tally.either > 0 => (true, Some(UNTOLD)),
        (None, None) => (!tally.are_fees(), Some(FEW)),
    };
    let remark = match (doubt, proven) {
        (Some(_), _) => None,
        (None, Some(SignRule::In)) if open_is_out => Some(Remark::SignFromEarlierFiles),
        (None, _) if !by_types => None,
        (None, None) if earlier => Some(Remark::SignFromEarlierFiles),
        (None, _) => Some(Remark::SignFromTypes),
    };
    let mut rule = Some(said.filter(|rule| *rule != SignRule::In).unwrap_or(SignRule::Out));
    if !by_types {
        turn_by_types(entries, is_card, open_is_out);
        if is_owed {
            turn_ledgers(balances);
        }
        rule = said.filter(|_| proven.is_none());
    }
    let likeliest = if by_types { turned_rule(is_card) } else { SignRule::In };
    Reading { rule, remark, question: doubt.map(|doubt| ask(doubt, likeliest)), is_unsigned: true }
}

const UNTOLD: &str = "no amount has a sign, and the types of the rows do not tell which way all of them went";
const FEW: &str = "no amount has a sign, and the types of so few rows do not tell money out from money given back";
const ELSEWHERE_SIGNED: &str =
    "no amount has a minus, although the types of rows say money out, and other statements print a minus there";

/// Turns the amounts whose type says out, or says nothing where those are out.
fn turn_by_types(entries: &mut [Entry<'_>], is_card: bool, open_is_out: bool) {
    for entry in entries {
        let out = match way(entry, is_card) {
            Way::Out => true,
            Way::In => false,
            Way::Either => open_is_out,
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
