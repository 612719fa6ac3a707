//! What an account holds, whatever the order in which its files came.

use finvault::ops;
use finvault::ops::query::Filter;
use finvault::ops::report::GapCause;
use finvault::store::Reader;

use crate::proven::statement;
use crate::test_vault::{OfxStatement, TestVault, csv, ofx_of};

/// Returns every order of so many things.
fn orders(count: usize) -> Vec<Vec<usize>> {
    let mut orders = vec![Vec::new()];
    for next in 0..count {
        let inserted = |order: Vec<usize>| {
            (0..=next).map(move |at| [&order[..at], &[next], &order[at..]].concat()).collect::<Vec<_>>()
        };
        orders = orders.into_iter().flat_map(inserted).collect();
    }
    orders
}

/// Imports files in every order, each into a vault of its own, and checks what comes of it.
fn in_every_order(files: &[String], check: impl Fn(&Reader, &[usize])) {
    for order in orders(files.len()) {
        let test = TestVault::new();
        let mut vault = test.write();
        for which in &order {
            test.import(&mut vault, &files[*which], "Daily");
        }
        check(&vault, &order);
    }
}

/// Returns current balance, its day, available balance and the day up to which the account is proven.
fn shown(vault: &Reader, on: Option<&str>) -> [String; 4] {
    let on = on.map(|day| day.parse().unwrap());
    let balance = ops::query::balances(vault, on).unwrap().remove(0);
    let words = |word: Option<String>| word.unwrap_or_else(|| "-".to_owned());
    [
        words(balance.current_balance.map(|b| b.to_string())),
        words(balance.balance_as_of.map(|d| d.to_string())),
        words(balance.available_balance.map(|b| b.to_string())),
        words(balance.proven_up_to.map(|d| d.to_string())),
    ]
}

#[test]
fn balances_do_not_depend_on_the_order_of_imports() {
    let available = |text: String, cents: &str| {
        text.replace("</STMTRS>", &format!("<AVAILBAL><BALAMT>{cents}<DTASOF>20260331</AVAILBAL></STMTRS>"))
    };
    let files = [
        statement(&[("2026-03-15", -100)], "2026-03-15", 10_000),
        // Of one day, made at noon and in the evening.
        available(statement(&[("2026-03-30", -150), ("2026-03-31", -200)], "2026-03-31", 9_650), "80.00"),
        available(
            statement(&[("2026-03-30", -150), ("2026-03-31", -200), ("2026-03-31", -300)], "2026-03-31", 9_350),
            "70.00",
        ),
        // What the evening's file does not show.
        csv([("2026-03-31", -700, "Night bus", None), ("2026-04-01", -40, "Tea", None)]),
    ];
    in_every_order(&files, |vault, order| {
        assert_eq!(shown(vault, None), ["86.10", "2026-04-01", "70.00", "2026-03-30"], "{order:?}");
        assert_eq!(shown(vault, Some("2026-03-31")), ["86.50", "2026-03-31", "70.00", "2026-03-30"], "{order:?}");
        assert_eq!(shown(vault, Some("2026-03-30")), ["98.50", "2026-03-30", "-", "-"], "{order:?}");
    });
}

#[test]
fn printed_balances_of_a_day_do_not_depend_on_the_order_of_imports() {
    let files = [
        csv([("2026-01-05", -500, "Rent", Some(9_500)), ("2026-01-06", -100, "Tea", Some(9_400))]),
        csv([("2026-01-06", -100, "Tea", Some(9_400)), ("2026-01-06", -200, "Bread", Some(9_200))]),
        csv([("2026-01-06", -50, "Bus", None), ("2026-01-09", -100, "Books", Some(9_050))]),
    ];
    in_every_order(&files, |vault, order| {
        assert_eq!(shown(vault, Some("2026-01-07"))[0], "91.50", "{order:?}");
        assert_eq!(shown(vault, None)[0], "90.50", "{order:?}");
    });
}

#[test]
fn a_second_download_on_one_day_goes_on_from_the_first() {
    let first = [("2026-03-01", 10_000, "Pay", Some(110_000)), ("2026-03-02", -50_000, "Rent", Some(60_000))];
    let second = [("2026-03-02", -700, "Tram", Some(59_300)), ("2026-03-02", -1_000, "Lunch", Some(58_300))];
    in_every_order(&[first, second].map(csv), |vault, _| {
        assert_eq!(shown(vault, None), ["583.00", "2026-03-02", "-", "2026-03-02"]);
        assert_eq!(shown(vault, Some("2026-03-01"))[0], "1100.00");
    });
}

