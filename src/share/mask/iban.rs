//! Finds international bank account numbers (ISO 13616), which have letters between their digits.

use std::ops::Range;

use super::symbol::Symbol;

/// The shortest and the longest number.
const LENGTHS: Range<usize> = 15..35;
/// The fewest digits in one: every country's has more.
const FEWEST_DIGITS: usize = 10;

/// Returns where numbers with right check digits stand, from left to right; there may be single separators inside.
pub(super) fn find(chars: &[char]) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut start = 0;
    while start < chars.len() {
        let begins_word = start == 0 || Symbol::of(chars[start - 1]).folded().is_none();
        match if begins_word { at(chars, start) } else { None } {
            Some(end) => {
                found.push(start..end);
                start = end;
            }
            None => start += 1,
        }
    }
    found
}

/// Returns where the longest number ends that begins here.
fn at(chars: &[char], start: usize) -> Option<usize> {
    let mut symbols: Vec<char> = Vec::new();
    let mut longest = None;
    let mut separated = true;
    for (place, c) in chars.iter().enumerate().skip(start) {
        let Some(symbol) = Symbol::of(*c).folded().filter(char::is_ascii) else {
            if separated || Symbol::of(*c) != Symbol::Soft {
                break;
            }
            separated = true;
            continue;
        };
        separated = false;
        symbols.push(symbol);
        let right = match symbols.len() {
            1 | 2 => symbol.is_ascii_uppercase(),
            3 | 4 => symbol.is_ascii_digit(),
            length => length < LENGTHS.end,
        };
        if !right {
            break;
        }
        let ends_word = chars.get(place + 1).is_none_or(|next| Symbol::of(*next).folded().is_none());
        if ends_word && LENGTHS.contains(&symbols.len()) && is_iban(&symbols) {
            longest = Some(place + 1);
        }
    }
    longest
}

/// Returns whether the check digits are right: the number, its first four symbols put last, is 1 modulo 97.
fn is_iban(symbols: &[char]) -> bool {
    let (head, tail) = symbols.split_at(4);
    let digits = symbols.iter().filter(|c| c.is_ascii_digit()).count();
    let rest = tail.iter().chain(head).filter_map(|c| c.to_digit(36));
    digits >= FEWEST_DIGITS && rest.fold(0, |rest, value| (rest * if value < 10 { 10 } else { 100 } + value) % 97) == 1
}
