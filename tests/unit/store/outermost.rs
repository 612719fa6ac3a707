//! Rows in an order: what is found is what sorting everything finds, and few zones are read for it.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::zones::{account, add, amounts, made, months, parts, row, texts};
use crate::model::{Day, Micros, Period, folded};
use crate::store::StoreError;
use crate::store::db::change::Change;
use crate::store::db::edges::End;
use crate::store::db::rank::By;
use crate::store::db::segment::SegmentId;
use crate::store::db::shapes::Field;
use crate::store::db::sought::{Place, Sought};
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
    let mut rows = view.outermost(&[account()], days, wanted, (by, limit))?;
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
        // A list shows fewer rows than its filter tells.
        shown in prop::sample::select(vec![1, 1, 5, 40_u64]),
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
                && row.number.is_multiple_of(shown)
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
    shaped_from(segment, 0)
}

/// The same rows, from an offset on.
fn shaped_from(segment: SegmentId, offset: u64) -> Vec<StoredSourceRow> {
    let category = |n: u64| match n % 1_000 {
        17 => Some("Art".to_owned()),
        n if n < 500 => Some(format!("Food {}", n % 4)),
        _ => None,
    };
    let rows = (0..6_400_u64).map(|n| StoredSourceRow {
        category: category(n),
        ..row(segment, offset + n, n as i32 / 160, if n % 100 == 3 { 9_000 } else { 5 }, &text(n))
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

/// Adds a few packs of the same rows, and returns their segments.
fn some_packs(change: &mut Change<'_>) -> Vec<SegmentId> {
    let mut add_one = |pack: u64| add(change, |segment| shaped_from(segment, pack * 10_000), 10_000).segment;
    (0..4).map(&mut add_one).collect()
}

fn sought(wanted: Wanted, by: By, segments: &[SegmentId]) -> Sought {
    Sought { wanted, days: None, by, accounts: segments.iter().map(|segment| (*segment, 0)).collect() }
}

#[test]
fn zones_are_ranked_closely_up_to_those_that_are_enough() {
    let empty = Empty::new();
    let mut change = empty.change();
    let segments = some_packs(&mut change);
    let of = |field: Field| [End::Least, End::Largest].map(|end| By::Text(field, end));
    let amounts = [End::Least, End::Largest].map(By::Amount);
    for by in [amounts, of(Field::Description), of(Field::Category)].into_iter().flatten() {
        for part in ["77", "7", "cafe #7", "rome 3", "food 2", "é"] {
            let ranked = |enough| change.view().ranked(&sought(parts(&[part]), by, &segments), enough).unwrap();
            let (close, last) = ranked(usize::MAX);
            assert_eq!(last, None);
            for enough in [1, 5, 40] {
                let (found, last) = ranked(enough);
                assert_eq!(found.len(), close.len());
                let mut unlike = 0;
                for ((zone, rank), (_, close)) in found.iter().zip(&close) {
                    let what = format!("{by:?}, {part}, {enough}: {rank:?}, {close:?}");
                    assert!(close.is_none() || rank.is_some() && rank <= close, "{what}");
                    let place = rank.clone().map(|rank| Place::before_rows(zone, 0, rank));
                    let is_near = place.is_some_and(|place| last.as_ref().is_none_or(|last| place <= *last));
                    unlike += usize::from(is_near && rank != close);
                }
                // In a pack where few zones are near, these are read at once.
                assert!(unlike <= 4 * segments.len(), "{by:?}, {part}, {enough}: {unlike}");
                let near = close.iter().filter(|(_, rank)| rank.as_ref() <= last.as_ref().map(|last| &last.rank));
                assert!(last.is_none() || near.filter(|(_, rank)| rank.is_some()).count() >= enough);
            }
        }
    }
}

#[test]
fn numbers_are_not_read_of_what_comes_behind_those_that_are_enough() {
    let empty = Empty::new();
    let mut change = empty.change();
    let text = |n: u64| if n.is_multiple_of(2) { format!("Bar {n:04}") } else { format!("Tea {:012}", n * 613) };
    let rows = |segment| (0..6_400_u64).map(|n| row(segment, n, n as i32 / 160, 5, &text(n))).collect();
    let segments = [(); 4].map(|()| add(&mut change, rows, 10_000).segment);
    let by = By::Text(Field::Description, End::Least);
    let ranked = |enough: usize, segments: &[SegmentId]| {
        change.view().ranked(&sought(parts(&["7"]), by, segments), enough).map(|(zones, _)| zones)
    };
    let sound = ranked(5, &segments).unwrap();
    // The last block of a pack has numbers of teas, which come behind bars.
    let last = "SELECT block + length(digests) / 32 - 1 FROM zone_packs ORDER BY place DESC LIMIT 1";
    let sql = format!("UPDATE zone_blocks SET bits = zeroblob(length(bits)) WHERE id = ({last})");
    assert_eq!(empty.connection.execute(&sql, []).unwrap(), 1);
    assert!(matches!(ranked(usize::MAX, &segments), Err(StoreError::Damaged(Damage::Rows("zone_blocks")))));
    assert_eq!(ranked(5, &segments).unwrap(), sound);
    // Nothing at all is read of packs of other accounts.
    assert!(empty.connection.execute("UPDATE zone_blocks SET bits = zeroblob(length(bits))", []).unwrap() > 0);
    assert!(ranked(5, &segments[..1]).is_err());
    assert!(ranked(5, &[]).unwrap().iter().all(|(_, rank)| rank.is_none()));
}

#[test]
fn zones_are_ranked_closely_again_where_those_that_were_enough_are_not_shown() {
    let empty = Empty::new();
    let mut change = empty.change();
    let rows = |segment| (0..6_400_u64).map(|n| row(segment, n, n as i32 / 160, 5, &format!("Bar {n:04}"))).collect();
    for _ in 0..4 {
        add(&mut change, rows, 10_000);
    }
    for by in [By::Amount(End::Least), By::Text(Field::Description, End::Largest)] {
        let (found, read) = first(change.view(), (&parts(&["999"]), None), by, 2, |_| false).unwrap();
        // Each pack has six such rows, in zones of their own, of 50 zones.
        assert!(found.is_empty() && (24..50).contains(&read), "{by:?}: {read}");
    }
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
    let by = By::Text(Field::Description, End::Largest);
    let (ranked, _) = change.view().ranked(&sought(parts(&["dentist"]), by, &[segment]), 1).unwrap();
    let lowest = by.lowest();
    assert!(ranked.iter().all(|(_, rank)| rank.as_ref().is_none_or(|rank| *rank == lowest)));
}
