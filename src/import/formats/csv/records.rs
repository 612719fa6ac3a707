//! CSV text to records of fields, borrowed from the text.
//!
//! The grammar is RFC 4180 with what banks do to it: any separator, any line end, quotes inside unquoted
//! fields, text after a closing quote. The `csv` crate reads the same (a test compares the two) but copies
//! each field, counts only `\n` as a line, and silently closes a quote that the file leaves open;
//! here a field is a slice, a record knows its line, and an open quote is an error that names it.

use std::borrow::Cow;

use crate::import::error::{Damage, ImportError, Problem, Remedy};
use crate::import::evidence::decimal_mark::Written;
use crate::model::{Amount, Currency, DecimalMark, Micros, is_minus};

/// The longest quoted field. A missing closing quote would otherwise swallow the rest of the file.
const LONGEST_FIELD: usize = 256 * 1024;
/// The longest record, in bytes and in fields. A file of one endless line is no table.
const LONGEST_RECORD: usize = 1024 * 1024;
const MOST_FIELDS: usize = 2048;

/// One field as it lies in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Field<'a> {
    raw: &'a str,
    form: Form,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// The slice is the value.
    Plain,
    /// The slice still has its quotes.
    Quoted,
}

impl<'a> Field<'a> {
    /// A field that is not there.
    pub(super) const EMPTY: Field<'static> = Field { raw: "", form: Form::Plain };

    /// Returns the value without the spaces around it.
    pub(super) fn text(self) -> Cow<'a, str> {
        match self.form {
            Form::Plain => {
                let text = trimmed(self.raw);
                narrowed(text).map_or(Cow::Borrowed(text), Cow::Owned)
            }
            Form::Quoted => {
                let text = unquote(self.raw);
                let text = text.trim();
                Cow::Owned(narrowed(text).unwrap_or_else(|| text.to_owned()))
            }
        }
    }

    /// Returns the field as the file has it, with quotes and the spaces around it.
    pub(super) fn raw(self) -> &'a str {
        self.raw
    }

    /// Returns how many bytes the field takes in the file.
    pub(super) fn length(self) -> usize {
        self.raw.len()
    }

    /// Returns whether another field follows with nothing but the separator between: neither of them is quoted.
    pub(super) fn touches(self, next: Field<'_>) -> bool {
        let plain = self.form == Form::Plain && next.form == Form::Plain;
        plain
            && !next.raw.is_empty()
            && self.raw.as_bytes().as_ptr_range().end as usize + 1 == next.raw.as_ptr() as usize
    }

    /// Returns whether the field holds no amount: nothing but spaces, or what some banks write for that.
    pub(super) fn is_no_amount(self) -> bool {
        let text = self.text();
        // A spreadsheet prints zero as `$ -`.
        let text = text.trim_matches(['$', '€', '£', '¥', ' ']);
        text.chars().all(is_minus) || ["n/a", "na", "null", "nil"].iter().any(|none| text.eq_ignore_ascii_case(none))
    }

    /// Returns the amount that the field holds, in millionths of whatever currency. `mark` is that of the file, which counts
    /// where the field shows none.
    pub(super) fn micros(self, mark: DecimalMark) -> Option<Micros> {
        let text = self.text();
        let mark = match Written::of(&text, None) {
            Written::With(shown) => shown,
            Written::Silent | Written::Either => mark,
        };
        Amount::parse(&text, mark, Currency::NONE).ok().map(|amount| amount.micros())
    }

    /// Returns whether the field holds nothing but spaces.
    pub(super) fn is_blank(self) -> bool {
        match self.form {
            Form::Plain => trimmed(self.raw).is_empty(),
            Form::Quoted => self.text().is_empty(),
        }
    }
}

/// Returns a number or a day in plain digits, marks and brackets where it is written in wide ones: `（１，２３４）`.
fn narrowed(text: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    let is_wide = |c: char| ('\u{ff01}'..='\u{ff5e}').contains(&c);
    let narrow = |c: char| match c {
        _ if is_wide(c) => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        _ => c,
    };
    let is_of_number = |c: char| matches!(c, '円' | '年' | '月' | '日') || !c.is_alphabetic();
    let is_digit = |c: char| narrow(c).is_ascii_digit();
    let is_number = text.contains(is_wide) && text.contains(is_digit) && text.chars().all(is_of_number);
    is_number.then(|| text.chars().map(narrow).collect())
}

/// Trims spaces. Nearly every field begins and ends in a visible ASCII character, and is not searched.
fn trimmed(raw: &str) -> &str {
    match raw.as_bytes() {
        [] => raw,
        [only] if only.is_ascii_graphic() => raw,
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => raw,
        _ => raw.trim(),
    }
}

/// Removes the quotes: `""` is one quote, and what follows the closing quote is taken as it is.
fn unquote(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw.strip_prefix('"').unwrap_or(raw);
    while let Some((before, after)) = rest.split_once('"') {
        out.push_str(before);
        match after.strip_prefix('"') {
            Some(after) => {
                out.push('"');
                rest = after;
            }
            None => {
                rest = after;
                break;
            }
        }
    }
    out.push_str(rest);
    out
}

