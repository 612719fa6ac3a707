//! The recovery code: a key slot's secret that a person can write on paper and type again years later.
//!
//! Forty characters of the alphabet without look-alikes, in eight groups of five. The fifth of each group is a check
//! symbol bound to the group's place, so that a mistyped group is named. Of the other thirty-two, twenty-eight are random,
//! 140 bits, and the last four are a checksum of them, so that a typing error is told from a wrong code.

use std::fmt;

use thiserror::Error;
use zeroize::Zeroizing;

use crate::crypto::sha256;
use crate::model::{ALPHABET, Env, SYMBOLS};

/// Random characters, five bits each. Part of the format.
const RANDOM: usize = 28;
/// Characters of the checksum, five bits each. Part of the format.
const CHECKSUM: usize = 4;
/// What of the code is not a check symbol.
const CONTENT: usize = RANDOM + CHECKSUM;
/// Characters of a group before its check symbol. Part of the format.
const IN_GROUP: usize = 4;
const GROUP: usize = IN_GROUP + 1;
const GROUPS: usize = CONTENT / IN_GROUP;
const LENGTH: usize = GROUPS * GROUP;
/// What the checksum is bound to. Part of the format.
const CHECKSUM_LABEL: &[u8] = b"finvault/v1 recovery code";

/// The text is not a recovery code. The message says where, never what was typed.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum RecoveryCodeError {
    /// Characters are missing or too many.
    #[error("a recovery code has {LENGTH} letters and digits, but {found} were typed")]
    Length {
        /// Characters found, without spaces and dashes.
        found: usize,
    },
    /// A group that was typed between spaces or dashes has another number of characters.
    #[error("group {group} of the recovery code has {found} letters and digits instead of {GROUP}")]
    GroupLength {
        /// Counted from one.
        group: usize,
        /// Characters found.
        found: usize,
    },
    /// A character that no recovery code has.
    #[error("group {group} of the recovery code has a character that is not one of 2-9 or a-z without i and l")]
    Character {
        /// Counted from one.
        group: usize,
    },
    /// Groups whose check symbol does not match.
    #[error("the recovery code has a typing error in {}", in_words(.0))]
    Groups(Vec<usize>),
    /// Every group matches its check symbol, and the checksum does not match.
    #[error("the recovery code has a typing error: its last group does not match the others")]
    Checksum,
}

fn in_words(groups: &[usize]) -> String {
    let names: Vec<String> = groups.iter().map(usize::to_string).collect();
    match names.split_last() {
        Some((only, [])) => format!("group {only}"),
        Some((last, others)) => format!("groups {} and {last}", others.join(", ")),
        None => "its groups".to_owned(),
    }
}

/// A recovery code whose checks are right. Kept without its check symbols: lower case, no dashes.
pub struct RecoveryCode(Zeroizing<String>);

impl RecoveryCode {
    /// Draws a new code.
    pub fn generate(env: &Env<'_>) -> RecoveryCode {
        let bytes = Zeroizing::new(env.random::<RANDOM>());
        let mut text = Zeroizing::new(String::with_capacity(CONTENT));
        // 256 is a multiple of 32: every character is equally likely.
        text.extend(bytes.iter().map(|b| char::from(ALPHABET[usize::from(b % 32)])));
        let checksum = checksum(&text);
        text.push_str(&checksum);
        RecoveryCode(text)
    }

    /// Reads what a person typed: any case, any spaces and dashes, and a zero for the letter o.
    ///
    /// # Errors
    /// When characters are missing, too many or unknown, or a check does not match.
    pub fn parse(typed: &str) -> Result<RecoveryCode, RecoveryCodeError> {
        let mut text = Zeroizing::new(String::with_capacity(LENGTH));
        let mut found = 0usize;
        for c in typed.chars().filter(|c| !is_separator(*c)) {
            found += 1;
            let c = if c == '0' { 'o' } else { c.to_ascii_lowercase() };
            let known = u8::try_from(c).is_ok_and(|b| ALPHABET.contains(&b));
            if !known {
                return Err(RecoveryCodeError::Character { group: found.div_ceil(GROUP) });
            }
            // The text never grows beyond what was reserved, so that no copy of it is left behind.
            if found <= LENGTH {
                text.push(c);
            }
        }
        if found != LENGTH {
            return Err(wrong_length(typed, found));
        }
        let groups = || text.as_bytes().chunks(GROUP).enumerate();
        let wrong: Vec<usize> =
            groups().filter(|(place, group)| !is_sound(*place, group)).map(|(place, _)| place + 1).collect();
        if !wrong.is_empty() {
            return Err(RecoveryCodeError::Groups(wrong));
        }
        let mut content = Zeroizing::new(String::with_capacity(CONTENT));
        content.extend(groups().flat_map(|(_, group)| &group[..IN_GROUP]).map(|b| char::from(*b)));
        if content[RANDOM..] != checksum(&content[..RANDOM]) {
            return Err(RecoveryCodeError::Checksum);
        }
        Ok(RecoveryCode(content))
    }

