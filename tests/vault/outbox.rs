//! What lies in the outbox: what is mended, what ends for good, and what is not ours and stays where it is.

use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use finvault::model::GrantId;
use finvault::ops::report::{AuditLine, GrantStatus};
use finvault::ops::share::{Approval, ShareRequest};
use finvault::ops::{self, ErrorKind, OpError};
use finvault::share::package::{self, Header};
use finvault::share::{Scope, Token, UnverifiedPackage};
use finvault::store::{Reader, Writer};

use crate::files::tree;
use crate::request::request;
use crate::test_vault::{Access, TestVault, csv};

const FIRST: [(&str, i64, &str, Option<i64>); 1] = [("2026-01-05", -500, "Tea", Some(9_500))];
const SECOND: [(&str, i64, &str, Option<i64>); 1] = [("2026-01-09", -700, "Books", Some(8_800))];

pub(crate) fn shared(asked: &ShareRequest) -> (TestVault, Token, GrantId) {
    let test = TestVault::new();
    let mut vault = test.write();
    test.import(&mut vault, &csv(FIRST), "Daily");
    let (token, id) = share(&test, &mut vault, asked);
    (test, token, id)
}

pub(crate) fn share(test: &TestVault, vault: &mut Writer, asked: &ShareRequest) -> (Token, GrantId) {
    let draft = ops::share::prepare(vault, asked, test.env()).unwrap();
    let approved = crate::test_vault::approve_draft(vault, draft, Approval::Person, test.env()).unwrap();
    (approved.token, approved.report.grant_id)
}

pub(crate) fn balances() -> ShareRequest {
    request(&[Scope::Balances], "Acme")
}

fn limited(uses: u32) -> ShareRequest {
    ShareRequest { max_uses: Some(uses), ..balances() }
}

pub(crate) fn open(test: &TestVault, token: &Token) -> Result<(), OpError> {
    ops::open::from_outbox(&test.dir(), token, test.env()).map(drop)
}

#[track_caller]
fn refused(test: &TestVault, token: &Token, says: &str) {
    let error = open(test, token).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused, "{error}");
    assert!(error.to_string().contains(says), "{error}");
}

pub(crate) fn file(test: &TestVault, id: &GrantId, ending: &str) -> PathBuf {
    test.dir().join(format!("outbox/{id}.{ending}"))
}

pub(crate) fn status(test: &TestVault, vault: &Reader, id: &GrantId) -> GrantStatus {
    ops::grants::show(vault, id, test.env()).unwrap().line.status
}

pub(crate) fn entries(vault: &Reader, action: &str) -> Vec<AuditLine> {
    ops::audit::show(vault).unwrap().into_iter().filter(|line| line.action == action).collect()
}

/// Runs a check that cannot repair before it looks, as another reader holds the lock.
pub(crate) fn findings(test: &TestVault) -> Vec<String> {
    let lock = File::open(test.dir().join("lock")).unwrap();
    lock.lock_shared().unwrap();
    let report = ops::check::run(&test.read(), test.env()).unwrap();
    report.findings.into_iter().map(|finding| finding.message).collect()
}

/// What somebody puts into the outbox, and the name that it has there.
type Plant = fn(&TestVault, &GrantId) -> PathBuf;

pub(crate) fn put(test: &TestVault, name: &str, bytes: &[u8]) -> PathBuf {
    let path = test.dir().join("outbox").join(name);
    let _ = fs::remove_file(&path);
    fs::write(&path, bytes).unwrap();
    path
}

fn link(test: &TestVault, name: &str) -> PathBuf {
    let path = test.dir().join("outbox").join(name);
    let _ = fs::remove_file(&path);
    symlink(test.path("precious"), &path).unwrap();
    path
}

fn directory(test: &TestVault, name: &str) -> PathBuf {
    let path = test.dir().join("outbox").join(name);
    let _ = fs::remove_file(&path);
    fs::create_dir(&path).unwrap();
    fs::write(path.join("letter"), "precious").unwrap();
    path
}

