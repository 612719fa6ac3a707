//! Why a file cannot be imported: where, what was found, what to do. What to do is data: how it is said and asked is
//! the business of whoever shows it.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use crate::model::{DecimalMark, ImportId, clean_for_display, words};

/// An error that stops the import of a file.
#[derive(Clone, Debug)]
pub struct ImportError {
    /// What kind of problem it is.
    pub problem: Problem,
    /// The line of the file, from 1, where there is one.
    pub line: Option<u64>,
    /// The field, column or element at fault, as the file names it.
    pub field: Option<String>,
    /// What was found and why it is wrong, in one sentence without a full stop.
    pub message: String,
    /// What the person can do.
    pub remedy: Remedy,
    /// The error behind it, which the message tells.
    pub source: Option<Arc<dyn Error + Send + Sync>>,
}

/// The kinds of problem, for scripts (`error.kind` in JSON).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Problem {
    /// The format is not known.
    UnknownFormat,
    /// Two formats, profiles or accounts fit equally well.
    Ambiguous,
    /// The file cannot be read from the disk.
    Unreadable,
    /// The file has no content.
    Empty,
    /// The text cannot be decoded, or in which encoding it is open.
    Encoding,
    /// The format is known, and broken here.
    Malformed,
    /// The file leaves something open that the person has to say, or contradicts what they said.
    NeedsOption,
    /// The file goes beyond a limit (nesting, size of a field).
    Limit,
    /// Rows cannot be read.
    BadRows,
    /// The file contradicts the account.
    Contradiction,
    /// Amounts or balances add up to more than an account can hold.
    Overflow,
}

/// What the person can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Answer what is open.
    Answer(Vec<Question>),
    /// Take an answer back: the file or the profile says otherwise.
    LeaveOut(ImportOption),
    /// Name one of the profiles that exist.
    KnownProfiles(Box<UnknownProfile>),
    /// Name no profile, or write one for this file.
    OtherProfile,
    /// Name no order of dates, or no profile.
    OtherDateOrder,
    /// Name an order of dates, so that dates in another one are rejected as rows.
    RejectOtherDates,
    /// Write a profile for this bank.
    WriteProfile,
    /// Correct the profile that read the file.
    CorrectProfile,
    /// Write a profile with a decimal mark and without the column of balances, which has the other one.
    WriteProfileWithoutBalance(DecimalMark),
    /// Write a profile that says which columns name the account.
    WriteProfileForAccounts,
    /// Write a profile that says whether each card is an account of its own.
    WriteProfileForCards,
    /// Write a profile that has the words for money out and in.
    WriteProfileForWords,
    /// Import the rows that can be read.
    SkipBadRows,
    /// Import the rows that can be read, or write a profile that says what the others mean.
    SkipBadRowsOrProfile,
    /// Name another account.
    OtherAccount,
    /// Name another account, or make one and merge it with the one that was named.
    OtherAccountToMerge,
    /// Take an earlier import back, or name no account.
    UndoFirst(ImportId),
    /// Call the account as the file does, or import a file of it alone.
    NameAsInFile(String),
    /// Name another account, or correct the type of this one.
    OtherAccountOrType,
    /// Give the account a name that can be used.
    UsableAccountName,
    /// Unpack an archive.
    Unpack,
    /// Download a format that can be read.
    DownloadCsvOrOfx,
    /// Download CSV: no option reads the file.
    DownloadCsv,
    /// Download statements of accounts.
    DownloadStatement,
    /// Download the movements of cash instead of trades.
    DownloadCash,
    /// Log in, then download again.
    LogInAgain,
    /// Download a period that has transactions.
    DownloadOtherPeriod,
    /// See to it that the file can be read.
    MakeReadable,
    /// Download again: the file is damaged.
    DownloadAgain(Damage),
    /// Save the file as UTF-8.
    SaveAsUtf8,
    /// Correct an amount or a balance in the file.
    CorrectAmounts,
    /// Correct signs of amounts or balances, or say in a profile how they are printed.
    CorrectSigns,
    /// Say how the signs are printed, or take back the import that has them wrong.
    OtherSigns,
    /// Name the currency that the file is in, or an account in it.
    OtherCurrency,
    /// Have the currency in every row.
    CurrencyInEveryRow,
    /// Split the file.
    Split,
    /// Import each of several tables as a file of its own.
    SplitSections,
    /// Import each of several statements as a file of its own.
    SplitStatements,
}

