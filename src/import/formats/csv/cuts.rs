//! Numbers that the separator between fields may have cut in two, because they were not quoted.

use super::column::Column;
use super::layout::Layout;
use super::records::Field;
use super::roles::Role;
use crate::model::Denomination;

/// Amounts of a file without decimals, by whether the next field, a text, may be the rest of them.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cuts {
    cut: u64,
    whole: u64,
}

impl Cuts {
    /// Counts the amounts of a row.
    pub(super) fn add(&mut self, layout: &Layout<'_>, fields: &[Field<'_>]) {
        if layout.rows.delimiter() != b',' {
            return;
        }
        for column in numbers(layout).filter(|column| is_text(layout, column.right())) {
            let (left, right) = (column.of(fields), column.right().of(fields));
            if may_be_cut(left, right) {
                self.cut += 1;
            } else if !right.is_blank() && units(&left.text()).is_some() {
                self.whole += 1;
            }
        }
    }

    /// Returns whether every amount without decimals stands before a text that may be its rest.
    pub(super) fn are_proven(self) -> bool {
        self.cut > 0 && self.whole == 0
    }
}

/// Returns the column of a number that the separator may have cut.
pub(super) fn find(layout: &Layout<'_>, fields: &[Field<'_>]) -> Option<Column> {
    if layout.rows.delimiter() != b',' || layout.header.is_empty() {
        return None;
    }
    let may_go_on = |column: Column| is_text(layout, column) || numbers(layout).any(|number| number == column);
    let mut all = numbers(layout).filter(|column| may_go_on(column.right()));
    all.find(|column| may_be_cut(column.of(fields), column.right().of(fields)))
}

/// Returns the columns of amounts and balances.
fn numbers(layout: &Layout<'_>) -> impl Iterator<Item = Column> {
    [Role::Amount, Role::Debit, Role::Credit, Role::Balance].into_iter().filter_map(|role| layout.roles.first(role))
}

/// Returns whether a column holds texts, or nothing that is known: codes, ids and days are no rest of a number.
fn is_text(layout: &Layout<'_>, column: Column) -> bool {
    let is = |role: &Role| layout.roles.all(*role).contains(&column);
    Role::ALL.iter().all(|role| matches!(role, Role::Description | Role::Payer | Role::Memo) || !is(role))
}

/// Returns whether two fields may be one number: units, and behind the bare separator decimals or thousands.
fn may_be_cut(left: Field<'_>, right: Field<'_>) -> bool {
    if !left.touches(right) {
        return false;
    }
    let (left, right) = (left.text(), right.text());
    let Some(units) = units(&left) else { return false };
    let digits = right.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &right[digits..];
    let is_end = |rest: &str| {
        let rest = rest.trim().trim_end_matches(['-', ')']).trim();
        matches!(rest, "" | "CR" | "DR") || Denomination::of(rest).is_some()
    };
    let decimals = rest.strip_prefix('.').map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
    match digits {
        1 | 2 => is_end(rest),
        3 => units <= 3 && decimals.is_some_and(is_end),
        _ => false,
    }
}

/// Returns how many digits the last group of an amount without decimals has.
fn units(text: &str) -> Option<usize> {
    let number = text.trim_start_matches(|c: char| !c.is_ascii_digit());
    let mut groups = number.split('.');
    let first = groups.next()?.len();
    let is_whole = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let mut is_grouped = true;
    let last = groups.fold(first, |_, group| {
        is_grouped &= group.len() == 3;
        group.len()
    });
    (is_whole && is_grouped).then_some(last)
}
