//! The mark of a revocation: who finds one finishes the revocation, and one that this program did not make is told.

use std::fs::{self, File};

use finvault::model::GrantId;
use finvault::ops;
use finvault::ops::report::GrantStatus;

use crate::outbox::{balances, entries, file, findings, open, put, shared, status};
use crate::test_vault::{Access, TestVault};

#[test]
fn a_planted_mark_of_a_revocation_is_found_before_it_revokes() {
    type Mark = fn(&TestVault, &GrantId);
    let planted: [(&str, Mark); 3] = [
        ("an empty mark beside the slice", |test, id| drop(put(test, &format!("{id}.revoked"), b""))),
        ("a copy of the slice", |test, id| {
            fs::copy(file(test, id, "slice"), file(test, id, "revoked")).unwrap();
        }),
        ("other bytes instead of the slice", |test, id| {
            fs::remove_file(file(test, id, "slice")).unwrap();
            put(test, &format!("{id}.revoked"), b"planted");
        }),
    ];
    for (what, plant) in planted {
        let (test, token, id) = shared(&balances());
        plant(&test, &id);
        let found = findings(&test);
        assert!(found.len() == 1 && found[0].contains("mark") && found[0].contains(id.as_str()), "{what}: {found:?}");
        let vault = test.repaired(Access::Read);
        assert_eq!(status(&test, &vault, &id), GrantStatus::Revoked, "{what}");
        assert_eq!(entries(&vault, "revoke")[0].detail["reason"], "a revocation mark lay in the outbox", "{what}");
        drop(vault);
        open(&test, &token).unwrap_err();
        assert_eq!(findings(&test), [""; 0], "{what}");
    }
}

#[test]
fn a_grant_whose_revocation_is_outstanding_is_listed_as_revoked() {
    let (test, _, id) = shared(&balances());
    fs::rename(file(&test, &id, "slice"), file(&test, &id, "revoked")).unwrap();
    // Another reader keeps this one from finishing it, as a full disk does.
    let lock = File::open(test.dir().join("lock")).unwrap();
    lock.lock_shared().unwrap();
    let vault = test.read();
    assert_eq!(status(&test, &vault, &id), GrantStatus::Revoked);
    assert_eq!(ops::grants::list(&vault, test.env()).unwrap()[0].status, GrantStatus::Revoked);
    assert!(entries(&vault, "revoke").is_empty());
}
