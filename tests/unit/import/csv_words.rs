//! What words beside the amounts and the balance of a CSV file say of their direction.

use super::tests::{amounts, euros};
use super::*;
use crate::import::{ImportOption, KnownAccount, ReadOptions, Remedy, SignRule, Style};
use crate::model::{AccountType, Currency};

/// Returns a file of two rows with a word each in a column of this name.
fn two(heading: &str, words: [&str; 2]) -> String {
    let [a, b] = words;
    format!("Date;Text;Amount;{heading}\n13/03/2026;Shop;4,50;{a}\n14/03/2026;Work;9,00;{b}\n")
}

#[test]
fn a_letter_means_the_word_of_its_heading() {
    for (heading, words, wanted) in [
        ("Cargo/Abono", ["C", "C"], ["-4.50", "-9.00"]),
        ("Cargo/Abono", ["C", "A"], ["-4.50", "9.00"]),
        ("Abono/Cargo", ["A", "C"], ["4.50", "-9.00"]),
        ("Debe/Haber", ["D", "H"], ["-4.50", "9.00"]),
        ("Dare/Avere", ["D", "A"], ["-4.50", "9.00"]),
        ("Soll/Haben", ["H", "H"], ["4.50", "9.00"]),
        ("Terhelés/Jóváírás", ["T", "J"], ["-4.50", "9.00"]),
        ("Dr / Cr", ["D", "C"], ["-4.50", "9.00"]),
        ("CreditDebet", ["C", "D"], ["4.50", "-9.00"]),
        ("Debit or Credit", ["C", "C"], ["4.50", "9.00"]),
        ("Deb_Cred", ["D", "C"], ["-4.50", "9.00"]),
        ("Signo", ["D", "C"], ["-4.50", "9.00"]),
        ("Kz", ["S", "H"], ["-4.50", "9.00"]),
        ("Af Bij", ["A", "B"], ["-4.50", "9.00"]),
        ("D/C", ["C", "C"], ["4.50", "9.00"]),
        ("D/A", ["D", "A"], ["-4.50", "9.00"]),
        ("D/W", ["W", "D"], ["-4.50", "9.00"]),
        ("W/D", ["D", "D"], ["4.50", "9.00"]),
        // A heading that spells nothing: both letters of a pair tell.
        ("Direction", ["D", "C"], ["-4.50", "9.00"]),
        ("Type", ["D", "C"], ["-4.50", "9.00"]),
    ] {
        assert_eq!(amounts(&two(heading, words)).unwrap(), wanted, "{heading} {words:?}");
    }
}

#[test]
fn a_letter_that_its_heading_does_not_tell_is_no_word() {
    // One letter of a pair may be a deposit, a debit, a cargo or a credit.
    for (heading, words) in [("Direction", ["D", "D"]), ("Direction", ["C", "C"]), ("Type", ["C", "C"])] {
        assert_eq!(amounts(&two(heading, words)).unwrap_err(), "sign: out in card", "{heading} {words:?}");
    }
    for (heading, words) in [("Cargo/Abono", ["D", "C"]), ("Direction", ["C", "A"]), ("Direction", ["D", "H"])] {
        let error = read(&two(heading, words), &euros(), &ProfileSet::builtin()).unwrap_err();
        assert_eq!(error.remedy, Remedy::WriteProfileForWords, "{heading} {words:?}: {error}");
    }
}

