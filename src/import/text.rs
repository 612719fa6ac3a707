//! Decodes the bytes of an export file strictly: invalid bytes are errors, never replaced.
//!
//! Order: the encoding that was said; byte order mark; binary formats by their first bytes; UTF-16 without a mark, by
//! where the NULs lie; strict UTF-8, which wins over what a header declares; the declared charset (OFX 1 header, XML
//! declaration); the code page that the file's language proves. A file that says it is UTF-8, or mostly is, and is
//! broken somewhere is an error that names the line. Text that is UTF-8 already is borrowed, so a large file is not
//! copied.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::code_page::CodePage;
use super::error::{Damage, ImportError, ImportOption, Problem, Question, Remedy, shown};
use super::evidence::language::{self, Proof};
use super::parsed::Remark;

/// The text of an export file, and how it was written.
#[derive(Clone, Debug)]
pub struct Decoded<'a> {
    /// The text, without a byte order mark and without NUL characters.
    pub text: Cow<'a, str>,
    /// The encoding that was used, by its WHATWG name, such as `UTF-8` or `windows-1252`.
    pub encoding: &'static str,
    /// That the encoding is known by the language only.
    pub remark: Option<Remark>,
}

/// Returns the name of an encoding as reports have it, if there is one of that name.
pub fn encoding_named(name: &str) -> Option<&'static str> {
    CodePage::named(name).map(CodePage::name)
}

/// How much of the start is looked at for declarations and for signs of a binary file.
const HEAD: usize = 4096;

/// Decodes a file, by the encoding that the person said, if they did.
///
/// # Errors
/// When it is empty, not text, or not valid in its encoding, with the line; when its code page is open.
pub fn decode<'a>(bytes: &'a [u8], said: Option<&str>) -> Result<Decoded<'a>, ImportError> {
    let (marked, body) = match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => (Some(UTF_8), rest),
        [0xff, 0xfe, rest @ ..] => (Some(UTF_16LE), rest),
        [0xfe, 0xff, rest @ ..] => (Some(UTF_16BE), rest),
        all => (None, all),
    };
    if body.trim_ascii().is_empty() {
        return Err(ImportError::new(Problem::Empty, "the file is empty", Remedy::DownloadOtherPeriod));
    }
    let decoded = match marked {
        Some(encoding) if encoding == UTF_8 => utf8_or_error(body)?,
        Some(encoding) => strictly(CodePage::Web(encoding), body)?,
        None => {
            refuse_binary(body)?;
            unmarked(body, said)?
        }
    };
    // `contains` reads whole words at a time, and nearly no file has a NUL.
    if decoded.text.as_bytes().contains(&0) {
        let at = decoded.text.find('\0').unwrap_or_default();
        return Err(ImportError::new(
            Problem::Encoding,
            "there is a NUL byte in the text",
            Remedy::DownloadAgain(Damage::NotText),
        )
        .at_line(line_at(decoded.text.as_bytes(), at)));
    }
    Ok(decoded)
}

/// Decodes a file that has no byte order mark.
fn unmarked<'a>(bytes: &'a [u8], said: Option<&str>) -> Result<Decoded<'a>, ImportError> {
    if let Some(name) = said {
        let page = CodePage::named(name).ok_or_else(|| {
            let message = format!("there is no encoding of the name {:?}", shown(name));
            ImportError::new(Problem::Encoding, message, Remedy::LeaveOut(ImportOption::Encoding))
        })?;
        return if page == CodePage::Web(UTF_8) { utf8_or_error(bytes) } else { strictly(page, bytes) };
    }
    if let Some(encoding) = utf16_by_nuls(bytes) {
        return strictly(CodePage::Web(encoding), bytes);
    }
    // One bank's program writes the NUL that ends its strings in memory. More than one is a file cut off.
    let bytes = bytes.strip_suffix(&[0]).unwrap_or(bytes);
    refuse_controls(bytes)?;
    // Text beyond ASCII that is valid UTF-8 is UTF-8, whatever the header declares.
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(Decoded { text: Cow::Borrowed(text), encoding: UTF_8.name(), remark: None });
    }
    match declared(bytes) {
        Some(CodePage::Web(encoding)) if encoding == UTF_8 => utf8_or_error(bytes),
        Some(page) => strictly(page, bytes),
        None if mostly_utf8(bytes) => utf8_or_error(bytes),
        None => by_language(bytes),
    }
}

