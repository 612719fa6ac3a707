//! True histories of an account, and the files that people download of them. Made from a seed, with nothing but `std`.
//!
//! A history knows every row that the bank ever booked, in the bank's order, and from which moment on the bank shows it.
//! A file is a [`Cut`]: what somebody downloaded at a moment. [`History::print`] turns it into the rows that stand in it;
//! each remembers the true row that it is. [`small`] makes short histories of few amounts and texts, which find faults
//! of counting fastest; [`lifelike`] makes months of a checking account or a card with the habits of real banks.
//!
//! Days are numbers, amounts are cents, and a moment is a day times [`DAY`] plus a place in the day.

use std::fmt;

mod lifelike;

pub(crate) use lifelike::lifelike;

/// Moments of one day.
pub(crate) const DAY: i64 = 1000;
/// The moment of what does not happen.
pub(crate) const NEVER: i64 = i64::MAX;

/// A source of chance that is the same for the same seed (splitmix64).
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    /// Makes one from a seed.
    pub(crate) fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x51_7c_c1_b7)
    }

    /// Returns the next number.
    pub(crate) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Returns a number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.roll() % end.max(1) as u64) as usize
    }

    /// Returns a number from `first` to `last`.
    pub(crate) fn between(&mut self, first: i32, last: i32) -> i32 {
        first + self.below((last - first + 1).max(1) as usize) as i32
    }

    /// Returns true so many times of a hundred.
    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// Returns one of some.
    pub(crate) fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// Puts them into another order.
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            items.swap(at, self.below(at + 1));
        }
    }
}

/// A row that the bank booked, or only held.
#[derive(Clone, Debug)]
pub(crate) struct TrueRow {
    /// The day that the bank books it on.
    pub(crate) day: i32,
    /// Signed: negative is out of the account.
    pub(crate) cents: i64,
    /// Which of [`WORDS`].
    pub(crate) words: usize,
    /// From when on files show it as posted.
    pub(crate) posted: i64,
    /// What files show of it before.
    pub(crate) hold: Option<Hold>,
}

/// A row while it is pending.
#[derive(Clone, Debug)]
pub(crate) struct Hold {
    /// The day that it is pending on.
    pub(crate) day: i32,
    /// Its amount then.
    pub(crate) cents: i64,
    /// From when on it is shown.
    pub(crate) seen: i64,
    /// From when on it is not.
    pub(crate) gone: i64,
}

/// The words of rows, each with those that a bank uses after it changed its words.
pub(crate) const WORDS: [(&str, &str); 12] = [
    ("Tram ticket", "LOCAL TRANSIT 0001"),
    ("Coffee  shop 12", "ESPRESSO BAR KARTE"),
    ("Rent", "STANDING ORDER HOUSE"),
    ("ACME payroll 4711", "SALARY FROM ACME"),
    ("Interest earned", "ZINSEN"),
    ("Monthly fee", "ACCOUNT CHARGE"),
    ("Transfer to savings", "INTERNAL MOVE"),
    ("Kennebec grocer", "FOOD MARKET EAST"),
    ("Shell fuel 0815", "PETROL STATION"),
    ("Bookshop refund", "CREDIT NOTE PAPER"),
    ("Hotel Adler", "LODGING ALPINE"),
    ("Late charge", "PENALTY"),
];

/// How a bank gives ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ids {
    /// It gives none.
    None,
    /// A row keeps its id.
    Stable,
    /// Each download has ids of its own.
    Renumbered,
    /// Each download counts from 1.
    Counted,
    /// One id for rows of different amounts: the how-manieth of its amount a row is.
    Reused,
    /// Every row has the id 0.
    Zero,
    /// Day and number within the day, from its newest known row.
    PerDay,
}

/// What a source does to the rows that it prints.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// How it gives ids.
    pub(crate) ids: Ids,
    /// Whether rows have running balances.
    pub(crate) balances: bool,
    /// It prints so many letters of each text, in capitals.
    pub(crate) short: Option<usize>,
    /// It dates every row so many days later.
    pub(crate) later: i32,
    /// From when on it has other words for everything.
    pub(crate) reworded: i64,
}

/// The order in which a file prints its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// The oldest row first.
    Oldest,
    /// The newest row first.
    Newest,
    /// By amount, as somebody sorted it.
    ByHand,
}

/// One download.
#[derive(Clone, Debug)]
pub(crate) struct Cut {
    /// Which of the history's sources.
    pub(crate) source: usize,
    /// When it was made.
    pub(crate) moment: i64,
    /// How the rows stand in it.
    pub(crate) order: Order,
    /// The posted true rows in it, in the bank's order.
    pub(crate) posted: Vec<usize>,
    /// The pending ones.
    pub(crate) pending: Vec<usize>,
    /// What the person asked the bank for.
    pub(crate) asked: &'static str,
    /// Whether it stands in one file with the next cut of its source, as a statement of its own, where the format has
    /// statements.
    pub(crate) with_next: bool,
}

