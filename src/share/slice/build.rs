//! Makes a slice from accounts and terms.

use std::collections::BTreeSet;

use data_encoding::HEXLOWER;

use super::document::{ATTESTATION, Issuer, SliceAccount, SliceDocument, SliceGrant, SliceNarrowing, SliceTransaction};
use super::source::{BalanceSource, SliceSource, SourceAccount, SourceBalance, SourceTransaction};
use crate::crypto::{MacKey, PublicKey};
use crate::model::{AccountId, AccountNumber, Amount, Day, DebitCredit, GrantId, SYMBOLS};
use crate::share::mask::Mask;
use crate::share::{Field, Terms};

/// Symbols of a pseudonym: 100 bits.
const PSEUDONYM_LEN: usize = 20;
const PSEUDONYM_LABEL: &[u8] = b"finvault pseudonym v1";

/// Which version of a grant's data a slice is.
#[derive(Clone, Copy, Debug)]
pub struct Edition {
    /// Counts from 1; each sealing of changed data is a new one.
    pub version: u32,
    /// HMAC(grant key, head).
    pub witness: [u8; 32],
    /// The key that will sign.
    pub issuer: PublicKey,
    /// The day on which the data were read, in UTC.
    pub data_as_of: Day,
}

/// How much of the transactions a slice shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// How many rows.
    pub rows: u64,
    /// The day of the oldest one; nothing without rows.
    pub first: Option<Day>,
    /// The day of the newest one.
    pub last: Option<Day>,
}

/// Returns how much of the transactions [`build`] shows of the accounts, whichever fields of them.
pub fn extent(terms: &Terms, source: &SliceSource) -> Extent {
    if !terms.shows_transactions() {
        return Extent::default();
    }
    let rows = selected(terms, &admitted(terms, &source.accounts));
    let days = || rows.iter().map(|(_, row)| row.day);
    Extent { rows: rows.len() as u64, first: days().min(), last: days().max() }
}

/// Makes the document: of the accounts passed in, what the terms show, and nothing else.
///
/// Accounts that the terms do not name, days, directions and rows beyond the limit are left out here even if the
/// caller selected them. Accounts keep the order in which they are passed in.
pub fn build(terms: &Terms, edition: &Edition, source: &SliceSource, pseudonym_key: &MacKey) -> SliceDocument {
    let admitted = admitted(terms, &source.accounts);
    let builder = Builder::new(terms, pseudonym_key, &admitted, &source.numbers);
    SliceDocument {
        grant: builder.grant(edition),
        accounts: terms.shows_accounts().then(|| admitted.iter().map(|a| builder.account(a)).collect()),
        transactions: terms.shows_transactions().then(|| builder.transactions(&admitted)),
        attestation: ATTESTATION.to_owned(),
    }
}

/// Returns what a document says of its grant.
pub(super) fn said(terms: &Terms, edition: &Edition, pseudonym_key: &MacKey) -> SliceGrant {
    Builder::new(terms, pseudonym_key, &[], &[]).grant(edition)
}

/// Returns what is masked in texts: every number, unless full numbers are granted; then those of the other accounts.
fn masking(fields: &BTreeSet<Field>, admitted: &[&SourceAccount], numbers: &[(AccountId, AccountNumber)]) -> Mask {
    let shown: Vec<&AccountNumber> = admitted.iter().filter_map(|account| account.number.as_ref()).collect();
    if fields.contains(&Field::AccountNumber) {
        let hidden = numbers
            .iter()
            .filter(|(id, number)| !shown.contains(&number) && !admitted.iter().any(|account| account.id == *id));
        return Mask::only(hidden.map(|(_, number)| number));
    }
    let all = numbers.iter().map(|(_, number)| number).chain(shown.iter().copied());
    let shows_ends = fields.contains(&Field::AccountNumberDisplay);
    Mask::all(all, shows_ends.then_some(&shown[..]))
}

fn admitted<'a>(terms: &Terms, accounts: &'a [SourceAccount]) -> Vec<&'a SourceAccount> {
    accounts.iter().filter(|account| terms.narrowing.admits_account(account.id, account.kind)).collect()
}

