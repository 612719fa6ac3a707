//! Reads bytes as the history of one account: imports and undos, applied to a vault in memory.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};

use finvault::import::dedupe::{
    Decision, Known, KnownCoverage, Plan, SourceRowRef, coverage, decide, newest_first, window,
};
use finvault::model::{
    AccountHint, Amount, Currency, Day, Entry, EntryStatus, ImportId, Micros, Period, SourceKind, Statement,
    TransactionId,
};

/// Few of each, so that rows collide. The smallest and the largest amounts are among them.
const TEXTS: [&str; 8] = ["COFFEE", "coffee  ", "RENT", "PENDING COFFEE", "", "RENT 12", "Ⅷß", "COFFEE SHOP"];
const AMOUNTS: [i64; 8] = [-1, -1_000_000, 2_500_000, i64::MAX, i64::MIN, 0, -1_010_000, 1];
const MOST_IMPORTS: usize = 12;
const MOST_ROWS: u8 = 24;

#[derive(Clone, Copy)]
struct Row {
    day: Day,
    amount: i64,
    text: &'static str,
    id: Option<&'static str>,
    balance: Option<i64>,
    status: EntryStatus,
}

struct Import {
    id: ImportId,
    kind: SourceKind,
    period: Period,
    newest_first: bool,
    rows: Vec<Row>,
    transactions: Vec<i64>,
}

#[derive(Default)]
struct Vault {
    living: Vec<Import>,
    /// Pending source rows, and the import that replaces them while it lives.
    replaced: Vec<(ImportId, SourceRowRef)>,
    transactions: i64,
    imports: i64,
}

/// Checks that each row of a history gets one decision, and that each transaction is used once.
///
/// An import is a byte of flags (`1` OFX, `2` ids, `4` balances, `8` upside down), a byte of how many rows, and two
/// bytes for each; a flag byte over 0xE0 is an undo, of the import that the next byte says.
pub(crate) fn dedupe(bytes: &[u8]) {
    let mut bytes = bytes.iter().copied();
    let mut vault = Vault::default();
    while let (Some(flags), Some(count)) = (bytes.next(), bytes.next()) {
        if flags >= 0xe0 {
            if !vault.living.is_empty() {
                let place = usize::from(count) % vault.living.len();
                vault.living.remove(place);
            }
            continue;
        }
        let mut rows = Vec::new();
        for _ in 0..count % MOST_ROWS {
            let (Some(a), Some(b)) = (bytes.next(), bytes.next()) else { break };
            rows.push(row(flags, a, b));
        }
        rows.sort_by_key(|row| row.day);
        if flags & 8 != 0 {
            rows.reverse();
        }
        if vault.living.len() < MOST_IMPORTS {
            vault.import(if flags & 1 == 0 { SourceKind::Csv } else { SourceKind::Ofx }, rows);
        }
    }
}

fn row(flags: u8, a: u8, b: u8) -> Row {
    let first: Day = "2024-01-01".parse().expect("a day");
    let ids = ["1", "2", "3", "4", "10", "", "1 ", "A"];
    let has = |flag: u8, on: u8| flags & flag != 0 && on != 0;
    Row {
        day: match a & 7 {
            6 => first.plus_days(9),
            7 if flags & 0x40 != 0 => Day::LAST,
            7 => Day::FIRST,
            n => first.plus_days(i32::from(n)),
        },
        amount: AMOUNTS[usize::from(a >> 3 & 7)],
        text: TEXTS[usize::from(b & 7)],
        id: has(2, b & 0xf8).then(|| ids[usize::from(b >> 3 & 7)]),
        balance: has(4, b & 0xc0).then(|| i64::from(b >> 6).saturating_mul(1_000_000)),
        status: if a & 0xc0 == 0xc0 { EntryStatus::Pending } else { EntryStatus::Posted },
    }
}

impl Row {
    fn entry(&self) -> Entry<'static> {
        Entry {
            line: 1,
            day: self.day,
            amount: Amount::from_micros(Micros::new(self.amount), Currency::EUR),
            description: Cow::Borrowed(self.text),
            memo: Cow::Borrowed(""),
            bank_id: self.id.map(Cow::Borrowed),
            check_number: None,
            category: None,
            transaction_type: None,
            status: self.status,
            running_balance: self.balance.map(|b| Amount::from_micros(Micros::new(b), Currency::EUR)),
        }
    }
}

