//! Transactions that several imports show: each stays one, whatever is moved, replaced and undone.

use finvault::model::{ImportId, Micros, TransactionId};
use finvault::ops;
use finvault::ops::query::{Bound, Filter, Sort};
use finvault::store::{Reader, Writer};

use crate::test_vault::{TestVault, csv, long_csv, ofx};

fn rows(vault: &Reader) -> Vec<(String, String)> {
    let rows = ops::query::transactions(vault, &Filter::default()).unwrap();
    rows.iter().map(|row| (row.posted_timestamp.to_string(), row.description.clone())).collect()
}

/// Returns an OFX file with one row, whose id is always the same, on a day.
fn moved_to(day: &str) -> String {
    ofx(&[(day.to_owned(), -500, "A1".into(), "TEA".into())])
}

/// Every order of three files.
const ORDERS: [[usize; 3]; 6] = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

#[test]
fn a_row_whose_day_the_bank_changes_stays_one_transaction() {
    let days = ["2026-01-06", "2026-01-10", "2026-01-14"];
    for order in ORDERS {
        for undone in ORDERS {
            let test = TestVault::new();
            let mut vault = test.write();
            let mut imports: Vec<ImportId> = Vec::new();
            for which in order {
                let report = test.import(&mut vault, &moved_to(days[which]), "Daily");
                imports.push(report.import_id.unwrap());
            }
            let transactions = |vault: &Reader| {
                let shown = ops::query::transactions(vault, &Filter::default()).unwrap();
                let mut ids: Vec<_> = shown.iter().map(|row| row.transaction_id).collect();
                ids.dedup();
                assert_eq!(ids.len(), shown.len(), "{order:?}: a transaction is shown twice: {shown:?}");
                shown.len()
            };
            let mut count = transactions(&vault);
            let mut living = vec![0, 1, 2];
            for which in undone {
                assert!(count > 0, "{order:?}, undone {undone:?}: an import lives, and its row is lost");
                ops::imports::undo(&mut vault, imports[which], test.env()).unwrap();
                living.retain(|other| *other != which);
                // What is left is what the files that are left make, in whatever order they come.
                let fresh = TestVault::new();
                let mut other = fresh.write();
                for which in &living {
                    fresh.import(&mut other, &moved_to(days[order[*which]]), "Daily");
                }
                count = transactions(&vault);
                assert_eq!(rows(&vault), rows(&other), "{order:?}, undone {undone:?}");
            }
            assert_eq!(count, 0);
        }
    }
}

/// Reads a picture of rows: a line for each, its fields apart by two spaces or more.
fn drawn(picture: &str) -> Vec<Vec<&str>> {
    let lines = picture.lines().filter(|line| !line.trim().is_empty());
    lines.map(|line| line.split("  ").map(str::trim).filter(|field| !field.is_empty()).collect()).collect()
}

/// A CSV file with a status column. The picture has day, description and status.
fn snapshot(picture: &str) -> String {
    let mut text = String::from("Date,Description,Amount,Status\n");
    drawn(picture).iter().for_each(|row| text.push_str(&format!("{},{},-5.00,{}\n", row[0], row[1], row[2])));
    text
}

#[test]
fn undoing_a_file_revives_no_pending_row_that_a_later_file_replaced() {
    let test = TestVault::new();
    let mut vault = test.write();
    let first = snapshot(
        "2026-01-05  Rent             Posted
         2026-01-09  Hold at a hotel  Pending",
    );
    let second = snapshot(
        "2026-01-05  Rent             Posted
         2026-01-10  Tea              Posted",
    );
    let third = snapshot(
        "2026-01-05  Rent             Posted
         2026-01-10  Tea              Posted
         2026-01-11  Books            Posted",
    );
    let import = |vault: &mut Writer, text: &str| test.import(vault, text, "Daily").import_id.unwrap();
    import(&mut vault, &first);
    let hold = ("2026-01-09".to_owned(), "Hold at a hotel".to_owned());
    assert!(rows(&vault).contains(&hold), "{:?}", rows(&vault));
    let second = import(&mut vault, &second);
    assert!(!rows(&vault).contains(&hold));
    let third = import(&mut vault, &third);
    ops::imports::undo(&mut vault, second, test.env()).unwrap();
    assert!(!rows(&vault).contains(&hold), "the third file covers that day and does not show it");
    ops::imports::undo(&mut vault, third, test.env()).unwrap();
    assert!(rows(&vault).contains(&hold), "nothing speaks against it any more: {:?}", rows(&vault));
    assert!(ops::check::run(&vault, test.env()).unwrap().ok);
}

