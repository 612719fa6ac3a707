//! Which rows a status holds back, and where nothing tells.

use super::tests::{amounts, euros};
use super::*;
use crate::model::EntryStatus;

/// Returns the amounts of a file, with a `?` behind those of pending rows, and the words that rows were rejected for.
fn booked(text: &str) -> (Vec<String>, Vec<String>) {
    let parsed = read(text, &euros(), &ProfileSet::builtin()).unwrap();
    let mark = |status| if status == EntryStatus::Pending { "?" } else { "" };
    let only = &parsed.statements[0];
    let entries = only.entries.iter().map(|entry| format!("{}{}", entry.amount, mark(entry.status)));
    (entries.collect(), only.rejected.iter().map(|row| row.found.clone()).collect())
}

#[test]
fn a_status_that_nobody_knows_leaves_a_row_open() {
    let file = |heading: &str, words: &[&str]| {
        let rows = words.iter().enumerate().map(|(n, word)| format!("2026-03-1{n},Shop,-{n}.00,{word}\n"));
        format!("Date,Text,Amount,{heading}\n{}", rows.collect::<String>())
    };
    let words = ["Posted", "On hold", "Zurückgewiesen", "Refusée", "Reversed", "", "Väntar", "*"];
    let amounts = ["-0.00", "-1.00?", "-5.00", "-6.00?", "-7.00"].map(|amount| amount.replace("-0.00", "0.00"));
    assert_eq!(booked(&file("Status", &words)), (amounts.to_vec(), vec!["Reversed".to_owned()]));
    // A state may be that of a country.
    assert_eq!(booked(&file("State", &["NY", "CA"])).1, [] as [String; 0]);
    assert_eq!(booked(&file("State", &["NY", "Completed"])).1, ["NY"]);
    assert_eq!(booked(&file("Info", &["Pending", "any note"])), (vec!["0.00?".into(), "-1.00".into()], vec![]));
    // A balance proves that the row moved money.
    let proven = "Date,Text,Amount,Status,Balance\n2026-03-11,A,-1.00,Posted,9.00\n2026-03-12,B,-2.00,Reversed,7.00\n";
    assert_eq!(booked(proven).0, ["-1.00", "-2.00"]);
}

#[test]
fn a_declined_row_beside_which_the_balance_stood_still_moved_nothing() {
    let file = |kind: &str, balances: [&str; 3]| {
        let [a, b, c] = balances;
        let rows = format!(
            "2026-03-11,A,Purchase,-10.00,{a}\n2026-03-12,B,{kind},-25.00,{b}\n2026-03-13,C,Purchase,-5.00,{c}\n"
        );
        format!("Date,Text,Type,Amount,Balance\n{rows}")
    };
    let still = ["90.00", "90.00", "85.00"];
    for kind in ["Purchase declined", "Declined purchase"] {
        assert_eq!(booked(&file(kind, still)).0, ["-10.00", "-5.00"], "{kind}");
        let moved = file(kind, ["90.00", "65.00", "60.00"]);
        assert_eq!(booked(&moved).0, ["-10.00", "-25.00", "-5.00"], "{kind} whose balance moved");
    }
    let parsed = file("Declined purchase", still);
    let parsed = read(&parsed, &euros(), &ProfileSet::builtin()).unwrap();
    assert_eq!(parsed.statements[0].skipped[0].what, "row that moved no money (declined or reverted)");
    // A gap beside a purchase, and a hold that is not booked yet.
    assert_eq!(booked(&file("Purchase", still)).0, ["-10.00", "-25.00", "-5.00"]);
    assert_eq!(booked(&file("Pending purchase", still)).0, ["-10.00", "-25.00?", "-5.00"]);
}

