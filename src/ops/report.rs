//! What the use cases return: plain values with the JSON names of `docs/json.md`. Nothing here knows a terminal.

mod consent;
mod decisions;
mod duplicates;
mod grants;
mod keys;
mod policy;
mod restore;
mod status;

use std::sync::Arc;

use serde::Serialize;

use crate::import::{ImportError, Question, Remark};
use crate::model::{
    AccountId, AccountType, Amount, Currency, Day, DebitCredit, EntryStatus, GrantId, ImportId, Skipped, Timestamp,
    TransactionId, VaultId, words,
};
use crate::share::BalanceSource;
use crate::store::SlotKind;

pub use crate::share::{ResealedGrant, SuspendedGrant};
pub use crate::store::db::grants::GrantStatus;
pub use crate::store::{Finding, FindingKind};
pub use consent::{Alike, ConsentAccount, ConsentScreen, Known};
pub use decisions::{AnswerLine, IgnoredLine, MergeReport};
pub use duplicates::{
    DecidedRowLine, DecisionLine, DuplicateLine, DuplicateRow, TransactionRow, TransactionRows, Verdict,
};
pub use grants::{Approver, GrantAccount, GrantLine, GrantRecord};
pub use keys::{KeysReport, OldCopy, OldCopyKind, SlotLine, SlotName, WaysIn};
pub use policy::{PolicyAnswer, PolicyReport, PolicyTest, RuleLine};
pub use restore::{Contents, Lacks, RestoreReport};
pub use status::{Attention, AttentionKind, BackupNote, CheckNote, Holdings, KeptNote, SnapshotNote, StatusReport};

/// What `init` made.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InitReport {
    /// The new vault's id.
    pub vault_id: VaultId,
    /// The kinds of key slots, in order: `passphrase`, `key-file`, `recovery-code`.
    pub slots: Vec<SlotKind>,
    /// The public key that signs slices, as an OpenSSH line.
    pub public_key: String,
}

/// What became of one file.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FileReport {
    /// The import's id; null when nothing was stored.
    pub import_id: Option<ImportId>,
    /// The file as the person named it.
    pub file: String,
    /// SHA-256 of its bytes, hexadecimal; null when they could not be read.
    pub sha256: Option<String>,
    /// The format in words; null when it is unknown.
    pub format: Option<String>,
    /// The CSV profile; null for other formats.
    pub profile: Option<String>,
    /// The outcome.
    pub status: ImportStatus,
    /// One for each account in the file.
    pub accounts: Vec<AccountCounts>,
    /// Rows that could not be read.
    pub rejected_rows: Vec<RejectedRowReport>,
    /// Places where reported balances and the rows between them do not add up.
    pub balance_gaps: Vec<BalanceGap>,
    /// Parts of the file that are understood and not imported.
    pub skipped: Vec<Skipped>,
    /// What a person has to know about how the file was read.
    pub remarks: Vec<Remark>,
    /// What the file leaves open; nothing is imported while there is any.
    #[serde(skip)]
    pub questions: Vec<Question>,
    /// The rows as they would be read; only of a dry run.
    pub rows: Vec<RowLine>,
    /// How many pairs in doubt name a row of the file.
    pub possible_duplicates: u64,
    /// Grants whose slice changed with the data. They stand beside the files in the JSON.
    #[serde(skip)]
    pub resealed: Vec<ResealedGrant>,
    /// Grants that the policy suspended, because of what their slice would have become.
    #[serde(skip)]
    pub suspended: Vec<SuspendedGrant>,
    /// Why the file was rejected. It stays out of the JSON here: what to do is put in words where it is shown.
    #[serde(skip)]
    pub error: Option<ImportError>,
}

words! {
    /// Whether an import counts.
    pub enum ImportState: "a state of an import" {
        /// It does.
        Active = "ACTIVE",
        /// It was undone.
        Undone = "UNDONE",
    }
}

words! {
    /// The outcome for one file.
    pub enum ImportStatus: "an import status" {
        /// Its rows are in the vault.
        Imported = "IMPORTED",
        /// The same bytes were imported for the same accounts before; nothing changed.
        AlreadyImported = "ALREADY_IMPORTED",
        /// Nothing of it was imported.
        Rejected = "REJECTED",
        /// It would be imported.
        DryRun = "DRY_RUN",
        /// The owner said that it is to be left alone.
        Ignored = "IGNORED",
        /// Nothing in it pairs a day with an amount.
        NoExport = "NO_EXPORT",
    }
}

