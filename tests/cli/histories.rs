//! True histories of an account, played by the program itself: a folder of downloads imported one by one, by a glob, or
//! undone between; what it shows is the same in every order, and its check is clean.
//!
//! FINVAULT_HISTORIES says how many are played, and FINVAULT_SEED with which one they begin. The sources are two CSV
//! layouts, the one a bank's and the other an aggregator's.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::history::{self, Dice, History, Order};
use crate::test_environment::TestEnvironment;

/// How many histories there are by default.
const FEW: u64 = 8;

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

fn money(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", cents.unsigned_abs() / 100, cents.unsigned_abs() % 100)
}

/// Returns a day of the year 2024, or of the next.
fn day(number: i32) -> String {
    let first = "2024-01-01".parse::<finvault::model::Day>().unwrap();
    first.plus_days(number).to_string()
}

/// Returns what a file holds: a pending row where the layout can tell one.
fn text(history: &History, cut: usize) -> String {
    let rows = history.print(cut);
    if history.cuts[cut].source == 0 {
        let mut text = String::from("Date,Description,Amount,Status\n");
        for row in rows {
            let status = if row.pending { "pending" } else { "posted" };
            text.push_str(&format!("{},\"{}\",{},{status}\n", day(row.day), row.text, money(row.cents)));
        }
        return text;
    }
    let mut text = String::from("Posted;Memo;Value\n");
    for row in rows.iter().filter(|row| !row.pending) {
        text.push_str(&format!("{};\"{}\";{}\n", day(row.day), row.text, money(row.cents)));
    }
    text
}

/// A vault of one account, and which files of a history it holds.
struct Home<'h> {
    history: &'h History,
    env: TestEnvironment,
    /// By import, the file.
    living: Vec<(String, usize)>,
}

impl Home<'_> {
    fn new(history: &History) -> Home<'_> {
        let env = TestEnvironment::with_vault();
        (0..history.cuts.len()).for_each(|cut| drop(env.write(&format!("file-{cut}.csv"), text(history, cut))));
        Home { history, env, living: Vec::new() }
    }

    /// Imports a file, if it has rows and is not there. A dry run before it says the same.
    fn import(&mut self, cut: usize, dice: &mut Dice) {
        let of_cut = text(self.history, cut);
        let known = |(_, other): &(String, usize)| text(self.history, *other) == of_cut;
        if of_cut.lines().count() < 2 || self.living.iter().any(known) {
            return;
        }
        let name = format!("file-{cut}.csv");
        let words = ["import", &name, "--account", "Daily", "--create", "--currency", "USD", "--sign", "in"];
        let counts = |report: &Value| report["imports"][0]["accounts"].clone();
        let dry = dice.chance(20).then(|| counts(&self.env.json(&[&words[..], &["--dry-run"]].concat())));
        let report = self.env.json(&words);
        assert_eq!(report["imports"][0]["status"], "IMPORTED", "{}{report}", self.history);
        assert!(dry.is_none_or(|dry| dry == counts(&report)), "{}a dry run says otherwise: {report}", self.history);
        self.living.push((report["imports"][0]["importId"].as_str().unwrap().to_owned(), cut));
    }

    fn undo(&mut self, at: usize) {
        let (import, _) = self.living.remove(at);
        self.env.vault(&["imports", "undo", &import]).ok();
        self.env.vault(&["imports", "undo", &import]).fails(2);
    }

    /// Returns what the program shows, without the ids that the order of imports gives.
    fn told(&self) -> (Vec<String>, Vec<String>) {
        let lines = |of: &Value, line: &dyn Fn(&Value) -> String| {
            let mut lines: Vec<String> = of.as_array().unwrap().iter().map(line).collect();
            lines.sort();
            lines
        };
        let transactions = self.env.json(&["transactions"]);
        let transactions = lines(&transactions, &|t| {
            ["postedTimestamp", "amount", "description", "status"].map(|k| t[k].to_string()).join(" ")
        });
        let doubts = self.env.json(&["duplicates"]);
        let doubts = lines(&doubts, &|pair| {
            let mut rows: Vec<String> =
                pair["rows"].as_array().unwrap().iter().map(|row| format!("{} {}", row["file"], row["line"])).collect();
            rows.sort();
            format!("{rows:?} {} {}", pair["reason"], pair["assumed"])
        });
        (transactions, doubts)
    }
}

/// Plays a history, and the files that are left alone in another order.
fn play(history: &History) {
    let mut dice = Dice::new(history.seed);
    let mut home = Home::new(history);
    for _ in 0..dice.between(2, 2 * history.cuts.len() as i32 + 1) {
        if !home.living.is_empty() && dice.chance(30) {
            home.undo(dice.below(home.living.len()));
        } else {
            home.import(dice.below(history.cuts.len()), &mut dice);
        }
    }
    home.env.vault(&["check"]).ok();
    let told = home.told();
    let mut cuts: Vec<usize> = home.living.iter().map(|(_, cut)| *cut).collect();
    dice.shuffle(&mut cuts);
    let mut again = Home::new(history);
    cuts.iter().for_each(|cut| again.import(*cut, &mut dice));
    assert_eq!(told, again.told(), "{history}the files {cuts:?} alone, and with others between");
    let shown: BTreeSet<usize> = cuts.iter().flat_map(|cut| history.cuts[*cut].posted.clone()).collect();
    assert!(told.0.len() + told.1.len() >= shown.len(), "{history}{told:?} lacks rows");
    while !home.living.is_empty() {
        home.undo(0);
    }
    assert_eq!(home.told(), (Vec::new(), Vec::new()), "{history}");
}

#[test]
fn downloads_tell_the_same_in_every_order() {
    let (first, count) = (number("FINVAULT_SEED", 1), number("FINVAULT_HISTORIES", FEW));
    for seed in first..first + count {
        let history =
            if seed % 2 == 0 { history::lifelike(seed, &["second source"]) } else { history::small(seed, &['C']) };
        let mut history = history::without_twins(history);
        // Rows that somebody sorted by hand may contradict their balances, which is another test's business.
        history.cuts.retain(|cut| cut.order != Order::ByHand);
        if !history.cuts.is_empty() {
            play(&history);
        }
    }
}
