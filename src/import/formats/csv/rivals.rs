//! Two filled columns of one role, such as `Amount` and `Betrag`: equal in every row, told apart by their names, or refused.

use super::column::Column;
use super::facts::Facts;
use super::layout::Layout;
use super::money::Money;
use super::names::{self, Apart};
use super::records::Field;
use super::roles::Role;
use crate::import::error::{ImportError, Problem, Remedy, shown};
use crate::import::evidence::lines;
use crate::model::{Currency, DecimalMark, Micros};

/// Refuses two columns of money or balances that differ in a row, where nothing tells which of them counts. `known` is the
/// currency of rows that name none.
pub(super) fn refuse(
    layout: &Layout<'_>,
    facts: &Facts,
    money: &Money,
    mark: DecimalMark,
    known: Option<Currency>,
) -> Result<(), ImportError> {
    if !layout.learn {
        return Ok(());
    }
    let used: &[Role] = match money {
        Money::Lone(..) => &[Role::Amount, Role::Balance],
        Money::Pair(..) => &[Role::Debit, Role::Credit, Role::Balance],
    };
    for role in used {
        let [first, others @ ..] = layout.roles.all(*role) else { continue };
        for other in others.iter().filter(|other| *other != first && facts.is_filled(**other)) {
            let apart = names::apart(&layout.header, *first, *other);
            let is_told = |fields: &[Field<'_>]| match &apart {
                None => false,
                Some(Apart::Named) => true,
                Some(Apart::Fees(fees)) => {
                    let read = |column: &Column| column.of(fields).micros(mark);
                    let more = read(first).zip(read(other)).and_then(|(one, two)| one.checked_sub(two));
                    more.is_some_and(|more| is_made_of(more, fees.iter().filter_map(read)))
                }
                Some(Apart::Currency(column)) => {
                    let named = |column: Column| column.of(fields).text().parse::<Currency>().ok();
                    let own = layout.roles.first(Role::Currency).and_then(named).or(known);
                    named(*column).is_some_and(|named| own != Some(named))
                }
            };
            if let Some(found) = difference(layout, *first, *other, mark, is_told)? {
                return Err(error(layout, *role, *first, *other, found));
            }
        }
    }
    Ok(())
}

/// Refuses a total beside the amount that is the amount and something more, such as a tip. A total that goes on from row to row
/// is none of these.
pub(super) fn refuse_total(layout: &Layout<'_>, money: &Money, mark: DecimalMark) -> Result<(), ImportError> {
    let Money::Lone(amount, _) = *money else { return Ok(()) };
    let typed = [Role::Amount, Role::Debit, Role::Credit, Role::Balance, Role::DayBalance, Role::Day, Role::BankId];
    let is_typed = |column: &Column| typed.iter().any(|role| layout.roles.all(*role).contains(column));
    for total in names::totals(&layout.header).into_iter().filter(|total| layout.learn && !is_typed(total)) {
        let others = (0..layout.header.len()).map(Column::new).filter(|other| *other != total && !is_typed(other));
        let others: Vec<Column> = others.collect();
        if let Some(found) = larger(layout, amount, total, &others, mark)? {
            return Err(two_amounts(layout, amount, total, found));
        }
    }
    Ok(())
}

/// Refuses a column of money that has 0 in a row where another one, whose name says nothing, has a number, and a number only where
/// that one has none: it may be the other side of the account.
pub(super) fn refuse_other_side(layout: &Layout<'_>, money: &Money, mark: DecimalMark) -> Result<(), ImportError> {
    let mut used = money.columns();
    let (Some(used), None, true) = (used.next(), used.next(), layout.learn) else { return Ok(()) };
    let mut others: Vec<(Column, Option<u64>)> = (0..layout.header.len())
        .map(Column::new)
        .filter(|column| !layout.roles.has(*column))
        .map(|other| (other, None))
        .collect();
    let (mut rows, mut fields) = (layout.rows.clone(), Vec::new());
    while let Some(line) = rows.next(&mut fields)? {
        let read = |column: Column| column.of(&fields).micros(mark);
        let Some(amount) = read(used).filter(|_| layout.has_day(&fields)) else { continue };
        others.retain_mut(|(other, first)| {
            let cell = other.of(&fields);
            let found = read(*other);
            if amount == Micros::ZERO && found.is_some_and(|found| found != Micros::ZERO) {
                first.get_or_insert(line);
            }
            let is_amount = found.is_some() || cell.is_blank();
            is_amount && (amount == Micros::ZERO || found.is_none_or(|found| found == Micros::ZERO))
        });
        if others.is_empty() {
            return Ok(());
        }
    }
    let Some((other, Some(line))) = others.into_iter().find(|(_, first)| first.is_some()) else { return Ok(()) };
    let (one, two) = (shown(layout.name(used)), shown(layout.name(other)));
    let message =
        format!("the column {two} has a number where {one} has 0: nothing tells whether that is money out or in");
    Err(ImportError::new(Problem::Ambiguous, message, Remedy::WriteProfile).at_line(line).in_field(two))
}

