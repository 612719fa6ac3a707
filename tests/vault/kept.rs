//! Vaults of every version that a release wrote, kept as files in `tests/vaults/`: each opens for ever and shows what it showed.
//!
//! A kept vault is never made again and never changed. A new version of the schema or of the header gets another one beside, by
//! `cargo test --test vault makes_a_vault_to_be_kept -- --ignored`, which writes none that is there.

use std::fs;
use std::path::{Path, PathBuf};

use finvault::ops;
use finvault::ops::share::Approval;
use finvault::share::{Scope, Token};
use serde_json::{Map, Value};

use crate::files::copy_tree;
use crate::probe::{QUESTIONS, ask};
use crate::request::request;
use crate::test_vault::{NOW, TestVault, approve_draft, csv, ofx};

/// The vault that this version of the program writes.
const NEWEST: &str = "schema-4";

/// The largest kept vault, in bytes.
const MOST: u64 = 200_000;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vaults")
}

/// Returns the answers to every question, by its name.
fn shown(test: &TestVault) -> Map<String, Value> {
    let vault = test.read();
    // The rows of a statement are text.
    let answer = |name: &&str| {
        let text = ask(test, &vault, name).unwrap();
        serde_json::from_str(&text).unwrap_or(Value::String(text))
    };
    QUESTIONS.iter().map(|name| ((*name).to_owned(), answer(name))).collect()
}

/// Makes the vault: two accounts, two formats, a file that was downloaded twice, an import that was undone, a rule, and a grant that
/// goes on.
#[test]
#[ignore = "writes the vault of the newest version, once"]
fn makes_a_vault_to_be_kept() {
    let to = folder().join(NEWEST);
    assert!(!to.exists(), "{} is there, and stays as it is", to.display());
    let test = TestVault::new();
    let mut vault = test.write();
    test.import(&mut vault, &csv([("2026-04-01", 250_000, "Salary", Some(250_000))]), "Daily");
    let rows = [("2026-04-02", -450, "Café, 2 cups", Some(249_550)), ("2026-04-03", -90_000, "Rent", Some(159_550))];
    test.import(&mut vault, &csv(rows), "Daily");
    test.import(&mut vault, &format!("{}\n", csv(rows)), "Daily");
    let row = |day: &str, cents, id: &str, name: &str| (day.to_owned(), cents, id.to_owned(), name.to_owned());
    test.import(
        &mut vault,
        &ofx(&[row("2026-04-05", 1_000, "f1", "Gift"), row("2026-04-06", -999, "f2", "Book")]),
        "Savings",
    );
    test.import(&mut vault, &csv([("2026-04-09", -1, "A mistake", None)]), "Daily");
    let last = ops::imports::list(&vault).unwrap().pop().unwrap().import_id;
    ops::imports::undo(&mut vault, last, test.env()).unwrap();
    let draft =
        ops::share::prepare(&vault, &request(&[Scope::Balances, Scope::Transactions], "Accountant"), test.env());
    let approved = approve_draft(&mut vault, draft.unwrap(), Approval::Person, test.env()).unwrap();
    drop(vault);
    fs::create_dir_all(to.join("vault")).unwrap();
    for name in ["header.toml", "vault.db", "head"] {
        fs::copy(test.dir().join(name), to.join("vault").join(name)).unwrap();
    }
    fs::write(to.join("key"), test.key().expose()).unwrap();
    fs::write(to.join("token"), approved.token.reveal().as_bytes()).unwrap();
    fs::write(to.join("shown.json"), serde_json::to_string_pretty(&shown(&test)).unwrap() + "\n").unwrap();
}

#[test]
fn every_kept_vault_opens_and_shows_what_it_showed() {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder()).unwrap() {
        let kept = entry.unwrap().path();
        names.push(kept.file_name().unwrap().to_string_lossy().into_owned());
        let test = TestVault::empty();
        copy_tree(&kept.join("vault"), &test.dir());
        assert_eq!(fs::read(kept.join("key")).unwrap(), test.key().expose());
        test.fixed.now.set(NOW);
        let known: Map<String, Value> = serde_json::from_slice(&fs::read(kept.join("shown.json")).unwrap()).unwrap();
        let now = shown(&test);
        for (question, known) in &known {
            let (found, is_log) = (&now[question], question == "audit");
            assert!(holds(found, known, is_log), "{names:?}: {question}: {found:#}\nis not\n{known:#}");
        }
        let vault = test.read();
        let report = ops::check::run(&vault, test.env()).unwrap();
        assert!(report.ok, "{names:?}: {report:?}");
        drop(vault);
        // The token opens the slice that the first unlock wrote, and it can still be written.
        let token = Token::parse(fs::read_to_string(kept.join("token")).unwrap().trim()).unwrap();
        let sealed = fs::read(test.dir().join(format!("outbox/{}.slice", token.grant_id()))).unwrap();
        ops::open::from_file(&sealed, &token, test.env()).unwrap();
        test.import(&mut test.write(), &csv([("2026-05-01", -100, "Later", None)]), "Daily");
        let size: u64 = crate::files::tree(&kept).iter().map(|path| fs::metadata(path).unwrap().len()).sum();
        assert!(size < MOST, "{names:?}: {size} bytes");
    }
    assert!(names.contains(&NEWEST.to_owned()), "{names:?}");
}

/// Returns whether everything that was known is still said, whatever is said besides: a later report may have more fields, and
/// a log more entries.
fn holds(found: &Value, known: &Value, may_go_on: bool) -> bool {
    match (found, known) {
        (Value::Object(found), Value::Object(known)) => {
            known.iter().all(|(name, known)| found.get(name).is_some_and(|found| holds(found, known, false)))
        }
        (Value::Array(found), Value::Array(known)) => {
            (found.len() == known.len() || may_go_on && found.len() > known.len())
                && found.iter().zip(known).all(|(found, known)| holds(found, known, false))
        }
        (found, known) => found == known,
    }
}
