//! The fold of a day: the views of its files become places, one view after the other.

use std::collections::{HashMap, HashSet, VecDeque};

use super::exchange::give_place;
use super::input::{Ids, Part};
use super::outcome::Reason;
use super::proof::{
    BY_ID, IN_A_PART, IN_THE_REST, Work, by_id_first, conflicts, goes_on, in_other_words, one_to_one, proves,
};
use super::state::{NONE, State, grouped};
use super::text;
use super::view::{Fit, Kind, Kinds, View, fit};
use crate::model::Micros;

/// Folds every day.
pub(super) fn fold_all(state: &mut State<'_, '_>) {
    let posted = std::mem::take(&mut state.posted);
    for day in posted.chunk_by(|a, b| state.rows[*a as usize].day == state.rows[*b as usize].day) {
        let first = state.row(day[0]).file;
        if day.iter().all(|row| state.row(*row).file == first) {
            day.iter().for_each(|row| {
                state.open(*row);
            });
        } else if !fold_alike(state, day) {
            fold(state, day);
        }
    }
    state.posted = posted;
}

/// Folds a day of which every file shows the whole, and the same different rows: each is a place. Returns whether it did.
fn fold_alike(state: &mut State<'_, '_>, rows: &[u32]) -> bool {
    let key = |row: &u32| {
        let row = state.row(*row);
        (row.amount, row.text, row.bank_id)
    };
    let mut views: Vec<Vec<u32>> =
        rows.chunk_by(|a, b| state.row(*a).file == state.row(*b).file).map(<[u32]>::to_vec).collect();
    let source = state.source(rows[0]);
    let is_whole = |row: u32| Part::of(state.file(row).covers, state.row(row).day) == Part::Whole;
    let even =
        views.iter().all(|view| view.len() == views[0].len() && is_whole(view[0]) && state.source(view[0]) == source);
    if !even || state.tells_apart(rows) {
        return false;
    }
    views.iter_mut().for_each(|view| view.sort_unstable_by_key(key));
    let differ = |pair: &[u32]| (key(&pair[0]).0, key(&pair[0]).1) != (key(&pair[1]).0, key(&pair[1]).1);
    let alike = views[0].windows(2).all(differ)
        && views[1..].iter().all(|view| view.iter().zip(&views[0]).all(|(a, b)| key(a) == key(b)));
    if !alike {
        return false;
    }
    let first = views[0].clone();
    for (at, row) in first.iter().enumerate() {
        let place = state.open(*row);
        views[1..].iter().for_each(|view| state.put(view[at], place));
    }
    true
}

fn fold<'a>(state: &mut State<'_, 'a>, rows: &[u32]) {
    let mut kinds = Kinds::default();
    let mut views: Vec<View> = rows
        .chunk_by(|a, b| state.row(*a).file == state.row(*b).file)
        .map(|rows| View::new(state, rows.to_vec(), &mut kinds))
        .collect();
    views.sort_by_key(|view| (view.part, std::cmp::Reverse(view.rows.len()), view.file));
    let mut day = Day {
        places: Vec::new(),
        by_kind: vec![Vec::new(); kinds.len()],
        labels: HashSet::new(),
        by_amount: HashMap::new(),
        by_id: HashMap::new(),
        kinds,
    };
    for row in rows {
        if let Some(id) = state.row(*row).bank_id {
            day.by_id.entry((state.row(*row).amount, id)).or_default().push(*row);
        }
    }
    for kind in 0..day.kinds.len() as Kind {
        day.by_amount.entry(day.kinds.amount(kind)).or_default().push(kind);
    }
    for at in 0..views.len() {
        let (done, rest) = views.split_at(at);
        day.add(state, &rest[0], done);
    }
}

/// The places of a day, by the kinds of their rows.
struct Day<'a> {
    places: Vec<u32>,
    by_kind: Vec<Vec<u32>>,
    /// What `by_kind` holds.
    labels: HashSet<(Kind, u32)>,
    by_amount: HashMap<Micros, Vec<Kind>>,
    by_id: HashMap<(Micros, &'a str), Vec<u32>>,
    kinds: Kinds<'a>,
}

/// A row whose view leaves open whether it is that of a place.
struct Open {
    row: u32,
    place: u32,
}

/// The evidence by which one row is another one whatever their place.
#[derive(PartialEq, Eq, Hash)]
enum Key<'a> {
    Id(&'a str),
    Balance(Micros),
}

