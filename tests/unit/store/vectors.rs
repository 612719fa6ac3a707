//! Checks the frozen vectors of `tests/vectors/digest` and `tests/vectors/audit`, and writes them when
//! `FINVAULT_WRITE_VECTORS=1`.
//!
//! They are written once for a version of the schema, and never again: a change that needs new ones is a new
//! migration. `tests/vectors/verify_store.py` checks the same files by `docs/vault-format.md` alone.

use std::fs;
use std::path::PathBuf;

use data_encoding::HEXLOWER;
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, params_from_iter};
use serde_json::{Value as Json, json};

use crate::crypto::{MacKey, Secret32};
use crate::model::{AuditSeq, Day, GrantId, Timestamp};
use crate::store::db::audit::{self, AuditAction, AuditEntry, AuditRecord, ChainEnd, LogFault};
use crate::store::db::digest::{Bucket, Digests, row_digest};
use crate::store::db::keys::Keys;
use crate::store::db::recompute::recompute;
use crate::store::db::row_key::RowKey;
use crate::store::db::schema;
use crate::store::db::segment::SegmentId;
use crate::store::db::source_row;
use crate::store::db::table::{SMALL_TABLES, insert_into};

const AUDIT_KEY: [u8; 32] = [0x51; 32];

fn secret(bytes: [u8; 32]) -> Secret32 {
    Secret32::take(&mut { bytes })
}

fn keys() -> Keys {
    Keys::new(&secret([0x52; 32]), &secret([0x53; 32]), secret(AUDIT_KEY)).unwrap()
}

fn unhex(text: &str) -> [u8; 32] {
    HEXLOWER.decode(text.as_bytes()).unwrap().try_into().unwrap()
}

/// Compares with the frozen file, or writes it.
fn frozen(path: &str, made: &Json) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(path);
    if std::env::var_os("FINVAULT_WRITE_VECTORS").is_some_and(|value| value == "1") {
        fs::write(&path, serde_json::to_string_pretty(made).unwrap() + "\n").unwrap();
    }
    let file: Json = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    assert_eq!(&file, made, "{}", path.display());
}

fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}

/// Returns one source row: key, transaction, lead, counts, amount, pending, description, memo.
#[allow(clippy::too_many_arguments)]
fn source_row(
    key: i64,
    txn: i64,
    lead: i64,
    counts: i64,
    amount: i64,
    pending: i64,
    description: &str,
    memo: Option<&str>,
) -> Vec<Value> {
    let number = |n: Option<i64>| n.map_or(Value::Null, Value::Integer);
    vec![
        Value::Integer(key),
        Value::Integer(txn),
        Value::Integer(1),
        Value::Integer(txn - 1),
        Value::Integer(txn + 1),
        Value::Integer(lead),
        Value::Integer(counts),
        text("CSV"),
        Value::Integer(amount),
        Value::Integer(pending),
        number((pending == 0).then_some(1_500_000_000 + amount)),
        Value::Null,
        text(description),
        memo.map_or(Value::Null, text),
        Value::Null,
        text(""),
        text("DEBIT_CARD"),
    ]
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn key(segment: i64, on: &str, offset: u64) -> i64 {
    RowKey::pack(SegmentId::new(segment).unwrap(), day(on), offset).unwrap().packed()
}

/// Rows of every sort: text beyond ASCII, empty text, blobs, NULL, negative numbers, two accounts, three months.
fn rows() -> Vec<(&'static str, Vec<Vec<Value>>)> {
    let account = |id, name: &str| {
        vec![
            Value::Integer(id),
            text(name),
            text("CHECKING"),
            text("EUR"),
            Value::Null,
            Value::Null,
            text("Hill Credit Union"),
            Value::Integer(0),
        ]
    };
    // The segments 1, 3 and 4 are of the first account, 2 is of the second. The rows of 4 are those of 1.
    let coverage = |account, import, statement, first_number, segment, (first, last): (&str, &str)| {
        let days = [first, last, first, last].map(|on| Value::Integer(day(on).epoch_days().into()));
        let content = if segment == 1 { Value::Blob(vec![0x5a; 32]) } else { Value::Null };
        let counts = [first_number, segment, 1, 0, 0].map(Value::Integer);
        let key = [account, import, statement].map(Value::Integer);
        let twin = if segment == 4 { Value::Integer(1) } else { Value::Null };
        [&key[..], &days, &[Value::Integer(0), content], &counts, &[twin]].concat()
    };
    let by_itself = |mut row: Vec<Value>| {
        row[1] = Value::Integer(0);
        row
    };
    let meta = |name: &str, value: &[u8]| vec![text(name), Value::Blob(value.to_vec())];
    vec![
        ("meta", vec![meta("epoch", &1u64.to_le_bytes()), meta("vault_id", &[b'7'; 26])]),
        ("accounts", vec![account(1, "Household"), account(2, "Bücher & Töpfe")]),
        ("numbers", vec![vec![Value::Integer(1), Value::Integer(0), text("00012345678")]]),
        (
            "coverages",
            vec![
                coverage(1, 1, 0, 1, 1, ("2026-02-28", "2026-03-01")),
                coverage(1, 2, 0, 5, 3, ("2026-03-01", "2026-03-01")),
                coverage(1, 3, 0, 6, 4, ("2026-02-28", "2026-03-01")),
                coverage(2, 1, 1, 4, 2, ("1969-12-31", "1969-12-31")),
            ],
        ),
        (
            "source_rows",
            vec![
                source_row(key(1, "2026-02-28", 0), 1, 1, 1, -12_340_000, 0, "TRAM", Some("two zones")),
                source_row(key(1, "2026-02-28", 1), 2, 1, 1, -12_340_000, 0, "TRAM", Some("two zones")),
                source_row(key(1, "2026-03-01", 2), 3, 0, 0, -1, 1, "Käse €5", None),
                source_row(key(2, "1969-12-31", 0), 4, 1, 1, 9_007_199_254_740_993, 0, "GRANDMOTHER", None),
                source_row(key(3, "2026-03-01", 0), 5, 1, 1, -1, 0, "Käse €5", None),
                source_row(key(4, "2026-02-28", 0), 6, 1, 1, -12_340_000, 0, "TRAM", Some("two zones")),
                by_itself(source_row(key(4, "2026-02-28", 1), 7, 1, 1, -12_340_000, 0, "TRAM", Some("two zones"))),
            ],
        ),
    ]
}

fn typed(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Integer(number) => json!({ "int": number }),
        Value::Text(text) => json!({ "text": text }),
        Value::Blob(bytes) => json!({ "blob": HEXLOWER.encode(bytes) }),
        Value::Real(_) => panic!("no table has such a column"),
    }
}

