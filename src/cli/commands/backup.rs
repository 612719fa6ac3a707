//! `vault backup`.

use std::error::Error;
use std::fs::File;
use std::io::{self, IsTerminal};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde::Serialize;

use crate::cli::args::Format;
use crate::cli::backup_file::{BackupFile, is_stdin};
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::output::{Column, OutputError, Sheet};
use crate::cli::removal::RemovedOnSignal;
use crate::cli::session::Session;
use crate::cli::{output, paths, screen};
use crate::ops::backup::{BackupLine, BackupReport, BackupStatus, Options, Retention, Unpacked, VerifyReport};
use crate::ops::report::CheckReport;
use crate::ops::{self, OpError};
use crate::store::StoreError;

/// Copy the vault into one encrypted file; no key is needed
///
/// DEST is a directory, in which each backup gets its own name, a file, or - for standard output. The copy is read back and
/// compared before it has its name. When nothing changed since the newest good backup in DEST, none is made.
///
/// With any of the --keep options, backups of this vault in DEST that none of them keeps are then removed; without one, nothing is
/// ever removed. The numbers mean what they mean to restic: of each of the last N hours, days, weeks (from Monday), months or years
/// that have a backup, the newest is kept; where they are fewer than N, the oldest backup of all is kept, too. Times are UTC.
/// Backups that are damaged in their form are neither removed nor counted; a flipped byte in the content of an older one is seen by
/// `vault backup verify` alone.
#[derive(Debug, clap::Args)]
#[command(subcommand_negates_reqs = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Option<Action>,
    #[command(flatten)]
    make: Make,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the backups in a directory: when they were made, how large they are, and whether they are good
    ///
    /// Good means that the file is whole by its form and its manifest. `vault backup verify` reads all of it.
    List {
        /// The directory, or one file
        #[arg(value_name = "DEST")]
        dest: PathBuf,
    },
    /// Compare a backup with its manifest; with a key, also open and check what it holds
    ///
    /// Without a key this proves that the file is whole. Only a key proves that it is of your vault, and that its rows are those
    /// that were written: name one with --key-file, --passphrase-file or another option or variable for secrets. The backup is
    /// then unpacked, still encrypted, into a private directory that is removed afterwards.
    Verify {
        /// The backup, or - for standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

#[derive(Debug, clap::Args)]
struct Make {
    /// A directory, a file, or - for standard output; without it, where the setting `backup` says
    #[arg(value_name = "DEST")]
    dest: Option<PathBuf>,
    /// Keep the last N backups
    #[arg(long, value_name = "N", value_parser = number, allow_hyphen_values = true)]
    keep_last: Option<u32>,
    /// Keep the newest backup of each of the last N hours that have one
    #[arg(long, value_name = "N", value_parser = number, allow_hyphen_values = true)]
    keep_hourly: Option<u32>,
    /// Keep the newest backup of each of the last N days that have one
    #[arg(long, value_name = "N", value_parser = number, allow_hyphen_values = true)]
    keep_daily: Option<u32>,
    /// Keep the newest backup of each of the last N weeks that have one
    #[arg(long, value_name = "N", value_parser = number, allow_hyphen_values = true)]
    keep_weekly: Option<u32>,
    /// Keep the newest backup of each of the last N months that have one
    #[arg(long, value_name = "N", value_parser = number, allow_hyphen_values = true)]
    keep_monthly: Option<u32>,
    /// Keep the newest backup of each of the last N years that have one
    #[arg(long, value_name = "N", value_parser = number, allow_hyphen_values = true)]
    keep_yearly: Option<u32>,
    /// Make and remove nothing, and tell what would be
    #[arg(long)]
    dry_run: bool,
    /// Make a backup also when nothing changed since the last one
    #[arg(long)]
    force: bool,
}

/// What helps when a backup does not hold what was written.
const OLDER: &str = "take an older backup; `vault backup list DIR` shows which there are";

/// Reads how many backups to keep.
fn number(text: &str) -> Result<u32, String> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let number = digits.then(|| text.parse().ok()).flatten();
    number.ok_or_else(|| format!("{text:?} is not a number of backups: write a whole number, such as 7"))
}

