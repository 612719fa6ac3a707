//! The text of an amount to millionths of a unit: one sign at one end, closed parentheses, or a suffix.
//!
//! Whatever could be something else is no amount: a day, a telephone number, a bracket that is not closed, two signs.

use super::minus::{is_minus, side};
use super::words::words;
use super::{Currency, denomination};

/// Decimals that an amount can carry.
const DECIMALS: usize = 6;

words! {
    /// The character that separates units from decimals. The other of the two groups thousands.
    pub enum DecimalMark: "a decimal mark" {
        /// `1,234.56`
        Dot = "dot",
        /// `1.234,56`
        Comma = "comma",
    }
}

/// Why a text is no amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    Empty,
    NotANumber,
    TooPrecise,
    Overflow,
}

/// Reads `[+-]?digits(mark digits{0,6})?` or nothing: the form of nearly every row, read fast.
pub(super) fn plain(bytes: &[u8], mark: DecimalMark) -> Option<i64> {
    let (negative, digits) = match bytes {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    let mark = match mark {
        DecimalMark::Dot => b'.',
        DecimalMark::Comma => b',',
    };
    let mut units: i64 = 0;
    let mut whole_digits = 0;
    let mut decimals = None;
    for &byte in digits {
        match (byte, decimals) {
            (b'0'..=b'9', seen) => {
                units = units.checked_mul(10)?.checked_sub(i64::from(byte - b'0'))?;
                match seen {
                    None => whole_digits += 1,
                    Some(n) if n < DECIMALS => decimals = Some(n + 1),
                    Some(_) => return None,
                }
            }
            (b, None) if b == mark => decimals = Some(0),
            _ => return None,
        }
    }
    if whole_digits + decimals.unwrap_or(0) == 0 {
        return None;
    }
    for _ in decimals.unwrap_or(0)..DECIMALS {
        units = units.checked_mul(10)?;
    }
    // Counted downwards, because the lowest i64 has no positive.
    if negative { Some(units) } else { units.checked_neg() }
}

/// Reads an amount as people and banks write it.
pub(super) fn human(text: &str, mark: DecimalMark, currency: Currency) -> Result<i64, Fault> {
    let text = trimmed(text);
    if text.is_empty() {
        return Err(Fault::Empty);
    }
    let mut around = Around::of(mark);
    let number = around.peel(text, currency).ok_or(Fault::NotANumber)?;
    let (whole, fraction) = split(number, mark);
    // `25,-` is twenty-five, and `25,00-` is minus twenty-five: which one `25,-` without a space means is open.
    if around.signed_behind && fraction == Some("") {
        return Err(Fault::NotANumber);
    }
    let whole = ungrouped(whole, mark).ok_or(Fault::NotANumber)?;
    let fraction = fraction.unwrap_or_default();
    if !fraction.bytes().all(|b| b.is_ascii_digit()) || (whole.is_empty() && fraction.is_empty()) {
        return Err(Fault::NotANumber);
    }
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > DECIMALS {
        return Err(Fault::TooPrecise);
    }
    let sign = if around.negative { "-" } else { "" };
    let written = format!("{sign}{}{whole}.{fraction}", if whole.is_empty() { "0" } else { "" });
    plain(written.as_bytes(), DecimalMark::Dot).ok_or(Fault::Overflow)
}

/// Returns both readings of an amount that a person typed and that some read as thousands and others as a fraction: one
/// mark with three digits behind it, such as `1.000`. The first is the number of units, the second has a fraction that is
/// no group of thousands. A comma groups thousands in a currency that is written with other than three decimals.
pub(super) fn two_readings(text: &str, currency: Option<Currency>) -> Option<(String, String)> {
    let mut around = Around::of(DecimalMark::Dot);
    let number = around.peel(trimmed(text), currency.unwrap_or(Currency::NONE))?;
    let at = number.find(['.', ','])?;
    let (whole, mark, fraction) = (&number[..at], &number[at..=at], &number[at + 1..]);
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || whole.len() > 3 || fraction.len() != 3 {
        return None;
    }
    let is_open = match mark {
        // Nobody groups thousands as 0.500.
        "." => !whole.starts_with('0'),
        _ => whole.starts_with('0') || currency.is_none_or(|currency| currency.minor_digits() == 3),
    };
    let units = format!("{whole}{fraction}");
    let units = units.trim_start_matches('0');
    let decimals = match fraction.trim_end_matches('0') {
        all if all.len() == 3 => format!("{all}0"),
        some => format!("{some:0<2}"),
    };
    let units = if units.is_empty() { "0" } else { units };
    let sign = if around.negative { "-" } else { "" };
    // A currency that was typed is typed again, and the words of an amount are one argument.
    let named = currency.filter(|_| around.before + around.behind > 0);
    let written = |number: String| named.map_or(number.clone(), |code| format!("\"{number} {code}\""));
    is_open.then(|| (written(format!("{sign}{units}")), written(format!("{sign}{whole}.{decimals}"))))
}

/// What stands around the digits.
struct Around {
    mark: DecimalMark,
    negative: bool,
    /// Signs, pairs of parentheses and suffixes: at most one.
    signs: u32,
    /// Whether the sign is a `-` or `+` behind the digits.
    signed_behind: bool,
    opened: bool,
    closed: bool,
    /// Currencies before and behind: at most one each.
    before: u32,
    behind: u32,
}

impl Around {
    fn of(mark: DecimalMark) -> Around {
        let (negative, signed_behind, opened, closed) = (false, false, false, false);
        Around { mark, negative, signs: 0, signed_behind, opened, closed, before: 0, behind: 0 }
    }

    /// Takes signs, parentheses and currencies off both ends; nothing when they do not go together.
    fn peel<'a>(&mut self, text: &'a str, currency: Currency) -> Option<&'a str> {
        let mut rest = text;
        while let Some(next) = self.take_first(rest, currency) {
            rest = trimmed(next);
        }
        while let Some(next) = self.take_last(rest, currency) {
            rest = trimmed(next);
        }
        let fits = self.signs <= 1 && self.opened == self.closed && self.before <= 1 && self.behind <= 1;
        fits.then_some(rest)
    }

    fn take_first<'a>(&mut self, text: &'a str, currency: Currency) -> Option<&'a str> {
        if let Some(rest) = text.strip_prefix('(').filter(|_| !self.opened) {
            self.opened = true;
            self.sign(true);
            return Some(rest);
        }
        if let Some(sign) = text.chars().next().filter(|c| is_sign(*c)) {
            self.sign(sign != '+');
            return Some(&text[sign.len_utf8()..]);
        }
        let rest = text.get(denomination::before(text, currency)?..)?;
        self.before += 1;
        Some(rest)
    }

    fn take_last<'a>(&mut self, text: &'a str, currency: Currency) -> Option<&'a str> {
        if let Some(rest) = text.strip_suffix(')').filter(|_| self.opened && !self.closed) {
            self.closed = true;
            return Some(rest);
        }
        if let Some(sign) = text.chars().next_back().filter(|c| is_sign(*c)) {
            self.sign(sign != '+');
            self.signed_behind = true;
            return Some(&text[..text.len() - sign.len_utf8()]);
        }
        if let Some((is_out, length)) = side(text) {
            let rest = &text[..text.len() - length];
            // Banks that write `S` and `H` write a comma, too, where they write decimals.
            if length == 2 || self.mark == DecimalMark::Comma || !rest.contains(['.', ',']) {
                self.sign(is_out);
                return Some(rest);
            }
        }
        // `1,234(won)`
        if let Some((rest, named)) =
            text.strip_suffix(')').and_then(|text| text.rsplit_once('(')).filter(|_| !self.opened)
            && denomination::behind(named, currency) == Some(named.len())
        {
            self.behind += 1;
            return Some(rest);
        }
        let rest = text.get(..text.len() - denomination::behind(text, currency)?)?;
        self.behind += 1;
        Some(rest)
    }

    fn sign(&mut self, negative: bool) {
        self.signs += 1;
        self.negative = negative;
    }
}

