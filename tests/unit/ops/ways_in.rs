use super::*;
use crate::model::Timestamp;
use crate::store::SlotKind;
use serde_json::json;

fn slot(slot_id: u32, kind: SlotKind) -> SlotName {
    SlotName { slot_id, kind }
}

fn line(action: AuditAction, detail: serde_json::Value) -> AuditLine {
    let action = action.as_str().to_owned();
    AuditLine { seq: 1, time: Timestamp::from_unix(1_700_000_000), action, subject: String::new(), detail }
}

/// What is told after a restore that ended a passphrase and a code and opened a key file again, and an entry about the keys.
fn after(keys: serde_json::Value) -> WaysIn {
    let (code, key) = (slot(4, SlotKind::RecoveryCode), slot(2, SlotKind::KeyFile));
    let recorded = WaysIn { known: false, ended: vec![slot(3, SlotKind::Passphrase), code], again: vec![key] };
    let mut told = WaysIn { known: true, ..WaysIn::default() };
    told.follow_restore(&line(AuditAction::Restore, json!({ "waysIn": recorded })));
    assert_eq!(told, recorded);
    told.follow_keys(&line(AuditAction::Keys, keys));
    told
}

#[test]
fn a_new_way_in_settles_those_of_its_kind_and_a_new_master_key_all() {
    let added = after(json!({ "change": "add", "made": { "slotId": 5, "kind": "recovery-code" }, "ended": [] }));
    let again = vec![slot(2, SlotKind::KeyFile)];
    assert_eq!(added, WaysIn { known: true, ended: vec![slot(3, SlotKind::Passphrase)], again });
    let removed = after(json!({ "change": "remove", "made": null, "ended": [{ "slotId": 1, "kind": "key-file" }] }));
    assert_eq!((removed.known, removed.ended.len()), (false, 2));
    let rotated = after(json!({ "change": "rotate", "made": null, "ended": [] }));
    assert_eq!(rotated, WaysIn { known: true, ..WaysIn::default() });
}

#[test]
fn a_restore_that_recorded_nothing_leaves_it_unknown_and_one_of_no_other_vault_does_not() {
    for (detail, known) in [(json!({ "epoch": 2 }), false), (json!({ "waysIn": null }), true)] {
        let mut told = WaysIn { known: true, ..WaysIn::default() };
        told.follow_restore(&line(AuditAction::Restore, detail));
        assert_eq!(told, WaysIn { known, ..WaysIn::default() });
    }
}
