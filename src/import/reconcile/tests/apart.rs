//! Days that stand apart from those around them, and days that do not, made by hand.

use super::picture::Picture;

/// Returns whether day 10 of a picture stands apart.
fn stands_apart(picture: &str) -> bool {
    Picture::read(picture).stands_apart(10)
}

#[test]
fn a_day_of_one_source_stands_apart() {
    assert!(stands_apart(
        "
                | 1    | 9      | 10          | 11     | 20
        A:csv   | rent | coffee | coffee tram | coffee | shop
        B:csv   |      |        | coffee tram |        |
        "
    ));
}

#[test]
fn a_day_stands_apart_where_two_sources_show_the_same_rows() {
    let both = "
                | 1      | 9        | 10              | 11       | 20
        A:csv   | rent   | coffee   | coffee tram     | coffee   | shop
        B:ofx   | rent#1 | coffee#2 | coffee#3 tram#4 | coffee#5 | shop#6
        C:csv   |        |          | coffee          |          |
        ";
    assert!(stands_apart(both));
    // What both show of the day is no row of another day, whatever that one lacks.
    assert!(stands_apart(&both.replace("coffee#2", "").replace("coffee#5", "")));
    // Here it may be that the other source dates the coffee a day earlier.
    let a_day_off = both.replace("coffee#3", "").replace("| rent   | coffee   |", "| rent   |          |");
    assert!(!stands_apart(&a_day_off));
}

#[test]
fn a_row_that_one_source_lacks_is_a_matter_of_its_day_where_nothing_near_is_alike() {
    let only = "
                | 1      | 9       | 10               | 11       | 20
        A:csv   | rent   | tram    | coffee coffee    | bread    | shop
        B:ofx   | rent#1 | tram#2  | coffee#3         | bread#5  | shop#6
        ";
    assert!(stands_apart(only));
    assert!(!stands_apart(&only.replace("bread#5", "bread#5 coffee#7")));
}

#[test]
fn a_day_does_not_stand_apart_from_one_with_an_id_of_it() {
    let ids = "
                | 1      | 9       | 10              | 15      | 16      | 20
        A:ofx   | rent#1 | tram#2  | coffee#3 tram#4 | bread#5 | bread#6 | shop#7
        ";
    assert!(stands_apart(ids));
    assert!(!stands_apart(&ids.replace("bread#5", "bread#3")));
    assert!(stands_apart(&ids.replace("bread#6", "bread#3")));
}

#[test]
fn a_day_does_not_stand_apart_beside_a_pending_row() {
    let held = "
                | 1    | 5      | 10          | 15     | 20
        A:csv   | rent | hotel  | coffee tram | bread  | shop
        ";
    assert!(stands_apart(held));
    for name in ["hotel", "tram", "bread"] {
        assert!(!stands_apart(&held.replace(name, &format!("{name}?"))), "{name}");
    }
    assert!(stands_apart(&held.replace("shop", "shop shop?")));
}
