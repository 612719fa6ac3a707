//! What a character is to a reader of numbers: a digit of any script, something that only separates digits, or a letter.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The zero of every set of ten decimal digits (Unicode's `Nd`) but that of ASCII.
const ZEROS: [u32; 65] = [
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0, 0xf20,
    0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0,
    0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10, 0x104a0, 0x10d30, 0x11066, 0x110f0, 0x11136, 0x111d0, 0x112f0,
    0x11450, 0x114d0, 0x11650, 0x116c0, 0x11730, 0x118e0, 0x11950, 0x11c50, 0x11d50, 0x11da0, 0x16a60, 0x16ac0,
    0x16b50, 0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0, 0x1e950, 0x1fbf0,
];

/// What a character is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Symbol {
    /// A digit with its value; nothing for a numeral such as `½`, which is no single digit.
    Digit(Option<u8>),
    /// A letter, in upper case and in its plain form.
    Letter(char),
    /// A separator that stands between the digits of one number: white space, a dash, `.`, `/`, `_`, or what cannot be seen.
    Soft,
    /// Any other sign.
    Sign,
}

impl Symbol {
    pub(super) fn of(c: char) -> Symbol {
        match c {
            '0'..='9' => Symbol::Digit(u8::try_from(c).ok().map(|byte| byte - b'0')),
            'a'..='z' | 'A'..='Z' => Symbol::Letter(c.to_ascii_uppercase()),
            ' ' | '-' | '.' | '/' | '_' | '\\' => Symbol::Soft,
            c if c.is_ascii() => Symbol::Sign,
            c => beyond_ascii(c),
        }
    }

    /// Returns the letter or digit as it is compared.
    pub(super) fn folded(self) -> Option<char> {
        match self {
            Symbol::Digit(value) => value.map(|value| char::from(b'0' + value)),
            Symbol::Letter(letter) => Some(letter),
            Symbol::Soft | Symbol::Sign => None,
        }
    }
}

fn beyond_ascii(c: char) -> Symbol {
    let place = ZEROS.partition_point(|zero| *zero <= u32::from(c));
    let offset = place.checked_sub(1).map(|place| u32::from(c) - ZEROS[place]);
    if let Some(value) = offset.filter(|offset| *offset < 10) {
        return Symbol::Digit(u8::try_from(value).ok());
    }
    // The form of compatibility: `①` is 1, `Ａ` is A, `／` is /.
    let mut plain = c.nfkc();
    let first = plain.next().unwrap_or(c);
    match first {
        '0'..='9' if plain.next().is_none() => Symbol::of(first),
        _ if c.is_numeric() => Symbol::Digit(None),
        _ if is_soft(c) => Symbol::Soft,
        ' ' | '-' | '.' | '/' | '_' | '\\' => Symbol::Soft,
        letter if letter.is_alphabetic() => Symbol::Letter(letter.to_uppercase().next().unwrap_or(letter)),
        _ => Symbol::Sign,
    }
}

/// Returns whether it is a dash, a point or a stroke beyond ASCII, or shows nothing of its own: a mark on the character
/// before, a filler, or what an invisible character became.
fn is_soft(c: char) -> bool {
    c.is_whitespace()
        || is_combining_mark(c)
        || matches!(
            c,
            '\u{ad}' | '\u{b7}' | '\u{115f}' | '\u{1160}' | '\u{2010}'
                ..='\u{2015}'
                    | '\u{2044}'
                    | '\u{2212}'
                    | '\u{2215}'
                    | '\u{2800}'
                    | '\u{3164}'
                    | '\u{ffa0}'
                    | '\u{fffd}'
        )
}
