use proptest::prelude::*;

use super::order::ORDERS;
use super::*;

fn by(pattern: &str, text: &str) -> Option<String> {
    Pattern::parse(pattern).unwrap().read(text).map(|d| d.to_string())
}

fn verdict(cells: &[&str]) -> Result<DateOrder, String> {
    verdict_until(cells, None)
}

/// Returns the verdict where no row is of a later day.
fn verdict_until(cells: &[&str], latest: Option<&str>) -> Result<DateOrder, String> {
    let mut tally = Tally::default();
    for (line, cell) in (2..).zip(cells) {
        tally.add(line, cell);
    }
    match tally.verdict(latest.map(|day| day.parse().unwrap())) {
        Verdict::Order(order) => Ok(order),
        Verdict::Doubt(line, text, readings) => Err(format!("{line} {text} {}", readings.len())),
        Verdict::Contradiction(a, b) => Err(format!("{a} against {b}")),
        Verdict::Dots(line) => Err(format!("{line} is not day first")),
    }
}

#[test]
fn reads_only_what_the_pattern_says() {
    assert_eq!(by("MM/DD/YYYY", "01/31/2024").as_deref(), Some("2024-01-31"));
    assert_eq!(by("MM/DD/YYYY", "1/3/2024").as_deref(), Some("2024-01-03"));
    assert_eq!(by("MM/DD/YYYY", "31/01/2024"), None);
    assert_eq!(by("MM/DD/YYYY", "2024-01-31"), None);
    assert_eq!(by("MM/DD/YYYY", "01/31/24"), None);
    assert_eq!(by("DD.MM.YY", "26.02.18").as_deref(), Some("2018-02-26"));
    assert_eq!(by("YYYYMMDD", "20240131").as_deref(), Some("2024-01-31"));
    assert_eq!(by("YYYY-MM-DD", "2024-01-31 23:59:59 -0800").as_deref(), Some("2024-01-31"));
    assert_eq!(by("YYYY-MM-DD", "2024-01-31T23:59:59Z").as_deref(), Some("2024-01-31"));
    assert_eq!(by("MM/DD/YYYY", "09/16/2020 as of 09/15/2020").as_deref(), Some("2020-09-16"));
    assert_eq!(by("DD-MON-YYYY", "3-Dec-2019").as_deref(), Some("2019-12-03"));
    assert_eq!(by("YYYY-MM-DD", "2024-02-30"), None);
    for bad in ["", "MM/DD", "DD/DD/YYYY", "YYYY?MM?DD", "HH:MM"] {
        assert!(Pattern::parse(bad).is_none(), "{bad}");
    }
    let clash = |a, b| Pattern::parse(a).unwrap().clashes(Pattern::parse(b).unwrap());
    assert!(clash("MM/DD/YYYY", "DD/MM/YYYY"));
    assert!(!clash("MM/DD/YYYY", "YYYY-MM-DD") && !clash("MM/DD/YYYY", "M/D/YYYY"));
}

#[test]
fn decides_the_order_on_the_whole_column() {
    assert_eq!(verdict(&["01/02/2024", "01/31/2024"]), Ok(DateOrder::Mdy));
    assert_eq!(verdict(&["01/02/2024", "31/01/2024"]), Ok(DateOrder::Dmy));
    assert_eq!(verdict(&["2024-01-02", "2024-03-04"]), Ok(DateOrder::Mdy));
    assert_eq!(verdict(&["20240102"]), Ok(DateOrder::Ymd));
    assert_eq!(verdict(&["6/12/15", "6/13/15"]), Ok(DateOrder::Mdy));
    assert_eq!(verdict(&["01.02.2024", "02.03.24"]), Ok(DateOrder::Dmy));
    assert_eq!(verdict(&["03/03/2024"]), Ok(DateOrder::Mdy));
    assert_eq!(verdict(&["03/03/2024", "03/04/2024"]), Err("3 03/04/2024 2".to_owned()));
    assert_eq!(verdict(&["24/12/11"]), Err("2 24/12/11 2".to_owned()));
    assert_eq!(verdict(&["01/31/2024", "31/01/2024"]), Err("3 against 2".to_owned()));
    assert_eq!(verdict(&["not a date", "", "31/31/2024", "01/13/2024"]), Ok(DateOrder::Mdy));
}

