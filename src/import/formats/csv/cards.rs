//! A column that names the card of each row: cards of one account and its statement, or an account each. So does one under an
//! unknown name that holds numbers as only those of the owner's cards and accounts are written.

use std::collections::BTreeSet;

use super::column::Column;
use super::layout::Layout;
use super::records::Field;
use super::roles::Role;
use super::vocabulary as words;
use crate::import::error::{ImportError, Problem, Remedy, shown};
use crate::import::evidence::fold::fold;
use crate::import::evidence::lines;
use crate::import::evidence::number::{is_iban, is_masked, is_rounded};

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
    /// Looks at all rows of a file in which no column names the account.
    pub(super) fn of(layout: &Layout<'_>) -> Result<Cards, ImportError> {
        if !layout.roles.all(Role::Account).is_empty() {
            return Ok(Cards::Unnamed);
        }
        match layout.roles.first(Role::Card) {
            Some(column) => Cards::of_column(layout, column),
            None => Ok(own_numbers(layout)?.map_or(Cards::Unnamed, Cards::Several)),
        }
    }

    /// Looks at a column of cards. A row that no card paid, or whose cell is a word, shows that the account is another thing than
    /// its cards.
    fn of_column(layout: &Layout<'_>, column: Column) -> Result<Cards, ImportError> {
        let mut found = BTreeSet::new();
        let (mut rows, mut fields) = (layout.rows.clone(), Vec::new());
        while rows.next(&mut fields)?.is_some() {
            if !is_row(layout, &fields) {
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
        let message = match layout.roles.all(Role::Card).contains(&column) {
            true => {
                "the rows are of several cards, and neither balances nor a number above the header show whether these are \
                 cards of one account"
            }
            false => {
                "each row has one of several numbers, and neither balances nor a number above the header show whether these \
                 are accounts of yours"
            }
        };
        let error = ImportError::new(Problem::Ambiguous, message, Remedy::WriteProfileForCards);
        error.at_line(layout.header_line()).in_field(shown(layout.name(column)))
    }
}

/// Returns whether a line has a day, and is no title, total or footer.
fn is_row(layout: &Layout<'_>, fields: &[Field<'_>]) -> bool {
    layout.has_day(fields) && !fields.iter().any(|field| lines::kind(&field.text()).is_some())
}

/// What the numbers of a column have in common that are hardly those of other parties.
#[derive(Clone, PartialEq, Eq)]
enum Common {
    /// Masks: a bank hides a part of its customer's numbers.
    Mask,
    /// One country and bank. Not every payee has the same bank, and a purchase or a fee has none.
    Bank(String),
}

impl Common {
    fn of(text: &str) -> Option<Common> {
        if is_masked(text) {
            return Some(Common::Mask);
        }
        let plain: String = text.split_whitespace().collect::<String>().to_uppercase();
        is_iban(text).then(|| Common::Bank(plain[..2].to_owned() + &plain[4..8]))
    }
}

/// Returns the column without a known name that has such a number in every row, and not the same in all.
fn own_numbers(layout: &Layout<'_>) -> Result<Option<Column>, ImportError> {
    let is_open = layout.learn && layout.roles.first(Role::AccountName).is_none();
    let may_be_own = |column: &Column| {
        let name = fold(layout.name(*column));
        !layout.roles.has(*column) && !words::OF_OTHERS.iter().any(|other| name.contains(other))
    };
    let columns = (0..layout.header.len()).map(Column::new).filter(|column| is_open && may_be_own(column));
    // For each column: what its numbers have in common, and these.
    let mut left: Vec<(Column, Option<Common>, BTreeSet<String>)> =
        columns.map(|column| (column, None, BTreeSet::new())).collect();
    let (mut rows, mut fields, mut count) = (layout.rows.clone(), Vec::new(), 0);
    while !left.is_empty() && rows.next(&mut fields)?.is_some() {
        if !is_row(layout, &fields) {
            continue;
        }
        count += 1;
        left.retain_mut(|(column, common, found)| {
            let text = column.of(&fields).text();
            let this = Common::of(&text);
            found.insert(text.chars().filter(|c| c.is_alphanumeric()).collect());
            *common = common.take().or(this.clone());
            this.is_some() && *common == this
        });
    }
    // Of an account there are several rows; what is another one in each is the number of the row.
    let are_few = |found: &BTreeSet<String>| found.len() > 1 && found.len() < count.max(3);
    Ok(left.into_iter().find(|(_, _, found)| are_few(found)).map(|(column, ..)| column))
}
