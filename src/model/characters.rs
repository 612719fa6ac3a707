//! Classes of characters that text can hide, move or draw things with. Unicode's own, by the tables of `regex-syntax`.

use std::sync::LazyLock;

use regex_syntax::Parser;
use regex_syntax::hir::{Class as HirClass, HirKind};

/// A class of characters: ranges in their order.
pub(crate) struct Class(Vec<(char, char)>);

/// What shows nothing, or changes how other text is shown: controls, line separators, format and bidirectional controls,
/// everything that is ignorable by default (joiners, variation selectors, Hangul fillers, tags), and the few blanks that
/// Unicode counts as symbols.
pub(crate) static UNSEEN: LazyLock<Class> = LazyLock::new(|| {
    Class::of(concat!(
        r"[[\p{Cc}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}][\p{Cf}--\p{Prepended_Concatenation_Mark}]",
        r"\x{2800}\x{FFFC}\x{1D159}]"
    ))
});

/// Marks that are drawn over or around the character before them.
pub(crate) static MARKS: LazyLock<Class> = LazyLock::new(|| Class::of(r"[\p{Mn}\p{Me}]"));

/// What an emoji begins with.
pub(crate) static PICTOGRAPHS: LazyLock<Class> = LazyLock::new(|| Class::of(r"\p{Extended_Pictographic}"));

/// What changes the colour of the emoji before it.
pub(crate) static EMOJI_MODIFIERS: LazyLock<Class> = LazyLock::new(|| Class::of(r"\p{Emoji_Modifier}"));

/// Spaces of any width.
pub(crate) static SPACES: LazyLock<Class> = LazyLock::new(|| Class::of(r"\p{White_Space}"));

/// Brackets that open.
pub(crate) static OPENING: LazyLock<Class> = LazyLock::new(|| Class::of(r"\p{Ps}"));

/// Brackets that close.
pub(crate) static CLOSING: LazyLock<Class> = LazyLock::new(|| Class::of(r"\p{Pe}"));

/// What lines and boxes are drawn with, and what a font may draw as anything: private use, and what is not assigned.
pub(crate) static DRAWING: LazyLock<Class> = LazyLock::new(|| {
    Class::of(r"[\x{2500}-\x{259F}\x{2800}-\x{28FF}\x{23B8}-\x{23BD}\x{1FB00}-\x{1FBFF}\p{Co}\p{Cn}]")
});

impl Class {
    fn of(pattern: &str) -> Class {
        let parsed = Parser::new().parse(pattern).expect("the patterns are constants, and a test uses each");
        match parsed.into_kind() {
            HirKind::Class(HirClass::Unicode(class)) => {
                Class(class.ranges().iter().map(|range| (range.start(), range.end())).collect())
            }
            _ => unreachable!("the patterns are classes of characters"),
        }
    }

    /// Returns whether the class has the character.
    pub(crate) fn has(&self, c: char) -> bool {
        let after = self.0.partition_point(|(first, _)| *first <= c);
        after.checked_sub(1).is_some_and(|at| c <= self.0[at].1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_class_has_its_characters_and_no_others() {
        let classes: [(&str, &Class, &str, &str); 8] = [
            (
                "unseen",
                &UNSEEN,
                "\u{0}\u{1b}\u{7f}\u{9b}\u{ad}\u{34f}\u{61c}\u{115f}\u{1160}\u{180e}\u{200b}\u{200d}\u{202e}\u{2066}\u{2800}\u{3164}\
                 \u{fe0f}\u{feff}\u{ffa0}\u{fff9}\u{e0020}",
                " aé-\u{301}\u{600}中",
            ),
            ("marks", &MARKS, "\u{300}\u{36f}\u{20dd}\u{e47}", "a\u{93e}"),
            ("pictographs", &PICTOGRAPHS, "☕👩", "a1"),
            ("modifiers", &EMOJI_MODIFIERS, "\u{1f3fd}", "👩"),
            ("spaces", &SPACES, " \u{a0}\u{1680}\u{2003}\u{3000}", "a\u{200b}"),
            ("opening", &OPENING, "[({［【⟦", "]<"),
            ("closing", &CLOSING, "])}］】⟧", "[>"),
            ("drawing", &DRAWING, "─│█⣿\u{e0b0}\u{f8f0}\u{1fb00}", "a-–|"),
        ];
        for (name, class, inside, outside) in classes {
            inside.chars().for_each(|c| assert!(class.has(c), "{name}: {c:?}"));
            outside.chars().for_each(|c| assert!(!class.has(c), "{name}: {c:?}"));
        }
    }
}
