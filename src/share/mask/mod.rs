//! Masks account and card numbers inside text that leaves: what a bank wrote, and the names of accounts.
//!
//! The rules stand in `docs/slice-format.md`. Two things are looked for: long runs of digits, whoever's they are, and the
//! owner's own numbers, of which a few digits in a row are enough. A masked number is `••••`, and its last four digits
//! where the slice may show them.

mod iban;
mod run;
mod symbol;

use std::collections::BTreeSet;

use crate::model::{AccountNumber, clean_for_display};
use run::{Found, Segment, segments};
use symbol::Symbol;

/// The shortest run of digits that is masked in a text of a bank.
const LONG_RUN: usize = 8;
/// The shortest one in the name of an account.
const LONG_RUN_OF_NAME: usize = 5;
/// So many digits in a row of an own number are masked in a text of a bank.
const OWN_RUN: usize = 5;
/// The same in the name of an account, and the shortest own number that is looked for.
const OWN_RUN_OF_NAME: usize = 4;
/// The digits that stay, so that the owner still recognises the number.
const KEPT: usize = 4;

/// Which numbers a slice hides, and what it shows of them.
#[derive(Debug)]
pub struct Mask {
    /// Long runs of digits are masked, whoever's they are.
    runs: bool,
    /// Whether the slice shows last four digits.
    shows_ends: bool,
    /// Those of its accounts, where it does.
    ends: BTreeSet<Vec<u8>>,
    texts: Own,
    names: Own,
}

/// Pieces of the owner's own numbers.
#[derive(Debug, Default)]
struct Own {
    /// Digits in a row, all of a few lengths.
    pieces: BTreeSet<Vec<u8>>,
    lengths: BTreeSet<usize>,
    /// Whole numbers with letters in them, in upper case, without separators.
    words: Vec<Vec<char>>,
}

impl Mask {
    /// Hides every long run of digits, and the owner's own numbers. Where the slice shows last four digits, `shown` has the
    /// numbers that they are of.
    pub fn all<'n>(own: impl IntoIterator<Item = &'n AccountNumber>, shown: Option<&[&AccountNumber]>) -> Mask {
        let own: Vec<&AccountNumber> = own.into_iter().collect();
        let ends: BTreeSet<Vec<u8>> = shown.iter().copied().flatten().filter_map(|number| end(number)).collect();
        let mut texts = Own::runs_of(&own, OWN_RUN);
        texts.pieces.retain(|piece| !ends.contains(piece));
        Mask { runs: true, shows_ends: shown.is_some(), texts, names: Own::runs_of(&own, OWN_RUN_OF_NAME), ends }
    }

    /// Hides nothing but these numbers, whole: those of accounts that the slice does not show.
    pub fn only<'n>(numbers: impl IntoIterator<Item = &'n AccountNumber>) -> Mask {
        let own: Vec<&AccountNumber> = numbers.into_iter().collect();
        let whole = || Own::runs_of(&own, usize::MAX);
        Mask { runs: false, shows_ends: true, ends: BTreeSet::new(), texts: whole(), names: whole() }
    }

    /// Returns a text of a bank for a slice: without control characters, and masked.
    pub fn text(&self, text: &str) -> String {
        let ends = |digits: &[u8]| self.ends.contains(digits);
        masked(text, &self.texts, self.runs.then_some(Long { digits: LONG_RUN, keep: true }), &ends)
    }

    /// Returns the name of an account for a slice, masked. The last four digits of its own number stand in it where the slice
    /// shows them, and no more of any number.
    pub fn name(&self, name: &str, number: Option<&AccountNumber>) -> String {
        let end = number.filter(|_| self.shows_ends).and_then(end);
        let digits = if self.shows_ends { LONG_RUN_OF_NAME } else { OWN_RUN_OF_NAME };
        let is_end = |digits: &[u8]| end.as_deref() == Some(digits);
        masked(name, &self.names, self.runs.then_some(Long { digits, keep: self.shows_ends }), &is_end)
    }
}

