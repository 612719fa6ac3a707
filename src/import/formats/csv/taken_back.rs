//! Columns for money out or in all of whose amounts have a minus: the column is printed so, or its money went the other way.

use super::facts::Facts;
use super::layout::Layout;
use super::money::Money;
use super::reading::Reading;
use super::roles::Role;
use crate::import::error::{ImportError, Problem, Remedy, shown};
use crate::import::evidence::direction::words::of_text;
use crate::import::evidence::direction::{Direction, Printed};
use crate::import::evidence::fold::fold;
use crate::model::{Entry, Statement};

/// So many amounts with a minus, and none without, are hardly all credits that were taken back.
pub(super) const MANY: u64 = 3;

/// Refuses a column for money in whose amounts all have a minus, where they may be credits that were taken back: they are few, or
/// money out has a minus, too. On a card or loan, and beside balances, they are money in.
pub(super) fn refuse_credits(layout: &Layout<'_>, facts: &Facts, is_debt: Option<bool>) -> Result<(), ImportError> {
    let Some(column) = layout.roles.first(Role::Credit) else { return Ok(()) };
    let is_usual = facts.credit.count() >= MANY && facts.debit.printed_throughout() == Some(Printed::Positive);
    let is_proven = is_debt == Some(true) || layout.roles.first(Role::Balance).is_some();
    if is_proven || is_usual || facts.credit.printed_throughout() != Some(Printed::Negative) {
        return Ok(());
    }
    let message =
        "every amount below it has a minus: nothing tells whether these are money in, or credits that were taken back";
    Err(contradiction(message.to_owned()).in_field(shown(layout.name(column))))
}

/// Refuses a column for money out whose few amounts all have a minus, where the text of one says that it came back.
pub(super) fn refuse_refunds(
    statements: &[Statement<'_>],
    layout: &Layout<'_>,
    reading: &Reading,
) -> Result<(), ImportError> {
    let Money::Pair(Some((column, Printed::Negative)), _) = reading.money else { return Ok(()) };
    let out = || statements.iter().flat_map(|statement| &statement.entries).filter(|e| e.amount.is_negative());
    let came_back = |entry: &&Entry<'_>| {
        let of = |text: &str| of_text(&fold(text));
        of(&entry.description).or_else(|| of(&entry.memo)) == Some(Direction::In)
    };
    if !layout.learn || out().count() as u64 >= MANY {
        return Ok(());
    }
    let Some(entry) = out().find(came_back) else { return Ok(()) };
    let text = shown(&entry.description);
    let message =
        format!("{text} has a minus, as every amount below it: nothing tells whether it is money out, or came back");
    Err(contradiction(message).at_line(entry.line).in_field(shown(layout.name(column))))
}

fn contradiction(message: String) -> ImportError {
    ImportError::new(Problem::Contradiction, message, Remedy::WriteProfile)
}
