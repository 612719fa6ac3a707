//! The policy: what it allows, asks and denies.

use proptest::prelude::*;

use super::*;
use crate::share::terms::tests::sample_fields;

fn terms(days: u32, recipient: &str, scopes: &[Scope]) -> Terms {
    let mut fields = sample_fields();
    fields.expiration_time = fields.created_time.plus_days(days);
    fields.recipient.name = recipient.to_owned();
    fields.scopes = scopes.iter().copied().collect();
    Terms::new(fields).unwrap()
}

fn now() -> Timestamp {
    sample_fields().created_time
}

#[test]
fn a_person_decides_by_default() {
    let decision = decide(&terms(30, "Acme Lending", &[Scope::Balances]), &Policy::default(), now());
    let expected = [
        Reason::TooLong { days: 30, allowed_days: 0 },
        Reason::RecipientNotAllowed("Acme Lending".into()),
        Reason::ScopeNotAllowed(Scope::Balances),
    ];
    assert_eq!(decision, Decision::Ask(expected.into()));
}

#[test]
fn an_allowed_scope_allows_what_it_contains_and_no_more() {
    let policy = Policy {
        maximum_days: 30,
        allowed_scopes: [Scope::Balances, Scope::Transactions].into(),
        allowed_recipients: ["Acme Lending".to_owned()].into(),
        ..Policy::default()
    };
    let decide = |days, name, scopes: &[Scope]| decide(&terms(days, name, scopes), &policy, now());
    assert_eq!(decide(30, " Acme Lending ", &[Scope::Accounts, Scope::Balances]), Decision::Allow);
    for refused in [
        decide(31, "Acme Lending", &[Scope::Balances]),
        decide(30, "ACME Lending", &[Scope::Balances]),
        decide(30, "Acme Lending", &[Scope::TransactionsDetail]),
        decide(30, "Acme Lending", &[Scope::Balances, Scope::AccountNumbers]),
    ] {
        assert!(matches!(&refused, Decision::Ask(reasons) if reasons.len() == 1), "{refused:?}");
    }
}

#[test]
fn a_denied_scope_is_denied_inside_a_wider_one() {
    let mut policy = Policy::default();
    let change = PolicyChange {
        deny_scopes: vec![Scope::Transactions],
        deny_recipients: vec!["Bad' Corp".into()],
        ..PolicyChange::default()
    };
    change.apply(&mut policy);
    let decision = decide(&terms(1, "BAD corp", &[Scope::TransactionsDetail]), &policy, now());
    let expected = [Reason::RecipientDenied("BAD corp".into()), Reason::ScopeDenied(Scope::Transactions)];
    assert_eq!(decision, Decision::Deny(expected.into()));
}

#[test]
fn denies_what_one_change_allows_and_denies() {
    let mut policy = Policy::default();
    let (scopes, names) = (vec![Scope::Accounts], vec!["Acme".to_owned()]);
    let change = PolicyChange {
        allow_scopes: scopes.clone(),
        deny_scopes: scopes,
        allow_recipients: names.clone(),
        deny_recipients: names,
        ..PolicyChange::default()
    };
    change.apply(&mut policy);
    let denied = Policy {
        denied_scopes: [Scope::Accounts].into(),
        denied_recipients: ["Acme".to_owned()].into(),
        ..Policy::default()
    };
    assert_eq!(policy, denied);
}

#[test]
fn denies_what_has_ended() {
    let terms = terms(1, "Acme", &[Scope::Accounts]);
    let ended = Reason::Ended(terms.expiration_time);
    assert_eq!(ended.change(), None);
    assert_eq!(decide(&terms, &Policy::default(), terms.expiration_time), Decision::Deny(vec![ended]));
}

fn scopes() -> impl Strategy<Value = BTreeSet<Scope>> {
    prop::collection::btree_set(prop::sample::select(Scope::ALL.to_vec()), 0..4)
}

/// What a grant asks for: a scope at least.
fn asked() -> impl Strategy<Value = BTreeSet<Scope>> {
    prop::collection::btree_set(prop::sample::select(Scope::ALL.to_vec()), 1..4)
}

fn names() -> impl Strategy<Value = BTreeSet<String>> {
    prop::collection::btree_set(prop::sample::select(vec!["Acme".to_owned(), "BOB".into(), "it's".into()]), 0..3)
}

proptest! {
    #[test]
    fn allows_after_the_changes_that_the_reasons_name(
        (allowed_scopes, denied_scopes) in (scopes(), scopes()),
        (allowed_recipients, denied_recipients) in (names(), names()),
        maximum_days in 0u32..400,
        asked in asked(),
        days in 1u32..=365,
        name in prop::sample::select(vec!["acme", "Bob ", "IT'S"]),
    ) {
        let asked: Vec<Scope> = asked.into_iter().collect();
        let terms = terms(days, name, &asked);
        let mut policy =
            Policy { maximum_days, allowed_scopes, denied_scopes, allowed_recipients, denied_recipients };
        for _ in 0..3 {
            let reasons = match decide(&terms, &policy, now()) {
                Decision::Allow => break,
                Decision::Ask(reasons) | Decision::Deny(reasons) => reasons,
            };
            reasons.iter().filter_map(Reason::change).for_each(|change| change.apply(&mut policy));
        }
        prop_assert_eq!(decide(&terms, &policy, now()), Decision::Allow);
    }

    #[test]
    fn a_denied_scope_never_leaves(denied in scopes(), asked in asked(), allowed in scopes()) {
        let hit = Scope::closure(&asked).intersection(&denied).next().is_some();
        let asked: Vec<Scope> = asked.into_iter().collect();
        let policy = Policy { allowed_scopes: allowed, denied_scopes: denied, ..Policy::default() };
        let refused = matches!(decide(&terms(1, "Acme", &asked), &policy, now()), Decision::Deny(_));
        prop_assert_eq!(refused, hit);
    }
}
