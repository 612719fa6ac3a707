//! Balances that lines of a file state, apart from the running balance of rows.

use super::apart;
use super::reading::Reading;
use super::records::Field;
use crate::import::evidence::direction::words::of_column;
use crate::import::evidence::direction::{Direction, Step};
use crate::import::evidence::fold::fold;
use crate::import::evidence::lines::{self, Line};
use crate::model::{Amount, Currency, Day, DecimalMark, Denomination, Entry, EntryStatus, Micros, MoneyError, side};

/// Which balance a line states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StatedKind {
    /// That before the rows of its day.
    Opening,
    /// That at the end of its day.
    Closing,
    /// What can be spent at the end of its day, or the credit that is left.
    Available,
    /// That before the first row of the file.
    Start,
    /// That after the last row of the file.
    End,
}

/// A balance that a line states.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stated {
    pub(super) kind: StatedKind,
    /// The day of the line; of no meaning for [`StatedKind::Start`] and [`StatedKind::End`].
    pub(super) day: Day,
    /// As printed, and in a column for money out or in with the sign of that.
    pub(super) amount: Amount,
    /// What is printed in such a column, where that is another amount.
    pub(super) printed: Option<Amount>,
    /// Whether it is printed as the running balances are, rather than as an amount.
    pub(super) is_running: bool,
    /// Whether `DR`, `Haben` or the like tells its sign, so that it is no printed debt.
    pub(super) is_told: bool,
}

