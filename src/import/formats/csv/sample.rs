//! The start of a file, which is searched for its header.

use super::records::{Field, Records};
use crate::import::error::ImportError;
use crate::import::evidence::fold::key;

/// Delimiters that are tried, in order of preference.
pub(super) const DELIMITERS: [u8; 4] = *b",;\t|";

/// How many records at the start of a file are searched for its header.
const SAMPLE: usize = 60;

/// The longest header, in bytes.
const LONGEST_HEADER: usize = 16 * 1024;

/// One record of the sample, and the position after it.
#[derive(Clone, Debug)]
pub(super) struct Sampled<'a> {
    pub(super) line: u64,
    pub(super) fields: Vec<Field<'a>>,
    pub(super) after: Records<'a>,
    /// The cells as column names, without blank ones at the end; none when the record is too long for a header.
    pub(super) keys: Vec<String>,
}

/// The first records of a file, split by one delimiter.
#[derive(Clone, Debug)]
pub(super) struct Sample<'a> {
    pub(super) start: Records<'a>,
    pub(super) records: Vec<Sampled<'a>>,
    /// What ended the sample early.
    pub(super) error: Option<ImportError>,
}

impl<'a> Sample<'a> {
    /// Reads the first records. An error ends the sample: it is reported if no header stands before it.
    pub(super) fn take(text: &'a str, delimiter: u8) -> Sample<'a> {
        let start = Records::new(text, delimiter);
        let mut records = Vec::new();
        let mut at = start.clone();
        let mut fields = Vec::new();
        let mut error = None;
        while records.len() < SAMPLE {
            let line = match at.next(&mut fields) {
                Ok(Some(line)) => line,
                Ok(None) => break,
                Err(e) => {
                    error = Some(e);
                    break;
                }
            };
            let length: usize = fields.iter().map(|f| f.length()).sum();
            let filled = fields.iter().rposition(|f| !f.is_blank()).map_or(0, |i| i + 1);
            let filled = if length > LONGEST_HEADER { 0 } else { filled };
            let keys = fields[..filled].iter().map(|f| key(&f.text())).collect();
            records.push(Sampled { line, fields: fields.clone(), after: at.clone(), keys });
        }
        Sample { start, records, error }
    }

    /// Returns the records before one of them, as a preamble.
    pub(super) fn before(&self, index: usize) -> Vec<(u64, Vec<Field<'a>>)> {
        self.records[..index].iter().map(|r| (r.line, r.fields.clone())).collect()
    }

    /// Returns the cells of a header, and the blank ones at its end that rows fill.
    pub(super) fn header_with_unnamed(&self, index: usize) -> Vec<String> {
        let header = &self.records[index];
        let (named, all) = (header.keys.len(), header.fields.len());
        let is_filled = |column: usize| {
            let mut rows = self.records[index + 1..].iter().filter(|row| row.fields.len() == all);
            rows.any(|row| !row.fields[column].is_blank())
        };
        let width = (named..all).rfind(|column| is_filled(*column)).map_or(named, |column| column + 1);
        header.fields[..width].iter().map(|field| field.text().into_owned()).collect()
    }

    /// Returns the cells of a record as they are written, without blank ones at its end.
    pub(super) fn header(&self, index: usize) -> Vec<String> {
        let record = &self.records[index];
        record.fields[..record.keys.len()].iter().map(|f| f.text().into_owned()).collect()
    }
}