#[test]
fn keeps_rows_sums_and_root_as_frozen() {
    let keys = keys();
    let connection = Connection::open_in_memory().unwrap();
    schema::create(&connection).unwrap();
    let mut tables = Vec::new();
    for (name, rows) in rows() {
        let columns = SMALL_TABLES.iter().find(|t| t.name == name).map_or(&source_row::COLUMNS[..], |t| t.columns);
        let sql = insert_into(name, columns);
        let mut shown = Vec::new();
        for row in &rows {
            connection.execute(&sql, params_from_iter(row)).unwrap();
            let values: Vec<ValueRef<'_>> = row.iter().map(ValueRef::from).collect();
            let digest = row_digest(&keys.rows, name, &values, &mut Vec::new());
            shown.push(
                json!({ "values": row.iter().map(typed).collect::<Vec<_>>(), "digest": HEXLOWER.encode(&digest) }),
            );
        }
        tables.push(json!({ "table": name, "columns": columns, "rows": shown }));
    }
    // What the store reads back from the tables, not what was inserted.
    let mut digests = Digests::default();
    for table in SMALL_TABLES {
        let sum = table.visit(&connection, &keys.rows, |_| {}).unwrap();
        if sum.rows > 0 {
            digests.add(Bucket::of_table(table.name), sum);
        }
    }
    let found = recompute(&connection, &keys).unwrap();
    assert_eq!(found.strange, 0);
    for (bucket, sum) in found.sums {
        digests.add(bucket, sum);
    }
    let buckets: Vec<Json> = digests
        .iter()
        .map(|(bucket, sum)| {
            json!({
                "table": bucket.table, "account": bucket.account, "month": bucket.month, "segment": bucket.segment,
                "rows": sum.rows, "txns": sum.shown.txns, "posted": sum.shown.posted, "sum": HEXLOWER.encode(&sum.digest.to_bytes()),
            })
        })
        .collect();
    assert_eq!(buckets.len(), 9);
    let keys_of_rows: Vec<Json> =
        [(1, "2026-03-31", 7), (1, "1900-01-01", 0), (2, "1969-12-31", 4), (1_048_575, "2199-12-31", (1 << 26) - 1)]
            .iter()
            .map(|(segment, on, offset)| {
                json!({ "segment": segment, "day": on, "offset": offset, "place": key(*segment, on, *offset) })
            })
            .collect();
    frozen(
        "digest/rows.json",
        &json!({
            "auditKey": HEXLOWER.encode(&AUDIT_KEY),
            "rowKey": HEXLOWER.encode(secret(AUDIT_KEY).expand(&[b"finvault row digests"]).expose()),
            "places": keys_of_rows,
            "tables": tables,
            "buckets": buckets,
            "root": HEXLOWER.encode(&digests.root(&keys.rows)),
        }),
    );
}

