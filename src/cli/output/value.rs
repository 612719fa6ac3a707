//! JSON values in one line of text, their fields in an order that people read.

use serde_json::{Map, Value};

use crate::model::clean_for_display;

/// The order of parts and columns; other names follow in alphabetical order.
const ORDER: [&str; 31] = [
    "grant",
    "accounts",
    "transactions",
    "grantId",
    "recipient",
    "purpose",
    "scopes",
    "createdTime",
    "expirationTime",
    "accountId",
    "transactionId",
    "name",
    "accountType",
    "accountNumber",
    "accountNumberDisplay",
    "currency",
    "currentBalance",
    "balanceAsOf",
    "balanceSource",
    "availableBalance",
    "availableBalanceAsOf",
    "postedTimestamp",
    "amount",
    "debitCreditMemo",
    "description",
    "memo",
    "checkNumber",
    "category",
    "status",
    "version",
    "witness",
];

/// Returns any value in one line: `name=value` pairs, names in order.
pub(crate) fn one_line(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let pair = |(name, value): &(&String, &Value)| format!("{}={}", clean_for_display(name), one_line(value));
            ordered(fields).iter().map(pair).collect::<Vec<_>>().join(" ")
        }
        Value::Array(items) => items.iter().map(one_line).collect::<Vec<_>>().join(","),
        other => scalar(other),
    }
}

/// Returns a value in one line.
pub(crate) fn scalar(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::String(text) => clean_for_display(text).into_owned(),
        Value::Array(items) if items.is_empty() => "none".to_owned(),
        Value::Array(items) => items.iter().map(scalar).collect::<Vec<_>>().join(", "),
        other => clean_for_display(&other.to_string()).into_owned(),
    }
}

pub(crate) fn ordered(fields: &Map<String, Value>) -> Vec<(&String, &Value)> {
    let mut all: Vec<_> = fields.iter().collect();
    all.sort_by_key(|(name, _)| (rank(name), name.as_str()));
    all
}

pub(crate) fn rank(name: &str) -> usize {
    ORDER.iter().position(|known| *known == name).unwrap_or(ORDER.len())
}