#[test]
fn imports_and_undoes_rows_of_the_first_and_the_last_possible_day() {
    for day in ["1900-01-01", "2199-12-31"] {
        let test = TestVault::new();
        let mut vault = test.write();
        let first = test.import(&mut vault, &moved_to(day), "Daily").import_id.unwrap();
        test.import(&mut vault, &moved_to(day).replace("TEA", "TEE"), "Daily");
        ops::imports::undo(&mut vault, first, test.env()).unwrap();
        assert_eq!(rows(&vault), [(day.to_owned(), "TEE".to_owned())]);
    }
}

#[test]
fn a_dry_run_and_a_refused_file_change_no_byte() {
    let test = TestVault::new();
    let mut vault = test.write();
    test.import(&mut vault, &csv([("2026-01-05", -500, "Tea", Some(9_500))]), "Daily");
    drop(vault);
    let whole = || {
        let files = crate::files::tree(&test.path("vault")).into_iter().chain(crate::files::tree(&test.path("state")));
        files.filter(|path| path.is_file()).map(|path| std::fs::read(path).unwrap()).collect::<Vec<_>>()
    };
    let before = whole();
    std::fs::write(test.path("home/a.csv"), csv([("2026-01-06", -100, "Tea", None)])).unwrap();
    std::fs::write(test.path("home/bad.csv"), "Date,Description,Amount\n2026-01-06,Tea,1.00\n2026-02-30,Tea,1.00\n")
        .unwrap();
    for (args, code) in [
        (&["import", "a.csv", "--account", "New", "--create", "--currency", "USD", "--dry-run"][..], 0),
        (&["import", "bad.csv", "--account", "Daily", "--create"], 5),
        (&["import", "a.csv", "--account", "Daily", "--create", "--currency", "EUR"], 5),
    ] {
        let output = test.command(args).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(whole() == before, "{args:?} left something");
    }
}

#[test]
fn importing_an_older_file_later_changes_no_balance() {
    let test = TestVault::new();
    let mut vault = test.write();
    let rows = [
        ("2026-01-05", -500, "Tea", Some(9_500)),
        ("2026-01-06", -100, "Tea", Some(9_400)),
        ("2026-01-06", -200, "Bread", Some(9_200)),
    ];
    test.import(&mut vault, &csv(rows), "Daily");
    test.import(&mut vault, &csv(rows[..2].iter().copied()), "Daily");
    let shown = ops::query::balances(&vault, None).unwrap()[0].current_balance.map(|b| b.to_string());
    assert_eq!(shown.as_deref(), Some("92.00"));
    test.import(&mut vault, &csv([("2026-01-08", -100, "Books", Some(9_100))]), "Daily");
    for (on, balance) in [(Some("2026-01-06"), "92.00"), (Some("2026-01-07"), "92.00"), (None, "91.00")] {
        let on = on.map(|day| day.parse().unwrap());
        let shown = ops::query::balances(&vault, on).unwrap()[0].current_balance.map(|b| b.to_string());
        assert_eq!(shown.as_deref(), Some(balance), "{on:?}");
    }
}

#[test]
fn a_pending_row_before_the_first_posted_one_counts_also_after_an_undo() {
    let test = TestVault::new();
    let mut vault = test.write();
    let with_holds = snapshot(
        "2026-01-03  Hold at a hotel  Pending
         2026-01-06  Tea              Posted
         2026-01-08  Books            Posted",
    );
    let later = snapshot(
        "2026-01-02  Rent             Posted
         2026-01-06  Tea              Posted
         2026-01-09  Ink              Posted",
    );
    test.import(&mut vault, &with_holds, "Daily");
    let before = rows(&vault);
    assert!(before.iter().any(|(_, text)| text == "Hold at a hotel"));
    let later = test.import(&mut vault, &later, "Daily").import_id.unwrap();
    assert!(rows(&vault).iter().all(|(_, text)| text != "Hold at a hotel"), "the later file rules that day");
    ops::imports::undo(&mut vault, later, test.env()).unwrap();
    assert_eq!(rows(&vault), before);
}

#[test]
fn a_file_covers_the_days_of_its_pending_rows_also_after_an_undo() {
    let files = [
        snapshot(
            "2026-01-05  Rent             Posted
             2026-01-10  Hold at a hotel  Pending",
        ),
        snapshot(
            "2026-01-05  Rent             Posted
             2026-01-08  Tea              Posted
             2026-01-10  Hold at a hotel  Pending",
        ),
        snapshot(
            "2026-01-05  Rent             Posted
             2026-01-08  Tea              Posted
             2026-01-11  Books            Pending",
        ),
    ];
    let test = TestVault::new();
    let mut vault = test.write();
    let ids: Vec<ImportId> =
        files.iter().map(|text| test.import(&mut vault, text, "Daily").import_id.unwrap()).collect();
    let days = |vault: &Reader| rows(vault).into_iter().map(|(day, _)| day).collect::<Vec<_>>();
    let newest = ["2026-01-05", "2026-01-08", "2026-01-11"];
    assert_eq!(days(&vault), newest);
    ops::imports::undo(&mut vault, ids[1], test.env()).unwrap();
    assert_eq!(days(&vault), newest, "the third file covers the hold's day and does not show it");
    ops::imports::undo(&mut vault, ids[2], test.env()).unwrap();
    assert_eq!(days(&vault), ["2026-01-05", "2026-01-10"]);
}

