//! The line that a person is typing, taken apart as the shell would, and words written so that the shell takes them as they are.

/// A line up to the cursor.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// Variables that are set for the command, in front of it.
    pub assigned: Vec<(String, String)>,
    /// The words before the one at the cursor, the program's first, without quotes.
    pub before: Vec<String>,
    /// The word at the cursor, as far as it is typed, without quotes.
    pub current: String,
    /// The quote that is open at the cursor.
    pub quote: Option<char>,
    /// How many bytes of `current` bash leaves alone: it replaces what follows the last word break or open quote.
    pub kept: usize,
    /// Whether a quote was opened and closed in the word at the cursor.
    pub has_closed_quote: bool,
}

/// How a shell reads a backslash between quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quoting {
    /// bash: none between single quotes.
    Bash,
    /// fish: before a quote or a backslash between single quotes, too.
    Fish,
}

/// Takes a line apart. A word break ends no word; it is where bash begins to replace.
pub(super) fn read(text: &str, quoting: Quoting, breaks: &str) -> Line {
    let mut line = Line::of(Vec::new(), String::new());
    let mut is_word = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (line.quote, c) {
            (None, ' ' | '\t' | '\n') => {
                if is_word {
                    line.before.push(std::mem::take(&mut line.current));
                }
                (is_word, line.kept, line.has_closed_quote) = (false, 0, false);
                continue;
            }
            (None, '\'' | '"') => (line.quote, line.kept) = (Some(c), line.current.len()),
            (Some(open), _) if open == c => (line.quote, line.has_closed_quote) = (None, true),
            (quote, '\\') if is_escape(quote, chars.peek().copied(), quoting) => line.current.extend(chars.next()),
            (None, _) if breaks.contains(c) => {
                line.current.push(c);
                line.kept = line.current.len();
            }
            _ => line.current.push(c),
        }
        is_word = true;
    }
    Line { assigned: take_assigned(&mut line.before), ..line }
}

impl Line {
    /// Makes a line of words that a shell took apart.
    pub(super) fn of(mut before: Vec<String>, current: String) -> Line {
        let assigned = take_assigned(&mut before);
        Line { assigned, before, current, quote: None, kept: 0, has_closed_quote: false }
    }
}

/// Takes away what is assigned in front of a command.
fn take_assigned(words: &mut Vec<String>) -> Vec<(String, String)> {
    let assigned = |word: &String| {
        let (name, value) = word.split_once('=').filter(|(name, _)| is_name(name))?;
        Some((name.to_owned(), value.to_owned()))
    };
    let all: Vec<_> = words.iter().map_while(assigned).collect();
    words.drain(..all.len());
    all
}

/// Returns whether a backslash before a character stands for nothing but that character.
fn is_escape(quote: Option<char>, next: Option<char>, quoting: Quoting) -> bool {
    match (quote, quoting) {
        (None, _) => true,
        (Some('"'), Quoting::Bash) => matches!(next, Some('$' | '`' | '"' | '\\' | '\n')),
        (Some('"'), Quoting::Fish) => matches!(next, Some('$' | '"' | '\\' | '\n')),
        (Some(_), Quoting::Bash) => false,
        (Some(_), Quoting::Fish) => matches!(next, Some('\'' | '\\')),
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// Writes what follows of a word, so that bash takes it as it is where `quote` is open. Returns nothing for what cannot be
/// written there.
pub(super) fn for_bash(text: &str, quote: Option<char>) -> Option<String> {
    match quote {
        // An exclamation mark is history between double quotes, and a backslash before it stays.
        Some('"') if text.contains('!') => None,
        Some('"') => Some(escaped(text, |c| matches!(c, '$' | '`' | '"' | '\\'))),
        Some(_) => Some(text.replace('\'', r"'\''")),
        None => Some(escaped(text, |c| {
            c.is_ascii() && !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-' | '.' | '/' | ',' | '+' | '%')
        })),
    }
}

fn escaped(text: &str, needs: impl Fn(char) -> bool) -> String {
    text.chars().flat_map(|c| needs(c).then_some('\\').into_iter().chain([c])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BREAKS: &str = " \t\n\"'@><=;|&(:";

    fn bash(text: &str) -> (Vec<String>, String, Option<char>, usize) {
        let line = read(text, Quoting::Bash, BREAKS);
        (line.before, line.current, line.quote, line.kept)
    }

    fn words(text: &[&str]) -> Vec<String> {
        text.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn a_line_is_read_as_bash_reads_it() {
        let vault = words(&["vault"]);
        assert_eq!(bash("vault "), (vault.clone(), String::new(), None, 0));
        assert_eq!(bash("A=1 vault re"), (vault.clone(), "re".to_owned(), None, 0));
        assert_eq!(bash(r"vault Rainy\ d"), (vault.clone(), "Rainy d".to_owned(), None, 0));
        assert_eq!(bash(r#"vault "Rainy d"#), (vault.clone(), "Rainy d".to_owned(), Some('"'), 0));
        assert_eq!(bash("vault --to='Rainy d"), (vault.clone(), "--to=Rainy d".to_owned(), Some('\''), 5));
        assert_eq!(bash("vault --to=Rai"), (vault.clone(), "--to=Rai".to_owned(), None, 5));
        assert_eq!(bash(r"vault a\:b:c"), (vault, "a:b:c".to_owned(), None, 4));
        assert_eq!(bash(r#"vault "a b" '' c"#), (words(&["vault", "a b", ""]), "c".to_owned(), None, 0));
        let line = read("A=1 FINVAULT_DIR='my vault' vault B=2 re", Quoting::Fish, BREAKS);
        let assigned =
            [("A", "1"), ("FINVAULT_DIR", "my vault")].map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!((line.assigned, line.before), (assigned.to_vec(), words(&["vault", "B=2"])));
        assert!(read("vault 'a'b", Quoting::Bash, BREAKS).has_closed_quote);
    }

    #[test]
    fn single_quotes_take_a_backslash_in_fish_alone() {
        assert_eq!(read(r"vault 'a\'b", Quoting::Fish, "").current, "a'b");
        assert_eq!(read(r"vault 'a\b", Quoting::Bash, "").current, r"a\b");
    }

    /// Whatever is written for bash is read as it was.
    #[test]
    fn what_is_written_for_bash_is_read_again() {
        for name in ["Rainy day", "$(id)`id`", r#"a"b'c\d"#, "Köln & Söhne", "a=b:c@d", "#1 ~ *", "-x", "日本 銀行"]
        {
            for quote in [None, Some('"'), Some('\'')] {
                let open = quote.map(String::from).unwrap_or_default();
                let typed = format!("vault {open}{}{open} ", for_bash(name, quote).unwrap());
                assert_eq!(bash(&typed).0, words(&["vault", name]), "{typed}");
            }
        }
        assert_eq!(for_bash("a!b", Some('"')), None);
    }
}
