//! What stands before the first `<OFX>`: the header of OFX 1 (`VERSION:102`) or OFX 2 (`<?OFX VERSION="211"?>`).
//!
//! Banks write it on one line, without the blank line, with spaces, as elements, or not at all. Nothing in it
//! is needed to read the file, so it is searched and never required.

/// How far into the file the root element may start.
const HEAD: usize = 8 * 1024;

/// Returns the first part of the text, cut at a character.
fn head(text: &str) -> &str {
    let mut end = text.len().min(HEAD);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Returns the position of a word in ASCII, whatever its case.
fn find(text: &str, word: &str) -> Option<usize> {
    text.as_bytes().windows(word.len()).position(|w| w.eq_ignore_ascii_case(word.as_bytes()))
}

/// Returns whether the text is OFX: it starts with an OFX header, or has the root element near its beginning.
pub fn looks_like(text: &str) -> bool {
    let head = head(text);
    let start = head.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let starts_with = |word: &str| start.get(..word.len()).is_some_and(|s| s.eq_ignore_ascii_case(word));
    starts_with("OFXHEADER") || find(head, "<?OFX ").is_some() || root(head).is_some()
}

/// Returns the position of `<OFX>`, with or without attributes or the prefix of a namespace.
fn root(head: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = find(&head[from..], "OFX") {
        let (before, after) = (&head[..from + at], from + at + "OFX".len());
        let prefix = before.rfind('<').map(|open| (open, &before[open + 1..]));
        let opens = prefix.filter(|(_, prefix)| {
            let name = prefix.strip_suffix(':').unwrap_or(prefix);
            name.len() + usize::from(!name.is_empty()) == prefix.len()
                && name.bytes().all(|b| b.is_ascii_alphanumeric())
        });
        if let Some((open, _)) = opens
            && matches!(head.as_bytes().get(after), Some(b'>' | b' ' | b'\t' | b'\r' | b'\n'))
        {
            return Some(open);
        }
        from = after;
    }
    None
}

/// Returns whether the text is OFX 2, which is XML: there every element needs its end tag, the root too.
pub(super) fn is_xml(text: &str) -> bool {
    let head = head(text);
    let head = &head[..root(head).unwrap_or(head.len())];
    find(head, "<?xml").or_else(|| find(head, "<?OFX ")).is_some()
}

/// Returns the format in words: `OFX 1.0.2`, or `OFX` alone without a version in the header.
pub(super) fn format(text: &str) -> String {
    let head = head(text);
    let head = &head[..root(head).unwrap_or(head.len())];
    let mut rest = head;
    while let Some(at) = find(rest, "VERSION") {
        rest = &rest[at + "VERSION".len()..];
        let value = rest.trim_start_matches([':', '=', '"', '\'', '>', ' ', '\t']).as_bytes();
        // `<?xml version="1.0"?>` has no three digits in a row.
        if let [a @ b'1'..=b'9', b, c, after @ ..] = value
            && b.is_ascii_digit()
            && c.is_ascii_digit()
            && !after.first().is_some_and(u8::is_ascii_digit)
        {
            return format!("OFX {}.{}.{}", char::from(*a), char::from(*b), char::from(*c));
        }
    }
    "OFX".to_owned()
}
