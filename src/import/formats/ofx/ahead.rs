//! The tags of a text. In a long one they are found on another thread, if there is one to have, which runs ahead of whoever takes them.

use std::panic;
use std::sync::mpsc;
use std::thread;

use super::lexer::{Event, Lexer};
use crate::import::error::ImportError;

/// A text of so many bytes is long.
const LONG: usize = 1 << 20;

/// How many tags are passed on at once, and how often before one of these is taken.
const BATCH: usize = 1_024;
const AHEAD: usize = 8;

/// Passes on the tags of a text, in order. Returns whether there is text behind the last one.
///
/// # Errors
/// The first one, of the text or of whoever takes the tags.
pub(super) fn each<'a>(
    text: &'a str,
    mut take: impl FnMut(Event<'a>) -> Result<(), ImportError>,
) -> Result<bool, ImportError> {
    thread::scope(|scope| {
        let (sender, receiver) = mpsc::sync_channel(AHEAD);
        let find = move || {
            let mut lexer = Lexer::new(text);
            loop {
                let mut batch = Vec::with_capacity(BATCH);
                let end = fill(&mut lexer, &mut batch);
                // The receiver is gone when `take` failed: its error is returned, and nothing more is looked for.
                let is_taken = sender.send(batch).is_ok();
                match end {
                    Ok(false) if is_taken => {}
                    end => return end.map(|_| lexer.has_rest()),
                }
            }
        };
        let is_long = text.len() >= LONG;
        let finder = is_long.then(|| thread::Builder::new().spawn_scoped(scope, find).ok()).flatten();
        let Some(finder) = finder else {
            let mut lexer = Lexer::new(text);
            while let Some(event) = lexer.next()? {
                take(event)?;
            }
            return Ok(lexer.has_rest());
        };
        receiver.into_iter().flatten().try_for_each(take)?;
        finder.join().unwrap_or_else(|panicked| panic::resume_unwind(panicked))
    })
}

/// Fills a batch, and returns whether the text has ended. What is found before an error stays in it.
fn fill<'a>(lexer: &mut Lexer<'a>, batch: &mut Vec<Event<'a>>) -> Result<bool, ImportError> {
    while batch.len() < BATCH {
        match lexer.next()? {
            Some(event) => batch.push(event),
            None => return Ok(true),
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::error::{Damage, Problem, Remedy};

    /// Returns the tags of a text, and how it ended: whether text is left, or the line of an error.
    fn all(text: &str, until: usize) -> (Vec<String>, Result<bool, Option<u64>>) {
        let mut found = Vec::new();
        let end = each(text, |event| {
            if found.len() == until {
                return Err(ImportError::new(Problem::Malformed, "enough", Remedy::DownloadAgain(Damage::Hole)));
            }
            found.push(format!("{event:?}"));
            Ok(())
        });
        (found, end.map_err(|error| error.line))
    }

    #[test]
    fn a_long_text_has_the_tags_of_short_ones() {
        let row = "<STMTTRN><TRNAMT>-1.00<NAME>A < B</STMTTRN>\n";
        let few = all(&row.repeat(3), usize::MAX).0;
        let times = LONG / row.len() + 2;
        let many = all(&row.repeat(times), usize::MAX);
        assert_eq!((many.0.len(), many.1), (times * few.len() / 3, Ok(false)));
        let names = |all: &[String]| -> Vec<String> {
            all.iter().map(|event| event.split(", at").next().unwrap_or_default().to_owned()).collect()
        };
        assert!(names(&many.0).chunks(few.len() / 3).all(|one| one == &names(&few)[..few.len() / 3]));
    }

    #[test]
    fn a_long_text_ends_as_short_ones_do() {
        let row = "<STMTTRN><NAME>X</STMTTRN>\n";
        let times = LONG / row.len() + 1;
        let rows = row.repeat(times);
        for (rest, end) in [("", Ok(false)), ("<NA", Ok(true)), ("<!-- open", Err(Some(times as u64 + 1)))] {
            let (found, ended) = all(&format!("{rows}{rest}"), usize::MAX);
            assert_eq!((found.len(), ended), (3 * times, end), "{rest:?}");
        }
        // An error of whoever takes the tags comes before one further on.
        let (found, ended) = all(&format!("{rows}<!-- open"), 5_000);
        assert_eq!((found.len(), ended), (5_000, Err(None)));
    }
}
