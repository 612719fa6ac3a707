//! Interrupted changes: the program is killed at any moment, and a crash leaves old copies behind.

use std::fs;
use std::os::unix::fs::symlink;
use std::time::{Duration, Instant};

use finvault::import::Problem;
use finvault::model::Day;
use finvault::ops;
use finvault::ops::query::Filter;
use finvault::ops::report::{GrantStatus, ImportStatus};
use finvault::ops::share::{Approval, ShareRequest};
use finvault::share::{Scope, SliceDocument, Token};
use finvault::store::Reader;

use crate::files::tree;
use crate::request::request;
use crate::test_vault::{Access, Opened, TestVault, csv, long_csv};

const ROWS: usize = 3_000;
/// How many kills there are, and how many more when the end of the import was not yet met from both sides.
const KILLS: u32 = 20;
const MOST_KILLS: u32 = 200;

/// Returns a vault with one row, and the token of an ongoing grant of it.
fn shared() -> (TestVault, Token) {
    let test = TestVault::new();
    test.fixed.catch_up();
    let mut vault = test.write();
    test.import(&mut vault, &csv([("2026-01-05", -500, "Tea", Some(9_500))]), "Daily");
    // The rows that are imported later are older, and a grant that names no day would not show them.
    let asked = ShareRequest { since: Some(Day::FIRST), ..request(&[Scope::Transactions], "Acme") };
    let draft = ops::share::prepare(&vault, &asked, test.env()).unwrap();
    let token = crate::test_vault::approve_draft(&mut vault, draft, Approval::Person, test.env()).unwrap().token;
    (test, token)
}

fn count(vault: &Reader) -> usize {
    ops::query::transactions(vault, &Filter::default()).unwrap().len()
}

fn opened(test: &TestVault, token: &Token) -> SliceDocument {
    SliceDocument::from_json(ops::open::from_outbox(&test.dir(), token, test.env()).unwrap().document.expose()).unwrap()
}

fn sound(test: &TestVault, vault: &Reader, what: &str) {
    let report = ops::check::run(vault, test.env()).unwrap();
    assert!(report.ok, "{what}: {:?}", report.findings);
}

#[test]
fn a_killed_import_is_complete_or_absent() {
    let (test, token) = shared();
    test.keep("before");
    let text = long_csv(ROWS);
    let file = test.path("home/long.csv");
    fs::write(&file, &text).unwrap();
    let import = || {
        test.command(&["import", "long.csv", "--account", "Daily", "--create", "--currency", "USD"]).spawn().unwrap()
    };
    let start = Instant::now();
    assert!(import().wait().unwrap().success());
    let whole = start.elapsed();
    assert_eq!(count(&test.read()), ROWS + 1);
    let mut seen = [0; 2];
    let mut delay = whole / 2;
    for kill in 0..MOST_KILLS {
        if kill >= KILLS && seen.iter().all(|times| *times > 0) {
            break;
        }
        test.put_back("before");
        let mut child = import();
        std::thread::sleep(delay);
        let _ = child.kill();
        child.wait().unwrap();
        let access = if kill % 2 == 0 { Access::Read } else { Access::Write };
        let vault = test.repaired(access);
        let rows = count(&vault);
        assert!([1, ROWS + 1].contains(&rows), "{rows} rows after a kill");
        seen[usize::from(rows > 1)] += 1;
        // Approaches the moment of the commit from both sides.
        delay = if rows > 1 { delay * 8 / 10 } else { delay * 11 / 10 };
        sound(&test, &vault, "after a kill");
        drop(vault);
        assert_eq!(opened(&test, &token).transactions.unwrap().len(), rows, "the slice follows the vault");
        for path in tree(&test.dir()) {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            // The next change removes a journal that is still empty.
            let journal = name.ends_with("-journal") && fs::read(&path).unwrap().first().is_some_and(|byte| *byte != 0);
            assert!(!name.ends_with(".tmp") && !journal, "{name} is left");
        }
        if kill % 4 != 0 {
            continue;
        }
        let mut vault = test.write();
        let again = test.import(&mut vault, &text, "Daily");
        assert_eq!(again.status == ImportStatus::AlreadyImported, rows > 1);
        assert_eq!(count(&vault), ROWS + 1);
        sound(&test, &vault, "after importing again");
    }
    assert!(seen[0] > 0 && seen[1] > 0, "not around the end: {seen:?} in {whole:?}");
}

