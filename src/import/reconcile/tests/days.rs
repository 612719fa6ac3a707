//! Histories made by hand, each as a picture of its days.

use super::picture::shows;

#[test]
fn a_row_posted_late_shifts_the_balances_after_it() {
    shows(
        "
                | 31            | 61                              | 69
        A:csv   | rent@900=97   | tram@3=94 coffee@4=90           |
        B:csv   |               | late@10=87 tram@3=84 coffee@4=80 | shop@5=75
        ",
        "31 rent A, 61 coffee AB, 61 late B, 61 tram AB, 69 shop B",
        "",
    );
}

#[test]
fn the_same_statement_with_other_line_ends() {
    shows(
        "
                | 20       | 26        | 30
        A:ofx   | baker#a1 | tram#a2   |
        B:csv   |          | tram cafe | shop
        C:ofx   | baker#a1 | tram#a2   |
        ",
        "20 baker AC, 26 cafe B, 26 tram ABC, 30 shop B",
        "26 tram A=B 26 tram shared-day",
    );
}

#[test]
fn ids_that_start_again_in_each_download() {
    shows(
        "
                | 20    | 21                    | 22             | 24
        A:ofx   | cvs#3 | wholefds@16#2 walg#1  |                |
        B:ofx   |       | coffee#3              | doordash@16#2  | refund@+16#1
        ",
        "20 cvs A, 21 coffee B, 21 walg A, 21 wholefds A, 22 doordash B, 24 refund B",
        "",
    );
}

#[test]
fn one_id_for_all_rows() {
    shows(
        "
                | 2      | 6              | 9        | 11
        A:ofx   | tram#0 | rent#0         |          |
        B:ofx   |        | rent#0 tram#0  | coffee#0 | atm#0
        ",
        "2 tram A, 6 rent AB, 6 tram B, 9 coffee B, 11 atm B",
        "6 rent A=B 6 rent shared-day",
    );
}

#[test]
fn new_since_the_last_download_with_a_late_row() {
    shows(
        "
                | 13   | 20            | 22     | 23    | 27
        A:csv   | uber |               | grocer | lunch |
        B:csv   |      | payment@+812  | grocer |       | tram
        ",
        "13 uber A, 20 payment B, 22 grocer AB, 23 lunch A, 27 tram B",
        "22 grocer A=B 22 grocer partial-file",
    );
}

#[test]
fn a_source_that_writes_the_next_day() {
    shows(
        "
                | 10    | 23     | 24     | 27   | 28            | 29            | 40
        A:csv   |       | coffee |        | shop | payroll@+2432 |               |
        B:ofx   |       |        | coffee |      | shop          | payroll@+2432 |
        C:csv   | first | coffee |        | shop | payroll@+2432 |               | last
        ",
        "10 first C, 23 coffee ABC, 27 shop ABC, 28 payroll ABC, 40 last C",
        "",
    );
}

#[test]
fn ids_numbered_within_the_day() {
    shows(
        "
                | 4        | 5                   | 11
        A:ofx   | cafe#4-1 | lunch#5-1           |
        B:ofx   |          | lunch#5-2 shop#5-1  | taxi#11-1
        ",
        "4 cafe A, 5 lunch AB, 5 shop B, 11 taxi B",
        "5 lunch A=B 5 lunch shared-day",
    );
}

#[test]
fn two_sources_that_only_touch() {
    shows(
        "
                | 14               | 27               | 31   | 35   | 37
        A:ofx   | transfer@200#q1  | transfer@500#q2  |      |      |
        B:csv   |                  |                  | uber | tram | transfer@500
        ",
        "14 transfer A, 27 transfer A, 31 uber B, 35 tram B, 37 transfer B",
        "",
    );
}