#[test]
fn words_of_a_status_hold_rows_back_under_any_name() {
    let file = |heading: &str, words: [&str; 3]| {
        let rows = words.iter().enumerate().map(|(n, word)| format!("2026-03-1{n},Shop,-{n}.50,{word}\n"));
        booked(&format!("Date,Text,Amount,{heading}\n{}", rows.collect::<String>()))
    };
    let kept = |heading: &str, words: [&str; 3]| file(heading, words).0.join(" ");
    assert_eq!(kept("Result", ["Approved", "Declined", "Pending"]), "-0.50 -2.50?");
    assert_eq!(kept("Result", ["", "Declined", ""]), "-0.50 -2.50");
    assert_eq!(file("Result", ["Approved", "Declined", "Reversed"]).1, ["Reversed"]);
    assert_eq!(kept("Gebucht", ["Ja", "Nein", "Ja"]), "-0.50 -1.50? -2.50");
    assert_eq!(kept("Posted", ["Yes", "No", "Yes"]), "-0.50 -1.50? -2.50");
    assert_eq!(kept("Cancelled", ["no", "yes", "no"]), "-0.50 -2.50");
    assert_eq!(file("Approved", ["Yes", "No", "Yes"]).1, ["No"]);
    assert_eq!(file("Decline reason", ["", "LIMIT", ""]).1, ["LIMIT"]);
    assert_eq!(kept("Type", ["Purchase", "Purchase declined", "Pending purchase"]), "-0.50 -2.50?");
    // Among words of which most are unknown, nothing tells of what it is the status.
    for word in ["Declined", "abgelehnt", "Refusée", "Rejected", "Reversed", "Storniert"] {
        assert_eq!(file("Way", ["Contactless", word, "Online"]).1, [word]);
        assert!(!kept("Info", ["Contactless", word, "Online"]).contains("-1.50"), "{word}");
    }
    // None of these is the status of a row.
    for (heading, words) in [
        ("Result", ["Approved", "Completed", "Paid"]),
        ("Where", ["Shop", "Draft", "Web"]),
        ("Where", ["", "Cancelled", ""]),
        ("Where", ["Chip", "Declined by nobody", "Web"]),
        ("Type", ["Purchase", "Declined payment fee", "Spending"]),
        ("Type", ["Purchase", "Declined fee", "Draft"]),
        ("Urgent", ["Yes", "No", "Yes"]),
    ] {
        assert_eq!(file(heading, words), (vec!["-0.50".into(), "-1.50".into(), "-2.50".into()], vec![]), "{words:?}");
    }
    let many = (10..28).map(|day| format!("2026-03-{day},Shop,-1.00,Chip {day}\n")).collect::<String>();
    let late = booked(&format!("Date,Text,Amount,Way\n{many}2026-03-29,Shop,-5.00,Declined\n"));
    assert_eq!((late.0.len(), late.1), (18, vec!["Declined".to_owned()]), "behind many others");
    let headless = "2026-03-13;A;-10.00;Completed\n2026-03-14;B;-25.00;Declined\n2026-03-15;C;-5.00;Pending\n";
    assert_eq!(booked(headless).0, ["-10.00", "-5.00?"]);
    let unsettled = "Created,Settled,Text,Amount\n2026-03-13,2026-03-14,A,-1.00\n2026-03-14,,B,-2.00\n";
    assert_eq!(booked(unsettled).0, ["-1.00", "-2.00?"]);
}

#[test]
fn a_pending_row_that_leaves_the_balance_as_it_was_moved_nothing() {
    let file = |row: &str| {
        format!(
            "Date,Text,Amount,Status,Balance\n2026-03-13,A,-10.00,Completed,90.00\n{row}\n2026-03-16,B,5.00,Completed,95.00\n"
        )
    };
    assert_eq!(booked(&file("2026-03-15,Hotel,-99.00,Pending,90.00")).0, ["-10.00", "-99.00?", "5.00"]);
    let moved = file("2026-03-15,Hotel,-9.00,Pending,81.00").replace("95.00", "86.00");
    assert_eq!(booked(&moved).0, ["-10.00", "-9.00", "5.00"]);
}

#[test]
fn a_minus_in_a_pending_row_without_a_day_shows_that_amounts_are_signed() {
    let file = "Buchungstag;Verwendungszweck;Betrag\nvorgemerkt;REWE;-4,50\n13.03.2026;LOHN;1.000,00\n";
    assert_eq!(amounts(file).unwrap(), ["1000.00"]);
    assert_eq!(amounts(&file.replace("-4,50", "4,50")).unwrap_err(), "sign: in out card");
}
