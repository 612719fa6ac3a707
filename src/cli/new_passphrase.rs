//! A new passphrase: asked for or read, and judged.

use super::error::CliError;
use super::exit::Exit;
use super::secrets::PassphraseSource;
use super::session::Session;
use super::terminal::Terminal;
use crate::crypto::Passphrase;
use crate::ops;

/// How many passphrases are tried on the terminal.
const TRIES: usize = 3;

/// Reads a new passphrase from where it is, and refuses one that is easy to guess.
pub(crate) fn given(session: &Session, from: &PassphraseSource, allow_weak: bool) -> Result<Passphrase, CliError> {
    let passphrase = session.secrets.passphrase(from, &|text| session.notice(text))?;
    match weakness(&passphrase, allow_weak) {
        None => Ok(passphrase),
        Some(advice) => Err(weak(&advice)),
    }
}

/// Asks for a new passphrase until it is hard to guess, says how hard, and has it typed again.
pub(crate) fn asked(terminal: &Terminal, allow_weak: bool) -> Result<Passphrase, CliError> {
    let mut advice = String::new();
    for _ in 0..TRIES {
        let typed = terminal.new_secret("New passphrase", "The same again", &mut |text| {
            let score = ops::passphrase::judge(&Passphrase::new(text.to_owned()));
            if score.is_weak() && !allow_weak {
                advice = score.to_string();
                return Err(format!("This passphrase is too easy to guess: {advice}."));
            }
            Ok(format!("  Strength {} of 4: it takes more than 10^{} guesses.", score.score, score.power))
        })?;
        if let Some(mut text) = typed {
            return Ok(Passphrase::new(std::mem::take(&mut *text)));
        }
    }
    Err(weak(&advice))
}

fn weakness(passphrase: &Passphrase, allow_weak: bool) -> Option<String> {
    let score = ops::passphrase::judge(passphrase);
    (score.is_weak() && !allow_weak).then(|| score.to_string())
}

fn weak(advice: &str) -> CliError {
    CliError::new(Exit::Refused, "the passphrase is too easy to guess")
        .hint(if advice.is_empty() { "use several unrelated words" } else { advice })
        .hint("--allow-weak-passphrase accepts it anyway")
}