#[test]
fn a_rule_of_signs_may_not_contradict_the_words_of_some_rows() {
    let profiles = ProfileSet::builtin();
    let said = |text: &str, rule: Option<SignRule>| {
        read(text, &ReadOptions { sign: rule, ..euros() }, &profiles).map(|parsed| parsed.questions)
    };
    assert_eq!(amounts(&two("Type", ["Expense", "Income"])).unwrap(), ["-4.50", "9.00"]);
    assert_eq!(amounts(&two("Type", ["Withdrawal", "Deposit"])).unwrap(), ["-4.50", "9.00"]);
    let both = two("Type", ["Expense", "Income"]) + "15/03/2026;Move;50,00;Transfer\n";
    for rule in [None, Some(SignRule::In), Some(SignRule::Out)] {
        let error = said(&both, rule).unwrap_err();
        assert_eq!((error.line, error.field.as_deref()), (Some(4), Some("Type")));
        assert!(error.message.contains("\"Transfer\" tells nothing"), "{error}");
    }
    assert!(said(&two("Type", ["Purchase", "Deposit"]), Some(SignRule::In)).is_ok_and(|asked| asked.is_empty()));
    let paid = two("Type", ["Purchase", "Payment"]) + "15/03/2026;Move;50,00;Deposit\n";
    assert!(said(&paid, Some(SignRule::In)).is_err());
    // That the account is a card tells what a payment is.
    let card = ReadOptions { sign: Some(SignRule::Card), ..euros() };
    let text = two("Type", ["Purchase", "Payment"]);
    let parsed = read(&text, &card, &profiles).unwrap();
    let found: Vec<String> = parsed.statements[0].entries.iter().map(|entry| entry.amount.to_string()).collect();
    assert_eq!(found, ["-4.50", "9.00"]);
    let only_in = two("Type", ["Deposit", "Transfer"]);
    assert_eq!(said(&only_in, None).unwrap()[0].choices, ["in"]);
    assert_eq!(said(&only_in, Some(SignRule::In)).unwrap(), []);
    let error = said(&only_in, Some(SignRule::Out)).unwrap_err();
    assert_eq!(error.message, "words of this column say that amounts are money in, and out was said");
    let only_out = two("Type", ["Withdrawal", "Transfer"]);
    assert_eq!(said(&only_out, None).unwrap()[0].choices, ["out", "card"]);
    // Balances tell what the words leave open.
    let proven = "Date,Text,Amount,Type,Balance\n2026-03-13,A,4.50,Expense,95.50\n2026-03-14,B,50.00,Transfer,45.50\n\
                  2026-03-15,C,10.00,Income,55.50\n";
    assert_eq!(said(proven, None).unwrap()[0].choices, ["in", "card"]);
}

#[test]
fn the_words_right_of_the_balance_are_its_own() {
    let balance = |text: &str| {
        let parsed = read(text, &euros(), &ProfileSet::builtin()).unwrap();
        assert!(parsed.questions.is_empty(), "{:?}", parsed.questions);
        parsed.statements[0].balances.iter().map(|b| b.amount.to_string()).collect::<Vec<_>>()
    };
    let lone =
        "Date,Text,Amount,Dr / Cr,Balance,Dr / Cr\n2026-03-13,A,4.50,DR,95.50,CR\n2026-03-14,B,100.00,DR,4.50,DR\n";
    assert_eq!((amounts(lone).unwrap(), balance(lone)), (vec!["-4.50".into(), "-100.00".into()], vec!["-4.50".into()]));
    let pair = "Date,Text,Withdrawals,Deposits,Balance,Dr/Cr\n2026-03-14,B,100.00,,4.50,DR\n";
    assert_eq!(balance(pair), ["-4.50"]);
    assert_eq!(balance(&pair.replace(",DR", ",CR")), ["4.50"]);
    assert_eq!(balance(&pair.replace("4.50,DR", "-4.50,DR")), ["-4.50"]);
    for untold in [",", ",XX", ",D?"] {
        assert_eq!(balance(&pair.replace(",DR", untold)), [] as [String; 0], "{untold}");
    }
    assert_eq!(balance(&pair.replace("4.50,DR", "-4.50,CR")), [] as [String; 0], "they contradict each other");
}

#[test]
fn the_only_words_right_of_a_balance_count_for_the_amount_where_balances_agree() {
    let file = |last: &str| {
        format!("Date,Text,Amount,Balance,Dr/Cr\n2026-03-13,A,4.50,95.50,DR\n2026-03-14,B,10.00,{last},CR\n")
    };
    assert_eq!(amounts(&file("105.50")).unwrap(), ["-4.50", "10.00"]);
    assert_eq!(amounts(&file("85.50")).unwrap_err(), "sign: out in", "both balances may be the owner's money");
}

