//! Which format a file is in, by its content. A file's name and extension are never looked at.
//!
//! The order matters: OFX is recognised by its own start, then come the formats that are only recognised, and what is
//! left is read as CSV, which has no mark of its own.

use super::error::{ImportError, ImportOption, Problem, Remedy};
use super::formats::csv::{self, ProfileSet};
use super::formats::ofx;
use super::options::ReadOptions;
use super::parsed::Parsed;
use super::text::line_at;

/// How much of a file is searched for the marks of a format, in characters. Each of them stands near the start.
const HEAD_CHARS: usize = 4096;
/// How many lines may stand before the first fields of an MT940 message.
const HEAD_LINES: usize = 30;

/// Finds the format of a decoded file and reads it.
///
/// # Errors
///
/// When the format is not supported, or the file cannot be read in its format and with these options.
pub fn read<'a>(text: &'a str, options: &ReadOptions, profiles: &ProfileSet) -> Result<Parsed<'a>, ImportError> {
    if ofx::looks_like(text) {
        if let Some(profile) = &options.profile {
            let message = format!("this is an OFX file, and profile {profile} is for CSV files");
            return Err(ImportError::new(Problem::UnknownFormat, message, Remedy::LeaveOut(ImportOption::Profile)));
        }
        return ofx::read(text, options);
    }
    if let Some((what, remedy)) = other_format(text) {
        let line = line_at(text.as_bytes(), text.len() - text.trim_start().len());
        return Err(ImportError::new(Problem::UnknownFormat, format!("this is {what}"), remedy).at_line(line));
    }
    csv::read(text, options, profiles)
}

/// Returns whether the text is in a format that banks export, supported or not, and that has a mark of its own.
pub(super) fn is_bank_format(text: &str) -> bool {
    let named = || other_format(text).is_some_and(|(what, _)| [CAMT, QIF, MT940].contains(&what));
    ofx::looks_like(text) || named()
}

const CAMT: &str = "a CAMT file, which is not supported yet";
const QIF: &str = "a QIF file, which is not supported yet";
const MT940: &str = "an MT940 file, which is not supported yet";

/// Formats that are recognised but not supported, so that the error can name them. The first that fits counts.
fn other_format(text: &str) -> Option<(&'static str, Remedy)> {
    let start = text.trim_start();
    let head: String = start.chars().take(HEAD_CHARS).flat_map(char::to_lowercase).collect();
    let line_starts = |tag: &str| head.lines().take(HEAD_LINES).any(|line| line.trim_start().starts_with(tag));
    let found = match head.as_bytes() {
        [b'<', ..] if head.starts_with("<!doctype html") || head.contains("<html") => {
            ("a web page, not an export", Remedy::LogInAgain)
        }
        [b'<', ..] if head.contains("camt.05") => (CAMT, Remedy::DownloadCsvOrOfx),
        [b'<', ..] if head.starts_with("<?xml") || head.ends_with('>') || head.contains("</") => {
            ("an XML file of a kind that is not supported", Remedy::DownloadCsvOrOfx)
        }
        [b'!', ..] if ["!type:", "!account", "!option:", "!clear:"].iter().any(|t| head.starts_with(t)) => {
            (QIF, Remedy::DownloadCsvOrOfx)
        }
        _ if head.starts_with("{1:") || (line_starts(":20:") && (line_starts(":25:") || line_starts(":60"))) => {
            (MT940, Remedy::DownloadCsvOrOfx)
        }
        [b'{', rest @ ..] | [b'[', rest @ ..] if rest.trim_ascii_start().starts_with(b"\"") || rest.contains(&b'{') => {
            ("a JSON file, not an export that is supported", Remedy::DownloadCsvOrOfx)
        }
        _ => return None,
    };
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> ImportError {
        read(text, &ReadOptions::default(), &ProfileSet::builtin()).unwrap_err()
    }

    #[test]
    fn names_formats_that_are_not_supported() {
        for (text, word) in [
            ("\n<!DOCTYPE html><html><body>Log in</body></html>", "web page"),
            ("<?xml version=\"1.0\"?><Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\">", "CAMT"),
            ("<?xml version=\"1.0\"?><rss/>", "XML"),
            ("!Type:Bank\nD1/2'24\nT5.00\n^\n", "QIF"),
            ("{1:F01BANKDEFFXXXX}{2:O940}{4:\n:20:1\n", "MT940"),
            (":20:STARTUMS\n:25:10020030/1234567\n:28C:1\n:60F:C240101EUR1,00\n", "MT940"),
            ("{\"transactions\": []}", "JSON"),
            ("[{\"date\": \"2024-01-01\"}]", "JSON"),
        ] {
            let error = refused(text);
            assert_eq!(error.problem, Problem::UnknownFormat, "{text}");
            assert!(error.message.contains(word), "{error}");
            assert_eq!(
                error.line,
                Some(if text.starts_with('\n') { 2 } else { 1 }),
                "the first line that is not blank"
            );
        }
    }

    #[test]
    fn text_without_a_table_is_no_export() {
        let error = refused("Dear customer,\nyour statement is ready.\n");
        assert_eq!(error.problem, Problem::UnknownFormat);
        assert!(error.message.contains("date column"), "{error}");
    }
}
