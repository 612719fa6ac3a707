//! The questions that a file leaves open, asked at the terminal, one after the other. The vault is not locked while a
//! person thinks.

use std::collections::HashMap;

use super::door::Door;
use super::rows;
use crate::cli::args::Format;
use crate::cli::choice::{self, Answer, Reach};
use crate::cli::error::CliError;
use crate::cli::screen;
use crate::cli::session::Session;
use crate::cli::terminal::Terminal;
use crate::cli::words::{shortened, wrapped};
use crate::import::{ImportOption, Question, Remedy};
use crate::model::{Currency, folded};
use crate::ops;
use crate::ops::import::{ImportOptions, Source};
use crate::ops::progress::Quiet;
use crate::ops::report::FileReport;

/// Rows that are shown for an answer.
const ROWS: usize = 3;
/// How often a file is tried with assumed answers to what else is open.
const MOST_ASSUMED: usize = 4;

/// The answer that adds a number.
const YES: &str = "yes";

/// A person at the terminal, and the vault that the answers are tried on.
pub(super) struct Conversation<'c, 's> {
    session: &'c Session,
    terminal: &'c Terminal,
    door: &'c mut Door<'s>,
    source: &'c Source,
    /// The names of the files that are asked about together, the source's among them.
    names: &'c [String],
    /// Whether the answer for the account is for all of them.
    pub is_for_all: bool,
}

/// Returns the terminal to ask at; none where the results are for a program, or everything is to go unasked.
pub(super) fn terminal(session: &Session) -> Option<Terminal> {
    let wanted = session.format() == Format::Table && !session.global.yes && screen::is_attended();
    if wanted { Terminal::open() } else { None }
}

/// Returns the questions that a refused file leaves open.
pub(super) fn open_questions(report: &FileReport) -> Vec<Question> {
    match report.error.as_ref().map(|error| &error.remedy) {
        Some(Remedy::Answer(questions)) => questions.clone(),
        _ => Vec::new(),
    }
}

impl<'c, 's> Conversation<'c, 's> {
    pub(super) fn new(
        session: &'c Session,
        terminal: &'c Terminal,
        door: &'c mut Door<'s>,
        source: &'c Source,
        names: &'c [String],
    ) -> Conversation<'c, 's> {
        Conversation { session, terminal, door, source, names, is_for_all: true }
    }

    /// Asks every question, and returns the options with the answers. The file is named before the first one.
    pub(super) fn ask(
        &mut self,
        options: &ImportOptions,
        report: &FileReport,
        is_first: bool,
    ) -> Result<Answer<ImportOptions>, CliError> {
        let mut questions = open_questions(report);
        questions.sort_by_key(|question| turn(question.option));
        if let Some(question) = questions.iter().find(|question| question.needs_profile()) {
            self.say(&format!("{}: only a profile can say it", question.message))?;
            return Ok(Answer::None);
        }
        if is_first {
            self.say("")?;
            self.names.iter().try_for_each(|name| self.say(&shortened(name, 60)))?;
            if self.names.len() > 1 {
                self.say("These files seem to be of one account: their rows or balances go on from each other.")?;
            }
        }
        let mut answered = options.clone();
        // Whether its number is new can only be asked of an account that was named, and one that is there tells the currency.
        let by_account = questions.iter().any(|question| question.option == ImportOption::Account);
        for (index, question) in questions.iter().enumerate() {
            let is_told = match question.option {
                ImportOption::AddNumber => by_account,
                ImportOption::Currency => by_account && self.is_there(answered.account.as_deref())?,
                _ => false,
            };
            if is_told {
                continue;
            }
            let rest = questions.get(index + 1..).unwrap_or_default();
            match self.one(question, rest, &mut answered)? {
                Answer::Is(()) => {}
                Answer::None => return Ok(Answer::None),
                Answer::Stop => return Ok(Answer::Stop),
            }
        }
        Ok(Answer::Is(answered))
    }