#[test]
fn payments_on_a_card_contradict_a_minus_in_any_language() {
    for (header, text) in [
        ("date,title,amount", "Pagamento recebido"),
        ("Datum,Beschreibung,Betrag", "Einzahlung - vielen Dank"),
        ("Date,Libellé,Montant", "PAIEMENT RECU MERCI"),
        ("Datum,Omschrijving,Bedrag", "BETALING ONTVANGEN DANK U"),
        ("Fecha,Concepto,Importe", "SU PAGO GRACIAS"),
    ] {
        let file = format!("{header}\n2026-03-13,Shop,4.50\n2026-03-14,{text},-100.00\n");
        assert_eq!(amounts(&file).unwrap_err(), "sign: card out in", "{text}");
        assert_eq!(amounts(&file.replace(text, "Rent")).unwrap(), ["4.50", "-100.00"], "{text}");
    }
}

#[test]
fn amounts_of_rejected_rows_are_not_said_to_have_no_sign() {
    let file = "Date,Description,Amount\n2026-03-13,CAFE, PARIS,-4.50\n2026-03-14,PAY,1000.00\n";
    let parsed = read(file, &euros(), &ProfileSet::builtin()).unwrap();
    assert!(parsed.questions[0].message.starts_with("no amount of a row that can be read has a sign"));
}

#[test]
fn the_other_column_of_days_tells_their_order() {
    let days = |file: &str| {
        let parsed = read(file, &euros(), &ProfileSet::builtin()).unwrap();
        assert!(parsed.questions.is_empty(), "{:?}", parsed.questions);
        parsed.statements[0].entries.iter().map(|entry| entry.day.to_string()).collect::<Vec<_>>()
    };
    let file =
        "Transaction Date,Posted Date,Text,Amount\n03/04/2026,05/04/2026,A,-4.50\n30/04/2026,01/05/2026,B,-5.50\n";
    assert_eq!(days(file), ["2026-04-05", "2026-05-01"]);
    assert_eq!(days(&file.replace("30/04", "04/30")), ["2026-05-04", "2026-01-05"]);
}

#[test]
fn days_beside_those_of_the_rows_and_a_period_above_them_tell_their_order() {
    let days = |file: &str| {
        let parsed = read(file, &euros(), &ProfileSet::builtin()).unwrap();
        let days = parsed.statements[0].entries.iter().map(|entry| entry.day.to_string()).collect::<Vec<_>>();
        if parsed.questions.is_empty() { days.join(" ") } else { "asked".to_owned() }
    };
    let beside = "Booking date,Value date,Text,Amount\n03/03/2026,2026-03-04,A,-1.00\n05/04/2026,2026-04-05,B,-2.00\n";
    assert_eq!(days(beside), "2026-03-03 2026-04-05");
    assert_eq!(days(&beside.replace("2026-04-05", "2026-05-06")), "2026-03-03 2026-05-04");
    assert_eq!(days(&beside.replace("2026-04-05", "2026-06-20")), "asked", "near in no order");
    assert_eq!(days(&beside.replace("Value date", "Due on")), "asked", "it may be any day");
    let times = beside.replace("Value date", "Time").replace(",2026-03-04", ",2026-03-03T10:00:00Z");
    assert_eq!(days(&times.replace(",2026-04-05", ",2026-04-05T11:00:00Z")), "2026-03-03 2026-04-05");
    let period = |line: &str| days(&format!("{line}\n\nDate;Text;Amount\n03/03/2026;A;-1.00\n05/03/2026;B;-2.00\n"));
    assert_eq!(period("Period;01/03/2026 - 31/03/2026"), "2026-03-03 2026-03-05");
    assert_eq!(period("From: 03/01/2026;To: 05/31/2026"), "2026-03-03 2026-05-03");
    assert_eq!(period("Period;2026-03-01 - 2026-03-31"), "2026-03-03 2026-03-05");
    assert_eq!(period("Period;01/02/2026 - 28/02/2026"), "asked", "the rows are not in it");
    assert_eq!(period("Period;01/03/2026 - 05/03/2026"), "asked", "it can be read in two ways itself");
    assert_eq!(period("Printed;31/03/2026"), "asked", "one day is no period");
}