fn pipe(test: &TestVault, name: &str) -> PathBuf {
    let path = test.dir().join("outbox").join(name);
    let _ = fs::remove_file(&path);
    assert!(std::process::Command::new("mkfifo").arg(&path).status().expect("mkfifo is needed").success());
    path
}

const PLANTS: &[(&str, Plant)] = &[
    ("a note", |test, _| put(test, "note.txt", b"a note")),
    ("a name that is no UTF-8 of ours", |test, _| put(test, "\u{e9}.slice", b"x")),
    ("a slice of an unknown grant", |test, _| put(test, "2222222222222222.slice", b"x")),
    ("a record of an unknown grant", |test, _| put(test, "2222222222222222.opened", b"1 2 3\n")),
    ("a tombstone of an unknown grant", |test, _| put(test, "2222222222222222.ended", b"EXPIRED\n")),
    ("other bytes for a slice", |test, id| put(test, &format!("{id}.slice"), b"planted")),
    ("an empty slice", |test, id| put(test, &format!("{id}.slice"), b"")),
    ("a slice with one bit changed", |test, id| {
        let mut bytes = fs::read(file(test, id, "slice")).unwrap();
        bytes[200] ^= 1;
        put(test, &format!("{id}.slice"), &bytes)
    }),
    ("other words for a tombstone", |test, id| put(test, &format!("{id}.ended"), b"OVER\n")),
    ("a link for a slice", |test, id| link(test, &format!("{id}.slice"))),
    ("a link for a record", |test, id| link(test, &format!("{id}.opened"))),
    ("a link for a mark", |test, id| link(test, &format!("{id}.pending"))),
    ("a link of another name", |test, _| link(test, "3333333333333333.slice")),
    ("a directory for a slice", |test, id| directory(test, &format!("{id}.slice"))),
    ("a directory for a record", |test, id| directory(test, &format!("{id}.opened"))),
    ("a directory for a tombstone", |test, id| directory(test, &format!("{id}.ended"))),
    ("a directory for a revoked slice", |test, id| directory(test, &format!("{id}.revoked"))),
    ("a directory like an unfinished write", |test, _| directory(test, ".finvault-abc.tmp")),
    ("a pipe for a slice", |test, id| pipe(test, &format!("{id}.slice"))),
    ("a pipe for a record", |test, id| pipe(test, &format!("{id}.opened"))),
    ("a pipe for a tombstone", |test, id| pipe(test, &format!("{id}.ended"))),
];

/// What a path is, without opening a pipe: its kind, and a file's bytes.
fn seen(path: &Path) -> (String, Vec<u8>) {
    let data = path.symlink_metadata().unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    (format!("{:?}", data.file_type()), if data.is_file() { fs::read(path).unwrap() } else { Vec::new() })
}

#[test]
fn leaves_what_is_not_ours_where_it_is_and_says_so_once() {
    for (what, plant) in PLANTS {
        let (test, token, id) = shared(&balances());
        fs::write(test.path("precious"), "precious").unwrap();
        let path = plant(&test, &id);
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let before = seen(&path);
        // A check finds it, and neither mends nor logs it.
        let everything = || -> Vec<_> { tree(&test.dir()).iter().map(|path| seen(path)).collect() };
        let all = everything();
        let found = findings(&test);
        assert!(found.iter().any(|finding| finding.contains(&name)), "{what}: {found:?}");
        assert_eq!(everything(), all, "{what}: the check changed something");
        let _ = open(&test, &token);
        for access in [Access::Read, Access::Write, Access::Read] {
            drop(test.try_open(access).unwrap());
            assert_eq!(seen(&path), before, "{what}: {access:?} changed it");
        }
        let mut vault = test.write();
        test.import(&mut vault, &csv(SECOND), "Daily");
        drop(vault);
        assert_eq!(seen(&path), before, "{what}: a new edition changed it");
        assert_eq!(entries(&test.read(), "foreign").len(), 1, "{what}: it is logged once");
        assert!(findings(&test).iter().any(|finding| finding.contains(&name)), "{what}: it stays a finding");
        let mut vault = test.write();
        ops::revoke::run(&mut vault, &id, test.env()).unwrap();
        drop(vault);
        assert_eq!(seen(&path), before, "{what}: a revocation changed it");
        open(&test, &token).unwrap_err();
        assert_eq!(fs::read_to_string(test.path("precious")).unwrap(), "precious", "{what}");
        // Once it is moved away, all is well.
        if path.is_dir() && !path.is_symlink() {
            fs::remove_dir_all(&path).unwrap()
        } else {
            fs::remove_file(&path).unwrap()
        }
        drop(test.read());
        assert_eq!(findings(&test), [""; 0], "{what}");
    }
}

