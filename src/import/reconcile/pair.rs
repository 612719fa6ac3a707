//! Evidence that is wider than a row: what two files tell of each other in the days that both cover.

use std::collections::{HashMap, HashSet};

use super::input::{File, Ids, Pair, Part, Row};
use super::text;
use crate::model::{Day, Micros, Period, normalise_description};

/// Days around an overlap in which its evidence counts, and in which ids are looked for.
pub const MARGIN: i32 = 5;
/// Rows of an overlap that are looked at for a shift.
const MANY: usize = 20_000;

/// Returns what two files tell of each other. The rows are all of each file in the days that both cover and five more at
/// each end, in any order.
pub fn pair(one: &File, ones: &[Row<'_>], other: &File, others: &[Row<'_>]) -> Pair {
    let Some(both) = one.covers.overlap(other.covers) else { return Pair::default() };
    let posted = |rows: &[Row<'_>]| (0..rows.len()).filter(|at| !rows[*at].pending).collect::<Vec<usize>>();
    let (mut a, mut b) = (
        Side { file: one, rows: ones, posted: posted(ones), ids: HashMap::new() },
        Side { file: other, rows: others, posted: posted(others), ids: HashMap::new() },
    );
    if one.source != other.source {
        return Pair { shift: shift(&a, &b), ..Pair::default() };
    }
    a.read_ids();
    b.read_ids();
    let mut met = Met::of(&a, &b, both);
    let reworded =
        met.other_words.len() >= 2 && met.other_words.len() > 3 * met.same_words && met.words_map_one_to_one();
    if reworded {
        met.held += met.held_anew;
        met.changed += met.changed_anew;
    }
    Pair {
        ids: met.ids(&a, &b),
        shift: 0,
        reworded,
        partial: met.common > 0 && (met.missing[0].max(met.missing[1]) >= met.common),
    }
}

struct Side<'s, 'a> {
    file: &'s File,
    rows: &'s [Row<'a>],
    posted: Vec<usize>,
    /// The day and amount of each id that stands on one row; none of an id that stands on several, which is no id.
    ids: HashMap<&'a str, Option<(Day, Micros)>>,
}

impl<'a> Side<'_, 'a> {
    fn read_ids(&mut self) {
        for row in self.posted.iter().map(|at| &self.rows[*at]) {
            if let Some(id) = row.bank_id {
                self.ids.entry(id).and_modify(|known| *known = None).or_insert(Some((row.day, row.amount)));
            }
        }
    }

    fn id(&self, at: usize) -> Option<&'a str> {
        self.rows[at].bank_id.filter(|id| self.ids.get(id).is_some_and(Option::is_some))
    }

    fn by_day_and_amount(&self, days: Period) -> Vec<(Day, Micros, usize)> {
        let rows = self.posted.iter().map(|at| (self.rows[*at].day, self.rows[*at].amount, *at));
        let mut rows: Vec<_> = rows.filter(|(day, ..)| days.contains(*day)).collect();
        rows.sort_unstable();
        rows
    }

    fn part(&self, day: Day) -> Part {
        Part::of(self.file.covers, day)
    }

    fn is_whole(&self, day: Day) -> bool {
        self.part(day) == Part::Whole
    }
}

/// What two files of one source show of the days that both cover.
#[derive(Debug, Default)]
struct Met {
    /// Rows with one id, day, amount and text in both.
    held: usize,
    /// Rows that have other ids, where one view of their day is a part of the other.
    changed: usize,
    /// The same of single rows in other words, which count where all words changed.
    held_anew: usize,
    changed_anew: usize,
    /// Rows of other days that have other ids: they are other rows, or the bank changes ids.
    unlike: usize,
    /// Rows of one balance that have other ids: the bank changes ids, or a late row shifted the balances.
    by_balance: usize,
    /// Rows with one day and amount in both.
    common: usize,
    /// Rows of the file that does not reach so far which the other one lacks in days that it shows whole; each way.
    missing: [usize; 2],
    /// Single rows of days whole in both that have the same words, and those with other ones.
    same_words: usize,
    other_words: Vec<(String, String)>,
}

