//! Each rule, and what users of other importers complained of.

use super::model::{Row, Vault, day, row, statement};
use crate::import::dedupe::{Decision, Plan, Reason, coverage, newest_first, window};
use crate::model::Period;

fn added(plan: &Plan) -> usize {
    plan.decisions.iter().filter(|d| **d == Decision::Added).count()
}

fn reasons(plan: &Plan) -> Vec<Reason> {
    plan.listed.iter().map(|l| l.reason).collect()
}

/// Two rows that only widen the coverage, so that day 5 lies inside.
fn around(mut rows: Vec<Row>) -> Vec<Row> {
    rows.insert(0, row(0, -1, "first"));
    rows.push(row(10, -1, "last"));
    rows
}

#[test]
fn coverage_is_what_posted_rows_show_and_declared_dates_shrink_it() {
    let rows = [row(1, -5, "a"), row(4, -5, "b"), row(9, -5, "c").pending()];
    let mut file = statement(&rows);
    assert_eq!(coverage(&file), Period::new(day(1), day(4)));
    assert_eq!(window(&file), Period::new(day(-4), day(14)));
    file.declared = Period::new(day(-30), day(3));
    assert_eq!(coverage(&file), Period::new(day(1), day(3)));
    file.declared = Period::new(day(20), day(30));
    assert_eq!(coverage(&file), Period::new(day(1), day(4)), "dates beside the rows are no evidence");
    assert_eq!(coverage(&statement(&[])), None);
}

#[test]
fn a_file_of_one_day_tells_its_order_by_balances() {
    let rows = [row(1, -5, "b").balance(90), row(1, -5, "a").balance(95)];
    assert!(newest_first(&statement(&rows).entries));
    assert!(!newest_first(&statement(&[row(1, -5, "a"), row(1, -5, "b")]).entries));
}

#[test]
fn the_same_rows_again_change_nothing() {
    let mut vault = Vault::default();
    let rows = around(vec![row(5, -250, "Tram"), row(5, -250, "Tram"), row(5, -250, "Coffee")]);
    vault.csv(&rows);
    let plan = vault.csv(&rows);
    assert!(plan.decisions.iter().all(|d| matches!(d, Decision::Present(_))));
    assert!(plan.listed.is_empty() && plan.moves.is_empty());
    assert_eq!(vault.count(), 5);
}

#[test]
fn rows_with_an_earlier_day_that_post_later_are_added() {
    // Lesson 1.
    let mut vault = Vault::default();
    vault.csv(&[row(1, -5, "a"), row(5, -5, "b")]);
    let plan = vault.csv(&[row(1, -5, "a"), row(3, -7, "late"), row(5, -5, "b"), row(6, -5, "c")]);
    assert_eq!(added(&plan), 2);
    assert!(plan.listed.is_empty());
}

#[test]
fn rows_of_the_last_imported_day_are_not_skipped() {
    // Lesson 2: the day of the last import goes on.
    let mut vault = Vault::default();
    vault.csv(&[row(1, -5, "a"), row(5, -5, "b")]);
    let plan = vault.csv(&[row(5, -5, "b"), row(5, -9, "c"), row(6, -5, "d")]);
    assert_eq!(added(&plan), 2);
    assert_eq!(vault.count(), 4);
    assert_eq!(reasons(&plan), [Reason::SharedDayTakenAsSame]);
}

#[test]
fn near_days_of_one_kind_are_never_merged_on_amount_alone() {
    // Lesson 3, and 4: the same sum a few days later is another row.
    let mut vault = Vault::default();
    vault.csv(&around(vec![row(4, 12, "Interest"), row(5, 12, "Interest")]));
    let plan = vault.csv(&around(vec![row(4, 12, "Interest"), row(5, 12, "Interest"), row(6, 12, "Interest")]));
    assert_eq!(added(&plan), 1);
    assert!(plan.listed.is_empty());
}

#[test]
fn interest_of_every_day_under_one_id_is_kept() {
    // Lesson 4 and 7.
    let mut vault = Vault::default();
    let days = |days: std::ops::Range<i32>| -> Vec<Row> { days.map(|d| row(d, 12, "Interest").id("INT")).collect() };
    vault.ofx(&days(1..6));
    let plan = vault.ofx(&days(4..9));
    assert_eq!(added(&plan), 3);
    assert_eq!(vault.count(), 8);
}