    /// Returns the form for people: `abcde-fghjk-…`, eight groups. Shown once, when the code is made.
    pub fn grouped(&self) -> Zeroizing<String> {
        let mut out = Zeroizing::new(String::with_capacity(LENGTH + GROUPS));
        for (place, group) in self.0.as_bytes().chunks(IN_GROUP).enumerate() {
            if place > 0 {
                out.push('-');
            }
            out.extend(group.iter().map(|b| char::from(*b)));
            out.push(char::from(ALPHABET[usize::from(check(place, group))]));
        }
        out
    }

    /// Returns the random characters in canonical form, for the key derivation.
    pub(crate) fn secret(&self) -> &[u8] {
        &self.0.as_bytes()[..RANDOM]
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(…)")
    }
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2015}')
}

/// Returns the error of a code with too few or too many characters: of the first group that has another length, where all
/// were typed apart.
fn wrong_length(typed: &str, found: usize) -> RecoveryCodeError {
    let groups: Vec<usize> =
        typed.split(is_separator).map(|group| group.chars().count()).filter(|length| *length > 0).collect();
    let wrong = groups.iter().position(|length| *length != GROUP).filter(|_| groups.len() == GROUPS);
    wrong.map_or(RecoveryCodeError::Length { found }, |place| RecoveryCodeError::GroupLength {
        group: place + 1,
        found: groups[place],
    })
}

/// Returns the number of a symbol of the alphabet. Text was looked at before: every symbol is one.
fn number(symbol: u8) -> u8 {
    ALPHABET.iter().position(|known| *known == symbol).and_then(|place| u8::try_from(place).ok()).unwrap_or(0)
}

/// Returns the number of a group's check symbol: the group's place, and the symbols weighted by 2, 4, 8 and 16 in GF(32) with
/// x⁵ + x² + 1, added by exclusive or. A wrong symbol, two symbols or two groups in each other's place never match.
fn check(place: usize, group: &[u8]) -> u8 {
    let start = u8::try_from(place + 1).unwrap_or(0);
    group.iter().zip(1..).fold(start, |sum, (symbol, weight)| sum ^ doubled(number(*symbol), weight))
}

fn is_sound(place: usize, group: &[u8]) -> bool {
    group.split_last().is_some_and(|(last, content)| number(*last) == check(place, content))
}

/// Multiplies a number of five bits by two, so many times, in GF(32).
fn doubled(number: u8, times: u32) -> u8 {
    (0..times).fold(number, |number, _| {
        let shifted = number << 1;
        if shifted & 0b10_0000 == 0 { shifted } else { shifted ^ 0b10_0101 }
    })
}

