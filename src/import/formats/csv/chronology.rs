//! The rows of a day, in the order in which they happened: as their running balances tell, where the file has them otherwise.

use crate::import::coverage::{newest_first, only_order};
use crate::model::{Entry, EntryStatus, Micros};

/// Puts the posted rows of each day in the order of the file's days, where they stand in another one and their balances fit
/// exactly one. Of two that fit, because the rows add up to nothing, it is the one that goes on from the day before.
pub(super) fn put_in_order(entries: &mut [Entry<'_>]) {
    if entries.iter().all(|entry| entry.running.is_none()) {
        return;
    }
    let turned = newest_first(entries);
    let mut places: Vec<usize> = (0..entries.len()).filter(|at| entries[*at].status == EntryStatus::Posted).collect();
    places.sort_by_key(|at| entries[*at].day);
    let mut moves = Vec::new();
    let mut held: Option<Micros> = None;
    for of_day in places.chunk_by(|a, b| entries[*a].day == entries[*b].day) {
        let steps: Option<Vec<(Micros, Micros)>> = of_day.iter().map(|at| step(&entries[*at])).collect();
        let Some(mut steps) = steps else {
            held = None;
            continue;
        };
        if turned {
            steps.reverse();
        }
        let goes_on = |order: &[(Micros, Micros)]| order.windows(2).all(|pair| pair[0].1 == pair[1].0);
        let is_next = |order: &[(Micros, Micros)]| held == order.first().map(|(before, _)| *before);
        let fits = goes_on(&steps);
        let count = steps.len();
        let order = if fits && is_next(&steps) {
            None
        } else {
            let backwards: Vec<(Micros, Micros)> = steps.iter().rev().copied().collect();
            if goes_on(&backwards) && is_next(&backwards) {
                Some((0..count).rev().collect())
            } else if fits {
                None
            } else {
                only_order(&steps)
            }
        };
        if let Some(order) = &order {
            steps = order.iter().map(|at| steps[*at]).collect();
            let in_file = |at: &usize| if turned { count - 1 - at } else { *at };
            let mut order: Vec<usize> = order.iter().map(in_file).collect();
            if turned {
                order.reverse();
            }
            moves.push((of_day.to_vec(), order));
        }
        held = steps.last().map(|(_, after)| *after);
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
        let cancels = "06 Z 1 96\n05 A 5 100\n05 B -5 95\n04 M 1 95";
        assert_eq!(ordered(cancels), "Z B A M", "as the day before ends");
        assert_eq!(ordered("06 Z 1 96\n05 B -5 95\n05 A 5 100\n04 M 1 95"), "Z B A M");
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
