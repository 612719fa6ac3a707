//! Dated rows that say only `Total`, and whose amount is a sum of other rows: no money moved with them.
//!
//! `TOTAL` is a chain of petrol stations, too. At the end or the start of the rows, a sum of three of them and more proves
//! a total, and a sum of two where the line says more than `Total`, or lacks what every other row has: a text, a balance,
//! a direction. A sum of two alone, or of rows in the middle, may be chance: such a row is rejected, and so is one that can
//! be no payee by its words and adds nothing up. `TOTAL Payment` and `TOTAL Debit` may be a payee and what was done: one of an
//! amount to which the rows above add up, be they one or two, is rejected. Everything else is a payee.

use super::label::{Label, Said};
use super::reject::Reject;
use super::stated::Stated;
use crate::import::evidence::fold::fold;
use crate::import::evidence::lines::{self, Line};
use crate::model::{Amount, Entry, EntryStatus, Micros, RejectedRow, Skipped, Statement};

/// What a report calls these rows.
pub(super) const WHAT: &str = "total or balance line";

/// How many rows a sum needs that nothing else supports, and how many to be looked at: that of one is its copy.
const PROVES: u64 = 3;
const FEWEST: u64 = 2;

/// A line that says total and has no amount that moved: both columns are filled, or its direction is blank.
#[derive(Debug)]
pub(super) struct TotalLine {
    /// How it is rejected when it adds nothing up.
    pub(super) row: RejectedRow,
    /// Its amounts as printed: of one column, or of that for money out and that for money in.
    pub(super) amounts: Vec<Amount>,
}

/// What is no row of a statement and bears on its totals.
#[derive(Debug, Default)]
pub(super) struct Beside {
    pub(super) lines: Vec<TotalLine>,
    /// The amounts of rows that moved no money.
    pub(super) void: Vec<Amount>,
    /// What rows say of themselves beside their texts, in the order of their lines.
    pub(super) labels: Vec<Label>,
}

/// What a row that says total is.
enum Finding {
    Total,
    /// A total or a payee, and why nothing tells.
    Doubt(&'static str),
    Payee,
}

/// The sum of some rows.
#[derive(Clone, Copy, Default)]
struct Sum {
    amount: i128,
    rows: u64,
}

impl Sum {
    fn of<'e>(entries: impl Iterator<Item = &'e Entry<'e>>) -> Sum {
        let mut sum = Sum::default();
        entries.for_each(|entry| sum.add(entry.amount));
        sum
    }

    /// Adds the amount of a row.
    fn add(&mut self, amount: Amount) {
        if amount.micros() != Micros::ZERO {
            self.amount += micros(amount);
            self.rows += 1;
        }
    }

    /// Returns whether an amount is this sum of at least so many rows, with or without the sign.
    fn is(self, amount: Amount, fewest: u64) -> bool {
        self.rows >= fewest && self.amount.abs() == micros(amount).abs()
    }
}

/// The sums that a total may be: of all rows, of the money out and of the money in; of the posted rows only, too, and of all that
/// are printed, with those that moved no money.
struct Sums {
    of_all: [Sum; 3],
    of_posted: [Sum; 3],
    of_printed: [Sum; 3],
}

impl Sums {
    /// Adds up the rows that say something else.
    fn of<'e, I: Iterator<Item = &'e Entry<'e>>>(entries: impl Fn() -> I, void: &[Amount], said: Said<'_>) -> Sums {
        let others = || entries().filter(|e| !says_total(e, said));
        let posted = || others().filter(|e| e.status == EntryStatus::Posted);
        let is_out = |e: &&Entry<'_>| e.amount.is_negative();
        let of_all = [Sum::of(others()), Sum::of(others().filter(is_out)), Sum::of(others().filter(|e| !is_out(e)))];
        let mut of_printed = of_all;
        for amount in void {
            of_printed[0].add(*amount);
            of_printed[if amount.is_negative() { 1 } else { 2 }].add(*amount);
        }
        Sums {
            of_all,
            of_posted: [Sum::of(posted()), Sum::of(posted().filter(is_out)), Sum::of(posted().filter(|e| !is_out(e)))],
            of_printed,
        }
    }

    fn all(&self) -> impl Iterator<Item = Sum> {
        self.of_all.into_iter().chain(self.of_posted).chain(self.of_printed)
    }

    /// Returns whether two amounts are the money out and the money in.
    fn are_both(&self, out: Amount, into: Amount) -> bool {
        let fits = |[all, outs, ins]: [Sum; 3]| all.rows >= PROVES && outs.is(out, 1) && ins.is(into, 1);
        fits(self.of_all) || fits(self.of_posted) || fits(self.of_printed)
    }
}

