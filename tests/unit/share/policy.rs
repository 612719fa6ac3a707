//! The policy: what its rules allow, ask and deny, each dimension at its border.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::model::{AccountId, Day};
use crate::share::rule::{DEFAULT_WINDOW, Denial};
use crate::share::slice::Extent;
use crate::share::terms::tests::sample_fields;
use crate::share::{DurationType, Scope, TermsFields};

const TEN_ROWS: Extent = Extent { rows: 10, first: None, last: None };

/// The sample terms: 30 days, balances, accounts 1 and 3, ongoing, for Acme Lending.
fn terms(change: impl FnOnce(&mut TermsFields)) -> Terms {
    let mut fields = sample_fields();
    change(&mut fields);
    Terms::new(fields).unwrap()
}

fn now() -> Timestamp {
    sample_fields().created_time
}

/// What covers the sample terms and nothing more.
fn allowance() -> Allowance {
    Allowance {
        recipient: "Acme Lending".into(),
        scopes: [Scope::Balances].into(),
        accounts: [AccountId::new(1), AccountId::new(3)].into(),
        maximum_days: 30,
        window_days: DEFAULT_WINDOW,
        maximum_rows: Some(10),
        once: false,
    }
}

fn rules(rulings: impl IntoIterator<Item = Ruling>) -> Vec<Rule> {
    let rule = |(id, ruling)| Rule { id: RuleId::new(id), created: now(), ruling };
    (1..).zip(rulings).map(rule).collect()
}

fn allow(change: impl FnOnce(&mut Allowance)) -> Ruling {
    let mut allowed = allowance();
    change(&mut allowed);
    Ruling::Allow(allowed)
}

fn deny(change: impl FnOnce(&mut Denial)) -> Ruling {
    let mut denied = Denial::default();
    change(&mut denied);
    Ruling::Deny(denied)
}

fn judge(terms: &Terms, extent: Extent, rulings: impl IntoIterator<Item = Ruling>) -> Decision {
    decide(&Asked { terms, extent: &extent, approved: now() }, &rules(rulings), now())
}

fn first_day(days_ago: i32) -> Extent {
    let day = now().day().plus_days(-days_ago);
    Extent { rows: 1, first: Some(day), last: Some(day) }
}

const RULE: fn(i64) -> RuleId = RuleId::new;

#[track_caller]
fn asks(decision: &Decision, expected: &[Reason]) {
    assert!(matches!(decision, Decision::Ask { reasons, .. } if reasons == expected), "{decision:?}");
}

#[test]
fn a_person_decides_where_there_is_no_rule() {
    asks(&judge(&terms(|_| ()), TEN_ROWS, []), &[Reason::NoRule("Acme Lending".into())]);
    let other = allow(|a| a.recipient = "Harbor".into());
    asks(&judge(&terms(|_| ()), TEN_ROWS, [other]), &[Reason::NoRule("Acme Lending".into())]);
}

#[test]
fn a_rule_allows_what_lies_inside_its_borders() {
    assert_eq!(judge(&terms(|_| ()), TEN_ROWS, [allow(|_| ())]), Decision::Allow(RULE(1)));
    let rows = |rows| Extent { rows, ..TEN_ROWS };
    let lasting = |days| terms(|t| t.expiration_time = t.created_time.plus_days(days));
    for (terms, extent, reason) in [
        (lasting(31), TEN_ROWS, Reason::TooLong { rule: RULE(1), days: 31, most: 30 }),
        (terms(|_| ()), rows(11), Reason::Rows { rule: RULE(1), rows: 11, most: 10 }),
        (terms(|_| ()), first_day(91), Reason::Window { rule: RULE(1), days: 91, most: 90 }),
        (
            terms(|t| t.scopes.extend([Scope::AccountNumbers])),
            TEN_ROWS,
            Reason::Scope { rule: RULE(1), scope: Scope::AccountNumbers },
        ),
        (
            terms(|t| t.narrowing.accounts.push(AccountId::new(4))),
            TEN_ROWS,
            Reason::Account { rule: RULE(1), account: AccountId::new(4) },
        ),
    ] {
        asks(&judge(&terms, extent, [allow(|_| ())]), &[reason]);
    }
    for (terms, extent) in [
        (lasting(29), rows(9)),
        (terms(|_| ()), first_day(90)),
        (terms(|_| ()), first_day(-3)),
        (terms(|t| t.scopes = [Scope::Accounts].into()), TEN_ROWS),
        (terms(|t| t.narrowing.accounts.truncate(1)), TEN_ROWS),
    ] {
        assert_eq!(judge(&terms, extent, [allow(|_| ())]), Decision::Allow(RULE(1)));
    }
}

