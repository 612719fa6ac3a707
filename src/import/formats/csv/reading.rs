//! How the cells of one file are read: the order of dates, the decimal mark, which columns hold the money, and how they
//! tell its direction.
//!
//! Nothing here is decided row by row. What the whole file leaves open becomes a question, and the likeliest answer is
//! used meanwhile. A profile that says all of it needs no pass over the file.

use super::column::Column;
use super::facts::{Facts, MOST_ACCOUNTS, Word, Words};
use super::layout::Layout;
use super::names;
use super::roles::Role;
use crate::import::error::{ImportError, ImportOption, Problem, Question, Remedy, shown};
use crate::import::evidence::date::{DateOrder, Dates, Tally as DateTally, Verdict as DateVerdict};
use crate::import::evidence::decimal_mark::{Tally as MarkTally, Verdict as MarkVerdict};
use crate::import::evidence::direction::{Charged, Direction, Fee, FeeTally, Printed, Signs, words};
use crate::import::options::ReadOptions;
use crate::model::{Amount, Currency, DecimalMark, Micros};

/// How the cells of a file are read.
#[derive(Clone, Debug)]
pub(super) struct Reading {
    pub(super) dates: Dates,
    pub(super) mark: DecimalMark,
    pub(super) money: Money,
    pub(super) account: Option<Column>,
    pub(super) fee: Fee,
    /// How many fields a row may have.
    pub(super) width: usize,
    /// How many it has to have.
    pub(super) needed: usize,
    /// Whether only texts stand behind the last column of days and money, so that more fields are more text.
    pub(super) ends_in_text: bool,
    /// Whether the columns are those of a list of securities bought and sold.
    pub(super) is_trades: bool,
    /// The currency that is written beside the amounts, where the header names none.
    pub(super) currency: Option<Currency>,
    pub(super) questions: Vec<Question>,
}

/// The columns that hold the money, and how they tell its direction.
#[derive(Clone, Copy, Debug)]
pub(super) enum Money {
    /// One column.
    Lone(Column, Told),
    /// A column for money out and one for money in, or one of the two.
    Pair(Option<(Column, Printed)>, Option<(Column, Printed)>),
}

/// How the direction of a lone column is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// Not yet: signs, balances and the person decide.
    Open,
    /// A minus is money out, by a profile or by words beside it.
    Minus,
    /// A minus is money in.
    Plus,
    /// A printed plus or `CR` is money in, everything else money out.
    MarkedIn,
    /// The word in a column. A minus beside it gives the money back.
    Words {
        /// The column of words.
        column: Column,
        /// What a blank cell tells.
        blank: Option<Direction>,
    },
}

impl Money {
    /// Returns the columns.
    pub(super) fn columns(&self) -> impl Iterator<Item = Column> {
        let all = match *self {
            Money::Lone(column, _) => [Some(column), None],
            Money::Pair(debit, credit) => [debit.map(|(column, _)| column), credit.map(|(column, _)| column)],
        };
        all.into_iter().flatten()
    }

    /// Returns whether columns, words or a profile tell the direction.
    pub(super) fn is_told(&self) -> bool {
        !matches!(self, Money::Lone(_, Told::Open))
    }
}

