//! What a CSV file says beside its amounts: whose rows they are, on which card, pending or posted, and what is no row.

use super::tests::{amounts, euros};
use super::*;
use crate::import::options::KnownAccount;
use crate::import::{ReadOptions, Remedy, SignRule};
use crate::model::{AccountType, Currency, EntryStatus, Statement};

#[test]
fn the_name_of_the_owners_account_comes_before_one_of_eithers() {
    let file = "Auftragskonto;Buchungstag;Verwendungszweck;IBAN;Betrag\n\
                DE02120300000000202051;13.03.2026;Miete;DE89370400440532013000;-500,00\n\
                DE02120300000000202051;14.03.2026;Zins;DE02500105170137075030;2,00\n";
    let parsed = read(file, &euros(), &ProfileSet::builtin()).unwrap();
    let [only] = parsed.statements.as_slice() else { panic!("{:?}", parsed.statements) };
    assert_eq!((only.entries.len(), only.account.number.as_ref().unwrap().full()), (2, "DE02120300000000202051"));
    assert!(read(&file.replace("Auftragskonto", "Text"), &euros(), &ProfileSet::builtin()).is_err());
}

#[test]
fn a_text_in_a_column_of_accounts_is_a_name() {
    let file = |cells: [&str; 2]| {
        let [a, b] = cells;
        format!("Account,Date,Text,Amount\n{a},2026-03-13,Shop,-5.00\n{b},2026-03-14,Int,6.00\n")
    };
    let accounts = |text: &str| {
        let parsed = read(text, &euros(), &ProfileSet::builtin()).unwrap();
        let of = |s: &Statement<'_>| (s.account.name.clone(), s.account.number.as_ref().map(|n| n.full().to_owned()));
        parsed.statements.iter().map(of).collect::<Vec<_>>()
    };
    let name = |name: &str| (Some(name.to_owned()), None);
    let number = |number: &str| (None, Some(number.to_owned()));
    assert_eq!(accounts(&file(["Main", "Rainy"])), [name("Main"), name("Rainy")]);
    assert_eq!(accounts(&file(["Joint Savings", "Savings"])), [name("Joint Savings"), name("Savings")]);
    assert_eq!(accounts(&file(["Visa 1234", "Amex 1234"])), [name("Visa 1234"), name("Amex 1234")]);
    assert_eq!(accounts(&file(["XXXX1234", "U1234567"])), [number("XXXX1234"), number("U1234567")]);
    let quoted = file(["DE89370400440532013000", "DE89370400440532013000\""]);
    assert_eq!(accounts(&quoted), [number("DE89370400440532013000")], "a quote is no part of it");
    let both =
        "Date,Account,Account name,Text,Amount\n2026-03-13,Main,Joint,Shop,-5.00\n2026-03-14,Rainy,Joint,Int,6.00\n";
    assert_eq!(accounts(both), [name("Joint Main"), name("Joint Rainy")]);
}

#[test]
fn splits_no_account_by_the_numbers_of_its_cards() {
    let profiles = ProfileSet::builtin();
    for name in ["Card No", "Card Number", "Card", "Card Ending"] {
        let bare = format!(
            "Date,{name},Text,Amount\n2026-03-01,XX1111,Shop,-5.00\n2026-03-02,XX2222,Cafe,-6.00\n\
             2026-03-03,XX1111,Shop,-7.00\n"
        );
        let error = read(&bare, &euros(), &profiles).unwrap_err();
        assert_eq!((error.remedy, error.field.as_deref()), (Remedy::WriteProfileForCards, Some(name)));
        let tied = format!(
            "Date,{name},Text,Amount,Balance\n2026-03-01,XX1111,Shop,-5.00,95.00\n2026-03-02,XX2222,Cafe,-6.00,89.00\n\
             2026-03-03,XX1111,Shop,-7.00,82.00\n"
        );
        let parsed = read(&tied, &euros(), &profiles).unwrap();
        let [only] = parsed.statements.as_slice() else { panic!("{name}: {} statements", parsed.statements.len()) };
        assert_eq!((only.entries.len(), only.account.number.is_none()), (3, true), "{name}");
        let one = bare.replace("XX2222", "XX1111");
        let parsed = read(&one, &euros(), &profiles).unwrap();
        assert_eq!(parsed.statements[0].account.number.as_ref().map(|n| n.full()), Some("XX1111"), "{name}");
    }
    for words in [["Anna", "Bob"], ["yes", "no"]] {
        let [a, b] = words;
        let text = format!("Date,Card,Text,Amount\n2026-03-01,{a},Shop,-5.00\n2026-03-02,{b},Cafe,6.00\n");
        let parsed = read(&text, &euros(), &profiles).unwrap();
        let [only] = parsed.statements.as_slice() else { panic!("{words:?}") };
        assert!(only.account.number.is_none() && only.account.name.is_none(), "{words:?}");
        assert_eq!(amounts(&text).unwrap(), ["-5.00", "6.00"]);
    }
}

