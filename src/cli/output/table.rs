//! Tables for people: numbers to the right, negative ones red on a terminal, no line longer than the terminal.
//!
//! On a terminal that is too narrow the columns that give way go first, then text is cut, and where even that is too wide
//! rows stand as lines below each other. Numbers, ids and days are never cut.

use std::borrow::Cow;

use super::column::{Cell, Column, ShownAs};
use super::error::OutputError;
use super::fit::{cut, width, wrap};
use super::pager::page;
use super::sheet::Sheet;
use crate::cli::words;
use crate::model::clean_for_display;

/// The space after a column.
const PADDING: usize = 2;
/// Names have at most so many columns of the terminal before longer text has all that it needs.
const MANY_LETTERS: usize = 24;
/// No number, id or day has more columns of the terminal.
const MOST_IN_ONE: usize = 30;

/// How a table is laid out.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Layout {
    /// Columns of the terminal; none means as wide as the content.
    pub width: Option<u16>,
    /// Whether negative numbers are red.
    pub colour: bool,
    /// Whether text that does not fit goes on in the next line, instead of being cut.
    pub wrap: bool,
    /// Whether numbers and moments are shown as programs write them.
    pub plain: bool,
}

/// Writes the table to stdout, through the pager where it is longer than the terminal.
pub(crate) fn write(sheet: &Sheet, layout: Layout) -> Result<(), OutputError> {
    page(&render(sheet, layout))
}

/// Returns whether the columns fit beside each other, with text cut to a few words.
pub(crate) fn fits(sheet: &Sheet, layout: Layout) -> bool {
    const FEW_WORDS: usize = 16;
    let Some(room) = layout.width else { return true };
    let grid = Grid::of(sheet, layout);
    let needed = grid.columns.iter().map(|column| {
        let most = if column.of.elastic { FEW_WORDS.max(width(column.title)) } else { usize::MAX };
        column.widest.min(most) + PADDING
    });
    needed.sum::<usize>() <= usize::from(room) + PADDING
}

/// Returns the table as lines of text.
pub(crate) fn render(sheet: &Sheet, layout: Layout) -> String {
    let mut grid = Grid::of(sheet, layout);
    let mut out = String::new();
    match layout.width.map(usize::from) {
        None => {
            let widths: Vec<usize> = grid.columns.iter().map(|column| column.widest).collect();
            grid.beside(&mut out, &widths, layout);
        }
        Some(room) => match grid.narrow(room) {
            Some(widths) => grid.beside(&mut out, &widths, layout),
            None => Grid::of(sheet, layout).below(&mut out, room, layout),
        },
    }
    if let Some(summary) = &sheet.summary {
        out.push('\n');
        for line in if layout.plain { &summary.plain } else { &summary.shown }.lines() {
            let clean = clean_for_display(line);
            let lines = layout.width.map_or_else(|| vec![clean.to_string()], |room| wrap(&clean, room.into()));
            lines.iter().for_each(|line| push_line(&mut out, line));
        }
    }
    out
}

/// A column as it is shown.
struct Shown<'s> {
    of: &'s Column,
    title: &'s str,
    /// The columns of the terminal that its widest cell or its title takes.
    widest: usize,
    to_the_right: bool,
    cells: Vec<Cow<'s, str>>,
}

impl Shown<'_> {
    /// Returns the fewest columns of the terminal that it can be shown in.
    fn least(&self) -> usize {
        let most = if self.of.elastic { usize::from(self.of.least).max(width(self.title)) } else { usize::MAX };
        self.widest.min(most)
    }
}

/// The text of all cells, by column.
struct Grid<'s> {
    columns: Vec<Shown<'s>>,
    rows: usize,
}

