//! The rows of a day, in the order in which they happened: as their running balances tell, where the file has them otherwise.

use crate::import::coverage::{follows, newest_first, only_order};
use crate::model::{Entry, EntryStatus, Micros};

/// Puts the posted rows of each day in the order of the file's days, where they stand in another one and their balances fit
/// exactly one.
pub(super) fn put_in_order(entries: &mut [Entry<'_>]) {
    if entries.iter().all(|entry| entry.running.is_none()) {
        return;
    }
    let turned = newest_first(entries);
    let mut places: Vec<usize> = (0..entries.len()).filter(|at| entries[*at].status == EntryStatus::Posted).collect();
    places.sort_by_key(|at| entries[*at].day);
    let mut moves = Vec::new();
    for of_day in places.chunk_by(|a, b| entries[*a].day == entries[*b].day) {
        let follow = |pair: &[usize]| {
            let (before, after) = if turned { (pair[1], pair[0]) } else { (pair[0], pair[1]) };
            follows(&entries[before], &entries[after])
        };
        if of_day.windows(2).all(follow) {
            continue;
        }
        let steps: Option<Vec<(Micros, Micros)>> = of_day.iter().map(|at| step(&entries[*at])).collect();
        if let Some(mut order) = steps.and_then(|steps| only_order(&steps)) {
            if turned {
                order.reverse();
            }
            moves.push((of_day.to_vec(), order));
        }
    }
    for (places, order) in moves {
        let rows: Vec<Entry<'_>> = order.iter().map(|at| entries[places[*at]].clone()).collect();
        for (place, row) in places.into_iter().zip(rows) {
            entries[place] = row;
        }
    }
}

/// Returns the balances before and after a row.
fn step(entry: &Entry<'_>) -> Option<(Micros, Micros)> {
    let after = entry.running?;
    Some((after.checked_sub(entry.amount.micros())?, after))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Amount, Currency, FileText};

    /// Rows by day of March, text, amount and balance; what has no balance has none printed.
    fn rows(picture: &str) -> Vec<Entry<'static>> {
        let row = |line: &str| {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let micros = |text: &str| text.parse::<i64>().map(|whole| Micros::new(whole * 1_000_000)).unwrap();
            Entry {
                day: format!("2026-03-{}", fields[0]).parse().unwrap(),
                description: fields[1].to_owned().into(),
                amount: Amount::from_micros(micros(fields[2]), Currency::USD),
                running: fields.get(3).map(|balance| micros(balance)),
                line: 1,
                memo: FileText::default(),
                bank_id: FileText::default(),
                transaction_type: FileText::default(),
                rare: None,
                status: EntryStatus::Posted,
            }
        };
        picture.trim().lines().map(row).collect()
    }

    fn ordered(picture: &str) -> String {
        let mut entries = rows(picture);
        put_in_order(&mut entries);
        entries.iter().map(|entry| entry.description.as_ref()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn rows_of_a_day_follow_their_balances() {
        let sorted_by_text = "02 PAY 200 250\n02 RENT -50 50\n03 TEA -3 247";
        assert_eq!(ordered(sorted_by_text), "RENT PAY TEA");
        let newest_day_first = "04 D -3 93\n03 A -5 94\n03 B 2 96\n02 C 1 99";
        assert_eq!(ordered(newest_day_first), "D B A C", "as the days: the later one first");
        let between_other_days = "02 B 1 4\n03 X 1 5\n02 A 1 3";
        assert_eq!(ordered(between_other_days), "A X B");
    }

    #[test]
    fn rows_stay_as_they_are_where_nothing_or_more_than_one_order_fits() {
        for stays in [
            "02 A -5 95\n02 B 2 97\n03 C 1 98",
            "02 A -5 95\n02 B 2 99\n03 C 1 98",
            "02 A 2 50\n02 B -2 48\n02 C 2 50\n02 D 1 48\n03 E 1 98",
            "02 A -5\n02 B 2 97\n03 C 1 98",
            "02 A -5\n02 B 2",
        ] {
            let entries = rows(stays);
            let texts: Vec<&str> = entries.iter().map(|entry| entry.description.as_ref()).collect();
            assert_eq!(ordered(stays), texts.join(" "));
        }
    }
}
