//! Zones: what a search passes over, and that it finds what reading everything finds.

use std::ops::ControlFlow;

use proptest::prelude::*;

use crate::model::{AccountId, Day, ImportId, Micros, Period, TransactionId, folded};
use crate::store::StoreError;
use crate::store::db::block::BlockRow;
use crate::store::db::cache::Cache;
use crate::store::db::change::Change;
use crate::store::db::coverages::Coverage;
use crate::store::db::row_key::RowKey;
use crate::store::db::segment::SegmentId;
use crate::store::db::source_row::StoredSourceRow;
use crate::store::db::view::View;
use crate::store::db::wanted::Wanted;
use crate::store::db::zone::{Pack, Zone, ZoneMaker};
use crate::store::db::zones::Search;
use crate::store::empty::{self, Empty};
use crate::store::error::Damage;

/// The only account.
pub(super) fn account() -> AccountId {
    AccountId::new(1)
}

fn first_of_january() -> Day {
    "2026-01-01".parse().unwrap()
}

/// A row of some day from 2026-01-01 on.
pub(super) fn row(segment: SegmentId, offset: u64, day: i32, amount: i64, description: &str) -> StoredSourceRow {
    let row = empty::row(account(), segment, first_of_january().plus_days(day), offset);
    StoredSourceRow { amount: Micros::new(amount), description: description.to_owned(), ..row }
}

/// Stores the rows of one statement, which `make` makes for its segment, some at a time.
pub(super) fn add(
    change: &mut Change<'_>,
    make: impl Fn(SegmentId) -> Vec<StoredSourceRow>,
    at_once: usize,
) -> Coverage {
    let segment = change.new_segment().unwrap();
    let rows = make(segment);
    let days = rows.iter().map(|row| Period::of_day(row.day())).reduce(Period::spanning);
    let coverage = Coverage {
        account: account(),
        import: ImportId::new(segment.number()),
        statement: 0,
        period: days,
        rows: days,
        newest_first: false,
        content: None,
        first_number: 1,
        segment,
        added: rows.len() as u64,
        present: 0,
        updated: 0,
        twin: None,
    };
    rows.chunks(at_once).for_each(|rows| change.add_source_rows(rows).unwrap());
    change.add_coverage(&coverage).unwrap();
    coverage
}

/// Returns the numbers of the rows that a search reads, wanted or not.
fn read(view: View<'_>, wanted: &Wanted) -> Result<Vec<u64>, StoreError> {
    let (search, mut found) = (Search::of(wanted.clone(), None), Vec::new());
    view.visit_wanted(
        (account(), None),
        &search,
        false,
        |row| Some(row.number),
        |month| {
            found.extend(month);
            ControlFlow::Continue(())
        },
    )?;
    Ok(found)
}

pub(super) fn parts(parts: &[&str]) -> Wanted {
    Wanted { parts: parts.iter().map(|part| (*part).to_owned()).collect(), ..Wanted::default() }
}

/// Three months of 600 rows, each with one rare row.
pub(super) fn months(segment: SegmentId) -> Vec<StoredSourceRow> {
    let rare = [(3, "Dentist", 9_000), (31 + 3, "Optician", -8_000), (59 + 3, "Dentist", 7_000)];
    let mut rows = Vec::new();
    for (month, (day, text, amount)) in [0, 31, 59].into_iter().zip(rare) {
        rows.extend((0..599).map(|n| (month + n / 22, "Groceries", 5)));
        rows.push((day, text, amount));
    }
    rows.sort_by_key(|(day, _, _)| *day);
    (0..).zip(rows).map(|(offset, (day, text, amount))| row(segment, offset, day, amount, text)).collect()
}

/// Returns the numbers of the rows of the first month, which is read before the zones are.
fn first_month() -> u64 {
    600
}

