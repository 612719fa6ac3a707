//! An approved grant never grows backwards: whatever is imported, undone, decided or merged later, in any order, its slice
//! shows no row of a day before the first one that was approved; and what a change says that it sealed is what it sealed.

use std::collections::BTreeSet;
use std::fs;

use finvault::model::{AccountType, Day, GrantId, ImportId};
use finvault::ops::decisions::{self, About};
use finvault::ops::report::{GrantStatus, ResealedGrant};
use finvault::ops::share::{Approval, Direction, ShareRequest};
use finvault::ops::{self};
use finvault::share::{Field, Scope, SliceDocument, Token};
use finvault::store::Writer;

use crate::history::Dice;
use crate::request::request;
use crate::test_vault::{TestVault, csv};

/// How many random lives of a vault are played.
const LIVES: u64 = 12;
/// How many steps one has.
const STEPS: usize = 14;

fn day(number: i32) -> Day {
    "2026-01-01".parse::<Day>().unwrap().plus_days(number)
}

/// A grant, and what its recipient last saw.
struct Watched {
    what: &'static str,
    token: Token,
    id: GrantId,
    /// The first day that was approved.
    first: Day,
    seen: BTreeSet<String>,
    version: u32,
}

/// The slice in the outbox, past its lock.
fn slice(test: &TestVault, id: &GrantId, token: &Token) -> SliceDocument {
    let sealed = fs::read(test.dir().join(format!("outbox/{id}.slice"))).unwrap();
    let opened = ops::open::from_file(&sealed, token, test.env()).unwrap();
    SliceDocument::from_json(opened.document.expose()).unwrap()
}

fn days(document: &SliceDocument) -> Vec<Day> {
    document.transactions.iter().flatten().map(|row| row.posted_timestamp.unwrap().unwrap()).collect()
}

fn ids(document: &SliceDocument) -> BTreeSet<String> {
    document.transactions.iter().flatten().map(|row| row.transaction_id.clone().unwrap().unwrap()).collect()
}

fn share(test: &TestVault, vault: &mut Writer, what: &'static str, asked: &ShareRequest) -> Watched {
    let draft = ops::share::prepare(vault, asked, test.env()).unwrap();
    let approved = crate::test_vault::approve_draft(vault, draft, Approval::Person, test.env()).unwrap();
    let (token, id) = (approved.token, approved.report.grant_id);
    let document = slice(test, &id, &token);
    let record = ops::grants::show(vault, &id, test.env()).unwrap();
    assert_eq!(record.rows, days(&document).len() as u64, "{what}");
    assert_eq!(record.first_day, days(&document).into_iter().min(), "{what}");
    let first = record.since.unwrap();
    assert!(record.first_day.is_none_or(|day| first <= day), "{what}");
    Watched { what, token, id, first, seen: ids(&document), version: 1 }
}

/// Every kind of narrowing that could bring older rows.
fn requests() -> Vec<(&'static str, ShareRequest)> {
    let plain = request(&[Scope::TransactionsDetail, Scope::Balances], "Acme");
    let daily = ShareRequest { accounts: vec!["Daily".into()], ..plain.clone() };
    vec![
        ("all accounts", plain.clone()),
        ("the newest three rows", ShareRequest { limit: Some(3), ..plain.clone() }),
        ("money out", ShareRequest { direction: Some(Direction::Debits), ..daily.clone() }),
        ("until a day", ShareRequest { until: Some(day(150)), ..daily.clone() }),
        ("one type", ShareRequest { types: vec![AccountType::Checking], ..plain.clone() }),
        ("fields", ShareRequest { fields: Some(vec![Field::PostedTimestamp]), ..daily }),
        ("days that were named", ShareRequest { since: Some(day(60)), ..plain }),
    ]
}

/// True rows of two accounts, and one of the files that show a stretch of one of them.
struct Life {
    rows: [Vec<(i32, i64)>; 2],
}

impl Life {
    fn new(dice: &mut Dice) -> Life {
        let mut rows = || {
            let mut rows: Vec<(i32, i64)> =
                (0..40).map(|_| (dice.between(0, 200), i64::from(dice.between(-4, 4)) * 100 - 50)).collect();
            rows.sort_unstable();
            rows
        };
        Life { rows: [rows(), rows()] }
    }

