//! `vault imports extract`: the archived files of imports, as the bank gave them.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::cli::args::Format;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::output::{self, Column, OutputError, Sheet};
use crate::cli::session::Session;
use crate::cli::{paths, token_out};
use crate::model::{ImportId, clean_for_display};
use crate::ops;
use crate::ops::report::ImportLine;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The import, such as imp-1; several go to a directory
    #[arg(required = true)]
    id: Vec<ImportId>,
    /// Write to this new file, into this directory under the name that the file had, or to standard output (-)
    #[arg(long, value_name = "FILE|DIR|-")]
    out: Option<PathBuf>,
}

/// A file that was written.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Extracted {
    import_id: ImportId,
    file: String,
    sha256: String,
    size_bytes: u64,
    out: String,
}

pub(super) fn run(session: &Session, args: &Args) -> Result<(), CliError> {
    let out = args.out.as_deref().filter(|out| *out != Path::new("-"));
    let Some(out) = out else {
        let id = to_stdout(session, args)?;
        let bytes = session.reading(|vault| ops::imports::extract(vault, id))?;
        return Ok(output::bytes_to_stdout(&bytes)?);
    };
    let is_folder = out.is_dir();
    if args.id.len() > 1 && !is_folder {
        return Err(CliError::new(Exit::Usage, format!("several files cannot be written to {}", out.display()))
            .hint("give --out a directory that exists"));
    }
    paths::refuse_inside("the file", out, &session.vault_dir()?)?;
    let vault = session.vault()?;
    let imports = session.reading_of(&vault, ops::imports::list)?;
    let mut places: Vec<(&ImportLine, PathBuf)> = Vec::new();
    for id in &args.id {
        let import = imports.iter().find(|import| import.import_id == *id);
        let import = import.ok_or(ops::OpError::UnknownImport(*id))?;
        let place = if is_folder { out.join(name_of(import)) } else { out.to_owned() };
        // Nothing is written where not all can be.
        token_out::check_out(&place)?;
        if let Some((other, _)) = places.iter().find(|(_, taken)| *taken == place) {
            let (name, one, other) = (place.display(), import.import_id, other.import_id);
            return Err(CliError::new(Exit::Usage, format!("{other} and {one} would both be written to {name}"))
                .hint("extract one of them by itself, with --out FILE"));
        }
        places.push((import, place));
    }
    let mut written = Vec::new();
    for (import, place) in places {
        let bytes = session.reading_of(&vault, |vault| ops::imports::extract(vault, import.import_id))?;
        ops::files::write_new(&place, &bytes)?;
        written.push(Extracted {
            import_id: import.import_id,
            file: import.file.clone(),
            sha256: import.sha256.clone(),
            size_bytes: bytes.len() as u64,
            out: place.display().to_string(),
        });
    }
    session.show(&written, |written| sheet(written))
}

/// Returns the only import whose file can go to standard output.
fn to_stdout(session: &Session, args: &Args) -> Result<ImportId, CliError> {
    let [id] = args.id[..] else {
        return Err(CliError::new(Exit::Usage, "standard output takes one file").hint("give --out a directory"));
    };
    if session.format() != Format::Table {
        return Err(CliError::new(Exit::Usage, "standard output is the file itself, and has no report")
            .hint("write it to a file with --out FILE"));
    }
    if io::stdout().is_terminal() {
        return Err(CliError::new(Exit::Usage, "a bank's file is not written to a terminal")
            .hint(format!("write it to a file with --out FILE, or pass it on: vault imports extract {id} | less")));
    }
    Ok(id)
}

/// Returns the last part of the name that the file had; the import's id where that names no file.
fn name_of(import: &ImportLine) -> String {
    let name = import.file.rsplit('/').next().unwrap_or_default();
    let is_name = !matches!(name, "" | "-" | "." | "..") && clean_for_display(name) == name;
    if is_name { name.to_owned() } else { import.import_id.to_string() }
}

fn sheet(written: &[Extracted]) -> Result<Sheet, OutputError> {
    let columns = [
        Column::text("importId", "Import"),
        Column::elastic("file", "File").gives_way(2),
        Column::text("sha256", "SHA-256").only_in_csv(),
        Column::count("sizeBytes", "Bytes").gives_way(1),
        Column::elastic("out", "Written to").fills(20),
    ];
    Sheet::of(columns, written, "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::report::ImportState;

    #[test]
    fn names_a_file_as_it_was_named_without_its_directory() {
        let name = |file: &str| {
            let created_time = crate::model::Timestamp::from_unix(0);
            name_of(&ImportLine {
                import_id: ImportId::new(3),
                created_time,
                file: file.to_owned(),
                sha256: String::new(),
                format: String::new(),
                profile: None,
                status: ImportState::Active,
                rows: 0,
                accounts: Vec::new(),
            })
        };
        assert_eq!(name("Downloads/march 2026.csv"), "march 2026.csv");
        for odd in ["-", "Downloads/", "..", "a/..", "a\u{1b}[2J.csv"] {
            assert_eq!(name(odd), "imp-3", "{odd:?}");
        }
    }
}
