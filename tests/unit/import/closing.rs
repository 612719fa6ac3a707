//! Dated rows that state the balance after the rows, and payees that are called so.

use super::tests::euros;
use super::*;

const CAFE: (&str, &str) = ("CAFE", "-10.00");
const SHOP: (&str, &str) = ("SHOP", "-20.00");
const PAY: (&str, &str) = ("PAY", "30.00");
const BUS: (&str, &str) = ("BUS", "-60.00");

/// Reads rows with a day each, from the first of March: the texts that are kept, the reasons of the rejected, and the
/// balances.
fn split(rows: &[(&str, &str)]) -> (Vec<String>, Vec<String>, Vec<String>) {
    let row = |(i, (text, amount)): (usize, &(&str, &str))| format!("2026-03-{:02},{text},{amount}\n", i + 1);
    of(&format!("Date,Text,Amount\n{}", rows.iter().enumerate().map(row).collect::<String>()))
}

fn of(text: &str) -> (Vec<String>, Vec<String>, Vec<String>) {
    let parsed = read(text, &euros(), &ProfileSet::builtin()).unwrap();
    let statement = &parsed.statements[0];
    let kept = statement.entries.iter().map(|e| e.description.to_string()).collect();
    let rejected = statement.rejected.iter().map(|r| format!("line {}: {}", r.line, r.reason)).collect();
    (kept, rejected, statement.balances.iter().map(|b| format!("{} on {}", b.amount, b.as_of)).collect())
}

#[test]
fn leaves_out_a_balance_that_the_opening_one_and_the_rows_come_to() {
    let first = ("Previous balance", "1000.00");
    for last in ["New balance", "Saldo", "TOTAL", "残高"] {
        let (kept, rejected, balances) = split(&[first, CAFE, SHOP, PAY, BUS, (last, "940.00")]);
        assert_eq!((kept.len(), rejected.len()), (4, 0), "{last}");
        assert_eq!(balances, ["1000.00 on 2026-02-28", "940.00 on 2026-03-06"], "{last}");
    }
    let (kept, ..) = split(&[first, CAFE, SHOP, ("Saldo", "970.00"), PAY, BUS, ("Saldo", "940.00")]);
    assert_eq!(kept, ["CAFE", "SHOP", "PAY", "BUS"]);
    for (opening, closing) in [("Primo saldo", "Ultimo saldo"), ("Devir", "Bakiye"), ("Algsaldo", "Lõppsaldo")] {
        let (kept, rejected, balances) = split(&[(opening, "1000.00"), CAFE, SHOP, PAY, BUS, (closing, "940.00")]);
        assert_eq!((kept.len(), rejected.len(), balances.len()), (4, 0, 2), "{opening}");
    }
}

#[test]
fn keeps_a_payee_that_is_called_a_balance() {
    let first = ("Previous balance", "1000.00");
    let (kept, rejected, _) = split(&[first, CAFE, SHOP, PAY, ("NEW BALANCE", "-60.00")]);
    assert_eq!((kept.len(), rejected.len()), (4, 0));
    let (kept, rejected, _) = split(&[CAFE, SHOP, PAY, ("NEW BALANCE", "-60.00")]);
    assert_eq!((kept.len(), rejected.len()), (4, 0));
    let moved = "Date,Text,Amount,Balance\n2026-03-01,A,-10.00,90.00\n2026-03-02,New balance,90.00,180.00\n";
    assert_eq!(of(moved).0, ["A", "New balance"]);
    assert_eq!(of(&moved.replace("180.00", "90.00")).0, ["A"], "the balance stood still");
}

#[test]
fn rejects_a_last_row_of_unknown_words_that_adds_up_like_a_balance() {
    let (kept, rejected, _) = split(&[("Previous balance", "1000.00"), CAFE, SHOP, PAY, BUS, ("최종", "940.00")]);
    assert_eq!((kept.len(), rejected.len()), (4, 1), "{rejected:?}");
    let (kept, rejected, _) = split(&[("Frühsaldo", "1000.00"), CAFE, SHOP, PAY, BUS, ("Spätsaldo", "940.00")]);
    assert_eq!((kept.len(), rejected.len()), (5, 1), "{rejected:?}");
    let closed = split(&[("Previous balance", "1000.00"), CAFE, SHOP, PAY, BUS, ("To my other account", "-940.00")]);
    assert_eq!((closed.0.len(), closed.1.len()), (5, 0), "an account that was emptied");
}

#[test]
fn finds_the_words_of_a_row_without_a_text_in_any_column() {
    for (column, opening, closing) in
        [("Kundenreferenz", "Anfangssaldo", "Endsaldo"), ("Foo", "Opening balance", "Closing balance")]
    {
        let text = format!(
            "Datum;Text;{column};Betrag\n01.03.2026;;{opening};1000,00\n02.03.2026;REWE;x;-5,00\n\
             13.03.2026;BOSS;{closing};1200,00\n13.03.2026;;{closing};2195,00\n"
        );
        let (kept, rejected, balances) = of(&text);
        assert_eq!((kept, rejected), (["REWE", "BOSS"].map(str::to_owned).to_vec(), Vec::new()), "{column}");
        assert_eq!(balances, ["1000.00 on 2026-02-28", "2195.00 on 2026-03-13"], "{column}");
    }
}
