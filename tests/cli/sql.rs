//! `sql`: what a statement may do, what it answers, and that nothing unverified is in it.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::files::tree;
use crate::test_environment::{HOSTILE, Run, TestEnvironment};

impl TestEnvironment {
    fn sql(&self, statement: &str) -> Run {
        self.vault(&["sql", statement])
    }

    fn sql_json(&self, statement: &str) -> Value {
        self.json(&["sql", statement])
    }
}

/// Every file below a directory, with its bytes.
fn contents(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let read = |path: PathBuf| (path.clone(), fs::read(path).unwrap_or_default());
    tree(dir).into_iter().map(read).collect()
}

#[test]
fn sums_are_exact_and_filters_narrow() {
    let env = TestEnvironment::with_data();
    let all = env.json(&["transactions"]);
    let answer = env.sql_json("SELECT count(*) AS n, sum(amount_micros) AS total FROM transactions");
    let cents: i64 = all
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["amount"].as_str().unwrap().replace('.', "").parse::<i64>().unwrap())
        .sum();
    assert_eq!(answer, json!([{"n": 6, "total": cents * 10_000}]));
    for (condition, count) in [
        ("account = 'Daily'", 6),
        ("account = 'daily'", 0),
        ("account = 'daily' COLLATE NOCASE", 6),
        ("account LIKE 'dai%'", 6),
        ("account_id IN ('acc-1', 'acc-9')", 6),
        ("account_id = 'acc-9'", 0),
        ("day >= '2026-02-27'", 2),
        ("day > '2026-02-27'", 1),
        ("day LIKE '2026-02%'", 4),
        ("day < '2026-02'", 1),
        ("day BETWEEN '2026-02-11' AND '2026-02-11'", 1),
        ("day = '2026-02-11' AND account_id = 'acc-1'", 1),
        ("day > 5", 0),
        ("day < 5", 6),
        ("day < NULL", 0),
        ("amount_micros > 0", 1),
        ("amount > 0", 1),
        ("amount <= -125", 2),
        ("amount = '-125'", 1),
        ("'2026-03' < day OR amount > 1000", 2),
        ("day = (SELECT max(day) FROM transactions)", 1),
    ] {
        let answer = env.sql_json(&format!("SELECT count(*) AS n FROM transactions WHERE {condition}"));
        assert_eq!(answer, json!([{ "n": count }]), "{condition}");
    }
}

#[test]
fn amounts_as_text_are_ordered_as_numbers_and_not_summed() {
    let env = TestEnvironment::with_data();
    let first = env.sql_json("SELECT amount FROM transactions ORDER BY amount LIMIT 1");
    assert_eq!(first, json!([{"amount": "-659.30"}]));
    assert_eq!(env.sql_json("SELECT max(amount) AS most FROM transactions"), json!([{"most": "1500.00"}]));
    for call in ["sum(amount)", "avg(amount)", "total(amount)", "sum(amount) OVER (ORDER BY day)"] {
        let run = env.sql(&format!("SELECT {call} FROM transactions")).fails(2);
        assert!(run.err.contains("amounts as text are to be read") && run.err.contains("_micros"), "{}", run.err);
        assert_eq!(run.out, "");
    }
    env.sql("SELECT sum(balance) FROM balances").fails(2);
}

#[test]
fn json_has_the_types_of_sql() {
    let env = TestEnvironment::with_data();
    let answer = env
        .sql_json("SELECT 1 AS i, 0.5 AS r, 'x' AS t, NULL AS n, x'00ff' AS b, 9e999 AS inf, 9007199254740993 AS big");
    assert_eq!(
        answer,
        json!([{"i": 1, "r": 0.5, "t": "x", "n": null, "b": "00ff", "inf": "inf", "big": 9_007_199_254_740_993_i64}])
    );
    // The fields stand in the order of the columns.
    let run = env.vault(&["sql", "--json", "SELECT 1 AS z, 2 AS a"]).ok();
    assert!(run.out.find("\"z\"").unwrap() < run.out.find("\"a\"").unwrap(), "{}", run.out);
    assert_eq!(env.sql_json("SELECT * FROM accounts WHERE false"), json!([]));
    let twice = env.vault(&["sql", "--json", "SELECT 1 AS a, 2 AS a"]).fails(2);
    assert!(twice.err.contains("two columns have the name a"), "{}", twice.err);
    env.sql("SELECT 1 AS a, 2 AS a").ok();
}

