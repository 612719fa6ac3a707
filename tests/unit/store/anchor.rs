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
    assert_eq!(state(restored.clone(), head(1, 15, 15)), AnchorState::Replaced);
    assert_eq!(state(restored, head(1, 8, 8)), AnchorState::Replaced);
}

#[test]
fn keeps_one_anchor_per_vault() {
    let dir = tempfile::tempdir().unwrap();
    let state_dir = dir.path().join("state/finvault");
    let head = head(1, 5, 5);
    assert_eq!(read(&state_dir, &head.vault_id, &verify).unwrap(), None);
    let anchor = Anchor::new(head.clone(), Vec::new());
    write(&state_dir, &anchor, &sign).unwrap();
    assert_eq!(read(&state_dir, &head.vault_id, &verify).unwrap(), Some(anchor));
    // Without ended grants it is the text of the head.
    assert_eq!(fs::read(path(&state_dir, &head.vault_id)).unwrap(), head.to_bytes(&sign));
    let other = VaultId::from_random([8; 26]);
    assert_eq!(read(&state_dir, &other, &verify).unwrap(), None);
    fs::copy(path(&state_dir, &head.vault_id), path(&state_dir, &other)).unwrap();
    let error = read(&state_dir, &other, &verify).unwrap_err();
    assert!(matches!(error, AnchorError::Content { source: HeadError::OtherVault(_), .. }));
    fs::write(path(&state_dir, &head.vault_id), "finvault-head 1\n").unwrap();
    let error = read(&state_dir, &head.vault_id, &verify).unwrap_err();
    assert!(matches!(error, AnchorError::Content { source: HeadError::Malformed, .. }), "empty is not missing");
}

/// Grants that ended, each a day longer than the one before.
fn ended(count: usize) -> Vec<EndedGrant> {
    let first: Day = "2027-01-01".parse().unwrap();
    let grant = |at: usize| {
        let number = u8::try_from(at % 200).unwrap();
        let id =
            GrantId::from_random(std::array::from_fn(|i| number.wrapping_add(u8::try_from(i * at % 251).unwrap())));
        EndedGrant { until: first.plus_days(i32::try_from(at).unwrap()), id }
    };
    (0..count).map(grant).collect()
}

#[test]
fn remembers_which_grants_ended_the_longest_first() {
    for count in [1, 2, MOST_ENDED, MOST_ENDED + 5] {
        let anchor = Anchor::new(head(1, 5, 5), ended(count));
        let bytes = anchor.to_bytes(&sign);
        assert!(bytes.len() as u64 <= MAX_ANCHOR, "{count}: {}", bytes.len());
        assert_eq!(Anchor::parse(&bytes, &anchor.head.vault_id, &verify).as_ref(), Ok(&anchor));
        assert_eq!(Anchor::unverified_head(&bytes), Ok(anchor.head.clone()));
        assert_eq!(anchor.ended.len(), count.min(MOST_ENDED));
        assert_eq!(anchor.ended[0], *ended(count).last().unwrap());
        // A head has no such line.
        assert_eq!(Head::parse(&bytes, &anchor.head.vault_id, &verify), Err(HeadError::Malformed));
    }
}

#[test]
fn no_character_of_the_ended_grants_can_be_changed() {
    let anchor = Anchor::new(head(1, 5, 5), ended(3));
    let bytes = anchor.to_bytes(&sign);
    for at in 0..bytes.len() {
        for other in [b' ', b'0', b'a', b'\n', bytes[at] ^ 1] {
            let mut changed = bytes.clone();
            changed[at] = other;
            if changed != bytes {
                assert!(Anchor::parse(&changed, &anchor.head.vault_id, &verify).is_err(), "{at} {other}");
            }
        }
    }
    let text = String::from_utf8(bytes).unwrap();
    let line = text.lines().find(|line| line.starts_with("ended")).unwrap();
    let grants: Vec<&str> = line.strip_prefix("ended = ").unwrap().split(' ').collect();
    for other in [
        format!("ended = {} {}", grants[1], grants[0]),
        format!("ended = {0} {0}", grants[0]),
        format!("ended =  {}", grants[0]),
        "ended = ".to_owned(),
        format!("ended = {}", grants[0].replace('/', ":")),
        format!("ended = {}\nended = {}", grants[0], grants[1]),
    ] {
        let signed = signed(format!("{}{other}\n", anchor.head.signed_text()), &sign);
        assert_eq!(Anchor::parse(&signed, &anchor.head.vault_id, &verify), Err(HeadError::Malformed), "{other}");
    }
}
