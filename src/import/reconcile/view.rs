//! Views: the rows that one file shows of one day, by kinds of equal rows.

use std::collections::{HashMap, HashSet};

use super::balance::{Chain, Lie, is_shifted, lie};
use super::input::{Ids, Part};
use super::state::State;
use super::text;
use crate::model::{Micros, normalise_description};

/// Equal rows of one source: a dense number within a day.
pub(super) type Kind = u32;

/// The kinds of rows of one day.
#[derive(Debug, Default)]
pub(super) struct Kinds<'a> {
    numbers: HashMap<(u32, Micros, &'a str), Kind>,
    by_text: HashMap<(u32, Micros, String), Kind>,
    all: Vec<(u32, Micros, String)>,
    alike: HashMap<(Kind, Kind), bool>,
}

/// Kinds of one amount and day beyond which only equal texts of two sources are alike.
const MANY_KINDS: usize = 64;

impl<'a> Kinds<'a> {
    pub(super) fn of(&mut self, source: u32, amount: Micros, raw: &'a str) -> Kind {
        if let Some(kind) = self.numbers.get(&(source, amount, raw)) {
            return *kind;
        }
        let key = (source, amount, normalise_description(raw));
        let next = self.all.len() as Kind;
        let kind = *self.by_text.entry(key.clone()).or_insert(next);
        if kind == next {
            self.all.push(key);
        }
        self.numbers.insert((source, amount, raw), kind);
        kind
    }

    pub(super) fn amount(&self, kind: Kind) -> Micros {
        self.all[kind as usize].1
    }

    pub(super) fn source(&self, kind: Kind) -> u32 {
        self.all[kind as usize].0
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// Returns whether kinds of two sources can be of one row.
    pub(super) fn are_alike(&mut self, a: Kind, b: Kind, of_amount: usize) -> bool {
        let key = (a.min(b), a.max(b));
        let (one, other) = (&self.all[a as usize].2, &self.all[b as usize].2);
        if of_amount > MANY_KINDS {
            return one == other && !one.is_empty();
        }
        *self.alike.entry(key).or_insert_with(|| text::alike(one, other))
    }
}

/// The posted rows that one file shows of a day, oldest first.
#[derive(Clone, Debug)]
pub(super) struct View {
    pub file: u32,
    pub source: u32,
    pub part: Part,
    pub rows: Vec<u32>,
    pub kinds: Vec<Kind>,
    /// How many rows of each kind.
    pub counts: HashMap<Kind, usize>,
    /// The indices of the rows of each amount.
    pub by_amount: HashMap<Micros, Vec<u32>>,
    pub chain: Option<Chain>,
}

impl View {
    pub(super) fn new<'a>(state: &State<'_, 'a>, rows: Vec<u32>, kinds: &mut Kinds<'a>) -> View {
        let first = state.row(rows[0]);
        let file = state.file(rows[0]);
        let of: Vec<Kind> =
            rows.iter().map(|row| kinds.of(file.source, state.row(*row).amount, state.row(*row).text)).collect();
        let mut counts = HashMap::new();
        of.iter().for_each(|kind| *counts.entry(*kind).or_insert(0) += 1);
        let mut by_amount: HashMap<Micros, Vec<u32>> = HashMap::new();
        for (at, row) in (0..).zip(&rows) {
            by_amount.entry(state.row(*row).amount).or_default().push(at);
        }
        let part = Part::of(file.covers, first.day);
        // A file of one day does not tell its order, unless only one is a chain.
        let chain = Chain::of(rows.iter().map(|row| state.row(*row)));
        View {
            file: first.file,
            source: file.source,
            part,
            kinds: of,
            counts,
            by_amount,
            chain: chain.filter(|chain| part != Part::Loose || rows.len() == 1 || !chain.reads_both_ways()),
            rows,
        }
    }

    /// Returns whether all rows of both have an id, and one of them an id that the other view does not have.
    fn has_other_ids(&self, state: &State<'_, '_>, other: &View) -> bool {
        let ids = |view: &View| view.rows.iter().map(|row| state.row(*row).bank_id).collect::<Option<HashSet<_>>>();
        ids(self).zip(ids(other)).is_some_and(|(ones, others)| ones != others)
    }

    /// Returns whether both are of one source and are chains of balances, and no row has the same amount and balance in
    /// both.
    fn has_other_balances(&self, state: &State<'_, '_>, other: &View) -> bool {
        let balances = |view: &View| {
            let of = view.rows.iter().map(|row| state.row(*row));
            of.map(|row| (row.amount, row.running)).collect::<HashSet<_>>()
        };
        let are_chains = self.source == other.source && self.chain.is_some() && other.chain.is_some();
        are_chains && balances(self).is_disjoint(&balances(other))
    }
}

