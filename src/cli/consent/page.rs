//! The page: everything that decides the answer on one screen, and the question in its last line.

use super::facts::{AccountFacts, Facts, RowFacts, sum};
use super::line::Line;
use crate::cli::output::foreign::{columns, cut, lines};
use crate::cli::words::{count, money};
use crate::model::Amount;

/// The smallest terminal that the page fits on.
pub(super) const LEAST: Size = Size { columns: 60, rows: 22 };
/// A wider terminal is not written on to its end: long lines are hard to read.
const WIDEST: usize = 120;

/// Columns for what is typed.
pub(super) const TYPED: usize = 4;
pub(super) const KEYS: &str = "[a] all rows  [d] details  [t] terms";
/// The column of what stands behind a label.
const INDENT: usize = 10;
const MARGIN: usize = 2;
/// Between two columns.
const GAP: usize = 2;

/// Columns and rows of a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size {
    pub columns: usize,
    pub rows: usize,
}

impl Size {
    /// Returns the columns that are written on.
    pub(super) fn width(self) -> usize {
        self.columns.min(WIDEST)
    }
}

/// Returns the lines of the page, the question last: as many as the terminal has rows. Returns nothing where it is too
/// small.
pub(super) fn page(facts: &Facts, size: Size) -> Option<Vec<Line>> {
    if size.columns < LEAST.columns || size.rows < LEAST.rows {
        return None;
    }
    let width = size.width();
    // What may be said at length where there is room.
    let (mut head, mut tail) = (head(facts, width, true), tail(facts, width, true));
    let wanted = (facts.accounts.len() + facts.rows.len().min(6)).min(8);
    if head.len() + tail.len() + wanted + 1 > size.rows {
        (head, tail) = (self::head(facts, width, false), self::tail(facts, width, false));
    }
    let room = size.rows.saturating_sub(head.len() + tail.len() + 1);
    let mut page = head;
    page.extend(body(facts, width, room));
    page.resize(size.rows.saturating_sub(tail.len() + 1), Line::default());
    page.extend(tail);
    page.push(Line::of(KEYS).at(answer_column(width) - columns(facts.title.question), facts.title.question));
    Some(page)
}

/// Returns the column where the answer is typed, in a width that is large enough.
pub(super) fn answer_column(width: usize) -> usize {
    width.saturating_sub(TYPED)
}

/// Returns what decides the answer without the rows, for a text that has those below.
pub(super) fn summary(facts: &Facts, width: usize) -> Vec<Line> {
    let mut lines = head(facts, width, true);
    lines.extend(tail(facts, width, true));
    lines
}

/// Who, what for, until when, which accounts and fields, how many rows.
fn head(facts: &Facts, width: usize, at_length: bool) -> Vec<Line> {
    const NOBODY_CHECKED: &str = "you named them; nobody checked";
    let room = width.saturating_sub(columns(NOBODY_CHECKED) + columns(facts.title.begins) + 1 + 2);
    let title = format!("{}{}?", facts.title.begins, cut(&facts.recipient, room));
    let mut page = vec![Line::of(title).before(width, NOBODY_CHECKED)];
    let most = |many, few| if at_length { many } else { few };
    labelled(&mut page, "for", &facts.purpose, width, most(2, 1));
    labelled(&mut page, "until", &facts.until, width, 2);
    if let Some(why) = &facts.suspended {
        labelled(&mut page, "now", &format!("suspended: {why}"), width, most(3, 2));
    }
    for (index, what) in facts.what.iter().enumerate() {
        labelled(&mut page, if index == 0 { "what" } else { "" }, what, width, 2);
    }
    // Accounts that the slice shows are listed below.
    if facts.accounts.is_empty() {
        labelled(&mut page, "from", &names_in(&facts.names, width, most(2, 1)), width, most(2, 1));
    }
    if let Some(rows) = &facts.rows_in_short {
        labelled(&mut page, "rows", rows, width, 2);
    }
    page
}

fn labelled(page: &mut Vec<Line>, label: &str, text: &str, width: usize, most: usize) {
    for (index, line) in lines(text, width.saturating_sub(INDENT), most).into_iter().enumerate() {
        let label = if index == 0 { label } else { "" };
        page.push(Line::default().at(MARGIN, label).at(INDENT, line));
    }
}

