//! Text from banks: made safe to show, and made comparable.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::characters::{EMOJI_MODIFIERS, MARKS, PICTOGRAPHS, UNSEEN};
use super::entities::reference;

/// How many marks one character carries at most: enough for any living script, too few to reach into other lines.
const MOST_MARKS: usize = 3;

/// Replaces every character that could steer a terminal or hide text.
///
/// Controls, line separators, and what is invisible or changes how other text is shown (bidirectional controls, joiners,
/// variation selectors, fillers, tags) become U+FFFD; tabs and line ends become a space. A joiner and the emoji selector
/// stay inside an emoji. A combining mark with nothing to stand on becomes U+FFFD, too, and more than three on one
/// character are left out.
pub fn clean_for_display(text: &str) -> Cow<'_, str> {
    // Most text is plain: whole words of it are looked at together. Marks begin at U+0300.
    let is_latin = |c: char| c < '\u{300}' && !c.is_control() && c != '\u{ad}';
    if text.bytes().all(|b| matches!(b, b' '..=b'~')) || text.chars().all(is_latin) {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len());
    let mut before = Before::Nothing;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let is_mark = MARKS.has(c) && !UNSEEN.has(c);
        let kept = match (c, before) {
            ('\t' | '\n' | '\r', _) => Some(' '),
            ('\u{fe0f}', Before::Emoji) => Some(c),
            ('\u{fe0f}', Before::KeycapBase) if chars.peek() == Some(&'\u{20e3}') => Some(c),
            ('\u{200d}', Before::Emoji | Before::EmojiSelected)
                if chars.peek().is_some_and(|c| PICTOGRAPHS.has(*c)) =>
            {
                Some(c)
            }
            _ if is_mark && before == Before::Nothing => Some(char::REPLACEMENT_CHARACTER),
            (_, Before::Character(MOST_MARKS)) if is_mark => None,
            _ if UNSEEN.has(c) => Some(char::REPLACEMENT_CHARACTER),
            _ => Some(c),
        };
        let Some(kept) = kept else { continue };
        before = match (kept, before) {
            (' ' | char::REPLACEMENT_CHARACTER, _) => Before::Nothing,
            ('\u{fe0f}', _) => Before::EmojiSelected,
            (_, Before::Character(marks)) if is_mark => Before::Character(marks + 1),
            _ if is_mark => Before::Character(1),
            _ if EMOJI_MODIFIERS.has(kept) => Before::EmojiSelected,
            _ if PICTOGRAPHS.has(kept) => Before::Emoji,
            ('0'..='9' | '#' | '*', _) => Before::KeycapBase,
            _ => Before::Character(0),
        };
        clean.push(kept);
    }
    if clean == text { Cow::Borrowed(text) } else { Cow::Owned(clean) }
}

/// What the next character can join on to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// The start, a space, or what was replaced.
    Nothing,
    /// A character with so many marks.
    Character(usize),
    /// A character that a keycap can stand around.
    KeycapBase,
    /// An emoji.
    Emoji,
    /// An emoji that says how it is shown.
    EmojiSelected,
}

/// Returns the form in which names, categories and searched text are compared: in lower case, and in NFC, since systems write
/// the same letters as different code points.
pub fn folded(text: &str) -> String {
    composed(text.to_lowercase())
}

fn composed(text: String) -> String {
    if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        return text;
    }
    text.nfc().collect()
}

/// Returns the sign of the keyboard for one that only looks better.
fn plain(sign: char) -> char {
    match sign {
        '\u{2018}' | '\u{2019}' | '\u{2bc}' | '\u{b4}' | '`' => '\'',
        '\u{201c}' | '\u{201d}' | '\u{201e}' => '"',
        '\u{2010}'..='\u{2015}' => '-',
        _ => sign,
    }
}

/// Returns a letter that was taken apart from its accent, and nothing for the accent.
pub(crate) fn bare(c: char) -> Option<char> {
    match c {
        '\u{300}'..='\u{36f}' => None,
        'ł' => Some('l'),
        'ø' => Some('o'),
        'đ' => Some('d'),
        'ı' => Some('i'),
        'Ł' => Some('L'),
        'Ø' => Some('O'),
        'Đ' => Some('D'),
        other => Some(other),
    }
}

/// Returns whether a character stands for one that an encoding lost.
pub(crate) fn is_lost(c: char) -> bool {
    matches!(c, '?' | char::REPLACEMENT_CHARACTER)
}

/// Returns the form in which descriptions are compared: words of upper-case letters without accents and of digits, one space between
/// them, without a `PENDING` before them. How a bank writes signs says nothing: `McDonald's`, `MCDONALDS`; `H&amp;M`, `H & M`. A text of
/// signs only stays. Stored text stays raw; what was derived by another rule has to be derived again.
pub fn normalise_description(text: &str) -> String {
    let text = resolved(text);
    let mut out = String::with_capacity(text.len());
    let mut is_apart = false;
    for sign in text.chars().map(plain).filter(|sign| *sign != '\'') {
        let is_sign = match sign {
            '\u{80}'..='\u{bf}' | '\u{2000}'..='\u{206f}' | '\u{3000}'..='\u{303f}' => true,
            _ => sign.is_ascii() || sign.is_whitespace() || sign.is_control(),
        };
        if is_sign && !sign.is_alphanumeric() && !is_lost(sign) {
            is_apart = true;
            continue;
        }
        if std::mem::take(&mut is_apart) && !out.is_empty() {
            out.push(' ');
        }
        out.extend(sign.to_uppercase());
    }
    if out.is_empty() {
        return text.trim().to_owned();
    }
    if !out.is_ascii() {
        out = out.replace('Æ', "AE").nfd().filter_map(bare).nfc().collect();
    }
    match out.strip_prefix("PENDING ") {
        Some(rest) => rest.to_owned(),
        None => out,
    }
}

