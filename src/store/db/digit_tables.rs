//! Looks at the digits of many numbers: three digits that stand together have a thousand values, and a table tells which are wanted.

use crate::store::db::shapes::Digits;

/// So many digits a table looks at, and so many values they have.
const WIDTH: u32 = 3;
const VALUES: u64 = 10_u64.pow(WIDTH);

/// Which numbers have one of some digits.
#[derive(Debug)]
pub(crate) struct DigitTables {
    /// Each of the digits: what a number is divided by, the rest by what, and the value.
    digits: Vec<[u64; 3]>,
    /// For the last three digits, for the three before them, and so on: whether a value is wanted.
    tables: Vec<Vec<bool>>,
    /// What lies in no table as a whole.
    across: Vec<Digits>,
}

impl DigitTables {
    /// Makes the tables of digits of which a number may have any.
    pub(crate) fn of(digits: &[Digits]) -> DigitTables {
        let mut made = DigitTables { digits: keys(digits).collect(), tables: Vec::new(), across: Vec::new() };
        digits.iter().for_each(|digits| made.add(*digits));
        made
    }

    /// Returns whether these are its digits, of whichever number.
    pub(crate) fn is_of(&self, digits: &[Digits]) -> bool {
        self.digits.iter().copied().eq(keys(digits))
    }

    fn add(&mut self, digits: Digits) {
        let (first, count) = (digits.over.ilog10(), digits.rest.ilog10());
        let at = first / WIDTH;
        if first + count > (at + 1) * WIDTH {
            self.across.push(digits);
            return;
        }
        let at = at as usize;
        self.tables.resize(self.tables.len().max(at + 1), vec![false; VALUES as usize]);
        let inside = Digits { over: 10_u64.pow(first % WIDTH), ..digits };
        self.tables[at].iter_mut().zip(0..).for_each(|(is, value)| *is |= inside.are_in(value));
    }

    /// Returns whether a number has some of the digits.
    pub(crate) fn has(&self, number: u64) -> bool {
        let mut rest = number;
        let in_table = |table: &Vec<bool>| {
            let value = rest % VALUES;
            rest /= VALUES;
            table[value as usize]
        };
        self.tables.iter().any(in_table) || self.across.iter().any(|digits| digits.are_in(number))
    }
}

fn keys(digits: &[Digits]) -> impl Iterator<Item = [u64; 3]> {
    digits.iter().map(|digits| [digits.over, digits.rest, digits.value])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_digits_where_they_stand_in_it() {
        let places = |part: &str| (0..=12 - part.len() as u32).map(|at| (at, part.to_owned())).collect::<Vec<_>>();
        let numbers = [0, 7, 70, 77, 707, 1_077, 770_000, 107_701, 77_000_000_000, 999_999_999_999, 123_456_770_123];
        for part in ["7", "77", "707", "0077", "700000"] {
            for (at, part) in places(part) {
                let rest = 10_u64.pow(part.len() as u32);
                let digits = Digits { of: 0, over: 10_u64.pow(at), rest, value: part.parse().unwrap() };
                let tables = DigitTables::of(&[digits]);
                for number in numbers {
                    let written = format!("{number:012}");
                    let end = written.len() - at as usize;
                    assert_eq!(tables.has(number), written[..end].ends_with(&part), "{part} before {at} of {number}");
                }
            }
        }
    }

    #[test]
    fn one_of_the_digits_is_enough() {
        assert!(!DigitTables::of(&[]).has(0));
        let digits = |of: usize| [1, 100, 10_000].map(|over| Digits { of, over, rest: 100, value: 77 });
        let tables = DigitTables::of(&digits(0));
        assert!(tables.is_of(&digits(5)) && !tables.is_of(&digits(5)[1..]));
        for (number, has) in [(77, true), (7_700, true), (770_000, true), (770, false), (77_000, false), (7_070, false)]
        {
            assert_eq!(tables.has(number), has, "{number}");
        }
    }
}
