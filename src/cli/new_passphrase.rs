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

/// Asks for a new passphrase, twice, until it is hard to guess.
pub(crate) fn asked(terminal: &Terminal, allow_weak: bool) -> Result<Passphrase, CliError> {
    let mut advice = String::new();
    for _ in 0..TRIES {
        let mut text = terminal.secret("New passphrase", Some("The same again"))?;
        let passphrase = Passphrase::new(std::mem::take(&mut *text));
        match weakness(&passphrase, allow_weak) {
            None => return Ok(passphrase),
            Some(weak) => advice = weak,
        }
        terminal.say(&format!("This passphrase is too easy to guess. {advice}\n"))?;
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