impl Met {
    fn of(a: &Side<'_, '_>, b: &Side<'_, '_>, both: Period) -> Met {
        let (ones, others) = (a.by_day_and_amount(both), b.by_day_and_amount(both));
        let mut met = Met::default();
        let mut rest = others.as_slice();
        let lone = |met: &mut Met, rows: &[(Day, Micros, usize)], is_one: bool| {
            let (this, that) = if is_one { (a, b) } else { (b, a) };
            // A file that was made later has rows that came late: only what it lacks says something.
            if this.file.reach <= that.file.reach {
                let lacking = rows.iter().filter(|(day, ..)| that.is_whole(*day)).count();
                met.missing[usize::from(is_one)] += lacking;
            }
        };
        for group in ones.chunk_by(|x, y| (x.0, x.1) == (y.0, y.1)) {
            let key = (group[0].0, group[0].1);
            let before = rest.partition_point(|row| (row.0, row.1) < key);
            lone(&mut met, &rest[..before], false);
            rest = &rest[before..];
            let count = rest.partition_point(|row| (row.0, row.1) == key);
            met.compare(a, b, group, &rest[..count]);
            lone(&mut met, &group[count.min(group.len())..], true);
            lone(&mut met, &rest[group.len().min(count)..count], false);
            rest = &rest[count..];
        }
        lone(&mut met, rest, false);
        met
    }

    fn compare(
        &mut self,
        a: &Side<'_, '_>,
        b: &Side<'_, '_>,
        ones: &[(Day, Micros, usize)],
        others: &[(Day, Micros, usize)],
    ) {
        self.common += ones.len().min(others.len());
        if others.is_empty() {
            return;
        }
        self.by_balance += of_one_balance(a, b, ones, others);
        let day = ones[0].0;
        let whole = a.is_whole(day) && b.is_whole(day);
        let nested = a.part(day).nests(b.part(day));
        if let ([one], [other]) = (ones, others) {
            let same = text::same(a.rows[one.2].text, b.rows[other.2].text);
            if let (Some(one), Some(other)) = (a.id(one.2), b.id(other.2)) {
                self.held += usize::from(same && one == other);
                self.changed += usize::from(same && one != other && nested);
                self.unlike += usize::from(same && one != other && !nested);
                self.held_anew += usize::from(!same && one == other);
                self.changed_anew += usize::from(!same && one != other && nested);
            }
            if whole && same {
                self.same_words += 1;
            } else if whole {
                let words = |side: &Side<'_, '_>, at: usize| normalise_description(side.rows[at].text);
                self.other_words.push((words(a, one.2), words(b, other.2)));
            }
            return;
        }
        let ids = |side: &Side<'_, '_>, rows: &[(Day, Micros, usize)]| {
            let rows = rows
                .iter()
                .filter_map(|(.., at)| Some((side.id(*at)?.to_owned(), normalise_description(side.rows[*at].text))));
            let mut ids: Vec<(String, String)> = rows.collect();
            ids.sort_unstable();
            ids
        };
        let (ones, others) = (ids(a, ones), ids(b, others));
        if ones.is_empty() || others.is_empty() {
            return;
        }
        let held = common(&ones, &others);
        let texts = |ids: &[(String, String)]| {
            let mut texts: Vec<String> = ids.iter().map(|(_, text)| text.clone()).collect();
            texts.sort_unstable();
            texts
        };
        self.held += held;
        let changed = common(&texts(&ones), &texts(&others)) - held;
        self.changed += if nested { changed } else { 0 };
        self.unlike += if nested { 0 } else { changed };
    }

    fn ids(&self, a: &Side<'_, '_>, b: &Side<'_, '_>) -> Ids {
        // Where an id stands on two rows, the ids may be numbers within a day or file, some of which did not change.
        let reused = reuses(a, b);
        let contradicted = reused && self.unlike > 0;
        if self.held > self.by_balance && self.changed == 0 && !contradicted {
            return Ids::Kept;
        }
        // What is mostly held proves nothing, and contradicts nothing.
        let changed = self.changed + self.by_balance;
        if reused || (changed > 0 && changed >= self.held) { Ids::Changed } else { Ids::Unknown }
    }

    fn words_map_one_to_one(&self) -> bool {
        let pairs: HashSet<&(String, String)> = self.other_words.iter().collect();
        let ones: HashSet<&String> = pairs.iter().map(|(one, _)| one).collect();
        let others: HashSet<&String> = pairs.iter().map(|(_, other)| other).collect();
        pairs.len() >= 2 && pairs.len() == ones.len() && pairs.len() == others.len()
    }
}