/// Every row of one account in one file ends in exactly one of these counts.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountCounts {
    /// The account's id; of a dry run that would make the account, the id that it would get.
    pub account_id: Option<AccountId>,
    /// The account's name.
    pub name: String,
    /// Whether this import made the account.
    pub created: bool,
    /// The first day of the rows that are new or changed; null when there are none.
    pub first: Option<Day>,
    /// The last such day.
    pub last: Option<Day>,
    /// What the account holds after this import; null when no balance is known.
    pub balance: Option<Amount>,
    /// Where `balance` comes from.
    #[serde(skip)]
    pub balance_source: BalanceSource,
    /// The last day to which reported balances and rows add up; null when nothing is proven.
    pub proven_up_to: Option<Day>,
    /// Rows that became transactions.
    pub added: u64,
    /// Rows that the vault already had.
    pub present: u64,
    /// Rows that changed a transaction: a pending one that posted, a day that moved.
    pub updated: u64,
    /// Pending rows that do not count: a later file rules their days.
    pub held: u64,
}

/// A row of a dry run, as it would be read.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RowLine {
    /// The line of the file, from 1.
    pub line: u64,
    /// The name of the account that it goes to.
    pub name: String,
    /// Its day.
    pub posted_timestamp: Day,
    /// Its amount; negative is out of the account.
    pub amount: Amount,
    /// Its description.
    pub description: String,
    /// Posted or pending.
    pub status: EntryStatus,
    /// Whether the vault has it already.
    pub known: bool,
}

/// A row that could not be read.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RejectedRowReport {
    /// The line of the file, from 1.
    pub line: u64,
    /// Field, what was found, and what is wrong.
    pub reason: String,
}

/// Two reported balances and the rows between them do not add up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BalanceGap {
    /// The account.
    pub account_id: Option<AccountId>,
    /// The day of the earlier balance.
    pub from: Day,
    /// The day of the later balance.
    pub to: Day,
    /// What is missing: later balance less earlier balance less the rows between.
    pub amount: Amount,
    /// What most likely makes it; null when nothing points to anything.
    pub cause: Option<GapCause>,
    /// First day of what makes it.
    pub cause_from: Option<Day>,
    /// Last day of what makes it.
    pub cause_to: Option<Day>,
}

words! {
    /// What most likely makes a gap.
    pub enum GapCause: "the cause of a gap" {
        /// A pair in doubt of just that amount stands between the balances, and is taken wrongly.
        Doubt = "DOUBT",
        /// A row of just that amount stands there twice, or stands in no balance.
        ExtraRow = "EXTRA_ROW",
        /// No file has rows of some days between the balances.
        NoFile = "NO_FILE",
    }
}

/// One line of `imports`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImportLine {
    /// The import.
    pub import_id: ImportId,
    /// When it was imported.
    pub created_time: Timestamp,
    /// The file's name as given.
    pub file: String,
    /// SHA-256 of the file.
    pub sha256: String,
    /// The format in words.
    pub format: String,
    /// The CSV profile.
    pub profile: Option<String>,
    /// Whether it counts.
    pub status: ImportState,
    /// Source rows of the file; after an undo, those that it had.
    pub rows: u64,
    /// Accounts that it touches, and the days of each.
    pub accounts: Vec<ImportAccountLine>,
}

/// One account of an import.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImportAccountLine {
    /// The account.
    pub account_id: AccountId,
    /// Its name.
    pub name: String,
    /// First day of the file's coverage; null for a file without rows.
    pub first_posted: Option<Day>,
    /// Last day.
    pub last_posted: Option<Day>,
    /// Rows added, present and updated when it was imported.
    pub added: u64,
    /// See `added`.
    pub present: u64,
    /// See `added`.
    pub updated: u64,
}

/// What an undo did.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UndoReport {
    /// The import.
    pub import_id: ImportId,
    /// Transactions that no import attests any more.
    pub removed: u64,
    /// Transactions that another import still attests.
    pub kept: u64,
}

