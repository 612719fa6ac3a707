//! Lines that add up rows, and payees that are called so.

use super::tests::{amounts, euros};
use super::*;

const A: (&str, &str) = ("A", "-50.00");
const B: (&str, &str) = ("B", "-30.00");
const C: (&str, &str) = ("C", "-5.00");
const PAY: (&str, &str) = ("Pay", "900.00");

/// Rows with a day each, from the first of March.
fn dated(rows: &[(&str, &str)]) -> String {
    let row = |(i, (text, amount)): (usize, &(&str, &str))| format!("2026-03-{:02},{text},{amount}\n", i + 1);
    format!("Date,Text,Amount\n{}", rows.iter().enumerate().map(row).collect::<String>())
}

/// Returns the texts of the rows, and the line and reason of each that is rejected.
fn split(text: &str) -> (Vec<String>, Vec<String>) {
    let parsed = read(text, &euros(), &ProfileSet::builtin()).unwrap();
    let statement = &parsed.statements[0];
    let kept = statement.entries.iter().map(|e| e.description.to_string()).collect();
    (kept, statement.rejected.iter().map(|r| format!("line {}: {}", r.line, r.reason)).collect())
}

#[test]
fn leaves_out_a_dated_total_that_is_the_sum_of_the_rows() {
    let petrol = ("TOTAL", "-60.00");
    for (why, rows, kept) in [
        ("at the end", vec![A, B, C, ("Total", "-85.00")], vec!["-50.00", "-30.00", "-5.00"]),
        ("by a phrase", vec![A, B, C, ("Page total", "-85.00")], vec!["-50.00", "-30.00", "-5.00"]),
        ("by another", vec![A, B, C, ("Umsatz gesamt", "-85.00")], vec!["-50.00", "-30.00", "-5.00"]),
        ("printed without the minus", vec![A, B, C, ("Summe:", "85.00")], vec!["-50.00", "-30.00", "-5.00"]),
        ("at the start", vec![("Totale", "-85.00"), A, B, C], vec!["-50.00", "-30.00", "-5.00"]),
        ("in many words", vec![A, B, C, ("Total debits and credits", "-85.00")], vec!["-50.00", "-30.00", "-5.00"]),
        ("in Polish", vec![A, B, C, ("Suma obrotów", "-85.00")], vec!["-50.00", "-30.00", "-5.00"]),
        ("with petrol in it", vec![A, petrol, B, ("Total", "-140.00")], vec!["-50.00", "-60.00", "-30.00"]),
        ("petrol", vec![A, B, petrol], vec!["-50.00", "-30.00", "-60.00"]),
        ("a shop", vec![A, B, ("Total Wine", "-80.00")], vec!["-50.00", "-30.00", "-80.00"]),
        ("a club", vec![A, B, C, ("TOTAL FITNESS CLUB", "-86.00")], vec!["-50.00", "-30.00", "-5.00", "-86.00"]),
        ("petrol and its kind", vec![A, ("TOTAL Payment", "-43.10"), B], vec!["-50.00", "-43.10", "-30.00"]),
        ("of one row", vec![A, ("Sous-total", "-50.00"), B, C], vec!["-50.00", "-30.00", "-5.00"]),
        ("petrol of a number", vec![A, B, C, ("TOTAL 4521", "-8.00")], vec!["-50.00", "-30.00", "-5.00", "-8.00"]),
        ("with a day", vec![A, B, PAY, ("Total sorties 31/03/2026", "-80.00")], vec!["-50.00", "-30.00", "900.00"]),
        ("in Spanish", vec![A, B, PAY, ("Total gastado", "80.00")], vec!["-50.00", "-30.00", "900.00"]),
        ("in German", vec![A, B, PAY, ("Summe Ausgaben März", "-80.00")], vec!["-50.00", "-30.00", "900.00"]),
        ("an order", vec![A, B, C, ("Wine Total order", "-85.00")], vec!["-50.00", "-30.00", "-5.00", "-85.00"]),
        ("of the other sign", vec![A, B, C, ("Page total", "85.00")], vec!["-50.00", "-30.00", "-5.00", "85.00"]),
        ("a copy", vec![A, ("Total", "-50.00")], vec!["-50.00", "-50.00"]),
        ("of the money out", vec![A, B, C, PAY, ("Total", "-85.00")], vec!["-50.00", "-30.00", "-5.00", "900.00"]),
        ("of two, no payee", vec![A, B, ("Total for March", "-80.00")], vec!["-50.00", "-30.00"]),
        (
            "of each month",
            vec![A, B, ("Total for February", "-80.00"), C, ("Total for March", "-5.00")],
            vec!["-50.00", "-30.00", "-5.00"],
        ),
        ("said twice", vec![A, B, ("Total spent", "-80.00"), ("Monthly total", "-80.00")], vec!["-50.00", "-30.00"]),
        ("of the money in", vec![A, PAY, B, ("Totals", "900.00")], vec!["-50.00", "900.00", "-30.00"]),
        ("of both", vec![A, PAY, B, ("Total", "-80.00"), ("Total", "900.00")], vec!["-50.00", "900.00", "-30.00"]),
    ] {
        assert_eq!(amounts(&dated(&rows)).unwrap(), kept, "{why}");
    }
    let text = dated(&[A, B, C, ("Total", "-85.00")]);
    let parsed = read(&text, &euros(), &ProfileSet::builtin()).unwrap();
    let skipped: Vec<_> = parsed.statements[0].skipped.iter().map(|s| (s.what.as_str(), s.count)).collect();
    assert_eq!(skipped, [("total or balance line", 1)]);
}