impl<'a> Day<'a> {
    /// Adds a view to the places.
    fn add(&mut self, state: &mut State<'_, 'a>, view: &View, done: &[View]) {
        let fits: Vec<Fit> = done.iter().map(|other| fit(state, &mut self.kinds, view, other)).collect();
        let by_id = std::mem::take(&mut self.by_id);
        let mut work = Work {
            view,
            by_id: &by_id,
            apart: (done.iter().zip(&fits)).filter(|(_, fit)| **fit == Fit::Apart).map(|(v, _)| v.file).collect(),
            strange: (done.iter().zip(&fits)).filter(|(_, fit)| **fit == Fit::Strange).map(|(v, _)| v.file).collect(),
            reworded: Vec::new(),
            presumed: Vec::new(),
            got: HashMap::new(),
            used: HashSet::new(),
            proven: HashSet::new(),
            told_apart: state.tells_apart(done.iter().chain([view]).flat_map(|view| &view.rows)),
        };
        let of_view: Vec<(u32, Kind)> = view.rows.iter().copied().zip(view.kinds.iter().copied()).collect();
        let by_amount = grouped(&of_view, |(_, kind)| self.kinds.amount(kind));
        for (amount, rows) in &by_amount {
            self.by_key(state, &mut work, *amount, rows);
        }
        if work.told_apart {
            work.proven = work.got.keys().copied().collect();
        }
        for (_, rows) in &by_amount {
            for (other, fit) in done.iter().zip(&fits) {
                self.by_place_reworded(state, &mut work, rows, other, *fit);
            }
        }
        let by_kind = grouped(&of_view, |(_, kind)| kind);
        let mut candidates: HashMap<Kind, Vec<u32>> = HashMap::new();
        // Files of the same source first: a row that one of them shows is not another one of another source. And what is a part
        // of the other says more than what only reads the same.
        let mut parts: Vec<(&View, Fit)> = done.iter().zip(fits.iter().copied()).collect();
        parts.sort_by_key(|(other, fit)| {
            (other.source != view.source, !view.part.nests(other.part), *fit == Fit::Presumed)
        });
        for (kind, rows) in &by_kind {
            let rows: Vec<u32> = rows.iter().map(|(row, _)| *row).collect();
            let places = self.candidates(state, &work, *kind);
            // A file in the same words says more than one that has new words for all rows.
            if parts.iter().any(|(other, _)| state.pairs.of(view.file, other.file).reworded) {
                for (other, fit) in &parts {
                    self.by_place(state, &mut work, &rows, &self.by_kind[*kind as usize], other, *fit);
                }
            }
            for parts in parts.chunk_by(|a, b| (a.0.source == view.source) == (b.0.source == view.source)) {
                for (other, fit) in parts {
                    let left = work.left_to_presume(&rows, *fit);
                    self.by_place(state, &mut work, &rows, &places, other, *fit);
                    work.presume(left, other);
                }
                for (other, fit) in parts.iter().filter(|(_, fit)| fit.is_part()) {
                    let left = work.left_to_presume(&rows, *fit);
                    self.by_rest(state, &mut work, &rows, &places, other);
                    work.presume(left, other);
                }
            }
            candidates.insert(*kind, places);
        }
        let mut open = Vec::new();
        for (kind, rows) in &by_kind {
            let of_done = |other: &View| other.counts.get(kind).copied().unwrap_or(0);
            let inside = done.iter().zip(&fits).any(|(other, fit)| fit.is_part() && of_done(other) >= rows.len());
            let left: Vec<u32> = rows.iter().map(|(row, _)| *row).filter(|row| !work.got.contains_key(row)).collect();
            if inside && left.is_empty() {
                continue;
            }
            let free = candidates[kind].iter().copied().filter(|place| !work.used.contains(place)).collect();
            let mut taken = Vec::new();
            for (row, place) in one_to_one(state, &work, left, free) {
                open.push(Open { row, place });
                taken.push(place);
            }
            work.used.extend(taken);
        }
        self.settle(state, &mut work, open);
        for (row, kind) in of_view {
            let place = match work.got.get(&row) {
                Some(place) => {
                    state.put(row, *place);
                    *place
                }
                None => {
                    let place = state.open(row);
                    self.places.push(place);
                    place
                }
            };
            if self.labels.insert((kind, place)) {
                self.by_kind[kind as usize].push(place);
            }
        }
        list_reworded(state, &work);
        list_presumed(state, &work);
        self.by_id = by_id;
    }

