use std::fs;

use super::*;
use crate::store::copies::head::tests::{head, sign, verify};

/// Returns the MAC of an entry of a log in which entry n has the MAC nn….
fn log(seq: u64) -> Option<[u8; 32]> {
    (1..=20).contains(&seq).then(|| [u8::try_from(seq).unwrap(); 32])
}

fn state(anchor: Head, vault: Head) -> AnchorState {
    compare(Some(&anchor), &vault, log)
}

#[test]
fn accepts_descendants_only() {
    assert_eq!(compare(None, &head(1, 5, 5), log), AnchorState::Missing);
    assert_eq!(state(head(1, 5, 5), head(1, 5, 5)), AnchorState::Same);
    assert_eq!(state(head(1, 5, 5), head(1, 9, 9)), AnchorState::Advanced { by: 4 });
    assert_eq!(state(head(1, 9, 9), head(1, 5, 5)), AnchorState::VaultOlder { anchor_seq: 9, vault_seq: 5 });
    let forked = AnchorState::Forked { anchor_seq: 5, vault_seq: 9, restored: false };
    assert_eq!(state(head(1, 5, 99), head(1, 9, 9)), forked);
    assert!(matches!(state(head(1, 5, 5), head(1, 5, 6)), AnchorState::Forked { .. }));
}

#[test]
fn refuses_the_same_entry_with_other_rows() {
    let anchor = head(1, 5, 5);
    let vault = Head { root: [1; 32], ..anchor.clone() };
    assert!(!state(anchor, vault).is_sound());
}

#[test]
fn detects_an_older_header() {
    let anchor = Head { generation: 2, ..head(1, 5, 5) };
    assert!(matches!(state(anchor, head(1, 9, 9)), AnchorState::VaultOlder { .. }));
}

#[test]
fn accepts_a_restore_unless_the_machine_saw_more_than_the_backup() {
    // The backup ended at 8; the restore wrote entry 9 in epoch 2.
    let restored = head(2, 9, 9);
    assert_eq!(state(head(1, 7, 7), restored.clone()), AnchorState::Advanced { by: 2 });
    assert_eq!(state(head(1, 8, 8), restored.clone()), AnchorState::Advanced { by: 1 });
    // Another machine had seen entry 9 and 15 of epoch 1, which the restored log does not hold.
    for anchor in [head(1, 9, 77), head(1, 15, 15)] {
        assert!(matches!(state(anchor, restored.clone()), AnchorState::Forked { restored: true, .. }));
    }
    // And the vault from before the restore is put back.
    assert!(matches!(state(restored, head(1, 15, 15)), AnchorState::VaultOlder { .. }));
}

#[test]
fn keeps_one_anchor_per_vault() {
    let dir = tempfile::tempdir().unwrap();
    let state_dir = dir.path().join("state/finvault");
    let head = head(1, 5, 5);
    assert_eq!(read(&state_dir, &head.vault_id, &verify).unwrap(), None);
    write(&state_dir, &head, &sign).unwrap();
    assert_eq!(read(&state_dir, &head.vault_id, &verify).unwrap().as_ref(), Some(&head));
    let other = VaultId::from_random([8; 26]);
    assert_eq!(read(&state_dir, &other, &verify).unwrap(), None);
    fs::copy(path(&state_dir, &head.vault_id), path(&state_dir, &other)).unwrap();
    let error = read(&state_dir, &other, &verify).unwrap_err();
    assert!(matches!(error, AnchorError::Content { source: HeadError::OtherVault(_), .. }));
    fs::write(path(&state_dir, &head.vault_id), "finvault-head 1\n").unwrap();
    let error = read(&state_dir, &head.vault_id, &verify).unwrap_err();
    assert!(matches!(error, AnchorError::Content { source: HeadError::Malformed, .. }), "empty is not missing");
}
