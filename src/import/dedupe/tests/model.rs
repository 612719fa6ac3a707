//! A vault in memory: source rows, undo and lists as the store keeps them, without a database.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::import::dedupe::{
    Decision, Known, KnownCoverage, Listed, Plan, SourceRowRef, coverage, decide, newest_first, shows_whole, window,
};
use crate::model::{
    AccountHint, Amount, Currency, Day, Entry, EntryStatus, ImportId, Micros, Period, SourceKind, Statement,
    TransactionId,
};

/// A row as a test writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub day: i32,
    pub cents: i64,
    pub text: String,
    pub id: Option<String>,
    pub balance: Option<i64>,
    pub pending: bool,
    /// Which true row it is, for the oracle.
    pub truth: usize,
}

/// A row of day `day` with nothing but amount and text.
pub(crate) fn row(day: i32, cents: i64, text: &str) -> Row {
    Row { day, cents, text: text.to_owned(), id: None, balance: None, pending: false, truth: 0 }
}

impl Row {
    pub(crate) fn id(mut self, id: &str) -> Row {
        self.id = Some(id.to_owned());
        self
    }

    pub(crate) fn balance(mut self, balance: i64) -> Row {
        self.balance = Some(balance);
        self
    }

    pub(crate) fn pending(mut self) -> Row {
        self.pending = true;
        self
    }
}

pub(crate) fn day(number: i32) -> Day {
    "2024-01-01".parse::<Day>().unwrap().plus_days(number)
}

fn entry(row: &Row) -> Entry<'_> {
    let money = |cents: i64| Amount::from_micros(Micros::new(cents * 10_000), Currency::EUR);
    Entry {
        line: 1,
        day: day(row.day),
        amount: money(row.cents),
        description: Cow::Borrowed(&row.text),
        memo: Cow::Borrowed(""),
        bank_id: row.id.as_deref().map(Cow::Borrowed),
        check_number: None,
        category: None,
        transaction_type: None,
        status: if row.pending { EntryStatus::Pending } else { EntryStatus::Posted },
        running_balance: row.balance.map(money),
    }
}

pub(crate) fn statement(rows: &[Row]) -> Statement<'_> {
    Statement {
        account: AccountHint::default(),
        currency: Currency::EUR,
        declared: None,
        balances: Vec::new(),
        entries: rows.iter().map(entry).collect(),
        rejected: Vec::new(),
        skipped: Vec::new(),
    }
}

/// A living import.
#[derive(Clone, Debug)]
pub(crate) struct Import {
    pub id: ImportId,
    pub kind: SourceKind,
    pub period: Period,
    pub newest_first: bool,
    pub rows: Vec<Row>,
    pub transactions: Vec<i64>,
}

/// The account.
#[derive(Clone, Debug, Default)]
pub(crate) struct Vault {
    pub living: Vec<Import>,
    listed: Vec<(ImportId, Listed)>,
    replaced: Vec<(ImportId, SourceRowRef)>,
    next_transaction: i64,
    next_import: i64,
}

/// Two rows that may be one, now.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Open {
    pub mine: SourceRowRef,
    pub listed: Listed,
    /// Whether both attest one transaction now.
    pub same: bool,
}

impl Vault {
    pub(crate) fn csv(&mut self, rows: &[Row]) -> Plan {
        self.import(SourceKind::Csv, rows)
    }

    pub(crate) fn ofx(&mut self, rows: &[Row]) -> Plan {
        self.import(SourceKind::Ofx, rows)
    }