pub(crate) fn run(session: &Session, args: Args) -> Result<(), CliError> {
    match (args.action, args.make) {
        (Some(_), make) if make.is_given() => {
            Err(CliError::new(Exit::Usage, "the options and the place of a backup are for making one")
                .hint("`vault backup list DEST` and `vault backup verify FILE` take nothing else; ./list is a directory of that name"))
        }
        (Some(Action::List { dest }), _) => list(session, &dest),
        (Some(Action::Verify { file }), _) => verify(session, &file),
        (None, make) => {
            let dest = make.dest.clone().or_else(|| session.config().backup.clone()).ok_or_else(|| {
                CliError::new(Exit::Usage, "it is not said where the backup goes")
                    .hint("name a directory, a file or -: vault backup DEST; or set it once: vault config edit")
            })?;
            let retention = make.retention()?;
            if dest == Path::new("-") { stream(session, &make) } else { backup(session, &dest, &make, retention) }
        }
    }
}

impl Make {
    fn counts(&self) -> [Option<u32>; 6] {
        [self.keep_last, self.keep_hourly, self.keep_daily, self.keep_weekly, self.keep_monthly, self.keep_yearly]
    }

    fn is_given(&self) -> bool {
        self.dest.is_some() || self.dry_run || self.force || self.counts().iter().any(Option::is_some)
    }

    /// Returns what is to be kept. That nothing is to be kept is refused.
    fn retention(&self) -> Result<Retention, CliError> {
        let given = self.counts();
        let [last, hourly, daily, weekly, monthly, yearly] = given.map(Option::unwrap_or_default);
        let retention = Retention { last, hourly, daily, weekly, monthly, yearly };
        if retention.is_empty() && given.iter().any(Option::is_some) {
            return Err(CliError::new(Exit::Usage, "the --keep options keep no backup at all")
                .hint("give at least one of them a number from 1 on, or leave them out: then nothing is removed"));
        }
        Ok(retention)
    }
}

fn backup(session: &Session, dest: &Path, make: &Make, retention: Retention) -> Result<(), CliError> {
    session.not_inspecting()?;
    let dir = session.vault_dir()?;
    paths::refuse_inside("the backup", dest, &dir)?;
    if !retention.is_empty() && !dest.is_dir() {
        return Err(CliError::new(
            Exit::Usage,
            format!("the --keep options are for a directory, and {} is none", dest.display()),
        )
        .hint("name the directory that the backups lie in"));
    }
    let options = Options { retention, dry_run: make.dry_run, force: make.force };
    let waits = tell_waiting(session);
    let outcome = ops::backup::run(&dir, dest, options, paths::state_dir().as_deref(), &waits, session.env)?;
    if let Some(error) = outcome.not_noted {
        not_noted(session, &error);
    }
    tell(session, &outcome.report);
    match session.format() {
        Format::Json => output::json::write_line(&outcome.report)?,
        Format::Table | Format::Csv => session.show(&outcome.report, made)?,
    }
    match outcome.not_removed {
        Some(error) => Err(StoreError::from(error).into()),
        None => Ok(()),
    }
}

/// Returns what tells a person at a terminal that other commands are waited for.
fn tell_waiting(session: &Session) -> impl Fn(&[u32]) + Sync + use<> {
    let is_told = !session.global.quiet && session.format() != Format::Json && screen::stderr_is_terminal();
    move |processes| {
        if is_told {
            let who = match processes {
                [] => "another command uses the vault".to_owned(),
                [one] => format!("process {one} uses the vault"),
                many => {
                    let ids: Vec<String> = many.iter().map(u32::to_string).collect();
                    format!("processes {} use the vault", ids.join(", "))
                }
            };
            output::note_in_words(&format!("{who}: waiting for the end of that, at most a minute"));
        }
    }
}

fn not_noted(session: &Session, error: &dyn Error) {
    session.notice(&format!("the backup could not be noted in the state directory: {}", output::with_causes(error)));
}

/// Says what became of the backup.
fn tell(session: &Session, report: &BackupReport) {
    let is_there = report.size_bytes.is_some();
    session.note(&match report.status {
        BackupStatus::Created => "The backup was made, read back and compared.".to_owned(),
        BackupStatus::Unchanged => {
            "Nothing changed since this backup, which is whole: none was made (--force makes one all the same)."
                .to_owned()
        }
        BackupStatus::DryRun if is_there => {
            "Nothing changed since this backup, which is whole: none would be made.".to_owned()
        }
        BackupStatus::DryRun => "This backup would be made.".to_owned(),
    });
}