/// Returns as many names as fit, and how many others.
fn names_in(names: &[String], width: usize, most: usize) -> String {
    let room = (width.saturating_sub(INDENT) * most).saturating_sub(24);
    let mut text = String::new();
    for (index, name) in names.iter().enumerate() {
        let name = cut(name, 40);
        let next = if index == 0 { name } else { format!("{text}, {name}") };
        if index > 0 && columns(&next) > room {
            return format!("{text}, and {}", count(names.len() - index, "other account", "other accounts"));
        }
        text = next;
    }
    text
}

/// What they know, and what an end stops.
fn tail(facts: &Facts, width: usize, at_length: bool) -> Vec<Line> {
    let room = width.saturating_sub(MARGIN);
    let most = if at_length { 3 } else { 2 };
    let mut page = vec![Line::default()];
    let say = |page: &mut Vec<Line>, text: &str, most: usize| {
        page.extend(lines(text, room, most).into_iter().map(|line| Line::default().at(MARGIN, line)));
    };
    match facts.warnings.as_slice() {
        [] => {}
        [only] => say(&mut page, only, most),
        [first, others @ ..] => {
            say(&mut page, first, most);
            let others = count(others.len(), "other name looks", "other names look");
            say(&mut page, &format!("CAREFUL: {others} like it, too (d)."), 1);
        }
    }
    if let Some(known) = &facts.known {
        say(&mut page, known, most);
    }
    say(&mut page, &facts.end, 2);
    if at_length {
        say(&mut page, "Copies they made stay readable; what they promise is in the terms (t).", 2);
    } else {
        page.remove(0);
        say(&mut page, "Copies they made stay readable; their promises: terms (t).", 1);
    }
    page
}

/// The accounts and the newest rows, as far as they fit. What does not fit is counted with its sum.
fn body(facts: &Facts, width: usize, room: usize) -> Vec<Line> {
    let (accounts, rows) = (facts.accounts.len(), facts.rows.len());
    let for_rows = match () {
        () if accounts + rows <= room => rows + usize::from(accounts + rows < room),
        // Rows get what accounts leave, and at least a third.
        () if rows > 0 => (room / 3).max(room.saturating_sub(accounts + 1)),
        () => 0,
    };
    let mut page = self::accounts(&facts.accounts, width, room.saturating_sub(for_rows));
    page.extend(newest(&facts.rows, width, room.saturating_sub(page.len()), facts.names.len() > 1));
    page
}

fn accounts(all: &[AccountFacts], width: usize, room: usize) -> Vec<Line> {
    if all.is_empty() || room == 0 {
        return Vec::new();
    }
    let mut page = Vec::new();
    if room > all.len() {
        page.push(Line::default());
    }
    let fits = if all.len() + page.len() <= room { all.len() } else { room.saturating_sub(1) };
    let (shown, others) = all.split_at(fits);
    let columns = Columns::of(shown, width);
    page.extend(shown.iter().map(|account| columns.line(account)));
    if !others.is_empty() {
        let sums = sum(others.iter().filter_map(|account| account.balance));
        let sums = if sums.is_empty() { String::new() } else { format!(": {sums}") };
        let kind = if shown.is_empty() { "" } else { "and " };
        let number = match (shown.is_empty(), others.len()) {
            (true, number) => count(number, "account", "accounts"),
            (false, number) => count(number, "other account", "other accounts"),
        };
        page.push(Line::default().at(MARGIN, cut(&format!("{kind}{number}{sums} (a)"), width - MARGIN)));
    }
    page
}

/// The columns of the list of accounts.
pub(super) struct Columns {
    kind: usize,
    number: Option<usize>,
    /// Where balances end.
    balance: usize,
    as_of: usize,
}