#[test]
fn equal_rows_of_a_day_are_counted() {
    // Lesson 5 and 9: file 3, vault 2, add 1.
    let mut vault = Vault::default();
    let tram = row(5, -250, "Tram");
    assert_eq!(added(&vault.csv(&around(vec![tram.clone(), tram.clone()]))), 4);
    let plan = vault.csv(&around(vec![tram.clone(), tram.clone(), tram]));
    assert_eq!(added(&plan), 1);
    assert!(plan.listed.is_empty());
    assert_eq!(vault.count(), 5);
}

#[test]
fn one_id_with_several_amounts_is_several_rows() {
    // Lesson 7: a purchase and its foreign fee.
    let mut vault = Vault::default();
    let rows = around(vec![row(5, -10_000, "Shop").id("77"), row(5, -300, "Foreign fee").id("77")]);
    assert_eq!(added(&vault.ofx(&rows)), 4);
    assert_eq!(added(&vault.ofx(&rows)), 0);
}

#[test]
fn an_id_counts_when_the_file_shows_it_twice() {
    let mut vault = Vault::default();
    let fee = row(5, -300, "Fee").id("F");
    vault.ofx(&around(vec![fee.clone()]));
    assert_eq!(added(&vault.ofx(&around(vec![fee.clone(), fee]))), 1);
}

#[test]
fn an_id_keeps_its_row_when_the_bank_words_it_anew() {
    let mut vault = Vault::default();
    vault.ofx(&around(vec![row(5, -300, "POS 1234").id("A")]));
    let plan = vault.ofx(&around(vec![row(5, -300, "Bakery").id("A")]));
    assert_eq!(added(&plan), 0);
}

#[test]
fn a_bank_that_numbers_each_download_anew_doubles_nothing() {
    let mut vault = Vault::default();
    vault.ofx(&[row(1, -5, "a").id("1"), row(3, -5, "b").id("2"), row(5, -5, "c").id("3")]);
    // The numbers start again: 1 is now another row of the same amount.
    let plan = vault.ofx(&[row(3, -5, "b").id("1"), row(5, -5, "c").id("2"), row(6, -5, "d").id("3")]);
    assert_eq!(added(&plan), 1);
    assert_eq!(vault.count(), 4);
    assert!(plan.listed.is_empty());
}

#[test]
fn a_moved_day_updates_where_the_id_is_alone() {
    let mut vault = Vault::default();
    vault.ofx(&around(vec![row(4, -300, "Shop").id("A"), row(4, -9, "x").id("B")]));
    let plan = vault.ofx(&around(vec![row(6, -300, "Shop").id("A"), row(4, -9, "x").id("B")]));
    assert!(matches!(plan.decisions[1], Decision::Updated(_)));
    assert_eq!(vault.count(), 4);
    // Six days are too far.
    vault.undo(2);
    let plan = vault.ofx(&around(vec![row(10, -300, "Shop").id("A")]));
    assert_eq!(plan.decisions[1], Decision::Added);
}

#[test]
fn a_moved_day_that_no_file_covers_is_believed_and_listed() {
    let mut vault = Vault::default();
    vault.ofx(&[row(1, -300, "Shop").id("A")]);
    let plan = vault.ofx(&[row(3, -300, "Shop").id("A")]);
    assert!(matches!(plan.decisions[0], Decision::Updated(_)));
    assert_eq!(reasons(&plan), [Reason::MovedTakenAsSame]);
    let plan = vault.ofx(&[row(20, -300, "Shop").id("A")]);
    assert_eq!(added(&plan), 1);
}

#[test]
fn an_undone_file_comes_back_whole() {
    // Lesson 10.
    let mut vault = Vault::default();
    let rows = around(vec![row(5, -250, "Tram"), row(5, -250, "Tram")]);
    vault.csv(&rows);
    vault.undo(1);
    assert_eq!(vault.count(), 0);
    assert_eq!(added(&vault.csv(&rows)), 4);
}

