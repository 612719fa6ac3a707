//! The signs of money out and in: what a file proves of them, and what earlier files of its account do.

use super::tests::euros;
use super::*;
use crate::import::options::Style;
use crate::import::{KnownAccount, ReadOptions, Remark};
use crate::model::{AccountType, Currency};

/// Reads a file of an account whose earlier files prove a style: its amounts and style, or what is asked.
fn of(earlier: &str, text: &str) -> Result<(String, String), String> {
    let earlier = Style::of_words(earlier);
    let account = Some(KnownAccount { earlier, ..KnownAccount::new(AccountType::Other, Currency::EUR) });
    let parsed = read(text, &ReadOptions { account, ..euros() }, &ProfileSet::builtin()).map_err(|e| e.to_string())?;
    if let Some(asked) = parsed.questions.first() {
        return Err(asked.message.clone());
    }
    let amounts = parsed.statements[0].entries.iter().map(|e| e.amount.to_string()).collect::<Vec<_>>().join(" ");
    Ok((amounts, parsed.style.to_words().unwrap_or_default()))
}

fn amounts(earlier: &str, text: &str) -> Result<String, String> {
    of(earlier, text).map(|(amounts, _)| amounts)
}

fn pair(rows: &[&str]) -> String {
    format!("Date,Text,Debit,Credit\n2026-04-13,{}\n", rows.join("\n2026-04-14,"))
}

fn typed(rows: &[&str]) -> String {
    format!("Date,Text,Debit/Credit,Amount\n2026-04-13,{}\n", rows.join("\n2026-04-14,"))
}

#[test]
fn earlier_files_tell_the_signs_of_amounts_that_are_too_few_to_prove_their_own() {
    for (earlier, file, expected) in [
        ("", pair(&["SHOES,-20.00,"]), "-20.00"),
        ("debit-minus", pair(&["SHOES,-20.00,"]), "-20.00"),
        ("debit-plain", pair(&["SHOES,-20.00,"]), "20.00"),
        ("debit-plain credit-plain", pair(&["SHOES,-20.00,", "BUS,-3.00,"]), "20.00 3.00"),
        ("", pair(&["SHOES,20.00,"]), "-20.00"),
        ("debit-plain", pair(&["SHOES,20.00,"]), "-20.00"),
        ("debit-minus", pair(&["SHOES,20.00,"]), "20.00"),
        ("debit-plain credit-minus", pair(&["PAY,,-6.00"]), "6.00"),
        ("debit-plain credit-plain", pair(&["PAY,,-6.00"]), "-6.00"),
        ("credit-plain", pair(&["PAY RETURNED,,-6.00"]), "-6.00"),
        // As many with a minus as without.
        ("debit-plain", pair(&["SHOES,20.00,", "SHOES,-20.00,"]), "-20.00 20.00"),
        ("debit-minus", pair(&["SHOES,20.00,", "SHOES,-20.00,"]), "20.00 -20.00"),
        // Beside words.
        ("", typed(&["SHOES,Debit,-20.00"]), "-20.00"),
        ("debit-minus credit-plain", typed(&["SHOES,Debit,-20.00"]), "-20.00"),
        ("debit-plain credit-plain", typed(&["SHOES,Debit,-20.00"]), "20.00"),
        ("debit-minus credit-plain", typed(&["SHOES,Debit,20.00"]), "20.00"),
        ("debit-plain credit-minus", typed(&["PAY,Credit,-6.00"]), "6.00"),
        ("debit-plain credit-plain", typed(&["PAY,Credit,-6.00"]), "-6.00"),
        ("debit-plain credit-minus", typed(&["SHOES,Debit,20.00", "PAY,Credit,-6.00"]), "-20.00 6.00"),
    ] {
        assert_eq!(amounts(earlier, &file).as_deref(), Ok(expected), "{earlier}: {file}");
    }
    for file in [
        pair(&["PAY,,-6.00"]),
        pair(&["SHOES,20.00,", "SHOES,-20.00,"]),
        typed(&["PAY,Credit,-6.00"]),
        typed(&["SHOES,Debit,20.00", "PAY,Credit,-6.00"]),
    ] {
        for earlier in ["", "in"] {
            assert!(amounts(earlier, &file).is_err(), "{earlier}: {file}");
        }
    }
    assert!(amounts("credit-minus", &pair(&["PAY RETURNED,,-6.00"])).unwrap_err().contains("went the other way"));
}

