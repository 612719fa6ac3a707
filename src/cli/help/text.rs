//! A document as text: no line is longer than the terminal. Code is shown as it stands, and fits 80 columns.

use std::fmt::Write as _;

use console::measure_text_width;

use super::markdown::{Block, blocks, for_readers_of_the_program};
use super::topics;
use crate::cli::words::{padded, wrapped};

/// The space between two columns of a table.
const GAP: usize = 2;
/// How far code is indented.
const CODE: &str = "    ";
/// Code in a sentence stays in one line when it has at most so many columns.
const WHOLE: usize = 30;

/// Returns a document, written in Markdown, as text of at most so many columns.
pub(crate) fn of(document: &str, width: usize, colour: bool) -> String {
    let document = for_readers_of_the_program(document);
    let page = Page { width, colour };
    let mut text = String::new();
    let mut was_item = false;
    for block in blocks(&document) {
        let is_item = matches!(block, Block::Item(..));
        let goes_on = was_item && is_item;
        if !text.is_empty() && !goes_on {
            text.push('\n');
        }
        page.write(&mut text, &block);
        was_item = is_item;
    }
    text
}

struct Page {
    width: usize,
    colour: bool,
}

impl Page {
    fn write(&self, out: &mut String, block: &Block<'_>) {
        match block {
            Block::Heading(level, title) => self.heading(out, *level, &sentence(title, false)),
            Block::Paragraph(text) => self.lines(out, "", "", text),
            Block::Item(indent, mark, text) => {
                let first = format!("{}{mark} ", " ".repeat(*indent));
                self.lines(out, &first, &" ".repeat(first.len()), text);
            }
            Block::Code(lines) => lines.iter().for_each(|line| push(out, &format!("{CODE}{line}"))),
            Block::Table(rows) => self.table(out, rows),
        }
    }

    fn heading(&self, out: &mut String, level: usize, title: &str) {
        let lines = in_lines(title, self.width);
        for line in &lines {
            push(out, &if self.colour { format!("\u{1b}[1m{line}\u{1b}[0m") } else { line.clone() });
        }
        let line = match level {
            1 => "=",
            2 => "-",
            _ => return,
        };
        push(out, &line.repeat(lines.iter().map(|line| measure_text_width(line)).max().unwrap_or_default()));
    }

    fn lines(&self, out: &mut String, first: &str, others: &str, text: &str) {
        let room = self.width.saturating_sub(measure_text_width(others));
        for (at, line) in in_lines(&sentence(text, true), room).iter().enumerate() {
            push(out, &format!("{}{line}", if at == 0 { first } else { others }));
        }
    }

    /// Writes the columns beside each other, or, where the words are too long for that, the cells below each other.
    fn table(&self, out: &mut String, rows: &[Vec<String>]) {
        let rows: Vec<Vec<String>> =
            rows.iter().map(|row| row.iter().map(|cell| sentence(cell, false)).collect()).collect();
        match self.widths(&rows) {
            Some(widths) => self.beside(out, &rows, &widths),
            None => self.below(out, &rows),
        }
    }

    fn beside(&self, out: &mut String, rows: &[Vec<String>], widths: &[usize]) {
        for (number, row) in rows.iter().enumerate() {
            // A table of two columns without headings is a list of terms.
            if number == 0 && row.iter().all(String::is_empty) {
                continue;
            }
            let cells: Vec<Vec<String>> = row.iter().zip(widths).map(|(cell, width)| in_lines(cell, *width)).collect();
            for at in 0..cells.iter().map(Vec::len).max().unwrap_or_default() {
                let part = |cell: &Vec<String>, width| padded(cell.get(at).map_or("", String::as_str), width);
                let line: Vec<String> = cells.iter().zip(widths).map(|(cell, width)| part(cell, *width)).collect();
                push(out, line.join(&" ".repeat(GAP)).trim_end());
            }
            if number == 0 {
                let line: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
                push(out, &line.join(&" ".repeat(GAP)));
            }
        }
    }

    fn below(&self, out: &mut String, rows: &[Vec<String>]) {
        for row in rows.iter().skip(1) {
            for (at, cell) in row.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
                let indent = if at == 0 { "" } else { "  " };
                let lines = in_lines(cell, self.width.saturating_sub(indent.len()));
                lines.iter().for_each(|line| push(out, &format!("{indent}{line}")));
            }
        }
    }

    /// Returns how wide each column is; nothing where their longest words do not fit beside each other.
    fn widths(&self, rows: &[Vec<String>]) -> Option<Vec<usize>> {
        let columns = rows.iter().map(Vec::len).max()?;
        let room = self.width.checked_sub(GAP * columns.saturating_sub(1))?;
        let cells = |column: usize| rows.iter().filter_map(move |row| row.get(column));
        let widest =
            |column| cells(column).flat_map(|cell| cell.split('\n')).map(measure_text_width).max().unwrap_or_default();
        let longest = |column| cells(column).map(|cell| longest_word(cell)).max().unwrap_or_default();
        let wanted: Vec<usize> = (0..columns).map(widest).collect();
        let mut widths: Vec<usize> = (0..columns).map(longest).collect();
        let mut left = room.checked_sub(widths.iter().sum())?;
        // The narrowest that wants more gets it first, so that the others share what is left.
        while left > 0 {
            let next = (0..columns).filter(|column| widths[*column] < wanted[*column]);
            let Some(next) = next.min_by_key(|column| widths[*column]) else { break };
            widths[next] += 1;
            left -= 1;
        }
        Some(widths)
    }
}