/// Takes the totals out of the rows and counts them as skipped, and rejects the rows that may be totals.
pub(super) fn take_out(statement: &mut Statement<'_>, void: &[Amount], said: Said<'_>) {
    let entries = &statement.entries;
    let ends = [entries.first(), entries.last()];
    let may_be_one = |text: &str| lines::says_only_total(text) || lines::begins_with_a_total(text);
    let may_end_in_one = ends.iter().flatten().any(|entry| may_be_one(&entry.description));
    if !may_end_in_one && !entries.iter().any(|entry| says_total(entry, said)) {
        return;
    }
    let findings: Vec<Finding> = findings(entries, void, said, !statement.rejected.is_empty());
    for (entry, finding) in std::mem::take(&mut statement.entries).into_iter().zip(findings) {
        match finding {
            Finding::Payee => statement.entries.push(entry),
            Finding::Total => count(&mut statement.skipped, WHAT, 1),
            Finding::Doubt(why) => {
                let reason = format!("a total or a payee of that name: {why}");
                statement.rejected.push(Reject::new(said.column(&entry), said.words(&entry), reason).at(entry.line));
            }
        }
    }
}

/// Counts the lines that have no amount of their own as skipped where they add up the rows, and rejects the others.
pub(super) fn settle(statement: &mut Statement<'_>, lines: Vec<TotalLine>, void: &[Amount], said: Said<'_>) {
    if lines.is_empty() {
        return;
    }
    let sums = Sums::of(|| statement.entries.iter(), void, said);
    for line in lines {
        let adds_up = match line.amounts.as_slice() {
            [out, into] => sums.are_both(*out, *into),
            [only] => sums.all().any(|sum| sum.is(*only, FEWEST)),
            _ => false,
        };
        if adds_up { count(&mut statement.skipped, WHAT, 1) } else { statement.rejected.push(line.row) }
    }
}

