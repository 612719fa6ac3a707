//! Shapes of rows: what is written in their texts but for the digits, which is the same in many rows. `CAFE #12 ROME` and
//! `CAFE #77 ROME` are one shape, of a number with two digits.
//!
//! A shape is the bytes of the texts, folded, each ended by [`END`]; a text that is missing is [`MISSING`]. In place of digits stands
//! [`NUMBER`] or [`LONG`] and how many they are. The last byte says whether the row is pending. No text has a byte of these four.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::model::folded;
use crate::store::db::source_row::SourceRow;
use crate::store::db::wanted::Wanted;

/// Digits whose number is told.
const NUMBER: u8 = 0xF5;
/// Digits that are too many: an id, of which seldom a part is wanted.
const LONG: u8 = 0xF6;
const MISSING: u8 = 0xFE;
const END: u8 = 0xFF;

/// So many digits a number has at most.
pub(crate) const DIGITS: usize = 12;

/// Bits for the number with so many digits.
pub(crate) const WIDTHS: [u32; DIGITS + 1] = [0, 4, 7, 10, 14, 17, 20, 24, 27, 30, 34, 37, 40];

/// Which of the texts of a shape something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    Description = 0,
    Category = 2,
}

/// Makes the shape of a row, and passes on its numbers, each with how many digits it has.
pub(crate) fn shape_of<T: AsRef<str>>(row: &SourceRow<T>, shape: &mut Vec<u8>, mut number: impl FnMut(u64, u32)) {
    shape.clear();
    let others = [&row.memo, &row.category, &row.check_number, &row.transaction_type, &row.bank_id];
    let others = others.into_iter().map(|text| text.as_ref().map(T::as_ref));
    for text in std::iter::once(Some(row.description.as_ref())).chain(others) {
        match text {
            None => shape.push(MISSING),
            Some(text) if text.is_ascii() => add_text(text.as_bytes(), shape, &mut number),
            Some(text) => add_text(folded(text).as_bytes(), shape, &mut number),
        }
        shape.push(END);
    }
    shape.push(row.pending.into());
}

/// Adds a text that is folded, or is but for capital letters.
fn add_text(text: &[u8], shape: &mut Vec<u8>, mut number: impl FnMut(u64, u32)) {
    let mut rest = text;
    while let Some(at) = rest.iter().position(u8::is_ascii_digit) {
        let (before, from) = rest.split_at(at);
        add_lower_case(before, shape);
        let count = from.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(from.len());
        let (digits, behind) = from.split_at(count);
        if count <= DIGITS {
            number(value(digits), count as u32);
            shape.extend_from_slice(&[NUMBER, count as u8]);
        } else {
            digits.chunks(u8::MAX.into()).for_each(|some| shape.extend_from_slice(&[LONG, some.len() as u8]));
        }
        rest = behind;
    }
    add_lower_case(rest, shape);
}

fn add_lower_case(text: &[u8], shape: &mut Vec<u8>) {
    let from = shape.len();
    shape.extend_from_slice(text);
    shape[from..].make_ascii_lowercase();
}

fn value(digits: &[u8]) -> u64 {
    digits.iter().fold(0, |value, digit| 10 * value + u64::from(digit - b'0'))
}

/// A byte of a text.
#[derive(Clone, Copy, Debug)]
enum Symbol {
    Byte(u8),
    /// A digit of a number of the row: which number, and which digit, both from 0.
    Digit(usize, u32),
    /// Any digit.
    Any,
}

/// A shape that was read.
#[derive(Debug)]
pub(crate) struct Shape {
    texts: Vec<Option<Vec<Symbol>>>,
    pending: bool,
    /// How many digits each number has.
    pub numbers: Vec<u32>,
}

/// That some digits of a number of a row have a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Digits {
    /// Which number.
    pub of: usize,
    /// What the number is divided by, and what the value is the rest of the result by.
    pub over: u64,
    pub rest: u64,
    pub value: u64,
}

impl Digits {
    /// Returns whether a number has them.
    pub(crate) fn are_in(&self, number: u64) -> bool {
        number / self.over % self.rest == self.value
    }
}

/// Which rows of a shape are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fit {
    None,
    /// Every one, or what is wanted of them is not known.
    All,
    /// Those of which each of these lists has one whose digits all are in the numbers of the row.
    Some(Vec<Vec<Vec<Digits>>>),
}

