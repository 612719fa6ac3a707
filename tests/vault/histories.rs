//! True histories of an account, printed as real CSV and OFX files and imported through the store, in any order, with
//! undos, imports of what was undone, and decisions between.
//!
//! FINVAULT_HISTORIES says how many histories of each kind are played, and FINVAULT_SEED with which one they begin.

use std::collections::{BTreeMap, BTreeSet};

use finvault::import::{ReadOptions, SignRule};
use finvault::model::{Amount, Day, ImportId};
use finvault::ops::decisions::{self, About};
use finvault::ops::import::{ImportOptions, Source};
use finvault::ops::progress::Quiet;
use finvault::ops::query::Filter;
use finvault::ops::report::{FileReport, ImportStatus, Verdict};
use finvault::ops::{self};
use finvault::store::{Reader, Writer};

use crate::history::{self, Dice, History, Ids, WORDS};
use crate::test_vault::{OfxStatement, TestVault, money, ofx_of};

/// How many histories of each kind there are by default.
pub(crate) const FEW: u64 = 12;

pub(crate) fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

fn day(number: i32) -> Day {
    "2024-01-01".parse::<Day>().unwrap().plus_days(number)
}

/// The cuts that stand in one file, in order: one, or two statements.
type Cuts = Vec<usize>;

/// Returns whether a source prints OFX. The first one prints CSV, unless it gives ids; the second one the other format.
fn is_ofx(history: &History, source: usize) -> bool {
    let first_is_ofx = history.sources[0].ids != Ids::None;
    first_is_ofx == (source == 0)
}

/// Returns the content of a file.
pub(crate) fn text(history: &History, cuts: &Cuts) -> String {
    let cut = cuts[0];
    let source = &history.sources[history.cuts[cut].source];
    if is_ofx(history, history.cuts[cut].source) {
        let row = |row: history::Printed| {
            let id = row.id.unwrap_or_else(|| "0".to_owned());
            (day(row.day).to_string(), row.cents, id, row.text)
        };
        let posted = |cut: &usize| history.print(*cut).into_iter().filter(|row| !row.pending).map(row);
        let statements = cuts.iter().map(|cut| OfxStatement::of(&posted(cut).collect::<Vec<_>>()));
        return ofx_of(&statements.collect::<Vec<_>>());
    }
    let rows = history.print(cut);
    let mut text = String::from("Date,Description,Amount,Balance,Status\n");
    for row in rows {
        let balance = row.balance.filter(|_| source.balances).map(money).unwrap_or_default();
        let status = if row.pending { "pending" } else { "posted" };
        text.push_str(&format!("{},\"{}\",{},{balance},{status}\n", day(row.day), row.text, money(row.cents)));
    }
    text
}

/// Imports a file. Balances that somebody sorted by hand can contradict the signs by chance: then it is refused.
fn import(test: &TestVault, vault: &mut Writer, history: &History, cuts: &Cuts, dry_run: bool) -> Option<FileReport> {
    let report = import_text(test, vault, cuts[0], text(history, cuts), dry_run);
    if report.status != ImportStatus::Rejected {
        return Some(report);
    }
    assert!(history.cuts[cuts[0]].order == history::Order::ByHand, "{history}{report:?}");
    None
}

pub(crate) fn import_text(test: &TestVault, vault: &mut Writer, cut: usize, text: String, dry_run: bool) -> FileReport {
    let read =
        ReadOptions { currency: Some("USD".parse().unwrap()), sign: Some(SignRule::In), ..ReadOptions::default() };
    let account = Some("Daily".to_owned());
    let options = ImportOptions { account, read, create: true, dry_run, ..ImportOptions::default() };
    let source = Source { name: format!("file-{cut}"), bytes: text.into_bytes() };
    ops::import::file(vault, &source, &options, &Quiet, test.env()).unwrap()
}

/// A row by its file and line.
type Place = (String, u64);

/// What the owner said: two rows, and whether they are one.
type Said = (Place, Place, bool);