#[test]
fn refuses_several_cards_under_a_profile_that_does_not_call_each_an_account() {
    let text = "Transaction Date,Posted Date,Card No.,Description,Category,Debit,Credit\n\
                2026-03-01,2026-03-02,1111,SHOP,Merchandise,5.00,\n2026-03-03,2026-03-04,2222,CAFE,Dining,6.00,\n";
    let profiles = ProfileSet::builtin();
    let error = read(text, &ReadOptions::default(), &profiles).unwrap_err();
    assert_eq!((error.remedy, error.field.as_deref()), (Remedy::WriteProfileForCards, Some("Card No.")));
    let one = text.replace("2222", "1111");
    let parsed = read(&one, &ReadOptions::default(), &profiles).unwrap();
    assert_eq!(parsed.statements[0].account.number.as_ref().map(|n| n.full()), Some("1111"));
}

#[test]
fn rows_below_a_pending_title_are_pending_until_booked_ones_begin() {
    const HEADER: &str = "Date,Text,Amount";
    const ROW: &str = "2026-03-20,Shop,-5.00";
    const OTHER: &str = "2026-03-13,Cafe,3.00";
    let pending = |lines: &[&str]| {
        let text = lines.join("\n") + "\n";
        let parsed = read(&text, &euros(), &ProfileSet::builtin()).unwrap();
        let entries = &parsed.statements[0].entries;
        entries.iter().map(|e| e.status == EntryStatus::Pending).collect::<Vec<_>>()
    };
    for (why, lines, expected) in [
        ("above", vec!["Pending Transactions", HEADER, ROW, "Posted Transactions", OTHER], [true, false]),
        (
            "header twice",
            vec!["Pending Transactions", HEADER, ROW, "Posted Transactions", HEADER, OTHER],
            [true, false],
        ),
        ("above, all", vec!["Pending transactions", "", HEADER, ROW, OTHER], [true, true]),
        ("one word", vec![HEADER, "Pending", ROW, "Completed", OTHER], [true, false]),
        ("none pending", vec!["Pending", "Posted", HEADER, ROW, OTHER], [false, false]),
        ("a text that goes on", vec![HEADER, "Pending", ROW, ",Completed,", OTHER], [true, true]),
        ("a label", vec!["Status,Pending", HEADER, ROW, OTHER], [false, false]),
    ] {
        assert_eq!(pending(&lines), expected, "{why}");
    }
}

#[test]
fn kinds_of_cards_tell_a_direction_only_where_balances_agree() {
    let file = |name: &str, balance: [&str; 4]| {
        let [title, a, b, c] = balance;
        format!(
            "Date,Text,Amount,{name}{title}\n2026-03-13,A,5.00,Debit{a}\n2026-03-14,B,6.00,Credit{b}\n\
             2026-03-15,C,7.00,Debit{c}\n"
        )
    };
    for name in ["Paid with", "Network", "Card type"] {
        assert_eq!(amounts(&file(name, [""; 4])).unwrap_err(), "sign: out in card", "{name}");
    }
    let signs = ["-5.00", "6.00", "-7.00"];
    assert_eq!(amounts(&file("Paid with", [",Balance", ",95.00", ",101.00", ",94.00"])).unwrap(), signs);
    assert_eq!(amounts(&file("Debit/Credit", [""; 4])).unwrap(), signs, "the name says what the words are");
    let paid = file("Paid with", [",Balance", ",95.00", ",89.00", ",82.00"]);
    assert!(amounts(&paid).unwrap_err().starts_with("sign:"), "balances fall by every amount, whatever the words");
    // The person may say what the words seem to contradict.
    let options = ReadOptions { sign: Some(SignRule::Out), ..euros() };
    let text = file("Paid with", [""; 4]);
    let parsed = read(&text, &options, &ProfileSet::builtin()).unwrap();
    assert!(parsed.statements[0].entries.iter().all(|entry| entry.amount.is_negative()));
}

