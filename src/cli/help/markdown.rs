//! The Markdown of the project's documents, as far as they use it: headings, paragraphs, lists, tables and code.
//!
//! What stands between `<!-- source -->` and `<!-- end -->` is for readers of the source, and left out.

/// A part of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Block<'d> {
    /// A heading: 1 is the title of the document.
    Heading(usize, &'d str),
    /// A paragraph, its lines joined.
    Paragraph(String),
    /// An item of a list: how far it is indented, its mark, its lines joined.
    Item(usize, &'d str, String),
    /// Lines that are shown as they are.
    Code(Vec<&'d str>),
    /// A table; the first row has the headings.
    Table(Vec<Vec<String>>),
}

/// Returns the document without what is for readers of the source.
pub(super) fn for_readers_of_the_program(document: &str) -> String {
    let mut text = String::new();
    for (at, part) in document.split("<!-- source -->").enumerate() {
        let shown = if at == 0 { part } else { part.split_once("<!-- end -->").map_or("", |(_, rest)| rest) };
        text.push_str(shown);
    }
    text
}

/// Returns the parts of a document.
pub(super) fn blocks(document: &str) -> Vec<Block<'_>> {
    let mut blocks: Vec<Block<'_>> = Vec::new();
    // Whether the next line goes on with the last block.
    let mut is_open = false;
    let mut lines = document.lines().peekable();
    while let Some(line) = lines.next() {
        let text = line.trim();
        if text.starts_with("```") {
            blocks.push(Block::Code(lines.by_ref().take_while(|line| !line.trim().starts_with("```")).collect()));
            is_open = false;
        } else if text.is_empty() {
            is_open = false;
        } else if let Some(level) = heading(text) {
            blocks.push(Block::Heading(level, text[level..].trim()));
            is_open = false;
        } else if text.starts_with('|') {
            let row = cells(text);
            match blocks.last_mut() {
                Some(Block::Table(rows)) if is_open => rows.push(row),
                _ => blocks.push(Block::Table(vec![row])),
            }
            is_open = true;
        } else if let Some((mark, rest)) = item(text) {
            blocks.push(Block::Item(line.len() - line.trim_start().len(), mark, rest.to_owned()));
            is_open = true;
        } else {
            match blocks.last_mut() {
                Some(Block::Paragraph(joined) | Block::Item(_, _, joined)) if is_open => {
                    joined.push(' ');
                    joined.push_str(text);
                }
                _ => blocks.push(Block::Paragraph(text.to_owned())),
            }
            is_open = true;
        }
    }
    for block in &mut blocks {
        if let Block::Table(rows) = block {
            rows.retain(|row| !row.iter().all(|cell| !cell.is_empty() && cell.bytes().all(|b| b"-:".contains(&b))));
        }
    }
    blocks
}

fn heading(text: &str) -> Option<usize> {
    let level = text.bytes().take_while(|byte| *byte == b'#').count();
    (level > 0 && text[level..].starts_with(' ')).then_some(level)
}

/// Returns the mark of an item, `-` or `1.`, and its text.
fn item(text: &str) -> Option<(&str, &str)> {
    let (mark, rest) = text.split_once(' ')?;
    let is_number = mark.strip_suffix('.').is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    (mark == "-" || is_number).then_some((mark, rest))
}

/// Returns the cells of a row. A bar behind a backslash is text.
fn cells(row: &str) -> Vec<String> {
    const BAR: &str = "\u{0}";
    let row = row.replace("\\|", BAR);
    let inside = row.trim().trim_start_matches('|');
    let inside = inside.strip_suffix('|').unwrap_or(inside);
    inside.split('|').map(|cell| cell.trim().replace(BAR, "|")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_documents_use() {
        let document =
            "# A\nb\nc\n\n- d\n  e\n- f\n1. g\n\n| h | `i\\|j` |\n|---|:--|\n| k | |\n\n```\nl # m\n```\n### N\n";
        let text = str::to_owned;
        let expected = [
            Block::Heading(1, "A"),
            Block::Paragraph(text("b c")),
            Block::Item(0, "-", text("d e")),
            Block::Item(0, "-", text("f")),
            Block::Item(0, "1.", text("g")),
            Block::Table(vec![vec![text("h"), text("`i|j`")], vec![text("k"), text("")]]),
            Block::Code(vec!["l # m"]),
            Block::Heading(3, "N"),
        ];
        assert_eq!(blocks(document), expected);
    }

    #[test]
    fn leaves_out_what_is_for_readers_of_the_source() {
        let text =
            for_readers_of_the_program("a<!-- source --> in `src`<!-- end -->. b\n<!-- source -->c<!-- end -->d");
        assert_eq!(text, "a. b\nd");
    }
}