/// One line of `accounts`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountLine {
    /// The account.
    pub account_id: AccountId,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub account_type: AccountType,
    /// The last four digits; null when no file told the number.
    pub account_number_display: Option<String>,
    /// Its currency.
    pub currency: Currency,
    /// Whether the owner closed it.
    pub closed: bool,
    /// Living transactions.
    pub transaction_count: u64,
    /// Day of the first.
    pub first_posted: Option<Day>,
    /// Day of the last.
    pub last_posted: Option<Day>,
    /// The last day to which reported balances and rows add up without a gap; null when nothing is proven.
    pub proven_up_to: Option<Day>,
}

/// One line of `balances`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BalanceLine {
    /// The account.
    pub account_id: AccountId,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub account_type: AccountType,
    /// Its currency.
    pub currency: Currency,
    /// The newest reported balance and the posted rows after it; null when none was reported.
    pub current_balance: Option<Amount>,
    /// What the bank reported as available, as of its own day; null when it did not.
    pub available_balance: Option<Amount>,
    /// The day at whose end `current_balance` holds.
    pub balance_as_of: Option<Day>,
    /// Where `current_balance` comes from.
    pub balance_source: BalanceSource,
    /// The day of `available_balance`.
    pub available_balance_as_of: Option<Day>,
    /// The last day to which reported balances and rows add up without a gap; null when nothing is proven.
    pub proven_up_to: Option<Day>,
    /// Whether the owner closed the account.
    #[serde(skip)]
    pub closed: bool,
}

/// One line of `transactions`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TransactionLine {
    /// The transaction.
    pub transaction_id: TransactionId,
    /// Its account.
    pub account_id: AccountId,
    /// The account's name.
    #[serde(skip)]
    pub account_name: Arc<str>,
    /// The day.
    pub posted_timestamp: Day,
    /// Signed: out is negative.
    pub amount: Amount,
    /// What the account held after it: as the bank printed it on the row, or at the end of the day where reported balances
    /// prove it and this is the last row of the day. Null elsewhere, and where several accounts are listed.
    pub running_balance: Option<Amount>,
    /// `DEBIT` or `CREDIT`.
    pub debit_credit_memo: DebitCredit,
    /// Raw description.
    pub description: String,
    /// Raw memo; null when there is none.
    pub memo: Option<String>,
    /// The category.
    pub category: Option<String>,
    /// The bank's type of transaction.
    pub transaction_type: Option<String>,
    /// Posted or pending.
    pub status: EntryStatus,
    /// The import that attests it as shown.
    pub import_id: ImportId,
    /// The amount's currency.
    #[serde(skip)]
    pub currency: Currency,
}

/// What was shared.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ShareReport {
    /// The grant.
    pub grant_id: GrantId,
    /// When it ends.
    pub expiration_time: Timestamp,
    /// SHA-256 of the slice's bytes.
    pub slice_hash: String,
}

/// What a revocation stops, and what it cannot.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RevokeReport {
    /// The grant.
    pub grant_id: GrantId,
    /// Its status now.
    pub status: GrantStatus,
    /// Whether the log has it. On a full disk the next command that can write makes the entry.
    pub logged: bool,
    /// What stops.
    pub stops: Vec<String>,
    /// What no revocation can stop.
    pub remains: Vec<String>,
}

/// One line of the audit log.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditLine {
    /// Its number, from 1.
    pub seq: u64,
    /// When.
    pub time: Timestamp,
    /// What: `init`, `import`, `undo`, `share`, `open`, `revoke`, `policy`, `rename`, `reseal` …
    pub action: String,
    /// The id of what it concerns, or empty.
    pub subject: String,
    /// An object with the details of the action.
    pub detail: serde_json::Value,
}

/// What `audit verify` found.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditVerifyReport {
    /// Whether the chain is whole.
    pub ok: bool,
    /// Entries in the chain.
    pub entries: u64,
    /// What the anchor says, in words.
    pub anchor: String,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

/// What `check` found.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckReport {
    /// Whether nothing was found.
    pub ok: bool,
    /// What is wrong.
    pub findings: Vec<Finding>,
}
