//! `vault keys rotate`: whose secret is given stays, and who ends.

use std::path::PathBuf;

use super::new_secret::{NewSecret, refuse_lost_code};
use super::{named, print_code, tell};
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::keyring;
use crate::cli::line::take;
use crate::cli::secrets::{PassphraseSource, SecretFile, read_key_file};
use crate::cli::session::Session;
use crate::cli::terminal::Terminal;
use crate::crypto::Passphrase;
use crate::ops;
use crate::ops::report::SlotName;
use crate::store::{Open, SlotKind, Unlock, Vault};

/// How often a secret is asked for that does not open its slot.
const TRIES: usize = 3;

/// What stays, and what ends.
#[derive(Debug, clap::Args)]
pub(crate) struct RotateArgs {
    /// Keep the slot that the passphrase in the first line of FILE opens; repeated
    #[arg(long, value_name = "FILE")]
    keep_passphrase_file: Vec<PathBuf>,
    /// Keep the slot that the key file FILE opens; repeated
    #[arg(long, value_name = "FILE")]
    keep_key_file: Vec<PathBuf>,
    /// Make a new recovery code, and print it once on stdout
    #[arg(long)]
    recovery_code: bool,
    /// End every slot whose secret is not given, without asking
    #[arg(long)]
    drop_others: bool,
}

/// The slots that stay, each with the secret that opens it.
struct Kept<'v> {
    vault: &'v Vault<Open>,
    secrets: Vec<Unlock>,
    /// Each slot with the place of its secret.
    slots: Vec<(u32, usize)>,
}

impl Kept<'_> {
    /// Takes a secret for the slots that it opens. Returns whether there are any.
    fn take(&mut self, secret: Unlock) -> Result<bool, CliError> {
        let missing: Vec<u32> = self.missing().iter().map(|slot| slot.slot_id).collect();
        let opened = ops::keys::opened_by(self.vault, &secret, &missing)?;
        self.slots.extend(opened.iter().map(|slot| (*slot, self.secrets.len())));
        self.secrets.push(secret);
        Ok(!opened.is_empty())
    }

    /// Returns the slots whose secret was not given, but for recovery codes, which end.
    fn missing(&self) -> Vec<SlotName> {
        let slots = ops::keys::slots(self.vault).into_iter();
        slots
            .filter(|slot| {
                let is_kept = self.slots.iter().any(|(kept, _)| *kept == slot.slot_id);
                slot.kind != SlotKind::RecoveryCode && !is_kept
            })
            .collect()
    }
}

pub(crate) fn run(session: &Session, args: RotateArgs) -> Result<(), CliError> {
    if args.recovery_code {
        refuse_lost_code()?;
    }
    let (vault, secret) = session.vault_and_secret()?;
    ops::keys::check_place(&vault)?;
    let mut kept = Kept { vault: &vault, secrets: Vec::new(), slots: Vec::new() };
    kept.take(secret)?;
    given(session, &args, &mut kept)?;
    let terminal = Terminal::open();
    if let Some(terminal) = terminal.as_ref().filter(|_| !args.drop_others) {
        for slot in kept.missing() {
            ask(session, terminal, &mut kept, &slot)?;
        }
    }
    let code = args.recovery_code.then(|| NewSecret::recovery_code(session));
    let by_slot: Vec<(u32, &Unlock)> = kept.slots.iter().map(|(slot, place)| (*slot, &kept.secrets[*place])).collect();
    let rotation = ops::keys::rotation(&vault, &by_slot, code.as_ref().map(|code| &code.unlock), session.env)?;
    let report = rotation.report.clone();
    if !report.ended.is_empty() && !args.drop_others {
        let ended = named(&report.ended);
        let is_code = |slot: &SlotName| slot.kind == SlotKind::RecoveryCode;
        let ends_code = report.ended.iter().any(is_code);
        let Some(terminal) = terminal else {
            let keep = "--keep-passphrase-file F and --keep-key-file F keep one each";
            let again = "a recovery code always ends: --recovery-code makes a new one";
            let hints = [
                Some("--drop-others ends them"),
                (!report.ended.iter().all(is_code)).then_some(keep),
                ends_code.then_some(again),
            ];
            let hint = hints.into_iter().flatten().collect::<Vec<_>>().join("; ");
            return Err(
                CliError::new(Exit::Refused, format!("these would not open the vault any more: {ended}")).hint(hint)
            );
        };
        let again = if ends_code && code.is_none() { " --recovery-code makes a new recovery code." } else { "" };
        if !terminal.confirm(&format!("These will not open the vault any more: {ended}.{again} Go on?"))? {
            return Err(CliError::new(Exit::Refused, "you did not confirm: nothing was changed"));
        }
    }
    if let Some(code) = code.as_ref().and_then(|code| code.code.as_ref()) {
        print_code(session, &report, code)?;
    }
    let rotated = ops::keys::rotate(&vault, rotation, session.env).map_err(CliError::from);
    let notices = rotated.map_err(|error| match code {
        Some(_) => error.hint("the recovery code that was printed opens nothing"),
        None => error,
    })?;
    // What `vault unlock` kept opens nothing any more.
    let _ = keyring::drop_kept(vault.id());
    session.tell_notices(&notices);
    session.note("The vault has a new master key. Copies from before open with what they had: make a new backup.");
    tell(session, &report, code.as_ref())
}

