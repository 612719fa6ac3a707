//! Rows under named columns: what tables and CSV are made from.

use serde::Serialize;

use super::column::{Cell, Column};
use super::error::OutputError;
use super::fields;

/// The last lines of a table.
#[derive(Clone, Debug)]
pub(crate) struct Summary {
    /// With amounts as tables have them.
    pub shown: String,
    /// With amounts as programs write them.
    pub plain: String,
}

/// Rows under named columns.
pub(crate) struct Sheet {
    /// The columns, in order.
    pub columns: Vec<Column>,
    /// The rows; each has one cell for each column.
    pub rows: Vec<Vec<Cell>>,
    /// Rows below those, which only people see: sums.
    pub totals: Vec<Vec<Cell>>,
    /// The last lines, which only people see: how many there are, and what they add up to.
    pub summary: Option<Summary>,
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
        let rows = rows(&columns, reports)?;
        Ok(Sheet { columns, rows, totals: Vec::new(), summary: None, when_empty })
    }

    /// Adds sums below the rows.
    ///
    /// # Errors
    /// As [`Sheet::of`].
    pub(crate) fn with_totals<T: Serialize>(
        mut self,
        reports: impl IntoIterator<Item = T>,
    ) -> Result<Sheet, OutputError> {
        self.totals = rows(&self.columns, reports)?;
        Ok(self)
    }

    /// Adds last lines, which have no amounts.
    pub(crate) fn with_summary(self, shown: String) -> Sheet {
        self.with_sums(Summary { plain: shown.clone(), shown })
    }

    /// Adds last lines.
    pub(crate) fn with_sums(self, summary: Summary) -> Sheet {
        Sheet { summary: Some(summary), ..self }
    }
}

fn rows<T: Serialize>(columns: &[Column], reports: impl IntoIterator<Item = T>) -> Result<Vec<Vec<Cell>>, OutputError> {
    reports.into_iter().map(|report| fields::cells(columns, &report).map_err(OutputError::Json)).collect()
}
