//! `vault keys`.

use clap::Subcommand;

use crate::cli::error::CliError;
use crate::cli::keys::new_secret::NewSecretArgs;
use crate::cli::keys::rotate::{self, RotateArgs};
use crate::cli::keys::sheet::{self, SheetArgs};
use crate::cli::keys::{make, named, print_code, tell, unlisted};
use crate::cli::output::{Column, OutputError, Sheet};
use crate::cli::session::Session;
use crate::ops;
use crate::ops::keys::Planned;
use crate::ops::report::SlotLine;
use crate::store::{Open, Vault};

/// List and change the ways to unlock the vault
///
/// Each key slot unlocks the whole vault: a passphrase, a key file or a recovery code. The secret is asked for by every
/// one of these commands. What a removed secret opened stays open to it in copies of the vault from before.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the key slots with what deriving their keys costs (the default)
    List,
    /// Make one more way in
    ///
    /// A new passphrase is asked for on the terminal, twice. A recovery code is printed once, on stdout.
    Add(NewSecretArgs),
    /// Make a new way in and end an old one, in one step
    ///
    /// The slot that ends is the one of this kind that opened the vault, or the only one of this kind.
    Replace {
        #[command(flatten)]
        new: NewSecretArgs,
        /// The slot that ends, of any kind
        #[arg(long, value_name = "N")]
        slot: Option<u32>,
    },
    /// Make a new recovery code and print the recovery sheet: how anybody who holds it opens the vault
    ///
    /// The new code replaces every earlier one. The sheet goes to stdout, or as text and as a page to print with a QR code to
    /// new files. It says what it opens, where the vault and its backups lie, and how to restore them.
    Sheet(SheetArgs),
    /// Make a new master key and a new copy of the vault under it; the old header and secrets open nothing of the copy
    ///
    /// The secret of each slot that is to stay is asked for, or named by --keep-passphrase-file and --keep-key-file; the others
    /// end, and so do all recovery codes. The new vault takes the place of the old one, which is removed. Grants, tokens and
    /// the audit log go on. Backups from before open as they did.
    Rotate(RotateArgs),
    /// End a way in; the last one cannot be removed
    Remove {
        /// The number of the slot
        slot: u32,
    },
}

pub(crate) fn run(session: &Session, args: Args) -> Result<(), CliError> {
    match args.action.unwrap_or(Action::List) {
        Action::List => list(session),
        Action::Add(new) => {
            begin(session, Some(&new))?;
            add(session, &new, |_| Ok(None))
        }
        Action::Replace { new, slot } => {
            begin(session, Some(&new))?;
            add(session, &new, |vault| Ok(Some(slot.map_or_else(|| ops::keys::to_replace(vault, new.kind), Ok)?)))
        }
        Action::Sheet(args) => {
            session.not_inspecting()?;
            sheet::run(session, args)
        }
        Action::Rotate(args) => {
            begin(session, None)?;
            rotate::run(session, args)
        }
        Action::Remove { slot } => remove(session, slot),
    }
}

/// Refuses what cannot be done, before the secret is asked for.
fn begin(session: &Session, new: Option<&NewSecretArgs>) -> Result<(), CliError> {
    session.not_inspecting()?;
    session.not_as_csv("a change of the keys")?;
    new.map_or(Ok(()), |new| new.check(session))
}

fn list(session: &Session) -> Result<(), CliError> {
    let vault = session.vault()?;
    let (slots, ways_in) = session.reading_of(&vault, |reader| {
        Ok::<_, CliError>((ops::keys::list(&vault, reader), ops::ways_in::since_restores(reader)?))
    })?;
    session.show(&slots, |slots| table(slots))?;
    for message in ops::status::ways_in_words(&ways_in) {
        session.note(&format!("Needs attention: {message}."));
    }
    Ok(())
}

fn add(
    session: &Session,
    new: &NewSecretArgs,
    ended: impl FnOnce(&Vault<Open>) -> Result<Option<u32>, CliError>,
) -> Result<(), CliError> {
    let vault = session.vault()?;
    let ended: Vec<u32> = ended(&vault)?.into_iter().collect();
    let secret = new.secret(session)?;
    let planned = match ended.as_slice() {
        [] => ops::keys::add(&vault, &secret.unlock, session.env)?,
        ended => ops::keys::replace(&vault, ended, &secret.unlock, session.env)?,
    };
    // What opens the vault is in the hands of a person first.
    secret.write_file()?;
    secret.code.as_ref().map_or(Ok(()), |code| print_code(session, &planned.report, code))?;
    make(session, &vault, &planned, unlisted(&secret))?;
    tell(session, &planned.report, Some(&secret))?;
    tell_old(session, &planned);
    Ok(())
}

fn remove(session: &Session, slot: u32) -> Result<(), CliError> {
    begin(session, None)?;
    let vault = session.vault()?;
    let planned = ops::keys::remove(&vault, slot, session.env)?;
    session.confirm(&question(&vault, &planned))?;
    make(session, &vault, &planned, |error| error)?;
    tell(session, &planned.report, None)?;
    tell_old(session, &planned);
    Ok(())
}

fn tell_old(session: &Session, planned: &Planned) {
    if !planned.report.ended.is_empty() {
        session.note(
            "Copies from before open with what they had; after `vault keys rotate` an old header and secret open nothing newer.",
        );
    }
}

fn question(vault: &Vault<Open>, planned: &Planned) -> String {
    let report = &planned.report;
    let is_own = report.ended.iter().any(|slot| slot.slot_id == vault.slot());
    let own = if is_own { ", which opened the vault just now," } else { "" };
    let left = match report.left.as_slice() {
        [only] => format!("Only {} will. ", named(std::slice::from_ref(only))),
        _ => String::new(),
    };
    let mut ended = named(&report.ended);
    ended.replace_range(..1, "K");
    format!("{ended}{own} will not open the vault any more. {left}Remove it?")
}

fn table(slots: &[SlotLine]) -> Result<Sheet, OutputError> {
    let columns = [
        Column::number("slotId", "Slot"),
        Column::text("kind", "Kind"),
        Column::text("kdf", "Derived by"),
        Column::number("memoryKib", "Memory, KiB"),
        Column::number("passes", "Passes"),
        Column::number("lanes", "Lanes"),
        Column::flag("opened", "Used now"),
    ];
    Sheet::of(columns, slots, "no key slots")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::output::table::{Layout, render};
    use crate::store::SlotKind;

    #[test]
    fn the_list_fits_80_columns() {
        let slot = |slot_id, kind, kdf, costs: Option<(u32, u32, u32)>, opened| SlotLine {
            slot_id,
            kind,
            kdf,
            memory_kib: costs.map(|cost| cost.0),
            passes: costs.map(|cost| cost.1),
            lanes: costs.map(|cost| cost.2),
            opened,
        };
        let slots = [
            slot(1, SlotKind::Passphrase, "argon2id", Some((1_048_576, 16, 4)), true),
            slot(1002, SlotKind::RecoveryCode, "hkdf-sha256", None, false),
        ];
        let text = render(&table(&slots).unwrap(), Layout { width: Some(80), ..Layout::default() });
        insta::assert_snapshot!(text, @r"
        Slot  Kind           Derived by   Memory, KiB  Passes  Lanes  Used now
           1  passphrase     argon2id         1048576      16      4  yes
        1002  recovery-code  hkdf-sha256                              no
        ");
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    }
}
