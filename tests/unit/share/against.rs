//! Every part of a slice that departs from what was approved is named, each alone.

use super::*;
use crate::crypto::{Secret32, SigningKey};
use crate::model::{AccountId, AccountType, Day, GrantId};
use crate::share::slice::build;
use crate::share::slice::document::Issuer;
use crate::share::slice::tests::source;
use crate::share::terms::tests::sample_fields;
use crate::share::{DurationType, RecipientKind, Scope};

fn seed(byte: u8) -> Secret32 {
    Secret32::take(&mut [byte; 32])
}

fn issuer(byte: u8) -> Issuer {
    let public_key = SigningKey::from_seed(&seed(byte)).unwrap().public_key();
    Issuer { public_key, fingerprint: public_key.fingerprint() }
}

fn edition() -> Edition {
    let data_as_of = "2026-11-22".parse().unwrap();
    Edition { version: 1, witness: [0xab; 32], issuer: issuer(5).public_key, data_as_of }
}

/// Money out of accounts of two kinds, in two months, with balances and without texts.
fn terms(limit: u32) -> Terms {
    let mut fields = sample_fields();
    fields.scopes = [Scope::Balances, Scope::TransactionsDetail].into();
    fields.narrowing.accounts = vec![AccountId::new(1), AccountId::new(3)];
    fields.narrowing.account_types = vec![AccountType::Checking, AccountType::CreditCard];
    fields.narrowing.since = Some("2026-10-01".parse().unwrap());
    fields.narrowing.until = Some("2026-11-30".parse().unwrap());
    fields.narrowing.direction = Some(Direction::Debits);
    fields.narrowing.limit = Some(limit);
    let shown = [Field::AccountType, Field::Amount, Field::PostedTimestamp, Field::CurrentBalance, Field::BalanceAsOf];
    fields.narrowing.fields = Some(shown.into());
    fields.request_hash = Some("ab".repeat(32));
    fields.max_uses = Some(3);
    Terms::new(fields).unwrap()
}

type Change = fn(&mut SliceDocument);

fn account(slice: &mut SliceDocument) -> &mut SliceAccount {
    &mut slice.accounts.as_mut().unwrap()[0]
}

fn row(slice: &mut SliceDocument) -> &mut SliceTransaction {
    &mut slice.transactions.as_mut().unwrap()[0]
}

fn text() -> Option<Option<String>> {
    Some(Some("1".to_owned()))
}

fn day(day: &str) -> Day {
    day.parse().unwrap()
}

const SAID: &[(&str, Change)] = &[
    ("the grant id", |slice| slice.grant.grant_id = GrantId::from_random([9; 16])),
    ("the version", |slice| slice.grant.version = 2),
    ("the recipient", |slice| slice.grant.recipient.name.push('x')),
    ("the recipient", |slice| slice.grant.recipient.kind = RecipientKind::Person),
    ("the purpose", |slice| slice.grant.purpose.dpv = None),
    ("the scopes", |slice| slice.grant.scopes = [Scope::Balances].into()),
    ("the accounts", |slice| drop(slice.grant.narrowing.accounts.pop())),
    ("the accounts", |slice| slice.grant.narrowing.account_types.clear()),
    ("the days", |slice| slice.grant.narrowing.since = Some(day("2026-09-30"))),
    ("the days", |slice| slice.grant.narrowing.until = None),
    ("the direction", |slice| slice.grant.narrowing.direction = None),
    ("the fields", |slice| slice.grant.narrowing.fields = None),
    ("the limit", |slice| slice.grant.narrowing.limit = Some(11)),
    ("the begin", |slice| slice.grant.created_time = day("2026-11-21")),
    ("the end", |slice| slice.grant.expiration_time = "2026-12-22T08:00:01Z".parse().unwrap()),
    ("the duration", |slice| slice.grant.duration_type = DurationType::OneTime),
    ("the number of uses", |slice| slice.grant.max_uses = None),
    ("the retention", |slice| slice.grant.retention_days = None),
    ("the prohibited uses", |slice| slice.grant.prohibited_uses.clear()),
    ("the request", |slice| slice.grant.request_hash = None),
    ("the issuer", |slice| slice.grant.issuer = issuer(6)),
];

const SHOWN: &[(&str, Change)] = &[
    ("whether accounts are shown", |slice| slice.accounts = None),
    ("an account", |slice| account(slice).account_id = None),
    ("an account", |slice| account(slice).account_id = text()),
    ("an account", |slice| account(slice).name = text()),
    ("an account", |slice| account(slice).account_type = Some(Some("SAVINGS".to_owned()))),
    ("an account", |slice| account(slice).account_number_display = text()),
    ("an account", |slice| account(slice).account_number = text()),
    ("an account", |slice| account(slice).balance_as_of = Some(Some(day("2026-12-01")))),
    ("an account", |slice| account(slice).balance_source = Some(None)),
    ("an account", |slice| account(slice).available_balance = Some(None)),
    ("an account", |slice| account(slice).available_balance_as_of = Some(None)),
    ("a transaction", |slice| row(slice).account_id = text()),
    ("a transaction", |slice| row(slice).posted_timestamp = Some(Some(day("2026-09-30")))),
    ("a transaction", |slice| row(slice).posted_timestamp = Some(Some(day("2026-12-01")))),
    ("a transaction", |slice| row(slice).amount = Some(Some("19.99".to_owned()))),
    ("a transaction", |slice| row(slice).debit_credit_memo = Some(None)),
    ("a transaction", |slice| row(slice).status = Some(None)),
    ("a transaction", |slice| row(slice).description = text()),
    ("a transaction", |slice| row(slice).memo = Some(None)),
    ("a transaction", |slice| row(slice).check_number = Some(None)),
    ("a transaction", |slice| row(slice).category = text()),
    ("the number of transactions", |slice| drop(slice.transactions.as_mut().unwrap().pop())),
    ("the number of transactions", |slice| {
        let rows = slice.transactions.as_mut().unwrap();
        rows.push(rows[0].clone());
    }),
];

#[test]
fn names_each_departure_alone() {
    let (own, edition) = (terms(10), edition());
    let key = MacKey::new(&seed(1));
    let sound = build(&own, &edition, &source(), &key);
    let rows = sound.transactions.as_ref().unwrap().len() as u64;
    assert!(rows >= 2 && sound.accounts.as_ref().unwrap().len() == 2, "{sound:?}");
    assert_eq!(departures(&sound, &own, &edition, rows, &key), [""; 0]);
    for (number, (named, change)) in SAID.iter().chain(SHOWN).enumerate() {
        let mut slice = sound.clone();
        change(&mut slice);
        assert_eq!(departures(&slice, &own, &edition, rows, &key), [*named], "case {number}");
    }
    // Of a slice that shows no transactions, some.
    let mut fields = sample_fields();
    fields.scopes = [Scope::Balances].into();
    let narrow = Terms::new(fields).unwrap();
    let mut slice = build(&narrow, &edition, &source(), &key);
    slice.transactions = Some(Vec::new());
    assert_eq!(departures(&slice, &narrow, &edition, 0, &key), ["whether transactions are shown"]);
    // More than the limit, also where as many were sealed.
    let one = terms(1);
    let mut slice = sound.clone();
    slice.grant.narrowing.limit = Some(1);
    assert_eq!(departures(&slice, &one, &edition, rows, &key), ["the number of transactions"]);
}