#[test]
fn rejects_a_dated_total_that_may_be_one() {
    for (rows, said) in [
        (vec![A, B, ("Total", "-80.00"), C], "it is the sum of rows above"),
        (vec![A, B, ("TOTAL Payment", "-80.00"), C], "it is the sum of rows above"),
        (vec![A, PAY, B, ("TOTAL Payment", "-81.00")], "the rows do not add up to it"),
        (vec![A, ("Total debit", "-50.00"), B, C], "it is the sum of rows above"),
        (vec![A, ("Total payments", "-43.10"), B, C], "the rows do not add up to it"),
        (vec![A, B, ("Total", "-80.00"), C, C, ("Total", "-10.00")], "it is the sum of rows above"),
        (vec![("Shell", "-20.00"), ("Esso", "-20.00"), ("TOTAL", "-40.00")], "only two rows add up to it"),
        (vec![A, PAY, B, ("Total", "-80.00")], "only two rows add up to it"),
        (vec![A, PAY, B, ("Grand total", "-81.00")], "the rows do not add up to it"),
        (vec![A, PAY, B, ("Total gastado", "-81.00")], "the rows do not add up to it"),
        (vec![A, PAY, B, ("Total sorties 31/03/2026", "-81.00")], "the rows do not add up to it"),
        (vec![A, B, C, ("TOTAL FITNESS CLUB", "-85.00")], "all other rows, or those of one direction, add up to it"),
        (vec![A, B, C, PAY, ("Total à payer", "-85.00")], "all other rows, or those of one direction, add up to it"),
    ] {
        assert!(amounts(&dated(&rows)).unwrap_err().contains(said), "{rows:?}");
    }
    let text = dated(&[A, ("X", "5.0.0"), ("Total", "-80.00")]);
    assert_eq!(split(&text).1.len(), 2, "a sum of rows that cannot be read");
}