#[test]
fn whole_days_that_overlap_by_one() {
    shows(
        "
                | 30   | 31               | 34
        A:csv   | cafe | lunch taxi books |
        B:csv   |      | lunch taxi books | cafe
        ",
        "30 cafe A, 31 books AB, 31 lunch AB, 31 taxi AB, 34 cafe B",
        "",
    );
}

#[test]
fn value_days_in_one_source_and_booking_days_in_another() {
    shows(
        "
                | 1                 | 2     | 5                | 7    | 10                     | 12
        A:csv   |                   | markt |                  | buch |                        | cafe_berlin
        B:ofx   | markt_0815_4711#1 |       | buch_0815_4711#2 |      | cafe_berlin_karte#3    |
        ",
        "1 markt_0815_4711 AB, 5 buch_0815_4711 AB, 10 cafe_berlin_karte AB",
        "",
    );
}

#[test]
fn two_halves_of_a_day_of_equal_rows() {
    shows(
        "
                | 1    | 2             | 3
        A:csv   | rent | coffee coffee |
        B:csv   |      | coffee coffee | shop
        ",
        "1 rent A, 2 coffee AB, 2 coffee AB, 3 shop B",
        "2 coffee A=B 2 coffee shared-day, 2 coffee A=B 2 coffee shared-day",
    );
}

#[test]
fn a_file_that_shows_the_day_whole_settles_it() {
    shows(
        "
                | 1    | 2             | 3
        A:csv   | rent | coffee coffee |
        B:csv   |      | coffee        | shop
        W:csv   | rent | coffee coffee | shop
        ",
        "1 rent AW, 2 coffee ABW, 2 coffee AW, 3 shop BW",
        "",
    );
    shows(
        "
                | 1    | 2                    | 3
        A:csv   | rent | coffee coffee        |
        B:csv   |      | coffee               | shop
        W:csv   | rent | coffee coffee coffee | shop
        ",
        "1 rent AW, 2 coffee AW, 2 coffee AW, 2 coffee BW, 3 shop BW",
        "",
    );
}

#[test]
fn balances_settle_it() {
    shows(
        "
                | 1            | 2                         | 3
        A:csv   | rent@900=100 | coffee@4=96 coffee@4=92   |
        B:csv   |              | coffee@4=92 coffee@4=88   | shop@8=80
        ",
        "1 rent A, 2 coffee A, 2 coffee AB, 2 coffee B, 3 shop B",
        "",
    );
    shows(
        "
                | 1            | 2                         | 3
        A:csv   | rent@900=100 | coffee@4=96               |
        B:csv   |              | coffee@4=92               | shop@8=84
        ",
        "1 rent A, 2 coffee A, 2 coffee B, 3 shop B",
        "",
    );
}

#[test]
fn balances_without_a_link_are_in_doubt() {
    shows(
        "
                | 1            | 2            | 3
        A:csv   | rent@900=100 | coffee@4=96  |
        B:csv   |              | coffee@4=80  | shop@8=72
        ",
        "1 rent A, 2 coffee A, 2 coffee B, 3 shop B",
        "2 coffee A/B 2 coffee shared-day",
    );
}

#[test]
fn ids_settle_it() {
    shows(
        "
                | 1      | 2                    | 3
        A:ofx   | rent#1 | tram#2 coffee#3      |
        B:ofx   |        | tram#2 coffee#4      | shop#5
        ",
        "1 rent A, 2 coffee A, 2 coffee B, 2 tram AB, 3 shop B",
        "",
    );
}

#[test]
fn a_row_that_moved_under_its_id() {
    shows(
        "
                | 1      | 5        | 7        | 9      | 10
        A:ofx   | rent#1 | coffee#3 |          | shop#4 |
        B:ofx   | rent#1 |          | coffee#3 | shop#4 | zoo#5
        ",
        "1 rent AB, 7 coffee AB, 9 shop AB, 10 zoo B",
        "",
    );
    shows(
        "
                | 1      | 5        | 11       | 12
        A:ofx   | rent#1 | coffee#3 |          | shop#4
        B:ofx   | rent#1 |          | coffee#3 | shop#4
        ",
        "1 rent AB, 5 coffee A, 11 coffee B, 12 shop AB",
        "",
    );
}

