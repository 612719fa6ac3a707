//! Several sources, on days made by hand.

use super::picture::shows;
use crate::import::reconcile::{Decisions, File, Pairs, Row, reconcile};
use crate::model::{Day, Micros, Period};

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

#[test]
fn rows_with_one_balance_after_them_are_one_whatever_their_words() {
    shows(
        "
                | 1             | 30
        A:csv   | pos@7=93      | transfer@+500=593
        B:other | grocer@7=93   | acme@+500=593
        ",
        "1 grocer AB, 30 transfer AB",
        "",
    );
    // Balances that a source prints after two rows tell nothing of which is which.
    shows(
        "
                | 1        | 2                          | 3
        A:csv   | rent=800 | pos@7=93 in@+7=100 pos@7=93 | shop=90
        B:other | rent=800 | grocer@7=93                | shop=90
        ",
        "1 rent AB, 2 grocer B, 2 in A, 2 pos A, 2 pos A, 3 shop AB",
        "2 pos A/B 2 grocer other-source",
    );
}

#[test]
fn rows_in_words_that_are_not_alike_on_the_days_where_files_begin_and_end() {
    // Both begin and end there: each shows all that the other shows.
    shows(
        "
                | 1     | 2    | 3
        A:csv   | kiosk | rent | shop
        B:ofx   | karta | rent | store
        ",
        "1 kiosk AB, 2 rent AB, 3 store AB",
        "1 kiosk A=B 1 karta other-source, 3 shop A=B 3 store other-source",
    );
    // The one ends where the other begins.
    shows(
        "
                | 1    | 2     | 3
        A:csv   | rent | kiosk |
        B:ofx   |      | karta | shop
        ",
        "1 rent A, 2 karta B, 2 kiosk A, 3 shop B",
        "2 kiosk A/B 2 karta other-source",
    );
}

#[test]
fn the_description_of_one_source_may_be_the_memo_of_the_other() {
    let day = |day| Day::from_epoch_days(20_000 + day).unwrap();
    let covers = Period::new(day(1), day(9)).unwrap();
    let files = [0, 1].map(|source| File { source, covers, reach: day(9) });
    let row = |file, place, on, text, memo| Row {
        file,
        place,
        id: u64::from(file * 10 + place),
        day: day(on),
        amount: Micros::new(-7_000_000),
        text,
        bank_id: None,
        running: None,
        pending: false,
        rest: [None, memo, None, None],
    };
    let rows = [
        row(0, 0, 3, "POS", Some("Corner Grocer 12")),
        row(0, 1, 5, "POS", Some("Tram")),
        row(1, 0, 3, "Corner Grocer 12", None),
        row(1, 1, 6, "Tram", Some("card")),
    ];
    let outcome = reconcile(&files, &rows, &Pairs::default(), &Decisions::default());
    assert_eq!(outcome.transaction, [0, 1, 0, 1]);
    assert_eq!(outcome.doubts, []);
}
