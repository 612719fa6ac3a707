use super::*;
use crate::import::options::SignRule;
use crate::model::{Day, Micros};

fn day(number: u32) -> Day {
    Day::from_ymd(2026, 3, number).unwrap()
}

/// Returns rows of day, amount and balance, in file order.
fn rows(rows: &[(u32, i64, i64)]) -> Vec<Link> {
    rows.iter()
        .map(|(d, amount, balance)| Link {
            day: day(*d),
            amount: Micros::new(*amount),
            balance: Some(Micros::new(*balance)),
        })
        .collect()
}

fn steps(of: &[(u32, i64, i64)]) -> (u64, u64) {
    let chain = Chain::of(&rows(of), None);
    (chain.same, chain.opposite)
}

#[test]
fn follows_balances_in_either_order_of_the_file() {
    assert_eq!(steps(&[(1, -10, 90), (2, -20, 70), (3, 5, 75)]), (2, 0), "oldest first");
    assert_eq!(steps(&[(3, 5, 75), (2, -20, 70), (1, -10, 90)]), (2, 0), "newest first");
    assert_eq!(steps(&[(5, -10, 90), (5, -20, 70), (5, 5, 75)]), (2, 0), "one day");
    assert_eq!(steps(&[(5, 5, 75), (5, -20, 70), (5, -10, 90)]), (2, 0), "one day, newest first");
    assert_eq!(steps(&[(1, -10, 90), (2, 5, 75), (2, -20, 70), (3, 1, 76)]), (3, 0), "newest first within a day");
}

#[test]
fn sees_balances_that_fall_by_the_amounts() {
    assert_eq!(steps(&[(1, 10, 90), (2, 20, 70), (3, 5, 65)]), (0, 2));
    assert_eq!(steps(&[(1, -100, 100), (3, -25, 125), (5, -15, 140)]), (0, 2), "a debt");
}

#[test]
fn shows_nothing_where_two_orders_disagree() {
    assert_eq!(steps(&[(5, 50, 150), (5, 50, 200)]), (0, 0));
    assert_eq!(steps(&[(1, -50, 100), (2, -7, 100), (3, 9, 100)]), (0, 0), "the balance never moves");
}

#[test]
fn starts_at_the_opening_balance() {
    let chain = Chain::of(&rows(&[(1, 10, 90), (2, 20, 110)]), Some(Micros::new(100)));
    assert_eq!(chain.steps, [Step::Opposite, Step::Same]);
}

#[test]
fn counts_rows_without_a_balance_with_the_next() {
    let mut all = rows(&[(1, -10, 90), (2, -5, 0), (2, -15, 70)]);
    all[1].balance = None;
    let chain = Chain::of(&all, None);
    assert_eq!((chain.same, chain.opposite), (1, 0));
}

#[test]
fn adds_up_balances_and_what_moved_between() {
    let of = |before, moved, after| Step::of(Micros::new(before), Some(Micros::new(moved)), Micros::new(after));
    assert_eq!((of(90, 20, 110), of(90, 20, 70)), (Step::Same, Step::Opposite));
    assert_eq!((of(90, 0, 90), of(90, 0, 91), of(90, 20, 90)), (Step::Still, Step::Unknown, Step::Unknown));
    assert_eq!(of(i64::MAX, 1, i64::MIN), Step::Unknown, "what does not fit shows nothing");
    assert_eq!(Step::of(Micros::ZERO, None, Micros::ZERO), Step::Unknown);
    let all = |steps: &[Step]| Step::all(steps.iter().copied());
    assert_eq!((all(&[]), all(&[Step::Still, Step::Same, Step::Still])), (Step::Still, Step::Same));
    assert_eq!(
        (all(&[Step::Same, Step::Opposite, Step::Same]), all(&[Step::Unknown, Step::Same])),
        (Step::Unknown, Step::Unknown)
    );
}

fn signed() -> Evidence {
    Evidence { minus: true, plain: true, ..Evidence::default() }
}

fn read(evidence: Evidence) -> Option<(Rule, Debt)> {
    match decide(&evidence) {
        Verdict::Read(rule, debt, _) => Some((rule, debt)),
        _ => None,
    }
}

fn asked(evidence: Evidence) -> Option<SignRule> {
    match decide(&evidence) {
        Verdict::Ask(_, choices) => choices.first().copied(),
        _ => None,
    }
}

#[test]
fn takes_a_printed_minus_as_money_out() {
    assert_eq!(read(signed()), Some((Rule::AsPrinted, Debt::Money)));
    assert_eq!(read(Evidence { same: 3, ..signed() }), Some((Rule::AsPrinted, Debt::Money)));
    assert_eq!(read(Evidence { opposite: 3, above: 4, ..signed() }), Some((Rule::AsPrinted, Debt::Owed)));
}

