//! One account's true history, cut into real CSV and OFX files, imported in any order with undos between.
//!
//! The generator leaves out what no rule can decide: two different files of one single day with equal
//! rows, and two true rows of one day alike in amount and running balance.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use finvault::model::{Amount, Day, ImportId};
use finvault::ops::query::Filter;
use finvault::ops::report::{ImportStatus, Verdict};
use finvault::ops::{self};
use finvault::store::Reader;
use proptest::prelude::*;

use crate::test_vault::{TestVault, csv, money, ofx};

/// How the bank gives ids in OFX.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ids {
    Stable,
    /// One id for rows of different amounts.
    Reused,
    Renumbered,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Csv,
    Ofx,
}

#[derive(Clone, Debug)]
struct File {
    from: usize,
    to: usize,
    kind: Kind,
    newest_first: bool,
}

#[derive(Clone, Debug)]
enum Step {
    Import(usize),
    Undo(usize),
}

#[derive(Clone)]
struct Case {
    /// Day, cents, text; in true order.
    history: Vec<(i32, i64, usize)>,
    balances: bool,
    ids: Ids,
    files: Vec<File>,
    steps: Vec<Step>,
}

/// Each begins with another letter, by which a row is recognised in either format.
const TEXTS: [&str; 3] = ["Tram ticket", "Coffee  shop 12", "Rent"];
const AMOUNTS: [i64; 3] = [-250, -400, 250];

/// What tells two rows apart: day, cents and the first letter.
type Class = (Day, i64, char);

fn case(kinds: &'static [Kind]) -> impl Strategy<Value = Case> {
    let row = (prop::sample::select(vec![0, 0, 0, 0, 1, 1, 2]), 0..AMOUNTS.len(), 0..TEXTS.len());
    let file = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), prop::sample::select(kinds), any::<bool>());
    let ids = prop::sample::select(vec![Ids::Stable, Ids::Reused, Ids::Renumbered]);
    let step = (prop::bool::weighted(0.75), 0..10usize)
        .prop_map(|(import, number)| if import { Step::Import(number) } else { Step::Undo(number) });
    let parts = (
        prop::collection::vec(row, 1..18),
        any::<bool>(),
        ids,
        prop::collection::vec(file, 1..9),
        prop::collection::vec(step, 1..20),
    );
    parts.prop_map(|(rows, balances, ids, files, steps)| {
        let mut today = 0;
        let history: Vec<_> = rows
            .into_iter()
            .map(|(later, amount, text)| {
                today += later;
                (today, AMOUNTS[amount], text)
            })
            .collect();
        let files = files.into_iter().map(|(a, b, kind, newest_first)| {
            let (a, b) = (a.index(history.len()), b.index(history.len()));
            File { from: a.min(b), to: a.max(b) + 1, kind, newest_first }
        });
        Case { files: files.collect(), history, balances, ids, steps }
    })
}

fn day(number: i32) -> Day {
    "2024-01-01".parse::<Day>().unwrap().plus_days(number)
}

/// Draws the history, with a column for each file and `x` where it shows the row, and then the steps.
impl fmt::Debug for Case {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "\nids in OFX: {:?}, balances in CSV: {}", self.ids, self.has_balances())?;
        for (number, file) in self.files.iter().enumerate() {
            let order = if file.newest_first { "newest first" } else { "oldest first" };
            writeln!(out, "file {number}: {:?}, {order}", file.kind)?;
        }
        for (at, (on, cents, text)) in self.history.iter().enumerate() {
            write!(out, "{}  {:>7}  {:15} ", day(*on), money(*cents), TEXTS[*text])?;
            for (number, file) in self.files.iter().enumerate() {
                let mark = if (file.from..file.to).contains(&at) { "x" } else { "." };
                write!(out, " {number}:{mark}")?;
            }
            writeln!(out)?;
        }
        for step in &self.steps {
            match step {
                Step::Import(number) => write!(out, "import file {}; ", number % self.files.len())?,
                Step::Undo(number) => write!(out, "undo living import {number}; ")?,
            }
        }
        writeln!(out)
    }
}

