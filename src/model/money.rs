//! Exact money: a whole number of millionths of a currency unit, never a float.
//!
//! Six decimals hold every currency of ISO 4217 (at most four) and the five or six decimals that
//! brokers print, and leave room for ±9.2 trillion units in an `i64`.

use std::fmt;

use thiserror::Error;

use super::Currency;
use super::words::words;

/// Millionths in one unit.
const SCALE: i64 = 1_000_000;
/// Decimals that an amount can carry.
const DECIMALS: usize = 6;

/// Millionths of a currency unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Micros(i64);

impl Micros {
    /// Zero.
    pub const ZERO: Micros = Micros(0);

    /// Wraps the stored number.
    pub fn new(millionths: i64) -> Micros {
        Micros(millionths)
    }

    /// Returns the stored number.
    pub fn get(self) -> i64 {
        self.0
    }

    /// Returns the sum, or nothing when it does not fit.
    pub fn checked_add(self, other: Micros) -> Option<Micros> {
        self.0.checked_add(other.0).map(Micros)
    }

    /// Returns the difference, or nothing when it does not fit.
    pub fn checked_sub(self, other: Micros) -> Option<Micros> {
        self.0.checked_sub(other.0).map(Micros)
    }

    /// Returns the number with the other sign, or nothing for the one value that has none.
    pub fn checked_neg(self) -> Option<Micros> {
        self.0.checked_neg().map(Micros)
    }
}

/// An exact amount of one currency. Negative is out of the account.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Amount {
    micros: Micros,
    currency: Currency,
}

words! {
    /// The character that separates units from decimals. The other of the two groups thousands.
    pub enum DecimalMark: "a decimal mark" {
        /// `1,234.56`
        Dot = "dot",
        /// `1.234,56`
        Comma = "comma",
    }
}

/// Why a text is not an amount, or why two amounts cannot be combined.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum MoneyError {
    /// There is no number in the text.
    #[error("the amount is empty")]
    Empty,
    /// The text is not a number in one of the forms that [`Amount::parse`] reads.
    #[error("{0:?} is not an amount")]
    NotANumber(String),
    /// More decimals than can be kept exactly.
    #[error("{0:?} has more than six decimals")]
    TooPrecise(String),
    /// The number, or a sum, does not fit.
    #[error("{0} does not fit: amounts go up to 9223372036854.775807")]
    Overflow(String),
    /// Two currencies in one sum.
    #[error("{0} and {1} cannot be added")]
    CurrencyMismatch(Currency, Currency),
}

impl Amount {
    /// Makes an amount from millionths of a unit, the form in which it is stored.
    pub fn from_micros(micros: Micros, currency: Currency) -> Self {
        Amount { micros, currency }
    }

    /// Returns zero in `currency`.
    pub fn zero(currency: Currency) -> Self {
        Amount { micros: Micros::ZERO, currency }
    }

    /// Returns millionths of a unit.
    pub fn micros(&self) -> Micros {
        self.micros
    }

    /// Returns the currency.
    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// Returns whether money left the account.
    pub fn is_negative(&self) -> bool {
        self.micros < Micros::ZERO
    }

    /// Returns the sum.
    ///
    /// # Errors
    ///
    /// When the currencies differ or the sum does not fit.
    pub fn checked_add(self, other: Amount) -> Result<Amount, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::CurrencyMismatch(self.currency, other.currency));
        }
        let micros =
            self.micros.checked_add(other.micros).ok_or_else(|| MoneyError::Overflow(format!("{self} + {other}")))?;
        Ok(Amount { micros, ..self })
    }

    /// Returns the amount with the other sign.
    ///
    /// # Errors
    ///
    /// When the amount is the lowest that can be kept, which has no positive counterpart.
    pub fn checked_neg(self) -> Result<Amount, MoneyError> {
        let micros = self.micros.checked_neg().ok_or_else(|| MoneyError::Overflow(self.to_string()))?;
        Ok(Amount { micros, ..self })
    }

    /// Returns the amount without its sign.
    ///
    /// # Errors
    ///
    /// When the amount is the lowest that can be kept, which has no positive counterpart.
    pub fn checked_abs(self) -> Result<Amount, MoneyError> {
        if self.is_negative() { self.checked_neg() } else { Ok(self) }
    }

    /// Reads a plain or human-written decimal number.
    ///
    /// Accepted around the digits: currency symbols (`$ £ € ¥ ₹`), spaces of
    /// every kind, apostrophes and the other mark as grouping, `+` or `-` (also U+2212 and U+2013) before or
    /// after, parentheses for negative, and a `CR` or `DR` suffix (`DR` is negative). Groups must
    /// have three digits after the first, so that `1.5` read with a comma mark is an error
    /// and not fifteen.
    ///
    /// # Errors
    ///
    /// When the text is no amount, has more than six decimals, or does not fit.
    pub fn parse(text: &str, mark: DecimalMark, currency: Currency) -> Result<Amount, MoneyError> {
        if let Some(micros) = parse_plain(text.as_bytes(), mark) {
            return Ok(Amount { micros: Micros(micros), currency });
        }
        parse_human(text, mark).map(|micros| Amount { micros: Micros(micros), currency })
    }

    /// Returns the decimal text: at least the currency's minor digits, more only where they are not zero.
    fn decimal(&self) -> String {
        let whole = self.micros.0.unsigned_abs() / SCALE.unsigned_abs();
        let fraction = self.micros.0.unsigned_abs() % SCALE.unsigned_abs();
        let digits = format!("{fraction:06}");
        let kept = digits.trim_end_matches('0').len().max(self.currency.minor_digits());
        let sign = if self.is_negative() { "-" } else { "" };
        if kept == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{}", &digits[..kept]) }
    }
}

