//! A download that was cut off in the middle of its last number or day: the file ends in it, without the decimals or the
//! digits of all others.

use super::column::Column;
use super::cuts::numbers;
use super::layout::Layout;
use super::records::Field;
use super::roles::Role;
use crate::import::error::ImportError;
use crate::import::evidence::date::Parts;
use crate::model::is_minus;

/// The decimals that nearly every currency has. Three digits may be thousands.
const DECIMALS: usize = 2;

/// Returns the line and the column of a last number whose end may be missing, and which no running balance proves whole.
pub(super) fn cut(layout: &Layout<'_>) -> Result<Option<(u64, Column)>, ImportError> {
    if !layout.rows.ends_in_a_number() {
        return Ok(None);
    }
    if let Some(cut) = cut_day(layout)? {
        return Ok(Some(cut));
    }
    let columns: Vec<Column> = numbers(layout).collect();
    // For each column: how many numbers above the last row have two decimals, and whether one has not.
    let mut above = vec![(0u64, false); columns.len()];
    let mut last: Option<(u64, usize, Vec<Option<usize>>)> = None;
    let (mut before, mut ends) = (Sums::default(), Sums::default());
    let (mut rows, mut fields) = (layout.rows.clone(), Vec::new());
    while let Some(line) = rows.next(&mut fields)? {
        (before, ends) = (ends, Sums::of(layout, &fields));
        for ((count, differs), found) in above.iter_mut().zip(last.iter().flat_map(|(_, _, found)| found)) {
            *count += u64::from(*found == Some(DECIMALS));
            *differs |= found.is_some_and(|found| found != DECIMALS);
        }
        let found = columns.iter().map(|column| decimals(column.of(&fields))).collect();
        last = Some((line, fields.len(), found));
    }
    let Some((line, width, found)) = last else { return Ok(None) };
    let ends_in = columns.iter().zip(above).zip(found).find(|((column, _), _)| column.index() + 1 == width);
    Ok(ends_in.and_then(|((column, (count, differs)), found)| {
        let is_short = count > 0 && !differs && found.is_some_and(|found| found < DECIMALS);
        let is_balance = layout.roles.first(Role::Balance) == Some(*column);
        (is_short && !ends.prove(&before, is_balance)).then_some((line, *column))
    }))
}

/// Returns the line and the column of a last day that has fewer digits than every other, all of which have as many.
fn cut_day(layout: &Layout<'_>) -> Result<Option<(u64, Column)>, ImportError> {
    let (mut rows, mut fields) = (layout.rows.clone(), Vec::new());
    let days = layout.roles.all(Role::Day);
    // For each column: the digits of the days above the last row, none where they differ, and those of the last row.
    let mut found: Vec<(Option<Option<usize>>, Option<usize>)> = vec![(None, None); days.len()];
    let mut last = None;
    while let Some(line) = rows.next(&mut fields)? {
        for ((above, length), column) in found.iter_mut().zip(days) {
            if let Some(before) = length.take() {
                *above = Some(above.map_or(Some(before), |known| known.filter(|known| *known == before)));
            }
            *length = Parts::split(&column.of(&fields).text()).map(Parts::length);
        }
        last = Some((line, fields.len()));
    }
    let Some((line, width)) = last else { return Ok(None) };
    let mut ends_in = days.iter().zip(found).filter(|(column, _)| column.index() + 1 == width);
    let is_short =
        |(above, length): (Option<Option<usize>>, Option<usize>)| above.flatten() > length && length.is_some();
    Ok(ends_in.find_map(|(column, found)| is_short(found).then_some((line, *column))))
}

/// The amounts and the balance of a row in hundredths, without their signs.
#[derive(Debug, Default)]
struct Sums {
    amounts: Vec<i128>,
    balance: Option<i128>,
}

impl Sums {
    fn of(layout: &Layout<'_>, fields: &[Field<'_>]) -> Sums {
        let balance = layout.roles.first(Role::Balance);
        let amounts = numbers(layout).filter(|column| Some(*column) != balance);
        Sums {
            amounts: amounts.filter_map(|column| hundredths(column.of(fields))).map(i128::abs).collect(),
            balance: balance.and_then(|column| hundredths(column.of(fields))),
        }
    }

    /// Returns whether the balance is that of the row above, more or less an amount: its own, which is whole then, or that of
    /// the row above, because a file may be newest first. That proves the balance alone.
    fn prove(&self, above: &Sums, is_balance: bool) -> bool {
        let change = self.balance.zip(above.balance).map(|(after, before)| (after - before).abs());
        let of_above: &[i128] = if is_balance { &above.amounts } else { &[] };
        let mut amounts = self.amounts.iter().chain(of_above);
        change.is_some_and(|change| change != 0 && amounts.any(|amount| *amount == change))
    }
}

/// Returns a number in hundredths; none for a cell without one, or with more decimals.
fn hundredths(field: Field<'_>) -> Option<i128> {
    let text = field.text();
    let decimals = decimals(field).filter(|decimals| *decimals <= DECIMALS)?;
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let whole: i128 = digits.parse().ok()?;
    let sign = if text.contains(|c| c == '(' || is_minus(c)) { -1 } else { 1 };
    Some(
        sign * whole
            * if decimals == 0 {
                100
            } else if decimals == 1 {
                10
            } else {
                1
            },
    )
}

/// Returns how many decimals a number has; none for a cell without one.
fn decimals(field: Field<'_>) -> Option<usize> {
    let text = field.text();
    text.bytes().any(|b| b.is_ascii_digit()).then(|| {
        let behind = text.rsplit_once(['.', ',']).map_or("", |(_, behind)| behind);
        behind.bytes().take_while(u8::is_ascii_digit).count()
    })
}
