//! What the page shows on request: all accounts and rows, the terms by label, the technical part.

use serde_json::Value;

use super::facts::{AccountFacts, Facts, RowFacts};
use super::line::Line;
use super::page::{Columns, RowColumns, Size};
use crate::cli::output::document;
use crate::cli::output::foreign::{columns, folded, lines};
use crate::cli::output::table::Layout;
use crate::cli::words::count;
use crate::ops::report::ConsentScreen;
use crate::share::Label;

const MARGIN: usize = 2;

/// What can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum More {
    /// All accounts and rows, with every text.
    All,
    /// The slice as it is, its hash, who signs it.
    Details,
    /// The terms, by how far each can be relied on.
    Terms,
}

impl More {
    /// Returns what a key asks for.
    pub(super) fn of(key: char) -> Option<More> {
        match key {
            'a' => Some(More::All),
            'd' => Some(More::Details),
            't' => Some(More::Terms),
            _ => None,
        }
    }

    /// Returns the lines to page through.
    pub(super) fn lines(self, facts: &Facts, screen: &ConsentScreen, document: &Value, width: usize) -> Vec<Line> {
        match self {
            More::All => all(facts, width),
            More::Details => details(screen, document, width),
            More::Terms => terms(&facts.terms, width),
        }
    }
}

fn all(facts: &Facts, width: usize) -> Vec<Line> {
    let mut page = Vec::new();
    if !facts.accounts.is_empty() {
        page.push(Line::of(count(facts.accounts.len(), "account", "accounts")));
        let columns = Columns::of(&facts.accounts, width);
        facts.accounts.iter().for_each(|account| account_lines(&mut page, &columns, account, width));
    }
    if !facts.rows.is_empty() {
        if !page.is_empty() {
            page.push(Line::default());
        }
        page.push(Line::of(format!("{}, newest first", count(facts.rows.len(), "row", "rows"))));
        let columns = RowColumns::of(&facts.rows, width, facts.names.len() > 1);
        facts.rows.iter().for_each(|row| row_lines(&mut page, &columns, row, width));
    }
    if page.is_empty() {
        page.push(Line::of("No account and no row is shared."));
    }
    page
}

/// An account, and below it what does not fit into its line.
fn account_lines(page: &mut Vec<Line>, list: &Columns, account: &AccountFacts, width: usize) {
    page.push(list.line(account));
    let mut below = |text: &str| {
        let more = lines(text, width.saturating_sub(2 * MARGIN), usize::MAX);
        page.extend(more.into_iter().map(|line| Line::default().at(2 * MARGIN, line)));
    };
    if columns(&account.name) > list.name_width() {
        below(&account.name);
    }
    below(&account.available);
}

/// A row, with all its texts.
fn row_lines(page: &mut Vec<Line>, list: &RowColumns, row: &RowFacts, width: usize) {
    let texts = row.texts.join(" · ");
    if columns(&texts) <= width.saturating_sub(list.text()) {
        page.push(list.line(row));
        return;
    }
    page.push(list.line_without_texts(row));
    let more = lines(&texts, width.saturating_sub(2 * MARGIN), usize::MAX);
    page.extend(more.into_iter().map(|line| Line::default().at(2 * MARGIN, line)));
}

fn terms(terms: &[(Label, String)], width: usize) -> Vec<Line> {
    let mut page = Vec::new();
    for label in Label::ALL {
        let of_label: Vec<&String> = terms.iter().filter(|(other, _)| *other == label).map(|(_, term)| term).collect();
        if of_label.is_empty() {
            continue;
        }
        if !page.is_empty() {
            page.push(Line::default());
        }
        let what = match label {
            Label::Enforced => "enforced: by cryptography or this program",
            Label::Detectable => "detectable: a breach shows",
            Label::Promised => "promised: their word only",
        };
        page.push(Line::of(what));
        for term in of_label {
            for (index, line) in lines(term, width.saturating_sub(2 * MARGIN), usize::MAX).into_iter().enumerate() {
                let line = Line::default().at(MARGIN, if index == 0 { "-" } else { "" }).at(2 * MARGIN, line);
                page.push(line);
            }
        }
    }
    page.push(Line::default());
    let joined =
        "Whoever compares two of your slices can join them by the public key, last four digits, amounts and days.";
    page.extend(lines(joined, width, usize::MAX).into_iter().map(Line::of));
    page
}

fn details(screen: &ConsentScreen, document: &Value, width: usize) -> Vec<Line> {
    let mut page = vec![Line::of("slice hash")];
    let hash = lines(&screen.slice_hash, width.saturating_sub(MARGIN), usize::MAX);
    page.extend(hash.into_iter().map(|part| Line::default().at(MARGIN, part)));
    for alike in &screen.alike {
        let text = format!("looks like the recipient: {}", folded(&alike.name));
        page.extend(lines(&text, width, usize::MAX).into_iter().map(Line::of));
    }
    let layout = Layout { width: u16::try_from(width).ok(), wrap: true, ..Layout::default() };
    for line in document::lines(document, layout).lines() {
        // A table is as wide as the page; other lines may be longer, and are broken.
        let indent = line.len() - line.trim_start_matches(' ').len();
        match columns(line) <= width {
            true => page.push(Line::of(line)),
            false => page.extend(
                lines(line, width.saturating_sub(indent), usize::MAX)
                    .into_iter()
                    .map(|part| Line::default().at(indent, part)),
            ),
        }
    }
    page
}

/// The keys that page, in ever fewer columns.
const KEYS: [&str; 3] =
    ["[space] on  [b] back  [q] to the question", "[space] on  [b] back  [q] question", "[space] [b] [q]"];

/// A place in lines that are more than the terminal shows.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pager {
    first: usize,
}

impl Pager {
    /// Returns the lines to draw, as many as the terminal has rows; the last one says where one is.
    pub(super) fn page(&mut self, all: &[Line], size: Size) -> Vec<Line> {
        let room = size.rows.saturating_sub(1).max(1);
        self.first = self.first.min(all.len().saturating_sub(1) / room * room);
        let end = (self.first + room).min(all.len());
        let mut page = all[self.first..end].to_vec();
        page.resize(room, Line::default());
        let place = format!("{}-{end} of {}", (self.first + 1).min(end), count(all.len(), "line", "lines"));
        // Where there is little room the place gives way, and then the words; never a key.
        let room = size.width();
        let keys = KEYS.into_iter().find(|keys| columns(keys) <= room).unwrap_or(KEYS[KEYS.len() - 1]);
        let footer = Line::of(keys);
        let fits = columns(keys) + 2 + columns(&place) <= room;
        page.push(if fits { footer.before(room, &place) } else { footer });
        page
    }

    /// Goes on by a page, if there is one.
    pub(super) fn on(&mut self, all: &[Line], size: Size) {
        let next = self.first + size.rows.saturating_sub(1).max(1);
        if next < all.len() {
            self.first = next;
        }
    }

    /// Goes back by a page.
    pub(super) fn back(&mut self, size: Size) {
        self.first = self.first.saturating_sub(size.rows.saturating_sub(1).max(1));
    }
}