/// What the vault tells, without the ids that the order of imports gives.
#[derive(Debug, PartialEq, Eq)]
struct Told {
    transactions: Vec<(Day, i64, String, String)>,
    doubts: Vec<(Place, Place, &'static str, bool)>,
    /// On no day and at the end of every tenth day: amount, day, where from, proven up to.
    balances: Vec<String>,
}

impl Told {
    fn by(vault: &Reader, days: i32) -> Told {
        let row = |row: ops::report::TransactionLine| {
            (row.posted_timestamp, row.amount.micros().get(), row.description, row.status.to_string())
        };
        let transactions = ops::query::transactions(vault, &Filter::default()).unwrap().into_iter().map(row).collect();
        let pair = |pair: ops::report::DuplicateLine| {
            let [a, b] = &pair.rows;
            let (a, b) = ((a.file.clone(), a.line), (b.file.clone(), b.line));
            (a.clone().min(b.clone()), a.max(b), pair.reason, pair.assumed == Verdict::Same)
        };
        let mut doubts: Vec<_> = ops::duplicates::list(vault).unwrap().into_iter().map(pair).collect();
        doubts.sort();
        let on = [None].into_iter().chain((0..=days).step_by(10).map(|number| Some(day(number))));
        let balances = on.flat_map(|on| {
            let lines = ops::query::balances(vault, on).unwrap();
            let line = |line: ops::report::BalanceLine| {
                let (held, as_of, source) = (line.current_balance, line.balance_as_of, line.balance_source);
                format!("{on:?}: {held:?} {as_of:?} {source:?} proven {:?}", line.proven_up_to)
            };
            lines.into_iter().map(line).collect::<Vec<_>>()
        });
        Told { transactions, doubts, balances: balances.collect() }
    }
}

/// A vault and what was done to it.
struct Play<'h> {
    history: &'h History,
    test: TestVault,
    files: Vec<Cuts>,
    /// The cuts that stand in living imports.
    living: Vec<(ImportId, usize)>,
    said: Vec<Said>,
    /// What was told of the cuts that lived and the decisions that had been made.
    told: BTreeMap<(BTreeSet<usize>, Vec<Said>), Told>,
    /// The days that the history has.
    days: i32,
}

impl Play<'_> {
    fn new(history: &History) -> Play<'_> {
        let days = history.rows.iter().map(|row| row.day).max().unwrap_or(0) + 2;
        let files = history.files(|source| is_ofx(history, source));
        let test = TestVault::new();
        Play { history, test, files, living: Vec::new(), said: Vec::new(), told: BTreeMap::new(), days }
    }

    /// Imports the file at a place.
    fn add(&mut self, vault: &mut Writer, file: usize, dice: &mut Dice) {
        let cuts = &self.files[file];
        let content = text(self.history, cuts);
        let lives = |other: &&Cuts| self.living.iter().any(|(_, cut)| other.contains(cut));
        if self.files.iter().filter(lives).any(|other| text(self.history, other) == content) {
            return;
        }
        let counts = |report: &FileReport| {
            let counts = &report.accounts[0];
            (counts.added, counts.present, counts.updated, counts.held, counts.balance, report.possible_duplicates)
        };
        let dry = dice.chance(30).then(|| import(&self.test, vault, self.history, cuts, true));
        let Some(report) = import(&self.test, vault, self.history, cuts, false) else {
            assert!(dry.flatten().is_none(), "a dry run takes a file that is refused");
            return;
        };
        let dry = dry.map(|report| report.as_ref().map(counts));
        let (added, present, updated, held, ..) = counts(&report);
        let rows = content.matches(['\n']).count();
        assert!(added + present + updated + held <= rows as u64, "{}{report:?}", self.history);
        assert!(dry.is_none_or(|dry| dry == Some(counts(&report))), "a dry run says otherwise: {dry:?} {report:?}");
        assert_eq!(report.accounts.len(), 1, "{report:?}");
        let import = report.import_id.unwrap();
        self.living.extend(cuts.iter().map(|cut| (import, *cut)));
    }

    fn undo(&mut self, vault: &mut Writer, at: usize) {
        let (import, _) = self.living[at];
        self.living.retain(|(other, _)| *other != import);
        ops::imports::undo(vault, import, self.test.env()).unwrap();
        assert!(ops::imports::undo(vault, import, self.test.env()).is_err());
    }

    fn decide(&mut self, vault: &mut Writer, dice: &mut Dice) {
        let mut pairs = ops::duplicates::list(vault).unwrap();
        if pairs.is_empty() {
            return;
        }
        let pair = pairs.swap_remove(dice.below(pairs.len()));
        let same = dice.chance(50);
        if decisions::decide(vault, About::Pair(pair.pair_id), same, self.test.env()).is_ok() {
            let [a, b] = &pair.rows;
            let (a, b) = ((a.file.clone(), a.line), (b.file.clone(), b.line));
            self.said.push((a.clone().min(b.clone()), a.max(b), same));
            self.said.sort();
            self.said.dedup();
        }
    }

    /// Checks that the vault tells what it told before of the same files and decisions.
    fn check(&mut self, vault: &Reader) {
        let told = Told::by(vault, self.days);
        let account = ops::query::accounts(vault).unwrap();
        let count: u64 = account.iter().map(|account| account.transaction_count).sum();
        assert_eq!(count, told.transactions.len() as u64, "{}", self.history);
        if self.living.is_empty() {
            assert!(told.transactions.is_empty() && told.doubts.is_empty(), "{}{told:?}", self.history);
            return;
        }
        let key = (self.living.iter().map(|(_, cut)| *cut).collect(), self.said.clone());
        if let Some(before) = self.told.get(&key) {
            assert_eq!(*before, told, "{}the same files {key:?} in another order", self.history);
        }
        self.told.insert(key, told);
    }

    /// Checks that the files in another order, without what was undone between, tell the same.
    fn check_afresh(&self, dice: &mut Dice) {
        if !self.said.is_empty() {
            return;
        }
        let cuts: Vec<usize> = self.living.iter().map(|(_, cut)| *cut).collect();
        let key: BTreeSet<usize> = cuts.iter().copied().collect();
        let Some(before) = self.told.get(&(key, Vec::new())) else { return };
        let mut fresh = Play::new(self.history);
        let mut files: Vec<usize> = (0..self.files.len()).filter(|at| cuts.contains(&self.files[*at][0])).collect();
        dice.shuffle(&mut files);
        let mut vault = fresh.test.write();
        for file in &files {
            fresh.add(&mut vault, *file, dice);
        }
        if cuts.is_empty() {
            return;
        }
        assert_eq!(*before, Told::by(&vault, self.days), "{}the files {cuts:?} alone", self.history);
    }
}