/// Returns the rows that the terms show, each with the index of its account.
fn selected<'a>(terms: &Terms, accounts: &[&'a SourceAccount]) -> Vec<(usize, &'a SourceTransaction)> {
    let narrowing = &terms.narrowing;
    let mut rows: Vec<(usize, &SourceTransaction)> = Vec::new();
    for (index, account) in accounts.iter().enumerate() {
        let start = rows.len();
        let admitted = account.transactions.iter().filter(|row| {
            narrowing.admits_day(row.day) && narrowing.direction.is_none_or(|way| way.admits(&row.amount))
        });
        rows.extend(admitted.map(|row| (index, row)));
        // Stable: rows of one day stay in the order of the vault.
        rows[start..].sort_by_key(|(_, row)| row.day);
    }
    if let Some(limit) = narrowing.limit {
        keep_newest(&mut rows, usize::try_from(limit).unwrap_or(usize::MAX));
    }
    rows
}

struct Builder<'a> {
    terms: &'a Terms,
    fields: BTreeSet<Field>,
    names: Pseudonyms<'a>,
    mask: Mask,
}

impl<'a> Builder<'a> {
    fn new(
        terms: &'a Terms,
        key: &'a MacKey,
        admitted: &[&SourceAccount],
        numbers: &[(AccountId, AccountNumber)],
    ) -> Builder<'a> {
        let fields = terms.visible_fields();
        let names = Pseudonyms { key, grant_id: &terms.grant_id };
        Builder { terms, mask: masking(&fields, admitted, numbers), fields, names }
    }

    /// Shows a value if its field is shown. Every value goes through here: nothing is asked for a field that is not shown.
    fn show<T>(&self, field: Field, value: impl FnOnce() -> Option<T>) -> Option<Option<T>> {
        self.fields.contains(&field).then(value)
    }

    fn grant(&self, edition: &Edition) -> SliceGrant {
        let terms = self.terms;
        let narrowing = &terms.narrowing;
        SliceGrant {
            grant_id: terms.grant_id.clone(),
            version: edition.version,
            data_as_of: edition.data_as_of,
            recipient: terms.recipient.clone(),
            purpose: terms.purpose.clone(),
            scopes: terms.scopes.clone(),
            narrowing: SliceNarrowing {
                accounts: narrowing.accounts.iter().map(|id| self.names.account(*id)).collect(),
                account_types: narrowing.account_types.clone(),
                since: narrowing.since,
                until: narrowing.until,
                direction: narrowing.direction,
                fields: narrowing.fields.as_ref().map(|_| self.fields.clone()),
                limit: narrowing.limit,
            },
            created_time: terms.created_time.day(),
            expiration_time: terms.expiration_time,
            duration_type: terms.duration_type,
            max_uses: terms.allowed_uses(),
            retention_days: terms.retention_days,
            prohibited_uses: terms.prohibited_uses.clone(),
            request_hash: terms.request_hash.clone(),
            labelled_terms: terms.labelled(),
            issuer: Issuer { public_key: edition.issuer, fingerprint: edition.issuer.fingerprint() },
            witness: HEXLOWER.encode(&edition.witness),
        }
    }

    fn account(&self, account: &SourceAccount) -> SliceAccount {
        let number = account.number.as_ref();
        let balance = self.balance(account);
        let text = |amount: Option<Amount>| amount.map(|a| a.to_string());
        SliceAccount {
            account_id: self.show(Field::AccountId, || Some(self.names.account(account.id))),
            name: self.show(Field::Name, || Some(self.mask.name(&account.name, number))),
            account_type: self.show(Field::AccountType, || Some(account.kind.as_str().to_owned())),
            account_number_display: self.show(Field::AccountNumberDisplay, || number.map(|n| n.last_four())),
            account_number: self.show(Field::AccountNumber, || number.map(|n| n.full().to_owned())),
            currency: self.show(Field::Currency, || Some(account.currency.to_string())),
            current_balance: self.show(Field::CurrentBalance, || text(balance.current)),
            balance_as_of: self.show(Field::BalanceAsOf, || balance.as_of),
            balance_source: self.show(Field::BalanceSource, || Some(balance.source.as_str().to_owned())),
            available_balance: self.show(Field::AvailableBalance, || text(balance.available)),
            available_balance_as_of: self.show(Field::AvailableBalanceAsOf, || balance.available_as_of),
        }
    }

    /// Returns the balances, without one of a day after the last day of the terms. A balance sums up every day before it,
    /// so the first day of the terms does not bear on it.
    fn balance(&self, account: &SourceAccount) -> SourceBalance {
        let none = SourceBalance {
            current: None,
            available: None,
            as_of: None,
            available_as_of: None,
            source: BalanceSource::None,
        };
        let mut balance = account.balance.unwrap_or(none);
        if let Some(until) = self.terms.narrowing.until {
            if balance.as_of.is_none_or(|day| day > until) {
                balance = SourceBalance { current: None, as_of: None, source: BalanceSource::None, ..balance };
            }
            if balance.available_as_of.is_none_or(|day| day > until) {
                balance = SourceBalance { available: None, available_as_of: None, ..balance };
            }
        }
        balance
    }

    fn transactions(&self, accounts: &[&SourceAccount]) -> Vec<SliceTransaction> {
        let names: Vec<String> = accounts.iter().map(|account| self.names.account(account.id)).collect();
        let rows = selected(self.terms, accounts).into_iter();
        rows.map(|(index, row)| self.transaction(&names[index], row)).collect()
    }

    fn transaction(&self, account: &str, row: &SourceTransaction) -> SliceTransaction {
        let some_text = |text: &str| (!text.is_empty()).then(|| self.mask.text(text));
        let way = DebitCredit::of(row.amount.micros());
        SliceTransaction {
            transaction_id: self.show(Field::TransactionId, || Some(self.names.make("t_", &row.id.to_string()))),
            account_id: self.show(Field::AccountId, || Some(account.to_owned())),
            posted_timestamp: self.show(Field::PostedTimestamp, || Some(row.day)),
            amount: self.show(Field::Amount, || Some(row.amount.to_string())),
            currency: self.show(Field::Currency, || Some(row.amount.currency().to_string())),
            debit_credit_memo: self.show(Field::DebitCreditMemo, || Some(way.to_string())),
            status: self.show(Field::Status, || Some(row.status.as_str().to_owned())),
            description: self.show(Field::Description, || some_text(&row.description)),
            memo: self.show(Field::Memo, || some_text(&row.memo)),
            check_number: self.show(Field::CheckNumber, || row.check_number.as_deref().and_then(some_text)),
            category: self.show(Field::Category, || row.category.as_deref().and_then(some_text)),
        }
    }
}

