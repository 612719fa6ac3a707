//! The layout of a file without a header, where what the columns hold leaves only one.

use super::column::Column;
use super::content::{self, Content};
use super::layout::Layout;
use super::names::conventions;
use super::records::Field;
use super::roles::{Role, Roles};
use super::sample::Sample;
use super::status;
use crate::import::parsed::GENERIC;

/// Finds a table whose first line is a row already: one column of days (or two), one of amounts that is always filled, and
/// one or more of texts. More columns of amounts leave open which is which, and need a profile: one that says the same in
/// every row may be the rent.
pub(super) fn fit<'a>(sample: &Sample<'a>) -> Option<Layout<'a>> {
    let records: Vec<&[Field<'a>]> = sample.records.iter().map(|r| r.fields.as_slice()).collect();
    let width = records.first()?.len();
    if width < 3 || records.iter().any(|r| r.len() != width) {
        return None;
    }
    let contents = content::of(&records);
    let of = |fits: fn(&Content) -> bool| -> Vec<Column> {
        contents.iter().enumerate().filter(|(_, c)| fits(c)).map(|(i, _)| Column::new(i)).collect()
    };
    let days = of(|c| c.holds_days() && c.is_always_filled());
    let amounts = of(|c| c.holds_amounts() && !c.holds_days() && !c.is_no_money());
    let texts = of(|c| !c.holds_amounts() && !c.holds_days() && !c.is_always_blank());
    let (1..=2, [amount]) = (days.len(), amounts.as_slice()) else { return None };
    if texts.is_empty() || !contents[amount.index()].is_always_filled() {
        return None;
    }
    let mut roles = Roles::default();
    roles.set(Role::Day, days);
    roles.set(Role::Amount, [*amount]);
    let longest = |column: &Column| records.iter().map(|r| column.of(r).length()).sum::<usize>();
    let is_status = |column: &Column| records.iter().all(|r| status::of(&column.of(r).text()).is_some());
    let description = texts.iter().copied().max_by_key(|column| (!is_status(column), longest(column)))?;
    roles.set(Role::Description, [description]);
    roles.set(Role::Memo, texts.into_iter().filter(|column| *column != description));
    let mut conventions = conventions();
    conventions.ragged = false;
    Some(Layout {
        profile: GENERIC.to_owned(),
        institution: None,
        kind: None,
        currency: None,
        header: Vec::new(),
        roles,
        conventions,
        learn: true,
        preamble: Vec::new(),
        rows: sample.start.clone(),
    })
}
