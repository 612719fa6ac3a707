//! Changes that were interrupted: the program killed at any moment, and copies that a crash left behind.

use std::fs;
use std::os::unix::fs::symlink;
use std::time::{Duration, Instant};

use finvault::ops;
use finvault::ops::query::Filter;
use finvault::ops::report::ImportStatus;
use finvault::ops::share::Approval;
use finvault::share::{Scope, SliceDocument, Token};
use finvault::store::Reader;

use crate::place::{Access, Opened, Place, csv, long_csv, tree};
use crate::probe::request;

const ROWS: usize = 3_000;
const KILLS: u32 = 20;

/// A vault with a row, and a share of it that follows the data.
fn shared() -> (Place, Token) {
    let place = Place::new();
    place.fixed.catch_up();
    let mut vault = place.write();
    place.import(&mut vault, &csv([("2026-01-05", -500, "Tea", Some(9_500))]), "Daily");
    let draft = ops::share::prepare(&vault, &request(&[Scope::Transactions], "Acme"), place.env()).unwrap();
    let token = ops::share::approve_draft(&mut vault, draft, Approval::Person, place.env()).unwrap().token;
    (place, token)
}

fn count(vault: &Reader) -> usize {
    ops::query::transactions(vault, &Filter::default()).unwrap().len()
}

fn opened(place: &Place, token: &Token) -> SliceDocument {
    SliceDocument::from_json(&ops::open::from_outbox(&place.dir(), token, place.env()).unwrap().document).unwrap()
}

fn sound(place: &Place, vault: &Reader, what: &str) {
    let report = ops::check::run(vault, place.env()).unwrap();
    assert!(report.ok, "{what}: {:?}", report.findings);
}

#[test]
fn a_killed_import_is_whole_or_has_not_begun() {
    let (place, token) = shared();
    place.keep("before");
    let text = long_csv(ROWS);
    let file = place.path("home/long.csv");
    fs::write(&file, &text).unwrap();
    let import = || place.command(&["import", "long.csv", "--account", "Daily", "--currency", "USD"]).spawn().unwrap();
    let start = Instant::now();
    assert!(import().wait().unwrap().success());
    let whole = start.elapsed();
    assert_eq!(count(&place.read()), ROWS + 1);
    let mut seen = [0; 2];
    let mut delay = whole / 2;
    for kill in 0..KILLS {
        place.put_back("before");
        let mut child = import();
        std::thread::sleep(delay);
        let _ = child.kill();
        child.wait().unwrap();
        let access = if kill % 2 == 0 { Access::Read } else { Access::Write };
        let vault = place.mended(access);
        let rows = count(&vault);
        assert!([1, ROWS + 1].contains(&rows), "{rows} rows after a kill");
        seen[usize::from(rows > 1)] += 1;
        // Closer and closer to the moment that decides, from both sides.
        delay = if rows > 1 { delay * 8 / 10 } else { delay * 11 / 10 };
        sound(&place, &vault, "after a kill");
        drop(vault);
        assert_eq!(opened(&place, &token).transactions.unwrap().len(), rows, "the slice follows the vault");
        for path in tree(&place.dir()) {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            // A journal into which nothing was written yet goes with the next change.
            let journal = name.ends_with("-journal") && fs::read(&path).unwrap().first().is_some_and(|byte| *byte != 0);
            assert!(!name.ends_with(".tmp") && !journal, "{name} is left");
        }
        if kill % 4 != 0 {
            continue;
        }
        let mut vault = place.write();
        let again = place.import(&mut vault, &text, "Daily");
        assert_eq!(again.status == ImportStatus::AlreadyImported, rows > 1);
        assert_eq!(count(&vault), ROWS + 1);
        sound(&place, &vault, "after importing again");
    }
    assert!(seen[0] > 0 && seen[1] > 0, "not around the end: {seen:?} in {whole:?}");
}

