//! Exact money: a whole number of millionths of a currency unit, never a float.
//!
//! Six decimals hold every currency of ISO 4217 (at most four) and the five or six decimals that
//! brokers print, and leave room for ±9.2 trillion units in an `i64`.

use std::fmt;

use thiserror::Error;

use super::Currency;
use super::decimal::{self, DecimalMark, Fault};
use super::denomination::Denomination;
use super::minus::side;

/// Millionths in one unit.
const SCALE: i64 = 1_000_000;

/// Millionths of a currency unit. Aligned to four bytes: with a currency, or as an option, it then takes 12 and not 16.
#[repr(Rust, packed(4))]
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

    /// Returns the sum of several, or nothing when it does not fit.
    pub fn checked_sum(mut all: impl Iterator<Item = Micros>) -> Option<Micros> {
        all.try_fold(Micros::ZERO, Micros::checked_add)
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
    /// The number is beside the sign, word or code of another currency.
    #[error("{0:?} is not in {1}")]
    OtherCurrency(String, Currency),
    /// A person may mean thousands or a fraction.
    #[error("{text:?} is {thousands} to some and {fraction} to others: write {thousands} or {fraction}")]
    TwoReadings {
        /// What was typed.
        text: String,
        /// The reading with thousands.
        thousands: String,
        /// The reading with a fraction.
        fraction: String,
    },
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

    /// Reads an amount as banks and people write it.
    ///
    /// It has at most one sign: `+` or `-` (also the other hyphens, dashes and minus signs of Unicode) at one end, closed
    /// parentheses, or a suffix `CR` or `DR` (`DR` is negative; with a comma mark or none `S` for it and `H`, too). At each end may stand a currency: a sign, a word or the code
    /// of `currency`, and of no other one; of any while it is [`Currency::NONE`]. Spaces between these parts mean nothing.
    /// Thousands are grouped by the other mark, apostrophes or spaces, in groups of three, or by commas as in India
    /// (`1,23,456.78`). So `1.5` read with a comma mark is an error and not fifteen; and days, telephone numbers and `(5.00`
    /// are no amounts.
    ///
    /// # Errors
    ///
    /// When the text is no amount, has more than six decimals, or does not fit.
    pub fn parse(text: &str, mark: DecimalMark, currency: Currency) -> Result<Amount, MoneyError> {
        let read = decimal::plain(text.as_bytes(), mark).map_or_else(|| decimal::human(text, mark, currency), Ok);
        read.map(|micros| Amount { micros: Micros(micros), currency }).map_err(|fault| match fault {
            Fault::Empty => MoneyError::Empty,
            Fault::NotANumber if is_other(text, mark, currency) => MoneyError::OtherCurrency(text.to_owned(), currency),
            Fault::NotANumber => MoneyError::NotANumber(text.to_owned()),
            Fault::TooPrecise => MoneyError::TooPrecise(text.to_owned()),
            Fault::Overflow => MoneyError::Overflow(text.trim().to_owned()),
        })
    }

    /// Reads an amount that a person types: as [`Amount::parse`] with a decimal point, but for what others would read
    /// otherwise, such as `1.000`. Without a currency it is of none.
    ///
    /// # Errors
    ///
    /// When the text has two readings, or as [`Amount::parse`].
    pub fn typed(text: &str, currency: Option<Currency>) -> Result<Amount, MoneyError> {
        // A person may mean seconds or hours.
        if side(text).is_some_and(|(_, length)| length == 1) {
            return Err(MoneyError::NotANumber(text.to_owned()));
        }
        if let Some((thousands, fraction)) = decimal::two_readings(text, currency) {
            return Err(MoneyError::TwoReadings { text: text.trim().to_owned(), thousands, fraction });
        }
        Amount::parse(text, DecimalMark::Dot, currency.unwrap_or(Currency::NONE))
    }

    /// Returns the decimal text: at least the currency's minor digits, more only where they are not zero.
    fn decimal(&self) -> String {
        let whole = self.micros.0.unsigned_abs() / SCALE.unsigned_abs();
        let fraction = self.micros.0.unsigned_abs() % SCALE.unsigned_abs();
        let (mut kept, mut digits) = (6, fraction);
        while kept > self.currency.minor_digits() && digits % 10 == 0 {
            (kept, digits) = (kept - 1, digits / 10);
        }
        let sign = if self.is_negative() { "-" } else { "" };
        if kept == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{digits:0kept$}") }
    }
}

/// Returns whether a text is an amount, but of another currency.
fn is_other(text: &str, mark: DecimalMark, currency: Currency) -> bool {
    Denomination::around(text).any(|beside| !beside.may_be(currency))
        && decimal::human(text, mark, Currency::NONE).is_ok()
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
