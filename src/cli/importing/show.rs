//! Shows what became of the files: the report, what has to be known beside it, and why files were not imported.

use std::ffi::OsString;

use super::data::{self, Shown};
use super::refusals::{self, Given, Line, Refused, Told};
use super::run::Outcome;
use super::{notes, report};
use crate::cli::args::Format;
use crate::cli::error::CliError;
use crate::cli::inputs::Input;
use crate::cli::output::safe::clean_lines;
use crate::cli::output::{self, OutputError};
use crate::cli::screen;
use crate::cli::session::Session;
use crate::cli::words::count;
use crate::ops::import::ImportOptions;
use crate::ops::report::{FileReport, ImportStatus};

/// The width of a report that does not go to a terminal, and the most that lines are easily read at.
const WIDTHS: (usize, usize) = (80, 100);

/// Shows the outcome. A refused file is an error, even when the reader of the report has gone.
pub(crate) fn show(
    session: &Session,
    inputs: &[Input],
    options: &ImportOptions,
    outcome: Outcome,
) -> Result<(), CliError> {
    let Outcome { imports, together, stopped } = outcome;
    let given = Given { global: &session.global, options };
    let words: Vec<OsString> = inputs.iter().map(Input::word).collect();
    let told: Vec<Option<Told>> = imports
        .iter()
        .enumerate()
        .map(|(place, file)| {
            let with = together.iter().find(|group| group.contains(&place));
            let of_one = |place: &usize| words[*place].clone();
            let files = with.map_or(vec![words[place].clone()], |group| group.iter().map(of_one).collect());
            let reports: Vec<&FileReport> = with.into_iter().flatten().map(|place| &imports[*place]).collect();
            Told::of(file, &files, &reports, given)
        })
        .collect();
    let refused: Vec<Refused<'_>> = imports
        .iter()
        .zip(inputs)
        .zip(&told)
        .filter(|((file, _), _)| file.status == ImportStatus::Rejected)
        .filter_map(|((file, input), told)| Some(Refused { file, word: input.word(), told: told.as_ref()? }))
        .collect();
    // Of one refused file the error says it all.
    let is_told = match session.format() {
        Format::Table => !refused.is_empty() && inputs.len() == 1,
        Format::Json | Format::Csv => false,
    };
    let nothing = imports.is_empty() && stopped.is_some();
    let shown = if is_told || nothing { Ok(()) } else { write(session, &imports, &told) };
    if is_told && options.dry_run {
        let width = screen::stdout_width().map_or(WIDTHS.0, |columns| usize::from(columns).min(WIDTHS.1));
        report::rows_of_refused(&imports, width)?.iter().for_each(|line| session.note(line));
    }
    if session.format() != Format::Json {
        let lines = match refused.as_slice() {
            [one] if inputs.len() == 1 => notes::bad_rows(one.file).into_iter().map(Line::Words).collect(),
            several => refusals::lines(several, given),
        };
        for line in &lines {
            match line {
                Line::Words(text) => output::note_in_words(text),
                Line::Command(text) => output::note(text),
            }
        }
    }
    if let Some(error) = stopped {
        let left = inputs.len().saturating_sub(imports.len() + 1);
        return Err(if left > 0 {
            error.hint(format!("{} after it: not tried", count(left, "file", "files")))
        } else {
            error
        });
    }
    match refusals::error(&refused, inputs.len()) {
        Some(error) => Err(error),
        None => Ok(shown?),
    }
}

fn write(session: &Session, imports: &[FileReport], told: &[Option<Told>]) -> Result<(), OutputError> {
    match session.format() {
        Format::Json => output::json::write(&Shown::new(imports, told)),
        Format::Csv => {
            output::csv::write(&data::sheet(imports, told)?)?;
            notes::all(imports, WIDTHS.1).iter().for_each(|line| session.note(line));
            Ok(())
        }
        Format::Table if session.global.quiet => Ok(()),
        Format::Table => {
            let width = screen::stdout_width().map_or(WIDTHS.0, |columns| usize::from(columns).min(WIDTHS.1));
            let mut lines = report::files(imports, width)?;
            lines.extend(crate::cli::words::wrapped(&report::total(imports), "", width));
            lines.extend(notes::all(imports, width));
            output::to_stdout(&format!("{}\n", clean_lines(&lines.join("\n"))))
        }
    }
}
