//! What proves that a row of a view is that of a place, and what proves that it is not.

use std::collections::{HashMap, HashSet};

use super::exchange::{LOOKED_AT, give_place};
use super::input::Ids;
use super::state::State;
use super::text;
use super::view::{Fit, View};
use crate::model::{Micros, normalise_description};

/// A view on its way into the places.
pub(super) struct Work<'v, 'a> {
    pub view: &'v View,
    /// The rows of the day, by amount and id.
    pub by_id: &'v HashMap<(Micros, &'a str), Vec<u32>>,
    /// Files whose rows of the day are not those of this one.
    pub apart: Vec<u32>,
    /// Files to whose balances of the day those of this one do not go on: rows lie between, or one was dated back.
    pub strange: Vec<u32>,
    pub got: HashMap<u32, u32>,
    pub used: HashSet<u32>,
    /// Rows with one amount and balance, in words that are not the same: the row of this view, and the other one.
    pub reworded: Vec<(u32, u32)>,
    /// Rows that are presumably those of a file, by [`Fit::Presumed`].
    pub presumed: Vec<(u32, u32)>,
    /// Rows that ids or balances put where they are; kept where the owner said that rows are different.
    pub proven: HashSet<u32>,
    /// Whether the owner told rows of this day apart.
    pub told_apart: bool,
}

impl Work<'_, '_> {
    pub(super) fn take(&mut self, row: u32, place: u32) {
        self.got.insert(row, place);
        self.used.insert(place);
    }

    /// Returns the rows without a place, where a place in a view that fits like this is presumed.
    pub(super) fn left_to_presume(&self, rows: &[u32], fit: Fit) -> Vec<u32> {
        let is_left = |row: &&u32| fit == Fit::Presumed && !self.got.contains_key(row);
        rows.iter().filter(is_left).copied().collect()
    }

    /// Notes which of those have one now.
    pub(super) fn presume(&mut self, left: Vec<u32>, other: &View) {
        let got = left.into_iter().filter(|row| self.got.contains_key(row));
        self.presumed.extend(got.map(|row| (row, other.file)));
    }
}

/// Returns whether the id of a row proves that it is the row of a place: files keep ids, or nothing is known of that and the
/// words are alike, too.
pub(super) fn proves(state: &State<'_, '_>, view: &View, row: u32, place: u32) -> bool {
    let this = state.row(row);
    let once = || view.rows.iter().filter(|other| state.row(**other).bank_id == this.bank_id).count() == 1;
    let words = || normalise_description(this.text);
    state.members(place).iter().map(|member| state.row(*member)).filter(|other| other.bank_id == this.bank_id).any(
        |other| match state.pairs.of(this.file, other.file).ids {
            Ids::Kept => true,
            Ids::Unknown => once() && text::alike(&words(), &normalise_description(other.text)),
            Ids::Changed => false,
        },
    )
}

/// Returns the row of a place that has the balance of a row in other words; nothing where one has it in the same words, or
/// the file words all rows anew.
pub(super) fn in_other_words(state: &State<'_, '_>, row: u32, place: u32) -> Option<u32> {
    let this = state.row(row);
    let is_it =
        |member: &&u32| state.source(**member) == state.source(row) && state.row(**member).running == this.running;
    let mut members = state.members(place).iter().filter(is_it).copied();
    let same = |member: &u32| text::same(this.text, state.row(*member).text) || state.pair(row, *member).reworded;
    if members.clone().any(|member| same(&member)) { None } else { members.next() }
}

/// Returns which rows can be which places: those with the same id first, then in their order.
pub(super) fn one_to_one(
    state: &State<'_, '_>,
    work: &Work<'_, '_>,
    rows: Vec<u32>,
    mut places: Vec<u32>,
) -> Vec<(u32, u32)> {
    let fits = |row: u32, place: u32| !conflicts(state, work, row, place, CUT);
    let mut found = Vec::new();
    let mut of_id: HashMap<&str, u32> = HashMap::new();
    if rows.iter().any(|row| state.row(*row).bank_id.is_some()) {
        let members = places.iter().flat_map(|place| state.members(*place).iter().map(move |member| (*place, *member)));
        let of_source = members.filter(|(_, member)| state.source(*member) == work.view.source);
        of_id.extend(of_source.filter_map(|(place, member)| Some((state.row(member).bank_id?, place))));
    }
    let (mut left, mut taken) = (Vec::new(), HashSet::new());
    for row in rows {
        let place = state.row(row).bank_id.and_then(|id| of_id.remove(id)).filter(|place| fits(row, *place));
        match place {
            Some(place) if taken.insert(place) => found.push((row, place)),
            _ => left.push(row),
        }
    }
    places.retain(|place| !taken.contains(place));
    let mut holders: HashMap<u32, u32> = HashMap::new();
    let mut next = places.iter().copied();
    let mut rest = Vec::new();
    for row in left {
        match next.by_ref().find(|place| fits(row, *place)) {
            Some(place) => drop(holders.insert(place, row)),
            None => rest.push(row),
        }
    }
    // Where the owner said that two of them are not one, another one may be.
    if work.told_apart {
        let free: Vec<u32> = places.iter().copied().filter(|place| !holders.contains_key(place)).collect();
        for row in rest {
            let free = free.iter().filter(|place| !holders.contains_key(place)).take(LOOKED_AT);
            let looked_at: Vec<u32> = free.chain(places.iter().take(LOOKED_AT)).copied().collect();
            give_place(row, &looked_at, &mut holders, &mut |row, place| fits(row, place));
        }
    }
    found.extend(places.iter().filter_map(|place| Some((*holders.get(place)?, *place))));
    found
}

