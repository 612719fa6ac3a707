//! Pending rows: which count, and which are posted rows by now.
//!
//! Of the files of one source that cover a day, the one that reaches furthest rules its pending rows, whenever it was
//! imported; where several reach equally far, a pending row counts only if all show it. A posted row never becomes
//! pending again.

use std::collections::{HashMap, HashSet};

use super::exchange::give_place;
use super::input::Ids;
use super::outcome::Reason;
use super::spans::{are_in_one, in_turns};
use super::state::{NONE, State};
use super::text;
use crate::model::{Day, Micros, normalise_description};

/// A pending row posts at most so many days later.
const DAYS: i32 = 5;
/// Another source dates it at most so many days off.
const OTHER_DAYS: i32 = 3;

/// Decides which pending rows count, and joins those that are posted rows.
pub(super) fn join(state: &mut State<'_, '_>) {
    let pending = std::mem::take(&mut state.pending);
    if pending.is_empty() {
        return;
    }
    let mut ruling: Vec<u32> = Vec::new();
    let rows = state.rows;
    for day in pending.chunk_by(|a, b| rows[*a as usize].day == rows[*b as usize].day) {
        rule(state, day, &mut ruling);
    }
    let posted = Posted::of(state);
    for row in &pending {
        if state.place_of[*row as usize] == NONE {
            state.open(*row);
        }
    }
    in_turns(ruling, |row, is_first| posted.find(state, row, is_first));
    in_turns(pending.iter().copied(), |row, is_first| posted.was(state, row, is_first));
    other_sources(state, &pending);
    state.pending = pending;
}

/// Finds the rows of a day that count. Equal rows of files that reach equally far are one place.
fn rule(state: &mut State<'_, '_>, day: &[u32], ruling: &mut Vec<u32>) {
    let on = state.row(day[0]).day;
    let mut sources: Vec<u32> = day.iter().map(|row| state.source(*row)).collect();
    sources.sort_unstable();
    sources.dedup();
    for source in sources {
        // A file tells of the days that it covers, and of those on which it shows something pending.
        let shows: HashSet<u32> = day.iter().map(|row| state.row(*row).file).collect();
        let covers = |(number, file): &(u32, &super::input::File)| {
            let covered = file.covers.first() <= on && on <= file.reach.max(file.covers.last());
            file.source == source && (covered || shows.contains(number))
        };
        let furthest = (0..).zip(state.files).filter(covers).map(|(_, file)| file.reach).max();
        let rulers: Vec<u32> = (0..)
            .zip(state.files)
            .filter(|of| covers(of) && Some(of.1.reach) == furthest)
            .map(|(file, _)| file)
            .collect();
        let mut of_kind: HashMap<(Micros, String), HashMap<u32, Vec<u32>>> = HashMap::new();
        for row in day.iter().copied().filter(|row| state.source(*row) == source) {
            let this = state.row(row);
            let kind = (this.amount, normalise_description(this.text));
            of_kind.entry(kind).or_default().entry(this.file).or_default().push(row);
        }
        let mut kinds: Vec<_> = of_kind.into_iter().collect();
        kinds.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        for (_, by_file) in kinds {
            let of = |file: &u32| by_file.get(file).map_or(&[][..], Vec::as_slice);
            let all_show = rulers.iter().map(|file| of(file).len()).min().unwrap_or(0);
            let shown: Vec<&[u32]> = rulers.iter().map(of).collect();
            for rows in counting(state, &shown, all_show) {
                let place = state.open(rows[0]);
                ruling.push(rows[0]);
                rows[1..].iter().for_each(|row| state.put(*row, place));
            }
            for row in by_file.into_values().flatten().filter(|row| state.place_of[*row as usize] == NONE) {
                state.counts[row as usize] = false;
            }
        }
    }
}

