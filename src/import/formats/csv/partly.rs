//! Amounts without a sign, beside words that tell the direction of some of them, and not of all.

use super::layout::Layout;
use super::money::{Money, Told, untold};
use super::reading::Reading;
use crate::import::error::{ImportError, ImportOption, Problem, Remedy, shown};
use crate::import::evidence::direction::Evidence;
use crate::import::options::{ReadOptions, SignRule};

/// Which directions the words of a column tell of some of the amounts.
pub(super) type Partly = Option<(bool, bool)>;

/// Looks at amounts without a sign whose words tell the direction of some of them, where no balances tell that of all. An
/// earlier rule that contradicts the words is forgotten.
///
/// # Errors
/// When words tell both directions, so that no rule of signs is right, or one that was said contradicts them.
pub(super) fn tell(
    evidence: &mut Evidence,
    layout: &Layout<'_>,
    reading: &Reading,
    options: &ReadOptions,
) -> Result<Partly, ImportError> {
    let Money::Lone(_, Told::Partly { column, out, into }) = reading.money else { return Ok(None) };
    if evidence.minus || evidence.same + evidence.opposite > 0 {
        return Ok(None);
    }
    let name = shown(layout.name(column));
    if out && into {
        let mut error = ImportError::new(
            Problem::Ambiguous,
            "no amount has a sign, and the words of this column do not tell which way all of them went",
            Remedy::WriteProfileForWords,
        );
        if let Some((line, word)) = untold(layout, column)? {
            error = error.at_line(line);
            error.message = format!("{}: {:?} tells nothing", error.message, shown(&word));
        }
        return Err(error.in_field(name));
    }
    let is_wrong = |rule: &SignRule| if out { *rule == SignRule::In } else { *rule != SignRule::In };
    evidence.earlier = evidence.earlier.filter(|rule| !is_wrong(rule));
    match options.sign.filter(is_wrong) {
        Some(said) => {
            let way = if out { "out" } else { "in" };
            let message = format!("words of this column say that amounts are money {way}, and {said} was said");
            let error = ImportError::new(Problem::NeedsOption, message, Remedy::LeaveOut(ImportOption::Sign));
            Err(error.in_field(name))
        }
        None => Ok(Some((out, into))),
    }
}

/// Returns the rules of signs that words do not contradict.
pub(super) fn allowed(mut choices: Vec<SignRule>, partly: Partly) -> Vec<SignRule> {
    if let Some((out, _)) = partly {
        choices.retain(|rule| (*rule == SignRule::In) != out);
    }
    choices
}
