//! Several sources, on days made by hand.

use super::picture::shows;

#[test]
fn a_row_in_words_that_are_not_alike_where_several_pairings_fit() {
    shows(
        "
                | 1    | 2                    | 3
        A:csv   | rent | kiosk@20             | shop
        B:ofx   | rent | zeitung@20 presse@20 | shop
        ",
        "1 rent AB, 2 kiosk A, 2 presse B, 2 zeitung B, 3 shop AB",
        "2 kiosk A/B 2 zeitung other-source",
    );
}

#[test]
fn three_sources_at_once_and_one_of_them_a_day_off() {
    shows(
        "
                | 1          | 2           | 3         | 4         | 5        | 6
        A:csv   | rent_house | coffee_shop | shop_east | tram_line | pay_acme |
        B:ofx   |            | rent        | coffee    | shop      | tram     | pay
        C:qif   | rent       | coffee      | shop      | tram      | pay      |
        ",
        "1 rent_house ABC, 2 coffee_shop ABC, 3 shop_east ABC, 4 tram_line ABC, 5 pay_acme ABC",
        "",
    );
}

#[test]
fn a_source_that_changes_its_day_rule() {
    shows(
        "
                | 1    | 2      | 3    | 4    | 11  | 12   | 13  | 14   | 15
        A:csv   | rent | coffee | shop | tram | pay | book | zoo | cafe |
        B:ofx   | rent | coffee | shop | tram |     |      |     |      |
        C:ofx   |      |        |      |      |     | pay  | book | zoo | cafe
        ",
        "1 rent AB, 2 coffee AB, 3 shop AB, 4 tram AB, 12 pay AC, 13 book AC, 14 zoo AC, 15 cafe AC",
        "",
    );
}

#[test]
fn two_rows_of_an_amount_are_not_one_row_of_another_source() {
    shows(
        "
                | 1
        A:ofx   | tram_3@7 pay
        B:csv   | tram_1@7 tram_2@7
        ",
        "1 pay A, 1 tram_1 B, 1 tram_2 B, 1 tram_3 A",
        "1 tram_3 A/B 1 tram_1 shared-day, 1 tram_3 A/B 1 tram_2 other-source",
    );
}