#[test]
fn a_search_reads_only_zones_that_may_have_what_it_wants() {
    let empty = Empty::new();
    let mut change = empty.change();
    add(&mut change, months, 10_000);
    let beyond = |wanted: Wanted| read(change.view(), &wanted).unwrap().len() as u64 - first_month();
    assert_eq!(beyond(Wanted::default()), 1_200);
    assert_eq!(beyond(parts(&["dentist"])), 128);
    // They stand in one zone, but not in one row.
    assert_eq!(beyond(parts(&["dentist", "groceries"])), 0);
    assert_eq!(beyond(parts(&["grocer"])), 1_200);
    assert_eq!(beyond(parts(&["airline"])), 0);
    // One or two characters are no gram.
    assert_eq!(beyond(parts(&["d"])), 128);
    assert_eq!(beyond(parts(&["gr"])), 1_200);
    assert_eq!(beyond(parts(&["rg"])), 0);
    assert_eq!(beyond(parts(&["x"])), 0);
    assert_eq!(beyond(parts(&["12"])), 0);
    assert_eq!(beyond(Wanted { least: Some(Micros::new(6)), ..Wanted::default() }), 128);
    assert_eq!(beyond(Wanted { most: Some(Micros::new(4)), ..Wanted::default() }), 128);
    assert_eq!(beyond(Wanted { pending: Some(true), ..Wanted::default() }), 0);
    assert_eq!(beyond(Wanted { categories: vec!["food".to_owned()], ..Wanted::default() }), 0);
    assert_eq!(beyond(Wanted { uncategorised: true, ..Wanted::default() }), 1_200);
}

#[test]
fn zones_that_are_kept_change_with_the_database() {
    let empty = Empty::new();
    empty.cache.make_room();
    let mut change = empty.change();
    add(&mut change, months, 10_000);
    let days = Period::new(first_of_january().plus_days(2), first_of_january().plus_days(3)).unwrap();
    let states = |view: View<'_>| -> Vec<StoredSourceRow> {
        let blocks = view.blocks_of_days(account(), None, days).unwrap();
        blocks.iter().flat_map(|block| block.rows()).map(BlockRow::to_stored).collect()
    };
    let before = states(change.view());
    assert!(
        before.len() < 600 && before.iter().all(|row| row.lead),
        "zones are read, and not the month: {}",
        before.len()
    );
    let updated = |row: &StoredSourceRow| StoredSourceRow { lead: !row.number.is_multiple_of(7), ..row.clone() };
    let changed = before.iter().filter(|row| row.number.is_multiple_of(7));
    change.update_source_rows(changed.map(|row| (row, updated(row)))).unwrap();
    let expected: Vec<StoredSourceRow> = before.iter().map(updated).collect();
    assert_ne!(expected, before);
    let fresh = Cache::default();
    let view = change.view();
    assert_eq!(states(View::new(view.connection, view.keys, view.digests, view.chain_mac, &fresh)), expected);
    empty.connection.execute_batch("UPDATE source_rows SET description = 'X'").unwrap();
    assert_eq!(states(change.view()), expected, "they were not read again");
}

#[test]
fn zones_stay_of_use_when_rows_change_and_go_with_their_segment() {
    let empty = Empty::new();
    let mut change = empty.change();
    let other = add(&mut change, |segment| vec![row(segment, 5_000, 40, 1, "Dentist")], 10);
    // Months that two calls add, in pieces that end where no zone does.
    let coverage = add(&mut change, months, 333);
    let old = change.view().segment_rows(account(), coverage.segment, coverage.rows.unwrap()).unwrap();
    let changed = old.iter().filter(|row| row.number % 7 == 0);
    let updated =
        |old| (old, StoredSourceRow { lead: false, txn: TransactionId::new(1), ..StoredSourceRow::clone(old) });
    change.update_source_rows(changed.map(updated)).unwrap();
    // The optician's zone is of no use to the search, so it would be read only if its month were read whole.
    let found = read(change.view(), &parts(&["dentist"])).unwrap();
    assert!(found.len() < 1_200, "{}", found.len());
    assert!(found.contains(&5_001));

    change.delete_segment(&coverage.segment()).unwrap();
    change.remove_coverages(|one| one.segment == coverage.segment).unwrap();
    assert_eq!(read(change.view(), &parts(&["dentist"])).unwrap(), [5_001]);
    change.delete_segment(&other.segment()).unwrap();
    for table in ["zone_packs", "zone_blocks", "zone_sums"] {
        let sql = format!("SELECT count(*) FROM {table}");
        assert_eq!(empty.connection.query_row(&sql, [], |row| row.get::<_, i64>(0)).unwrap(), 0, "{table}");
    }
}