    /// Takes one end of the interval in which the rows left may lie, and lists exactly that many pairs.
    fn settle(&self, state: &mut State<'_, 'a>, work: &mut Work<'_, '_>, open: Vec<Open>) {
        let all_rows = work.got.len() + open.len() == work.view.rows.len();
        // Rows of a file that dates them a day off stand in this day by chance.
        let of_day = |place: &&u32| {
            let shift = |member: &u32| state.pairs.of(work.view.file, state.row(*member).file).shift;
            state.members(**place).iter().any(|member| shift(member) == 0)
        };
        let others = || self.places.iter().filter(of_day).count();
        let contained = work.used.len() >= others() || (work.view.part == Part::Loose && all_rows);
        for Open { row, place } in open {
            let same = contained && !goes_on(state, row, place);
            // Of the rows of the place, the one of the same source explains the doubt best.
            let source = state.source(row);
            let members = state.members(place);
            let other = members.iter().copied().find(|member| state.source(*member) == source).unwrap_or(members[0]);
            state.doubt(row, other, Reason::SharedDay, same);
            if same {
                work.got.insert(row, place);
            }
        }
    }

    /// Rows that a bank id or the running balance proves to be those of places.
    fn by_key(&self, state: &State<'_, 'a>, work: &mut Work<'_, '_>, amount: Micros, rows: &[(u32, Kind)]) {
        if rows.iter().all(|(row, _)| state.row(*row).bank_id.is_none() && state.row(*row).running.is_none()) {
            return;
        }
        let mut keys: HashMap<Key<'a>, VecDeque<u32>> = HashMap::new();
        let source = work.view.source;
        for kind in self.by_amount.get(&amount).into_iter().flatten().filter(|kind| self.kinds.source(**kind) == source)
        {
            for place in &self.by_kind[*kind as usize] {
                for member in state.members(*place).iter().filter(|member| state.source(**member) == source) {
                    let other = state.row(*member);
                    if work.apart.contains(&other.file) {
                        continue;
                    }
                    let counts = || state.pairs.of(work.view.file, other.file).ids != Ids::Changed;
                    let id = other.bank_id.filter(|_| counts()).map(Key::Id);
                    for key in id.into_iter().chain(other.running.map(Key::Balance)) {
                        let places = keys.entry(key).or_default();
                        if places.back() != Some(place) {
                            places.push_back(*place);
                        }
                    }
                }
            }
        }
        for (row, kind) in rows {
            let this = state.row(*row);
            // That a file of the place keeps the id says more than that another one, joined to it before, has other ids.
            let by_id = this.bank_id.map(|id| (Key::Id(id), BY_ID));
            for (key, against) in by_id.into_iter().chain(this.running.map(|to| (Key::Balance(to), IN_A_PART))) {
                let Some(places) = keys.get_mut(&key) else { continue };
                while places.front().is_some_and(|place| work.used.contains(place)) {
                    places.pop_front();
                }
                let is_id = matches!(key, Key::Id(_));
                let can = |place: &u32| {
                    !work.used.contains(place)
                        && !conflicts(state, work, *row, *place, against)
                        && (!is_id || proves(state, work.view, *row, *place))
                };
                // A file that keeps the ids says more than one of which that is not known.
                let is_kept = |place: &u32| {
                    let mut members = state.members(*place).iter().map(|member| state.row(*member));
                    members.any(|other| {
                        other.bank_id == this.bank_id && state.pairs.of(work.view.file, other.file).ids == Ids::Kept
                    })
                };
                let all = || 0..places.len();
                let can_be = |at: &usize| can(&places[*at]);
                let is_kept = |at: &usize| is_id && is_kept(&places[*at]);
                // Of several, that of which no file has kept another id.
                let has_one_id = |at: &usize| !conflicts(state, work, *row, places[*at], IN_THE_REST);
                let kept = || all().filter(is_kept).filter(can_be);
                let best = if places.len() > 1 { kept().find(has_one_id).or_else(|| kept().next()) } else { None };
                let found = best.or_else(|| all().find(can_be));
                let Some(place) = found.and_then(|at| places.remove(at)) else { continue };
                let reworded = if is_id { None } else { in_other_words(state, *row, place) };
                if let Some(other) = reworded {
                    // A row that was dated back gives one row the balance that another one had.
                    work.reworded.push((*row, other));
                    let has_words = |kind: &Kind| !self.by_kind[*kind as usize].is_empty();
                    if has_words(kind) || self.is_in_words_of(state, work.view, other) {
                        continue;
                    }
                }
                work.take(*row, place);
                break;
            }
        }
    }

