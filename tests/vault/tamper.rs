//! Rows changed with the raw key, through SQLCipher itself, which then finds nothing wrong.

use std::fs;

use data_encoding::BASE64;
use finvault::crypto::sha256_hex;
use finvault::ops;
use finvault::store::{Unlock, UnverifiedHeader};

use crate::probe::{QUESTIONS, Truth};
use crate::replay::with_a_past;
use crate::test_vault::{TestVault, csv};

/// A change of the database, and the questions that have to be refused because they read what was changed.
const CHANGES: &[(&str, &[&str])] = &[
    (
        "UPDATE source_rows SET amount = amount + 1 WHERE rowid = (SELECT min(place) FROM source_rows)",
        &["transactions", "sql", "share"],
    ),
    (
        "UPDATE source_rows SET description = 'x' WHERE rowid = (SELECT max(place) FROM source_rows)",
        &["transactions", "sql", "share"],
    ),
    (
        "UPDATE source_rows SET lead = 1 - lead WHERE rowid = (SELECT max(place) FROM source_rows)",
        &["transactions", "sql", "share"],
    ),
    (
        "UPDATE source_rows SET counts = 0 WHERE rowid = (SELECT max(place) FROM source_rows)",
        &["transactions", "sql", "share"],
    ),
    (
        "UPDATE source_rows SET pending = 1 WHERE rowid = (SELECT max(place) FROM source_rows)",
        &["transactions", "sql", "share"],
    ),
    // Another day of the same month, and a day in a month without rows.
    (
        "UPDATE source_rows SET place = place + 67108864 WHERE place = (SELECT max(place) FROM source_rows)",
        &["transactions", "sql", "share"],
    ),
    (
        "UPDATE source_rows SET place = place + 67108864 * 300 WHERE place = (SELECT max(place) FROM source_rows)",
        &["transactions", "sql", "share"],
    ),
    (
        "UPDATE source_rows SET place = -place WHERE place = (SELECT max(place) FROM source_rows)",
        &["transactions", "sql", "share"],
    ),
    (
        "UPDATE source_rows SET txn = 1 WHERE place = (SELECT max(place) FROM source_rows)",
        &["transactions", "sql", "share"],
    ),
    ("DELETE FROM source_rows WHERE place = (SELECT min(place) FROM source_rows)", &["transactions", "sql", "share"]),
    ("DELETE FROM source_rows", &["transactions", "sql", "share"]),
    (
        "INSERT INTO source_rows SELECT place + 1000000, 999999, import, position, line, 1, 1, kind, 77, 0, NULL, NULL, \
         'Forged', NULL, NULL, NULL, NULL FROM source_rows LIMIT 1",
        &["transactions", "sql", "share"],
    ),
    // In a month without rows no command reads it, and `check` finds it.
    (
        "INSERT INTO source_rows SELECT place + 67108864 * 3000, 999999, import, position, line, 1, 1, kind, 77, 0, \
         NULL, NULL, 'Forged', NULL, NULL, NULL, NULL FROM source_rows LIMIT 1",
        &[],
    ),
    // Nor in a segment that no coverage names, or in that of an import that was undone.
    (
        "INSERT INTO source_rows SELECT place + (1 << 62), 999999, import, position, line, 1, 1, kind, 77, 0, NULL, NULL, \
         'Forged', NULL, NULL, NULL, NULL FROM source_rows LIMIT 1",
        &[],
    ),
    (
        "INSERT INTO source_rows SELECT (place & ((1 << 43) - 1)) + ((SELECT segment FROM coverages WHERE import = 4) << 43), \
         999999, 4, position, line, 1, 1, kind, 77, 0, NULL, NULL, 'Forged', NULL, NULL, NULL, NULL FROM source_rows \
         WHERE import = 2 ORDER BY place DESC LIMIT 1",
        &[],
    ),
    ("UPDATE coverages SET segment = segment + 100", &["transactions", "sql", "imports", "share"]),
    ("UPDATE coverages SET reach = earliest", &["transactions", "sql", "imports", "share"]),
    ("UPDATE coverages SET statement = statement + 1", &["transactions", "sql", "imports", "share"]),
    (
        "UPDATE accounts SET name = 'Somebody else' WHERE id = 1",
        &["accounts", "balances", "transactions", "sql", "share"],
    ),
    ("INSERT INTO numbers VALUES (1, 0, '12345678')", &["accounts", "share"]),
    ("INSERT INTO accounts VALUES (9, 'Extra', 'CHECKING', 'USD', NULL, NULL, NULL, 0)", &["accounts", "share"]),
    ("DELETE FROM accounts WHERE id = 2", &["accounts", "balances", "transactions", "sql", "share"]),
    ("UPDATE accounts SET currency = 'nonsense' WHERE id = 1", &["accounts", "share"]),
    ("UPDATE grants SET terms = replace(terms, 'Accountant', 'Accountanx')", &["grants", "share"]),
    ("UPDATE grants SET terms = '{}'", &["grants", "share"]),
    ("UPDATE grants SET status = 'ACTIVE'", &["grants", "share"]),
    ("UPDATE grants SET used = 5", &["grants", "share"]),
    ("UPDATE grants SET prk = zeroblob(32)", &["grants", "share"]),
    ("UPDATE grants SET sealed = zeroblob(2000)", &["grants", "share"]),
    ("DELETE FROM grants", &["grants", "share"]),
    ("UPDATE policy SET max_days = 365 WHERE id = 1", &["policy", "share"]),
    ("UPDATE policy SET recipient = 'Everybody'", &["policy", "share"]),
    ("UPDATE policy SET effect = 'ALLOW' WHERE effect = 'DENY'", &["policy", "share"]),
    ("INSERT INTO policy VALUES (9, 'DENY', 'Nobody', '', '', NULL, NULL, NULL, 0, 0)", &["policy", "share"]),
    ("DELETE FROM policy", &["policy", "share"]),
    ("UPDATE grants SET rule = 1", &["grants", "share"]),
    ("UPDATE grants SET rows = rows + 1", &["grants", "share"]),
    ("UPDATE meta SET value = zeroblob(8) WHERE name = 'header_generation'", &["accounts", "share"]),
    ("UPDATE meta SET value = zeroblob(8) WHERE name = 'epoch'", &["accounts", "share"]),
    ("UPDATE meta SET value = randomblob(32) WHERE name = 'audit_key'", &["accounts", "share"]),
    ("UPDATE meta SET value = randomblob(32) WHERE name = 'signing_seed'", &["accounts", "share"]),
    ("UPDATE meta SET value = randomblob(32) WHERE name = 'pseudonym_key'", &["accounts", "share"]),
    ("UPDATE meta SET value = zeroblob(3) WHERE name = 'pseudonym_key'", &["accounts", "share"]),
    ("DELETE FROM meta WHERE name = 'signing_seed'", &["accounts", "share"]),
    ("INSERT INTO meta VALUES ('extra', x'00')", &["accounts", "share"]),
    ("UPDATE balances SET amount = amount + 10000", &["balances", "share"]),
    ("DELETE FROM balances WHERE rowid IN (SELECT rowid FROM balances)", &[]),
    ("UPDATE imports SET undone = 1 - undone", &["imports"]),
    ("DELETE FROM imports", &["imports", "extract"]),
    ("UPDATE archives SET zstd = x'00'", &["extract"]),
    ("UPDATE coverages SET last = first", &["imports"]),
    ("INSERT INTO doubts VALUES (1, 1, 0, 0, 1, 0, 1, 20000, 20000, 'other-text', 0)", &["duplicates"]),
    ("UPDATE drafts SET slice = x'00'", &[]),
    ("UPDATE digests SET rows = rows + 1 WHERE tbl = 'source_rows'", &["accounts", "share"]),
    ("UPDATE digests SET txns = txns + 1 WHERE tbl = 'source_rows'", &["accounts", "share"]),
    ("UPDATE digests SET posted = posted + 1 WHERE tbl = 'source_rows'", &["accounts", "share"]),
    ("DELETE FROM digests WHERE tbl = 'grants'", &["accounts", "share"]),
    ("INSERT INTO digests VALUES ('grants', 1, 1, 0, 0, 0, 0, zeroblob(32))", &["accounts", "share"]),
    ("INSERT INTO digests VALUES ('strangers', 1, 1, 0, 0, 0, 0, zeroblob(32))", &["accounts", "share"]),
    ("UPDATE audit SET detail = '{}' WHERE seq = 2", &["audit"]),
    ("UPDATE audit SET time = time + 1 WHERE seq = (SELECT max(seq) FROM audit)", &["accounts", "share"]),
    ("DELETE FROM audit WHERE seq = 3", &["audit"]),
    ("DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)", &["accounts", "share"]),
    ("DELETE FROM audit WHERE seq = (SELECT max(seq) - 1 FROM audit)", &["accounts", "share"]),
    ("DELETE FROM audit", &["accounts", "share"]),
    (
        "INSERT INTO audit SELECT seq + 1, time, action, subject, detail, root, mac FROM audit ORDER BY seq DESC LIMIT 1",
        &["accounts", "share"],
    ),
    ("INSERT INTO audit SELECT -5, time, action, subject, detail, root, mac FROM audit LIMIT 1", &["audit"]),
    ("DROP TABLE drafts", &[]),
    ("DROP TABLE source_rows", &["transactions", "sql", "share"]),
    ("DROP TABLE audit", &["accounts", "share"]),
    ("PRAGMA user_version = 0", &["accounts", "share"]),
    ("PRAGMA user_version = -1", &["accounts", "share"]),
    ("CREATE TABLE extra (x)", &[]),
    (
        "CREATE TRIGGER double AFTER INSERT ON source_rows BEGIN UPDATE source_rows SET amount = 1 WHERE place = new.place; END",
        &[],
    ),
    (
        "ALTER TABLE accounts RENAME TO real; CREATE VIEW accounts AS SELECT id, 'Lie' AS name, kind, currency, bank, branch, institution, closed FROM real",
        &["accounts", "share"],
    ),
];