#[test]
fn a_balance_that_the_owner_set_gives_way_to_files_that_prove_another() {
    let test = TestVault::new();
    let mut vault = test.write();
    test.import(
        &mut vault,
        &csv([("2026-03-03", -100, "Bus", Some(10_310)), ("2026-03-04", -310, "Tea", Some(10_000))]),
        "Daily",
    );
    ops::accounts::set_balance(&mut vault, "Daily", "7.00", "2026-03-10".parse().unwrap(), test.env()).unwrap();
    assert_eq!(shown(&vault, Some("2026-03-15"))[0], "7.00");
    let later = csv([("2026-03-20", -100, "Bus", Some(9_900)), ("2026-03-21", -100, "Bus", Some(9_800))]);
    let import = test.import(&mut vault, &later, "Daily").import_id.unwrap();
    assert_eq!(shown(&vault, Some("2026-03-15"))[0], "100.00");
    assert_eq!(shown(&vault, None)[0], "98.00");
    ops::imports::undo(&mut vault, import, test.env()).unwrap();
    assert_eq!(shown(&vault, Some("2026-03-15"))[0], "7.00");
}

#[test]
fn a_day_whose_balance_a_file_prints_takes_no_other_from_the_owner() {
    let early = csv([("2026-01-10", -100, "Bus", Some(5_000)), ("2026-01-11", -100, "Tram", Some(4_900))]);
    // Rows of February are missing.
    let late = csv([
        ("2026-03-03", -100, "Bus", Some(10_310)),
        ("2026-03-04", -310, "Tea", Some(10_000)),
        ("2026-03-20", -50, "Pen", Some(9_950)),
    ]);
    let test = TestVault::new();
    in_every_order(&[early, late], |vault, _| {
        for (day, held) in
            [("2026-01-10", Some("50.00")), ("2026-03-03", Some("103.10")), ("2026-03-12", Some("100.00"))]
                .into_iter()
                .chain([("2026-02-10", None), ("2026-03-25", None), ("2026-01-09", None)])
        {
            let found = ops::accounts::examine_balance(vault, "Daily", "7.00", day.parse().unwrap(), test.env());
            match held {
                Some(held) => {
                    let error = found.unwrap_err().to_string();
                    assert!(error.contains(&format!("held {held} at the end of {day}")), "{error}");
                }
                None => assert!(found.is_ok(), "{day}"),
            }
        }
    });
}

#[test]
fn a_row_that_is_missing_between_two_downloads_of_one_day_is_told() {
    let first = [("2026-03-01", 10_000, "Pay", Some(110_000)), ("2026-03-02", -50_000, "Rent", Some(60_000))];
    // 3.00 were paid in between.
    let second = [("2026-03-02", -700, "Tram", Some(59_000)), ("2026-03-02", -1_000, "Lunch", Some(58_000))];
    in_every_order(&[first, second].map(csv), |vault, _| {
        let [held, day, _, proven] = shown(vault, None);
        assert_eq!((held.as_str(), day.as_str()), ("580.00", "2026-03-02"), "what the bank said last");
        assert_ne!(proven, "2026-03-02", "3.00 are missing");
    });
}

#[test]
fn a_day_that_adds_up_to_nothing_tells_its_last_row_by_the_order_that_fits() {
    let rows = [
        ("2026-03-10", 1_700, "Grocer", Some(101_700)),
        ("2026-03-10", -500, "Pizzeria", Some(101_200)),
        ("2026-03-10", -1_200, "Zoo", Some(100_000)),
    ];
    let mut newest_first = rows;
    newest_first.reverse();
    for rows in [rows, newest_first] {
        let test = TestVault::new();
        test.import(&mut test.write(), &csv(rows), "Daily");
        assert_eq!(shown(&test.read(), None)[..2], ["1000.00", "2026-03-10"]);
    }
    // Two rows that cancel each other fit both ways.
    let test = TestVault::new();
    test.import(&mut test.write(), &csv([rows[1], ("2026-03-10", 500, "Refund", Some(101_700))]), "Daily");
    assert_eq!(shown(&test.read(), None)[0], "-");
}

#[test]
fn three_files_of_one_day_follow_each_other() {
    let files = [
        [("2026-03-10", -700, "Jeweller", Some(98_400)), ("2026-03-10", -100, "Kiosk", Some(98_300))],
        [("2026-03-10", -1_900, "Hardware", Some(96_400)), ("2026-03-10", -200, "Bakery", Some(96_200))],
        [("2026-03-10", 500, "Refund", Some(96_700)), ("2026-03-10", -100, "Ferry", Some(96_600))],
    ];
    in_every_order(&files.map(csv), |vault, order| {
        assert_eq!(shown(vault, None), ["966.00", "2026-03-10", "-", "2026-03-10"], "{order:?}");
    });
}