impl Fit {
    /// Returns whether a row with these numbers is wanted.
    ///
    /// # Errors
    /// The first one of a number.
    pub(crate) fn has<E>(&self, mut numbers: impl FnMut(usize) -> Result<u64, E>) -> Result<bool, E> {
        let Fit::Some(lists) = self else { return Ok(*self == Fit::All) };
        let mut all_in =
            |one: &[Digits]| one.iter().try_fold(true, |all, digits| Ok(all && digits.are_in(numbers(digits.of)?)));
        for list in lists {
            let mut is_any = false;
            for one in list {
                is_any = is_any || all_in(one)?;
            }
            if !is_any {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Returns the digits of which one makes a row wanted, each of a single number; `None` where it takes more than that.
    pub(crate) fn alternatives(&self) -> Option<Vec<Digits>> {
        let Fit::Some(lists) = self else { return None };
        let [list] = lists.as_slice() else { return None };
        list.iter().map(|one| <[Digits; 1]>::try_from(one.as_slice()).ok().map(|[digits]| digits)).collect()
    }

    /// Returns which numbers of a row tell whether it is wanted.
    pub(crate) fn numbers(&self) -> BTreeSet<usize> {
        match self {
            Fit::None | Fit::All => BTreeSet::new(),
            Fit::Some(lists) => lists.iter().flatten().flatten().map(|digits| digits.of).collect(),
        }
    }
}

impl Shape {
    /// Reads a shape. Whatever it is, something is read.
    pub(crate) fn read(bytes: &[u8]) -> Shape {
        let (mut texts, mut open, mut numbers) = (Vec::new(), Some(Vec::new()), Vec::new());
        let (pending, bytes) = bytes.split_last().unwrap_or((&0, &[]));
        let mut bytes = bytes.iter();
        while let Some(byte) = bytes.next() {
            let Some(text) = &mut open else {
                // What is missing has an end, too.
                texts.push(None);
                open = Some(Vec::new());
                continue;
            };
            match *byte {
                MISSING => open = None,
                END => texts.push(open.replace(Vec::new())),
                NUMBER => {
                    let digits = u32::from(*bytes.next().unwrap_or(&0)).min(DIGITS as u32);
                    text.extend((0..digits).map(|at| Symbol::Digit(numbers.len(), at)));
                    numbers.push(digits);
                }
                LONG => text.extend((0..*bytes.next().unwrap_or(&0)).map(|_| Symbol::Any)),
                byte => text.push(Symbol::Byte(byte)),
            }
        }
        Shape { texts, pending: *pending != 0, numbers }
    }

    /// Returns which rows of the shape are wanted, whatever their amounts.
    pub(crate) fn fit(&self, wanted: &Wanted) -> Fit {
        let category = self.text(Field::Category);
        let is_of_state = wanted.pending.is_none_or(|pending| pending == self.pending)
            && (!wanted.uncategorised || category.is_none_or(<[Symbol]>::is_empty));
        if !is_of_state {
            return Fit::None;
        }
        let mut lists = Vec::new();
        for part in &wanted.parts {
            let all = self.texts.iter().flatten();
            let each = all.flat_map(|text| (0..=text.len()).filter_map(|at| self.digits(text.get(at..)?, part)));
            lists.push(each.collect::<Vec<_>>());
        }
        if !wanted.categories.is_empty() {
            let named = wanted
                .categories
                .iter()
                .filter_map(|name| category.filter(|text| text.len() == name.len()).zip(Some(name)));
            lists.push(named.filter_map(|(text, name)| self.digits(text, name)).collect());
        }
        if lists.iter().any(Vec::is_empty) {
            return Fit::None;
        }
        lists.retain(|list| !list.iter().any(Vec::is_empty));
        if lists.is_empty() { Fit::All } else { Fit::Some(lists) }
    }

    fn text(&self, field: Field) -> Option<&[Symbol]> {
        self.texts.get(field as usize)?.as_deref()
    }

    /// Returns whether a text is the same in all rows of both shapes.
    pub(crate) fn has_same(&self, other: &Shape, field: Field) -> bool {
        let same =
            |(one, other): (&Symbol, &Symbol)| matches!((one, other), (Symbol::Byte(a), Symbol::Byte(b)) if a == b);
        match (self.text(field), other.text(field)) {
            (Some(one), Some(other)) => one.len() == other.len() && one.iter().zip(other).all(same),
            (one, other) => one.is_none() && other.is_none(),
        }
    }

    /// Returns which digits have to be in the numbers of a row for symbols to begin with a part; `None` where they never do.
    fn digits(&self, symbols: &[Symbol], part: &str) -> Option<Vec<Digits>> {
        let begin = symbols.get(..part.len())?;
        let mut found: Vec<Digits> = Vec::new();
        for (symbol, byte) in begin.iter().zip(part.bytes()) {
            match *symbol {
                Symbol::Byte(own) if own == byte => {}
                Symbol::Any if byte.is_ascii_digit() => {}
                Symbol::Digit(of, at) if byte.is_ascii_digit() => {
                    let over = 10_u64.pow(self.numbers.get(of)?.checked_sub(at + 1)?);
                    let digit = u64::from(byte - b'0');
                    match found.last_mut().filter(|digits| digits.of == of) {
                        Some(digits) => {
                            *digits = Digits { of, over, rest: 10 * digits.rest, value: 10 * digits.value + digit };
                        }
                        None => found.push(Digits { of, over, rest: 10, value: digit }),
                    }
                }
                _ => return None,
            }
        }
        Some(found)
    }

    /// Writes a text of a row with these numbers, of which those that are not told have `unknown` as digits. Returns whether there is
    /// such a text.
    pub(crate) fn write(&self, field: Field, numbers: impl Fn(usize) -> u64, unknown: u8, text: &mut Vec<u8>) -> bool {
        text.clear();
        let Some(symbols) = self.text(field) else { return false };
        text.extend(symbols.iter().map(|symbol| match *symbol {
            Symbol::Byte(byte) => byte,
            Symbol::Any => unknown,
            Symbol::Digit(of, at) => {
                let digits = self.numbers.get(of).copied().unwrap_or_default();
                let over = 10_u64.pow(digits.saturating_sub(at + 1));
                b'0' + (numbers(of) / over % 10) as u8
            }
        }));
        true
    }

    /// Returns which numbers stand in a text.
    pub(crate) fn numbers_in(&self, field: Field) -> Range<usize> {
        let of = |symbol: &Symbol| match *symbol {
            Symbol::Digit(of, _) => Some(of),
            Symbol::Byte(_) | Symbol::Any => None,
        };
        let symbols = self.text(field).unwrap_or_default();
        let [first, last] = [symbols.iter().find_map(of), symbols.iter().rev().find_map(of)];
        first.zip(last).map(|(first, last)| first..last + 1).unwrap_or_default()
    }

    /// Returns the number with as many digits, all of them the same.
    pub(crate) fn number_of(&self, of: usize, digit: u8) -> u64 {
        (0..self.numbers.get(of).copied().unwrap_or_default()).fold(0, |value, _| 10 * value + u64::from(digit - b'0'))
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;
    use crate::model::{AccountId, Day};
    use crate::store::db::segment::SegmentId;
    use crate::store::db::source_row::StoredSourceRow;
    use crate::store::empty;

    fn row(description: &str, category: Option<&str>) -> StoredSourceRow {
        let row = empty::row(AccountId::new(1), SegmentId::new(1).unwrap(), Day::FIRST, 0);
        let category = category.map(str::to_owned);
        StoredSourceRow {
            description: description.to_owned(),
            category,
            memo: None,
            bank_id: None,
            pending: false,
            ..row
        }
    }

    fn shape(row: &StoredSourceRow) -> (Vec<u8>, Vec<u64>) {
        let (mut bytes, mut numbers) = (Vec::new(), Vec::new());
        shape_of(row, &mut bytes, |number, digits| {
            assert!(number < 1 << WIDTHS[digits as usize]);
            numbers.push(number);
        });
        (bytes, numbers)
    }

    /// Returns whether a row is wanted by its shape and its numbers.
    fn is_wanted(row: &StoredSourceRow, wanted: &Wanted) -> bool {
        let (bytes, numbers) = shape(row);
        Shape::read(&bytes).fit(wanted).has(|of| Ok::<u64, Infallible>(numbers[of])).unwrap()
    }

    #[test]
    fn rows_that_differ_in_digits_alone_have_one_shape() {
        let one = shape(&row("CAFE #12 Rome 900", Some("Food 1")));
        let other = shape(&row("Cafe #07 ROME 001", Some("food 2")));
        assert_eq!(one.0, other.0);
        assert_eq!((one.1, other.1), (vec![12, 900, 1], vec![7, 1, 2]));
        let others =
            [("Cafe #012 Rome 900", Some("Food 1")), ("Cafe #12 Rome 900", None), ("Cafe #12 Rome 900", Some(""))];
        let mut shapes: Vec<_> = others.map(|(text, category)| shape(&row(text, category)).0).into();
        shapes.push(shape(&StoredSourceRow { pending: true, ..row("Cafe #12 Rome 900", Some("Food 1")) }).0);
        shapes.push(one.0);
        shapes.sort();
        shapes.dedup();
        assert_eq!(shapes.len(), 5);
    }

    #[test]
    fn a_part_is_in_a_shape_where_it_is_in_the_text() {
        let texts = ["CAFÉ #012 Zürich 08154711", "", "7", "77a7", "x 123456789012 y", "ΣΊΣΥΦΟΣ 5", "1-2-3"];
        let parts = [
            "",
            "7",
            "77",
            "012",
            "#01",
            "#02",
            "h 081",
            "h 0815471",
            "h 0815472",
            "a7",
            "7a",
            "7b",
            "é",
            "σ 5",
            "2-3",
            "2-4",
            "9012 y",
            "0012",
            "47112",
        ];
        for (text, part) in texts.iter().flat_map(|text| parts.map(|part| (text, part))) {
            let wanted = Wanted { parts: vec![part.to_owned()], ..Wanted::default() };
            assert_eq!(is_wanted(&row(text, None), &wanted), folded(text).contains(part), "{part:?} in {text:?}");
        }
        // How many digits there are is no letter.
        for digits in [13, 64, 65, 77, 90, 91, 255, 256, 330] {
            let text = format!("X{}ABC", "7".repeat(digits));
            let wanted = |part: String| Wanted { parts: vec![part], ..Wanted::default() };
            assert!(is_wanted(&row(&text, None), &wanted(folded(&text))), "{digits}");
            assert!(!is_wanted(&row(&text, None), &wanted(format!("x{}", "7".repeat(digits + 1)))), "{digits}");
        }
        // Of a long number no digit is told.
        let wanted = |part: &str| Wanted { parts: vec![part.to_owned()], ..Wanted::default() };
        let long = row("Card 4111111111111111 x", None);
        assert!(
            is_wanted(&long, &wanted("411")) && is_wanted(&long, &wanted("99 x")) && !is_wanted(&long, &wanted("9x"))
        );
    }

    #[test]
    fn categories_fit_as_a_whole() {
        let wanted = |name: &str| Wanted { categories: vec!["art".to_owned(), name.to_owned()], ..Wanted::default() };
        for (category, name, is) in [
            ("Food 12", "food 12", true),
            ("Food 12", "food 1", false),
            ("Food 12", "food 13", false),
            ("Art", "x", true),
        ] {
            assert_eq!(is_wanted(&row("x food 1", Some(category)), &wanted(name)), is, "{name:?} is {category:?}");
        }
        assert!(!is_wanted(&row("art", None), &wanted("x")));
        let none = Wanted { uncategorised: true, ..Wanted::default() };
        assert_eq!([None, Some(""), Some("x")].map(|of| is_wanted(&row("art", of), &none)), [true, true, false]);
        assert!(!is_wanted(&row("art", None), &Wanted { pending: Some(true), ..Wanted::default() }));
    }

    #[test]
    fn writes_the_texts_of_rows() {
        let (bytes, numbers) = shape(&row("Cafe #007 Rome 4111111111111111 12", None));
        let (shape, mut text) = (Shape::read(&bytes), Vec::new());
        assert!(shape.write(Field::Description, |of| numbers[of], b'9', &mut text));
        assert_eq!(text, b"cafe #007 rome 9999999999999999 12");
        assert!(!shape.write(Field::Category, |_| 0, b'0', &mut text));
        assert_eq!((shape.numbers_in(Field::Description), shape.numbers_in(Field::Category)), (0..2, 0..0));
        assert_eq!((shape.number_of(0, b'9'), shape.number_of(1, b'0')), (999, 0));
    }
}