/// Pairs as many equal rows and places: those of one id first, then in their order. Which of them is which does not matter
/// here, but a later file may have the same ids.
pub(super) fn by_id_first(
    state: &State<'_, '_>,
    work: &Work<'_, '_>,
    (rows, places): (Vec<u32>, Vec<u32>),
) -> Vec<(u32, u32)> {
    if rows.len() < 2 || rows.iter().all(|row| state.row(*row).bank_id.is_none()) {
        return rows.into_iter().zip(places).collect();
    }
    let mut of_id: HashMap<&str, u32> = HashMap::new();
    for place in places.iter().rev() {
        for member in state.members(*place).iter().filter(|member| state.source(**member) == work.view.source) {
            let other = state.row(*member);
            let id = other.bank_id.filter(|_| state.pairs.of(work.view.file, other.file).ids != Ids::Changed);
            of_id.extend(id.map(|id| (id, *place)));
        }
    }
    let (mut found, mut taken, mut left) = (Vec::with_capacity(rows.len()), HashSet::new(), Vec::new());
    for row in rows {
        match state.row(row).bank_id.and_then(|id| of_id.get(id)).filter(|place| taken.insert(**place)) {
            Some(place) => found.push((row, *place)),
            None => left.push(row),
        }
    }
    found.extend(left.into_iter().zip(places.into_iter().filter(|place| !taken.contains(place))));
    found
}

/// What can prove that a row is not that of a place, beside what the owner said.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    /// A chain of balances that goes on where another one stopped.
    Chain,
    /// Ids that the bank keeps.
    Id,
    /// The running balance.
    Balance,
    /// A third file, with which both keep their ids, shows two rows of their ids.
    Third,
}

/// Nothing is stronger.
pub(super) const BY_ID: &[Proof] = &[Proof::Chain];
/// A row that is dated back shifts the balances after it, so they prove nothing where one view is a part of the other.
pub(super) const IN_A_PART: &[Proof] = &[Proof::Chain, Proof::Id];
/// It can also make a chain seem to go on: a file that shows the day whole knows better.
pub(super) const IN_THE_REST: &[Proof] = &[Proof::Id];
/// Views of which none is a part of the other.
const CUT: &[Proof] = &[Proof::Chain, Proof::Id, Proof::Balance, Proof::Third];

/// Returns whether something proves that a row is not that of a place.
pub(super) fn conflicts(state: &State<'_, '_>, work: &Work<'_, '_>, row: u32, place: u32, against: &[Proof]) -> bool {
    let this = state.row(row);
    state.members(place).iter().any(|member| {
        let other = state.row(*member);
        if state.decisions.are_different(row, *member) {
            return true;
        }
        if state.source(*member) != work.view.source {
            return false;
        }
        against.iter().any(|proof| match proof {
            Proof::Chain => work.apart.contains(&other.file),
            Proof::Id => differ(this.bank_id, other.bank_id) && state.pairs.of(this.file, other.file).ids == Ids::Kept,
            Proof::Balance => differ(this.running, other.running) && !work.strange.contains(&other.file),
            // Where the owner parted rows, equal ones took their places: one member with the id is enough.
            Proof::Third => {
                let of_id = |member: &u32| state.row(*member).bank_id == this.bank_id;
                !state.members(place).iter().any(of_id) && are_two_in_a_third(state, work, row, *member)
            }
        })
    })
}

/// Returns whether one file shows the ids of both rows, as two rows of their amount, and its ids are those of their files.
fn are_two_in_a_third(state: &State<'_, '_>, work: &Work<'_, '_>, row: u32, member: u32) -> bool {
    let with_id = |of: u32| {
        let this = state.row(of);
        let key = this.bank_id.map(|id| (this.amount, id));
        let rows = key.and_then(|key| work.by_id.get(&key)).into_iter().flatten().copied();
        rows.filter(move |third| {
            let third = state.row(*third);
            let words = || text::alike(&normalise_description(this.text), &normalise_description(third.text));
            match state.pairs.of(this.file, third.file).ids {
                Ids::Kept => third.file != this.file,
                Ids::Unknown => third.file != this.file && words(),
                Ids::Changed => false,
            }
        })
    };
    let files: HashSet<u32> = with_id(row).map(|third| state.row(third).file).collect();
    differ(state.row(row).bank_id, state.row(member).bank_id)
        && with_id(member).any(|third| files.contains(&state.row(third).file))
}

/// Returns whether both are there, and not the same.
fn differ<T: PartialEq>(one: Option<T>, other: Option<T>) -> bool {
    one.zip(other).is_some_and(|(one, other)| one != other)
}

/// Returns whether the row and one of its source in the place have ids of which nothing is known, or other balances: one
/// file went on where the other stopped.
pub(super) fn goes_on(state: &State<'_, '_>, row: u32, place: u32) -> bool {
    let this = state.row(row);
    let source = state.source(row);
    let of_source = || state.members(place).iter().filter(|member| state.source(**member) == source);
    of_source().map(|member| state.row(*member)).any(|other| {
        let unknown = || state.pairs.of(this.file, other.file).ids == Ids::Unknown;
        differ(this.running, other.running) || (differ(this.bank_id, other.bank_id) && unknown())
    })
}