#[test]
fn a_file_from_the_beginning_of_a_day_came_before_one_of_that_day_alone() {
    // Without a balance of its own.
    let first = [("2026-03-28", 2_000, "Opera", None), ("2026-03-29", 3_000, "Library", None)];
    let second = [("2026-03-29", -700, "Pharmacy", Some(55_600)), ("2026-03-29", 1_000, "Sauna", Some(56_600))];
    in_every_order(&[first, second].map(csv), |vault, _| {
        assert_eq!(shown(vault, None)[..2], ["566.00", "2026-03-29"]);
        assert_eq!(shown(vault, None)[3], "2026-03-28", "a row may be missing between the two");
    });
}

#[test]
fn the_balance_of_a_day_is_that_of_its_last_row_however_the_file_is_sorted() {
    let held = |rows: &[&str], on: &str| {
        let test = TestVault::new();
        let mut vault = test.write();
        let rows: String = rows.iter().map(|row| format!("2026-{row}\n")).collect();
        test.import(&mut vault, &format!("Date,Description,Amount,Balance\n{rows}"), "Daily");
        let texts = ops::query::transactions(&vault, &Default::default()).unwrap();
        let texts: Vec<String> = texts.iter().map(|row| row.description.clone()).collect();
        (texts.join(" "), shown(&vault, Some(on))[0].clone())
    };
    let by_text = ["02-28,PAY,200.00,250.00", "02-28,RENT,-50.00,50.00", "03-02,TEA,-3.00,247.00"];
    assert_eq!(held(&by_text, "2026-02-28"), ("RENT PAY TEA".to_owned(), "250.00".to_owned()));
    let newest_day_first = ["03-04,D,-3.00,93.00", "03-03,Z,-5.00,94.00", "03-03,C,2.00,96.00", "03-02,B,1.00,99.00"];
    assert_eq!(held(&newest_day_first, "2026-03-03"), ("B Z C D".to_owned(), "96.00".to_owned()));
    let cancels = ["03-06,Z,1.00,96.00", "03-05,A,5.00,100.00", "03-05,B,-5.00,95.00", "03-04,M,1.00,95.00"];
    assert_eq!(held(&cancels, "2026-03-05"), ("M A B Z".to_owned(), "95.00".to_owned()));
    // Days in no order, and a row of the day is missing: no balance of it is known to be the last, but those of other days tell.
    let missing = ["03-04,D,-3.00,93.00", "03-03,Z,-5.00,94.00", "03-03,C,2.00,97.00", "03-05,E,-3.00,90.00"];
    assert_eq!(held(&missing, "2026-03-03").1, "96.00");
}

/// Returns the texts of all transactions with what the account held after each, where that is known.
fn listed(vault: &Reader) -> String {
    let rows = ops::query::transactions(vault, &Filter::default()).unwrap();
    let line = |row: &ops::report::TransactionLine| {
        let balance = row.running_balance.map(|balance| format!(" {balance}")).unwrap_or_default();
        format!("{}{balance}", row.description)
    };
    rows.iter().map(line).collect::<Vec<_>>().join(", ")
}

#[test]
fn rows_of_a_day_that_several_files_show_stand_in_the_order_of_the_bank() {
    let csv = |rows: &str| {
        let rows: String = rows.split(" / ").map(|row| format!("2026-03-{row}\n")).collect();
        format!("Date,Description,Amount,Balance\n{rows}")
    };
    let ofx = |rows: &str, day: &str, cents: i64| {
        let row = |row: &str| {
            let fields: Vec<&str> = row.split(',').collect();
            (format!("2026-03-{}", fields[0]), fields[2].parse().unwrap(), String::new(), fields[1].to_owned())
        };
        let rows: Vec<_> = rows.split(" / ").map(row).collect();
        let balance = Some((format!("2026-03-{day}"), cents));
        ofx_of(&[OfxStatement { balance, ..OfxStatement::of(&rows) }])
    };
    for (files, expected) in [
        // Two downloads on one day: the balances tell which came first.
        (
            vec![csv("02,RENT,-50.00,50.00"), csv("02,SALARY,80.00,130.00 / 02,TEA,-3.00,127.00")],
            "RENT 50.00, SALARY 130.00, TEA 127.00",
        ),
        // The first file was cut within the day on which the second one begins.
        (
            vec![ofx("01,W,-50 / 02,RENT,-5000", "02", 4_950), ofx("02,SALARY,8000 / 03,TEA,-300", "03", 12_650)],
            "W, RENT, SALARY 129.50, TEA 126.50",
        ),
        // Both show B: what only one shows stands before it and behind it.
        (
            vec![
                csv("01,W,-1.00,99.00 / 02,A,-2.00,97.00 / 02,B,-3.00,94.00"),
                csv("02,B,-3.00,94.00 / 02,C,-4.00,90.00 / 03,D,-5.00,85.00"),
            ],
            "W 99.00, A 97.00, B 94.00, C 90.00, D 85.00",
        ),
    ] {
        in_every_order(&files, |vault, order| {
            assert_eq!(listed(vault), expected, "{order:?}");
            let newest = Filter { limit: Some(1), ..Filter::default() };
            let newest = ops::query::transactions(vault, &newest).unwrap();
            assert!(listed(vault).ends_with(&format!(
                "{} {}",
                newest[0].description,
                newest[0].running_balance.unwrap()
            )));
        });
    }
}