/// What a later command mends in the normal course.
type Lag = fn(&TestVault, &Token, &GrantId);

const LAGS: &[(&str, Lag)] = &[
    ("no slice", |test, _, id| fs::remove_file(file(test, id, "slice")).unwrap()),
    ("no record", |test, _, id| fs::remove_file(file(test, id, "opened")).unwrap()),
    ("an opening that is not counted", |test, token, _| open(test, token).unwrap()),
    ("an expired grant that is not closed", |test, _, _| test.fixed.pass_days(31)),
    ("an expired grant with its tombstone", |test, token, _| {
        test.fixed.pass_days(31);
        refused(test, token, "ended at");
    }),
    ("a revocation that was interrupted", |test, _, id| {
        fs::rename(file(test, id, "slice"), file(test, id, "revoked")).unwrap();
    }),
    ("an edition that was not yet written, nor the head", |test, _, id| {
        let (slice, head) = (file(test, id, "slice"), test.dir().join("head"));
        let before = [&slice, &head].map(|path| fs::read(path).unwrap());
        let mut vault = test.write();
        test.import(&mut vault, &csv(SECOND), "Daily");
        drop(vault);
        fs::write(slice, &before[0]).unwrap();
        fs::write(head, &before[1]).unwrap();
    }),
    ("a share that was interrupted", |test, _, _| {
        let mut vault = test.write();
        let draft = ops::share::prepare(&vault, &balances(), test.env()).unwrap();
        drop(ops::share::propose(&mut vault, draft, Approval::Person, test.env()).unwrap());
    }),
    ("unfinished writes", |test, _, _| {
        put(test, ".finvault-abc.tmp", b"x");
        put(test, "2222222222222222.pending", b"");
    }),
];

#[test]
fn a_check_says_nothing_of_what_a_later_command_mends() {
    for (what, lag) in LAGS {
        let (test, token, id) = shared(&balances());
        lag(&test, &token, &id);
        let before: Vec<_> = tree(&test.dir()).iter().map(|path| seen(path)).collect();
        assert_eq!(findings(&test), [""; 0], "{what}");
        let after: Vec<_> = tree(&test.dir()).iter().map(|path| seen(path)).collect();
        assert_eq!(after, before, "{what}: the check changed something");
        drop(test.write());
        assert_eq!(findings(&test), [""; 0], "{what}: mended");
    }
}

#[test]
fn an_edition_that_was_put_back_is_found_and_replaced() {
    let (test, token, id) = shared(&balances());
    let old = fs::read(file(&test, &id, "slice")).unwrap();
    let mut vault = test.write();
    test.import(&mut vault, &csv(SECOND), "Daily");
    drop(vault);
    fs::write(file(&test, &id, "slice"), &old).unwrap();
    let found = findings(&test);
    assert!(found.len() == 1 && found[0].contains("put back"), "{found:?}");
    drop(test.read());
    assert_ne!(fs::read(file(&test, &id, "slice")).unwrap(), old);
    assert_eq!(findings(&test), [""; 0]);
    // The same of a grant that is over.
    let mut vault = test.write();
    ops::revoke::run(&mut vault, &id, test.env()).unwrap();
    drop(vault);
    fs::write(file(&test, &id, "slice"), &old).unwrap();
    assert!(findings(&test)[0].contains("put back"));
    drop(test.read());
    assert!(!file(&test, &id, "slice").exists());
    refused(&test, &token, "revoked");
}