/// Removes white space and marks of byte order at both ends.
fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}')
}

fn is_sign(c: char) -> bool {
    c == '+' || is_minus(c)
}

/// Splits a number at its decimal mark.
fn split(number: &str, mark: DecimalMark) -> (&str, Option<&str>) {
    let mark = match mark {
        DecimalMark::Dot => '.',
        DecimalMark::Comma => ',',
    };
    number.split_once(mark).map_or((number, None), |(whole, fraction)| (whole, Some(fraction)))
}

/// Returns the digits without their grouping, or nothing where it is none: groups have three digits after the first,
/// or, as in India, two and three at the end, and one separator.
fn ungrouped(whole: &str, mark: DecimalMark) -> Option<String> {
    let separator = whole.chars().find(|c| !c.is_ascii_digit());
    let Some(separator) = separator else { return Some(whole.to_owned()) };
    let other = if mark == DecimalMark::Dot { ',' } else { '.' };
    if !(separator == other || matches!(separator, '\'' | '\u{2019}') || separator.is_whitespace()) {
        return None;
    }
    let groups: Vec<&str> = whole.split(separator).collect();
    let (first, rest) = groups.split_first()?;
    let (last, middle) = rest.split_last()?;
    let digits = |group: &str, from: usize, to: usize| {
        (from..=to).contains(&group.len()) && group.bytes().all(|b| b.is_ascii_digit())
    };
    let thousands = digits(first, 1, 3) && rest.iter().all(|group| digits(group, 3, 3));
    let lakhs = separator == ','
        && mark == DecimalMark::Dot
        && digits(first, 1, 2)
        && middle.iter().all(|group| digits(group, 2, 2))
        && digits(last, 3, 3);
    (thousands || lakhs).then(|| groups.concat())
}
