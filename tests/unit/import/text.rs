use proptest::prelude::*;

use super::*;

fn refused(bytes: &[u8]) -> ImportError {
    decode(bytes, None).unwrap_err()
}

fn utf16(text: &str, little: bool) -> Vec<u8> {
    text.encode_utf16().flat_map(|u| if little { u.to_le_bytes() } else { u.to_be_bytes() }).collect()
}

#[test]
fn accepts_one_nul_at_the_end_and_refuses_two() {
    assert_eq!(decode(b"<OFX></OFX>\0", None).unwrap().text, "<OFX></OFX>");
    assert_eq!(refused(b"<OFX></OFX>\0\0").problem, Problem::Encoding);
}

#[test]
fn borrows_utf8_and_removes_its_mark() {
    let plain = decode("Date,Café\n".as_bytes(), None).unwrap();
    assert!(matches!(plain.text, Cow::Borrowed("Date,Café\n")));
    assert_eq!(plain.encoding, "UTF-8");
    let marked = decode(b"\xef\xbb\xbfDate,Amount\n", None).unwrap();
    assert!(matches!(marked.text, Cow::Borrowed("Date,Amount\n")));
}

#[test]
fn reads_utf16_with_and_without_a_mark() {
    let text = "Datum;Betrag\n01.02.2024;-5,00 €\n";
    for little in [true, false] {
        let bare = utf16(text, little);
        let mark: &[u8] = if little { &[0xff, 0xfe] } else { &[0xfe, 0xff] };
        assert_eq!(decode(&bare, None).unwrap().text, text);
        assert_eq!(decode(&[mark, &bare].concat(), None).unwrap().text, text);
    }
    let mut broken = utf16("a\nb", true);
    broken.extend([0x00, 0xd8]);
    let error = refused(&[&[0xff, 0xfe], broken.as_slice()].concat());
    assert_eq!((error.problem, error.line), (Problem::Encoding, Some(2)));
}

#[test]
fn prefers_valid_utf8_to_the_declared_charset() {
    let file = "OFXHEADER:100\nENCODING:USASCII\nCHARSET:1252\n\n<OFX><NAME>Café</OFX>";
    assert_eq!(decode(file.as_bytes(), None).unwrap().encoding, "UTF-8");
}

#[test]
fn uses_declared_charsets_and_ignores_unknown_ones() {
    let with = |charset: &str, byte: u8| {
        let mut file = format!("OFXHEADER:100\nENCODING:USASCII\nCHARSET:{charset}\n\n<OFX><NAME>Caf").into_bytes();
        file.push(byte);
        let decoded = decode(&file, None).unwrap();
        (decoded.encoding, decoded.text.chars().last().unwrap())
    };
    assert_eq!(with("1252", 0x80), ("windows-1252", '€'));
    assert_eq!(with("1251", 0xc6), ("windows-1251", 'Ж'));
    assert_eq!(with("8859-2", 0xb1), ("ISO-8859-2", 'ą'));
    assert_eq!(with("ISO-8859-1", 0xe9), ("windows-1252", 'é'));
    for unknown in ["NONE", "KLINGON", ""] {
        assert_eq!(with(unknown, 0xe9), ("windows-1252", 'é'), "{unknown}");
    }
    let xml = decode(b"<?xml version='1.0' encoding='ISO-8859-15'?><OFX>\xa4", None).unwrap();
    assert!(xml.text.ends_with('€'));
}

#[test]
fn refuses_broken_utf8_where_utf8_is_declared_marked_or_used() {
    for file in [
        b"\xef\xbb\xbfDate\nCaf\xe9\n".to_vec(),
        b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<OFX>\xe9".to_vec(),
        [("Café, Müller\nÖl ".as_bytes()), b"\xff"].concat(),
    ] {
        let error = refused(&file);
        assert_eq!(error.problem, Problem::Encoding, "{file:?}");
        assert!(error.line >= Some(2) && error.message.contains("0x"), "{error}");
    }
}

#[test]
fn takes_the_page_that_the_language_proves_and_says_so() {
    let western = decode(b"Date\nCaf\xe9 \x80 20\n", None).unwrap();
    assert_eq!((western.text.as_ref(), western.remark), ("Date\nCafé € 20\n", None));
    let czech = decode(b"Datum;\xc8\xe1stka\n1.3.2026;\xd8eznictv\xed\n", None).unwrap();
    assert_eq!((czech.encoding, czech.remark), ("windows-1250", Some(Remark::EncodingFromLanguage)));
    assert_eq!(czech.text, "Datum;Částka\n1.3.2026;Řeznictví\n");
}

#[test]
fn asks_for_an_encoding_that_is_open_and_takes_the_one_that_is_said() {
    let bytes = b"1.3.2026;-5,00;\nM\xe8tre\n";
    let error = refused(bytes);
    assert_eq!((error.problem, error.line), (Problem::NeedsOption, Some(2)));
    let Remedy::Answer(questions) = &error.remedy else { panic!("{error:?}") };
    assert_eq!(questions[0].option, ImportOption::Encoding);
    assert!(questions[0].choices.iter().any(|name| name == "windows-1252"));
    assert!(error.message.contains("\"Mètre\" in windows-1252, \"Mčtre\" in windows-1250"), "{error}");
    for (name, text) in [("windows-1252", "Mètre"), ("cp1250", "Mčtre"), ("cp850", "MÞtre")] {
        assert!(decode(bytes, Some(name)).unwrap().text.contains(text), "{name}");
    }
    for bad in ["klingon", "utf-8"] {
        assert_eq!(decode(bytes, Some(bad)).unwrap_err().problem, Problem::Encoding, "{bad}");
    }
}

#[test]
fn refuses_bytes_that_no_page_reads_as_words() {
    let error = refused(b"Date\nCaf\xe9\n\x81\n");
    assert!(matches!(error.remedy, Remedy::Answer(_)), "{error:?}");
    let error = decode(b"Date\nCaf\xe9\n\x81\n", Some("windows-1252")).unwrap_err();
    assert_eq!((error.problem, error.line), (Problem::Encoding, Some(3)));
}

#[test]
fn refuses_empty_files_and_nul_bytes() {
    for empty in [b"".as_slice(), b" \r\n\n", b"\xef\xbb\xbf\n"] {
        assert_eq!(refused(empty).problem, Problem::Empty);
    }
    let error = refused(b"Date,Amount,Description\n2024-01-01,5,a\n2024-01-02,5,\0\n");
    assert_eq!((error.problem, error.line), (Problem::Encoding, Some(3)));
}

#[test]
fn names_the_format_of_binary_files() {
    for (bytes, word) in [
        (b"%PDF-1.7\n".as_slice(), "PDF"),
        (b"PK\x03\x04\x14\0\x06\0[Content_Types].xml", "Excel"),
        (b"PK\x03\x04\x14\0statement.csv", "zip"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"\x01\x02\x03\x04\x05\x06\x07\x08\x0e\x0f\x10", "binary"),
    ] {
        let error = refused(bytes);
        assert_eq!(error.problem, Problem::UnknownFormat);
        assert!(error.message.contains(word), "{error}");
    }
}

#[test]
fn counts_every_kind_of_line_end() {
    assert_eq!(line_at(b"a\rb\r\nc\nd", 7), 4);
}

proptest! {
    #[test]
    fn does_not_panic_on_any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(decoded) = decode(&bytes, None) {
            prop_assert!(!decoded.text.contains('\0'));
        }
    }
}