#[test]
fn a_slice_that_a_recipient_sealed_again_is_found_and_replaced() {
    let (test, token, id) = shared(&balances());
    let bytes = fs::read(file(&test, &id, "slice")).unwrap();
    let prk = token.secret().prk();
    let slice = UnverifiedPackage::parse(&bytes).unwrap().open(&prk).unwrap().verify().unwrap();
    let header = Header { salt: [7; 32], ..slice.header().clone() };
    let again = package::seal(&prk, &header, slice.document_bytes(), slice.signature()).unwrap();
    let mut vault = test.write();
    ops::revoke::run(&mut vault, &id, test.env()).unwrap();
    drop(vault);
    fs::write(file(&test, &id, "slice"), again).unwrap();
    assert!(findings(&test)[0].contains("remembers"));
    let vault = test.read();
    assert!(!file(&test, &id, "slice").exists());
    assert_eq!(entries(&vault, "foreign").len(), 1);
}

#[test]
fn an_expired_slice_is_gone_when_it_is_refused_and_no_clock_brings_it_back() {
    let (test, token, id) = shared(&balances());
    let sealed = fs::read(file(&test, &id, "slice")).unwrap();
    test.fixed.pass_days(31);
    refused(&test, &token, "ended at");
    assert_eq!(fs::read(file(&test, &id, "ended")).unwrap(), b"EXPIRED\n");
    assert!(!file(&test, &id, "slice").exists());
    refused(&test, &token, "has expired");
    test.fixed.pass_days(-31);
    refused(&test, &token, "has expired");
    // The vault has seen no later time itself: the record of the outbox tells it.
    assert_eq!(status(&test, &test.read(), &id), GrantStatus::Expired);
    refused(&test, &token, "has expired");
    fs::write(file(&test, &id, "slice"), sealed).unwrap();
    refused(&test, &token, "has expired");
    drop(test.read());
    assert!(!file(&test, &id, "slice").exists());
    assert_eq!(findings(&test), [""; 0]);
}

#[test]
fn a_clock_set_back_revives_no_grant_that_the_vault_has_seen_expired() {
    let (test, token, id) = shared(&balances());
    test.fixed.pass_days(31);
    let vault = test.write();
    assert_eq!(status(&test, &vault, &id), GrantStatus::Expired);
    drop(vault);
    test.fixed.pass_days(-31);
    assert_eq!(status(&test, &test.read(), &id), GrantStatus::Expired);
    refused(&test, &token, "has expired");
    // The same where the outbox alone has seen a later time, and could not write the end.
    let (test, token, id) = shared(&balances());
    test.fixed.pass_days(29);
    open(&test, &token).unwrap();
    test.fixed.pass_days(-60);
    open(&test, &token).unwrap();
    let vault = test.read();
    assert_eq!(status(&test, &vault, &id), GrantStatus::Active);
}

#[test]
fn a_clock_far_ahead_ends_nothing_for_good() {
    let (test, token, id) = shared(&balances());
    test.fixed.pass_days(800);
    refused(&test, &token, "ended at");
    assert!(file(&test, &id, "slice").exists() && !file(&test, &id, "ended").exists());
    let mut vault = test.write();
    assert!(vault.notices().iter().any(|notice| notice.to_string().contains("clock")), "{:?}", vault.notices());
    assert_eq!(status(&test, &vault, &id), GrantStatus::Expired, "it is refused");
    ops::query::rename(&mut vault, "Daily", "Everyday", test.env()).unwrap();
    assert!(entries(&vault, "expire").is_empty());
    assert_eq!(entries(&vault, "rename")[0].detail["clock"], "implausible");
    drop(vault);
    assert_eq!(findings(&test), [""; 0]);
    test.fixed.pass_days(-799);
    assert_eq!(status(&test, &test.read(), &id), GrantStatus::Active);
    open(&test, &token).unwrap();
    // A year without a command is no wrong clock.
    test.fixed.pass_days(398);
    let vault = test.write();
    assert_eq!(status(&test, &vault, &id), GrantStatus::Expired);
    assert_eq!(entries(&vault, "expire").len(), 1);
}

