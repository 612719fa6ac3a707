//! What the cells of a column look like at the start of a file.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::column::Column;
use super::records::Field;
use super::sample::Sample;
use crate::import::evidence::date::Parts;
use crate::import::evidence::number::{is_masked, masked_word};
use crate::model::{Amount, Currency, DecimalMark};

/// Digits without a mark that are a number of something rather than money, whatever the currency.
const LONG_NUMBER: usize = 10;

/// What the first cells of a column hold.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Content {
    /// Cells that are not blank, nor a dash for it.
    pub(super) filled: usize,
    days: usize,
    amounts: usize,
    /// Whether an amount has a minus, and whether one has decimals.
    has_minus: bool,
    has_mark: bool,
    codes: usize,
    /// Cells that may be a number of an account: six digits and more, none of them masked.
    numbers: usize,
    /// Whether all filled cells say the same, and it is zero or no number of money.
    same: bool,
    no_money: bool,
    /// Rows that were looked at.
    rows: usize,
    /// The same for columns that say the same in every row.
    pub(super) cells: u64,
}

impl Content {
    /// Returns whether most cells are days, or nothing speaks against it.
    pub(super) fn may_hold_days(self) -> bool {
        self.filled == 0 || self.days * 2 >= self.filled
    }

    /// Returns whether most cells are amounts, or nothing speaks against it.
    pub(super) fn may_hold_amounts(self) -> bool {
        self.filled == 0 || self.amounts * 2 >= self.filled
    }

    /// Returns whether cells hold days, and nothing else.
    pub(super) fn holds_days(self) -> bool {
        self.filled > 0 && self.days == self.filled
    }

    /// Returns whether cells hold amounts with decimals or a sign, and nothing else.
    pub(super) fn holds_amounts(self) -> bool {
        self.filled > 0 && self.amounts == self.filled
    }

    /// Returns whether a cell is an amount.
    pub(super) fn has_amounts(self) -> bool {
        self.amounts > 0
    }

    /// Returns whether cells hold amounts, and nothing else, one with a minus and one with decimals.
    pub(super) fn holds_signed_amounts(self) -> bool {
        self.holds_amounts() && self.has_minus && self.has_mark
    }

    /// Returns whether most cells are codes of currencies, or nothing speaks against it.
    pub(super) fn may_hold_codes(self) -> bool {
        self.filled == 0 || self.codes * 2 >= self.filled
    }

    /// Returns whether cells say something, and none is the whole number of an account.
    pub(super) fn holds_no_numbers(self) -> bool {
        self.filled > 0 && self.numbers == 0
    }

    /// Returns whether cells say something, and all of them the same.
    pub(super) fn says_one_thing(self) -> bool {
        self.filled > 0 && self.same
    }

    /// Returns whether three rows and more say the same.
    pub(super) fn is_constant(self) -> bool {
        self.same && self.filled >= 3 && self.filled == self.rows
    }

    /// Returns whether three rows and more say the same, which is no amount that moved: zero, or a long number without a mark.
    pub(super) fn is_no_money(self) -> bool {
        self.is_constant() && self.no_money
    }

    /// Returns whether no row says anything.
    pub(super) fn is_always_blank(self) -> bool {
        self.rows > 0 && self.filled == 0
    }

    /// Returns whether every row says something.
    pub(super) fn is_always_filled(self) -> bool {
        self.rows > 0 && self.filled == self.rows
    }
}

/// Looks at the records behind the one at `header`; lines of one field are titles and footers.
pub(super) fn contents(sample: &Sample<'_>, header: usize) -> Vec<Content> {
    of(&sample.records[header + 1..].iter().map(|r| r.fields.as_slice()).collect::<Vec<_>>())
}

/// Looks at records.
pub(super) fn of(records: &[&[Field<'_>]]) -> Vec<Content> {
    let rows: Vec<&&[Field<'_>]> = records.iter().filter(|r| r.iter().filter(|f| !f.is_blank()).count() > 1).collect();
    let width = rows.iter().map(|r| r.len()).max().unwrap_or_default();
    (0..width).map(|index| column(&rows, Column::new(index))).collect()
}

fn column(rows: &[&&[Field<'_>]], column: Column) -> Content {
    let mut content = Content { same: true, rows: rows.len(), ..Content::default() };
    let (mut first, mut hasher) = (None, DefaultHasher::new());
    rows.iter().for_each(|r| column.of(r).text().hash(&mut hasher));
    content.cells = hasher.finish();
    for cell in rows.iter().map(|r| column.of(r)).filter(|cell| !cell.is_no_amount()) {
        let text = cell.text();
        content.filled += 1;
        content.days += usize::from(Parts::split(&text).is_some());
        content.amounts += usize::from(is_amount(&text));
        content.has_minus |= text.starts_with(['-', '\u{2212}']) || text.ends_with('-') || text.starts_with('(');
        content.has_mark |= text.contains(['.', ',']);
        content.codes += usize::from(text.parse::<Currency>().is_ok());
        content.numbers += usize::from(is_account_number(&text));
        content.same &= *first.get_or_insert_with(|| text.clone()) == text;
    }
    content.no_money = first.is_some_and(|text| {
        let is_long = (text.len() >= LONG_NUMBER || text.starts_with('0')) && text.bytes().all(|b| b.is_ascii_digit());
        is_long || !text.bytes().any(|b| (b'1'..=b'9').contains(&b))
    });
    content
}

/// Returns whether a text may be the whole number of an account.
fn is_account_number(text: &str) -> bool {
    text.bytes().filter(u8::is_ascii_digit).count() > 5 && masked_word(text).is_none() && !is_masked(text)
}

/// Returns whether a text is a letter and digits, such as `R1`. In front of `R1 234.50` the letter is a currency.
fn numbers_a_row(text: &str) -> bool {
    let behind = text.strip_prefix(char::is_alphabetic);
    behind.is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_digit()))
}

/// Returns whether a text is an amount with either decimal mark. A bare run of eight digits is rather a day.
pub(super) fn is_amount(text: &str) -> bool {
    let digits = text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) && Parts::split(text).is_some();
    let code = |t: &str| t.len() == 3 && t.bytes().all(|b| b.is_ascii_uppercase());
    let text = text.rsplit_once(' ').filter(|(_, last)| code(last)).map_or(text, |(number, _)| number);
    !digits
        && !numbers_a_row(text)
        && DecimalMark::ALL.iter().any(|mark| Amount::parse(text, *mark, Currency::NONE).is_ok())
}
