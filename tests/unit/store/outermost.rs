//! Rows in an order: what is found is what sorting everything finds, and few zones are read for it.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::zones::{account, add, amounts, made, months, parts, row, texts};
use crate::model::{Day, Micros, Period, folded};
use crate::store::StoreError;
use crate::store::db::edges::End;
use crate::store::db::rank::By;
use crate::store::db::segment::SegmentId;
use crate::store::db::shapes::Field;
use crate::store::db::source_row::{SourceRow, StoredSourceRow};
use crate::store::db::view::View;
use crate::store::db::wanted::Wanted;
use crate::store::db::zone::{Pack, Zone, ZoneMaker};
use crate::store::empty::Empty;
use crate::store::error::Damage;

/// Returns the numbers of the first rows that fit, and how many zones or months were read for them.
fn first(
    view: View<'_>,
    (wanted, days): (&Wanted, Option<Period>),
    by: By,
    limit: usize,
    fits: impl Fn(&SourceRow<&str>) -> bool,
) -> Result<(Vec<u64>, usize), StoreError> {
    let mut rows = view.outermost(&[account()], days, wanted, by)?;
    let (mut first, mut read) = (BTreeMap::new(), 0);
    loop {
        let before = first.last_key_value().map(|(place, _)| place).filter(|_| first.len() == limit);
        let Some(found) = rows.next(before, |_, row| fits(row).then_some(row.number))? else {
            return Ok((first.into_values().collect(), read));
        };
        read += 1;
        first.extend(found);
        while first.len() > limit {
            first.pop_last();
        }
    }
}

/// Rows of 40 days, 128 a day. Each day has one row of -500 and less, the later the less, and of every eighth day it is a dentist.
/// The dentist of each other day has -300.
fn days_with_dentists(segment: SegmentId) -> Vec<StoredSourceRow> {
    let of = |n: u64| match (n / 128, n % 128) {
        (day, 5) => (-500 - day as i64, if day % 8 == 0 { "Dentist" } else { "Optician" }),
        (_, 9) => (-300, "Dentist"),
        (_, 12) => (700, "Salary"),
        _ => (-5, "Groceries"),
    };
    (0..40 * 128).map(|n| row(segment, n, n as i32 / 128, of(n).0, of(n).1)).collect()
}

#[test]
fn few_zones_are_read_for_the_outermost_rows() {
    let empty = Empty::new();
    let mut change = empty.change();
    add(&mut change, days_with_dentists, 10_000);
    let find = |wanted: &Wanted, end: End, limit: usize| {
        let has = |row: &SourceRow<&str>, part: &String| folded(row.description).contains(part);
        first(change.view(), (wanted, None), By::Amount(end), limit, |row| {
            wanted.parts.iter().all(|part| has(row, part))
        })
        .unwrap()
    };
    let number = |day: u64, at: u64| day * 128 + at + 1;
    // January has 31 days: from February on zones begin anew, and here each is a day.
    assert_eq!(find(&Wanted::default(), End::Least, 2), (vec![number(39, 5), number(38, 5)], 2));
    // Of equal amounts those of the first days come first, and no zone of another day is read.
    let salaries = (0..3).map(|day| number(day, 12)).collect();
    assert_eq!(find(&Wanted::default(), End::Largest, 3), (salaries, 3));
    // Zones are passed over whose outermost row is no dentist.
    let (dentists, read) = find(&parts(&["dentist"]), End::Least, 4);
    assert_eq!(dentists, [32, 24, 16, 8].map(|day| number(day, 5)));
    assert!(read < 10, "{read}");
    let (dentists, read) = find(&parts(&["dentist"]), End::Least, 6);
    assert_eq!(dentists[4..], [number(0, 5), number(0, 9)]);
    assert!(read < 10, "{read}");
    // Where there are fewer, every zone is read that may have one.
    assert_eq!(find(&parts(&["airline"]), End::Least, 1), (vec![], 0));
    let (dentists, read) = find(&parts(&["dentist"]), End::Largest, 1_000);
    assert_eq!((dentists.len(), read), (45, 40));
}

