//! What happens seldom, on days made by hand.

use super::picture::{Picture, shows};
use crate::import::reconcile::Ids;

#[test]
fn a_bank_that_changes_its_words_twice() {
    shows(
        "
                | 1        | 2         | 3         | 4         | 5         | 6      | 7
        A:csv   | rent@900 | coffee@4  | tram@3    | shell@40  |           |        |
        B:csv   | wohn@900 | espr@4    | transit@3 | petrol@40 | kaf@2     | zoo@7  | tax@9
        C:csv   | miete@900 | crema@4  | bahn@3    | tanken@40 | bohne@2   | tier@7 | amt@9
        ",
        "1 wohn ABC, 2 espr ABC, 3 transit ABC, 4 tanken ABC, 5 kaf BC, 6 zoo BC, 7 tax BC",
        "",
    );
}

#[test]
fn an_id_that_the_bank_uses_again_after_a_year() {
    shows(
        "
                | 1      | 2        | 3       | 366    | 367      | 368
        A:ofx   | rent#1 | coffee#2 | shop#3  |        |          |
        B:ofx   | rent#1 | coffee#2 | shop#3  | rent#1 | coffee#2 | shop#3
        C:ofx   |        |          |         | rent#1 | coffee#2 | shop#3
        ",
        "1 rent AB, 2 coffee AB, 3 shop AB, 366 rent BC, 367 coffee BC, 368 shop BC",
        "",
    );
}

#[test]
fn a_download_of_one_row() {
    shows(
        "
                | 1    | 2           | 3
        A:csv   | rent | coffee tram | shop
        B:csv   |      | coffee      |
        ",
        "1 rent A, 2 coffee AB, 2 tram A, 3 shop A",
        "",
    );
}

#[test]
fn a_row_that_the_bank_deleted() {
    shows(
        "
                | 1    | 2           | 3
        A:csv   | rent | coffee tram | shop
        B:csv   | rent | coffee      | shop
        ",
        "1 rent AB, 2 coffee AB, 2 tram A, 3 shop AB",
        "",
    );
}

#[test]
fn a_refund_of_the_same_amount_on_the_same_day() {
    shows(
        "
                | 1    | 2                   | 3
        A:csv   | rent | kiosk@20 kiosk@+20  |
        B:csv   | rent | kiosk@20 kiosk@+20  | shop
        C:csv   |      | kiosk@+20           | shop
        ",
        "1 rent AB, 2 kiosk AB, 2 kiosk ABC, 3 shop BC",
        "",
    );
}

#[test]
fn a_posting_that_is_reversed_and_made_again() {
    shows(
        "
                | 1           | 2                                        | 3
        A:csv   | rent@9=100  | kiosk@20=80 kiosk@+20=100                |
        B:csv   | rent@9=100  | kiosk@20=80 kiosk@+20=100 kiosk@20=80    | shop@5=75
        ",
        "1 rent AB, 2 kiosk AB, 2 kiosk AB, 2 kiosk B, 3 shop B",
        "",
    );
}

#[test]
fn a_leap_day() {
    shows(
        "
                | 58   | 59            | 60
        A:csv   | rent | coffee coffee |
        B:csv   |      | coffee        | shop
        C:csv   | rent | coffee coffee | shop
        ",
        "58 rent AC, 59 coffee ABC, 59 coffee AC, 60 shop BC",
        "",
    );
}

#[test]
fn a_file_of_zero_amounts() {
    shows(
        "
                | 1      | 2               | 3
        A:csv   | card@0 | notice@0 terms@0 |
        B:csv   |        | notice@0 terms@0 | card@0
        ",
        "1 card A, 2 notice AB, 2 terms AB, 3 card B",
        "",
    );
}

#[test]
fn equal_holds_of_which_one_posts() {
    shows(
        "
                | 1    | 4    | 5             | 7
        A:csv   | rent | cafe | hotel? hotel? |
        B:csv   | rent | cafe | hotel         | shop
        ",
        "1 rent AB, 4 cafe AB, 5 hotel AB, 7 shop B",
        "",
    );
}

#[test]
fn a_hold_that_posts_as_two_rows() {
    shows(
        "
                | 1    | 4    | 5                   | 7
        A:csv   | rent | cafe | hotel@100?          |
        B:csv   | rent | cafe | hotel@60 hotel@40   | shop
        ",
        "1 rent AB, 4 cafe AB, 5 hotel B, 5 hotel B, 7 shop B",
        "",
    );
}