/// A row as it stands in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Printed {
    /// The true row that it is.
    pub(crate) truth: usize,
    /// Its day as this source dates it.
    pub(crate) day: i32,
    /// Signed.
    pub(crate) cents: i64,
    /// In the words of this source.
    pub(crate) text: String,
    /// The bank's id.
    pub(crate) id: Option<String>,
    /// The balance after it, as the bank knew it when the file was made.
    pub(crate) balance: Option<i64>,
    /// Pending, not posted.
    pub(crate) pending: bool,
}

/// A true history and the downloads of it.
#[derive(Clone)]
pub(crate) struct History {
    /// What it was made from.
    pub(crate) seed: u64,
    /// The features that were drawn for it.
    pub(crate) features: Vec<&'static str>,
    /// In the bank's order: by day, and within it.
    pub(crate) rows: Vec<TrueRow>,
    /// Where files come from; the first one dates rows as the bank does.
    pub(crate) sources: Vec<Source>,
    /// The files.
    pub(crate) cuts: Vec<Cut>,
    /// The balance before the first row.
    pub(crate) opening: i64,
}

impl History {
    /// Returns the rows of a file as they stand in it.
    pub(crate) fn print(&self, cut: usize) -> Vec<Printed> {
        let (number, cut) = (cut, &self.cuts[cut]);
        let source = &self.sources[cut.source];
        let text = |words: usize| {
            let words = if cut.moment >= source.reworded { WORDS[words].1 } else { WORDS[words].0 };
            match source.short {
                Some(letters) => words.to_uppercase().chars().take(letters).collect(),
                None => words.to_owned(),
            }
        };
        let known = |at: &usize| self.rows[*at].posted <= cut.moment;
        let balance = |at: usize| {
            let before = (0..=at).filter(known).map(|at| self.rows[at].cents);
            self.opening + before.sum::<i64>()
        };
        let id = |at: usize, place: usize| {
            let row = &self.rows[at];
            Some(match source.ids {
                Ids::None => return None,
                Ids::Stable => format!("S{at}"),
                Ids::Renumbered => format!("F{number}-{at}"),
                Ids::Counted => format!("{}", place + 1),
                Ids::Reused => format!("R{}", self.rows[..at].iter().filter(|r| r.cents == row.cents).count()),
                Ids::Zero => "0".to_owned(),
                Ids::PerDay => {
                    let newer = (at + 1..self.rows.len()).filter(known).filter(|at| self.rows[*at].day == row.day);
                    format!("{}-{}", row.day, newer.count() + 1)
                }
            })
        };
        let mut printed: Vec<Printed> = (cut.posted.iter().enumerate())
            .map(|(place, at)| Printed {
                truth: *at,
                day: self.rows[*at].day + source.later,
                cents: self.rows[*at].cents,
                text: text(self.rows[*at].words),
                id: id(*at, place),
                balance: source.balances.then(|| balance(*at)),
                pending: false,
            })
            .collect();
        for at in &cut.pending {
            let row = &self.rows[*at];
            let Some(hold) = &row.hold else { continue };
            printed.push(Printed {
                truth: *at,
                day: hold.day + source.later,
                cents: hold.cents,
                text: text(row.words),
                id: if source.ids == Ids::Stable { Some(format!("S{at}")) } else { None },
                balance: None,
                pending: true,
            });
        }
        printed.sort_by_key(|row| (row.day, row.pending));
        match cut.order {
            Order::Oldest => {}
            Order::Newest => printed.reverse(),
            Order::ByHand => printed.sort_by_key(|row| (row.cents, row.day)),
        }
        printed
    }

    /// Draws which cuts stand in one file with the next one.
    fn put_together(&mut self) {
        let mut dice = Dice::new(self.seed ^ 0x2_57_47);
        self.cuts.iter_mut().for_each(|cut| cut.with_next = dice.chance(30));
    }

    /// Returns the files as people have them, where a source prints statements: the cuts of each, one or two, in order.
    pub(crate) fn files(&self, has_statements: impl Fn(usize) -> bool) -> Vec<Vec<usize>> {
        let mut files: Vec<Vec<usize>> = Vec::new();
        for (at, cut) in self.cuts.iter().enumerate() {
            let goes_on = |file: &&mut Vec<usize>| {
                let first = &self.cuts[file[0]];
                file.len() == 1 && first.with_next && first.source == cut.source && has_statements(cut.source)
            };
            match files.iter_mut().rev().find(|file| self.cuts[file[0]].source == cut.source).filter(goes_on) {
                Some(file) => file.push(at),
                None => files.push(vec![at]),
            }
        }
        files
    }

    /// Returns it without a file, to find a smaller case.
    pub(crate) fn without_cut(&self, cut: usize) -> History {
        let mut less = self.clone();
        less.cuts.remove(cut);
        less
    }