#[test]
fn a_rule_for_one_use_allows_no_slice_that_follows_the_data() {
    let (ongoing, once) = (terms(|_| ()), terms(|t| t.duration_type = DurationType::OneTime));
    let only_once = || [allow(|a| a.once = true)];
    asks(&judge(&ongoing, TEN_ROWS, only_once()), &[Reason::Ongoing { rule: RULE(1) }]);
    assert_eq!(judge(&once, TEN_ROWS, only_once()), Decision::Allow(RULE(1)));
    assert_eq!(judge(&once, TEN_ROWS, [allow(|_| ())]), Decision::Allow(RULE(1)));
}

#[test]
fn one_rule_has_to_cover_the_whole_grant() {
    let both = terms(|t| t.scopes = [Scope::Balances, Scope::Transactions].into());
    let halves = [allow(|_| ()), allow(|a| a.scopes = [Scope::Transactions].into())];
    asks(&judge(&both, TEN_ROWS, halves), &[Reason::Scope { rule: RULE(1), scope: Scope::Transactions }]);
    let whole = allow(|a| a.scopes = both.scopes.clone());
    assert_eq!(judge(&both, TEN_ROWS, [allow(|_| ()), whole]), Decision::Allow(RULE(2)));
}

#[test]
fn tells_why_the_closest_rule_does_not_cover() {
    let far = allow(|a| (a.maximum_days, a.maximum_rows) = (1, Some(1)));
    let close = allow(|a| a.maximum_days = 29);
    let expected = [Reason::TooLong { rule: RULE(2), days: 30, most: 29 }];
    asks(&judge(&terms(|_| ()), TEN_ROWS, [far, close]), &expected);
}

#[test]
fn an_allowed_name_is_exact_and_one_that_looks_alike_goes_to_a_person() {
    for name in ["ACME Lending", "\u{410}cme Lending", "Acme-Lending", "Acrne Lending"] {
        let decision = judge(&terms(|t| t.recipient.name = name.into()), TEN_ROWS, [allow(|_| ())]);
        let alike = Reason::LooksAlike { rule: RULE(1), allowed: "Acme Lending".into(), name: name.into() };
        asks(&decision, &[alike]);
    }
}

#[test]
fn a_denial_stops_every_name_that_looks_alike() {
    for name in ["ACME Lending", "\u{410}cme Lending", "acme-lending.", "Acrne Lending", "Acme Lending"] {
        let terms = terms(|t| t.recipient.name = name.into());
        let denied = deny(|d| d.recipient = Some("Acme Lending".into()));
        let exact = allow(|a| a.recipient = name.into());
        let expected = Reason::Denied { rule: RULE(2), what: "everything to Acme Lending".into() };
        assert_eq!(judge(&terms, TEN_ROWS, [exact, denied]), Decision::Deny(vec![expected]), "{name}");
    }
}

#[test]
fn a_denied_scope_is_denied_inside_a_wider_one_only() {
    let asking = |scope| terms(|t| t.scopes = [scope].into());
    let denied = |scope| [deny(|d| d.scopes = [scope].into())];
    let wider = judge(&asking(Scope::TransactionsDetail), TEN_ROWS, denied(Scope::Transactions));
    let expected = Reason::Denied { rule: RULE(1), what: "the scope transactions to everybody".into() };
    assert_eq!(wider, Decision::Deny(vec![expected]));
    let narrower = judge(&asking(Scope::Transactions), TEN_ROWS, denied(Scope::TransactionsDetail));
    assert!(matches!(narrower, Decision::Ask { .. }), "{narrower:?}");
}

#[test]
fn a_denial_has_to_be_met_in_every_part() {
    let denied = |name: &str, scope, account| {
        [deny(|d| {
            d.recipient = Some(name.to_owned());
            d.scopes = [scope].into();
            d.accounts = [AccountId::new(account)].into();
        })]
    };
    let met = judge(&terms(|_| ()), TEN_ROWS, denied("acme lending", Scope::Accounts, 3));
    let what = "the scope accounts of acc-3 to acme lending".into();
    assert_eq!(met, Decision::Deny(vec![Reason::Denied { rule: RULE(1), what }]));
    for rulings in [
        denied("Harbor", Scope::Accounts, 3),
        denied("Acme Lending", Scope::Transactions, 3),
        denied("Acme Lending", Scope::Accounts, 2),
    ] {
        assert!(matches!(judge(&terms(|_| ()), TEN_ROWS, rulings), Decision::Ask { .. }));
    }
}

#[test]
fn denies_what_has_ended() {
    let terms = terms(|_| ());
    let ended = Reason::Ended(terms.expiration_time);
    let asked = Asked { terms: &terms, extent: &TEN_ROWS, approved: now() };
    assert_eq!(decide(&asked, &rules([allow(|_| ())]), terms.expiration_time), Decision::Deny(vec![ended]));
}