impl Vault {
    fn import(&mut self, kind: SourceKind, rows: Vec<Row>) {
        let statement = Statement {
            account: AccountHint::default(),
            currency: Currency::EUR,
            declared: None,
            balances: Vec::new(),
            entries: rows.iter().map(Row::entry).collect(),
            rejected: Vec::new(),
            skipped: Vec::new(),
        };
        let (Some(period), Some(reach)) = (coverage(&statement), window(&statement)) else { return };
        let known = self.known(reach);
        let living = self.living.iter();
        let coverages: Vec<KnownCoverage> = living
            .map(|i| KnownCoverage { import: i.id, kind: i.kind, period: i.period, newest_first: i.newest_first })
            .collect();
        let plan = decide(kind, period, &statement.entries, &known, &coverages);
        sound(&plan, &statement.entries, &known);
        assert_eq!(plan, decide(kind, period, &statement.entries, &known, &coverages), "decided twice");
        self.apply(kind, period, newest_first(&statement.entries), rows, &plan);
    }

    fn known(&self, reach: Period) -> Vec<Known<'static>> {
        let mut known = Vec::new();
        for import in &self.living {
            for ((row, transaction), position) in import.rows.iter().zip(&import.transactions).zip(0..) {
                let source_row = SourceRowRef { import: import.id, position };
                let replaced = |(by, s): &(ImportId, SourceRowRef)| {
                    *s == source_row && self.living.iter().any(|living| living.id == *by)
                };
                if self.replaced.iter().any(replaced) || !reach.contains(row.day) {
                    continue;
                }
                known.push(Known {
                    transaction: TransactionId::new(*transaction),
                    import: import.id,
                    kind: import.kind,
                    position,
                    day: row.day,
                    amount: Micros::new(row.amount),
                    bank_id: row.id,
                    description: row.text,
                    running_balance: row.balance.map(Micros::new),
                    status: row.status,
                });
            }
        }
        known
    }

    fn apply(&mut self, kind: SourceKind, period: Period, newest_first: bool, rows: Vec<Row>, plan: &Plan) {
        self.imports += 1;
        let id = ImportId::new(self.imports);
        let mut transactions = Vec::new();
        for decision in &plan.decisions {
            transactions.push(match decision {
                Decision::Present(t) | Decision::Updated(t) => t.number(),
                Decision::Added => {
                    self.transactions += 1;
                    self.transactions
                }
            });
        }
        for moved in &plan.moves {
            let import = self.living.iter_mut().find(|i| i.id == moved.source_row.import).expect("a living import");
            import.transactions[moved.source_row.position as usize] = transactions[moved.to];
        }
        self.replaced.extend(plan.replaced_pending.iter().map(|s| (id, *s)));
        self.living.push(Import { id, kind, period, newest_first, rows, transactions });
    }
}

/// Checks what holds for every plan.
fn sound(plan: &Plan, entries: &[Entry<'_>], known: &[Known<'_>]) {
    assert_eq!(plan.decisions.len(), entries.len(), "one decision for each row");
    let transactions: HashSet<TransactionId> = known.iter().map(|k| k.transaction).collect();
    let source_rows: HashSet<SourceRowRef> =
        known.iter().map(|k| SourceRowRef { import: k.import, position: k.position }).collect();
    let mut used = HashSet::new();
    for decision in &plan.decisions {
        if let Decision::Present(t) | Decision::Updated(t) = decision {
            assert!(transactions.contains(t), "a transaction that is known");
            assert!(used.insert(*t), "each transaction once");
        }
    }
    let mut moved = HashSet::new();
    for m in &plan.moves {
        assert!(m.to < entries.len() && source_rows.contains(&m.source_row) && moved.insert(m.source_row), "{m:?}");
    }
    // What one import shows as two rows stays two, as far as `decide` is told: it does not see source rows that a
    // pending snapshot replaced, and two of those may share a transaction when they live again.
    let target = |k: &Known<'_>| {
        let to = plan.moves.iter().find(|m| m.source_row == SourceRowRef { import: k.import, position: k.position });
        to.map_or(Ok(k.transaction), |m| match plan.decisions[m.to] {
            Decision::Present(t) | Decision::Updated(t) => Ok(t),
            Decision::Added => Err(m.to),
        })
    };
    let before: BTreeSet<_> = known.iter().map(|k| (k.import, k.transaction)).collect();
    let after: BTreeSet<_> = known.iter().map(|k| (k.import, target(k))).collect();
    assert!(after.len() >= before.len(), "two rows of one import became one");
    assert!(plan.replaced_pending.iter().all(|s| source_rows.contains(s)));
    for listed in &plan.listed {
        assert!(listed.entry < entries.len() && source_rows.contains(&listed.other), "{listed:?}");
    }
}
