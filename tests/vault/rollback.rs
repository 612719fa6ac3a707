//! Whole states put back: an older database, an older directory, another branch, a journal that was cut.

use std::fs;

use finvault::model::GrantId;
use finvault::ops::report::GrantStatus;
use finvault::ops::share::Approval;
use finvault::ops::{self, ErrorKind, OpError};
use finvault::share::{Scope, Token};
use finvault::store::{StoreError, Writer};

use crate::files::copy_tree;
use crate::probe::Truth;
use crate::replay::with_a_past;
use crate::request::request;
use crate::test_vault::{Access, TestVault, csv};

/// Returns why the vault does not open, or `None` when it does.
fn refusal(test: &TestVault, access: Access) -> Option<StoreError> {
    match test.try_open(access).err()? {
        OpError::Store(error) => Some(error),
        error => panic!("{error}"),
    }
}

#[track_caller]
fn is_rolled_back(test: &TestVault) {
    for access in [Access::Read, Access::Write] {
        let error = refusal(test, access);
        let is_told = matches!(error, Some(StoreError::Rollback { .. } | StoreError::Replaced { .. }));
        assert!(is_told, "{error:?}");
    }
    let error = test.try_read().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity);
    let told = test.command(&["accounts"]).output().unwrap();
    assert!(String::from_utf8_lossy(&told.stderr).contains("audit accept"), "{told:?}");
}

/// Shares the balances, and returns the token and the grant.
fn share(test: &TestVault, vault: &mut Writer) -> (Token, GrantId) {
    let draft = ops::share::prepare(vault, &request(&[Scope::Balances], "Acme"), test.env()).unwrap();
    let approved = crate::test_vault::approve_draft(vault, draft, Approval::Person, test.env()).unwrap();
    (approved.token, approved.report.grant_id)
}

/// Returns a vault whose only grant is revoked. The copy `shared` holds the state in which it was active.
fn revoked() -> (TestVault, Token, GrantId) {
    let test = TestVault::new();
    let mut vault = test.write();
    test.import(&mut vault, &csv([("2026-01-02", -500, "Tea", Some(1000))]), "Daily");
    let (token, grant) = share(&test, &mut vault);
    drop(vault);
    test.keep("shared");
    let mut vault = test.write();
    ops::revoke::run(&mut vault, &grant, test.env()).unwrap();
    drop(vault);
    (test, token, grant)
}

#[test]
fn refuses_an_older_database_or_directory_until_it_is_accepted() {
    let test = with_a_past();
    for part in ["vault.db", ""] {
        test.put_back("b");
        let (from, to) = (test.path("a/vault").join(part), test.dir().join(part));
        if part.is_empty() {
            copy_tree(&from, &to);
        } else {
            fs::copy(from, to).unwrap();
        }
        is_rolled_back(&test);
        let vault = test.try_accept().unwrap();
        drop(vault);
        let vault = test.write();
        assert!(ops::check::run(&vault, test.env()).unwrap().ok);
        let log = ops::audit::show(&vault).unwrap();
        let accepted = log.iter().find(|line| line.action == "accept").unwrap();
        let seen = accepted.detail["anchorSeq"].as_u64().unwrap();
        assert!(seen >= accepted.seq, "the log tells how far this machine had seen: {accepted:?}");
        drop(vault);
        // The newer state no longer descends from what was accepted.
        fs::copy(test.path("b/vault/vault.db"), test.dir().join("vault.db")).unwrap();
        is_rolled_back(&test);
    }
}

/// Checks that a head beside the database keeps it from being opened, and stays, until that is accepted.
fn is_held_by_its_head(test: &TestVault) {
    fs::remove_dir_all(test.path("state")).unwrap();
    let head = fs::read(test.dir().join("head")).unwrap();
    is_rolled_back(test);
    let told = test.try_read().unwrap_err().to_string();
    assert!(told.contains("head"), "{told}");
    assert_eq!(fs::read(test.dir().join("head")).unwrap(), head);
    assert!(!test.state().exists(), "a new anchor would tell of the older state");
    drop(test.try_accept().unwrap());
    let vault = test.write();
    assert!(ops::check::run(&vault, test.env()).unwrap().ok);
    assert_ne!(fs::read(test.dir().join("head")).unwrap(), head);
}

