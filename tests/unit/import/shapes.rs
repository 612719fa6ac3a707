//! Shapes of files that leave open what is money, whose it is, or what is a text.

use super::tests::{amounts, euros};
use super::*;
use crate::import::{Damage, ReadOptions, Remedy};

#[test]
fn a_header_below_another_title_begins_another_table() {
    let table = |title: &str, row: &str| format!("{title}\nDate,Text,Amount\n{row}\n");
    let file = |second: &str| {
        let first = table("Transactions of Giro", "2026-03-13,CAFE,-4.50");
        format!("{first}\n{}", table(second, "2026-03-14,SAVE,500.00"))
    };
    for title in ["Transactions of Savings", "\"Umsätze Tagesgeld PLUS-Konto\",\"Zeitraum: 30 Tage\""] {
        let error = read(&file(title), &euros(), &ProfileSet::builtin()).unwrap_err();
        assert_eq!((error.line, &error.remedy), (Some(6), &Remedy::SplitSections), "{title}");
    }
    for title in ["Transactions of Giro", "Page 2", "Seite 2 von 3", "Closing balance as of 14/03/2026,,1.00"] {
        assert_eq!(amounts(&file(title)).unwrap(), ["-4.50", "500.00"], "{title}");
    }
    let named =
        file("Transactions of Savings").replace("Text,", "Text,Own account,").replace("CAFE,", "CAFE,12345678,");
    let named = named.replace("SAVE,", "SAVE,87654321,");
    assert_eq!(
        read(&named, &euros(), &ProfileSet::builtin()).unwrap().statements.len(),
        2,
        "a column tells them apart"
    );
}

#[test]
fn columns_of_amounts_without_a_header_are_told_by_balances_alone() {
    for rows in [["-500.00,1000.00", "-500.00,500.00", "-500.00,1.00"], ["900,-500", "400,-500", "-101,-500"]] {
        let file: String = rows.iter().zip(1..).map(|(row, i)| format!("13/0{i}/2026,RENT,{row}\n")).collect();
        assert!(amounts(&file).is_err(), "{file}");
        assert!(amounts(&file.replace("1.00\n", "0.00\n").replace("-101", "-100")).is_ok(), "the balances go on");
        let two: String = file.lines().take(2).map(|row| format!("{row}\n")).collect();
        assert!(amounts(&two).is_err(), "two rows may go on by chance");
    }
    for constant in ["0.00", "0012345678", "12345678901"] {
        let row = |(i, amount): (i32, &str)| format!("13/0{i}/2026,RENT,{amount},{constant}\n");
        let file: String = (1..).zip(["-500.00", "-500.01", "20.00"]).map(row).collect();
        assert_eq!(amounts(&file).unwrap(), ["-500.00", "-500.01", "20.00"], "{constant}");
    }
    let newest_first = "01/05/2026,\"-12.50\",\"WOOLWORTHS 123\",\"+987.50\"\n30/04/2026,\"-20.00\",\"KMART\",\"+1000.00\"\n\
                        28/04/2026,\"+500.00\",\"SALARY\",\"+1020.00\"\n";
    assert_eq!(amounts(newest_first).unwrap(), ["-12.50", "-20.00", "500.00"]);
    let pair = "21.05.2026;SHOP;12,50;;987,50\n20.05.2026;BUS;20,00;0,00;1.000,00\n19.05.2026;PAY;;500,00;1.020,00\n";
    assert!(amounts(pair).is_err(), "they may be of a card: then the balance is what is owed");
}

