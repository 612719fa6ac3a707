//! What the owner decided: answers, files to leave alone, merged accounts.

use serde::Serialize;

use crate::model::{AccountId, AnswerId, GrantId, Timestamp};

/// One line of `imports answers`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AnswerLine {
    /// Its number.
    pub answer_id: AnswerId,
    /// The layout that it is about.
    pub layout: String,
    /// What was asked.
    pub option: String,
    /// What was answered.
    pub answer: String,
    /// When.
    pub created_time: Timestamp,
}

/// One line of `imports ignore`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IgnoredLine {
    /// SHA-256 of the file.
    pub sha256: String,
    /// Its name when it was ignored; empty when only the hash was given.
    pub file: String,
    /// Since when.
    pub created_time: Timestamp,
}

/// What a merge of two accounts did.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MergeReport {
    /// The merged account.
    pub account_id: AccountId,
    /// Its name.
    pub name: String,
    /// The account that it is counted with.
    pub into_account_id: AccountId,
    /// Its name.
    pub into_name: String,
    /// Rows that became transactions of the account.
    pub added: u64,
    /// Rows that it already had.
    pub present: u64,
    /// Rows that changed one of its transactions.
    pub updated: u64,
    /// Grants that named only one of the two: they are suspended.
    pub suspended: Vec<GrantId>,
}