/// What a crash between COMMIT and the last copy may leave, or what somebody may put there.
type Damage = (&'static str, fn(&TestVault));

fn only(test: &TestVault, ending: &str) -> std::path::PathBuf {
    tree(&test.dir()).into_iter().find(|path| path.to_string_lossy().ends_with(ending)).unwrap()
}

const DAMAGES: &[Damage] = &[
    ("nothing", |_| {}),
    ("no slice", |test| fs::remove_file(only(test, ".slice")).unwrap()),
    ("an old slice", |test| {
        let name = only(test, ".slice");
        fs::copy(test.path("before/vault/outbox").join(name.file_name().unwrap()), name).map(drop).unwrap();
    }),
    ("no outbox", |test| fs::remove_dir_all(test.dir().join("outbox")).unwrap()),
    ("what was left of a write and of a share", |test| {
        let outbox = test.dir().join("outbox");
        for name in ["2222222222222222.pending", ".finvault-abc.tmp"] {
            fs::write(outbox.join(name), "").unwrap();
        }
    }),
    ("no head", |test| fs::remove_file(test.dir().join("head")).unwrap()),
    ("an old head", |test| fs::copy(test.path("before/vault/head"), test.dir().join("head")).map(drop).unwrap()),
    ("a torn head", |test| fs::write(test.dir().join(".finvault-x.tmp"), "half").unwrap()),
    ("no anchor", |test| fs::remove_dir_all(test.state()).unwrap()),
    ("an old anchor", |test| {
        fs::remove_dir_all(test.path("state")).unwrap();
        crate::files::copy_tree(&test.path("before/state"), &test.path("state"));
    }),
    ("no lock file", |test| fs::remove_file(test.dir().join("lock")).unwrap()),
    ("everything old but the database", |test| {
        let database = fs::read(test.dir().join("vault.db")).unwrap();
        test.put_back("before");
        fs::write(test.dir().join("vault.db"), database).unwrap();
    }),
];

#[test]
fn the_next_unlock_repairs_copies_that_lag() {
    let (test, token) = shared();
    test.keep("before");
    let mut vault = test.write();
    test.import(&mut vault, &csv([("2026-01-06", -300, "Bread", None)]), "Daily");
    drop(vault);
    test.keep("after");
    let whole = |test: &TestVault| -> Vec<(String, Vec<u8>)> {
        let files = [tree(&test.dir()), tree(&test.state())].concat();
        let files = files.into_iter().filter(|path| path.is_file() && !path.ends_with("vault.db"));
        let mut found: Vec<_> =
            files.map(|path| (path.to_string_lossy().into_owned(), fs::read(&path).unwrap())).collect();
        found.sort();
        found
    };
    let expected = whole(&test);
    for access in [Access::Read, Access::Write] {
        for (what, damage) in DAMAGES {
            test.put_back("after");
            damage(&test);
            let vault = test.repaired(access);
            sound(&test, &vault, what);
            assert_eq!(count(&vault), 2, "{what}");
            drop(vault);
            if *what != "a torn head" {
                for (found, expected) in whole(&test).iter().zip(&expected) {
                    assert_eq!(found, expected, "{what}: {access:?} did not mend everything");
                }
                assert_eq!(whole(&test).len(), expected.len(), "{what}: {access:?} did not mend everything");
            }
            assert_eq!(opened(&test, &token).grant.version, 2, "{what}");
        }
    }
}

#[test]
fn removes_no_file_through_an_outbox_that_is_a_link() {
    let test = TestVault::new();
    let elsewhere = test.path("documents");
    fs::create_dir(&elsewhere).unwrap();
    fs::write(elsewhere.join("letter.txt"), "precious").unwrap();
    fs::write(elsewhere.join("2222222222222222.slice"), "precious").unwrap();
    fs::remove_dir(test.dir().join("outbox")).unwrap();
    symlink(&elsewhere, test.dir().join("outbox")).unwrap();
    for access in [Access::Read, Access::Write] {
        if let Ok(Opened::ForWriting(mut vault)) = test.try_open(access) {
            let _ = test.try_import(&mut vault, &csv([("2026-01-06", -300, "Bread", None)]), "Daily");
        }
    }
    assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 2, "files of others were removed");
}

#[test]
fn init_can_be_repeated_after_a_crash() {
    let test = TestVault::empty();
    let init = || test.command(&["init", "--key-file", "new-key"]);
    let start = Instant::now();
    assert!(init().output().unwrap().status.success());
    let whole = start.elapsed();
    for part in 1..10 {
        let _ = fs::remove_dir_all(test.dir());
        let _ = fs::remove_file(test.path("home/new-key"));
        let mut child = init().spawn().unwrap();
        std::thread::sleep((whole * part / 10).min(Duration::from_secs(5)));
        let _ = child.kill();
        child.wait().unwrap();
        // The key file that was made stays: it may be the one that the vault was being created with.
        if !test.dir().join("header.toml").exists() {
            let again = init().output().unwrap();
            assert!(again.status.success(), "{}", String::from_utf8_lossy(&again.stderr));
        }
    }
}

#[test]
fn revokes_a_grant_although_the_outbox_is_damaged() {
    let (test, token) = shared();
    let grant = token.grant_id().clone();
    let copy = test.dir().join(format!("outbox/{grant}.slice"));
    fs::remove_file(&copy).unwrap();
    fs::create_dir(&copy).unwrap();
    let mut vault = test.write();
    assert!(!vault.notices().is_empty());
    // The error says that the directory cannot be removed; the grant has ended all the same.
    let _ = ops::revoke::run(&mut vault, &grant, test.env());
    assert_eq!(ops::grants::list(&vault, test.env()).unwrap()[0].status, GrantStatus::Revoked);
}

#[test]
fn refuses_a_file_whose_amounts_overflow_the_balance() {
    let test = TestVault::new();
    let mut vault = test.write();
    let huge = 900_000_000_000_000;
    test.import(&mut vault, &csv([("2026-01-02", huge, "One", Some(huge))]), "Daily");
    let before = ops::audit::show(&vault).unwrap().len();
    let report = test.try_import(&mut vault, &csv([("2026-02-02", huge, "Two", None)]), "Daily").unwrap();
    assert_eq!((report.status, report.error.unwrap().problem), (ImportStatus::Rejected, Problem::Overflow));
    assert_eq!(ops::audit::show(&vault).unwrap().len(), before);
    ops::query::balances(&vault, None).unwrap();
}
