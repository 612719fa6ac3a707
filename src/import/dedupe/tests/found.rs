//! Histories at which an earlier form of the rules failed, as the generator found them.

use super::history::{Case, File, Ids, play};
use crate::model::SourceKind::{self, Csv, Ofx};

const T: usize = 0;
const C: usize = 1;

/// A step imports file `n`, or, as `-n`, undoes the n-th living import, from 1.
fn replay(
    ids: Ids,
    balances: bool,
    history: &[(i32, i64, usize)],
    files: &[(SourceKind, usize, usize)],
    steps: &[i32],
) {
    let case = Case {
        history: history.to_vec(),
        balances,
        ids,
        files: files.iter().map(|&(kind, from, to)| File { from, to, kind, newest_first: false }).collect(),
        steps: steps.iter().map(|s| (*s >= 0, usize::try_from(if *s >= 0 { *s } else { -s - 1 }).unwrap())).collect(),
    };
    play(&case).unwrap();
}

#[test]
fn importing_a_file_twice_does_not_show_that_the_bank_keeps_its_ids() {
    let files = [(Ofx, 0, 1), (Ofx, 0, 1)];
    replay(Ids::Renumbered, false, &[(0, -250, T)], &files, &[0, 1, 1, -2]);
}

#[test]
fn parts_of_a_day_leave_no_row_that_the_whole_day_should_show() {
    let history = [(0, -250, T), (0, 250, T), (0, -250, T), (0, -250, C), (0, 250, C)];
    replay(Ids::Stable, false, &history, &[(Csv, 0, 3), (Csv, 1, 4), (Csv, 0, 5)], &[0, 1, 2]);
}

#[test]
fn joined_rows_are_not_listed_beside_others() {
    let history = [
        (0, -250, T),
        (1, -250, T),
        (1, -250, T),
        (1, 250, C),
        (1, -250, T),
        (1, -250, T),
        (1, 250, T),
        (1, -250, T),
        (2, -250, T),
    ];
    replay(Ids::Renumbered, false, &history, &[(Ofx, 5, 7), (Ofx, 4, 7), (Ofx, 0, 9)], &[0, 1, 2]);
}

#[test]
fn kinds_that_meet_list_the_rows_that_read_alike() {
    let history = [(0, -250, T), (1, -250, T), (1, -400, T), (1, -250, C), (2, -250, T)];
    replay(Ids::Stable, false, &history, &[(Ofx, 2, 5), (Csv, 0, 4)], &[0, 1]);
}

#[test]
fn unlike_words_are_not_joined_on_a_cut_day() {
    let history = [(0, -250, T), (0, -400, T), (0, -250, T), (0, -250, T), (0, -250, C), (0, -250, C), (0, -250, T)];
    replay(Ids::Stable, false, &history, &[(Ofx, 3, 6), (Csv, 1, 5), (Csv, 0, 7)], &[0, 1, 2]);
}

#[test]
fn a_row_kept_twice_stays_listed_when_another_kind_takes_one_of_them() {
    let history = [(0, -250, T), (0, -250, T), (1, -250, T), (2, -250, T)];
    replay(Ids::Renumbered, false, &history, &[(Ofx, 2, 3), (Ofx, 0, 3), (Csv, 0, 4)], &[0, 0, 1, 2, -3, -1]);
}

#[test]
fn two_kinds_that_show_a_day_whole_join_what_each_brought() {
    let history = [(0, -250, T), (1, -250, T), (1, -250, T), (2, -250, T), (2, -250, T)];
    let files = [(Csv, 2, 4), (Csv, 0, 4), (Ofx, 0, 4), (Ofx, 0, 3)];
    replay(Ids::Stable, false, &history, &files, &[0, 0, 3, 2, -1, 1]);
}

#[test]
fn two_kinds_that_end_in_one_day_list_what_each_brought() {
    let history = [(0, -250, T), (1, -250, T), (1, -250, T), (2, -250, T)];
    replay(Ids::Stable, false, &history, &[(Csv, 0, 3), (Ofx, 0, 3), (Ofx, 2, 4)], &[0, 2, 1, 0, -1, -1, -1]);
}

#[test]
fn a_piece_of_a_day_takes_first_what_it_took_before() {
    let history = [(0, -250, T), (0, -250, T), (0, -400, T), (0, -250, T), (0, -250, T)];
    replay(Ids::Stable, false, &history, &[(Csv, 2, 5), (Csv, 3, 5), (Csv, 1, 3)], &[2, 1, 0, -1, 0, -1]);
    let history = [(0, -250, T), (0, -250, C), (0, -250, T), (1, -250, T)];
    replay(Ids::Stable, false, &history, &[(Csv, 0, 4), (Csv, 0, 1)], &[1, 0, 1, -1, 1, -1]);
}

#[test]
fn balances_join_nothing_of_other_words() {
    let history = [(0, 250, T), (0, -250, T), (0, -400, C)];
    replay(Ids::Stable, true, &history, &[(Csv, 0, 1), (Csv, 1, 3)], &[1, 0, -1, 1]);
}

#[test]
fn a_piece_at_an_unknown_place_stays_listed_when_its_day_is_numbered() {
    let mut history = vec![(0, -250, T), (0, -250, T), (1, -400, C), (1, -400, C), (1, -250, T), (1, -250, T)];
    history.push((2, -250, T));
    let files = [(Csv, 0, 7), (Csv, 3, 4), (Csv, 3, 7), (Csv, 0, 3)];
    replay(Ids::Stable, false, &history, &files, &[3, 1, 2, 0, -1, -3]);
}

#[test]
fn ids_part_what_a_file_without_ids_brought_together() {
    let history = [(0, -250, T), (0, -400, C), (0, -400, C), (0, -250, C)];
    let files = [(Ofx, 2, 3), (Csv, 0, 2), (Ofx, 0, 2), (Ofx, 0, 3), (Ofx, 0, 3)];
    replay(Ids::Stable, false, &history, &files, &[0, 1, 2, 0, 3, 0, 4]);
}

#[test]
fn another_kind_that_shows_a_part_of_the_day_joins_no_two_rows_of_this_kind() {
    let mut history = vec![(0, -250, T); 10];
    history.insert(2, (0, 250, C));
    history.push((0, 250, C));
    history.extend([(1, -250, T); 2]);
    let files = [(Csv, 0, 6), (Csv, 0, 1), (Ofx, 0, 5), (Ofx, 8, 12), (Ofx, 3, 12)];
    replay(Ids::Stable, false, &history, &files, &[0, 1, -1, 2, 0, 0, -3, -3, 3, 4, -3, -1]);
}
