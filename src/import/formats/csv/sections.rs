//! Tables below each other in one file: a header that is repeated below a title of its own begins the rows of something else.

use super::layout::Layout;
use super::records::Field;
use crate::import::error::{ImportError, Problem, Remedy, shown};
use crate::import::evidence::fold::fold;

/// What a report calls a header that is repeated, and a line that is nothing known.
pub(super) const HEADER: &str = "header line";
pub(super) const UNKNOWN: &str = "line without a day and an amount";

/// Words for a page: its number is no title.
const PAGES: [&str; 9] = ["page", "seite", "pagina", "strona", "strana", "side", "sida", "sivu", "oldal"];

/// The titles of a file while its rows are read.
pub(super) struct Sections {
    /// Those above the first header.
    known: Vec<String>,
    /// One since the last row, and its line.
    title: Option<(u64, String)>,
}

impl Sections {
    /// Begins below the header.
    pub(super) fn new(layout: &Layout<'_>) -> Sections {
        Sections { known: layout.preamble.iter().map(|(_, fields)| fold(&raw(fields))).collect(), title: None }
    }

    /// Takes notice of a row: what stands above it is past.
    pub(super) fn row(&mut self) {
        self.title = None;
    }

    /// Takes notice of a line that is no row. Where a column tells accounts apart, titles do not.
    pub(super) fn skipped(
        &mut self,
        what: &str,
        line: u64,
        fields: &[Field<'_>],
        is_split: bool,
    ) -> Result<(), ImportError> {
        match what {
            HEADER if !is_split => return self.header(line),
            UNKNOWN => self.line(line, fields),
            _ => {}
        }
        Ok(())
    }

    /// Takes notice of a line that is neither a row nor anything known.
    fn line(&mut self, line: u64, fields: &[Field<'_>]) {
        let raw = raw(fields);
        let text = fold(&raw);
        let is_page = PAGES.iter().any(|page| text.starts_with(page));
        if self.title.is_none() && !is_page && !self.known.contains(&text) {
            self.title = Some((line, raw));
        }
    }

    /// Refuses a repeated header below a title that is new.
    fn header(&self, line: u64) -> Result<(), ImportError> {
        let Some((of, title)) = &self.title else { return Ok(()) };
        let message = format!(
            "the header is repeated below another title (line {of}: {:?}), and nothing tells whether the rows are of one account",
            shown(title)
        );
        Err(ImportError::new(Problem::Ambiguous, message, Remedy::SplitSections).at_line(line))
    }
}

/// Returns the text of a line.
fn raw(fields: &[Field<'_>]) -> String {
    let filled = fields.iter().filter(|field| !field.is_blank());
    filled.map(|field| field.text().into_owned()).collect::<Vec<_>>().join(" ")
}
