//! What `vault init` says and asks on a terminal, beyond the new passphrase.

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::args::Format;
use super::error::CliError;
use super::keys::sheet;
use super::paths;
use super::screen;
use super::session::Session;
use super::terminal::Terminal;
use crate::ops;
use crate::ops::report::InitReport;
use crate::store::SlotKind;

/// The name of the recovery sheet, in the directory that the person is in.
const SHEET: &str = "vault-recovery-sheet.html";

/// What a newcomer does next, and what that is.
const NEXT: [(&str, &str); 3] = [
    ("vault import FILE…", "the files, or a folder, that your bank lets you download"),
    ("vault balances", "what you have, and up to which day that is proven"),
    ("vault backup DIR", "a copy, on another disk, that opens as the vault does"),
];

/// Says where the vault will be, and what a lost passphrase means.
pub(crate) fn introduce(session: &Session, terminal: &Terminal, dir: &Path) -> Result<(), CliError> {
    session.note(&format!("The vault will be in {}.", dir.display()));
    session.note(
        "What you import is encrypted. Nobody can reset a lost passphrase: without it, and without a recovery code, the \
         vault never opens again. Several unrelated words make a good passphrase.",
    );
    if talks(session) { terminal.say("\n") } else { Ok(()) }
}

/// Offers a recovery sheet. Returns where it is to be, for a yes.
pub(crate) fn offer_sheet(session: &Session, terminal: &Terminal, dir: &Path) -> Result<Option<PathBuf>, CliError> {
    let Some(place) = place(dir).filter(|_| talks(session) && !session.global.yes) else { return Ok(None) };
    terminal.say("\n")?;
    terminal
        .tell("A recovery sheet is a page to print. The code on it opens the vault when the passphrase is lost.")?;
    let name = place.file_name().map_or(place.as_path(), Path::new);
    let wanted = terminal.confirm(&format!("Make one here, as {}?", name.display()))?;
    Ok(wanted.then_some(place))
}

/// Writes the sheet of a new vault. Where that fails, its code is shown, once, to be written down.
pub(crate) fn write_sheet(
    session: &Session,
    terminal: &Terminal,
    place: &Path,
    report: &InitReport,
    dir: &Path,
    code: &Zeroizing<String>,
) -> Result<(), CliError> {
    let slot = report.slots.iter().position(|kind| *kind == SlotKind::RecoveryCode).unwrap_or(0) + 1;
    let page = sheet::first(session, report.vault_id.to_string(), slot, dir, code);
    let written = page.and_then(|page| Ok(ops::files::write_new(place, page.as_bytes())?));
    let Err(error) = written else {
        session.note(&format!(
            "The recovery sheet is {}. Print it, keep it away from the computer, and remove the file.",
            place.display()
        ));
        return Ok(());
    };
    session.notice(&format!("the recovery sheet could not be written: {}", error.message()));
    terminal.say("Write down this recovery code and keep it away from the computer. It is not shown again:\n")?;
    terminal.say(&Zeroizing::new(format!("{}\n", **code)))
}

/// Says what comes next.
pub(crate) fn what_next(session: &Session, has_code: bool) {
    if !talks(session) || !screen::stderr_is_terminal() {
        return;
    }
    session.note("");
    session.note("Next:");
    for (command, what) in NEXT {
        session.note(&format!("  {command:22}{what}"));
    }
    if !has_code {
        session.note("  vault keys sheet      a page to print, for when the passphrase or key is lost");
    }
}

/// Returns whether a person is told more than what was asked for.
fn talks(session: &Session) -> bool {
    !session.global.quiet && session.format() == Format::Table
}

/// Returns where the sheet can be: a name that no file has, in the directory that the person is in.
fn place(dir: &Path) -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    let names = (2..10).map(|number| SHEET.replace(".html", &format!("-{number}.html")));
    let mut places = std::iter::once(SHEET.to_owned()).chain(names).map(|name| here.join(name));
    let place = places.find(|place| place.symlink_metadata().is_err())?;
    paths::refuse_inside("the recovery sheet", &place, dir).ok().map(|()| place)
}
