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
    // Letters hidden behind an X: only one page makes words of them, and no word is known.
    assert!(matches!(code_page(b"X\xfdX\xecX;XX \xfa\xe8XX\n"), Proof::Open { .. }));
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

#[test]
fn a_reading_that_is_left_alone_is_asked_unless_its_words_are_known() {
    let rows = |texts: &[&str]| {
        let row = |(day, text): (usize, &&str)| format!("2026-03-{:02},{text},-5.00\n", day + 1);
        format!("Date,Description,Amount\n{}", texts.iter().enumerate().map(row).collect::<String>())
    };
    for (texts, name) in [
        (&["Žiedas", "Ąsotis"][..], "windows-1257"),
        (&["Ķirši", "Pīrādziņš"], "windows-1257"),
        (&["לחם", "גן"], "windows-1255"),
        (&["Ψωμί", "Ελιές"], "windows-1253"),
        (&["Хлеб", "Сыр"], "windows-1251"),
    ] {
        let proof = code_page(&encoded(&rows(texts), name));
        let Proof::Open { readings, .. } = &proof else { panic!("{texts:?}: {proof:?}") };
        assert!(readings.len() > 1 && readings.iter().any(|(page, _)| page.name() == name), "{texts:?}: {readings:?}");
        let shown: Vec<&String> = readings.iter().map(|(_, word)| word).collect();
        assert!(shown.iter().any(|word| *word != shown[0]), "{shown:?}");
    }
    for (texts, name) in [
        (&["Mokėjimas", "Išmoka", "Lėšos"][..], "windows-1257"),
        (&["Rēķins", "Apmaksa", "Pārskaitījums"], "windows-1257"),
        (&["משכורת", "סופר"], "windows-1255"),
        (&["Σούπερ μάρκετ", "Πληρωμή"], "windows-1253"),
        (&["Señor Ñandú", "Peña"], "windows-1252"),
        (&["Café Noir"], "windows-1252"),
    ] {
        assert_eq!(code_page(&encoded(&rows(texts), name)), Proof::Page(page(name)), "{texts:?}");
    }
}

#[test]
fn a_question_offers_the_pages_that_read_every_byte_as_a_letter() {
    let offered = |text: &[u8]| match code_page(text) {
        Proof::Open { readings, .. } => {
            readings.into_iter().map(|(page, word)| format!("{} {word}", page.name())).collect()
        }
        Proof::Page(page) => vec![page.name().to_owned()],
    };
    let macintosh = offered(b"2026-03-13,Caf\x8e,-5.00\n");
    assert!(macintosh.contains(&"macintosh Café".to_owned()), "{macintosh:?}");
    assert!(!macintosh.iter().any(|one| one.starts_with("windows-1251")), "two scripts in a word: {macintosh:?}");
    let (korean, ..) = EUC_KR.encode("2026-03-13,급여,-5.00\n");
    let korean: Vec<String> = offered(&korean);
    assert!(korean.contains(&"EUC-KR 급여".to_owned()) && !korean.iter().any(|one| one.contains('º')), "{korean:?}");
}

#[test]
fn pages_of_two_bytes_for_a_letter_may_have_fewer_words() {
    for bytes in [&[170, 229, 91, 137, 64, 0][..], b"\xaa\xe5[\x89@", b"caf\xe9 \x89@\xe5[ \xaa\xe5"] {
        assert!(matches!(code_page(bytes), Proof::Open { .. } | Proof::Page(_)));
    }
}