#[test]
fn a_number_that_a_spreadsheet_rounded_names_no_account_and_no_row() {
    let file = |header: &str, cells: [&str; 2]| {
        let [a, b] = cells;
        format!("{header},Date,Text,Amount\n{a},2026-03-13,A,-1.00\n{b},2026-03-14,B,-2.00\n")
    };
    for header in ["Account Number", "Card Number", "Transaction ID"] {
        let rounded = file(header, ["1.23457E+11"; 2]);
        let parsed = read(&rounded, &euros(), &ProfileSet::builtin()).unwrap();
        let [only] = parsed.statements.as_slice() else { panic!("{header}") };
        assert!(only.account.number.is_none() && only.account.name.is_none(), "{header}");
        assert!(only.entries.iter().all(|entry| entry.bank_id.or_none().is_none()), "{header}");
    }
    let error =
        read(&file("Account Number", ["1.23457E+11", "12345678"]), &euros(), &ProfileSet::builtin()).unwrap_err();
    assert_eq!(error.remedy, Remedy::DownloadAgain(Damage::Rounded));
    let above = "Account number,1.23457E+11\n\nDate,Text,Amount\n2026-03-13,A,-1.00\n";
    assert!(read(above, &euros(), &ProfileSet::builtin()).unwrap().statements[0].account.number.is_none());
}

#[test]
fn knows_the_texts_and_days_of_booking_of_many_banks() {
    for (header, row, text) in [
        (
            "Buchungsdatum;Beschreibung1;Beschreibung2;Beschreibung3;Betrag",
            "2026-03-13;Coop;Zahlung;Bern;-4,50",
            "Coop",
        ),
        ("Kirjauspäivä;Määrä;Nimi;Otsikko", "2026/03/13;-4,50;R-KIOSKI;KORTTI", "R-KIOSKI"),
        ("Fecha;Detalle;Importe", "13/03/2026;BAR;-4,50", "BAR"),
        ("Date;Motif;Montant", "13/03/2026;LOYER;-4,50", "LOYER"),
        ("Data;Szczegóły transakcji;Kwota", "13/03/2026;SKLEP;-4,50", "SKLEP"),
    ] {
        let file = format!("{header}\n{row}\n");
        let parsed = read(&file, &euros(), &ProfileSet::builtin()).unwrap();
        let [entry] = parsed.statements[0].entries.as_slice() else { panic!("{header}") };
        assert_eq!((&*entry.description, entry.amount.to_string().as_str()), (text, "-4.50"), "{header}");
    }
    for header in [
        "Reskontradatum;Transaktionsdatum;Text;Belopp",
        "Verwerkingsdatum;Transactiedatum;Omschrijving;Bedrag",
        "Data contabilizzazione;Data valuta;Descrizione;Importo",
        "Fecha de asiento;Fecha valor;Concepto;Importe",
        "Date d'imputation;Date de valeur;Libellé;Montant",
    ] {
        let file = format!("{header}\n2026-04-01;2026-03-31;A;-4,50\n");
        let parsed = read(&file, &euros(), &ProfileSet::builtin()).unwrap();
        assert_eq!(parsed.statements[0].entries[0].day.to_string(), "2026-04-01", "{header}");
    }
}

#[test]
fn the_only_row_without_a_text_of_a_file_without_a_header_may_be_a_balance() {
    let rows = "13/03/2026;-4,50;Carte;CAFE\n12/03/2026;1000,00;Virement;ACME\n";
    let found = amounts(&format!("{rows}31/03/2026;1095,50;;\n"));
    assert!(found.unwrap_err().contains("may be a balance"));
    let several = format!("{rows}31/03/2026;1095,50;;\n31/03/2026;-5,50;;\n");
    assert_eq!(amounts(&several).unwrap().len(), 4, "it has rows without a text");
}