#[test]
fn an_accepted_clock_ends_grants_and_a_later_one_counts_from_it() {
    let (test, token, id) = shared(&balances());
    test.fixed.pass_days(800);
    let vault = test.unlock().unwrap();
    drop(vault.accept_clock(test.env()).unwrap());
    let reader = test.read();
    assert!(reader.notices().is_empty(), "{:?}", reader.notices());
    assert_eq!(entries(&reader, "accept")[0].detail["clock"], "accepted");
    assert_eq!(entries(&reader, "expire").len(), 1);
    drop(reader);
    refused(&test, &token, "expired");
    // Back again: what the clock said before is accepted as well, and what ended stays ended.
    test.fixed.pass_days(-790);
    assert!(!test.read().notices().is_empty());
    let mut vault = vault.accept_clock(test.env()).unwrap();
    let (fresh, _) = share(&test, &mut vault, &balances());
    assert_eq!(status(&test, &vault, &id), GrantStatus::Expired);
    drop(vault);
    open(&test, &fresh).unwrap();
    test.fixed.pass_days(31);
    refused(&test, &fresh, "ended at");
}

#[test]
fn a_used_up_slice_is_gone_and_is_not_called_expired() {
    let (test, token, id) = shared(&limited(2));
    open(&test, &token).unwrap();
    open(&test, &token).unwrap();
    assert_eq!(fs::read(file(&test, &id, "ended")).unwrap(), b"USED_UP\n");
    assert!(!file(&test, &id, "slice").exists());
    for _ in 0..2 {
        refused(&test, &token, "used up");
        let vault = test.read();
        assert_eq!(status(&test, &vault, &id), GrantStatus::UsedUp);
        assert_eq!(entries(&vault, "expire")[0].detail["status"], "USED_UP");
        assert_eq!(entries(&vault, "open")[0].detail["times"], 2);
        assert!(!file(&test, &id, "opened").exists());
    }
    assert_eq!(findings(&test), [""; 0]);
}

#[test]
fn a_tombstone_that_nothing_tells_of_ends_no_grant() {
    let (test, token, id) = shared(&limited(2));
    for word in ["EXPIRED\n", "USED_UP\n"] {
        fs::write(file(&test, &id, "ended"), word).unwrap();
        open(&test, &token).unwrap_err();
        let found = findings(&test);
        assert!(found.len() == 1 && found[0].contains("has not ended"), "{found:?}");
        assert_eq!(status(&test, &test.repaired(Access::Read), &id), GrantStatus::Active);
        assert!(!file(&test, &id, "ended").exists());
    }
    // A slice that was renamed, and not overwritten: interrupted, or not by us.
    fs::rename(file(&test, &id, "slice"), file(&test, &id, "ended")).unwrap();
    open(&test, &token).unwrap_err();
    drop(test.read());
    open(&test, &token).unwrap();
}

#[test]
fn a_used_up_grant_opens_no_more_without_its_record() {
    for junk in [None, Some(&b"1 2 3\n"[..])] {
        let (test, token, id) = shared(&limited(1));
        open(&test, &token).unwrap();
        fs::remove_file(file(&test, &id, "opened")).unwrap();
        junk.into_iter().for_each(|junk| fs::write(file(&test, &id, "opened"), junk).unwrap());
        refused(&test, &token, "used up");
        let vault = test.repaired(Access::Read);
        assert_eq!(status(&test, &vault, &id), GrantStatus::UsedUp);
        assert_eq!((entries(&vault, "open")[0].detail["times"].as_u64(), entries(&vault, "open").len()), (Some(1), 1));
        drop(vault);
        refused(&test, &token, "used up");
        assert_eq!(findings(&test), [""; 0]);
    }
}

