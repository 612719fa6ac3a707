//! Balances that lines of a file state, apart from the running balance of rows.

use super::reading::Reading;
use super::records::Field;
use crate::import::evidence::fold::fold;
use crate::import::evidence::lines::{self, Line};
use crate::model::{Amount, Currency, Day};

/// Which balance a line states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StatedKind {
    /// That before the rows of its day.
    Opening,
    /// That at the end of its day.
    Closing,
    /// What can be spent at the end of its day, or the credit that is left.
    Available,
    /// That before the first row of the file.
    Start,
    /// That after the last row of the file.
    End,
}

/// A balance that a line states.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stated {
    pub(super) kind: StatedKind,
    /// The day of the line; of no meaning for [`StatedKind::Start`] and [`StatedKind::End`].
    pub(super) day: Day,
    /// As printed.
    pub(super) amount: Amount,
    /// Whether it is printed as the running balances are, rather than as an amount.
    pub(super) is_running: bool,
}

/// Reads a line such as `Kontostand;31.03.2026;;;1.234,56;EUR` or `Ending balance as of 31/01/2026,,"1,300.00"`: words for
/// a balance, a day in them or behind them, and one amount.
///
/// Without a day it is the balance before the first row or after the last, if it proves to be.
pub(super) fn of_line(
    fields: &[Field<'_>],
    reading: &Reading,
    currency: Currency,
    known_day: Option<Day>,
) -> Option<Stated> {
    let mut filled = fields.iter().filter(|f| !f.is_blank()).map(|f| f.text());
    let title = filled.next()?;
    let words = title.split('(').next().unwrap_or(&title);
    let kind = match lines::kind(&title).or_else(|| lines::kind(words))? {
        Line::Opening | Line::Forward => StatedKind::Opening,
        Line::Closing | Line::AsOf => StatedKind::Closing,
        Line::Available => StatedKind::Available,
        _ => return None,
    };
    let mut day = last_day(&title, reading);
    let mut amount = None;
    for text in filled {
        match reading.dates.read(&text) {
            Some(found) if day.is_none() => day = Some(found),
            Some(_) => {}
            None => {
                // `1.234,56 EUR` and `1.234,56` beside `EUR`.
                let number = text.trim_end_matches(|c: char| c.is_alphabetic()).trim();
                let parsed = Amount::parse(if number.is_empty() { &text } else { number }, reading.mark, currency);
                amount = amount.or(parsed.ok());
            }
        }
    }
    let kind = match (kind, day.or(known_day)) {
        (kind, Some(_)) => kind,
        (StatedKind::Opening, None) => StatedKind::Start,
        (StatedKind::Available, None) => return None,
        (_, None) => StatedKind::End,
    };
    let day = day.or(known_day).unwrap_or(Day::FIRST);
    Some(Stated { kind, day, amount: amount?, is_running: true })
}

/// Returns the day of a line such as `Date;25/03/2026`, which the balances below it are of.
pub(super) fn day_of_line(fields: &[Field<'_>], reading: &Reading) -> Option<Day> {
    const LABELS: [&str; 10] =
        ["date", "datum", "fecha", "data", "dato", "as of", "stand", "situation au", "date du solde", "balance date"];
    let mut filled = fields.iter().filter(|f| !f.is_blank()).map(|f| f.text());
    let (label, value) = (filled.next()?, filled.next()?);
    let label = fold(&label);
    (filled.next().is_none() && LABELS.contains(&label.trim_end_matches([':', ' '])))
        .then(|| reading.dates.read(&value))?
}

/// Returns the last word of a title that is a day.
fn last_day(text: &str, reading: &Reading) -> Option<Day> {
    text.split_whitespace().rev().find_map(|word| reading.dates.read(word.trim_matches(|c: char| !c.is_alphanumeric())))
}
