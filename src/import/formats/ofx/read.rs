//! One OFX file from text to statements.

use super::direction::{By, Reading};
use super::{document, header, lexer};
use crate::import::error::{Damage, ImportError, Problem, Remedy};
use crate::import::options::{ReadOptions, Style};
use crate::import::parsed::Parsed;
use crate::model::SourceKind;

/// Reads every statement of an OFX file.
///
/// # Errors
/// When the text is cut off or no OFX, holds no statement, nests deeper than 64, declares a
/// document type or entities, has NUL bytes inside, or names no currency while the options name none either.
pub fn read<'a>(text: &'a str, options: &ReadOptions) -> Result<Parsed<'a>, ImportError> {
    // Some banks' servers pad the last block; nothing of the statement can be behind that.
    let text = text.trim_end_matches(['\0', '\u{1a}', ' ', '\t', '\r', '\n']);
    if text.is_empty() {
        return Err(ImportError::new(Problem::Empty, "the file has no content", Remedy::DownloadOtherPeriod));
    }
    if let Some(at) = text.find('\0') {
        let line = lexer::Lines::new(text).at(at);
        return Err(ImportError::new(
            Problem::Malformed,
            "a NUL byte inside the text",
            Remedy::DownloadAgain(Damage::NotText),
        )
        .at_line(line));
    }
    let document::File { statements, readings } = document::Document::new(text, options).read()?;
    let places = |is: fn(&Reading) -> bool| (0..readings.len()).filter(|place| is(&readings[*place])).collect();
    let (unsigned, typed) = (places(|reading| reading.is_unsigned), places(|reading| reading.types_agree));
    let (mut sign, mut remarks, mut questions) = (None, Vec::new(), Vec::new());
    for reading in readings {
        let (rule, remark) = match reading.by {
            By::Evidence { rule, remark, .. } => (rule, remark),
            By::Person { rule, remark } => (Some(rule), remark),
            By::Nobody(question) => {
                questions.push(question);
                continue;
            }
        };
        sign = sign.or(rule);
        remarks.extend(remark);
    }
    remarks.dedup();
    // One answer holds for the whole file.
    questions.truncate(1);
    let format = header::format(text);
    let institution = statements.first().and_then(|s| s.account.institution.clone()).unwrap_or_default();
    Ok(Parsed {
        kind: SourceKind::Ofx,
        layout: format!("ofx {institution}").trim_end().to_owned(),
        format,
        profile: None,
        statements,
        // No statement is read by what earlier files of its account tell.
        date_order: None,
        asks_in_spite: !questions.is_empty(),
        questions,
        style: Style { sign, ..Style::default() },
        unsigned,
        typed,
        remarks,
    })
}
