use std::collections::HashMap;

use super::*;

pub(super) fn page(name: &str) -> CodePage {
    CodePage::named(name).unwrap()
}

/// Encodes for a test: the byte that the page reads as each character; nothing where it has none.
pub(super) fn encode(text: &str, name: &str) -> Option<Vec<u8>> {
    let high = |byte: u8| page(name).decode(&[byte]).ok().and_then(|text| text.chars().next()).map(|c| (c, byte));
    let table: HashMap<char, u8> = (128..=255).filter_map(high).collect();
    text.chars().map(|c| if c.is_ascii() { u8::try_from(c).ok() } else { table.get(&c).copied() }).collect()
}

fn encoded(text: &str, name: &str) -> Vec<u8> {
    encode(text, name).unwrap_or_else(|| panic!("{text:?} in {name}"))
}

#[test]
fn the_language_proves_the_page() {
    for (text, name) in [
        ("Datum;Částka;Popis\n1.3.2026;-175,50;Řeznictví Dvořák\n", "windows-1250"),
        ("Datum;Částka;Popis\n1.3.2026;-175,50;Řeznictví Dvořák, Šťastný\n", "ISO-8859-2"),
        ("Data;Kwota;Opis\n2026-03-01;-75,50;Żabka Łódź\n", "windows-1250"),
        ("Data;Kwota;Opis\n2026-03-01;-75,50;Księgarnia pod Dębem, Łódź, Świętokrzyska\n", "ISO-8859-2"),
        ("Dátum;Összeg;Közlemény\n2026.03.01;-75,50;Győri Pék, Fűszer\n", "windows-1250"),
        ("Date;Libellé;Montant\n01/03/2026;-5,00;Boulangerie du Père Noël\n", "windows-1252"),
        ("Buchungstag;Betrag;Empfänger\n01.03.2026;-5,00 €;Müller Straße\n", "windows-1252"),
        ("Buchungstag;Betrag;Empfänger\n01.03.2026;-5,00 €;Müller\n", "ISO-8859-15"),
        ("Buchungstag;Betrag;Empfänger\n01.03.2026;-5,00;Müller Straße\n", "IBM850"),
        ("Dato;Beløb;Tekst\n01.03.2026;-5,00;Købmand Sørensen, Århus\n", "windows-1252"),
        ("Fecha;Importe;Concepto\n01/03/2026;-5,00;Panadería Muñoz, Nº 3\n", "windows-1252"),
        ("Data;Valor;Descrição\n01/03/2026;-5,00;Padaria São João\n", "windows-1252"),
        ("Data;Importo;Causale\n01/03/2026;-5,00;Società elettrica, perché\n", "windows-1252"),
        ("Дата;Сумма;Описание\n01.03.2026;-5,00;Продукты\n", "windows-1251"),
    ] {
        assert_eq!(code_page(&encoded(text, name)), Proof::Page(page(name)), "{text}");
    }
    let (japanese, ..) = SHIFT_JIS.encode("日付,摘要,金額\n2026/03/01,ATM出金,-5000\n");
    assert_eq!(code_page(&japanese), Proof::Page(page("shift_jis")));
}

#[test]
fn readings_that_are_alike_need_no_language() {
    assert_eq!(code_page(b"1.3.2026;-5,00;M\xfcller\n"), Proof::Page(page("windows-1252")));
    // Nobody would take it for `Úclair`, in the code page of DOS.
    assert_eq!(code_page(b"2026-03-01, \xe9clair, 1\n"), Proof::Page(page("windows-1252")));
    // Letters hidden behind an X.
    assert_eq!(code_page(b"X\xfdX\xecX;XX \xfa\xe8XX\n"), Proof::Page(page("windows-1250")));
}

#[test]
fn an_open_page_is_asked_with_the_word_under_each() {
    // `Mètre` or `Mčtre`, and nothing says which.
    let Proof::Open { at, readings } = code_page(b"2026-03-01;-5,00;M\xe8tre\n") else { panic!() };
    assert_eq!(at, 17);
    let read = |name: &str| readings.iter().find(|(p, _)| *p == page(name)).map(|(_, word)| word.as_str());
    assert_eq!((read("windows-1252"), read("windows-1250")), (Some("Mètre"), Some("Mčtre")));
}

#[test]
fn an_english_heading_and_czech_money_prove_nothing() {
    let text = encoded("Date;Amount;Currency;Description\n2026-03-01;-5,00;CZK;Pekárna Počká\n", "windows-1250");
    assert!(matches!(code_page(&text), Proof::Open { .. }));
}
