//! Tables for people: numbers to the right, negative ones red on a terminal, long text cut to its width.

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Row, Table, Width};

use super::column::Cell;
use super::error::OutputError;
use super::sheet::Sheet;
use super::streams::to_stdout;
use crate::cli::screen;
use crate::model::clean_for_display;

/// Stands for the minus of a number to be coloured while the table is laid out: escape codes have no width, and the
/// layout would count them. A private-use character, which is taken out of all text before.
const RED: char = '\u{f8f0}';

/// The space after a column.
const PADDING: u16 = 2;
/// Text that is cut keeps at least this many characters.
const FEW_LETTERS: u16 = 12;

/// How a table is laid out.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Layout {
    /// Columns of the terminal; none means as wide as the content.
    pub width: Option<u16>,
    /// Whether negative numbers are red.
    pub colour: bool,
    /// Whether text that does not fit goes on in the next line, instead of being cut.
    pub wrap: bool,
}

/// Writes the table to stdout.
pub(crate) fn write(sheet: &Sheet) -> Result<(), OutputError> {
    let layout = Layout { width: screen::stdout_width(), colour: screen::stdout_takes_colour(), wrap: false };
    to_stdout(&render(sheet, layout))
}

/// Returns whether the columns fit beside each other, with text cut to a few words.
pub(crate) fn fits(sheet: &Sheet, layout: Layout) -> bool {
    const FEW_WORDS: u16 = 16;
    let Some(width) = layout.width else { return true };
    let needed = sheet.columns.iter().enumerate().filter_map(|(i, column)| {
        let title = length(column.title.as_ref()?);
        let widest = column_width(sheet, i);
        Some(u32::from(PADDING) + u32::from(if column.elastic { widest.min(FEW_WORDS.max(title)) } else { widest }))
    });
    needed.sum::<u32>() <= u32::from(width) + u32::from(PADDING)
}

/// Returns the characters of a column's widest cell or its title.
fn column_width(sheet: &Sheet, index: usize) -> u16 {
    let title = sheet.columns[index].title.as_deref().map_or(0, length);
    let cells = sheet.rows.iter().filter_map(|row| row.get(index));
    cells.map(|cell| length(&text_of(cell, Layout::default()))).max().unwrap_or(0).max(title)
}

fn length(text: &str) -> u16 {
    u16::try_from(text.chars().count()).unwrap_or(u16::MAX)
}

/// Returns which columns are shown. On a terminal that is too narrow for all of them, those go that give way.
fn shown(sheet: &Sheet, layout: Layout) -> Vec<usize> {
    let mut shown: Vec<usize> = (0..sheet.columns.len()).filter(|i| sheet.columns[*i].title.is_some()).collect();
    let needed = |shown: &[usize]| -> u32 {
        let width = |i: &usize| match (sheet.columns[*i].elastic, column_width(sheet, *i)) {
            (true, widest) => widest.min(FEW_LETTERS),
            (false, widest) => widest,
        };
        shown.iter().map(|i| u32::from(width(i)) + u32::from(PADDING)).sum()
    };
    let room = layout.width.map_or(u32::MAX, |width| u32::from(width) + u32::from(PADDING));
    while needed(&shown) > room {
        let next = shown.iter().copied().filter(|i| sheet.columns[*i].gives_way > 0);
        let Some(next) = next.max_by_key(|i| sheet.columns[*i].gives_way) else { break };
        shown.retain(|i| *i != next);
    }
    shown
}

/// Returns the table as lines of text.
pub(crate) fn render(sheet: &Sheet, layout: Layout) -> String {
    let shown = shown(sheet, layout);
    let mut table = Table::new();
    table.load_style(NOTHING);
    if let Some(width) = layout.width {
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
        table.set_truncation_indicator("…");
    }
    table.set_header(shown.iter().map(|i| sheet.columns[*i].title.as_deref().unwrap_or_default()));
    for row in &sheet.rows {
        let mut line = Row::from(shown.iter().map(|i| row.get(*i).map_or_else(String::new, |c| text_of(c, layout))));
        if layout.width.is_some() && !layout.wrap {
            line.max_height(1);
        }
        table.add_row(line);
    }
    for (position, i) in shown.iter().enumerate() {
        let Some(column) = table.column_mut(position) else { continue };
        column.set_padding((0, PADDING));
        if sheet.rows.iter().any(|row| matches!(row.get(*i), Some(Cell::Number(_)))) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        let constraint = match (sheet.columns[*i].elastic, column_width(sheet, *i)) {
            (false, _) => ColumnConstraint::ContentWidth,
            // A line longer than a narrow terminal is easier to read than a column of single letters.
            (true, widest) => ColumnConstraint::LowerBoundary(Width::Fixed(widest.min(FEW_LETTERS) + PADDING)),
        };
        column.set_constraint(constraint);
    }
    let mut text = String::new();
    for line in table.lines() {
        text.push_str(&coloured(line.trim_end()));
        text.push('\n');
    }
    text
}

fn text_of(cell: &Cell, layout: Layout) -> String {
    match cell {
        Cell::Text(text) => clean_for_display(text).replace(RED, "\u{fffd}"),
        Cell::Number(number) => match number.strip_prefix('-') {
            Some(digits) if layout.colour => format!("{RED}{digits}"),
            _ => number.clone(),
        },
        Cell::Empty => String::new(),
    }
}

/// Colours the numbers that are marked.
fn coloured(line: &str) -> String {
    let mut parts = line.split(RED);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(part.len());
        let (number, rest) = part.split_at(end);
        out.push_str(&format!("\u{1b}[31m-{number}\u{1b}[0m{rest}"));
    }
    out
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
        let long = "A very long description that no terminal has room for \u{f8f0}";
        let rows = [
            json!({"day": "2026-01-05", "id": "1", "text": "Coffee\u{1b}[2J", "amount": "-4.50"}),
            json!({"day": "2026-01-06", "id": "2", "text": long, "amount": "1234.00"}),
        ];
        Sheet::of(columns, rows, "nothing").unwrap()
    }

    #[test]
    fn aligns_numbers_to_the_right() {
        insta::assert_snapshot!(render(&sheet(), Layout::default()), @r"
        Day         Description                                               Amount
        2026-01-05  Coffee�[2J                                                 -4.50
        2026-01-06  A very long description that no terminal has room for �  1234.00
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
    fn cuts_long_text_to_the_terminal_and_no_numbers() {
        let text = render(&sheet(), Layout { width: Some(44), ..Layout::default() });
        assert!(text.lines().all(|line| line.chars().count() <= 44), "{text}");
        assert_eq!(text.lines().count(), 3, "{text}");
        assert!(text.contains('…') && text.contains("1234.00") && text.contains("2026-01-06"), "{text}");
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
        assert_eq!(titles(10), ["Id", "Bytes"]);
    }

    #[test]
    fn keeps_words_on_a_terminal_that_is_too_narrow() {
        let text = render(&sheet(), Layout { width: Some(20), ..Layout::default() });
        assert!(text.starts_with("Day         Description    Amount\n"), "{text}");
        assert!(text.contains("A very long…"), "{text}");
        assert_eq!(text.lines().count(), 3, "{text}");
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