fn stream(session: &Session, make: &Make) -> Result<(), CliError> {
    session.not_inspecting()?;
    let only_files = [
        (make.retention()?.is_empty(), "the --keep options are for a directory"),
        (!make.dry_run, "--dry-run is for a directory or a file"),
        (session.format() == Format::Table, "standard output is the backup itself, and has no report"),
    ];
    if let Some((_, why)) = only_files.into_iter().find(|(fits, _)| !fits) {
        return Err(CliError::new(Exit::Usage, why).hint("name a directory, or leave it out"));
    }
    if io::stdout().is_terminal() || screen::stdout_goes_nowhere() {
        return Err(CliError::new(Exit::Usage, "a backup is not written to a terminal or to nowhere")
            .hint("send it to a program or a file: vault backup - | restic backup --stdin"));
    }
    // A copy of the descriptor: nothing is collected on the way.
    let out = io::stdout().as_fd().try_clone_to_owned();
    let mut out = File::from(out.map_err(|error| CliError::from(OutputError::Stdout(error)))?);
    let streamed = ops::backup::stream(&session.vault_dir()?, &mut out, &tell_waiting(session), session.env)?;
    output::sync_stdout()?;
    if let Some(Err(error)) = paths::state_dir().map(|state_dir| streamed.note(&state_dir)) {
        not_noted(session, &error);
    }
    session.note("The whole backup was written to standard output.");
    Ok(())
}

/// One thing that a backup did to one file, for tables and CSV.
#[derive(Serialize)]
struct Row<'a> {
    action: &'static str,
    file: &'a str,
    reasons: Vec<&'static str>,
}

fn made(report: &BackupReport) -> Result<Sheet, OutputError> {
    let is_there = report.size_bytes.is_some();
    let action = match report.status {
        BackupStatus::Created => "made",
        BackupStatus::Unchanged => "unchanged",
        BackupStatus::DryRun if is_there => "unchanged",
        BackupStatus::DryRun => "would make",
    };
    let removed = if report.status == BackupStatus::DryRun { "would remove" } else { "removed" };
    let mut rows = vec![Row { action, file: &report.file, reasons: Vec::new() }];
    rows.extend(report.kept.iter().map(|kept| Row {
        action: "kept",
        file: &kept.file,
        reasons: kept.reasons.iter().map(|reason| reason.as_str()).collect(),
    }));
    rows.extend(report.removed.iter().map(|file| Row { action: removed, file, reasons: Vec::new() }));
    let columns = [Column::text("action", "What"), Column::text("file", "File"), Column::text("reasons", "Why")];
    Sheet::of(columns, rows, "")
}

fn list(session: &Session, dest: &Path) -> Result<(), CliError> {
    let all = ops::backup::list(dest).map_err(|error| match error {
        // As where a backup is verified or restored that is not there.
        OpError::Store(StoreError::File(error)) if error.is_not_found() => CliError::of(Exit::BadInput, error),
        error => error.into(),
    })?;
    session.show(&all, |all| listed(all))?;
    // A table of 80 columns has no room for it.
    for (line, reason) in all.iter().filter_map(|line| line.reason.as_ref().map(|reason| (line, reason))) {
        session.note(&format!("{} is no good backup: {reason}", line.file));
    }
    Ok(())
}

fn listed(all: &[BackupLine]) -> Result<Sheet, OutputError> {
    let columns = [
        Column::text("file", "File"),
        Column::text("vaultId", "Vault").only_in_csv(),
        // The name tells it, too.
        Column::moment("createdTime", "Made (UTC)").gives_way(2),
        Column::count("sizeBytes", "Bytes"),
        Column::number("auditSeq", "Entry").gives_way(1),
        Column::flag("good", "Good"),
        Column::text("reason", "Why not").only_in_csv(),
    ];
    Sheet::of(columns, all, "no backups are here")
}

