//! How good a new passphrase is, judged by zxcvbn (Wheeler, USENIX Security 2016): guesses, not character classes.

use std::fmt;

use zxcvbn::zxcvbn;

use crate::crypto::Passphrase;

/// The least score that is taken without a word: more than 10^8 guesses, each of which costs Argon2id.
const GOOD: u8 = 3;

/// What is to be said of a passphrase. Holds nothing of the passphrase itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Strength {
    /// From 0, guessed at once, to 4, more than 10^10 guesses.
    pub score: u8,
    /// What is wrong with it, in English.
    pub warning: Option<String>,
    /// What would make it better, in English.
    pub suggestions: Vec<String>,
}

impl Strength {
    /// Whether it would be guessed too soon.
    pub(crate) fn is_weak(&self) -> bool {
        self.score < GOOD
    }
}

impl fmt::Display for Strength {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "strength {} of 4", self.score)?;
        for part in self.warning.iter().chain(&self.suggestions) {
            write!(f, ". {}", part.trim_end_matches('.'))?;
        }
        Ok(())
    }
}

/// Judges a passphrase. `known` are words that an attacker would try first: the user's name, the name of the vault.
///
/// Only the first hundred characters count, which bounds the work.
pub(crate) fn strength(passphrase: &Passphrase, known: &[&str]) -> Strength {
    let judged = zxcvbn(passphrase.expose(), known);
    let feedback = judged.feedback();
    Strength {
        score: u8::from(judged.score()),
        warning: feedback.and_then(|f| f.warning()).map(|w| w.to_string()),
        suggestions: feedback.map(|f| f.suggestions().iter().map(ToString::to_string).collect()).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(text: &str) -> Strength {
        strength(&Passphrase::new(text.to_owned()), &["finvault", "margarethe"])
    }

    #[test]
    fn what_is_guessed_soon_is_weak() {
        for weak in ["", "password", "P@ssw0rd!", "margarethe1987", "finvault", "qwertyuiop", "aaaaaaaaaaaaaaaa"] {
            assert!(judge(weak).is_weak(), "{weak}");
        }
        for good in ["correct horse battery staple", "Vq7#mLp2xRt9", "übermäßig lange Wörter am Fluss"] {
            assert!(!judge(good).is_weak(), "{good}");
        }
    }

    #[test]
    fn a_weak_one_comes_with_advice_and_without_the_passphrase() {
        let judged = judge("margarethe");
        assert_eq!(judged.score, 0);
        assert!(!judged.suggestions.is_empty());
        assert!(!format!("{judged} {judged:?}").contains("margarethe"));
    }

    #[test]
    fn a_long_one_costs_no_more() {
        assert!(judge(&"a".repeat(1_000_000)).is_weak());
    }
}
