//! The names of columns as concepts: without case, accents, spacing, and a currency or sign beside them.

use super::column::Column;
use crate::import::evidence::fold::fold;
use crate::model::Denomination;

/// Words that lead to a currency behind a name, as in `Kwota w PLN`.
const JOINTS: [&str; 8] = ["in", "en", "em", "i", "w", "v", "im", "a"];

/// Returns a name without its decoration, and the currency in it: `Amount (EUR)` is `amount` in EUR.
pub(super) fn concept(name: &str) -> (String, Option<Denomination>) {
    let mut base = fold(name).replace(['.', ':', '*', ','], "").replace(['_', '\u{a0}'], " ").replace(" / ", "/");
    base = base.trim_start_matches('#').trim().to_owned();
    let mut currency = None;
    if let Some((before, inside)) = base.clone().trim_end_matches([')', ']']).rsplit_once(['(', '[']) {
        let inside = inside.trim();
        currency = denomination(inside);
        let is_sign = inside.chars().all(|c| "+-/".contains(c));
        if currency.is_some() || is_sign || matches!(inside, "total" | "tax" | "fee" | "tip") {
            base = match inside {
                // `Amount (fee)` is another thing than `Amount (total)`.
                part @ ("total" | "tax" | "fee" | "tip") => format!("{before}{part}"),
                _ => before.to_owned(),
            };
        }
    } else if let Some((before, last)) = base.clone().rsplit_once(' ')
        && let Some(found) = denomination(last)
    {
        currency = Some(found);
        let joint = before.rsplit_once(' ').filter(|(_, joint)| JOINTS.contains(joint));
        base = joint.map_or(before, |(before, _)| before).to_owned();
    }
    (base.split_whitespace().collect::<Vec<_>>().join(" "), currency)
}

/// Returns the currency that a folded word beside a name is.
fn denomination(word: &str) -> Option<Denomination> {
    match word {
        // `Amount (all)` is hardly in the money of Albania.
        "all" => None,
        "kc" => Denomination::of("Kč"),
        "zl" => Denomination::of("zł"),
        _ => Denomination::of(word).or_else(|| Denomination::of(&word.to_ascii_uppercase())),
    }
}

/// Returns the currency that is written beside the name of a column.
pub(super) fn currency_of(name: &str) -> Option<Denomination> {
    concept(name).1
}

/// A header's names as concepts.
pub(super) type Concepts = [(String, Option<Denomination>)];

pub(super) fn concepts(header: &[String]) -> Vec<(String, Option<Denomination>)> {
    header.iter().map(|name| concept(name)).collect()
}

/// Returns whether a column has a known name, with or without the spaces: `accountNumber` is `account number`.
fn is_name(column: &str, known: &str) -> bool {
    column == known || (column.len() < known.len() && known.bytes().filter(|b| *b != b' ').eq(column.bytes()))
}

/// What stands between two names of one column, besides a stroke: `Depósito o Abono`.
const BETWEEN: [&str; 9] = [" or ", " and ", " oder ", " und ", " ou ", " et ", " o ", " y ", " e "];

/// Returns the names of a column that has two: `Memo/Description`.
fn both(column: &str) -> Option<(&str, &str)> {
    column.split_once('/').or_else(|| BETWEEN.iter().find_map(|between| column.split_once(between)))
}

fn is_in(name: &str, names: &str) -> bool {
    names.split('|').any(|known| is_name(name, known))
}

/// Returns whether a column is called by several names of one list.
fn is_joined(column: &str, names: &str) -> bool {
    let is_both = |(one, other)| is_in(one, names) && is_in(other, names);
    let are_all = || column.contains('/') && column.split('/').all(|name| is_in(name, names));
    !is_in(column, names) && (are_all() || both(column).is_some_and(is_both))
}

/// Returns whether a column is called by a name of one list and one of another: `Credit/Debit Amount`.
pub(super) fn is_of_both(concepts: &Concepts, column: Column, one: &str, other: &str) -> bool {
    let is = |(a, b)| (is_in(a, one) && is_in(b, other)) || (is_in(a, other) && is_in(b, one));
    concepts.get(column.index()).and_then(|(name, _)| both(name)).is_some_and(is)
}

/// Returns the columns that have the names of a list, in the order of the list.
pub(super) fn columns<'c>(concepts: &'c Concepts, names: &'c str) -> impl Iterator<Item = Column> + 'c {
    let all = move || (0..concepts.len()).map(Column::new);
    let of = move |name: &'c str| all().filter(move |column| is_name(&concepts[column.index()].0, name));
    names.split('|').flat_map(of).chain(all().filter(move |column| is_joined(&concepts[column.index()].0, names)))
}

/// Returns whether a column has one of the names of a list.
pub(super) fn is_one_of(concepts: &Concepts, column: Column, names: &str) -> bool {
    let is = |c: &str| is_in(c, names) || is_joined(c, names);
    concepts.get(column.index()).is_some_and(|(c, _)| is(c))
}