#[test]
fn a_head_tells_of_an_older_database_where_there_is_no_anchor() {
    let test = with_a_past();
    test.put_back("b");
    fs::copy(test.path("a/vault/vault.db"), test.dir().join("vault.db")).unwrap();
    is_held_by_its_head(&test);
    // The newer state no longer descends from what was accepted.
    fs::copy(test.path("b/vault/vault.db"), test.dir().join("vault.db")).unwrap();
    is_held_by_its_head(&test);
}

#[test]
fn a_head_tells_of_another_branch_where_there_is_no_anchor() {
    let test = TestVault::new();
    test.keep("root");
    let mut vault = test.write();
    test.import(&mut vault, &csv([("2026-01-02", -500, "Tea", None)]), "Daily");
    drop(vault);
    let head = fs::read(test.dir().join("head")).unwrap();
    test.put_back("root");
    let mut vault = test.write();
    test.import(&mut vault, &csv([("2026-01-02", -600, "Tea", None)]), "Daily");
    test.import(&mut vault, &csv([("2026-01-03", -600, "Tea", None)]), "Daily");
    drop(vault);
    fs::write(test.dir().join("head"), head).unwrap();
    is_held_by_its_head(&test);
}

#[test]
fn a_state_that_only_its_head_calls_older_revives_no_grant() {
    let (test, token, _) = revoked();
    fs::copy(test.path("shared/vault/vault.db"), test.dir().join("vault.db")).unwrap();
    fs::remove_dir_all(test.path("state")).unwrap();
    let vault = test.try_accept().unwrap();
    assert_eq!(ops::grants::list(&vault, test.env()).unwrap()[0].status, GrantStatus::Suspended);
    drop(vault);
    assert!(ops::open::from_outbox(&test.dir(), &token, test.env()).is_err());
}

#[test]
fn unlocking_alone_accepts_no_older_state() {
    let test = with_a_past();
    fs::copy(test.path("a/vault/vault.db"), test.dir().join("vault.db")).unwrap();
    // The program ends, for whatever reason, before it accepts.
    drop(test.unlock().unwrap());
    is_rolled_back(&test);
}