    /// Returns whether a view has a row of the amount and in the words of another one.
    fn is_in_words_of(&self, state: &State<'_, '_>, view: &View, other: u32) -> bool {
        let of_amount = view.by_amount.get(&state.row(other).amount).into_iter().flatten();
        of_amount.map(|at| state.row(view.rows[*at as usize]).text).any(|text| text::same(text, state.row(other).text))
    }

    /// Returns the places that rows of a kind can be, those with rows of the same source first.
    fn candidates(&mut self, state: &State<'_, '_>, work: &Work<'_, '_>, kind: Kind) -> Vec<u32> {
        let view = work.view;
        let mut places = self.by_kind[kind as usize].clone();
        let kinds = self.by_amount.get(&self.kinds.amount(kind)).cloned().unwrap_or_default();
        // A place of another row in the words of this view is none of these rows.
        let of_view = kinds.iter().filter(|other| **other != kind && view.counts.contains_key(other));
        let of_others: HashSet<u32> = of_view.flat_map(|other| &self.by_kind[*other as usize]).copied().collect();
        for other in kinds.iter().copied().filter(|other| *other != kind) {
            let of_source = self.kinds.source(other) == view.source;
            if !of_source && !self.kinds.are_alike(kind, other, kinds.len()) {
                continue;
            }
            for place in &self.by_kind[other as usize] {
                let allows = |member: &u32| {
                    let pair = state.pairs.of(view.file, state.row(*member).file);
                    if of_source { pair.reworded } else { state.source(*member) != view.source && pair.shift == 0 }
                };
                let taken = if of_source { of_others.contains(place) } else { state.has_source(*place, view.source) };
                if !taken && state.members(*place).iter().any(allows) {
                    places.push(*place);
                }
            }
        }
        if kinds.len() > 1 && places.len() > self.by_kind[kind as usize].len() {
            let own = self.by_kind[kind as usize].len();
            places[own..].sort_unstable();
            let mut seen = HashSet::new();
            places.retain(|place| seen.insert(*place));
        }
        places
    }

    /// Equal rows that have the same place in a view of which this one is a part, or the other way round.
    fn by_place(
        &self,
        state: &State<'_, '_>,
        work: &mut Work<'_, '_>,
        rows: &[u32],
        places: &[u32],
        other: &View,
        fit: Fit,
    ) {
        let (this, from, back) = match fit {
            Fit::Front { this, other } => (this, other, false),
            Fit::Presumed => (0, 0, false),
            Fit::Back => (0, 0, true),
            Fit::Unknown | Fit::Strange | Fit::Apart => return,
        };
        let Some(amount) = rows.first().map(|row| state.row(*row).amount) else { return };
        let there = shown_in(state, other, amount, places, from);
        let first = if this == 0 {
            0
        } else {
            let cut = state.row(work.view.rows[this]).place;
            rows.partition_point(|row| state.row(*row).place < cut)
        };
        let here = &rows[first..];
        let both = here.len().min(there.len());
        let (here, there) = match back {
            true => (&here[here.len() - both..], &there[there.len() - both..]),
            false => (&here[..both], &there[..both]),
        };
        let is_free = |(row, place): &(u32, u32)| !work.got.contains_key(row) && !work.used.contains(place);
        let free = here.iter().copied().zip(there.iter().copied()).filter(is_free).unzip();
        for (row, place) in by_id_first(state, work, free) {
            if !conflicts(state, work, row, place, IN_A_PART) {
                work.take(row, place);
            }
        }
    }

    /// Rows of one amount whose words the other file does not have, where it has new words for all rows: which word became
    /// which is not known, their order is.
    fn by_place_reworded(
        &self,
        state: &State<'_, '_>,
        work: &mut Work<'_, '_>,
        rows: &[(u32, Kind)],
        other: &View,
        fit: Fit,
    ) {
        if !state.pairs.of(work.view.file, other.file).reworded {
            return;
        }
        let amount = self.kinds.amount(rows[0].1);
        // A file in the same words that was folded before says more.
        let new_words = rows.iter().filter(|(_, kind)| self.by_kind[*kind as usize].is_empty()).map(|(row, _)| *row);
        let there = other
            .rows
            .iter()
            .zip(&other.kinds)
            .filter(|(_, kind)| self.kinds.amount(**kind) == amount && !work.view.counts.contains_key(kind));
        let (there, kinds): (Vec<u32>, HashSet<Kind>) = there.map(|(row, kind)| (*row, *kind)).unzip();
        let places: Vec<u32> = there.iter().map(|row| state.place_of[*row as usize]).collect();
        let new_words: Vec<u32> = new_words.collect();
        let open: Vec<u32> = new_words.iter().copied().filter(|row| !work.got.contains_key(row)).collect();
        self.by_place(state, work, &new_words, &places, other, fit);
        // The order of a file that somebody sorted says nothing.
        let words: HashSet<&str> = open.iter().map(|row| state.row(*row).text).collect();
        if words.len() > 1 || kinds.len() > 1 {
            let shown: HashMap<u32, u32> = places.into_iter().zip(there).collect();
            work.reworded.extend(open.iter().filter_map(|row| Some((*row, *shown.get(work.got.get(row)?)?))));
        }
    }