#[test]
fn a_hold_that_posts_under_its_id_on_a_later_day() {
    shows(
        "
                | 1      | 5         | 7        | 9
        A:ofx   | rent#1 | hotel#3?  |          |
        B:ofx   | rent#1 |           | hotel#3  | shop#4
        ",
        "1 rent AB, 7 hotel AB, 9 shop B",
        "",
    );
}

#[test]
fn a_hold_that_posts_with_another_amount() {
    shows(
        "
                | 1    | 4    | 5             | 7
        A:csv   | rent | cafe | dinner@40?    |
        B:csv   | rent | cafe | dinner@48     | shop
        ",
        "1 rent AB, 4 cafe AB, 5 dinner B, 7 shop B",
        "",
    );
}

#[test]
fn of_two_files_that_reach_equally_far_a_hold_counts_only_if_both_show_it() {
    shows(
        "
                | 1    | 4    | 5
        A:csv   | rent | cafe | hotel? taxi?
        B:csv   |      | cafe | hotel? uber?
        ",
        "1 rent A, 4 cafe AB, 5 hotel? AB",
        "4 cafe A=B 4 cafe shared-day",
    );
}

#[test]
fn a_hold_in_two_sources() {
    shows(
        "
                | 1    | 4    | 5
        A:csv   | rent | cafe | hotel_adler?
        B:ofx   | rent | cafe | hotel?
        ",
        "1 rent AB, 4 cafe AB, 5 hotel_adler? AB",
        "",
    );
}

#[test]
fn a_bank_that_words_everything_anew() {
    shows(
        "
                | 1        | 2         | 3         | 4         | 5     | 6
        A:csv   | rent@900 | coffee@4  | tram@3    | shell@40  | cafe@2 |
        B:csv   | wohn@900 | espr@4    | transit@3 | petrol@40 | kaf@2  | zoo
        ",
        "1 wohn AB, 2 espr AB, 3 transit AB, 4 petrol AB, 5 kaf AB, 6 zoo B",
        "",
    );
}

#[test]
fn one_row_in_other_words_in_a_day_shown_whole() {
    shows(
        "
                | 1    | 2        | 3
        A:csv   | rent | amzn@20  | shop
        B:csv   | rent | amazon@20 | shop
        ",
        "1 rent AB, 2 amazon B, 2 amzn A, 3 shop AB",
        "2 amzn A/B 2 amazon other-text",
    );
}

#[test]
fn a_late_row_with_the_amount_of_another_one() {
    shows(
        "
                | 1    | 2               | 3
        A:csv   | rent | kiosk@20        | shop
        B:csv   | rent | kiosk@20 fee@20 | shop
        ",
        "1 rent AB, 2 fee B, 2 kiosk AB, 3 shop AB",
        "",
    );
}

#[test]
fn a_refund_is_not_what_it_refunds() {
    shows(
        "
                | 1    | 2                  | 3
        A:csv   | rent | kiosk@20           |
        B:ofx   |      | kiosk@+20          | shop
        ",
        "1 rent A, 2 kiosk A, 2 kiosk B, 3 shop B",
        "",
    );
}

#[test]
fn equal_coffees_of_two_sources_on_neighbouring_days() {
    shows(
        "
                | 1    | 2      | 3        | 4
        A:csv   | rent | coffee |          | shop
        B:ofx   | rent |        | coffee_1 | shop
        ",
        "1 rent AB, 3 coffee_1 AB, 4 shop AB",
        "",
    );
    shows(
        "
                | 1    | 2      | 3             | 4      | 5
        A:csv   | rent | coffee |               | coffee | shop
        B:ofx   | rent |        | coffee        |        | shop
        ",
        "1 rent AB, 2 coffee A, 3 coffee B, 4 coffee A, 5 shop AB",
        "2 coffee A/B 3 coffee other-source, 4 coffee A/B 3 coffee other-source",
    );
}

