//! Which character is the decimal mark, decided on all amounts of a file together.
//!
//! `1,234.56` and `0,50` say it; `1.000` does not, and neither does `1,000`: read alone they may be one or
//! a thousand, unless the currency has no decimals, or three. When no amount says it, the balances may, and else
//! the person is asked. What stands between the fields of a file proves nothing.

use crate::model::{Currency, DecimalMark};

/// What the writing of one amount says about its decimal mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// Nothing: it has no mark, or no reading of it makes sense.
    Silent,
    /// Only this reading makes sense.
    With(DecimalMark),
    /// `1.234`, `1,234`: only other amounts can tell.
    Either,
}

impl Written {
    /// Looks at the marks of one amount. The currency is that of the amount, where it is known.
    pub(crate) fn of(text: &str, currency: Option<Currency>) -> Written {
        let number = number(text);
        let Some(last) = number.rfind(['.', ',']) else { return Written::Silent };
        let (before, after) = (&number[..last], &number[last + 1..]);
        let (this, other, other_char) = match number.as_bytes()[last] {
            b'.' => (DecimalMark::Dot, DecimalMark::Comma, ','),
            _ => (DecimalMark::Comma, DecimalMark::Dot, '.'),
        };
        match (before.contains(&number[last..=last]), before.contains(other_char)) {
            // `1.234,567,890`: neither can be the mark.
            (true, true) => return Written::Silent,
            // `1.234.567`: what stands twice groups.
            (true, false) => return Written::With(other),
            (false, true) => return Written::With(this),
            (false, false) => {}
        }
        let digits = before.bytes().filter(u8::is_ascii_digit).count();
        // `0.123` and `1234.567` are not grouped.
        let may_group = after.len() == 3 && (1..=3).contains(&digits) && !before.starts_with('0');
        match (may_group, currency.map(|c| c.minor_digits())) {
            (false, _) | (true, Some(3)) => Written::With(this),
            (true, Some(0)) => Written::With(other),
            (true, _) => Written::Either,
        }
    }
}

/// Returns the digits of an amount with the marks among them and beside them. A dot behind a word is of the word: `Rs. 5`.
fn number(text: &str) -> &str {
    let is_mark = |c: &char| matches!(c, '.' | ',');
    let is_digit = |c: char| c.is_ascii_digit();
    let Some((first, last)) = text.find(is_digit).zip(text.rfind(is_digit)) else { return "" };
    let mut before = text[..first].chars().rev();
    let is_led = before.next().is_some_and(|c| is_mark(&c)) && !before.next().is_some_and(char::is_alphabetic);
    let is_followed = text[last + 1..].chars().next().is_some_and(|c| is_mark(&c));
    &text[first - usize::from(is_led)..=last + usize::from(is_followed)]
}

