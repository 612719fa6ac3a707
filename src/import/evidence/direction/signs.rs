//! The signs that a column of money is printed with.

use crate::model::{is_minus, side};

/// The sign that a debit or credit column is printed with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Printed {
    /// Without a minus; a minus gives money back.
    #[default]
    Positive,
    /// With a minus; a row without one gives money back.
    Negative,
    /// One of the two, which the whole column shows.
    Any,
    /// A sign that means nothing: the column alone says the direction.
    Ignored,
}

impl Printed {
    /// Returns whether a printed amount needs the other sign to be signed money, whose usual sign in the column is `usual`: a
    /// minus in one for money out.
    pub(crate) fn is_turned(self, usual: Printed, cell: &str, is_negative: bool) -> bool {
        match self {
            _ if Mark::is_cr_or_dr(cell) => false,
            Printed::Ignored => is_negative != (usual == Printed::Negative),
            printed => printed != usual,
        }
    }
}

/// The signs that a column of money is printed with.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Signs {
    minus: u64,
    /// A printed plus, or `CR`.
    plus: u64,
    plain: u64,
}

/// The sign that one cell is printed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    Minus,
    Plus,
    Plain,
}

impl Mark {
    /// Looks at one cell. Zero and cells without a number show none.
    pub(crate) fn of(text: &str) -> Option<Mark> {
        let first = text.bytes().position(|b| (b'1'..=b'9').contains(&b))?;
        // A currency may stand in parentheses behind the number.
        let side = side(text).map(|(is_out, _)| is_out);
        if text.chars().any(is_minus) || text[..first].contains('(') || side == Some(true) {
            return Some(Mark::Minus);
        }
        Some(if text.contains('+') || side == Some(false) { Mark::Plus } else { Mark::Plain })
    }

    /// Returns whether a cell ends in `CR` or `DR`, or another word for it, which tells the direction of its amount in any column.
    pub(crate) fn is_cr_or_dr(text: &str) -> bool {
        side(text).is_some()
    }
}

impl Signs {
    /// Counts one cell. Zero and empty cells say nothing.
    pub(crate) fn add(&mut self, text: &str) {
        match Mark::of(text) {
            Some(Mark::Minus) => self.minus += 1,
            Some(Mark::Plus) => self.plus += 1,
            Some(Mark::Plain) => self.plain += 1,
            None => {}
        }
    }

    /// Returns whether a cell has a minus.
    pub(crate) fn has_minus(self) -> bool {
        self.minus > 0
    }

    /// Returns whether some cells have a plus and others nothing, and none a minus: those without are money out.
    pub(crate) fn has_plus_beside_plain(self) -> bool {
        self.minus == 0 && self.plus > 0 && self.plain > 0
    }

    /// Returns whether some cells have a minus, some a plus and some nothing: what those without a sign are is not shown.
    pub(crate) fn has_three_marks(self) -> bool {
        self.minus > 0 && self.plus > 0 && self.plain > 0
    }

    /// Returns whether more than half of the cells have the other sign than is printed.
    pub(crate) fn are_mostly_other_than(self, printed: Printed) -> bool {
        let without = self.plus + self.plain;
        if printed == Printed::Negative { self.minus < without } else { self.minus > without }
    }

    /// Returns how many cells have an amount.
    pub(crate) fn count(self) -> u64 {
        self.minus + self.plus + self.plain
    }

    /// Returns the sign that the column is printed with, or most likely is.
    pub(crate) fn likeliest(self) -> Printed {
        let mostly = if self.minus > self.plus + self.plain { Printed::Negative } else { Printed::Positive };
        self.printed().unwrap_or(mostly)
    }

    /// Returns the signs of so many cells.
    pub(crate) fn of(minus: u64, plain: u64) -> Signs {
        Signs { minus, plus: 0, plain }
    }

    /// Returns the sign that every cell is printed with; nothing where there are none, or some differ.
    pub(crate) fn printed_throughout(self) -> Option<Printed> {
        match (self.minus, self.plus + self.plain) {
            (0, 0) => None,
            (0, _) => Some(Printed::Positive),
            (_, 0) => Some(Printed::Negative),
            _ => None,
        }
    }

    /// Returns the sign that the column is printed with where one way fits: without a minus, with one in every cell, or
    /// with one in fewer than half of the cells, which then give money back. None when it shows nothing clear.
    pub(crate) fn printed(self) -> Option<Printed> {
        let without = self.plus + self.plain;
        match (self.minus, without) {
            (0, _) => Some(Printed::Positive),
            (_, 0) => Some(Printed::Negative),
            (minus, without) if minus < without => Some(Printed::Positive),
            _ => None,
        }
    }
}