/// What a crash between COMMIT and the last copy may leave, and what others may put there.
type Damage = (&'static str, fn(&Place));

fn only(place: &Place, ending: &str) -> std::path::PathBuf {
    tree(&place.dir()).into_iter().find(|path| path.to_string_lossy().ends_with(ending)).unwrap()
}

const DAMAGES: &[Damage] = &[
    ("nothing", |_| {}),
    ("no slice", |place| fs::remove_file(only(place, ".slice")).unwrap()),
    ("an empty slice", |place| fs::write(only(place, ".slice"), "").unwrap()),
    ("an old slice", |place| {
        let name = only(place, ".slice");
        fs::copy(place.path("before/vault/outbox").join(name.file_name().unwrap()), name).map(drop).unwrap();
    }),
    ("a slice that is a link", |place| {
        let name = only(place, ".slice");
        fs::rename(&name, place.path("elsewhere")).unwrap();
        symlink(place.path("elsewhere"), name).unwrap();
    }),
    ("no outbox", |place| fs::remove_dir_all(place.dir().join("outbox")).unwrap()),
    ("strangers", |place| {
        let outbox = place.dir().join("outbox");
        for name in
            ["note.txt", "2222222222222222.slice", "2222222222222222.opened", ".finvault-abc.tmp", "\u{e9}.slice"]
        {
            fs::write(outbox.join(name), "stranger").unwrap();
        }
        fs::write(place.path("precious"), "precious").unwrap();
        symlink(place.path("precious"), outbox.join("3333333333333333.slice")).unwrap();
    }),
    ("no head", |place| fs::remove_file(place.dir().join("head")).unwrap()),
    ("an empty head", |place| fs::write(place.dir().join("head"), "").unwrap()),
    ("an old head", |place| fs::copy(place.path("before/vault/head"), place.dir().join("head")).map(drop).unwrap()),
    ("a torn head", |place| fs::write(place.dir().join(".finvault-x.tmp"), "half").unwrap()),
    ("no anchor", |place| fs::remove_dir_all(place.state()).unwrap()),
    ("an old anchor", |place| {
        fs::remove_dir_all(place.path("state")).unwrap();
        crate::place::copy_tree(&place.path("before/state"), &place.path("state"));
    }),
    ("no lock file", |place| fs::remove_file(place.dir().join("lock")).unwrap()),
    ("everything old but the database", |place| {
        let database = fs::read(place.dir().join("vault.db")).unwrap();
        place.put_back("before");
        fs::write(place.dir().join("vault.db"), database).unwrap();
    }),
];

#[test]
fn copies_that_lag_are_mended_by_the_next_unlock() {
    let (place, token) = shared();
    place.keep("before");
    let mut vault = place.write();
    place.import(&mut vault, &csv([("2026-01-06", -300, "Bread", None)]), "Daily");
    drop(vault);
    place.keep("after");
    let whole = |place: &Place| -> Vec<(String, Vec<u8>)> {
        let files = [tree(&place.dir()), tree(&place.state())].concat();
        let files = files.into_iter().filter(|path| path.is_file() && !path.ends_with("vault.db"));
        let mut found: Vec<_> =
            files.map(|path| (path.to_string_lossy().into_owned(), fs::read(&path).unwrap())).collect();
        found.sort();
        found
    };
    let expected = whole(&place);
    for access in [Access::Read, Access::Write] {
        for (what, damage) in DAMAGES {
            place.put_back("after");
            damage(&place);
            let vault = place.mended(access);
            sound(&place, &vault, what);
            assert_eq!(count(&vault), 2, "{what}");
            drop(vault);
            if *what != "a torn head" {
                for (found, expected) in whole(&place).iter().zip(&expected) {
                    assert_eq!(found, expected, "{what}: {access:?} did not mend everything");
                }
                assert_eq!(whole(&place).len(), expected.len(), "{what}: {access:?} did not mend everything");
            }
            assert_eq!(opened(&place, &token).grant.version, 2, "{what}");
            if *what == "strangers" {
                assert_eq!(fs::read_to_string(place.path("precious")).unwrap(), "precious");
            }
        }
    }
}

#[test]
fn an_outbox_that_leads_elsewhere_costs_nobody_a_file() {
    let place = Place::new();
    let elsewhere = place.path("documents");
    fs::create_dir(&elsewhere).unwrap();
    fs::write(elsewhere.join("letter.txt"), "precious").unwrap();
    fs::write(elsewhere.join("2222222222222222.slice"), "precious").unwrap();
    fs::remove_dir(place.dir().join("outbox")).unwrap();
    symlink(&elsewhere, place.dir().join("outbox")).unwrap();
    for access in [Access::Read, Access::Write] {
        if let Ok(Opened::ForWriting(mut vault)) = place.try_open(access) {
            let _ = place.try_import(&mut vault, &csv([("2026-01-06", -300, "Bread", None)]), "Daily");
        }
    }
    assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 2, "files of others were removed");
}

#[test]
fn a_crash_while_a_vault_is_made_can_be_tried_again() {
    let place = Place::empty();
    let init = || place.command(&["init", "--key-file", "new-key"]);
    let start = Instant::now();
    assert!(init().output().unwrap().status.success());
    let whole = start.elapsed();
    for part in 1..10 {
        let _ = fs::remove_dir_all(place.dir());
        let _ = fs::remove_file(place.path("home/new-key"));
        let mut child = init().spawn().unwrap();
        std::thread::sleep((whole * part / 10).min(Duration::from_secs(5)));
        let _ = child.kill();
        child.wait().unwrap();
        let made = place.dir().join("header.toml").exists();
        let _ = fs::remove_file(place.path("home/new-key")).is_ok();
        if !made {
            let again = init().output().unwrap();
            assert!(again.status.success(), "{}", String::from_utf8_lossy(&again.stderr));
        }
    }
}

#[test]
fn a_broken_outbox_keeps_nobody_from_revoking() {
    let (place, token) = shared();
    let grant = token.grant_id().clone();
    let copy = place.dir().join(format!("outbox/{grant}.slice"));
    fs::remove_file(&copy).unwrap();
    fs::create_dir(&copy).unwrap();
    let mut vault = place.write();
    assert!(!vault.notices().is_empty());
    // The directory cannot be removed, and that is told; the grant has ended all the same.
    let _ = ops::revoke::run(&mut vault, &grant, place.env());
    assert_eq!(ops::grants::list(&vault, place.env()).unwrap()[0].status, "REVOKED");
}

#[test]
fn amounts_that_no_balance_can_hold_are_refused_with_their_file() {
    let place = Place::new();
    let mut vault = place.write();
    let huge = 900_000_000_000_000;
    place.import(&mut vault, &csv([("2026-01-02", huge, "One", Some(huge))]), "Daily");
    let before = ops::audit::show(&vault).unwrap().len();
    let report = place.try_import(&mut vault, &csv([("2026-02-02", huge, "Two", None)]), "Daily").unwrap();
    assert_eq!((report.status, report.error.unwrap().kind.as_str()), (ImportStatus::Rejected, "Overflow"));
    assert_eq!(ops::audit::show(&vault).unwrap().len(), before);
    ops::query::balances(&vault, None).unwrap();
}