#[test]
fn a_pending_row_becomes_its_posted_row() {
    // Lesson 11: same id and day, the amount with its tip; and the same row, now booked.
    let mut vault = Vault::default();
    vault.ofx(&[
        row(1, -5, "x").id("X"),
        row(5, -2000, "PENDING Cafe").id("A").pending(),
        row(5, -700, "Kiosk").id("B").pending(),
    ]);
    let plan = vault.ofx(&[
        row(1, -5, "x").id("X"),
        row(5, -2300, "Cafe").id("A"),
        row(5, -700, "Kiosk").id("B2"),
        row(6, -1, "y").id("Y"),
    ]);
    assert!(matches!(plan.decisions[1], Decision::Updated(_)));
    assert!(matches!(plan.decisions[2], Decision::Updated(_)));
    assert_eq!(vault.count(), 4);
}

#[test]
fn pending_rows_are_a_snapshot_that_the_next_file_replaces() {
    // Lesson 11: another id, day and amount. Undo brings the old snapshot back.
    let mut vault = Vault::default();
    vault.csv(&[row(1, -5, "x"), row(5, -2000, "Hotel hold").pending()]);
    let plan = vault.csv(&[row(1, -5, "x"), row(6, -1850, "Hotel")]);
    assert_eq!(plan.replaced_pending.len(), 1);
    assert_eq!(vault.count(), 2);
    vault.undo(2);
    assert_eq!(vault.count(), 2);
    assert!(vault.transactions().values().any(|rows| rows.iter().any(|(_, r)| r.pending)));
}

#[test]
fn an_older_file_does_not_replace_a_newer_snapshot() {
    let mut vault = Vault::default();
    vault.csv(&[row(1, -5, "x"), row(4, -2000, "Hold").pending(), row(8, -5, "y")]);
    assert!(vault.csv(&[row(1, -5, "x"), row(5, -5, "z")]).replaced_pending.is_empty());
}

#[test]
fn another_kind_of_source_is_the_same_in_other_words() {
    let mut vault = Vault::default();
    vault.csv(&around(vec![row(4, -250, "Tram ticket Zurich"), row(5, -980, "Bakery")]));
    let mut ofx = around(vec![row(4, -250, "TRAM TICKET").id("A"), row(6, -980, "9912 POS").id("B")]);
    ofx[0].text = "FIRST".to_owned();
    let plan = vault.ofx(&ofx);
    assert_eq!(added(&plan), 0, "{plan:?}");
    assert!(plan.listed.is_empty());
    assert!(matches!(plan.decisions[1], Decision::Present(_)));
}

#[test]
fn another_kind_with_two_candidates_takes_the_nearest_and_lists() {
    let mut vault = Vault::default();
    vault.csv(&around(vec![row(3, -250, "Tram"), row(6, -250, "Tram")]));
    let plan = vault.ofx(&around(vec![row(5, -250, "TRAM")]));
    assert_eq!(added(&plan), 0);
    assert_eq!(reasons(&plan), [Reason::OtherSourceTakenAsSame]);
}

#[test]
fn another_kind_at_the_end_of_a_file_is_kept_and_listed() {
    let mut vault = Vault::default();
    vault.csv(&[row(0, -1, "first"), row(4, -250, "Tram"), row(5, -3, "x"), row(6, -2, "z")]);
    // Day 4 is this file's first and may be cut; day 6 is the other's last.
    let plan = vault.ofx(&[row(4, -9, "W"), row(5, -3, "X"), row(6, -250, "TRAM"), row(7, -4, "y")]);
    assert_eq!(added(&plan), 3);
    assert_eq!(reasons(&plan), [Reason::OtherSourceKeptBoth]);
}

#[test]
fn a_row_worded_anew_without_id_is_kept_and_listed() {
    // Rule 5.
    let mut vault = Vault::default();
    vault.csv(&around(vec![row(5, -980, "Bakery")]));
    let plan = vault.csv(&around(vec![row(5, -980, "POS 9912 Bakery Main St")]));
    assert_eq!(added(&plan), 1);
    assert_eq!(reasons(&plan), [Reason::OtherText]);
}

