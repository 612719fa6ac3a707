use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::crypto::{MacKey, Secret32, SigningKey};
use crate::model::{
    AccountId, AccountNumber, AccountType, Amount, Currency, Day, EntryStatus, GrantId, Micros, TransactionId,
};
use crate::share::terms::tests::sample_fields;
use crate::share::{Direction, Field, Narrowing, Scope, Terms, TermsFields, canonical};

fn key(byte: u8) -> MacKey {
    MacKey::new(&Secret32::take(&mut [byte; 32]))
}

fn edition() -> Edition {
    let issuer = SigningKey::from_seed(&Secret32::take(&mut [5; 32])).unwrap().public_key();
    Edition { version: 1, witness: [0xab; 32], issuer, data_as_of: "2026-11-22".parse().unwrap() }
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn usd(cents: i64) -> Amount {
    Amount::from_micros(Micros::new(cents * 10_000), Currency::USD)
}

fn row(id: i64, on: &str, cents: i64) -> SourceTransaction {
    SourceTransaction {
        id: TransactionId::new(id),
        day: day(on),
        amount: usd(cents),
        status: EntryStatus::Posted,
        description: format!("ROW {id} TO 1234-5678-9012"),
        memo: String::new(),
        check_number: Some("1001".into()),
        category: Some("ACH_DEBIT".into()),
    }
}

fn accounts() -> Vec<SourceAccount> {
    let account = |id, name: &str, kind, transactions| SourceAccount {
        id: AccountId::new(id),
        name: name.to_owned(),
        kind,
        currency: Currency::USD,
        number: AccountNumber::new("000123456789"),
        balance: Some(SourceBalance {
            current: Some(usd(184_210)),
            available: None,
            as_of: Some(day("2026-11-20")),
            available_as_of: None,
            source: BalanceSource::Derived,
        }),
        transactions,
    };
    vec![
        account(
            1,
            "Everyday 000123456789",
            AccountType::Checking,
            vec![row(1, "2026-10-01", 250_000), row(2, "2026-11-02", -4_310)],
        ),
        account(2, "Secret savings", AccountType::Savings, vec![row(3, "2026-11-01", 99_999)]),
        account(3, "Card", AccountType::CreditCard, vec![row(4, "2026-11-02", -1_999), row(5, "2026-10-15", -500)]),
    ]
}

/// Accounts as they are read from a vault that has no others.
fn of(accounts: Vec<SourceAccount>) -> SliceSource {
    let numbers = accounts.iter().filter_map(|account| Some((account.id, account.number.clone()?))).collect();
    SliceSource { accounts, numbers }
}

pub(in crate::share) fn source() -> SliceSource {
    of(accounts())
}

fn slice(change: impl FnOnce(&mut TermsFields)) -> SliceDocument {
    let mut fields = sample_fields();
    change(&mut fields);
    build(&Terms::new(fields).unwrap(), &edition(), &source(), &key(1))
}

fn amounts(document: &SliceDocument) -> Vec<String> {
    document.transactions.iter().flatten().map(|row| row.amount.clone().flatten().unwrap()).collect()
}

#[test]
fn shows_only_the_fields_of_the_scope() {
    let names = |document: &SliceDocument, part: &str| -> Vec<String> {
        let value: Value = serde_json::to_value(document).unwrap();
        value[part][0].as_object().map(|row| row.keys().cloned().collect()).unwrap_or_default()
    };
    let numbers = slice(|t| t.scopes = [Scope::AccountNumbers].into());
    assert_eq!(names(&numbers, "accounts"), ["accountId", "accountNumber"]);
    assert!(numbers.transactions.is_none());
    let rows = slice(|t| t.scopes = [Scope::Transactions].into());
    assert!(rows.accounts.is_none());
    let mut shown = names(&rows, "transactions");
    shown.sort();
    let expected = ["accountId", "amount", "currency", "debitCreditMemo", "postedTimestamp", "status", "transactionId"];
    assert_eq!(shown, expected);
}

#[test]
fn masks_long_numbers_unless_granted() {
    let detail = |extra: &[Scope]| {
        slice(|t| {
            t.scopes = [Scope::TransactionsDetail, Scope::Accounts].into();
            t.scopes.extend(extra);
        })
    };
    let first = |document: &SliceDocument| {
        let row = &document.transactions.as_ref().unwrap()[0];
        let account = &document.accounts.as_ref().unwrap()[0];
        (row.description.clone().flatten().unwrap(), account.name.clone().flatten().unwrap())
    };
    assert_eq!(first(&detail(&[])), ("ROW 1 TO ••••".into(), "Everyday ••••6789".into()));
    let taken_away = slice(|t| {
        t.scopes = [Scope::TransactionsDetail, Scope::AccountNumbers].into();
        t.narrowing.fields = Some([Field::Description].into());
    });
    assert_eq!(taken_away.transactions.unwrap()[0].description, Some(Some("ROW 1 TO ••••".into())));
    let granted = first(&detail(&[Scope::AccountNumbers]));
    assert_eq!(granted, ("ROW 1 TO 1234-5678-9012".into(), "Everyday 000123456789".into()));
}

/// The texts of a slice that banks and the owner wrote, whatever field they are in.
fn foreign_texts(document: &SliceDocument) -> Vec<String> {
    let value = serde_json::to_value(document).unwrap();
    let ours = [
        "accountId",
        "transactionId",
        "amount",
        "currency",
        "debitCreditMemo",
        "status",
        "postedTimestamp",
        "accountType",
        "currentBalance",
        "availableBalance",
        "balanceAsOf",
        "availableBalanceAsOf",
        "balanceSource",
        "accountNumber",
        "accountNumberDisplay",
    ];
    let lists = ["accounts", "transactions"].into_iter().filter_map(|part| value[part].as_array());
    let members = lists.flatten().filter_map(Value::as_object).flatten();
    let texts = members.filter(|(name, _)| !ours.contains(&name.as_str())).filter_map(|(_, text)| text.as_str());
    texts.map(str::to_owned).collect()
}

#[test]
fn masks_own_numbers_in_every_text() {
    // The number of an account that no grant names: seven digits, printed in all sorts of ways.
    let written = ["7654321", "765.4321", "76 54/32-1", "７６５４３２１", "x7654321y", "7_6_5_4_3_2_1"];
    for text in written {
        let mut source = source();
        for account in &mut source.accounts {
            account.name = format!("Pot {text}");
            for row in &mut account.transactions {
                row.description = format!("TO {text}");
                row.memo = text.to_owned();
                row.check_number = Some(text.to_owned());
                row.category = Some(format!("{text} fees"));
            }
        }
        source.numbers.push((AccountId::new(9), AccountNumber::new("7654321").unwrap()));
        for scopes in [vec![], vec![Scope::AccountNumbers]] {
            let mut fields = sample_fields();
            fields.scopes = [Scope::TransactionsDetail, Scope::Accounts].into_iter().chain(scopes).collect();
            let document = build(&Terms::new(fields).unwrap(), &edition(), &source, &key(1));
            let texts = foreign_texts(&document);
            assert_eq!(texts.len(), 2 + 4 * 4, "two accounts, four rows of four texts");
            for shown in texts {
                assert!(shown.contains("••••") && !shown.contains("54"), "{text:?} became {shown:?}");
                assert!(!shown.contains("32") && !shown.contains("３２"), "{text:?} became {shown:?}");
            }
        }
    }
}

#[test]
fn a_name_shows_the_last_four_digits_where_the_slice_does() {
    let name = |kept: &[Field]| {
        let document = slice(|t| {
            t.scopes = [Scope::Accounts].into();
            t.narrowing.fields = Some(kept.iter().copied().collect());
        });
        document.accounts.unwrap().remove(0).name.flatten().unwrap()
    };
    assert_eq!(name(&[Field::Name, Field::AccountNumberDisplay]), "Everyday ••••6789");
    assert_eq!(name(&[Field::Name]), "Everyday ••••");
}

#[test]
fn narrows_the_rows_that_the_caller_passes() {
    let rows = |narrowing: Narrowing| {
        amounts(&slice(|t| {
            t.scopes = [Scope::Transactions].into();
            t.narrowing = Narrowing { accounts: vec![AccountId::new(1), AccountId::new(3)], ..narrowing };
        }))
    };
    assert_eq!(rows(Narrowing::default()), ["2500.00", "-43.10", "-5.00", "-19.99"]);
    assert_eq!(rows(Narrowing { limit: Some(2), ..Narrowing::default() }), ["-43.10", "-19.99"]);
    assert_eq!(rows(Narrowing { limit: Some(1), ..Narrowing::default() }), ["-19.99"]);
    assert_eq!(rows(Narrowing { direction: Some(Direction::Credits), ..Narrowing::default() }), ["2500.00"]);
    let october = Narrowing { until: Some(day("2026-10-31")), since: Some(day("2026-10-02")), ..Narrowing::default() };
    assert_eq!(rows(october), ["-5.00"]);
    assert_eq!(rows(Narrowing { account_types: vec![AccountType::CreditCard], ..Narrowing::default() }).len(), 2);
}

#[test]
fn omits_a_balance_of_a_later_day() {
    let balance = |until: &str| {
        let document = slice(|t| t.narrowing.until = Some(day(until)));
        let account = document.accounts.unwrap().remove(0);
        (account.current_balance, account.balance_as_of, account.balance_source)
    };
    assert_eq!(balance("2026-11-19"), (Some(None), Some(None), Some(Some("NONE".into()))));
    assert_eq!(balance("2026-11-20").0, Some(Some("1842.10".into())));
}

#[test]
fn pseudonyms_are_stable_in_a_grant_and_differ_between_grants() {
    let ids = |grant: u8, secret: u8| {
        let mut fields = sample_fields();
        fields.grant_id = GrantId::from_random([grant; 16]);
        fields.scopes = [Scope::Accounts, Scope::Transactions].into();
        let document = build(&Terms::new(fields).unwrap(), &edition(), &source(), &key(secret));
        let rows = document.transactions.unwrap();
        let accounts: BTreeSet<_> = document.accounts.unwrap().into_iter().filter_map(|a| a.account_id?).collect();
        assert!(rows.iter().all(|row| accounts.contains(row.account_id.as_ref().unwrap().as_ref().unwrap())));
        let rows: BTreeSet<_> = rows.into_iter().filter_map(|row| row.transaction_id?).collect();
        accounts.union(&rows).cloned().collect::<BTreeSet<String>>()
    };
    assert_eq!(ids(1, 1), ids(1, 1));
    assert!(ids(1, 1).is_disjoint(&ids(2, 1)), "another grant");
    assert!(ids(1, 1).is_disjoint(&ids(1, 2)), "another vault");
    assert_eq!(ids(1, 1).len(), 6);
    assert!(ids(1, 1).iter().all(|id| id.len() == 22));
}

#[test]
fn tells_the_end_to_the_second_and_everything_else_by_the_day() {
    let document = slice(|t| {
        t.scopes = Scope::ALL.into();
        t.created_time = "2026-11-22T08:09:10Z".parse().unwrap();
    });
    let value = serde_json::to_value(&document).unwrap();
    assert_eq!(
        (&value["grant"]["createdTime"], &value["grant"]["dataAsOf"]),
        (&"2026-11-22".into(), &"2026-11-22".into())
    );
    let text = String::from_utf8(document.to_canonical_bytes().unwrap()).unwrap();
    let end = document.grant.expiration_time.to_string();
    assert!(text.contains(&end) && !text.replace(&end, "").contains(":0"), "{text}");
}

#[test]
fn the_data_hash_ignores_the_edition() {
    let document = slice(|_| {});
    let mut later = document.clone();
    later.grant.version = 2;
    later.grant.witness = String::new();
    assert_eq!(document.data_hash().unwrap(), later.data_hash().unwrap());
    let narrower = slice(|t| t.narrowing.accounts = vec![AccountId::new(1)]);
    assert_ne!(document.data_hash().unwrap(), narrower.data_hash().unwrap());
}

fn any_terms() -> impl Strategy<Value = Terms> {
    let days = || prop::option::of((0i32..60).prop_map(|n| day("2026-10-01").plus_days(n)));
    let fields = prop::collection::btree_set(prop::sample::select(Field::ALL.to_vec()), 0..8);
    (
        prop::collection::btree_set(prop::sample::select(Scope::ALL.to_vec()), 1..4),
        prop::collection::vec(1i64..5, 1..4),
        prop::option::of(prop::sample::select(vec![AccountType::Checking, AccountType::CreditCard])),
        (days(), days()),
        prop::option::of(prop::sample::select(Direction::ALL.to_vec())),
        prop::option::of(fields),
        prop::option::of(1u32..5),
    )
        .prop_map(|(scopes, accounts, kind, (a, b), direction, fields, limit)| {
            let mut terms = sample_fields();
            let held = Scope::fields(&scopes);
            let (since, until) =
                if let (Some(a), Some(b)) = (a, b) { (Some(a.min(b)), Some(a.max(b))) } else { (a, b) };
            terms.scopes = scopes;
            terms.narrowing = Narrowing {
                accounts: accounts.into_iter().map(AccountId::new).collect(),
                account_types: kind.into_iter().collect(),
                since,
                until,
                direction,
                fields: fields.map(|kept| kept.intersection(&held).copied().collect()),
                limit,
            };
            Terms::new(terms).unwrap()
        })
}

/// A row: days after the first, whether money goes out, what the bank wrote.
type AnyRow = (i32, bool, String);

/// Four accounts with rows in any order; the amount of a row tells its account and number.
fn any_accounts() -> impl Strategy<Value = Vec<SourceAccount>> {
    let rows = prop::collection::vec((0i32..60, any::<bool>(), "[0-9 a-z-]{0,20}"), 0..8);
    prop::collection::vec((rows, 0i32..60), 4).prop_map(|all| {
        let templates = accounts();
        let account = |(index, (rows, as_of)): (usize, (Vec<AnyRow>, i32))| {
            let number = i64::try_from(index).unwrap() + 1;
            let first = day("2026-10-01");
            let make = |(position, (offset, out, text)): (usize, AnyRow)| {
                let cents = number * 1000 + i64::try_from(position).unwrap();
                SourceTransaction {
                    description: text.clone(),
                    memo: text,
                    day: first.plus_days(offset),
                    ..row(cents, "2026-10-01", if out { -cents } else { cents })
                }
            };
            let mut account = templates[index % 3].clone();
            account.id = AccountId::new(number);
            account.balance.as_mut().unwrap().as_of = Some(first.plus_days(as_of));
            account.transactions = rows.into_iter().enumerate().map(make).collect();
            account
        };
        all.into_iter().enumerate().map(account).collect()
    })
}

/// Every number of a JSON value is whole, and no string names a row of the vault.
fn assert_plain(value: &Value) {
    match value {
        Value::Number(number) => assert!(number.is_u64(), "{number}"),
        Value::String(text) => assert!(!text.contains("acc-") && !text.contains("txn-"), "{text}"),
        Value::Array(items) => items.iter().for_each(assert_plain),
        Value::Object(members) => members.values().for_each(assert_plain),
        _ => {}
    }
}

proptest! {
    #[test]
    fn a_slice_never_holds_more_than_its_terms(terms in any_terms(), accounts in any_accounts()) {
        let document = build(&terms, &edition(), &of(accounts.clone()), &key(1));
        let bytes = document.to_canonical_bytes().unwrap();
        prop_assert_eq!(&bytes, &canonical::to_bytes(&document).unwrap());
        let value: Value = serde_json::from_slice(&bytes).unwrap();
        assert_plain(&value);

        let pinned: BTreeSet<&str> =
            document.grant.narrowing.accounts.iter().map(String::as_str).collect();
        let visible: BTreeSet<&str> = terms.visible_fields().into_iter().map(Field::as_str).collect();
        let none = Vec::new();
        for part in ["accounts", "transactions"] {
            for item in value.get(part).and_then(Value::as_array).unwrap_or(&none) {
                prop_assert!(item.as_object().unwrap().keys().all(|name| visible.contains(name.as_str())));
                prop_assert!(pinned.contains(item["accountId"].as_str().unwrap()));
                // The same again, read off the table of scopes and not asked of the code.
                for name in item.as_object().unwrap().keys() {
                    let scope = match name.as_str() {
                        "accountNumber" => Some(Scope::AccountNumbers),
                        "description" | "memo" | "checkNumber" | "category" => Some(Scope::TransactionsDetail),
                        text if text.contains("alance") => Some(Scope::Balances),
                        _ => None,
                    };
                    prop_assert!(scope.is_none_or(|scope| terms.scopes.contains(&scope)), "{name}");
                    let kept = terms.narrowing.fields.as_ref();
                    let named = kept.is_none_or(|kept| kept.iter().any(|field| field.as_str() == name));
                    prop_assert!(named || ["accountId", "transactionId", "currency"].contains(&name.as_str()), "{name}");
                }
                for name in ["postedTimestamp", "balanceAsOf", "availableBalanceAsOf"] {
                    if let Some(text) = item.get(name).and_then(Value::as_str) {
                        prop_assert!(terms.narrowing.until.is_none_or(|until| day(text) <= until));
                        prop_assert!(part == "accounts" || terms.narrowing.since.is_none_or(|since| since <= day(text)));
                    }
                }
                for name in ["name", "description", "memo", "checkNumber", "category"] {
                    let masked = !visible.contains("accountNumber");
                    if let Some(text) = item.get(name).and_then(Value::as_str).filter(|_| masked) {
                        prop_assert!(text.split(|c: char| !c.is_ascii_digit()).all(|run| run.len() < 8));
                    }
                }
            }
        }
        // The rows are exactly those that an independent reading of the terms leaves, newest first.
        let narrowing = &terms.narrowing;
        let mut left: Vec<(Day, &SourceTransaction)> = accounts
            .iter()
            .filter(|a| narrowing.accounts.contains(&a.id))
            .filter(|a| narrowing.account_types.first().is_none_or(|kind| *kind == a.kind))
            .flat_map(|a| &a.transactions)
            .filter(|row| narrowing.since.is_none_or(|d| row.day >= d) && narrowing.until.is_none_or(|d| row.day <= d))
            .filter(|row| match narrowing.direction {
                None => true,
                Some(Direction::Credits) => !row.amount.is_negative(),
                Some(Direction::Debits) => row.amount.is_negative(),
            })
            .map(|row| (row.day, row))
            .collect();
        left.sort_by_key(|(on, _)| std::cmp::Reverse(*on));
        let count = left.len().min(narrowing.limit.map_or(usize::MAX, |n| usize::try_from(n).unwrap()));
        if let Some(rows) = &document.transactions {
            prop_assert_eq!(rows.len(), count);
            if visible.contains("postedTimestamp") {
                let mut days: BTreeMap<Day, usize> = BTreeMap::new();
                left[..count].iter().for_each(|(on, _)| *days.entry(*on).or_default() += 1);
                for row in rows {
                    let left = days.get_mut(&row.posted_timestamp.unwrap().unwrap()).unwrap();
                    prop_assert!(*left > 0);
                    *left -= 1;
                }
            }
        }
        prop_assert_eq!(document.accounts.is_some(), terms.shows_accounts());

        let read: SliceDocument = serde_json::from_slice(&bytes).unwrap();
        prop_assert_eq!(&read, &document);
        prop_assert_eq!(read.to_canonical_bytes().unwrap(), bytes);
    }
}