#[test]
fn what_was_changed_is_refused_where_it_is_read() {
    let find = |sql: &str, wanted: &Wanted| {
        let empty = Empty::new();
        let mut change = empty.change();
        add(&mut change, months, 10_000);
        assert!(empty.connection.execute(sql, []).unwrap() > 0, "{sql}");
        first(change.view(), (wanted, None), By::Amount(End::Largest), 2, |row| row.description == "Dentist")
            .map(|(found, _)| found)
    };
    let dentist = parts(&["dentist"]);
    let sound = find("UPDATE zone_sums SET rows = rows", &dentist).unwrap();
    assert_eq!(sound.len(), 2);
    for sql in [
        "UPDATE source_rows SET amount = 8 WHERE description = 'Dentist'",
        "DELETE FROM source_rows WHERE description = 'Dentist'",
        "UPDATE source_rows SET txn = 4 WHERE description = 'Dentist'",
        "UPDATE source_rows SET lead = 0 WHERE place = (SELECT max(place) FROM source_rows WHERE amount = 9000) - 1",
    ] {
        for wanted in [&dentist, &Wanted::default()] {
            let found = find(sql, wanted);
            assert!(matches!(found, Err(StoreError::Damaged(Damage::Month { .. }))), "{sql}: {found:?}");
        }
    }
    for sql in ["UPDATE zone_packs SET zones = zeroblob(length(zones))", "DELETE FROM zone_packs"] {
        let found = find(sql, &Wanted::default());
        assert!(matches!(found, Err(StoreError::Damaged(Damage::Rows("zone_packs")))), "{sql}: {found:?}");
    }
    for sql in ["UPDATE zone_blocks SET bits = zeroblob(length(bits))", "DELETE FROM zone_blocks"] {
        let found = find(sql, &dentist);
        assert!(matches!(found, Err(StoreError::Damaged(Damage::Rows("zone_blocks")))), "{sql}: {found:?}");
    }
    // Without sums that fit, months are read whole, each once.
    for sql in [
        "DELETE FROM zone_sums",
        "DELETE FROM zone_sums WHERE place = (SELECT max(place) FROM zone_sums)",
        "UPDATE zone_sums SET until = until + 1",
        "UPDATE zone_sums SET sum = (SELECT sum FROM zone_sums LIMIT 1)",
    ] {
        assert_eq!(find(sql, &dentist).unwrap(), sound, "{sql}");
        assert_eq!(find(sql, &Wanted::default()).unwrap(), sound, "{sql}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_first_rows_are_those_of_everything_in_order(
        files in prop::collection::vec(prop::collection::vec((0..500_i32, amounts(), texts(), prop::option::of(texts()), any::<bool>()), 0..80), 1..4),
        at_once in 1..80_usize,
        (least, most) in (prop::option::of(amounts()), prop::option::of(amounts())),
        parts in prop::collection::vec(texts(), 0..2),
        categories in prop::collection::vec(texts(), 0..2),
        (from, days) in (0..500_i32, prop::option::of(0..500_i32)),
        (is_largest, order, limit) in (any::<bool>(), 0..3, 1..20_usize),
        has_zones: bool,
    ) {
        let empty = Empty::new();
        let mut change = empty.change();
        for (file, rows) in (0_u64..).zip(files) {
            add(&mut change, |segment| made(segment, file * 1_000, &rows), at_once);
        }
        if !has_zones {
            empty.connection.execute("DELETE FROM zone_sums WHERE place % 2 = 0", []).unwrap();
        }
        let form = |texts: Vec<String>| texts.iter().map(|text| folded(text)).collect::<Vec<_>>();
        let (least, most) = (least.map(Micros::new), most.map(Micros::new));
        let wanted = Wanted { least, most, parts: form(parts), categories: form(categories), ..Wanted::default() };
        let start: Day = "2026-01-01".parse().unwrap();
        let days = days.map(|days| Period::new(start.plus_days(from), start.plus_days(from + days)).unwrap());
        let fits = |row: &SourceRow<&str>| {
            let category = row.category.map(folded);
            days.is_none_or(|days| days.contains(row.day()))
                && least.is_none_or(|least| least <= row.amount)
                && most.is_none_or(|most| row.amount <= most)
                && (wanted.categories.is_empty() || category.is_some_and(|category| wanted.categories.contains(&category)))
                && wanted.parts.iter().all(|part| row.texts().any(|text| folded(text).contains(part)))
        };
        let end = if is_largest { End::Largest } else { End::Least };
        let mut all = Vec::new();
        change.view().visit(account(), None, false, |month| {
            all.extend(month);
            std::ops::ControlFlow::Continue(())
        }).unwrap();
        let by = match order {
            0 => By::Amount(end),
            1 => By::Text(Field::Description, end),
            _ => By::Text(Field::Category, end),
        };
        all.sort_by_key(|row| (row.day(), row.number));
        let order = |a: &StoredSourceRow, b: &StoredSourceRow| match &by {
            By::Amount(_) => a.amount.cmp(&b.amount),
            By::Text(Field::Description, _) => folded(&a.description).cmp(&folded(&b.description)),
            By::Text(Field::Category, _) => {
                let key = |row: &StoredSourceRow| (row.category.is_none(), row.category.as_deref().map(folded));
                key(a).cmp(&key(b))
            }
        };
        all.sort_by(|a, b| if is_largest { order(b, a) } else { order(a, b) });
        let borrowed = |row: &StoredSourceRow| fits(&row.with_texts(String::as_str));
        let expected: Vec<u64> = all.iter().filter(|row| borrowed(row)).map(|row| row.number).take(limit).collect();
        let (found, _) = first(change.view(), (&wanted, days), by, limit, fits).unwrap();
        prop_assert_eq!(found, expected);
    }
}

/// The description of a row by its offset.
fn text(n: u64) -> String {
    format!("{} #{:03} Rome {}", ["Tea", "Cafe", "Bar"][n as usize % 3], n * 613 % 1_000, n % 7)
}

/// Rows of 40 days, 160 a day, of three shapes; half of them with one of a few categories.
fn shaped(segment: SegmentId) -> Vec<StoredSourceRow> {
    let category = |n: u64| match n % 1_000 {
        17 => Some("Art".to_owned()),
        n if n < 500 => Some(format!("Food {}", n % 4)),
        _ => None,
    };
    let rows = (0..6_400_u64).map(|n| StoredSourceRow {
        category: category(n),
        ..row(segment, n, n as i32 / 160, if n % 100 == 3 { 9_000 } else { 5 }, &text(n))
    });
    rows.collect()
}

#[test]
fn few_zones_are_read_for_the_first_texts() {
    let empty = Empty::new();
    let mut change = empty.change();
    add(&mut change, shaped, 10_000);
    let of = |wanted: &Wanted, by: By, limit: usize| {
        let admits = |row: &SourceRow<&str>| {
            let has = |part: &String| folded(row.description).contains(part);
            wanted.least.is_none_or(|least| least <= row.amount) && wanted.parts.iter().all(has)
        };
        let (found, read) = first(change.view(), (wanted, None), by, limit, admits).unwrap();
        (found.into_iter().map(|number| text(number - 1)).collect::<Vec<_>>(), read)
    };
    let all = |fits: &dyn Fn(u64) -> bool| {
        let mut all: Vec<String> = (0..6_400).filter(|n| fits(*n)).map(text).collect();
        all.sort_by_key(|text| folded(text));
        all
    };
    let by = |end: End| By::Text(Field::Description, end);
    let (found, read) = of(&Wanted::default(), by(End::Least), 5);
    assert_eq!(found, all(&|_| true)[..5]);
    assert!(read <= 5, "{read}");
    let (found, read) = of(&Wanted::default(), by(End::Largest), 5);
    assert!(found.iter().eq(all(&|_| true).iter().rev().take(5)));
    assert!(read <= 5, "{read}");
    let dear = Wanted { least: Some(Micros::new(9_000)), ..parts(&["cafe #"]) };
    let (found, read) = of(&dear, by(End::Least), 5);
    assert_eq!(found, all(&|n| n % 100 == 3 && n % 3 == 1)[..5]);
    assert!(read <= 5, "{read}");
    let (_, read) = of(&Wanted::default(), By::Text(Field::Category, End::Least), 6);
    assert!(read <= 6, "{read}");
    // Those without a category come first then, from the first day on.
    let (_, read) = of(&Wanted::default(), By::Text(Field::Category, End::Largest), 100);
    assert!(read <= 5, "{read}");
}

#[test]
fn columns_that_were_changed_are_refused_where_they_are_read() {
    let texts = |field: Field| [End::Least, End::Largest].map(|end| By::Text(field, end));
    let refused = |sql: &str, wanted: &Wanted, by: By| {
        let empty = Empty::new();
        let mut change = empty.change();
        add(&mut change, shaped, 10_000);
        assert!(empty.connection.execute(sql, []).unwrap() > 0, "{sql}");
        let found = first(change.view(), (wanted, None), by, 5, |_| true);
        assert!(matches!(found, Err(StoreError::Damaged(Damage::Rows("zone_blocks")))), "{sql}: {found:?}");
        assert!(matches!(change.view().has_its_blocks(), Err(StoreError::Damaged(Damage::Rows("zone_blocks")))));
        change.view().sifted(wanted)
    };
    for sql in [
        "UPDATE zone_blocks SET bits = zeroblob(length(bits))",
        "UPDATE zone_blocks SET bits = substr(bits, 2)",
        "DELETE FROM zone_blocks",
    ] {
        for by in texts(Field::Description).into_iter().chain(texts(Field::Category)) {
            assert!(refused(sql, &Wanted::default(), by).is_ok(), "nothing is read for it");
        }
        let dear = Wanted { least: Some(Micros::new(9_000)), ..Wanted::default() };
        for wanted in [&dear, &parts(&["cafe #77"]), &parts(&["7"]), &parts(&["airline"])] {
            assert!(refused(sql, wanted, By::Amount(End::Least)).is_err(), "{sql}: {wanted:?}");
        }
    }
    // The last block of a pack has the last numbers of its last shapes.
    let sql = "UPDATE zone_blocks SET bits = zeroblob(length(bits)) WHERE id = (SELECT max(id) FROM zone_blocks)";
    assert!(refused(sql, &parts(&["food 3"]), By::Amount(End::Least)).is_err());
}

/// Of each hundred rows one is a dentist, and another one the dearest.
fn shop(n: u64) -> (i64, &'static str) {
    match n % 100 {
        17 => (300, "Dentist"),
        50 => (9_000 + n as i64, "Optician"),
        90 => (-9_000, "Florist"),
        _ => (5, "Groceries"),
    }
}

#[test]
fn a_search_for_a_text_and_an_amount_passes_over_zones_without_a_row_that_has_both() {
    let empty = Empty::new();
    let mut change = empty.change();
    let of_zone = |n: u64| if n == 5_060 { (8_000, "Dentist") } else { shop(n) };
    let make = |segment| (0..6_400).map(|n| row(segment, n, n as i32 / 400, of_zone(n).0, of_zone(n).1)).collect();
    add(&mut change, make, 10_000);
    let found = |wanted: Wanted| {
        let zones = change.view().sifted(&wanted).unwrap();
        (zones.iter().filter(|(_, may_be)| *may_be).count(), zones.len())
    };
    let least = |amount: i64, part: &str| Wanted { least: Some(Micros::new(amount)), ..parts(&[part]) };
    let most = |amount: i64, part: &str| Wanted { most: Some(Micros::new(amount)), ..parts(&[part]) };
    let (dear, all) = found(least(5_000, "optician"));
    assert!(dear == all && all >= 50);
    assert_eq!(found(least(5_000, "dentist")).0, 1);
    assert_eq!(found(least(5_000, "de")).0, 1);
    assert_eq!(found(least(300, "dentist")).0, all);
    assert_eq!(found(most(-5_000, "florist")).0, all);
    assert_eq!(found(most(-5_000, "dentist")).0, 0);
    assert_eq!(found(most(5_000, "dentist")).0, all);
    let category = Wanted { least: Some(Micros::new(5)), categories: vec!["food".to_owned()], ..Wanted::default() };
    assert_eq!(found(category).0, 0);
}

#[test]
fn without_columns_zones_are_passed_over_whose_outermost_row_has_another_text() {
    let empty = Empty::new();
    let mut change = empty.change();
    let segment = change.new_segment().unwrap();
    let mut rows: Vec<_> = (0..6_400).map(|n| row(segment, n, n as i32 / 400, shop(n).0, shop(n).1)).collect();
    // One that is too long for the columns of its pack.
    rows[0].memo = Some("tea ".repeat(300));
    let mut maker = ZoneMaker::new();
    rows.iter().enumerate().for_each(|(n, row)| maker.add(row, &[0; 32], n == 0));
    for pack in maker.finish() {
        // As an older program wrote them.
        let zones = pack.zones.iter().cloned().map(|(zone, sum)| (Zone { marks: zone.marks & 63, ..zone }, sum));
        let bits = pack.bits[..pack.filters.bytes()].to_vec();
        change.add_pack(&Pack { zones: zones.collect(), bits, ..pack }).unwrap();
    }
    let found = |wanted: Wanted| {
        let zones = change.view().sifted(&wanted).unwrap();
        (zones.iter().filter(|(_, may_be)| *may_be).count(), zones.len())
    };
    let least = |amount: i64, part: &str| Wanted { least: Some(Micros::new(amount)), ..parts(&[part]) };
    let most = |amount: i64, part: &str| Wanted { most: Some(Micros::new(amount)), ..parts(&[part]) };
    let (dear, all) = found(least(5_000, "optician"));
    assert!(dear == all && all >= 50);
    // Two dear rows may stand in one zone: then none of them is known not to be a dentist.
    let (dentists, _) = found(least(5_000, "dentist"));
    assert!(dentists < all / 2, "{dentists} of {all}");
    assert_eq!(found(least(300, "dentist")).0, all);
    assert_eq!(found(most(-5_000, "florist")).0, all);
    let (dentists, _) = found(most(-5_000, "dentist"));
    assert!(dentists < all / 2, "{dentists} of {all}");
    // Parts without grams, and other ends, exclude nothing.
    assert_eq!(found(least(5_000, "de")).0, all);
    assert_eq!(found(most(5_000, "dentist")).0, all);
    let category = Wanted { least: Some(Micros::new(5)), categories: vec!["food".to_owned()], ..Wanted::default() };
    assert_eq!(found(category).0, 0);
    // An order of texts tells nothing either.
    let ranked = change.view().ranked(&parts(&["dentist"]), None, &By::Text(Field::Description, End::Largest)).unwrap();
    let lowest = By::Text(Field::Description, End::Largest).lowest();
    assert!(ranked.iter().all(|(_, rank)| rank.as_ref().is_none_or(|rank| *rank == lowest)));
}