impl Reading {
    /// Decides how a file is read.
    pub(super) fn of(layout: &Layout<'_>, options: &ReadOptions) -> Result<Reading, ImportError> {
        let conventions = &layout.conventions;
        refuse_other_order(layout, options)?;
        let is_told = !conventions.dates.is_empty() && conventions.decimal.is_some();
        let learns = layout.learn || !is_told || layout.roles.first(Role::Amount).is_none();
        let facts = if learns { Facts::gather(layout)? } else { Facts::default() };
        let mut questions = Vec::new();
        let dates = dates(layout, &facts.dates, options, &mut questions)?;
        let money = if layout.learn { learnt(layout, &facts)? } else { by_profile(layout, &facts)? };
        let mark = match conventions.decimal {
            Some(mark) => mark,
            None => decimal_mark(layout, &money, facts.marks.clone(), &mut questions)?,
        };
        let header = layout.header.iter().rposition(|h| !h.trim().is_empty()).map_or(0, |i| i + 1);
        let common = facts.common_width().filter(|_| layout.learn).unwrap_or(header);
        let width = layout.header.len().max(common);
        let own = !facts.account_blank && facts.accounts.len() <= MOST_ACCOUNTS;
        let (account, fee) = match layout.learn {
            true => (layout.roles.first(Role::Account).filter(|_| own), fee_by_balances(layout, mark)?),
            false => (layout.roles.first(Role::Account), conventions.fee),
        };
        let currency = layout.currency.or(facts.currency.filter(|_| !facts.currencies_differ));
        let (needed, ends_in_text, is_trades) = (header.min(common), ends_in_text(layout), is_list_of_trades(layout));
        Ok(Reading { dates, mark, money, account, fee, width, needed, ends_in_text, is_trades, currency, questions })
    }
}

/// Returns whether every text of a file without a profile stands right of its days and money.
fn ends_in_text(layout: &Layout<'_>) -> bool {
    let of = |roles: &[Role]| roles.iter().flat_map(|role| layout.roles.all(*role).to_vec()).collect::<Vec<Column>>();
    let typed = of(&[Role::Day, Role::Amount, Role::Debit, Role::Credit, Role::Balance, Role::Fee, Role::Currency]);
    let texts = of(&[Role::Description, Role::Payer, Role::Memo]);
    let last = layout.header.iter().rposition(|h| !h.trim().is_empty()).map(Column::new);
    layout.learn && last.is_some_and(|last| texts.contains(&last)) && texts.iter().min() > typed.iter().max()
}

/// Returns whether the columns are those of a list of securities bought and sold.
fn is_list_of_trades(layout: &Layout<'_>) -> bool {
    let has = |names: &[&str]| layout.header.iter().any(|h| names.contains(&names::fold(h).trim_end_matches(" ($)")));
    let units = [
        "quantity",
        "shares",
        "units",
        "qty",
        "no of shares",
        "stuck",
        "anzahl",
        "aantal",
        "quantite",
        "cantidad",
        "antal",
        "ilosc",
    ];
    let paper = [
        "symbol",
        "ticker",
        "isin",
        "cusip",
        "security",
        "instrument",
        "stock",
        "counter",
        "price",
        "kurs",
        "koers",
        "cours",
        "precio",
        "prezzo",
        "name of security",
        "wkn",
    ];
    has(&units) && has(&paper)
}

/// Refuses an order of dates other than the profile's.
fn refuse_other_order(layout: &Layout<'_>, options: &ReadOptions) -> Result<(), ImportError> {
    let told = layout.conventions.dates.iter().find(|p| p.order != DateOrder::Ymd).map(|p| p.order);
    match (told, options.date_order) {
        (Some(told), Some(wanted)) if told != wanted => {
            let (profile, told, wanted) = (&layout.profile, told.in_words(), wanted.in_words());
            let message = format!("profile {profile} reads dates as {told}, not as {wanted}");
            Err(ImportError::new(Problem::NeedsOption, message, Remedy::OtherDateOrder))
        }
        _ => Ok(()),
    }
}

