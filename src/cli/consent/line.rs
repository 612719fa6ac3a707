//! One line of a page: parts, each at a column of its own, so that no text of others moves what stands after it.

use crate::cli::output::foreign::{columns, cut};

/// A line. Its parts stand in order and do not overlap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    parts: Vec<(usize, String)>,
}

impl Line {
    /// A line of one text.
    pub(super) fn of(text: impl Into<String>) -> Line {
        Line::default().at(0, text)
    }

    /// Adds a text at a column, cut where the next column begins that is taken already, or at nothing.
    pub(super) fn at(mut self, column: usize, text: impl Into<String>) -> Line {
        let text = text.into();
        if !text.is_empty() {
            self.parts.push((column, text));
        }
        self
    }

    /// Adds a text whose end stands before a column.
    pub(super) fn before(self, column: usize, text: &str) -> Line {
        self.at(column.saturating_sub(columns(text)), text)
    }

    /// Returns the parts, each with its column from 0; those that do not fit into so many columns are cut.
    pub(super) fn parts(&self, width: usize) -> impl Iterator<Item = (usize, String)> + '_ {
        self.parts.iter().enumerate().filter_map(move |(index, (column, text))| {
            let end = self.parts.get(index + 1).map_or(width, |(next, _)| (*next).min(width));
            let room = end.checked_sub(*column)?;
            (room > 0).then(|| (*column, cut(text, room)))
        })
    }

    /// Returns the line as text of at most so many columns.
    pub(super) fn text(&self, width: usize) -> String {
        let mut out = String::new();
        for (column, text) in self.parts(width) {
            out.extend(std::iter::repeat_n(' ', column.saturating_sub(columns(&out))));
            out.push_str(&text);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_keep_their_columns() {
        let line = Line::of("name").at(6, "kind").before(16, "1.00");
        assert_eq!(line.text(80), "name  kind  1.00");
        assert_eq!(line.text(14), "name  kind  1…");
        let long = Line::of("a name that is too long").at(6, "kind");
        assert_eq!(long.text(80), "a nam…kind");
        assert_eq!(Line::of("取引明細").at(6, "x").text(80), "取引… x");
        assert_eq!(Line::default().text(80), "");
    }
}
