//! How good a new passphrase is, judged by zxcvbn (Wheeler, USENIX Security 2016): guesses, not character classes.

use std::fmt;

use zxcvbn::zxcvbn;

use crate::crypto::Passphrase;

/// The lowest score that is accepted: more than 10^8 guesses, each of which costs Argon2id.
const GOOD: u8 = 3;

/// How hard a passphrase is to guess. Holds nothing of the passphrase itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PassphraseScore {
    /// From 0, guessed at once, to 4, more than 10^10 guesses.
    pub score: u8,
    /// How many digits the number of guesses has that it takes, less one; at most 19.
    pub power: u32,
    /// What is wrong with it, in English.
    pub warning: Option<String>,
    /// What would make it better, in English.
    pub suggestions: Vec<String>,
}

impl PassphraseScore {
    /// Returns whether it is too easy to guess.
    pub(crate) fn is_weak(&self) -> bool {
        self.score < GOOD
    }
}

impl fmt::Display for PassphraseScore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "strength {} of 4", self.score)?;
        for part in self.warning.iter().chain(&self.suggestions) {
            write!(f, ". {}", part.trim_end_matches('.'))?;
        }
        Ok(())
    }
}

/// Words that an attacker of a vault would try first.
const KNOWN: [&str; 4] = ["vault", "finvault", "bank", "money"];

/// Judges a passphrase. Only its first hundred characters count, which bounds the work.
pub(crate) fn judge(passphrase: &Passphrase) -> PassphraseScore {
    let judged = zxcvbn(passphrase.expose(), &KNOWN);
    let feedback = judged.feedback();
    PassphraseScore {
        score: u8::from(judged.score()),
        power: judged.guesses().max(1).ilog10(),
        warning: feedback.and_then(|f| f.warning()).map(|w| w.to_string()),
        suggestions: feedback.map(|f| f.suggestions().iter().map(ToString::to_string).collect()).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(text: &str) -> PassphraseScore {
        super::judge(&Passphrase::new(text.to_owned()))
    }

    #[test]
    fn tells_weak_passphrases_from_good_ones() {
        for weak in ["", "password", "P@ssw0rd!", "finvault1987", "finvault", "qwertyuiop", "aaaaaaaaaaaaaaaa"] {
            assert!(judge(weak).is_weak(), "{weak}");
        }
        for good in ["correct horse battery staple", "Vq7#mLp2xRt9", "übermäßig lange Wörter am Fluss"] {
            assert!(!judge(good).is_weak(), "{good}");
            assert!((8..=19).contains(&judge(good).power), "{good}");
        }
    }

    #[test]
    fn advises_without_repeating_the_passphrase() {
        let judged = judge("finvault");
        assert_eq!((judged.score, judged.power), (0, 0));
        assert!(!judged.suggestions.is_empty());
        assert!(!format!("{judged} {judged:?}").contains("finvault"));
    }

    #[test]
    fn bounds_the_work_of_a_long_passphrase() {
        assert!(judge(&"a".repeat(1_000_000)).is_weak());
    }
}