#[test]
fn zones_that_were_changed_are_refused_or_not_used() {
    let wanted = parts(&["dentist"]);
    let dentist = Wanted { least: Some(Micros::new(6_500)), ..Wanted::default() };
    let refused = |sql: &str| {
        let empty = Empty::new();
        let mut change = empty.change();
        add(&mut change, months, 10_000);
        assert!(empty.connection.execute(sql, []).unwrap() > 0, "{sql}");
        (read(change.view(), &wanted), read(change.view(), &dentist))
    };
    // What a pack holds.
    for sql in [
        "UPDATE zone_packs SET zones = zeroblob(length(zones))",
        "UPDATE zone_packs SET bits = bits - 1",
        "UPDATE zone_packs SET block = block + 1",
        "UPDATE zone_packs SET digests = zeroblob(length(digests))",
        "UPDATE zone_packs SET digests = x''",
        "DELETE FROM zone_packs",
    ] {
        let (one, other) = refused(sql);
        assert!(matches!(one, Err(StoreError::Damaged(Damage::Rows("zone_packs")))), "{sql}: {one:?}");
        assert!(matches!(other, Err(StoreError::Damaged(Damage::Rows("zone_packs")))), "{sql}: {other:?}");
    }
    // The grams of its zones, which a search for an amount does not read.
    for sql in [
        "UPDATE zone_blocks SET bits = zeroblob(length(bits))",
        "UPDATE zone_blocks SET bits = x''",
        "UPDATE zone_blocks SET id = id + 1000",
        "DELETE FROM zone_blocks",
    ] {
        let (one, other) = refused(sql);
        assert!(matches!(one, Err(StoreError::Damaged(Damage::Rows("zone_blocks")))), "{sql}: {one:?}");
        assert_eq!(other.unwrap().len() as u64, first_month() + 128, "{sql}");
    }
    // Its sum: the months are read whole.
    for sql in [
        "DELETE FROM zone_sums",
        "DELETE FROM zone_sums WHERE place = (SELECT max(place) FROM zone_sums)",
        "UPDATE zone_sums SET until = until + 1",
        "UPDATE zone_sums SET sum = (SELECT sum FROM zone_sums LIMIT 1)",
        "UPDATE zone_sums SET txns = txns + 1, posted = posted - 1",
    ] {
        let (one, other) = refused(sql);
        assert_eq!((one.unwrap().len(), other.unwrap().len()), (1_800 - 600, 1_800 - 600), "{sql}");
    }
    // Rows of a zone that is read.
    for sql in [
        "UPDATE source_rows SET amount = 8 WHERE description = 'Dentist'",
        "DELETE FROM source_rows WHERE description = 'Dentist'",
        "UPDATE source_rows SET txn = 4 WHERE description = 'Dentist'",
    ] {
        let (one, other) = refused(sql);
        assert!(matches!(one, Err(StoreError::Damaged(Damage::Month { .. }))), "{sql}: {one:?}");
        assert!(matches!(other, Err(StoreError::Damaged(Damage::Month { .. }))), "{sql}: {other:?}");
    }
}