#[test]
fn a_payment_beside_deposits_leaves_an_account_that_is_no_debt() {
    let text = "Date,Type,Text,Amount\n2026-03-13,Payment,Shoes,30.00\n2026-03-14,Deposit,Wages,100.00\n\
                2026-03-15,Payment,Gas,20.00\n";
    let read_as = |kind| {
        let account = Some(KnownAccount::new(kind, Currency::EUR));
        let parsed = read(text, &ReadOptions { account, ..euros() }, &ProfileSet::builtin()).unwrap();
        let amounts: Vec<String> = parsed.statements[0].entries.iter().map(|e| e.amount.to_string()).collect();
        parsed.questions.is_empty().then_some(amounts)
    };
    let out = ["-30.00", "100.00", "-20.00"].map(str::to_owned).to_vec();
    assert_eq!(read_as(AccountType::Checking), Some(out));
    assert_eq!(read_as(AccountType::Other), None, "nothing is known of the account");
    assert_eq!(read_as(AccountType::CreditCard), None, "both words are money in there");
}

#[test]
fn a_cell_that_says_that_there_is_no_account_names_none() {
    let file = |column: &str, cells: [&str; 3]| {
        let row = |(day, cell): (usize, &&str)| format!("2026-03-1{day},Shop,-5.00,{cell}\n");
        format!("Date,Text,Amount,{column}\n{}", cells.iter().enumerate().map(row).collect::<String>())
    };
    let iban = "DE89370400440532013000";
    for (column, cells) in [
        ("IBAN", ["null", "null", "INTERN"]),
        ("IBAN", ["null"; 3]),
        ("IBAN", ["intern", "intern", iban]),
        ("Account", ["N/A"; 3]),
        ("Account", ["-", "--", "12345678"]),
        ("Account name", ["none"; 3]),
    ] {
        let text = file(column, cells);
        let parsed = read(&text, &euros(), &ProfileSet::builtin()).unwrap();
        let [only] = parsed.statements.as_slice() else { panic!("{column} {cells:?}: {:?}", parsed.statements) };
        let named = (only.entries.len(), only.account.number.is_some(), only.account.name.is_some());
        assert_eq!(named, (3, false, false), "{column} {cells:?}");
    }
    // What names one in every row goes on to do so.
    for (column, cell) in [("Account", "Nil's purse"), ("Account name", "N26"), ("IBAN", iban)] {
        let text = file(column, [cell; 3]);
        let parsed = read(&text, &euros(), &ProfileSet::builtin()).unwrap();
        let account = &parsed.statements[0].account;
        assert_eq!(account.name.as_deref().or(account.number.as_ref().map(|n| n.full())), Some(cell), "{column}");
    }
    let two = file("IBAN", [iban, "", "DE02500105170137075030"]);
    assert!(read(&two, &euros(), &ProfileSet::builtin()).is_err(), "two may be the other parties'");
    // A row that says so is of one of several.
    for cells in [["Main", "Visa", "null"], ["1111222233", "4444555566", "-"]] {
        let text = file("Account", cells);
        let refused = read(&text, &euros(), &ProfileSet::builtin()).unwrap_err();
        assert_eq!(refused.remedy, Remedy::WriteProfileForAccounts, "{cells:?}: {refused}");
    }
    let purses = file("Account", ["\u{1f3e0}", "\u{1f697}", "\u{1f3e0}"]);
    assert_eq!(read(&purses, &euros(), &ProfileSet::builtin()).unwrap().statements.len(), 2, "signs are names");
}

#[test]
fn a_total_without_an_account_is_no_row_of_one() {
    for (name, accounts) in [("Account name", ["Aa", "Bb"]), ("Account", ["11112222", "33334444"])] {
        let [a, b] = accounts;
        let file = |total: &str| {
            format!(
                "{name},Date,Text,Amount\n{a},2026-03-01,s,-5.00\n{b},2026-03-02,i,6.00\n{a},2026-03-03,r,3.00\n\
                 ,2026-03-31,Total,{total}\n"
            )
        };
        let text = file("4.00");
        let parsed = read(&text, &euros(), &ProfileSet::builtin()).unwrap();
        let rows: Vec<usize> = parsed.statements.iter().map(|s| s.entries.len()).collect();
        assert_eq!(rows, [2, 1], "{name}");
        let skipped: u64 = parsed.statements.iter().flat_map(|s| &s.skipped).map(|s| s.count).sum();
        assert_eq!(skipped, 1, "{name}");
        // The sum of nothing may be a payee: whose row it is stays open.
        let text = file("4.50");
        let parsed = read(&text, &euros(), &ProfileSet::builtin()).unwrap();
        assert_eq!(parsed.statements.iter().map(|s| s.entries.len()).sum::<usize>(), 4, "{name}");
        assert!(parsed.statements[2].account.number.is_none() && parsed.statements[2].account.name.is_none());
    }
}

