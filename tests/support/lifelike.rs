//! Months of a checking account or a card, with the habits of real banks, and the files that a person downloads.

use super::{Cut, DAY, Dice, History, Hold, Ids, NEVER, Order, Source, TrueRow};

/// What a history may have beside plain rows. Each has a few of them, so that many have only one or two.
const FEATURES: [&str; 10] = [
    "equal coffees",
    "daily interest",
    "holds",
    "late rows",
    "second source",
    "second source a day off",
    "new words",
    "balances",
    "ids",
    "sorted by hand",
];

/// Makes a history. Where `only` names features, no other ones are drawn.
pub(crate) fn lifelike(seed: u64, only: &[&'static str]) -> History {
    let mut dice = Dice::new(seed);
    let features: Vec<&'static str> = if only.is_empty() {
        let count = dice.pick(&[0, 1, 1, 1, 2, 2, 3, 4]);
        let mut all = FEATURES;
        dice.shuffle(&mut all);
        all[..count].to_vec()
    } else {
        only.to_vec()
    };
    let card = dice.chance(40);
    let days = dice.between(12, 110);
    let rows = rows(&mut dice, &features, card, days);
    let mut history = History {
        seed,
        features,
        rows,
        sources: Vec::new(),
        cuts: Vec::new(),
        opening: if card { -3_000 } else { 250_000 },
    };
    history.sources = sources(&mut dice, &history, days);
    for source in 0..history.sources.len() {
        for _ in 0..dice.pick(&[1, 1, 2]) {
            download(&mut dice, &mut history, source, days);
        }
    }
    history.cuts.retain(|cut| !cut.posted.is_empty());
    dice.shuffle(&mut history.cuts);
    history.cuts.truncate(8);
    history.put_together();
    history
}

/// Makes the rows, in the bank's order.
fn rows(dice: &mut Dice, features: &[&str], card: bool, days: i32) -> Vec<TrueRow> {
    let has = |feature: &str| features.contains(&feature);
    // Day, whether it stands before the other rows of its day, cents, words, days late, hold.
    let mut rows: Vec<(i32, TrueRow)> = Vec::new();
    let plain = |day: i32, cents: i64, words: usize| TrueRow { day, cents, words, posted: 0, hold: None };
    let coffees = if has("equal coffees") { 60 } else { 15 };
    for day in 0..days {
        if !card && day % 30 == 0 {
            rows.push((1, plain(day, -90_000, 2)));
        }
        if day % 30 == 27 {
            rows.push((1, if card { plain(day, 40_000, 6) } else { plain(day, 243_211, 3) }));
        }
        if day % 30 == 29 {
            rows.push((1, plain(day, -500, 5)));
        }
        if has("daily interest") {
            let cents = dice.pick(&[11, 11, 11, 12]);
            rows.push((0, plain(day, cents, 4)));
        }
        while dice.chance(coffees) {
            rows.push((1, plain(day, -400, 1)));
        }
        for (words, chance, amounts) in [
            (0, 20, [-275, -275, -275]),
            (7, 20, [-2_000, -3_480, -1_999]),
            (8, 8, [-4_000, -4_000, -5_215]),
            (9, 5, [400, 1_999, 2_000]),
            (6, 4, [-10_000, -10_000, 10_000]),
        ] {
            if dice.chance(chance) {
                let cents = dice.pick(&amounts);
                rows.push((1, plain(day, cents, words)));
            }
        }
        if has("holds") && dice.chance(15) {
            rows.push((1, held(dice, day)));
        }
        if has("late rows") && dice.chance(8) {
            let (cents, words) = dice.pick(&[(-1_000, 11), (-400, 1), (-2_000, 7), (-275, 0)]);
            let mut late = plain(day, cents, words);
            late.posted = i64::from(day + dice.between(1, 6)) * DAY + 500;
            // The bank sorts it in before or after what it had of the day.
            rows.push((dice.between(0, 2), late));
        }
    }
    rows.sort_by_key(|(place, row)| (row.day, *place));
    let mut rows: Vec<TrueRow> = rows.into_iter().map(|(_, row)| row).collect();
    let mut of_day = (0, 0);
    for row in rows.iter_mut().filter(|row| row.posted == 0) {
        of_day = (row.day, if of_day.0 == row.day { of_day.1 + 1 } else { 1 });
        row.posted = i64::from(row.day) * DAY + 10 * of_day.1;
    }
    for row in &mut rows {
        let posted = row.posted;
        row.hold.iter_mut().filter(|hold| hold.gone == 0).for_each(|hold| hold.gone = posted);
    }
    rows
}

