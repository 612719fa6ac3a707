//! Rows in doubt, what the owner said of them, and the rows of one transaction.

use serde::Serialize;

use crate::model::{AccountId, Amount, Day, DecisionId, EntryStatus, ImportId, PairId, Timestamp, TransactionId};

/// A transaction with every row that is it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TransactionRows {
    /// The transaction.
    pub transaction_id: TransactionId,
    /// Its account.
    pub account_id: AccountId,
    /// The account's name.
    pub name: String,
    /// Its rows, the one that it is shown by first.
    pub rows: Vec<TransactionRow>,
}

/// One row of a transaction.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TransactionRow {
    /// Its import.
    pub import_id: ImportId,
    /// The file as it was named.
    pub file: String,
    /// Its line, from 1.
    pub line: u64,
    /// The day as the file wrote it.
    pub posted_timestamp: Day,
    /// Its amount.
    pub amount: Amount,
    /// Its description.
    pub description: String,
    /// Posted or pending in this file.
    pub status: EntryStatus,
    /// Why it is the row that is shown.
    pub why: &'static str,
}

/// Two rows that may be one transaction or two.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DuplicateLine {
    /// Names the pair in decisions.
    pub pair_id: PairId,
    /// The account.
    pub account_id: AccountId,
    /// Its name.
    pub name: String,
    /// Why the files cannot tell, in words.
    pub reason: &'static str,
    /// What is assumed until the owner says.
    pub assumed: Verdict,
    /// The two rows.
    pub rows: [DuplicateRow; 2],
}

/// What is assumed, or was said, of two rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Verdict {
    /// They are one transaction.
    Same,
    /// They are two.
    Different,
}

/// What the owner said of two rows.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DecisionLine {
    /// Its id.
    pub decision_id: DecisionId,
    /// What was said.
    #[serde(rename = "decision")]
    pub verdict: Verdict,
    /// The two rows.
    pub rows: [DecidedRowLine; 2],
    /// When it was said.
    pub created_time: Timestamp,
}

/// A row that a decision names.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DecidedRowLine {
    /// The file as it was named; empty when its import was erased.
    pub file: String,
    /// Its line, from 1; null while its import does not live: then the decision lies dormant.
    pub line: Option<u64>,
}

/// One row of a pair in doubt.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DuplicateRow {
    /// Its transaction.
    pub transaction_id: TransactionId,
    /// Its import.
    pub import_id: ImportId,
    /// The file as it was named.
    pub file: String,
    /// Its line, from 1.
    pub line: u64,
    /// The day as the file wrote it.
    pub posted_timestamp: Day,
    /// Its amount.
    pub amount: Amount,
    /// Its description.
    pub description: String,
}
