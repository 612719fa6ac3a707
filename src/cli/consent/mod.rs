//! The page that a person reads before they approve, drawn from the very bytes that are signed.
//!
//! `facts` says what is asked, `page` lays it out on one screen, `more` has what is shown on request, `stage` is the
//! alternate screen that it is drawn on.

mod facts;
mod line;
mod more;
mod page;
mod stage;

use serde_json::Value;

use super::error::CliError;
use super::exit::Exit;
use super::output::foreign::{cut, lines};
use super::screen;
use super::terminal::{Terminal, is_yes, unusable};
use crate::ops::report::ConsentScreen;
use facts::Facts;
use line::Line;
use more::{More, Pager};
use page::{LEAST, Size, TYPED, answer_column};
use stage::{Event, Stage};

pub(crate) use stage::leave_for_panic;

/// A terminal that cannot move its cursor shows so much at a time.
const PLAIN: Size = Size { columns: 80, rows: 24 };

/// Shows the page and asks. Returns whether the person approves; the default answer is no. One line of it stays on the
/// terminal.
pub(crate) fn ask(terminal: &Terminal, screen: &ConsentScreen) -> Result<bool, CliError> {
    let asked = Asked::of(screen)?;
    let approves = if screen::moves_cursor() { asked.on_stage(terminal)? } else { asked.in_plain_text(terminal)? };
    let answer = if approves { "Approved" } else { "Not approved" };
    let width = terminal.width().map_or(PLAIN.columns, usize::from);
    terminal.say(&format!("{}\n", cut(&format!("{answer}: {}", asked.facts.in_short()), width.saturating_sub(1))))?;
    Ok(approves)
}

/// Returns the refusal for a share that cannot be approved without a terminal.
pub(crate) fn no_terminal() -> CliError {
    CliError::new(Exit::Refused, "there is no terminal to ask for your approval")
        .hint("--yes shares what a rule of your policy covers whole: `vault policy show`")
}

/// Returns all that can be seen of a slice, as text.
pub(crate) fn text(screen: &ConsentScreen, width: usize) -> Result<String, CliError> {
    let asked = Asked::of(screen)?;
    let size = Size { columns: width.max(LEAST.columns), rows: LEAST.rows };
    let head = page::summary(&asked.facts, size.width());
    let parts = [More::All, More::Terms, More::Details].map(|more| asked.lines(more, size.width()));
    let parts = std::iter::once(head).chain(parts).map(|lines| as_text(&lines, size.width()));
    Ok(parts.collect::<Vec<_>>().join("\n"))
}

fn parse(slice: &[u8]) -> Result<Value, CliError> {
    serde_json::from_slice(slice).map_err(not_json)
}

fn not_json(error: serde_json::Error) -> CliError {
    CliError::caused(Exit::Failure, "the slice is not JSON", error)
}

fn as_text(lines: &[Line], width: usize) -> String {
    lines.iter().map(|line| format!("{}\n", line.text(width))).collect()
}

/// What is asked, in all its forms.
struct Asked<'s> {
    screen: &'s ConsentScreen,
    facts: Facts,
    /// The slice as it is, but for the terms, which stand by themselves.
    document: Value,
}