#[test]
fn ids_that_differ_where_a_file_shows_the_day_whole() {
    shows(
        "
                | 1      | 2               | 3
        A:ofx   | rent#1 | tram#2 coffee#3 |
        B:ofx   |        | tram#2 coffee#4 | shop#5
        W:ofx   | rent   | tram coffee     | shop
        ",
        "1 rent AW, 2 coffee AW, 2 coffee B, 2 tram ABW, 3 shop BW",
        "2 coffee B/W 2 coffee other-id",
    );
}

#[test]
fn ids_that_a_bank_keeps_when_it_changes_its_words() {
    let picture = Picture::read(
        "
                | 1          | 2                     | 3           | 4           | 5
        A:ofx   | rent@900#1 | tram@4#2 coffee@9#3   | shell@40#4  | cafe@2#5    |
        B:ofx   | wohn@900#1 | bahn@4#2 espr@9#3     | petrol@40#4 | kaf@2#5     | zoo#6
        ",
    );
    assert_eq!(picture.pair(0, 1).ids, Ids::Kept);
}

/// Id 1 stands on another amount in A, so the ids of A and B say nothing of each other; but C shows that 1, 2 and 3 are three rows.
#[test]
fn ids_that_only_a_third_file_tells_apart() {
    shows(
        "
                | 1
        A:ofx   | tram@2#3 tram@2#2 rent@2#4 zoo@5#1 tax@9#5
        B:ofx   | tram@2#1 rent@2#0 zoo@5#0 tax@9#0
        C:ofx   | tram@2#1 tram@2#2 tram@2#3
        D:ofx   | tram@2#3 tram@2#2 tram@2#1
        ",
        "1 rent A, 1 rent B, 1 tax A, 1 tax B, 1 tram ACD, 1 tram ACD, 1 tram BCD, 1 zoo A, 1 zoo B",
        "1 rent A/B 1 rent shared-day, 1 tax A/B 1 tax shared-day, 1 zoo A/B 1 zoo shared-day",
    );
}

/// A and B read the same, but B is the end of what C shows. The ids count the rows of each amount, so they prove little.
#[test]
fn the_end_of_a_day_that_reads_like_its_beginning() {
    shows(
        "
                | 2         | 3                                       | 4
        A:ofx   | tram@2#r0 | rent@2#r1 rent@4#r0                     |
        B:ofx   |           | rent@4#r1 rent@2#r2                     | tram@4#r2
        C:ofx   |           | rent@2#r1 rent@4#r0 rent@4#r1 rent@2#r2 | tram@4#r2
        ",
        "2 tram A, 3 rent AC, 3 rent AC, 3 rent BC, 3 rent BC, 4 tram BC",
        "3 rent A=C 3 rent shared-day",
    );
}

/// In B, id 2 stands on two rows of the day: it tells them from no row of C.
#[test]
fn an_id_that_a_file_has_twice_in_a_day() {
    shows(
        "
                | 1          | 3                                                | 4
        A:csv   | coffee@+25 | kiosk@25 rent@25 rent@25 rent@4 rent@4 rent@4    | rent@4
        B:ofx   |            | rent@4#2 rent@4#1 rent@4#0 rent@25#2             |
        C:ofx   |            | rent@4#2 rent@4#1 rent@4#0                       |
        D:ofx   |            | rent@4#2                                         | rent@4#3
        ",
        "1 coffee A, 3 kiosk A, 3 rent A, 3 rent AB, 3 rent ABC, 3 rent ABC, 3 rent ABCD, 4 rent AD",
        "",
    );
}

#[test]
fn another_amount_under_the_same_id_is_listed() {
    shows(
        "
                | 1       | 5                    | 9
        A:ofx   | rent#1  | tip@20#2 tram#3      | shop#4
        B:ofx   | rent#1  | tip@24#2 tram#3      | shop#4
        ",
        "1 rent AB, 5 tip A, 5 tip B, 5 tram AB, 9 shop AB",
        "5 tip A/B 5 tip other-amount",
    );
    shows(
        "
                | 1       | 5                    | 9
        A:ofx   | rent#1  | tip@20#2 tram#3      | shop#4
        B:ofx   | rent#1  | cafe@24#2 tram#3     | shop#4
        ",
        "1 rent AB, 5 cafe B, 5 tip A, 5 tram AB, 9 shop AB",
        "",
    );
    // On the first and the last day of both files, and where one ends and the other begins, too.
    shows(
        "
                | 5               | 9                | 12
        A:ofx   | tip@20#2 tram#3 | shop@40#4 tram#5 |
        B:ofx   | tip@24#2 tram#3 | shop@41#4 tram#5 |
        C:ofx   |                 | shop@43#4 tram#5 | gym#6
        ",
        "5 tip A, 5 tip B, 5 tram AB, 9 shop A, 9 shop B, 9 shop C, 9 tram ABC, 12 gym C",
        "5 tip A/B 5 tip other-amount, 9 shop A/B 9 shop other-amount, 9 shop B/C 9 shop other-amount",
    );
}