#[test]
fn rejects_a_payment_at_total_to_which_rows_above_add_up_be_it_one() {
    let (cafe, total, atm) = (("Cafe", "-5.00"), ("TOTAL Payment", "-43.00"), ("ATM", "-50.00"));
    let (twenty, thirty) = (("Bakery", "-20.00"), ("ATM", "-30.00"));
    let rent = ("Rent", "-500.00");
    for (rows, doubted) in [
        (vec![cafe, total, atm, ("TOTAL Payment", "-50.00")], vec!["line 5"]),
        (vec![cafe, total, twenty, thirty, ("TOTAL Payment", "-50.00")], vec!["line 6"]),
        (vec![cafe, total, atm, ("TOTAL Debit", "-50.00")], vec!["line 5"]),
        (vec![cafe, total, twenty, thirty, ("TOTAL Debit", "-50.00"), PAY], vec!["line 6"]),
        (vec![A, PAY, ("TOTAL Payment", "-50.00")], vec!["line 4"]),
        (vec![A, ("TOTAL Payment 13/03", "-50.00"), B], vec!["line 3"]),
        (vec![A, B, ("Total for March", "-80.00"), rent, total, ("Total payment", "-543.00"), cafe], vec!["line 7"]),
    ] {
        let (_, rejected) = split(&dated(&rows));
        let lines: Vec<&str> = rejected.iter().map(|said| said.split(':').next().unwrap()).collect();
        assert_eq!(lines, doubted, "{rows:?}");
    }
    let rows = [rent, ("Total payment", "-500.00"), cafe, atm, ("Total withdrawals", "-55.00")];
    let (kept, rejected) = split(&dated(&rows));
    assert_eq!((kept.len(), rejected.len()), (3, 1), "{rejected:?}");
    assert!(rejected[0].starts_with("line 3: ") && rejected[0].contains("it is the sum of rows above"), "{rejected:?}");
}

#[test]
fn tells_a_total_of_two_rows_by_what_it_lacks() {
    let text = "Date,Text,Amount,Category\n2026-03-01,Shell,-20.00,Car\n2026-03-02,Esso,-20.00,Car\n";
    let (kept, rejected) = split(&format!("{text}2026-03-31,TOTAL,-40.00,\n"));
    assert_eq!((kept.len(), rejected.len()), (2, 0), "no category");
    let (kept, rejected) = split(&format!("{text}2026-03-31,TOTAL,-40.00,Car\n"));
    assert_eq!((kept.len(), rejected.len()), (2, 1), "petrol, it may be");
}

#[test]
fn leaves_out_a_total_of_the_posted_rows() {
    let text = "Date,Text,Amount,Status\n2026-03-01,A,-3.00,Posted\n2026-03-02,B,-5.00,Posted\n\
                2026-03-02,C,-7.00,Posted\n2026-03-03,D,-4.00,Pending\n2026-03-31,Total,-15.00,\n";
    assert_eq!(split(text), (["A", "B", "C", "D"].map(str::to_owned).to_vec(), Vec::new()));
}

#[test]
fn leaves_out_a_total_that_counts_a_row_that_moved_nothing_wherever_that_stands() {
    let head = "Date,Text,Amount,Currency,Status\n";
    let rows = "2026-03-02,B,-5.00,EUR,Posted\n2026-03-02,C,-7.00,EUR,Posted\n";
    for declined in ["2026-03-01,A,-3.00,EUR,Declined\n", "2026-03-02,A,-3.00,EUR,Declined\n"] {
        for rows in [format!("{declined}{rows}"), format!("{rows}{declined}")] {
            let text = format!("{head}{rows}2026-03-31,Total,-15.00,EUR,\n");
            assert_eq!(split(&text), (["B", "C"].map(str::to_owned).to_vec(), Vec::new()), "{text}");
        }
    }
}