impl<'s> Grid<'s> {
    fn of(sheet: &'s Sheet, layout: Layout) -> Grid<'s> {
        let rows = || sheet.rows.iter().chain(&sheet.totals);
        let currency = sheet.columns.iter().position(|column| column.field == "currency");
        let mut columns = Vec::new();
        for (i, of) in sheet.columns.iter().enumerate() {
            let Some(title) = of.title.as_deref().filter(|_| layout.plain || !of.only_plain) else { continue };
            let text = |row: &'s Vec<Cell>| {
                let currency = currency.and_then(|at| row.get(at)).filter(|_| of.shown_as == ShownAs::Money);
                row.get(i).map_or(Cow::Borrowed(""), |cell| text_of(cell, of, currency, layout))
            };
            let cells: Vec<Cow<'s, str>> = rows().map(text).collect();
            // What holds nothing tells nothing.
            if of.gives_way > 0 && !layout.plain && cells.iter().all(|cell| cell.is_empty()) {
                continue;
            }
            columns.push(Shown {
                of,
                title,
                widest: cells.iter().map(|cell| width(cell)).max().unwrap_or(0).max(width(title)),
                // A number beside words is one of them.
                to_the_right: rows().any(|row| matches!(row.get(i), Some(Cell::Number(_))))
                    && !rows().any(|row| matches!(row.get(i), Some(Cell::Text(_)))),
                cells,
            });
        }
        Grid { columns, rows: rows().count() }
    }

    /// Leaves out columns that give way until the others fit. Returns how wide those are, or nothing when even text that
    /// is cut as short as can be leaves too little room.
    fn narrow(&mut self, room: usize) -> Option<Vec<usize>> {
        let room = room + PADDING;
        let needed = |columns: &[Shown<'_>]| columns.iter().map(|column| column.least() + PADDING).sum::<usize>();
        while needed(&self.columns) > room {
            let next = (0..self.columns.len()).filter(|i| self.columns[*i].of.gives_way > 0);
            let next = next.max_by_key(|i| self.columns[*i].of.gives_way)?;
            self.columns.remove(next);
        }
        let mut left = room - needed(&self.columns);
        let mut widths: Vec<usize> = self.columns.iter().map(Shown::least).collect();
        // Names first, as far as they are short; then the description has what it needs, and names what is left.
        for (fills, most) in [(false, MANY_LETTERS), (true, usize::MAX), (false, usize::MAX)] {
            let can_grow = |i: &usize, widths: &[usize]| {
                let column = &self.columns[*i];
                column.of.fills == fills && widths[*i] < column.widest.min(most)
            };
            while left > 0 {
                let growing: Vec<usize> = (0..widths.len()).filter(|i| can_grow(i, &widths)).take(left).collect();
                if growing.is_empty() {
                    break;
                }
                left -= growing.len();
                growing.into_iter().for_each(|i| widths[i] += 1);
            }
        }
        Some(widths)
    }

    /// Writes the columns beside each other.
    fn beside(&self, out: &mut String, widths: &[usize], layout: Layout) {
        let titles: Vec<Vec<String>> = self.columns.iter().map(|column| vec![column.title.to_owned()]).collect();
        self.row(out, &titles, widths, false);
        for row in 0..self.rows {
            let cells = self.columns.iter().zip(widths).map(|(column, room)| {
                let text = &column.cells[row];
                // What a row has in common with the one above is said there.
                if column.of.once && !layout.plain && row > 0 && column.cells[row - 1] == *text {
                    return vec![String::new()];
                }
                match layout.width {
                    None => vec![text.to_string()],
                    Some(_) if column.of.elastic && (layout.wrap || column.of.wraps) => wrap(text, *room),
                    Some(_) if column.of.elastic => vec![cut(text, *room)],
                    Some(_) => vec![text.to_string()],
                }
            });
            self.row(out, &cells.collect::<Vec<_>>(), widths, layout.colour);
        }
    }

    /// Writes one row, which has as many lines as its longest cell.
    fn row(&self, out: &mut String, cells: &[Vec<String>], widths: &[usize], colour: bool) {
        for line in 0..cells.iter().map(Vec::len).max().unwrap_or(0) {
            let mut text = String::new();
            for ((column, cell), room) in self.columns.iter().zip(cells).zip(widths) {
                let part = cell.get(line).map_or("", String::as_str);
                let gap = " ".repeat(room.saturating_sub(width(part)));
                let part = if colour { coloured(column, part) } else { Cow::Borrowed(part) };
                let (before, behind) = if column.to_the_right { (gap.as_str(), "") } else { ("", gap.as_str()) };
                text.extend([before, &part, behind, "  "]);
            }
            push_line(out, &text);
        }
    }

    /// Writes rows one below the other, each cell in a line of its own. Text goes on in the next line: there is room for it.
    fn below(&self, out: &mut String, room: usize, layout: Layout) {
        let indent = self.columns.iter().map(|column| width(column.title)).max().unwrap_or(0) + PADDING;
        for row in 0..self.rows {
            if row > 0 {
                out.push('\n');
            }
            for column in self.columns.iter().filter(|column| !column.cells[row].is_empty()) {
                let text = &column.cells[row];
                let lines = match column.of.elastic {
                    true => wrap(text, room.saturating_sub(indent)),
                    // A path goes on in the next line; a number, an id or a day is never broken.
                    false if width(text) > MOST_IN_ONE => wrap(text, room.saturating_sub(indent)),
                    false => vec![text.to_string()],
                };
                for (line, part) in lines.iter().enumerate() {
                    let title = if line == 0 { column.title } else { "" };
                    let gap = " ".repeat(indent.saturating_sub(width(title)));
                    let part = if layout.colour { coloured(column, part) } else { Cow::Borrowed(part.as_str()) };
                    push_line(out, &format!("{title}{gap}{part}"));
                }
            }
        }
    }
}

fn push_line(out: &mut String, line: &str) {
    out.push_str(line.trim_end());
    out.push('\n');
}

fn text_of<'s>(cell: &'s Cell, column: &Column, currency: Option<&Cell>, layout: Layout) -> Cow<'s, str> {
    match (cell, column.shown_as) {
        (Cell::Empty, _) => Cow::Borrowed(""),
        (Cell::Text(text), ShownAs::Moment) if !layout.plain => Cow::Owned(words::moment(&clean_for_display(text))),
        (Cell::Text(text), ShownAs::Flag) if !layout.plain => Cow::Borrowed(match text.as_str() {
            "true" => "yes",
            "false" => "no",
            other => other,
        }),
        (Cell::Text(text), _) => clean_for_display(text),
        (Cell::Number(number), ShownAs::Count) if !layout.plain => Cow::Owned(words::grouped(number)),
        (Cell::Number(number), ShownAs::Money) if !layout.plain => Cow::Owned(match currency {
            Some(Cell::Text(code)) => words::signed(number, code),
            _ => words::grouped(number),
        }),
        (Cell::Number(number), _) => Cow::Borrowed(number),
    }
}