impl Case {
    fn class(&self, at: usize) -> Class {
        let (on, cents, text) = self.history[at];
        (day(on), cents, TEXTS[text].chars().next().unwrap())
    }

    fn balance(&self, at: usize) -> i64 {
        10_000 + self.history[..=at].iter().map(|(_, cents, _)| cents).sum::<i64>()
    }

    /// Whether CSV files have running balances: only where those tell the rows of a day apart.
    fn has_balances(&self) -> bool {
        let all: BTreeSet<_> =
            (0..self.history.len()).map(|i| (self.history[i].0, self.history[i].1, self.balance(i))).collect();
        self.balances && all.len() == self.history.len()
    }

    /// Returns the content of a file.
    fn text(&self, number: usize) -> String {
        let file = &self.files[number];
        let mut places: Vec<usize> = (file.from..file.to).collect();
        if file.newest_first {
            places.reverse();
        }
        let days: Vec<String> = places.iter().map(|at| day(self.history[*at].0).to_string()).collect();
        match file.kind {
            Kind::Csv => csv(places.iter().zip(&days).map(|(at, day)| {
                let (_, cents, text) = self.history[*at];
                (day.as_str(), cents, TEXTS[text], self.has_balances().then(|| self.balance(*at)))
            })),
            Kind::Ofx => {
                let rows = places.iter().zip(days).map(|(at, day)| {
                    let (_, cents, text) = self.history[*at];
                    let nth = self.history[..*at].iter().filter(|(_, amount, _)| *amount == cents).count();
                    let id = match self.ids {
                        Ids::Stable => format!("S{at}"),
                        Ids::Reused => format!("R{nth}"),
                        Ids::Renumbered => format!("F{number}-{at}"),
                    };
                    (day, cents, id, TEXTS[text].to_uppercase().chars().take(6).collect())
                });
                ofx(&rows.collect::<Vec<_>>())
            }
        }
    }

    /// Whether an earlier file has equal rows of the same single day, but not the same part of the history.
    fn is_twin(&self, number: usize) -> bool {
        let look = |n: usize| -> Vec<Class> {
            let mut rows: Vec<Class> = (self.files[n].from..self.files[n].to).map(|at| self.class(at)).collect();
            rows.sort_unstable();
            rows
        };
        let (file, mine) = (&self.files[number], look(number));
        let one_day = mine.first().map(|row| row.0) == mine.last().map(|row| row.0);
        let twin = |(n, other): (usize, &File)| other.kind == file.kind && other.from != file.from && look(n) == mine;
        one_day && self.files[..number].iter().enumerate().any(twin)
    }
}

