//! CSV files of apps and of lists that are none of an account: what their columns and words prove, and what they do not.

use super::tests::{amounts, euros};
use super::*;
use crate::import::{Damage, ReadOptions, Remedy, SignRule};

/// Returns the names, numbers and amounts of the accounts of a file.
fn accounts(text: &str) -> Vec<(String, Vec<String>)> {
    let parsed = read(text, &euros(), &ProfileSet::builtin()).unwrap();
    let name = |s: &crate::model::Statement<'_>| {
        let number = s.account.number.as_ref().map(|number| number.full().to_owned());
        number.or(s.account.name.clone()).unwrap_or_default()
    };
    let amounts = |s: &crate::model::Statement<'_>| s.entries.iter().map(|e| e.amount.to_string()).collect();
    parsed.statements.iter().map(|s| (name(s), amounts(s))).collect()
}

#[test]
fn an_account_column_right_of_a_payee_is_the_owners_where_it_holds_names() {
    let file = |[one, other]: [&str; 2]| {
        format!(
            "Date,Merchant,Account,Notes,Amount\n2026-03-13,Cafe,{one},a,-4.50\n2026-03-14,Payment,{other},b,100.00\n"
        )
    };
    for names in [["Checking", "Visa"], ["Checking (...1234)", "Visa (...9876)"], ["Checking (x1234)", "Visa ••9876"]]
    {
        let found = accounts(&file(names));
        let wanted = [("-4.50", names[0]), ("100.00", names[1])].map(|(a, name)| (name.to_owned(), vec![a.to_owned()]));
        assert_eq!(found, wanted, "{names:?}");
    }
    // They may be the payees'.
    let one = file(["Expenses:Food"; 2]);
    assert_eq!(accounts(&one), [(String::new(), vec!["-4.50".to_owned(), "100.00".to_owned()])]);
    for names in [["Sparkasse Bonn", "Commerzbank"], ["XXXX1234", "XXXX9876"], ["Expenses:Food", "Expenses:Rent"]] {
        let error = read(&file(names), &euros(), &ProfileSet::builtin()).unwrap_err();
        assert_eq!(error.remedy, Remedy::WriteProfileForAccounts, "{names:?}");
    }
    // Those of the payees.
    for numbers in [["33334444", "55556666"], ["DE89370400440532013000", "DE02120300000000202051"]] {
        assert_eq!(accounts(&file(numbers)), [(String::new(), vec!["-4.50".to_owned(), "100.00".to_owned()])]);
    }
}

