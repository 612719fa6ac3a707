use proptest::prelude::*;

use super::*;
use crate::model::ALPHABET;

fn token(byte: u8) -> Token {
    Token::generate(GrantId::from_random([byte; 16]), [byte; 32])
}

#[test]
fn the_written_form_is_frozen() {
    let text = token(7).reveal();
    assert_eq!(text.len(), TOKEN_LEN);
    assert_eq!(text.capacity(), TOKEN_LEN, "it never grew");
    // 0x07 repeated is 00000 11100 00011 10000 … in groups of five: the symbols 0, 28, 3, 16 …
    assert_eq!(*text, "vlt_9999999999999999_2w5jg3s92w5jg3s92w5jg3s92w5jg3s92w5jg3s92w5jg3s92w5j_geyfb7e8");
}

#[test]
fn refuses_any_changed_character() {
    let text = token(9).reveal().to_string();
    for index in 0..text.len() {
        for other in ALPHABET.iter().chain(b"_A0il-") {
            let mut changed = text.clone().into_bytes();
            if changed[index] == *other {
                continue;
            }
            changed[index] = *other;
            assert!(Token::parse(std::str::from_utf8(&changed).unwrap()).is_err(), "{index}");
        }
    }
    for length in 0..text.len() {
        assert!(Token::parse(&text[..length]).is_err());
    }
    assert_eq!(Token::parse("hunter2").unwrap_err(), TokenError::NotAToken);
    assert_eq!(Token::parse(&"é".repeat(41)).unwrap_err(), TokenError::NotAToken);
}

#[test]
fn refuses_padding_bits_that_are_set() {
    // The last symbol of the secret carries one bit; with a checksum that fits, its other bits still count.
    let text = token(0).reveal().to_string();
    let cut = TOKEN_LEN - CHECKSUM_LEN - 1;
    let signed = format!("{}3", &text[..cut - 1]);
    assert_eq!(Token::parse(&format!("{signed}_{}", checksum_of(&signed))).unwrap_err(), TokenError::Damaged);
}

#[test]
fn debug_shows_no_secret() {
    let token = token(7);
    let shown = format!("{token:?} {:?}", token.secret());
    assert_eq!(shown, "Token { grant_id: 9999999999999999, secret: TokenSecret(…) } TokenSecret(…)");
}

proptest! {
    #[test]
    fn reads_what_it_reveals(id: [u8; 16], secret: [u8; 32]) {
        let token = Token::generate(GrantId::from_random(id), secret);
        let read = Token::parse(&format!("\u{feff} {}\r\n", *token.reveal())).unwrap();
        prop_assert_eq!(read.grant_id(), token.grant_id());
        prop_assert_eq!(read.secret.0.expose(), &secret);
        let prk = read.secret().prk();
        prop_assert!(prk.expose() == token.secret().prk().expose());
        prop_assert!(receipt_key(&prk).expose() != prk.expose());
    }

    #[test]
    fn no_text_panics(text in "(vlt_)?[2-9a-z_é]{0,90}") {
        prop_assert!(Token::parse(&text).is_err());
    }
}