#[test]
fn a_title_among_the_rows_of_which_nothing_is_known_begins_others() {
    let refused = |file: &str| read(file, &euros(), &ProfileSet::builtin()).unwrap_err().remedy;
    let file = |between: &str| {
        format!("Date;Text;Amount\n{between}2026-03-13;A;-4,50\nTagesgeld;;\n2026-03-14;B;-1,00\n2026-03-15;C;-2,00\n")
    };
    for between in ["", "Girokonto;;\n"] {
        assert_eq!(refused(&file(between)), Remedy::SplitSections, "{between}");
    }
    // Rows of which the title below says that they are not what it says.
    let booked = file("Declined transactions;;\n").replace("Tagesgeld", "Posted transactions");
    assert_eq!(refused(&booked), Remedy::SplitSections);
    for harmless in
        ["March", "Page 2", "Week 2", "Note: fee waived", "-----", "Posted transactions", "Booked transactions"]
    {
        let found = amounts(&file("").replace("Tagesgeld", harmless)).unwrap();
        assert_eq!(found, ["-4.50", "-1.00", "-2.00"], "{harmless}");
    }
    let wrapped = file("").replace("Tagesgeld;;", ";THE SHOP;");
    assert_eq!(amounts(&wrapped).unwrap(), ["-4.50", "-1.00", "-2.00"], "the text goes on");
    let below = "Date;Text;Amount\nGirokonto;;\n2026-03-13;A;-4,50\n2026-03-14;B;-1,00\nThis is no statement;;\n";
    assert_eq!(amounts(below).unwrap(), ["-4.50", "-1.00"], "one title above all rows, and a footer");
    // The balance goes on.
    let tied = "Date;Text;Amount;Balance\n2026-03-13;A;-4,50;95,50\nContinued overleaf;;;\n2026-03-14;B;-1,00;94,50\n";
    assert_eq!(amounts(tied).unwrap(), ["-4.50", "-1.00"]);
    assert_eq!(refused(&tied.replace("94,50", "500,00")), Remedy::SplitSections);
}

#[test]
fn a_title_of_booked_rows_ends_the_pending_ones() {
    for title in ["Booked transactions", "Booked", "Buchungen gebucht", "Completed items:"] {
        let file =
            format!("Pending transactions\nDate,Text,Amount\n2026-03-14,A,-4.50\n{title},,\n2026-03-13,B,-1.00\n");
        let parsed = read(&file, &euros(), &ProfileSet::builtin()).unwrap();
        let found: Vec<&str> = parsed.statements[0].entries.iter().map(|entry| entry.status.as_str()).collect();
        assert_eq!(found, ["PENDING", "POSTED"], "{title}");
    }
}

#[test]
fn headings_of_one_statement_divide_no_tables() {
    let rows = |title: &str| {
        format!("Date,Description,Amount\n2026-02-10,A,-4.50\n2026-02-11,Interest,-5.50\n{title}\n2026-03-10,C,-6.50\n")
    };
    for title in [
        "Purchases",
        "Payments and credits,,",
        "Fees",
        "Interest charged",
        "Yesterday",
        "Your transactions",
        "Checks paid",
    ] {
        assert_eq!(amounts(&rows(title)).unwrap(), ["-4.50", "-5.50", "-6.50"], "{title}");
    }
    assert!(amounts(&rows("Declined")).is_err());
}

#[test]
fn a_last_number_without_the_decimals_of_all_others_may_be_cut() {
    for end in ["-1", "-1,0", "-1,"] {
        let file = format!(
            "Date;Text;Amount\n2026-03-11;A;-10,00\n2026-03-12;A;-9,00\n2026-03-13;A;-10,00\n2026-03-14;B;{end}"
        );
        assert!(amounts(&file).is_err(), "{end}");
        if end != "-1," {
            assert_eq!(amounts(&format!("{file}\n")).unwrap().len(), 4, "the line ends");
        }
    }
    let balance = "Date;Text;Amount;Balance\n2026-03-11;A;-10,00;110,00\n2026-03-12;A;-10,00;100,00\n2026-03-13;A;-10,00;90,00\n\
                   2026-03-14;B;-10,00;8";
    assert!(amounts(balance).unwrap_err().contains("its end may be missing"));
    let proven = "Date;Text;Balance;Amount\n2026-03-13;A;90,00;-10,00\n2026-03-14;B;88,00;-2";
    assert_eq!(amounts(proven).unwrap(), ["-10.00", "-2.00"]);
    let newest_first = "Date;Text;Amount;Balance\n2026-03-14;B;-2,15;997,85\n2026-03-13;A;-3,10;1000";
    assert_eq!(amounts(newest_first).unwrap(), ["-2.15", "-3.10"]);
    assert!(amounts("Date;Text;Amount\n2026-03-13;A;-4,55\n2026-03-14;B;-10").is_err(), "one is enough");
    for whole in ["-10,00\n2026-03-14;B;-1,00", "-10,50\n2026-03-14;B;-10,5\n2026-03-15;C;-1", "-12\n2026-03-14;B;-5"] {
        assert!(
            amounts(&format!("Date;Text;Amount\n2026-03-13;A;{whole}")).is_ok_and(|found| found.len() > 1),
            "{whole}"
        );
    }
}

