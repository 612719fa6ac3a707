//! Dated rows that state a balance, by what the rows beside them come to: no money moved with them.
//!
//! `New Balance` is a shop, `Saldo` may be anything, and what a row without a text is may stand in another column. A row that
//! says a balance or a sum is one where its amount is the opening balance and the rows between the two, or where it is the
//! running balance, which stood still. A row that may be one is rejected: one that can be no payee and agrees with nothing,
//! one that agrees with another sign or by chance, and the first or last row that is such a sum and says nothing known,
//! because a bank may have words of its own for it.

use super::label::Said;
use super::reject::Reject;
use super::stated::{Stated, StatedKind};
use super::totals::{count, micros, moved, moved_a_balance, stood_still};
use crate::import::evidence::lines::{self, Line};
use crate::model::{Entry, EntryStatus, Micros, Statement};

/// How many other rows have to add up to a row that says nothing known, or to one that says a balance where it was zero before.
const FEWEST: usize = 2;
/// How many, where no line states the balance before them.
const FEWEST_WITHOUT: usize = 3;

/// So many rows that say a balance are tried.
const MOST_LINES: usize = 16;

/// Why a row is in doubt whose words are those of a balance, and which is no payee.
const UNPROVEN: &str = "its words are those of a balance, and nothing proves it to be one";

/// What a row is.
enum Finding {
    Row,
    /// A balance, and which one of the booked rows it is, if any.
    Balance(Option<StatedKind>),
    Doubt(&'static str),
}

/// What rows come to: all of them, and the booked ones.
#[derive(Clone, Copy, Default)]
struct Sum {
    all: i128,
    booked: i128,
    rows: usize,
}

impl Sum {
    fn of<'e>(entries: impl IntoIterator<Item = &'e Entry<'e>>) -> Sum {
        let mut sum = Sum::default();
        entries.into_iter().for_each(|entry| sum.add(entry));
        sum
    }

    /// Adds a row that moved money.
    fn add(&mut self, entry: &Entry<'_>) {
        let amount = micros(entry.amount);
        self.all += amount;
        self.booked += if entry.status == EntryStatus::Posted { amount } else { 0 };
        self.rows += usize::from(amount != 0);
    }

    fn without(self, other: Sum) -> Sum {
        Sum { all: self.all - other.all, booked: self.booked - other.booked, rows: self.rows - other.rows }
    }

    /// Returns whether all these rows, or the booked ones, lead from one balance to another.
    fn leads(self, from: i128, to: i128) -> bool {
        [self.all, self.booked].contains(&(to - from))
    }

    /// Returns whether they do where the rows or one of the balances are printed with the other sign.
    fn may_lead(self, from: i128, to: i128) -> bool {
        [self.all, self.booked].iter().any(|sum| [(from + sum).abs(), (from - sum).abs()].contains(&to.abs()))
    }
}

