//! Shapes of files that leave open what is money, whose it is, or what is a text.

use super::tests::{amounts, euros};
use super::*;
use crate::import::{Damage, Remedy};

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
fn two_columns_of_amounts_without_a_header_are_not_read_though_one_is_constant() {
    for rows in [["-500.00,1000.00", "-500.00,500.00", "-500.00,0.00"], ["900,-500", "400,-500", "-100,-500"]] {
        let file: String = rows.iter().zip(1..).map(|(row, i)| format!("13/0{i}/2026,RENT,{row}\n")).collect();
        assert!(amounts(&file).is_err(), "{file}");
    }
    for constant in ["0.00", "0012345678", "12345678901"] {
        let row = |(i, amount): (i32, &str)| format!("13/0{i}/2026,RENT,{amount},{constant}\n");
        let file: String = (1..).zip(["-500.00", "-500.01", "20.00"]).map(row).collect();
        assert_eq!(amounts(&file).unwrap(), ["-500.00", "-500.01", "20.00"], "{constant}");
    }
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
    let several = format!("{rows}31/03/2026;1095,50;;\n31/03/2026;5,50;;\n");
    assert_eq!(amounts(&several).unwrap().len(), 4, "it has rows without a text");
}