#[test]
fn a_grant_outgrows_the_rule_that_let_it_out_and_no_other() {
    let terms = terms(|_| ());
    let of = |extent: Extent, rule| {
        let asked = Asked { terms: &terms, extent: &extent, approved: now() };
        outgrown(&asked, &rules([allow(|_| ()), allow(|a| a.maximum_rows = None)]), RULE(rule))
    };
    let rows = Extent { rows: 11, ..TEN_ROWS };
    assert_eq!(of(TEN_ROWS, 1), []);
    assert_eq!(of(rows, 1), [Reason::Rows { rule: RULE(1), rows: 11, most: 10 }]);
    assert_eq!(of(rows, 2), []);
    assert_eq!(of(TEN_ROWS, 3), [Reason::RuleRemoved(RULE(3))]);
}

fn some_scopes(least: usize) -> impl Strategy<Value = BTreeSet<Scope>> {
    prop::collection::btree_set(prop::sample::select(Scope::ALL.to_vec()), least..4)
}

fn some_accounts(least: usize) -> impl Strategy<Value = BTreeSet<AccountId>> {
    prop::collection::btree_set((1i64..5).prop_map(AccountId::new), least..4)
}

prop_compose! {
    fn asked()(
        name in prop::sample::select(vec!["Acme", "acme", "BOB"]),
        scopes in some_scopes(1),
        accounts in some_accounts(1),
        days in 1u32..=365,
        first in prop::option::of(-10i32..500),
        rows in 0u64..40,
        once in any::<bool>(),
    ) -> (Terms, Extent) {
        let terms = terms(|t| {
            t.recipient.name = name.into();
            t.scopes = scopes;
            t.narrowing.accounts = accounts.into_iter().collect();
            t.expiration_time = t.created_time.plus_days(days);
            t.duration_type = if once { DurationType::OneTime } else { DurationType::TimeBound };
        });
        let first: Option<Day> = first.map(|days| now().day().plus_days(-days));
        (terms, Extent { rows, first, last: first })
    }
}

prop_compose! {
    fn allowing()(
        recipient in prop::sample::select(vec!["Acme", "acme", "BOB"]),
        scopes in some_scopes(1),
        accounts in some_accounts(1),
        maximum_days in 1u32..400,
        window_days in 0u32..400,
        maximum_rows in prop::option::of(1u32..40),
        once in any::<bool>(),
    ) -> Ruling {
        let recipient = recipient.to_owned();
        Ruling::Allow(Allowance { recipient, scopes, accounts, maximum_days, window_days, maximum_rows, once })
    }
}

proptest! {
    #[test]
    fn the_needed_allowance_lets_out((terms, extent) in asked(), others in prop::collection::vec(allowing(), 0..4)) {
        if let Decision::Ask { needed, .. } = judge(&terms, extent, others.clone()) {
            let all = others.into_iter().chain([Ruling::Allow(needed)]);
            prop_assert!(matches!(judge(&terms, extent, all), Decision::Allow(_)));
        }
    }

    #[test]
    fn what_is_allowed_holds_nothing_outside_its_rule(
        (terms, extent) in asked(),
        rulings in prop::collection::vec(allowing(), 0..4),
    ) {
        if let Decision::Allow(rule) = judge(&terms, extent, rulings.clone()) {
            let Some(Ruling::Allow(allowed)) = rulings.get(usize::try_from(rule.number() - 1).unwrap()) else {
                panic!("{rule:?}")
            };
            prop_assert_eq!(&allowed.recipient, &terms.recipient.name);
            prop_assert!(Scope::closure(&allowed.scopes).is_superset(&terms.scopes));
            prop_assert!(terms.narrowing.accounts.iter().all(|account| allowed.accounts.contains(account)));
            prop_assert!(terms.expiration_time <= now().plus_days(allowed.maximum_days));
            let back = i32::try_from(allowed.window_days).unwrap();
            prop_assert!(extent.first.is_none_or(|day| day >= now().day().plus_days(-back)));
            prop_assert!(allowed.maximum_rows.is_none_or(|most| extent.rows <= u64::from(most)));
            prop_assert!(!allowed.once || terms.duration_type == DurationType::OneTime);
        }
    }

    #[test]
    fn a_denied_scope_never_leaves(
        (terms, extent) in asked(),
        denied in some_scopes(1),
        rulings in prop::collection::vec(allowing(), 0..4),
    ) {
        let hit = Scope::closure(&terms.scopes).intersection(&denied).next().is_some();
        let all = rulings.into_iter().chain([deny(|d| d.scopes = denied)]);
        let refused = matches!(judge(&terms, extent, all), Decision::Deny(_));
        prop_assert_eq!(refused, hit);
    }
}
