//! `vault man`.

use std::fs;
use std::path::PathBuf;

use clap::{Command, ValueHint};
use serde::Serialize;

use crate::cli::args::Format;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::man;
use crate::cli::near;
use crate::cli::output;
use crate::cli::paths;
use crate::cli::session::Session;

/// Print the manual page of a command, or write all of them
///
/// A page is read by `man -l FILE`, or by `vault man | man -l -`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The command, such as `grants show` [default: vault itself]
    #[arg(value_name = "COMMAND", conflicts_with = "out")]
    command: Vec<String>,
    /// Write the pages of all commands into DIR, which is created if missing
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    out: Option<PathBuf>,
}

/// What `man --json` prints.
#[derive(Serialize)]
struct Page<'a> {
    file: &'a str,
    text: &'a str,
}

/// What `man --out --json` prints.
#[derive(Serialize)]
struct Written {
    out: String,
    files: Vec<String>,
}

/// Returns the names of the command that is meant, by its name or a short one.
fn named(tree: &Command, args: &Args) -> Result<Vec<String>, CliError> {
    let mut at = tree;
    let mut path = Vec::new();
    for word in args.command.iter().flat_map(|words| words.split_whitespace()) {
        let word = word.to_lowercase();
        let Some(inner) = at.find_subcommand(&word) else {
            let error = CliError::new(Exit::Usage, format!("there is no command {:?}", args.command.join(" ")));
            let hint = near::asked(&near::commands(&word, at, []));
            return Err(error.hint_if(hint).hint("`vault help` lists the commands"));
        };
        path.push(inner.get_name().to_owned());
        at = inner;
    }
    Ok(path)
}

pub(crate) fn run(session: &Session, args: &Args, command: Command) -> Result<(), CliError> {
    session.not_as_csv("a manual page")?;
    let path = named(&command, args)?;
    let pages = man::pages(command);
    let Some(dir) = &args.out else {
        let Some(page) = pages.iter().find(|page| page.path == path) else {
            return Err(CliError::new(Exit::Usage, format!("there is no command {:?}", path.join(" ")))
                .hint("`vault help` lists the commands"));
        };
        if session.format() == Format::Json {
            return Ok(output::json::write(&Page { file: &page.file, text: &page.text })?);
        }
        return Ok(output::to_stdout(&page.text)?);
    };
    paths::refuse_dash("a directory", dir)?;
    if let Ok(vault) = session.vault_dir() {
        paths::refuse_inside("the directory of the pages", dir, &vault)?;
    }
    let failed =
        |error| CliError::caused(Exit::Failure, format!("the pages could not be written to {}", dir.display()), error);
    fs::create_dir_all(dir).map_err(failed)?;
    for page in &pages {
        fs::write(dir.join(&page.file), &page.text).map_err(failed)?;
    }
    if session.format() == Format::Json {
        let files = pages.into_iter().map(|page| page.file).collect();
        return Ok(output::json::write(&Written { out: dir.display().to_string(), files })?);
    }
    session.note(&format!("{} pages are in {}.", pages.len(), dir.display()));
    Ok(())
}