#[test]
fn the_newest_days_come_first_and_sums_before_a_day_are_those_of_the_rows() {
    let empty = Empty::new();
    let mut change = empty.change();
    let make = |segment| (0..4_000).map(|n| row(segment, n, 20 + (n / 90) as i32, n as i64 - 7, "Tea")).collect();
    let coverage = add(&mut change, make, 1_500);
    let view = change.view();
    let all = view.segment_rows(account(), coverage.segment, coverage.rows.unwrap()).unwrap();
    for wanted in [Wanted::default(), parts(&["tea"])] {
        let (mut found, mut first) = (Vec::new(), None);
        let search = Search::of(wanted, None);
        let each = |part: Vec<u64>| {
            first.get_or_insert(part.len());
            found.splice(0..0, part);
            ControlFlow::Continue(())
        };
        view.visit_wanted((account(), None), &search, true, |row| Some(row.number), each).unwrap();
        assert_eq!(found, (1..=4_000).collect::<Vec<u64>>());
        assert!(first.unwrap() < 1_500, "{first:?}");
    }
    for day in (-3..70).map(|day| "2026-01-01".parse::<Day>().unwrap().plus_days(day)) {
        let before: i64 = all.iter().filter(|row| row.day() < day).map(|row| row.amount.get()).sum();
        assert_eq!(view.posted_before(account(), day).unwrap(), before, "{day}");
    }
}

#[test]
fn packs_hold_many_zones_in_several_blocks_and_go_with_their_segment() {
    let empty = Empty::new();
    let mut change = empty.change();
    // Each in a month of its own, from 1901 on.
    let first: Day = "1901-01-15".parse().unwrap();
    let make = |segment| {
        let row = |n: u64| {
            let of = row(segment, n, 0, 5, &format!("Invoice {}", 100_000 + 613 * n));
            let day = Day::first_of_month(first.month_index() + n as i32).unwrap();
            StoredSourceRow { key: RowKey::pack(segment, day, n).unwrap(), ..of }
        };
        (0..2_500).map(row).collect()
    };
    let other = add(&mut change, |segment| vec![row(segment, 5_000, 40, 1, "Dentist")], 10);
    let coverage = add(&mut change, make, 10_000);
    let count = |sql: &str| empty.connection.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(count("SELECT count(*) FROM zone_packs"), 1 + 3);
    assert!(count("SELECT count(*) FROM zone_blocks") > 1 + 3);
    for n in (0..2_500).step_by(97) {
        let found = read(change.view(), &parts(&[&format!("invoice {}", 100_000 + 613 * n)])).unwrap();
        assert!(found.contains(&(n + 1)) && found.len() < 100, "{n}: {found:?}");
    }
    // A block in the place of another one, as it was written.
    let sql = "UPDATE zone_blocks SET bits = (SELECT bits FROM zone_blocks WHERE id = 2) WHERE id = 3";
    change.connection.execute_batch("SAVEPOINT sound").unwrap();
    assert_eq!(change.connection.execute(sql, []).unwrap(), 1);
    assert!(matches!(change.view().has_its_blocks(), Err(StoreError::Damaged(Damage::Rows("zone_blocks")))));
    change.connection.execute_batch("ROLLBACK TO sound; RELEASE sound").unwrap();
    assert!(change.view().has_its_blocks().unwrap());

    change.delete_segment(&coverage.segment()).unwrap();
    change.remove_coverages(|one| one.segment == coverage.segment).unwrap();
    assert_eq!(count("SELECT count(*) FROM zone_packs"), 1);
    assert!(change.view().has_its_blocks().unwrap() && change.view().zones_have_sums().unwrap());
    assert_eq!(read(change.view(), &parts(&["dentist"])).unwrap(), [5_001]);
    change.delete_segment(&other.segment()).unwrap();
    assert_eq!(count("SELECT count(*) FROM zone_blocks"), 0);
}

