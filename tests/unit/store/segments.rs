//! Source rows in their segments, in a database in memory.

use std::ops::ControlFlow;

use crate::model::{AccountId, Day, ImportId, Period, TransactionId};
use crate::store::StoreError;
use crate::store::db::block::BlockRow;
use crate::store::db::cache::Cache;
use crate::store::db::change::Change;
use crate::store::db::coverages::Coverage;
use crate::store::db::digest::Digests;
use crate::store::db::meta;
use crate::store::db::recompute::recompute;
use crate::store::db::row_key::RowKey;
use crate::store::db::source_row::{SourceRow, StoredSourceRow};
use crate::store::db::view::View;
use crate::store::empty::{self, Empty};

/// The only account.
fn account() -> AccountId {
    AccountId::new(1)
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// Stores an import of the days, whose rows have the numbers from `first_number` on.
fn add(change: &mut Change<'_>, import: i64, first_number: u64, days: &[&str]) -> Coverage {
    add_twin(change, (import, None), first_number, days)
}

/// Does the same; the rows are those of the import whose rows have the numbers from `twin` on.
fn add_twin(change: &mut Change<'_>, (import, twin): (i64, Option<u64>), first_number: u64, days: &[&str]) -> Coverage {
    let segment = change.new_segment().unwrap();
    let period = Period::new(day(days[0]), day(days[days.len() - 1]));
    let import = ImportId::new(import);
    let coverage = Coverage {
        account: account(),
        import,
        statement: 0,
        period,
        rows: period,
        newest_first: false,
        content: None,
        first_number,
        segment,
        added: days.len() as u64,
        present: 0,
        updated: 0,
        twin,
    };
    let row = |(offset, on): (u64, &&str)| {
        let (number, row) = (first_number + offset, empty::row(account(), segment, day(on), offset));
        let txn = TransactionId::new((twin.unwrap_or(first_number) + offset).cast_signed());
        StoredSourceRow { number, txn, lead: twin.is_none(), import, ..row }.formed(twin)
    };
    change.add_source_rows(&(0..).zip(days).map(row).collect::<Vec<_>>()).unwrap();
    change.add_coverage(&coverage).unwrap();
    coverage
}

/// Returns days and numbers as they are read, a list for each month.
fn read(change: &Change<'_>) -> Result<Vec<Vec<(String, u64)>>, StoreError> {
    let mut months = Vec::new();
    change.view().visit(account(), None, false, |rows| {
        months.push(rows.iter().map(|row| (row.day().to_string(), row.number)).collect());
        ControlFlow::Continue(())
    })?;
    Ok(months)
}

fn expected(months: &[&[(&str, u64)]]) -> Vec<Vec<(String, u64)>> {
    months.iter().map(|month| month.iter().map(|(on, number)| ((*on).to_owned(), *number)).collect()).collect()
}

#[test]
fn reads_a_month_of_several_segments_in_the_order_of_days_and_numbers() {
    let empty = Empty::new();
    let mut change = empty.change();
    add(&mut change, 1, 10, &["2026-01-05", "2026-01-31", "2026-02-02"]);
    // An earlier file that came later, with a day that both show, and one whose numbers are those of an undone import.
    add(&mut change, 2, 20, &["2026-01-01", "2026-01-05", "2026-01-06"]);
    add(&mut change, 3, 1, &["2026-01-05", "2026-02-01"]);
    let january = [
        ("2026-01-01", 20),
        ("2026-01-05", 1),
        ("2026-01-05", 10),
        ("2026-01-05", 21),
        ("2026-01-06", 22),
        ("2026-01-31", 11),
    ];
    assert_eq!(read(&change).unwrap(), expected(&[&january, &[("2026-02-01", 2), ("2026-02-02", 12)]]));
}

#[test]
fn lays_the_rows_of_an_import_together_and_deletes_them_as_one_range() {
    let empty = Empty::new();
    let mut change = empty.change();
    add(&mut change, 1, 1, &["2026-01-01", "2026-02-02"]);
    let before = change.digests.clone();
    let second = add(&mut change, 2, 3, &["2026-01-01", "2026-01-02", "2026-03-03"]);
    let of_import = |sql: &str| -> Vec<i64> {
        let mut statement = empty.connection.prepare(sql).unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    };
    assert_eq!(of_import("SELECT import FROM source_rows ORDER BY place"), [1, 1, 2, 2, 2]);

    change.delete_segment(&second.segment()).unwrap();
    assert_eq!(of_import("SELECT import FROM source_rows ORDER BY place"), [1, 1]);
    change.remove_coverages(|coverage| coverage.segment == second.segment).unwrap();
    let sums = |digests: &Digests| digests.iter().filter(|(b, _)| b.table != "meta").collect::<Vec<_>>();
    assert_eq!(sums(&change.digests), sums(&before));
    assert_eq!(read(&change).unwrap(), expected(&[&[("2026-01-01", 1)], &[("2026-02-02", 2)]]));
}

/// Returns number, transaction and whether it leads of every row, once the sums were compared with the rows.
fn states(empty: &Empty, change: &Change<'_>) -> Vec<(u64, i64, bool)> {
    let stored = change.digests.iter().filter(|(bucket, _)| bucket.table == "source_rows").collect::<Vec<_>>();
    assert_eq!(recompute(&empty.connection, &empty.keys).unwrap().sums.into_iter().collect::<Vec<_>>(), stored);
    assert!(stored.iter().all(|(bucket, sum)| change.view().has_its_zones(*bucket, *sum).unwrap()));
    let (mut all, keep) = (Vec::new(), |row: &SourceRow<&str>| Some((row.number, row.txn.number(), row.lead)));
    let each = |rows: Vec<(u64, i64, bool)>| {
        all.extend(rows);
        ControlFlow::Continue(())
    };
    change.view().visit_kept(account(), None, false, keep, each).unwrap();
    all.sort_unstable();
    all
}

#[test]
fn rows_of_a_twin_pass_on_to_the_next_one_as_they_are_stored() {
    let empty = Empty::new();
    let mut change = empty.change();
    let days = ["2026-01-05", "2026-02-02"];
    let first = add(&mut change, 1, 10, &days);
    add_twin(&mut change, (2, Some(10)), 20, &days);
    add_twin(&mut change, (3, Some(10)), 30, &days);
    let expected = [(10, 10, true), (11, 11, true), (20, 10, false), (21, 11, false), (30, 10, false), (31, 11, false)];
    assert_eq!(states(&empty, &change), expected);
    // One row of the second import is alone, and that of the third is its.
    let rows = change.view().source_rows(account(), Period::of_day(day("2026-01-05"))).unwrap();
    let told = |row: &StoredSourceRow, lead| StoredSourceRow { txn: TransactionId::new(20), lead, ..row.clone() };
    let update = [(&rows[1], told(&rows[1], true)), (&rows[2], told(&rows[2], false))];
    change.update_source_rows(update).unwrap();
    let expected = [(10, 10, true), (11, 11, true), (20, 20, true), (21, 11, false), (30, 20, false), (31, 11, false)];
    assert_eq!(states(&empty, &change), expected);

    change.pass_on(&first.segment()).unwrap();
    change.delete_segment(&first.segment()).unwrap();
    let expected = [(20, 20, true), (21, 21, true), (30, 20, false), (31, 21, false)];
    assert_eq!(states(&empty, &change), expected);
    let second = change.view().all_coverages().unwrap().into_iter().find(|one| one.first_number == 20).unwrap();
    change.pass_on(&second.segment()).unwrap();
    change.delete_segment(&second.segment()).unwrap();
    assert_eq!(states(&empty, &change), [(30, 30, true), (31, 31, true)]);
    let twins = change.view().all_coverages().unwrap().into_iter().map(|coverage| coverage.twin);
    assert_eq!(twins.collect::<Vec<_>>(), [None, None, None]);
}

#[test]
fn refuses_to_delete_rows_that_no_digest_vouches_for() {
    let empty = Empty::new();
    let mut change = empty.change();
    let coverage = add(&mut change, 1, 1, &["2026-01-01", "2026-03-31"]);
    // The digests have no row of February.
    let february = RowKey::pack(coverage.segment, day("2026-02-01"), 9).unwrap().packed();
    let copy = "INSERT INTO source_rows SELECT ?1, txn, import, position, line, lead, counts, kind, amount, pending, running, \
                bank_id, description, memo, check_no, category, type FROM source_rows LIMIT 1";
    empty.connection.execute(copy, [february]).unwrap();
    assert!(change.view().has_strays().unwrap());
    let deleted = change.delete_segment(&coverage.segment());
    assert!(matches!(deleted, Err(StoreError::Damaged(_))), "{deleted:?}");
}

#[test]
fn shows_no_row_of_a_segment_that_no_coverage_names_and_check_counts_it() {
    let empty = Empty::new();
    let mut change = empty.change();
    add(&mut change, 1, 1, &["2026-01-01", "2026-01-02"]);
    let truth = read(&change).unwrap();
    assert!(!change.view().has_strays().unwrap());
    for place in ["place + (7 << 43)", "-place", "place & ((1 << 43) - 1)"] {
        let insert = format!(
            "INSERT INTO source_rows SELECT {place}, txn, import, position, line, lead, counts, kind, amount, pending, \
             running, bank_id, 'Forged', memo, check_no, category, type FROM source_rows WHERE place > 1 << 43 LIMIT 1"
        );
        empty.connection.execute(&insert, []).unwrap();
        assert_eq!(read(&change).unwrap(), truth, "{place}");
        assert!(change.view().has_strays().unwrap(), "{place}");
    }
    let found = recompute(&empty.connection, &empty.keys).unwrap();
    assert_eq!(found.strange, 3);
    let stored = change.digests.iter().filter(|(bucket, _)| bucket.table == "source_rows");
    assert_eq!(found.sums.into_iter().collect::<Vec<_>>(), stored.collect::<Vec<_>>());
}

#[test]
fn refuses_more_segments_and_numbers_than_keys_hold() {
    let empty = Empty::new();
    let mut change = empty.change();
    change.set_meta(meta::SEGMENT_COUNTER, &1_048_575_u64.to_le_bytes()).unwrap();
    assert_eq!(change.new_segment().unwrap().number(), 1_048_575);
    assert!(matches!(change.new_segment(), Err(StoreError::Full("imports"))));
    change.set_meta(meta::SOURCE_ROW_COUNTER, &((1_u64 << 31) - 3).to_le_bytes()).unwrap();
    assert_eq!(change.reserve_rows(3).unwrap(), (1 << 31) - 3);
    assert!(matches!(change.reserve_rows(1), Err(StoreError::Full("rows"))));
}

#[test]
fn finds_a_row_by_its_number_whatever_the_order_of_the_file() {
    let empty = Empty::new();
    let mut change = empty.change();
    let last_days = ["2199-11-30", "2199-12-31", "2199-12-31"];
    let in_order = ["2026-01-05", "2026-01-05", "2026-01-31", "2026-02-02", "2026-05-01"];
    let by_hand = ["2026-01-05", "2026-05-01", "2026-01-31", "2026-01-06", "2026-02-02", "2026-01-05", "2026-05-01"];
    let mut first = 1;
    for (import, days) in [(1, &last_days[..]), (2, &in_order), (3, &by_hand)] {
        let coverage = Coverage { rows: span(days), ..add(&mut change, import, first, days) };
        let view = change.view();
        assert_eq!(view.rows_of(&coverage), days.len() as u64);
        let found = |number| view.numbered(&coverage, number).unwrap().map(|row| (row.number, row.day().to_string()));
        for (number, on) in (first..).zip(days) {
            assert_eq!(found(number), Some((number, (*on).to_owned())));
        }
        let after = first + days.len() as u64;
        assert_eq!([first - 1, after, 1 << 26, u64::MAX].map(found), [None, None, None, None]);
        first = after;
    }
}

/// First and last of some days.
fn span(days: &[&str]) -> Option<Period> {
    days.iter().map(|on| Period::of_day(day(on))).reduce(Period::spanning)
}

#[test]
fn misses_a_row_by_its_number_that_the_digests_know() {
    let empty = Empty::new();
    for tampered in [
        "DELETE FROM source_rows WHERE place = ?1",
        "UPDATE source_rows SET place = place + 9 WHERE place = ?1",
        "UPDATE source_rows SET place = place + (200 << 26) WHERE place = ?1",
        "UPDATE source_rows SET amount = 1 WHERE place = ?1",
    ] {
        empty.connection.execute_batch("DELETE FROM source_rows; DELETE FROM coverages").unwrap();
        let mut change = empty.change();
        let coverage = add(&mut change, 1, 1, &["2026-01-05", "2026-01-06", "2026-12-31"]);
        assert!(change.view().numbered(&coverage, 2).unwrap().is_some());
        let place = RowKey::pack(coverage.segment, day("2026-01-06"), 1).unwrap().packed();
        assert_eq!(empty.connection.execute(tampered, [place]).unwrap(), 1);
        let found = change.view().numbered(&coverage, 2);
        assert!(matches!(found, Err(StoreError::Damaged(_))), "{tampered}: {found:?}");
    }
}

#[test]
fn rows_that_are_kept_change_with_those_in_the_database() {
    let empty = Empty::new();
    empty.cache.make_room();
    let mut change = empty.change();
    let coverage = add(&mut change, 1, 1, &["2026-01-05", "2026-01-06", "2026-02-01"]);
    let january = Period::of_day(day("2026-01-05"));
    let before = change.view().blocks(account(), None, january).unwrap();
    let rows = change.view().segment_rows(account(), coverage.segment, Period::of_day(day("2026-01-06"))).unwrap();
    let [old] = rows.as_slice() else { panic!("{rows:?}") };
    let new = StoredSourceRow { txn: TransactionId::new(1), lead: false, counts: false, ..old.clone() };
    change.update_source_rows([(old, new)]).unwrap();
    // What was read before stays; what is read now is the same with and without what is kept.
    assert!(before[0].1.rows().all(|row| row.lead && row.counts));
    let states = |change: &Change<'_>| -> Vec<(i64, bool, bool)> {
        let blocks = change.view().blocks(account(), None, january).unwrap();
        blocks[0].1.rows().map(|row| (row.txn.number(), row.lead, row.counts)).collect()
    };
    assert_eq!(states(&change), [(1, true, true), (1, false, false)]);
    empty.connection.execute_batch("UPDATE source_rows SET description = 'X'").unwrap();
    assert_eq!(states(&change), [(1, true, true), (1, false, false)], "it was not read again");
    empty.connection.execute_batch("UPDATE source_rows SET description = 'TEA'").unwrap();
    let fresh = Cache::default();
    let view = change.view();
    let again = View::new(view.connection, view.keys, view.digests, view.chain_mac, &fresh);
    let read: Vec<StoredSourceRow> =
        again.blocks(account(), None, january).unwrap()[0].1.rows().map(BlockRow::to_stored).collect();
    let kept: Vec<StoredSourceRow> =
        view.blocks(account(), None, january).unwrap()[0].1.rows().map(BlockRow::to_stored).collect();
    assert_eq!(read, kept);
}