/// Finds what each row is.
fn findings(entries: &[Entry<'_>], void: &[Amount], said: Said<'_>, has_rejected: bool) -> Vec<Finding> {
    let says_total = |entry: &Entry<'_>| says_total(entry, said);
    let sums = Sums::of(|| entries.iter(), void, said);
    let whole = Sum::of(entries.iter());
    let leading = entries.iter().take_while(|e| says_total(e)).count();
    let trailing = entries.iter().rev().take_while(|e| says_total(e)).count();
    let is_outermost = |index: usize| index < leading || index + trailing >= entries.len();
    let outermost: Vec<Amount> = (0..entries.len()).filter(|i| is_outermost(*i)).map(|i| entries[i].amount).collect();
    // The rows above: all of them, those that say something else, those down from the last that says total, and all down from
    // the last that may be one.
    let (mut above, mut others_above, mut section, mut since) =
        (Sum::default(), Sum::default(), Sum::default(), Sum::default());
    let mut findings = Vec::with_capacity(entries.len());
    for (index, entry) in entries.iter().enumerate() {
        let (amount, words) = (entry.amount, said.words(entry));
        let is_named = says_total(entry);
        // `TOTAL Payment` is a payee among the rows, and may be one at their ends; so may `TOTAL Debit`.
        let of_one = lines::says_one_payment(words);
        let is_payment = of_one == Some(true) && !is_outermost(index);
        let is_phrase = is_named && !is_payment && !may_be_a_name(entry, said);
        let may_be_kind = of_one == Some(true) || (of_one.is_some() && says_debit_or_credit(words));
        let fewest = if is_phrase && of_one.is_none() { 1 } else { FEWEST };
        let rest = Sum { amount: whole.amount - micros(amount), rows: whole.rows - 1 };
        let is_sum = |least: u64| rest.is(amount, least) || sums.all().any(|sum| sum.is(amount, least));
        let is_pair = || outermost.iter().any(|other| sums.are_both(amount, *other) || sums.are_both(*other, amount));
        let is_section = || {
            let least = if may_be_kind { PROVES } else { fewest };
            of_one != Some(true) && [above, others_above, section].iter().any(|sum| sum.is(amount, least))
        };
        let is_sum_above = || {
            let least = if of_one.is_some() { 1 } else { fewest };
            [above, others_above, section, since].iter().any(|sum| sum.is(amount, least))
        };
        let is_supported = || {
            (is_phrase && !may_be_kind) || stood_still(entries, index) || lacks_what_others_have(entries, index, said)
        };
        // `Page total`, `Umsatz gesamt`: a row that says no more than this, and that all others add up to, with the sign.
        let is_at_an_end = index == 0 || index + 1 == entries.len();
        let is_rest = rest.is(amount, PROVES) && rest.amount == micros(amount);
        if is_at_an_end && !is_named && is_rest && lines::says_only_total(words) {
            findings.push(if moved_a_balance(entries, index) { Finding::Payee } else { Finding::Total });
            above.add(amount);
            continue;
        }
        let begins_like_one = || {
            let others = || entries.iter().enumerate().filter(|(at, _)| *at != index).map(|(_, entry)| entry);
            lines::begins_with_a_total(&entry.description)
                && Sums::of(others, void, said).all().any(|sum| sum.is(amount, PROVES))
        };
        findings.push(match is_outermost(index) {
            _ if is_at_an_end && !is_named && !moved_a_balance(entries, index) && begins_like_one() => {
                Finding::Doubt("all other rows, or those of one direction, add up to it")
            }
            _ if !is_named || moved_a_balance(entries, index) => Finding::Payee,
            true if is_sum(PROVES) || is_pair() || (is_sum(fewest) && is_supported()) => Finding::Total,
            is_outermost if is_phrase && is_section() && !(is_outermost && has_rejected) => Finding::Total,
            true if is_sum(FEWEST) => Finding::Doubt("only two rows add up to it, which may be chance"),
            true if has_rejected => Finding::Doubt("rows that cannot be read may be in it"),
            _ if is_sum_above() => Finding::Doubt("it is the sum of rows above"),
            _ if is_phrase => Finding::Doubt("its words are those of a total, and the rows do not add up to it"),
            _ => Finding::Payee,
        });
        // What a payment was for may be the sum of purchases: it goes the other way.
        if matches!(findings.last(), Some(Finding::Total)) && said.is_beside(entry) {
            let is_signed = [rest].into_iter().chain(sums.all()).any(|sum| sum.amount == micros(amount));
            if !is_signed && !is_pair() {
                findings.pop();
                findings.push(Finding::Doubt("other rows add up to it with the other sign"));
            }
        }
        above.add(amount);
        match findings.last() {
            Some(Finding::Payee) => since.add(amount),
            _ => since = Sum::default(),
        }
        if is_named {
            section = Sum::default();
        } else {
            others_above.add(amount);
            section.add(amount);
        }
    }
    findings
}

/// Takes out totals that name no account, in a file whose other rows do: the sum of all of these, or of one account's. Once
/// nothing else is left of them, they make no account.
pub(super) fn take_out_of_all(
    statements: &mut Vec<Statement<'_>>,
    stated: &mut Vec<Vec<Stated>>,
    totals: &mut Vec<Beside>,
) {
    let is_named = |s: &Statement<'_>| s.account.number.is_some() || s.account.name.is_some();
    let unnamed = statements.iter().position(|s| !is_named(s) && !s.entries.is_empty());
    let Some(index) = unnamed else { return };
    let said = Said::of(&totals[index].labels, statements[index].entries.len());
    let others = || statements.iter().enumerate().filter(|(i, _)| *i != index).map(|(_, s)| s);
    let is_total = |entry: &Entry<'_>| says_total(entry, said);
    if others().count() == 0 || !others().all(is_named) || !statements[index].entries.iter().all(is_total) {
        return;
    }
    let sums: Vec<Sum> = [Sum::of(others().flat_map(|s| &s.entries))]
        .into_iter()
        .chain(others().map(|s| Sum::of(s.entries.iter())))
        .collect();
    let is_sum = |entry: &Entry<'_>| sums.iter().any(|sum| sum.is(entry.amount, FEWEST));
    let is_empty = statements[index].rejected.is_empty() && stated[index].is_empty();
    if !is_empty || !statements[index].entries.iter().all(is_sum) {
        return;
    }
    let gone = statements.remove(index);
    stated.remove(index);
    totals.remove(index);
    let skipped = &mut statements[0].skipped;
    count(skipped, WHAT, gone.entries.len() as u64);
    gone.skipped.iter().for_each(|s| count(skipped, &s.what, s.count));
}

fn says_total(entry: &Entry<'_>, said: Said<'_>) -> bool {
    entry.amount.micros() != Micros::ZERO && said.kind(entry) == Some(Line::Total)
}

/// Returns whether a payee may be called so: `Total`, and not `Totals`, `Subtotal`, `Grand total` or `Total for March`.
fn may_be_a_name(entry: &Entry<'_>, said: Said<'_>) -> bool {
    const NO_NAMES: [&str; 12] = [
        "totals",
        "totali",
        "totais",
        "totaux",
        "subtotal",
        "sub-total",
        "sous-total",
        "subtotaal",
        "eindtotaal",
        "zwischensumme",
        "gesamtsumme",
        "小計",
    ];
    let word = fold(said.words(entry));
    !NO_NAMES.contains(&word.trim_matches(|c: char| !c.is_alphanumeric())) && said.may_be_a_name(entry)
}

/// Returns whether a text has a word for a row of money out or in, as banks write it behind a payee: `TOTAL Debit`.
fn says_debit_or_credit(description: &str) -> bool {
    fold(description).split(|c: char| !c.is_alphanumeric()).any(|word| matches!(word, "debit" | "credit"))
}

/// Returns the rows beside one, apart from pending ones without a balance.
fn beside<'e>(entries: &'e [Entry<'e>], index: usize) -> impl Iterator<Item = &'e Entry<'e>> {
    let has = |entry: &&Entry<'_>| entry.running.is_some() || entry.status == EntryStatus::Posted;
    let (before, after) = entries.split_at(index);
    before.iter().rev().find(has).into_iter().chain(after.iter().skip(1).find(has))
}

/// Returns whether the balance of a row is that of a row beside it and its amount: then it moved this money.
pub(super) fn moved(entries: &[Entry<'_>], index: usize) -> bool {
    let amount = entries[index].amount.micros();
    let before = entries[index].running.and_then(|balance| balance.checked_sub(amount));
    amount != Micros::ZERO && before.is_some() && beside(entries, index).any(|e| e.running == before)
}

/// Returns whether a row has the balance of a row beside it, which does not follow from another one: then it moved no money.
pub(super) fn stood_still(entries: &[Entry<'_>], index: usize) -> bool {
    let balance = entries[index].running;
    balance.is_some() && beside(entries, index).any(|e| e.running == balance) && !moved(entries, index)
}

/// Returns whether a row has a balance that did not stand still: then it moved money.
pub(super) fn moved_a_balance(entries: &[Entry<'_>], index: usize) -> bool {
    entries[index].running.is_some() && !stood_still(entries, index)
}

/// Returns whether a row has nothing in a column that every row which says something else fills.
fn lacks_what_others_have(entries: &[Entry<'_>], index: usize, said: Said<'_>) -> bool {
    let details: [fn(&Entry<'_>) -> bool; 5] = [
        |e| !e.memo.is_empty(),
        |e| !e.bank_id.is_empty(),
        |e| e.category().is_some(),
        |e| !e.transaction_type.is_empty(),
        |e| e.running.is_some(),
    ];
    let others = || entries.iter().filter(|e| !says_total(e, said));
    details.iter().any(|has| !has(&entries[index]) && others().all(has))
}

pub(super) fn micros(amount: Amount) -> i128 {
    i128::from(amount.micros().get())
}

/// Counts what is no row of money.
pub(super) fn count(skipped: &mut Vec<Skipped>, what: &str, count: u64) {
    match skipped.iter_mut().find(|s| s.what == what) {
        Some(known) => known.count += count,
        None => skipped.push(Skipped { what: what.to_owned(), count }),
    }
}
