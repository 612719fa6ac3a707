//! Other sources of the account: one transaction in other words and, at times, on another day.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::exchange::give_place;
use super::input::Part;
use super::outcome::Reason;
use super::spans::{are_in_one, in_turns};
use super::state::State;
use super::text;
use crate::model::{Day, Micros, normalise_description};

/// Two sources date one row at most so many days apart.
pub(super) const DAYS: i32 = 3;
/// Places of one amount within reach that are looked at.
const LOOKED_AT: usize = 64;

/// A place that a source shows and the other does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Alone {
    amount: Micros,
    day: Day,
    place: u32,
    /// The row by which the source shows it.
    row: u32,
}

/// Joins the places of every two sources, from the surest evidence to the weakest.
pub(super) fn join(state: &mut State<'_, '_>) {
    if !state.several_sources {
        return;
    }
    let mut sources: Vec<u32> = state.files.iter().map(|file| file.source).collect();
    sources.sort_unstable();
    sources.dedup();
    for (at, one) in sources.iter().enumerate() {
        for other in &sources[at + 1..] {
            by_balance(state, *one, *other);
            shifted(state, *one, *other);
            near(state, *one, *other, true);
            near(state, *one, *other, false);
        }
    }
}

/// Returns the places with posted rows that `of` shows and `not` does not, by amount and day.
fn alone(state: &State<'_, '_>, of: u32, not: u32) -> Vec<Alone> {
    let shows = |place: u32, members: &[u32]| {
        let row = members.iter().copied().find(|row| state.source(*row) == of)?;
        let this = state.row(row);
        (!state.has_source(place, not)).then_some(Alone { amount: this.amount, day: this.day, place, row })
    };
    let mut found: Vec<Alone> = (0..).zip(&state.places).filter_map(|(place, members)| shows(place, members)).collect();
    found.sort_unstable();
    found
}

/// Joins rows of one day and amount after which the account has the same balance, where each source has one such row, unless two of
/// the files date everything a day apart.
fn by_balance(state: &mut State<'_, '_>, one: u32, other: u32) {
    let only = |of: u32, not: u32| {
        let mut only: HashMap<(Day, Micros, Micros), Option<Alone>> = HashMap::new();
        for alone in alone(state, of, not) {
            if let Some(after) = state.row(alone.row).running {
                let key = (alone.day, alone.amount, after);
                only.entry(key).and_modify(|found| *found = None).or_insert(Some(alone));
            }
        }
        only
    };
    let (ones, others) = (only(one, other), only(other, one));
    let both = ones.into_iter().filter_map(|(key, alone)| alone.zip(others.get(&key).copied().flatten()));
    let is_shifted = state.pairs.has_shift();
    let of_one_day =
        |(a, b): &(Alone, Alone)| !is_shifted || !by_files(state, a, b, |f, g| state.pairs.of(f, g).shift != 0);
    let mut found: Vec<(u32, u32)> = both.filter(of_one_day).map(|(a, b)| (a.place, b.place)).collect();
    found.sort_unstable();
    for (a, b) in found {
        if state.can_join(a, b) {
            state.join(a, b);
        }
    }
}

/// Joins rows that lie as many days apart as the two files date everything apart: most often none, and then of days that
/// both show whole. Equal rows are joined in their order, as far as the owner lets them.
fn shifted(state: &mut State<'_, '_>, one: u32, other: u32) {
    let (ones, others) = (alone(state, one, other), alone(state, other, one));
    let mut words = Words::default();
    let mut fits = |a: &Alone, b: &Alone| {
        let days = a.day.days_until(b.day);
        let whole = |f: u32, day: Day| Part::of(state.files[f as usize].covers, day) == Part::Whole;
        let shift = by_files(state, a, b, |f, g| {
            i32::from(state.pairs.of(f, g).shift) == days && (days != 0 || (whole(f, a.day) && whole(g, a.day)))
        });
        shift && state.can_join(a.place, b.place) && words.are_alike(state, a, b)
    };
    // By number of the other one, that of the one.
    let mut holders: HashMap<u32, u32> = HashMap::new();
    let mut free = Free::of(others.len());
    in_turns(0..ones.len() as u32, |at, is_first| {
        let a = &ones[at as usize];
        if is_first && !are_in_one(a.day.plus_days(-1), a.day.plus_days(1)) {
            return false;
        }
        let near = span(&others, a.amount, a.day, 1);
        let mut looked_at: Vec<u32> = free.within(near.clone()).take(LOOKED_AT).map(|b| b as u32).collect();
        let mut can = |a: u32, b: u32| fits(&ones[a as usize], &others[b as usize]);
        if let Some(found) = looked_at.iter().copied().find(|b| can(at, *b)) {
            free.take(found as usize);
            holders.insert(found, at);
            return true;
        }
        let of_near = near.clone().take(LOOKED_AT).map(|b| others[b].place);
        if state.tells_apart([a.place].into_iter().chain(of_near).flat_map(|place| state.members(place))) {
            looked_at.extend(near.take(LOOKED_AT).map(|b| b as u32));
            if give_place(at, &looked_at, &mut holders, &mut can) {
                looked_at.iter().filter(|b| holders.contains_key(b)).for_each(|b| free.take(*b as usize));
            }
        }
        true
    });
    let mut found: Vec<(u32, u32)> = holders.into_iter().map(|(b, a)| (a, b)).collect();
    found.sort_unstable();
    for (a, b) in found {
        state.join(ones[a as usize].place, others[b as usize].place);
    }
}