#[test]
fn a_file_that_proves_other_signs_than_earlier_ones_is_asked_about_but_where_balances_prove_them() {
    let three = ["SHOES,-20.00,", "BUS,-3.00,", "TEA,-4.00,"];
    let words = ["SHOES,Debit,-20.00", "BUS,Debit,-3.00", "TEA,Debit,-4.00"];
    assert_eq!(amounts("", &pair(&three)).as_deref(), Ok("-20.00 -3.00 -4.00"));
    for file in [pair(&three), typed(&words)] {
        let why = amounts("debit-plain", &file).unwrap_err();
        assert!(why.contains("money out have a minus, and those of earlier files of the account have none"), "{why}");
    }
    // Neither proves anything, and they differ.
    for (earlier, file) in [
        ("debit-plain?", pair(&["SHOES,-20.00,"])),
        ("debit-minus?", pair(&["SHOES,20.00,"])),
        ("credit-minus? debit-plain?", typed(&["SHOES,Debit,-20.00"])),
    ] {
        assert!(amounts(earlier, &file).unwrap_err().contains("those of earlier files of the account have"), "{file}");
    }
    assert_eq!(amounts("debit-plain?", &pair(&three)).as_deref(), Ok("-20.00 -3.00 -4.00"), "three prove it");
    assert_eq!(amounts("debit-plain?", &pair(&["SHOES,20.00,"])).as_deref(), Ok("-20.00"));
    let balanced =
        |rows: [&str; 2]| format!("Date,Text,Debit,Credit,Balance\n2026-04-13,{}\n", rows.join("\n2026-04-14,"));
    let out = balanced(["SHOES,-20.00,,80.00", "BUS,-3.00,,77.00"]);
    assert_eq!(
        of("debit-plain", &out),
        Ok(("-20.00 -3.00".to_owned(), "debit-minus debit-minus? balance-after".to_owned()))
    );
    let back = balanced(["SHOES,-20.00,,100.00", "BUS,-3.00,,103.00"]);
    assert_eq!(amounts("debit-plain", &back).as_deref(), Ok("20.00 3.00"));
}

#[test]
fn three_amounts_or_balances_prove_how_a_side_is_printed() {
    for (file, style) in [
        (pair(&["A,1.00,", "B,2.00,", "C,,3.00"]), "debit-plain? credit-plain?"),
        (pair(&["A,1.00,", "B,2.00,", "C,4.00,", "D,,3.00"]), "debit-plain debit-plain? credit-plain?"),
        (pair(&["A,1.00,", "B,2.00,", "C,-4.00,", "D,,3.00"]), "debit-plain credit-plain?"),
        (pair(&["A,1.00,", "B,,-2.00", "C,,-4.00", "D,,-3.00"]), "credit-minus debit-plain? credit-minus?"),
        (
            typed(&["A,Debit,-1.00", "B,Debit,-2.00", "C,Debit,-4.00", "D,Credit,3.00"]),
            "debit-minus debit-minus? credit-plain?",
        ),
        ("Date,Text,Amount\n2026-04-13,A,-1.00\n2026-04-14,B,2.00\n".to_owned(), "in"),
    ] {
        assert_eq!(of("", &file).unwrap().1, style, "{file}");
    }
    for words in ["in", "card debit-plain", "out debit-minus credit-plain", "credit-minus credit-minus?"] {
        assert_eq!(Style::of_words(words).to_words().as_deref(), Some(words));
    }
    assert_eq!(Style::of_words("unheard-of"), Style::default());
}

#[test]
fn that_earlier_files_told_the_signs_is_said() {
    let account = KnownAccount {
        earlier: Style::of_words("debit-plain"),
        ..KnownAccount::new(AccountType::Other, Currency::EUR)
    };
    let remarks = |text: &str| {
        let options = ReadOptions { account: Some(account), ..euros() };
        read(text, &options, &ProfileSet::builtin()).unwrap().remarks
    };
    assert_eq!(remarks(&pair(&["SHOES,-20.00,"])), [Remark::SignFromEarlierFiles]);
    assert_eq!(remarks(&pair(&["SHOES,20.00,"])), []);
}
