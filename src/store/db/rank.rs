//! Where a row stands among others, by what a list is in order of.

use std::cmp::Reverse;

use crate::model::folded;
use crate::store::db::edges::End;
use crate::store::db::shapes::Field;
use crate::store::db::source_row::SourceRow;

/// What rows are in order of.
#[derive(Clone, Copy, Debug)]
pub(crate) enum By {
    /// The amount, from one end on.
    Amount(End),
    /// A text, folded; rows without it come last. From the largest on, all is the other way round.
    Text(Field, End),
}

/// What a row is in order of. The less, the sooner it comes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rank {
    Number(i64),
    Up(Written),
    Down(Reverse<Written>),
}

/// A text, or that there is none, which is more than every text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Written {
    pub is_missing: bool,
    pub text: Vec<u8>,
}

impl By {
    /// Returns the rank of a row.
    pub(crate) fn rank(&self, row: &SourceRow<&str>) -> Rank {
        match self {
            By::Amount(end) => Rank::Number(end.rank(row.amount)),
            By::Text(field, end) => {
                let text = match field {
                    Field::Description => Some(row.description),
                    Field::Category => row.category,
                };
                let text = text.map(|text| folded(text).into_bytes());
                By::of_text(*end, Written { is_missing: text.is_none(), text: text.unwrap_or_default() })
            }
        }
    }

    /// Returns a rank that no row goes before.
    pub(crate) fn lowest(&self) -> Rank {
        match self {
            By::Amount(_) => Rank::Number(i64::MIN),
            By::Text(_, End::Least) => Rank::Up(Written { is_missing: false, text: Vec::new() }),
            By::Text(_, End::Largest) => Rank::Down(Reverse(Written { is_missing: true, text: Vec::new() })),
        }
    }

    /// Returns the rank of a text.
    pub(crate) fn of_text(end: End, written: Written) -> Rank {
        match end {
            End::Least => Rank::Up(written),
            End::Largest => Rank::Down(Reverse(written)),
        }
    }
}