#[test]
fn a_rule_of_signs_may_not_contradict_words_under_any_name() {
    let profiles = ProfileSet::builtin();
    let said = |text: &str, rule: SignRule| {
        read(text, &ReadOptions { sign: Some(rule), ..euros() }, &profiles).map(|parsed| parsed.questions.len())
    };
    let open = two("Kind", ["Withdrawal", "Deposit"]) + "15/03/2026;Move;50,00;Thing\n";
    assert_eq!(said(&open, SignRule::Out).unwrap_err().remedy, Remedy::WriteProfileForWords);
    for heading in ["Kind", "Type"] {
        let out = two(heading, ["Withdrawal", "Withdrawal"]);
        assert_eq!(said(&out, SignRule::In).unwrap_err().remedy, Remedy::LeaveOut(ImportOption::Sign), "{heading}");
    }
    assert!(said(&two("Kind", ["Withdrawal"; 2]), SignRule::Out).is_ok());
    for (heading, words) in [("Naturaleza", ["D", "H"]), ("Type", ["Charge", "Refund"])] {
        let error = said(&two(heading, words), SignRule::Out).unwrap_err();
        assert_eq!(error.remedy, Remedy::WriteProfileForWords, "{heading}");
    }
    // Kinds of cards, and a word of the row itself, contradict nothing.
    assert!(said(&two("Kind", ["Debit", "Cash"]), SignRule::In).is_ok());
    assert!(said("Date;Text;Amount\n13/03/2026;Deposit;4,50\n", SignRule::Out).is_ok());
}

#[test]
fn a_fee_that_nothing_explains_is_not_overlooked() {
    for name in [
        "Fee",
        "FX Fee",
        "Foreign Transaction Fee",
        "Charges",
        "IOF",
        "Gebühr",
        "Frais",
        "Commissioni",
        "Comisión",
        "Avgift",
        "Gebyr",
        "Prowizja",
        "Poplatek",
        "Kulut",
    ] {
        let file = format!("Date;Text;Amount;{name}\n13/03/2026;A;-4,50;0,00\n14/03/2026;B;-10,00;0,50\n");
        assert!(amounts(&file).unwrap_err().starts_with("whether the amount has this fee"), "{name}");
        let proven = format!(
            "Date;Text;Amount;{name};Balance\n13/03/2026;A;-10,00;0,00;100,00\n14/03/2026;B;-20,00;1,00;79,00\n\
             15/03/2026;C;-5,00;;74,00\n"
        );
        assert_eq!(amounts(&proven).unwrap(), ["-10.00", "-21.00", "-5.00"], "{name}");
    }
    let two = "Date,Text,Amount,Fee,Commission\n2026-03-13,A,-4.50,,0.50\n";
    assert!(amounts(two).unwrap_err().starts_with("whether the amount has this fee"));
    assert_eq!(amounts(&two.replace("0.50", "0.00")).unwrap(), ["-4.50"]);
}

