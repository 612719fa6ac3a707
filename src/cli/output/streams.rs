//! Text to stdout and stderr.

use std::io::{self, Write};

use console::measure_text_width;
use rustix::io::Errno;

use super::error::OutputError;
use super::safe::clean_lines;
use crate::cli::screen;

/// Writes text to stdout and flushes it.
pub(crate) fn to_stdout(text: &str) -> Result<(), OutputError> {
    bytes_to_stdout(text.as_bytes())
}

/// Writes the bytes of a file to stdout as they are. It must not be a terminal, which they could steer.
pub(crate) fn bytes_to_stdout(bytes: &[u8]) -> Result<(), OutputError> {
    let mut out = io::stdout().lock();
    out.write_all(bytes).and_then(|()| out.flush()).map_err(OutputError::Stdout)
}

/// Waits until what was written to stdout is on the disk, where it is a file: for a secret that is written once.
pub(crate) fn sync_stdout() -> Result<(), OutputError> {
    match rustix::fs::fsync(io::stdout().lock()) {
        // A terminal, a pipe: whoever reads it has it.
        Err(Errno::INVAL | Errno::ROFS | Errno::NOTSUP) => Ok(()),
        synced => synced.map_err(|error| OutputError::Stdout(error.into())),
    }
}

/// Writes lines to stderr. A failure is ignored: there is no other place to report it.
pub(crate) fn note(text: &str) {
    let mut err = io::stderr().lock();
    let _ = writeln!(err, "{}", clean_lines(text));
}

/// Writes sentences to stderr as [`note`] does, broken between words where a terminal would break inside them.
pub(crate) fn note_in_words(text: &str) {
    let clean = clean_lines(text);
    match screen::stderr_width() {
        Some(width) => note(&broken(&clean, usize::from(width))),
        None => note(&clean),
    }
}

/// Breaks lines between words. What goes on stands two columns further in.
fn broken(text: &str, width: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    for whole in text.split('\n') {
        let indent = whole.len() - whole.trim_start_matches(' ').len();
        let mut line = " ".repeat(indent);
        let mut is_empty = true;
        for word in whole[indent..].split(' ') {
            if !is_empty && measure_text_width(&line) + 1 + measure_text_width(word) > width {
                lines.push(std::mem::replace(&mut line, " ".repeat(indent + 2)));
                is_empty = true;
            }
            if !is_empty {
                line.push(' ');
            }
            line.push_str(word);
            is_empty = false;
        }
        lines.push(line);
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn breaks_lines_between_words_and_keeps_their_place() {
        assert_eq!(broken("error: one two three", 12), "error: one\n  two three");
        assert_eq!(broken("  hint: one two\nnext", 12), "  hint: one\n    two\nnext");
        assert_eq!(broken("a-word-that-is-long b", 9), "a-word-that-is-long\n  b");
        assert_eq!(broken("fits  as it is", 20), "fits  as it is");
    }
}
