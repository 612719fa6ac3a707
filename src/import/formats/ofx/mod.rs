//! OFX and QFX files: OFX 1.x (SGML, with or without closing tags) and OFX 2.x (XML), by one tolerant reader.
//!
//! `lexer` makes tags with raw values, `document` follows the nesting, `draft` collects one statement. Nothing
//! recurses and no tree is built: rows borrow from the text. It must not know the vault, nor which rows are new.
//! Tolerant of form, strict about loss: every `STMTTRN` ends as an entry or a rejected row, and a file that
//! ends in the middle of something is refused. Spec: OFX 1.6 and 2.2, chapters 3, 11 and 13.
//! Balances keep their printed sign: OFX has what a card owes negative, nothing in a file says otherwise, and
//! turning a sign on suspicion would be wrong for every issuer that follows the spec.

mod document;
mod draft;
mod header;
mod lexer;
mod tags;
#[cfg(test)]
mod tests;
mod values;

use crate::import::{ImportError, Parsed, Problem, ReadOptions};
use crate::model::SourceKind;

/// Whether the text is OFX, by its header or its root element.
pub fn looks_like(text: &str) -> bool {
    header::looks_like(text)
}

/// Reads every statement of an OFX file.
///
/// # Errors
/// When the text is cut off or no OFX, holds no statement, nests deeper than 64, declares a
/// document type or entities, has NUL bytes inside, or names no currency while the options name none either.
pub fn read<'a>(text: &'a str, options: &ReadOptions) -> Result<Parsed<'a>, ImportError> {
    // Some banks' servers pad the last block; nothing of the statement can be behind that.
    let text = text.trim_end_matches(['\0', '\u{1a}', ' ', '\t', '\r', '\n']);
    if text.is_empty() {
        return Err(ImportError::new(Problem::Empty, "the file has no content")
            .hint("download it again, and choose a period that has transactions"));
    }
    if let Some(at) = text.find('\0') {
        let line = lexer::Lines::new(text).at(at);
        return Err(ImportError::new(Problem::Malformed, "a NUL byte inside the text")
            .at_line(line)
            .hint("the file is damaged: download it again"));
    }
    let statements = document::Document::new(text, options).read()?;
    Ok(Parsed { kind: SourceKind::Ofx, format: header::format(text), profile: None, statements })
}