#[test]
fn a_fee_beside_columns_for_money_out_and_in_is_told_by_balances_or_by_the_amount_beside_them() {
    let file = |header: &str, rows: [&str; 3]| {
        let [a, b, c] = rows;
        format!("Date,Text,{header}\n2026-03-13,A,{a}\n2026-03-14,B,{b}\n2026-03-15,C,{c}\n")
    };
    let apart = file("Money In,Money Out,Fee,Balance", ["100.00,,,100.00", ",-25.00,-1.00,74.00", ",-10.00,,64.00"]);
    assert_eq!(amounts(&apart).unwrap(), ["100.00", "-26.00", "-10.00"]);
    let inside = file("Debit,Credit,Fee,Balance", ["1.00,,,100.00", "4.60,,0.10,95.40", ",5.50,,100.90"]);
    assert_eq!(amounts(&inside).unwrap(), ["-1.00", "-4.60", "5.50"]);
    // The amount is without the fee that the money out has in it.
    for (header, end) in
        [("Amount,Fee,Debit,Credit,Balance", [",100.00", ",95.40", ",100.90"]), ("Amount,Fee,Debit,Credit", [""; 3])]
    {
        let [a, b, c] = end;
        let rows = [format!("-1.00,0.00,1.00,{a}"), format!("-4.50,0.10,4.60,{b}"), format!("5.50,0.00,,5.50{c}")];
        let file = file(header, rows.each_ref().map(String::as_str));
        assert_eq!(amounts(&file).unwrap(), ["-1.00", "-4.60", "5.50"], "{header}");
    }
    // A fee that is not the difference explains nothing.
    let other = file("Amount,Fee,Debit,Credit", ["-1.00,,1.00,", "-4.50,0.20,4.60,", "5.50,,,5.50"]);
    assert!(amounts(&other).unwrap_err().contains("the columns Debit and Amount name two amounts of one row"));
}

#[test]
fn a_column_of_names_with_numbers_in_them_is_no_second_amount() {
    let file = |cells: [&str; 2]| {
        format!("Date,Text,Amount,Transfer\n2026-03-13,CAFE,-4.50,{}\n2026-03-14,PAY,10.00,{}\n", cells[0], cells[1])
    };
    assert_eq!(amounts(&file(["Savings 1234", "Visa 9876"])).unwrap(), ["-4.50", "10.00"]);
    for cells in [["1576.30*", "2.00"], ["EUR 1576.30", "EUR 2"], ["-1.5763E3", "80"]] {
        let error = amounts(&file(cells)).unwrap_err();
        assert!(error.contains("both name an amount"), "{cells:?}: {error}");
    }
}

#[test]
fn a_total_that_is_the_amount_and_more_is_another_amount() {
    let file = "Date,Text,Amount,Tip,Total\n2026-03-13,CAFE,-4.50,-0.50,-5.00\n2026-03-14,BAR,-10.00,-1.00,-11.00\n";
    assert!(amounts(file).unwrap_err().contains("the columns Amount and Total name two amounts of one row"));
    let same = file.replace("-0.50,-5.00", ",-4.50").replace("-1.00,-11.00", ",-10.00");
    assert_eq!(amounts(&same).unwrap(), ["-4.50", "-10.00"]);
    // One that goes on from row to row.
    let running = file.replace("-0.50,-5.00", ",-4.50").replace("-1.00,-11.00", ",-14.50");
    assert_eq!(amounts(&running).unwrap(), ["-4.50", "-10.00"]);
}

#[test]
fn the_account_that_every_row_goes_from_or_to_is_the_owners() {
    let file = |last: &str| {
        format!(
            "Date,From Account,To Account,Description,Amount\n2026-03-13,11112222,99998888,Rent,-100.00\n\
             2026-03-14,77776666,11112222,Pay,50.00\n{last}"
        )
    };
    let accounts = |text: &str| {
        let parsed = read(text, &euros(), &ProfileSet::builtin())?;
        Ok::<_, crate::import::ImportError>(
            parsed
                .statements
                .iter()
                .map(|s| s.account.number.as_ref().map(|n| n.full().to_owned()))
                .collect::<Vec<_>>(),
        )
    };
    assert_eq!(accounts(&file("")).unwrap(), [Some("11112222".to_owned())]);
    let error = accounts(&file("2026-03-15,55554444,99997777,Gas,-10.00\n")).unwrap_err();
    assert_eq!((error.line, error.remedy), (Some(4), Remedy::WriteProfileForAccounts));
    let one = "Date,From Account,To Account,Description,Amount\n2026-03-13,11112222,99998888,Rent,-100.00\n";
    assert_eq!(accounts(one).unwrap(), [None], "either may be the owner's");
    let unsigned = file("").replace("-100.00", "100.00");
    assert!(accounts(&unsigned).unwrap_err().message.starts_with("rows go from and to one account"));
    let swapped = one.to_owned() + "2026-03-14,99998888,11112222,Back,50.00\n";
    assert!(accounts(&swapped).unwrap_err().message.starts_with("rows go from and to one account"));
    let alone = "Date,From Account,Description,Amount\n2026-03-13,11112222,Rent,-100.00\n";
    assert_eq!(accounts(alone).unwrap(), [Some("11112222".to_owned())]);
}

