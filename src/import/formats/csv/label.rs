//! What a row without a text says of itself in another column: that it is a balance or a sum, it may be.

use std::borrow::Cow;
use std::cell::OnceCell;

use super::layout::Layout;
use super::records::Field;
use super::roles::Role;
use crate::import::evidence::lines::{self, Line};

/// Returns the words of a balance or a sum in any cell of a row without a text.
pub(super) fn of_row<'a>(layout: &Layout<'_>, fields: &[Field<'a>]) -> Option<Cow<'a, str>> {
    if has_text(layout, fields) {
        return None;
    }
    fields.iter().map(|field| field.text()).find(|text| says(text))
}

/// The columns whose words say what a row without a text is. They are looked for once a row has such words.
#[derive(Default)]
pub(super) struct Labels(OnceCell<Vec<i64>>);

impl Labels {
    /// Returns the words of a balance or a sum in a row without a text, from a column that has them beside fewer rows with one.
    pub(super) fn of_row<'a>(&self, layout: &Layout<'_>, fields: &[Field<'a>]) -> Option<Cow<'a, str>> {
        of_row(layout, fields)?;
        let more = self.0.get_or_init(|| tally(layout));
        fields.iter().zip(more).filter(|(_, more)| **more > 0).map(|(field, _)| field.text()).find(|text| says(text))
    }
}

/// Counts for each column by how many rows more without a text than with one have such words in it.
fn tally(layout: &Layout<'_>) -> Vec<i64> {
    let (mut rows, mut fields, mut more) = (layout.rows.clone(), Vec::new(), Vec::new());
    while let Ok(Some(_)) = rows.next(&mut fields) {
        let one = if has_text(layout, &fields) { -1 } else { 1 };
        more.resize(more.len().max(fields.len()), 0);
        more.iter_mut().zip(&fields).filter(|(_, field)| says(&field.text())).for_each(|(more, _)| *more += one);
    }
    more
}

fn has_text(layout: &Layout<'_>, fields: &[Field<'_>]) -> bool {
    layout.roles.all(Role::Description).iter().any(|column| !column.of(fields).is_blank())
}

/// Returns whether a text has the words of a balance or a sum.
pub(super) fn says(text: &str) -> bool {
    lines::kind(text).is_some_and(|line| line.is_balance() || matches!(line, Line::Available | Line::Total))
}
