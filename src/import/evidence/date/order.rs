//! The order of day, month and year, decided on a whole column.

use super::parts::{DateOrder, Parts};
use crate::model::Day;

/// What a whole column of dates says about its order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    /// For each order, the cells that cannot be read in it, and the line of the first.
    misfits: [(u64, u64); 3],
    /// Cells with a date.
    cells: u64,
    /// The first cell that two orders read differently.
    doubtful: Option<(u64, String)>,
    /// Cells with dots and the day or the month in front, which are day first where all can be.
    dotted: bool,
    /// The first cell with dots and a year of two digits.
    short: Option<(u64, String)>,
    /// For each order, the first and the last day that cells are read as; none where one cannot be read.
    spans: [Span; 3],
}

/// The days that an order reads the cells of a column as.
#[derive(Clone, Copy, Debug, Default)]
struct Span {
    days: Option<(Day, Day)>,
    is_broken: bool,
    /// The day of the last cell, and whether some day is later or earlier than the one above it.
    last: Option<Day>,
    rises: bool,
    falls: bool,
}

impl Span {
    fn add(&mut self, reading: Option<Day>) {
        let Some(day) = reading else {
            self.is_broken = true;
            return;
        };
        if let Some(last) = self.last.replace(day) {
            self.rises |= day > last;
            self.falls |= day < last;
        }
        self.days = Some(self.days.map_or((day, day), |(first, last)| (first.min(day), last.max(day))));
    }

    /// Returns whether every cell can be read, and the days go one way only.
    fn is_in_order(self) -> bool {
        !(self.is_broken || self.rises && self.falls)
    }

    /// Returns the first and the last day, where every cell can be read.
    fn whole(self) -> Option<(Day, Day)> {
        self.days.filter(|_| !self.is_broken)
    }
}

pub(super) const ORDERS: [DateOrder; 3] = [DateOrder::Mdy, DateOrder::Dmy, DateOrder::Ymd];

/// What a tally decided.
pub(crate) enum Verdict {
    /// The order, or any order when no date is in doubt.
    Order(DateOrder),
    /// More than one order reads every cell: the line, the cell, and its readings.
    Doubt(u64, String, Vec<(DateOrder, Day)>),
    /// No order reads every cell: the lines that rule out month first and day first.
    Contradiction(u64, u64),
    /// The line of the one date with dots that cannot be day first, where month first reads all: it may be a misprint.
    Dots(u64),
}

impl Tally {
    /// Counts one cell. Cells that are not a date in any order are left to the row.
    pub(crate) fn add(&mut self, line: u64, text: &str) {
        let Some(parts) = Parts::split(text) else { return };
        let readings = ORDERS.map(|order| parts.day(order));
        if readings.iter().all(Option::is_none) {
            return;
        }
        self.cells += 1;
        if parts.named_month {
            return;
        }
        for (span, reading) in self.spans.iter_mut().zip(readings) {
            span.add(reading);
        }
        // Dates with dots are day first; the other reading in use is year first.
        let dotted = parts.separator == Some(b'.') && parts.digits[0] <= 2;
        self.dotted |= dotted;
        if dotted && parts.digits[2] <= 2 {
            self.short.get_or_insert_with(|| (line, text.trim().to_owned()));
        }
        for (i, reading) in readings.iter().enumerate() {
            // The 31st of a short month is an error of the bank and proves no order of the others.
            if reading.is_none() && !parts.may_be_a_misprint(ORDERS[i]) {
                let (count, first) = self.misfits[i];
                self.misfits[i] = (count + 1, if count == 0 { line } else { first });
            }
        }
        let mut days = readings.iter().flatten();
        let first = days.next();
        if self.doubtful.is_none() && !dotted && days.any(|d| Some(d) != first) {
            self.doubtful = Some((line, text.trim().to_owned()));
        }
    }

    /// Returns how many cells hold a date.
    pub(crate) fn cells(&self) -> u64 {
        self.cells
    }

    /// Returns whether every cell reads alike in several orders, such as `2026-01-31`, so that none is proven.
    pub(crate) fn is_open(&self) -> bool {
        self.doubtful.is_none() && self.fitting().len() > 1
    }