#[test]
fn refuses_to_read_a_changed_row_and_check_finds_it() {
    let test = with_a_past();
    let truth = Truth::of(&test, "b");
    let mut bad = Vec::new();
    for (change, refused) in CHANGES {
        test.put_back("b");
        let raw = test.raw();
        if let Err(error) = raw.execute_batch(change) {
            // A table without row ids cannot be changed by this statement.
            assert!(error.to_string().contains("rowid"), "{change}: {error}");
            raw.execute_batch("DELETE FROM balances").unwrap();
        }
        drop(raw);
        let outcome = truth.probe(&test, change);
        if !outcome.found {
            bad.push(format!("not found by check: {change}"));
        }
        // The rows are only what their digests say, and the digests are looked at.
        let is_left_out = ["source_rows", "archives"].iter().any(|table| {
            ["UPDATE", "DELETE FROM", "INSERT INTO"].iter().any(|what| change.starts_with(&format!("{what} {table}")))
        });
        if outcome.found_quickly == is_left_out {
            bad.push(format!("a quick check finds it: {}: {change}", outcome.found_quickly));
        }
        for question in *refused {
            let was = if *question == "share" { outcome.share_refused } else { outcome.refused.contains(question) };
            if !was {
                bad.push(format!("{question} is answered in spite of: {change}"));
            }
        }
    }
    assert!(bad.is_empty(), "{bad:#?}");
    assert!(CHANGES.iter().all(|(_, all)| all.iter().all(|q| *q == "share" || QUESTIONS.contains(q))));
}