#[test]
fn an_end_that_was_interrupted_is_finished() {
    let (test, token, id) = shared(&balances());
    test.fixed.pass_days(31);
    let sealed = fs::read(file(&test, &id, "slice")).unwrap();
    refused(&test, &token, "ended at");
    for left in [sealed.clone(), [b"EXPIRED\n", &sealed[8..]].concat()] {
        fs::write(file(&test, &id, "ended"), &left).unwrap();
        refused(&test, &token, "has expired");
        assert_eq!(fs::read(file(&test, &id, "ended")).unwrap(), b"EXPIRED\n", "without the vault's key");
        fs::write(file(&test, &id, "ended"), left).unwrap();
        assert_eq!(status(&test, &test.repaired(Access::Read), &id), GrantStatus::Expired);
        assert_eq!(fs::read(file(&test, &id, "ended")).unwrap(), b"EXPIRED\n");
    }
}

#[test]
fn a_revocation_that_was_interrupted_is_finished_and_the_slice_never_rewritten() {
    for bytes in [None, Some(&b""[..])] {
        let (test, token, id) = shared(&balances());
        open(&test, &token).unwrap();
        fs::rename(file(&test, &id, "slice"), file(&test, &id, "revoked")).unwrap();
        bytes.into_iter().for_each(|bytes| fs::write(file(&test, &id, "revoked"), bytes).unwrap());
        refused(&test, &token, "revoked");
        let vault = test.repaired(Access::Read);
        assert_eq!(status(&test, &vault, &id), GrantStatus::Revoked);
        assert_eq!((entries(&vault, "revoke").len(), entries(&vault, "open").len()), (1, 1));
        assert_eq!(fs::read_dir(test.dir().join("outbox")).unwrap().count(), 0);
    }
}

#[test]
fn openings_of_a_revoked_grant_are_kept_in_the_log() {
    let (test, token, id) = shared(&balances());
    open(&test, &token).unwrap();
    let record = fs::read(file(&test, &id, "opened")).unwrap();
    let slice = fs::read(file(&test, &id, "slice")).unwrap();
    let mut vault = test.write();
    ops::revoke::run(&mut vault, &id, test.env()).unwrap();
    drop(vault);
    // A crash after COMMIT leaves the slice, which is opened once more before the next command.
    fs::write(file(&test, &id, "opened"), record).unwrap();
    fs::write(file(&test, &id, "slice"), slice).unwrap();
    open(&test, &token).unwrap();
    let vault = test.repaired(Access::Read);
    let opened: u64 = entries(&vault, "open").iter().map(|line| line.detail["times"].as_u64().unwrap()).sum();
    assert_eq!((opened, ops::grants::show(&vault, &id, test.env()).unwrap().line.used_count), (2, 2));
    assert_eq!(fs::read_dir(test.dir().join("outbox")).unwrap().count(), 0);
}

#[test]
fn an_opening_of_a_slice_that_was_put_back_is_counted_once() {
    let (test, token, id) = shared(&balances());
    let slice = fs::read(file(&test, &id, "slice")).unwrap();
    ops::revoke::run(&mut test.write(), &id, test.env()).unwrap();
    fs::write(file(&test, &id, "slice"), slice).unwrap();
    open(&test, &token).unwrap();
    for _ in 0..3 {
        let vault = test.repaired(Access::Read);
        assert_eq!(ops::grants::show(&vault, &id, test.env()).unwrap().line.used_count, 1);
        assert_eq!((entries(&vault, "open").len(), fs::read_dir(test.dir().join("outbox")).unwrap().count()), (1, 0));
    }
}

#[test]
fn the_program_tells_of_a_clock_that_is_not_plausible_until_it_is_accepted() {
    let test = TestVault::new();
    test.fixed.catch_up();
    test.fixed.pass_days(4_000);
    drop(test.unlock().unwrap().accept_clock(test.env()).unwrap());
    let told = |args: &[&str]| {
        let output = test.command(args).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    for _ in 0..2 {
        let said = told(&["accounts"]);
        assert!(said.contains("clock says") && said.contains("audit accept --clock"), "{said}");
    }
    told(&["audit", "accept", "--clock", "--yes"]);
    assert!(!told(&["accounts"]).contains("clock"));
}
