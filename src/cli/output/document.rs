//! A slice for people: terms as lines, data as tables. Works on any JSON, so that nothing in a slice can stay unseen.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::table::{Layout, render};
use super::{Cell, Sheet};
use crate::model::clean_for_display;

/// The order in which parts and columns are shown; what is not here follows by name.
const ORDER: [&str; 32] = [
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
    "payee",
    "checkNumber",
    "category",
    "status",
    "version",
    "witness",
];

/// Renders a whole document. Tables longer than `most_rows` are cut there, and say how many rows are not shown.
pub fn lines(document: &Value, layout: Layout, most_rows: usize) -> String {
    let mut out = String::new();
    let Value::Object(parts) = document else { return format!("{}\n", scalar(document)) };
    for (name, part) in ordered(parts) {
        match part {
            Value::Array(rows) if rows.iter().all(Value::is_object) && !rows.is_empty() => {
                let _ = writeln!(out, "\n{} ({})", clean_for_display(name), rows.len());
                out.push_str(&render(&sheet(&rows[..rows.len().min(most_rows)]), layout));
                if rows.len() > most_rows {
                    let _ = writeln!(out, "… and {} more, {} in all", rows.len() - most_rows, rows.len());
                }
            }
            Value::Object(fields) => {
                let _ = writeln!(out, "\n{}", clean_for_display(name));
                fields_of(&mut out, "  ", fields);
            }
            other => {
                let _ = writeln!(out, "{}: {}", clean_for_display(name), scalar(other));
            }
        }
    }
    out
}

/// Any value in one line: `name=value` pairs, names in order.
pub fn one_line(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let pair = |(name, value): &(&String, &Value)| format!("{}={}", clean_for_display(name), one_line(value));
            ordered(fields).iter().map(pair).collect::<Vec<_>>().join(" ")
        }
        Value::Array(items) => items.iter().map(one_line).collect::<Vec<_>>().join(","),
        other => scalar(other),
    }
}

fn fields_of(out: &mut String, indent: &str, fields: &Map<String, Value>) {
    for (name, value) in ordered(fields) {
        let name = clean_for_display(name);
        match value {
            Value::Object(inner) => {
                let _ = writeln!(out, "{indent}{name}:");
                fields_of(out, &format!("{indent}  "), inner);
            }
            Value::Array(items) if items.iter().any(Value::is_object) => {
                let _ = writeln!(out, "{indent}{name}:");
                for item in items {
                    let _ = match (item.get("label"), item.get("term")) {
                        (Some(label), Some(term)) => writeln!(out, "{indent}  {:10}  {}", scalar(label), scalar(term)),
                        _ => writeln!(out, "{indent}  {}", one_line(item)),
                    };
                }
            }
            other => {
                let _ = writeln!(out, "{indent}{name}: {}", scalar(other));
            }
        }
    }
}

fn sheet(rows: &[Value]) -> Sheet {
    let mut names: Vec<&str> =
        rows.iter().filter_map(Value::as_object).flat_map(|r| r.keys().map(String::as_str)).collect();
    names.sort_by_key(|name| (rank(name), *name));
    names.dedup();
    let columns: Vec<(String, String)> =
        names.iter().map(|n| ((*n).to_owned(), format!("{}…", clean_for_display(n)))).collect();
    let columns: Vec<(&str, &str)> = columns.iter().map(|(field, title)| (field.as_str(), title.as_str())).collect();
    let cell = |row: &Value, name: &str| match row.get(name) {
        None | Some(Value::Null) => Cell::Empty,
        Some(Value::String(text)) if is_decimal(text) => Cell::number(text),
        Some(other) => Cell::Text(scalar(other)),
    };
    Sheet::new(&columns, "nothing").with(rows.iter().map(|row| names.iter().map(|name| cell(row, name)).collect()))
}

/// A value in one line.
fn scalar(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::String(text) => clean_for_display(text).into_owned(),
        Value::Array(items) if items.is_empty() => "none".to_owned(),
        Value::Array(items) => items.iter().map(scalar).collect::<Vec<_>>().join(", "),
        other => clean_for_display(&other.to_string()).into_owned(),
    }
}

fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.contains('.') && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

fn ordered(fields: &Map<String, Value>) -> Vec<(&String, &Value)> {
    let mut all: Vec<_> = fields.iter().collect();
    all.sort_by_key(|(name, _)| (rank(name), name.as_str()));
    all
}

fn rank(name: &str) -> usize {
    ORDER.iter().position(|known| *known == name).unwrap_or(ORDER.len())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nothing_of_a_document_is_left_out() {
        let document = json!({
            "note": "self-asserted\u{1b}[2J",
            "grant": {"scopes": ["balances"], "recipient": {"name": "Acme"}, "maxUses": null, "terms": [{"label": "enforced", "term": "x"}, {"other": 1}]},
            "accounts": [
                {"currentBalance": "-12.30", "name": "Card", "accountId": "a1"},
                {"currentBalance": "5.00", "name": "Checking", "accountId": "a2", "odd": true},
            ],
        });
        insta::assert_snapshot!(lines(&document, Layout::default(), 40), @r"
        grant
          recipient:
            name: Acme
          scopes: balances
          maxUses: none
          terms:
            enforced    x
            other=1

        accounts (2)
        accountId  name      currentBalance  odd
        a1         Card              -12.30
        a2         Checking            5.00  true
        note: self-asserted�[2J
        ");
    }

    #[test]
    fn long_tables_say_how_much_is_not_shown() {
        let rows: Vec<Value> = (0..45).map(|n| json!({"amount": format!("{n}.00")})).collect();
        let text = lines(&json!({"transactions": rows}), Layout::default(), 40);
        assert!(text.contains("transactions (45)") && text.ends_with("… and 5 more, 45 in all\n"), "{text}");
        assert_eq!(text.lines().count(), 1 + 1 + 1 + 40 + 1);
    }
}
