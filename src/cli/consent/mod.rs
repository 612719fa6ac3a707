//! The consent screen: who, why, how long, the labelled terms, the content itself, and what the recipient knows from
//! earlier grants. Rendered from the same bytes that are signed.

use std::fmt::Write as _;

use serde_json::Value;

use super::error::CliError;
use super::exit::Exit;
use super::output::document;
use super::output::table::Layout;
use super::terminal::Terminal;
use crate::model::clean_for_display;
use crate::ops::report::ConsentScreen;

/// More rows than these are counted, not shown; `--preview` shows all.
const MOST_ROWS: usize = 40;

/// Shows the screen and asks. Returns whether the person approves; the default answer is no.
pub(crate) fn ask(terminal: &Terminal, screen: &ConsentScreen) -> Result<bool, CliError> {
    terminal.say(&text(screen, Layout { width: terminal.width(), colour: false, wrap: true }, MOST_ROWS)?)?;
    terminal.confirm("Share this?")
}

/// Returns the refusal for a share that cannot be approved without a terminal.
pub(crate) fn no_terminal() -> CliError {
    CliError::new(Exit::Refused, "there is no terminal to ask for your approval")
        .hint("--yes shares what a rule of your policy covers whole: `vault policy show`")
}

/// Returns the screen as text.
pub(crate) fn text(screen: &ConsentScreen, layout: Layout, most_rows: usize) -> Result<String, CliError> {
    let label_width = screen.lines.iter().map(|(label, _)| label.chars().count()).max().unwrap_or(0);
    let mut out = String::new();
    let mut last = "";
    for (label, line) in &screen.lines {
        let shown = if label == last { "" } else { label.as_str() };
        let _ = writeln!(out, "{shown:label_width$}  {}", clean_for_display(line));
        last = label;
    }
    let mut document = parse(screen.slice.expose())?;
    // The labelled terms stand above, one by one.
    if let Some(grant) = document.get_mut("grant").and_then(Value::as_object_mut) {
        grant.remove("labelledTerms");
    }
    out.push_str(&document::lines(&document, layout, most_rows));
    let _ = writeln!(out, "\nslice hash: {}", screen.slice_hash);
    Ok(out)
}

fn parse(slice: &[u8]) -> Result<Value, CliError> {
    serde_json::from_slice(slice).map_err(|error| CliError::caused(Exit::Failure, "the slice is not JSON", error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::SecretBytes;
    use crate::model::Timestamp;

    #[test]
    fn shows_the_terms_and_the_very_content() {
        let line = |label: &str, text: &str| (label.to_owned(), text.to_owned());
        let screen = ConsentScreen {
            slice_hash: "ab12".to_owned(),
            slice: SecretBytes::new(br#"{"accounts":[{"name":"Checking","currentBalance":"812.40"}]}"#.to_vec()),
            expiration_time: Timestamp::from_unix(0),
            lines: vec![
                line("who", "Acme \u{1b}[2JLending"),
                line("enforced", "what the token opens"),
                line("enforced", "one use from the outbox"),
                line("promised", "no resale"),
            ],
        };
        insta::assert_snapshot!(text(&screen, Layout::default(), MOST_ROWS).unwrap(), @r"
        who       Acme �[2JLending
        enforced  what the token opens
                  one use from the outbox
        promised  no resale

        accounts (1)
        name      currentBalance
        Checking          812.40

        slice hash: ab12
        ");
    }
}