#[test]
fn accepting_an_older_state_revives_no_revoked_grant() {
    let (test, token, grant) = revoked();
    fs::remove_dir_all(test.dir()).unwrap();
    copy_tree(&test.path("shared/vault"), &test.dir());
    is_rolled_back(&test);
    // The anchor names it: it is over, and stays so.
    let vault = test.try_accept().unwrap();
    assert_eq!(ops::grants::list(&vault, test.env()).unwrap()[0].status, GrantStatus::Revoked);
    drop(vault);
    let error = ops::open::from_outbox(&test.dir(), &token, test.env()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    let mut vault = test.write();
    assert!(ops::grants::resume(&mut vault, &grant, Approval::Person, test.env()).is_err());
    assert!(ops::check::run(&vault, test.env()).unwrap().ok);
    // A state that is put back once more is still known to be older, and the anchor has not forgotten.
    drop(vault);
    fs::remove_dir_all(test.dir()).unwrap();
    copy_tree(&test.path("shared/vault"), &test.dir());
    is_rolled_back(&test);
    let vault = test.try_accept().unwrap();
    assert_eq!(ops::grants::list(&vault, test.env()).unwrap()[0].status, GrantStatus::Revoked);
}

/// Returns a vault that was put back to before a grant was made, whose slice lies in the outbox, and is not accepted yet.
fn before_a_grant() -> (TestVault, Token, GrantId) {
    let test = TestVault::new();
    let mut vault = test.write();
    test.import(&mut vault, &csv([("2026-01-02", -500, "Tea", Some(1000))]), "Daily");
    drop(vault);
    test.keep("before");
    let mut vault = test.write();
    let (token, grant) = share(&test, &mut vault);
    drop(vault);
    for name in ["vault.db", "head"] {
        fs::copy(test.path("before/vault").join(name), test.dir().join(name)).unwrap();
    }
    (test, token, grant)
}

fn opens(test: &TestVault, token: &Token) -> bool {
    ops::open::from_outbox(&test.dir(), token, test.env()).is_ok()
}

#[test]
fn accepting_an_older_state_takes_the_slices_of_newer_grants_away() {
    let (test, token, grant) = before_a_grant();
    assert!(opens(&test, &token));
    let slice = test.dir().join(format!("outbox/{grant}.slice"));
    let kept = fs::read(&slice).unwrap();
    fs::write(test.dir().join("outbox/2222222222222222.slice"), "foreign").unwrap();
    let vault = test.try_accept().unwrap();
    assert!(!opens(&test, &token));
    let log = ops::audit::show(&vault).unwrap();
    let given_up: Vec<_> = log.iter().filter(|line| line.subject == grant.as_str()).collect();
    assert!(given_up.len() == 2 && given_up.iter().all(|line| line.detail["removed"] == true), "{given_up:?}");
    drop(vault);
    assert!(test.dir().join("outbox/2222222222222222.slice").exists(), "what has not our form stays");
    fs::remove_file(test.dir().join("outbox/2222222222222222.slice")).unwrap();
    assert!(ops::check::run(&test.write(), test.env()).unwrap().ok);
    // One that comes back, or could not be removed, is removed by the next command.
    fs::write(&slice, kept).unwrap();
    drop(test.write());
    assert!(!slice.exists() && !opens(&test, &token));
}

#[test]
fn a_slice_of_an_unknown_grant_is_told_and_can_be_revoked() {
    let (test, token, grant) = before_a_grant();
    // On another machine, nobody has seen the newer state.
    fs::remove_dir_all(test.path("state")).unwrap();
    let mut vault = test.write();
    let told = ops::check::run(&vault, test.env()).unwrap().findings;
    assert!(told.iter().any(|finding| finding.message.contains("does not know")), "{told:?}");
    ops::revoke::run(&mut vault, &grant, test.env()).unwrap();
    drop(vault);
    assert!(!opens(&test, &token));
    let vault = test.write();
    assert!(ops::check::run(&vault, test.env()).unwrap().ok);
    assert_eq!(ops::audit::show(&vault).unwrap().iter().filter(|line| line.action == "revoke").count(), 1);
    drop(vault);
    let error = ops::revoke::run(&mut test.write(), &grant, test.env()).unwrap_err();
    assert!(matches!(error, OpError::UnknownGrant { .. }), "{error}");
}

#[test]
fn refuses_another_branch_of_the_same_vault() {
    let test = TestVault::new();
    test.keep("root");
    let mut vault = test.write();
    test.import(&mut vault, &csv([("2026-01-02", -500, "Tea", None)]), "Daily");
    drop(vault);
    let branch = ["vault.db", "head"].map(|name| (name, fs::read(test.dir().join(name)).unwrap()));
    let anchor = test.path("state-of-the-branch");
    copy_tree(&test.path("state"), &anchor);
    test.put_back("root");
    let mut vault = test.write();
    test.import(&mut vault, &csv([("2026-01-02", -600, "Tea", None)]), "Daily");
    test.import(&mut vault, &csv([("2026-01-03", -600, "Tea", None)]), "Daily");
    drop(vault);
    // The anchor belongs to the other branch.
    fs::remove_dir_all(test.path("state")).unwrap();
    copy_tree(&anchor, &test.path("state"));
    is_rolled_back(&test);
    let [(database, bytes), (head, signed)] = branch;
    fs::write(test.dir().join(database), bytes).unwrap();
    // The head is still of the other branch.
    is_rolled_back(&test);
    fs::write(test.dir().join(head), signed).unwrap();
    assert!(refusal(&test, Access::Read).is_none());
}

#[test]
fn refuses_a_database_exchanged_before_the_approval() {
    let (test, token, _) = revoked();
    let vault = test.write();
    let draft = ops::share::prepare(&vault, &request(&[Scope::Balances], "Other"), test.env()).unwrap();
    drop(vault);
    fs::write(test.dir().join("vault.db"), fs::read(test.path("shared/vault/vault.db")).unwrap()).unwrap();
    let error = test.try_write().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity, "{error}");
    drop(draft);
    is_rolled_back(&test);
    assert!(ops::open::from_outbox(&test.dir(), &token, test.env()).is_err());
}

