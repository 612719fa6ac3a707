//! `vault status`.

use std::fmt::Write as _;
use std::path::Path;

use crate::cli::args::Format;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::output;
use crate::cli::session::Session;
use crate::cli::words::{self, hanging, padded, size};
use crate::cli::{keyring, paths, screen};
use crate::ops;
use crate::ops::report::{AttentionKind, Holdings, StatusReport};
use crate::store::header::HeaderError;
use crate::store::{Locked, StoreError, Vault, restore};

/// Show where the vault is, and what needs attention
///
/// Asks for nothing: what only the key tells is shown when a flag or variable names it, or after `vault unlock`. When that key
/// does not fit, or the vault is not what this machine has seen, what needs no key is shown, and then the error. Of a vault
/// that is damaged, so that nothing opens it, place and size are shown, and what can be done.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(session: &Session, _args: Args) -> Result<(), CliError> {
    session.not_as_csv("a status")?;
    let dir = session.vault_dir()?;
    let found = Vault::<Locked>::find(&dir).and_then(|locked| locked.check_database().map(|()| locked));
    let locked = match found {
        Ok(locked) => locked,
        Err(error) => return damaged(session, &dir, error),
    };
    let is_kept = keyring::kept(locked.claimed_id()).is_some_and(|master| locked.unlock_kept(master, None).is_ok());
    let mut report = ops::status::without_key(&locked, paths::state_dir().as_deref(), session.env);
    let read = session.vault_unasked().and_then(|vault| match vault {
        Some(vault) => session.reading_of(&vault, |reader| ops::status::with_key(&mut report, reader, session.env)),
        None => Ok(()),
    });
    match session.format() {
        Format::Json => output::json::write(&report)?,
        _ => output::to_stdout(&in_words(&report, is_kept, read.is_ok(), screen::line_width()))?,
    }
    read
}

/// Shows what can be seen of a vault that is damaged, and returns the error.
fn damaged(session: &Session, dir: &Path, error: StoreError) -> Result<(), CliError> {
    let is_newer = matches!(error, StoreError::Header(HeaderError::NewerFormat { .. }));
    let error = CliError::from(error);
    if is_newer || error.exit() != Exit::Integrity {
        return Err(error);
    }
    let report = ops::status::damaged(dir, error.message());
    match session.format() {
        Format::Json => output::json::write(&report)?,
        _ => output::to_stdout(&in_words(&report, false, false, screen::line_width()))?,
    }
    Err(error)
}

/// The columns of what a line is about.
const NAME: usize = 10;

/// Writes text broken between words behind what stands before its first line.
fn say(out: &mut String, first: &str, text: &str, width: usize) {
    for line in hanging(first, text, width) {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{line}");
    }
}