/// Returns whether balances before and after all rows agree with them: then every row moved money, whatever it says.
pub(super) fn are_proven(entries: &[Entry<'_>], stated: &[Stated]) -> bool {
    opening(stated).is_some_and(|opening| is_closed(entries, stated, opening, Sum::of(entries)))
}

/// Returns whether a line states the balance after all rows that an opening balance and a sum of them lead to.
fn is_closed(entries: &[Entry<'_>], stated: &[Stated], opening: i128, sum: Sum) -> bool {
    let last = entries.iter().map(|entry| entry.day).max();
    let is_last = |s: &&Stated| s.kind == StatedKind::End || (s.kind == StatedKind::Closing && Some(s.day) >= last);
    stated.iter().filter(is_last).any(|closing| sum.leads(opening, micros(closing.amount)))
}

/// Takes balances out of the rows, and rejects the rows that may be one. Returns whether the balances prove that all rows which are
/// left moved money.
pub(super) fn take_out(statement: &mut Statement<'_>, stated: &mut Vec<Stated>, said: Said<'_>) -> bool {
    let entries = &statement.entries;
    let ends = [entries.first(), entries.last()];
    let may_be = ends.iter().flatten().any(|entry| lines::names_a_balance(&entry.description));
    if opening(stated).is_none() && !may_be && !entries.iter().any(|entry| line(entry, said).is_some()) {
        return false;
    }
    let findings = findings(entries, stated, said);
    let is_total = |entry: &Entry<'_>| line(entry, said) == Some(Line::Total);
    let is_in_doubt = findings.iter().any(|finding| matches!(finding, Finding::Doubt(_)));
    if (is_in_doubt || entries.iter().any(is_total)) && take_out_proven(statement, stated, said) {
        return true;
    }
    for (entry, finding) in std::mem::take(&mut statement.entries).into_iter().zip(findings) {
        match finding {
            Finding::Row => statement.entries.push(entry),
            Finding::Balance(kind) => {
                stated.extend(kind.map(|kind| stated_by(&entry, kind)));
                count(&mut statement.skipped, "balance line", 1);
            }
            Finding::Doubt(why) => {
                let reason = format!("a balance or a payment: {why}");
                statement.rejected.push(Reject::new(said.column(&entry), said.words(&entry), reason).at(entry.line));
            }
        }
    }
    false
}

/// Returns the balance that a row states.
fn stated_by(entry: &Entry<'_>, kind: StatedKind) -> Stated {
    let (day, amount, is_running) = (entry.day, entry.amount, entry.running.is_some());
    Stated { kind, day, amount, printed: None, is_running, is_told: false }
}

/// Returns the only balance before the rows that lines state.
fn opening(stated: &[Stated]) -> Option<i128> {
    let mut found = stated.iter().filter(|s| matches!(s.kind, StatedKind::Opening | StatedKind::Start));
    let amount = found.next().map(|s| micros(s.amount))?;
    found.all(|other| micros(other.amount) == amount).then_some(amount)
}

/// Returns whether a row that says a balance says what an opening balance and a sum lead to.
fn is_closed_by_a_row(entries: &[Entry<'_>], opening: i128, sum: Sum, said: Said<'_>) -> bool {
    let is_balance = |entry: &&Entry<'_>| line(entry, said).is_some_and(|line| line != Line::Total);
    entries.iter().filter(is_balance).any(|entry| sum.leads(opening, micros(entry.amount)))
}

/// Takes out the opening and the closing balance where the two agree with all other rows: then these moved money, whatever they
/// say. Returns whether they do.
fn take_out_proven(statement: &mut Statement<'_>, stated: &mut Vec<Stated>, said: Said<'_>) -> bool {
    let entries = &statement.entries;
    let Some((opening, closing)) = proven_pair(entries, stated, said) else { return false };
    let others = || entries.iter().enumerate().filter(|(at, _)| Some(*at) != opening && *at != closing).map(|(_, e)| e);
    let (first, last) = (others().map(|e| e.day).min(), others().map(|e| e.day).max());
    let before = opening.map(|at| &entries[at]).filter(|entry| first.is_none_or(|day| entry.day <= day));
    let after = Some(&entries[closing]).filter(|entry| last.is_none_or(|day| entry.day >= day));
    let from = opening.map(|at| micros(entries[at].amount)).or(self::opening(stated)).unwrap_or_default();
    // With pending rows in it, it is no booked balance.
    let after = after.filter(|entry| from + Sum::of(others()).booked == micros(entry.amount));
    stated.extend(before.map(|entry| stated_by(entry, StatedKind::Opening)));
    stated.extend(after.map(|entry| stated_by(entry, StatedKind::Closing)));
    let taken = 1 + opening.iter().count() as u64;
    let mut at = 0;
    statement.entries.retain(|_| {
        at += 1;
        Some(at - 1) != opening && at - 1 != closing
    });
    count(&mut statement.skipped, "balance line", taken);
    true
}

/// Finds the one pair of an opening balance, which a line may state, and a row with the closing one to which all other rows lead,
/// two at least.
fn proven_pair(entries: &[Entry<'_>], stated: &[Stated], said: Said<'_>) -> Option<(Option<usize>, usize)> {
    let is = |at: usize, wanted: &[Line]| line(&entries[at], said).is_some_and(|line| wanted.contains(&line));
    let of = |wanted: &'static [Line]| (0..entries.len()).filter(move |at| is(*at, wanted));
    let of_line = opening(stated);
    let openings: Vec<Option<usize>> = match of_line {
        Some(_) => vec![None],
        None => of(&[Line::Opening, Line::Forward]).take(MOST_LINES).map(Some).collect(),
    };
    if openings.is_empty() {
        return None;
    }
    let closings: Vec<usize> = of(&[Line::Closing, Line::AsOf]).take(MOST_LINES).collect();
    let whole = Sum::of(entries);
    let leads = |(opening, closing): &(Option<usize>, usize)| {
        let from = opening.map_or(of_line, |at| Some(micros(entries[at].amount)));
        let lines = Sum::of(opening.iter().chain([closing]).map(|at| &entries[*at]));
        let others = whole.without(lines);
        others.rows >= FEWEST && from.is_some_and(|from| others.leads(from, micros(entries[*closing].amount)))
    };
    let mut pairs = openings.iter().flat_map(|one| closings.iter().map(move |other| (*one, *other))).filter(leads);
    pairs.next().filter(|_| pairs.next().is_none())
}

/// Returns whether the running balance of a row that says a balance is that at the other end of the rows, or that to which rows
/// without one lead from the next one that has one. It may be chance where the words are a name.
fn is_known_balance(entries: &[Entry<'_>], index: usize) -> bool {
    let balance = entries[index].running;
    let has = |entry: &&Entry<'_>| entry.running.is_some();
    let (before, after) = (&entries[..index], &entries[index + 1..]);
    // A row beside it may lack its balance: the amounts of such rows lead to it.
    let leads = |rows: &mut dyn Iterator<Item = &Entry<'_>>| {
        let mut sum = 0;
        for entry in rows {
            if let Some(known) = entry.running {
                return Some(i128::from(known.get()) + sum) == balance.map(|own| i128::from(own.get()));
            }
            sum += if entry.status == EntryStatus::Posted { micros(entry.amount) } else { 0 };
        }
        false
    };
    let is_other_end = (before.is_empty() && after.iter().rfind(has).is_some_and(|e| e.running == balance))
        || (after.is_empty() && before.iter().find(has).is_some_and(|e| e.running == balance));
    is_other_end || leads(&mut before.iter().rev()) || leads(&mut after.iter())
}

/// Returns the row that may be the opening balance: one that says so before or behind all others, without a running balance or
/// with this as its amount.
fn own(entries: &[Entry<'_>], said: Said<'_>) -> Option<usize> {
    let (leading, trailing) = outer_lines(entries, said);
    let is_outermost = |index: usize| index < leading || index + trailing >= entries.len();
    let may_open = |entry: &Entry<'_>| {
        matches!(line(entry, said), Some(Line::Opening | Line::Forward))
            && (entry.running.is_none() || is_own_balance(entry))
    };
    (0..entries.len()).find(|index| is_outermost(*index) && may_open(&entries[*index]))
}

/// Returns how many lines stand before the first row that is none, and how many behind the last one.
fn outer_lines(entries: &[Entry<'_>], said: Said<'_>) -> (usize, usize) {
    let is_line = |entry: &&Entry<'_>| line(entry, said).is_some();
    (entries.iter().take_while(is_line).count(), entries.iter().rev().take_while(is_line).count())
}

/// Finds what each row is.
fn findings(entries: &[Entry<'_>], stated: &[Stated], said: Said<'_>) -> Vec<Finding> {
    let of_line = opening(stated);
    let line = |entry: &Entry<'_>| line(entry, said);
    let (leading, trailing) = outer_lines(entries, said);
    let is_leading = |index: usize| index <= leading;
    let is_trailing = |index: usize| index + trailing + 1 >= entries.len();
    let own = own(entries, said).filter(|_| of_line.is_none());
    let opening = of_line.or(own.map(|index| micros(entries[index].amount)));
    let whole = Sum::of(entries);
    let of_others = Sum::of(entries.iter().filter(|entry| line(entry).is_none()));
    // Where a line says what all rows lead to, none of them is that.
    let has_closing = opening.is_some_and(|from| is_closed_by_a_row(entries, from, of_others, said));
    let mut above = Sum::default();
    let mut findings = Vec::with_capacity(entries.len());
    for (index, entry) in entries.iter().enumerate() {
        let line = line(entry);
        let (is_first, is_last) = (is_leading(index), is_trailing(index));
        let this = Sum::of([entry]);
        let others = if line.is_some() { of_others } else { of_others.without(this) };
        let (sides, rests) = ([above, others.without(above)], [whole.without(this), others]);
        let (amount, from) = (this.all, opening.unwrap_or_default());
        let leads = |sum: Sum| opening.is_some() && sum.leads(from, amount);
        // From nothing, the sum of one row is its copy, and that of several may be a total.
        let is_chance = |sum: Sum| from == 0 && (sum.rows < FEWEST || line == Some(Line::Total));
        let may_lead = |sum: Sum| match is_chance(sum) {
            true => leads(sum),
            false => opening.is_some() && sum.rows > 0 && sum.may_lead(from, amount),
        };
        let is_balance = line.is_some_and(|line| line != Line::Total);
        // Behind or before all others, `Saldo` alone is hardly a name.
        let is_at_an_end = index == 0 || index + 1 == entries.len();
        let is_bare = is_at_an_end && line == Some(Line::AsOf) && !said.is_beside(entry);
        let is_phrase = is_balance && (is_bare || !said.may_be_a_name(entry));
        let is_running = line.is_some() && is_own_balance(entry);
        let has_moved = if is_running { moved(entries, index) } else { moved_a_balance(entries, index) };
        // From nothing: the words beside a text may be those of the opening balance, which stands below the last row.
        let is_open = has_moved && is_phrase && is_running && said.is_beside(entry);
        let is_rest = |fewest: usize| is_at_an_end && entries.len() > fewest && amount != 0;
        findings.push(if is_open {
            Finding::Doubt(UNPROVEN)
        } else if has_moved {
            Finding::Row
        } else if own == Some(index) {
            if is_running { Finding::Balance(Some(StatedKind::Opening)) } else { Finding::Doubt(UNPROVEN) }
        } else if line.is_some() && sides.into_iter().any(|sum| leads(sum) && !is_chance(sum)) {
            let is_booked = from + sides[usize::from(is_first)].booked == amount;
            let is_closing = is_first != is_last && is_booked && leads(sides[0]) != leads(sides[1]);
            Finding::Balance((is_closing && line != Some(Line::Available)).then_some(StatedKind::Closing))
        } else if is_running && (stood_still(entries, index) || (is_phrase && is_known_balance(entries, index))) {
            Finding::Balance(None)
        } else if is_running && is_known_balance(entries, index) {
            Finding::Doubt(
                "it is the running balance at the other end of the rows, or that to which rows without one lead",
            )
        } else if is_balance && sides.into_iter().any(may_lead) {
            Finding::Doubt("it is the opening balance and other rows, with another sign or by chance")
        } else if is_rest(FEWEST) && from != 0 && !has_closing && rests.into_iter().any(leads) {
            Finding::Doubt("it is the opening balance and all other rows together")
        } else if is_rest(FEWEST_WITHOUT)
            && rests.iter().any(|sum| sum.all == amount)
            && lines::names_a_balance(&entry.description)
        {
            Finding::Doubt("it is all other rows together")
        } else if is_phrase {
            Finding::Doubt(UNPROVEN)
        } else {
            Finding::Row
        });
        if line.is_none() {
            above.add(entry);
        }
    }
    if let Some((own, opening)) = own.zip(opening)
        && matches!(findings[own], Finding::Doubt(_))
        && (findings.iter().any(|finding| matches!(finding, Finding::Balance(_)))
            || is_closed(entries, stated, opening, of_others))
    {
        findings[own] = Finding::Balance(Some(StatedKind::Opening));
    }
    findings
}

/// Returns whether the amount of a row is its running balance.
fn is_own_balance(entry: &Entry<'_>) -> bool {
    entry.running == Some(entry.amount.micros())
}

/// Returns what a row with an amount says, where that is a balance or a sum.
fn line(entry: &Entry<'_>, said: Said<'_>) -> Option<Line> {
    let is_said = |line: &Line| line.is_balance() || matches!(line, Line::Available | Line::Total);
    said.kind(entry).filter(|line| entry.amount.micros() != Micros::ZERO && is_said(line))
}
