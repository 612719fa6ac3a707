//! What the owner said, on days made by hand.

use super::picture::{decided, shows};

#[test]
fn the_owner_settles_it() {
    let picture = "
                | 1    | 2      | 3
        A:csv   | rent | coffee |
        B:csv   |      | coffee | shop
        ";
    shows(picture, "1 rent A, 2 coffee AB, 3 shop B", "2 coffee A=B 2 coffee shared-day");
    decided(picture, (&[], &[("A2.0", "B2.0")]), "1 rent A, 2 coffee A, 2 coffee B, 3 shop B", "");
    decided(picture, (&[("A2.0", "B2.0")], &[]), "1 rent A, 2 coffee AB, 3 shop B", "");
}

#[test]
fn a_row_that_is_not_the_first_is_the_second_of_a_day_shown_whole() {
    decided(
        "
                | 1    | 2             | 3
        A:csv   | rent | coffee coffee |
        W:csv   | rent | coffee coffee | shop
        ",
        (&[], &[("A2.0", "W2.0")]),
        "1 rent AW, 2 coffee AW, 2 coffee AW, 3 shop W",
        "",
    );
    decided(
        "
                | 1    | 2             | 3
        A:csv   | rent | coffee coffee |
        B:csv   | rent | coffee coffee |
        W:csv   | rent | coffee coffee | shop
        ",
        (&[], &[("A2.0", "B2.0"), ("A2.1", "B2.1")]),
        "1 rent ABW, 2 coffee ABW, 2 coffee ABW, 3 shop W",
        "",
    );
    decided(
        "
                | 1    | 2                    | 3
        A:csv   | rent | coffee coffee coffee |
        B:csv   | rent | coffee coffee coffee |
        ",
        (&[], &[("A2.0", "B2.0"), ("A2.0", "B2.1")]),
        "1 rent AB, 2 coffee AB, 2 coffee AB, 2 coffee AB",
        "",
    );
}

#[test]
fn a_row_that_is_not_the_first_is_the_second_of_a_day_that_both_files_have_cut() {
    decided(
        "
                | 1    | 2             | 3
        A:csv   | rent | coffee coffee |
        B:csv   |      | coffee coffee | shop
        ",
        (&[], &[("A2.1", "B2.1")]),
        "1 rent A, 2 coffee AB, 2 coffee AB, 3 shop B",
        "2 coffee A=B 2 coffee shared-day, 2 coffee A=B 2 coffee shared-day",
    );
}

#[test]
fn a_row_that_is_none_of_those_shown_is_one_more() {
    decided(
        "
                | 1    | 2      | 3
        A:csv   | rent | coffee |
        W:csv   | rent | coffee | shop
        ",
        (&[], &[("A2.0", "W2.0")]),
        "1 rent AW, 2 coffee A, 2 coffee W, 3 shop W",
        "",
    );
    decided(
        "
                | 1    | 2             | 3
        A:csv   | rent | coffee coffee |
        W:csv   | rent | coffee coffee | shop
        ",
        (&[], &[("A2.0", "W2.0"), ("A2.0", "W2.1")]),
        "1 rent AW, 2 coffee A, 2 coffee AW, 2 coffee W, 3 shop W",
        "",
    );
}

#[test]
fn two_holds_that_the_owner_tells_apart() {
    let picture = "
                | 1    | 4    | 5
        A:csv   | rent | cafe | hotel?
        B:csv   | rent | cafe | hotel?
        ";
    shows(picture, "1 rent AB, 4 cafe AB, 5 hotel? AB", "");
    decided(picture, (&[], &[("A5.0", "B5.0")]), "1 rent AB, 4 cafe AB, 5 hotel? A, 5 hotel? B", "");
    decided(
        "
                | 1    | 4    | 5
        A:csv   | rent | cafe | hotel? hotel?
        B:csv   | rent | cafe | hotel? hotel?
        ",
        (&[], &[("A5.0", "B5.0")]),
        "1 rent AB, 4 cafe AB, 5 hotel? AB, 5 hotel? AB",
        "",
    );
    decided(
        "
                | 1    | 4    | 5
        A:csv   | rent | cafe | hotel? hotel?
        B:csv   | rent | cafe | hotel?
        ",
        (&[], &[("A5.0", "B5.0")]),
        "1 rent AB, 4 cafe AB, 5 hotel? AB",
        "",
    );
}

#[test]
fn of_equal_rows_of_a_source_a_day_off_another_one_takes_the_place() {
    let picture = "
                | 1    | 2    | 3    | 4             | 5             | 6   | 7
        A:csv   | rent | shop | tram | coffee coffee | pay           | zoo |
        B:ofx   |      | rent | shop | tram          | coffee coffee | pay | zoo
        ";
    let transactions = "2 rent AB, 3 shop AB, 4 tram AB, 5 coffee AB, 5 coffee AB, 6 pay AB, 7 zoo AB";
    shows(picture, transactions, "");
    decided(picture, (&[], &[("A4.1", "B5.1")]), transactions, "");
}

#[test]
fn a_pair_that_an_answer_about_other_rows_settles_is_not_listed() {
    for picture in [
        "
                | 1    | 2         | 3
        A:csv   | rent | tram tram |
        B:csv   |      | tram      | shop
        ",
        "
                | 1    | 2         | 3
        A:ofx   | rent | tram tram |
        B:csv   |      | tram      | shop
        ",
    ] {
        for tram in ["A2.0", "A2.1"] {
            decided(picture, (&[(tram, "B2.0")], &[]), "1 rent A, 2 tram A, 2 tram AB, 3 shop B", "");
        }
    }
}
