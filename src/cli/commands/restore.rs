//! `vault restore`.

use std::path::{Path, PathBuf};

use crate::cli::args::Format;
use crate::cli::backup_file::BackupFile;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::output::{self, with_causes};
use crate::cli::removal::RemovedOnSignal;
use crate::cli::session::Session;
use crate::cli::shell::quoted;
use crate::cli::{paths, words};
use crate::ops::report::{Contents, KeptNote, Lacks, RestoreReport, SlotName};
use crate::ops::restore::{Aside, Checked, Present};
use crate::ops::{self, OpError};
use crate::store::files::FileError;
use crate::store::header::HeaderError;
use crate::store::{StoreError, Vault, restore};

/// How many names are listed.
const MOST_NAMES: usize = 5;

/// Restore a vault from a backup
///
/// The backup is unpacked into a new directory next to the vault, opened and checked. Then you see what it is and what
/// it lacks of the present vault, and are asked, unless --to puts it elsewhere. Nothing is overwritten: the present
/// vault is kept next to the restored one, and you are asked at a terminal whether it replaces those that earlier
/// restores kept. Every grant is suspended until `vault grants resume`; those that this machine knows to have ended stay
/// ended.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The backup; - reads standard input
    #[arg(required_unless_present = "adopt")]
    file: Option<PathBuf>,
    /// Restore to this new or empty directory, where the vault is only read
    #[arg(long, value_name = "DIR")]
    to: Option<PathBuf>,
    /// Make the vault that is restored to --to DIR, now or before, the vault of this machine
    #[arg(long, requires = "to")]
    adopt: bool,
}

pub(crate) fn run(session: &Session, args: Args) -> Result<(), CliError> {
    session.not_as_csv("a restored vault")?;
    session.writes_elsewhere()?;
    let state = paths::needed_state_dir()?;
    let present = session.vault_dir()?;
    if args.to.is_none() {
        // A place that is only read becomes the vault by --adopt alone.
        session.not_inspecting()?;
    }
    let elsewhere = paths::vault_dirs(session.global.vault.as_ref());
    let to = args.to.as_deref().map(paths::absolute);
    let dir = to.as_deref().unwrap_or(&present);
    if dir != present && !restore::is_apart(dir) {
        paths::refuse_inside("the vault", dir, &present)?;
    }
    // What is half moved is no leftover, and is completed by the next command.
    let mut on_signal = None;
    let checked = match &args.file {
        Some(file) => from_file(session, file, (dir, &elsewhere, &state), args.to.is_some(), &mut on_signal)?,
        None => apart(session, (dir, &elsewhere, &state))?,
    };
    tell(session, &checked.report);
    if args.to.is_some() && !args.adopt {
        return told(session, &checked.put_apart(|| drop(on_signal)).map_err(|error| halfway(error, dir))?);
    }
    session.confirm(&question(checked.replaces(), &checked.leaves()))?;
    let put = checked.put(&state, session.env, || drop(on_signal));
    let report = put.map_err(|error| halfway(error, dir))?;
    told(session, &report)?;
    offer_to_replace(session, &report)?;
    if args.to.is_some() && !paths::vault_dir(None).is_ok_and(|own| own == dir) {
        session.note(&format!("Name it from now on with --vault {0} or FINVAULT_DIR={0}.", quoted(dir.as_os_str())));
    }
    Ok(())
}