/// Plays a history: imports, undos and decisions by chance, and everything undone at the end.
fn play(history: &History, mut also: impl FnMut(&History, &Reader, &[(ImportId, usize)])) {
    if history.cuts.is_empty() {
        return;
    }
    let mut dice = Dice::new(history.seed);
    let mut play = Play::new(history);
    let mut vault = play.test.write();
    for _ in 0..dice.between(2, 2 * history.cuts.len() as i32 + 2) {
        match dice.below(100) {
            0..=24 if !play.living.is_empty() => {
                let at = dice.below(play.living.len());
                play.undo(&mut vault, at);
            }
            25..=29 => play.decide(&mut vault, &mut dice),
            _ => {
                let file = dice.below(play.files.len());
                play.add(&mut vault, file, &mut dice);
            }
        }
        play.check(&vault);
        if play.said.is_empty() {
            also(history, &vault, &play.living);
        }
    }
    drop(vault);
    let mut vault = play.test.write();
    play.check(&vault);
    let report = ops::check::run(&vault, play.test.env()).unwrap();
    assert!(report.ok, "{history}{:?}", report.findings);
    play.check_afresh(&mut dice);
    while !play.living.is_empty() {
        play.undo(&mut vault, 0);
    }
    assert!(Told::by(&vault, play.days).transactions.is_empty(), "{history}");
}

fn all(make: impl Fn(u64) -> History, also: impl Fn(&History, &Reader, &[(ImportId, usize)])) {
    let (first, count) = (number("FINVAULT_SEED", 1), number("FINVAULT_HISTORIES", FEW));
    for seed in first..first + count {
        play(&history::without_twins(make(seed)), &also);
    }
}

/// What tells two rows of a small history apart in either format: day, cents and the first letter.
type Class = (Day, i64, char);