#[test]
fn a_last_day_with_fewer_digits_than_all_others_may_be_cut() {
    let file = |days: [&str; 3]| {
        let rows: Vec<String> = days.iter().map(|day| format!("\n-1,00;A;{day}")).collect();
        amounts(&format!("Amount;Text;Date{}", rows.concat()))
    };
    assert!(file(["2026-03-13", "2026-03-14", "2026-03-1"]).unwrap_err().contains("its end may be missing"));
    assert!(file(["13/03/2026", "14/03/2026", "15/03/20"]).is_err());
    assert!(file(["2026-03-13", "2026-03-14", "2026-03-1\n"]).is_ok(), "the line ends");
    assert!(file(["2026-3-9", "2026-3-14", "2026-3-1"]).is_ok(), "the digits differ");
    assert!(file(["2026-03-13 10:15", "2026-03-14 10:15", "2026-03-15 10:1"]).is_ok(), "the day is whole");
}

#[test]
fn a_dash_in_one_of_two_columns_of_amounts_is_no_amount() {
    for none in ["-", "N/A", "NULL", "—", "−", " € -  "] {
        let file = format!("Date;Text;Debit;Credit\n2026-03-13;A;4,50;{none}\n2026-03-14;B;{none};1,00\n");
        assert_eq!(amounts(&file).unwrap(), ["-4.50", "1.00"], "{none}");
    }
    assert!(amounts("Date;Text;Amount\n2026-03-13;A;-\n2026-03-14;B;-1,00\n").is_err());
}

#[test]
fn rows_in_digits_of_another_script_are_no_titles() {
    let file = "日付,摘要,出金額,入金額\n٢٠٢٦/٠١/٣٠,給与,,٢٥٠\n";
    let parsed = read(file, &euros(), &ProfileSet::builtin()).unwrap();
    assert_eq!(parsed.statements[0].rejected[0].reason, "not a day of the calendar as this file writes days");
}

#[test]
fn wide_digits_are_those_of_a_day_and_an_amount_and_stay_in_a_text() {
    let file = "日付,摘要,出金額,入金額\n２０２６／０１／３０,第１給与,,２５０\n２０２６年２月１日,Ａ店,１，２３４円,\n２０２６／０２／０２,１２,３,\n";
    let yen = ReadOptions { currency: Some("JPY".parse().unwrap()), ..ReadOptions::default() };
    let parsed = read(file, &yen, &ProfileSet::builtin()).unwrap();
    let found: Vec<String> =
        parsed.statements[0].entries.iter().map(|e| format!("{} {} {}", e.day, e.amount, &*e.description)).collect();
    assert_eq!(found, ["2026-01-30 250 第１給与", "2026-02-01 -1234 Ａ店", "2026-02-02 -3 12"]);
    let brackets = "日付,摘要,金額\n2026/01/30,店,（１，０００）\n2026/01/31,店,(２，０００)\n2026/02/01,給与,（3）\n2026/02/02,給与,４，０００\n";
    let parsed = read(brackets, &yen, &ProfileSet::builtin()).unwrap();
    let found: Vec<String> = parsed.statements[0].entries.iter().map(|e| e.amount.to_string()).collect();
    assert_eq!(found, ["-1000", "-2000", "-3", "4000"]);
}

