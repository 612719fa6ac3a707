//! CSV after RFC 4180: a header row of JSON field names, CRLF line ends, quotes where they are needed.
//!
//! Text that a spreadsheet would run as a formula gets a leading apostrophe. Numbers are left alone: `-12.34` is an
//! amount, and programs read it.

use std::borrow::Cow;
use std::io::{self, Write};

use csv::{Terminator, WriterBuilder};

use super::column::Cell;
use super::error::OutputError;
use super::sheet::Sheet;
use crate::model::clean_for_display;

/// Writes all columns and rows to stdout.
pub(crate) fn write(sheet: &Sheet) -> Result<(), OutputError> {
    write_to(sheet, io::stdout().lock()).map_err(|error| {
        let told = error.to_string();
        match error.into_kind() {
            csv::ErrorKind::Io(source) => OutputError::Stdout(source),
            _ => OutputError::Csv(told),
        }
    })
}

fn write_to(sheet: &Sheet, out: impl Write) -> Result<(), csv::Error> {
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(out);
    let in_csv = || sheet.columns.iter().filter(|column| column.in_csv);
    // A person may have named the column.
    writer.write_record(in_csv().map(|column| neutral(&column.field).into_owned()))?;
    for row in &sheet.rows {
        for (cell, _) in row.iter().zip(&sheet.columns).filter(|(_, column)| column.in_csv) {
            match cell {
                Cell::Text(text) => writer.write_field(neutral(text).as_bytes())?,
                Cell::Number(number) => writer.write_field(number)?,
                Cell::Empty => writer.write_field("")?,
            }
        }
        writer.write_record(None::<&[u8]>)?;
    }
    writer.flush()?;
    Ok(())
}

/// Returns text without control characters, and with an apostrophe where a spreadsheet would see a formula.
///
/// Spreadsheets skip leading spaces, and a leading tab or line end becomes a space here.
fn neutral(text: &str) -> Cow<'_, str> {
    let clean = clean_for_display(text);
    match clean.trim_start().chars().next() {
        Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠') => Cow::Owned(format!("'{clean}")),
        _ if text.starts_with(['\t', '\r', '\n']) => Cow::Owned(format!("'{clean}")),
        _ => clean,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::column::Column;
    use super::*;

    #[test]
    fn neutralises_formulas_in_names_of_columns() {
        let columns = [Column::number("=cmd()", ""), Column::number("@x", ""), Column::number("amount", "")];
        let mut out = Vec::new();
        write_to(&Sheet::of(columns, [json!({"amount": "-1.00"})], "").unwrap(), &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "'=cmd(),'@x,amount\r\n,,-1.00\r\n");
    }

    #[test]
    fn neutralises_formulas_and_leaves_numbers() {
        let columns = [
            Column::text("description", "Description"),
            Column::number("amount", "Amount"),
            Column::text("memo", "Memo").only_in_csv(),
        ];
        let rows = [
            json!({"description": "=HYPERLINK(\"http://x\",\"y\")", "amount": "-12.34"}),
            json!({"description": "\t=1+1", "amount": "5.00", "memo": "a,b\u{1b}[31m"}),
            json!({"description": "@SUM(A1)", "amount": "0.00", "memo": "-5 off, +1, = fine inside"}),
            json!({"description": "Coffee", "amount": "0.00", "memo": "two\r\nlines"}),
        ];
        let sheet = Sheet::of(columns, rows, "").unwrap();
        let mut out = Vec::new();
        write_to(&sheet, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let lines: Vec<&str> = text.split("\r\n").collect();
        assert_eq!(
            lines,
            [
                "description,amount,memo",
                "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\",-12.34,",
                "' =1+1,5.00,\"a,b\u{fffd}[31m\"",
                "'@SUM(A1),0.00,\"'-5 off, +1, = fine inside\"",
                "Coffee,0.00,two  lines",
                "",
            ]
        );
    }
}
