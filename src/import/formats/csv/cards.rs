//! A column that names the card of each row: cards of one account and its statement, or an account each.

use std::collections::BTreeSet;

use super::column::Column;
use super::layout::Layout;
use super::roles::Role;
use crate::import::error::{ImportError, Problem, Remedy, shown};
use crate::import::evidence::lines;
use crate::import::evidence::number::is_rounded;

/// Digits that name a card, at least.
const FEWEST_DIGITS: usize = 3;

/// What the file shows of the cards that its rows were paid with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cards {
    /// Nothing: no column names them, or not in every row.
    Unnamed,
    /// All rows are of one card, whose number is in the column.
    One(Column),
    /// The rows are of several.
    Several(Column),
}

impl Cards {
    /// Looks at all rows of a file in which no column names the account. A row that no card paid, or whose cell is a word,
    /// shows that the account is another thing than its cards.
    pub(super) fn of(layout: &Layout<'_>) -> Result<Cards, ImportError> {
        let column = layout.roles.first(Role::Card);
        let Some(column) = column.filter(|_| layout.roles.all(Role::Account).is_empty()) else {
            return Ok(Cards::Unnamed);
        };
        let mut found = BTreeSet::new();
        let (mut rows, mut fields) = (layout.rows.clone(), Vec::new());
        while rows.next(&mut fields)?.is_some() {
            if !layout.has_day(&fields) || fields.iter().any(|field| lines::kind(&field.text()).is_some()) {
                // A title, a total or a footer.
                continue;
            }
            let digits: String = column.of(&fields).text().chars().filter(char::is_ascii_digit).collect();
            if digits.len() < FEWEST_DIGITS || is_rounded(&column.of(&fields).text()) {
                return Ok(Cards::Unnamed);
            }
            found.insert(digits);
        }
        Ok(match found.len() {
            0 => Cards::Unnamed,
            1 => Cards::One(column),
            _ => Cards::Several(column),
        })
    }

    /// Returns the error for several cards that nothing ties to one account.
    pub(super) fn refusal(column: Column, layout: &Layout<'_>) -> ImportError {
        let message = "the rows are of several cards, and neither balances nor a number above the header show whether \
                       these are cards of one account";
        let error = ImportError::new(Problem::Ambiguous, message, Remedy::WriteProfileForCards);
        error.at_line(layout.header_line()).in_field(shown(layout.name(column)))
    }
}