/// Returns how many rows of one day and amount have the same balance, and other ids.
fn of_one_balance(
    a: &Side<'_, '_>,
    b: &Side<'_, '_>,
    ones: &[(Day, Micros, usize)],
    others: &[(Day, Micros, usize)],
) -> usize {
    let of = |at: usize, side: &Side<'_, '_>| side.rows[at].running.zip(side.id(at).map(str::to_owned));
    let others: HashMap<Micros, String> = others.iter().filter_map(|(.., at)| of(*at, b)).collect();
    let ones = ones.iter().filter_map(|(.., at)| of(*at, a));
    ones.filter(|(running, id)| others.get(running).is_some_and(|other| other != id)).count()
}

/// Returns how many items two sorted lists have in common.
fn common<T: Ord>(ones: &[T], others: &[T]) -> usize {
    let (mut i, mut j, mut count) = (0, 0, 0);
    while i < ones.len() && j < others.len() {
        match ones[i].cmp(&others[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => (i, j, count) = (i + 1, j + 1, count + 1),
        }
    }
    count
}

/// Returns whether an id that each file has once is on rows that cannot be one: of another amount, or days apart.
fn reuses(a: &Side<'_, '_>, b: &Side<'_, '_>) -> bool {
    a.ids.iter().any(|(id, one)| match (one, b.ids.get(id)) {
        (Some((day, amount)), Some(Some((on, of)))) => of != amount || day.days_until(*on).abs() > MARGIN,
        _ => false,
    })
}

/// Returns by how many days the second file dates all rows later than the first, where one shift fits better than none
/// and rows of two amounts prove it: a file shows their day whole and has them only by the shift.
fn shift(a: &Side<'_, '_>, b: &Side<'_, '_>) -> i8 {
    let mut ones: Vec<usize> = a.posted.clone();
    ones.sort_unstable_by_key(|at| (a.rows[*at].day, a.rows[*at].amount, *at));
    ones.truncate(MANY);
    let mut by_day: HashMap<(Day, Micros), Vec<usize>> = HashMap::new();
    for at in &b.posted {
        by_day.entry((b.rows[*at].day, b.rows[*at].amount)).or_default().push(*at);
    }
    let matched = |days: i32| {
        let mut matched = Matched::default();
        for one in &ones {
            let row = &a.rows[*one];
            let Some(there) = by_day.get(&(row.day.plus_days(days), row.amount)) else { continue };
            let words = normalise_description(row.text);
            let fits = |at: &&usize| text::alike(&words, &normalise_description(b.rows[**at].text));
            let free = there.iter().take(8).filter(|at| !matched.others.contains(*at)).find(fits).copied();
            if let Some(other) = free {
                matched.ones.insert(*one);
                matched.others.insert(other);
            }
        }
        matched
    };
    let [none, later, earlier] = [0, 1, -1].map(matched);
    // Of two shifts that fit as many rows, the one that fits more different amounts: equal rows fit many days.
    let rank =
        |of: &Matched| (of.ones.len(), of.ones.iter().map(|at| a.rows[*at].amount).collect::<HashSet<_>>().len());
    let (best, other, days) = if rank(&later) > rank(&earlier) { (later, earlier, 1) } else { (earlier, later, -1) };
    let fits_best = rank(&best) > rank(&none).max(rank(&other));
    if fits_best && proves(a, b, &none, &best) { days } else { 0 }
}

/// The rows of two files that are each other's at some shift.
#[derive(Debug, Default)]
struct Matched {
    ones: HashSet<usize>,
    others: HashSet<usize>,
}

fn proves(a: &Side<'_, '_>, b: &Side<'_, '_>, none: &Matched, shifted: &Matched) -> bool {
    let ones = shifted.ones.difference(&none.ones).map(|at| &a.rows[*at]).filter(|row| b.is_whole(row.day));
    let others = shifted.others.difference(&none.others).map(|at| &b.rows[*at]).filter(|row| a.is_whole(row.day));
    ones.chain(others).map(|row| row.amount).collect::<HashSet<Micros>>().len() >= 2
}