fn verify(session: &Session, path: &Path) -> Result<(), CliError> {
    let BackupFile { name, from, size } = BackupFile::open(path)?;
    ops::backup::forget(path);
    // A secret on standard input comes first, and no more of it is read than that.
    let Some(secret) = session.given()? else {
        let report = ops::backup::verify(from, &name)?;
        session.show(&report, verified)?;
        session.note("It is whole: each file has the hash that the manifest tells. A key proves more (--key-file F).");
        return Ok(());
    };
    let state_dir = paths::state_dir();
    let unpacked = Unpacked::begin(Some(path).filter(|path| !is_stdin(path)), size, state_dir.as_deref())?;
    let on_signal = RemovedOnSignal::watch(unpacked.path());
    let result = unpacked.fill(from, &name).map_err(CliError::from).and_then(|report| {
        let checked = unpacked.check(&secret, session.env).map_err(CliError::from);
        Ok((report, checked.map_err(|error| error.of_backup().of_vault_in(&name, OLDER))?))
    });
    drop(unpacked);
    drop(on_signal);
    let (mut report, CheckReport { ok, findings }) = result?;
    report.opened = true;
    session.show(&report, verified)?;
    for finding in &findings {
        session.note(&format!("{}: {}", finding.kind, finding.message));
    }
    if !ok {
        return Err(CliError::new(
            Exit::Integrity,
            format!("{name}: it is whole and opens, but what it holds is not as it was left: {}", findings[0].message),
        )
        .hint(OLDER));
    }
    session.note("It is whole, the key opens it, and everything in it is as it should be.");
    Ok(())
}

fn verified(report: &VerifyReport) -> Result<Sheet, OutputError> {
    let columns = [
        Column::text("name", "In it"),
        Column::count("size", "Bytes"),
        Column::elastic("sha256", "SHA-256, as it should be"),
    ];
    Sheet::of(columns, &report.files, "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::output::table::{Layout, render};

    #[test]
    fn the_list_fits_80_columns() {
        let line = |time: &str, size_bytes, audit_seq, reason: Option<&str>| BackupLine {
            file: format!("finvault-3u2qrbb7xqxkxdjwwa8ny9etkz-{time}.tar"),
            vault_id: "3u2qrbb7xqxkxdjwwa8ny9etkz".parse().ok(),
            created_time: crate::model::Timestamp::from_compact(time),
            size_bytes,
            audit_seq,
            good: reason.is_none(),
            reason: reason.map(str::to_owned),
        };
        let at = |width, all: &[BackupLine]| {
            let text = render(&listed(all).unwrap(), Layout { width: Some(width), ..Layout::default() });
            assert!(text.lines().all(|line| line.chars().count() <= usize::from(width)), "{text}");
            text
        };
        let small = line("20261126T180102Z", Some(112_640), Some(5), None);
        let bad = line("20261125T030000Z", Some(5_000), None, Some("it is cut off"));
        insta::assert_snapshot!(at(80, &[small.clone(), bad.clone()]), @r"
        File                                                        Bytes  Entry  Good
        finvault-3u2qrbb7xqxkxdjwwa8ny9etkz-20261126T180102Z.tar  112,640      5  yes
        finvault-3u2qrbb7xqxkxdjwwa8ny9etkz-20261125T030000Z.tar    5,000         no
        ");
        let large = line("20261127T030000Z", Some(123_456_789_012), Some(123_456), None);
        insta::assert_snapshot!(at(80, &[large.clone(), bad.clone()]), @r"
        File                                                                Bytes  Good
        finvault-3u2qrbb7xqxkxdjwwa8ny9etkz-20261127T030000Z.tar  123,456,789,012  yes
        finvault-3u2qrbb7xqxkxdjwwa8ny9etkz-20261125T030000Z.tar            5,000  no
        ");
        insta::assert_snapshot!(at(120, &[large, small, bad]), @r"
        File                                                      Made (UTC)                  Bytes   Entry  Good
        finvault-3u2qrbb7xqxkxdjwwa8ny9etkz-20261127T030000Z.tar  2026-11-27 03:00  123,456,789,012  123456  yes
        finvault-3u2qrbb7xqxkxdjwwa8ny9etkz-20261126T180102Z.tar  2026-11-26 18:01          112,640       5  yes
        finvault-3u2qrbb7xqxkxdjwwa8ny9etkz-20261125T030000Z.tar  2026-11-25 03:00            5,000          no
        ");
    }
}
