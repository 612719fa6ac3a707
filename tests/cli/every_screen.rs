//! Every command on terminals of 80, 100 and 200 columns, as somebody sees it who uses them one after the other. No line is
//! longer than the terminal. `INSTA_UPDATE=always cargo test --test cli every_screen` rewrites the files.

use std::collections::BTreeSet;
use std::path::Path;

use console::measure_text_width;
use finvault::model::Day;
use serde_json::Value;

use crate::help::paths;
use crate::screens::fill;
use crate::terminal::at_terminal;
use crate::test_environment::TestEnvironment;

const PASSPHRASE: &str = "violet tractor hums beneath seven moons";

/// What differs from run to run, and what stands for it: as long, so that nothing moves. The days of the data are kept.
const DIFFERS: [(&str, &str); 17] = [
    (r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", "2026-11-22T08:00:00Z"),
    (r"20\d\d-\d\d-\d\d \d\d:\d\d", "2026-11-22 08:00"),
    (r"(20\d\d-\d\d-\d\d\n +)\d\d:\d\d", "${1}08:00"),
    (r"20(26-(0[4-9]|1[0-2])|2[7-9]-\d\d|[3-9]\d-\d\d)-\d\d", "2026-11-22"),
    (r"\d{1,2} ((Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) 2026|[A-Z][a-z][a-z] 20(2[7-9]|[3-9]\d))", "22 Nov 2026"),
    (r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun) 22 Nov 2026 \(\d\d da", "Sun 22 Nov 2026 (30 da"),
    (r"before-\d{8}T\d{6}Z", "before-20261122T080000Z"),
    (r"[0-9a-f]{64}", "0000000000000000000000000000000000000000000000000000000000000000"),
    (r"SHA256:[A-Za-z0-9+/]{43}", "SHA256:0000000000000000000000000000000000000000000"),
    (r"AAAAC3[A-Za-z0-9+/]{62}", "AAAAC300000000000000000000000000000000000000000000000000000000000000"),
    (r"\b([at])_[a-z0-9]{20}", "${1}_00000000000000000000"),
    (r"vlt_[a-z0-9]{16}_[a-z0-9]{52}_[a-z0-9]{8}", "vlt_TOKEN"),
    (r"[a-z0-9]{5}(-[a-z0-9]{5}){7}", "00000-00000-00000-00000-00000-00000-00000-00000"),
    (r"\d+\.\d kB", "123.4 kB"),
    (r"\b1\d\d,\d{3}\b", "123,456"),
    (r"\b[a-z0-9]{26}\b", "00000000000000000000000000"),
    (r"grantId: [0-9]*[a-z][a-z0-9]*\b", "grantId: 9999999999999999"),
];

/// Somebody who uses one command after the other.
struct Walk {
    env: TestEnvironment,
    columns: usize,
    /// The screens since the last snapshot.
    shown: String,
    /// The commands that were used.
    used: BTreeSet<String>,
    /// What is told in other letters of the same number.
    secrets: Vec<(String, String)>,
}

/// Returns an empty home whose path is as long everywhere: what a person sees of it is broken at the same words.
fn home() -> TestEnvironment {
    TestEnvironment::empty_in(Path::new("/tmp"))
}

impl Walk {
    fn begin(env: TestEnvironment, columns: usize) -> Walk {
        let root = env.root().to_str().unwrap().to_owned();
        let known = format!("{}000000", &root[..root.len() - 6]);
        Walk { env, columns, shown: String::new(), used: BTreeSet::new(), secrets: vec![(root, known)] }
    }

    /// Runs a command on the terminal, and keeps its screen.
    fn see(&mut self, args: &[&str]) {
        self.answer(args, &[]);
    }

    fn answer(&mut self, args: &[&str], steps: &[(&str, &str, bool)]) {
        let size = format!("{}x40", self.columns);
        let run = at_terminal(&self.env, "-", args, steps, &[("NO_COLOR", "1"), ("SIZE", &size), ("EDITOR", "true")]);
        let line = args.join(" ");
        // The driver says there what was never asked or answered.
        assert_eq!(run.err, "", "vault {line}");
        let shown = as_seen(&run.out);
        for row in shown.lines() {
            // A token, a path and a code are copied whole.
            let fits = measure_text_width(row) <= self.columns || !row.trim().contains(' ');
            assert!(fits, "vault {line} at {}: {row:?}\n{shown}", self.columns);
        }
        assert!(!shown.contains("defect of the program"), "vault {line}: {shown}");
        let code = if run.code == 0 { String::new() } else { format!("  (exit code {})", run.code) };
        self.shown.push_str(&format!("$ vault {line}{code}\n{}\n\n", shown.trim_end()));
        let words: Vec<&str> = args.iter().copied().take_while(|word| !word.starts_with('-')).collect();
        self.used.extend((1..=words.len().min(3)).map(|count| words[..count].join(" ")));
    }

    /// Compares the screens since the last time with those that are kept.
    fn compare(&mut self, name: &str) {
        // Without a key there is no grant yet.
        let has_key = self.env.path("key").exists();
        let grants = if has_key { self.env.json(&["grants"]) } else { Value::Null };
        for (place, grant) in grants.as_array().into_iter().flatten().enumerate() {
            let id = grant["grantId"].as_str().unwrap().to_owned();
            let known = format!("{place}").repeat(id.len());
            self.secrets.push((id, known));
        }
        let mut text: Vec<char> = std::mem::take(&mut self.shown).chars().collect();
        self.secrets.iter().for_each(|(secret, known)| replace(&mut text, secret, known));
        hide_hashes(&mut text);
        let text: String = text.into_iter().collect();
        insta::with_settings!({ filters => DIFFERS.to_vec() }, {
            insta::assert_snapshot!(format!("{name}_{}", self.columns), text.trim_end());
        });
    }
}

/// Puts other letters in the place of a word, also where a line ends inside it.
fn replace(text: &mut [char], word: &str, known: &str) {
    let (word, known): (Vec<char>, Vec<char>) = (word.chars().collect(), known.chars().collect());
    assert_eq!(word.len(), known.len());
    for start in 0..text.len() {
        let (mut places, mut at) = (Vec::new(), start);
        while places.len() < word.len() && at < text.len() {
            let goes_on = !places.is_empty() && (text[at] == '\n' || text[at] == ' ');
            match text[at] == word[places.len()] {
                true => places.push(at),
                false if goes_on => {}
                false => break,
            }
            at += 1;
        }
        if places.len() == word.len() {
            places.iter().zip(&known).for_each(|(at, letter)| text[*at] = *letter);
        }
    }
}

/// Puts zeros in the place of the beginnings of hashes, which end in `…`.
fn hide_hashes(text: &mut [char]) {
    for end in (0..text.len()).filter(|at| text[*at] == '…').collect::<Vec<_>>() {
        let begin = (0..end).rev().find(|at| !matches!(text[*at], '0'..='9' | 'a'..='f')).map_or(0, |at| at + 1);
        if end - begin >= 12 {
            text[begin..end].fill('0');
        }
    }
}

/// Returns what somebody sees: text as it is, and of pages on the alternate screen the last one that was drawn.
fn as_seen(out: &str) -> String {
    let out = out.replace('\r', "");
    let Some((before, rest)) = out.split_once("\u{1b}[?1049h") else { return out };
    let (drawn, after) = rest.rsplit_once("\u{1b}[?1049l").unwrap();
    let mut rows: Vec<String> = Vec::new();
    let mut page = String::new();
    for part in drawn.split('\u{1b}').filter_map(|part| part.strip_prefix('[')) {
        let (code, text) = part.split_at(part.find(char::is_alphabetic).unwrap() + 1);
        match (code, code.strip_suffix('H').and_then(|place| place.split_once(';'))) {
            (_, Some((row, column))) => {
                let (row, column): (usize, usize) = (row.parse().unwrap(), column.parse().unwrap());
                rows.resize(rows.len().max(row), String::new());
                let gap = (column - 1).saturating_sub(measure_text_width(&rows[row - 1]));
                rows[row - 1].push_str(&format!("{}{text}", " ".repeat(gap)));
            }
            ("?25l", _) => rows.clear(),
            ("?25h", _) => page = rows.join("\n"),
            _ => {}
        }
    }
    format!("{before}{page}\n{after}")
}

/// From nothing to an own vault.
fn begins(columns: usize) -> BTreeSet<String> {
    let mut walk = Walk::begin(home(), columns);
    walk.see(&[]);
    let typed = [("New passphrase", PASSPHRASE, true), ("The same again", PASSPHRASE, true), ("[y/N]", "n", false)];
    walk.answer(&["init"], &typed);
    walk.see(&[]);
    walk.see(&["status"]);
    walk.see(&["config", "path"]);
    walk.see(&["config", "edit"]);
    walk.see(&["config", "show"]);
    walk.answer(&["accounts"], &[("Passphrase", "no", true), ("Passphrase", PASSPHRASE, true)]);
    walk.compare("begin");
    walk.used
}

/// Files that are imported, and what is decided about their rows.
fn imports(walk: &mut Walk) {
    walk.env.write("feb.csv", "Date,Description,Amount\n2026-02-10,RENT,-900.00\n2026-02-28,TRAM,-2.80\n");
    walk.env.write("mar.csv", "Date,Description,Amount\n2026-02-28,TRAM,-2.80\n2026-03-10,RENT,-900.00\n");
    walk.env.write("bad.csv", "Date,Description,Amount\n2026-02-30,TRAM,-2.80\n2026-03-10,RENT,-9x0.00\n");
    let import = ["import", "feb.csv", "--account", "A travel account", "--create", "--currency", "EUR"];
    walk.see(&[&import[..], &["--dry-run"]].concat());
    walk.see(&import);
    walk.see(&["import", "mar.csv", "--account", "A travel account"]);
    walk.see(&["import", "feb.csv"]);
    walk.see(&["import", "bad.csv", "--account", "A travel account"]);
    walk.see(&["import", "nowhere.csv"]);
    walk.see(&["imports", "list"]);
    walk.see(&["imports", "show", "imp-2"]);
    walk.see(&["imports", "extract", "imp-5", "--out", "feb-again.csv"]);
    walk.see(&["duplicates", "list"]);
    let pair = walk.env.json(&["duplicates"])[0]["pairId"].as_str().unwrap().to_owned();
    walk.see(&["duplicates", "different", &pair]);
    walk.see(&["duplicates", "decisions"]);
    walk.see(&["duplicates", "undo", "dec-1"]);
    walk.see(&["duplicates", "same", &pair]);
    walk.see(&["imports", "ignore", "bad.csv"]);
    walk.see(&["imports", "ignore"]);
    walk.see(&["imports", "answers", "list"]);
    walk.see(&["imports", "answers", "remove", "1"]);
    walk.see(&["imports", "undo", "imp-6"]);
    walk.answer(&["imports", "forget", "imp-6"], &[("[y/N]", "y", false)]);
    walk.compare("keep");
}

/// What there is, and how accounts are changed.
fn looks(walk: &mut Walk) {
    for args in [
        &["status"][..],
        &["accounts", "list", "--all"],
        &["balances", "--on", "2026-02"],
        &["transactions", "--search", "coffee"],
        &["transactions", "show", "txn-2"],
        &["transactions", "show", "txn-7"],
        &["sql", "SELECT * FROM transactions WHERE account_id = 'acc-2'"],
        &["sql", "SELECT account, balance, currency FROM balances"],
        &["sql", "SELECT sum(amount) FROM transactions"],
        &["accounts", "rename", "Yen", "A wallet"],
        &["accounts", "set-type", "A wallet", "savings"],
        &["accounts", "set-number", "A wallet", "DE89370400440532013000"],
        &["accounts", "set-balance", "A wallet", "100", "--on", "2026-02-28"],
        &["accounts", "close", "A wallet"],
        &["accounts", "close", "A wallet", "--undo"],
        &["accounts", "merge", "A wallet", "Daily"],
        &["accounts", "remove", "A wallet"],
        &["accounts", "merge", "Other", "Daily"],
        &["transactions", "show", "txn-2"],
        &["accounts", "merge", "Other", "--undo"],
    ] {
        walk.see(args);
    }
    walk.compare("look");
}

/// What is shared.
fn shares(walk: &mut Walk) {
    let days = &days_to_a_late_day(&walk.env);
    let share = |scope| ["share", "--scope", scope, "--to", "Acme", "--purpose", "Loan application", "--expires", days];
    walk.secrets.push((format!("--expires {days}"), "--expires 30d".to_owned()));
    let allow =
        ["policy", "allow", "--to", "A recipient with a long name", "--scope", "balances", "--account", "Daily"];
    walk.answer(&allow, &[("[y/N]", "y", false)]);
    walk.see(&["policy", "deny", "--scope", "account-numbers"]);
    walk.see(&["policy", "show"]);
    walk.see(&["policy", "test", "--scope", "balances", "--to", "Acme", "--expires", "9d"]);
    walk.answer(&["policy", "remove", "3"], &[("[y/N]", "y", false)]);
    walk.answer(&share("transactions.detail"), &[("[y/N]", "n", false)]);
    walk.answer(&share("balances"), &[("[y/N]", "y", false)]);
    walk.see(&[&share("balances")[..], &["--preview"]].concat());
    walk.see(&[&share("transactions")[..], &["--account", "Daily", "--yes", "--out", "rent.slice"]].concat());
    let token = walk.env.vault(&[&share("balances")[..], &["--account", "Daily", "--yes"]].concat()).ok().out;
    walk.env.write("token", token);
    let id = walk.env.json(&["grants"]).as_array().unwrap().last().unwrap()["grantId"].as_str().unwrap().to_owned();
    walk.see(&["grants", "list"]);
    walk.see(&["grants", "show", &id]);
    walk.see(&["grants", "resume", &id]);
    walk.see(&["open", "--token-file", "token"]);
    walk.see(&["revoke", &id]);
    walk.see(&["open", "--token-file", "token"]);
    walk.see(&["identity"]);
    walk.compare("share");
}

/// Returns how many days there are to one whose number has two digits, from 30 on: no line has another length tomorrow.
fn days_to_a_late_day(env: &TestEnvironment) -> String {
    let entry = env.json(&["audit"])[0]["time"].as_str().unwrap().to_owned();
    let today: Day = entry[..10].parse().unwrap();
    let is_late = |days: &i32| today.plus_days(*days).ymd().2 >= 10;
    format!("{}d", (30..).find(is_late).unwrap())
}

/// Keys, backups and checks.
fn guards(walk: &mut Walk) {
    walk.see(&["keys", "list"]);
    walk.see(&["keys", "add", "recovery-code"]);
    walk.see(&["keys", "replace", "recovery-code"]);
    walk.answer(&["keys", "remove", "3"], &[("[y/N]", "y", false)]);
    walk.see(&["keys", "rotate", "--drop-others", "--yes"]);
    std::fs::create_dir(walk.env.path("backups")).unwrap();
    walk.see(&["backup", "backups", "--keep-daily", "7"]);
    let name = crate::backup::in_dir(&walk.env, "backups")[0].file_name().unwrap().to_str().unwrap().to_owned();
    let known: String =
        name.chars().map(|c| if c.is_ascii_digit() || c.is_ascii_lowercase() { '0' } else { c }).collect();
    walk.secrets.push((name.clone(), format!("finvault{}tar", &known[8..known.len() - 3])));
    let backup = format!("backups/{name}");
    walk.see(&["backup", "backups"]);
    walk.see(&["backup", "list", "backups"]);
    walk.see(&["backup", "verify", &backup]);
    walk.see(&["check"]);
    walk.see(&["check", "--quick"]);
    walk.see(&["audit", "show"]);
    walk.see(&["audit", "verify"]);
    walk.answer(&["restore", &backup], &[("[y/N]", "y", false)]);
    walk.answer(&["audit", "accept"], &[("[y/N]", "y", false)]);
    walk.see(&["status"]);
    walk.compare("guard");
}

/// What depends on the machine or is new each time: it fits, and is in no snapshot.
fn others(walk: &mut Walk) {
    for args in
        [&["unlock"][..], &["status"], &["lock"], &["keys", "sheet"], &["statsu"], &["help", "shares"], &["help"]]
    {
        walk.see(args);
    }
}

fn every_screen(columns: usize) {
    let begun = begins(columns);
    let mut walk = Walk::begin(fill(home().and_vault().and_data()), columns);
    imports(&mut walk);
    looks(&mut walk);
    shares(&mut walk);
    guards(&mut walk);
    others(&mut walk);
    walk.used.extend(begun);
    // A page for man, and a script for a shell.
    let for_programs = ["man", "completions"];
    let all = paths(&walk.env);
    let unseen: Vec<&String> =
        all.iter().filter(|path| !walk.used.contains(*path) && !for_programs.contains(&path.as_str())).collect();
    assert!(unseen.is_empty(), "commands that no screen shows: {unseen:?}");
}

#[test]
fn nothing_is_cut_when_piped() {
    let env = fill(TestEnvironment::with_data());
    for args in [
        &["accounts"][..],
        &["balances"],
        &["transactions"],
        &["transactions", "show", "txn-8"],
        &["imports"],
        &["imports", "show", "imp-2"],
        &["imports", "answers"],
        &["grants"],
        &["policy"],
        &["sql", "SELECT * FROM transactions"],
        &["config"],
        &["keys"],
        &["status"],
    ] {
        let piped = env.vault(args).ok().out;
        assert!(!piped.is_empty() && !piped.contains('…'), "vault {args:?}: {piped}");
    }
    let names = env.vault(&["imports", "show", "imp-2"]).ok().out;
    assert!(names.contains("A savings account with a long name that goes on"), "{names}");
}

#[test]
fn fits_80_columns() {
    every_screen(80);
}

#[test]
fn fits_100_columns() {
    every_screen(100);
}

#[test]
fn fits_200_columns() {
    every_screen(200);
}
