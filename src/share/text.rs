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

    /// Reads a field that is there at all as `Some`.
    pub(crate) fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Option<T>>, D::Error> {
        Option::deserialize(deserializer).map(Some)
    }
}