#[test]
fn dates_with_dots_are_month_first_where_more_than_one_can_be_nothing_else() {
    assert_eq!(verdict(&["03.13.2026", "04.14.2026", "04.05.2026"]), Ok(DateOrder::Mdy));
    assert_eq!(verdict(&["03.13.2026", "04.05.2026"]), Err("2 is not day first".to_owned()));
    assert_eq!(verdict(&["03.12.2026", "04.05.2026"]), Ok(DateOrder::Dmy));
    assert_eq!(verdict(&["03.13.2026", "13.03.2026"]), Err("3 against 2".to_owned()));
}

#[test]
fn an_order_in_which_a_row_would_be_too_late_is_none_where_another_fits_better() {
    let verdict = |cells: &[&str]| verdict_until(cells, Some("2027-11-27"));
    assert_eq!(verdict(&["26/03/13", "25/12/31"]), Ok(DateOrder::Ymd));
    assert_eq!(verdict(&["28/03/26", "31/03/26"]), Ok(DateOrder::Dmy));
    // A misprint, or a row of the future: year first, the days would be years apart.
    assert_eq!(verdict(&["05/11/26", "06/11/26", "07/12/28"]), Err("2 05/11/26 3".to_owned()));
    assert_eq!(verdict(&["10/02/28"]), Err("2 10/02/28 3".to_owned()));
}

#[test]
fn a_day_that_there_is_not_proves_no_order() {
    // Year first, both can be read: 28 Feb 2025 and a misprint, or 25 Feb 2028 and 2030.
    assert_eq!(verdict(&["28/02/25", "30/02/25"]), Err("2 28/02/25 2".to_owned()));
    assert_eq!(verdict(&["28/06/25", "31/06/25"]), Err("2 28/06/25 2".to_owned()));
    assert_eq!(verdict(&["30/02/25"]), Ok(DateOrder::Dmy));
    assert_eq!(verdict(&["28/02/2025", "30/02/2025"]), Ok(DateOrder::Dmy));
    assert_eq!(verdict(&["02/28/2025", "02/30/2025"]), Ok(DateOrder::Mdy));
    assert_eq!(verdict(&["99/12/31", "99/11/30"]), Ok(DateOrder::Ymd));
}

#[test]
fn dates_with_dots_may_be_year_first_where_day_first_is_unlikely() {
    let verdict = |cells: &[&str]| verdict_until(cells, Some("2027-11-27"));
    for cells in [["26.01.30", "26.01.31"], ["26.01.12", "26.01.11"], ["08.01.30", "08.01.31"]] {
        assert_eq!(verdict(&cells), Err(format!("2 {} 2", cells[0])));
    }
    for cells in
        [["12.01.26", "30.01.26"], ["05.12.25", "05.01.26"], ["31.12.24", "31.12.25"], ["05.11.26", "20.11.26"]]
    {
        assert_eq!(verdict(&cells), Ok(DateOrder::Dmy), "{cells:?}");
    }
    assert_eq!(verdict(&["12.01.26"]), Ok(DateOrder::Dmy));
    // Rows of one day of the month: in order day first alone, in both, and year first alone.
    let mut monthly = vec!["03.01.21", "03.02.21", "03.11.21", "03.01.22"];
    assert_eq!(verdict(&monthly), Ok(DateOrder::Dmy));
    monthly.reverse();
    assert_eq!(verdict(&monthly), Ok(DateOrder::Dmy));
    assert_eq!(verdict(&["03.01.21", "03.02.22"]), Err("2 03.01.21 2".to_owned()));
    assert_eq!(verdict(&["03.01.21", "03.02.22", "03.03.21"]), Err("2 03.01.21 2".to_owned()));
}