/// Returns the equal rows of files that reach equally far which count, those of one place together: as many as all of the
/// files show, each with a row of every file. Of rows that the owner tells apart, each file's have places of their own.
fn counting(state: &State<'_, '_>, shown: &[&[u32]], all_show: usize) -> Vec<Vec<u32>> {
    if shown.len() < 2 || !state.tells_apart(shown.iter().copied().flatten()) {
        return (0..all_show).map(|at| shown.iter().map(|rows| rows[at]).collect()).collect();
    }
    let mut places: Vec<Vec<u32>> = Vec::new();
    for rows in shown {
        let mut can = |row: u32, place: u32| {
            !places[place as usize].iter().any(|member| state.decisions.are_different(row, *member))
        };
        let numbers: Vec<u32> = (0..places.len() as u32).collect();
        let mut holders = HashMap::new();
        let left: Vec<u32> =
            rows.iter().copied().filter(|row| !give_place(*row, &numbers, &mut holders, &mut can)).collect();
        holders.into_iter().for_each(|(place, row)| places[place as usize].push(row));
        places.extend(left.into_iter().map(|row| vec![row]));
    }
    places.sort_by_key(|rows| std::cmp::Reverse(rows.len()));
    let is_in = |rows: &[u32], place: &[u32]| place.iter().any(|row| rows.contains(row));
    let mut found: Vec<Vec<u32>> = Vec::new();
    for place in places {
        let have = |rows: &&&[u32]| found.iter().filter(|place| is_in(rows, place)).count() < all_show;
        if shown.iter().filter(|rows| is_in(rows, &place)).any(|rows| have(&rows)) {
            found.push(place);
        }
    }
    found
}

/// The posted rows, to find those that were pending.
struct Posted {
    by_day: HashMap<(u32, Day, Micros), Vec<u32>>,
    by_amount: HashMap<Micros, Vec<(Day, u32)>>,
}

impl Posted {
    fn of(state: &State<'_, '_>) -> Posted {
        let wanted: HashSet<Micros> = state.rows.iter().filter(|row| row.pending).map(|row| row.amount).collect();
        let (mut by_day, mut by_amount) = (HashMap::new(), HashMap::new());
        for row in state.posted.iter().copied() {
            let this = state.row(row);
            if wanted.contains(&this.amount) {
                by_day.entry((state.source(row), this.day, this.amount)).or_insert_with(Vec::new).push(row);
                by_amount.entry(this.amount).or_insert_with(Vec::new).push((this.day, row));
            }
        }
        Posted { by_day, by_amount }
    }

    /// Joins a pending row that no longer counts with the row of its source that it became, so that the transaction keeps
    /// its id: the same bank id, or the same words within a few days. Returns whether the row need not wait.
    fn was(&self, state: &mut State<'_, '_>, row: u32, is_first: bool) -> bool {
        let place = state.place_of[row as usize];
        if state.counts[row as usize] || state.members(place).iter().any(|member| !state.row(*member).pending) {
            return true;
        }
        let (this, source) = (*state.row(row), state.source(row));
        let of_amount = self.by_amount.get(&this.amount).map_or(&[][..], Vec::as_slice);
        let is_it = |(day, other): &&(Day, u32)| {
            let posted = state.row(*other);
            let same_id = this.bank_id.is_some() && this.bank_id == posted.bank_id;
            let days = this.day.days_until(*day);
            state.source(*other) == source
                && (0..=DAYS).contains(&days)
                && (text::same(this.text, posted.text) || (same_id && state.pair(row, *other).ids != Ids::Changed))
                && ((is_first && !are_in_one(this.day, *day)) || state.can_join(state.place_of[*other as usize], place))
        };
        let Some((day, other)) = of_amount.iter().find(is_it).copied() else { return true };
        if is_first && !are_in_one(this.day, day) {
            return false;
        }
        post(state, place, other);
        true
    }

