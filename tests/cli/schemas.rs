//! The schemas in `docs/schemas` against what every command prints with `--json`.

use std::cell::Cell;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::test_environment::{CHASE, Run, TestEnvironment, run};

/// Outputs that were printed, each in a file of its own, named after its schema.
struct Outputs {
    env: TestEnvironment,
    count: Cell<u32>,
}

impl Outputs {
    fn keep(&self, schema: &str, text: &str) -> Value {
        self.count.set(self.count.get() + 1);
        let path = self.env.root().join("outputs").join(format!("{schema}.{}", self.count.get()));
        fs::write(path, text).unwrap();
        serde_json::from_str(text).unwrap_or_else(|error| panic!("{schema}: {error}: {text}"))
    }

    /// Runs a command with `--json`, which is to end with a code, and keeps its output.
    #[track_caller]
    fn ends(&self, code: i32, schema: &str, args: &[&str]) -> Value {
        let run = self.env.vault(&[args, &["--json"]].concat()).fails(code);
        for line in run.err.lines() {
            self.keep("error", line);
        }
        self.keep(schema, &run.out)
    }

    #[track_caller]
    fn of(&self, schema: &str, args: &[&str]) -> Value {
        self.ends(0, schema, args)
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// Runs two commands in a session of the kernel's keyrings of their own. Their outputs stand in one line each.
fn in_session(env: &TestEnvironment) -> Run {
    let mut shell = Command::new("keyctl");
    let lines =
        "\"$V\" unlock --for 1m --json --quiet | tr -d '\\n'; echo; \"$V\" lock --json --quiet | tr -d '\\n'; echo";
    shell.args(["session", "-", "sh", "-c", lines]).env_clear().current_dir(env.path("")).env("HOME", env.path(""));
    shell.env("V", env!("CARGO_BIN_EXE_vault")).env("FINVAULT_KEY_FILE", "key").env("PATH", "/usr/bin:/bin");
    shell.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    run(shell)
}

#[test]
fn every_output_is_as_its_schema_says() {
    let outputs = Outputs { env: TestEnvironment::empty(), count: Cell::new(0) };
    let (env, out) = (&outputs.env, &outputs);
    fs::create_dir(env.root().join("outputs")).unwrap();
    out.of("init", &["init", "--key-file", "key", "--recovery-code"]);
    data(out);
    doubts(out);
    sharing(out);
    keeping(out);
    let schemas = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schemas");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/schemas.py");
    let checked =
        Command::new("python3").arg("-Wignore").arg(script).arg(&schemas).arg(env.root().join("outputs")).output();
    let checked = checked.expect("python3 runs: see tests/run");
    let said = String::from_utf8_lossy(&checked.stderr);
    assert!(!said.contains("ModuleNotFoundError"), "python3 has jsonschema (Debian: python3-jsonschema): {said}");
    assert!(checked.status.success(), "{said}");
    let document = fs::read_to_string(schemas.with_file_name("json.md")).unwrap();
    for schema in fs::read_dir(&schemas).unwrap() {
        let name = schema.unwrap().file_name().into_string().unwrap();
        assert!(document.contains(&format!("(schemas/{name})")), "docs/json.md does not name {name}");
    }
}

/// Imports, accounts, transactions.
fn data(out: &Outputs) {
    let env = &out.env;
    env.write("chase.csv", CHASE);
    env.write("bad.csv", "Date,Description,Amount\n2026-02-30,RENT,-900.00\n");
    env.write("open.csv", "Date,Description,Amount\n2026-02-03,RENT,-900.00\n");
    out.of("import", &["import", "chase.csv", "--account", "Daily", "--create", "--dry-run"]);
    out.of("import", &["import", "chase.csv", "--account", "Daily", "--create"]);
    out.of("import", &["import", "chase.csv", "--account", "Daily"]);
    out.ends(5, "import", &["import", "bad.csv", "open.csv"]);
    out.of("import", &["import", "open.csv", "--account", "Other", "--create", "--currency", "EUR", "--always"]);
    out.of("imports-ignore", &["imports", "ignore", "bad.csv"]);
    out.of("imports-answers", &["imports", "answers"]);
    out.of("imports", &["imports"]);
    out.of("imports-show", &["imports", "show", "imp-1"]);
    out.of("imports-undo", &["imports", "undo", "imp-2"]);
    fs::create_dir(env.path("again")).unwrap();
    out.of("imports-extract", &["imports", "extract", "imp-1", "imp-2", "--out", "again"]);
    out.of("imports", &["imports"]);
    out.of("imports-undo", &["imports", "forget", "imp-2", "--yes"]);
    out.of("accounts", &["accounts"]);
    out.of("accounts", &["accounts", "set-type", "Daily", "checking"]);
    out.of("balances", &["balances"]);
    out.of("transactions", &["transactions"]);
    out.of("transactions-show", &["transactions", "show", "txn-1"]);
    out.of("sql", &["sql", "SELECT *, amount_micros / 3.0 AS third FROM transactions"]);
    env.vault(&["transactions", "--account", "nothing", "--json"]).fails(2).err.lines().for_each(|line| {
        out.keep("error", line);
    });
}

/// Rows in doubt, and accounts that are one.
fn doubts(out: &Outputs) {
    let env = &out.env;
    env.write("feb.csv", "Date,Description,Amount\n2026-02-10,RENT,-900.00\n2026-02-28,TRAM,-2.80\n");
    env.write("mar.csv", "Date,Description,Amount\n2026-02-28,TRAM,-2.80\n2026-03-10,RENT,-900.00\n");
    out.of("import", &["import", "feb.csv", "--account", "Euro", "--create", "--currency", "EUR"]);
    out.of("import", &["import", "mar.csv", "--account", "Euro"]);
    let pairs = out.of("duplicates", &["duplicates"]);
    out.of("duplicates-decision", &["duplicates", "different", text(&pairs[0]["pairId"])]);
    out.of("duplicates-decisions", &["duplicates", "decisions"]);
    out.of("duplicates-decision", &["duplicates", "undo", "dec-1"]);
    env.write("second.csv", "Date,Description,Amount\n2026-05-10,RENT,-900.00\n2026-05-28,TRAM,-2.80\n");
    out.of("import", &["import", "second.csv", "--account", "Second", "--create", "--currency", "EUR"]);
    out.of("accounts-merge", &["accounts", "merge", "Second", "Euro", "--yes"]);
}

/// Policy, shares, slices, the log.
fn sharing(out: &Outputs) {
    let env = &out.env;
    let scopes = "accounts,balances,transactions,transactions.detail";
    let allow = ["policy", "allow", "--to", "Acme", "--scope", scopes, "--max-days", "90", "--window", "3650", "--yes"];
    out.of("policy-change", &allow);
    out.of("policy-change", &["policy", "deny", "--to", "Nobody"]);
    out.of("policy", &["policy"]);
    let ask = ["--scope", scopes, "--to", "Acme", "--expires", "30d"];
    out.of("policy-test", &[&["policy", "test"], &ask[..]].concat());
    out.ends(4, "policy-test", &["policy", "test", "--scope", "balances", "--to", "Nobody", "--expires", "30d"]);
    let share = [&["share"], &ask[..], &["--purpose", "taxes"]].concat();
    out.of("share-preview", &[&share[..], &["--preview"]].concat());
    let shared = out.of("share", &[&share[..], &["--yes"]].concat());
    let (grant, token) = (text(&shared["grantId"]).to_owned(), text(&shared["token"]).to_owned());
    env.write("token", format!("{token}\n"));
    out.of("slice", &["open", "--token-file", "token"]);
    out.of("open-out", &["open", "--token-file", "token", "--out", "got"]);
    out.of("grants", &["grants"]);
    out.of("grants-show", &["grants", "show", &grant]);
    out.of("policy-change", &["policy", "deny", "--to", "Acme"]);
    out.of("grants", &["grants"]);
    out.of("policy-change", &["policy", "remove", "3", "--yes"]);
    out.of("grants-resume", &["grants", "resume", &grant, "--yes"]);
    out.of("revoke", &["revoke", &grant]);
    out.of("audit", &["audit"]);
    out.of("audit-verify", &["audit", "verify"]);
    out.of("identity", &["identity"]);
    out.of("config", &["config"]);
    out.of("help", &["help"]);
    out.of("help-topic", &["help", "periods"]);
    out.of("help-topic", &["help", "keys", "rotate"]);
    out.of("config-path", &["config", "path"]);
}

/// Keys, backups, what is looked after.
fn keeping(out: &Outputs) {
    let env = &out.env;
    out.of("keys", &["keys"]);
    out.of("completions", &["completions", "zsh"]);
    out.of("man", &["man", "grants", "show"]);
    out.of("man-out", &["man", "--out", "pages"]);
    out.of("keys-change", &["keys", "add", "key-file", "--new-key-file", "key2"]);
    out.of("check", &["check"]);
    fs::create_dir(env.path("dest")).unwrap();
    out.of("backup", &["backup", "dest", "--dry-run"]);
    let made = out.of("backup", &["backup", "dest", "--keep-last", "3"]);
    let file = text(&made["file"]).to_owned();
    env.write("dest/broken.tar", "no backup");
    out.of("backup-list", &["backup", "list", "dest"]);
    out.of("backup-verify", &["backup", "verify", &file]);
    out.of("status", &["status"]);
    out.of("restore", &["restore", &file, "--to", "apart", "--yes"]);
    out.of("restore", &["restore", &file, "--yes"]);
    out.of("status", &["status"]);
    let session = in_session(env);
    assert_eq!(session.out.lines().count(), 2, "keyctl runs (Debian: keyutils): {} {}", session.out, session.err);
    for (schema, line) in ["unlock", "lock"].iter().zip(session.out.lines()) {
        out.keep(schema, line);
    }
    let file = env.vault_dir().join("vault.db");
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 64].fill(0x55);
    fs::write(file, bytes).unwrap();
    out.ends(6, "check", &["check"]);
}
