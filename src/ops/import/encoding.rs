//! The encoding of a file whose bytes do not prove it: as the person says now, or has said for files that begin alike.

use data_encoding::HEXLOWER;

use super::options::ImportOptions;
use super::read::Answer;
use super::stop::Stop;
use crate::crypto::sha256;
use crate::import::{ImportError, ImportOption, Remedy, text};
use crate::ops::OpError;
use crate::store::View;

/// What was said about the encoding of a file.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// What is to be remembered, when the file really left it open.
    pub answer: Option<Answer>,
    /// Whether an earlier answer was used.
    pub is_remembered: bool,
}

/// Decodes a file. Its layout cannot be known before: files are alike when their first lines are, which is where the names
/// of columns stand.
pub(super) fn decode<'b>(
    view: &View<'_>,
    bytes: &'b [u8],
    options: &ImportOptions,
) -> Result<(text::Decoded<'b>, Said), Stop> {
    if let Some(name) = options.encoding.as_deref() {
        let decoded = text::decode(bytes, Some(name))?;
        let is_open = text::decode(bytes, None).is_err_and(|error| asks(&error));
        let answer = is_open.then(|| (layout(bytes), ImportOption::Encoding, name.to_owned()));
        return Ok((decoded, Said { answer, is_remembered: false }));
    }
    let error = match text::decode(bytes, None) {
        Ok(decoded) => return Ok((decoded, Said::default())),
        Err(error) => error,
    };
    let answers = view.answers().map_err(OpError::from)?;
    let layout = layout(bytes);
    let is_of = |option: &str| option == ImportOption::Encoding.as_str();
    match answers.iter().find(|answer| asks(&error) && answer.layout == layout && is_of(&answer.option)) {
        Some(answer) => Ok((text::decode(bytes, Some(&answer.answer))?, Said { answer: None, is_remembered: true })),
        None => Err(error.into()),
    }
}

fn asks(error: &ImportError) -> bool {
    matches!(&error.remedy, Remedy::Answer(questions) if questions.iter().any(|q| q.option == ImportOption::Encoding))
}

/// Returns what files that begin alike have in common: a hash of the first line.
fn layout(bytes: &[u8]) -> String {
    let line = bytes.split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
    format!("text {}", HEXLOWER.encode(&sha256(line)[..8]))
}
