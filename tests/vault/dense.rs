//! Months of so many rows that they are read by days, and not whole.

use finvault::model::ImportId;
use finvault::ops;
use finvault::ops::query::Filter;
use finvault::store::{Reader, Writer};

use crate::test_vault::{TestVault, csv};

/// Rows a day of the long file: its months have more than 700.
const A_DAY: i64 = 25;

/// A row of the year 2026: month, day, cents, text and balance.
type Printed = (u32, u32, i64, String, i64);

/// Returns the rows of the first three months.
fn history() -> Vec<Printed> {
    let mut balance = 100_000;
    let days = (1..=3).flat_map(|month| (1..=28).map(move |day| (month, day)));
    let rows = days.flat_map(|(month, day)| (0..A_DAY).map(move |number| (month, day, number)));
    rows.map(|(month, day, number)| {
        let cents = -(number % 7 + 1) * 100 + i64::from(day % 3) * 50;
        balance += cents;
        (month, day, cents, format!("SHOP {}", number % 11), balance)
    })
    .collect()
}

fn printed(rows: &[Printed], with_balance: bool) -> String {
    let days: Vec<String> = rows.iter().map(|(month, day, ..)| format!("2026-{month:02}-{day:02}")).collect();
    csv(days.iter().zip(rows).map(|(day, (_, _, cents, text, balance))| {
        (day.as_str(), *cents, text.as_str(), with_balance.then_some(*balance))
    }))
}

/// Returns the long file, and short ones: cut inside days at the end of a month, of whole days in the middle of one, of the
/// last days in other words, and of a day that no other file has.
fn files() -> Vec<String> {
    let all = history();
    let (month, day) = (28 * A_DAY as usize, A_DAY as usize);
    let of_other_words: Vec<Printed> = all[3 * month - day..]
        .iter()
        .map(|(month, day, cents, text, balance)| (*month, *day, *cents, format!("POS {text} 0815"), *balance))
        .collect();
    vec![
        printed(&all, true),
        printed(&all[month - 30..month + 40], true),
        printed(&all[month + 12 * day..month + 14 * day], true),
        printed(&of_other_words, true),
        printed(&[(3, 30, -4_200, "RENT".into(), 0)], false),
    ]
}

/// What a person sees of the vault: rows, balances of some days, and how far they are proven.
fn seen(vault: &Reader) -> (Vec<String>, Vec<String>) {
    let rows = ops::query::transactions(vault, &Filter::default()).unwrap();
    let rows =
        rows.iter().map(|row| format!("{} {} {:?}", row.posted_timestamp, row.description, row.amount)).collect();
    let days = ["2026-01-27", "2026-01-28", "2026-02-14", "2026-03-27", "2026-03-30", "2026-06-01"];
    let balances = days.map(|day| {
        let balance = ops::query::balances(vault, Some(day.parse().unwrap())).unwrap().remove(0);
        format!("{day} {:?} {:?} {:?}", balance.current_balance, balance.balance_as_of, balance.proven_up_to)
    });
    (rows, balances.to_vec())
}

fn import_all(test: &TestVault, vault: &mut Writer, files: &[&String]) -> Vec<ImportId> {
    files.iter().map(|file| test.import(vault, file, "Daily").import_id.unwrap()).collect()
}

#[test]
fn short_files_in_a_month_of_many_rows_are_the_same_in_every_order() {
    let files = files();
    let long_first: Vec<&String> = files.iter().collect();
    let (test, other) = (TestVault::new(), TestVault::new());
    let (mut vault, mut late) = (test.write(), other.write());
    let imports = import_all(&test, &mut vault, &long_first);
    import_all(&other, &mut late, &long_first.iter().rev().copied().collect::<Vec<_>>());
    assert_eq!(seen(&vault), seen(&late));
    for vault in [&vault, &late] {
        assert!(ops::check::run(vault, test.env()).unwrap().ok);
    }
    // Undone, the short files leave nothing; and without the long one the others are as they are alone.
    let alone = TestVault::new();
    let mut long = alone.write();
    import_all(&alone, &mut long, &long_first[..1]);
    for import in imports[1..].iter().rev() {
        ops::imports::undo(&mut vault, *import, test.env()).unwrap();
    }
    assert_eq!(seen(&vault), seen(&long));
    assert!(ops::check::run(&vault, test.env()).unwrap().ok);
}