/// Returns whether two living files show other rows of a day that read the same, two of them different. Such views are
/// taken as one (DESIGN 5: an overlap by a day is how people download, and two equal halves of a day are rare).
fn reads_the_same(history: &History, living: &[(ImportId, usize)], on: Day) -> bool {
    let of_day = |cut: usize| -> Vec<usize> {
        history.cuts[cut].posted.iter().copied().filter(|at| day(history.rows[*at].day) == on).collect()
    };
    let look = |rows: &[usize]| {
        let mut rows: Vec<_> = rows.iter().map(|at| (history.rows[*at].cents, history.rows[*at].words)).collect();
        rows.sort_unstable();
        rows
    };
    let views: Vec<Vec<usize>> = living.iter().map(|(_, cut)| of_day(*cut)).collect();
    views.iter().any(|one| {
        let read = look(one);
        let several = read.iter().any(|kind| *kind != read[0]);
        several && views.iter().any(|other| other != one && look(other) == read)
    })
}

/// Checks that every true row of a small history is there once, or in doubt and listed.
fn adds_up(history: &History, vault: &Reader, living: &[(ImportId, usize)]) {
    let letter = |text: &str| text.chars().next().unwrap_or(' ');
    let of_row = |at: usize| {
        let row = &history.rows[at];
        (day(row.day), row.cents, letter(WORDS[row.words].0))
    };
    let shown: BTreeSet<usize> = living.iter().flat_map(|(_, cut)| history.cuts[*cut].posted.clone()).collect();
    let mut truth: BTreeMap<Class, i64> = BTreeMap::new();
    shown.iter().for_each(|at| *truth.entry(of_row(*at)).or_default() += 1);
    let class = |on: Day, amount: Amount, text: &str| (on, amount.micros().get() / 10_000, letter(text));
    let mut kept: BTreeMap<Class, i64> = BTreeMap::new();
    for row in ops::query::transactions(vault, &Filter::default()).unwrap() {
        assert!(living.iter().any(|(import, _)| *import == row.import_id), "{history}an undone import is shown");
        *kept.entry(class(row.posted_timestamp, row.amount, &row.description)).or_default() += 1;
    }
    let mut listed: BTreeMap<(Class, bool), i64> = BTreeMap::new();
    for pair in ops::duplicates::list(vault).unwrap() {
        let [row, other] = &pair.rows;
        let same = row.transaction_id == other.transaction_id;
        assert_eq!(same, pair.assumed == Verdict::Same, "{history}{pair:?}");
        *listed.entry((class(row.posted_timestamp, row.amount, &row.description), same)).or_default() += 1;
    }
    assert!(truth.keys().eq(kept.keys()), "{history}{kept:?} is not {truth:?}");
    for (class, count) in &truth {
        let have = kept.get(class).copied().unwrap_or_default();
        let listed = |same| listed.get(&(*class, same)).copied().unwrap_or_default();
        let told = have - count <= listed(false) && count - have <= listed(true);
        let told = told || reads_the_same(history, living, class.0);
        assert!(told, "{history}{class:?}: {count} true, {have} kept, listed {}+{}", listed(false), listed(true));
    }
}

/// Returns whether rows that no file shows, between two that one shows, cancel each other: balances on both sides of them agree, and
/// no file tells of the days between.
fn cancels(history: &History, shown: &BTreeSet<usize>) -> bool {
    let shown: Vec<usize> = shown.iter().copied().collect();
    let hidden = shown.windows(2).map(|pair| &history.rows[pair[0] + 1..pair[1]]);
    hidden.filter(|rows| !rows.is_empty()).any(|rows| rows.iter().map(|row| row.cents).sum::<i64>() == 0)
}

