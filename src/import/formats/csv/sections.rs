//! Tables below each other in one file: a header that is repeated below a title of its own begins the rows of something else, and
//! so does a title that nothing is known of, among the rows.

use std::collections::BTreeSet;

use super::column::Column;
use super::content::is_amount;
use super::layout::Layout;
use super::names;
use super::records::Field;
use super::roles::Role;
use crate::import::error::{ImportError, Problem, Remedy, shown};
use crate::import::evidence::date::Parts;
use crate::import::evidence::direction::Step;
use crate::import::evidence::fold::fold;
use crate::import::evidence::lines;
use crate::model::{Day, Entry, EntryStatus, Micros, Period};

/// What a report calls a header that is repeated, and a line that is nothing known.
pub(super) const HEADER: &str = "header line";
pub(super) const UNKNOWN: &str = "line without a day and an amount";
/// What a refusal says of a line that divides pages.
const PAGE: &str = "another page begins or ends here";

/// Words for a page, a week and a note, which are no titles.
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

/// What lines between two tables say of the account of the second.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Said {
    #[default]
    Nothing,
    /// The title of all is repeated. `Transactions` stands above those of another account, too.
    Title,
    /// It is the same: it has the only number, or it is a part of one statement.
    Same,
}

/// The titles of a file while its rows are read.
pub(super) struct Sections {
    /// Those above the first header.
    known: Vec<String>,
    /// Whether these name one account at most.
    is_of_one: bool,
    /// The column of the description, where it is not the first: text in it alone goes on with that of the row above.
    description: Option<Column>,
    /// One since the last row, and its line.
    title: Option<(u64, String)>,
    /// The line of another header since the last row.
    other_header: Option<u64>,
    /// The line of a repeated header or of a page since the last row, and what it is.
    parted: Option<(u64, &'static str)>,
    /// What lines since the last row say of the account of the rows below it.
    said: Said,
    /// The rows below the last header or page, and those below the one before it with the line between the two.
    part: Option<Part>,
    above: Option<(Part, (u64, &'static str))>,
    /// The title of the first rows.
    first: Option<(u64, String)>,
    /// The amount and the balance of the last row.
    last: Option<(Micros, Option<Micros>)>,
}

impl Sections {
    /// Begins below the header.
    pub(super) fn new(layout: &Layout<'_>) -> Sections {
        let known: Vec<String> = layout.preamble.iter().map(|(_, fields)| fold(&raw(fields))).collect();
        let accounts: BTreeSet<&String> = known.iter().filter(|text| names::names_an_account(text)).collect();
        let is_of_one = accounts.len() < 2;
        let description = layout.roles.first(Role::Description).filter(|column| *column != Column::new(0));
        Sections {
            known,
            is_of_one,
            description,
            title: None,
            other_header: None,
            parted: None,
            said: Said::Nothing,
            part: None,
            above: None,
            first: None,
            last: None,
        }
    }

    /// Takes notice of a row: what stands above it is past. A title among the rows may begin those of something else, unless the
    /// balance goes on from that of the row above it.
    pub(super) fn row(&mut self, entry: &Entry<'_>, is_split: bool) -> Result<(), ImportError> {
        self.below_other_header()?;
        let this = (entry.amount.micros(), entry.running);
        let above = self.last.replace(this);
        let said = std::mem::take(&mut self.said);
        if let Some(line) = self.parted.take()
            && let Some(part) = self.part.take()
        {
            self.close(&part)?;
            self.part = Some(Part { said, ..Part::of(entry, part.open) });
            self.above = Some((part, line));
        } else {
            match &mut self.part {
                Some(part) => part.add(entry),
                None => self.part = Some(Part::of(entry, None)),
            }
        }
        match (self.title.take(), above) {
            (Some(title), None) => self.first = Some(title),
            (Some(title), Some(above)) if !is_split && !go_on(above, this) => return Err(of_some(&title)),
            _ => {}
        }
        Ok(())
    }

    /// Refuses what stands below a header with other columns.
    pub(super) fn below_other_header(&self) -> Result<(), ImportError> {
        let Some(line) = self.other_header else { return Ok(()) };
        let message = "another header, with other columns, stands among the rows";
        Err(ImportError::new(Problem::Ambiguous, message, Remedy::SplitSections).at_line(line))
    }

    /// Takes notice of the end of the file.
    pub(super) fn end(mut self) -> Result<(), ImportError> {
        let part = self.part.take();
        part.map_or(Ok(()), |part| self.close(&part))
    }

    /// Refuses rows below a repeated header or another page of which nothing tells that they are of the account of those above it.
    fn close(&mut self, part: &Part) -> Result<(), ImportError> {
        // A page may have no row with a balance, where a bank prints only the last one of each day.
        let is_open_page =
            |above: &Part, what: &str| what == PAGE && part.open.is_none() && part.days_go_on_from(above);
        let goes_on = |above: &Part, what: &str| part.goes_on_from(above) || is_open_page(above, what);
        let Some((above, (line, what))) = self.above.take().filter(|(above, (_, what))| !goes_on(above, what)) else {
            return Ok(());
        };
        let why = match (above.open.is_some(), part.open.is_some()) {
            (true, true) => "the balances of the rows below it do not follow from those above it",
            (false, false) => "the days of the rows below it do not go on from those above it",
            _ => "only the rows on one side of it have balances",
        };
        let message = format!("{what}, and {why}: nothing tells whether the rows are of one account");
        Err(ImportError::new(Problem::Ambiguous, message, Remedy::SplitSections).at_line(line))
    }

    /// Takes notice of a title that says whether the rows below it are booked, and whether those above it are: then these are not
    /// what it says.
    pub(super) fn known_title(
        &mut self,
        [is_pending, was_pending]: [bool; 2],
        is_split: bool,
    ) -> Result<(), ImportError> {
        self.title = None;
        self.said = self.said.max(if is_pending == was_pending { Said::Title } else { Said::Same });
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
            UNKNOWN => {
                // A day and an amount, wherever they stand: a row of the other table.
                let has = |is: fn(&str) -> bool| fields.iter().any(|field| is(&field.text()));
                if has(|text| Parts::split(text).is_some()) && has(is_amount) {
                    self.below_other_header()?;
                }
                self.line(line, fields, is_split);
            }
            _ => {}
        }
        Ok(())
    }

    /// Takes notice of a line that is neither a row nor anything known.
    fn line(&mut self, line: u64, fields: &[Field<'_>], is_split: bool) {
        if self.last.is_some() && self.other_header.is_none() && names::is_header(fields) {
            self.other_header = Some(line);
        }
        let raw = raw(fields);
        let text = fold(&raw);
        let is_week =
            WEEKS.iter().any(|week| text.strip_prefix(week).is_some_and(|rest| rest.trim().parse::<u8>().is_ok()));
        let is_part = is_week || HEADINGS.contains(&text.trim());
        let is_harmless = is_part || PAGES.iter().chain(&NOTES).any(|word| text.starts_with(word));
        let goes_on = self.description.is_some_and(|column| {
            fields.iter().enumerate().all(|(index, field)| field.is_blank() || Column::new(index) == column)
        });
        // The month in `Visa March 2222` does not make it a heading of the same account.
        let is_time = lines::names_a_time(&text) && !names::names_an_account(&raw);
        let is_title = text.chars().any(char::is_alphabetic) && !is_time;
        let is_known = is_harmless || self.known.contains(&text);
        let is_page = PAGES.iter().any(|word| text.starts_with(word)) && text.contains(|c: char| c.is_ascii_digit());
        if is_page && !is_split && self.last.is_some() {
            self.parted.get_or_insert((line, PAGE));
        }
        // A page may be that of another statement, and a heading that stood above other rows may be its beginning.
        let is_again = self.known.contains(&text) && !text.is_empty() && !is_page;
        let said = match is_known {
            true if (is_part && !is_again) || (self.is_of_one && names::names_an_account(&raw)) => Said::Same,
            true if is_again => Said::Title,
            _ => Said::Nothing,
        };
        self.said = self.said.max(said);
        if is_part && !self.known.contains(&text) {
            self.known.push(text);
        }
        if self.title.is_none() && is_title && !is_known && !goes_on {
            self.title = Some((line, raw));
        }
    }

    /// Takes notice of a repeated header, and refuses one below a title that is new.
    fn header(&mut self, line: u64) -> Result<(), ImportError> {
        self.parted = Some((line, "the header is repeated"));
        let Some((of, title)) = &self.title else { return Ok(()) };
        let message = format!(
            "the header is repeated below another title (line {of}: {:?}), and nothing tells whether the rows are of one account",
            shown(title)
        );
        Err(ImportError::new(Problem::Ambiguous, message, Remedy::SplitSections).at_line(line))
    }
}

/// The rows below a header, as far as they tell whether those of another one go on from them.
struct Part {
    /// What lines above the header say of their account.
    said: Said,
    days: Period,
    /// The day of the last row, and whether days rise or fall.
    day: Day,
    rises: bool,
    falls: bool,
    /// The amount and the balance of the first and the last row.
    first: (Micros, Option<Micros>),
    last: (Micros, Option<Micros>),
    /// What moved since the last balance.
    open: Option<Open>,
    /// Whether the first balance follows from the last one of the rows above the header, once it is met.
    follows: Option<bool>,
    /// What moved since that one.
    before: Option<Open>,
}

/// A balance, and what the rows come to that stand behind it: without its own, and with it.
#[derive(Clone, Copy)]
struct Open {
    balance: Micros,
    behind: Option<Micros>,
    with_own: Option<Micros>,
}

impl Open {
    fn add(&mut self, amount: Micros) {
        let plus = |sum: Option<Micros>| sum.and_then(|sum| sum.checked_add(amount));
        (self.behind, self.with_own) = (plus(self.behind), plus(self.with_own));
    }

    /// Returns whether the balance of a row follows from this one, the oldest or the newest first.
    fn leads_to(&self, amount: Micros, balance: Micros) -> bool {
        let forward = self.behind.and_then(|behind| behind.checked_add(amount));
        Step::of(self.balance, forward, balance) != Step::Unknown
            || Step::of(balance, self.with_own, self.balance) != Step::Unknown
    }
}

impl Part {
    /// Begins with a row, after what moved since the last balance above the header.
    fn of(entry: &Entry<'_>, before: Option<Open>) -> Part {
        let (day, row) = (entry.day, (entry.amount.micros(), entry.running));
        let (days, rises, falls, open, follows) = (Period::of_day(day), false, false, None, None);
        let said = Said::Nothing;
        let mut part = Part { said, days, day, rises, falls, first: row, last: row, open, follows, before };
        part.add(entry);
        part
    }

    fn add(&mut self, entry: &Entry<'_>) {
        let amount = entry.amount.micros();
        self.rises |= entry.day > self.day;
        self.falls |= entry.day < self.day;
        self.day = entry.day;
        self.days = self.days.spanning(Period::of_day(entry.day));
        self.last = (amount, entry.running);
        if let Some(balance) = entry.running {
            let follows = self.before.map(|before| before.leads_to(amount, balance));
            self.follows = self.follows.or(follows);
            self.open = Some(Open { balance, behind: Some(Micros::ZERO), with_own: Some(amount) });
        } else if entry.status == EntryStatus::Posted {
            self.open.iter_mut().chain(&mut self.before).for_each(|open| open.add(amount));
        }
    }

    /// Returns whether these rows go on from others: their balances do, at either end, because downloads that were joined may each
    /// be newest first; without any balance, their days do, as on the pages of one list.
    fn goes_on_from(&self, above: &Part) -> bool {
        let has_balances = [self, above].map(|part| part.open.is_some());
        if has_balances.contains(&true) {
            let is_open = match self.said {
                Said::Same if has_balances.contains(&false) => true,
                Said::Same | Said::Title => self.days.overlap(above.days).is_none(),
                Said::Nothing => false,
            };
            return is_open || self.follows == Some(true) || go_on(above.first, self.last);
        }
        self.said == Said::Same || self.days_go_on_from(above)
    }

    /// Returns whether the days of both rise or fall, and those of these rows go on from those of the others.
    fn days_go_on_from(&self, above: &Part) -> bool {
        let rises = !self.falls && !above.falls && above.days.last() <= self.days.first();
        let falls = !self.rises && !above.rises && self.days.last() <= above.days.first();
        rises || falls
    }
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