    fn one(
        &mut self,
        question: &Question,
        rest: &[Question],
        answered: &mut ImportOptions,
    ) -> Result<Answer<()>, CliError> {
        let message = format!("{}.", capital(&question.message));
        wrapped(&message, "", self.width().saturating_sub(1)).iter().try_for_each(|line| self.say(line))?;
        match question.option {
            ImportOption::Account => self.account(question, answered),
            option if question.choices.is_empty() || option == ImportOption::Currency => {
                self.typed(option, question, answered)
            }
            option => self.chosen(option, question, rest, answered),
        }
    }

    /// One of the answers that fit; the rows below are as they would be read with the highlighted one.
    fn chosen(
        &mut self,
        option: ImportOption,
        question: &Question,
        rest: &[Question],
        answered: &mut ImportOptions,
    ) -> Result<Answer<()>, CliError> {
        let items: Vec<String> = question.choices.iter().map(|choice| in_words(option, choice)).collect();
        let mut seen: HashMap<usize, Vec<String>> = HashMap::new();
        let terminal = self.terminal;
        let given = answered.clone();
        let mut below = |index: usize| {
            let shown = seen.entry(index).or_insert_with(|| {
                let mut with = given.clone();
                let choice = question.choices.get(index).map_or("", String::as_str);
                set(&mut with, option, choice);
                rest.iter()
                    .filter(|other| other.option != ImportOption::Account)
                    .for_each(|other| assume(&mut with, other));
                self.preview(&with, rest.iter().any(|other| other.option == ImportOption::Sign))
            });
            shown.clone()
        };
        match choice::choose(terminal, prompt(option), &items, &mut Reach::default(), &mut below)? {
            Answer::Is(index) => {
                set(answered, option, question.choices.get(index).map_or("", String::as_str));
                Ok(Answer::Is(()))
            }
            Answer::None => Ok(Answer::None),
            Answer::Stop => Ok(Answer::Stop),
        }
    }

    /// An answer that is typed: there may be more than can be listed.
    fn typed(
        &mut self,
        option: ImportOption,
        question: &Question,
        answered: &mut ImportOptions,
    ) -> Result<Answer<()>, CliError> {
        let default = match (question.choices.first(), option) {
            (Some(likely), _) => Some(likely.clone()),
            (None, ImportOption::Currency) => self.accounts()?.first().map(|(_, currency)| currency.to_string()),
            (None, _) => None,
        };
        self.show_rows(answered)?;
        let valid = |text: &str| {
            let mut tried = ImportOptions::default();
            let form = if option == ImportOption::Currency { ": write three letters, such as EUR" } else { "" };
            if set(&mut tried, option, text) { Ok(()) } else { Err(format!("{text:?} cannot be used{form}")) }
        };
        match choice::text(self.terminal, prompt(option), default.as_deref(), &mut Reach::default(), &valid)? {
            Answer::Is(text) => {
                set(answered, option, &text);
                Ok(Answer::Is(()))
            }
            Answer::None => Ok(Answer::None),
            Answer::Stop => Ok(Answer::Stop),
        }
    }

    /// One of the accounts or a new one, for this file or for every later one of the layout: one question.
    fn account(&mut self, question: &Question, answered: &mut ImportOptions) -> Result<Answer<()>, CliError> {
        let rows = self.preview(answered, false);
        let choices = self.of_currency(&question.choices, answered.read.currency)?;
        let mut items = choices.clone();
        items.push("a new account".to_owned());
        let this = "only this file".to_owned();
        let every = "every later file of this layout, too".to_owned();
        let together = self.names.len();
        let mut reach = Reach::of(match together {
            1 => vec![this, every],
            several => vec![format!("only these {several} files"), this, every],
        });
        let chosen = if choices.is_empty() {
            self.show_rows(answered)?;
            Answer::Is(0)
        } else {
            choice::choose(self.terminal, prompt(ImportOption::Account), &items, &mut reach, &mut |_| rows.clone())?
        };
        let name = match chosen {
            Answer::Is(index) => match choices.get(index) {
                Some(name) => Answer::Is(name.clone()),
                None => self.new_account(&mut reach)?,
            },
            Answer::None => Answer::None,
            Answer::Stop => Answer::Stop,
        };
        let name = match name {
            Answer::Is(name) => name,
            Answer::None => return Ok(Answer::None),
            Answer::Stop => return Ok(Answer::Stop),
        };
        // A file may have a currency that there is no account of this name for yet.
        answered.create = true;
        answered.account = Some(name);
        answered.always = reach.at() == together.min(2);
        self.is_for_all = answered.always || (together > 1 && reach.at() == 0);
        Ok(Answer::Is(()))
    }