#[test]
fn a_row_worded_anew_with_its_balance_is_known() {
    let mut vault = Vault::default();
    vault.csv(&around(vec![row(5, -980, "Bakery").balance(20)]));
    let plan = vault.csv(&around(vec![row(5, -980, "POS 9912").balance(20)]));
    assert_eq!(added(&plan), 0);
}

#[test]
fn a_file_goes_on_where_the_other_stopped() {
    let mut vault = Vault::default();
    vault.csv(&[row(1, -5, "a"), row(5, -7, "x"), row(5, -250, "Tram")]);
    let plan = vault.csv(&[row(5, -250, "Tram"), row(5, -8, "y"), row(9, -5, "b")]);
    assert_eq!(added(&plan), 3);
    assert_eq!(reasons(&plan), [Reason::SharedDayKeptBoth]);
}

#[test]
fn balances_decide_a_shared_day() {
    let mut vault = Vault::default();
    vault.csv(&[row(1, -5, "a").balance(1000), row(5, -250, "Tram").balance(750)]);
    let plan = vault.csv(&[
        row(5, -250, "Tram").balance(750),
        row(5, -250, "Tram").balance(500),
        row(9, -5, "b").balance(495),
    ]);
    assert_eq!(added(&plan), 2);
    assert!(plan.listed.is_empty());
    let mut vault = Vault::default();
    vault.csv(&[row(1, -5, "a").balance(1000), row(5, -250, "Tram").balance(750)]);
    let plan = vault.csv(&[row(5, -250, "Tram").balance(500), row(9, -5, "b").balance(495)]);
    assert_eq!(added(&plan), 2);
    assert!(plan.listed.is_empty());
}

#[test]
fn ids_that_hold_decide_a_shared_day() {
    let mut vault = Vault::default();
    vault.ofx(&[row(1, -5, "a").id("1"), row(5, -250, "Tram").id("2")]);
    let plan = vault.ofx(&[row(5, -250, "Tram").id("2"), row(5, -250, "Tram").id("3"), row(9, -5, "b").id("4")]);
    assert_eq!(added(&plan), 2);
    assert!(plan.listed.is_empty());
}

#[test]
fn a_file_that_shows_the_day_whole_joins_what_was_kept_twice() {
    let mut vault = Vault::default();
    vault.csv(&[row(1, -5, "a"), row(5, -7, "x"), row(5, -250, "Tram")]);
    vault.csv(&[row(5, -250, "Tram"), row(5, -8, "y"), row(9, -5, "b")]);
    assert_eq!((vault.count(), vault.open().len()), (6, 1));
    let whole = [row(1, -5, "a"), row(5, -7, "x"), row(5, -250, "Tram"), row(5, -8, "y"), row(9, -5, "b")];
    assert_eq!(vault.csv(&whole).moves.len(), 1);
    assert_eq!((vault.count(), vault.open().len()), (5, 0));
    vault.undo(3);
    assert_eq!((vault.count(), vault.open().len()), (5, 1), "what was learned stays, and can be asked again");
}

#[test]
fn a_file_that_shows_the_day_whole_parts_what_was_taken_as_one() {
    let mut vault = Vault::default();
    vault.csv(&[row(1, -5, "a"), row(5, -250, "Tram")]);
    vault.csv(&[row(5, -250, "Tram"), row(9, -5, "b")]);
    assert_eq!((vault.count(), vault.open().len()), (3, 1));
    vault.csv(&[row(1, -5, "a"), row(5, -250, "Tram"), row(5, -250, "Tram"), row(9, -5, "b")]);
    assert_eq!((vault.count(), vault.open().len()), (4, 0));
    vault.undo(3);
    assert_eq!((vault.count(), vault.open().len()), (4, 1), "each file keeps its own row");
}

#[test]
fn each_half_of_a_day_attests_its_own_rows_when_the_whole_is_undone() {
    let mut vault = Vault::default();
    let tram = || row(5, -250, "Tram");
    vault.csv(&[row(1, -5, "a"), tram(), tram(), row(9, -5, "b")]);
    vault.csv(&[row(1, -5, "a"), tram()]);
    vault.csv(&[tram(), row(9, -5, "b")]);
    assert_eq!((vault.count(), vault.open().len()), (4, 0));
    vault.undo(1);
    assert_eq!(vault.count(), 4);
}
