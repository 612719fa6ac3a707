//! Canonical JSON: one value, one sequence of bytes.
//!
//! Keys sorted by their bytes, no white space, strings escaped as little as JSON allows, whole numbers only.
//! For the ASCII keys used here this is RFC 8785 (JCS) without its floats: a number with a fraction or an
//! exponent is an error, because readers do not agree on what it means.

use serde::Serialize;
use serde_json::Value;
use thiserror::Error;

/// The value has no canonical form.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CanonicalError {
    /// It holds a number that is not whole.
    #[error("{0} is not a whole number: amounts are written as strings")]
    Fraction(String),
    /// It cannot be written as JSON at all.
    #[error("the value cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
}

/// Writes a value in canonical form.
pub(crate) fn to_bytes(value: &impl Serialize) -> Result<Vec<u8>, CanonicalError> {
    let mut out = Vec::new();
    write(&serde_json::to_value(value)?, &mut out)?;
    Ok(out)
}

/// Appends a list in canonical form, item by item: the tree of a whole list of transactions would take gigabytes.
pub(super) fn append_list(items: &[impl Serialize], out: &mut Vec<u8>) -> Result<(), CanonicalError> {
    out.push(b'[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write(&serde_json::to_value(item)?, out)?;
    }
    out.push(b']');
    Ok(())
}

fn write(value: &Value, out: &mut Vec<u8>) -> Result<(), CanonicalError> {
    match value {
        Value::Number(number) if number.is_f64() => return Err(CanonicalError::Fraction(number.to_string())),
        Value::Array(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write(item, out)?;
            }
            out.push(b']');
        }
        Value::Object(members) => {
            // Sorted here, so that no feature of the JSON library decides the order.
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_unstable_by_key(|(key, _)| key.as_bytes());
            out.push(b'{');
            for (index, (key, member)) in sorted.into_iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                serde_json::to_writer(&mut *out, key)?;
                out.push(b':');
                write(member, out)?;
            }
            out.push(b'}');
        }
        scalar => serde_json::to_writer(out, scalar)?,
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn writes_one_form_for_one_value() {
        let value = json!({"b": [1, -2, null, true], "a": {"é": "\u{1}\"\\/\n\u{7f}é", "Z": ""}});
        let bytes = to_bytes(&value).unwrap();
        assert_eq!(
            std::str::from_utf8(&bytes).unwrap(),
            "{\"a\":{\"Z\":\"\",\"é\":\"\\u0001\\\"\\\\/\\n\u{7f}é\"},\"b\":[1,-2,null,true]}"
        );
        assert_eq!(serde_json::from_slice::<Value>(&bytes).unwrap(), value);
    }

    #[test]
    fn refuses_fractions() {
        assert!(matches!(to_bytes(&json!([{"amount": 0.1}])), Err(CanonicalError::Fraction(_))));
    }
}