#[test]
fn a_text_that_was_cut_or_lost_letters_in_a_day_that_no_file_shows_whole() {
    shows(
        "
                | 1    | 2        | 3
        A:csv   | rent | gym@30   |
        B:csv   |      | gym_city@30 | shop
        ",
        "1 rent A, 2 gym A, 2 gym_city B, 3 shop B",
        "2 gym A/B 2 gym_city other-text",
    );
    shows(
        "
                | 1    | 2        | 3
        A:csv   | rent | caf?@30  |
        B:csv   |      | café@30  | shop
        ",
        "1 rent A, 2 caf? A, 2 café B, 3 shop B",
        "2 caf? A/B 2 café other-text",
    );
    shows(
        "
                | 1    | 2        | 3
        A:csv   | rent | gym@30   |
        B:csv   |      | bus@30   | shop
        ",
        "1 rent A, 2 bus B, 2 gym A, 3 shop B",
        "",
    );
}

#[test]
fn a_text_that_is_written_in_another_way_is_the_same() {
    shows(
        "
                | 1    | 2              | 3
        A:csv   | rent | h&amp;m@30     |
        B:csv   |      | H&M@30 tea@2   | shop
        ",
        "1 rent A, 2 H&M AB, 2 tea B, 3 shop B",
        "2 h&amp;m A=B 2 H&M shared-day",
    );
}

#[test]
fn a_standing_order_that_has_one_id_for_years_and_moved_once() {
    let months: Vec<i32> = (0..60).map(|month| 30 * month).collect();
    for years in [&months[..], &months[57..]] {
        let cells = |of: &dyn Fn(i32) -> &'static str| years.iter().map(|day| of(*day)).collect::<Vec<_>>().join(" | ");
        let days: Vec<String> = years.iter().map(i32::to_string).collect();
        let picture = format!(
            "
            | {} | 1742   | 1775
            A:ofx   | {} |        |
            B:ofx   | {} | rent#1 | zoo#3
            ",
            days.join(" | "),
            cells(&|_| "rent#1"),
            cells(&|day| if day == 1710 || day == 1770 { "rent#1" } else { "" }),
        );
        let (said, doubts) = Picture::read(&picture).says(&[], &[]);
        assert!(said.ends_with("1710 rent AB, 1742 rent AB, 1770 rent AB, 1775 zoo B"), "{said}");
        assert_eq!(doubts, "");
    }
}

#[test]
fn ids_that_start_again_within_a_day_count_no_row_twice() {
    let days = "| 2 | 4\n";
    let files = [
        "A:ofx   |        | coffee#1 rent#0 tram#2 tram#3 rent#1\n",
        "B:ofx   |        | tram#3 rent#1 coffee#4 bus#5 tram#6 rent#2\n",
        "C:ofx   | rent#0 | coffee#1 rent#0 tram#2\n",
        "D:ofx   |        | tram#6 bus#5 coffee#4 rent#1 tram#3\n",
        "E:ofx   |        | tram#3 tram#2\n",
    ];
    for first in 0..files.len() {
        let order = [&files[first..], &files[..first]].concat();
        let back: Vec<&str> = order.iter().rev().copied().collect();
        for order in [order, back] {
            let picture = [&[days], &order[..]].concat().concat();
            let (said, doubts) = Picture::read(&picture).says(&[], &[]);
            assert_eq!(said.matches("4 tram").count(), 3, "{picture}{said}");
            // Whether the second is the third depends on which ids the bank kept.
            assert!(doubts.contains("4 tram B=C 4 tram shared-day"), "{picture}{doubts}");
        }
    }
}

#[test]
fn a_balance_that_comes_again_may_be_a_late_row() {
    shows(
        "
                | 1
        A:csv   | coffee@4=96 tram@3=93
        B:csv   | late@10=90 coffee@4=86 tram@3=83
        ",
        "1 coffee AB, 1 late B, 1 tram AB",
        "1 coffee A=B 1 coffee shared-day, 1 tram A=B 1 tram shared-day",
    );
}

#[test]
fn a_row_that_moved_is_one_however_often_it_was_downloaded() {
    let again: String = (0..60).map(|at| format!("B{at}:ofx | rent#1 | | coffee#3 | zoo#4\n")).collect();
    let picture = format!("days | 1 | 5 | 7 | 9\nA:ofx | rent#1 | coffee#3 | | zoo#4\n{again}");
    let (said, doubts) = Picture::read(&picture).says(&[], &[]);
    assert_eq!(said.matches("coffee").count(), 1, "{said}");
    assert_eq!(doubts, "");
}