/// Joins rows of near days where only one pairing fits; what else fits is listed.
fn near(state: &mut State<'_, '_>, one: u32, other: u32, by_words: bool) {
    let (ones, others) = (alone(state, one, other), alone(state, other, one));
    let mut words = Words::default();
    let mut fits = |state: &State<'_, '_>, a: &Alone, b: &Alone| {
        state.can_join(a.place, b.place) && (!by_words || words.are_alike(state, a, b))
    };
    let mut edges: Vec<(&Alone, &Alone)> = Vec::new();
    for a in &ones {
        let near = within(&others, a.amount, a.day, DAYS).iter().take(LOOKED_AT);
        edges.extend(near.filter(|b| fits(state, a, b)).map(|b| (a, b)));
    }
    // Of these rows it is not known whether they are transactions of their own.
    let open: HashSet<u32> = state
        .doubts
        .iter()
        .filter(|doubt| !doubt.assumed_same)
        .map(|doubt| state.place_of[doubt.row as usize])
        .collect();
    let (mut of_a, mut of_b): (HashMap<u32, usize>, HashMap<u32, usize>) = (HashMap::new(), HashMap::new());
    for (a, b) in &edges {
        *of_a.entry(a.place).or_insert(0) += 1;
        *of_b.entry(b.place).or_insert(0) += 1;
    }
    // Nearest days first, but those of one span before those across its border, and what these would rather have; rows whose
    // words are not alike are listed one to one.
    let days = |(a, b): &(&Alone, &Alone)| a.day.days_until(b.day).abs();
    let mut across: HashMap<u32, i32> = HashMap::new();
    for edge in edges.iter().filter(|(a, b)| !are_in_one(a.day, b.day)) {
        for place in [edge.0.place, edge.1.place] {
            across.entry(place).and_modify(|least| *least = days(edge).min(*least)).or_insert(days(edge));
        }
    }
    let rather = |edge: &(&Alone, &Alone)| {
        [edge.0.place, edge.1.place].iter().any(|place| across.get(place).is_some_and(|least| *least <= days(edge)))
    };
    edges.sort_by_key(|edge| (rather(edge), days(edge)));
    let mut listed: HashSet<u32> = HashSet::new();
    for (a, b) in edges {
        let only = of_a[&a.place] == 1 && of_b[&b.place] == 1;
        let covers = |f: u32, day: Day| state.files[f as usize].covers.contains(day);
        let whole = |f: u32, day: Day| Part::of(state.files[f as usize].covers, day) == Part::Whole;
        let seen = by_files(state, a, b, |f, g| covers(f, b.day) || covers(g, a.day));
        // A file that shows the day whole that it would date the other's row on, and lacks the row there, has it on
        // another day, or not at all.
        let lacks = by_files(state, a, b, |f, g| {
            let shift = i32::from(state.pairs.of(f, g).shift);
            whole(f, b.day.plus_days(-shift)) || whole(g, a.day.plus_days(shift))
        });
        let days = a.day.days_until(b.day).abs();
        // Of one day, it is enough that one of the files shows all that the other shows of it.
        let part = |f: u32| Part::of(state.files[f as usize].covers, a.day);
        let in_full = by_files(state, a, b, |f, g| match days {
            0 => part(f).nests(part(g)),
            _ => whole(f, b.day) && whole(g, a.day),
        });
        // The same amount on the same day is as near in other words as those words on another day.
        let rival = |all: &[Alone], this: &Alone, not: &Alone| {
            days != 0 && within(all, this.amount, this.day, 0).iter().any(|other| other.place != not.place)
        };
        let own = days == 0 || !(open.contains(&a.place) || open.contains(&b.place));
        let only = only && own && !rival(&others, a, b) && !rival(&ones, b, a);
        if only && if by_words { lacks || (days == 0 && in_full) } else { in_full } {
            state.join(a.place, b.place);
            if !by_words {
                state.doubt(a.row, b.row, Reason::OtherSource, true);
            }
        } else if by_words && (seen || days <= 1) {
            state.doubt(a.row, b.row, Reason::OtherSource, false);
        } else if (in_full || days == 0) && !listed.contains(&a.place) && !listed.contains(&b.place) {
            state.doubt(a.row, b.row, Reason::OtherSource, false);
            listed.extend([a.place, b.place]);
        }
    }
}