#[test]
fn zones_of_an_older_program_exclude_less_and_hide_nothing() {
    let empty = Empty::new();
    let mut change = empty.change();
    let segment = change.new_segment().unwrap();
    let rows: Vec<_> = (0..300).map(|n| row(segment, n, 1, 7_000_000, "Groceries")).collect();
    let mut maker = ZoneMaker::new();
    rows.iter().enumerate().for_each(|(n, row)| maker.add(row, &[0; 32], n == 0));
    let packs = maker.finish();
    let few = |view: View<'_>, wanted: &Wanted| {
        view.sifted(wanted).map(|zones| zones.into_iter().filter(|(_, may_be)| *may_be).count())
    };
    let amount = Some(Micros::new(6_000_000));
    let wanted =
        [parts(&["rg"]), parts(&["x"]), Wanted { least: amount, most: Some(Micros::new(7_000_000)), ..parts(&["ro"]) }];
    for pack in packs {
        // Without the marks, and without the bits behind the filters.
        let zones: Vec<_> =
            pack.zones.iter().cloned().map(|(zone, sum)| (Zone { marks: zone.marks & 7, ..zone }, sum)).collect();
        let bits = pack.bits[..(pack.filters.zones * pack.filters.bits).div_ceil(8)].to_vec();
        change.add_pack(&Pack { zones, bits, ..pack }).unwrap();
    }
    for wanted in &wanted {
        assert_eq!(few(change.view(), wanted).unwrap(), 3, "{wanted:?}");
    }
}

pub(super) fn texts() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "tea",
        "Teä",
        "RENT",
        "rent 12",
        "ΣΊΣΥΦΟΣ",
        "",
        "x",
        "a tea shop",
        "#77",
        "RENT 127",
        "7",
        "0",
        "077 12",
        "4111111111111111",
        "Ürzburg",
        "U\u{308}rzburg",
    ]);
    prop::collection::vec(words, 0..3).prop_map(|words| words.join(" "))
}

/// Amounts that are alike in a hundredth, in one, in a hundred, or not.
pub(super) fn amounts() -> impl Strategy<Value = i64> {
    let widths = prop::sample::select(vec![1, 10_000, 999_999, 1_000_000, 33_000_000, 250_000_000]);
    (-4..4_i64, widths).prop_map(|(number, width)| number * width)
}

/// Day, amount, description, category, whether it is pending.
pub(super) type Drawn = (i32, i64, String, Option<String>, bool);

/// Returns rows as they were drawn, by day, from an offset on.
pub(super) fn made(segment: SegmentId, offset: u64, rows: &[Drawn]) -> Vec<StoredSourceRow> {
    let mut rows = rows.to_vec();
    rows.sort_by_key(|row| row.0);
    let made = (offset..).zip(rows).map(|(offset, (day, amount, text, category, pending))| StoredSourceRow {
        category,
        pending,
        ..row(segment, offset, day, amount, &text)
    });
    made.collect()
}

