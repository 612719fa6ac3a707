//! Why files were not imported, and what to do: each reason once, with the files that it is true of.

use std::ffi::OsString;

use super::command;
use super::notes::{bad_rows, names};
use crate::cli::args::Global;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::explain;
use crate::cli::output::with_causes;
use crate::import::{ImportOption, Problem, Question, Remedy};
use crate::ops::import::ImportOptions;
use crate::ops::report::FileReport;

/// Commands of one reason that are listed, where every file needs one of its own.
const MOST_COMMANDS: usize = 5;

/// What a person or a program is told about a file that was not imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Told {
    /// The kind of problem.
    pub problem: Problem,
    /// What is wrong, or open, in one sentence.
    pub message: String,
    /// What to do; for each open question, how it is answered.
    pub hints: Vec<String>,
    /// What the file leaves open.
    pub questions: Vec<Question>,
    /// The command that would import it, with the likeliest answers.
    pub command: Option<String>,
    /// How many files that command is for: those that join each other are of one account.
    together: usize,
}

/// What a command line is made from again.
#[derive(Clone, Copy)]
pub(super) struct Given<'g> {
    pub global: &'g Global,
    pub options: &'g ImportOptions,
}

impl Told {
    /// Returns what is told about a file, if there is anything. `words` are the file as it was named, and those that join
    /// it; `with` are their reports.
    pub(super) fn of(file: &FileReport, words: &[OsString], with: &[&FileReport], given: Given<'_>) -> Option<Told> {
        let error = file.error.as_ref()?;
        let Remedy::Answer(questions) = &error.remedy else {
            // What is asked next is not answered in the command: it names no more than places to fill in.
            let is_named =
                |question: &Question| matches!(question.option, ImportOption::Account | ImportOption::Currency);
            let is_bad = matches!(error.remedy, Remedy::SkipBadRows | Remedy::SkipBadRowsOrProfile);
            let skips = is_bad && !file.questions.is_empty() && file.questions.iter().all(is_named);
            let options = ImportOptions { skip_bad_rows: true, ..given.options.clone() };
            return Some(Told {
                problem: error.problem,
                message: with_causes(error),
                hints: vec![explain::import::remedy(&error.remedy)],
                questions: file.questions.clone(),
                command: skips.then(|| command::line(given.global, &options, words, &file.questions)).flatten(),
                together: 1,
            });
        };
        let messages: Vec<&str> = questions.iter().map(|question| question.message.as_str()).collect();
        Some(Told {
            problem: error.problem,
            message: messages.join("; "),
            hints: explain::import::answers(questions),
            questions: questions.clone(),
            command: command::line(given.global, given.options, words, &of_all(questions, with)),
            together: words.len(),
        })
    }

    fn asks_for_account(&self) -> bool {
        self.questions.iter().any(|question| question.option == ImportOption::Account)
    }
}

/// Returns the questions of a file, and those of the files with it that ask for something else.
fn of_all(questions: &[Question], with: &[&FileReport]) -> Vec<Question> {
    let mut all = questions.to_vec();
    for question in with.iter().flat_map(|file| &file.questions) {
        if all.iter().all(|known| known.option != question.option) {
            all.push(question.clone());
        }
    }
    all
}

/// A file, the word that names it, and what is told about it.
pub(super) struct Refused<'r> {
    pub file: &'r FileReport,
    pub word: OsString,
    pub told: &'r Told,
}

/// A line about refused files.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// Sentences, which may be broken between words.
    Words(String),
    /// A command to be copied: broken, it would run as two.
    Command(String),
}

/// Returns the lines about refused files, where there are several: each reason once.
pub(super) fn lines(refused: &[Refused<'_>], given: Given<'_>) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut rest: Vec<&Refused<'_>> = refused.iter().collect();
    while let Some(first) = rest.first() {
        let reason =
            |one: &&Refused<'_>| (one.told.message == first.told.message) && one.told.hints == first.told.hints;
        let (same, others): (Vec<&Refused<'_>>, Vec<&Refused<'_>>) = rest.iter().copied().partition(reason);
        lines.push(Line::Words(format!("not imported: {}", names(same.iter().map(|one| one.file)))));
        lines.push(Line::Words(format!("  {}", first.told.message)));
        lines.extend(same.iter().flat_map(|one| bad_rows(one.file)).map(|row| Line::Words(format!("  {row}"))));
        lines.extend(first.told.hints.iter().map(|hint| Line::Words(format!("  hint: {hint}"))));
        if same.iter().any(|one| one.told.together > 1) {
            let text = "  files in one command go on from each other: they are of one account";
            lines.push(Line::Words(text.to_owned()));
        }
        lines.extend(commands(&same, given).into_iter().map(|command| Line::Command(format!("  hint: {command}"))));
        rest = others;
    }
    lines
}

/// Returns one command for all files, or one for each where they may belong to different accounts.
fn commands(same: &[&Refused<'_>], given: Given<'_>) -> Vec<String> {
    let Some(first) = same.first() else { return Vec::new() };
    if first.told.asks_for_account() {
        let mut commands: Vec<String> = Vec::new();
        for told in same.iter().map(|one| one.told) {
            commands.extend(told.command.clone().filter(|command| !commands.contains(command)));
        }
        commands.truncate(MOST_COMMANDS);
        return commands;
    }
    if first.told.command.is_none() {
        return Vec::new();
    }
    let words: Vec<OsString> = same.iter().map(|one| one.word.clone()).collect();
    let skip_bad_rows = given.options.skip_bad_rows || first.told.problem == Problem::BadRows;
    let options = ImportOptions { skip_bad_rows, ..given.options.clone() };
    command::line(given.global, &options, &words, &first.told.questions).into_iter().collect()
}

/// Returns the error that the run ends with; none where no file was refused.
pub(super) fn error(refused: &[Refused<'_>], all: usize) -> Option<CliError> {
    match refused {
        [] => None,
        [one] if all == 1 => {
            let told = one.told;
            let message = format!("{} was not imported: {}", names(std::iter::once(one.file)), told.message);
            let error = told.hints.iter().fold(CliError::new(Exit::BadInput, message), |error, hint| error.hint(hint));
            Some(match &told.command {
                Some(command) => error.command(command),
                None => error,
            })
        }
        several => {
            let message = format!("{} of {all} files were not imported", several.len());
            let message = if several.len() == 1 { message.replace("were", "was") } else { message };
            Some(CliError::new(Exit::BadInput, message).hint("the report says why, file by file"))
        }
    }
}
