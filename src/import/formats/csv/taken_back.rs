//! Amounts whose text says that they went back, where a minus may mean it, too.

use super::column::Column;
use super::layout::Layout;
use super::money::{Money, Told};
use super::roles::Role;
use crate::import::error::{ImportError, ImportOption, Question, shown};
use crate::import::evidence::direction::{Mark, words};
use crate::import::evidence::fold::fold;
use crate::import::options::SignRule;
use crate::model::Entry;

/// Returns the question about an amount with a minus beside a word for money in, whose text says that it went back. `is_debt` is
/// whether the account is known to be a card or loan. `--sign` confirms that a minus is money in.
pub(super) fn beside_words(
    layout: &Layout<'_>,
    money: Money,
    is_debt: Option<bool>,
    are_proven: bool,
) -> Result<Option<Question>, ImportError> {
    let Money::Lone(amount, Told::Plus) = money else { return Ok(None) };
    if are_proven || !layout.learn {
        return Ok(None);
    }
    let texts = [Role::Description, Role::Payer, Role::Memo].map(|role| layout.roles.all(role)).concat();
    let (mut rows, mut fields) = (layout.rows.clone(), Vec::new());
    while let Some(line) = rows.next(&mut fields)? {
        let says = |column: &&Column| words::was_reversed(&fold(&column.of(&fields).text()));
        // What is given back is money in itself.
        let is_refund = || fields.iter().any(|field| words::gives_back(&fold(&field.text())));
        if Mark::of(&amount.of(&fields).text()) != Some(Mark::Minus) || is_refund() {
            continue;
        }
        if let Some(column) = texts.iter().find(says) {
            let text = shown(&column.of(&fields).text());
            let message = format!(
                "line {line}: {text} has a minus beside a word for money in: where it went the other way, only a profile can say so"
            );
            let rules = if is_debt == Some(true) { &[SignRule::Card][..] } else { &[SignRule::Card, SignRule::Out] };
            return Ok(Some(Question::of(
                ImportOption::Sign,
                message,
                rules.iter().map(ToString::to_string).collect(),
            )));
        }
    }
    Ok(None)
}

/// Returns whether the text of a row for money out, or in, says that it went back.
pub(super) fn went_back(entry: &Entry<'_>, is_out: bool) -> bool {
    let says = |text: &str| words::went_back(&fold(text));
    entry.amount.is_negative() == is_out && (says(&entry.description) || says(&entry.memo))
}
