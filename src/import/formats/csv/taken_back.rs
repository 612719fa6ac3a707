//! Columns for money out or in all of whose amounts have a minus: the column is printed so, or its money went the other way.

use super::column::Column;
use super::facts::Facts;
use super::layout::Layout;
use super::money::{MANY, Money, Told};
use super::roles::Role;
use crate::import::error::{ImportError, ImportOption, Problem, Question, Remedy, shown};
use crate::import::evidence::direction::{Direction, Mark, Printed, words};
use crate::import::evidence::fold::fold;
use crate::import::options::SignRule;
use crate::model::{Entry, Statement};

/// Returns the column for money in whose amounts all have a minus, where they may be credits that were taken back: they are few and
/// the account is no card or loan, or money out has a minus, too.
pub(super) fn in_doubt(layout: &Layout<'_>, facts: &Facts, is_debt: Option<bool>) -> Option<Column> {
    let column = layout.roles.first(Role::Credit).filter(|_| layout.learn)?;
    let is_usual = facts.credit.count() >= MANY && facts.debit.printed_throughout() == Some(Printed::Positive);
    let is_doubt = is_debt != Some(true) && !is_usual;
    (is_doubt && facts.credit.printed_throughout() == Some(Printed::Negative)).then_some(column)
}

/// Refuses amounts that may have gone the other way: few for money in that all have a minus, or one with a minus in a column where
/// all have one and the text of a row says that it went back. Balances that follow from the amounts prove them.
pub(super) fn refuse(
    statements: &[Statement<'_>],
    layout: &Layout<'_>,
    money: Money,
    in_doubt: Option<Column>,
    are_proven: bool,
) -> Result<(), ImportError> {
    let Money::Pair(out, into) = money else { return Ok(()) };
    if are_proven || !layout.learn {
        return Ok(());
    }
    if let Some(column) = in_doubt {
        let message = "every amount below it has a minus: nothing tells whether these are money in, or credits that were taken back";
        return Err(contradiction(message.to_owned()).in_field(shown(layout.name(column))));
    }
    let of = |is_out: bool| {
        let all = statements.iter().flat_map(|statement| &statement.entries);
        all.filter(move |entry| entry.amount.is_negative() == is_out)
    };
    // Among many amounts for money out that have a minus, a text says less.
    let out = out.filter(|_| (of(true).count() as u64) < MANY);
    for (side, is_out) in [(into, false), (out, true)] {
        let Some((column, Printed::Negative)) = side else { continue };
        let Some(entry) = of(is_out).find(|entry| went_back(entry)) else { continue };
        let text = shown(&entry.description);
        let message =
            format!("{text} has a minus, as every amount below it: nothing tells whether it went the other way");
        return Err(contradiction(message).at_line(entry.line).in_field(shown(layout.name(column))));
    }
    Ok(())
}

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
        let says = |column: &&Column| {
            let text = fold(&column.of(&fields).text());
            words::went_back(&text) && words::of_text(&text) != Some(Direction::In)
        };
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

fn went_back(entry: &Entry<'_>) -> bool {
    words::went_back(&fold(&entry.description)) || words::went_back(&fold(&entry.memo))
}

fn contradiction(message: String) -> ImportError {
    ImportError::new(Problem::Contradiction, message, Remedy::WriteProfile)
}