#[test]
fn a_search_for_an_amount_reads_only_zones_that_have_it() {
    let empty = Empty::new();
    let mut change = empty.change();
    // The smallest and the largest amount of every zone are the same.
    let amount = |n: u64| match n % 10 {
        0 => -90_000_000,
        9 => 5_000_000_000,
        _ => 1_000_000 + n as i64 * 310_000,
    };
    add(
        &mut change,
        |segment| (0..8_000).map(|n| row(segment, n, (n / 100) as i32, amount(n), "tea")).collect(),
        8_000,
    );
    let zones = |least: i64, most: i64| {
        let wanted = Wanted { least: Some(Micros::new(least)), most: Some(Micros::new(most)), ..Wanted::default() };
        let zones = change.view().sifted(&wanted).unwrap();
        (zones.iter().filter(|(_, may_be)| *may_be).count(), zones.len())
    };
    let (found, all) = zones(amount(4_321), amount(4_321));
    assert!((1..4).contains(&found) && all > 60, "{found} of {all}");
    assert!(zones(amount(4_321) - 2_000_000, amount(4_321) + 2_000_000).0 < 5, "amounts within a few units");
    assert!(zones(amount(4_321) - 200_000_000, amount(4_321) + 200_000_000).0 < 20, "amounts within some hundreds");
    assert_eq!(zones(5_000_000_000, 5_000_000_000).0, all, "every zone has it");
    assert_eq!(zones(-90_000_000, 5_000_000_000).0, all, "all amounts");
    assert_eq!(zones(amount(4_321) + 1, amount(4_321) + 2).0, 0, "alike in a hundredth");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_pack_never_hides_a_row_that_is_wanted(
        files in prop::collection::vec(prop::collection::vec((0..500_i32, amounts(), texts(), prop::option::of(texts()), any::<bool>()), 1..200), 1..4),
        at_once in 1..200_usize,
        (from, to) in (any::<prop::sample::Index>(), any::<prop::sample::Index>()),
    ) {
        let empty = Empty::new();
        let mut change = empty.change();
        for rows in &files {
            add(&mut change, |segment| made(segment, 0, rows), at_once);
        }
        for coverage in change.view().all_coverages().unwrap() {
            let rows = change.view().segment_rows(account(), coverage.segment, coverage.rows.unwrap()).unwrap();
            for row in rows.into_iter().step_by(9) {
                let text: Vec<char> = folded(&row.description).chars().collect();
                let (from, to) = (from.index(text.len() + 1), to.index(text.len() + 1));
                let wanted = Wanted {
                    least: Some(row.amount),
                    most: Some(row.amount),
                    parts: vec![text[from.min(to)..from.max(to)].iter().collect()],
                    categories: row.category.iter().map(|category| folded(category)).collect(),
                    pending: Some(row.pending),
                    uncategorised: row.category.as_deref().is_none_or(str::is_empty),
                };
                let zones = change.view().sifted(&wanted).unwrap();
                let of: Vec<bool> =
                    zones.into_iter().filter(|(zone, _)| zone.keys.contains(&row.key)).map(|(_, may_be)| may_be).collect();
                prop_assert_eq!(of, [true]);
            }
        }
    }

    #[test]
    fn a_search_finds_what_reading_everything_finds(
        files in prop::collection::vec(prop::collection::vec((0..500_i32, amounts(), texts(), prop::option::of(texts()), any::<bool>()), 0..80), 1..4),
        at_once in 1..80_usize,
        (least, most) in (prop::option::of(amounts()), prop::option::of(amounts())),
        parts in prop::collection::vec(texts(), 0..3),
        categories in prop::collection::vec(texts(), 0..3),
        pending in prop::option::of(any::<bool>()),
        uncategorised: bool,
    ) {
        let empty = Empty::new();
        let mut change = empty.change();
        for (file, rows) in (0_u64..).zip(files) {
            add(&mut change, |segment| made(segment, file * 1_000, &rows), at_once);
        }
        let form = |texts: Vec<String>| texts.iter().map(|text| folded(text)).collect::<Vec<_>>();
        let (least, most) = (least.map(Micros::new), most.map(Micros::new));
        let wanted = Wanted { least, most, parts: form(parts), categories: form(categories), pending, uncategorised };
        let fits = |row: &StoredSourceRow| {
            let category = row.category.as_ref().map(|category| folded(category));
            least.is_none_or(|least| least <= row.amount)
                && most.is_none_or(|most| row.amount <= most)
                && pending.is_none_or(|pending| pending == row.pending)
                && (!uncategorised || category.as_deref().is_none_or(str::is_empty))
                && (wanted.categories.is_empty() || category.as_ref().is_some_and(|category| wanted.categories.contains(category)))
                && wanted.parts.iter().all(|part| row.texts().any(|text| folded(text).contains(part)))
        };
        let find = |search: Search| {
            let mut found = Vec::new();
            let keep = |row: &crate::store::db::source_row::SourceRow<&str>| Some(row.to_stored()).filter(&fits);
            let each = |month: Vec<StoredSourceRow>| {
                found.extend(month.into_iter().map(|row| row.number));
                ControlFlow::Continue(())
            };
            change.view().visit_wanted((account(), None), &search, false, keep, each).unwrap();
            found
        };
        prop_assert_eq!(find(Search::of(wanted.clone(), None)), find(Search::default()));
    }
}