    /// Joins a pending row with the posted one that it is, if there is one. Returns whether the row need not wait.
    fn find(&self, state: &mut State<'_, '_>, row: u32, is_first: bool) -> bool {
        let this = *state.row(row);
        let source = state.source(row);
        let place = state.place_of[row as usize];
        let must_wait = |day: &Day| is_first && !are_in_one(this.day, *day);
        let can_be =
            |state: &State<'_, '_>, (day, other): &(Day, u32)| must_wait(day) || can_post(state, place, *other);
        let of_amount = self.by_amount.get(&this.amount).map_or(&[][..], Vec::as_slice);
        let by_id = of_amount.iter().find(|(day, other)| {
            let posted = state.row(*other);
            state.source(*other) == source
                && posted.bank_id.is_some()
                && posted.bank_id == this.bank_id
                && this.day.days_until(*day).abs() <= DAYS
                && state.pair(row, *other).ids != Ids::Changed
        });
        let of_day = self.by_day.get(&(source, this.day, this.amount)).map_or(&[][..], Vec::as_slice);
        let by_text = of_day
            .iter()
            .find(|other| text::same(this.text, state.row(**other).text) && can_post(state, place, **other));
        let by_id = by_id.copied().filter(|of| can_be(state, of));
        if let Some((day, other)) = by_id.or(by_text.map(|other| (this.day, *other))) {
            if must_wait(&day) {
                return false;
            }
            post(state, place, other);
            return true;
        }
        let words = normalise_description(this.text);
        let mut near: Vec<(Day, u32)> = of_amount
            .iter()
            .filter(|(day, other)| state.source(*other) != source && this.day.days_until(*day).abs() <= OTHER_DAYS)
            .filter(|(_, other)| text::alike(&words, &normalise_description(state.row(*other).text)))
            .filter(|of| can_be(state, of))
            .copied()
            .collect();
        if near.iter().any(|(day, _)| must_wait(day)) {
            return false;
        }
        near.sort_by_key(|(day, _)| this.day.days_until(*day).abs());
        near.dedup_by_key(|(_, other)| state.place_of[*other as usize]);
        if let Some((_, other)) = near.first().copied() {
            let several = near.len() > 1;
            post(state, place, other);
            if several {
                state.doubt(row, other, Reason::OtherSource, true);
            }
            return true;
        }
        // No file that goes on after its day shows that day; one that ends before this one is older.
        let is_later = |of: &&(Day, u32)| {
            let (day, other) = **of;
            state.source(other) == source
                && state.file(other).reach >= state.file(row).reach
                && (1..=DAYS).contains(&this.day.days_until(day))
                && text::same(this.text, state.row(other).text)
                && can_be(state, of)
        };
        if let Some((day, other)) = of_amount.iter().find(is_later).copied() {
            if must_wait(&day) {
                return false;
            }
            post(state, place, other);
            state.doubt(row, other, Reason::PostedLater, true);
        }
        true
    }
}

/// Returns whether a posted row can be the pending ones of a place: no file shows both, and no pending row is it already.
fn can_post(state: &State<'_, '_>, place: u32, posted: u32) -> bool {
    let target = state.place_of[posted as usize];
    let is_taken = state
        .members(target)
        .iter()
        .any(|member| state.row(*member).pending && state.source(*member) == state.source(state.members(place)[0]));
    !is_taken && state.can_join(target, place)
}

fn post(state: &mut State<'_, '_>, place: u32, posted: u32) {
    for row in state.members(place).to_vec() {
        state.counts[row as usize] = false;
    }
    let target = state.place_of[posted as usize];
    state.join(target, place);
}

/// Joins pending rows of two sources on one day.
fn other_sources(state: &mut State<'_, '_>, pending: &[u32]) {
    if !state.several_sources {
        return;
    }
    for (at, row) in pending.iter().enumerate() {
        let this = *state.row(*row);
        for other in &pending[at + 1..] {
            let that = *state.row(*other);
            if this.day.days_until(that.day) > 0 {
                break;
            }
            let (one, two) = (state.place_of[*row as usize], state.place_of[*other as usize]);
            let counts = state.counts[*row as usize] && state.counts[*other as usize];
            let apart = state.source(*row) != state.source(*other)
                && !state.has_source(one, state.source(*other))
                && !state.has_source(two, state.source(*row));
            let alike = || text::alike(&normalise_description(this.text), &normalise_description(that.text));
            if counts && apart && this.amount == that.amount && alike() && state.can_join(one, two) {
                state.join(one, two);
            }
        }
    }
}