/// Returns the columns of money and their direction as a profile has them.
fn by_profile(layout: &Layout<'_>, facts: &Facts) -> Result<Money, ImportError> {
    let (roles, conventions) = (&layout.roles, &layout.conventions);
    if let Some(amount) = roles.first(Role::Amount) {
        let told = match roles.first(Role::Indicator) {
            Some(column) => Told::Words { column, blank: None },
            None if conventions.outflow_positive => Told::Plus,
            None => Told::Minus,
        };
        return Ok(Money::Lone(amount, told));
    }
    let side = |role, printed, signs: &Signs| {
        let Some(column) = roles.first(role) else { return Ok(None) };
        let shown = signs.printed();
        match printed {
            Printed::Ignored => Ok(Some((column, Printed::Ignored))),
            Printed::Any => Ok(Some((column, shown.ok_or_else(|| both_signs(layout, column))?))),
            // All cells with the sign that the profile calls unusual are hardly all refunds.
            Printed::Positive | Printed::Negative
                if signs.is_filled() && shown.is_none_or(|shown| shown != printed) =>
            {
                Err(both_signs(layout, column))
            }
            Printed::Positive | Printed::Negative => Ok(Some((column, printed))),
        }
    };
    Ok(Money::Pair(
        side(Role::Debit, conventions.debit, &facts.debit)?,
        side(Role::Credit, conventions.credit, &facts.credit)?,
    ))
}

/// Returns the columns of money and their direction as the whole file shows them: filled debit and credit columns come
/// before a lone amount.
fn learnt(layout: &Layout<'_>, facts: &Facts) -> Result<Money, ImportError> {
    let roles = &layout.roles;
    let amount = roles.first(Role::Amount);
    let pair = facts.pair_rows > 0 && facts.lone_rows == 0;
    let Some(amount) = amount.filter(|_| !pair) else {
        let side = |role, signs: &Signs| match roles.first(role) {
            Some(column) => Ok(Some((column, signs.printed().ok_or_else(|| both_signs(layout, column))?))),
            None => Ok(None),
        };
        return Ok(Money::Pair(side(Role::Debit, &facts.debit)?, side(Role::Credit, &facts.credit)?));
    };
    let named = roles.all(Role::Indicator);
    let is_named = |words: &&Words| named.contains(&words.column);
    let first = facts.words.iter().filter(is_named).find_map(|words| {
        told(words, true).or_else(|| names::promises_direction(layout.name(words.column)).then(|| mostly(words))?)
    });
    let other = || facts.words.iter().filter(|w| !is_named(w)).find_map(|words| told(words, false));
    let told = match first.or_else(other) {
        Some(told) => told,
        None if facts.amount.has_plus_beside_plain() => Told::MarkedIn,
        None => Told::Open,
    };
    Ok(Money::Lone(amount, told))
}

/// Refuses a column with as many amounts with a minus as without: which of them give money back is not shown.
fn both_signs(layout: &Layout<'_>, column: Column) -> ImportError {
    let message = "too many amounts have the sign that is unusual here, so that which way the money went is in doubt";
    let error = ImportError::new(Problem::Contradiction, message, Remedy::WriteProfile);
    error.in_field(shown(layout.name(column)))
}

/// Returns what a column of words tells, if all of its words do. A column whose name promises nothing has to have words
/// for both directions.
fn told(words: &Words, named: bool) -> Option<Told> {
    let directions = directions(&words.found, named)?;
    let has = |wanted| directions.contains(&Some(wanted));
    let both = has(Direction::Out) && has(Direction::In);
    let is_long = |w: &Word| w.folded.len() > 1 || w.folded.is_empty();
    let one_is_enough = named && words.found.iter().all(is_long);
    if !both && !one_is_enough {
        return None;
    }
    let sum = |wanted, count: fn(&Word) -> u64| -> u64 {
        words.found.iter().zip(&directions).filter(|(_, d)| **d == Some(wanted)).map(|(w, _)| count(w)).sum()
    };
    let (out_minus, out_plain) = (sum(Direction::Out, |w| w.minus), sum(Direction::Out, |w| w.plain));
    let (in_minus, in_plain) = (sum(Direction::In, |w| w.minus), sum(Direction::In, |w| w.plain));
    let blank = words.found.iter().zip(&directions).find(|(w, _)| w.folded.is_empty()).and_then(|(_, d)| *d);
    let by_words = Told::Words { column: words.column, blank };
    match (out_minus, out_plain, in_minus, in_plain) {
        (0, _, 0, _) => Some(by_words),
        (_, 0, 0, _) => Some(Told::Minus),
        (0, _, _, 0) => both.then_some(Told::Plus),
        // Refunds as negative debits, and reversed credits.
        (_, _, _, _) if named && out_minus < out_plain && (in_minus == 0 || in_minus < in_plain) => Some(by_words),
        _ => None,
    }
}

