//! Text to tags, each with the raw text behind it. One pass, no allocation, no look further back.
//!
//! A `<` starts a tag only where a whole tag follows (`A < B` and `I <3 U` are text), so that banks that do not
//! escape are read as they meant it. Comments and processing instructions are passed over; a CDATA section
//! belongs to the value around it. It knows nothing of what the names mean.

use super::tags::Tag;
use crate::import::error::{Damage, ImportError, Problem, Remedy};

/// A tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event<'a> {
    /// A start tag and the value up to the next tag, trimmed and undecoded.
    Open {
        tag: Tag,
        name: &'a str,
        value: &'a str,
        /// Where the tag starts, in bytes.
        at: usize,
        /// Its own end tag came right behind the value, or it is `<NAME/>`.
        closed: bool,
    },
    /// An end tag that does not belong to the value before it.
    Close { name: &'a str },
}

/// Line numbers of growing byte positions, each byte counted once.
pub(super) struct Lines<'a> {
    text: &'a [u8],
    /// Line feed, or carriage return in a file without line feeds.
    end: u8,
    counted: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let end = if text.contains('\n') { b'\n' } else { b'\r' };
        Lines { text: text.as_bytes(), end, counted: 0, line: 1 }
    }

    /// Returns the line of a position, from 1. Positions never go back.
    pub(super) fn at(&mut self, position: usize) -> u64 {
        if let Some(part) = self.text.get(self.counted..position) {
            let ends = part.iter().filter(|b| **b == self.end).count();
            self.line = self.line.saturating_add(ends as u64);
            self.counted = position;
        }
        self.line
    }
}

/// What a `<` turned out to be.
enum Markup<'a> {
    Open { name: &'a str, empty: bool },
    Close { name: &'a str },
    Comment,
    CharacterData,
}

/// Where the markup starts, where it ends, what it is.
struct Found<'a> {
    start: usize,
    end: usize,
    markup: Markup<'a>,
}

