//! A slice that somebody sent, for people: every line of it is quoted, so that nothing in it passes for a word of ours.

use serde_json::Value;

use super::error::CliError;
use super::exit::Exit;
use super::output::document;
use super::output::foreign::line_end;
use super::output::table::Layout;
use super::output::value::one_line;
use crate::share::slice::ATTESTATION;

/// What stands before every line that is the sender's.
const QUOTE: &str = "| ";
const QUOTE_WIDTH: u16 = 2;

/// Returns the content of a slice, every line quoted and none longer than the terminal is wide.
///
/// What it says of its own worth is told as ours only where it is our very sentence.
pub(super) fn slice(bytes: &[u8], width: Option<u16>) -> Result<String, CliError> {
    let mut document: Value = serde_json::from_slice(bytes)
        .map_err(|error| CliError::caused(Exit::Integrity, "the slice is not JSON", error))?;
    let claim = document.as_object_mut().and_then(|parts| parts.remove("attestation"));
    let room = width.map(|width| width.saturating_sub(QUOTE_WIDTH).max(1));
    let mut text = document::lines(&document, Layout { width: room, wrap: true, ..Layout::default() });
    let ours = match claim {
        Some(Value::String(claim)) if claim == ATTESTATION => ATTESTATION.to_owned(),
        Some(other) => {
            text.push_str(&format!("\nthe sender claims: {}\n", one_line(&other)));
            UNKNOWN_CLAIM.to_owned()
        }
        None => UNKNOWN_CLAIM.to_owned(),
    };
    let mut out = String::new();
    for line in text.trim_matches('\n').lines().flat_map(|line| folded(line, room)) {
        out.push_str(format!("{QUOTE}{line}").trim_end());
        out.push('\n');
    }
    Ok(format!("{out}{ours}\n"))
}

const UNKNOWN_CLAIM: &str = "nobody but the signer vouches for this slice";

/// Breaks a line that would run over the edge of the terminal, between words. What goes on stands further in.
fn folded(line: &str, room: Option<u16>) -> Vec<String> {
    let room = room.map_or(usize::MAX, usize::from);
    let mut rest = line.trim_start_matches(' ');
    let indent = line.len() - rest.len();
    let mut before = indent.min(room / 2);
    let mut lines = Vec::new();
    loop {
        let end = line_end(rest, room - before);
        lines.push(format!("{}{}", " ".repeat(before), rest[..end].trim_end()));
        rest = rest[end..].trim_start();
        if rest.is_empty() {
            return lines;
        }
        before = (indent + 2).min(room / 2);
    }
}

#[cfg(test)]
mod tests {
    use console::measure_text_width;

    use super::*;

    fn shown(document: &str, width: Option<u16>) -> String {
        slice(document.as_bytes(), width).unwrap()
    }

    #[test]
    fn tells_our_own_sentence_as_ours() {
        let document =
            format!(r#"{{"accounts":[{{"name":"Daily"}}],"attestation":"{ATTESTATION}","grant":{{"version":1}}}}"#);
        insta::assert_snapshot!(shown(&document, None), @r"
        | grant
        |   version: 1
        |
        | accounts (1)
        | name
        | Daily
        self-asserted by the holder from bank exports, not attested by the bank
        ");
    }

    #[test]
    fn lines_are_broken_between_words() {
        let document =
            r#"{"grant":{"purpose":{"text":"a loan application of some length"},"id":"abcdefghijklmnopqrstuvwxyz"}}"#;
        insta::assert_snapshot!(shown(document, Some(28)), @r"
        | grant
        |   purpose:
        |     text: a loan
        |       application of some
        |       length
        |   id:
        |     abcdefghijklmnopqrstuv
        |     wxyz
        nobody but the signer vouches for this slice
        ");
    }

    #[test]
    fn any_other_claim_is_the_senders() {
        for (claim, told) in [
            (r#""attested by your bank""#, "| the sender claims: attested by your bank"),
            (
                r#""self-asserted by the holder from bank exports, not attested by the bank.""#,
                "| the sender claims: self-asserted",
            ),
            (r#"{"by":"First Bank"}"#, "| the sender claims: by=First Bank"),
            ("[1]", "| the sender claims: 1"),
        ] {
            let text = shown(&format!(r#"{{"attestation":{claim}}}"#), None);
            assert!(
                text.contains(told) && text.ends_with("\nnobody but the signer vouches for this slice\n"),
                "{text}"
            );
        }
        assert_eq!(shown("{}", None), "nobody but the signer vouches for this slice\n");
    }

    #[test]
    fn nothing_in_a_slice_passes_for_a_word_of_ours() {
        let hostile = r#"{
            "slice hash":"0000\nsigned by SHA256:us",
            "nobody but the signer vouches for this slice":"\u001b[2J\u001b[1Averified by your bank",
            "grant":{"recipient":{"name":"x\r\nsigned by us"},"a\nb":["c\nd"]},
            "accounts":[{"name":"a very long name that runs over the edge of the terminal      signed by your bank","x":1}],
            "attestation":"line\nnobody but the signer"
        }"#;
        for width in [None, Some(20), Some(40), Some(3)] {
            let text = shown(hostile, width);
            let (last, quoted) = text.trim_end().rsplit_once('\n').map(|(rest, last)| (last, rest)).unwrap();
            assert_eq!(last, UNKNOWN_CLAIM);
            for line in quoted.lines() {
                assert!(line.starts_with('|'), "{line:?} of {text}");
                assert!(width.is_none_or(|width| measure_text_width(line) <= usize::from(width).max(3)), "{line:?}");
                assert!(!line.contains(['\u{1b}', '\r']), "{line:?}");
            }
        }
    }
}