#[test]
fn a_day_more_than_a_year_from_today_is_rejected() {
    let options = ReadOptions { today: Some("2026-11-27".parse().unwrap()), ..euros() };
    let file = "Date;Text;Amount\n30/01/69;A;-1,00\n30/01/2126;B;-2,00\n31/12/2026;C;-3,00\n";
    let parsed = read(file, &options, &ProfileSet::builtin()).unwrap();
    let lines: Vec<u64> = parsed.statements[0].rejected.iter().map(|row| row.line).collect();
    assert_eq!(lines, [2, 3]);
    assert_eq!(parsed.statements[0].rejected[0].reason, "it would be 2069-01-30, more than a year from today");
}

#[test]
fn another_header_among_the_rows_begins_another_table() {
    for (first, second) in [
        ("Amount", "Debit,Credit"),
        ("Paid out,Paid in", "Paid in,Paid out"),
        ("Amount,Balance", "Balance,Amount"),
        ("Amount (USD)", "Amount (EUR)"),
    ] {
        let file = format!("Date,Text,{first}\n2026-03-13,A,-5.00\nDate,Text,{second}\n2026-03-14,B,-1.00\n");
        let error = read(&file, &ReadOptions::default(), &ProfileSet::builtin()).unwrap_err();
        assert_eq!((error.line, error.remedy), (Some(3), Remedy::SplitSections), "{second}");
    }
    // Rows of the other table that are none of this one.
    for (second, row) in [
        ("Text,Amount,Date", "RENT,-500.00,2026-03-15"),
        ("Number,Date,Payee,Amount", "7,2026-03-15,RENT,-500.00"),
        ("Number,Date,Payee,Amount", "107,2026-03-15,RENT,-500.00"),
    ] {
        let file = format!("Date,Text,Amount\n2026-03-13,A,-5.00\n\n{second}\n{row}\n");
        let error = read(&file, &ReadOptions::default(), &ProfileSet::builtin()).unwrap_err();
        assert_eq!((error.line, error.remedy), (Some(4), Remedy::SplitSections), "{second}");
    }
    let below = "Date,Text,Amount\n2026-03-13,A,-5.00\nDate,Text,Debit,Credit\nAll amounts in EUR,as of 31/03/2026\n";
    assert_eq!(amounts(below).unwrap(), ["-5.00"], "no rows are below it");
}

#[test]
fn a_header_that_is_repeated_is_of_one_account_where_the_balance_goes_on() {
    let header = "Date,Text,Amount,Balance\n";
    let file = |below: &str| format!("{header}2026-03-13,A,-10.00,90.00\n2026-03-14,B,-20.00,70.00\n{header}{below}\n");
    let refused = |file: &str, line: u64| {
        let error = read(file, &euros(), &ProfileSet::builtin()).unwrap_err();
        assert_eq!((error.line, error.remedy), (Some(line), Remedy::SplitSections), "{file}");
    };
    assert_eq!(amounts(&file("2026-03-15,C,-5.00,65.00")).unwrap().len(), 3, "oldest first");
    assert_eq!(amounts(&file("2026-03-12,C,-5.00,90.00")).unwrap().len(), 3, "newest first");
    assert_eq!(amounts(&file("2026-03-15,C,-5.00,\n2026-03-16,D,-1.00,64.00")).unwrap().len(), 4, "a balance a day");
    for other in ["2026-03-13,X,-1.00,4999.00", "2026-04-13,X,-1.00,4999.00", "2026-04-13,X,-1.00,"] {
        refused(&file(other), 4);
        refused(&file(&format!("2026-03-15,C,-5.00,65.00\n{header}{other}")), 6);
    }
    refused(
        &file("2026-03-13,X,-1.00,4999.00").replace(&format!("70.00\n{header}"), &format!("70.00\nPage 2\n{header}")),
        5,
    );
    assert_eq!(amounts(&file("2026-04-13,C,-5.00,65.00").replace("70.00\n", "70.00\nPage 2\n")).unwrap().len(), 3);
    // Downloads that were joined, each newest first.
    let month = |month: u32, first: i64| {
        let row =
            |(day, amount, balance): (u32, i64, i64)| format!("2026-{month:02}-{day},A,{amount}.00,{balance}.00\n");
        header.to_owned() + &[(20, -3, first - 7), (15, -4, first - 4)].map(row).concat()
    };
    assert_eq!(amounts(&(month(3, 100) + &month(4, 93))).unwrap().len(), 4);
    assert_eq!(amounts(&(month(4, 93) + &month(3, 100))).unwrap().len(), 4);
    refused(&(month(3, 100) + &month(4, 92)), 4);
    // A page whose only row has no balance.
    let page = month(3, 100) + "Page 2 of 2\n2026-03-14,A,-1.00,\n";
    assert_eq!(amounts(&page).unwrap().len(), 3);
    refused(&page.replace("03-14", "03-16"), 4);
}

