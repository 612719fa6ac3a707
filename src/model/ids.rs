//! Typed identifiers: an id of one kind cannot be passed where another is expected.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::symbols::ALPHABET;

/// The text is not an identifier of the expected kind.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{text:?} is not {expected}")]
pub struct IdError {
    text: String,
    expected: &'static str,
}

/// The index of a row among the rows of its statement: in file order, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowPosition(u32);

impl RowPosition {
    /// Wraps an index.
    pub fn new(index: u32) -> RowPosition {
        RowPosition(index)
    }

    /// Returns the index.
    pub fn get(self) -> u32 {
        self.0
    }
}

/// Defines a numbered id that is written with a prefix, such as `acc-3`. `Deserialize` reads that form only; `FromStr` is
/// for what a person types, and reads the number alone as well.
macro_rules! numbered_id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal, $expected:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(i64);

        impl $name {
            /// Wraps the stored number.
            pub fn new(number: i64) -> Self {
                $name(number)
            }

            /// Returns the stored number.
            pub fn number(self) -> i64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                // Ids are written by the hundred thousand, and hardly ever padded.
                if f.width().is_none() && f.precision().is_none() {
                    return write!(f, concat!($prefix, "{}"), self.0);
                }
                f.pad(&format!(concat!($prefix, "{}"), self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let digits = text.strip_prefix($prefix).unwrap_or(text);
                let number = digits.parse().ok().filter(|n| *n > 0 && digits.bytes().all(|b| b.is_ascii_digit()));
                number.map($name).ok_or_else(|| IdError { text: text.to_owned(), expected: $expected })
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                let id: Self = text.parse().map_err(serde::de::Error::custom)?;
                let exact = id.to_string() == text;
                exact.then_some(id).ok_or_else(|| serde::de::Error::custom(format!("{text:?} is not {}", $expected)))
            }
        }
    };
}

/// Defines an id that is a fixed number of characters of [`ALPHABET`].
macro_rules! random_id {
    ($(#[$doc:meta])* $name:ident, $length:literal, $expected:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Characters of the written form; each carries five bits.
            pub const LENGTH: usize = $length;

            /// Makes the id from one random byte for each character.
            pub fn from_random(bytes: [u8; $length]) -> Self {
                $name(bytes.iter().map(|b| char::from(ALPHABET[usize::from(b % 32)])).collect())
            }

            /// Returns the written form.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                if text.len() != $length || !text.bytes().all(|b| ALPHABET.contains(&b)) {
                    return Err(IdError { text: text.to_owned(), expected: $expected });
                }
                Ok($name(text.to_owned()))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

numbered_id!(
    /// An account of the vault, written `acc-1`.
    AccountId, "acc-", "an account id such as acc-1"
);
numbered_id!(
    /// One accepted export file, written `imp-1`.
    ImportId, "imp-", "an import id such as imp-1"
);
numbered_id!(
    /// A transaction, written `txn-1`. Stable while any import attests the transaction.
    TransactionId, "txn-", "a transaction id such as txn-1"
);
numbered_id!(
    /// The position of an entry in the audit log, written as its number.
    AuditSeq, "", "an audit number"
);
numbered_id!(
    /// The id of a decision about two rows: `dec-3`.
    DecisionId, "dec-", "the id of a decision, such as dec-3"
);
numbered_id!(
    /// A rule of the policy, written as its number. No number is given twice.
    RuleId, "", "the number of a rule"
);
numbered_id!(
    /// A remembered answer about a layout, written as its number.
    AnswerId, "", "the number of an answer"
);

/// One statement of one import.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StatementId {
    /// The import.
    pub import: ImportId,
    /// Which of the statements of its file it is, in the order of the file, from 0.
    pub number: u32,
}

/// Two source rows, written as their numbers: `12-45`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PairId {
    row: u64,
    other: u64,
}

impl PairId {
    /// Names two rows by their numbers.
    pub fn new(row: u64, other: u64) -> PairId {
        PairId { row: row.min(other), other: row.max(other) }
    }

    /// Returns the numbers of the two rows, the smaller one first.
    pub fn rows(self) -> (u64, u64) {
        (self.row, self.other)
    }
}

impl fmt::Display for PairId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}-{}", self.row, self.other))
    }
}

impl FromStr for PairId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = |part: &str| part.parse().ok().filter(|_| part.bytes().all(|b| b.is_ascii_digit()));
        let found = text.split_once('-').and_then(|(row, other)| Some(PairId::new(number(row)?, number(other)?)));
        found.ok_or_else(|| IdError { text: text.to_owned(), expected: "the id of a pair, such as 12-45" })
    }
}

impl serde::Serialize for PairId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

random_id!(
    /// A grant: sixteen random characters, 80 bits.
    GrantId, 16, "a grant id: 16 characters of 2-9 and a-z without i and l"
);
random_id!(
    /// A vault: twenty-six random characters, 130 bits.
    VaultId, 26, "a vault id: 26 characters of 2-9 and a-z without i and l"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbered_ids_read_with_and_without_prefix() {
        assert_eq!("imp-7".parse::<ImportId>().unwrap(), ImportId::new(7));
        assert_eq!("7".parse::<ImportId>().unwrap().to_string(), "imp-7");
        for bad in ["", "imp-", "imp--1", "0", "-1", "+1", "acc-1", "99999999999999999999"] {
            assert!(bad.parse::<ImportId>().is_err(), "{bad}");
        }
        assert_eq!(serde_json::from_str::<ImportId>("\"imp-7\"").unwrap(), ImportId::new(7));
        assert!(serde_json::from_str::<ImportId>("\"7\"").is_err(), "JSON has one form");
        assert!(serde_json::from_str::<ImportId>("\"imp-07\"").is_err());
    }

    #[test]
    fn random_ids_use_an_alphabet_without_look_alikes() {
        let id = GrantId::from_random([255; 16]);
        assert_eq!(id.to_string(), "zzzzzzzzzzzzzzzz");
        assert_eq!(id.as_str().parse::<GrantId>().unwrap(), id);
        assert!("zzzzzzzzzzzzzzz".parse::<GrantId>().is_err());
        assert!("zzzzzzzzzzzzzzzl".parse::<GrantId>().is_err());
        assert!("../../zzzzzzzzzz".parse::<GrantId>().is_err());
    }
}