/// Refuses amounts from which the balances do not follow, where they all follow from another column: the money that was charged,
/// or the part of a payment that paid a loan off.
pub(super) fn refuse_proven_other(layout: &Layout<'_>, money: &Money, mark: DecimalMark) -> Result<(), ImportError> {
    let Some(balance) = layout.roles.first(Role::Balance).filter(|_| layout.learn) else { return Ok(()) };
    let Some(used) = money.columns().next() else { return Ok(()) };
    let typed = [Role::Day, Role::Debit, Role::Credit, Role::Balance, Role::DayBalance, Role::BankId, Role::Fee];
    let is_typed = |column: &Column| {
        money.columns().any(|used| used == *column) || typed.iter().any(|role| layout.roles.all(*role).contains(column))
    };
    let others = (0..layout.header.len()).map(Column::new).filter(|column| !is_typed(column));
    let mut others: Vec<Candidate> = others.map(Candidate::of).collect();
    let mut amounts = Candidate::of(used);
    let (mut rows, mut fields) = (layout.rows.clone(), Vec::new());
    let (mut above, mut broken) = (None, None);
    while let Some(line) = rows.next(&mut fields)? {
        if !layout.has_day(&fields) {
            continue;
        }
        let read = |column: Column| column.of(&fields).micros(mark).map(Micros::get);
        let size = |column: Column| read(column).map(i64::unsigned_abs);
        let amount = money.columns().filter_map(size).find(|amount| *amount != 0);
        let balance = read(balance);
        // A balance that stays, as beside what is pending, follows from any column of zeros.
        let moved = balance.zip(above).map(|(after, before)| after.abs_diff(before)).filter(|moved| *moved != 0);
        amounts.add(amount, moved);
        if amounts.proves == [false; 2] {
            broken.get_or_insert(line);
        }
        // A blank cell beside an amount is that amount.
        others.retain_mut(|other| {
            let is_blank = other.column.of(&fields).is_blank();
            let found = if is_blank { amount } else { size(other.column) };
            other.add(found, moved);
            (is_blank || found.is_some()) && other.proves != [false; 2]
        });
        above = balance;
    }
    let (Some(line), Some(other)) = (broken, others.first()) else { return Ok(()) };
    let (one, two) = (shown(layout.name(used)), shown(layout.name(other.column)));
    let message = format!("the balances follow from the column {two} and not from {one}");
    Err(ImportError::new(Problem::Contradiction, message, Remedy::WriteProfile).at_line(line).in_field(one))
}

/// A column from which the balances may follow.
struct Candidate {
    column: Column,
    /// Whether all of them do, with the oldest row first, and with it last.
    proves: [bool; 2],
    /// What it has in the row above, without the sign.
    above: Option<u64>,
}

impl Candidate {
    fn of(column: Column) -> Candidate {
        Candidate { column, proves: [true; 2], above: None }
    }

    /// Adds what it has in a row, and by how much the balance differs from that of the row above.
    fn add(&mut self, found: Option<u64>, moved: Option<u64>) {
        if moved.is_some() {
            self.proves[0] &= found == moved;
            self.proves[1] &= self.above == moved;
        }
        self.above = found;
    }
}

/// Finds a row whose total is its amount and what stands in other columns, one or all of them; none where some total is not.
fn larger(
    layout: &Layout<'_>,
    amount: Column,
    total: Column,
    others: &[Column],
    mark: DecimalMark,
) -> Result<Option<Difference>, ImportError> {
    let (mut rows, mut fields) = (layout.rows.clone(), Vec::new());
    let mut found = None;
    while let Some(line) = rows.next(&mut fields)? {
        let read = |column: Column| column.of(&fields).micros(mark);
        let (Some(one), Some(all)) = (read(amount), read(total)) else { continue };
        let Some(more) = all.checked_sub(one) else { continue };
        if more == Micros::ZERO {
            continue;
        }
        if !is_made_of(more, others.iter().filter_map(|column| read(*column))) {
            return Ok(None);
        }
        let cell = |column: Column| shown(&column.of(&fields).text());
        found.get_or_insert_with(|| Difference { line, first: cell(amount), other: cell(total) });
    }
    Ok(found)
}

/// Returns whether an amount is one of several or the sum of all, apart from the sign.
fn is_made_of(amount: Micros, parts: impl Iterator<Item = Micros> + Clone) -> bool {
    let is = |part: Micros| part == amount || part.checked_neg() == Some(amount);
    parts.clone().any(is) || Micros::checked_sum(parts).is_some_and(is)
}

/// Says that two columns have two amounts of a row.
fn two_amounts(layout: &Layout<'_>, first: Column, other: Column, found: Difference) -> ImportError {
    let (one, two) = (shown(layout.name(first)), shown(layout.name(other)));
    let Difference { line, first, other } = found;
    let message = format!(
        "the columns {one} and {two} name two amounts of one row: {first:?} and {other:?}, and nothing tells which of them \
         counts"
    );
    ImportError::new(Problem::Ambiguous, message, Remedy::WriteProfile).at_line(line).in_field(one)
}