fn push(out: &mut String, line: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{}", line.trim_end());
}

fn longest_word(text: &str) -> usize {
    text.split([' ', '\n']).map(measure_text_width).max().unwrap_or_default()
}

/// Breaks a sentence into lines, at the breaks in it first. A space in code that stays whole breaks none.
fn in_lines(text: &str, width: usize) -> Vec<String> {
    text.split('\n').flat_map(|line| wrapped(line, "", width)).map(|line| line.replace(NO_BREAK, " ")).collect()
}

/// A space that breaks no line.
const NO_BREAK: char = '\u{a0}';

/// Returns Markdown of a sentence as it is read: code in backticks when they are wanted, links as what they lead to.
fn sentence(markdown: &str, backticks: bool) -> String {
    let mut text = String::new();
    for (at, part) in with_links(markdown).split('`').enumerate() {
        if at % 2 == 0 {
            text.push_str(&without_emphasis(part).replace("<br>", "\n"));
        } else {
            let is_whole = measure_text_width(part) <= WHOLE;
            let code = if is_whole { part.replace(' ', &NO_BREAK.to_string()) } else { part.to_owned() };
            text.push_str(&if backticks { format!("`{code}`") } else { code });
        }
    }
    text
}

/// Takes away the asterisks of bold and slanted text. One with a space on both sides is an asterisk.
fn without_emphasis(text: &str) -> String {
    let mut shown = String::new();
    for (at, c) in text.char_indices() {
        let before = text[..at].chars().next_back().is_none_or(char::is_whitespace);
        let after = text[at + c.len_utf8()..].chars().next().is_none_or(char::is_whitespace);
        if c != '*' || (before && after) {
            shown.push(c);
        }
    }
    shown
}

/// Puts in place of each link what a reader of the program has: another topic, or the text of the link.
fn with_links(markdown: &str) -> String {
    let mut text = String::new();
    let mut rest = markdown;
    while let Some((before, from)) = rest.split_once('[') {
        let link = from.split_once("](").and_then(|(label, from)| Some((label, from.split_once(')')?)));
        // Brackets in code are no link.
        let is_code = before.matches('`').count() % 2 == 1;
        text.push_str(before);
        match link.filter(|(label, _)| !is_code && !label.contains(['[', ']'])) {
            Some((label, (target, after))) => {
                text.push_str(&linked(label, target));
                rest = after;
            }
            None => {
                text.push('[');
                rest = from;
            }
        }
        if is_code {
            // The code ends at its backtick; what stands before that is no link either.
            let (code, after) = rest.split_once('`').unwrap_or((rest, ""));
            text.push_str(code);
            text.push('`');
            rest = after;
        }
    }
    text + rest
}

fn linked(label: &str, target: &str) -> String {
    if target.contains("://") {
        return if label == target { target.to_owned() } else { format!("{label} ({target})") };
    }
    let file = target.split('#').next().unwrap_or_default().rsplit('/').next().unwrap_or_default();
    match file.strip_suffix(".md") {
        Some(name) if let Some(topic) = topics::of_document(name) => format!("`vault help {}`", topic.name),
        Some(name) if label.contains(".md") => format!("the project's document \"{name}\""),
        _ => label.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lays_out_a_document() {
        let document = "# Title\n\nSee [json.md](json.md), [the *rules*](glossary.md) and [backups.md](backups.md#x), \
                        a **bold** word, `a b` and `[x](y)` and 2 * 3.\n\n- one two three four five six\n- two\n\n\
                        | option | what it does |\n|---|---|\n| `-q, --quiet` | says less, and less, and less |\n\n\
                        ```\n$ code\n```\n## Next\n";
        insta::assert_snapshot!(of(document, 40, false), @r#"
        Title
        =====

        See `vault help json`, the rules and the
        project's document "backups", a bold
        word, `a b` and `[x](y)` and 2 * 3.

        - one two three four five six
        - two

        option       what it does
        -----------  ---------------------------
        -q, --quiet  says less, and less, and
                     less

            $ code

        Next
        ----
        "#);
    }

    #[test]
    fn no_line_of_a_topic_is_longer_than_the_terminal() {
        let tree = clap::Command::new("vault");
        for topic in &topics::TOPICS {
            for width in [60, 80, 100, 200] {
                let text = of(&topic.markdown(&tree), width, false);
                // Code is not broken: a line of it that is copied has to run.
                let is_code = |line: &&str| width < 80 && line.starts_with(CODE);
                let long = text.lines().filter(|line| !is_code(line)).find(|line| measure_text_width(line) > width);
                assert_eq!(long, None, "{} at {width}", topic.name);
            }
        }
    }

    #[test]
    fn cells_stand_below_each_other_where_words_are_too_long() {
        let table = "| a | b |\n|---|---|\n| a-word-that-is-long | another-word-that-is |\n";
        assert_eq!(of(table, 24, false), "a-word-that-is-long\n  another-word-that-is\n");
    }
}