fn shown(record: &AuditRecord) -> Json {
    json!({
        "seq": record.seq.number(), "time": record.time.unix(), "action": record.action, "subject": record.subject,
        "detail": record.detail, "root": HEXLOWER.encode(&record.root), "mac": HEXLOWER.encode(&record.mac),
    })
}

fn read(entry: &Json) -> AuditRecord {
    let text = |name: &str| entry[name].as_str().unwrap().to_owned();
    AuditRecord {
        seq: AuditSeq::new(entry["seq"].as_i64().unwrap()),
        time: Timestamp::from_unix(entry["time"].as_i64().unwrap()),
        action: text("action"),
        subject: text("subject"),
        detail: text("detail"),
        root: unhex(&text("root")),
        mac: unhex(&text("mac")),
    }
}

/// Returns the number of the first entry that does not match.
fn first_broken(key: &MacKey, records: &[AuditRecord]) -> Option<u64> {
    audit::walk(key, records).first().map(|fault| match fault {
        LogFault::Missing(entry) | LogFault::Changed(entry) => entry.unsigned_abs(),
        LogFault::End => panic!("the walk does not know where the log ended"),
    })
}

#[test]
fn keeps_the_chain_as_frozen_and_finds_changes_to_it() {
    let keys = keys();
    let connection = Connection::open_in_memory().unwrap();
    schema::create(&connection).unwrap();
    let entries = [
        (AuditAction::Init, "7".repeat(26), json!({ "slots": ["passphrase", "key-file"] })),
        (AuditAction::Import, "imp-1".to_owned(), json!({ "added": 2, "file": "Auszüge/März.csv", "rows": 2 })),
        (AuditAction::Policy, String::new(), json!({})),
    ];
    let mut end = ChainEnd::START;
    for ((action, subject, detail), n) in entries.into_iter().zip(1u8..) {
        let time = Timestamp::from_unix(1_700_000_000 + i64::from(n));
        end = audit::append(&connection, &keys.chain, end, time, AuditEntry { action, subject, detail }, [n; 32])
            .unwrap();
    }
    let sound = audit::read_all(&connection).unwrap();
    let broken = |change: &dyn Fn(&mut Vec<AuditRecord>)| {
        let mut records = sound.clone();
        change(&mut records);
        records
    };
    let cases = [
        ("sound", None, sound.clone()),
        ("changed-detail", Some(2), broken(&|r| r[1].detail = r[1].detail.replace('2', "3"))),
        ("changed-root", Some(3), broken(&|r| r[2].root[31] ^= 1)),
        ("moved-boundary", Some(2), broken(&|r| (r[1].action, r[1].subject) = ("importi".into(), "mp-1".into()))),
        ("cut-in-the-middle", Some(2), broken(&|r| drop(r.remove(1)))),
        ("cut-at-the-start", Some(1), broken(&|r| drop(r.remove(0)))),
        // The chain alone cannot see this: the root of the row digests and the anchor do.
        ("cut-at-the-end", None, broken(&|r| drop(r.pop()))),
    ];
    let mut made = Vec::new();
    for (name, expect, records) in &cases {
        assert_eq!(first_broken(&keys.chain, records), *expect, "{name}");
        let entries: Vec<Json> = records.iter().map(shown).collect();
        assert_eq!(entries.iter().map(read).collect::<Vec<_>>(), *records, "{name}");
        made.push(json!({ "name": name, "firstBroken": expect, "entries": entries }));
    }
    let grant: GrantId = "23456789abcdefgh".parse().unwrap();
    frozen(
        "audit/chain.json",
        &json!({
            "auditKey": HEXLOWER.encode(&AUDIT_KEY),
            "chainKey": HEXLOWER.encode(secret(AUDIT_KEY).expand(&[b"finvault audit chain"]).expose()),
            "cases": made,
            "witness": { "grantId": grant.as_str(), "mac": HEXLOWER.encode(&end.mac), "witness": HEXLOWER.encode(&keys.witness(&grant, &end.mac)) },
        }),
    );
}
