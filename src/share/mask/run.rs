//! Rows of digits in a text, with what stands between them.

use std::ops::Range;

use super::symbol::Symbol;
use crate::model::Day;

/// What stands for the digits that are masked.
const MASK: &str = "••••";
/// The most separators between two digits of a number that nobody is known to own.
const MOST_SEPARATORS: usize = 3;
/// Any other sign joins groups of so many digits: `4111,1111,1111,1111` is a number, and `14:05:33` none.
const LONG_GROUP: usize = 4;
/// The length of a calendar day.
const DAY: usize = 10;

/// Digits with no letter between them.
#[derive(Debug, Default)]
pub(super) struct Segment {
    /// Where each digit stands.
    places: Vec<usize>,
    /// The digits.
    pub values: Vec<u8>,
}

/// A part of a text that is masked, and the places of the characters that are kept of it.
#[derive(Debug)]
pub(super) struct Found {
    range: Range<usize>,
    kept: Vec<usize>,
}

impl Found {
    /// Masks a range, and keeps its last letters or digits.
    pub(super) fn symbols(chars: &[char], range: Range<usize>, kept: usize) -> Found {
        let mut places: Vec<usize> = range.clone().filter(|at| Symbol::of(chars[*at]).folded().is_some()).collect();
        Found { range, kept: places.split_off(places.len().saturating_sub(kept)) }
    }

    pub(super) fn replace(&self, chars: &mut Vec<char>) {
        let kept: Vec<char> = self.kept.iter().map(|at| chars[*at]).collect();
        chars.splice(self.range.clone(), MASK.chars().chain(kept));
    }
}

/// Returns where a word stands, whatever separators are inside it.
pub(super) fn find(chars: &[char], word: &[char]) -> Option<Range<usize>> {
    let folded: Vec<(usize, char)> =
        chars.iter().enumerate().filter_map(|(at, c)| Some((at, Symbol::of(*c).folded()?))).collect();
    let window = folded.windows(word.len()).find(|window| window.iter().map(|(_, c)| c).eq(word))?;
    Some(window.first()?.0..window.last()?.0 + 1)
}

/// Returns the digits of a text, cut at its letters.
pub(super) fn segments(chars: &[char]) -> Vec<Segment> {
    let mut all = vec![Segment::default()];
    for (at, c) in chars.iter().enumerate() {
        match (Symbol::of(*c), all.last_mut()) {
            (Symbol::Digit(value), Some(segment)) => {
                segment.places.push(at);
                segment.values.push(value);
            }
            (Symbol::Letter(_), _) => all.push(Segment::default()),
            _ => {}
        }
    }
    all.retain(|segment| !segment.places.is_empty());
    all
}

impl Segment {
    /// Returns the groups of digits that stand side by side, as ranges of digits.
    pub(super) fn groups(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        let mut start = 0;
        (0..self.places.len()).filter_map(move |last| {
            let ends = self.places.get(last + 1).is_none_or(|next| *next != self.places[last] + 1);
            ends.then(|| std::mem::replace(&mut start, last + 1)..last + 1)
        })
    }

    /// Masks everything from its first to its last digit.
    pub(super) fn whole(&self, kept: usize) -> Found {
        self.masked(0..self.places.len(), kept)
    }

    fn masked(&self, digits: Range<usize>, kept: usize) -> Found {
        let kept = self.places[digits.end.saturating_sub(kept).max(digits.start)..digits.end].to_vec();
        Found { range: self.places[digits.start]..self.places[digits.end - 1] + 1, kept }
    }

    /// Masks each run of `length` digits or more. A calendar day ends a run, and is none.
    pub(super) fn long_runs(&self, chars: &[char], length: usize, kept: usize) -> Vec<Found> {
        let mut runs: Vec<Range<usize>> = Vec::new();
        let mut last_group = 0;
        let mut open = false;
        let mut day_until = 0;
        for group in self.groups() {
            if group.start < day_until {
                continue;
            }
            if is_day(chars, self.places[group.start]) {
                day_until = group.start + 8;
                open = false;
                continue;
            }
            match runs.last_mut().filter(|_| open) {
                Some(run) if joins(chars, self.gap(group.start), last_group, group.len()) => run.end = group.end,
                _ => runs.push(group.clone()),
            }
            (last_group, open) = (group.len(), true);
        }
        runs.into_iter().filter(|run| run.len() >= length).map(|run| self.masked(run, kept)).collect()
    }

    /// Returns what stands before a digit, up to the digit before it.
    fn gap(&self, digit: usize) -> Range<usize> {
        self.places[digit - 1] + 1..self.places[digit]
    }
}

/// Returns whether two groups of digits with a gap between them are of one number.
fn joins(chars: &[char], gap: Range<usize>, before: usize, after: usize) -> bool {
    let soft = chars[gap.clone()].iter().all(|c| Symbol::of(*c) == Symbol::Soft);
    match gap.len() {
        1 => soft || before.min(after) >= LONG_GROUP,
        length => soft && length <= MOST_SEPARATORS,
    }
}

/// Returns whether a calendar day begins here, to which no other digits are joined but by white space.
fn is_day(chars: &[char], start: usize) -> bool {
    let Some(day) = chars.get(start..start + DAY) else { return false };
    let sign = |at: Option<usize>| at.and_then(|at| chars.get(at)).copied();
    let digit = |at: Option<usize>| sign(at).is_some_and(|c| matches!(Symbol::of(c), Symbol::Digit(_)));
    let touches = |next: Option<usize>, beyond: Option<usize>| {
        digit(next) || (digit(beyond) && sign(next).is_some_and(|c| !c.is_whitespace()))
    };
    let end = start + DAY;
    if touches(start.checked_sub(1), start.checked_sub(2)) || touches(Some(end), Some(end + 1)) {
        return false;
    }
    let text: String = day.iter().collect();
    let orders: [[Range<usize>; 3]; 3] = [[0..4, 5..7, 8..10], [6..10, 3..5, 0..2], [6..10, 0..2, 3..5]];
    orders.iter().any(|[year, month, on]| {
        let parts: Option<Vec<&str>> = [year, month, on].map(|range| text.get(range.clone())).into_iter().collect();
        let joints: Vec<char> =
            (0..DAY).filter(|at| ![year, month, on].iter().any(|range| range.contains(at))).map(|at| day[at]).collect();
        let same = joints[0] == joints[1] && matches!(joints[0], '-' | '/' | '.');
        same && parts.is_some_and(|parts| parts.join("-").parse::<Day>().is_ok())
    })
}
