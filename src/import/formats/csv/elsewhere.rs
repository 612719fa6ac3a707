//! The order of day and month that other days of the file tell, where those of the rows can be read in several: a day beside
//! each that can be read in one way only, and a period above the header.

use super::column::Column;
use super::layout::Layout;
use super::pending;
use super::roles::Role;
use crate::import::error::ImportError;
use crate::import::evidence::date::{DateOrder, Parts, Tally};
use crate::model::Day;

/// Two days of one row are no further apart: of the other reading the nearest is 17 days away.
const NEAR: i32 = 10;

/// A column of days that can be read in one way only.
struct Beside {
    column: Column,
    /// Whether it may be another day of the row: it is called so, or holds times.
    counts: bool,
    rows: u64,
    /// Whether some row has a day near to it in one order and not in another.
    differs: bool,
    /// Whether every row is near, by order.
    near: Vec<bool>,
}

/// Returns the one of several orders that other days tell. `dates` are the days of the rows.
pub(super) fn order(
    layout: &Layout<'_>,
    dates: &Tally,
    orders: &[DateOrder],
) -> Result<Option<DateOrder>, ImportError> {
    let mut told = beside(layout, orders)?;
    told.extend(layout.preamble.iter().filter_map(|(_, fields)| {
        let cells: Vec<String> = fields.iter().map(|field| field.text().into_owned()).collect();
        by_period(&cells, dates, orders)
    }));
    let first = told.first().copied();
    Ok(first.filter(|first| told.iter().all(|order| order == first)))
}

/// Returns the order in which the day of every row is near the day beside it, for each column of such days. Two rows are
/// needed, and one whose readings differ.
fn beside(layout: &Layout<'_>, orders: &[DateOrder]) -> Result<Vec<DateOrder>, ImportError> {
    let days = layout.roles.all(Role::Day);
    let mut found: Option<Vec<Beside>> = None;
    let (mut rows, mut fields) = (layout.rows.clone(), Vec::new());
    while rows.next(&mut fields)?.is_some() {
        let Some(own) = days.iter().copied().find(|column| !column.of(&fields).is_blank()) else { continue };
        let text = own.of(&fields).text();
        let Some(parts) = Parts::split(pending::day_cell(&text, &layout.conventions.pending_words).0) else { continue };
        let readings: Vec<Option<Day>> = orders.iter().map(|order| parts.day(*order)).collect();
        let found = found.get_or_insert_with(|| {
            let of = |index| Beside {
                column: Column::new(index),
                counts: true,
                rows: 0,
                differs: false,
                near: vec![true; orders.len()],
            };
            (0..fields.len()).map(of).collect()
        });
        for beside in found.iter_mut().filter(|beside| beside.counts && beside.column != own) {
            let cell = beside.column.of(&fields);
            if cell.is_blank() {
                continue;
            }
            let text = cell.text();
            let certain = Parts::split(&text).and_then(Parts::certain);
            let Some(day) = certain.filter(|_| days.contains(&beside.column) || text.contains(':')) else {
                beside.counts = false;
                continue;
            };
            beside.rows += 1;
            beside.differs |= readings.iter().any(|reading| *reading != readings[0]);
            for (near, reading) in beside.near.iter_mut().zip(&readings) {
                *near &= reading.is_some_and(|reading| reading.days_until(day).abs() <= NEAR);
            }
        }
        if found.iter().all(|beside| !beside.counts || beside.column == own) {
            break;
        }
    }
    let told = found.into_iter().flatten().filter(|beside| beside.counts && beside.differs && beside.rows > 1);
    let only = |beside: Beside| {
        let mut near = orders.iter().zip(beside.near).filter(|(_, near)| *near).map(|(order, _)| *order);
        near.next().filter(|_| near.next().is_none())
    };
    Ok(told.filter_map(only).collect())
}

/// Returns the order that a line with the first and the last day of a period tells: all rows are in it in that order only,
/// or its own days have that order.
fn by_period(cells: &[String], dates: &Tally, orders: &[DateOrder]) -> Option<DateOrder> {
    let words = cells.iter().flat_map(|cell| cell.split_whitespace());
    let days: Vec<Parts> =
        words.filter_map(|word| Parts::split(word.trim_matches(|c: char| !c.is_alphanumeric()))).collect();
    let [first, last] = days[..] else { return None };
    let read = |order: DateOrder| Some((first.day(order)?, last.day(order)?)).filter(|(from, to)| from < to);
    let periods: Vec<(DateOrder, (Day, Day))> =
        DateOrder::ALL.into_iter().filter_map(|order| Some((order, read(order)?))).collect();
    let (from, to) = periods.first().map(|(_, period)| *period)?;
    if periods.iter().any(|(_, period)| *period != (from, to)) {
        return None;
    }
    let is_in = |order: &DateOrder| dates.days(*order).is_some_and(|(oldest, newest)| from <= oldest && newest <= to);
    let inside: Vec<DateOrder> = orders.iter().copied().filter(is_in).collect();
    match (inside.as_slice(), periods.as_slice()) {
        ([only], _) => Some(*only),
        (_, [(own, _)]) => Some(*own).filter(|own| inside.contains(own)),
        _ => None,
    }
}
