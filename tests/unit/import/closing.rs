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
    let still = moved.replace("180.00", "90.00");
    assert_eq!(of(&still).0, ["A"], "the balance stood still");
    assert_eq!(of(&format!("{still}2026-03-03,Notice,0.00,90.00\n")).0, ["A", "Notice"]);
}

#[test]
fn keeps_a_row_whose_balance_follows_from_its_amount_though_a_notice_has_the_same_one() {
    let rows = ["2026-03-01,SHOP,-20.00,0.00\n", "2026-03-02,NAME,50.00,50.00\n", "2026-03-03,Notice,0.00,50.00\n"];
    for name in ["New balance", "Saldo", "Total"] {
        for order in [[0, 1, 2], [2, 1, 0]] {
            let rows: String = order.iter().map(|row: &usize| rows[*row]).collect();
            let text = format!("Date,Text,Amount,Balance\n{rows}").replace("NAME", name);
            assert_eq!(of(&text).0.len(), 3, "{name} {order:?}");
        }
    }
}

#[test]
fn keeps_every_row_where_the_balances_before_and_after_agree_with_all() {
    let file = |closing: &str, last: &str| {
        let rows = "2026-03-01,CAFE,-20.00\n2026-03-02,REFUND,20.00\n";
        format!("Opening balance,100.00\nClosing balance,{closing}\n\nDate,Text,Amount\n{rows}2026-03-03,{last}\n")
    };
    for name in ["New balance", "TOTAL", "SALARY"] {
        let (kept, rejected, balances) = of(&file("200.00", &format!("{name},100.00")));
        assert_eq!((kept.len(), rejected.len()), (3, 0), "{name}");
        assert_eq!(balances, ["100.00 on 2026-02-28", "200.00 on 2026-03-03"], "{name}");
        let (kept, ..) = of(&file("100.00", &format!("{name},100.00")));
        assert!(kept.len() == 2, "{name}: no balance agrees with it");
    }
    let total = "Opening balance,100.00\nClosing balance,-70.00\n\nDate,Text,Amount\n2026-03-01,A,-50.00\n2026-03-02,B,-30.00\n\
                 2026-03-03,C,-5.00\n2026-03-04,TOTAL,-85.00\n";
    assert_eq!(of(total).0.len(), 4);
    assert_eq!(of(&total.replace("-70.00", "15.00")).0, ["A", "B", "C"]);
}

#[test]
fn states_a_balance_of_the_last_day_only_where_one_end_of_the_rows_leads_to_it() {
    let first = "Opening balance,100.00\n\nDate,Text,Amount\n2026-03-01,Saldo,100.00\n2026-03-01,PAY,50.00\n2026-03-05,BUS,-50.00\n";
    let (kept, rejected, balances) = of(first);
    assert_eq!((kept.len(), rejected.len()), (2, 0));
    assert_eq!(balances, Vec::<String>::new());
    let newest_first = first.replace("Saldo,100.00", "Saldo,80.00").replace("BUS,-50.00", "BUS,-70.00");
    assert_eq!(of(&newest_first).2, ["100.00 on 2026-02-28", "80.00 on 2026-03-01"]);
}

#[test]
fn counts_booked_rows_alone_in_a_booked_balance() {
    let file = |last: &str| {
        format!(
            "Opening balance,100.00\n\nDate,Text,Amount,Status\n2026-03-01,CAFE,-20.00,Posted\n\
             2026-03-02,HOTEL,-30.00,Pending\n2026-03-03,New balance,{last},Posted\n"
        )
    };
    assert_eq!(of(&file("80.00")).2, ["100.00 on 2026-02-28", "80.00 on 2026-03-03"]);
    assert_eq!(of(&file("50.00")).2, Vec::<String>::new(), "with the pending row");
    for (last, kept) in [("80.00", 2), ("50.00", 2), ("70.00", 3)] {
        assert_eq!(of(&file(last)).0.len(), kept, "{last}");
    }
}

#[test]
fn leaves_out_a_balance_that_rows_lead_to_from_nothing() {
    let file = |rows: &str| format!("Opening balance,0.00\n\nDate,Text,Amount\n2026-03-01,PAY,100.00\n{rows}\n");
    let (kept, rejected, balances) = of(&file("2026-03-02,CAFE,-30.00\n2026-03-03,New balance,70.00"));
    assert_eq!((kept.len(), rejected.len()), (2, 0));
    assert_eq!(balances, ["0.00 on 2026-02-28", "70.00 on 2026-03-03"]);
    let (kept, rejected, _) = of(&file("2026-03-02,New balance,100.00"));
    assert_eq!((kept.len(), rejected.len()), (1, 1), "one row may be its copy by chance");
    let (kept, rejected, _) = of(&file("2026-03-02,CAFE,-30.00\n2026-03-03,SALARY,70.00"));
    assert_eq!((kept.len(), rejected.len()), (3, 0), "a sum of two rows may be chance");
}