/// Returns a text with the characters that it names, as web pages do.
fn resolved(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find('&') {
        let (character, length) = reference(&rest[at..]).unwrap_or(('&', 1));
        out.push_str(&rest[..at]);
        out.push(character);
        rest = &rest[at + length..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_case_and_composes_letters() {
        for (one, other) in
            [("Cafe\u{301}", "CAFÉ"), ("\u{212b}", "A\u{30a}"), ("I\u{307}", "İ"), ("가", "\u{1100}\u{1161}")]
        {
            assert_eq!(folded(one), folded(other));
        }
        assert_ne!(folded("Cafe"), folded("Café"));
    }

    #[test]
    fn removes_what_could_steer_a_terminal() {
        assert_eq!(clean_for_display("a\u{1b}[31mb\u{9b}c\u{7f}"), "a\u{fffd}[31mb\u{fffd}c\u{fffd}");
        assert_eq!(clean_for_display("two\nlines\tand tab"), "two lines and tab");
        assert_eq!(clean_for_display("gpj.\u{202e}exe"), "gpj.\u{fffd}exe");
        assert!(matches!(clean_for_display("Café Zoë"), Cow::Borrowed(_)));
    }

    #[test]
    fn replaces_every_class_of_what_is_not_seen() {
        for hidden in [
            "\u{ad}",
            "\u{34f}",
            "\u{61c}",
            "\u{115f}",
            "\u{1160}",
            "\u{17b4}",
            "\u{180e}",
            "\u{200b}",
            "\u{200d}",
            "\u{200e}",
            "\u{2028}",
            "\u{202e}",
            "\u{2064}",
            "\u{2066}",
            "\u{2800}",
            "\u{3164}",
            "\u{fe00}",
            "\u{fe0f}",
            "\u{feff}",
            "\u{ffa0}",
            "\u{fff9}",
            "\u{1bca0}",
            "\u{e0041}",
            "\u{e0100}",
        ] {
            assert_eq!(clean_for_display(&format!("Ac{hidden}me")), "Ac\u{fffd}me", "{hidden:?}");
        }
    }

    #[test]
    fn keeps_what_makes_one_emoji_of_several_characters() {
        for kept in
            ["☕\u{fe0f}", "👩\u{200d}💻", "👩🏽\u{200d}💻", "❤\u{fe0f}\u{200d}🔥", "1\u{fe0f}\u{20e3}", "🇩🇪", "👍🏽 ok"]
        {
            assert!(matches!(clean_for_display(kept), Cow::Borrowed(_)), "{kept:?}");
        }
        for (hidden, shown) in [
            ("👩\u{200d}x", "👩\u{fffd}x"),
            ("a\u{200d}👩", "a\u{fffd}👩"),
            ("☕\u{fe0f}\u{fe0f}", "☕\u{fe0f}\u{fffd}"),
            ("1\u{fe0f}", "1\u{fffd}"),
        ] {
            assert_eq!(clean_for_display(hidden), shown, "{hidden:?}");
        }
    }

    #[test]
    fn marks_stand_on_a_character_and_do_not_pile_up() {
        assert_eq!(clean_for_display("Vie\u{323}\u{302}t"), "Vie\u{323}\u{302}t");
        assert_eq!(clean_for_display(&format!("a{}b", "\u{301}".repeat(40))), "a\u{301}\u{301}\u{301}b");
        assert_eq!(clean_for_display("\u{301}a \u{20dd}"), "\u{fffd}a \u{fffd}");
        assert_eq!(clean_for_display("กำ้"), "กำ้");
    }

    proptest::proptest! {
        #[test]
        fn what_is_clean_stays_as_it_is(text in "[\\x{0}-\\x{3ff}\\x{1100}-\\x{1170}\\x{2000}-\\x{2100}☕👩🏽1\u{fe0f}\u{20e3}]{0,12}") {
            let clean = clean_for_display(&text).into_owned();
            proptest::prop_assert!(!clean.chars().any(char::is_control));
            proptest::prop_assert!(matches!(clean_for_display(&clean), Cow::Borrowed(_)), "{clean:?}");
        }
    }

    #[test]
    fn ignores_spacing_and_case_of_descriptions() {
        assert_eq!(normalise_description("  Coffee   Shop\t#12 "), "COFFEE SHOP 12");
        assert_eq!(normalise_description("PENDING - x"), "X");
        assert_eq!(normalise_description(" - "), "-");
    }

    #[test]
    fn descriptions_are_compared_by_letters_and_not_by_how_they_are_written() {
        for (one, other) in [
            ("Cafe\u{301} Joe\u{2019}s", "CAFÉ JOE'S"),
            ("\u{201c}Uno\u{201d} \u{2013} 2", "\"uno\" - 2"),
            ("H&amp;M &#8211; Caf&eacute;", "H&M - Café"),
            ("CAFE DE FLORE", "Café de Flore"),
            ("McDonald's", "MCDONALDS"),
            ("Aldi-Sued, 41", "ALDI SUED 41"),
            ("ŁÓDŹ Øl", "Lodz ol"),
        ] {
            assert_eq!(normalise_description(one), normalise_description(other));
        }
        for (one, other) in [("Ref 1-2", "Ref 12"), ("東京", "京都"), ("☕", "🍕"), ("* *", "#"), ("CAF?", "CAF")]
        {
            assert_ne!(normalise_description(one), normalise_description(other));
        }
    }
}