    /// A file of the days from `first` to `last`. Equal rows of an edge make pairs in doubt.
    fn file(&self, account: usize, first: i32, last: i32) -> Option<String> {
        let rows: Vec<(String, i64)> = self.rows[account]
            .iter()
            .filter(|(on, _)| (first..=last).contains(on))
            .map(|(on, cents)| (day(*on).to_string(), *cents))
            .collect();
        let words = ["Tea", "Rent"][account];
        (!rows.is_empty()).then(|| csv(rows.iter().map(|(on, cents)| (on.as_str(), *cents, words, None))))
    }
}

const NAMES: [&str; 2] = ["Daily", "Second"];

/// One step of a life. Returns what it was, and which slices it said that it sealed.
fn step(
    test: &TestVault,
    vault: &mut Writer,
    life: &Life,
    living: &mut Vec<ImportId>,
    dice: &mut Dice,
) -> (String, Vec<ResealedGrant>) {
    let env = test.env();
    let what = match dice.below(10) {
        0..=3 => {
            let (account, first) = (dice.below(2), dice.between(0, 200));
            let text = life.file(account, first, first + dice.between(5, 60));
            // A file may be empty, and its account merged into the other one.
            let report = text.and_then(|text| test.try_import(vault, &text, NAMES[account]).ok());
            let reported = report.map_or_else(Vec::new, |report| {
                living.extend(report.import_id.filter(|id| !living.contains(id)));
                report.resealed
            });
            assert_eq!(vault.take_followed().resealed, reported);
            return (format!("import {first} into {}", NAMES[account]), reported);
        }
        4 | 5 if !living.is_empty() => {
            let id = living.swap_remove(dice.below(living.len()));
            ops::imports::undo(vault, id, env).unwrap();
            format!("undo {id}")
        }
        6 => {
            let pairs = ops::duplicates::list(vault).unwrap();
            if let Some(pair) = pairs.get(dice.below(pairs.len())) {
                let _ = decisions::decide(vault, About::Pair(pair.pair_id), dice.chance(50), env);
            }
            "decide".into()
        }
        7 => {
            let _ = ops::accounts::merge(vault, "Second", "Daily", env);
            "merge".into()
        }
        8 => {
            let _ = ops::accounts::unmerge(vault, "Second", env);
            "unmerge".into()
        }
        _ => {
            let kinds = [AccountType::Checking, AccountType::Savings];
            let _ = ops::query::set_type(vault, NAMES[dice.below(2)], dice.pick(&kinds), env);
            "set-type".into()
        }
    };
    (what, vault.take_followed().resealed)
}

/// Compares each slice with the one before and with what was said of the change.
fn compare(test: &TestVault, vault: &Writer, watched: &mut [Watched], said: &[ResealedGrant], story: &str) {
    for grant in watched {
        let line = ops::grants::show(vault, &grant.id, test.env()).unwrap().line;
        let of_this: Vec<_> = said.iter().filter(|said| said.grant_id == grant.id).collect();
        if line.status != GrantStatus::Active {
            continue;
        }
        let document = slice(test, &grant.id, &grant.token);
        let first = days(&document).into_iter().min();
        assert!(
            first.is_none_or(|day| day >= grant.first),
            "{}: {first:?} before {}\n{story}",
            grant.what,
            grant.first
        );
        let now = ids(&document);
        let (more, fewer) = (now.difference(&grant.seen).count() as u64, grant.seen.difference(&now).count() as u64);
        let told: (u64, u64) =
            of_this.iter().fold((0, 0), |all, said| (all.0 + said.rows_added, all.1 + said.rows_removed));
        assert_eq!(told, (more, fewer), "{}\n{story}", grant.what);
        assert_eq!(document.grant.version, grant.version + of_this.len() as u32, "{}\n{story}", grant.what);
        (grant.seen, grant.version) = (now, document.grant.version);
    }
}