#[test]
fn rejects_a_row_that_says_a_balance_and_agrees_with_another_sign() {
    let debts = "Opening balance,100.00\n\nDate,Text,Debit,Credit\n2026-03-01,CAFE,50.00,\n2026-03-02,PAY,,20.00\n\
                 2026-03-03,New balance,130.00,\n";
    let unsigned = "Opening balance,1000.00\n\nDate,Text,Amount\n2026-03-01,CAFE,10.00\n2026-03-02,BUS,20.00\n\
                    2026-03-03,New balance,970.00\n";
    let out = crate::import::ReadOptions { sign: Some(crate::import::SignRule::Out), ..euros() };
    for (text, options, other) in [(debts, euros(), "131.00"), (unsigned, out, "971.00")] {
        let split = |text: &str| {
            let parsed = read(text, &options, &ProfileSet::builtin()).unwrap();
            (parsed.statements[0].entries.len(), parsed.statements[0].rejected.len())
        };
        assert_eq!(split(text), (2, 1), "{text}");
        let payee = text.replace("130.00", other).replace("970.00", other);
        assert_eq!(split(&payee), (3, 0), "{payee}");
    }
}

#[test]
fn rejects_a_last_row_of_unknown_words_that_adds_up_like_a_balance() {
    let (kept, rejected, _) = split(&[("Previous balance", "1000.00"), CAFE, SHOP, PAY, BUS, ("최종", "940.00")]);
    assert_eq!((kept.len(), rejected.len()), (4, 1), "{rejected:?}");
    for (text, doubts) in [("Newsstand", 0), ("Stand", 1), ("Tilisaldo", 1)] {
        let (_, rejected, _) = split(&[("A", "-1.00"), ("B", "-1.00"), ("C", "-1.00"), (text, "-3.00")]);
        assert_eq!(rejected.len(), doubts, "{text}");
    }
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

#[test]
fn takes_the_words_of_a_row_without_a_text_for_a_balance_only_where_numbers_agree() {
    let running = "Date,Text,Amount,Balance,Note\n2026-03-01,,1000.00,1000.00,Opening balance\n\
                   2026-03-02,CAFE,-10.00,990.00,\n2026-03-03,,990.00,990.00,Closing balance\n";
    let (kept, rejected, balances) = of(running);
    assert_eq!((kept, rejected), (vec!["CAFE".to_owned()], Vec::new()));
    assert_eq!(balances[..2], ["1000.00 on 2026-02-28", "990.00 on 2026-03-03"]);
    for (why, text, kept) in [
        (
            "the balance moved",
            "Balance,Type\n2026-03-01,CAFE,-20.00,0.00,Food\n2026-03-02,,50.00,50.00,Account balance",
            2,
        ),
        (
            "it moved otherwise",
            "Balance,From\n2026-03-01,CAFE,-20.00,10.00,Ada\n2026-03-02,,50.00,60.00,Statement balance",
            2,
        ),
        (
            "of every row",
            "Balance,Type\n2026-03-01,,100.00,100.00,Book balance\n2026-03-02,CAFE,-30.00,70.00,Book balance",
            2,
        ),
        ("of rows with a text", "Source\n2026-03-01,,500.00,Saldo neu\n2026-03-02,CAFE,-20.00,Saldo neu", 2),
        ("a card payment", "Memo\n2026-03-01,CAFE,-10.00,\n2026-03-02,,500.00,Statement balance", 1),
        ("no closing balance", "Memo\n2026-03-01,,500.00,Opening balance\n2026-03-02,CAFE,-10.00,", 1),
        ("nothing to spend", "Memo\n2026-03-01,,500.00,Available balance\n2026-03-02,CAFE,-10.00,", 1),
    ] {
        let (found, rejected, _) = of(&format!("Date,Text,Amount,{text}\n"));
        assert_eq!((found.len(), rejected.len()), (kept, 2 - kept), "{why}: {rejected:?}");
    }
}

#[test]
fn rejects_a_first_or_last_row_that_says_nothing_but_a_word_for_balance() {
    for name in ["Balance", "Kontostand", "Solde", "SALDO", "Zůstatek", "残高"] {
        let balance = (name, "-451.45");
        for (rows, line) in [([CAFE, SHOP, PAY, balance], 5), ([balance, CAFE, SHOP, PAY], 2)] {
            let (kept, rejected, balances) = split(&rows);
            let reason = "a balance or a payment: its words are those of a balance, and nothing proves it to be one";
            assert_eq!((kept.len(), rejected), (3, vec![format!("line {line}: {reason}")]), "{name}");
            assert!(balances.is_empty());
        }
    }
    let (_, rejected, _) = split(&[CAFE, SHOP, BUS, ("Saldo", "-90.00")]);
    assert_eq!(rejected, ["line 5: a balance or a payment: it is all other rows together"]);
    let (kept, _, balances) = split(&[CAFE, SHOP, PAY, ("Your balance today", "-451.45")]);
    assert_eq!((kept.len(), balances), (3, vec!["-451.45 on 2026-03-04".to_owned()]), "it can be no name");
    for name in ["NEW BALANCE", "BALANCE GYM", "Saldo GmbH"] {
        assert_eq!(split(&[CAFE, SHOP, PAY, (name, "-451.45")]).0.len(), 4, "{name}");
    }
    assert_eq!(split(&[CAFE, ("Saldo", "-451.45"), SHOP, PAY]).0.len(), 4, "among the rows it may be a payee");
}

/// Reads rows of a day, a text, a further cell and an amount.
fn beside(column: &str, rows: &[(&str, &str, &str)]) -> (Vec<String>, Vec<String>, Vec<String>) {
    let row = |(i, (text, cell, amount)): (usize, &(&str, &str, &str))| {
        format!("{:02}.03.2026;{text};{cell};{amount}\n", i + 1)
    };
    of(&format!("Datum;Text;{column};Betrag\n{}", rows.iter().enumerate().map(row).collect::<String>()))
}

#[test]
fn takes_out_balances_that_stand_beside_a_text_where_numbers_agree() {
    let (pay, cafe) = (("PAY", "", "1000,00"), ("CAFE", "", "-12,50"));
    for column in ["Typ", "Kategorie", "Notiz", "Status", "Foo"] {
        let (first, last) = (("Ida", "Anfangssaldo", "200,00"), ("Ida", "Endsaldo", "1187,50"));
        for rows in [[first, pay, cafe, last], [pay, cafe, first, last], [last, cafe, pay, first]] {
            let (kept, rejected, _) = beside(column, &rows);
            if column == "Status" {
                assert_eq!(rejected.len(), 2, "{column}: {rows:?}");
                continue;
            }
            assert_eq!((kept.len(), rejected.len()), (2, 0), "{column}: {rows:?}: {rejected:?}");
        }
    }
    // The balances of blank texts prove the row with a text.
    let rows = [("", "Anfangssaldo", "200,00"), pay, ("BOSS", "Endsaldo", "50,00"), ("", "Endsaldo", "1250,00")];
    assert_eq!(beside("Notiz", &rows).0, ["PAY", "BOSS"]);
    let running = "Date,Type,Text,Amount,Balance\n2026-03-01,BALANCE FORWARD,Branch,200.00,200.00\n\
                   2026-03-02,Credit,PAY,1000.00,1200.00\n2026-03-03,Debit,CAFE,-12.50,1187.50\n\
                   2026-03-04,Closing balance,Branch,1187.50,1187.50\n";
    assert_eq!(of(running).0, ["PAY", "CAFE"]);
}

#[test]
fn rejects_balances_beside_a_text_that_nothing_proves() {
    let (pay, cafe) = (("PAY", "x", "1000,00"), ("CAFE", "x", "-12,50"));
    for (column, cell, rejects) in [
        ("Typ", "Anfangssaldo", true),
        ("Kategorie", "Saldo", true),
        ("Notiz", "Saldo per 31.03.2026", true),
        ("Foo", "Opening balance", true),
        // What paid, what for, and who was paid.
        ("Foo", "Account balance", false),
        ("Notiz", "Saldo", false),
        ("Foo", "Total", false),
        ("Notiz", "TOTAL", false),
    ] {
        let (kept, rejected, _) = beside(column, &[pay, ("Ida", cell, "201,00"), cafe]);
        let expected = if rejects { (2, 1) } else { (3, 0) };
        assert_eq!((kept.len(), rejected.len()), expected, "{column}: {cell}: {rejected:?}");
    }
    // One that says zero beside its text proves the other one, or hides it not.
    let rows = |last| [("", "Eindsaldo", last), pay, cafe, ("X", "", "-6,00"), ("Ida", "Beginsaldo", "0,00")];
    for (last, rejects) in [("981,50", 0), ("981,60", 1)] {
        let (kept, rejected, _) = beside("Notiz", &rows(last));
        assert_eq!((kept, rejected.len()), (["PAY", "CAFE", "X"].map(str::to_owned).to_vec(), rejects));
    }
    let (kept, rejected, _) = beside("Foo", &[("A", "Account balance", "-5,00"), ("B", "Account balance", "-6,00")]);
    assert_eq!((kept.len(), rejected.len()), (2, 0));
}

#[test]
fn keeps_a_purchase_of_the_new_balance_of_a_card_that_was_paid_off() {
    let rows = [("PREVIOUS BALANCE", "500.00"), ("X", "40.00"), ("PAYMENT", "-500.00"), ("NEW BALANCE", "40.00")];
    let (kept, rejected, _) = split(&rows);
    assert_eq!((kept, rejected), (["X", "PAYMENT"].map(str::to_owned).to_vec(), Vec::new()));
}

#[test]
fn an_opening_balance_of_zero_counts_among_the_rows() {
    for words in ["Previous balance", "Anfangssaldo"] {
        let rows = [(words, "0.00"), ("A", "-34.94"), ("B", "-86.26"), ("New balance", "-121.20")];
        let (kept, rejected, _) = split(&rows);
        assert_eq!((kept, rejected), (["A", "B"].map(str::to_owned).to_vec(), Vec::new()), "{words}");
    }
}

#[test]
fn a_balance_beside_a_pending_row_or_one_without_a_balance_is_known_by_the_rows_further_on() {
    let read =
        |words: &str, rows: &str| of(&format!("Date,Text,Amount,Balance,Status\n{}", rows.replace("WORDS", words)));
    let pending = "2026-03-31,WORDS,90.00,90.00,Posted\n2026-03-30,HOTEL,-30.00,,Pending\n\
                   2026-03-05,BUS,-5.00,90.00,Posted\n2026-03-02,CAFE,-5.00,95.00,Posted\n";
    let without = "2026-03-31,WORDS,90.00,90.00,Posted\n2026-03-05,BUS,-5.00,,Posted\n\
                   2026-03-05,TEA,-2.00,95.00,Posted\n2026-03-02,CAFE,-3.00,97.00,Posted\n";
    let at_the_other_end = "2026-03-31,WORDS,90.00,90.00,Posted\n2026-03-02,CAFE,-5.00,95.00,Posted\n\
                            2026-03-05,BUS,-5.00,90.00,Posted\n";
    for (words, rows, rejects) in [
        ("New balance", pending, 0),
        ("New balance", without, 1),
        ("New balance", at_the_other_end, 1),
        ("Closing balance", without, 0),
        ("Closing balance", at_the_other_end, 0),
    ] {
        let (kept, rejected, _) = read(words, rows);
        assert!(!kept.contains(&words.to_owned()) && rejected.len() == rejects, "{words}: {kept:?} {rejected:?}");
    }
    // A payee of that name, and the same balance later on.
    let payee = "Date,Text,Amount,Balance\n2026-03-01,TOTAL,-50.00,-50.00\n2026-03-02,SHOP,-30.00,-80.00\n\
                 2026-03-03,REFUND,30.00,-50.00\n";
    let (kept, rejected, _) = of(payee);
    assert_eq!((kept, rejected.len()), (["SHOP", "REFUND"].map(str::to_owned).to_vec(), 1));
}

#[test]
fn opening_and_closing_balances_that_agree_with_all_rows_prove_each_of_them() {
    for (text, cell) in [("NEW BALANCE", "Card"), ("TOTAL", "Card"), ("CARD", "Statement balance"), ("CARD", "Total")] {
        let rows = [
            ("Ida", "Anfangssaldo", "200,00"),
            ("PAY", "x", "1000,00"),
            (text, cell, "-60,00"),
            ("CAFE", "x", "-12,50"),
            ("Ida", "Endsaldo", "1127,50"),
        ];
        let (kept, rejected, balances) = beside("Typ", &rows);
        assert_eq!((kept.len(), rejected.len()), (3, 0), "{text} {cell}: {rejected:?}");
        assert_eq!(balances, ["200.00 on 2026-02-28", "1127.50 on 2026-03-05"]);
    }
}
