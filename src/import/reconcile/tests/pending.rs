//! Pending rows, on days made by hand.

use super::picture::shows;

#[test]
fn an_older_snapshot_does_not_make_a_posted_row_pending() {
    shows(
        "
                | 2     | 3    | 5     | 20
        A:csv   | books | cafe | uber? |
        B:csv   |       | cafe | uber  | shell
        ",
        "2 books A, 3 cafe AB, 5 uber AB, 20 shell B",
        "3 cafe A=B 3 cafe shared-day",
    );
}

#[test]
fn an_older_snapshot_does_not_bring_a_dead_pending_row_back() {
    shows(
        "
                | 2     | 6          | 12
        A:csv   | books | cafe hold? |
        B:csv   | books | cafe       | shell
        ",
        "2 books AB, 6 cafe AB, 12 shell B",
        "",
    );
}

#[test]
fn a_hold_that_posts_on_a_day_of_the_next_file() {
    shows(
        "
                | 10   | 12     | 14    | 16
        A:csv   | cafe | diner? |       |
        B:csv   |      |        | diner | gum
        ",
        "10 cafe A, 14 diner AB, 16 gum B",
        "12 diner A=B 14 diner posted-later",
    );
    // A file that shows the day of the hold without it tells that it was none.
    shows(
        "
                | 8     | 10   | 12     | 14    | 16
        A:csv   | books | cafe | diner? |       |
        B:csv   | books | cafe |        | diner | gum
        ",
        "8 books AB, 10 cafe AB, 14 diner AB, 16 gum B",
        "",
    );
    // The row of an older file is another one: the hold is still pending when that file is long made.
    shows(
        "
                | 10   | 11     | 12    | 13
        A:csv   | cafe | diner? | diner |
        B:csv   |      | diner? |       | gum
        ",
        "10 cafe A, 11 diner? B, 12 diner A, 13 gum B",
        "",
    );
}
