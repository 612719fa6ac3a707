//! The recovery sheet: one page that a person, or their heirs, can use without knowing this program.
//!
//! What it says is written once, and shown as text and as HTML. Both hold the recovery code.

mod html;
mod page;
mod text;

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::new_secret::{NewSecret, refuse_lost_code};
use super::{make, named, tell};
use crate::cli::args::Format;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::output;
use crate::cli::paths;
use crate::cli::session::Session;
use crate::ops;
use crate::store::{Open, SlotKind, Vault};

use page::{Facts, Page};

/// Where the sheet goes, and what it says of backups.
#[derive(Debug, clap::Args)]
pub(crate) struct SheetArgs {
    /// Write the sheet as text to FILE, and refuse to overwrite one; - is standard output, the default without --html
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Write the sheet as HTML with a QR code to FILE, and refuse to overwrite one
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Where the backups lie, in words, as the sheet is to say it [default: the place of the last one that this machine knows]
    #[arg(long, value_name = "TEXT")]
    backups: Option<String>,
}

/// A file with the sheet, and what it holds.
struct Written {
    path: PathBuf,
    bytes: Zeroizing<String>,
}

pub(crate) fn run(session: &Session, args: SheetArgs) -> Result<(), CliError> {
    if session.format() == Format::Csv {
        return Err(CliError::new(Exit::Usage, "a recovery sheet is not made of rows, and has no CSV form")
            .hint("leave out --format csv"));
    }
    let dash = Path::new("-");
    let goes_out = args.out.as_deref().map_or(args.html.is_none(), |out| out == dash);
    let out = args.out.filter(|out| out != dash);
    if goes_out {
        if session.format() == Format::Json {
            return Err(CliError::new(Exit::Usage, "a recovery sheet is for people, and has no JSON form")
                .hint("name its file with --out FILE or --html FILE"));
        }
        refuse_lost_code()?;
    }
    let dir = session.vault_dir()?;
    if let (Some(out), Some(html)) = (&out, &args.html)
        && paths::resolved(out) == paths::resolved(html)
    {
        return Err(CliError::new(Exit::Usage, format!("--out and --html both name {}", out.display()))
            .hint("name two files, or leave one of them out"));
    }
    for path in out.iter().chain(&args.html) {
        paths::refuse_dash("the recovery sheet", path)?;
        if path.symlink_metadata().is_ok() {
            return Err(CliError::new(
                Exit::Failure,
                format!("{} already exists and is not overwritten", path.display()),
            )
            .hint("name a new file"));
        }
        paths::refuse_inside("the recovery sheet", path, &dir)?;
    }
    let vault = session.vault()?;
    let secret = NewSecret::recovery_code(session);
    let ended = ops::keys::of_kind(&vault, SlotKind::RecoveryCode);
    let planned = match ended.as_slice() {
        [] => ops::keys::add(&vault, &secret.unlock, session.env)?,
        ended => ops::keys::replace(&vault, ended, &secret.unlock, session.env)?,
    };
    let report = &planned.report;
    if !report.ended.is_empty() {
        session.confirm(&format!(
            "A new sheet ends the recovery code of {}: sheets with it open only backups from before. Go on?",
            named(&report.ended)
        ))?;
    }
    let page = Page::of(&Facts {
        vault_id: vault.id().to_string(),
        made: moment(session),
        slot: report.made.as_ref().map_or(0, |slot| slot.slot_id),
        ended: report.ended.iter().map(|slot| slot.slot_id).collect(),
        dir: std::path::absolute(&dir).unwrap_or(dir),
        backups: args.backups.or_else(|| known_backups(&vault)),
        code: secret.code.clone().unwrap_or_default(),
    });
    let text = out.map(|path| Written { path, bytes: text::show(&page) });
    let html = args.html.map(|path| html::show(&page).map(|bytes| Written { path, bytes })).transpose()?;
    let files: Vec<Written> = text.into_iter().chain(html).collect();
    let take_back = |error: CliError, written: &[Written]| {
        let left = written.iter().filter(|file| ops::files::remove(&file.path).is_err());
        left.fold(error, |error, file| {
            error.hint(format!("the code in {} opens nothing: remove it", file.path.display()))
        })
    };
    for (place, file) in files.iter().enumerate() {
        ops::files::write_new(&file.path, file.bytes.as_bytes())
            .map_err(|error| take_back(CliError::from(error), &files[..place]))?;
    }
    if goes_out {
        print(&page)?;
    }
    make(session, &vault, &planned, |error| {
        let error = take_back(error, &files);
        if goes_out { error.hint("the recovery code that was printed opens nothing") } else { error }
    })?;
    for file in &files {
        session.note(&format!("The sheet is {}. Print it, and remove the file.", file.path.display()));
    }
    session.note("Whoever holds the sheet holds everything in the vault.");
    tell(session, report, None)
}

/// Returns the sheet of a new vault as HTML.
///
/// # Errors
/// When the QR code cannot be made.
pub(crate) fn first(
    session: &Session,
    vault_id: String,
    slot: usize,
    dir: &Path,
    code: &Zeroizing<String>,
) -> Result<Zeroizing<String>, CliError> {
    html::show(&Page::of(&Facts {
        vault_id,
        made: moment(session),
        slot: u32::try_from(slot).unwrap_or(u32::MAX),
        ended: Vec::new(),
        dir: std::path::absolute(dir).unwrap_or_else(|_| dir.to_owned()),
        backups: None,
        code: code.clone(),
    }))
}

/// Returns the present moment as the sheet says it, in UTC.
fn moment(session: &Session) -> String {
    session.env.now().to_string().replace('T', " ").trim_end_matches('Z').to_owned()
}

/// Returns where the last backup lies that this machine knows of.
fn known_backups(vault: &Vault<Open>) -> Option<String> {
    let (time, dir) = ops::status::last_place(vault.id(), paths::state_dir().as_deref())?;
    Some(format!("{} (the last one, of {}, is from before this code)", dir.display(), time.day()))
}

fn print(page: &Page) -> Result<(), CliError> {
    // A broken pipe is no success here.
    output::to_stdout(&text::show(page)).and_then(|()| output::sync_stdout()).map_err(|error| {
        CliError::caused(Exit::Failure, "cannot write the recovery sheet to standard output", error)
            .hint("the keys of the vault are as they were")
    })
}
