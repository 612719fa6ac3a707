use proptest::prelude::*;

use super::*;

fn refused(bytes: &[u8]) -> ImportError {
    decode(bytes).unwrap_err()
}

fn utf16(text: &str, little: bool) -> Vec<u8> {
    text.encode_utf16().flat_map(|u| if little { u.to_le_bytes() } else { u.to_be_bytes() }).collect()
}

#[test]
fn one_nul_may_end_a_file_and_two_may_not() {
    assert_eq!(decode(b"<OFX></OFX>\0").unwrap().text, "<OFX></OFX>");
    assert_eq!(refused(b"<OFX></OFX>\0\0").problem, Problem::Encoding);
}

#[test]
fn utf8_is_borrowed_and_a_mark_is_removed() {
    let plain = decode("Date,Café\n".as_bytes()).unwrap();
    assert!(matches!(plain.text, Cow::Borrowed("Date,Café\n")));
    assert_eq!(plain.encoding, "UTF-8");
    let marked = decode(b"\xef\xbb\xbfDate,Amount\n").unwrap();
    assert!(matches!(marked.text, Cow::Borrowed("Date,Amount\n")));
}

#[test]
fn utf16_is_read_with_and_without_a_mark() {
    let text = "Datum;Betrag\n01.02.2024;-5,00 €\n";
    for little in [true, false] {
        let bare = utf16(text, little);
        let mark: &[u8] = if little { &[0xff, 0xfe] } else { &[0xfe, 0xff] };
        assert_eq!(decode(&bare).unwrap().text, text);
        assert_eq!(decode(&[mark, &bare].concat()).unwrap().text, text);
    }
    let mut broken = utf16("a\nb", true);
    broken.extend([0x00, 0xd8]);
    let error = refused(&[&[0xff, 0xfe], broken.as_slice()].concat());
    assert_eq!((error.problem, error.line), (Problem::Encoding, Some(2)));
}

#[test]
fn utf8_wins_over_a_header_that_lies() {
    let file = "OFXHEADER:100\nENCODING:USASCII\nCHARSET:1252\n\n<OFX><NAME>Café</OFX>";
    assert_eq!(decode(file.as_bytes()).unwrap().encoding, "UTF-8");
}

#[test]
fn declared_charsets_are_used_and_unknown_ones_do_not_fail() {
    let with = |charset: &str, byte: u8| {
        let mut file = format!("OFXHEADER:100\nENCODING:USASCII\nCHARSET:{charset}\n\n<OFX><NAME>").into_bytes();
        file.push(byte);
        let decoded = decode(&file).unwrap();
        (decoded.encoding, decoded.text.chars().last().unwrap())
    };
    assert_eq!(with("1252", 0x80), ("windows-1252", '€'));
    assert_eq!(with("1251", 0xc6), ("windows-1251", 'Ж'));
    assert_eq!(with("8859-2", 0xb1), ("ISO-8859-2", 'ą'));
    assert_eq!(with("ISO-8859-1", 0xe9), ("windows-1252", 'é'));
    for unknown in ["NONE", "KLINGON", ""] {
        assert_eq!(with(unknown, 0xe9), ("windows-1252", 'é'), "{unknown}");
    }
    let xml = decode(b"<?xml version='1.0' encoding='ISO-8859-15'?><OFX>\xa4").unwrap();
    assert!(xml.text.ends_with('€'));
}

#[test]
fn broken_utf8_is_an_error_where_utf8_is_declared_marked_or_used_elsewhere() {
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
fn windows_1252_is_the_fallback_and_its_holes_are_errors() {
    assert_eq!(decode(b"Date\nCaf\xe9 \x80 20\n").unwrap().text, "Date\nCafé € 20\n");
    let error = refused(b"Date\nCaf\xe9\n\x81\n");
    assert_eq!((error.problem, error.line), (Problem::Encoding, Some(3)));
}

#[test]
fn nothing_and_nul_bytes_are_refused() {
    for empty in [b"".as_slice(), b" \r\n\n", b"\xef\xbb\xbf\n"] {
        assert_eq!(refused(empty).problem, Problem::Empty);
    }
    let error = refused(b"Date,Amount,Description\n2024-01-01,5,a\n2024-01-02,5,\0\n");
    assert_eq!((error.problem, error.line), (Problem::Encoding, Some(3)));
}

#[test]
fn binary_files_are_named() {
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
fn every_kind_of_line_end_counts() {
    assert_eq!(line_at(b"a\rb\r\nc\nd", 7), 4);
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(decoded) = decode(&bytes) {
            prop_assert!(!decoded.text.contains('\0'));
        }
    }
}
