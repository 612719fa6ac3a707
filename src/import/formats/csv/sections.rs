//! Tables below each other in one file: a header that is repeated below a title of its own begins the rows of something else, and
//! so does a title that nothing is known of, among the rows.

use super::column::Column;
use super::layout::Layout;
use super::names;
use super::records::Field;
use super::roles::Role;
use crate::import::error::{ImportError, Problem, Remedy, shown};
use crate::import::evidence::direction::Step;
use crate::import::evidence::fold::fold;
use crate::import::evidence::lines;
use crate::model::{Entry, Micros, Period};

/// What a report calls a header that is repeated, and a line that is nothing known.
pub(super) const HEADER: &str = "header line";
pub(super) const UNKNOWN: &str = "line without a day and an amount";

/// Words for a page or a week, whose number is no title, and for a note.
const PAGES: [&str; 9] = ["page", "seite", "pagina", "strona", "strana", "side", "sida", "sivu", "oldal"];
const WEEKS: [&str; 7] = ["week", "woche", "kw", "semaine", "semana", "settimana", "uke"];
const NOTES: [&str; 7] = ["note:", "notes:", "hinweis:", "remarque:", "nota:", "n.b.:", "nb:"];
/// Headings that divide the rows of one statement.
#[rustfmt::skip]
const HEADINGS: &[&str] = &[
    "continued", "continued on next page", "today", "yesterday", "older", "purchases", "payments", "payments and credits",
    "payments and other credits", "fees", "fees charged", "interest", "interest charged", "interest charges", "deposits",
    "deposits and additions", "deposits and other credits", "withdrawals", "other withdrawals", "electronic withdrawals",
    "withdrawals and other debits", "atm and debit card withdrawals", "checks paid",
];

/// The titles of a file while its rows are read.
pub(super) struct Sections {
    /// Those above the first header.
    known: Vec<String>,
    /// The column of the description, where it is not the first: text in it alone goes on with that of the row above.
    description: Option<Column>,
    /// One since the last row, and its line.
    title: Option<(u64, String)>,
    /// The line of another header since the last row.
    other_header: Option<u64>,
    /// The line of a repeated header since the last row.
    repeated: Option<u64>,
    /// The first and the last day of the rows below the last header.
    days: Option<Period>,
    /// The title of the first rows.
    first: Option<(u64, String)>,
    /// The amount and the balance of the last row.
    last: Option<(Micros, Option<Micros>)>,
}

impl Sections {
    /// Begins below the header.
    pub(super) fn new(layout: &Layout<'_>) -> Sections {
        let known = layout.preamble.iter().map(|(_, fields)| fold(&raw(fields))).collect();
        let description = layout.roles.first(Role::Description).filter(|column| *column != Column::new(0));
        Sections {
            known,
            description,
            title: None,
            other_header: None,
            repeated: None,
            days: None,
            first: None,
            last: None,
        }
    }

    /// Takes notice of a row: what stands above it is past. A title among the rows may begin those of something else, unless the
    /// balance goes on from that of the row above it.
    pub(super) fn row(&mut self, entry: &Entry<'_>, is_split: bool) -> Result<(), ImportError> {
        if let Some(line) = self.other_header {
            let message = "another header, with other columns, stands among the rows";
            return Err(ImportError::new(Problem::Ambiguous, message, Remedy::SplitSections).at_line(line));
        }
        let this = (entry.amount.micros(), entry.running);
        let above = self.last.replace(this);
        let day = Period::of_day(entry.day);
        if let Some((line, above)) = self.repeated.take().zip(above) {
            // Downloads that were joined, each newest first, go on elsewhere.
            let goes_back = self.days.take().is_some_and(|days| days.contains(entry.day));
            if goes_back && has_balances(above, this) && !go_on(above, this) {
                let message = "the header is repeated, and the balance of the row below it does not follow from that of the row above \
                    it: nothing tells whether the rows are of one account";
                return Err(ImportError::new(Problem::Ambiguous, message, Remedy::SplitSections).at_line(line));
            }
        }
        self.days = Some(self.days.map_or(day, |days| days.spanning(day)));
        match (self.title.take(), above) {
            (Some(title), None) => self.first = Some(title),
            (Some(title), Some(above)) if !is_split && !go_on(above, this) => return Err(of_some(&title)),
            _ => {}
        }
        Ok(())
    }

    /// Takes notice of a title that says whether the rows below it are booked: those above it are not what it says.
    pub(super) fn known_title(&mut self, is_split: bool) -> Result<(), ImportError> {
        self.title = None;
        match self.first.take() {
            Some(first) if !is_split && self.last.is_some() => Err(of_some(&first)),
            _ => Ok(()),
        }
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
        if self.last.is_some() && self.other_header.is_none() && names::is_header(fields) {
            self.other_header = Some(line);
        }
        let raw = raw(fields);
        let text = fold(&raw);
        let is_week =
            WEEKS.iter().any(|week| text.strip_prefix(week).is_some_and(|rest| rest.trim().parse::<u8>().is_ok()));
        let is_heading = HEADINGS.contains(&text.trim());
        let is_harmless = is_week || is_heading || PAGES.iter().chain(&NOTES).any(|word| text.starts_with(word));
        let goes_on = self.description.is_some_and(|column| {
            fields.iter().enumerate().all(|(index, field)| field.is_blank() || Column::new(index) == column)
        });
        // The month in `Visa March 2222` does not make it a heading of the same account.
        let is_time = lines::names_a_time(&text) && !names::names_an_account(&raw);
        let is_title = text.chars().any(char::is_alphabetic) && !is_time;
        if self.title.is_none() && is_title && !is_harmless && !goes_on && !self.known.contains(&text) {
            self.title = Some((line, raw));
        }
    }

    /// Takes notice of a repeated header, and refuses one below a title that is new.
    fn header(&mut self, line: u64) -> Result<(), ImportError> {
        self.repeated = Some(line);
        let Some((of, title)) = &self.title else { return Ok(()) };
        let message = format!(
            "the header is repeated below another title (line {of}: {:?}), and nothing tells whether the rows are of one account",
            shown(title)
        );
        Err(ImportError::new(Problem::Ambiguous, message, Remedy::SplitSections).at_line(line))
    }
}

/// Returns whether both of two rows have a balance.
fn has_balances((_, above): (Micros, Option<Micros>), (_, below): (Micros, Option<Micros>)) -> bool {
    above.is_some() && below.is_some()
}

/// Returns whether the balance of one of two rows is that of the other and its amount.
fn go_on(above: (Micros, Option<Micros>), below: (Micros, Option<Micros>)) -> bool {
    let ((first, Some(before)), (second, Some(after))) = (above, below) else { return false };
    [Step::of(before, Some(second), after), Step::of(after, Some(first), before)]
        .iter()
        .any(|step| *step != Step::Unknown)
}

/// Refuses rows below a title of which nothing is known.
fn of_some((line, title): &(u64, String)) -> ImportError {
    let message = format!(
        "{:?} is the title of some of the rows, and nothing tells whether they are booked rows of the same account",
        shown(title)
    );
    ImportError::new(Problem::Ambiguous, message, Remedy::SplitSections).at_line(*line)
}

/// Returns the text of a line.
fn raw(fields: &[Field<'_>]) -> String {
    let filled = fields.iter().filter(|field| !field.is_blank());
    filled.map(|field| field.text().into_owned()).collect::<Vec<_>>().join(" ")
}