#[test]
fn a_header_that_is_repeated_is_of_one_account_where_days_go_on_without_any_balance() {
    let header = "Date,Text,Amount\n";
    let rows = |days: [u32; 2]| header.to_owned() + &days.map(|day| format!("2026-03-{day},A,-1.00\n")).concat();
    for pages in [[[13, 14], [14, 15]], [[15, 14], [13, 12]], [[13, 13], [12, 12]]] {
        let [first, second] = pages.map(rows);
        for below in [second.clone(), format!("Page 2 of 2\n{second}"), second.replace(header, "Page 1 of 2\n")] {
            assert_eq!(amounts(&(first.clone() + &below)).unwrap().len(), 4, "{first}{below}");
        }
    }
    for tables in [[[13, 14], [13, 16]], [[13, 14], [11, 12]], [[13, 12], [15, 14]], [[13, 14], [16, 15]]] {
        let error = read(&tables.map(rows).concat(), &euros(), &ProfileSet::builtin()).unwrap_err();
        assert_eq!((error.line, error.remedy), (Some(4), Remedy::SplitSections), "{tables:?}");
        // A heading or the number of the account above each header. A title and a page may be those of every account.
        let [first, second] = tables.map(rows);
        let titled = |title: &str, again: &str| amounts(&format!("{title}\n{first}{again}\n{second}"));
        for (title, again) in [
            ("Transactions", "Purchases"),
            ("Account: 1111", "Account: 1111"),
            ("Account number: DE89370400440532013000", "Account number: DE89370400440532013000"),
            ("Pending transactions", "Transactions"),
        ] {
            assert!(titled(title, again).is_ok(), "{again} {tables:?}");
        }
        for (title, again) in [
            ("Transactions", "Transactions"),
            ("My bank", "My bank"),
            ("Page 1", "Page 1"),
            ("Transactions", "Page 1 of 1"),
            ("Page 1 of 2", "Page 2 of 2"),
            ("Withdrawals", "Withdrawals"),
            ("Account: 1111\nAccount: 2222", "Account: 2222"),
        ] {
            assert!(titled(title, again).is_err(), "{again} {tables:?}");
        }
        assert!(amounts(&(first.clone() + &second.replace(header, "Page 2\n"))).is_err(), "no header {tables:?}");
    }
}

#[test]
fn rows_of_several_accounts_are_told_apart_by_many_names() {
    let file = |name: &str, [first, second]: [&str; 2]| {
        format!("Date;{name};Text;Amount\n2026-03-13;{first};A;-1.00\n2026-03-14;{second};B;2.00\n")
    };
    let numbers = ["12345678901", "12345678902"];
    let statements = |file: &str| read(file, &euros(), &ProfileSet::builtin()).unwrap().statements.len();
    for name in ["My IBAN", "Own IBAN", "Account number (own)"] {
        assert_eq!(statements(&file(name, numbers)), 2, "{name}");
    }
    for name in ["Account nickname", "Sub-account", "Unterkonto", "Pot", "Space", "Konto-Name"] {
        assert_eq!(statements(&file(name, ["Everyday checking", "Holiday savings"])), 2, "{name}");
    }
    for name in ["Acct No.", "A/C Number", "Compte débité", "Účet", "Rachunek", "N° compte", "Hesap"] {
        let error = read(&file(name, numbers), &euros(), &ProfileSet::builtin()).unwrap_err();
        assert_eq!(error.remedy, Remedy::WriteProfileForAccounts, "{name}: they may be the other party's");
        assert_eq!(statements(&file(name, [numbers[0]; 2])), 1, "{name}");
    }
}

