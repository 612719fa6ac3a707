//! Reads and writes values in JSON by their `Display` and `FromStr`.

use std::fmt::Display;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serializer};

/// A list of such values: `#[serde(with = "list")]`.
pub(super) mod list {
    use super::*;

    /// Writes every item by its `Display`.
    pub(crate) fn serialize<T: Display, S: Serializer>(items: &[T], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(items.iter().map(ToString::to_string))
    }

    /// Reads every item by its `FromStr`.
    pub(crate) fn deserialize<'de, T, D>(deserializer: D) -> Result<Vec<T>, D::Error>
    where
        T: FromStr<Err: Display>,
        D: Deserializer<'de>,
    {
        let texts = Vec::<String>::deserialize(deserializer)?;
        texts.iter().map(|text| text.parse().map_err(serde::de::Error::custom)).collect()
    }
}

/// A field that may be absent, null or a value: `#[serde(with = "shown")]` on an `Option<Option<T>>`.
///
/// Absent is not shared, null is shared and not known.
pub(super) mod shown {
    use super::*;

    /// Writes the inner option; the outer one is skipped by the caller's attribute.
    pub(crate) fn serialize<T: serde::Serialize, S: Serializer>(
        value: &Option<Option<T>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serde::Serialize::serialize(&value.as_ref().and_then(Option::as_ref), serializer)
    }

    /// A field that is there at all is `Some`.
    pub(crate) fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Option<T>>, D::Error> {
        Option::deserialize(deserializer).map(Some)
    }
}

/// Implements `Display`, `FromStr`, `Serialize` and `Deserialize` for an enum that has `ALL` and `as_str`.
macro_rules! named {
    ($name:ident, $what:literal) => {
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::share::text::UnknownName;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let wanted = text.trim();
                Self::ALL.iter().find(|item| item.as_str().eq_ignore_ascii_case(wanted)).copied().ok_or_else(|| {
                    let names: Vec<&str> = Self::ALL.iter().map(|item| item.as_str()).collect();
                    $crate::share::text::UnknownName::new(text, $what, &names)
                })
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

pub(super) use named;

/// The text names nothing of its kind; the message lists what there is.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("{found:?} is not {what}: one of {names} is expected")]
pub struct UnknownName {
    found: String,
    what: &'static str,
    names: String,
}

impl UnknownName {
    pub(super) fn new(found: &str, what: &'static str, names: &[&str]) -> UnknownName {
        // Shortened: the text may come from a file that somebody else wrote.
        UnknownName { found: found.chars().take(60).collect(), what, names: names.join(", ") }
    }
}