/// Reads `[+-]?digits(mark digits{0,6})?` or nothing: the form of nearly every row, read fast.
fn parse_plain(bytes: &[u8], mark: DecimalMark) -> Option<i64> {
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

/// Removes signs and symbols, then checks the grouping and reads the digits.
fn parse_human(text: &str, mark: DecimalMark) -> Result<i64, MoneyError> {
    let not_a_number = || MoneyError::NotANumber(text.to_owned());
    let (mark_char, group_char) = match mark {
        DecimalMark::Dot => ('.', ','),
        DecimalMark::Comma => (',', '.'),
    };
    let mut negatives = 0;
    let mut body = String::new();
    let mut letters = String::new();
    for c in text.chars() {
        match c {
            '0'..='9' => body.push(c),
            c if c == mark_char => body.push('.'),
            c if c == group_char || c == '\'' || c == '\u{2019}' => body.push(','),
            // Spaces may group thousands; elsewhere they mean nothing.
            c if c.is_whitespace() || c == '\u{feff}' => body.push(' '),
            // Of a pair of parentheses, the opening one counts as the minus.
            '-' | '\u{2212}' | '\u{2013}' | '(' => negatives += 1,
            '+' | ')' | '$' | '£' | '€' | '¥' | '₹' => {}
            c if c.is_ascii_alphabetic() => letters.push(c.to_ascii_uppercase()),
            _ => return Err(not_a_number()),
        }
    }
    match letters.as_str() {
        "" | "CR" => {}
        "DR" => negatives += 1,
        _ => return Err(not_a_number()),
    }
    let body = body.trim();
    if body.is_empty() {
        return Err(if text.trim().is_empty() { MoneyError::Empty } else { not_a_number() });
    }
    let (whole, fraction) = body.split_once('.').unwrap_or((body, ""));
    let whole = ungroup(whole).ok_or_else(not_a_number)?;
    let fraction = fraction.trim_end_matches('0');
    if !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return Err(not_a_number());
    }
    if fraction.len() > DECIMALS {
        return Err(MoneyError::TooPrecise(text.to_owned()));
    }
    // `--12.34` is how one bank writes a credit: two minus signs cancel.
    let sign = if negatives % 2 == 1 { "-" } else { "" };
    let plain = format!("{sign}{whole}.{fraction}");
    parse_plain(plain.as_bytes(), DecimalMark::Dot).ok_or_else(|| MoneyError::Overflow(text.trim().to_owned()))
}

/// Returns the digits without their grouping, or nothing when a group after the first has not three digits.
fn ungroup(whole: &str) -> Option<String> {
    let mut groups = whole.split([',', ' ']);
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let grouped = !rest.is_empty();
    let sound = rest.iter().all(|g| g.len() == 3) && (!grouped || (1..=3).contains(&first.len()));
    sound.then(|| if whole.is_empty() { "0".to_owned() } else { [first, &rest.concat()].concat() })
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.decimal())
    }
}

impl fmt::Debug for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.decimal(), self.currency)
    }
}

/// An amount is an exact decimal string in JSON: a number loses cents in some readers.
impl serde::Serialize for Amount {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.decimal())
    }
}

#[cfg(test)]
#[path = "../../tests/unit/model/money.rs"]
mod tests;