#[test]
fn no_order_of_imports_undos_decisions_and_merges_shows_an_earlier_day() {
    let mut moved = 0;
    for seed in 0..LIVES {
        let test = TestVault::new();
        let mut dice = Dice::new(seed);
        let life = Life::new(&mut dice);
        let mut vault = test.write();
        let mut living = Vec::new();
        for (account, name) in NAMES.iter().enumerate() {
            let text = life.file(account, 110, 140).unwrap_or_else(|| csv([("2026-05-01", -100, "Bus", None)]));
            living.extend(test.import(&mut vault, &text, name).import_id);
            ops::query::set_type(&mut vault, name, AccountType::Checking, test.env()).unwrap();
        }
        vault.take_followed();
        let mut watched: Vec<Watched> =
            requests().iter().map(|(what, asked)| share(&test, &mut vault, what, asked)).collect();
        let mut story = format!("seed {seed}");
        for _ in 0..STEPS {
            let (what, said) = step(&test, &mut vault, &life, &mut living, &mut dice);
            story = format!("{story}, {what}");
            let before: u32 = watched.iter().map(|grant| grant.version).sum();
            compare(&test, &vault, &mut watched, &said, &story);
            moved += watched.iter().map(|grant| grant.version).sum::<u32>() - before;
        }
        assert!(ops::check::run(&vault, test.env()).unwrap().ok, "{story}");
    }
    assert!(moved > 100, "only {moved} slices were sealed again");
}

#[test]
fn older_files_that_come_later_stay_out() {
    let test = TestVault::new();
    let mut vault = test.write();
    let rows = |month: &str| {
        let days = ["05", "20"].map(|on| format!("{month}-{on}"));
        csv(days.iter().map(|on| (on.as_str(), -500, "Rent", None)))
    };
    test.import(&mut vault, &rows("2026-05"), "Daily");
    let mut all: Vec<Watched> =
        requests()[..3].iter().map(|(what, asked)| share(&test, &mut vault, what, asked)).collect();
    for grant in &all {
        assert_eq!(grant.first, "2026-05-05".parse().unwrap(), "{}", grant.what);
    }
    let report = test.import(&mut vault, &rows("2023-05"), "Daily");
    assert_eq!(report.resealed, [], "nothing that was approved has changed");
    compare(&test, &vault, &mut all, &report.resealed, "2023");
    // A newer row is shown, and told.
    let report = test.import(&mut vault, &csv([("2026-05-28", -100, "Bus", None)]), "Daily");
    assert_eq!(report.resealed.iter().map(|grant| (grant.version, grant.rows_added)).collect::<Vec<_>>(), [(2, 1); 3]);
}

#[test]
fn a_grant_without_rows_begins_on_the_day_of_its_approval() {
    let test = TestVault::new();
    let mut vault = test.write();
    let id = test.import(&mut vault, &csv([("2026-05-05", -500, "Rent", None)]), "Daily").import_id.unwrap();
    ops::imports::undo(&mut vault, id, test.env()).unwrap();
    let (_, asked) = &requests()[0];
    let grant = share(&test, &mut vault, "no rows", asked);
    assert_eq!(grant.first, test.env().now().day());
    // The last day that was asked for is earlier than that.
    let past = ShareRequest { until: Some("2026-04-30".parse().unwrap()), ..asked.clone() };
    assert_eq!(share(&test, &mut vault, "past", &past).first, "2026-04-30".parse().unwrap());
    test.import(&mut vault, &csv([("2026-05-05", -500, "Rent", None), ("2026-06-02", -100, "Bus", None)]), "Daily");
    assert_eq!(days(&slice(&test, &grant.id, &grant.token)), ["2026-06-02".parse().unwrap()]);
}

#[test]
fn balances_need_no_first_day() {
    let test = TestVault::new();
    let mut vault = test.write();
    test.import(&mut vault, &csv([("2026-05-05", -500, "Rent", Some(100))]), "Daily");
    let draft = ops::share::prepare(&vault, &request(&[Scope::Balances], "Acme"), test.env()).unwrap();
    let approved = crate::test_vault::approve_draft(&mut vault, draft, Approval::Person, test.env()).unwrap();
    assert_eq!(ops::grants::show(&vault, &approved.report.grant_id, test.env()).unwrap().since, None);
}
