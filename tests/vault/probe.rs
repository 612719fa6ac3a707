//! Asks a vault that somebody changed: each question is refused or answered exactly as before the change.

use std::fs;
use std::time::Duration;

use finvault::ops::query::Filter;
use finvault::ops::share::Approval;
use finvault::ops::{self, ErrorKind, OpError};
use finvault::share::{Scope, Token, UnverifiedPackage};
use finvault::store::{Reader, Writer};

use crate::request::request;
use crate::test_vault::TestVault;

/// Random bytes are drawn from here in every probe, so that equal data make equal slices.
const DRAWN: u64 = 1 << 40;

/// The questions that a probe asks.
pub(crate) const QUESTIONS: [&str; 10] =
    ["sql", "accounts", "balances", "transactions", "imports", "extract", "duplicates", "grants", "policy", "audit"];

/// A statement that reads every row of the one view that no report makes.
const SQL: &str = "SELECT * FROM transactions ORDER BY day, transaction_id";
const TIME: Duration = Duration::from_secs(600);

/// Asks one question.
pub(crate) fn ask(test: &TestVault, vault: &Reader, question: &str) -> Result<String, OpError> {
    fn json<T: serde::Serialize>(value: &T) -> String {
        serde_json::to_string(value).unwrap()
    }
    Ok(match question {
        "accounts" => json(&ops::query::accounts(vault)?),
        "balances" => json(&ops::query::balances(vault, None)?),
        "transactions" => json(&ops::query::transactions(vault, &Filter::default())?),
        "imports" => json(&ops::imports::list(vault)?),
        "extract" => {
            let imports = ops::imports::list(vault)?;
            let files = imports.iter().map(|import| ops::imports::extract(vault, import.import_id));
            format!("{:?}", files.collect::<Result<Vec<_>, _>>()?)
        }
        "duplicates" => json(&ops::duplicates::list(vault)?),
        "grants" => json(&ops::grants::list(vault, test.env())?),
        "policy" => json(&ops::policy::show(vault)?),
        "audit" => json(&ops::audit::show(vault)?),
        "sql" => format!("{:?}", ops::sql::select(vault, SQL, TIME, test.env())?.rows),
        other => panic!("no question {other}"),
    })
}

/// Shares everything and opens it: the slice as the recipient reads it.
pub(crate) fn share(test: &TestVault, vault: &mut Writer) -> Result<String, OpError> {
    test.fixed.rewind(DRAWN);
    let everything = [Scope::Balances, Scope::TransactionsDetail];
    let draft = ops::share::prepare(vault, &request(&everything, "Prober"), test.env())?;
    let approved = crate::test_vault::approve_draft(vault, draft, Approval::Person, test.env())?;
    let token: Token = Token::parse(&approved.token.reveal()).unwrap();
    let slice = UnverifiedPackage::parse(&approved.sealed).unwrap().open(&token.secret().prk()).unwrap();
    Ok(String::from_utf8(slice.verify().unwrap().document_bytes().to_vec()).unwrap())
}

/// The right answers, and the slice that a share makes.
pub(crate) struct Truth {
    answers: Vec<String>,
    slice: String,
    dump: Vec<String>,
}

/// What a probe of a changed vault found.
pub(crate) struct Outcome {
    /// The questions that were refused; all of them when the vault did not open.
    pub refused: Vec<&'static str>,
    /// Whether a share was refused.
    pub share_refused: bool,
    /// Whether the change was noticed by `check` or before.
    pub found: bool,
    /// Whether it was noticed by a quick one or before.
    pub found_quickly: bool,
    /// What `check` said.
    pub findings: Vec<String>,
}

impl Truth {
    /// Asks a sound vault, of which a copy is kept under the name.
    pub(crate) fn of(test: &TestVault, kept: &str) -> Truth {
        let dump = dump(test).unwrap();
        let mut vault = test.write();
        let answers = QUESTIONS.iter().map(|question| ask(test, &vault, question).unwrap()).collect();
        let check = ops::check::run(&vault, test.env()).unwrap();
        assert!(check.ok, "{check:?}");
        let slice = share(test, &mut vault).unwrap();
        drop(vault);
        test.put_back(kept);
        Truth { answers, slice, dump }
    }

    /// Whether the database still holds exactly the true rows, so that the change has no effect.
    pub(crate) fn is_untouched(&self, test: &TestVault) -> bool {
        dump(test).is_ok_and(|dump| dump == self.dump)
    }

    /// Asks a vault that somebody changed. Panics on an answer that is neither right nor a refusal.
    #[track_caller]
    pub(crate) fn probe(&self, test: &TestVault, what: &str) -> Outcome {
        let mut outcome = Outcome {
            refused: Vec::new(),
            share_refused: false,
            found: false,
            found_quickly: false,
            findings: Vec::new(),
        };
        let grants = || fs::read_dir(test.dir().join("outbox")).map_or(0, Iterator::count);
        let before = grants();
        match test.try_read() {
            Err(error) => {
                integrity(what, "unlock", &error);
                outcome.findings.push(error.to_string());
                outcome.refused = QUESTIONS.to_vec();
                (outcome.found, outcome.found_quickly) = (true, true);
            }
            Ok(vault) => {
                for (question, truth) in QUESTIONS.iter().zip(&self.answers) {
                    match ask(test, &vault, question) {
                        Ok(answer) => assert_eq!(&answer, truth, "{what}: {question} is answered wrongly"),
                        Err(error) => {
                            integrity(what, question, &error);
                            outcome.refused.push(question);
                        }
                    }
                }
                outcome.check(test, &vault, what);
                outcome.found_quickly = ops::check::quick(&vault, test.env()).is_ok_and(|report| !report.ok);
            }
        }
        match test.try_write().and_then(|mut vault| share(test, &mut vault)) {
            Ok(slice) => assert_eq!(slice, self.slice, "{what}: a wrong slice was sealed"),
            Err(error) => {
                integrity(what, "share", &error);
                outcome.share_refused = true;
                assert!(grants() <= before, "{what}: a refused share left a slice");
            }
        }
        outcome
    }
}

impl Outcome {
    #[track_caller]
    fn check(&mut self, test: &TestVault, vault: &Reader, what: &str) {
        match ops::check::run(vault, test.env()) {
            Ok(report) => {
                assert_eq!(report.ok, report.findings.is_empty());
                self.found = !report.ok;
                self.findings = report.findings.into_iter().map(|f| format!("{}: {}", f.kind, f.message)).collect();
            }
            Err(error) => panic!("{what}: check could not be done: {error}"),
        }
    }
}

#[track_caller]
fn integrity(what: &str, question: &str, error: &OpError) {
    assert_eq!(error.kind(), ErrorKind::Integrity, "{what}: {question}: {error}");
}

/// Returns every row of every table and every object of the schema, or SQLite's error.
fn dump(test: &TestVault) -> Result<Vec<String>, rusqlite::Error> {
    let connection = test.raw();
    let sound: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
    let mut lines = vec![sound];
    let mut statement = connection.prepare("SELECT type || name || coalesce(sql, '') FROM sqlite_master ORDER BY 1")?;
    lines.extend(statement.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?);
    let mut statement = connection.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")?;
    let tables = statement.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    for table in tables {
        let mut statement = connection.prepare(&format!("SELECT * FROM {table} ORDER BY 1, 2"))?;
        let columns = statement.column_count();
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let values =
                (0..columns).map(|i| row.get::<_, rusqlite::types::Value>(i)).collect::<Result<Vec<_>, _>>()?;
            lines.push(format!("{table} {values:?}"));
        }
    }
    Ok(lines)
}