/// Asks a person whether the vault that is kept now replaces those that earlier restores kept, and removes them then. One that has
/// nothing which the restored vault lacks replaces none.
fn offer_to_replace(session: &Session, report: &RestoreReport) -> Result<(), CliError> {
    let has_more = |lacks: &Lacks| {
        let beyond = !listed(&lacks.lacking, &[]).is_empty() || !lacks.changed_accounts.is_empty();
        lacks.known && lacks.entries_beyond == 0 && beyond
    };
    let earlier = earlier_kept(report);
    if session.format() == Format::Json || earlier.is_empty() {
        return Ok(());
    }
    session.note("Earlier restores kept:");
    for kept in &earlier {
        let (day, size) = (words::day(kept.time.day()), words::size(kept.size_bytes));
        session.note(&format!("  {day}, {size}: {}", kept.dir));
    }
    let question = "Does the vault from before this restore replace them? What only they hold is lost.";
    if !report.lacks.as_ref().is_some_and(has_more) || !session.agrees(question)? {
        return Ok(());
    }
    for KeptNote { dir, .. } in earlier {
        let removed = restore::remove_kept(Path::new(&dir), &report.vault_id);
        if removed.map_err(|error| {
            CliError::from(error).hint("the vault is restored; what is not named as removed is still kept")
        })? {
            session.note(&format!("{dir} is removed."));
        } else {
            session.notice(&format!("{dir} is not only a copy of this vault, and stays"));
        }
    }
    Ok(())
}

/// Returns what restores kept before the one whose report this is.
fn earlier_kept(report: &RestoreReport) -> Vec<KeptNote> {
    let Some(now) = &report.kept else { return Vec::new() };
    let all = ops::status::kept(Path::new(&report.vault)).into_iter();
    all.skip_while(|kept| Path::new(&kept.dir).file_name() != Path::new(now).file_name()).skip(1).collect()
}

/// Says whether a vault that could not be put into its place has it.
fn halfway(error: OpError, dir: &Path) -> CliError {
    let has_place = matches!(&error, OpError::Store(StoreError::Restored(_)));
    let hint = if !has_place {
        "nothing was restored".to_owned()
    } else if restore::is_apart(dir) {
        format!("it is only read; `vault restore --to {} --adopt` does what is left", quoted(dir.as_os_str()))
    } else {
        "it opens; where a command asks for it, `vault audit accept` does what is left".to_owned()
    };
    CliError::from(error).hint(hint)
}

fn question(replaces: bool, left: &[&Path]) -> String {
    let stays =
        |left: &&Path| format!("The one in {} stays, opens no more, and its tokens open nothing. ", left.display());
    let stay: String = left.iter().map(stays).collect();
    let question = if replaces {
        "The present vault is kept beside it. Make this one the vault?"
    } else {
        "Make it the vault of this machine?"
    };
    format!("{stay}{question}")
}

/// Unpacks a backup, and checks all of it. A signal that ends the program removes what was unpacked.
fn from_file(
    session: &Session,
    file: &Path,
    (dir, elsewhere, state_dir): (&Path, &[PathBuf], &Path),
    is_apart: bool,
    on_signal: &mut Option<RemovedOnSignal>,
) -> Result<Checked, CliError> {
    let BackupFile { name, from, size } = BackupFile::open(file)?;
    if is_apart && has_something(dir) {
        return Err(CliError::new(Exit::Failure, format!("{} is not empty", dir.display()))
            .hint("name a directory that is new or empty"));
    }
    // A secret on standard input comes first, and no more of it is read than that.
    let secret = session.given()?;
    let unpacking = ops::restore::begin(size, dir).map_err(|error| no_place(error, dir))?;
    let on_signal = on_signal.insert(RemovedOnSignal::watch(unpacking.path()));
    let unpacked = unpacking.fill(from, &name)?;
    if let Some(other) = unpacked.goes_beside(dir, elsewhere).first().filter(|_| !is_apart) {
        let other = other.display();
        return Err(CliError::new(
            Exit::Refused,
            format!("{other} holds the vault of this backup, and would go on beside"),
        )
        .hint(format!(
            "`vault restore FILE --to {} --adopt` leaves that one, whose tokens then open nothing",
            quoted(dir.as_os_str())
        )));
    }
    let locked = unpacked.vault().map_err(|error| damaged(error, &name))?;
    let opened = session.unlock_apart(&locked, secret, Some(on_signal));
    let (vault, secret) = opened.map_err(|error| damaged(error, &name))?;
    let with = Present { elsewhere, secret: &secret, state_dir };
    sound(unpacked.check(dir, vault, with, session.env), &name)
}

