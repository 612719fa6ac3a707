//! A slice for people: terms as lines, data as tables. Shows any JSON, so that nothing in a slice stays hidden.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::column::{Cell, Column};
use super::sheet::Sheet;
use super::table::{self, Layout, render};
use super::value::{one_line, ordered, rank, scalar};
use crate::model::clean_for_display;

/// Renders a whole document.
pub(crate) fn lines(document: &Value, layout: Layout) -> String {
    let mut out = String::new();
    let Value::Object(parts) = document else { return format!("{}\n", scalar(document)) };
    let mut is_after_part = false;
    for (name, part) in ordered(parts) {
        is_after_part |= part.is_object();
        match part {
            Value::Array(rows) if rows.iter().all(Value::is_object) && !rows.is_empty() => {
                let _ = writeln!(out, "\n{} ({})", clean_for_display(name), rows.len());
                rows_of(&mut out, rows, layout);
                is_after_part = true;
            }
            Value::Object(fields) => {
                let _ = writeln!(out, "\n{}", clean_for_display(name));
                fields_of(&mut out, "  ", fields);
            }
            other => {
                // What follows a part is none of it.
                if std::mem::take(&mut is_after_part) {
                    out.push('\n');
                }
                let _ = writeln!(out, "{}: {}", clean_for_display(name), scalar(other));
            }
        }
    }
    out
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

/// Writes rows as a table. Fields that are equal or empty in every row stand once above it, without a column.
fn rows_of(out: &mut String, rows: &[Value], layout: Layout) {
    let names: BTreeSet<(usize, &str)> =
        rows.iter().filter_map(Value::as_object).flatten().map(|(name, _)| (rank(name), name.as_str())).collect();
    let names: Vec<&str> = names.into_iter().map(|(_, name)| name).collect();
    let same = |name: &&str| rows.len() > 1 && rows.iter().all(|row| row.get(*name) == rows[0].get(*name));
    let (empty, filled): (Vec<&str>, Vec<&str>) =
        names.iter().partition(|name| rows.iter().all(|row| row.get(**name).is_none_or(Value::is_null)));
    let (same, mut differing): (Vec<&str>, Vec<&str>) = filled.iter().partition(|name| same(name));
    if differing.is_empty() {
        differing.clone_from(&filled);
    } else if !same.is_empty() {
        let pair = |name: &&str| {
            format!("{} {}", clean_for_display(name), rows[0].get(*name).map_or_else(String::new, scalar))
        };
        let _ = writeln!(out, "  in every row: {}", same.iter().map(pair).collect::<Vec<_>>().join(", "));
    }
    if !empty.is_empty() {
        let _ = writeln!(out, "  empty: {}", clean_for_display(&empty.join(", ")));
    }
    let sheet = sheet(rows, &differing);
    if table::fits(&sheet, layout) {
        out.push_str(&render(&sheet, layout));
    } else {
        blocks(out, rows, &differing);
    }
}

/// Writes rows one below the other, for a terminal that is too narrow for a table.
fn blocks(out: &mut String, rows: &[Value], names: &[&str]) {
    for (number, row) in rows.iter().enumerate() {
        if number > 0 {
            out.push('\n');
        }
        for name in names {
            let value = row.get(*name).map_or_else(String::new, scalar);
            let _ = writeln!(out, "  {}: {value}", clean_for_display(name));
        }
    }
}

fn sheet(rows: &[Value], names: &[&str]) -> Sheet {
    let columns = names.iter().map(|name| Column {
        // Words may go on in the next line; ids, days and numbers are read in one piece.
        elastic: rows.iter().any(|row| row.get(*name).and_then(Value::as_str).is_some_and(|text| text.contains(' '))),
        ..Column::named((*name).to_owned(), clean_for_display(name).into_owned())
    });
    let cell = |row: &Value, name: &str| match row.get(name) {
        None | Some(Value::Null) => Cell::Empty,
        Some(Value::String(text)) if is_decimal(text) => Cell::Number(text.clone()),
        Some(other) => Cell::Text(scalar(other)),
    };
    let rows = rows.iter().map(|row| names.iter().map(|name| cell(row, name)).collect()).collect();
    Sheet { columns: columns.collect(), rows, totals: Vec::new(), summary: None, when_empty: "" }
}

fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.contains('.') && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn shows_everything_in_a_document() {
        let document = json!({
            "note": "self-asserted\u{1b}[2J",
            "grant": {"scopes": ["balances"], "recipient": {"name": "Acme"}, "maxUses": null, "terms": [{"label": "enforced", "term": "x"}, {"other": 1}]},
            "accounts": [
                {"currentBalance": "-12.30", "name": "Card", "accountId": "a1", "currency": "USD", "memo": null},
                {"currentBalance": "5.00", "name": "Checking", "accountId": "a2", "currency": "USD", "odd": true},
            ],
        });
        insta::assert_snapshot!(lines(&document, Layout::default()), @r"
        grant
          recipient:
            name: Acme
          scopes: balances
          maxUses: none
          terms:
            enforced    x
            other=1

        accounts (2)
          in every row: currency USD
          empty: memo
        accountId  name      currentBalance  odd
        a1         Card              -12.30
        a2         Checking            5.00  true

        note: self-asserted�[2J
        ");
    }

    #[test]
    fn shows_rows_one_below_the_other_on_a_narrow_terminal() {
        let document =
            json!({"accounts": [{"accountId": "a_eu62nhu6a72th795qw28", "name": "Kennebec Credit Union Checking"}]});
        let narrow = Layout { width: Some(30), wrap: true, ..Layout::default() };
        insta::assert_snapshot!(lines(&document, narrow), @r"
        accounts (1)
          accountId: a_eu62nhu6a72th795qw28
          name: Kennebec Credit Union Checking
        ");
    }
}
