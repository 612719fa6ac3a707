//! Rows that the bank moved to another day under the same id.

use std::collections::{HashMap, HashSet};

use super::input::{Ids, Part};
use super::outcome::Reason;
use super::state::State;
use super::text;
use crate::model::{Day, Micros};

/// A bank moves a row by at most so many days.
const DAYS: i32 = 5;

/// A posted row with an id.
#[derive(Clone, Copy)]
struct Marked<'a> {
    source: u32,
    id: &'a str,
    amount: Micros,
    day: Day,
    row: u32,
}

/// Joins places whose rows have one id and amount and near days, where nothing else comes into question.
pub(super) fn join(state: &mut State<'_, '_>) {
    let mut marked: Vec<Marked<'_>> = state
        .posted
        .iter()
        .filter_map(|row| {
            let this = state.row(*row);
            Some(Marked {
                source: state.source(*row),
                id: this.bank_id?,
                amount: this.amount,
                day: this.day,
                row: *row,
            })
        })
        .collect();
    // Stable: rows stand by file and place, and their numbers say nothing.
    marked.sort_by_key(|one| (one.source, one.id, one.amount, one.day));
    let moves = |run: &&[Marked<'_>]| {
        run.iter().any(|one| state.place_of[one.row as usize] != state.place_of[run[0].row as usize])
    };
    let runs: Vec<&[Marked<'_>]> =
        marked.chunk_by(|a, b| (a.source, a.id, a.amount) == (b.source, b.id, b.amount)).filter(moves).collect();
    let days = Days::of(state, &marked, &runs);
    let mut found = Vec::new();
    runs.into_iter().for_each(|run| of_run(state, run, &days, &mut found));
    for (a, b, seen) in found {
        let (one, other) = (state.place_of[a as usize], state.place_of[b as usize]);
        if !state.can_join(one, other) {
            continue;
        }
        state.join(one.min(other), one.max(other));
        if !seen {
            let reason = if state.row(a).day == state.row(b).day { Reason::SharedDay } else { Reason::Moved };
            state.doubt(a, b, reason, true);
        }
    }
}

/// The days on which files have ids.
struct Days<'a>(HashMap<(u32, &'a str), Vec<Day>>);

impl<'a> Days<'a> {
    /// Returns those of the ids of some rows.
    fn of(state: &State<'_, '_>, marked: &[Marked<'a>], runs: &[&[Marked<'a>]]) -> Days<'a> {
        let ids: HashSet<(u32, &str)> = runs.iter().map(|run| (run[0].source, run[0].id)).collect();
        let mut days: HashMap<(u32, &str), Vec<Day>> = HashMap::new();
        for one in marked.iter().filter(|one| ids.contains(&(one.source, one.id))) {
            days.entry((state.row(one.row).file, one.id)).or_default().push(one.day);
        }
        days.values_mut().for_each(|days| days.sort_unstable());
        Days(days)
    }

    /// Returns whether the file of a row has its id on another row nearby, which shows that it is no id.
    fn repeat(&self, state: &State<'_, '_>, one: &Marked<'_>) -> bool {
        let days = self.0.get(&(state.row(one.row).file, one.id)).map_or(&[][..], Vec::as_slice);
        let from = days.partition_point(|day| *day < one.day.plus_days(-2 * DAYS));
        days[from..].iter().take_while(|day| **day <= one.day.plus_days(2 * DAYS)).nth(1).is_some()
    }
}

/// Finds the pairs of rows of one id and amount that are one row, each with whether a file that shows one of them shows the
/// other's day whole.
fn of_run(state: &State<'_, '_>, run: &[Marked<'_>], days: &Days<'_>, found: &mut Vec<(u32, u32, bool)>) {
    for one in run {
        let place = state.place_of[one.row as usize];
        let around = near(run, one);
        let places = places(state, around);
        let mut others = places.iter().filter(|other| **other != place);
        let (Some(only), None) = (others.next(), others.next()) else { continue };
        let of_only = |o: &&Marked<'_>| state.place_of[o.row as usize] == *only;
        let Some(other) = around.iter().find(of_only) else { continue };
        if place > *only || days.repeat(state, one) || days.repeat(state, other) {
            continue;
        }
        if !self::places(state, near(run, other)).iter().all(|back| [place, *only].contains(back)) {
            continue;
        }
        if let Some(seen) = proven(state, one.row, other.row) {
            found.push((one.row, other.row, seen));
        }
    }
}

/// Returns the rows of a run that a bank could have moved to the day of one of them, itself among them.
fn near<'m, 'a>(run: &'m [Marked<'a>], one: &Marked<'_>) -> &'m [Marked<'a>] {
    let from = run.partition_point(|other| other.day < one.day.plus_days(-DAYS));
    let to = run.partition_point(|other| other.day <= one.day.plus_days(DAYS));
    &run[from..to]
}

/// Returns the places of some rows, as far as it takes to see that there are more than two.
fn places(state: &State<'_, '_>, rows: &[Marked<'_>]) -> Vec<u32> {
    let mut places: Vec<u32> = Vec::with_capacity(3);
    for place in rows.iter().map(|row| state.place_of[row.row as usize]) {
        if !places.contains(&place) {
            places.push(place);
        }
        if places.len() > 2 {
            break;
        }
    }
    places
}

/// Returns whether two rows of one id are one row; and then, whether a file shows that: it has the day of the other row
/// whole, and without it, or nothing moved. Where the files do not prove that the bank keeps ids, the words have to be the
/// same, too.
fn proven(state: &State<'_, '_>, a: u32, b: u32) -> Option<bool> {
    let (one, other) = (state.row(a), state.row(b));
    let whole = |row: u32, day: Day| Part::of(state.file(row).covers, day) == Part::Whole;
    let seen = whole(a, other.day) || whole(b, one.day);
    match state.pair(a, b).ids {
        Ids::Kept => Some(seen || one.day == other.day),
        Ids::Changed => None,
        Ids::Unknown => text::same(one.text, other.text).then_some(seen),
    }
}