/// Returns the first twenty bits of SHA-256 over label and code, most significant first.
fn checksum(random: &str) -> String {
    let labelled = Zeroizing::new([CHECKSUM_LABEL, random.as_bytes()].concat());
    let mut symbols = SYMBOLS.encode(&sha256(&labelled));
    symbols.truncate(CHECKSUM);
    symbols
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::Fixed;

    #[test]
    fn reads_any_case_spaces_and_dashes() {
        let fixed = Fixed::new(1);
        let code = RecoveryCode::generate(&fixed.env());
        let grouped = code.grouped();
        assert_eq!(grouped.len(), 47);
        assert_eq!(grouped.split('-').map(str::len).collect::<Vec<_>>(), [5; 8]);
        let spaced = grouped.replace('-', " \u{2013}\n");
        for typed in [grouped.to_string(), grouped.to_uppercase(), spaced, grouped.replace('o', "0")] {
            assert_eq!(RecoveryCode::parse(&typed).unwrap().secret(), code.secret(), "{typed}");
        }
        assert_eq!(format!("{code:?}"), "RecoveryCode(…)");
        assert_ne!(RecoveryCode::generate(&fixed.env()).secret(), code.secret());
    }

    #[test]
    fn names_the_group_of_every_wrong_character() {
        let code = RecoveryCode::generate(&Fixed::new(2).env()).grouped().replace('-', "");
        for place in 0..LENGTH {
            for other in ALPHABET.iter().filter(|c| **c != code.as_bytes()[place]) {
                let mut typed = code.clone().into_bytes();
                typed[place] = *other;
                let typed = String::from_utf8(typed).unwrap();
                let named = RecoveryCodeError::Groups(vec![place / GROUP + 1]);
                assert_eq!(RecoveryCode::parse(&typed).err(), Some(named), "{typed}");
            }
        }
    }

    #[test]
    fn names_the_group_of_two_characters_and_both_of_two_groups_in_each_others_place() {
        let code = RecoveryCode::generate(&Fixed::new(3).env()).grouped().replace('-', "");
        let mut swaps = 0;
        for group in 0..GROUPS {
            for (a, b) in (0..GROUP).flat_map(|a| (0..a).map(move |b| (a + group * GROUP, b + group * GROUP))) {
                let mut typed = code.clone().into_bytes();
                typed.swap(a, b);
                if typed == code.as_bytes() {
                    continue;
                }
                swaps += 1;
                let named = RecoveryCodeError::Groups(vec![group + 1]);
                assert_eq!(RecoveryCode::parse(&String::from_utf8(typed).unwrap()).err(), Some(named), "{a} {b}");
            }
        }
        assert!(swaps > 60, "{swaps}");
        for (a, b) in (0..GROUPS).flat_map(|a| (0..a).map(move |b| (b, a))) {
            let mut groups: Vec<&str> = (0..GROUPS).map(|place| &code[place * GROUP..][..GROUP]).collect();
            groups.swap(a, b);
            let named = RecoveryCodeError::Groups(vec![a + 1, b + 1]);
            assert_eq!(RecoveryCode::parse(&groups.join("-")).err(), Some(named));
        }
        let error = RecoveryCodeError::Groups(vec![2, 5, 7]).to_string();
        assert_eq!(error, "the recovery code has a typing error in groups 2, 5 and 7");
    }

    #[test]
    fn errors_that_a_check_symbol_misses_are_seen_by_the_checksum() {
        let code = RecoveryCode::generate(&Fixed::new(4).env()).grouped().replace('-', "");
        let first = &code.as_bytes()[..IN_GROUP];
        let symbol = |group: &[u8]| char::from(ALPHABET[usize::from(check(0, group))]);
        let mut missed = 0;
        for (a, b) in ALPHABET.iter().flat_map(|a| ALPHABET.iter().map(move |b| (*a, *b))) {
            let group = [a, b, first[2], first[3]];
            if group == first {
                continue;
            }
            missed += 1;
            let typed = format!("{}{}{}", String::from_utf8_lossy(&group), symbol(&group), &code[GROUP..]);
            assert_eq!(RecoveryCode::parse(&typed).err(), Some(RecoveryCodeError::Checksum), "{typed}");
        }
        assert_eq!(missed, 1023);
    }

    #[test]
    fn names_the_group_and_not_the_text_in_an_error() {
        let code = RecoveryCode::generate(&Fixed::new(5).env()).grouped();
        let error = |typed: &str| RecoveryCode::parse(typed).err();
        assert_eq!(error(""), Some(RecoveryCodeError::Length { found: 0 }));
        assert_eq!(error(&"a".repeat(10_000)), Some(RecoveryCodeError::Length { found: 10_000 }));
        assert_eq!(error("ab-1d"), Some(RecoveryCodeError::Character { group: 1 }));
        assert_eq!(error("abcde é"), Some(RecoveryCodeError::Character { group: 2 }));
        let mut groups: Vec<&str> = code.split('-').collect();
        groups[2] = "abc";
        assert_eq!(error(&groups.join(" ")), Some(RecoveryCodeError::GroupLength { group: 3, found: 3 }));
        groups.pop();
        assert_eq!(error(&groups.join("-")), Some(RecoveryCodeError::Length { found: 33 }));
    }
}
