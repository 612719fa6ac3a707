//! What only the whole file can tell: the order of dates, the decimal mark, the signs of a column.
//!
//! One pass over all rows before any is read. Nothing here is decided row by row, and what the whole file
//! leaves open is asked of the person, with both readings. A profile that says all of it needs no pass.

use super::layout::{Fee, Layout, Printed};
use super::records::Field;
use crate::import::error::{ImportError, ImportOption, Problem, Question, Remedy, shown};
use crate::import::evidence::date::{DateOrder, Dates, Tally as DateTally, Verdict as DateVerdict};
use crate::import::evidence::decimal_mark::{Tally as MarkTally, Verdict as MarkVerdict};
use crate::import::options::ReadOptions;
use crate::model::{Amount, Currency, DecimalMark, Micros};

/// How the cells of a file are read.
#[derive(Clone, Debug)]
pub(super) struct Reading {
    pub(super) dates: Dates,
    pub(super) mark: DecimalMark,
    pub(super) debit: Printed,
    pub(super) credit: Printed,
    /// The column that gives an unsigned amount its direction, when it does.
    pub(super) indicator: Option<usize>,
    pub(super) account: Option<usize>,
    pub(super) fee: Fee,
}

/// More accounts than a person has: the column is something else.
const MOST_ACCOUNTS: usize = 50;

#[derive(Default)]
struct Facts {
    dates: DateTally,
    marks: MarkTally,
    negative: [u64; 3],
    positive: [u64; 3],
    known_words: u64,
    unknown_words: u64,
    accounts: Vec<String>,
    account_blank: bool,
}

/// Decides how a file is read.
pub(super) fn survey(layout: &Layout<'_>, options: &ReadOptions) -> Result<Reading, ImportError> {
    let conventions = &layout.conventions;
    let told = conventions.dates.iter().find(|p| p.order != DateOrder::Ymd).map(|p| p.order);
    if let (Some(told), Some(wanted)) = (told, options.date_order)
        && told != wanted
    {
        let message =
            format!("profile {} reads dates as {}, not as {}", layout.profile, told.in_words(), wanted.in_words());
        return Err(ImportError::new(Problem::NeedsOption, message, Remedy::OtherDateOrder));
    }
    let facts = match (layout.learn, conventions.dates.is_empty(), conventions.decimal) {
        (false, false, Some(_)) => Facts::default(),
        _ => gather(layout)?,
    };
    let dates = match conventions.dates.as_slice() {
        [] => Dates::Order(date_order(layout, &facts.dates, options)?),
        patterns => Dates::Patterns(patterns.to_vec()),
    };
    let mark = match conventions.decimal {
        Some(mark) => mark,
        None => decimal_mark(layout, &facts.marks)?,
    };
    if !layout.learn {
        return Ok(Reading {
            dates,
            mark,
            debit: conventions.debit,
            credit: conventions.credit,
            indicator: layout.roles.indicator,
            account: layout.roles.account,
            fee: conventions.fee,
        });
    }
    let printed =
        |i: usize| if facts.negative[i] > 0 && facts.positive[i] == 0 { Printed::Negative } else { Printed::Positive };
    // A column of words only matters when the amounts have no sign of their own.
    let unsigned = facts.negative[0] == 0 && facts.known_words > 0;
    let own = !facts.account_blank && facts.accounts.len() <= MOST_ACCOUNTS;
    Ok(Reading {
        dates,
        mark,
        debit: printed(1),
        credit: printed(2),
        indicator: layout.roles.indicator.filter(|_| unsigned),
        account: layout.roles.account.filter(|_| own),
        fee: fee_by_balances(layout, mark)?,
    })
}

/// Reads the whole file once.
fn gather(layout: &Layout<'_>) -> Result<Facts, ImportError> {
    let mut facts = Facts::default();
    let mut rows = layout.rows.clone();
    let mut fields = Vec::new();
    while let Some(line) = rows.next(&mut fields)? {
        facts.add(layout, line, &fields);
    }
    Ok(facts)
}

impl Facts {
    fn add(&mut self, layout: &Layout<'_>, line: u64, fields: &[Field<'_>]) {
        let roles = &layout.roles;
        let cell = |column: usize| fields.get(column).copied().unwrap_or(Field::EMPTY);
        let Some(day) = roles.day.iter().map(|i| cell(*i)).find(|f| !f.is_blank()) else { return };
        let before = self.dates.cells();
        self.dates.add(line, &day.text());
        if self.dates.cells() == before {
            // No date: a title, a total or a disclaimer, whose numbers are not amounts.
            return;
        }
        for column in roles.money().chain(roles.balance) {
            self.marks.add(line, &cell(column).text());
        }
        for (i, column) in [roles.amount, roles.debit, roles.credit].into_iter().enumerate() {
            let text = cell(column.unwrap_or(usize::MAX)).text();
            if text.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
                let minus = text.chars().filter(|c| matches!(c, '-' | '\u{2212}' | '\u{2013}' | '(')).count();
                let counts = if minus % 2 == 1 { &mut self.negative } else { &mut self.positive };
                counts[i] += 1;
            }
        }
        if let Some(column) = roles.indicator {
            let word = cell(column).text().to_lowercase();
            let c = &layout.conventions;
            let known = c.debit_words.contains(&word) || c.credit_words.contains(&word);
            if known { self.known_words += 1 } else { self.unknown_words += 1 }
        }
        if let Some(column) = roles.account {
            let text = cell(column).text();
            self.account_blank |= text.is_empty();
            if self.accounts.len() <= MOST_ACCOUNTS && self.accounts.last().is_none_or(|a| *a != text) {
                let text = text.into_owned();
                if !self.accounts.contains(&text) {
                    self.accounts.push(text);
                }
            }
        }
    }
}

