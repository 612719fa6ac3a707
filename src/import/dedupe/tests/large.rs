//! Large files, and rows made to be slow.

use std::borrow::Cow;

use super::model::{Row, day, row, statement};
use crate::import::dedupe::{Decision, Known, KnownCoverage, Plan, coverage, decide};
use crate::model::{Entry, EntryStatus, ImportId, SourceKind, TransactionId};

const ROWS: u32 = 100_000;

/// Some 270 rows a day over ten years, amounts and texts as of a shop: a few rows a day are alike.
fn rows(count: u32, id: impl Fn(u32) -> Option<String>) -> Vec<Entry<'static>> {
    let template = row(0, 0, "");
    let statement_of_one = [template];
    let entry = statement(&statement_of_one).entries.remove(0);
    (0..count)
        .map(|i| {
            let mixed = i.wrapping_mul(2_654_435_761) >> 7;
            let cents = i64::from(mixed % 20_000) - 15_000;
            Entry {
                line: u64::from(i),
                day: day(i32::try_from(i / 270).unwrap()),
                amount: crate::model::Amount::from_micros(
                    crate::model::Micros::new(cents * 10_000),
                    entry.amount.currency(),
                ),
                description: Cow::Owned(format!("CARD PURCHASE Merchant {:04} Zurich", mixed % 700)),
                memo: Cow::Borrowed(""),
                bank_id: id(i).map(Cow::Owned),
                check_number: None,
                category: None,
                transaction_type: None,
                status: EntryStatus::Posted,
                running_balance: None,
            }
        })
        .collect()
}

fn known<'a>(entries: &'a [Entry<'_>], kind: SourceKind) -> (Vec<Known<'a>>, Vec<KnownCoverage>) {
    let import = ImportId::new(1);
    let known = (0..)
        .zip(entries)
        .map(|(position, e)| Known {
            transaction: TransactionId::new(i64::from(position) + 1),
            import,
            kind,
            position,
            day: e.day,
            amount: e.amount.micros(),
            bank_id: e.bank_id.as_deref(),
            description: &e.description,
            running_balance: None,
            status: e.status,
        })
        .collect();
    let period = crate::model::Period::new(entries[0].day, entries[entries.len() - 1].day).unwrap();
    (known, vec![KnownCoverage { import, kind, period, newest_first: false }])
}

fn decided(kind: SourceKind, entries: &[Entry<'_>], known: &[Known<'_>], coverages: &[KnownCoverage]) -> Plan {
    let period = crate::model::Period::new(entries[0].day, entries[entries.len() - 1].day).unwrap();
    decide(kind, period, entries, known, coverages)
}

fn added(plan: &Plan) -> usize {
    plan.decisions.iter().filter(|d| **d == Decision::Added).count()
}

#[test]
fn large_files_match_whole() {
    let first = rows(ROWS, |i| Some(format!("{i:09}")));
    let plan = decided(SourceKind::Ofx, &first, &[], &[]);
    assert_eq!(added(&plan), first.len());
    let (seen, coverages) = known(&first, SourceKind::Ofx);
    for (name, kind, entries) in [
        ("the same file", SourceKind::Ofx, rows(ROWS, |i| Some(format!("{i:09}")))),
        ("renumbered", SourceKind::Ofx, rows(ROWS, |i| Some(format!("new {i:09}")))),
        ("another kind of source", SourceKind::Csv, rows(ROWS, |_| None)),
        ("one day more", SourceKind::Ofx, rows(ROWS + 270, |i| Some(format!("{i:09}")))),
    ] {
        let plan = decided(kind, &entries, &seen, &coverages);
        assert!(added(&plan) <= 270 && plan.listed.len() < 100, "{name}: {} {}", added(&plan), plan.listed.len());
    }
}

/// A file of one line again and again, in every form in which a row could be compared with all others.
#[test]
fn many_rows_with_one_id_text_or_balance_stay_cheap() {
    const MANY: usize = 30_000;
    let many = |edit: &dyn Fn(usize, Row) -> Row| (0..MANY).map(|i| edit(i, row(5, -250, "Tram"))).collect::<Vec<_>>();
    let plus = |mut rows: Vec<Row>, last: Row| {
        rows.push(last);
        rows
    };
    let named = |text: &str| {
        many(&|_, mut r| {
            r.text = text.to_owned();
            r
        })
    };
    for (name, first, second) in [
        (
            "neither holds the other",
            plus(named("Tram"), row(5, -250, "Bus")),
            plus(named("Tram"), row(5, -250, "Ship")),
        ),
        ("other words", named("Tram"), named("Bus")),
        ("one id", many(&|_, r| r.id("1")), many(&|_, r| Row { text: "Bus".to_owned(), ..r.id("1") })),
        ("one balance", many(&|_, r| r.balance(7)), many(&|_, r| r.balance(7))),
        ("announced", plus(named("Tram"), row(5, -250, "Bus")), plus(named("Tram"), row(5, -250, "Tram").pending())),
        ("one id, announced", many(&|i, r| Row { cents: i as i64, ..r.id("1").pending() }), many(&|_, r| r.id("1"))),
    ] {
        let (first, second) = (statement(&first), statement(&second));
        for kind in [SourceKind::Csv, SourceKind::Ofx] {
            // Across kinds each row is compared in words with up to 64 others: linear, and slow unoptimised.
            let words_differ = first.entries[0].description != second.entries[0].description;
            if kind == SourceKind::Ofx && words_differ {
                continue;
            }
            let (seen, coverages) = known(&first.entries, SourceKind::Csv);
            let plan = decided(kind, &second.entries, &seen, &coverages);
            assert_eq!(plan.decisions.len(), second.entries.len(), "{name}");
        }
    }
}

#[test]
fn many_equal_rows_of_one_day_stay_cheap() {
    let many: Vec<_> = (0..20_000).map(|_| row(5, -250, "Tram")).collect();
    let mut shifted = many.clone();
    shifted.push(row(6, -250, "Tram"));
    shifted.insert(0, row(4, -250, "Tram"));
    let file = statement(&many);
    let wider = statement(&shifted);
    for (first, second) in [(&file, &wider), (&wider, &file), (&wider, &wider)] {
        for kind in [SourceKind::Csv, SourceKind::Ofx] {
            let (seen, mut coverages) = known(&first.entries, SourceKind::Csv);
            coverages[0].period = coverage(first).unwrap();
            let plan = decided(kind, &second.entries, &seen, &coverages);
            assert!(added(&plan) <= 20_000);
        }
    }
}