#[test]
fn a_balance_counts_each_later_row_once() {
    let test = TestVault::new();
    let mut vault = test.write();
    let with_balance = csv([("2026-01-05", -500, "Tea", Some(9_500)), ("2026-01-06", -500, "Tea", Some(9_000))]);
    let more = csv([("2026-01-06", -500, "Tea", None), ("2026-01-07", -300, "Bread", None)]);
    let balance = |vault: &Reader| ops::query::balances(vault, None).unwrap()[0].current_balance.map(|b| b.to_string());
    test.import(&mut vault, &with_balance, "Daily");
    assert_eq!(balance(&vault).as_deref(), Some("90.00"));
    let later = test.import(&mut vault, &more, "Daily").import_id.unwrap();
    assert_eq!(balance(&vault).as_deref(), Some("87.00"));
    ops::imports::undo(&mut vault, later, test.env()).unwrap();
    assert_eq!(balance(&vault).as_deref(), Some("90.00"));
    test.import(&mut vault, &more, "Daily");
    assert_eq!(balance(&vault).as_deref(), Some("87.00"));
}

/// A CSV file with ids, whose rows differ in nothing else. The picture has day, id and status.
fn numbered(picture: &str) -> String {
    let mut text = String::from("Date,Description,Amount,Status,Transaction ID\n");
    drawn(picture).iter().for_each(|row| text.push_str(&format!("{},Tea,-5.00,{},{}\n", row[0], row[2], row[1])));
    text
}

#[test]
fn undoing_later_files_shows_the_rows_of_the_first_again() {
    let first = numbered(
        "2026-01-05  A  Pending
         2026-01-05  B  Posted",
    );
    for booked in ["A", "B", "C"] {
        for whole in ["A", "B", "C", "D"] {
            let second = numbered(&format!("2026-01-05  {booked}  Posted"));
            let third = numbered(&format!(
                "2026-01-04  X        Posted
                 2026-01-05  {whole}  Posted
                 2026-01-06  Y        Posted"
            ));
            for undone in [[0, 1], [1, 0]] {
                let test = TestVault::new();
                let mut vault = test.write();
                test.import(&mut vault, &first, "Daily");
                let later = [&second, &third].map(|file| test.import(&mut vault, file, "Daily").import_id.unwrap());
                for which in undone {
                    ops::imports::undo(&mut vault, later[which], test.env()).unwrap();
                }
                let case = format!("booked {booked}, whole {whole}, undone {undone:?}");
                assert_eq!(rows(&vault).len(), 2, "{case}");
                assert!(ops::check::run(&vault, test.env()).unwrap().ok, "{case}");
            }
        }
    }
}

#[test]
fn a_file_of_another_format_with_the_same_row_changes_no_description() {
    let test = TestVault::new();
    let mut vault = test.write();
    let row = |words: &str| ofx(&[("2026-01-06".to_owned(), -500, "A1".into(), words.into())]);
    let text = csv([("2026-01-06", -500, "te", None)]);
    let shown = |vault: &Reader| rows(vault).into_iter().map(|(_, words)| words).collect::<Vec<_>>();
    let first = test.import(&mut vault, &row("TEA"), "Daily").import_id.unwrap();
    test.import(&mut vault, &text, "Daily");
    assert_eq!(shown(&vault), ["TEA"]);
    // A later file of the same format replaces the description.
    let second = test.import(&mut vault, &row("TEA HOUSE"), "Daily").import_id.unwrap();
    assert_eq!(shown(&vault), ["TEA HOUSE"]);
    for import in [first, second] {
        ops::imports::undo(&mut vault, import, test.env()).unwrap();
    }
    assert_eq!(shown(&vault), ["te"], "the file that is left is shown");
    assert!(ops::check::run(&vault, test.env()).unwrap().ok);
}

