//! `vault man`.

use std::fs;
use std::path::PathBuf;

use clap::{Command, ValueHint};
use serde::Serialize;

use crate::cli::args::Format;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::man;
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
    /// Write the pages of all commands into DIR, which is made where it is missing
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

pub(crate) fn run(session: &Session, args: &Args, command: Command) -> Result<(), CliError> {
    session.not_as_csv("a manual page")?;
    let pages = man::pages(command);
    let Some(dir) = &args.out else {
        let path: Vec<&str> = args.command.iter().flat_map(|word| word.split_whitespace()).collect();
        let Some(page) = pages.iter().find(|page| page.path == path) else {
            let wanted = path.join(" ");
            return Err(CliError::new(Exit::Usage, format!("there is no command {wanted:?}"))
                .hint("`vault --help` lists the commands"));
        };
        if session.format() == Format::Json {
            return Ok(output::json::write(&Page { file: &page.file, text: &page.text })?);
        }
        return Ok(output::to_stdout(&page.text)?);
    };
    paths::refuse_dash("a directory", dir)?;
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