/// Returns the report for a person, one thing after the other, in lines of at most so many columns.
fn in_words(report: &StatusReport, is_kept: bool, is_read: bool, width: usize) -> String {
    let mut text = String::new();
    let mut line = |name: &str, what: &str| say(&mut text, &padded(name, NAME), what, width);
    line("Vault", &format!("{}, {}", report.vault, size(report.size_bytes)));
    let is_damaged = report.vault_id.is_none();
    let ways: Vec<&str> = report.key_slots.iter().map(|kind| kind.in_words()).collect();
    line("Ways in", &if is_damaged { "not known".to_owned() } else { ways.join(", ") });
    line("Unlocked", if is_kept { "in this session; `vault lock` closes it" } else { "no" });
    match &report.holds {
        Some(holds) => told_by_key(holds, restore::is_apart(Path::new(&report.vault)), &mut line),
        None if !is_read => line("Holds", "it could not be opened and read: the error says why"),
        None => line("Holds", "`vault unlock` first, to see accounts, imports and grants"),
    }
    match &report.last_backup {
        Some(backup) => {
            let place = match &backup.file {
                Some(file) => format!("in {}", Path::new(file).parent().unwrap_or(Path::new("/")).display()),
                None => "passed on to standard output; whether it was kept is not known".to_owned(),
            };
            line("Backup", &format!("{}, {place}", words::day(backup.time.day())));
        }
        None if is_damaged => {}
        None => line("Backup", "none is known"),
    }
    match &report.last_check {
        Some(check) => {
            let found = if check.ok { "all was well" } else { "something was wrong" };
            let quick = if check.quick { ", quickly" } else { "" };
            line("Check", &format!("{}{quick}, {found}", words::day(check.time.day())));
        }
        None if is_damaged => {}
        None => line("Check", "none is known"),
    }
    if let Some(snapshot) = &report.snapshot {
        let (day, size) = (words::day(snapshot.time.day()), size(snapshot.size_bytes));
        line("Snapshot", &format!("{day}, {size}, before a migration: {}", snapshot.file));
        line("", "the next migration replaces it, `vault keys rotate` removes it");
    }
    for (at, kept) in report.kept.iter().enumerate() {
        let (day, size) = (words::day(kept.time.day()), size(kept.size_bytes));
        line(if at == 0 { "Kept" } else { "" }, &format!("{day}, {size}, before a restore: {}", kept.dir));
    }
    if !report.attention.is_empty() {
        text.push_str("\nNeeds attention\n");
        for attention in &report.attention {
            say(&mut text, "  ", &attention.message, width);
            if let Some(remedy) = remedy(attention.kind) {
                say(&mut text, "    ", remedy, width);
            }
        }
    }
    text
}

fn told_by_key(holds: &Holdings, is_apart: bool, line: &mut impl FnMut(&str, &str)) {
    let accounts = usize::try_from(holds.accounts).unwrap_or(usize::MAX);
    let rows = usize::try_from(holds.transactions).unwrap_or(usize::MAX);
    let until = holds.last_posted.map(|day| format!(", the last of {}", words::day(day))).unwrap_or_default();
    line(
        "Holds",
        &format!(
            "{}, {}{until}",
            words::count(accounts, "account", "accounts"),
            words::count(rows, "transaction", "transactions")
        ),
    );
    line("Imported", &holds.last_import.map_or_else(|| "nothing yet".to_owned(), |time| words::day(time.day())));
    match &holds.active_grants[..] {
        [] if is_apart => line("Shared", "nothing from here: this vault is only read until it is adopted"),
        [] => line("Shared", "nothing now"),
        grants => {
            for (at, grant) in grants.iter().enumerate() {
                let name = crate::model::clean_for_display(&grant.recipient);
                let name = words::shortened(&name, 30);
                let until = words::day(grant.expiration_time.day());
                line(if at == 0 { "Shared" } else { "" }, &format!("with {name} until {until}, {}", grant.grant_id));
            }
        }
    }
}

/// Returns what helps with what needs attention.
fn remedy(kind: AttentionKind) -> Option<&'static str> {
    Some(match kind {
        AttentionKind::Damaged => {
            "`vault backup list DIR` lists the backups there; `vault restore FILE` puts one in its place"
        }
        AttentionKind::OneWayIn => "`vault keys add recovery-code` makes another",
        AttentionKind::Backup => "`vault backup DEST` makes one",
        AttentionKind::Kept => {
            "look into each with `vault --vault DIR --inspect balances`; when you miss nothing, `rm -r DIR` removes it"
        }
        AttentionKind::WaysIn => {
            "`vault keys list` shows what opens it; `vault keys add` makes a new way in, `vault keys remove N` ends one"
        }
        AttentionKind::Check => "`vault check` says what",
        AttentionKind::Unproven => "`vault balances` shows what is known",
        AttentionKind::Gap => "import the file of the days between, or look at them with `vault transactions`",
        AttentionKind::EndsSoon => return None,
        AttentionKind::Suspended => "`vault grants` lists them",
    })
}
