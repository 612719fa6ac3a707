//! Which character is the decimal mark, decided on all amounts of a file together.
//!
//! `1,234.56` and `0,50` say it; `1.000` does not, and neither does `1,000`: read alone they may be one or
//! a thousand. When nothing in the file says it, a `;` between fields means a comma mark (programs write it
//! because the comma is taken); otherwise the person is asked.

use crate::model::DecimalMark;

/// What the amounts of a file say.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    dot: u64,
    comma: u64,
    /// The first amount that says nothing and reads differently: its line and text.
    doubtful: Option<(u64, String)>,
}

/// What a tally decided.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The mark, or either when no amount is in doubt.
    Mark(DecimalMark),
    /// An amount that reads in two ways, with its line.
    Doubt(u64, String),
    /// As many amounts for one as for the other.
    Tie,
}

impl Tally {
    /// Counts one amount.
    pub(crate) fn add(&mut self, line: u64, text: &str) {
        let number = text.trim_matches(|c: char| !c.is_ascii_digit() && c != '.' && c != ',');
        let Some(last) = number.rfind(['.', ',']) else { return };
        let mark = number.as_bytes()[last];
        let (before, after) = (&number[..last], &number[last + 1..]);
        let other = if mark == b'.' { ',' } else { '.' };
        let repeated = before.contains(char::from(mark));
        let digits = before.chars().filter(char::is_ascii_digit).count();
        let for_mark = match () {
            // Several of one kind group thousands, so the other one is the mark.
            () if repeated => false,
            () if before.contains(other) => true,
            () if after.len() != 3 || digits == 0 || digits > 3 || before.starts_with('0') => true,
            () => {
                self.doubtful.get_or_insert_with(|| (line, text.trim().to_owned()));
                return;
            }
        };
        if (mark == b'.') == for_mark { self.dot += 1 } else { self.comma += 1 }
    }

    /// Decides for the file.
    pub(crate) fn verdict(&self, delimiter: u8) -> Verdict {
        match (self.dot, self.comma, &self.doubtful) {
            (0, 0, None) => Verdict::Mark(DecimalMark::Dot),
            (0, 0, Some(_)) if delimiter == b';' => Verdict::Mark(DecimalMark::Comma),
            (0, 0, Some((line, text))) => Verdict::Doubt(*line, text.clone()),
            // A few that do not fit are rejected as rows, each with its line.
            (dot, comma, _) if dot > comma => Verdict::Mark(DecimalMark::Dot),
            (dot, comma, _) if comma > dot => Verdict::Mark(DecimalMark::Comma),
            _ => Verdict::Tie,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(amounts: &[&str], delimiter: u8) -> Verdict {
        let mut tally = Tally::default();
        amounts.iter().for_each(|a| tally.add(2, a));
        tally.verdict(delimiter)
    }

    #[test]
    fn the_whole_column_decides() {
        for (amounts, mark) in [
            (&["1,234.56"][..], DecimalMark::Dot),
            (&["1.000", "12,34"], DecimalMark::Comma),
            (&["-1.234.567"], DecimalMark::Comma),
            (&["$1,000", "$3.5"], DecimalMark::Dot),
            (&["0.500"], DecimalMark::Dot),
            (&["1234,567"], DecimalMark::Comma),
            (&["12", "-7"], DecimalMark::Dot),
            (&["1.00", "2.00", "3,00"], DecimalMark::Dot),
        ] {
            assert_eq!(verdict(amounts, b','), Verdict::Mark(mark), "{amounts:?}");
        }
    }

    #[test]
    fn a_thousand_without_decimals_is_asked_for_unless_the_separator_tells() {
        assert_eq!(verdict(&["-1.000", "-2.000"], b';'), Verdict::Mark(DecimalMark::Comma));
        assert_eq!(verdict(&["5", "-1.000"], b','), Verdict::Doubt(2, "-1.000".to_owned()));
        assert_eq!(verdict(&["1.00", "2,00"], b','), Verdict::Tie);
    }
}
