//! What is written with the key and right digests, and is wrong all the same.

use rusqlite::types::Value;
use serde_json::json;

use super::{FindingKind, check, check_quickly, check_rows};
use crate::crypto::sha256_hex;
use crate::share::package::{self, Header};
use crate::share::{Scope, SliceDocument, UnverifiedPackage};
use crate::store::db::table::{ARCHIVES, Row};
use crate::store::made::Made;
use crate::store::{AuditAction, StoreError};

/// Returns the kinds and sentences of what a full check finds; a quick one and the digests of rows find nothing.
fn found(made: &Made) -> Vec<(FindingKind, String)> {
    let vault = made.vault().look(made.env()).unwrap();
    assert_eq!(check_quickly(&vault, made.env()).unwrap(), []);
    assert_eq!(check_rows(&vault).unwrap(), []);
    check(&vault, made.env()).unwrap().into_iter().map(|finding| (finding.kind, finding.message)).collect()
}

/// Puts another archived file in the place of the only one; none for nothing.
fn archive(made: &Made, bytes: Option<&[u8]>) {
    made.write()
        .change::<_, StoreError>(made.env(), |change| {
            change.audit(AuditAction::Rename, "acc-1", json!({}));
            ARCHIVES.delete(&mut change.writer(), &[Value::Integer(1)])?;
            match bytes {
                Some(bytes) => ARCHIVES
                    .insert(&mut change.writer(), &Row::new(vec![Value::Integer(1), Value::Blob(bytes.to_vec())])),
                None => Ok(()),
            }
        })
        .unwrap();
}

#[test]
fn an_archived_file_is_the_one_that_was_imported() {
    let made = Made::new();
    assert_eq!(found(&made), []);
    let packed = |text: &[u8]| zstd::bulk::compress(text, 3).unwrap();
    let other = packed(b"another file");
    // A window that no file written here needs is not given.
    let wide = {
        let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 3).unwrap();
        encoder.window_log(26).unwrap();
        std::io::Write::write_all(&mut encoder, &vec![7; 1 << 20]).unwrap();
        encoder.finish().unwrap()
    };
    let cases: [(Option<&[u8]>, &str); 5] = [
        (Some(&other), "the archived file of imp-1 is not the one that was imported"),
        (Some(&other[..other.len() - 1]), "the archived file of imp-1 cannot be unpacked"),
        (Some(&wide), "the archived file of imp-1 cannot be unpacked"),
        (Some(b""), "the archived file of imp-1 cannot be unpacked"),
        (None, "the archived file of imp-1 is missing"),
    ];
    for (bytes, said) in cases {
        archive(&made, bytes);
        assert_eq!(found(&made), [(FindingKind::Archive, said.to_owned())]);
        let vault = made.vault().look(made.env()).unwrap();
        let import = vault.view().imports().unwrap().remove(0);
        assert!(matches!(vault.view().archived_file(&import), Err(StoreError::Damaged(_))), "{said}");
    }
}