/// What the amounts of a file or a statement say.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    dot: u64,
    comma: u64,
    /// Amounts of three digits behind the mark that only their currency tells.
    dot_by_currency: u64,
    comma_by_currency: u64,
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
    /// Counts one amount, and keeps the first in doubt. `currency` finds that of the amount, where it is known.
    pub(crate) fn add(&mut self, line: u64, text: &str, currency: impl FnOnce() -> Option<Currency>) {
        match Written::of(text, None) {
            Written::Either => {
                self.doubtful.get_or_insert_with(|| (line, text.trim().to_owned()));
                match Written::of(text, currency()) {
                    Written::With(DecimalMark::Dot) => self.dot_by_currency += 1,
                    Written::With(DecimalMark::Comma) => self.comma_by_currency += 1,
                    Written::Silent | Written::Either => {}
                }
            }
            written => self.count(written),
        }
    }

    /// Counts what one amount says.
    pub(crate) fn count(&mut self, written: Written) {
        match written {
            Written::With(DecimalMark::Dot) => self.dot += 1,
            Written::With(DecimalMark::Comma) => self.comma += 1,
            Written::Silent | Written::Either => {}
        }
    }

    /// Adds the counts of another tally, and its amount in doubt where this one has none.
    pub(crate) fn merge(&mut self, other: &Tally) {
        self.dot += other.dot;
        self.comma += other.comma;
        self.dot_by_currency += other.dot_by_currency;
        self.comma_by_currency += other.comma_by_currency;
        if self.doubtful.is_none() {
            self.doubtful.clone_from(&other.doubtful);
        }
    }

    /// Returns whether no amount shows its mark.
    pub(crate) fn is_silent(&self) -> bool {
        self.dot == 0 && self.comma == 0
    }

    /// Returns the mark that all amounts agree on, if any shows one.
    pub(crate) fn unanimous(&self) -> Option<DecimalMark> {
        match (self.dot, self.comma) {
            (1.., 0) => Some(DecimalMark::Dot),
            (0, 1..) => Some(DecimalMark::Comma),
            _ => None,
        }
    }

    /// Decides for the file. Currencies count where no amount shows its mark, and where they agree.
    pub(crate) fn verdict(&self) -> Verdict {
        match (self.dot, self.comma, &self.doubtful) {
            (0, 0, None) => Verdict::Mark(DecimalMark::Dot),
            (0, 0, Some((line, text))) => match (self.dot_by_currency, self.comma_by_currency) {
                (1.., 0) => Verdict::Mark(DecimalMark::Dot),
                (0, 1..) => Verdict::Mark(DecimalMark::Comma),
                _ => Verdict::Doubt(*line, text.clone()),
            },
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

    fn verdict(amounts: &[&str], currency: Option<&str>) -> Verdict {
        let mut tally = Tally::default();
        let currency = currency.map(|code| code.parse().unwrap());
        amounts.iter().for_each(|a| tally.add(2, a, || currency));
        tally.verdict()
    }

    #[test]
    fn decides_the_mark_on_the_whole_column() {
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
            assert_eq!(verdict(amounts, None), Verdict::Mark(mark), "{amounts:?}");
        }
    }

    #[test]
    fn finds_the_mark_that_one_amount_shows() {
        use DecimalMark::{Comma, Dot};
        for (text, currency, written) in [
            ("1234", None, Written::Silent),
            ("1,234.56", None, Written::With(Dot)),
            ("1.234.567", None, Written::With(Comma)),
            ("1.234", None, Written::Either),
            ("-$1,234 DR", None, Written::Either),
            ("0.123", None, Written::With(Dot)),
            (".5", None, Written::With(Dot)),
            ("25,-", None, Written::With(Comma)),
            // The dot of a word is no mark.
            ("-Rs. 4.50", None, Written::With(Dot)),
            ("1.000,00 kr.", None, Written::With(Comma)),
            ("Fr.1'234.50", None, Written::With(Dot)),
            // Another character groups, so that the mark is one.
            ("1'234.500", None, Written::With(Dot)),
            ("1 234,500", None, Written::With(Comma)),
            // Neither reading makes sense.
            ("1.234,567,890", None, Written::Silent),
            ("1,5.5,5", None, Written::Silent),
            // A currency without decimals groups; one with three does not.
            ("1,234", Some("JPY"), Written::With(Dot)),
            ("1.234", Some("KWD"), Written::With(Dot)),
            ("1.234", Some("USD"), Written::Either),
        ] {
            let currency = currency.map(|code| code.parse().unwrap());
            assert_eq!(Written::of(text, currency), written, "{text} {currency:?}");
        }
    }

    #[test]
    fn leaves_three_digits_behind_the_mark_in_doubt() {
        assert_eq!(verdict(&["-1.000", "-2.000"], None), Verdict::Doubt(2, "-1.000".to_owned()));
        assert_eq!(verdict(&["5", "-1,000"], Some("EUR")), Verdict::Doubt(2, "-1,000".to_owned()));
        assert_eq!(verdict(&["1.00", "2,00"], None), Verdict::Tie);
    }

    #[test]
    fn decides_by_the_decimals_of_the_currency_where_no_amount_shows_them() {
        use DecimalMark::{Comma, Dot};
        for (amounts, currency, mark) in [
            (&["-1.234", "2.500"][..], "KWD", Dot),
            (&["-1,234", "12"], "TND", Comma),
            (&["-1,234", "500"], "JPY", Dot),
            (&["1.234"], "KRW", Comma),
            // What an amount shows goes before what its currency usually has.
            (&["1,234", "2,500", "1.5"], "KWD", Dot),
            (&["1,234.500", "2,000", "3,000"], "BHD", Dot),
        ] {
            assert_eq!(verdict(amounts, Some(currency)), Verdict::Mark(mark), "{amounts:?} {currency}");
        }
        assert_eq!(verdict(&["1,234", "2.500"], Some("KWD")), Verdict::Doubt(2, "1,234".to_owned()));
    }
}
