//! What every other room speaks of: money, days, currencies, ids, accounts and statements.
//!
//! Pure values. Nothing here reads a file, a clock, a random generator or a database, and
//! nothing here prints. Field names follow FDX (Financial Data Exchange API) where it has one.

mod account;
pub(crate) mod characters;
mod counted;
mod currency;
mod day;
mod decimal;
mod denomination;
mod entities;
mod env;
mod file_text;
mod ids;
mod minus;
mod moment;
mod money;
mod near;
mod period;
mod statement;
mod symbols;
mod text;
mod words;

pub use account::{AccountNumber, AccountType, LONGEST_ACCOUNT_NAME};
pub(crate) use counted::counted;
pub use currency::{Currency, CurrencyError};
pub use day::{Day, DayError, Period, Timestamp};
pub use decimal::DecimalMark;
pub use denomination::Denomination;
pub(crate) use entities::reference;
pub use env::{Clock, Env, Random};
pub use file_text::FileText;
pub use ids::{
    AccountId, AnswerId, AuditSeq, DecisionId, GrantId, IdError, ImportId, PairId, RowPosition, RuleId, StatementId,
    TransactionId, VaultId,
};
pub(crate) use minus::{is_minus, side};
pub use moment::Moment;
pub use money::{Amount, Micros, MoneyError};
pub use near::near;
pub use period::{DaySpan, PeriodError, PeriodText};
pub use statement::{
    AccountHint, BalanceKind, DebitCredit, Entry, EntryStatus, Rare, RejectedRow, ReportedBalance, Skipped, SourceKind,
    Statement,
};
pub(crate) use symbols::{ALPHABET, SYMBOLS};
pub(crate) use text::{bare, is_lost};
pub use text::{clean_for_display, folded, normalise_description};
pub use words::UnknownWord;
pub(crate) use words::words;
