//! What was unpacked takes the place of a vault.

use std::fs;

use super::{Destination, Seen};
use crate::store::archive::Unpacked;
use crate::store::files::paths::SNAPSHOT_FILE;
use crate::store::made::Made;

/// A backup of an older version has the database from before its migration beside it: an exchange keeps it, as a rename does.
#[test]
fn the_database_from_before_a_migration_moves_with_its_vault() {
    let made = Made::new();
    let parent = made.dir().parent().unwrap().to_owned();
    let unpacked = Unpacked::begin(&[&parent], 0).unwrap();
    for name in ["header.toml", "vault.db", "head"] {
        fs::copy(made.dir().join(name), unpacked.path().join(name)).unwrap();
    }
    fs::write(unpacked.path().join(SNAPSHOT_FILE), "from before").unwrap();
    let destination = Destination::find(&made.dir()).unwrap();
    assert!(destination.has_vault());
    let left = Seen::of(&made.dir()).lock().unwrap();
    let id = made.vault().id().clone();
    let kept = destination.put(&unpacked, &id, "20260101T000000Z").unwrap().unwrap();
    drop(left);
    assert_eq!(fs::read(made.dir().join(SNAPSHOT_FILE)).unwrap(), b"from before");
    assert!(!kept.join(SNAPSHOT_FILE).exists() && kept.join("vault.db").exists());
    made.write();
}