#[test]
fn a_balance_that_names_its_account_before_the_first_row_is_kept() {
    let text = "Account,Date,Text,Amount,Balance\n1111,2026-03-01,Opening balance,,50.00\n\
                2222,2026-03-01,Opening balance,,10.00\n3333,2026-03-01,Opening balance,,7.00\n\
                1111,2026-03-05,Shop,-5.00,45.00\n2222,2026-03-06,Int,1.00,11.00\n";
    let balances = |text: &str| {
        let parsed = read(text, &euros(), &ProfileSet::builtin()).unwrap();
        let of = |s: &Statement<'_>| s.balances.iter().map(|b| b.amount.to_string()).collect::<Vec<_>>();
        parsed.statements.iter().map(of).collect::<Vec<_>>()
    };
    assert_eq!(balances(text), [["50.00", "45.00"], ["10.00", "11.00"]]);
    let one = text.replace("2222,2026-03-06,Int,1.00,11.00\n", "");
    assert_eq!(balances(&one), [["50.00", "45.00"]], "the balance of an account without rows is not another's");
}

#[test]
fn asks_which_sign_a_card_of_unknown_kind_prints_purchases_with() {
    let file = |balance: [&str; 4], rows: [&str; 3]| {
        let ([title, a, b, c], [x, y, z]) = (balance, rows);
        format!(
            "Card Number,Date,Text,Amount{title}\nXXXX4821,2026-03-01,Grocer,{x}{a}\nXXXX4821,2026-03-02,Cafe,{y}{b}\n\
             XXXX4821,2026-03-05,Thank you,{z}{c}\n"
        )
    };
    let debt = [",Balance", ",145.00", ",165.00", ",100.00"];
    let positive = ["45.00", "20.00", "-65.00"];
    for text in [file(debt, positive), file([""; 4], positive)] {
        assert_eq!(amounts(&text).unwrap_err(), "sign: card in");
        let account = Some(KnownAccount::new(AccountType::Checking, Currency::EUR));
        let known = read(&text, &ReadOptions { account, ..euros() }, &ProfileSet::builtin()).unwrap();
        assert!(known.questions.is_empty(), "a card of a current account");
    }
    let said = ReadOptions { sign: Some(SignRule::Card), ..euros() };
    let text = file(debt, positive);
    let parsed = read(&text, &said, &ProfileSet::builtin()).unwrap();
    let found: Vec<String> = parsed.statements[0].entries.iter().map(|e| e.amount.to_string()).collect();
    assert_eq!(found, ["-45.00", "-20.00", "65.00"]);
    assert_eq!(parsed.statements[0].balances[0].amount.to_string(), "-100.00");
    // Most rows of a card are purchases: here the minus is theirs.
    assert_eq!(amounts(&file([""; 4], ["-45.00", "-20.00", "65.00"])).unwrap(), ["-45.00", "-20.00", "65.00"]);
}

#[test]
fn refuses_another_amount_beside_money_out_and_in() {
    let file = |header: &str, rows: [&str; 2]| {
        format!("Date,Text,{header}\n2026-03-01,a,{}\n2026-03-02,b,{}\n", rows[0], rows[1])
    };
    let found = amounts(&file("Debit,Credit,Amount", ["3.00,,-3.30", ",10.00,11.00"])).unwrap_err();
    assert!(found.contains("Debit and Amount") && found.contains("\"3.00\" and \"-3.30\""), "{found}");
    let found = amounts(&file("Debit,Credit,Amount", ["3.00,,-3.00", ",10.00,11.00"])).unwrap_err();
    assert!(found.contains("Credit and Amount"), "{found}");
    let found = amounts(&file("Debit,Credit,Amount,Fee", ["3.00,,-3.30,0.30", ",10.00,10.00,"])).unwrap_err();
    assert!(found.contains("Debit and Amount"), "a debit without the fee: {found}");
    for (why, header, rows) in [
        ("equal but for the sign", "Debit,Credit,Amount", ["3.00,,-3.00", ",10.00,10.00"]),
        ("in part of the rows", "Debit,Credit,Amount", ["3.00,,", ",10.00,10.00"]),
        ("what the shop asked for", "Debit,Credit,Original amount", ["3.00,,3.30", ",10.00,11.00"]),
    ] {
        let found = amounts(&file(header, rows)).unwrap_or_else(|error| vec![error]);
        assert_eq!(found, ["-3.00", "10.00"], "{why}");
    }
}

