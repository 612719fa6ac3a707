//! Imports the files: first all that need no answer, then those that a person answers for.

use std::collections::{BTreeSet, HashMap};
use std::io;

use super::conversation::{self, Conversation, open_questions};
use super::door::{Door, Tried};
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
/// does. A dry run does all of it on trial: each file is compared with those before it, too.
pub(crate) fn run(session: &Session, inputs: &[Input], options: &ImportOptions) -> Result<Outcome, CliError> {
    let door = Door::new(session, options.dry_run)?;
    let mut run = Run { session, inputs, options, door, bar: Bar::new(session.global.quiet), kept: HashMap::new() };
    run.check_account()?;
    let mut outcome = Outcome { imports: Vec::new(), together: Vec::new(), stopped: None };
    outcome.stopped = run.all(&mut outcome).err();
    if options.dry_run {
        forget_imports(&mut outcome.imports);
    }
    Ok(outcome)
}

/// Takes the imports of a dry run out of its reports: no vault has them.
fn forget_imports(imports: &mut [FileReport]) {
    let is_tried = |file: &&FileReport| file.status == ImportStatus::DryRun;
    let tried: BTreeSet<_> = imports.iter().filter(is_tried).filter_map(|file| file.import_id).collect();
    for file in imports {
        file.import_id = file.import_id.filter(|id| !tried.contains(id));
    }
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
    /// Imports the files, then asks what some leave open.
    fn all(&mut self, outcome: &mut Outcome) -> Result<(), CliError> {
        for place in 0..self.inputs.len() {
            outcome.imports.push(self.first(place)?);
        }
        self.ask(outcome)?;
        self.end(&mut outcome.imports)
    }

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
        let mut report = self.import(place, &source, self.options)?;
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

    fn import(&mut self, place: usize, source: &Source, options: &ImportOptions) -> Result<FileReport, CliError> {
        let report = ops::import::file(self.door.open()?, source, options, &self.bar, self.session.env)?;
        if report.status == ImportStatus::DryRun {
            let input = &self.inputs[place];
            let source = input.may_wait().then(|| source.clone());
            self.door.keep(Tried { input, source, options: options.clone() });
        }
        Ok(report)
    }

    /// Asks what files leave open, those that join each other together. Without a person at the terminal, and once they
    /// want no more questions, files are only tried again when others were imported after them: those may tell.
    fn ask(&mut self, outcome: &mut Outcome) -> Result<(), CliError> {
        let open: Vec<usize> =
            (0..outcome.imports.len()).filter(|place| !open_questions(&outcome.imports[*place]).is_empty()).collect();
        let mut terminal = conversation::terminal(self.session).filter(|_| !open.is_empty());
        let mut newest = outcome.imports.iter().rposition(is_read).map_or(0, |place| place + 1);
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
                outcome.imports[place] = self.import(place, &source, &options)?;
                if answer.is_some() {
                    outcome.imports[place].remarks.push(Remark::AccountFromOtherFile);
                }
            }
            let with = group.map_or(vec![place], |group| outcome.together[group].clone());
            let is_for_all =
                self.settle(place, &source, &with, &mut options, &mut outcome.imports[place], &mut terminal)?;
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
        if imports.len() > 1 && has_gaps {
            ops::import::keep_what_is_left(self.door.open()?, imports)?;
        }
        Ok(())
    }

    /// Asks what one file leaves open, and imports it with the answers, until nothing is open or nothing is answered.
    /// Returns whether the account is that of the files with it, too.
    fn settle(
        &mut self,
        place: usize,
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
            *report = self.import(place, source, options)?;
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