#[test]
fn an_account_that_is_written_in_two_ways_is_one_beside_cells_that_name_none() {
    let file = |second: &str| {
        format!(
            "Account,Date,Text,Amount\n1234-5678,2026-03-13,A,-1.00\n{second},2026-03-14,B,2.00\nn/a,2026-03-15,C,3.00\n"
        )
    };
    assert!(read(&file("1234 5678"), &euros(), &ProfileSet::builtin()).is_ok());
    let names = |first: &str, second: &str| file(second).replace("1234-5678", first);
    for text in [file("87654321"), names("Giro", "Giro+"), names("\u{1f3e0}", "\u{1f697}"), names("A-1", "A1")] {
        let error = read(&text, &euros(), &ProfileSet::builtin()).unwrap_err();
        assert_eq!(error.remedy, Remedy::WriteProfileForAccounts, "{text}");
    }
}

#[test]
fn a_label_above_the_header_names_the_account_in_more_words() {
    for label in ["Numéro Compte", "N° de compte", "Hesap No", "Rachunek", "Účet", "A/C No", "Acct #"] {
        let text = format!("{label};12345678901\n\nDate;Text;Amount\n13/03/2026;CAFE;-4,50\n");
        let parsed = read(&text, &euros(), &ProfileSet::builtin()).unwrap();
        let number = parsed.statements[0].account.number.as_ref().map(|n| n.full().to_owned());
        assert_eq!(number.as_deref(), Some("12345678901"), "{label}");
    }
}

#[test]
fn the_title_of_another_account_divides_the_rows() {
    let rows = "Date,Description,Amount\n2026-03-13,A,-10.00\n2026-03-14,B,20.00\n";
    for title in [
        "Account: 2222",
        "Card 2222,,",
        "Kontonummer 2222",
        "Card ending in 2222,,",
        "Visa March 2222",
        "Mai 2026 Visa 2222,,",
    ] {
        let same = format!("{rows}{title}\n2026-03-15,C,-7.00\n");
        let again = format!("Account: 1111\n{rows}\n{title}\n{rows}");
        for file in [same, again] {
            let error = read(&file, &euros(), &ProfileSet::builtin()).unwrap_err();
            assert_eq!(error.remedy, Remedy::SplitSections, "{file}");
        }
    }
    let on = "Date,Description,Amount,Balance\n2026-03-13,A,-10.00,90.00\nCard 2222,,,\n2026-03-14,B,20.00,110.00\n";
    assert!(read(on, &euros(), &ProfileSet::builtin()).is_ok(), "the balance goes on across it");
    let broken = format!("{rows}2026-03-32,,\n");
    assert_eq!(
        read(&broken, &euros(), &ProfileSet::builtin()).unwrap().statements[0].rejected.len(),
        1,
        "a broken day"
    );
}

#[test]
fn a_blank_name_at_the_end_of_a_header_has_a_column() {
    let text = "Date,Details,Amount,\n2026-03-13,A,1234.00,DR\n2026-03-14,B,5000.00,CR\n";
    let parsed = read(text, &euros(), &ProfileSet::builtin()).unwrap();
    let amounts: Vec<String> = parsed.statements[0].entries.iter().map(|e| e.amount.to_string()).collect();
    assert_eq!(amounts, ["-1234.00", "5000.00"]);
    let blank = text.replace(",DR", ",").replace(",CR", ",");
    assert_eq!(parsed.layout, read(&blank, &euros(), &ProfileSet::builtin()).unwrap().layout);
}