#[test]
fn a_sealed_slice_says_and_shows_what_was_approved() {
    type Change = fn(&mut SliceDocument);
    let cases: &[(Change, &str)] = &[
        (|slice| slice.grant.recipient.name = "Somebody".into(), "the recipient"),
        (|slice| slice.grant.purpose.text = "anything".into(), "the purpose"),
        (|slice| slice.grant.scopes.extend([Scope::AccountNumbers]), "the scopes"),
        (|slice| slice.grant.narrowing.accounts.clear(), "the accounts"),
        (|slice| slice.grant.narrowing.since = None, "the days"),
        (|slice| slice.grant.narrowing.limit = Some(1), "the limit"),
        (|slice| slice.grant.max_uses = Some(7), "the number of uses"),
        (|slice| slice.grant.retention_days = Some(7), "the retention"),
        (|slice| slice.grant.prohibited_uses.clear(), "the prohibited uses"),
        (|slice| slice.accounts = None, "whether accounts are shown"),
        (|slice| slice.accounts.as_mut().unwrap()[0].account_number = Some(Some("1".into())), "an account"),
        (|slice| slice.accounts.as_mut().unwrap()[0].account_id = Some(Some("a_x".into())), "an account"),
        (|slice| slice.transactions.as_mut().unwrap()[0].account_id = None, "a transaction"),
        (|slice| slice.transactions.as_mut().unwrap()[0].memo = Some(None), "a transaction"),
        (
            |slice| {
                slice.transactions.as_mut().unwrap()[0].posted_timestamp = Some(Some("2020-01-01".parse().unwrap()))
            },
            "a transaction",
        ),
        (|slice| drop(slice.transactions.as_mut().unwrap().pop()), "the number of transactions"),
    ];
    let made = Made::new();
    let id = made.share(&[Scope::Balances, Scope::Transactions]);
    assert_eq!(found(&made), []);
    let sound = made.write().view().grant(&id).unwrap().unwrap();
    for (version, (change_slice, said)) in (2..).zip(cases) {
        let opened = UnverifiedPackage::parse(&sound.sealed).unwrap().open(&sound.prk).unwrap().verify().unwrap();
        let mut slice = SliceDocument::from_json(opened.document_bytes()).unwrap();
        slice.grant.version = version;
        change_slice(&mut slice);
        let bytes = slice.to_canonical_bytes().unwrap();
        seal(&made, version, &bytes, sha256_hex(&bytes));
        let expected = format!("the slice of grant {id}: it is not what was approved: {said}");
        assert_eq!(found(&made), [(FindingKind::Grant, expected)]);
    }
    // A slice that the grant does not name, whatever it shows.
    let opened = UnverifiedPackage::parse(&sound.sealed).unwrap().open(&sound.prk).unwrap().verify().unwrap();
    let mut slice = SliceDocument::from_json(opened.document_bytes()).unwrap();
    slice.grant.version = 99;
    let bytes = slice.to_canonical_bytes().unwrap();
    seal(&made, 99, &bytes, sound.slice_hash);
    let expected = format!("the slice of grant {id}: it is another one than the grant names");
    assert_eq!(found(&made), [(FindingKind::Grant, expected)]);
    seal(&made, 99, &bytes, sha256_hex(&bytes));
    assert_eq!(found(&made), []);
}

/// Signs and seals a slice as a version of the only grant, and names its hash.
fn seal(made: &Made, version: u32, slice: &[u8], slice_hash: String) {
    made.write()
        .change::<_, StoreError>(made.env(), |change| {
            change.audit(AuditAction::Reseal, "", json!({}));
            let mut grant = change.view().grants()?.remove(0);
            let expires = grant.terms.expiration_time;
            let header = Header { grant_id: grant.id.clone(), version, expires, salt: made.env().random() };
            grant.sealed = package::seal(&grant.prk, &header, slice, &change.sign_slice(slice)).unwrap();
            (grant.version, grant.slice_hash) = (version, slice_hash);
            change.put_grant(&grant)
        })
        .unwrap();
}

#[test]
fn zones_that_were_changed_are_found() {
    let cases = [
        ("UPDATE zone_sums SET txns = txns + 1", "the zones of acc-1 in 20"),
        ("UPDATE zone_sums SET sum = zeroblob(32)", "the zones of acc-1 in 20"),
        ("UPDATE zone_sums SET until = until + 1", "zones were removed or added"),
        ("DELETE FROM zone_sums", "zones were removed or added"),
        ("UPDATE zone_packs SET bits = bits + 1", "the rows of zone_packs "),
        ("UPDATE zone_blocks SET bits = zeroblob(length(bits))", "the rows of zone_blocks "),
        ("DELETE FROM zone_blocks", "the rows of zone_blocks "),
        ("INSERT INTO zone_blocks VALUES (1000, x'00')", "blocks of zones were added"),
    ];
    for (sql, said) in cases {
        let made = Made::new();
        made.write().reader.connection.execute(sql, []).unwrap();
        let found = check(&made.vault().look(made.env()).unwrap(), made.env()).unwrap();
        assert!(found.iter().any(|finding| finding.message.starts_with(said)), "{sql}: {found:?}");
    }
}