/// Keeps the newest rows of all accounts together; of rows of one day, those that stand last.
fn keep_newest(rows: &mut Vec<(usize, &SourceTransaction)>, limit: usize) {
    if rows.len() <= limit {
        return;
    }
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by_key(|&position| (rows[position].1.day, position));
    let kept: BTreeSet<usize> = order.split_off(order.len() - limit).into_iter().collect();
    let mut position = 0;
    rows.retain(|_| {
        position += 1;
        kept.contains(&(position - 1))
    });
}

/// Ids that mean something inside one grant only.
struct Pseudonyms<'a> {
    key: &'a MacKey,
    grant_id: &'a GrantId,
}

impl Pseudonyms<'_> {
    fn account(&self, id: AccountId) -> String {
        self.make("a_", &id.to_string())
    }

    /// `prefix | first 100 bits of HMAC-SHA256(key, label | grant id | prefix | local id)`; all but the last have
    /// a fixed length, so that no two inputs run together.
    fn make(&self, prefix: &str, local: &str) -> String {
        let parts = [PSEUDONYM_LABEL, self.grant_id.as_str().as_bytes(), prefix.as_bytes(), local.as_bytes()];
        format!("{prefix}{}", &SYMBOLS.encode(&self.key.mac(&parts))[..PSEUDONYM_LEN])
    }
}