#[test]
fn a_cost_in_a_column_of_its_own_is_asked_for_under_many_names() {
    for name in [
        "Bank fee",
        "Fee 1",
        "Fees charged",
        "Total fees",
        "Txn Fee",
        "Merchant fee",
        "Taxa",
        "Masraf",
        "Komisyon",
        "Stamp duty",
        "Markup",
        "Costs",
        "Bollo",
        "Tip",
    ] {
        let file = format!("Date,Description,Amount,{name}\n2026-03-13,A,-100.00,-1.00\n2026-03-14,B,50.00,\n");
        let parsed = read(&file, &euros(), &ProfileSet::builtin()).unwrap();
        assert_eq!(parsed.statements[0].rejected.len(), 1, "{name}");
        let dashes = file.clone() + &"2026-03-15,C,5.00,-\n".repeat(5);
        assert_eq!(read(&dashes, &euros(), &ProfileSet::builtin()).unwrap().statements[0].rejected.len(), 1, "{name}");
        for nothing in ["", "0.00"] {
            let file = file.replace("-1.00", nothing);
            let parsed = read(&file, &euros(), &ProfileSet::builtin()).unwrap();
            assert_eq!(parsed.statements[0].rejected, [], "{name} {nothing:?}");
        }
    }
    let text = "Date,Description,Amount,Tip\n2026-03-13,A,-100.00,POS 12\n2026-03-14,B,50.00,Card\n";
    assert_eq!(read(text, &euros(), &ProfileSet::builtin()).unwrap().statements[0].rejected, [], "a kind, in Romanian");
    let tips =
        "Date,Description,Amount,Tip,Balance\n2026-03-13,A,-10.00,-2.00,88.00\n2026-03-14,B,-20.00,-3.00,65.00\n";
    let parsed = read(tips, &euros(), &ProfileSet::builtin()).unwrap();
    let amounts: Vec<String> = parsed.statements[0].entries.iter().map(|e| e.amount.to_string()).collect();
    assert_eq!(amounts, ["-12.00", "-23.00"], "proven by the balances");
}

#[test]
fn amounts_that_balances_contradict_for_another_column_are_refused() {
    for (head, rows) in [
        ("Amount,Charged Amount,Balance", ["-10.00,-9.00,91.00", "20.00,20.00,111.00", "-30.00,-27.00,84.00"]),
        (
            "Debit,Credit,Balance,Principal",
            [",500.00,9600.00,400.00", ",500.00,9196.00,404.00", ",500.00,8788.00,408.00"],
        ),
        ("Amount,Settled,Balance", ["-30.00,-27.00,84.00", "20.00,,111.00", "-10.00,-9.00,91.00"]),
    ] {
        let file = |rows: &[&str]| {
            let row = |(i, row): (usize, &&str)| format!("2026-03-{},A,{row}\n", 13 + i);
            format!("Date,Description,{head}\n{}", rows.iter().enumerate().map(row).collect::<String>())
        };
        let error = read(&file(&rows), &euros(), &ProfileSet::builtin()).unwrap_err().to_string();
        assert!(error.contains("the balances follow from the column"), "{head}: {error}");
        assert!(
            read(&file(&rows[..1]), &euros(), &ProfileSet::builtin()).is_ok(),
            "{head}: one balance proves nothing"
        );
    }
    let gap = "Date,Description,Amount,Reference,Balance\n2026-03-13,A,-10.00,7,90.00\n2026-03-14,B,-5.00,8,70.00\n";
    assert!(read(gap, &euros(), &ProfileSet::builtin()).is_ok(), "a row is missing, and no other column has it");
    let hold =
        "Date,Description,Amount,Points,Balance\n2026-03-13,A,-10.00,0.00,90.00\n2026-03-14,B,-99.00,0.00,90.00\n";
    assert!(read(hold, &euros(), &ProfileSet::builtin()).is_ok(), "zeros prove nothing");
}