/// What a fee column means, by the running balance: the one meaning by which balances follow, wherever there is a fee.
fn fee_by_balances(layout: &Layout<'_>, mark: DecimalMark) -> Result<Fee, ImportError> {
    let roles = &layout.roles;
    let (Some(amount), Some(fee), Some(balance)) = (roles.amount, roles.fee, roles.balance) else {
        return Ok(Fee::Unknown);
    };
    let mut follows = [0u64; 3];
    let mut before: Option<([Option<Micros>; 3], Micros)> = None;
    let mut rows = layout.rows.clone();
    let mut fields = Vec::new();
    while rows.next(&mut fields)?.is_some() {
        let cell = |column: usize| fields.get(column).copied().unwrap_or(Field::EMPTY).text();
        let read = |text: &str| Amount::parse(text, mark, Currency::USD).ok().map(|a| a.micros());
        let charged = if cell(fee).is_empty() { Some(Micros::ZERO) } else { read(&cell(fee)) };
        let (Some(amount), Some(fee), Some(balance)) = (read(&cell(amount)), charged, read(&cell(balance))) else {
            before = None;
            continue;
        };
        // In the order of `MEANINGS`. Rows without a fee say nothing.
        let moved =
            [amount.checked_sub(fee), amount.checked_add(fee), Some(amount)].map(|m| m.filter(|_| fee != Micros::ZERO));
        if let Some((moved_before, balance_before)) = before {
            for (i, count) in follows.iter_mut().enumerate() {
                let oldest_first = moved[i].and_then(|m| balance_before.checked_add(m)) == Some(balance);
                let newest_first = moved_before[i].and_then(|m| balance.checked_add(m)) == Some(balance_before);
                *count += u64::from(oldest_first || newest_first);
            }
        }
        before = Some((moved, balance));
    }
    const MEANINGS: [Fee; 3] = [Fee::Positive, Fee::Negative, Fee::Included];
    let mut fitting = MEANINGS.into_iter().zip(follows).filter(|(_, count)| *count > 0);
    match (fitting.next(), fitting.next()) {
        (Some((meaning, _)), None) => Ok(meaning),
        _ => Ok(Fee::Unknown),
    }
}

fn date_order(layout: &Layout<'_>, tally: &DateTally, options: &ReadOptions) -> Result<DateOrder, ImportError> {
    if let Some(order) = options.date_order {
        return Ok(order);
    }
    let column = layout.roles.day.first().map_or("date", |i| layout.name(*i));
    match tally.verdict() {
        DateVerdict::Order(order) => Ok(order),
        DateVerdict::Doubt(line, text, readings) => {
            let both: Vec<String> =
                readings.iter().map(|(order, day)| format!("{day} ({})", order.in_words())).collect();
            let found = shown(&text);
            let message = format!("{found} may be {}, and no date in the file tells which", both.join(" or "));
            let choices = readings.iter().map(|(order, _)| order.as_str().to_owned()).collect();
            let question = Question { option: ImportOption::DateOrder, choices };
            Err(ImportError::new(Problem::NeedsOption, message, Remedy::Answer(question))
                .at_line(line)
                .in_field(shown(column)))
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

fn decimal_mark(layout: &Layout<'_>, tally: &MarkTally) -> Result<DecimalMark, ImportError> {
    let column = layout.roles.money().next().map_or("amount", |i| layout.name(i));
    let choices = ["dot", "comma"].map(str::to_owned).to_vec();
    let remedy = Remedy::Answer(Question { option: ImportOption::DecimalMark, choices });
    match tally.verdict(layout.rows.delimiter()) {
        MarkVerdict::Mark(mark) => Ok(mark),
        MarkVerdict::Doubt(line, text) => {
            let found = shown(&text);
            let message = format!("{found} may have decimals or thousands, and no amount in the file tells which");
            Err(ImportError::new(Problem::NeedsOption, message, remedy).at_line(line).in_field(shown(column)))
        }
        MarkVerdict::Tie => {
            let message = "as many amounts have a decimal comma as have a decimal dot";
            Err(ImportError::new(Problem::Ambiguous, message, remedy).in_field(shown(column)))
        }
    }
}