/// Makes a row that was pending before: with the amount and day that it has when it posts, or other ones, or it never
/// posts.
fn held(dice: &mut Dice, day: i32) -> TrueRow {
    let cents = dice.pick(&[-12_500, -4_711, -400]);
    let on = day - dice.pick(&[0, 1, 1, 2, 3]);
    let other_amount = if dice.chance(25) { -100 } else { 0 };
    let seen = i64::from(on) * DAY + 5;
    let hold = Hold { day: on, cents: cents + other_amount, seen, gone: 0 };
    if dice.chance(25) {
        let gone = i64::from(on + dice.between(2, 7)) * DAY;
        return TrueRow { day: on, cents, words: 10, posted: NEVER, hold: Some(Hold { gone, ..hold }) };
    }
    TrueRow { day, cents, words: 10, posted: 0, hold: Some(hold) }
}

fn sources(dice: &mut Dice, history: &History, days: i32) -> Vec<Source> {
    let has = |feature: &str| history.features.contains(&feature);
    let reworded = if has("new words") { i64::from(dice.between(days / 3, days)) * DAY } else { NEVER };
    let with_ids = dice.pick(&[Ids::Stable, Ids::Renumbered, Ids::Counted, Ids::Reused, Ids::Zero, Ids::PerDay]);
    let first = Source {
        ids: if has("ids") { with_ids } else { Ids::None },
        balances: has("balances"),
        short: None,
        later: 0,
        reworded,
    };
    let shift = has("second source a day off");
    if !shift && !has("second source") {
        return vec![first];
    }
    let second = Source {
        ids: dice.pick(&[Ids::None, Ids::Stable, with_ids]),
        balances: dice.chance(20),
        short: dice.pick(&[None, Some(6), Some(12)]),
        later: if shift { dice.pick(&[1, -1]) } else { 0 },
        reworded: NEVER,
    };
    vec![first, second]
}

/// Downloads files of a source in one way.
fn download(dice: &mut Dice, history: &mut History, source: usize, days: i32) {
    let order = match history.features.contains(&"sorted by hand") && dice.chance(40) {
        true => Order::ByHand,
        false => dice.pick(&[Order::Oldest, Order::Newest]),
    };
    let way = dice.below(8);
    let moment_of = |dice: &mut Dice, day: i32| i64::from(day) * DAY + dice.pick(&[0, 25, 35, 999]);
    let mut moments: Vec<i64> = (0..dice.between(1, 5))
        .map(|_| {
            let day = dice.between(1, days + 5);
            moment_of(dice, day)
        })
        .collect();
    moments.sort_unstable();
    let mut last = 0;
    if way <= 1 {
        let (length, asked) = if way == 0 { (30, "monthly") } else { (7, "weekly") };
        for period in 0..(days + length - 1) / length {
            let (from, to) = (period * length, period * length + length - 1);
            let day = to + 1 + dice.between(0, 4);
            let moment = moment_of(dice, day);
            if dice.chance(80) {
                add(history, source, order, moment, asked, |_, day| (from..=to).contains(&day));
            }
        }
        return;
    }
    for moment in moments {
        let today = (moment / DAY) as i32;
        match way {
            2 => add(history, source, order, moment, "last 90 days", |_, day| day >= today - 90),
            3 => add(history, source, order, moment, "last 30 days", |_, day| day >= today - 30),
            4 => add(history, source, order, moment, "year to date", |_, _| true),
            5 => {
                let from = (last / DAY) as i32;
                add(history, source, order, moment, "since the day of the last download", |_, day| day >= from);
            }
            6 if dice.chance(30) => {
                add(history, source, order, moment, "new since the last download", |row, _| row.posted > last);
            }
            6 => {
                let count = dice.pick(&[8, 20, 50]);
                let known = history.rows.iter().filter(|row| row.posted <= moment).count();
                let mut left = known.saturating_sub(count);
                add(history, source, order, moment, "the last rows", |row, _| {
                    let old = row.posted <= moment && left > 0;
                    left -= usize::from(old);
                    !old
                });
            }
            _ => {
                let (from, to) = (dice.between(0, days), dice.between(0, days));
                let (from, to) = (from.min(to), from.max(to));
                add(history, source, order, moment, "some days", |_, day| (from..=to).contains(&day));
            }
        }
        last = moment;
    }
}

/// Adds a file of the rows that the bank knows at a moment and that are asked for, by their day in this source.
fn add(
    history: &mut History,
    source: usize,
    order: Order,
    moment: i64,
    asked: &'static str,
    mut wants: impl FnMut(&TrueRow, i32) -> bool,
) {
    let later = history.sources[source].later;
    let (mut posted, mut pending) = (Vec::new(), Vec::new());
    for (at, row) in history.rows.iter().enumerate() {
        if row.posted <= moment {
            if wants(row, row.day + later) {
                posted.push(at);
            }
        } else if let Some(hold) = row.hold.as_ref().filter(|hold| hold.seen <= moment && moment < hold.gone)
            && wants(row, hold.day + later)
        {
            pending.push(at);
        }
    }
    history.cuts.push(Cut { source, moment, order, posted, pending, asked, with_next: false });
}
