//! ISO 4217 currency codes.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// A currency, named by its three-letter ISO 4217 code.
///
/// Codes that ISO does not list are kept too (banks write `CNH`, brokers write `USX`): only the
/// shape is checked, three ASCII letters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

/// The text is not three ASCII letters.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("{0:?} is not a currency: three letters such as USD or EUR are expected")]
pub struct CurrencyError(pub String);

impl Currency {
    /// No currency, by ISO 4217: that of amounts whose currency is still asked.
    pub const NONE: Currency = Currency(*b"XXX");
    /// United States dollar.
    pub const USD: Currency = Currency(*b"USD");
    /// Euro.
    pub const EUR: Currency = Currency(*b"EUR");

    /// Returns the code, upper case.
    pub fn code(&self) -> &str {
        // Three ASCII letters are always UTF-8; `XXX` is the code of ISO 4217 for no currency.
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// Returns the number of digits after the decimal mark that the currency is written with (ISO 4217 minor unit).
    pub fn minor_digits(&self) -> usize {
        match &self.0 {
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"PYG" | b"RWF" | b"UGX"
            | b"UYI" | b"VND" | b"VUV" | b"XAF" | b"XOF" | b"XPF" => 0,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
            b"CLF" | b"UYW" => 4,
            _ => 2,
        }
    }
}

impl FromStr for Currency {
    type Err = CurrencyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes: [u8; 3] = text.trim().as_bytes().try_into().map_err(|_| CurrencyError(text.to_owned()))?;
        if !bytes.iter().all(u8::is_ascii_alphabetic) {
            return Err(CurrencyError(text.to_owned()));
        }
        Ok(Currency(bytes.map(|b| b.to_ascii_uppercase())))
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl serde::Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_three_letters_and_upper_case() {
        assert_eq!("usd".parse::<Currency>().unwrap().to_string(), "USD");
        assert_eq!(" EUR ".parse::<Currency>().unwrap(), Currency::EUR);
        for bad in ["", "US", "USDX", "U$D", "é1"] {
            assert!(bad.parse::<Currency>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn minor_units_follow_iso_4217() {
        assert_eq!("JPY".parse::<Currency>().unwrap().minor_digits(), 0);
        assert_eq!("BHD".parse::<Currency>().unwrap().minor_digits(), 3);
        assert_eq!(Currency::USD.minor_digits(), 2);
    }
}
