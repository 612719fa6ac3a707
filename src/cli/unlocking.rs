//! Asks for the secret of a vault at the terminal, up to three times.

use super::error::CliError;
use super::exit::Exit;
use super::line::take;
use super::terminal::Terminal;
use crate::crypto::Passphrase;
use crate::store::header::HeaderError;
use crate::store::header::recovery::RecoveryCode;
use crate::store::{Locked, SlotKind, StoreError, Unlock, Vault};

/// How often a secret may be typed.
const TRIES: usize = 3;

/// Opens a vault with what is typed at the terminal, and returns that, too. A wrong passphrase or recovery code may be typed
/// again, twice.
pub(crate) fn typed<T>(
    locked: &Vault<Locked>,
    open: impl Fn(&Unlock) -> Result<T, StoreError>,
) -> Result<(T, Unlock), CliError> {
    let Some(terminal) = Terminal::open() else {
        return Err(CliError::new(Exit::Locked, "the vault is locked, and there is no terminal to ask for its secret")
            .hint(
                "name the secret: --key-file F, --key-command C, --passphrase-file F, --passphrase-command C or \
                 --passphrase-fd N",
            ));
    };
    let kind = asked_for(&locked.claimed_kinds())?;
    let mut tries = 1;
    loop {
        let wrong = match asked(&terminal, kind)? {
            Err(wrong) => wrong,
            Ok(secret) => match open(&secret) {
                Err(error @ StoreError::Header(HeaderError::WrongKey(_))) => error.into(),
                opened => return Ok((opened?, secret)),
            },
        };
        if tries == TRIES {
            return Err(wrong);
        }
        tries += 1;
        terminal.say(&format!("{}: try again.\n", capital(&wrong.message())))?;
    }
}

/// Returns which kind of secret is asked for at the terminal.
fn asked_for(kinds: &[SlotKind]) -> Result<SlotKind, CliError> {
    for kind in [SlotKind::Passphrase, SlotKind::RecoveryCode] {
        if kinds.contains(&kind) {
            return Ok(kind);
        }
    }
    Err(CliError::new(Exit::Locked, "this vault opens with a key file")
        .hint("name it: --key-file F or --key-command C"))
}

/// Asks for one secret. What cannot be a recovery code may be typed again.
fn asked(terminal: &Terminal, kind: SlotKind) -> Result<Result<Unlock, CliError>, CliError> {
    if kind == SlotKind::RecoveryCode {
        let code = RecoveryCode::parse(&terminal.secret("Recovery code")?);
        return Ok(code.map(Unlock::RecoveryCode).map_err(|error| CliError::of(Exit::Locked, error)));
    }
    Ok(Ok(Unlock::Passphrase(Passphrase::new(take(terminal.secret("Passphrase")?)))))
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