/// A position in a file from which records are read. Cheap to clone: that is how a file is read twice.
#[derive(Clone, Debug)]
pub(super) struct Records<'a> {
    text: &'a str,
    at: usize,
    line: u64,
    delimiter: u8,
}

impl<'a> Records<'a> {
    /// Starts at the first line. The delimiter is an ASCII character.
    pub(super) fn new(text: &'a str, delimiter: u8) -> Self {
        Records { text, at: 0, line: 1, delimiter }
    }

    /// Returns the separator between fields.
    pub(super) fn delimiter(&self) -> u8 {
        self.delimiter
    }

    /// Returns whether the file ends in a number, so that digits may be missing.
    pub(super) fn ends_in_a_number(&self) -> bool {
        self.text.ends_with(|c: char| c.is_ascii_digit() || c == '.' || c == ',')
    }

    /// Returns the line that is read next, from 1.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// Reads the next record into `fields` and returns the line it starts at. Skips blank lines.
    pub(super) fn next(&mut self, fields: &mut Vec<Field<'a>>) -> Result<Option<u64>, ImportError> {
        loop {
            fields.clear();
            if self.at >= self.text.len() {
                return Ok(None);
            }
            let line = self.line;
            let end = self.at.saturating_add(LONGEST_RECORD);
            while self.field(fields, end).map_err(|cut| cut.unwrap_or_else(|| too_long(line)))? {
                if fields.len() >= MOST_FIELDS {
                    return Err(too_long(line));
                }
            }
            if fields.len() > 1 || fields.first().is_some_and(|f| f.form == Form::Quoted || !f.is_blank()) {
                return Ok(Some(line));
            }
        }
    }

    /// Reads one field; true when another one follows in the same record. An error without a reason is a record
    /// that goes on behind `end`: nothing is searched further, however long the line.
    fn field(&mut self, fields: &mut Vec<Field<'a>>, end: usize) -> Result<bool, Option<ImportError>> {
        let bytes = self.text.as_bytes();
        let start = self.at;
        let mut field = None;
        if bytes.get(start) == Some(&b'"') {
            let (close, doubled) = self.closing_quote().map_err(Some)?;
            self.at = close + 1;
            if !doubled && self.ends_at(self.at) {
                field = Some(Field { raw: &self.text[start + 1..close], form: Form::Plain });
            }
        }
        let tail = bytes.get(self.at..end.min(bytes.len())).unwrap_or_default();
        let delimiter = self.delimiter;
        let length = tail.iter().position(|b| *b == delimiter || *b == b'\n' || *b == b'\r').unwrap_or(tail.len());
        self.at += length;
        if self.at >= end && self.at < bytes.len() {
            return Err(None);
        }
        fields.push(field.unwrap_or_else(|| {
            let form = if bytes.get(start) == Some(&b'"') { Form::Quoted } else { Form::Plain };
            Field { raw: &self.text[start..self.at], form }
        }));
        match bytes.get(self.at) {
            Some(b) if *b == delimiter => {
                self.at += 1;
                return Ok(true);
            }
            Some(b'\r') if bytes.get(self.at + 1) == Some(&b'\n') => self.at += 2,
            Some(_) => self.at += 1,
            None => return Ok(false),
        }
        self.line += 1;
        Ok(false)
    }

    /// Finds the quote that closes the field starting here, and whether quotes are doubled inside. Counts lines.
    fn closing_quote(&mut self) -> Result<(usize, bool), ImportError> {
        let bytes = self.text.as_bytes();
        let (opened, start) = (self.line, self.at);
        let mut doubled = false;
        let mut at = start + 1;
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'"' if bytes.get(at + 1) == Some(&b'"') => {
                    doubled = true;
                    at += 1;
                }
                b'"' => return Ok((at, doubled)),
                b'\n' => self.line += 1,
                b'\r' if bytes.get(at + 1) != Some(&b'\n') => self.line += 1,
                _ => {}
            }
            at += 1;
            if at - start > LONGEST_FIELD {
                let message = format!("the quote that opens here is not closed within {} KiB", LONGEST_FIELD / 1024);
                return Err(
                    ImportError::new(Problem::Limit, message, Remedy::DownloadAgain(Damage::Quotes)).at_line(opened)
                );
            }
        }
        Err(ImportError::new(
            Problem::Malformed,
            "the file ends inside a quoted field that opens here",
            Remedy::DownloadAgain(Damage::CutOff),
        )
        .at_line(opened))
    }

    fn ends_at(&self, at: usize) -> bool {
        self.text.as_bytes().get(at).is_none_or(|b| *b == self.delimiter || *b == b'\n' || *b == b'\r')
    }
}

fn too_long(line: u64) -> ImportError {
    ImportError::new(
        Problem::Limit,
        format!("the row has more than {MOST_FIELDS} fields or {LONGEST_RECORD} bytes"),
        Remedy::DownloadAgain(Damage::EndlessRow),
    )
    .at_line(line)
}

#[cfg(test)]
#[path = "../../../../tests/unit/import/records.rs"]
mod tests;