/// Refuses columns for money out and in whose rows have another amount beside them, unless that is the same without the fee of
/// the row. Returns whether it is so. A currency in one of the names would not tell which is the account's.
pub(super) fn refuse_other_amount(layout: &Layout<'_>, facts: &Facts, mark: DecimalMark) -> Result<bool, ImportError> {
    let roles = &layout.roles;
    let Some(amount) = roles.first(Role::Amount).filter(|column| layout.learn && facts.is_filled(*column)) else {
        return Ok(false);
    };
    let pair = [Role::Debit, Role::Credit].into_iter().filter_map(|role| Some((role, roles.first(role)?)));
    let mut has_fee_in_it = false;
    for (role, column) in pair.filter(|(_, column)| *column != amount && facts.is_filled(*column)) {
        match other_amount(layout, role, [column, amount], mark)? {
            Other::Differs(found) => return Err(two_amounts(layout, column, amount, found)),
            Other::IsWithoutFee => has_fee_in_it = true,
            Other::Agrees => {}
        }
    }
    Ok(has_fee_in_it)
}

/// What an amount is beside that of a column for money out or in.
enum Other {
    Agrees,
    /// The fee of the row is the whole difference, wherever there is one: it is in the money out, or taken off the money in.
    IsWithoutFee,
    Differs(Difference),
}

/// Compares the amounts in a column for money out or in with those in another one, apart from the sign.
fn other_amount(
    layout: &Layout<'_>,
    role: Role,
    [first, other]: [Column; 2],
    mark: DecimalMark,
) -> Result<Other, ImportError> {
    let (mut rows, mut fields) = (layout.rows.clone(), Vec::new());
    let read = |field: Field<'_>| {
        let amount = field.micros(mark)?.get().unsigned_abs();
        (amount != 0).then_some(amount)
    };
    let mut is_without_fee = false;
    while let Some(line) = rows.next(&mut fields)? {
        let (a, b) = (first.of(&fields), other.of(&fields));
        let Some((one, two)) = read(a).zip(read(b)).filter(|(one, two)| one != two) else { continue };
        let fee = layout.roles.first(Role::Fee).and_then(|fee| read(fee.of(&fields)));
        let is_row = || layout.has_day(&fields) && fields.iter().all(|field| lines::kind(&field.text()).is_none());
        match fee {
            // A debit without the fee, or a credit with it, is another amount than the one that counts.
            Some(fee) if one.abs_diff(two) == fee && (one > two) == (role == Role::Debit) => is_without_fee = true,
            _ if is_row() => {
                return Ok(Other::Differs(Difference { line, first: shown(&a.text()), other: shown(&b.text()) }));
            }
            _ => {}
        }
    }
    Ok(if is_without_fee { Other::IsWithoutFee } else { Other::Agrees })
}

/// Where two columns differ.
struct Difference {
    line: u64,
    first: String,
    other: String,
}

/// Returns whether a text may be an amount in a form that is not known: a digit stands in front, or behind the sign or code of a
/// currency.
fn may_be_number(text: &str) -> bool {
    let text = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    let letters = text.chars().take_while(|c| c.is_alphabetic()).count();
    letters <= 3 && text.chars().skip(letters).find(|c| c.is_alphanumeric()).is_some_and(char::is_numeric)
}

/// Finds a row in which two columns differ, and that is not told apart otherwise.
fn difference(
    layout: &Layout<'_>,
    first: Column,
    other: Column,
    mark: DecimalMark,
    is_told: impl Fn(&[Field<'_>]) -> bool,
) -> Result<Option<Difference>, ImportError> {
    let (mut rows, mut fields) = (layout.rows.clone(), Vec::new());
    let amount = |field: Field<'_>| field.micros(mark);
    // A column without a number is no rival; one whose numbers cannot be read is.
    let (mut found, mut has_number) = (None, false);
    while let Some(line) = rows.next(&mut fields)? {
        let (a, b) = (first.of(&fields), other.of(&fields));
        has_number |= may_be_number(&b.text());
        if found.is_none()
            && a.text() != b.text()
            && (amount(a).is_none() || amount(a) != amount(b))
            && layout.has_day(&fields)
            && !is_told(&fields)
        {
            found = Some(Difference { line, first: shown(&a.text()), other: shown(&b.text()) });
        }
        if found.is_some() && has_number {
            break;
        }
    }
    Ok(found.filter(|_| has_number))
}

fn error(layout: &Layout<'_>, role: Role, first: Column, other: Column, found: Difference) -> ImportError {
    let (one, two) = (shown(layout.name(first)), shown(layout.name(other)));
    let columns = if one == two {
        format!("columns {} and {} have one name", first.index() + 1, other.index() + 1)
    } else {
        let what = match role {
            Role::Debit => "money out",
            Role::Credit => "money in",
            Role::Balance => "a balance",
            _ => "an amount",
        };
        format!("the columns {one} and {two} both name {what}")
    };
    let Difference { line, first, other } = found;
    let message = format!("{columns}: {first:?} and {other:?}, and nothing tells which of them counts");
    ImportError::new(Problem::Ambiguous, message, Remedy::WriteProfile).at_line(line).in_field(one)
}
