//! How the cells of one file are read: the order of dates, the decimal mark, the signs of its columns.
//!
//! One pass over all rows before any is read. Nothing here is decided row by row, and what the whole file
//! leaves open is asked, with both readings. A profile that says all of it needs no pass.

use super::column::Column;
use super::layout::Layout;
use super::records::Field;
use super::roles::Role;
use crate::import::error::{ImportError, ImportOption, Problem, Question, Remedy, shown};
use crate::import::evidence::date::{DateOrder, Dates, Tally as DateTally, Verdict as DateVerdict};
use crate::import::evidence::decimal_mark::{Tally as MarkTally, Verdict as MarkVerdict};
use crate::import::evidence::direction::{Charged, Fee, FeeTally, Printed, Signs};
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
    pub(super) indicator: Option<Column>,
    pub(super) account: Option<Column>,
    pub(super) fee: Fee,
}

/// A column with more different values does not hold accounts.
const MOST_ACCOUNTS: usize = 50;

impl Reading {
    /// Decides how a file is read.
    pub(super) fn of(layout: &Layout<'_>, options: &ReadOptions) -> Result<Reading, ImportError> {
        let conventions = &layout.conventions;
        refuse_other_order(layout, options)?;
        let facts = match (layout.learn, conventions.dates.is_empty(), conventions.decimal) {
            (false, false, Some(_)) => Facts::default(),
            _ => Facts::gather(layout)?,
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
                indicator: layout.roles.first(Role::Indicator),
                account: layout.roles.first(Role::Account),
                fee: conventions.fee,
            });
        }
        // A column of words only matters when the amounts have no sign of their own.
        let unsigned = facts.amount.never_minus() && facts.has_direction_words;
        let own = !facts.account_blank && facts.accounts.len() <= MOST_ACCOUNTS;
        Ok(Reading {
            dates,
            mark,
            debit: facts.debit.printed(),
            credit: facts.credit.printed(),
            indicator: layout.roles.first(Role::Indicator).filter(|_| unsigned),
            account: layout.roles.first(Role::Account).filter(|_| own),
            fee: fee_by_balances(layout, mark)?,
        })
    }
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

/// What the rows of a file show.
#[derive(Default)]
struct Facts {
    dates: DateTally,
    marks: MarkTally,
    amount: Signs,
    debit: Signs,
    credit: Signs,
    has_direction_words: bool,
    accounts: Vec<String>,
    account_blank: bool,
}

impl Facts {
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

    fn add(&mut self, layout: &Layout<'_>, line: u64, fields: &[Field<'_>]) {
        let roles = &layout.roles;
        let Some(day) = roles.all(Role::Day).iter().map(|c| c.of(fields)).find(|f| !f.is_blank()) else { return };
        let before = self.dates.cells();
        self.dates.add(line, &day.text());
        if self.dates.cells() == before {
            // No date: a title, a total or a disclaimer, whose numbers are not amounts.
            return;
        }
        for column in roles.money().chain(roles.first(Role::Balance)) {
            self.marks.add(line, &column.of(fields).text());
        }
        let signs = [&mut self.amount, &mut self.debit, &mut self.credit];
        for (column, signs) in
            [roles.first(Role::Amount), roles.first(Role::Debit), roles.first(Role::Credit)].into_iter().zip(signs)
        {
            column.into_iter().for_each(|column| signs.add(&column.of(fields).text()));
        }
        if let Some(column) = roles.first(Role::Indicator) {
            self.has_direction_words |= layout.conventions.direction(&column.of(fields).text()).is_some();
        }
        if let Some(column) = roles.first(Role::Account) {
            self.add_account(&column.of(fields).text());
        }
    }

    fn add_account(&mut self, text: &str) {
        self.account_blank |= text.is_empty();
        if self.accounts.len() <= MOST_ACCOUNTS && !self.accounts.iter().rev().any(|known| known == text) {
            self.accounts.push(text.to_owned());
        }
    }
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
            field if field.is_blank() => blank,
            field => Amount::parse(&field.text(), mark, Currency::USD).ok().map(|amount| amount.micros()),
        };
        let row = (read(amount, None), read(fee, Some(Micros::ZERO)), read(balance, None));
        tally.add(match row {
            (Some(amount), Some(fee), Some(balance)) => Some(Charged { amount, fee, balance }),
            _ => None,
        });
    }
    Ok(tally.meaning())
}

fn date_order(layout: &Layout<'_>, tally: &DateTally, options: &ReadOptions) -> Result<DateOrder, ImportError> {
    if let Some(order) = options.date_order {
        return Ok(order);
    }
    let column = layout.roles.all(Role::Day).first().map_or("date", |c| layout.name(*c));
    match tally.verdict() {
        DateVerdict::Order(order) => Ok(order),
        DateVerdict::Doubt(line, text, readings) => {
            let both: Vec<String> =
                readings.iter().map(|(order, day)| format!("{day} ({})", order.in_words())).collect();
            let found = shown(&text);
            let message = format!("{found} may be {}, and no date in the file tells which", both.join(" or "));
            let choices = readings.iter().map(|(order, _)| order.as_str().to_owned()).collect();
            let question = Question::of(ImportOption::DateOrder, message, choices);
            Err(ImportError::asking(vec![question]).at_line(line).in_field(shown(column)))
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
    let column = layout.roles.money().next().map_or("amount", |c| layout.name(c));
    let choices = DecimalMark::ALL.map(|mark| mark.to_string()).to_vec();
    let ask = |message: String| ImportError::asking(vec![Question::of(ImportOption::DecimalMark, message, choices)]);
    match tally.verdict(layout.rows.delimiter()) {
        MarkVerdict::Mark(mark) => Ok(mark),
        MarkVerdict::Doubt(line, text) => {
            let found = shown(&text);
            let message = format!("{found} may have decimals or thousands, and no amount in the file tells which");
            Err(ask(message).at_line(line).in_field(shown(column)))
        }
        MarkVerdict::Tie => {
            let message = "as many amounts have a decimal comma as have a decimal dot";
            let error = ImportError { problem: Problem::Ambiguous, ..ask(message.to_owned()) };
            Err(error.in_field(shown(column)))
        }
    }
}