    /// Returns the accounts that are not known to be in another currency than the one that was answered.
    fn of_currency(&mut self, names: &[String], answered: Option<Currency>) -> Result<Vec<String>, CliError> {
        let accounts = self.accounts()?;
        let other = |name: &String| {
            let currency = accounts.iter().find(|(known, _)| known == name).map(|(_, currency)| *currency);
            currency.zip(answered).is_some_and(|(currency, answered)| currency != answered)
        };
        Ok(names.iter().filter(|name| !other(name)).cloned().collect())
    }

    fn new_account(&mut self, reach: &mut Reach) -> Result<Answer<String>, CliError> {
        let taken: Vec<String> = self.accounts()?.into_iter().map(|(name, _)| folded(&name)).collect();
        let is_taken = |name: &str| taken.contains(&folded(name));
        let wanted = suggested(&self.source.name);
        let mut names = std::iter::once(wanted.clone()).chain((2..).map(|number| format!("{wanted} {number}")));
        let valid = |name: &str| {
            if is_taken(name) {
                return Err("there is an account of this name already".to_owned());
            }
            ops::query::checked_name(name).map(|_| ()).map_err(|error| error.to_string())
        };
        let free = names.find(|name| !is_taken(name));
        choice::text(self.terminal, "Name of the new account", free.as_deref(), reach, &valid)
    }

    /// Returns whether an account of this name is there: its files are in its currency.
    fn is_there(&mut self, name: Option<&str>) -> Result<bool, CliError> {
        Ok(name.is_some() && self.accounts()?.iter().any(|(known, _)| Some(known.as_str()) == name))
    }

    /// Returns the names and currencies of the accounts.
    fn accounts(&mut self) -> Result<Vec<(String, Currency)>, CliError> {
        let accounts = ops::query::accounts(self.door.open()?)?;
        self.door.close();
        Ok(accounts.into_iter().map(|account| (account.name, account.currency)).collect())
    }

    /// Returns the first rows as they would be read with these options, and with the likeliest answers to whatever else
    /// is open; why not, where nothing can be read so. Amounts have no sign where that is asked later.
    fn preview(&mut self, options: &ImportOptions, is_unsigned: bool) -> Vec<String> {
        let mut tried = ImportOptions { dry_run: true, ..options.clone() };
        let mut report = self.try_out(&tried);
        for _ in 0..MOST_ASSUMED {
            let Some(open) = report.as_ref().filter(|report| report.rows.is_empty()) else { break };
            let mut others = open_questions(open);
            others.retain(|question| question.option != ImportOption::Account);
            if others.is_empty() {
                break;
            }
            others.iter().for_each(|question| assume(&mut tried, question));
            report = self.try_out(&tried);
        }
        let Some(mut report) = report else { return Vec::new() };
        for row in report.rows.iter_mut().filter(|_| is_unsigned) {
            row.amount = row.amount.checked_abs().unwrap_or(row.amount);
        }
        let width = self.width().saturating_sub(4);
        match rows::first(&report.rows, ROWS, width, options.read.currency.is_some_and(|known| known != Currency::NONE))
        {
            Ok(lines) if !lines.is_empty() => lines,
            _ => report.error.iter().map(ToString::to_string).collect(),
        }
    }

    fn try_out(&mut self, options: &ImportOptions) -> Option<FileReport> {
        let env = self.session.env;
        let vault = self.door.open().ok()?;
        // In a dry run that stays on trial, which ends with the lock.
        let report = ops::import::file(vault, self.source, options, &Quiet, env).ok();
        self.door.close();
        report
    }

    fn width(&self) -> usize {
        usize::from(self.terminal.width().unwrap_or(80))
    }

    fn show_rows(&mut self, options: &ImportOptions) -> Result<(), CliError> {
        self.preview(options, false).iter().try_for_each(|line| self.say(&format!("    {line}")))
    }

    fn say(&self, line: &str) -> Result<(), CliError> {
        self.terminal.say(&format!("{line}\n"))
    }
}

