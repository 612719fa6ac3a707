//! Days in lines that state a balance, where the days of the rows can be read in one way only and tell no order.

use super::layout::Layout;
use super::records::Field;
use crate::import::error::ImportError;
use crate::import::evidence::date::Tally;
use crate::import::evidence::fold::fold;
use crate::import::evidence::lines::{self, Line};

/// Returns what the days say that stand in lines with a balance, above the header and among the rows.
pub(super) fn dates(layout: &Layout<'_>) -> Result<Tally, ImportError> {
    let (mut dates, mut has_balance) = (Tally::default(), false);
    layout.preamble.iter().for_each(|(line, fields)| has_balance |= add(&mut dates, *line, fields));
    let (mut rows, mut fields) = (layout.rows.clone(), Vec::new());
    while let Some(line) = rows.next(&mut fields)? {
        if !layout.has_day(&fields) {
            has_balance |= add(&mut dates, line, &fields);
        }
    }
    // Without a balance, a day above the rows is that of the download.
    Ok(if has_balance { dates } else { Tally::default() })
}

/// Adds the days of a line, if words for a balance begin it, or for its day. Returns whether it is one with a balance.
fn add(dates: &mut Tally, line: u64, fields: &[Field<'_>]) -> bool {
    let mut filled = fields.iter().filter(|field| !field.is_blank()).map(|field| field.text());
    let Some(title) = filled.next() else { return false };
    let words = title.split('(').next().unwrap_or(&title);
    let states = |line: Line| line.is_balance() || line == Line::Available;
    let has_balance = lines::kind(&title).or_else(|| lines::kind(words)).is_some_and(states);
    if !has_balance && !is_label(&title) {
        return false;
    }
    for word in title.split_whitespace() {
        dates.add(line, word.trim_matches(|c: char| !c.is_alphanumeric()));
    }
    filled.for_each(|cell| dates.add(line, &cell));
    has_balance
}

/// Returns whether the words before a day say that the balances below are of it.
pub(super) fn is_label(words: &str) -> bool {
    const LABELS: [&str; 10] =
        ["date", "datum", "fecha", "data", "dato", "as of", "stand", "situation au", "date du solde", "balance date"];
    LABELS.contains(&fold(words).trim_end_matches([':', ' ']))
}
