//! The signs that money out and money in are printed with, in two columns or beside words: what a file proves of them, what earlier
//! files of its account do, and what is open.

use super::layout::Layout;
use super::money::{MANY, Money, Told};
use super::reading::Reading;
use super::taken_back::went_back;
use crate::import::error::{ImportOption, Question, shown};
use crate::import::evidence::direction::Printed;
use crate::import::options::{Sides, Style};
use crate::model::Statement;

/// How many balances grow by amounts that are money out, and by those that are money in, and how many fall by them.
#[derive(Clone, Copy, Default)]
pub(super) struct Followed {
    pub(super) same: [u64; 2],
    pub(super) opposite: [u64; 2],
}

/// What a file proves.
#[derive(Clone, Copy)]
pub(super) struct Proof {
    pub(super) sides: Sides,
    /// The signs that all amounts have.
    pub(super) seen: Sides,
    /// Whether balances prove theirs.
    by_balances: [bool; 2],
}

impl Proof {
    /// Looks at a file as it was read: balances prove the sign of a side, and so do three amounts. Fewer may all have gone back.
    pub(super) fn of(reading: &Reading, followed: impl FnOnce() -> Followed) -> Proof {
        let printed = reading.printed();
        let is_open = [0, 1].map(|side| reading.is_open[side] && printed[side].is_some());
        let Followed { same, opposite } = if is_open == [false; 2] { Followed::default() } else { followed() };
        let is_plain = |side: usize| reading.signs[side].printed_throughout() == Some(Printed::Positive);
        // Balances that fall by money in are a debt, or it went back.
        let is_debt = |side: usize| reading.is_debt == Some(true) || opposite[1 - side] > 0;
        let by_balances = [0, 1].map(|side| match (same[side], opposite[side]) {
            (0, 1..) => is_debt(side),
            (same, opposite) => same > 0 && opposite == 0,
        });
        let is_proven = |side: usize| {
            let signs = reading.signs[side];
            let is_usual = printed[side] == Some(Printed::Positive) || side == 0 || is_debt(side) || is_plain(1 - side);
            let by_count = signs.count() >= MANY && signs.printed() == printed[side] && opposite[side] == 0 && is_usual;
            is_open[side] && signs.count() > 0 && (by_balances[side] || by_count)
        };
        let is_seen = |side: usize| is_open[side] && reading.signs[side].printed_throughout() == printed[side];
        Proof {
            sides: [0, 1].map(|side| printed[side].filter(|_| is_proven(side))),
            seen: [0, 1].map(|side| printed[side].filter(|_| is_seen(side))),
            by_balances,
        }
    }

    /// Returns what earlier files prove of the sides of which this one proves nothing, where it was read otherwise.
    pub(super) fn by_earlier(&self, reading: &Reading, earlier: Sides) -> Option<Sides> {
        let sides = [0, 1].map(|side| earlier[side].filter(|_| self.sides[side].is_none()));
        let is_conflict = matches!(reading.money, Money::Lone(_, Told::Conflict));
        let is_read = |side: usize| reading.is_open[side] && reading.signs[side].count() > 0;
        let is_other = |side: usize| is_conflict || (is_read(side) && sides[side] != reading.printed()[side]);
        [0, 1].into_iter().any(|side| sides[side].is_some() && is_other(side)).then_some(sides)
    }

    /// Returns the question about amounts that may have gone the other way. No option answers it.
    pub(super) fn question(
        &self,
        reading: &Reading,
        layout: &Layout<'_>,
        statements: &[Statement<'_>],
        earlier: Style,
    ) -> Option<Question> {
        let is_pair = layout.learn && matches!(reading.money, Money::Pair(..));
        let of_side = |side: usize| {
            let (printed, signs, was) = (reading.printed()[side]?, reading.signs[side], earlier.sides[side]);
            if !reading.is_open[side] || self.by_balances[side] {
                return None;
            }
            let has = |printed: Printed| if printed == Printed::Negative { "a minus" } else { "none" };
            // One proof holds against what was only seen.
            let other = match self.sides[side] {
                Some(_) => was,
                None => was.or(earlier.seen[side].filter(|_| self.seen[side].is_some())),
            };
            if let Some(other) = other.filter(|other| *other != printed) {
                let way = if side == 0 { "out" } else { "in" };
                return Some(format!(
                    "amounts for money {way} have {}, and those of earlier files of the account have {}: one of the two may have gone \
                     the other way",
                    has(printed),
                    has(other)
                ));
            }
            if was.is_none() && signs.printed().is_none() {
                return Some(
                    "too many amounts have the sign that is unusual here, so that which way the money went is in doubt"
                        .to_owned(),
                );
            }
            if !is_pair || printed != Printed::Negative {
                return None;
            }
            if side == 1 && was.is_none() && self.sides[side].is_none() && reading.is_debt != Some(true) {
                return Some(
                    "every amount has a minus: nothing tells whether these are money in, or credits that were taken back".to_owned(),
                );
            }
            // Among many amounts for money out that have a minus, a text says less.
            let mut entries = statements.iter().flat_map(|statement| &statement.entries);
            let is_back = |entry: &&_| went_back(entry, side == 0);
            let entry = entries.find(is_back).filter(|_| side == 1 || signs.count() < MANY)?;
            let text = shown(&entry.description);
            Some(format!(
                "{text} has a minus, as every amount of its column: nothing tells whether it went the other way"
            ))
        };
        let (column, message) =
            [1, 0].into_iter().find_map(|side| Some((reading.money.column(side)?, of_side(side)?)))?;
        Some(Question::open(ImportOption::Sign, format!("{}: {message}", shown(layout.name(column)))))
    }
}