#[test]
fn a_trigger_cannot_change_a_row_as_it_is_written() {
    let test = TestVault::new();
    test.raw()
        .execute_batch(
            "CREATE TRIGGER double AFTER INSERT ON source_rows BEGIN
                 UPDATE source_rows SET amount = amount * 2 WHERE place = new.place;
             END",
        )
        .unwrap();
    let mut vault = test.write();
    let _ = test.try_import(&mut vault, &csv([("2026-01-02", -500, "Tea", None)]), "Daily");
    let filter = ops::query::Filter::default();
    if let Ok(rows) = ops::query::transactions(&vault, &filter) {
        assert!(rows.iter().all(|row| row.amount.to_string() == "-5.00"), "{rows:?}");
    }
}

#[test]
fn refuses_the_header_of_another_vault_with_the_same_key_file() {
    let (test, other) = (with_a_past(), TestVault::new());
    // Another vault id and another master key, wrapped by the same key file.
    other.fixed.rewind(1 << 50);
    fs::remove_dir_all(other.dir()).unwrap();
    let key = other.key();
    let keys =
        ops::init::NewKeys { passphrase: None, key_file: Some(ops::init::KeyFile::Known(&key)), recovery_code: false };
    drop(ops::init::run(&other.dir(), &other.state(), keys, other.env()).unwrap());
    fs::copy(other.dir().join("header.toml"), test.dir().join("header.toml")).unwrap();
    let error = test.try_read().unwrap_err();
    assert_eq!(error.kind(), ops::ErrorKind::Integrity, "{error}");
}

/// A header that the vault has outgrown was once right: its MAC is.
#[test]
fn refuses_a_header_of_another_generation() {
    let test = with_a_past();
    let path = test.dir().join("header.toml");
    let bytes = fs::read(&path).unwrap();
    let (_, master) = UnverifiedHeader::parse(&bytes).unwrap().unlock(&Unlock::KeyFile(test.key())).unwrap();
    let text = String::from_utf8(bytes).unwrap().replacen("generation = 1\n", "generation = 2\n", 1);
    let (covered, _) = text.split_once("mac = ").unwrap();
    let mac = BASE64.encode(&master.header_key().mac(&[covered.as_bytes()]));
    let summed = format!("{covered}mac = \"{mac}\"\n");
    fs::write(&path, format!("{summed}sha256 = \"{}\"\n", sha256_hex(summed.as_bytes()))).unwrap();
    let error = test.try_read().unwrap_err();
    assert_eq!(error.kind(), ops::ErrorKind::Integrity, "{error}");
    assert!(error.to_string().contains("a later generation"), "{error}");
}

#[test]
fn refuses_every_changed_byte_of_the_header() {
    let test = with_a_past();
    let header = fs::read(test.dir().join("header.toml")).unwrap();
    for at in 0..header.len() {
        let mut changed = header.clone();
        changed[at] ^= 1;
        fs::write(test.dir().join("header.toml"), &changed).unwrap();
        let error = test.try_read().unwrap_err();
        let told = matches!(error.kind(), ops::ErrorKind::Integrity | ops::ErrorKind::Locked | ops::ErrorKind::Failure);
        assert!(told, "byte {at}: {error}");
    }
}
