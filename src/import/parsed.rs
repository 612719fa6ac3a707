//! What every importer ends in.

use super::error::Question;
use super::evidence::date::DateOrder;
use super::options::Style;
use crate::model::{SourceKind, Statement, words};

/// A file that was understood.
#[derive(Clone, Debug)]
pub struct Parsed<'a> {
    /// The format, which is also the kind of source of its rows.
    pub kind: SourceKind,
    /// The format in words for reports: `OFX 1.0.2`, `OFX 2.1.1`, `CSV`.
    pub format: String,
    /// The CSV profile that fitted, `generic` included.
    pub profile: Option<String>,
    /// The layout by which answers are remembered: the profile's name, or the names of the columns; for other formats
    /// the format and the institution.
    pub layout: String,
    /// In the order of the file, at least one; several can be of one account.
    pub statements: Vec<Statement<'a>>,
    /// What the file leaves open. While there is any, the statements are read by the likeliest answers, and only shown.
    pub questions: Vec<Question>,
    /// The order of day and month, where the dates of the file prove it.
    pub date_order: Option<DateOrder>,
    /// How its money is printed, as far as it proves it, and the rule by which the signs of a lone column were read.
    pub style: Style,
    /// Whether the signs are asked about although earlier files of the account may tell them: the answer has to be
    /// remembered, so that the same doubt is not asked again.
    pub asks_in_spite: bool,
    /// The statements, by their place, that print no minus, and have rows whose types do not say that money came in: other files
    /// of their accounts may tell.
    pub unsigned: Vec<usize>,
    /// The statements, by their place, whose types say both directions and agree with every printed sign.
    pub typed: Vec<usize>,
    /// What a person has to know about the reading.
    pub remarks: Vec<Remark>,
}

/// The name of the layout that comes from column names alone.
pub const GENERIC: &str = "generic";

impl Parsed<'_> {
    /// Returns whether a profile fitted: it names the bank, which the names of columns alone do not.
    pub(crate) fn is_of_profile(&self) -> bool {
        self.profile.as_deref().is_some_and(|profile| profile != GENERIC)
    }
}

words! {
    /// What was taken from weak evidence or turned, and is said beside the result.
    pub enum Remark: "a remark" {
        /// Balances were printed as what is owed, and the rows prove it: they were turned.
        DebtTurned = "DEBT_TURNED",
        /// Each balance stood before its row, as all rows prove, or earlier files of the account: that after the last one is not in the file.
        BalancesBefore = "BALANCES_BEFORE",
        /// The rows do not prove what the balances beside them are, such as those before or after them: they were left out.
        BalancesLeftOut = "BALANCES_LEFT_OUT",
        /// The running balance told the direction of amounts without a sign.
        SignFromBalances = "SIGN_FROM_BALANCES",
        /// Earlier files of the account and layout told the direction.
        SignFromEarlierFiles = "SIGN_FROM_EARLIER_FILES",
        /// The kind of the account told the direction.
        SignFromAccountKind = "SIGN_FROM_ACCOUNT_KIND",
        /// Words or marks beside the amounts told the direction, in a column whose name does not promise it.
        SignFromWords = "SIGN_FROM_WORDS",
        /// The type of the row told the direction of amounts without a sign.
        SignFromTypes = "SIGN_FROM_TYPES",
        /// The account had no number: it has the one in the file from now on.
        NumberLearned = "NUMBER_LEARNED",
        /// The kind of the account was unknown: it has the one that the file tells from now on.
        KindLearned = "KIND_LEARNED",
        /// The account had another number: it has the one in the file, too, as was said.
        NumberAdded = "NUMBER_ADDED",
        /// Rows that the vault has from the account told the account.
        AccountFromRows = "ACCOUNT_FROM_ROWS",
        /// The balance that the account ended with told the account.
        AccountFromBalance = "ACCOUNT_FROM_BALANCE",
        /// Another file of the run told the account: their rows or balances go on from each other.
        AccountFromOtherFile = "ACCOUNT_FROM_OTHER_FILE",
        /// Digits in the file's name told the account.
        AccountFromFileName = "ACCOUNT_FROM_FILE_NAME",
        /// What was said for every file of the layout told the account.
        AccountFromAnswer = "ACCOUNT_FROM_ANSWER",
        /// Answers that were given for an earlier file of the layout were used again.
        AnswersRemembered = "ANSWERS_REMEMBERED",
        /// The file names no currency: it is the one that the person has set.
        CurrencyFromSettings = "CURRENCY_FROM_SETTINGS",
        /// The file leaves the order of its dates open: it is the one that the person has set.
        DateOrderFromSettings = "DATE_ORDER_FROM_SETTINGS",
        /// The text was decoded by the code page that its language proves.
        EncodingFromLanguage = "ENCODING_FROM_LANGUAGE",
    }
}
