//! What a file holds, for its report.

use crate::import::Parsed;
use crate::model::clean_for_display;
use crate::ops::report::{FileReport, RejectedRowReport};

/// Adds to the report what the importer could not read, and what it understood but left out.
pub(super) fn describe(report: &mut FileReport, parsed: &Parsed<'_>) {
    report.format = Some(parsed.format.clone());
    report.profile = parsed.profile.clone();
    report.remarks.clone_from(&parsed.remarks);
    for statement in &parsed.statements {
        report.rejected_rows.extend(statement.rejected.iter().map(|row| {
            let found =
                if row.found.is_empty() { String::new() } else { format!(" {:?}", clean_for_display(&row.found)) };
            RejectedRowReport { line: row.line, reason: format!("{}{found}: {}", row.field, row.reason) }
        }));
        report.skipped.extend(statement.skipped.iter().cloned());
    }
}