    /// Returns the only order in which all cells can be read, where some cells rule the others out.
    pub(crate) fn proven(&self) -> Option<DateOrder> {
        match self.fitting()[..] {
            [only] => Some(only),
            _ => None,
        }
    }

    /// Returns the orders in which all cells can be read. With dots, day first is the only one where it is among them.
    fn fitting(&self) -> Vec<DateOrder> {
        let fitting: Vec<DateOrder> = ORDERS
            .into_iter()
            .zip(self.misfits)
            .filter(|(_, (count, _))| *count == 0)
            .map(|(order, _)| order)
            .collect();
        match self.dotted && fitting.contains(&DateOrder::Dmy) {
            true => vec![DateOrder::Dmy],
            false => fitting,
        }
    }

    /// Returns the first and the last day of the cells in an order in which every one can be read.
    pub(crate) fn days(&self, order: DateOrder) -> Option<(Day, Day)> {
        self.span(order).whole()
    }

    /// Decides on the whole column. `latest` is the last day that a row may be of, where it is known.
    pub(crate) fn verdict(&self, latest: Option<Day>) -> Verdict {
        if let Some(doubt) = latest.and_then(|latest| self.doubt_of_dots(latest)) {
            return doubt;
        }
        let (not_month_first, not_day_first) = (self.misfits[0], self.misfits[1]);
        match (self.fitting().as_slice(), &self.doubtful) {
            ([], _) => Verdict::Contradiction(not_month_first.1, not_day_first.1),
            ([DateOrder::Mdy], _) if self.dotted && not_day_first.0 == 1 => Verdict::Dots(not_day_first.1),
            ([one], _) => Verdict::Order(*one),
            ([first, ..], None) => Verdict::Order(*first),
            (several, Some((line, text))) => {
                if let Some(only) = latest.and_then(|latest| self.only_possible(several, latest)) {
                    return Verdict::Order(only);
                }
                let parts = Parts::split(text);
                let day = |order: DateOrder| Some((order, parts?.day(order)?));
                Verdict::Doubt(*line, text.clone(), several.iter().filter_map(|o| day(*o)).collect())
            }
        }
    }

    /// Returns whether a cell that is read in an order is of a later day.
    pub(crate) fn is_late(&self, order: DateOrder, latest: Day) -> bool {
        self.span(order).days.is_some_and(|(_, last)| last > latest)
    }

    /// Returns the one order of several in which no day is too late, where its days go one way and are much closer together
    /// than in any other order: one misprint does not make it so.
    fn only_possible(&self, several: &[DateOrder], latest: Day) -> Option<DateOrder> {
        let (late, possible): (Vec<DateOrder>, Vec<DateOrder>) =
            several.iter().partition(|order| self.is_late(**order, latest));
        let [only] = possible[..] else { return None };
        let length = |order: DateOrder| self.span(order).days.map(|(first, last)| first.days_until(last));
        let is_closer = late.iter().all(|other| length(only).map(|days| 4 * days) < length(*other));
        (is_closer && self.span(only).is_in_order()).then_some(only)
    }

    fn span(&self, order: DateOrder) -> Span {
        ORDERS.into_iter().zip(self.spans).find(|(known, _)| *known == order).map(|(_, span)| span).unwrap_or_default()
    }

    /// Returns whether dates with dots may be year first: day first they lie in the future, or further apart, and year first
    /// none of them is in the future. Days that go one way only day first are day first.
    fn doubt_of_dots(&self, latest: Day) -> Option<Verdict> {
        let (line, text) = self.short.as_ref()?;
        let [_, day_first, year_first] = self.spans;
        let (first, last) = year_first.whole().filter(|(_, last)| *last <= latest)?;
        let is_proven = day_first.is_in_order() && !year_first.is_in_order();
        let is_unlikely = day_first.days.is_none_or(|(from, to)| {
            day_first.is_broken || to > latest || (!is_proven && from.days_until(to) > first.days_until(last))
        });
        let parts = Parts::split(text)?;
        let readings = [DateOrder::Dmy, DateOrder::Ymd].into_iter().filter_map(|o| Some((o, parts.day(o)?))).collect();
        is_unlikely.then(|| Verdict::Doubt(*line, text.clone(), readings))
    }
}
