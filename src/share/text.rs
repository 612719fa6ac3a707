//! Reads and writes fields that may be absent, null or a value.

use serde::{Deserialize, Deserializer, Serializer};

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