#[test]
fn sources_without_words() {
    shows(
        "
                | 1    | 2       | 3
        A:csv   | rent | _@20    |
        B:ofx   |      | kiosk@20 | shop
        ",
        "1 rent A, 2 _ A, 2 kiosk B, 3 shop B",
        "2 _ A/B 2 kiosk other-source",
    );
    shows(
        "
                | 1    | 2       | 3
        A:csv   | rent | _@20     | shop
        B:ofx   | rent | kiosk@20 | shop
        ",
        "1 rent AB, 2 kiosk AB, 3 shop AB",
        "2 _ A=B 2 kiosk other-source",
    );
}

#[test]
fn three_sources() {
    shows(
        "
                | 1              | 2               | 3
        A:csv   | rent_house     | coffee_shop     | shop_east
        B:ofx   | rent#1         | coffee#2        | shop#3
        C:qif   | rent           | coffee          | shop
        ",
        "1 rent_house ABC, 2 coffee_shop ABC, 3 shop_east ABC",
        "",
    );
}

#[test]
fn files_of_one_day() {
    shows(
        "
                | 1
        A:csv   | rent coffee
        B:csv   | coffee
        ",
        "1 coffee AB, 1 rent A",
        "1 coffee A=B 1 coffee shared-day",
    );
}

#[test]
fn a_late_row_that_gives_a_row_the_balance_of_another_one() {
    shows(
        "
                | 35       | 36
        A:csv   |          | coffee@4=96 hotel@4=92
        B:csv   | late@4=96 | coffee@4=92 hotel@4=88
        ",
        "35 late B, 36 coffee AB, 36 hotel AB",
        "",
    );
    shows(
        "
                | 35        | 36                                 | 37
        A:csv   | rent@9=100 | coffee@4=96 hotel@4=92             |
        B:csv   |           | late@4=96 coffee@4=92 hotel@4=88 | shop@8=80
        ",
        "35 rent A, 36 coffee AB, 36 hotel AB, 36 late B, 37 shop B",
        "",
    );
}

#[test]
fn a_balance_in_other_words_is_in_doubt() {
    shows(
        "
                | 1            | 2             | 3
        A:csv   | rent@900=100 | hotel@4=96    |
        B:csv   |              | adler@4=96    | shop@8=88
        ",
        "1 rent A, 2 adler AB, 3 shop B",
        "2 hotel A=B 2 adler other-text",
    );
}

#[test]
fn files_in_the_new_words_know_which_word_became_which() {
    shows(
        "
                | 0               | 27     | 28     | 29
        A:csv   | coffee@4 hotel@4 | pay@9  | tram@3 | fee@5
        B:csv   | espr@4 lodg@4    | wage@9 | bus@3  | cost@5
        C:csv   | espr@4 lodg@4    | wage@9 | bus@3  | cost@5
        ",
        "0 espr ABC, 0 lodg ABC, 27 wage ABC, 28 tram ABC, 29 fee ABC",
        "0 coffee A=B 0 espr other-text, 0 hotel A=B 0 lodg other-text",
    );
}

#[test]
fn a_file_that_keeps_ids_tells_more_than_one_of_which_that_is_not_known() {
    shows(
        "
                | 0
        A:csv   | tram coffee@5
        B:ofx   | tram#r0 coffee@5#r0
        C:ofx   | coffee@5#r1 coffee@5#r0 tram#r0
        D:ofx   | coffee@5#r0 coffee@5#r1
        ",
        "0 coffee ABCD, 0 coffee CD, 0 tram ABC",
        "0 coffee A=C 0 coffee shared-day, 0 tram A=C 0 tram shared-day",
    );
}
