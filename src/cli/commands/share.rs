//! `vault share`.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;
use zeroize::Zeroizing;

use crate::cli::args::Format;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::output::OutputError;
use crate::cli::output::table::Layout;
use crate::cli::screen;
use crate::cli::session::{Session, Writer};
use crate::cli::share_args::ShareArgs;
use crate::cli::terminal::Terminal;
use crate::cli::{consent, output};
use crate::ops;
use crate::ops::report::ShareReport;
use crate::ops::share::{Approval, Approved, Draft};
use crate::store::Reader;

/// Share a narrow slice with one recipient, for one purpose, until one day
///
/// You see the terms and the content, and approve them; --yes asks nothing, and shares only what a rule of your policy
/// covers whole. What a rule denies, you cannot approve either.
/// Only the token is printed on stdout. Whoever has it can read this slice, and nothing else.
#[derive(Debug, clap::Args)]
#[command(
    mut_arg("scope", |arg| arg.required_unless_present("approve")),
    mut_arg("to", |arg| arg.required_unless_present("approve")),
    mut_arg("purpose", |arg| arg.required_unless_present("approve")),
    mut_arg("expires", |arg| arg.required_unless_present("approve")),
)]
pub(crate) struct Args {
    #[command(flatten)]
    wanted: ShareArgs,
    /// Share nothing: show the slice with its hash, and keep it as a draft for a day
    #[arg(long, conflicts_with_all = ["approve", "out"])]
    preview: bool,
    /// Share exactly the bytes of a previewed draft: you are shown them again; without a terminal, the policy decides
    #[arg(long, value_name = "HASH", conflicts_with_all = [
        "scope", "to", "purpose", "expires", "once", "max_uses", "retention", "account", "kind", "since", "until",
        "credits_only", "debits_only", "fields", "limit",
    ])]
    approve: Option<String>,
    /// Also write the sealed slice to this new file, to hand over with the token
    #[arg(long, value_name = "FILE.slice")]
    out: Option<PathBuf>,
}

/// What `share --json` prints.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown<'a> {
    grant_id: &'a crate::model::GrantId,
    token: &'a str,
    expiration_time: crate::model::Timestamp,
    slice_hash: &'a str,
    out: Option<String>,
}

/// What `share --preview --json` prints.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Preview<'a> {
    slice_hash: &'a str,
    slice: serde_json::Value,
    expiration_time: crate::model::Timestamp,
}

pub(crate) fn run(session: &Session, mut args: Args) -> Result<(), CliError> {
    session.not_as_csv("a share")?;
    if let Some(out) = &args.out {
        check_out(out)?;
    }
    if !args.preview && screen::stdout_goes_nowhere() {
        return Err(CliError::new(
            Exit::Failure,
            "standard output is discarded, and the token would be lost: nothing was shared",
        )
        .hint("keep the token: TOKEN=$(vault share …), or vault share … > FILE"));
    }
    let (preview, out, approve) = (args.preview, args.out.take(), args.approve.take());
    let request = approve.is_none().then(|| args.wanted.request()).transpose()?;
    let vault = session.vault()?;
    if preview && let Some(request) = &request {
        let mut writer = session.write(&vault)?;
        let draft = ops::share::prepare(&writer, request, session.env)?;
        return save(session, &mut writer, draft);
    }
    let draft = |vault: &Reader| match &request {
        Some(request) => ops::share::prepare(vault, request, session.env),
        None => ops::share::load_draft(vault, approve.as_deref().unwrap_or_default(), session.env),
    };
    // Only an answer on the page is a person's yes: whoever knows a hash need not have read what it stands for.
    let terminal = if session.global.yes { None } else { Terminal::open() };
    let (mut writer, draft, how) = match terminal {
        None if session.global.yes || request.is_none() => {
            let writer = session.write(&vault)?;
            let draft = draft(&writer)?;
            (writer, draft, Approval::Policy)
        }
        None => return Err(consent::no_terminal()),
        Some(terminal) => {
            // Nothing is locked while a person thinks: what they approve is compared with the data afterwards.
            let draft = draft(&session.read(&vault)?)?;
            let approves = consent::ask(&terminal, draft.screen())?;
            let mut writer = session.write(&vault)?;
            if !approves {
                ops::share::decline(&mut writer, &draft, session.env)?;
                return Err(CliError::new(Exit::Refused, "you did not approve: nothing was shared"));
            }
            (writer, draft, Approval::Person)
        }
    };
    let approved = ops::share::approve_draft(&mut writer, draft, how, session.env)?;
    hand_over(session, &mut writer, &approved, out.as_deref())
}

