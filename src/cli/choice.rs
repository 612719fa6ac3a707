//! A choice at the terminal: a list with one line highlighted, and below it what that line would mean.

use std::io;

use console::{Key, Term, measure_text_width};
use dialoguer::Input;

use super::error::CliError;
use super::exit::Exit;
use super::output::safe::clean_lines;
use super::terminal::Terminal;

/// What a person answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer<T> {
    /// This.
    Is(T),
    /// Nothing: what was asked about is left out.
    None,
    /// Nothing, and no further questions.
    Stop,
}

/// Lines below a list of choices that always fit.
const LEAST_ROWS: usize = 8;

/// Lets the person choose one of the lines with the arrow keys; the first one is highlighted. `below` returns the lines
/// that are shown below the list for the highlighted one.
pub(crate) fn choose(
    terminal: &Terminal,
    prompt: &str,
    items: &[String],
    below: &mut dyn FnMut(usize) -> Vec<String>,
) -> Result<Answer<usize>, CliError> {
    let term = terminal.term()?;
    let mut selected = 0;
    loop {
        let lines = picture(&term, prompt, items, selected, &below(selected));
        term.write_str(&format!("{}\n", lines.join("\n"))).and_then(|()| term.flush()).map_err(unasked)?;
        let key = term.read_key_raw();
        term.clear_last_lines(lines.len()).map_err(unasked)?;
        match key.map_err(unasked)? {
            Key::ArrowDown | Key::Tab | Key::Char('j') => selected = (selected + 1) % items.len().max(1),
            Key::ArrowUp | Key::BackTab | Key::Char('k') => {
                selected = selected.checked_sub(1).unwrap_or(items.len().saturating_sub(1));
            }
            Key::Home => selected = 0,
            Key::End => selected = items.len().saturating_sub(1),
            Key::Enter => {
                let chosen = items.get(selected).map_or("", String::as_str);
                terminal.say(&format!("{prompt} {chosen}\n"))?;
                return Ok(Answer::Is(selected));
            }
            Key::Escape | Key::Char('q') => return Ok(Answer::None),
            Key::CtrlC | Key::Char('\u{4}') => return Ok(Answer::Stop),
            _ => {}
        }
    }
}

/// Returns the lines to draw: none is wider than the terminal, and together they are not higher.
fn picture(term: &Term, prompt: &str, items: &[String], selected: usize, below: &[String]) -> Vec<String> {
    let (rows, columns) = term.size();
    let cut = |line: String| fitting(&clean_lines(&line).replace('\n', " "), usize::from(columns).saturating_sub(1));
    // A list that is too long moves with the highlighted line.
    let room = usize::from(rows).saturating_sub(3 + below.len()).max(LEAST_ROWS.min(items.len()));
    let first = (selected + 1).saturating_sub(room);
    let mut lines = vec![cut(format!("{prompt} (arrow keys, Enter; Esc leaves the file out)"))];
    for (index, item) in items.iter().enumerate().skip(first).take(room) {
        lines.push(cut(format!("{} {item}", if index == selected { ">" } else { " " })));
    }
    lines.extend(below.iter().map(|line| cut(format!("    {line}"))));
    lines
}

/// Returns the start of a line that is at most so wide.
fn fitting(line: &str, width: usize) -> String {
    if measure_text_width(line) <= width {
        return line.to_owned();
    }
    let mut out = String::new();
    for c in line.chars() {
        if measure_text_width(&out) + measure_text_width(c.encode_utf8(&mut [0; 4])) >= width {
            break;
        }
        out.push(c);
    }
    out + "…"
}

/// Lets the person type a text, with an answer that stands there already.
pub(crate) fn text(
    terminal: &Terminal,
    prompt: &str,
    default: Option<String>,
    valid: &dyn Fn(&str) -> Result<(), String>,
) -> Result<Answer<String>, CliError> {
    let mut question = Input::<String>::new()
        .with_prompt(prompt)
        .allow_empty(true)
        .validate_with(|text: &String| if text.trim().is_empty() { Ok(()) } else { valid(text.trim()) });
    if let Some(default) = default {
        question = question.default(default);
    }
    let answer = question.interact_text_on(&terminal.term()?);
    let text = answer.map_err(|dialoguer::Error::IO(source)| unasked(source))?.trim().to_owned();
    Ok(if text.is_empty() { Answer::None } else { Answer::Is(text) })
}

fn unasked(source: io::Error) -> CliError {
    CliError::caused(Exit::BadInput, "nothing was answered", source)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_lines_to_the_width() {
        assert_eq!(fitting("abcdef", 6), "abcdef");
        assert_eq!(fitting("abcdefg", 6), "abcde…");
        assert!(measure_text_width(&fitting("取引明細2026年3月普通預金", 9)) <= 9);
    }
}