#[test]
fn tables_and_csv_show_what_is_selected() {
    let env = TestEnvironment::with_data();
    let run = env.sql("SELECT account, balance, NULL AS unknown, currency FROM balances").ok();
    insta::assert_snapshot!(run.out, @r"
    account  balance  unknown  currency
    Daily    1662.10           USD
    ");
    let csv = env
        .vault(&[
            "sql",
            "--format",
            "csv",
            "SELECT day, amount, '=1+1' AS text, NULL AS none FROM transactions WHERE amount = -125",
        ])
        .ok();
    assert_eq!(csv.out, "day,amount,text,none\r\n2026-02-11,-125.00,'=1+1,\r\n");
    let none = env.sql("SELECT * FROM grants").ok();
    assert_eq!((none.out.as_str(), none.err.as_str()), ("", "no rows\n"));
}

#[test]
fn views_agree_with_the_commands() {
    let env = TestEnvironment::with_data();
    let row = |view: &str| env.sql_json(&format!("SELECT * FROM {view}"))[0].clone();
    let (account, line) = (row("accounts"), env.json(&["accounts"])[0].clone());
    for (column, field) in [
        ("account_id", "accountId"),
        ("account", "name"),
        ("transactions", "transactionCount"),
        ("last_day", "lastPosted"),
    ] {
        assert_eq!(account[column], line[field], "{column}");
    }
    let (balance, line) = (row("balances"), env.json(&["balances"])[0].clone());
    for (column, field) in [
        ("balance", "currentBalance"),
        ("available", "availableBalance"),
        ("balance_day", "balanceAsOf"),
        ("source", "balanceSource"),
    ] {
        assert_eq!(balance[column], line[field], "{column}");
    }
    assert_eq!((&balance["balance_micros"], &balance["available_micros"]), (&json!(1_662_100_000), &json!(null)));
    let (import, line) = (row("imports"), env.json(&["imports"])[0].clone());
    for (column, field) in [
        ("import_id", "importId"),
        ("created", "createdTime"),
        ("sha256", "sha256"),
        ("rows", "rows"),
        ("status", "status"),
    ] {
        assert_eq!(import[column], line[field], "{column}");
    }
    let rows = env.sql_json("SELECT * FROM transactions ORDER BY day, transaction_id");
    let lines = env.json(&["transactions"]);
    assert_eq!(rows.as_array().unwrap().len(), lines.as_array().unwrap().len());
    for line in lines.as_array().unwrap() {
        let row = rows.as_array().unwrap().iter().find(|row| row["transaction_id"] == line["transactionId"]).unwrap();
        for (column, field) in [
            ("day", "postedTimestamp"),
            ("amount", "amount"),
            ("direction", "debitCreditMemo"),
            ("description", "description"),
            ("memo", "memo"),
            ("type", "transactionType"),
            ("status", "status"),
            ("import_id", "importId"),
            ("account_id", "accountId"),
        ] {
            assert_eq!(row[column], line[field], "{column}");
        }
    }
    let joined = env.sql_json("SELECT t.day, i.file FROM transactions t JOIN imports i USING (import_id) JOIN accounts a USING (account_id) LIMIT 1");
    assert_eq!(joined[0]["file"], row("imports")["file"]);
    let pairs = env.sql_json("SELECT count(*) AS n FROM transactions a JOIN transactions b ON a.day < b.day");
    assert!(pairs[0]["n"].as_i64().unwrap() > 6, "{pairs}");
}

#[test]
fn nothing_but_reading_is_allowed_and_the_vault_stays_as_it_is() {
    let env = TestEnvironment::with_data();
    let before = contents(&env.vault_dir());
    let out = env.path("out.db");
    let out = out.to_str().unwrap();
    for statement in [
        "INSERT INTO accounts (account_id) VALUES ('acc-7')",
        "INSERT INTO transactions (day) VALUES ('2026-01-01')",
        "UPDATE accounts SET account = 'x'",
        "DELETE FROM transactions",
        "DELETE FROM accounts RETURNING account",
        "REPLACE INTO grants (grant_id) VALUES ('x')",
        "WITH x AS (SELECT 1) INSERT INTO accounts (account_id) SELECT 'a' FROM x",
        "CREATE TABLE t (x)",
        "CREATE TEMP TABLE t AS SELECT * FROM transactions",
        "CREATE VIEW v AS SELECT 1",
        "CREATE VIRTUAL TABLE t USING fts5(x)",
        "CREATE TRIGGER t AFTER INSERT ON accounts BEGIN SELECT 1; END",
        "CREATE INDEX i ON accounts (account)",
        "DROP TABLE accounts",
        "ALTER TABLE accounts RENAME TO a",
        "REINDEX",
        "ANALYZE",
        "VACUUM",
        &format!("VACUUM INTO '{out}'"),
        &format!("ATTACH '{out}' AS o"),
        &format!("ATTACH '{out}' AS o KEY 'x'"),
        "DETACH main",
        "BEGIN",
        "COMMIT",
        "SAVEPOINT s",
        "PRAGMA key",
        "PRAGMA user_version = 7",
        "PRAGMA temp_store_directory = '/tmp'",
        "SELECT * FROM pragma_table_info('accounts')",
        "SELECT * FROM sqlite_master",
        "SELECT * FROM sqlite_schema",
        "SELECT * FROM source_rows",
        "SELECT * FROM json_each('[1]')",
        "SELECT * FROM meta",
        "SELECT load_extension('x.so')",
        "SELECT readfile('/etc/passwd')",
        "SELECT writefile('x', 'y')",
        "SELECT edit('x')",
        "SELECT sqlcipher_export('main')",
        "SELECT randomblob(8)",
        "SELECT zeroblob(1000000000)",
        "SELECT ?1",
        "EXPLAIN DELETE FROM accounts",
        "SELECT 1; SELECT 2",
        "SELECT 1; DROP TABLE accounts",
        "",
        "/* nothing */",
        ";",
    ] {
        let run = env.sql(statement).fails(2);
        assert_eq!(run.out, "", "{statement}");
        assert!(run.err.starts_with("error: ") && run.err.contains("hint: "), "{statement}: {}", run.err);
    }
    assert!(!env.path("out.db").exists());
    assert!(contents(&env.vault_dir()) == before, "the vault changed");
}

#[test]
fn a_bad_statement_is_told_with_its_place() {
    let env = TestEnvironment::with_data();
    for (statement, said) in [
        ("SELECT nope FROM accounts", "no such column: nope (line 1, column 8)"),
        ("SELECT account\nFROM accounts\nWHER account = 'x'", "near \"account\": syntax error (line 3, column 6)"),
        ("SELECT 'ü', nope FROM accounts", "(line 1, column 13)"),
        ("SELECT account FROM accounts WHERE account = \"Daily\"", "no such column"),
        ("SELECT nosuch(1)", "no such function: nosuch"),
        ("SELECT * FROM nowhere", "no such table: nowhere"),
        ("SELECT * FROM meta", "no such table: meta"),
        (
            "SELECT * FROM sqlite_master",
            "there is no view sqlite_master: the views are accounts, balances, transactions, imports, grants",
        ),
        ("SELECT load_extension('x')", "only SELECT is allowed: the function load_extension cannot be called"),
        ("PRAGMA key", "only SELECT is allowed"),
        ("DELETE FROM accounts", "only SELECT is allowed: the statement would change something"),
        ("SELECT 1; SELECT 2", "there is more than one statement"),
        ("SELECT \u{1b}[2J", "unrecognized token"),
    ] {
        let run = env.sql(statement).fails(2);
        assert!(run.err.contains(said), "{statement}: {}", run.err);
        assert!(!run.err.contains('\u{1b}'), "{:?}", run.err);
    }
    let run = env.sql("SELECT * FROM foo").fails(2);
    assert!(run.err.contains("hint: The views are accounts, balances, transactions, imports, grants."), "{}", run.err);
    let run = env.vault(&["sql", "--json", "SELECT nope"]).fails(2);
    let error: Value = serde_json::from_str(&run.err).unwrap();
    assert_eq!(error["error"]["kind"], "usage");
}

#[test]
fn a_statement_without_an_end_is_ended() {
    let env = TestEnvironment::with_data();
    for endless in [
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n",
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT 1 FROM n) SELECT x FROM n WHERE x > 1",
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT (SELECT count(*) FROM transactions WHERE amount_micros > x) AS c FROM n WHERE c < 0",
    ] {
        let run = env.vault(&["sql", "--timeout", "1", endless]).fails(1);
        assert!(run.err.contains("the statement was ended after 1 s") && run.err.contains("--timeout"), "{}", run.err);
        assert_eq!(run.out, "");
    }
    env.vault(&["sql", "--timeout", "0", "SELECT 1"]).fails(2);
}