/// Decodes by the code page that the language proves, or asks for it.
fn by_language(bytes: &[u8]) -> Result<Decoded<'_>, ImportError> {
    match language::code_page(bytes) {
        Proof::Page(page) => {
            let decoded = strictly(page, bytes)?;
            let remark = (page != CodePage::Web(WINDOWS_1252)).then_some(Remark::EncodingFromLanguage);
            Ok(Decoded { remark, ..decoded })
        }
        Proof::Open { at, readings } => {
            let message = match as_read(&readings) {
                Some(words) => format!("the encoding of the text is open: a word is {words}"),
                None => "the encoding of the text is open".to_owned(),
            };
            let choices = readings.iter().map(|(page, _)| page.name().to_owned()).collect();
            let question = Question::of(ImportOption::Encoding, message, choices);
            // A note or a file of random bytes is no export, and nothing is asked for it.
            let error = ImportError::asking(vec![question]);
            Err(error.at_line(line_at(bytes, at)))
        }
    }
}

/// Returns a word as each page reads it; nothing where all read it alike.
fn as_read(readings: &[(CodePage, String)]) -> Option<String> {
    let mut words: Vec<(&str, Vec<&str>)> = Vec::new();
    for (page, word) in readings {
        match words.iter_mut().find(|(known, _)| known == word) {
            Some((_, pages)) => pages.push(page.name()),
            None => words.push((word, vec![page.name()])),
        }
    }
    let said = |(word, pages): &(&str, Vec<&str>)| format!("{:?} in {}", shown(word), pages.join(" and "));
    (words.len() > 1).then(|| words.iter().map(said).collect::<Vec<_>>().join(", "))
}

/// Borrows UTF-8, or names the first byte that is not.
fn utf8_or_error(bytes: &[u8]) -> Result<Decoded<'_>, ImportError> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Decoded { text: Cow::Borrowed(text), encoding: UTF_8.name(), remark: None }),
        Err(error) => {
            let at = error.valid_up_to();
            let byte = bytes.get(at).copied().unwrap_or_default();
            Err(ImportError::new(
                Problem::Encoding,
                format!("byte 0x{byte:02X} is not valid UTF-8"),
                Remedy::DownloadAgain(Damage::PartlyUtf8),
            )
            .at_line(line_at(bytes, at)))
        }
    }
}

/// Decodes without replacing anything.
fn strictly(page: CodePage, bytes: &[u8]) -> Result<Decoded<'_>, ImportError> {
    match page.decode(bytes) {
        Ok(text) => Ok(Decoded { text, encoding: page.name(), remark: None }),
        Err(at) => {
            let byte = bytes.get(at).copied().unwrap_or_default();
            let message = format!("byte 0x{byte:02X} is not valid {}", page.name());
            // Lines of two bytes a character are those of the text before.
            let before = match page {
                CodePage::Web(encoding) if encoding == UTF_16LE || encoding == UTF_16BE => {
                    page.decode(&bytes[..at & !1]).ok()
                }
                _ => None,
            };
            let line = before.map_or_else(|| line_at(bytes, at), |text| line_at(text.as_bytes(), text.len()));
            Err(ImportError::new(Problem::Encoding, message, Remedy::SaveAsUtf8).at_line(line))
        }
    }
}

/// Finds UTF-16 by its NULs: European text has one in nearly every pair, always on the same side.
fn utf16_by_nuls(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(HEAD) & !1];
    let pairs = head.len() / 2;
    let nuls = |side: usize| head.iter().skip(side).step_by(2).filter(|b| **b == 0).count();
    let (first, second) = (nuls(0), nuls(1));
    let (many, few) = (pairs * 2 / 5, pairs / 20);
    match pairs {
        0 | 1 => None,
        _ if second > many && first <= few => Some(UTF_16LE),
        _ if first > many && second <= few => Some(UTF_16BE),
        _ => None,
    }
}