fn save(session: &Session, vault: &mut Writer, draft: Draft) -> Result<(), CliError> {
    let screen = draft.screen();
    let (hash, expiration_time) = (screen.slice_hash.clone(), screen.expiration_time);
    let shown = match session.format() {
        Format::Json => None,
        _ => Some(consent::text(screen, Layout::default(), usize::MAX)?),
    };
    let slice = serde_json::from_slice(screen.slice.expose())
        .map_err(|error| CliError::caused(Exit::Failure, "the slice is not JSON", error))?;
    ops::share::save_draft(vault, draft, session.env)?;
    match shown {
        None => output::json::write(&Preview { slice_hash: &hash, slice, expiration_time })?,
        Some(text) => {
            output::to_stdout(&text)?;
            session.note(&format!("Nothing is shared yet. To share it, within a day: vault share --approve {hash}"));
        }
    }
    Ok(())
}

/// Writes the file, then the token. When either cannot be written, the grant is withdrawn: it could not be used, and
/// a part of it may have reached somebody.
fn hand_over(session: &Session, vault: &mut Writer, approved: &Approved, out: Option<&Path>) -> Result<(), CliError> {
    let report = &approved.report;
    let mut lost = out.and_then(|path| ops::files::write_new(path, &approved.sealed).err()).map(CliError::from);
    if lost.is_none() && print(session, approved, out).is_err() {
        if let Some(path) = out {
            let _ = fs::remove_file(path);
        }
        lost = Some(CliError::new(Exit::Failure, "cannot write the token to standard output"));
    }
    let Some(error) = lost else {
        tell(session, report, out);
        return Ok(());
    };
    match ops::share::withdraw(vault, &report.grant_id, "its token could not be written out", session.env) {
        Ok(()) => Err(error.hint("the grant was withdrawn: share again")),
        Err(failed) => Err(error.hint(format!(
            "the grant could not be withdrawn ({failed}): end it with `vault revoke {}`",
            report.grant_id
        ))),
    }
}

fn print(session: &Session, approved: &Approved, out: Option<&Path>) -> Result<(), OutputError> {
    let token = approved.token.reveal();
    if session.format() != Format::Json {
        return output::to_stdout(&Zeroizing::new(format!("{}\n", *token)));
    }
    let ShareReport { grant_id, expiration_time, slice_hash } = &approved.report;
    let out = out.map(|path| path.to_string_lossy().into_owned());
    output::json::write(&Shown { grant_id, token: &token, expiration_time: *expiration_time, slice_hash, out })
}

fn tell(session: &Session, report: &ShareReport, out: Option<&Path>) {
    session.note(&format!("Grant {} ends {}. The token is not shown again.", report.grant_id, report.expiration_time));
    match out {
        Some(path) => {
            session.note(&format!("Send {} and the token to the recipient by different channels.", path.display()))
        }
        None => session.note("The token opens the slice in this vault's outbox: vault open --token-file F"),
    }
    session.note(&format!("To end the grant: vault revoke {}", report.grant_id));
}

fn check_out(out: &Path) -> Result<(), CliError> {
    if fs::symlink_metadata(out).is_ok() {
        return Err(CliError::new(Exit::Failure, format!("{} already exists, and is not overwritten", out.display()))
            .hint("give --out the name of a new file"));
    }
    let parent = out.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if parent.is_dir() {
        return Ok(());
    }
    Err(CliError::new(Exit::Failure, format!("{} is not a directory", parent.display()))
        .hint("create it, or give --out another path"))
}