/// Returns the error of a place that a vault cannot be restored to. No vault lies in an empty one that could be moved.
fn no_place(error: OpError, dir: &Path) -> CliError {
    let is_mounted = matches!(&error, OpError::Store(StoreError::File(FileError::Mounted { .. })));
    if !is_mounted || has_something(dir) {
        return error.into();
    }
    CliError::of(Exit::Failure, error)
        .hint(format!("name a new directory on that disk: {}", quoted(dir.join("vault").as_os_str())))
}

/// Checks all of what was restored to a place of its own, or unpacked there by hand.
fn apart(session: &Session, (dir, elsewhere, state_dir): (&Path, &[PathBuf], &Path)) -> Result<Checked, CliError> {
    if !restore::is_apart(dir) {
        return Err(CliError::new(Exit::Usage, format!("{} holds no vault that was restored apart", dir.display()))
            .hint("name the backup: vault restore FILE --to DIR --adopt"));
    }
    let name = dir.display().to_string();
    let locked = Vault::find(dir).map_err(|error| damaged(error, &name))?;
    let opened = session.unlock_apart(&locked, session.given()?, None);
    let (vault, secret) = opened.map_err(|error| damaged(error, &name))?;
    let with = Present { elsewhere, secret: &secret, state_dir };
    let aside = Aside::begin(state_dir)?;
    let _on_signal = RemovedOnSignal::watch(aside.path());
    sound(ops::restore::check_apart(vault, &aside, with, session.env), &name)
}

const OLDER: &str = "nothing was restored; try an older backup";

/// Returns an error of what was to be restored, so that damage of it is not taken for one of the present vault.
fn damaged(error: impl Into<CliError>, name: &str) -> CliError {
    error.into().of_vault_in(name, OLDER)
}

fn sound(checked: Result<Checked, OpError>, name: &str) -> Result<Checked, CliError> {
    let checked = checked.map_err(|error| damaged(error, name))?;
    match checked.check.findings.first() {
        None => Ok(checked),
        Some(finding) => Err(CliError::new(
            Exit::Integrity,
            format!("the vault in {name} is not as it was written: {}", finding.message),
        )
        .hint(OLDER)),
    }
}

fn has_something(dir: &Path) -> bool {
    std::fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some())
}

/// Tells a person what is in the backup, before the question.
fn tell(session: &Session, report: &RestoreReport) {
    let accounts = usize::try_from(report.accounts).unwrap_or(usize::MAX);
    let rows = usize::try_from(report.transactions).unwrap_or(usize::MAX);
    let until = report.last_posted.map(|day| format!(", the last of {}", words::day(day))).unwrap_or_default();
    session.note(&format!(
        "A backup of {}: {}, {}{until}.",
        words::day(report.created_time.day()),
        words::count(accounts, "account", "accounts"),
        words::count(rows, "transaction", "transactions")
    ));
    session.note("All of it was checked.");
    if let Some(lacks) = &report.lacks {
        lacking(lacks).iter().for_each(|line| session.note(line));
    }
}

fn lacking(lacks: &Lacks) -> Vec<String> {
    if !lacks.known {
        let why = match &lacks.unread {
            Some(OpError::Store(StoreError::Header(HeaderError::WrongKey(_) | HeaderError::NoSuchSlot { .. })))
            | None => "it does not open with this secret".to_owned(),
            Some(error) => with_causes(error),
        };
        return vec![format!("What the present vault has beyond the backup is not known: {why}.")];
    }
    let changed = (!lacks.changed_accounts.is_empty())
        .then(|| words::count(lacks.changed_accounts.len(), "changed account", "changed accounts"));
    if lacks.entries_beyond > 0 {
        return going_on(lacks, changed);
    }
    let mut parts = listed(&lacks.lacking, &[]);
    parts.extend(changed);
    let entries = words::count(lacks.audit_entries, "later entry", "later entries");
    let lacks_what = match (&parts[..], lacks.audit_entries) {
        ([], 0) => "It lacks nothing of the present vault.".to_owned(),
        ([], _) => format!("It lacks, of the present vault: {entries} of its log, and none of what it holds."),
        (parts, 0) => format!("It lacks, of the present vault: {}.", parts.join(", ")),
        (parts, _) => format!("It lacks, of the present vault: {}; {entries} of its log in all.", parts.join(", ")),
    };
    let revived = listed(&lacks.revived, &lacks.lacking.key_slots);
    let revived = (!revived.is_empty())
        .then(|| format!("It has again what the present vault has no more: {}.", revived.join(", ")));
    [Some(lacks_what), revived].into_iter().flatten().collect()
}