/// Returns the place of a question among those of a file: what is answered stands in the rows that the later ones show, and an
/// account that is there tells the currency.
fn turn(option: ImportOption) -> u8 {
    match option {
        ImportOption::Sign => 1,
        ImportOption::Account => 2,
        ImportOption::AddNumber => 3,
        ImportOption::Currency => 4,
        _ => 0,
    }
}

/// Sets the likeliest answer, to try the others on. A currency changes no number.
fn assume(options: &mut ImportOptions, question: &Question) {
    match (question.choices.first(), question.option) {
        (Some(likely), option) => {
            set(options, option, likely);
        }
        (None, ImportOption::Currency) => options.read.currency = Some(Currency::NONE),
        (None, _) => {}
    }
}

/// Sets an answer. Returns whether it can be one.
fn set(options: &mut ImportOptions, option: ImportOption, answer: &str) -> bool {
    fn parsed<T: std::str::FromStr>(place: &mut Option<T>, text: &str) -> bool {
        *place = text.parse().ok();
        place.is_some()
    }
    match option {
        ImportOption::Currency => parsed(&mut options.read.currency, &answer.to_uppercase()),
        ImportOption::DateOrder => parsed(&mut options.read.date_order, answer),
        ImportOption::Sign => parsed(&mut options.read.sign, answer),
        ImportOption::Account => parsed(&mut options.account, answer),
        ImportOption::Profile => parsed(&mut options.read.profile, answer),
        ImportOption::Encoding => parsed(&mut options.encoding, answer),
        ImportOption::AddNumber => {
            options.add_number = answer == YES;
            true
        }
        ImportOption::DecimalMark => false,
    }
}

fn prompt(option: ImportOption) -> &'static str {
    match option {
        ImportOption::Account => "Which account?",
        ImportOption::AddNumber => "Is it a new number of the same account?",
        ImportOption::Currency => "Which currency?",
        ImportOption::DateOrder => "How are the dates written?",
        ImportOption::DecimalMark => "Which decimal mark?",
        ImportOption::Profile => "Which bank?",
        ImportOption::Sign => "What is an amount without a minus?",
        ImportOption::Encoding => "Which encoding?",
    }
}

fn in_words(option: ImportOption, choice: &str) -> String {
    match (option, choice) {
        (ImportOption::AddNumber, _) => "yes, such as a replaced card: add it",
        (ImportOption::Sign, "in") => "money in",
        (ImportOption::Sign, "out") => "money out",
        (ImportOption::Sign, "card") => "a purchase, as a card prints it",
        (ImportOption::DateOrder, "dmy") => "day first",
        (ImportOption::DateOrder, "mdy") => "month first",
        (ImportOption::DateOrder, "ymd") => "year first",
        (ImportOption::Profile, "generic") => "another one: the names of the columns say what they hold",
        _ => choice,
    }
    .to_owned()
}

/// Returns a name for the account of a file: the words of its name that hold no digits.
fn suggested(file: &str) -> String {
    let base = file.rsplit('/').next().unwrap_or_default();
    let stem = base.rsplit_once('.').map_or(base, |(stem, _)| stem);
    let words = stem.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let words: Vec<String> = words.filter(|word| !word.chars().any(|c| c.is_numeric())).map(capital).collect();
    if words.is_empty() { "Account".to_owned() } else { words.join(" ") }
}

/// Returns a text that starts with a capital letter.
fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_a_name_from_that_of_the_file() {
        assert_eq!(suggested("downloads/sparkasse-giro_2026-03.csv"), "Sparkasse Giro");
        assert_eq!(suggested("2026.csv"), "Account");
        assert_eq!(suggested("-"), "Account");
    }

    #[test]
    fn takes_only_answers_that_can_be() {
        let mut options = ImportOptions::default();
        assert!(set(&mut options, ImportOption::Currency, "eur") && options.read.currency == "EUR".parse().ok());
        assert!(!set(&mut options, ImportOption::Currency, "money"));
        assert!(set(&mut options, ImportOption::Sign, "card"));
        assert!(!set(&mut options, ImportOption::DecimalMark, "dot"));
    }
}