#[test]
fn a_statement_that_takes_too_much_memory_is_ended() {
    let env = TestEnvironment::with_data();
    let rows = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 2000)";
    for greedy in [
        format!("{rows} SELECT x, printf('%1000000d', x) AS big FROM n"),
        format!("{rows} SELECT count(*) FROM (SELECT printf('%1000000d', x) AS big FROM n ORDER BY big)"),
    ] {
        let run = env.vault(&["sql", "--timeout", "600", &greedy]).fails(1);
        assert!(run.err.contains("too much memory") || run.err.contains("larger than"), "{}", run.err);
        assert!(run.err.contains("LIMIT"), "{}", run.err);
    }
    env.vault(&["check"]).ok();
}

#[test]
fn a_value_that_is_too_large_is_ended() {
    let env = TestEnvironment::with_data();
    let doubled = "WITH RECURSIVE n(t, x) AS (SELECT 'tea', 1 UNION ALL SELECT t || t, x + 1 FROM n WHERE x < 30) SELECT max(t) FROM n";
    let many = "SELECT replace(printf('%4000000d', 1), ' ', 'xx')";
    for greedy in ["SELECT printf('%5000000d', 1)", "SELECT printf('%1000000000d', 1)", many, doubled] {
        let run = env.vault(&["sql", greedy]).fails(1);
        assert!(run.err.contains("a value is larger than 4 MiB") && run.err.contains("substr"), "{}", run.err);
    }
    // Of a statement that is too long SQLite says so.
    let long = format!("SELECT {}1", "1 + ".repeat(20_000));
    assert!(!env.vault(&["sql", &long]).fails(2).err.contains("MiB"));
}