#[test]
fn letters_and_signs_of_more_banks_tell_the_direction() {
    for (heading, words) in [
        ("Teken", ["\u{2212}", "+"]),
        ("Indicator", ["\u{2014}", "+"]),
        ("Vorzeichen", ["-", ""]),
        ("D/K", ["D", "K"]),
        ("B/A", ["B", "A"]),
        ("Deebet/Kreedit", ["D", "K"]),
        ("Deebet/Kreedit (D/C)", ["D", "C"]),
        ("Indicator", ["D", "C"]),
    ] {
        assert_eq!(amounts(&two(heading, words)).unwrap(), ["-4.50", "9.00"], "{heading} {words:?}");
    }
    // A sign beside blank cells may as well stand for nothing.
    for heading in ["Type", ""] {
        for words in [["\u{2212}", ""], ["-", ""]] {
            assert_eq!(amounts(&two(heading, words)).unwrap_err(), "sign: out in card", "{heading} {words:?}");
        }
        assert_eq!(amounts(&two(heading, ["-", "+"])).unwrap(), ["-4.50", "9.00"], "{heading}");
    }
    // Deposits and checks, where no balance tells.
    let letters = two("", ["D", "C"]);
    assert_eq!(amounts(&letters).unwrap_err(), "sign: out in card");
    let proven = letters.replace("Amount;", "Amount;;Balance").replace(";D", ";D;95,50").replace(";C", ";C;104,50");
    assert_eq!(amounts(&proven).unwrap(), ["-4.50", "9.00"]);
    // A column without a title right of the amounts.
    for words in [["S", "H"], ["DR", "CR"]] {
        assert_eq!(amounts(&two("", words)).unwrap(), ["-4.50", "9.00"], "{words:?}");
        let file = two("", words);
        let headless = file.split_once('\n').map(|(_, rows)| rows).unwrap();
        assert_eq!(amounts(headless).unwrap(), ["-4.50", "9.00"], "{words:?}");
    }
}

#[test]
fn two_values_that_may_be_the_direction_are_not_passed_over() {
    for (heading, words) in [
        ("Χρέωση/Πίστωση", ["Χ", "Π"]),
        ("Приход/Расход", ["Расход", "Приход"]),
        ("Mark", ["借", "贷"]),
        ("Is Credit", ["No", "Yes"]),
        ("Debit", ["Y", "N"]),
    ] {
        let error = read(&two(heading, words), &euros(), &ProfileSet::builtin()).unwrap_err();
        assert_eq!(error.remedy, Remedy::WriteProfileForWords, "{heading} {words:?}: {error}");
    }
    for (heading, words) in [
        ("Reconciled", ["Y", "N"]),
        ("Branch", ["Main", "West"]),
        ("Category", ["A", "B"]),
        ("Account Branch", ["A", "B"]),
    ] {
        assert_eq!(amounts(&two(heading, words)).unwrap_err(), "sign: out in card", "{heading} {words:?}");
    }
    let expense = two("Business expense", ["Yes", "No"]);
    assert!(amounts(&expense).unwrap_err().contains("do not tell which way"));
    let said = ReadOptions { sign: Some(SignRule::Out), ..euros() };
    let parsed = read(&expense, &said, &ProfileSet::builtin()).unwrap();
    assert!(parsed.statements[0].entries.iter().all(|entry| entry.amount.is_negative()), "somebody knows");
}

