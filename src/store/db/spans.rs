//! Between which ranks the rows of each shape of a pack lie, whatever their numbers.

use crate::store::db::columns::{Columns, Named};
use crate::store::db::rank::{By, Rank, Written};
use crate::store::db::shapes::Fit;

/// Of each shape of a pack the first rank and the last one.
#[derive(Debug)]
pub(crate) struct Spans(Vec<[Rank; 2]>);

impl Spans {
    /// Returns those of the shapes by a text. No shape tells an amount: by that there are none.
    pub(crate) fn of(columns: &Columns, by: &By) -> Spans {
        let By::Text(field, end) = *by else { return Spans(Vec::new()) };
        let written = |named: &Named, digit: u8| {
            let mut text = Vec::new();
            let is_missing = !named.shape.write(field, |of| named.shape.number_of(of, digit), digit, &mut text);
            By::of_text(end, Written { is_missing, text })
        };
        let spans = columns.shapes.iter().map(|named| [written(named, b'0'), written(named, b'9')]);
        Spans(spans.map(|[a, b]| if a <= b { [a, b] } else { [b, a] }).collect())
    }

    /// Returns a rank that no row of shapes goes before of which some rows are wanted; `None` where none are.
    pub(crate) fn first(&self, fits: &[Fit]) -> Option<&Rank> {
        self.0.iter().zip(fits).filter(|(_, fit)| **fit != Fit::None).map(|([first, _], _)| first).min()
    }

    /// Returns whether all rows of a shape are beyond a rank.
    pub(crate) fn is_beyond(&self, shape: usize, last: Option<&Rank>) -> bool {
        last.zip(self.0.get(shape)).is_some_and(|(last, [first, _])| last < first)
    }

    /// Returns them in the order of shapes.
    pub(crate) fn each(&self) -> &[[Rank; 2]] {
        &self.0
    }
}