/// Takes the secrets that options name.
fn given(session: &Session, args: &RotateArgs, kept: &mut Kept<'_>) -> Result<(), CliError> {
    let passphrase = |path: &PathBuf| {
        let source = PassphraseSource::File(SecretFile::new(path.clone(), "--keep-passphrase-file"));
        session.secrets.passphrase(&source, &|text| session.notice(text)).map(Unlock::Passphrase)
    };
    let key_file =
        |path: &PathBuf| read_key_file(&SecretFile::new(path.clone(), "--keep-key-file")).map(Unlock::KeyFile);
    let named = args.keep_passphrase_file.iter().map(passphrase).chain(args.keep_key_file.iter().map(key_file));
    for secret in named {
        let secret = secret?;
        let kind = secret.kind();
        if !kept.take(secret)? {
            return Err(CliError::new(
                Exit::Locked,
                format!("a {} to be kept opens no other key slot", kind.in_words()),
            )
            .hint("leave out the secret that opens the vault anyway, and any that this vault does not have"));
        }
    }
    Ok(())
}

/// Asks for the secret of a slot. An empty answer lets it end.
fn ask(session: &Session, terminal: &Terminal, kept: &mut Kept<'_>, slot: &SlotName) -> Result<(), CliError> {
    // An earlier answer may have opened it, too.
    for _ in 0..TRIES {
        if !kept.missing().contains(slot) {
            return Ok(());
        }
        let number = slot.slot_id;
        let secret = if slot.kind == SlotKind::Passphrase {
            let typed = terminal.optional_secret(&format!("Passphrase of key slot {number} (empty: it ends)"))?;
            typed.map(|typed| Unlock::Passphrase(Passphrase::new(take(typed))))
        } else {
            let path = terminal.line(&format!("Path of the key file of key slot {number} (empty: it ends): "))?;
            let path = path.trim();
            if path.is_empty() {
                None
            } else {
                match read_key_file(&SecretFile::new(PathBuf::from(path), "key slot")) {
                    Ok(key) => Some(Unlock::KeyFile(key)),
                    Err(error) => {
                        terminal.say(&format!("{}\n", error.message()))?;
                        continue;
                    }
                }
            }
        };
        let Some(secret) = secret else { return Ok(()) };
        if !kept.take(secret)? {
            terminal.say(&format!("That does not open key slot {number}.\n"))?;
        }
    }
    if kept.missing().contains(slot) {
        session.note(&format!("Key slot {} was not opened.", slot.slot_id));
    }
    Ok(())
}
