//! What a character is to a reader of numbers: a digit of any script, a letter, or something that only separates digits. Letters
//! alone end a number.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The zero of every set of ten decimal digits (Unicode's `Nd`) but that of ASCII, in their order.
const ZEROS: [u32; 73] = [
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0, 0xf20,
    0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0,
    0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10, 0x104a0, 0x10d30, 0x10d40, 0x11066, 0x110f0, 0x11136, 0x111d0,
    0x112f0, 0x11450, 0x114d0, 0x11650, 0x116c0, 0x116d0, 0x116da, 0x11730, 0x118e0, 0x11950, 0x11bf0, 0x11c50,
    0x11d50, 0x11da0, 0x11f50, 0x16a60, 0x16ac0, 0x16b50, 0x1ccf0, 0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6,
    0x1e140, 0x1e2f0, 0x1e4f0, 0x1e5f1, 0x1e950, 0x1fbf0,
];

/// Other rows of digits that have a digit's value (Unicode's `Numeric_Type=Digit`) and no compatible form in ASCII: the first,
/// its value, and how many there are.
const OTHER_DIGITS: [(u32, u8, u32); 13] = [
    (0x1369, 1, 9),
    (0x19da, 1, 1),
    (0x24f5, 1, 9),
    (0x24ff, 0, 1),
    (0x2776, 1, 9),
    (0x2780, 1, 9),
    (0x278a, 1, 9),
    // A numeral that is written as a zero among digits.
    (0x3007, 0, 1),
    (0x10a40, 1, 4),
    (0x10e60, 1, 9),
    (0x11052, 1, 9),
    (0x1f10b, 0, 1),
    (0x1f10c, 0, 1),
];

/// What a character is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Symbol {
    /// A digit with its value.
    Digit(u8),
    /// A letter, in upper case and in its plain form.
    Letter(char),
    /// A separator that stands between the digits of one number: white space, a dash, `.`, `/`, `_`, what cannot be seen, or a
    /// numeral such as `½` that is no digit.
    Soft,
    /// Any other sign.
    Sign,
}

impl Symbol {
    pub(super) fn of(c: char) -> Symbol {
        match c {
            '0'..='9' => Symbol::Digit(u8::try_from(c).unwrap_or_default().saturating_sub(b'0')),
            'a'..='z' | 'A'..='Z' => Symbol::Letter(c.to_ascii_uppercase()),
            ' ' | '-' | '.' | '/' | '_' | '\\' => Symbol::Soft,
            c if c.is_ascii() => Symbol::Sign,
            c => beyond_ascii(c),
        }
    }

    /// Returns the letter or digit as it is compared.
    pub(super) fn folded(self) -> Option<char> {
        match self {
            Symbol::Digit(value) => Some(char::from(b'0' + value)),
            Symbol::Letter(letter) => Some(letter),
            Symbol::Soft | Symbol::Sign => None,
        }
    }
}

fn beyond_ascii(c: char) -> Symbol {
    if let Some(value) = digit(c) {
        return Symbol::Digit(value);
    }
    // The form of compatibility: `Ａ` is A, `／` is /.
    let first = c.nfkc().next().unwrap_or(c);
    match first {
        _ if c.is_numeric() || is_soft(c) => Symbol::Soft,
        ' ' | '-' | '.' | '/' | '_' | '\\' => Symbol::Soft,
        // A sign such as `№` is none, though its form of compatibility has letters.
        _ if c.is_alphabetic() => Symbol::Letter(first.to_uppercase().next().unwrap_or(first)),
        _ => Symbol::Sign,
    }
}

/// Returns the value of a digit beyond ASCII.
fn digit(c: char) -> Option<u8> {
    let code = u32::from(c);
    let place = ZEROS.partition_point(|zero| *zero <= code);
    let offset = place.checked_sub(1).map(|place| code - ZEROS[place]);
    if let Some(value) = offset.filter(|offset| *offset < 10) {
        return u8::try_from(value).ok();
    }
    let row = OTHER_DIGITS.iter().find(|(first, _, count)| (*first..first + count).contains(&code));
    if let Some((first, value, _)) = row {
        return u8::try_from(code - first).ok().map(|offset| value + offset);
    }
    // `①` is 1, and so are `⑴` and `⒈`; `⑩` and `¼` have two digits, and are none.
    let mut digits = c.nfkc().filter(|c| !matches!(c, '(' | ')' | '.' | ','));
    let value = digits.next()?.to_digit(10).filter(|_| c.is_numeric() && digits.next().is_none())?;
    u8::try_from(value).ok()
}

/// Returns whether it is a dash, a point, a stroke or an apostrophe beyond ASCII (some of them are letters to Unicode), or shows
/// nothing of its own: a mark on the character before, a filler, or what an invisible character became.
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
                    | '\u{2b9}'
                ..='\u{2bf}'
                    | '\u{2c6}'
                ..='\u{2d1}'
                    | '\u{2ec}'
                    | '\u{2ee}'
                    | '\u{374}'
                    | '\u{640}'
                    | '\u{30fc}'
                    | '\u{ff70}'
                    | '\u{a788}'
        )
}