/// How long a run of digits is masked, and whether its end is kept.
#[derive(Clone, Copy)]
struct Long {
    digits: usize,
    keep: bool,
}

impl Own {
    /// Takes numbers apart into runs of `length` digits; shorter ones, of four digits at least, are taken whole.
    fn runs_of(numbers: &[&AccountNumber], length: usize) -> Own {
        let mut own = Own::default();
        for number in numbers {
            for piece in pieces(number.full()).into_iter().filter(|piece| piece.len() >= OWN_RUN_OF_NAME) {
                own.pieces.extend(piece.windows(length.min(piece.len())).map(<[u8]>::to_vec));
            }
            let word: Vec<char> = number.full().chars().filter_map(|c| Symbol::of(c).folded()).collect();
            let letters = word.iter().filter(|c| c.is_alphabetic()).count();
            if letters > 0 && word.len() > OWN_RUN_OF_NAME && word.len() - letters >= 3 {
                own.words.push(word);
            }
        }
        own.lengths = own.pieces.iter().map(Vec::len).collect();
        own
    }

    /// Returns whether some of the digits of a segment are of an own number. A group of digits that may be shown is none.
    fn is_in(&self, segment: &Segment, may_stay: &dyn Fn(&[u8]) -> bool) -> bool {
        let stays = |at: usize, length: usize| {
            segment.groups().any(|group| group == (at..at + length)) && may_stay(&segment.values[at..at + length])
        };
        self.lengths.iter().any(|length| {
            let windows = segment.values.windows(*length).enumerate();
            windows.filter(|(_, window)| self.pieces.contains(*window)).any(|(at, _)| !stays(at, *length))
        })
    }
}

/// Returns the rows of digits of a number: separators inside it do not count, letters and marks for hidden digits end a row.
fn pieces(number: &str) -> Vec<Vec<u8>> {
    let mut pieces = vec![Vec::new()];
    for c in number.chars() {
        match (Symbol::of(c), pieces.last_mut()) {
            (Symbol::Digit(value), Some(piece)) => piece.push(value),
            (Symbol::Soft, _) => {}
            _ => pieces.push(Vec::new()),
        }
    }
    pieces
}

/// Returns the last four digits of a number, when it ends in four.
fn end(number: &AccountNumber) -> Option<Vec<u8>> {
    let last: Vec<u8> = number.last_four().chars().filter_map(|c| c.to_digit(10)?.try_into().ok()).collect();
    (last.len() == KEPT).then_some(last)
}

fn masked(text: &str, own: &Own, long: Option<Long>, may_stay: &dyn Fn(&[u8]) -> bool) -> String {
    let text = clean_for_display(text);
    if text.chars().filter(|c| c.is_numeric()).count() < 3 {
        return text.into_owned();
    }
    let mut chars: Vec<char> = text.chars().collect();
    for word in &own.words {
        while let Some(found) = run::find(&chars, word) {
            let last = &word[word.len() - KEPT..];
            let digits: Vec<u8> = last.iter().filter_map(|c| c.to_digit(10)?.try_into().ok()).collect();
            let kept = if digits.len() == KEPT && may_stay(&digits) { KEPT } else { 0 };
            Found::symbols(&chars, found, kept).replace(&mut chars);
        }
    }
    if let Some(long) = long {
        for found in iban::find(&chars).into_iter().rev() {
            Found::symbols(&chars, found, if long.keep { KEPT } else { 0 }).replace(&mut chars);
        }
    }
    let mut found = Vec::new();
    for segment in segments(&chars) {
        if own.is_in(&segment, may_stay) {
            let last = &segment.values[segment.values.len().saturating_sub(KEPT)..];
            found.push(segment.whole(if may_stay(last) { KEPT } else { 0 }));
        } else if let Some(Long { digits, keep }) = long {
            found.extend(segment.long_runs(&chars, digits, if keep { KEPT } else { 0 }));
        }
    }
    for found in found.iter().rev() {
        found.replace(&mut chars);
    }
    chars.into_iter().collect()
}

#[cfg(test)]
#[path = "../../../tests/unit/share/mask.rs"]
mod tests;