#[test]
fn text_from_files_and_statements_steers_no_terminal() {
    let env = TestEnvironment::with_vault();
    env.write("hostile.csv", HOSTILE);
    env.vault(&["import", "hostile.csv", "--account", "Odd", "--create", "--currency", "USD"]).ok();
    for format in ["table", "json", "csv"] {
        let run =
            env.vault(&["sql", "--format", format, "SELECT *, description AS \"a\u{1b}[2Jb\" FROM transactions"]).ok();
        assert!(!run.out.contains('\u{1b}') && !run.out.contains('\u{202e}'), "{format}: {:?}", run.out);
        assert!(run.out.lines().count() > 1);
    }
}

#[test]
fn inspecting_writes_nothing_at_all() {
    let env = TestEnvironment::with_data();
    let before = contents(env.root());
    let run = env.vault(&["sql", "--inspect", "--json", "SELECT count(*) AS n FROM transactions"]).ok();
    assert_eq!(serde_json::from_str::<Value>(&run.out).unwrap(), json!([{"n": 6}]));
    assert!(contents(env.root()) == before);
}

#[test]
fn a_damaged_vault_is_told_and_shows_no_row() {
    let env = TestEnvironment::with_data();
    let database = env.vault_dir().join("vault.db");
    let whole = fs::read(&database).unwrap();
    let mut told = 0;
    // Each page in turn: it is refused before anything is printed, or the statement does not rest on it.
    for page in 0..whole.len() / 4096 {
        let mut bytes = whole.clone();
        bytes[page * 4096 + 100..page * 4096 + 164].fill(0x55);
        fs::write(&database, bytes).unwrap();
        let run = env.vault(&["sql", "--json", "SELECT * FROM transactions ORDER BY day"]);
        match run.code {
            0 => assert_eq!(serde_json::from_str::<Value>(&run.out).unwrap().as_array().unwrap().len(), 6),
            code => {
                assert_eq!((code, run.out.as_str()), (6, ""), "{page}: {}", run.err);
                told += 1;
            }
        }
    }
    assert!(told > 3, "{told}");
}