impl Asked<'_> {
    fn of(screen: &ConsentScreen) -> Result<Asked<'_>, CliError> {
        let mut document = parse(screen.slice.expose())?;
        if let Some(grant) = document.get_mut("grant").and_then(Value::as_object_mut) {
            grant.remove("labelledTerms");
        }
        let facts = Facts::of(screen, &screen.document().map_err(not_json)?);
        Ok(Asked { screen, facts, document })
    }

    fn lines(&self, more: More, width: usize) -> Vec<Line> {
        more.lines(&self.facts, self.screen, &self.document, width)
    }

    fn on_stage(&self, terminal: &Terminal) -> Result<bool, CliError> {
        let mut stage = Stage::enter(terminal.device(), screen::takes_colour()).map_err(unusable)?;
        let mut typed = String::new();
        loop {
            let size = stage.size();
            let page = page::page(&self.facts, size);
            let is_shown = page.is_some();
            let lines = page.map_or_else(|| too_small(size), |page| with_typed(page, &typed, size));
            let cursor = if is_shown { answer_column(size.width()) + shown(&typed).len() } else { 0 };
            stage.draw(&lines, cursor).map_err(unusable)?;
            match stage.next().map_err(unusable)? {
                // A page that is not seen cannot be approved.
                Event::Enter => return Ok(is_shown && is_yes(&typed)),
                Event::Escape | Event::Gone => return Ok(false),
                Event::Typed(key) => {
                    let more = More::of(key).filter(|_| is_shown && typed.is_empty());
                    match more.map(|more| self.page_through(&mut stage, more)).transpose()? {
                        Some(Event::Gone) => return Ok(false),
                        Some(_) => {}
                        None if typed.len() < LONGEST_ANSWER => typed.push(key),
                        None => {}
                    }
                }
                Event::Erase => {
                    typed.pop();
                }
                Event::Kill => typed.clear(),
                Event::On | Event::Back | Event::Redraw => {}
            }
        }
    }

    /// Pages through what was asked for, until the person goes back to the question.
    fn page_through(&self, stage: &mut Stage<'_>, more: More) -> Result<Event, CliError> {
        let mut pager = Pager::default();
        loop {
            let size = stage.size();
            let lines = self.lines(more, size.width());
            stage.draw(&pager.page(&lines, size), 0).map_err(unusable)?;
            match stage.next().map_err(unusable)? {
                Event::Typed(' ' | 'f') | Event::On | Event::Enter => pager.on(&lines, size),
                Event::Typed('b') | Event::Back => pager.back(size),
                event @ (Event::Typed('q') | Event::Escape | Event::Gone) => return Ok(event),
                Event::Typed(_) | Event::Erase | Event::Kill | Event::Redraw => {}
            }
        }
    }

    /// Asks line by line, on a terminal that shows text only.
    fn in_plain_text(&self, terminal: &Terminal) -> Result<bool, CliError> {
        let width = terminal.width().map_or(PLAIN.columns, usize::from);
        let size = Size { columns: width.max(LEAST.columns), ..PLAIN };
        loop {
            let Some(mut page) = page::page(&self.facts, size) else { return Ok(false) };
            // The question is the prompt.
            page.pop();
            terminal.say(&as_text(&page, size.width()))?;
            let answer = terminal.line(&format!("{}  {}", page::KEYS, self.facts.title.question))?;
            let mut keys = answer.trim().chars();
            match keys.next().and_then(More::of).filter(|_| keys.next().is_none()) {
                Some(more) => terminal.say(&as_text(&self.lines(more, size.width()), size.width()))?,
                None => return Ok(is_yes(&answer)),
            }
        }
    }
}

/// Longer than any answer that means something.
const LONGEST_ANSWER: usize = 64;

/// Returns what is shown of an answer: its end.
fn shown(typed: &str) -> String {
    let letters: Vec<char> = typed.chars().map(|c| if c.is_ascii() { c } else { '?' }).collect();
    letters[letters.len().saturating_sub(TYPED - 1)..].iter().collect()
}

fn with_typed(mut page: Vec<Line>, typed: &str, size: Size) -> Vec<Line> {
    if let Some(last) = page.pop() {
        page.push(last.at(answer_column(size.width()), shown(typed)));
    }
    page
}

fn too_small(size: Size) -> Vec<Line> {
    let Size { columns, rows } = LEAST;
    let text = format!(
        "Nothing can be approved here: the page needs {columns} columns and {rows} lines. Enlarge the terminal, or press Enter."
    );
    lines(&text, size.columns, size.rows).into_iter().map(Line::of).collect()
}

#[cfg(test)]
#[path = "../../../tests/unit/cli/consent.rs"]
mod tests;
