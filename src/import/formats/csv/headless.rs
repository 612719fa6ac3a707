//! The layout of a file without a header, where what the columns hold leaves only one.

use super::column::Column;
use super::content::{self, Content};
use super::layout::Layout;
use super::names::conventions;
use super::records::Field;
use super::roles::{Role, Roles};
use super::sample::Sample;
use super::status;
use crate::import::evidence::direction::Step;
use crate::import::parsed::GENERIC;
use crate::model::{DecimalMark, Micros};

/// How many rows have to agree with the balances beside them.
const PROVES: usize = 3;

/// Finds a table whose first line is a row already: one column of days (or two), one of amounts that is always filled, and
/// one or more of texts. More columns of amounts leave open which is which, unless balances prove it, and need a profile: one
/// that says the same in every row may be the rent.
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
    if texts.is_empty() || !(1..=2).contains(&days.len()) {
        return None;
    }
    let mut roles = Roles::default();
    roles.set(Role::Day, days);
    let of_money = match amounts.as_slice() {
        [amount] => Some(vec![(Role::Amount, *amount)]).filter(|_| contents[amount.index()].is_always_filled()),
        several => proven(&records, several),
    };
    of_money?.into_iter().for_each(|(role, column)| roles.set(role, [column]));
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

/// Returns the column of amounts and that of balances, where in one way only every balance is the one before it and the amount.
fn proven(records: &[&[Field<'_>]], amounts: &[Column]) -> Option<Vec<(Role, Column)>> {
    let [a, b] = *amounts else { return None };
    let mut ways = [[a, b], [b, a]].into_iter().filter(|[amount, balance]| {
        let read = |column: &Column, record: &&[Field<'_>]| column.of(record).micros(DecimalMark::Dot);
        let rows: Option<Vec<(Micros, Micros)>> =
            records.iter().map(|record| read(amount, record).zip(read(balance, record))).collect();
        rows.is_some_and(|rows| rows.len() >= PROVES && go_on(&rows))
    });
    let [amount, balance] = ways.next()?;
    ways.next().is_none().then(|| vec![(Role::Amount, amount), (Role::Balance, balance)])
}

/// Returns whether each balance is the one before it and its amount, the oldest or the newest first.
fn go_on(rows: &[(Micros, Micros)]) -> bool {
    let adds_up = |amount: Micros, before: Micros, after: Micros| Step::of(before, Some(amount), after) == Step::Same;
    rows.windows(2).all(|pair| adds_up(pair[1].0, pair[0].1, pair[1].1))
        || rows.windows(2).all(|pair| adds_up(pair[0].0, pair[1].1, pair[0].1))
}