#[test]
fn asks_where_words_or_the_kind_contradict_a_printed_minus() {
    assert_eq!(asked(Evidence { words_against: 2, ..signed() }), Some(SignRule::Card));
    assert_eq!(asked(Evidence { liability: Some(true), ..signed() }), Some(SignRule::Card));
    assert_eq!(asked(Evidence { liability: Some(false), opposite: 3, ..signed() }), Some(SignRule::Out));
}

#[test]
fn reads_a_card_by_the_sign_of_its_balances() {
    let card = Evidence { liability: Some(true), ..signed() };
    assert_eq!(read(Evidence { same: 2, above: 3, ..card }), Some((Rule::Turned, Debt::Owed)));
    assert_eq!(read(Evidence { same: 2, below: 3, ..card }), Some((Rule::AsPrinted, Debt::Money)));
    assert_eq!(read(Evidence { opposite: 2, above: 3, ..card }), Some((Rule::AsPrinted, Debt::Owed)));
}

#[test]
fn asks_for_amounts_without_a_sign() {
    let unsigned = Evidence { plain: true, ..Evidence::default() };
    assert_eq!(asked(unsigned), Some(SignRule::Out));
    assert_eq!(asked(Evidence { words_for: 2, ..unsigned }), Some(SignRule::In));
    assert_eq!(asked(Evidence { same: 2, opposite: 3, ..unsigned }), Some(SignRule::In));
    let checking = Evidence { liability: Some(false), same: 2, opposite: 3, above: 5, ..unsigned };
    assert_eq!(read(checking), Some((Rule::ByBalance, Debt::Money)));
}

#[test]
fn obeys_what_was_said_unless_balances_contradict() {
    let unsigned = Evidence { plain: true, ..Evidence::default() };
    let said = |rule| Evidence { said: Some(rule), ..unsigned };
    assert_eq!(read(said(SignRule::Out)), Some((Rule::Turned, Debt::Money)));
    assert_eq!(read(Evidence { same: 1, ..said(SignRule::Card) }), Some((Rule::Turned, Debt::Owed)));
    assert_eq!(
        decide(&Evidence { same: 1, opposite: 1, ..said(SignRule::Out) }),
        Verdict::Contradiction(Against::Said)
    );
    assert_eq!(decide(&Evidence { same: 1, opposite: 1, ..signed() }), Verdict::Contradiction(Against::Balances));
}

#[test]
fn puts_the_answer_at_fault_where_balances_and_the_kind_tell_all() {
    let checking = Evidence { plain: true, same: 2, liability: Some(false), ..Evidence::default() };
    let said = |rule, evidence| decide(&Evidence { said: Some(rule), ..evidence });
    assert_eq!(said(SignRule::Out, checking), Verdict::Contradiction(Against::Said));
    assert_eq!(read(checking), Some((Rule::ByBalance, Debt::Money)), "without an answer");
    // A minus whose balances fall: without an answer it would be asked, so that the account is what does not fit.
    let falling = Evidence { minus: true, same: 0, opposite: 2, ..checking };
    assert_eq!(said(SignRule::In, falling), Verdict::Contradiction(Against::Kind));
}

#[test]
fn turns_a_debt_that_the_balances_of_told_amounts_prove() {
    let told = Evidence { told: true, opposite: 2, ..signed() };
    assert_eq!(read(told), Some((Rule::AsPrinted, Debt::Owed)));
    let checking = Evidence { liability: Some(false), ..told };
    assert_eq!(decide(&checking), Verdict::Contradiction(Against::Kind));
}

#[test]
fn calls_a_column_negative_only_if_every_cell_has_a_minus() {
    let printed = |cells: &[&str]| {
        let mut signs = Signs::default();
        cells.iter().for_each(|cell| signs.add(cell));
        signs.printed()
    };
    assert_eq!(printed(&["-1.00", "(2.00)", "0.00", ""]), Some(Printed::Negative));
    assert_eq!(printed(&["-1.00", "2.00", "3.00"]), Some(Printed::Positive), "a refund");
    assert_eq!(printed(&["-1.00", "2.00"]), None);
}

#[test]
fn balances_with_a_minus_are_no_debt_that_was_printed_without_one() {
    assert_eq!(asked(Evidence { opposite: 2, below: 3, ..signed() }), Some(SignRule::Card));
    assert_eq!(read(Evidence { opposite: 2, above: 3, below: 1, ..signed() }), Some((Rule::AsPrinted, Debt::Owed)));
    let told = Evidence { told: true, opposite: 2, below: 3, ..signed() };
    assert_eq!(decide(&told), Verdict::Contradiction(Against::Balances));
}

#[test]
fn most_cells_of_a_column_tell_the_sign_that_a_profile_names() {
    let mut signs = Signs::default();
    ["-1.00", "2.00", "-3.00"].iter().for_each(|cell| signs.add(cell));
    assert!(signs.are_mostly_other_than(Printed::Positive) && !signs.are_mostly_other_than(Printed::Negative));
    assert_eq!(signs.printed(), None);
}
