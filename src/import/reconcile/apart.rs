//! Days that stand apart: no row of other days can be one of theirs. What they add up to is then a matter of their own rows alone,
//! and what the days around them add up to is not.
//!
//! A fold knows one day only, so what reaches further are the passes after it: a row that was moved has the id of another one,
//! a row of another source has its amount and lacks its source, and a pending row posts a few days later.

use std::collections::{HashMap, HashSet};

use super::day::fold_all;
use super::input::{Decisions, File, Pairs, Row};
use super::sources;
use super::state::State;
use crate::model::{Day, Micros};

/// No pass joins rows that are further from each other than so many days. Whether a file repeats an id is asked of ten days, but of
/// its own rows, which come and go together.
pub const NEAR: i32 = 5;

/// The days around some others, at most [`NEAR`] away.
pub struct Around<'f, 'a> {
    files: &'f [File],
    pairs: &'f Pairs,
    /// The sources of all files.
    sources: Vec<u32>,
    ids: HashSet<(u32, &'a str)>,
    /// The day and sources of each place that some source does not show, by amount.
    lacking: HashMap<Micros, Vec<(Day, Vec<u32>)>>,
}

impl<'f, 'a> Around<'f, 'a> {
    /// Folds the days around, which are these rows; nothing where a row is pending.
    pub fn of(files: &'f [File], rows: &[Row<'a>], pairs: &'f Pairs, decisions: &Decisions) -> Option<Around<'f, 'a>> {
        let mut sources: Vec<u32> = files.iter().map(|file| file.source).collect();
        sources.sort_unstable();
        sources.dedup();
        let mut around = Around { files, pairs, sources, ids: HashSet::new(), lacking: HashMap::new() };
        for (_, row) in around.folded(rows, decisions)? {
            around.ids.extend(row.ids);
            if row.sources.len() < around.sources.len() {
                around.lacking.entry(row.amount).or_default().push((row.day, row.sources));
            }
        }
        Some(around)
    }

    /// Returns whether the days in the middle stand apart when these are their rows.
    pub fn leaves_alone(&self, rows: &[Row<'a>], decisions: &Decisions) -> bool {
        let Some(places) = self.folded(rows, decisions) else { return false };
        let mut place_of_id: HashMap<(u32, &str), u32> = HashMap::new();
        places.iter().all(|(place, folded)| {
            let is_only =
                |id: &(u32, &'a str)| !self.ids.contains(id) && *place_of_id.entry(*id).or_insert(*place) == *place;
            folded.ids.iter().all(is_only) && !self.can_meet(folded)
        })
    }

    /// Returns whether a place may become one with a place around, now or when that has found another one.
    fn can_meet(&self, place: &Folded<'_>) -> bool {
        if place.sources.len() == self.sources.len() {
            return false;
        }
        let has_all = |of: &[u32], all: &[u32]| all.iter().all(|source| of.contains(source));
        // Of two sources, what a place lacks is the other one.
        let is_settled =
            |of: &[u32]| self.sources.len() == 2 && (has_all(of, &place.sources) || has_all(&place.sources, of));
        let near = self.lacking.get(&place.amount).into_iter().flatten();
        near.filter(|(day, _)| day.days_until(place.day).abs() <= sources::DAYS).any(|(_, of)| !is_settled(of))
    }

    /// Returns the places of rows after the fold; nothing where a row is pending.
    fn folded(&self, rows: &[Row<'a>], decisions: &Decisions) -> Option<Vec<(u32, Folded<'a>)>> {
        let mut state = State::new(self.files, rows, self.pairs, decisions);
        if !state.pending.is_empty() {
            return None;
        }
        fold_all(&mut state);
        let folded = |members: &Vec<u32>| {
            let row = state.row(members[0]);
            let mut sources: Vec<u32> = members.iter().map(|row| state.source(*row)).collect();
            sources.sort_unstable();
            sources.dedup();
            let ids = members.iter().filter_map(|of| Some((state.source(*of), state.row(*of).bank_id?))).collect();
            Folded { day: row.day, amount: row.amount, sources, ids }
        };
        Some((0..).zip(state.places.iter().map(folded)).collect())
    }
}

/// A place after the fold: its rows are of one day and amount.
struct Folded<'a> {
    day: Day,
    amount: Micros,
    sources: Vec<u32>,
    ids: Vec<(u32, &'a str)>,
}