#[test]
fn a_row_that_is_dated_back_makes_no_gap() {
    let csv = |rows: &str| {
        let rows: String = rows.split(" / ").map(|row| format!("2026-03-{row}\n")).collect();
        format!("Date,Description,Amount,Balance\n{rows}")
    };
    let before = csv("01,W,-1.00,99.00 / 03,TRAM,-2.00,97.00");
    let after = csv("01,W,-1.00,99.00 / 02,LATE,-1.00,98.00 / 03,TRAM,-2.00,96.00 / 04,X,-1.00,95.00");
    for order in [[&before, &after], [&after, &before]] {
        let test = TestVault::new();
        let mut vault = test.write();
        let reports = order.map(|file| test.import(&mut vault, file, "Daily"));
        assert!(reports.iter().all(|report| report.balance_gaps.is_empty()), "{reports:?}");
        assert_eq!(shown(&vault, None), ["95.00", "2026-03-04", "-", "2026-03-04"]);
        assert_eq!(shown(&vault, Some("2026-03-03"))[0], "96.00");
        assert_eq!(shown(&vault, Some("2026-03-02"))[0], "98.00");
    }
}

#[test]
fn another_balance_of_the_first_day_takes_no_proof_away() {
    let csv = |rows: &str| format!("Date,Description,Amount,Balance\n2026-03-{}\n", rows.replace(" / ", "\n2026-03-"));
    let files = [csv("02,Z,-4.00,100.00 / 03,X,-2.00,98.00"), csv("03,W,-1.00,97.00")];
    in_every_order(&files, |vault, order| {
        assert_eq!(shown(vault, None), ["97.00", "2026-03-03", "-", "2026-03-03"], "{order:?}");
    });
    // One that does not agree does.
    let files = [csv("02,Z,-4.00,100.00 / 03,X,-2.00,98.00"), csv("03,W,-1.00,96.00")];
    in_every_order(&files, |vault, order| assert_eq!(shown(vault, None)[3], "-", "{order:?}"));
}

#[test]
fn a_gap_is_not_blamed_on_a_row_that_is_proven() {
    let csv = |rows: &str| format!("Date,Description,Amount,Balance\n2026-03-{}\n", rows.replace(" / ", "\n2026-03-"));
    let test = TestVault::new();
    let mut vault = test.write();
    test.import(&mut vault, &csv("01,W,-3.00,100.00 / 02,X,-1.00,99.00"), "Daily");
    let report = test.import(&mut vault, &csv("05,Y,-4.00,96.00"), "Daily");
    let [gap] = report.balance_gaps.as_slice() else { panic!("{report:?}") };
    assert_eq!((gap.amount.to_string().as_str(), gap.cause), ("1.00", Some(GapCause::NoFile)), "{gap:?}");
    let days = [gap.cause_from, gap.cause_to].map(|day| day.unwrap().to_string());
    assert_eq!(days, ["2026-03-03", "2026-03-04"]);
}

#[test]
fn a_day_before_the_first_reported_balance_is_derived_from_it() {
    let test = TestVault::new();
    let mut vault = test.write();
    let text = statement(&[("2026-03-02", -100), ("2026-03-20", -250), ("2026-03-25", -50)], "2026-03-31", 10_000);
    test.import(&mut vault, &text, "Daily");
    let on = |day: &str| {
        let balance = ops::query::balances(&vault, Some(day.parse().unwrap())).unwrap().remove(0);
        format!(
            "{:?} {:?} {}",
            balance.current_balance.map(|b| b.to_string()),
            balance.balance_as_of,
            balance.balance_source
        )
    };
    assert_eq!(on("2026-03-10"), "Some(\"103.00\") Some(2026-03-10) DERIVED");
    assert_eq!(on("2026-03-20"), "Some(\"100.50\") Some(2026-03-20) DERIVED");
    assert_eq!(on("2026-03-02"), "Some(\"103.00\") Some(2026-03-02) DERIVED");
    // Of the days before the first row nothing is known.
    assert_eq!(on("2026-03-01"), "None None NONE");
    assert_eq!(on("2026-03-31"), "Some(\"100.00\") Some(2026-03-31) REPORTED");
}