/// How the rows of one view lie in another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fit {
    /// Nothing is known.
    Unknown,
    /// Equal rows are the same from the front, beginning at these places of this and of the other view.
    Front { this: usize, other: usize },
    /// Equal rows are the same from the back.
    Back,
    /// Equal rows are presumably the same from the front: both show that day alone and begin with one balance, and a row that was
    /// dated back shifts those after it. Other rows give the same balances, when those that no file shows add up to zero.
    Presumed,
    /// Nothing is known, and the balances of the one do not go on to those of the other.
    Strange,
    /// They have no row in common.
    Apart,
}

impl Fit {
    /// Returns whether one view is a part of the other, and begins or ends where it does.
    pub(super) fn is_part(self) -> bool {
        matches!(self, Fit::Front { this: 0, other: 0 } | Fit::Back | Fit::Presumed)
    }
}

/// Returns how a view lies in one that was folded before.
pub(super) fn fit(state: &State<'_, '_>, kinds: &mut Kinds<'_>, this: &View, other: &View) -> Fit {
    const FRONT: Fit = Fit::Front { this: 0, other: 0 };
    let pair = state.pairs.of(this.file, other.file);
    if pair.shift != 0 {
        return Fit::Unknown;
    }
    match (this.part, other.part) {
        (Part::Whole | Part::Head, Part::Whole | Part::Head) | (Part::Loose, Part::Whole) => return FRONT,
        (Part::Tail, Part::Whole | Part::Tail) => return Fit::Back,
        _ => {}
    }
    let same_source = this.source == other.source;
    let lies = this.chain.as_ref().filter(|_| same_source).zip(other.chain.as_ref()).and_then(|(a, b)| lie(a, b));
    let is_part = || is_within(this, other) || is_within(other, this);
    let mut is_strange = false;
    match lies {
        Some(Lie::Apart) => return Fit::Apart,
        // Files of that day alone show neither its beginning nor its end.
        Some(Lie::Begin) if is_part() && this.part == Part::Loose && other.part == Part::Loose => return Fit::Presumed,
        Some(Lie::Begin) if is_part() => return FRONT,
        Some(Lie::Meet { one, other: at }) => {
            is_strange = !pair.reworded && reads_otherwise(&this.kinds[one..], &other.kinds[at..]);
            match is_strange {
                false => return Fit::Front { this: one, other: at },
                true if is_part() => return FRONT,
                true => {}
            }
        }
        _ => {}
    }
    let unknown = if is_strange || this.has_other_balances(state, other) { Fit::Strange } else { Fit::Unknown };
    if lies == Some(Lie::Begin) {
        return unknown;
    }
    // Rows of which both files have an id are told apart by them, unless the bank numbers anew.
    let by_ids = || same_source && pair.ids != Ids::Changed && this.has_other_ids(state, other);
    if !shows_the_same(kinds, this, other) || by_ids() {
        return unknown;
    }
    let both = || this.rows.iter().zip(&other.rows).map(|(a, b)| (state.row(*a), state.row(*b)));
    let by_balance = same_source && both().any(|(a, b)| a.running.is_some() && b.running.is_some());
    if by_balance && !is_shifted(both()) { unknown } else { FRONT }
}

/// Returns whether most rows of two views that the balances take for the same have other words: a row that was dated back
/// gives one row the balance that another one had.
fn reads_otherwise(ones: &[Kind], others: &[Kind]) -> bool {
    let both = || ones.iter().zip(others);
    2 * both().filter(|(one, other)| one != other).count() > both().count()
}

/// Returns whether a view of one source shows all rows of another one, two of them different.
fn is_within(this: &View, other: &View) -> bool {
    this.counts.len() >= 2 && this.counts.iter().all(|(kind, count)| other.counts.get(kind).is_some_and(|n| n >= count))
}

/// Returns whether two views show the same rows, two of them different.
fn shows_the_same(kinds: &mut Kinds<'_>, this: &View, other: &View) -> bool {
    if this.rows.len() != other.rows.len() || this.counts.len() < 2 {
        return false;
    }
    if this.source == other.source {
        return this.counts == other.counts;
    }
    this.counts.len() == other.counts.len()
        && this.counts.keys().all(|kind| {
            let amount = kinds.amount(*kind);
            // Of two kinds of an amount it is not known which is which of the other's.
            let only = |counts: &HashMap<Kind, usize>| {
                let mut of_amount = counts.iter().filter(|(kind, _)| kinds.amount(**kind) == amount);
                of_amount.next().filter(|_| of_amount.next().is_none()).map(|(kind, count)| (*kind, *count))
            };
            only(&this.counts)
                .zip(only(&other.counts))
                .is_some_and(|((one, m), (two, n))| m == n && kinds.are_alike(one, two, 1))
        })
}