/// Returns what a column tells that is called after the direction, and has a few words that nobody knows: their rows are
/// rejected.
fn mostly(words: &Words) -> Option<Told> {
    let (mut known, mut unknown) = (0, 0);
    for word in &words.found {
        let rows = word.minus + word.plain;
        match words::of_column(&word.folded) {
            Some(_) if word.minus == 0 => known += rows,
            Some(_) => return None,
            None => unknown += rows,
        }
    }
    (known > unknown).then_some(Told::Words { column: words.column, blank: None })
}

/// Returns the direction of each value, or nothing when one tells none. The words of card issuers count in a column that
/// is called a type. A blank cell beside `CR` is money out, and one
/// beside `DR` money in.
fn directions(found: &[Word], named: bool) -> Option<Vec<Option<Direction>>> {
    let counts = |word: &Word| word.minus + word.plain > 0;
    if let [a, b] = found
        && (a.folded.is_empty() || b.folded.is_empty())
    {
        let word = if a.folded.is_empty() { b } else { a };
        let other = match word.folded.as_str() {
            "cr" | "crdt" => Direction::Out,
            "dr" | "dbit" => Direction::In,
            _ => return None,
        };
        return Some(
            found.iter().map(|w| if w.folded.is_empty() { Some(other) } else { words::of_column(&w.folded) }).collect(),
        );
    }
    let strong: Option<Vec<_>> = found
        .iter()
        .map(|w| if counts(w) { words::of_column(&w.folded).map(Some) } else { Some(words::of_column(&w.folded)) })
        .collect();
    if strong.is_some() || !named {
        return strong.filter(|s| !s.is_empty());
    }
    let card: Option<Vec<_>> =
        found.iter().map(|w| words::of_card(&w.folded).or(words::of_column(&w.folded).map(|d| (d, false)))).collect();
    card.filter(|all| all.iter().any(|(_, purchase)| *purchase))
        .map(|all| all.into_iter().map(|(d, _)| Some(d)).collect())
}

/// Returns the direction that a word of a row tells, by the words of the profile or those that banks use.
pub(super) fn direction_of(layout: &Layout<'_>, word: &str) -> Option<Direction> {
    let c = &layout.conventions;
    if !layout.learn {
        let lower = word.to_lowercase();
        let is = |list: &[String]| list.contains(&lower);
        return if is(&c.debit_words) { Some(Direction::Out) } else { is(&c.credit_words).then_some(Direction::In) };
    }
    let folded = names::fold(word).trim_end_matches('.').to_owned();
    words::of_column(&folded).or(words::of_card(&folded).map(|(direction, _)| direction))
}

/// Returns what a fee column means, as the running balance shows it.
fn fee_by_balances(layout: &Layout<'_>, mark: DecimalMark) -> Result<Fee, ImportError> {
    let roles = &layout.roles;
    let (Some(amount), Some(fee), Some(balance)) =
        (roles.first(Role::Amount), roles.first(Role::Fee), roles.first(Role::Balance))
    else {
        return Ok(Fee::Unknown);
    };
    let mut tally = FeeTally::default();
    let mut rows = layout.rows.clone();
    let mut fields = Vec::new();
    while rows.next(&mut fields)?.is_some() {
        let read = |column: Column, blank: Option<Micros>| match column.of(&fields) {
            field if !field.is_blank() => {
                Amount::parse(&field.text(), mark, Currency::USD).ok().map(|amount| amount.micros())
            }
            _ => blank,
        };
        let row = (read(amount, None), read(fee, Some(Micros::ZERO)), read(balance, None));
        tally.add(match row {
            (Some(amount), Some(fee), Some(balance)) => Some(Charged { amount, fee, balance }),
            _ => None,
        });
    }
    Ok(tally.meaning())
}