/// Tells of a backup that continues from the present vault: what it has not, was taken away since.
fn going_on(lacks: &Lacks, changed: Option<String>) -> Vec<String> {
    let entries = words::count(lacks.entries_beyond, "later entry", "later entries");
    let mut new = listed(&lacks.revived, &[]);
    new.extend(changed);
    let gone = listed(&lacks.lacking, &lacks.revived.key_slots);
    let told = |what: &str, parts: Vec<String>| (!parts.is_empty()).then(|| format!("{what}: {}.", parts.join(", ")));
    let first = format!("It continues from the present vault, with {entries} of the log.");
    let rest = [told("It has, beyond the present vault", new), told("There, this was taken away", gone)];
    std::iter::once(first).chain(rest.into_iter().flatten()).collect()
}

/// Returns what there is of each kind, in words. Key slots stand beside those that were told before.
fn listed(contents: &Contents, told: &[SlotName]) -> Vec<String> {
    let counts = [
        (contents.imports.len() as u64, "imported file", "imported files", named(&contents.imports)),
        (contents.accounts.len() as u64, "account", "accounts", String::new()),
        (contents.merges, "merge of accounts", "merges of accounts", String::new()),
        (contents.decisions, "decision", "decisions", String::new()),
        (contents.balances, "set balance", "set balances", String::new()),
        (contents.rules.len() as u64, "policy rule", "policy rules", denying(&contents.denied)),
        (contents.ignored, "ignored file", "ignored files", String::new()),
        (contents.answers, "remembered answer", "remembered answers", String::new()),
        (contents.grants, "grant", "grants", String::new()),
        (
            contents.key_slots.len() as u64,
            "way in",
            "ways in",
            in_parentheses(&SlotName::beside(&contents.key_slots, told)),
        ),
    ];
    let some = counts.into_iter().filter(|(number, ..)| *number > 0);
    some.map(|(number, one, many, names)| format!("{}{names}", words::count(number, one, many))).collect()
}

/// Returns the first names, in parentheses.
fn named(names: &[String]) -> String {
    if names.is_empty() {
        return String::new();
    }
    let shown: Vec<_> = names.iter().take(MOST_NAMES).map(|name| words::shortened(name, 40)).collect();
    let more = names.len().saturating_sub(MOST_NAMES);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!(" ({}{more})", shown.join(", "))
}

/// Returns key slots, in parentheses.
fn in_parentheses(slots: &[String]) -> String {
    if slots.is_empty() { String::new() } else { format!(" ({})", slots.join(", ")) }
}

/// Returns the first names of those that are denied, in parentheses.
fn denying(names: &[String]) -> String {
    named(names).replacen('(', "(denied: ", 1)
}

/// Tells what became of it.
fn told(session: &Session, report: &RestoreReport) -> Result<(), CliError> {
    if session.format() == Format::Json {
        return Ok(output::json::write(report)?);
    }
    if !report.adopted {
        session.note(&format!(
            "The vault is in {}. It is only read until `vault restore --to {} --adopt` makes it the vault.",
            report.vault,
            quoted(report.vault.as_ref())
        ));
        return Ok(());
    }
    session.note(&format!("The vault of {} is in place: {}.", words::day(report.created_time.day()), report.vault));
    if let Some(kept) = &report.kept {
        session.note(&format!("The vault from before is kept in {kept}. Remove it when you miss nothing."));
    }
    if report.suspended > 0 {
        let suspended = usize::try_from(report.suspended).unwrap_or(usize::MAX);
        session.note(&format!(
            "{} suspended: look at each with `vault grants`, and resume what is still right.",
            words::count(suspended, "grant is", "grants are")
        ));
    }
    Ok(())
}