/// Checks the vault as it is now against the history. `living` holds the file of each import that was not undone.
fn check(case: &Case, vault: &Reader, living: &[(ImportId, usize)]) -> Result<(), TestCaseError> {
    let shown: BTreeSet<usize> =
        living.iter().flat_map(|(_, file)| case.files[*file].from..case.files[*file].to).collect();
    let mut truth: BTreeMap<Class, i64> = BTreeMap::new();
    shown.iter().for_each(|at| *truth.entry(case.class(*at)).or_default() += 1);

    let rows = ops::query::transactions(vault, &Filter::default()).unwrap();
    let ids: BTreeSet<_> = rows.iter().map(|row| row.transaction_id).collect();
    prop_assert_eq!(ids.len(), rows.len(), "a transaction is shown twice");
    let class =
        |on: Day, amount: Amount, text: &str| (on, amount.micros().get() / 10_000, text.chars().next().unwrap_or(' '));
    let mut kept: BTreeMap<Class, i64> = BTreeMap::new();
    for row in &rows {
        prop_assert!(living.iter().any(|(import, _)| *import == row.import_id), "an undone import is shown");
        *kept.entry(class(row.posted_timestamp, row.amount, &row.description)).or_default() += 1;
    }
    let mut listed: BTreeMap<(Class, bool), i64> = BTreeMap::new();
    for pair in ops::duplicates::list(vault).unwrap() {
        let [row, other] = &pair.rows;
        let same = row.transaction_id == other.transaction_id;
        prop_assert_eq!(same, pair.assumed == Verdict::Same, "{:?}", pair);
        let class = class(row.posted_timestamp, row.amount, &row.description);
        prop_assert!(ids.contains(&row.transaction_id) && ids.contains(&other.transaction_id));
        *listed.entry((class, same)).or_default() += 1;
    }
    for class in truth.keys().chain(kept.keys()) {
        let count = |map: &BTreeMap<Class, i64>| map.get(class).copied().unwrap_or_default();
        let listed = |same| listed.get(&(*class, same)).copied().unwrap_or_default();
        let (count, have) = (count(&truth), count(&kept));
        let told = have - count <= listed(false) && count - have <= listed(true);
        prop_assert!(told, "{:?}: {} true, {} kept, listed {}+{}", class, count, have, listed(false), listed(true));
    }
    prop_assert!(truth.keys().eq(kept.keys()), "{:?} is not {:?}", kept, truth);
    let account = ops::query::accounts(vault).unwrap();
    prop_assert_eq!(account.iter().map(|a| a.transaction_count).sum::<u64>(), rows.len() as u64);
    if let [account] = account.as_slice() {
        prop_assert_eq!(account.first_posted, rows.first().map(|row| row.posted_timestamp));
        prop_assert_eq!(account.last_posted, rows.last().map(|row| row.posted_timestamp));
    }
    Ok(())
}

fn play(case: &Case) -> Result<(), TestCaseError> {
    let test = TestVault::new();
    let mut vault = test.write();
    let mut living: Vec<(ImportId, usize)> = Vec::new();
    for step in &case.steps {
        match *step {
            Step::Undo(_) if living.is_empty() => {}
            Step::Undo(number) => {
                let (import, _) = living.remove(number % living.len());
                let undone = ops::imports::undo(&mut vault, import, test.env()).unwrap();
                let all = ops::imports::list(&vault).unwrap();
                let rows = all.iter().find(|line| line.import_id == import).map_or(0, |line| line.rows);
                prop_assert!(undone.removed + undone.kept <= rows, "{:?}", undone);
                prop_assert!(ops::imports::undo(&mut vault, import, test.env()).is_err());
            }
            Step::Import(number) => {
                let number = number % case.files.len();
                if case.is_twin(number) {
                    continue;
                }
                let report = test.import(&mut vault, &case.text(number), "Daily");
                let again = living.iter().any(|(_, file)| case.text(*file) == case.text(number));
                prop_assert_eq!(report.status == ImportStatus::AlreadyImported, again, "{:?}", report);
                if again {
                    continue;
                }
                let counts = &report.accounts[0];
                let rows = (case.files[number].to - case.files[number].from) as u64;
                prop_assert_eq!(counts.added + counts.present + counts.updated + counts.held, rows, "{:?}", counts);
                living.push((report.import_id.unwrap(), number));
            }
        }
        check(case, &vault, &living)?;
    }
    drop(vault);
    let mut vault = test.write();
    check(case, &vault, &living)?;
    let report = ops::check::run(&vault, test.env()).unwrap();
    prop_assert!(report.ok, "{:?}", report.findings);
    for (import, _) in living {
        ops::imports::undo(&mut vault, import, test.env()).unwrap();
    }
    check(case, &vault, &[])
}

fn config() -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok());
    ProptestConfig { cases: asked.unwrap_or(20), failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn csv_files_of_one_history_add_up_to_it(case in case(&[Kind::Csv])) {
        play(&case)?;
    }

    #[test]
    fn ofx_files_of_one_history_add_up_to_it(case in case(&[Kind::Ofx])) {
        play(&case)?;
    }

    #[test]
    fn files_of_both_formats_add_up_to_the_history(case in case(&[Kind::Csv, Kind::Ofx])) {
        play(&case)?;
    }
}