    /// Returns it without a true row.
    pub(crate) fn without_row(&self, row: usize) -> History {
        let mut less = self.clone();
        less.rows.remove(row);
        for cut in &mut less.cuts {
            for of in [&mut cut.posted, &mut cut.pending] {
                of.retain(|at| *at != row);
                of.iter_mut().filter(|at| **at > row).for_each(|at| *at -= 1);
            }
        }
        less.cuts.retain(|cut| !cut.posted.is_empty());
        less
    }
}

/// Draws the history: a line for each true row, and a column for each file, with `x` where the file shows the row and
/// `p` where it shows it as pending.
impl fmt::Display for History {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "\nseed {}, {}", self.seed, self.features.join(", "))?;
        for (number, source) in self.sources.iter().enumerate() {
            writeln!(out, "source {number}: {source:?}")?;
        }
        for (number, cut) in self.cuts.iter().enumerate() {
            let (day, place) = (cut.moment / DAY, cut.moment % DAY);
            let (source, asked, order) = (cut.source, cut.asked, cut.order);
            let together = if cut.with_next { ", in one file with the next" } else { "" };
            writeln!(
                out,
                "file {number}: source {source}, {asked}, made on {day}.{place:03}, {order:?} first{together}"
            )?;
        }
        for (at, row) in self.rows.iter().enumerate() {
            let marks: String = (self.cuts.iter())
                .map(|cut| match (cut.posted.contains(&at), cut.pending.contains(&at)) {
                    (true, _) => " x",
                    (_, true) => " p",
                    _ => " .",
                })
                .collect();
            let late = if row.posted / DAY == i64::from(row.day) { "" } else { "  posted later or never" };
            writeln!(out, "{at:4} day {:3} {:8} {:20}{marks}{late}", row.day, row.cents, WORDS[row.words].0)?;
        }
        Ok(())
    }
}

impl fmt::Debug for History {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

/// Makes a short history of three amounts and texts, and one to eight files that are intervals of its rows. `kinds` are
/// those of the files: `C` with or without balances, `O` with ids.
pub(crate) fn small(seed: u64, kinds: &[char]) -> History {
    let mut dice = Dice::new(seed);
    let mut day = 0;
    let mut rows: Vec<TrueRow> = Vec::new();
    for at in 0..dice.between(1, 17) {
        day += dice.pick(&[0, 0, 0, 0, 1, 1, 2]);
        let posted = i64::from(day) * DAY + i64::from(at);
        let cents = dice.pick(&[-250, -400, 250]);
        rows.push(TrueRow { day, cents, words: dice.below(3), posted, hold: None });
    }
    let plain = Source { ids: Ids::None, balances: false, short: None, later: 0, reworded: NEVER };
    let ids = dice.pick(&[Ids::Stable, Ids::Reused, Ids::Renumbered]);
    let mut history = History {
        seed,
        features: vec!["small"],
        rows,
        sources: vec![plain.clone(), Source { ids, short: Some(6), ..plain }],
        cuts: Vec::new(),
        opening: 10_000,
    };
    // Only balances that tell the rows of a day apart: two rows that are alike in everything are one to any reader.
    history.sources[0].balances = dice.chance(50) && history.balances_tell();
    for _ in 0..dice.between(1, 8) {
        let (a, b) = (dice.below(history.rows.len()), dice.below(history.rows.len()));
        history.cuts.push(Cut {
            source: usize::from(dice.pick(kinds) == 'O'),
            moment: history.rows[a.max(b)].posted,
            order: dice.pick(&[Order::Oldest, Order::Newest]),
            posted: (a.min(b)..=a.max(b)).collect(),
            pending: Vec::new(),
            asked: "an interval of rows",
            with_next: false,
        });
    }
    history.put_together();
    history
}

impl History {
    /// Returns whether no two rows are alike in day, amount and running balance.
    pub(crate) fn balances_tell(&self) -> bool {
        let mut balance = self.opening;
        let mut all: Vec<(i32, i64, i64)> = Vec::new();
        for row in &self.rows {
            balance += row.cents;
            all.push((row.day, row.cents, balance));
        }
        let rows = all.len();
        all.sort_unstable();
        all.dedup();
        all.len() == rows
    }
}

/// Leaves out what no rule can decide: two files of one single day whose rows read the same and are not the same.
pub(crate) fn without_twins(mut history: History) -> History {
    let cuts = std::mem::take(&mut history.cuts);
    let look = |cut: &Cut| {
        let row = |at: &usize| (history.rows[*at].day, history.rows[*at].cents, history.rows[*at].words);
        let mut rows: Vec<_> = cut.posted.iter().map(row).collect();
        rows.sort_unstable();
        rows
    };
    let mut kept: Vec<Cut> = Vec::new();
    for cut in cuts {
        let rows = look(&cut);
        let one_day = rows.first().map(|row| row.0) == rows.last().map(|row| row.0);
        let twin = |other: &Cut| other.source == cut.source && other.posted != cut.posted && look(other) == rows;
        if !(one_day && kept.iter().any(twin)) {
            kept.push(cut);
        }
    }
    History { cuts: kept, ..history }
}
