//! A choice at the terminal: a list with one line highlighted, and below it what that line would mean.

use std::io;

use console::{Key, Term, measure_text_width};

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

/// Lets the person type a text; Enter alone takes the default. Esc gives no answer.
pub(crate) fn text(
    terminal: &Terminal,
    prompt: &str,
    default: Option<&str>,
    valid: &dyn Fn(&str) -> Result<(), String>,
) -> Result<Answer<String>, CliError> {
    let term = terminal.term()?;
    let asked = match default {
        Some(default) => format!("{prompt} [{default}] (Esc leaves the file out): "),
        None => format!("{prompt} (Esc leaves the file out): "),
    };
    let asked = clean_lines(&asked).replace('\n', " ");
    let mut typed = String::new();
    loop {
        let room = usize::from(term.size().1).saturating_sub(1 + measure_text_width(&asked));
        term.write_str(&format!("{asked}{}", ending(&typed, room))).and_then(|()| term.flush()).map_err(unasked)?;
        let key = term.read_key_raw();
        term.clear_line().map_err(unasked)?;
        match key.map_err(unasked)? {
            Key::Enter => {
                let answer = if typed.trim().is_empty() { default.unwrap_or_default() } else { typed.trim() };
                match valid(answer) {
                    Ok(()) => {
                        terminal.say(&format!("{prompt} {answer}\n"))?;
                        return Ok(Answer::Is(answer.to_owned()));
                    }
                    Err(_) if answer.is_empty() => {}
                    Err(reason) => terminal.say(&format!("{reason}\n"))?,
                }
            }
            Key::Backspace => {
                typed.pop();
            }
            Key::Char('\u{15}') => typed.clear(),
            Key::Escape => return Ok(Answer::None),
            Key::CtrlC | Key::Char('\u{4}') => return Ok(Answer::Stop),
            Key::Char(c) if !c.is_control() => typed.push(c),
            _ => {}
        }
    }
}

/// Returns the end of a text that is at most so wide.
fn ending(text: &str, width: usize) -> &str {
    let mut starts = text.char_indices().map(|(start, _)| start).chain([text.len()]);
    starts.find(|start| measure_text_width(&text[*start..]) <= width).map_or("", |start| &text[start..])
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
        assert_eq!((ending("abcdef", 4), ending("abc", 4), ending("普通預金", 5)), ("cdef", "abc", "預金"));
    }
}