#[test]
fn a_missing_anchor_is_a_notice_and_a_forged_one_an_integrity_failure() {
    let test = with_a_past();
    let anchor = fs::read_dir(test.state()).unwrap().next().unwrap().unwrap().path();
    let bytes = fs::read(&anchor).unwrap();
    fs::remove_file(&anchor).unwrap();
    assert!(test.read().notices().iter().any(|notice| notice.to_string().contains("anchor")));
    assert_eq!(fs::read(&anchor).unwrap(), bytes);
    for forged in [&b""[..], b"x", &bytes[..bytes.len() - 1]] {
        fs::write(&anchor, forged).unwrap();
        assert_eq!(test.try_read().unwrap_err().kind(), ErrorKind::Integrity);
    }
    let vault = test.try_accept().unwrap();
    drop(vault);
    let report = ops::check::run(&test.read(), test.env()).unwrap();
    assert!(report.ok, "{:?}", report.findings);
}

#[test]
fn a_damaged_or_missing_journal_gives_no_wrong_answer() {
    let test = with_a_past();
    let truth = Truth::of(&test, "b");
    // An unfinished change: pages are written, and the journal holds the old ones.
    let raw = test.raw();
    raw.execute_batch(
        "PRAGMA cache_size = 3; PRAGMA journal_mode = DELETE; BEGIN; UPDATE source_rows SET amount = amount + 7;
         UPDATE balances SET amount = amount + 7; UPDATE grants SET status = 'ACTIVE'; DELETE FROM audit WHERE seq > 4;
         INSERT INTO archives SELECT 1000 + import, zeroblob(40000) FROM archives;",
    )
    .unwrap();
    let journal = test.dir().join("vault.db-journal");
    let (torn, complete) = (fs::read(test.dir().join("vault.db")).unwrap(), fs::read(&journal).unwrap());
    raw.execute_batch("ROLLBACK").unwrap();
    drop(raw);
    assert_ne!(torn, fs::read(test.path("b/vault/vault.db")).unwrap(), "no page was written yet");
    let again = |journal_bytes: Option<&[u8]>| {
        test.put_back("b");
        fs::write(test.dir().join("vault.db"), &torn).unwrap();
        journal_bytes.into_iter().for_each(|bytes| fs::write(&journal, bytes).unwrap());
    };
    again(Some(&complete));
    let outcome = truth.probe(&test, "a whole journal");
    assert!(!outcome.found && !outcome.share_refused && outcome.refused.is_empty(), "{:?}", outcome.findings);
    again(None);
    assert!(truth.probe(&test, "no journal").found);
    for part in 0..40 {
        again(Some(&complete[..complete.len() * part / 40]));
        truth.probe(&test, &format!("{part} fortieths of the journal"));
    }
    for at in (0..complete.len()).step_by(complete.len() / 40) {
        let mut changed = complete.clone();
        changed[at] ^= 1;
        again(Some(&changed));
        truth.probe(&test, &format!("byte {at} of the journal changed"));
    }
}

#[test]
fn a_suspended_grant_opens_again_after_it_is_resumed() {
    let test = TestVault::new();
    let mut vault = test.write();
    test.import(&mut vault, &csv([("2026-01-02", -500, "Tea", Some(1000))]), "Daily");
    let (token, grant) = share(&test, &mut vault);
    assert!(ops::grants::resume(&mut vault, &grant, Approval::Person, test.env()).is_err(), "it is not suspended");
    drop(vault);
    test.keep("older");
    let mut vault = test.write();
    ops::query::rename(&mut vault, "Daily", "Everyday", test.env()).unwrap();
    drop(vault);
    fs::remove_dir_all(test.dir()).unwrap();
    copy_tree(&test.path("older/vault"), &test.dir());
    let mut vault = test.try_accept().unwrap();
    assert!(ops::open::from_outbox(&test.dir(), &token, test.env()).is_err());
    let line = ops::grants::resume(&mut vault, &grant, Approval::Person, test.env()).unwrap();
    assert_eq!(line.status, GrantStatus::Active);
    drop(vault);
    ops::open::from_outbox(&test.dir(), &token, test.env()).unwrap();
    assert!(ops::check::run(&test.read(), test.env()).unwrap().ok);
}