#[test]
fn words_that_contradict_the_signs_are_asked_about_though_not_all_are_known() {
    let file = |heading: &str, rows: &[(&str, &str)]| {
        let row = |(i, (word, amount)): (usize, &(&str, &str))| format!("2{i}/03/2026;T;{word};{amount}\n");
        format!("Date;Text;{heading};Amount\n{}", rows.iter().enumerate().map(row).collect::<String>())
    };
    let asked = "sign: out in card";
    for (heading, rows) in [
        ("Type", &[("regular", "4,50"), ("income", "-2000,00"), ("transfer", "100,00")][..]),
        ("Type", &[("Expense", "4,50"), ("Other", "-2000,00"), ("Expense", "2,00")]),
        // One or two credits with a minus may have been taken back.
        ("Af Bij", &[("Af", "4,50"), ("Af", "3,00"), ("Bij", "-50,00")]),
        ("Debit/Credit", &[("Debit", "4,50"), ("Credit", "-6,00"), ("Debit", "7,00")]),
        ("Type", &[("Debit", "500,00"), ("Credit", "9,00"), ("Check", "5,00"), ("Debit", "7,00"), ("Credit", "-6,00")]),
        ("Kind", &[("Debit", "500,00"), ("Credit", "9,00"), ("Credit", "-6,00"), ("Debit", "7,00")]),
        ("Art", &[("Soll", "500,00"), ("Haben", "9,00"), ("Haben", "-6,00"), ("Soll", "7,00")]),
        ("Type", &[("Withdrawal", "4,50"), ("Deposit", "-2000,00"), ("Fee", "1,00"), ("Adjustment", "-1,00")]),
        ("Type", &[("Purchase", "4,50"), ("Payment", "-100,00"), ("Adjustment", "1,00")]),
        ("Type", &[("Withdrawal", "4,50"), ("Deposit", "9,00"), ("Adjustment", "-1,00")]),
        ("Debit/Credit", &[("Debit", "4,50"), ("Credit", "-2000,00"), ("", "1,00")]),
        ("Type", &[("Deposit", "4,50"), ("Deposit", "-9,00"), ("Other", "1,00")]),
        // One purchase of four has the sign that the word promises.
        (
            "Type",
            &[
                ("Purchase", "4,50"),
                ("Purchase", "6,00"),
                ("Purchase", "-5,00"),
                ("Purchase", "7,00"),
                ("Refund", "-2,00"),
            ],
        ),
    ] {
        assert_eq!(amounts(&file(heading, rows)).unwrap_err(), asked, "{heading} {rows:?}");
    }
    for (heading, rows, wanted) in [
        ("Type", &[("Purchase", "4,50"), ("Payment", "-2000,00")][..], &["-4.50", "2000.00"][..]),
        (
            "Type",
            &[("Debit", "4,50"), ("Credit", "-2000,00"), ("Credit", "-9,00"), ("Credit", "-8,00")],
            &["-4.50", "2000.00", "9.00", "8.00"],
        ),
        ("Type", &[("Expense", "4,50"), ("Income", "-2000,00")], &["-4.50", "2000.00"]),
        (
            "Type",
            &[("Debit", "-4,50"), ("Debit", "-9,00"), ("Debit", "3,00"), ("Other", "1,00")],
            &["-4.50", "-9.00", "3.00", "1.00"],
        ),
        (
            "Type",
            &[("Deposit", "4,50"), ("Deposit", "5,50"), ("Deposit", "-9,00"), ("Other", "-1,00")],
            &["4.50", "5.50", "-9.00", "-1.00"],
        ),
        // A kind of card.
        ("Type", &[("Credit", "-4,50"), ("Credit", "-9,00"), ("Other", "1,00")], &["-4.50", "-9.00", "1.00"]),
    ] {
        assert_eq!(amounts(&file(heading, rows)).unwrap(), wanted, "{heading} {rows:?}");
    }
    let text = file("Type", &[("Withdrawal", "4,50"), ("Deposit", "-9,00"), ("Adjustment", "-1,00")]);
    let said = ReadOptions { sign: Some(SignRule::Out), ..euros() };
    let parsed = read(&text, &said, &ProfileSet::builtin()).unwrap();
    let found = parsed.statements[0].entries.iter().map(|e| e.amount.to_string()).collect::<Vec<_>>();
    assert_eq!(found, ["-4.50", "9.00", "1.00"]);
}

#[test]
fn costs_that_several_people_share_are_no_list_of_an_account() {
    for file in [
        "Title,Amount,Date & time,Payer,Type,Ann,Bob\nDinner,60.00,2026-03-13,Ann,Expense,30.00,30.00\n\
         Taxi,20.00,2026-03-14,Bob,Expense,10.00,10.00\n",
        "Title,Amount,Date & time,Payer,Type,Paid for Ann,Paid for Bob\nDinner,60.00,2026-03-13,Ann,Expense,30.00,30.00\n",
        "what,amount,date,payer_name,owers\nDinner,60,2026-03-13,Ann,\"Ann,Bob\"\nTaxi,20,2026-03-14,Bob,\"Ann,Bob\"\n",
    ] {
        let error = read(file, &euros(), &ProfileSet::builtin()).unwrap_err();
        assert_eq!(error.remedy, Remedy::DownloadCsvOrOfx, "{file}: {error}");
    }
    let bank = "Date,Payer,Payee,Text,Amount\n2026-03-13,ACME,,Pay,60.00\n2026-03-14,,Shop,\"Food, drink\",-20.00\n";
    assert_eq!(amounts(bank).unwrap(), ["60.00", "-20.00"]);
    let bank = "Date,Payer,Text,Amount\n2026-03-13,ACME,\"ACME, salary\",60.00\n2026-03-14,Acorn,\"Acorn, rent\",-20.00\n\
                2026-03-15,Acorn,\"Acorn, rent\",-60.00\n";
    assert_eq!(amounts(bank).unwrap(), ["60.00", "-20.00", "-60.00"]);
}

#[test]
fn rows_of_a_table_above_the_header_are_not_dropped() {
    let table = "Date,Description,Amount\n2026-03-14,Fee,-12.34\n";
    for (above, line) in [
        ("Part,Moved on,Text,Amount\nDeposits,2026-03-13,Transfer,2000\n", 2),
        ("Part,Moved on,Text,Moved\nDeposits,2026-03-13,Transfer,2000.00\nDeposits,2026-03-14,Transfer,100.00\n", 2),
    ] {
        let error = read(&format!("{above}{table}"), &euros(), &ProfileSet::builtin()).unwrap_err();
        assert_eq!((error.line, &error.remedy), (Some(line), &Remedy::SplitSections), "{above}");
    }
    for above in [
        "Account,Day,Balance\nGiro,2026-03-13,\"1,234.56\"\nSavings,2026-03-13,\"2,234.56\"\n",
        "Description,,Summary Amt.\nBeginning balance as of 2026-03-01,,\"1,000.00\"\nTotal credits,,500.00\n",
        "Account,From,To,Debits,Credits\nGiro,2026-03-01,2026-03-31,12.34,0.00\n",
        "Card,Statement date,Amount due\nVISA,2026-03-31,120.00\n",
        "From,To,Account\n2026-03-01,2026-03-31,12345678\n",
    ] {
        assert_eq!(amounts(&format!("{above}{table}")).unwrap(), ["-12.34"], "{above}");
    }
}

