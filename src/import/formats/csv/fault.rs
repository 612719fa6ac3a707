//! What is wrong with a CSV profile.

use std::error::Error;
use std::fmt;

use crate::model::{CurrencyError, UnknownWord, clean_for_display};

/// What is wrong with a profile: its TOML, one value of it, or what the values say together.
///
/// Shown short and safe to print, because it may repeat text of a hostile file. The errors inside are no sources for
/// the same reason: their texts have no such limit.
#[derive(Debug)]
pub enum ProfileFault {
    /// Not TOML, or with other keys.
    Toml(Box<toml::de::Error>),
    /// The name has other characters, or is reserved.
    Name(String),
    /// Two of the person's own profiles have one name.
    NameTaken {
        /// The name.
        name: String,
        /// The other file.
        other: String,
    },
    /// No type of account.
    AccountType(UnknownWord),
    /// No currency.
    Currency(CurrencyError),
    /// More than one character, or a letter or digit.
    Delimiter,
    /// No pattern of dates.
    Pattern(String),
    /// Two patterns can read one date.
    Ambiguous(String),
    /// Neither a header nor a shape, or both.
    HeaderOrShape,
    /// A literal without its value, or a value without a literal.
    Literal {
        /// The column of the shape.
        shape: String,
    },
    /// A column that no header has.
    UnknownColumn {
        /// The key that names it.
        key: &'static str,
        /// The column.
        column: String,
    },
    /// A header without the columns that every row needs.
    MissingColumns,
    /// An indicator whose words are not given.
    NoIndicatorWords,
}

/// The most characters that are shown.
const LONGEST: usize = 400;

impl fmt::Display for ProfileFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.text();
        match text.char_indices().nth(LONGEST) {
            Some((end, _)) => write!(f, "{}…", clean_for_display(&text[..end])),
            None => f.write_str(&clean_for_display(&text)),
        }
    }
}

impl Error for ProfileFault {}

impl ProfileFault {
    fn text(&self) -> String {
        match self {
            ProfileFault::Toml(error) => error.message().to_owned(),
            ProfileFault::Name(name) => format!("name: {name:?} is not a name of lower-case letters, digits and `-`"),
            ProfileFault::NameTaken { name, other } => {
                format!("name: {name:?} is the name of the profile in {other} too")
            }
            ProfileFault::AccountType(error) => format!("account_type: {error}"),
            ProfileFault::Currency(error) => format!("currency: {error}"),
            ProfileFault::Delimiter => "delimiter: one of , ; | or a tab".to_owned(),
            ProfileFault::Pattern(text) => format!("dates: {text:?} is not a pattern such as MM/DD/YYYY"),
            ProfileFault::Ambiguous(text) => format!("dates: {text:?} and another pattern can read the same text"),
            ProfileFault::HeaderOrShape => "either [[header]] or [[shape]] is needed, and not both".to_owned(),
            ProfileFault::Literal { shape } => format!("shape {shape:?}: `value` goes with `like = \"literal\"`"),
            ProfileFault::UnknownColumn { key, column } => format!("{key}: {column:?} is in no header of this profile"),
            ProfileFault::MissingColumns => {
                "columns: each header needs `day`, `description`, and `amount` or `debit` and `credit`".to_owned()
            }
            ProfileFault::NoIndicatorWords => "indicator: needs `debit` and `credit` in [words]".to_owned(),
        }
    }
}

impl From<toml::de::Error> for ProfileFault {
    fn from(error: toml::de::Error) -> Self {
        ProfileFault::Toml(Box::new(error))
    }
}