/// Returns a number, red when it is negative. Text that begins with a minus is no number.
fn coloured<'t>(column: &Shown<'_>, text: &'t str) -> Cow<'t, str> {
    match column.to_the_right && text.starts_with('-') {
        true => Cow::Owned(format!("\u{1b}[31m{text}\u{1b}[0m")),
        false => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::column::Column;
    use super::*;

    fn sheet() -> Sheet {
        let columns = [
            Column::text("day", "Day"),
            Column::text("id", "Id").only_in_csv(),
            Column::elastic("text", "Description"),
            Column::number("amount", "Amount"),
        ];
        let long = "A very long description that no terminal has room for";
        let rows = [
            json!({"day": "2026-01-05", "id": "1", "text": "Coffee\u{1b}[2J", "amount": "-4.50"}),
            json!({"day": "2026-01-06", "id": "2", "text": long, "amount": "1234.00"}),
        ];
        Sheet::of(columns, rows, "nothing").unwrap()
    }

    #[test]
    fn aligns_numbers_to_the_right() {
        insta::assert_snapshot!(render(&sheet(), Layout::default()), @r"
        Day         Description                                             Amount
        2026-01-05  Coffee�[2J                                               -4.50
        2026-01-06  A very long description that no terminal has room for  1234.00
        ");
    }

    #[test]
    fn nothing_hides_in_a_cell_and_emoji_stay_whole() {
        let rows = [
            json!({"day": "2026-01-05", "id": "1", "text": "👩\u{200d}💻 ☕\u{fe0f}", "amount": "-4.50"}),
            json!({"day": "2026-01-06", "id": "2", "text": "a\u{3164}\u{200d}\u{2800}b\u{301}\u{301}\u{301}\u{301}", "amount": "1.00"}),
        ];
        let columns =
            [Column::text("day", "Day"), Column::elastic("text", "Description"), Column::number("amount", "Amount")];
        let text = render(&Sheet::of(columns, rows, "nothing").unwrap(), Layout::default());
        assert!(text.contains("👩\u{200d}💻 ☕\u{fe0f}"), "{text:?}");
        assert!(text.contains("a\u{fffd}\u{fffd}\u{fffd}b\u{301}\u{301}\u{301} "), "{text:?}");
    }

    #[test]
    fn a_number_among_words_stands_to_the_left() {
        let columns = [Column::text("name", "What"), Column::text("value", "Recorded")];
        let rows = [json!({"name": "Recipient", "value": "Acme"}), json!({"name": "Rows", "value": 18})];
        insta::assert_snapshot!(render(&Sheet::of(columns, rows, "").unwrap(), Layout::default()), @r"
        What       Recorded
        Recipient  Acme
        Rows       18
        ");
    }

    #[test]
    fn cuts_long_text_to_the_terminal_and_no_numbers() {
        let text = render(&sheet(), Layout { width: Some(44), ..Layout::default() });
        assert!(text.lines().all(|line| line.chars().count() <= 44), "{text}");
        assert_eq!(text.lines().count(), 3, "{text}");
        assert!(text.contains('…') && text.contains("1234.00") && text.contains("2026-01-06"), "{text}");
    }

    #[test]
    fn a_path_that_is_longer_than_the_terminal_goes_on_in_the_next_line() {
        let path = "/home/somebody/backups/finvault-3u2qrbb7xqxkxdjwwa8ny9etkz-20261127T044306Z.tar";
        let columns = [Column::text("action", "What"), Column::text("file", "File")];
        let sheet = Sheet::of(columns, [json!({"action": "made", "file": path})], "").unwrap();
        let text = render(&sheet, Layout { width: Some(60), ..Layout::default() });
        insta::assert_snapshot!(text, @r"
        What  made
        File  /home/somebody/backups/finvault-3u2qrbb7xqxkxdjwwa8ny9
              etkz-20261127T044306Z.tar
        ");
    }

    #[test]
    fn columns_that_give_way_go_before_anything_is_cut() {
        let columns = [
            Column::text("id", "Id"),
            Column::text("made", "Made").gives_way(2),
            Column::number("entry", "Entry").gives_way(1),
            Column::number("bytes", "Bytes"),
        ];
        let rows = [json!({"id": "grant-12", "made": "2026-01-05", "entry": 123, "bytes": 123_456})];
        let sheet = Sheet::of(columns, rows, "nothing").unwrap();
        let titles = |width| {
            let text = render(&sheet, Layout { width: Some(width), ..Layout::default() });
            assert!(text.contains("grant-12") && text.contains("123456") && text.lines().count() == 2, "{text}");
            text.lines().next().unwrap().split_whitespace().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(titles(35), ["Id", "Made", "Entry", "Bytes"]);
        assert_eq!(titles(34), ["Id", "Entry", "Bytes"]);
        assert_eq!(titles(23), ["Id", "Entry", "Bytes"]);
        assert_eq!(titles(22), ["Id", "Bytes"]);
        // Where even those do not fit, each has a line of its own, and is whole.
        let text = render(&sheet, Layout { width: Some(15), ..Layout::default() });
        assert_eq!(text, "Id     grant-12\nMade   2026-01-05\nEntry  123\nBytes  123456\n");
    }

    #[test]
    fn a_terminal_that_is_too_narrow_has_each_cell_in_a_line_of_its_own() {
        insta::assert_snapshot!(render(&sheet(), Layout { width: Some(26), ..Layout::default() }), @r"
        Day          2026-01-05
        Description  Coffee�[2J
        Amount       -4.50

        Day          2026-01-06
        Description  A very long
                     description
                     that no
                     terminal has
                     room for
        Amount       1234.00
        ");
    }

    #[test]
    fn amounts_have_separators_and_the_sign_of_their_currency_unless_plain() {
        let columns = [
            Column::text("currency", "Currency").only_plain(),
            Column::money("amount", "Amount"),
            Column::count("rows", "Rows"),
            Column::moment("time", "Time"),
        ];
        let time = "2026-11-22T08:00:59Z";
        let rows = [("USD", "-1234567.50"), ("JPY", "500"), ("CHF", "-0.05")]
            .map(|(currency, amount)| json!({"currency": currency, "amount": amount, "rows": 1234, "time": time}));
        let sheet = Sheet::of(columns, rows, "").unwrap();
        insta::assert_snapshot!(render(&sheet, Layout::default()), @r"
                Amount   Rows  Time
        -$1,234,567.50  1,234  2026-11-22 08:00
                  ¥500  1,234  2026-11-22 08:00
             -CHF 0.05  1,234  2026-11-22 08:00
        ");
        insta::assert_snapshot!(render(&sheet, Layout { plain: true, ..Layout::default() }), @r"
        Currency       Amount  Rows  Time
        USD       -1234567.50  1234  2026-11-22T08:00:59Z
        JPY               500  1234  2026-11-22T08:00:59Z
        CHF             -0.05  1234  2026-11-22T08:00:59Z
        ");
    }

    #[test]
    fn the_description_gets_the_room_that_is_left_and_sentences_go_on() {
        let columns = [
            Column::text("id", "Id"),
            Column::elastic("name", "Account").least(8),
            Column::elastic("text", "Description").fills(10),
            Column::elastic("category", "Category").gives_way(1),
        ];
        let rows = [
            json!({"id": "txn-1", "name": "Household checking", "text": "A description of many words", "category": "Food"}),
        ];
        let sheet = Sheet::of(columns, rows, "").unwrap();
        let at = |width| render(&sheet, Layout { width: Some(width), ..Layout::default() });
        insta::assert_snapshot!(at(80), @r"
        Id     Account             Description                  Category
        txn-1  Household checking  A description of many words  Food
        ");
        insta::assert_snapshot!(at(50), @r"
        Id     Account             Description    Category
        txn-1  Household checking  A descriptio…  Food
        ");
        insta::assert_snapshot!(at(30), @r"
        Id     Account     Description
        txn-1  Household…  A descript…
        ");
        let sentences = [Column::number("no", "No"), Column::sentences("text", "What happened")];
        let rows = [json!({"no": 12, "text": "a sentence of many words that goes on"})];
        let sheet = Sheet::of(sentences, rows, "").unwrap().with_summary("1 entry".to_owned());
        insta::assert_snapshot!(render(&sheet, Layout { width: Some(30), ..Layout::default() }), @r"
        No  What happened
        12  a sentence of many words
            that goes on

        1 entry
        ");
    }

    #[test]
    fn what_rows_have_in_common_is_said_once_beside_each_other() {
        let columns = [
            Column::text("id", "Grant").once(),
            Column::flag("good", "Good"),
            Column::elastic("text", "What").fills(12),
        ];
        let rows = [("g1", true, "the first thing"), ("g1", false, "the second"), ("g2", true, "another")]
            .map(|(id, good, text)| json!({"id": id, "good": good, "text": text}));
        let sheet = Sheet::of(columns, rows, "").unwrap();
        insta::assert_snapshot!(render(&sheet, Layout::default()), @r"
        Grant  Good  What
        g1     yes   the first thing
               no    the second
        g2     yes   another
        ");
        let narrow = render(&sheet, Layout { width: Some(20), ..Layout::default() });
        assert!(narrow.matches("g1").count() == 2 && narrow.contains("the second"), "{narrow}");
        let plain = render(&sheet, Layout { plain: true, ..Layout::default() });
        assert!(plain.matches("g1").count() == 2 && plain.contains("true"), "{plain}");
    }

    #[test]
    fn emoji_are_not_cut_in_two() {
        let coder = "👩\u{200d}💻";
        let columns = [Column::text("id", "Id"), Column::elastic("text", "Text").least(4)];
        let sheet = Sheet::of(columns, [json!({"id": "1", "text": coder.repeat(9)})], "").unwrap();
        for width in 8..20 {
            let text = render(&sheet, Layout { width: Some(width), ..Layout::default() });
            let line = text.lines().nth(1).unwrap();
            assert_eq!(line.replace(coder, "").trim_start_matches('1').trim(), "…", "{text}");
        }
    }

    #[test]
    fn colours_negative_numbers_only() {
        let text = render(&sheet(), Layout { colour: true, ..Layout::default() });
        assert_eq!(text.matches('\u{1b}').count(), 2, "{text:?}");
        assert!(text.contains("\u{1b}[31m-4.50\u{1b}[0m"), "{text:?}");
        let plain = render(&sheet(), Layout::default());
        assert_eq!(text.replace("\u{1b}[31m", "").replace("\u{1b}[0m", ""), plain);
    }
}