/// The name of a profile that there is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownProfile {
    /// What was given.
    pub given: String,
    /// The names that there are.
    pub known: Vec<String>,
}

/// What a file leaves open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// What has to be said.
    pub option: ImportOption,
    /// What was found and why it does not tell, in one sentence without a full stop.
    pub message: String,
    /// What can be answered, the likeliest first; empty where no list is known.
    pub choices: Vec<String>,
}

words! {
    /// What a person can say about a file.
    pub enum ImportOption: "something to say about a file" {
        /// The account that the rows belong to.
        Account = "account",
        /// Whether the account has got the number in the file, beside those it had.
        AddNumber = "add-number",
        /// The currency of the amounts.
        Currency = "currency",
        /// The order of day, month and year.
        DateOrder = "date-order",
        /// The decimal mark of the amounts.
        DecimalMark = "decimal-mark",
        /// The CSV profile.
        Profile = "profile",
        /// Which way money went where amounts do not show it.
        Sign = "sign",
        /// The encoding of the text.
        Encoding = "encoding",
    }
}

/// How a damaged file shows its damage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Damage {
    /// It holds bytes that no text has.
    NotText,
    /// It is UTF-8 in most places.
    PartlyUtf8,
    /// A quotation mark is missing or too many.
    Quotes,
    /// Its end is missing.
    CutOff,
    /// A row does not end.
    EndlessRow,
    /// Elements nest too deep.
    Nesting,
    /// A part in the middle is missing.
    Hole,
    /// A comment or section does not end.
    OpenMarkup,
    /// A spreadsheet program rounded long numbers.
    Rounded,
    /// A spreadsheet program sorted the header among the rows.
    Sorted,
    /// It declares what no bank declares.
    Declaration,
}

impl Question {
    /// Returns a question whose answers cannot be listed.
    pub fn open(option: ImportOption, message: impl Into<String>) -> Self {
        Question { option, message: message.into(), choices: Vec::new() }
    }

    /// Returns whether no option answers it, but a profile.
    pub fn needs_profile(&self) -> bool {
        match self.option {
            ImportOption::DecimalMark => true,
            option => option == ImportOption::Sign && self.choices.is_empty(),
        }
    }

    /// Returns a question with the answers that fit, the likeliest first.
    pub fn of(option: ImportOption, message: impl Into<String>, choices: Vec<String>) -> Self {
        Question { option, message: message.into(), choices }
    }
}

impl ImportError {
    /// Returns an error that names no line and no field.
    pub fn new(problem: Problem, message: impl Into<String>, remedy: Remedy) -> Self {
        ImportError { problem, line: None, field: None, message: message.into(), remedy, source: None }
    }

    /// Returns the refusal of a file that leaves something open. It says the first question; all are in the remedy.
    pub fn asking(questions: Vec<Question>) -> Self {
        let message = questions.first().map(|q| q.message.clone()).unwrap_or_default();
        ImportError::new(Problem::NeedsOption, message, Remedy::Answer(questions))
    }

    /// Returns an error that says what another one says, and keeps it.
    pub fn of(problem: Problem, source: impl Error + Send + Sync + 'static, remedy: Remedy) -> Self {
        let error = ImportError::new(problem, source.to_string(), remedy);
        ImportError { source: Some(Arc::new(source)), ..error }
    }

    /// Adds the line, from 1.
    pub fn at_line(mut self, line: u64) -> Self {
        self.line = Some(line);
        self
    }

    /// Adds the field, column or element.
    pub fn in_field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        if let Some(field) = &self.field {
            write!(f, "{field}: ")?;
        }
        f.write_str(&self.message)
    }
}

impl Error for ImportError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_ref().map(|source| &**source as &(dyn Error + 'static))
    }
}

/// Returns a text of a file as a message shows it: short, and without anything that steers a terminal. It is cut
/// before it is cleaned: a cell may have a million characters.
pub(super) fn shown(raw: &str) -> String {
    const LONGEST: usize = 60;
    match raw.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", clean_for_display(&raw[..end])),
        None => clean_for_display(raw).into_owned(),
    }
}