#[test]
fn yes_below_the_name_of_a_direction_may_contradict_the_signs() {
    let file = |name: &str, [a, b, c]: [&str; 3]| {
        format!("Date,Text,Amount,{name}\n2026-03-13,A,{a}\n2026-03-14,B,{b}\n2026-03-15,C,{c}\n")
    };
    for (name, rows) in [
        ("Expense", ["10.00,true", "-25.00,false", "7.00,true"]),
        ("Is credit", ["-10.00,Y", "25.00,N", "7.00,N"]),
        ("Ausgabe", ["10.00,ja", "-25.00,nein", "-7.00,nein"]),
    ] {
        assert_eq!(amounts(&file(name, rows)).unwrap_err().split_whitespace().next(), Some("sign:"), "{name}");
    }
    for (name, rows) in [
        ("Expense", ["-10.00,true", "25.00,false", "-7.00,false"]),
        ("Expense", ["-10.00,true", "-25.00,true", "7.00,true"]),
        ("Business expense", ["10.00,true", "-25.00,false", "7.00,true"]),
        ("Credit", ["-10.00,Yes", "-25.00,No", "7.00,Yes"]),
    ] {
        let printed = rows.map(|row| row.split(',').next().unwrap().to_owned());
        assert_eq!(amounts(&file(name, rows)).unwrap(), printed, "{name}");
    }
}

#[test]
fn cr_and_dr_tell_the_direction_in_any_column() {
    let file = |cells: [&str; 3]| {
        let [a, b, c] = cells;
        format!("Date,Text,Debit\n2026-03-11,A,{a}\n2026-03-12,B,{b}\n2026-03-13,C,{c}\n")
    };
    assert_eq!(amounts(&file(["10.00", "10.00", "30.00 CR"])).unwrap(), ["-10.00", "-10.00", "30.00"]);
    assert_eq!(amounts(&file(["10.00", "10.00 DR", "30.00"])).unwrap(), ["-10.00", "-10.00", "-30.00"]);
    assert_eq!(amounts(&file(["10.00 DR", "10.00 DR", "30.00 CR"])).unwrap(), ["-10.00", "-10.00", "30.00"]);
    let fee = "Date,Text,Debit,Credit,Fee,Balance\n2026-03-11,A,,100.00,,100.00\n2026-03-12,B,20.00 CR,,1.00,119.00\n\
               2026-03-13,C,30.00,,1.00,88.00\n";
    assert_eq!(amounts(fee).unwrap(), ["100.00", "19.00", "-31.00"]);
    // A profile that passes over the printed sign.
    let citi = "Status,Date,Description,Debit,Credit\nCleared,03/11/2026,A,30.00,\nCleared,03/12/2026,B,,-20.00\n\
                Cleared,03/13/2026,C,,20.00 DR\n";
    let parsed = read(citi, &ReadOptions::default(), &ProfileSet::builtin()).unwrap();
    let found: Vec<String> = parsed.statements[0].entries.iter().map(|entry| entry.amount.to_string()).collect();
    assert_eq!(
        (parsed.profile.as_deref(), found),
        (Some("citi-card"), ["-30.00", "20.00", "-20.00"].map(str::to_owned).to_vec())
    );
}

#[test]
fn a_category_may_contradict_the_signs() {
    let file = |rows: [&str; 3]| {
        let [a, b, c] = rows;
        format!("Date,Text,Category,Amount\n2026-03-13,Cafe,{a}\n2026-03-14,Acme,{b}\n2026-03-15,Shop,{c}\n")
    };
    assert_eq!(amounts(&file(["Food,4.50", "Income,-1000.00", "Shop,60.00"])).unwrap_err(), "sign: out in card");
    let right = ["Food,-4.50", "Income,1000.00", "Shop,-60.00"];
    assert_eq!(amounts(&file(right)).unwrap(), ["-4.50", "1000.00", "-60.00"]);
    // So may a column of any name whose words all tell a direction, and both.
    let art = |rows: [&str; 3]| file(rows).replace("Category", "Art");
    assert_eq!(amounts(&art(["Ausgabe,80.00", "Einnahme,500.00", "Ausgabe,-80.00"])).unwrap_err(), "sign: out in card");
    assert_eq!(
        amounts(&art(["Reise,80.00", "Einnahme,500.00", "Ausgabe,-80.00"])).unwrap(),
        ["80.00", "500.00", "-80.00"]
    );
    assert_eq!(
        amounts(&art(["Ausgabe,-80.00", "Einnahme,500.00", "Ausgabe,-9.00"])).unwrap(),
        ["-80.00", "500.00", "-9.00"]
    );
}

