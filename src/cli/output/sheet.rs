//! Rows under named columns: what tables and CSV are made from.

use serde::Serialize;

use super::column::{Cell, Column};
use super::error::OutputError;
use super::fields;

/// Rows under named columns.
pub(crate) struct Sheet {
    /// The columns, in order.
    pub columns: Vec<Column>,
    /// The rows; each has one cell for each column.
    pub rows: Vec<Vec<Cell>>,
    /// The note for a person instead of an empty table.
    pub when_empty: &'static str,
}

impl Sheet {
    /// Makes a sheet of reports: one row for each, its cells the fields that the columns name.
    ///
    /// # Errors
    /// When a report has no JSON form.
    pub(crate) fn of<T: Serialize>(
        columns: impl Into<Vec<Column>>,
        reports: impl IntoIterator<Item = T>,
        when_empty: &'static str,
    ) -> Result<Sheet, OutputError> {
        let columns = columns.into();
        let mut rows = Vec::new();
        for report in reports {
            rows.push(fields::cells(&columns, &report).map_err(OutputError::Json)?);
        }
        Ok(Sheet { columns, rows, when_empty })
    }
}