impl Columns {
    pub(super) fn of(accounts: &[AccountFacts], width: usize) -> Columns {
        let widest = |text: fn(&AccountFacts) -> String| {
            accounts.iter().map(|account| columns(&text(account))).max().unwrap_or_default()
        };
        let (kinds, balances) = (widest(|a| a.kind.clone()), widest(|a| amount(a.balance)));
        // The last digits give way to balances where there is little room.
        let is_whole = |a: &AccountFacts| !a.number.is_empty() && !a.number.starts_with('…');
        let has_numbers = width > 99 || balances == 0 || accounts.iter().any(is_whole);
        let numbers = if has_numbers { widest(|a| a.number.clone()) + GAP } else { 0 };
        let as_of = if balances == 0 { 0 } else { 1 + GAP + widest(|a| a.balance_as_of.clone()) };
        let rest = GAP + kinds + GAP + numbers + balances + as_of;
        let names = widest(|a| a.name.clone()).min(width.saturating_sub(MARGIN + rest).max(14));
        let kind = MARGIN + names + GAP;
        let number = kind + kinds + GAP;
        let balance = number + numbers + balances;
        let number = has_numbers.then_some(number);
        Columns { kind, number, balance, as_of: balance + 1 + GAP }
    }

    /// Returns the columns of names.
    pub(super) fn name_width(&self) -> usize {
        self.kind.saturating_sub(MARGIN + GAP)
    }

    pub(super) fn line(&self, account: &AccountFacts) -> Line {
        let name = Line::default().at(MARGIN, cut(&account.name, self.name_width()));
        let line = name.at(self.kind, account.kind.clone());
        let line = match self.number {
            Some(number) => line.at(number, account.number.clone()),
            None => line,
        };
        line.before(self.balance, &amount(account.balance)).at(self.as_of, account.balance_as_of.clone())
    }
}

fn amount(amount: Option<Amount>) -> String {
    amount.map(money).unwrap_or_default()
}

fn newest(all: &[RowFacts], width: usize, room: usize, tells_account: bool) -> Vec<Line> {
    // One row, and how many others there are, is the least that says something.
    if all.is_empty() || room < all.len().min(2) {
        return Vec::new();
    }
    let mut page = Vec::new();
    if room > all.len().min(4) {
        page.push(Line::default());
    }
    let fits = all.len().min(room - page.len());
    let (fits, is_all) = if fits == all.len() { (fits, true) } else { (fits - 1, false) };
    let columns = RowColumns::of(&all[..fits], width, tells_account);
    page.extend(all[..fits].iter().map(|row| columns.line(row)));
    if !is_all {
        let rest = &all[fits..];
        let sums = sum(rest.iter().filter_map(|row| row.amount));
        let sums = if sums.is_empty() { String::new() } else { format!(": {sums}") };
        let text = format!("and {}{sums} (a)", count(rest.len(), "older row", "older rows"));
        page.push(Line::default().at(MARGIN, cut(&text, width - MARGIN)));
    }
    page
}

/// The columns of the list of rows.
pub(super) struct RowColumns {
    /// Where amounts end.
    amount: usize,
    account: usize,
    text: usize,
}

impl RowColumns {
    pub(super) fn of(rows: &[RowFacts], width: usize, tells_account: bool) -> RowColumns {
        const DAY: usize = 11;
        let widest =
            |text: &dyn Fn(&RowFacts) -> String| rows.iter().map(|row| columns(&text(row))).max().unwrap_or_default();
        let amount = MARGIN + DAY + GAP + widest(&|row| amount(row.amount));
        let names = if tells_account { widest(&|row| row.account.clone()).min((width / 5).max(8)) } else { 0 };
        let account = amount + GAP;
        RowColumns { amount, account, text: if names == 0 { account } else { account + names + GAP } }
    }

    pub(super) fn line(&self, row: &RowFacts) -> Line {
        self.line_without_texts(row).at(self.text, row.texts.join(" · "))
    }

    pub(super) fn line_without_texts(&self, row: &RowFacts) -> Line {
        let line = Line::default().at(MARGIN, row.day.clone()).before(self.amount, &amount(row.amount));
        line.at(self.account, cut(&row.account, self.text.saturating_sub(self.account + GAP)))
    }

    /// Returns the column of the texts.
    pub(super) fn text(&self) -> usize {
        self.text
    }
}