/// Returns the charset that the file declares, if it is a known one.
fn declared(bytes: &[u8]) -> Option<CodePage> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]);
    if let Some(xml) = head.trim_start().strip_prefix("<?xml") {
        let declaration = xml.split("?>").next().unwrap_or_default();
        let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        return CodePage::named(value[1..].split(quote).next()?);
    }
    // The header of OFX 1 stands before the first element; some banks write it in one line.
    let header = head.split("<OFX").next().filter(|h| h.contains("OFXHEADER"))?;
    let value = |key: &str| {
        let found = header.split_once(key)?.1.trim_start();
        let end = found.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_')).unwrap_or(found.len());
        Some(found[..end].trim_end_matches("COMPRESSION").to_owned())
    };
    let charset = value("CHARSET:").and_then(|name| by_ofx_name(&name));
    charset.or_else(|| value("ENCODING:").and_then(|name| by_ofx_name(&name)))
}

/// Returns the charset by its OFX name: `1252`, `8859-1`, or a name of the web. `NONE`, `USASCII` and unknown names
/// give none.
fn by_ofx_name(name: &str) -> Option<CodePage> {
    let full = match name {
        n if n.eq_ignore_ascii_case("USASCII") || n.eq_ignore_ascii_case("US-ASCII") => return None,
        n if n.len() == 4 && n.bytes().all(|b| b.is_ascii_digit()) => format!("windows-{n}"),
        n if n.starts_with("8859") => format!("iso-{n}"),
        n => n.to_owned(),
    };
    CodePage::named(&full)
}

/// Returns whether a broken file was UTF-8: it has more valid sequences beyond ASCII than broken ones.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let (mut sound, mut broken) = (0u64, 0u64);
    for chunk in bytes.utf8_chunks() {
        sound = sound.saturating_add(chunk.valid().chars().filter(|c| !c.is_ascii()).count().try_into().unwrap_or(0));
        broken = broken.saturating_add(u64::from(!chunk.invalid().is_empty()));
    }
    sound > broken
}

/// Refuses the formats that people take for an export, by their first bytes.
fn refuse_binary(bytes: &[u8]) -> Result<(), ImportError> {
    let head = &bytes[..bytes.len().min(HEAD)];
    let contains = |needle: &[u8]| head.windows(needle.len()).any(|w| w == needle);
    let what = match head {
        [b'%', b'P', b'D', b'F', b'-', ..] => "a PDF document",
        [b'P', b'K', 3, 4, ..] if contains(b"[Content_Types].xml") || contains(b"xl/") => "an Excel workbook (xlsx)",
        [b'P', b'K', 3, 4, ..] => "a zip archive",
        [0xd0, 0xcf, 0x11, 0xe0, ..] => "an old Excel workbook (xls)",
        [0x89, b'P', b'N', b'G', ..] | [0xff, 0xd8, 0xff, ..] | [b'G', b'I', b'F', b'8', ..] => "a picture",
        [0x1f, 0x8b, ..] => "a gzip archive",
        [b'S', b'Q', b'L', b'i', b't', b'e', b' ', b'f', ..] => "an SQLite database",
        _ => return Ok(()),
    };
    let remedy = match what {
        "a zip archive" | "a gzip archive" => Remedy::Unpack,
        _ => Remedy::DownloadCsvOrOfx,
    };
    Err(ImportError::new(Problem::UnknownFormat, format!("this is {what}, not an export of transactions"), remedy))
}

/// Refuses what has many control characters besides line ends and tabs: it is not text.
fn refuse_controls(bytes: &[u8]) -> Result<(), ImportError> {
    let head = &bytes[..bytes.len().min(HEAD)];
    let controls = head.iter().filter(|b| b.is_ascii_control() && !b.is_ascii_whitespace()).count();
    if controls >= 8 && controls * 20 > head.len() {
        let message = "this is a binary file of an unknown kind, not an export of transactions";
        return Err(ImportError::new(Problem::UnknownFormat, message, Remedy::DownloadCsvOrOfx));
    }
    Ok(())
}

/// Returns the line, from 1, of a byte. `\n`, `\r\n` and a lone `\r` each end a line.
pub(super) fn line_at(bytes: &[u8], at: usize) -> u64 {
    let before = &bytes[..at.min(bytes.len())];
    let lone_cr = |i: usize| before[i] == b'\r' && bytes.get(i + 1) != Some(&b'\n');
    let ends = (0..before.len()).filter(|i| before[*i] == b'\n' || lone_cr(*i)).count();
    u64::try_from(ends).unwrap_or(u64::MAX).saturating_add(1)
}

#[cfg(test)]
#[path = "../../tests/unit/import/text.rs"]
mod tests;