    /// Rows that are left, in whatever place a view shows that this one is a part of.
    fn by_rest(&self, state: &State<'_, '_>, work: &mut Work<'_, '_>, rows: &[u32], places: &[u32], other: &View) {
        let mut left = rows.iter().copied().filter(|row| !work.got.contains_key(row)).collect::<VecDeque<u32>>();
        if left.is_empty() {
            return;
        }
        let shown = shown_in(state, other, state.row(rows[0]).amount, places, 0);
        for place in &shown {
            if work.used.contains(place) {
                continue;
            }
            let Some(at) = left.iter().take(64).position(|row| !conflicts(state, work, *row, *place, IN_THE_REST))
            else {
                continue;
            };
            if let Some(row) = left.remove(at) {
                work.take(row, *place);
            }
            if left.is_empty() {
                return;
            }
        }
        // Where the owner said that a row is not that of its place, it may be that of an equal one: the view shows as many.
        if !work.told_apart {
            return;
        }
        let placed = rows.iter().filter(|row| !work.proven.contains(row));
        let mut holders: HashMap<u32, u32> = placed.filter_map(|row| Some((*work.got.get(row)?, *row))).collect();
        let movable: HashSet<u32> = holders.keys().copied().collect();
        let mut can = |row: u32, place: u32| {
            (movable.contains(&place) || !work.used.contains(&place))
                && !conflicts(state, work, row, place, IN_THE_REST)
        };
        let found = left.into_iter().filter(|row| give_place(*row, &shown, &mut holders, &mut can)).count();
        if found > 0 {
            holders.into_iter().for_each(|(place, row)| work.take(row, place));
        }
    }
}

/// Returns the places, among those given, that the rows of one amount of a view have, in its order, from a place of it
/// on.
fn shown_in(state: &State<'_, '_>, view: &View, amount: Micros, places: &[u32], from: usize) -> Vec<u32> {
    let of_amount = view.by_amount.get(&amount).map_or(&[][..], Vec::as_slice);
    let rows = of_amount.iter().filter(|at| from <= **at as usize).map(|at| view.rows[*at as usize]);
    let shown = rows.map(|row| state.place_of[row as usize]).filter(|place| *place != NONE);
    if let ([only], [place]) = (of_amount, places) {
        return shown.filter(|shown| shown == place && from <= *only as usize).collect();
    }
    let wanted: HashSet<u32> = places.iter().copied().collect();
    shown.filter(|place| wanted.contains(place)).collect()
}

/// Lists the rows that balances alone put where they are, in other words, and those that only other words keep apart.
fn list_reworded(state: &mut State<'_, '_>, work: &Work<'_, '_>) {
    if work.reworded.is_empty() {
        return;
    }
    let listed: HashSet<u32> = state.doubts.iter().flat_map(|doubt| [doubt.row, doubt.other]).collect();
    for (row, other) in &work.reworded {
        let (one, two) = (state.place_of[*row as usize], state.place_of[*other as usize]);
        let open = !work.got.contains_key(row) && !listed.contains(row) && !listed.contains(other);
        if one == two || (open && state.can_join(one, two)) {
            state.doubt(*row, *other, Reason::OtherText, one == two);
        }
    }
}

/// Lists the rows that are presumably those of a file which begins with one balance.
fn list_presumed(state: &mut State<'_, '_>, work: &Work<'_, '_>) {
    for (row, file) in &work.presumed {
        let members = state.members(state.place_of[*row as usize]);
        if let Some(other) = members.iter().copied().find(|member| state.row(*member).file == *file) {
            state.doubt(*row, other, Reason::SharedDay, true);
        }
    }
}
