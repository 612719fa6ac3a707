//! `vault check`.

use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::output::{Column, OutputError, Sheet};
use crate::cli::session::Session;
use crate::ops;
use crate::ops::report::{CheckReport, Finding, FindingKind};
use crate::store::{StoreError, Vault};

/// Recompute every digest and look at every file of the vault
///
/// Nothing is changed or mended, and what the next command mends is no finding. What an interrupted change left is looked at
/// as that command will find it, in an encrypted copy that is removed again.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Take no longer for many rows: look at header, log, anchor, outbox and sizes, but not at each page, row, archived file and
    /// slice
    ///
    /// The root over the digests of all rows is compared with the log, and the log with the anchor: a vault that was put back whole
    /// is found. A page or a row that was changed or put back by itself is not; it is found when it is read, or without --quick.
    #[arg(long)]
    quick: bool,
}

pub(crate) fn run(session: &Session, args: Args) -> Result<(), CliError> {
    let check = if args.quick { ops::check::quick } else { ops::check::run };
    let looked = session.looking(|vault| Ok::<_, CliError>((vault.id().clone(), check(vault, session.env))));
    let report = match looked {
        Ok((vault, report)) => {
            let report = report?;
            session.note_check(&vault, report.ok, args.quick);
            report
        }
        // A vault that cannot be unlocked, or looked at behind an interrupted change, has this one finding.
        Err(error) if error.exit() == Exit::Integrity || error.is_of_journal() => {
            let kind = if error.is_of_journal() { FindingKind::Journal } else { FindingKind::Unlock };
            let finding = Finding { kind, message: error.message() };
            session.show(&CheckReport { ok: false, findings: vec![finding] }, |report| findings(&report.findings))?;
            let error = session.told(error);
            if error.exit() == Exit::Integrity
                && let Ok(found) = Vault::as_it_lies(&session.vault_dir()?)
            {
                session.note_check(found.claimed_id(), false, args.quick);
            }
            return Err(error);
        }
        Err(error) => return Err(error),
    };
    let shown = session.show(&report, |report| findings(&report.findings));
    if report.ok {
        return shown;
    }
    if report.findings.iter().all(|finding| finding.kind == FindingKind::Disk) {
        return Err(StoreError::DiskUnread.into());
    }
    Err(CliError::new(Exit::Integrity, "the vault is not as it was left")
        .hint("keep a copy of its directory as it is, and compare it with a backup before you write to it"))
}

/// Shows findings as rows.
pub(crate) fn findings(all: &[Finding]) -> Result<Sheet, OutputError> {
    let columns = [Column::text("kind", "Kind"), Column::sentences("message", "Finding")];
    Sheet::of(columns, all, "everything is as it should be")
}