#[test]
fn an_id_of_nothing_but_zeros_makes_no_row_of_a_shared_day_one() {
    let row = |day: &str, cents, id: &str, name: &str| (day.to_owned(), cents, id.to_owned(), name.to_owned());
    for (id, doubts) in [("0", 1), ("000000", 1), ("A1", 0)] {
        let (earlier, later) = (row("2026-02-10", -90_000, "0", "RENT"), row("2026-03-10", -90_000, "0", "RENT"));
        let shared = || row("2026-02-28", -280, id, "TRAM");
        let test = TestVault::new();
        let mut vault = test.write();
        test.import(&mut vault, &ofx(&[earlier, shared()]), "Daily");
        test.import(&mut vault, &ofx(&[shared(), later]), "Daily");
        assert_eq!(rows(&vault).len(), 3, "{id}");
        assert_eq!(ops::duplicates::list(&vault).unwrap().len(), doubts, "{id}");
    }
}

#[test]
fn what_is_shown_of_a_row_that_files_have_in_common_does_not_depend_on_their_order() {
    let shown = |files: &[&str], order: &[usize]| {
        let test = TestVault::new();
        let mut vault = test.write();
        for file in order {
            test.import(&mut vault, files[*file], "Daily");
        }
        let rows = ops::query::transactions(&vault, &Filter::default()).unwrap();
        let words =
            |row: &ops::report::TransactionLine| format!("{} {:?} {:?}", row.description, row.category, row.memo);
        rows.iter().map(words).collect::<Vec<_>>()
    };
    let without = "Date,Description,Amount\n2026-03-03,TEA,-3.00\n2026-03-04,BUS,-2.00\n";
    let food = "Date,Payee,Amount,Category\n2026-03-03,TEA,-3.00,Food\n2026-03-04,BUS,-2.00,Travel\n";
    let other = "Date,Payee,Amount,Category\n2026-03-03,TEA,-3.00,Drinks\n2026-03-04,BUS,-2.00,Travel\n";
    for files in [[without, food], [food, other]] {
        let one = shown(&files, &[0, 1]);
        assert_eq!(one, shown(&files, &[1, 0]));
        assert!(one.iter().all(|row| row.contains("Some")), "a category that a file has is shown: {one:?}");
    }
}

#[test]
fn an_undo_gives_back_the_row_that_the_bank_had_moved_into_the_undone_file() {
    let file = |rows: &[(&str, i64, &str, &str)]| {
        let row =
            |row: &(&str, i64, &str, &str)| (format!("2026-03-{}", row.0), row.1, row.2.to_owned(), row.3.to_owned());
        ofx(&rows.iter().map(row).collect::<Vec<_>>())
    };
    let before = file(&[("01", -100, "1", "RENT"), ("05", -200, "2", "BUS"), ("10", -300, "77", "TEA")]);
    let after = file(&[("11", -300, "77", "TEA"), ("15", -400, "4", "SHOP"), ("20", -500, "5", "PAY")]);
    for undone in [0, 1] {
        let test = TestVault::new();
        let mut vault = test.write();
        let imports = [&before, &after].map(|text| test.import(&mut vault, text, "Daily").import_id.unwrap());
        assert_eq!(rows(&vault).len(), 5);
        ops::imports::undo(&mut vault, imports[undone], test.env()).unwrap();
        assert_eq!(rows(&vault).len(), 3, "{:?}", rows(&vault));
        let report = ops::check::run(&vault, test.env()).unwrap();
        assert!(report.ok, "{:?}", report.findings);
    }
}

#[test]
fn the_outermost_amounts_are_those_of_all_rows() {
    let test = TestVault::new();
    let mut vault = test.write();
    test.import(&mut vault, &long_csv(9_000), "Daily");
    // The same amounts a second time in another account.
    test.import(&mut vault, &long_csv(700), "Other");
    for (reverse, search, accounts, max) in [
        (false, None, vec![], None),
        (true, None, vec![], None),
        (false, Some("needle 8"), vec![], None),
        (true, Some("needle 89"), vec!["Daily".to_owned()], None),
        (false, Some("needle 1234"), vec![], None),
        (false, None, vec!["Other".to_owned()], Some(-20_250_000)),
        (true, None, vec![], Some(-20_250_000)),
    ] {
        let max = max.map(|amount| Bound { amount: Micros::new(amount), currency: None });
        let search = search.map(str::to_owned).into_iter().collect();
        let all = Filter { sort: Sort::Amount, reverse, search, accounts, max, ..Filter::default() };
        let some = Filter { limit: Some(3), ..all.clone() };
        let ids = |filter: &Filter| -> Vec<TransactionId> {
            let lines = ops::query::transactions(&vault, filter).unwrap();
            lines.into_iter().map(|line| line.transaction_id).collect()
        };
        let expected: Vec<TransactionId> = ids(&all).into_iter().take(3).collect();
        assert_eq!(ids(&some), expected, "{some:?}");
    }
}
