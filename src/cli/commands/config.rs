//! `vault config`.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;

use clap::Subcommand;
use serde::Serialize;

use crate::cli::args::Format;
use crate::cli::config::{self, SETTINGS};
use crate::cli::environment::variable;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::output::{self, Column, OutputError, Sheet};
use crate::cli::paths;
use crate::cli::session::Session;
use crate::store::files;

/// Show or edit your settings
///
/// They are in config.toml, in $XDG_CONFIG_HOME/finvault or ~/.config/finvault. An option on the command line comes before a
/// setting. What is no setting is an error of the commands that use settings, and `vault config edit` opens the file all the same.
#[derive(Debug, clap::Args)]
#[command(after_help = "Settings:\n  \
    currency = \"USD\"          the currency of files that name none\n  \
    date-order = \"mdy\"        order of days in files that leave it open: dmy, mdy, ymd\n  \
    colour = \"never\"          when tables are coloured: auto, always or never\n  \
    pager = \"less -S\"         what shows long lists and texts; cat: no paging\n  \
    backup = \"/mnt/backup\"    where vault backup writes when no place is named")]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, Clone, Copy, Subcommand)]
enum Action {
    /// Show every setting and what it is
    Show,
    /// Show where the file is
    Path,
    /// Open the file in $VISUAL or $EDITOR, and check it
    Edit,
}

/// One setting.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    name: &'static str,
    /// What it is set to.
    value: Option<String>,
    default: &'static str,
    meaning: &'static str,
}

pub(crate) fn run(session: &Session, args: Args) -> Result<(), CliError> {
    let path = paths::config_file().ok_or_else(|| {
        CliError::new(Exit::Failure, "there is no home directory for settings")
            .hint("set HOME or XDG_CONFIG_HOME to a directory")
    })?;
    match args.action.unwrap_or(Action::Show) {
        Action::Show => show(session),
        Action::Path => print_path(session, &path),
        Action::Edit => edit(session, &path),
    }
}

fn show(session: &Session) -> Result<(), CliError> {
    let config = config::load()?;
    let line = |setting: &config::Setting| Line {
        name: setting.name,
        value: (setting.value)(&config),
        default: setting.default,
        meaning: setting.meaning,
    };
    session.show(&SETTINGS.iter().map(line).collect::<Vec<_>>(), sheet)
}

fn sheet(lines: &Vec<Line>) -> Result<Sheet, OutputError> {
    let columns = [
        Column::text("name", "Setting"),
        Column::text("value", "Value"),
        Column::text("default", "Without it"),
        Column::sentences("meaning", "What it does"),
    ];
    Sheet::of(columns, lines, "")
}

fn print_path(session: &Session, path: &Path) -> Result<(), CliError> {
    let text = path.display().to_string();
    match session.format() {
        Format::Json => Ok(output::json::write(&serde_json::json!({ "path": text }))?),
        _ => Ok(output::to_stdout(&format!("{text}\n"))?),
    }
}

fn edit(session: &Session, path: &Path) -> Result<(), CliError> {
    session.not_as_csv("an edited file")?;
    let editor = variable("VISUAL").or_else(|| variable("EDITOR")).ok_or_else(|| {
        CliError::new(Exit::Usage, "no editor is named")
            .hint(format!("set VISUAL or EDITOR, or edit {}", path.display()))
    })?;
    if fs::symlink_metadata(path).is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
        let written = files::private_dir(files::parent_of(path), files::Links::Follow)
            .and_then(|()| files::atomic::write_new(path, config::template().as_bytes()));
        written.map_err(|error| CliError::caused(Exit::Failure, format!("cannot make {}", path.display()), error))?;
    }
    let ended = Command::new("sh").arg("-c").arg(line(editor)).arg("sh").arg(path).status();
    let failed = |how: String| CliError::new(Exit::Failure, format!("the editor {how}"));
    match ended {
        Ok(status) if status.success() => {}
        Ok(status) => return Err(failed(format!("ended with {status}"))),
        Err(error) => return Err(failed(format!("cannot be run by sh: {error}"))),
    }
    config::load()?;
    session.note("The settings are good.");
    Ok(())
}

/// Returns the command line: an editor may be named with options.
fn line(mut editor: OsString) -> OsString {
    editor.push(" \"$1\"");
    editor
}