/// Returns whether something is true of a file that shows the one and a file that shows the other.
fn by_files(state: &State<'_, '_>, a: &Alone, b: &Alone, is: impl Fn(u32, u32) -> bool) -> bool {
    let of = |alone: &Alone| {
        let source = state.source(alone.row);
        let rows = state.members(state.place_of[alone.row as usize]).iter().copied();
        rows.filter(|row| state.source(*row) == source).map(|row| state.row(row).file).collect::<Vec<u32>>()
    };
    let (ones, others) = (of(a), of(b));
    ones.iter().any(|f| others.iter().any(|g| is(*f, *g)))
}

/// Returns those of an amount at most so many days away.
fn within(all: &[Alone], amount: Micros, day: Day, days: i32) -> &[Alone] {
    &all[span(all, amount, day, days)]
}

/// Returns where they stand.
fn span(all: &[Alone], amount: Micros, day: Day, days: i32) -> Range<usize> {
    let place = |alone: &Alone| (alone.amount, alone.day);
    let from = all.partition_point(|alone| place(alone) < (amount, day.plus_days(-days)));
    let to = all.partition_point(|alone| place(alone) <= (amount, day.plus_days(days)));
    from..to
}

/// Which of some numbered things are free: a search does not pass the taken ones one by one.
struct Free(Vec<usize>);

impl Free {
    fn of(count: usize) -> Free {
        Free((0..=count).collect())
    }

    fn take(&mut self, number: usize) {
        self.0[number] = self.next(number + 1);
    }

    /// Returns the first free one from a number on.
    fn next(&mut self, number: usize) -> usize {
        let mut next = number;
        while self.0[next] != next {
            self.0[next] = self.0[self.0[next]];
            next = self.0[next];
        }
        next
    }

    fn within(&mut self, span: Range<usize>) -> impl Iterator<Item = usize> {
        let mut at = span.start;
        std::iter::from_fn(move || {
            let next = self.next(at);
            at = next + 1;
            (next < span.end).then_some(next)
        })
    }
}

/// The texts and memos of rows, normalised.
#[derive(Default)]
struct Words(HashMap<u32, [String; 2]>);

impl Words {
    /// Returns whether the one source has words for its place that are like those of the other one.
    fn are_alike(&mut self, state: &State<'_, '_>, a: &Alone, b: &Alone) -> bool {
        let of = |alone: &Alone| {
            let source = state.source(alone.row);
            let rows = state.members(state.place_of[alone.row as usize]).iter().copied();
            rows.filter(|row| state.source(*row) == source).take(LOOKED_AT).collect::<Vec<u32>>()
        };
        let (mut ones, mut others) = (of(a), of(b));
        for rows in [&mut ones, &mut others] {
            rows.dedup_by_key(|row| (state.row(*row).text, state.row(*row).memo()));
            for row in rows {
                let row = (*row, state.row(*row));
                self.0.entry(row.0).or_insert_with(|| [row.1.text, row.1.memo()].map(normalise_description));
            }
        }
        // What the one calls the description can be the memo of the other.
        let alike = |[text, memo]: &[String; 2], [words, note]: &[String; 2]| {
            text::alike(text, words) || text::alike(text, note) || text::alike(memo, words)
        };
        ones.iter().any(|one| others.iter().any(|other| alike(&self.0[one], &self.0[other])))
    }
}
