//! Where in a statement something stands, and what SQLite's errors mean.

use rusqlite::Error;
use rusqlite::ErrorCode;

use super::error::SqlError;
use super::guard::{MAX_SQL_BYTES, MAX_VALUE_BYTES, Noted};

/// Returns line and column of a byte of a text, both from 1; a column is a character.
fn place(text: &str, offset: usize) -> Option<(usize, usize)> {
    let before = text.get(..offset)?;
    let line = before.rsplit('\n').next()?;
    Some((before.matches('\n').count() + 1, line.chars().count() + 1))
}

/// Returns what an error of SQLite means for the one who wrote the statement.
pub(super) fn told(error: Error, sql: &str, noted: &Noted) -> SqlError {
    if let Some(refused) = noted.refused() {
        return refused;
    }
    match error {
        Error::MultipleStatement => SqlError::Several,
        Error::SqlInputError { msg, offset, sql: of, .. } => {
            // What is left after the first statement is a text of its own.
            let place = usize::try_from(offset).ok().filter(|_| of == sql).and_then(|offset| place(sql, offset));
            SqlError::Rejected { message: msg, place }
        }
        error => match error.sqlite_error_code() {
            Some(ErrorCode::OperationInterrupted) => SqlError::Interrupted,
            Some(ErrorCode::OutOfMemory) => SqlError::Memory,
            // So is a statement that is too long, of which SQLite says so.
            Some(ErrorCode::TooBig) if sql.len() <= MAX_SQL_BYTES as usize => {
                SqlError::ValueTooLarge(MAX_VALUE_BYTES >> 20)
            }
            Some(_) => match error {
                Error::SqliteFailure(_, Some(message)) => SqlError::Rejected { message, place: None },
                error => SqlError::Rejected { message: error.to_string(), place: None },
            },
            None => SqlError::Library(error),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_lines_and_characters_from_one() {
        assert_eq!(place("SELECT x", 7), Some((1, 8)));
        assert_eq!(place("SELECT 'ü',\n  x", 15), Some((2, 3)));
        assert_eq!(place("x", 9), None);
    }
}
