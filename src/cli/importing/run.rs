//! Imports the files: first all that need no answer, then those that a person answers for.

use std::collections::HashMap;
use std::io;

use super::conversation::{self, Conversation, open_questions};
use super::door::Door;
use crate::cli::choice::Answer;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::explain;
use crate::cli::inputs::Input;
use crate::cli::progress::Bar;
use crate::cli::session::Session;
use crate::cli::terminal::Terminal;
use crate::import::{ImportOption, Remark};
use crate::ops;
use crate::ops::import::{ImportOptions, LARGEST_FILE, Source};
use crate::ops::report::{FileReport, ImportStatus};

/// How often a file may leave something else open once what it left open is answered.
const MOST_ROUNDS: usize = 8;

/// What became of the files of one `import`.
pub(crate) struct Outcome {
    /// The files that were imported or refused, in their order.
    pub imports: Vec<FileReport>,
    /// Files that join each other, and whose account is open: groups of their places.
    pub together: Vec<Vec<usize>>,
    /// Why the files after those were not read; none when all were.
    pub stopped: Option<CliError>,
}

/// Imports files. One that is refused or cannot be read does not stop the others; an error of the vault or of its disk
/// does.
pub(crate) fn run(session: &Session, inputs: &[Input], options: &ImportOptions) -> Result<Outcome, CliError> {
    let door = Door::new(session)?;
    let mut run = Run { session, inputs, options, door, bar: Bar::new(session.global.quiet), kept: HashMap::new() };
    run.check_account()?;
    let mut outcome = Outcome { imports: Vec::new(), together: Vec::new(), stopped: None };
    for place in 0..inputs.len() {
        match run.first(place) {
            Ok(report) => outcome.imports.push(report),
            Err(error) => {
                outcome.stopped = Some(error);
                return Ok(outcome);
            }
        }
    }
    outcome.stopped = run.ask(&mut outcome).and_then(|()| run.end(&mut outcome.imports)).err();
    Ok(outcome)
}

struct Run<'r> {
    session: &'r Session,
    inputs: &'r [Input],
    options: &'r ImportOptions,
    door: Door<'r>,
    bar: Bar,
    /// Files that are open and can be read only once, by their places.
    kept: HashMap<usize, Source>,
}

