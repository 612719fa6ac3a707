//! A download that was cut off in the middle of its last number: the file ends in it, without the decimals of all others.

use super::column::Column;
use super::cuts::numbers;
use super::layout::Layout;
use super::records::Field;
use crate::import::error::ImportError;

/// The decimals that nearly every currency has. Three digits may be thousands.
const DECIMALS: usize = 2;

/// Returns the line and the column of a last number whose end may be missing.
pub(super) fn cut(layout: &Layout<'_>) -> Result<Option<(u64, Column)>, ImportError> {
    if !layout.rows.ends_in_a_number() {
        return Ok(None);
    }
    let columns: Vec<Column> = numbers(layout).collect();
    // For each column: how many numbers above the last row have two decimals, and whether one has not.
    let mut above = vec![(0u64, false); columns.len()];
    let mut last: Option<(u64, usize, Vec<Option<usize>>)> = None;
    let (mut rows, mut fields) = (layout.rows.clone(), Vec::new());
    while let Some(line) = rows.next(&mut fields)? {
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
        (count > 0 && !differs && found.is_some_and(|found| found < DECIMALS)).then_some((line, *column))
    }))
}

/// Returns how many decimals a number has; none for a cell without one.
fn decimals(field: Field<'_>) -> Option<usize> {
    let text = field.text();
    text.bytes().any(|b| b.is_ascii_digit()).then(|| {
        let behind = text.rsplit_once(['.', ',']).map_or("", |(_, behind)| behind);
        behind.bytes().take_while(u8::is_ascii_digit).count()
    })
}