/// The tags of a text, in order.
pub(super) struct Lexer<'a> {
    text: &'a str,
    position: usize,
    /// A tag that was found while the value before it was read.
    pending: Option<Found<'a>>,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Lexer { text, position: 0, pending: None }
    }

    /// Returns the next tag, or `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Event<'a>>, ImportError> {
        loop {
            let found = match self.pending.take() {
                Some(found) => found,
                None => match self.markup(self.position)? {
                    Some(found) => found,
                    None => return Ok(None),
                },
            };
            self.position = found.end;
            match found.markup {
                Markup::Comment | Markup::CharacterData => {}
                Markup::Close { name } => return Ok(Some(Event::Close { name })),
                Markup::Open { name, empty: true } => {
                    return Ok(Some(Event::Open {
                        tag: Tag::of(name),
                        name,
                        value: "",
                        at: found.start,
                        closed: true,
                    }));
                }
                Markup::Open { name, empty: false } => return self.with_value(name, found.start).map(Some),
            }
        }
    }

    /// Returns whether there is text behind the last tag, such as half a tag.
    pub(super) fn has_rest(&self) -> bool {
        !self.text[self.position..].trim_start().is_empty()
    }

    /// Reads the value behind a start tag, and the end tag where it is the tag's own.
    fn with_value(&mut self, name: &'a str, at: usize) -> Result<Event<'a>, ImportError> {
        let mut start = self.position;
        let mut from = start;
        let mut has_text = false;
        // Where the comments at the end of the value begin; those at its start move the start.
        let mut tail = None;
        let is_blank = |from: usize, to: usize| self.text[from..to].trim_start().is_empty();
        let next = loop {
            match self.markup(from)? {
                Some(Found { start: at, end, markup: Markup::Comment }) => {
                    let is_new_text = !is_blank(from, at);
                    has_text |= is_new_text;
                    match (has_text, tail) {
                        (false, _) => start = end,
                        (true, Some(_)) if !is_new_text => {}
                        (true, _) => tail = Some(at),
                    }
                    from = end;
                }
                Some(Found { end, markup: Markup::CharacterData, .. }) => {
                    (has_text, tail) = (true, None);
                    from = end;
                }
                other => break other,
            }
        };
        let end = next.as_ref().map_or(self.text.len(), |found| found.start);
        let value = self.text[start..tail.filter(|_| is_blank(from, end)).unwrap_or(end)].trim();
        let mut closed = false;
        self.position = end;
        match next {
            Some(Found { end, markup: Markup::Close { name: other }, .. }) if other.eq_ignore_ascii_case(name) => {
                closed = true;
                self.position = end;
            }
            other => self.pending = other,
        }
        Ok(Event::Open { tag: Tag::of(name), name, value, at, closed })
    }

    /// Finds the next markup at or behind a position.
    fn markup(&self, mut from: usize) -> Result<Option<Found<'a>>, ImportError> {
        while let Some(ahead) = self.text.get(from..).and_then(|rest| rest.find('<')) {
            let start = from + ahead;
            if let Some((end, markup)) = self.at_bracket(start)? {
                return Ok(Some(Found { start, end, markup }));
            }
            from = start + 1;
        }
        Ok(None)
    }

    /// Reads the markup that starts with the `<` at a position; nothing when that `<` is text.
    fn at_bracket(&self, start: usize) -> Result<Option<(usize, Markup<'a>)>, ImportError> {
        let rest = &self.text[start..];
        match rest.as_bytes() {
            [_, b'/', ..] => Ok(self.tag(start + 2).map(|(name, _, end)| (end, Markup::Close { name }))),
            [_, b'a'..=b'z' | b'A'..=b'Z', ..] => {
                Ok(self.tag(start + 1).map(|(name, empty, end)| (end, Markup::Open { name, empty })))
            }
            [_, b'?', b'a'..=b'z' | b'A'..=b'Z', ..] => self.until(start, "?>", Markup::Comment).map(Some),
            [_, b'!', b'-', b'-', ..] => self.until(start, "-->", Markup::Comment).map(Some),
            [_, b'!', b'[', ..] if rest.starts_with("<![CDATA[") => {
                self.until(start, "]]>", Markup::CharacterData).map(Some)
            }
            [_, b'!', b'a'..=b'z' | b'A'..=b'Z', ..] => self.declaration(start),
            _ => Ok(None),
        }
    }

    /// Reads `NAME`, attributes and `>`; nothing when it is not that.
    fn tag(&self, start: usize) -> Option<(&'a str, bool, usize)> {
        let bytes = self.text.as_bytes();
        let is_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b':');
        let end = start + bytes.get(start..)?.iter().position(|b| !is_name(b))?;
        if end == start || !bytes[start].is_ascii_alphabetic() {
            return None;
        }
        // `<ofx:STMTTRN>`: the prefix of a namespace says nothing.
        let written = &self.text[start..end];
        let name = written.rsplit_once(':').map_or(written, |(_, name)| if name.is_empty() { written } else { name });
        if bytes[end] == b'>' {
            return Some((name, false, end + 1));
        }
        let close = end + bytes[end..].iter().position(|b| matches!(b, b'>' | b'<'))?;
        if bytes[close] == b'<' {
            return None;
        }
        let inside = self.text[end..close].trim_start();
        let attributes = inside.strip_suffix('/').unwrap_or(inside).trim_end();
        let sound = attributes.is_empty() || (inside.len() < close - end && attributes.contains('='));
        sound.then_some((name, inside.ends_with('/'), close + 1))
    }

    fn until(&self, start: usize, terminator: &str, markup: Markup<'a>) -> Result<(usize, Markup<'a>), ImportError> {
        // `<!-->` is no comment: the search starts behind the opening characters.
        let from = start + 3;
        match self.text.get(from..).and_then(|rest| rest.find(terminator)) {
            Some(ahead) => Ok((from + ahead + terminator.len(), markup)),
            None => Err(ImportError::new(
                Problem::Malformed,
                format!("what starts with {:?} never ends with {terminator:?}", opening(terminator)),
                Remedy::DownloadAgain(Damage::OpenMarkup),
            )
            .at_line(Lines::new(self.text).at(start))),
        }
    }

    /// Refuses document types, which can carry entities that grow without limit or name files; no bank sends one.
    fn declaration(&self, start: usize) -> Result<Option<(usize, Markup<'a>)>, ImportError> {
        let word: String = self.text[start + 2..].chars().take_while(char::is_ascii_alphabetic).take(9).collect();
        if !["DOCTYPE", "ENTITY", "ELEMENT", "ATTLIST", "NOTATION"].iter().any(|w| w.eq_ignore_ascii_case(&word)) {
            return Ok(None);
        }
        Err(ImportError::new(
            Problem::Malformed,
            "a document type or entity declaration, which no OFX file has",
            Remedy::DownloadAgain(Damage::Declaration),
        )
        .at_line(Lines::new(self.text).at(start))
        .in_field(format!("<!{word}>")))
    }
}

fn opening(terminator: &str) -> &'static str {
    match terminator {
        "?>" => "<?",
        "-->" => "<!--",
        _ => "<![CDATA[",
    }
}