impl Run<'_> {
    /// Refuses a named account that does not exist, or files of several under its name, before any file is imported.
    fn check_account(&mut self) -> Result<(), CliError> {
        if self.options.account.is_none() {
            return Ok(());
        }
        // One file is checked where it is imported. What may wait for another program is read only once, and then.
        let several = self.inputs.len() > 1;
        let inputs = self.inputs.iter().filter(|input| several && !input.may_wait());
        Ok(ops::import::check_named(self.door.open()?, inputs.filter_map(|input| input.read().ok()), self.options)?)
    }

    /// Imports a file as far as nothing has to be asked.
    fn first(&mut self, place: usize) -> Result<FileReport, CliError> {
        let input = &self.inputs[place];
        if input.may_wait() {
            self.door.close();
        }
        let source = match input.read() {
            Ok(source) => source,
            Err(error) if error.kind() == io::ErrorKind::OutOfMemory => {
                let doing = format!("cannot read {}", input.name());
                return Err(CliError::caused(Exit::Failure, doing, error).hint(explain::MEMORY));
            }
            Err(error) => return Ok(ops::import::unreadable(&input.name(), error)),
        };
        let mut report = self.import(&source, self.options)?;
        // Whoever names a file expects rows of it.
        if input.is_found && ops::import::is_no_export(&report, &source) {
            report.status = ImportStatus::NoExport;
            report.error = None;
        }
        if input.may_wait() && !open_questions(&report).is_empty() {
            self.kept.insert(place, source);
        }
        Ok(report)
    }

    fn import(&mut self, source: &Source, options: &ImportOptions) -> Result<FileReport, CliError> {
        Ok(ops::import::file(self.door.open()?, source, options, &self.bar, self.session.env)?)
    }

    /// Asks what files leave open, those that join each other together. Without a person at the terminal, and once they
    /// want no more questions, files are only tried again when others were imported after them: those may tell.
    fn ask(&mut self, outcome: &mut Outcome) -> Result<(), CliError> {
        let open: Vec<usize> =
            (0..outcome.imports.len()).filter(|place| !open_questions(&outcome.imports[*place]).is_empty()).collect();
        let mut terminal = conversation::terminal(self.session).filter(|_| !open.is_empty());
        let mut newest =
            outcome.imports.iter().rposition(|file| file.status == ImportStatus::Imported).map_or(0, |place| place + 1);
        outcome.together = self.together(&outcome.imports, &open);
        let mut said: Vec<Option<ImportOptions>> = vec![None; outcome.together.len()];
        for place in open {
            let group = outcome.together.iter().position(|group| group.contains(&place));
            let answer = group.and_then(|group| said[group].clone());
            if answer.is_none() && newest <= place && terminal.is_none() {
                continue;
            }
            let Ok(source) = self.source(place) else { continue };
            let mut options = answer.clone().unwrap_or_else(|| self.options.clone());
            if answer.is_some() || newest > place {
                outcome.imports[place] = self.import(&source, &options)?;
                if answer.is_some() {
                    outcome.imports[place].remarks.push(Remark::AccountFromOtherFile);
                }
            }
            let with = group.map_or(vec![place], |group| outcome.together[group].clone());
            let is_for_all = self.settle(&source, &with, &mut options, &mut outcome.imports[place], &mut terminal)?;
            if !is_read(&outcome.imports[place]) {
                continue;
            }
            newest = outcome.imports.len();
            // The other answers are remembered for the layout.
            if let Some(group) = group.filter(|_| is_for_all && options.account.is_some()) {
                let ImportOptions { account, create, always, .. } = options;
                said[group] = Some(ImportOptions { account, create, always, ..self.options.clone() });
            }
        }
        outcome.together.retain(|group| group.iter().any(|place| !is_read(&outcome.imports[*place])));
        // Between the answers and the report.
        terminal.map_or(Ok(()), |terminal| terminal.say("\n"))
    }

    /// Forgets gaps that a later file closed.
    fn end(&mut self, imports: &mut [FileReport]) -> Result<(), CliError> {
        let has_gaps = imports.iter().any(|file| !file.balance_gaps.is_empty());
        if imports.len() > 1 && has_gaps && !self.options.dry_run {
            ops::import::keep_what_is_left(self.door.open()?, imports)?;
        }
        Ok(())
    }

    /// Asks what one file leaves open, and imports it with the answers, until nothing is open or nothing is answered.
    /// Returns whether the account is that of the files with it, too.
    fn settle(
        &mut self,
        source: &Source,
        with: &[usize],
        options: &mut ImportOptions,
        report: &mut FileReport,
        terminal: &mut Option<Terminal>,
    ) -> Result<bool, CliError> {
        let mut is_for_all = true;
        let names: Vec<String> = with.iter().map(|place| self.inputs[*place].name()).collect();
        for round in 0..MOST_ROUNDS {
            let Some(person) = terminal.as_ref().filter(|_| !open_questions(report).is_empty()) else { break };
            self.door.close();
            let mut conversation = Conversation::new(self.session, person, &mut self.door, source, &names);
            match conversation.ask(options, report, round == 0)? {
                Answer::Is(answered) => *options = answered,
                Answer::None => break,
                Answer::Stop => {
                    *terminal = None;
                    break;
                }
            }
            is_for_all &= conversation.is_for_all;
            *report = self.import(source, options)?;
        }
        Ok(is_for_all)
    }

    /// Returns which of the files whose account is open join each other.
    fn together(&self, imports: &[FileReport], open: &[usize]) -> Vec<Vec<usize>> {
        let asks = |place: &usize| {
            open_questions(&imports[*place]).iter().any(|question| question.option == ImportOption::Account)
        };
        let places: Vec<usize> = open.iter().copied().filter(asks).collect();
        let mut room = LARGEST_FILE;
        let (mut found, mut files) = (Vec::new(), Vec::new());
        for place in if places.len() > 1 { places } else { Vec::new() } {
            let Ok(source) = self.source(place) else { continue };
            // More than fits into memory is asked one by one.
            let Some(left) = room.checked_sub(source.bytes.len() as u64) else { break };
            room = left;
            found.push(place);
            files.push(source);
        }
        let groups = ops::import::together(&files, self.options);
        groups.into_iter().map(|group| group.into_iter().map(|file| found[file]).collect()).collect()
    }

    fn source(&self, place: usize) -> io::Result<Source> {
        match self.kept.get(&place) {
            Some(source) => Ok(source.clone()),
            None => self.inputs[place].read(),
        }
    }
}

fn is_read(file: &FileReport) -> bool {
    matches!(file.status, ImportStatus::Imported | ImportStatus::DryRun)
}