#[test]
fn words_that_contradict_what_earlier_files_say_are_asked_about() {
    let account =
        KnownAccount { earlier: Style::of_words("out"), ..KnownAccount::new(AccountType::Other, Currency::EUR) };
    let later = ReadOptions { account: Some(account), ..euros() };
    let found = |category: &str, rows: [&str; 3]| {
        let rows = rows.map(|row| format!("2026-03-13,{row}\n")).concat();
        let file = format!("Date,Text,{category},Amount\n{rows}");
        let parsed = read(&file, &later, &ProfileSet::builtin()).unwrap();
        let asked = parsed.questions.iter().any(|question| question.option == ImportOption::Sign);
        let amounts = parsed.statements[0].entries.iter().map(|entry| entry.amount.to_string());
        if asked { vec!["asked".to_owned()] } else { amounts.collect() }
    };
    for (category, rows) in [
        ("Category", ["A,Food,-10.00", "B,Income,2000.00", "C,Food,-7.00"]),
        ("Category", ["A,Expense,-10.00", "B,Food,2000.00", "C,Food,-7.00"]),
        ("Expense", ["A,true,-10.00", "B,false,2000.00", "C,true,-7.00"]),
        ("Category", ["PAYROLL,Work,2000.00", "ATM WITHDRAWAL,Cash,7.00", "C,Food,10.00"]),
        ("Category", ["PAYROLL,Work,2000.00", "REFUND,Food,-7.00", "C,Food,10.00"]),
    ] {
        assert_eq!(found(category, rows), ["asked"], "{rows:?}");
    }
    let agree = ["A,Expense,10.00", "B,Income,-2000.00", "REFUND,Food,-7.00"];
    assert_eq!(found("Category", agree), ["asked"], "they contradict the print");
    let some = ["ATM WITHDRAWAL,Cash,10.00", "REFUND,Food,-20.00", "PAYROLL SERVICES,Fees,7.00"];
    assert_eq!(found("Category", some), ["-10.00", "20.00", "-7.00"], "most agree");
    assert_eq!(found("Category", ["A,Food,10.00", "B,Work,-20.00", "C,Food,7.00"]), ["-10.00", "20.00", "-7.00"]);
}

#[test]
fn a_net_amount_beside_a_fee_counts() {
    let file = "Date,Text,Amount,Fee,Net Amount\n2026-03-13,A,100.00,-3.20,96.80\n2026-03-14,B,-96.80,0.00,-96.80\n";
    assert_eq!(amounts(file).unwrap(), ["96.80", "-96.80"]);
    assert!(amounts(&file.replace("Fee", "VAT")).unwrap_err().contains("both name an amount"));
    let first = "Date,Text,Net,Amount,Bank fee\n2026-03-13,A,24.00,25.00,1.00\n2026-03-14,B,-12.50,-12.50,\n";
    assert_eq!(amounts(first).unwrap(), ["24.00", "-12.50"]);
    // What is left on the account goes by the same name.
    let running = "Date,Text,Amount,Fee,Net\n2026-03-13,A,100.00,0.00,100.00\n2026-03-14,B,-130.00,0.00,-30.00\n";
    assert!(amounts(running).unwrap_err().contains("both name an amount"));
    let transfer =
        "account,date,payee,amount,transfer\nCash,2026-03-13,Cafe,-4.50,false\nCash,2026-03-14,Pay,100.00,true\n";
    assert_eq!(amounts(transfer).unwrap(), ["-4.50", "100.00"], "no amount is in it");
}