#[test]
fn reads_months_as_words() {
    for (text, day) in [
        ("2026. január 30.", "2026-01-30"),
        ("2026.01.30.", "2026-01-30"),
        ("2026. 01. 30.", "2026-01-30"),
        ("1. 1. 2026", "2026-01-01"),
        ("30 gen 2026", "2026-01-30"),
        ("5 mag 2026", "2026-05-05"),
        ("5 ottobre 2026", "2026-10-05"),
        ("5 maj 2026", "2026-05-05"),
        ("5 marraskuuta 2026", "2026-11-05"),
        ("5 maaliskuuta 2026", "2026-03-05"),
        ("5 października 2026", "2026-10-05"),
        ("5 lipca 2026", "2026-07-05"),
        ("5 června 2026", "2026-06-05"),
        ("5 července 2026", "2026-07-05"),
        ("5 out 2026", "2026-10-05"),
        ("5 desember 2026", "2026-12-05"),
        ("5 ápr 2026", "2026-04-05"),
        ("10 Dec 2018", "2018-12-10"),
        ("23-Jan-15", "2015-01-23"),
        ("December 10, 2018", "2018-12-10"),
        ("3 août 2020", "2020-08-03"),
        ("12 mrt 2021", "2021-03-12"),
        ("1er août 2026", "2026-08-01"),
        ("March 3rd, 2026", "2026-03-03"),
        ("Tue, 3 Mar 2026", "2026-03-03"),
        ("mar. 3 mars 2026", "2026-03-03"),
        ("Fr 2026-03-13", "2026-03-13"),
        ("2026年3月13日", "2026-03-13"),
        ("2026年12月1日 10:15", "2026-12-01"),
    ] {
        assert_eq!(Dates::Order(DateOrder::Mdy).read(text).map(|d| d.to_string()).as_deref(), Some(day));
    }
    // November in Polish, October in Croatian.
    assert_eq!(Dates::Order(DateOrder::Dmy).read("5 listopada 2026"), None);
    for text in ["Marriott 3 Mar 2026", "Tue", "Tue 3", "3er 2026", "2026年3月", "2026年3月13日目"] {
        assert_eq!(Dates::Order(DateOrder::Dmy).read(text), None, "{text}");
    }
    assert_eq!(Parts::split("10 Dec 20181").map(|p| p.numbers), None);
}

#[test]
fn what_follows_a_named_date_must_not_be_a_piece_of_another() {
    let read = |text: &str| Dates::Order(DateOrder::Dmy).read(text).map(|d| d.to_string());
    // A weekday that is called like March, an hour where the year is not written, and two dates.
    for text in [
        "mar 10/02/2026",
        "mar. 10/02/26",
        "mar 10/02",
        "mar. 10.02. 21:40",
        "mar 10-02-2026 10:15",
        "maa 10/02/2026",
        "13. mar. 10.15",
        "13 Mar 10 AM",
        "Mar 13, 10 Apr 2026",
        "Mar 13, 2026 - Apr 10, 2026",
        "13 Mar 2026 - 10 Apr 2026",
        "13 Mar 2026 to 10 Apr 2026",
    ] {
        assert_eq!(read(text), None, "{text}");
    }
    for text in [
        "13-Mar-26 10:15",
        "13-MAR-26 10.15.20.000000 AM",
        "13-Mar-26 as of 12-Mar-26",
        "13 Mar 2026 as of 12 Mar 2026",
        "13. mar. 26.",
        "Mar-13-26",
        "Mar. 13, 26",
        "13. mar. 2026 kl. 10.15",
        "13 mars 2026, vendredi",
        "2026. márc. 13. 10:15",
    ] {
        assert_eq!(read(text).as_deref(), Some("2026-03-13"), "{text}");
    }
}

proptest! {
    #[test]
    fn does_not_panic_on_any_text(text in "[0-9A-Za-zä/.: -]{0,25}") {
        let mut tally = Tally::default();
        tally.add(1, &text);
        let _ = tally.verdict(None);
        for order in ORDERS {
            let _ = Dates::Order(order).read(&text);
        }
        for pattern in ["MM/DD/YYYY", "YYYYMMDD", "DD-MON-YY"] {
            let _ = by(pattern, &text);
        }
    }
}
