//! The outbox on a disk that fails or is full: no opening is lost, and no grant opens more often than it may.
//!
//! strace makes calls fail. Without it these tests fail.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use finvault::model::GrantId;
use finvault::ops;
use finvault::ops::policy::DenyRequest;
use finvault::ops::report::GrantStatus;
use finvault::share::{Scope, Token};

use crate::outbox::{entries, file, findings, open, share, status};
use crate::request::request;
use crate::strace::under_strace;
use crate::test_vault::{TestVault, csv};

/// Runs the program while calls fail: `calls:fault`, on the files of `paths`, or on all of them.
fn failing(test: &TestVault, faults: &[&str], paths: &[&Path], args: &[&str]) -> (Option<i32>, String) {
    let mut command = test.command(args);
    if !faults.is_empty() {
        command = under_strace(&command, faults, paths);
    }
    let Output { status, stdout, stderr } = command.output().unwrap();
    (status.code(), [stdout, stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat())
}

/// Returns a vault with the clock of the system, which the program reads, and some grants.
fn with_grants<const N: usize>(uses: [Option<u32>; N]) -> (TestVault, [(Token, GrantId); N]) {
    let test = TestVault::new();
    test.fixed.catch_up();
    let mut vault = test.write();
    test.import(&mut vault, &csv([("2026-01-05", -500, "Tea", Some(9_500))]), "Daily");
    let grants = uses.map(|max_uses| {
        let mut asked = request(&[Scope::Balances], "Acme");
        asked.max_uses = max_uses;
        share(&test, &mut vault, &asked)
    });
    drop(vault);
    (test, grants)
}

fn revealed(test: &TestVault, token: &Token) -> PathBuf {
    fs::write(test.path("token"), token.reveal()).unwrap();
    test.path("token")
}

fn used(test: &TestVault, id: &GrantId) -> u64 {
    ops::grants::show(&test.read(), id, test.env()).unwrap().line.used_count
}

#[test]
fn a_record_that_cannot_be_read_loses_no_opening_of_another_grant_or_its_own() {
    let (test, [(_, first), (token, second)]) = with_grants([None, None]);
    open(&test, &token).unwrap();
    open(&test, &token).unwrap();
    let unread = file(&test, &first, "opened");
    let (code, said) = failing(&test, &["read:error=EIO"], &[&unread], &["revoke", second.as_str()]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("opened 2 times") && said.contains("could not be repaired"), "{said}");
    assert_eq!((used(&test, &second), entries(&test.read(), "open").len()), (2, 1));
    let (code, said) = failing(&test, &["read:error=EIO"], &[&unread], &["check"]);
    assert!(code == Some(1) && said.contains(first.as_str()), "{code:?}: {said}");

    // Its own: the grant is revoked, and the record stays until it is counted.
    let (test, [(token, id)]) = with_grants([None]);
    open(&test, &token).unwrap();
    let record = file(&test, &id, "opened");
    let (code, said) = failing(&test, &["read:error=EIO"], &[&record], &["revoke", id.as_str()]);
    assert!(code == Some(1) && said.contains("is not known") && !said.contains("never"), "{code:?}: {said}");
    assert!(record.exists() && !file(&test, &id, "slice").exists());
    open(&test, &token).unwrap_err();
    assert_eq!((status(&test, &test.read(), &id), used(&test, &id)), (GrantStatus::Revoked, 1));
    assert_eq!(fs::read_dir(test.dir().join("outbox")).unwrap().count(), 0);
    assert_eq!(findings(&test), [""; 0]);
}

/// As an immutable file is: it can be neither renamed nor removed.
#[test]
fn a_revoked_slice_that_stays_opens_no_more() {
    let (test, [(token, id)]) = with_grants([None]);
    let slice = file(&test, &id, "slice");
    let faults = ["rename,renameat,renameat2:error=EPERM", "unlink,unlinkat:error=EPERM"];
    let token = revealed(&test, &token);
    let opened = || failing(&test, &[], &[], &["open", "--token-file", token.to_str().unwrap()]);
    for command in [&["revoke", id.as_str()][..], &["grants"]] {
        let (_, said) = failing(&test, &faults, &[&slice], command);
        assert!(said.contains("REVOKED") || said.contains("could not be written"), "{said}");
        assert!(slice.exists() && file(&test, &id, "revoked").exists(), "{command:?}: {said}");
        let (code, said) = opened();
        assert_eq!(code, Some(4), "{command:?}: {said}");
    }
    assert_eq!(status(&test, &test.read(), &id), GrantStatus::Revoked);
    assert_eq!(fs::read_dir(test.dir().join("outbox")).unwrap().count(), 0);
    assert_eq!(findings(&test), [""; 0]);
}

/// Whatever fails, what was done is told: the slice is gone or not, the log has it or not.
#[test]
fn a_revocation_tells_what_it_did_whatever_fails() {
    let calls = [
        "fsync,fdatasync",
        "pwrite64",
        "rename,renameat,renameat2,linkat",
        "unlink,unlinkat",
        "rename,renameat,renameat2,linkat,unlink,unlinkat",
        "fsync,fdatasync,pwrite64,rename,renameat,renameat2,linkat",
    ];
    let mut told = 0;
    for calls in calls {
        for error in ["EIO", "ENOSPC"] {
            let (test, [(token, id)]) = with_grants([None]);
            let token_file = revealed(&test, &token);
            let (code, said) = failing(&test, &[&format!("{calls}:error={error}")], &[], &["revoke", id.as_str()]);
            let what = format!("{calls} {error}: {said}");
            assert_eq!(code, Some(1), "{what}");
            let is_told = said.contains("REVOKED");
            told += usize::from(is_told);
            let (code, opened) = failing(&test, &[], &[], &["open", "--token-file", token_file.to_str().unwrap()]);
            let opens = code == Some(0);
            // What opens no more is told, and what is told as gone opens no more.
            assert_eq!(said.contains("no longer opens"), !opens, "{what}{opened}");
            assert_eq!(said.contains("still lies in"), is_told && opens, "{what}{opened}");
            let expected = if is_told { GrantStatus::Revoked } else { GrantStatus::Active };
            assert_eq!(status(&test, &test.read(), &id), expected, "{what}");
            assert_eq!(findings(&test), [""; 0], "{what}");
        }
    }
    assert!(told >= 8, "{told} revocations were told");
}

/// A grant of another state of the vault has no entry in the database: what is done to it is told all the same.
#[test]
fn a_revocation_of_a_grant_of_another_state_tells_what_it_did_whatever_fails() {
    let test = TestVault::new();
    test.fixed.catch_up();
    let mut vault = test.write();
    test.import(&mut vault, &csv([("2026-01-05", -500, "Tea", Some(9_500))]), "Daily");
    drop(vault);
    test.keep("before");
    let (token, id) = share(&test, &mut test.write(), &request(&[Scope::Balances], "Acme"));
    for name in ["vault.db", "head"] {
        fs::copy(test.path("before/vault").join(name), test.dir().join(name)).unwrap();
    }
    // On another machine, nobody has seen the newer state.
    fs::remove_dir_all(test.path("state")).unwrap();
    fs::create_dir(test.path("state")).unwrap();
    test.keep("another");
    let token = revealed(&test, &token);
    let revoke = |faults: &[&str]| failing(&test, faults, &[], &["revoke", id.as_str()]);
    let slice = || file(&test, &id, "slice").exists();
    let logged = || entries(&test.read(), "revoke").len();
    // Each call that fails, or some of them.
    let step = if std::env::var_os("FINVAULT_TEST_ALL_FAULTS").is_some() { 1 } else { 4 };
    let (mut unlogged, mut unsynced) = (0, 0);
    for calls in ["fsync,fdatasync", "pwrite64", "rename,renameat,renameat2,linkat", "unlink,unlinkat"] {
        for error in ["EIO", "ENOSPC"] {
            for when in (1..).step_by(step).flat_map(|number| [format!("{number}"), format!("{number}+")]) {
                test.put_back("another");
                let (code, said) = revoke(&[&format!("{calls}:error={error}:when={when}")]);
                let what = format!("{calls} {error} {when}: {code:?}: {said}");
                assert!(matches!(code, Some(0 | 1)), "{what}");
                if code == Some(0) && when.ends_with('+') {
                    break;
                }
                let opened = failing(&test, &[], &[], &["open", "--token-file", token.to_str().unwrap()]).0;
                assert_eq!(said.contains("no longer opens"), opened != Some(0), "{what}");
                assert_eq!(said.contains("REVOKED"), !slice(), "{what}");
                // Where it has to be said again, saying it again ends it; where it has not, there is nothing left to end.
                let again = said.contains("revoke it again") || !said.contains("REVOKED");
                assert!(code == Some(1) || !again, "{what}");
                unlogged += usize::from(said.contains("revoke it again"));
                unsynced += usize::from(code == Some(1) && said.contains("the next command writes the copies"));
                let (code, second) = revoke(&[]);
                assert_eq!(code, Some(if again { 0 } else { 2 }), "{what}{second}");
                assert_eq!((slice(), logged()), (false, 1), "{what}");
                assert_eq!(findings(&test), [""; 0], "{what}");
            }
        }
    }
    assert!(unlogged >= 4 && unsynced >= 1, "{unlogged} were not logged, {unsynced} were logged and not copied");
}

#[test]
fn on_a_full_disk_an_expired_slice_is_buried_when_it_is_refused() {
    // The first call is that for the record that replaces the old one, the second for the old one itself.
    for full in ["fsync:error=ENOSPC:when=1", "fsync:error=ENOSPC:when=1..2"] {
        let test = TestVault::new();
        test.fixed.catch_up();
        test.fixed.pass_days(-40);
        let mut vault = test.write();
        test.import(&mut vault, &csv([("2026-01-05", -500, "Tea", Some(9_500))]), "Daily");
        let (token, id) = share(&test, &mut vault, &request(&[Scope::Balances], "Acme"));
        drop(vault);
        let token = revealed(&test, &token);
        let (code, said) = failing(&test, &[full], &[], &["open", "--token-file", token.to_str().unwrap()]);
        assert_eq!(code, Some(4), "{full}: {said}");
        assert!(!file(&test, &id, "slice").exists(), "{full}");
        assert_eq!(fs::read(file(&test, &id, "ended")).unwrap(), b"EXPIRED\n", "{full}");
    }
}

#[test]
fn on_a_full_disk_an_opening_is_counted_or_refused() {
    for uses in [None, Some(3)] {
        let (test, [(token, id)]) = with_grants([uses]);
        let path = revealed(&test, &token);
        let args = ["open", "--token-file", path.to_str().unwrap()];
        let (code, said) = failing(&test, &["fsync:error=ENOSPC:when=1"], &[], &args);
        assert_eq!(code, Some(0), "{uses:?}: the record is overwritten where it lies: {said}");
        assert_eq!(used(&test, &id), 1, "{uses:?}");
        let (code, said) = failing(&test, &["fsync:error=ENOSPC", "pwrite64:error=ENOSPC"], &[], &args);
        assert!(
            code == Some(1) && said.contains("disk is full") && !said.contains("currentBalance"),
            "{uses:?}: {said}"
        );
        assert_eq!(used(&test, &id), 1, "{uses:?}");
        open(&test, &token).unwrap();
        assert_eq!((used(&test, &id), findings(&test)), (2, Vec::new()), "{uses:?}");
    }
}

#[test]
fn a_suspended_grant_is_revoked_on_a_full_disk_and_its_openings_are_kept() {
    let (test, [(token, id)]) = with_grants([Some(3)]);
    open(&test, &token).unwrap();
    let mut vault = test.write();
    let denial = DenyRequest { recipient: Some("Acme".into()), ..DenyRequest::default() };
    ops::policy::deny(&mut vault, &denial, test.env()).unwrap();
    drop(vault);
    let full = ["pwrite64:error=ENOSPC", "linkat,renameat2:error=ENOSPC"];
    let (code, said) = failing(&test, &full, &[], &["revoke", id.as_str()]);
    assert!(code == Some(1) && said.contains("REVOKED") && said.contains("opened once"), "{code:?}: {said}");
    let (code, said) = failing(&test, &full, &[], &["grants"]);
    assert!(code == Some(0) && said.contains("REVOKED"), "{code:?}: {said}");
    assert_eq!(findings(&test), [""; 0]);
    assert_eq!((status(&test, &test.read(), &id), used(&test, &id)), (GrantStatus::Revoked, 1));
    assert_eq!(fs::read_dir(test.dir().join("outbox")).unwrap().count(), 0);
}

#[test]
fn a_clock_is_accepted_in_every_record_or_not_at_all() {
    let mut failures = 0;
    for number in 1.. {
        let (test, grants) = with_grants([None, Some(3)]);
        // Both the vault and the records have seen a time that was wrong.
        test.fixed.pass_days(20);
        grants.iter().for_each(|(token, _)| open(&test, token).unwrap());
        drop(test.write());
        let accept = ["audit", "accept", "--clock", "--yes"];
        let fault = format!("fsync,fdatasync:error=EIO:when={number}");
        let (code, said) = failing(&test, &[&fault], &[], &accept);
        test.fixed.catch_up();
        let is_accepted = !entries(&test.read(), "accept").is_empty();
        let moments = || -> Vec<i64> {
            let record = |id| fs::read_to_string(file(&test, id, "opened")).unwrap();
            grants.iter().map(|(_, id)| record(id).split(' ').nth(1).unwrap().parse().unwrap()).collect()
        };
        let is_past = || moments().into_iter().all(|moment| moment <= test.fixed.now.get());
        assert!(!is_accepted || is_past(), "{number}: accepted, and the records say {:?}", moments());
        if code == Some(0) {
            assert!(is_accepted, "{said}");
            break;
        }
        assert_eq!(code, Some(1), "{number}: {said}");
        failures += 1;
        assert_eq!(failing(&test, &[], &[], &accept).0, Some(0), "{number}");
        test.fixed.catch_up();
        assert!(is_past(), "{number}: {:?}", moments());
    }
    assert!(failures >= 4, "{failures} acceptances failed");
}