/// Returns how dates are read. A program that saved the file again may have written a profile's dates in another way of
/// the same order.
fn dates(
    layout: &Layout<'_>,
    tally: &DateTally,
    options: &ReadOptions,
    questions: &mut Vec<Question>,
) -> Result<Dates, ImportError> {
    let patterns = &layout.conventions.dates;
    if patterns.is_empty() {
        return Ok(Dates::Order(date_order(layout, tally, options, questions)?));
    }
    let order = patterns.iter().map(|p| p.order).find(|order| *order != DateOrder::Ymd);
    Ok(Dates::Patterns(patterns.clone(), order))
}

fn date_order(
    layout: &Layout<'_>,
    tally: &DateTally,
    options: &ReadOptions,
    questions: &mut Vec<Question>,
) -> Result<DateOrder, ImportError> {
    if let Some(order) = options.date_order {
        return Ok(order);
    }
    let column = layout.roles.all(Role::Day).first().map_or("date", |i| layout.name(*i));
    match tally.verdict() {
        DateVerdict::Order(order) => Ok(order),
        DateVerdict::Doubt(line, text, readings) => {
            let both: Vec<String> =
                readings.iter().map(|(order, day)| format!("{day} ({})", order.in_words())).collect();
            let (found, column) = (shown(&text), shown(column));
            let message = format!(
                "line {line}: {column}: {found} may be {}, and no date in the file tells which",
                both.join(" or ")
            );
            let choices = readings.iter().map(|(order, _)| order.as_str().to_owned()).collect();
            questions.push(Question::of(ImportOption::DateOrder, message, choices));
            Ok(readings.first().map_or(DateOrder::Dmy, |(order, _)| *order))
        }
        DateVerdict::Contradiction(not_month_first, not_day_first) => {
            let message = format!(
                "line {not_month_first} cannot be month first and line {not_day_first} cannot be day first: \
                 the dates of the file are not written in one order"
            );
            Err(ImportError::new(Problem::NeedsOption, message, Remedy::RejectOtherDates)
                .at_line(not_month_first.max(not_day_first))
                .in_field(shown(column)))
        }
    }
}

fn decimal_mark(
    layout: &Layout<'_>,
    money: &Money,
    marks: [MarkTally; 2],
    questions: &mut Vec<Question>,
) -> Result<DecimalMark, ImportError> {
    let (first, column) = match money {
        Money::Lone(column, _) => (0, Some(*column)),
        Money::Pair(debit, credit) => (1, debit.or(*credit).map(|(column, _)| column)),
    };
    let column = column.map_or("amount", |column| layout.name(column));
    let choices = DecimalMark::ALL.map(|mark| mark.to_string()).to_vec();
    let [mut tally, other] = marks;
    if first == 1 {
        tally = other;
    } else {
        tally.merge(&other);
    }
    match tally.verdict(layout.rows.delimiter()) {
        MarkVerdict::Mark(mark) => Ok(mark),
        MarkVerdict::Doubt(line, text) => {
            let (found, column) = (shown(&text), shown(column));
            let message = format!(
                "line {line}: {column}: {found} may have decimals or thousands, and no amount in the file tells which"
            );
            questions.push(Question::of(ImportOption::DecimalMark, message, choices));
            Ok(DecimalMark::Dot)
        }
        MarkVerdict::Tie => {
            let message = "as many amounts have a decimal comma as have a decimal dot".to_owned();
            let error = ImportError::asking(vec![Question::of(ImportOption::DecimalMark, message, choices)]);
            Err(ImportError { problem: Problem::Ambiguous, ..error }.in_field(shown(column)))
        }
    }
}
