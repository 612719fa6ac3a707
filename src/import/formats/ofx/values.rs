//! The values of elements: text with entities, and days.

use std::borrow::Cow;

pub(super) use crate::import::error::shown;
use crate::model::{Day, reference};

/// Returns the text of a raw value: entities and CDATA resolved, comments dropped. Borrows where it has none.
pub(super) fn text(raw: &str) -> Cow<'_, str> {
    if !raw.bytes().any(|b| matches!(b, b'&' | b'<')) {
        return Cow::Borrowed(raw);
    }
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find(['&', '<']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let taken = section(rest, &mut out).or_else(|| {
            let (character, length) = reference(rest)?;
            out.push(character);
            Some(length)
        });
        match taken {
            Some(length) => rest = &rest[length..],
            None => {
                // A raw `&` or `<`, which banks do write.
                out.push_str(&rest[..1]);
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out.trim().to_owned())
}

/// Takes a CDATA section, a comment or a processing instruction off the front; its length, if it is one.
fn section(rest: &str, out: &mut String) -> Option<usize> {
    if let Some(body) = rest.strip_prefix("<![CDATA[") {
        let length = body.find("]]>")?;
        out.push_str(&body[..length]);
        return Some("<![CDATA[".len() + length + "]]>".len());
    }
    if rest.starts_with("<!--") {
        return Some(3 + rest.get(3..)?.find("-->")? + "-->".len());
    }
    // Like the lexer: else what stands inside would be searched for an end that is behind the instruction.
    if let [b'<', b'?', b'a'..=b'z' | b'A'..=b'Z', ..] = rest.as_bytes() {
        return Some(3 + rest.get(3..)?.find("?>")? + "?>".len());
    }
    None
}

/// Returns the calendar day of a date: its first eight digits (`2024-12-31` is read too). Hours and zone never move it.
pub(super) fn day(raw: &str) -> Option<Day> {
    let decoded = text(raw);
    let number =
        |digits: &[u8]| digits.iter().try_fold(0u32, |n, b| b.is_ascii_digit().then(|| n * 10 + u32::from(b - b'0')));
    let (year, month, day, rest) = match decoded.as_bytes() {
        [a, b, c, d, s @ (b'-' | b'/'), e, f, t, g, h, rest @ ..] if s == t => ([a, b, c, d], [e, f], [g, h], rest),
        [a, b, c, d, e, f, g, h, rest @ ..] => ([a, b, c, d], [e, f], [g, h], rest),
        _ => return None,
    };
    let sound = match rest.first() {
        None => true,
        Some(b) => {
            b.is_ascii_digit() || b.is_ascii_whitespace() || matches!(b, b'[' | b'.' | b'T' | b':' | b'+' | b'-')
        }
    };
    let year = number(&year.map(|b| *b))?.cast_signed();
    Day::from_ymd(year, number(&month.map(|b| *b))?, number(&day.map(|b| *b))?).ok().filter(|_| sound)
}