#[test]
fn a_row_is_never_told_as_the_header() {
    let file = "ID,Timestamp,Kind,Asset,Subtotal\nx1,2026-03-13 10:00:00 UTC,Deposit,USD,$100.00\n";
    let error = read(file, &euros(), &ProfileSet::builtin()).unwrap_err().to_string();
    assert!(!error.contains("2026-03-13"), "{error}");
}

#[test]
fn the_day_of_a_balance_is_read_as_the_file_proves_or_asked() {
    let file = |lines: &str| format!("{lines}Date,Description,Amount\n2026-03-13,Cafe,-4.50\n2026-03-14,Bus,-2.00\n");
    let days = |text: &str| {
        let parsed = read(text, &euros(), &ProfileSet::builtin()).unwrap();
        let questions: Vec<String> = parsed.questions.iter().map(tests::question).collect();
        let days = parsed.statements[0].balances.iter().map(|b| b.as_of.to_string()).collect::<Vec<_>>();
        (questions, days)
    };
    let proven = file("Opening balance 01/03/2026,100.00\nClosing balance 31/03/2026,93.50\n");
    assert_eq!(days(&proven), (vec![], vec!["2026-02-28".to_owned(), "2026-03-31".to_owned()]));
    for line in ["Closing balance,05/04/2026,93.50\n", "Closing balance as of 05/04/2026,93.50\n"] {
        assert_eq!(days(&file(line)).0, ["date-order: mdy dmy"], "{line}");
    }
    let below = "Date,Description,Amount\n2026-03-13,Cafe,-4.50\nClosing balance 05/04/2026,,93.50\n";
    assert_eq!(days(below).0, ["date-order: mdy dmy"]);
    assert_eq!(days(&file("Closing balance 2026-04-05,93.50\n")), (vec![], vec!["2026-04-05".to_owned()]));
}

#[test]
fn rows_from_one_account_with_both_signs_need_a_profile() {
    let file = |last: &str| {
        format!(
            "type,amount,description,date,source_name,destination_name\nWithdrawal,-4.50,Cafe,2026-03-13,Giro,Cafe\n\
             Deposit,2000.00,Job,2026-03-14,Acme,Giro\nTransfer,{last},Save,2026-03-15,Giro,Savings\n"
        )
    };
    assert_eq!(amounts(&file("-100.00")).unwrap(), ["-4.50", "2000.00", "-100.00"]);
    let error = read(&file("100.00"), &euros(), &ProfileSet::builtin()).unwrap_err();
    assert_eq!((error.line, &error.remedy), (Some(4), &Remedy::WriteProfile), "{error}");
}

#[test]
fn rows_of_a_table_above_its_own_header_are_not_dropped() {
    let chase = "Details,Posting Date,Description,Amount,Type,Balance,Check or Slip #\n";
    let row = "DEBIT,03/13/2026,\"SHOP\",-5.00,DEBIT_CARD,95.00,,\n";
    for file in [
        "2026-03-13,Shop,-5.00\nDate,Description,Amount\n2026-03-14,Fee,-12.34\n".to_owned(),
        "2026-03-13,Posted,Shop,-5\nDate,Status,Description,Amount\n2026-03-14,Posted,Fee,-12\n".to_owned(),
        format!("{row}{chase}{row}"),
        "2026-03-13,4711,-5.00\nDate,Description,Amount\n2026-03-14,Fee,-12.34\n".to_owned(),
    ] {
        let error = read(&file, &euros(), &ProfileSet::builtin()).unwrap_err();
        assert_eq!((error.line, &error.remedy), (Some(1), &Remedy::DownloadAgain(Damage::Sorted)), "{file}");
    }
    for above in ["2026-03-13,Opening balance,100.00", "2026-03-13,,100.00", "2026-03-13,Main,EUR", "Main,Shop,5.00"] {
        let file = format!("{above}\nDate,Description,Amount\n2026-03-14,Fee,-12.34\n");
        assert_eq!(amounts(&file).unwrap(), ["-12.34"], "{above}");
    }
}
