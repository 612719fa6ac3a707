//! The decimal mark of a file: as its amounts show it, else as its balances prove it, else asked.

use super::column::Column;
use super::layout::Layout;
use super::money::Money;
use super::roles::Role;
use crate::import::error::{ImportError, ImportOption, Problem, Question, Remedy, shown};
use crate::import::evidence::date::Dates;
use crate::import::evidence::decimal_mark::{Tally, Verdict};
use crate::import::evidence::direction::{Chain, Link};
use crate::model::{DecimalMark, Micros};

/// Decides the mark. `marks` holds what the lone column says, what the pair says, and what the balance says.
pub(super) fn decide(
    layout: &Layout<'_>,
    dates: &Dates,
    money: &Money,
    marks: &[Tally; 3],
    questions: &mut Vec<Question>,
) -> Result<DecimalMark, ImportError> {
    let [lone, pair, balance] = marks;
    let (mut tally, column) = match money {
        Money::Lone(column, _) => (lone.clone(), Some(*column)),
        Money::Pair(debit, credit) => (pair.clone(), debit.or(*credit).map(|(column, _)| column)),
    };
    refuse_other_balances(layout, &tally, balance)?;
    if matches!(money, Money::Lone(..)) {
        tally.merge(pair);
    }
    tally.merge(balance);
    let column = column.map_or("amount", |column| layout.name(column));
    let choices = DecimalMark::ALL.map(|mark| mark.to_string()).to_vec();
    match tally.verdict() {
        Verdict::Mark(mark) => Ok(mark),
        Verdict::Doubt(line, text) => {
            if let Some(mark) = by_balances(layout, dates, money)? {
                return Ok(mark);
            }
            let (found, column) = (shown(&text), shown(column));
            let message = format!(
                "line {line}: {column}: {found} may have decimals or thousands, and no amount in the file tells which"
            );
            questions.push(Question::of(ImportOption::DecimalMark, message, choices));
            Ok(DecimalMark::Dot)
        }
        Verdict::Tie => {
            let message = "as many amounts have a decimal comma as have a decimal dot".to_owned();
            let error = ImportError::asking(vec![Question::of(ImportOption::DecimalMark, message, choices)]);
            Err(ImportError { problem: Problem::Ambiguous, ..error }.in_field(shown(column)))
        }
    }
}

/// Refuses amounts with one mark beside balances with the other: a file has one.
fn refuse_other_balances(layout: &Layout<'_>, amounts: &Tally, balances: &Tally) -> Result<(), ImportError> {
    let (Some(mark), Some(other)) = (amounts.unanimous(), balances.unanimous()) else { return Ok(()) };
    if mark == other {
        return Ok(());
    }
    let message = format!("the amounts have a decimal {mark}, and the balances a decimal {other}");
    let column = layout.roles.first(Role::Balance).map_or("balance", |column| layout.name(column));
    let error = ImportError::new(Problem::Contradiction, message, Remedy::WriteProfileWithoutBalance(mark));
    Err(error.at_line(layout.header_line()).in_field(shown(column)))
}

/// Returns the mark under which every running balance follows from the one before, if it is the only one.
fn by_balances(layout: &Layout<'_>, dates: &Dates, money: &Money) -> Result<Option<DecimalMark>, ImportError> {
    let Some(balance) = layout.roles.first(Role::Balance) else { return Ok(None) };
    let mut proven = Vec::new();
    for mark in DecimalMark::ALL {
        if is_unbroken(layout, dates, money, balance, mark)? {
            proven.push(mark);
        }
    }
    Ok(match proven.as_slice() {
        [only] => Some(*only),
        _ => None,
    })
}

/// Returns whether the balances follow from each other under a mark, and at least one does.
fn is_unbroken(
    layout: &Layout<'_>,
    dates: &Dates,
    money: &Money,
    balance: Column,
    mark: DecimalMark,
) -> Result<bool, ImportError> {
    let (mut links, mut balances) = (Vec::new(), 0);
    let mut rows = layout.rows.clone();
    let mut fields = Vec::new();
    while rows.next(&mut fields)?.is_some() {
        let days = layout.roles.all(Role::Day);
        let Some(day) = days.iter().find_map(|column| dates.read(&column.of(&fields).text())) else { continue };
        let read = |column: Column| column.of(&fields).micros(mark);
        let amount = money.columns().filter_map(read).find(|amount| *amount != Micros::ZERO);
        let balance = read(balance);
        balances += u64::from(balance.is_some());
        links.push(Link { day, amount: amount.unwrap_or(Micros::ZERO), balance });
    }
    let chain = Chain::of(&links, None);
    let followed = chain.same + chain.opposite;
    Ok(followed > 0 && followed + 1 >= balances)
}
