//! Numbers that the separator between fields may have cut in two, because they were not quoted.

use super::column::Column;
use super::layout::Layout;
use super::records::Field;
use super::roles::Role;
use crate::model::Denomination;

/// Amounts of a file, by whether the next field, a text, may be the rest of them.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cuts {
    /// Whole ones before what may be their decimals, or their thousands.
    decimals_apart: u64,
    thousands_apart: u64,
    /// Whole ones before another text.
    whole: u64,
    /// Those with decimals.
    with_decimals: u64,
}

impl Cuts {
    /// Counts the amounts of a row.
    pub(super) fn add(&mut self, layout: &Layout<'_>, fields: &[Field<'_>]) {
        if layout.rows.delimiter() != b',' {
            return;
        }
        let texts = [Role::Description, Role::Payer, Role::Memo];
        let is_text = |column: Column| texts.iter().any(|role| layout.roles.all(*role).contains(&column));
        for column in numbers(layout).filter(|column| is_text(column.right())) {
            let (left, right) = (column.of(fields), column.right().of(fields));
            let is_whole = units(&left.text()).is_some();
            if may_be_cut(left, right) {
                let digits = right.text().bytes().take_while(u8::is_ascii_digit).count();
                let counted = if digits == 3 { &mut self.thousands_apart } else { &mut self.decimals_apart };
                *counted += 1;
            } else if is_whole && !right.is_blank() {
                self.whole += 1;
            } else if !is_whole && left.text().contains('.') {
                self.with_decimals += 1;
            }
        }
    }

    /// Returns whether every amount without decimals stands before a text that may be its rest, and no amount has decimals where
    /// those are what is apart.
    pub(super) fn are_proven(self) -> bool {
        let decimals_are_apart = self.decimals_apart > 0 && self.with_decimals == 0;
        self.whole == 0 && (decimals_are_apart || self.thousands_apart > 0)
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
pub(super) fn numbers(layout: &Layout<'_>) -> impl Iterator<Item = Column> {
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
        matches!(rest, "" | "CR" | "DR" | "S" | "H") || Denomination::of(rest).is_some()
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