/// Returns the commands of a text that begin with `vault sql`, each up to its last quote.
fn commands(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for rest in text.split("vault sql ").skip(1).filter(|rest| rest.starts_with(['"', '-'])) {
        let quoted: Vec<&str> = rest.splitn(3, '"').collect();
        if let [options, statement, _] = quoted[..]
            && !options.contains(['\n', '`'])
        {
            found.push(format!("vault sql {options}\"{statement}\""));
        }
    }
    found
}

#[test]
fn the_examples_of_help_and_document_run() {
    let env = TestEnvironment::with_data();
    let help = env.vault(&["sql", "--help"]).ok().out;
    let document = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/sql.md")).unwrap();
    for (text, least) in [(help, 3), (document, 5)] {
        let all = commands(&text);
        assert!(all.len() >= least, "{all:#?}");
        for command in all {
            let mut shell = env.command(&[]);
            let program = shell.get_program().to_owned();
            shell = std::process::Command::new("/bin/sh");
            shell
                .arg("-c")
                .arg(format!("vault() {{ \"$VAULT\" \"$@\"; }}; {command}"))
                .env_clear()
                .env("VAULT", program);
            shell.env("HOME", env.path("")).env("FINVAULT_KEY_FILE", "key").current_dir(env.path(""));
            let run = crate::test_environment::run(shell).ok();
            assert!(run.out.lines().count() > 1, "{command}: {}", run.out);
        }
    }
}

#[test]
fn help_and_document_have_every_column() {
    let env = TestEnvironment::with_vault();
    let help = env.vault(&["sql", "--help"]).ok().out;
    let document = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/sql.md")).unwrap();
    for view in ["accounts", "balances", "transactions", "imports", "grants"] {
        let csv = env.vault(&["sql", "--format", "csv", &format!("SELECT * FROM {view}")]).ok().out;
        let columns: Vec<&str> = csv.trim_end().split(',').collect();
        let words: Vec<&str> = help.split_whitespace().collect();
        assert!(
            words.windows(columns.len() + 1).any(|part| part[0] == view && part[1..] == columns),
            "{view}: {columns:?}"
        );
        let (_, section) = document.split_once(&format!("| `{view}` | | |")).unwrap();
        let section = section.split("\n\n").next().unwrap();
        for column in columns {
            assert!(section.contains(&format!("`{column}`")), "docs/sql.md: {view} has {column}");
        }
    }
}