    /// Decides and applies.
    pub(crate) fn import(&mut self, kind: SourceKind, rows: &[Row]) -> Plan {
        let statement = statement(rows);
        let period = coverage(&statement).unwrap();
        let reach = window(&statement).unwrap();
        let known: Vec<Known<'_>> = self
            .living
            .iter()
            .flat_map(|i| {
                i.rows.iter().zip(&i.transactions).zip(0..).map(move |((r, t), position)| (i, r, *t, position))
            })
            .filter(|(i, _, _, position)| self.attests(i.id, *position))
            .filter(|(_, r, ..)| reach.contains(day(r.day)))
            .map(|(i, r, t, position)| Known {
                transaction: TransactionId::new(t),
                import: i.id,
                kind: i.kind,
                position,
                day: day(r.day),
                amount: Micros::new(r.cents * 10_000),
                bank_id: r.id.as_deref(),
                description: &r.text,
                running_balance: r.balance.map(|b| Micros::new(b * 10_000)),
                status: if r.pending { EntryStatus::Pending } else { EntryStatus::Posted },
            })
            .collect();
        let coverages: Vec<KnownCoverage> = self
            .living
            .iter()
            .map(|i| KnownCoverage { import: i.id, kind: i.kind, period: i.period, newest_first: i.newest_first })
            .collect();
        let plan = decide(kind, period, &statement.entries, &known, &coverages);
        drop(known);

        self.next_import += 1;
        let id = ImportId::new(self.next_import);
        let mut transactions = Vec::new();
        for decision in &plan.decisions {
            transactions.push(match decision {
                Decision::Present(t) | Decision::Updated(t) => t.number(),
                Decision::Added => {
                    self.next_transaction += 1;
                    self.next_transaction
                }
            });
        }
        for m in &plan.moves {
            let import = self.living.iter_mut().find(|i| i.id == m.source_row.import).unwrap();
            import.transactions[m.source_row.position as usize] = transactions[m.to];
        }
        self.replaced.extend(plan.replaced_pending.iter().map(|s| (id, *s)));
        self.listed.extend(plan.listed.iter().map(|l| (id, *l)));
        let newest_first = newest_first(&statement.entries);
        self.living.push(Import { id, kind, period, newest_first, rows: rows.to_vec(), transactions });
        for import in &self.living {
            let distinct: BTreeSet<i64> = import.transactions.iter().copied().collect();
            assert_eq!(distinct.len(), import.transactions.len(), "two rows of one import share a transaction");
        }
        plan
    }

    /// Removes the import's source rows, nothing else.
    pub(crate) fn undo(&mut self, import: i64) {
        self.living.retain(|i| i.id.number() != import);
    }

    fn attests(&self, import: ImportId, position: u32) -> bool {
        let this = SourceRowRef { import, position };
        !self.replaced.iter().any(|(by, s)| *s == this && self.living.iter().any(|i| i.id == *by))
    }

    /// Living transactions with the rows that attest them.
    pub(crate) fn transactions(&self) -> BTreeMap<i64, Vec<(SourceKind, &Row)>> {
        let mut all: BTreeMap<i64, Vec<(SourceKind, &Row)>> = BTreeMap::new();
        for import in &self.living {
            for ((row, transaction), position) in import.rows.iter().zip(&import.transactions).zip(0..) {
                if self.attests(import.id, position) {
                    all.entry(*transaction).or_default().push((import.kind, row));
                }
            }
        }
        all
    }

    pub(crate) fn count(&self) -> usize {
        self.transactions().len()
    }

    pub(crate) fn find(&self, source_row: SourceRowRef) -> Option<(&Import, &Row, i64)> {
        let import = self.living.iter().find(|i| i.id == source_row.import)?;
        let position = source_row.position as usize;
        Some((import, import.rows.get(position)?, import.transactions[position]))
    }

    /// What `vault duplicates` shows.
    pub(crate) fn open(&self) -> Vec<Open> {
        let as_open = |(import, listed): &(ImportId, Listed)| {
            let mine = SourceRowRef { import: *import, position: u32::try_from(listed.entry).unwrap() };
            let transaction = |source_row| self.find(source_row).map(|(.., t)| t);
            Open { mine, listed: *listed, same: transaction(mine) == transaction(listed.other) }
        };
        self.listed.iter().map(as_open).filter(|open| self.is_open(open)).collect()
    }

    fn is_open(&self, open: &Open) -> bool {
        let (Some(mine), Some(other)) = (self.find(open.mine), self.find(open.listed.other)) else { return false };
        let whole = |i: &Import| i.kind == mine.0.kind && shows_whole(i.period, day(mine.1.day));
        let settled =
            open.listed.reason.settled_by_whole_day() && mine.0.kind == other.0.kind && self.living.iter().any(whole);
        let shared_day = open.listed.reason.settled_by_whole_day();
        (shared_day || open.same == open.listed.reason.taken_as_same()) && !settled
    }
}