/// Checks that what is proven is true: at the end of every third day between the first reported balance and the day up to
/// which the account is proven. Rows that the bank dates back make an older balance another truth, and are left out.
fn proves_the_truth(history: &History, vault: &Reader, living: &[(ImportId, usize)]) {
    let unclear = ["late rows", "second source a day off"];
    if history.features.iter().any(|feature| unclear.contains(feature)) || !history.sources[0].balances {
        return;
    }
    let Some(proven) = ops::query::balances(vault, None).unwrap().first().and_then(|line| line.proven_up_to) else {
        return;
    };
    let with_balances = living.iter().filter(|(_, cut)| history.cuts[*cut].source == 0);
    let ends =
        with_balances.filter_map(|(_, cut)| history.cuts[*cut].posted.iter().map(|at| history.rows[*at].day).max());
    let Some(first) = ends.min() else { return };
    let shown: BTreeSet<usize> = living.iter().flat_map(|(_, cut)| history.cuts[*cut].posted.clone()).collect();
    if cancels(history, &shown) {
        return;
    }
    for number in (first..).step_by(3) {
        let on = day(number);
        if on > proven {
            break;
        }
        // Of a day that is the last of each file, no file tells what the bank still booked on it.
        let is_known = |(at, row): &(usize, &history::TrueRow)| row.day < number || shown.contains(at);
        let until = history.rows.iter().enumerate().filter(|(_, row)| row.posted < history::NEVER && row.day <= number);
        let truth = history.opening + until.filter(is_known).map(|(_, row)| row.cents).sum::<i64>();
        let held = ops::query::balances(vault, Some(on)).unwrap()[0].current_balance;
        let held = held.map(|amount| amount.micros().get() / 10_000);
        assert_eq!(held, Some(truth), "{history}of {living:?} on {on}, proven up to {proven}");
    }
}

/// Checks what the account held at the end of each day from the first reported balance on, where the files of a small history
/// show all rows between the first and the last that one of them shows, and nothing is in doubt.
fn holds_the_truth(history: &History, vault: &Reader, living: &[(ImportId, usize)]) {
    let rows = |cut: usize| &history.cuts[cut].posted;
    let shown: BTreeSet<usize> = living.iter().flat_map(|(_, cut)| rows(*cut).clone()).collect();
    let (Some(first), Some(last)) = (shown.first(), shown.last()) else { return };
    // Rows of one day that cancel each other in turn do not tell whether they stand newest first.
    let no_order = |cut: usize| {
        let rows: Vec<&history::TrueRow> = rows(cut).iter().map(|at| &history.rows[*at]).collect();
        rows.len() > 1 && rows.windows(2).all(|two| two[0].day == two[1].day && two[0].cents + two[1].cents == 0)
    };
    // The balances of rows that are alone and add up to nothing go round: any of them may be the last.
    let alone: Vec<&history::TrueRow> = shown.iter().map(|at| &history.rows[*at]).collect();
    let goes_round = alone.len() > 1
        && alone.iter().all(|row| row.day == alone[0].day)
        && alone.iter().map(|row| row.cents).sum::<i64>() == 0;
    let in_doubt = !ops::duplicates::list(vault).unwrap().is_empty();
    if !history.sources[0].balances
        || in_doubt
        || goes_round
        || last - first + 1 != shown.len()
        || living.iter().any(|(_, cut)| no_order(*cut))
    {
        return;
    }
    let from = living.iter().filter_map(|(_, cut)| rows(*cut).last()).map(|at| history.rows[*at].day).min();
    for number in from.into_iter().flat_map(|from| from..=history.rows[*last].day) {
        let until = history.rows[..=*last].iter().filter(|row| row.day <= number);
        let truth = history.opening + until.map(|row| row.cents).sum::<i64>();
        let held = ops::query::balances(vault, Some(day(number))).unwrap()[0].current_balance;
        let held = held.map(|amount| amount.micros().get() / 10_000);
        assert_eq!(held, Some(truth), "{history}of {living:?} on {}", day(number));
    }
}

#[test]
fn balances_of_cut_files_are_true() {
    all(|seed| history::small(seed, &['C']), holds_the_truth);
}

#[test]
fn what_is_proven_is_true() {
    all(|seed| history::lifelike(seed, &["balances"]), proves_the_truth);
    all(|seed| history::lifelike(seed, &["balances", "second source"]), proves_the_truth);
}

#[test]
fn csv_files_of_one_history_add_up_to_it() {
    all(|seed| history::small(seed, &['C']), adds_up);
}

#[test]
fn ofx_files_of_one_history_add_up_to_it() {
    all(|seed| history::small(seed, &['O']), adds_up);
}

#[test]
fn files_of_both_formats_add_up_to_the_history() {
    all(|seed| history::small(seed, &['C', 'O']), adds_up);
}

#[test]
fn months_of_an_account_are_the_same_in_every_order() {
    all(|seed| history::lifelike(seed, &[]), |_, _, _| ());
}

#[test]
fn holds_are_the_same_in_every_order() {
    all(|seed| history::lifelike(seed, &["holds", "balances"]), |_, _, _| ());
}
