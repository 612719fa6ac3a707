//! `vault share`.

use std::path::PathBuf;

use serde::Serialize;

use crate::cli::args::Format;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::screen;
use crate::cli::session::Session;
use crate::cli::share_args::ShareArgs;
use crate::cli::terminal::Terminal;
use crate::cli::{consent, output, paths, token_out};
use crate::ops;
use crate::ops::share::{Approval, ShareRequest};
use crate::store::{Open, Reader, Vault};

/// Share a narrow slice: one recipient, one purpose, one end
///
/// You see on one screen who gets what, for what and until when, and approve it there: a shows all rows, d details, t the
/// terms. --yes asks nothing, and shares only what a rule of your policy covers whole. What a rule denies, you cannot
/// approve either.
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
    /// Share exactly the bytes of a previewed draft
    ///
    /// You are shown them again; without a terminal, the policy decides.
    #[arg(long, value_name = "HASH", conflicts_with_all = [
        "scope", "to", "purpose", "expires", "once", "max_uses", "retention", "account", "kind", "period", "since", "until",
        "credits_only", "debits_only", "fields", "limit",
    ])]
    approve: Option<String>,
    /// Also write the sealed slice to this new file, to hand over with the token
    #[arg(long, value_name = "FILE.slice")]
    out: Option<PathBuf>,
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
    session.not_inspecting()?;
    if let Some(out) = &args.out {
        token_out::check_out(out)?;
        paths::refuse_dash("the slice", out)?;
        paths::refuse_inside("the slice", out, &session.vault_dir()?)?;
    }
    if !args.preview && screen::stdout_goes_nowhere() {
        return Err(CliError::new(
            Exit::Failure,
            "standard output is discarded, and the token would be lost: nothing was shared",
        )
        .hint("keep the token: TOKEN=$(vault share …), or vault share … > FILE"));
    }
    let (preview, out, approve) = (args.preview, args.out.take(), args.approve.take());
    let request = approve.is_none().then(|| args.wanted.request(session.env.now().day())).transpose()?;
    request.iter().try_for_each(|request| ops::share::examine(request, session.env))?;
    let vault = session.vault()?;
    if preview && let Some(request) = &request {
        return show_preview(session, &vault, request);
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
        None => {
            // An account that there is not is told first.
            session.reading_of(&vault, draft)?;
            return Err(consent::no_terminal());
        }
        Some(terminal) => {
            // Nothing is locked while a person thinks: what they approve is compared with the data afterwards.
            let draft = session.reading_of(&vault, draft)?;
            let approves = consent::ask(&terminal, draft.screen())?;
            let mut writer = session.write(&vault)?;
            if !approves {
                ops::share::decline(&mut writer, &draft, session.env)?;
                return Err(CliError::new(Exit::Refused, "you did not approve: nothing was shared"));
            }
            (writer, draft, Approval::Person)
        }
    };
    let pending = ops::share::propose(&mut writer, draft, how, session.env)?;
    // Whoever reads the token may be slow.
    drop(writer);
    token_out::hand_over(session, &vault, &pending, out.as_deref())
}

/// Keeps the draft, and shows it once the vault is not locked any more.
fn show_preview(session: &Session, vault: &Vault<Open>, request: &ShareRequest) -> Result<(), CliError> {
    let draft = session.reading_of(vault, |vault| ops::share::prepare(vault, request, session.env))?;
    let screen = draft.screen();
    let (hash, expiration_time) = (screen.slice_hash.clone(), screen.expiration_time);
    let text = match session.format() {
        Format::Json => None,
        _ => Some(consent::text(screen, screen::stdout_width().map_or(80, usize::from))?),
    };
    let slice = serde_json::from_slice(screen.slice.expose())
        .map_err(|error| CliError::caused(Exit::Failure, "the slice is not JSON", error))?;
    session.changing_of(vault, |vault| ops::share::save_draft(vault, draft, session.env))?;
    match text {
        None => output::json::write(&Preview { slice_hash: &hash, slice, expiration_time })?,
        Some(text) => {
            output::page(&text)?;
            session.note(&format!("Nothing is shared yet. To share it, within a day: vault share --approve {hash}"));
        }
    }
    Ok(())
}