/// Reads a line such as `Kontostand;31.03.2026;;;1.234,56;EUR` or `Ending balance as of 31/01/2026,,"1,300.00"`: words for
/// a balance, a day in them or behind them, and one amount.
///
/// Without a day it is the balance before the first row or after the last, if it proves to be.
pub(super) fn of_line(
    fields: &[Field<'_>],
    reading: &Reading,
    currency: Currency,
    known_day: Option<Day>,
) -> Option<Stated> {
    let mut filled = fields.iter().filter(|f| !f.is_blank()).map(|f| f.text()).filter(|text| !is_no_day(text));
    let title = spaced(&filled.next()?);
    let words = title.split('(').next().unwrap_or(&title);
    let kind = match lines::kind(&title).or_else(|| lines::kind(words))? {
        Line::Opening | Line::Forward => StatedKind::Opening,
        Line::Closing | Line::AsOf => StatedKind::Closing,
        Line::Available => StatedKind::Available,
        _ => return None,
    };
    let mut day = last_day(&title, reading);
    let mut read = Read::of_title(&title, currency)?;
    for text in filled {
        match reading.dates.read(&text) {
            Some(found) if day.is_none() => day = Some(found),
            Some(_) => {}
            None => read.add(&text, reading.mark)?,
        }
    }
    if read.amounts.is_empty() {
        numbers(&title, reading).iter().try_for_each(|number| read.add(number, reading.mark))?;
    }
    let amount = read.amount()?;
    let kind = match (kind, day.or(known_day)) {
        (kind, Some(_)) => kind,
        (StatedKind::Opening, None) => StatedKind::Start,
        (StatedKind::Available, None) => return None,
        (_, None) => StatedKind::End,
    };
    let day = day.or(known_day).unwrap_or(Day::FIRST);
    Some(Stated { kind, day, amount, printed: None, is_running: true, is_told: read.direction.is_some() })
}

/// Returns whether a cell holds a day of zeros, as banks print it beside a balance: `00/00/0000`.
fn is_no_day(text: &str) -> bool {
    let (digits, marks): (Vec<char>, Vec<char>) = text.chars().partition(char::is_ascii_digit);
    digits.len() >= 6
        && digits.iter().all(|c| *c == '0')
        && marks.len() == 2
        && marks.iter().all(|c| "/-.".contains(*c))
}

/// Returns words that are written as one with spaces between them: `openingBalance`.
fn spaced(title: &str) -> String {
    let mut out = String::with_capacity(title.len() + 2);
    let mut before = ' ';
    for c in title.chars() {
        if before.is_lowercase() && c.is_uppercase() {
            out.push(' ');
        }
        out.push(c);
        before = c;
    }
    out
}

/// Decides which sign balances in columns for money out and in have: that of the column, or the printed one where only with that
/// the rows lead from one to the other. A minus in the column for money out that nothing proves may be either, and is left out.
pub(super) fn sign(stated: &mut Vec<Stated>, entries: &[Entry<'_>]) {
    if stated.iter().all(|s| s.printed.is_none()) {
        return;
    }
    let posted = entries.iter().filter(|e| e.status == EntryStatus::Posted);
    let sum = Micros::checked_sum(posted.map(|e| e.amount.micros()));
    let adds_up = |read: fn(&Stated) -> Amount| {
        let of = |kinds: [StatedKind; 2]| stated.iter().find(|s| kinds.contains(&s.kind)).map(|s| read(s).micros());
        let ends = of([StatedKind::Opening, StatedKind::Start]).zip(of([StatedKind::Closing, StatedKind::End]));
        ends.is_some_and(|(opening, closing)| Step::of(opening, sum, closing) == Step::Same)
    };
    let as_printed = |s: &Stated| s.printed.unwrap_or(s.amount);
    if adds_up(|s| s.amount) {
        return;
    }
    if adds_up(as_printed) {
        stated.iter_mut().for_each(|s| s.amount = as_printed(s));
    } else {
        stated.retain(|s| s.printed.is_none_or(|printed| !printed.is_negative()));
    }
}

/// Words that tell the sign of a balance at the end of its title.
const TITLE_WORDS: [&str; 10] = ["dr", "cr", "debit", "credit", "soll", "haben", "s", "h", "d", "c"];

/// What the cells of a line say of its balance.
struct Read {
    currency: Currency,
    /// The amounts, and whether they are written with decimals: a bare number may count or name anything.
    amounts: Vec<(Amount, bool)>,
    /// What a word beside the amount says: overdrawn or not.
    direction: Option<Direction>,
}

impl Read {
    /// Begins with what the words of the title say. Nothing where they name another currency.
    fn of_title(title: &str, currency: Currency) -> Option<Read> {
        let mut words =
            title.split(|c: char| c.is_whitespace() || "()[]:,;".contains(c)).filter(|word| !word.is_empty());
        // `ALL` and `Fr.` are words of a title, too.
        let is_named = |word: &&str| !matches!(fold(word).trim_end_matches('.'), "all" | "fr");
        if words.clone().filter(is_named).filter_map(Denomination::of).any(|named| !named.may_be(currency)) {
            return None;
        }
        let says = |word: &&str| TITLE_WORDS.contains(&fold(word).trim_end_matches('.'));
        let said = words.next_back().filter(says);
        let direction = said.and_then(direction);
        // A C is a credit in English and a debit in Spanish.
        (said.is_none() || direction.is_some()).then_some(Read { currency, amounts: Vec::new(), direction })
    }

    /// Reads a cell: an amount with or without a word, or a word. Nothing when the line states no balance in the currency,
    /// or when a word beside the amount is unknown: it may say that the account is overdrawn.
    fn add(&mut self, text: &str, mark: DecimalMark) -> Option<()> {
        let is_letter = |c: char| c.is_alphabetic() || matches!(c, '.' | '/');
        let number = text.trim_end_matches(is_letter).trim_end();
        let word = text[number.len()..].trim();
        let has_mark = |text: &str| text.contains(['.', ',']);
        match Amount::parse(text, mark, self.currency) {
            Ok(amount) => {
                self.amounts.push((amount, has_mark(number)));
                if side(text).is_some() {
                    let said = if amount.is_negative() { Direction::Out } else { Direction::In };
                    return self.direct(Some(said)).then_some(());
                }
            }
            Err(MoneyError::OtherCurrency(..)) => return None,
            Err(_) if number.is_empty() => match Denomination::of(text) {
                Some(named) => return named.may_be(self.currency).then_some(()),
                None if self.amounts.is_empty() => {}
                None => return self.says(word),
            },
            Err(_) => {
                let Ok(amount) = Amount::parse(number, mark, self.currency) else { return Some(()) };
                self.amounts.push((amount, has_mark(number)));
                return self.says(word);
            }
        }
        Some(())
    }

    /// Takes the direction that a word behind the amount says. Longer texts are notes.
    fn says(&mut self, word: &str) -> Option<()> {
        match direction(word) {
            None if word.contains(char::is_whitespace) => Some(()),
            None => None,
            found => self.direct(found).then_some(()),
        }
    }

    /// Takes a direction; false where another one was said.
    fn direct(&mut self, found: Option<Direction>) -> bool {
        let agrees = found.is_none() || self.direction.is_none() || self.direction == found;
        self.direction = self.direction.or(found);
        agrees
    }

    /// Returns the only amount of the line with its sign.
    fn amount(&self) -> Option<Amount> {
        let with_mark = self.amounts.iter().filter(|(_, has_mark)| *has_mark);
        let (amount, _) = match (self.amounts.as_slice(), with_mark.collect::<Vec<_>>().as_slice()) {
            ([only], _) => only,
            (_, [only]) => only,
            _ => return None,
        };
        match self.direction {
            Some(Direction::In) if amount.is_negative() => None,
            Some(Direction::Out) if !amount.is_negative() => amount.checked_neg().ok(),
            _ => Some(*amount),
        }
    }
}

/// Returns what a word says of the balance beside it: owed or not.
fn direction(word: &str) -> Option<Direction> {
    match fold(word).trim_matches(['.', '(', ')']) {
        "+" | "-" => None,
        "overdrawn" | "od" | "o/d" | "s" => Some(Direction::Out),
        "h" => Some(Direction::In),
        word => of_column(word),
    }
}

/// Returns the day of a line such as `Date;25/03/2026`, which the balances below it are of.
pub(super) fn day_of_line(fields: &[Field<'_>], reading: &Reading) -> Option<Day> {
    let mut filled = fields.iter().filter(|f| !f.is_blank()).map(|f| f.text());
    let (label, value) = (filled.next()?, filled.next()?);
    (filled.next().is_none() && apart::is_label(&label)).then(|| reading.dates.read(&value))?
}

/// Returns the numbers of a title, with the currencies beside them: what stands between its words and days. Nothing where one may
/// be a time or a day, or where another number stands in front of one, unless the two are all that follows a whole day: in
/// `from March 1 987.50` the first is that of a day.
fn numbers(title: &str, reading: &Reading) -> Vec<String> {
    let is_day = |word: &str| last_day(word, reading).is_some();
    let has_digit = |word: &str| word.contains(|c: char| c.is_ascii_digit());
    let is_part = |word: &str| !is_day(word) && (Denomination::of(word).is_some() || has_digit(word));
    let words: Vec<&str> = title.split_whitespace().collect();
    let (mut numbers, mut at) = (Vec::new(), 0);
    while at < words.len() {
        let part: Vec<&str> = words[at..].iter().copied().take_while(|word| is_part(word)).collect();
        let end = at + part.len();
        let digits: Vec<&str> = part.iter().copied().filter(|word| has_digit(word)).collect();
        let is_rest = end == words.len() && at.checked_sub(1).is_some_and(|before| is_day(words[before]));
        let has_currency = part.len() > digits.len();
        if (digits.len() > 1 && !is_rest) || (!has_currency && digits.iter().any(|word| may_be_time_or_day(word))) {
            return Vec::new();
        }
        numbers.push(part.join(" "));
        at = end + 1;
    }
    numbers.retain(|number| number.contains(['.', ',']));
    numbers
}

/// Returns whether a number may be a time of day or a day without a year: `18.30`, `31.03.`
fn may_be_time_or_day(word: &str) -> bool {
    let Some((first, second)) = word.trim_matches(|c: char| !c.is_ascii_digit() && c != '-').split_once('.') else {
        return false;
    };
    let number = |text: &str| (text.len() <= 2).then(|| text.parse::<u8>().ok()).flatten();
    let pair = number(first).zip(number(second));
    pair.is_some_and(|(first, second)| (first < 24 && second < 60) || (first <= 31 && second <= 12))
}

/// Returns the last word of a title that is a day.
fn last_day(text: &str, reading: &Reading) -> Option<Day> {
    text.split_whitespace().rev().find_map(|word| reading.dates.read(word.trim_matches(|c: char| !c.is_alphanumeric())))
}
