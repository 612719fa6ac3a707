//! The documents against the program: what they name exists, and what the program shows is in them.
#![allow(missing_docs, clippy::unwrap_used)]

mod backups;
mod errors;
mod exit_codes;
mod guide;
mod readme;
mod threats;
mod topics;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    fs::read_to_string(project().join(path.as_ref())).unwrap()
}

/// README, CHANGELOG and everything under `docs`.
fn documents() -> Vec<PathBuf> {
    let mut found = vec![project().join("README.md"), project().join("CHANGELOG.md")];
    let mut folders = vec![project().join("docs")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    assert!(found.len() > 15);
    found
}

/// Returns every text between two marks.
fn between<'t>(text: &'t str, open: &str, close: &str) -> Vec<&'t str> {
    text.split(open).skip(1).filter_map(|rest| rest.split_once(close)).map(|(inside, _)| inside).collect()
}

#[test]
fn every_link_leads_somewhere() {
    for document in documents() {
        let text = fs::read_to_string(&document).unwrap();
        let links = between(&text, "](", ")").into_iter().filter(|link| !link.contains("://"));
        for link in links {
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() { document.clone() } else { document.parent().unwrap().join(file) };
            assert!(target.exists(), "{}: {link}", document.display());
            if !anchor.is_empty() {
                let slug = |line: &str| line.trim_start_matches('#').trim().to_lowercase().replace(' ', "-");
                let headings = fs::read_to_string(&target).unwrap();
                let found = headings.lines().any(|line| line.starts_with('#') && slug(line).replace('`', "") == anchor);
                assert!(found, "{}: {link}", document.display());
            }
        }
    }
}

/// What stands between backticks on one line, outside of code blocks.
fn code_spans(text: &str) -> Vec<&str> {
    let mut in_block = false;
    let mut spans = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            in_block = !in_block;
        } else if !in_block {
            spans.extend(line.split('`').skip(1).step_by(2));
        }
    }
    spans
}

#[test]
fn finds_the_code_spans_of_a_text() {
    assert_eq!(code_spans("a `b` c `d/e.rs`\n```\n`no`\n```\n`f`"), ["b", "d/e.rs", "f"]);
}

#[test]
fn every_source_file_that_is_named_exists() {
    for document in documents() {
        let text = fs::read_to_string(&document).unwrap();
        for name in code_spans(&text) {
            let ours = ["src/", "tests/", "docs/", "examples/"].iter().any(|folder| name.starts_with(folder));
            // `tests/bench/run ROWS` names a file and an argument; `*` stands for several files.
            let path = name.split([' ', '*', ',']).next().unwrap_or_default();
            assert!(!ours || project().join(path).exists(), "{}: {name}", document.display());
        }
    }
}

#[test]
fn every_table_and_column_is_described() {
    let sql = read("src/store/db/migrations/0001_main_line.sql");
    let document = read("docs/vault-format.md");
    let tables = between(&sql, "CREATE TABLE ", ";");
    assert_eq!(tables.len(), 22);
    for table in tables {
        let name = table.split_whitespace().next().unwrap();
        let from = document.find(&format!("\n**`{name}`**")).unwrap_or_else(|| panic!("{name} is not described"));
        let rest = &document[from + 1..];
        let section = &rest[..rest.find("\n**`").or_else(|| rest.find("\n### ")).unwrap_or(rest.len())];
        for line in table.lines().skip(1) {
            let column = line.split_whitespace().next().unwrap_or_default();
            if column.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_') && !column.is_empty() {
                assert!(section.contains(&format!("`{column}`")), "{name}.{column} is not described");
            }
        }
    }
}

/// A home with a vault, and two export files.
struct Home(tempfile::TempDir);

impl Home {
    fn new() -> Home {
        let home = Home(tempfile::tempdir().unwrap());
        for name in ["chase-checking.csv", "kennebec.ofx"] {
            fs::copy(project().join("examples/exports").join(name), home.0.path().join(name)).unwrap();
        }
        home
    }

    fn run(&self, arguments: &str) -> (Option<i32>, String, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_vault"))
            .args(arguments.split(' '))
            .current_dir(self.0.path())
            .env_clear()
            .env("HOME", self.0.path())
            .env("PATH", "/usr/bin:/bin")
            .env("FINVAULT_KEY_FILE", self.0.path().join("key"))
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    }

    fn json(&self, arguments: &str) -> Value {
        let (code, out, err) = self.run(&format!("{arguments} --json"));
        assert_eq!(code, Some(0), "vault {arguments}: {err}");
        serde_json::from_str(&out).unwrap()
    }
}

fn names(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| names(item, found)),
        Value::Object(members) => members.iter().for_each(|(name, member)| {
            found.insert(name.clone());
            names(member, found);
        }),
        _ => {}
    }
}

#[test]
fn every_field_of_the_json_is_described() {
    let home = Home::new();
    let mut ours = BTreeSet::new();
    names(&home.json("init --key-file key --recovery-code"), &mut ours);
    names(&home.json("import chase-checking.csv --account Household --create"), &mut ours);
    for arguments in [
        "import kennebec.ofx",
        "imports",
        "imports show imp-1",
        "imports undo imp-2",
        "accounts",
        "accounts rename Household House",
        "accounts set-type House checking",
        "balances",
        "transactions",
        "duplicates",
        "policy allow --to R --scope transactions.detail,balances --window 3650 --yes",
        "policy",
        "policy test --to R --scope transactions.detail,balances --expires 3d",
        "identity",
    ] {
        names(&home.json(arguments), &mut ours);
    }
    let share = "share --scope balances,transactions.detail --to R --purpose P --expires 3d --yes";
    let mut slice = BTreeSet::new();
    names(&home.json(&format!("{share} --preview"))["slice"], &mut slice);
    let shared = home.json(&format!("{share} --out r.slice"));
    names(&shared, &mut ours);
    fs::write(home.0.path().join("token"), shared["token"].as_str().unwrap()).unwrap();
    names(&home.json("open --token-file token"), &mut slice);
    names(&home.json("import kennebec.ofx"), &mut ours);
    let id = shared["grantId"].as_str().unwrap();
    for arguments in ["grants", &format!("revoke {id}"), "audit", "audit verify", "check", "audit accept --yes"] {
        names(&home.json(arguments), &mut ours);
    }
    fs::create_dir(home.0.path().join("backups")).unwrap();
    let backup = home.json("backup backups --keep-last 1");
    names(&backup, &mut ours);
    names(&home.json("backup list backups"), &mut ours);
    names(&home.json(&format!("backup verify {}", backup["file"].as_str().unwrap())), &mut ours);
    let (code, _, err) = home.run("open --token-file token --json");
    assert_eq!(code, Some(4));
    names(&serde_json::from_str(&err).unwrap(), &mut ours);

    let described = |document: &str, name: &str| {
        document.contains(&format!("`{name}`")) || document.contains(&format!("\"{name}\""))
    };
    let (json, format) = (read("docs/json.md"), read("docs/slice-format.md"));
    assert!(ours.len() > 60 && slice.len() > 40, "{} and {}", ours.len(), slice.len());
    for name in ours {
        assert!(described(&json, &name), "docs/json.md does not tell {name}");
    }
    for name in slice {
        assert!(described(&format, &name), "docs/slice-format.md does not tell {name}");
    }
}