#[test]
fn an_id_of_nothing_but_apostrophes_is_none() {
    let text = "Date,Reference Number,Text,Amount\n2026-03-13,'',Shop,-5.00\n2026-03-14,'042',Inn,-6.00\n";
    let parsed = read(text, &euros(), &ProfileSet::builtin()).unwrap();
    let ids: Vec<Option<&str>> = parsed.statements[0].entries.iter().map(|e| e.bank_id.or_none()).collect();
    assert_eq!(ids, [None, Some("042")]);
}

#[test]
fn rows_that_name_the_holder_of_a_card_may_print_purchases_without_a_minus() {
    let file = |name: &str| {
        format!(
            "Date,Text,{name},Amount\n2026-03-13,CAFE,IDA,4.50\n2026-03-14,SHOP,IDA,60.00\n2026-03-15,AUTOPAY,IDA,-64.50\n"
        )
    };
    for name in ["Card Member", "Cardholder Name", "Karteninhaber"] {
        assert_eq!(amounts(&file(name)).unwrap_err(), "sign: card in", "{name}");
    }
    let amex = "Date,Receipt,Description,Card Member,Account #,Amount\n06/08/2026,,SHOP,IDA,-13000,28.74\n\
                06/19/2026,*,AUTOPAY,IDA,-13000,-28.74\n";
    let parsed = read(amex, &euros(), &ProfileSet::builtin()).unwrap();
    assert_eq!(parsed.profile.as_deref(), Some("amex"));
    assert_eq!(amounts(amex).unwrap(), ["-28.74", "28.74"]);
}

#[test]
fn a_word_behind_the_day_says_that_a_row_is_pending() {
    let file = |cell: &str| format!("Date;Text;Amount\n14/03/2026;B;-2,00\n{cell};A;-1,00\n13/03/2026;C;-2,00\n");
    for cell in ["15/03/2026 Pending", "15/03/2026 (vorgemerkt)", "15 Mar 2026 (pending)", "Mar 15, 2026 - Pending"] {
        let text = file(cell);
        let parsed = read(&text, &euros(), &ProfileSet::builtin()).unwrap();
        let entry = &parsed.statements[0].entries.iter().find(|e| &*e.description == "A").unwrap();
        assert_eq!((entry.status, entry.day.to_string().as_str()), (EntryStatus::Pending, "2026-03-15"), "{cell}");
    }
    let text = file("15/03/2026 booked");
    let parsed = read(&text, &euros(), &ProfileSet::builtin()).unwrap();
    assert_eq!(parsed.statements[0].rejected.len(), 1, "no row is passed over");
}

#[test]
fn a_column_of_days_that_is_blank_in_every_row_says_nothing_beside_another_day_of_posting() {
    let booked = |header: &str, rows: [&str; 2]| {
        let text = format!("{header},Text,Amount\n{},Shop,-5.00\n{},Pay,6.00\n", rows[0], rows[1]);
        let parsed = read(&text, &euros(), &ProfileSet::builtin()).unwrap();
        parsed.statements[0].entries.iter().map(|e| e.status == EntryStatus::Posted).collect::<Vec<_>>()
    };
    let (blank, partly) = (["2026-05-14,", "2026-05-15,"], ["2026-05-14,", "2026-05-15,2026-05-16"]);
    assert_eq!(booked("Booking Date,Posted", blank), [true, true]);
    assert_eq!(booked("Buchungstag,Posted", blank), [true, true]);
    assert_eq!(booked("Booking Date,Posted", partly), [false, true], "what it says of one row counts");
    assert_eq!(booked("Date,Posted", blank), [false, false], "no other day is that of posting");
}

#[test]
fn offers_profiles_of_the_currency_and_the_names_of_columns_where_several_fit() {
    let text = "Date,Transaction,Name,Memo,Amount\n3/13/2026,DEBIT,LOBLAWS,x,-12.5\n3/2/2026,CREDIT,PAYROLL,,1000\n";
    let choices = |currency: &str| {
        let options = ReadOptions { currency: currency.parse().ok(), ..ReadOptions::default() };
        match read(text, &options, &ProfileSet::builtin()).unwrap_err().remedy {
            Remedy::Answer(questions) => questions[0].choices.clone(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(choices("CAD"), ["scotiabank", "generic"]);
    assert_eq!(choices("USD"), ["fidelity-rewards-visa", "us-bank", "generic"]);
    let options = ReadOptions { currency: "EUR".parse().ok(), ..ReadOptions::default() };
    assert_eq!(read(text, &options, &ProfileSet::builtin()).unwrap().profile.as_deref(), Some("generic"));
}
