//! Whether a slice is one that its terms allow: what its document says of the grant, and what it shows.

use std::collections::BTreeSet;

use super::build::{Edition, said};
use super::document::{SliceAccount, SliceDocument, SliceGrant, SliceNarrowing, SliceTransaction};
use crate::crypto::MacKey;
use crate::share::{Direction, Field, Terms};

/// Returns in what a document departs from the terms of its grant, in words; an empty list when it is one that
/// [`build`](super::build()) could have made. `rows` is how many transactions it was sealed with.
///
/// Terms in words, the day of the data and the witness are not compared: they may be those of an older program or state.
pub fn departures(
    document: &SliceDocument,
    terms: &Terms,
    edition: &Edition,
    rows: u64,
    pseudonym_key: &MacKey,
) -> Vec<&'static str> {
    let approved = said(terms, edition, pseudonym_key);
    let mut found = said_otherwise(&document.grant, &approved);
    let fields = terms.visible_fields();
    let allowed = Allowed { terms, fields: &fields, accounts: &approved.narrowing.accounts };
    let mut shown = |what, fits: bool| {
        if !fits {
            found.push(what);
        }
    };
    let (accounts, transactions) = (&document.accounts, &document.transactions);
    shown("whether accounts are shown", accounts.is_some() == terms.shows_accounts());
    shown("whether transactions are shown", transactions.is_some() == terms.shows_transactions());
    shown("an account", accounts.iter().flatten().all(|account| allowed.has_account(account)));
    shown("a transaction", transactions.iter().flatten().all(|row| allowed.has_transaction(row)));
    let count = transactions.as_ref().map_or(0, Vec::len) as u64;
    shown("the number of transactions", count == rows && terms.narrowing.limit.is_none_or(|most| count <= most.into()));
    found
}

/// Returns which parts of what a document says of its grant are not those that were approved.
fn said_otherwise(found: &SliceGrant, approved: &SliceGrant) -> Vec<&'static str> {
    // Every field is named, so that none that is added is forgotten.
    let SliceGrant {
        grant_id,
        version,
        data_as_of: _,
        recipient,
        purpose,
        scopes,
        narrowing,
        created_time,
        expiration_time,
        duration_type,
        max_uses,
        retention_days,
        prohibited_uses,
        request_hash,
        labelled_terms: _,
        issuer,
        witness: _,
    } = found;
    let SliceNarrowing { accounts, account_types, since, until, direction, fields, limit } = narrowing;
    let narrowed = &approved.narrowing;
    let parts = [
        ("the grant id", *grant_id == approved.grant_id),
        ("the version", *version == approved.version),
        ("the recipient", *recipient == approved.recipient),
        ("the purpose", *purpose == approved.purpose),
        ("the scopes", *scopes == approved.scopes),
        ("the accounts", *accounts == narrowed.accounts && *account_types == narrowed.account_types),
        ("the days", *since == narrowed.since && *until == narrowed.until),
        ("the direction", *direction == narrowed.direction),
        ("the fields", *fields == narrowed.fields),
        ("the limit", *limit == narrowed.limit),
        ("the begin", *created_time == approved.created_time),
        ("the end", *expiration_time == approved.expiration_time),
        ("the duration", *duration_type == approved.duration_type),
        ("the number of uses", *max_uses == approved.max_uses),
        ("the retention", *retention_days == approved.retention_days),
        ("the prohibited uses", *prohibited_uses == approved.prohibited_uses),
        ("the request", *request_hash == approved.request_hash),
        ("the issuer", *issuer == approved.issuer),
    ];
    parts.into_iter().filter(|(_, is_approved)| !is_approved).map(|(what, _)| what).collect()
}

/// What may be shown.
struct Allowed<'a> {
    terms: &'a Terms,
    fields: &'a BTreeSet<Field>,
    /// The pseudonyms of the accounts.
    accounts: &'a [String],
}

impl Allowed<'_> {
    fn has_account(&self, account: &SliceAccount) -> bool {
        let SliceAccount {
            account_id,
            name,
            account_type,
            account_number_display,
            account_number,
            currency,
            current_balance,
            balance_as_of,
            balance_source,
            available_balance,
            available_balance_as_of,
        } = account;
        let shown = [
            (Field::AccountId, account_id.is_some()),
            (Field::Name, name.is_some()),
            (Field::AccountType, account_type.is_some()),
            (Field::AccountNumberDisplay, account_number_display.is_some()),
            (Field::AccountNumber, account_number.is_some()),
            (Field::Currency, currency.is_some()),
            (Field::CurrentBalance, current_balance.is_some()),
            (Field::BalanceAsOf, balance_as_of.is_some()),
            (Field::BalanceSource, balance_source.is_some()),
            (Field::AvailableBalance, available_balance.is_some()),
            (Field::AvailableBalanceAsOf, available_balance_as_of.is_some()),
        ];
        let narrowing = &self.terms.narrowing;
        let days = [balance_as_of, available_balance_as_of].into_iter().flatten().flatten();
        let kinds = &narrowing.account_types;
        self.shows(&shown)
            && self.names(account_id)
            && days.into_iter().all(|day| narrowing.until.is_none_or(|until| *day <= until))
            && account_type.iter().flatten().all(|shown| kinds.is_empty() || kinds.iter().any(|k| k.as_str() == shown))
    }

    fn has_transaction(&self, row: &SliceTransaction) -> bool {
        let SliceTransaction {
            transaction_id,
            account_id,
            posted_timestamp,
            amount,
            currency,
            debit_credit_memo,
            status,
            description,
            memo,
            check_number,
            category,
        } = row;
        let shown = [
            (Field::TransactionId, transaction_id.is_some()),
            (Field::AccountId, account_id.is_some()),
            (Field::PostedTimestamp, posted_timestamp.is_some()),
            (Field::Amount, amount.is_some()),
            (Field::Currency, currency.is_some()),
            (Field::DebitCreditMemo, debit_credit_memo.is_some()),
            (Field::Status, status.is_some()),
            (Field::Description, description.is_some()),
            (Field::Memo, memo.is_some()),
            (Field::CheckNumber, check_number.is_some()),
            (Field::Category, category.is_some()),
        ];
        let narrowing = &self.terms.narrowing;
        let is_out = |amount: &str| amount.starts_with('-');
        let goes = |amount: &str| narrowing.direction.is_none_or(|way| (way == Direction::Debits) == is_out(amount));
        self.shows(&shown)
            && self.names(account_id)
            && posted_timestamp.iter().flatten().all(|day| narrowing.admits_day(*day))
            && amount.iter().flatten().all(|amount| goes(amount))
    }

    fn shows(&self, shown: &[(Field, bool)]) -> bool {
        shown.iter().all(|(field, is_shown)| !is_shown || self.fields.contains(field))
    }

    /// Returns whether an account is one that the terms name. The pseudonym is never taken away.
    fn names(&self, account: &Option<Option<String>>) -> bool {
        account.iter().flatten().any(|shown| self.accounts.contains(shown))
    }
}

#[cfg(test)]
#[path = "../../../tests/unit/share/against.rs"]
mod tests;
