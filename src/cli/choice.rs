//! A choice at the terminal: a list with one line highlighted, and below it what that line would mean.

use std::io;

use console::{Key, Term, measure_text_width};
use rustix::process::Signal;

use super::error::CliError;
use super::exit::Exit;
use super::output::safe::clean_lines;
use super::signals;
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

/// What an answer counts for: one of several, which the arrow keys to the right and left change. With none there is nothing to
/// change.
#[derive(Debug, Default)]
pub(crate) struct Reach {
    all: Vec<String>,
    at: usize,
}

impl Reach {
    /// Makes one of several, of which the first counts if nobody changes it.
    pub(crate) fn of(all: Vec<String>) -> Reach {
        Reach { all, at: 0 }
    }

    /// Returns which one counts.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// Changes it, if the key does.
    fn turn(&mut self, key: &Key) -> bool {
        let count = self.all.len();
        match key {
            Key::ArrowRight if count > 0 => self.at = (self.at + 1) % count,
            Key::ArrowLeft if count > 0 => self.at = (self.at + count - 1) % count,
            _ => return false,
        }
        true
    }

    /// Returns the line that says which one counts, and which one a key would change it to.
    fn line(&self) -> Option<String> {
        let (now, next) = (self.all.get(self.at)?, self.all.get((self.at + 1) % self.all.len())?);
        Some(format!("for {now} (right arrow: {next})"))
    }

    /// Returns an answer with what it counts for.
    fn told(&self, answer: &str) -> String {
        self.all.get(self.at).map_or_else(|| answer.to_owned(), |now| format!("{answer}, for {now}"))
    }
}

/// Lines below a list of choices that always fit.
const LEAST_ROWS: usize = 8;

/// Lets the person choose one of the lines with the arrow keys; the first one is highlighted. `below` returns the lines
/// that are shown below the list for the highlighted one; `reach` is what the answer counts for.
pub(crate) fn choose(
    terminal: &Terminal,
    prompt: &str,
    items: &[String],
    reach: &mut Reach,
    below: &mut dyn FnMut(usize) -> Vec<String>,
) -> Result<Answer<usize>, CliError> {
    let term = terminal.term()?;
    let mut selected = 0;
    loop {
        let lines = picture(&term, prompt, items, selected, reach, &below(selected));
        term.write_str(&format!("{}\n", lines.join("\n"))).and_then(|()| term.flush()).map_err(unasked)?;
        let key = term.read_key_raw();
        term.clear_last_lines(lines.len()).map_err(unasked)?;
        match key.map_err(unasked)? {
            key if reach.turn(&key) => {}
            Key::ArrowDown | Key::Tab | Key::Char('j') => selected = (selected + 1) % items.len().max(1),
            Key::ArrowUp | Key::BackTab | Key::Char('k') => {
                selected = selected.checked_sub(1).unwrap_or(items.len().saturating_sub(1));
            }
            Key::Home => selected = 0,
            Key::End => selected = items.len().saturating_sub(1),
            Key::Enter => {
                let chosen = items.get(selected).map_or("", String::as_str);
                terminal.say(&format!("{prompt} {}\n", reach.told(chosen)))?;
                return Ok(Answer::Is(selected));
            }
            Key::Escape | Key::Char('q') => return Ok(Answer::None),
            Key::CtrlC | Key::Char('\u{4}') => return Ok(Answer::Stop),
            STOPPED => signals::act_on(Signal::TSTP),
            _ => {}
        }
    }
}

/// Ctrl-Z, which a terminal that reads single keys does not act on itself. What is asked is drawn again when the program goes on.
const STOPPED: Key = Key::Char('\u{1a}');

/// Returns the lines to draw: none is wider than the terminal, and together they are not higher.
fn picture(
    term: &Term,
    prompt: &str,
    items: &[String],
    selected: usize,
    reach: &Reach,
    below: &[String],
) -> Vec<String> {
    let (rows, columns) = term.size();
    let cut = |line: String| fitting(&clean_lines(&line).replace('\n', " "), usize::from(columns).saturating_sub(1));
    // A list that is too long moves with the highlighted line.
    let room =
        usize::from(rows).saturating_sub(3 + below.len() + reach.all.len().min(1)).max(LEAST_ROWS.min(items.len()));
    let first = (selected + 1).saturating_sub(room);
    let of = if items.len() > room { format!(" {} of {}", selected + 1, items.len()) } else { String::new() };
    let mut lines = vec![cut(format!("{prompt}{of} (arrow keys, Enter; Esc leaves the file out)"))];
    for (index, item) in items.iter().enumerate().skip(first).take(room) {
        lines.push(cut(format!("{} {item}", if index == selected { ">" } else { " " })));
    }
    lines.extend(reach.line().map(cut));
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

/// Lets the person type a text; Enter alone takes the default. Esc gives no answer. `reach` is what the answer counts for.
pub(crate) fn text(
    terminal: &Terminal,
    prompt: &str,
    default: Option<&str>,
    reach: &mut Reach,
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
        let above = reach.line().map(|line| fitting(&line, usize::from(term.size().1).saturating_sub(1)));
        let shown = format!(
            "{}{asked}{}",
            above.iter().map(|line| format!("{line}\n")).collect::<String>(),
            ending(&typed, room)
        );
        term.write_str(&shown).and_then(|()| term.flush()).map_err(unasked)?;
        let key = term.read_key_raw();
        term.clear_line().map_err(unasked)?;
        term.clear_last_lines(above.iter().len()).map_err(unasked)?;
        match key.map_err(unasked)? {
            key if reach.turn(&key) => {}
            Key::Enter => {
                let answer = if typed.trim().is_empty() { default.unwrap_or_default() } else { typed.trim() };
                match valid(answer) {
                    Ok(()) => {
                        terminal.say(&format!("{prompt} {}\n", reach.told(answer)))?;
                        return Ok(Answer::Is(answer.to_owned()));
                    }
                    Err(_) if answer.is_empty() => {}
                    Err(reason) => {
                        terminal.say(&format!("{reason}\n"))?;
                        typed.clear();
                    }
                }
            }
            Key::Backspace => {
                typed.pop();
            }
            Key::Char('\u{15}') => typed.clear(),
            Key::Escape => return Ok(Answer::None),
            Key::CtrlC | Key::Char('\u{4}') => return Ok(Answer::Stop),
            STOPPED => signals::act_on(Signal::TSTP),
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
    fn what_an_answer_counts_for_is_turned_round() {
        let mut reach = Reach::of(["only this file", "every later file"].map(str::to_owned).to_vec());
        assert_eq!(reach.line().unwrap(), "for only this file (right arrow: every later file)");
        assert!(reach.turn(&Key::ArrowRight));
        assert_eq!((reach.at(), reach.told("Daily").as_str()), (1, "Daily, for every later file"));
        assert!(reach.turn(&Key::ArrowRight) && reach.turn(&Key::ArrowLeft) && !reach.turn(&Key::Enter));
        assert_eq!(reach.at(), 1);
        let mut none = Reach::default();
        assert!(!none.turn(&Key::ArrowRight) && none.line().is_none() && none.told("Daily") == "Daily");
    }

    #[test]
    fn cuts_lines_to_the_width() {
        assert_eq!(fitting("abcdef", 6), "abcdef");
        assert_eq!(fitting("abcdefg", 6), "abcde…");
        assert!(measure_text_width(&fitting("取引明細2026年3月普通預金", 9)) <= 9);
        assert_eq!((ending("abcdef", 4), ending("abc", 4), ending("普通預金", 5)), ("cdef", "abc", "預金"));
    }
}