#[test]
fn leaves_out_a_total_without_an_amount_of_its_own_where_it_adds_up() {
    let pair = "Date,Text,Debit,Credit\n2026-03-01,A,3.00,\n2026-03-02,B,,10.00\n2026-03-03,C,4.00,\n";
    let words = "Date,Text,Amount,D/C\n2026-03-01,A,3.00,D\n2026-03-02,B,10.00,C\n2026-03-03,C,4.00,D\n";
    let all = ["A", "B", "C"].map(str::to_owned).to_vec();
    for (text, line, wrong) in [
        (pair, "2026-03-03,Total,7.00,10.00\n", "2026-03-03,Total,7.00,11.00\n"),
        (words, "2026-03-03,Total,3.00,\n", "2026-03-03,Total,2.00,\n"),
        (words, "2026-03-03,Total,7.00,\n", "2026-03-03,Shop,7.00,\n"),
    ] {
        assert_eq!(split(&format!("{text}{line}")), (all.clone(), Vec::new()), "{line}");
        let (kept, rejected) = split(&format!("{text}{wrong}"));
        assert_eq!((kept, rejected.len()), (all.clone(), 1), "{wrong}");
        assert!(rejected[0].starts_with("line 5: "), "{rejected:?}");
    }
}

#[test]
fn keeps_a_payee_called_total_whose_row_moved_the_balance() {
    let text = "Date,Text,Amount,Balance\n2026-03-01,A,-50.00,950.00\n2026-03-02,B,-30.00,920.00\n\
                2026-03-03,TOTAL,-80.00,840.00\n";
    assert_eq!(amounts(text).unwrap(), ["-50.00", "-30.00", "-80.00"]);
    for unmoved in ["920.00", ""] {
        assert_eq!(amounts(&text.replace("840.00", unmoved)).unwrap(), ["-50.00", "-30.00"], "{unmoved:?}");
    }
}

#[test]
fn leaves_out_a_total_with_rows_in_it_that_moved_no_money() {
    let file = |last: &str| {
        format!(
            "Date,Text,Amount,Status\n2026-03-01,A,-50.00,Booked\n2026-03-02,B,-30.00,Declined\n2026-03-03,C,-5.00,Booked\n\
             2026-03-04,D,-7.00,Booked\n2026-03-05,{last}\n"
        )
    };
    for total in ["Total,-92.00,", "Summe,-62.00,", "Total,92.00,"] {
        assert_eq!(amounts(&file(total)).unwrap(), ["-50.00", "-5.00", "-7.00"], "{total}");
    }
    assert!(amounts(&file("Total ventas abril,-92.00,")).is_err(), "whatever follows");
    assert_eq!(amounts(&file("TOTAL,-30.00,Booked")).unwrap().len(), 4, "a payee");
    let both = "Date,Text,Debit,Credit,Status\n2026-03-01,A,50.00,,Booked\n2026-03-02,B,30.00,,Declined\n\
                2026-03-03,C,,5.00,Booked\n2026-03-04,Total,80.00,5.00,\n";
    assert_eq!(amounts(both).unwrap(), ["-50.00", "5.00"]);
}

#[test]
fn takes_out_or_rejects_a_total_that_stands_beside_a_text() {
    let text = |column: &str, rows: &[(&str, &str, &str)]| {
        let row = |(i, (text, cell, amount)): (usize, &(&str, &str, &str))| {
            format!("2026-03-{:02},{text},{cell},{amount}\n", i + 1)
        };
        format!("Date,Text,{column},Amount\n{}", rows.iter().enumerate().map(row).collect::<String>())
    };
    let (a, b, c) = (("A", "x", "-50.00"), ("B", "x", "-30.00"), ("C", "x", "-5.00"));
    for (column, cell, amount, expected) in [
        ("Type", "Total", "-85.00", (3, 0)),
        ("Memo", "Total", "-85.00", (3, 0)),
        ("Foo", "Total", "-85.00", (3, 0)),
        ("Category", "Total debits", "-85.00", (3, 0)),
        ("Type", "Total", "-86.00", (3, 1)),
        ("Category", "Totals", "-86.00", (3, 1)),
        ("Memo", "Total for March", "-86.00", (3, 1)),
        // A petrol station.
        ("Memo", "TOTAL", "-86.00", (4, 0)),
    ] {
        let (kept, rejected) = split(&text(column, &[a, b, c, ("Ida", cell, amount)]));
        assert_eq!((kept.len(), rejected.len()), expected, "{column}: {cell}: {rejected:?}");
    }
}
