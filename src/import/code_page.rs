//! The encodings that a file can be in: those of the web, and the code page of DOS in western Europe.

use std::borrow::Cow;

use encoding_rs::{Encoding, WINDOWS_1252};

/// An encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CodePage {
    /// One that browsers know.
    Web(&'static Encoding),
    /// The code page 850, which browsers do not know.
    Ibm850,
}

impl CodePage {
    /// Finds an encoding by one of its names.
    pub(crate) fn named(name: &str) -> Option<CodePage> {
        let name = name.trim();
        if ["ibm850", "cp850", "850"].iter().any(|own| own.eq_ignore_ascii_case(name)) {
            return Some(CodePage::Ibm850);
        }
        Encoding::for_label(name.as_bytes()).map(CodePage::Web)
    }

    /// Returns the name that reports and answers use.
    pub(crate) fn name(self) -> &'static str {
        match self {
            CodePage::Web(encoding) => encoding.name(),
            CodePage::Ibm850 => "IBM850",
        }
    }

    /// Decodes without replacing anything; otherwise the text as far as it can be read, and where it cannot.
    pub(crate) fn decode(self, bytes: &[u8]) -> Result<Cow<'_, str>, usize> {
        match self {
            CodePage::Ibm850 => Ok(Cow::Owned(bytes.iter().map(|byte| ibm850(*byte)).collect())),
            // The table of the web turns these five into control characters; Windows-1252 does not have them.
            CodePage::Web(encoding) if encoding == WINDOWS_1252 && bytes.iter().any(is_undefined) => {
                Err(bytes.iter().position(is_undefined).unwrap_or_default())
            }
            CodePage::Web(encoding) => match encoding.decode_without_bom_handling_and_without_replacement(bytes) {
                Some(text) => Ok(text),
                None => Err(broken_at(encoding, bytes)),
            },
        }
    }
}

fn is_undefined(byte: &u8) -> bool {
    matches!(byte, 0x81 | 0x8d | 0x8f | 0x90 | 0x9d)
}

/// Returns the byte at which the text stops to be valid.
fn broken_at(encoding: &'static Encoding, bytes: &[u8]) -> usize {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut out = String::with_capacity(bytes.len().saturating_mul(3).saturating_add(16));
    decoder.decode_to_string_without_replacement(bytes, &mut out, true).1.saturating_sub(1)
}

fn ibm850(byte: u8) -> char {
    let Some(high) = byte.checked_sub(0x80) else { return char::from(byte) };
    let (row, column) = (usize::from(high / 32), usize::from(high % 32));
    IBM850[row].chars().nth(column).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// The upper half of code page 850.
const IBM850: [&str; 4] = [
    "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒ",
    "áíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐",
    "└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀",
    "ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_found_by_name() {
        assert_eq!(CodePage::named("windows-1250").map(CodePage::name), Some("windows-1250"));
        assert_eq!(CodePage::named(" LATIN2 ").map(CodePage::name), Some("ISO-8859-2"));
        assert_eq!(CodePage::named("cp850").map(CodePage::name), Some("IBM850"));
        assert_eq!(CodePage::named("klingon"), None);
    }

    #[test]
    fn decodes_strictly() {
        assert_eq!(CodePage::Ibm850.decode(b"M\x81ller Stra\xe1e").unwrap(), "Müller Straße");
        assert!(IBM850.iter().all(|row| row.chars().count() == 32));
        let western = CodePage::named("windows-1252").unwrap();
        assert_eq!(western.decode(b"Caf\xe9\x81"), Err(4));
        assert_eq!(CodePage::named("shift_jis").unwrap().decode(b"ab\x81"), Err(2));
    }
}
