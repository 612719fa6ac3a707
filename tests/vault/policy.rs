//! The policy in the vault: who lets a grant out, what suspends it again, and what the log keeps of it.

use finvault::model::{GrantId, RuleId};
use finvault::ops::policy::{AllowRequest, DenyRequest};
use finvault::ops::report::{Approver, GrantStatus, PolicyAnswer};
use finvault::ops::share::{Approval, Approved, ShareRequest};
use finvault::ops::{self, ErrorKind, OpError};
use finvault::share::Scope;
use finvault::store::{Reader, Writer};
use serde_json::{Value, json};

use crate::request::request;
use crate::test_vault::{TestVault, csv};

/// A vault on 1 June 2026, with two rows of `Daily`: 88 and 87 days old.
fn with_data() -> (TestVault, Writer) {
    let test = TestVault::new();
    let mut vault = test.write();
    test.import(
        &mut vault,
        &csv([("2026-03-05", -500, "Tea", Some(9_500)), ("2026-03-06", -300, "Bread", Some(9_200))]),
        "Daily",
    );
    (test, vault)
}

fn share(test: &TestVault, vault: &mut Writer, asked: &ShareRequest, how: Approval) -> Result<Approved, OpError> {
    let draft = ops::share::prepare(vault, asked, test.env())?;
    crate::test_vault::approve_draft(vault, draft, how, test.env())
}

fn rule(to: &str, scopes: &[Scope]) -> AllowRequest {
    AllowRequest { recipient: to.into(), scopes: scopes.to_vec(), ..AllowRequest::default() }
}

fn allow(test: &TestVault, vault: &mut Writer, wanted: &AllowRequest) -> RuleId {
    ops::policy::allow(vault, wanted, test.env()).unwrap().rule.rule_id
}

fn deny(test: &TestVault, vault: &mut Writer, to: &str) -> Vec<GrantId> {
    let wanted = DenyRequest { recipient: Some(to.into()), ..DenyRequest::default() };
    ops::policy::deny(vault, &wanted, test.env()).unwrap().suspended
}

fn status(test: &TestVault, vault: &Reader, id: &GrantId) -> GrantStatus {
    ops::grants::show(vault, id, test.env()).unwrap().line.status
}

/// Whether the outbox has a slice of the grant.
fn lies_out(test: &TestVault, id: &GrantId) -> bool {
    test.dir().join(format!("outbox/{id}.slice")).exists()
}

/// The details of every entry of one kind, oldest first.
fn logged(vault: &Reader, action: &str) -> Vec<Value> {
    let log = ops::audit::show(vault).unwrap();
    log.into_iter().filter(|line| line.action == action).map(|line| line.detail).collect()
}

#[test]
fn nothing_is_let_out_by_a_clock_that_is_not_plausible() {
    let (test, mut vault) = with_data();
    allow(&test, &mut vault, &rule("Acme", &[Scope::Balances]));
    let asked = request(&[Scope::Balances], "Acme");
    for how in [Approval::Policy, Approval::Person] {
        for days in [401, 5000, -1] {
            let draft = ops::share::prepare(&vault, &asked, test.env()).unwrap();
            test.fixed.pass_days(days);
            let error = ops::share::prepare(&vault, &asked, test.env()).unwrap_err();
            // What the clock says is told as it is, also when it was set back.
            let clock = test.env().now();
            assert!(
                matches!(error, OpError::ImplausibleClock { clock: told, seen } if told == clock && seen != clock),
                "{days} days: {error}"
            );
            let error = ops::share::propose(&mut vault, draft, how, test.env()).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Refused, "{days} days: {error}");
            test.fixed.pass_days(-days);
        }
    }
    share(&test, &mut vault, &asked, Approval::Policy).unwrap();
}

#[test]
fn without_a_person_only_a_rule_lets_a_grant_out() {
    let (test, mut vault) = with_data();
    let asked = request(&[Scope::TransactionsDetail], "Acme");
    let error = share(&test, &mut vault, &asked, Approval::Policy).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert!(matches!(error, OpError::Policy { denied: false, needed: Some(_), .. }), "{error:?}");
    let refused = &logged(&vault, "refuse")[0];
    assert_eq!(
        (&refused["what"], &refused["recipient"], &refused["approval"]),
        (&json!("share"), &json!("Acme"), &json!("policy"))
    );
    assert_eq!(refused["accounts"], json!(["acc-1"]));

    let rule = allow(&test, &mut vault, &rule("Acme", &[Scope::TransactionsDetail]));
    let approved = share(&test, &mut vault, &asked, Approval::Policy).unwrap();
    let record = ops::grants::show(&vault, &approved.report.grant_id, test.env()).unwrap();
    assert_eq!((record.approved_by, record.rule), (Approver::Rule, Some(rule)));
    let days = (record.first_day.unwrap().to_string(), record.last_day.unwrap().to_string());
    assert_eq!((record.rows, days), (2, ("2026-03-05".to_owned(), "2026-03-06".to_owned())));
    assert_eq!(record.accounts[0].name.as_deref(), Some("Daily"));
    assert!(record.fields.iter().any(|field| field.as_str() == "description"));
    let entry = &logged(&vault, "share")[0];
    assert_eq!((&entry["approvedBy"], &entry["rule"], &entry["rows"]), (&json!("rule"), &json!(rule), &json!(2)));
    assert_eq!((&entry["firstDay"], &entry["accounts"]), (&json!("2026-03-05"), &json!(["acc-1"])));
    assert!(entry["fields"].as_array().unwrap().contains(&json!("description")));

    let by_person = share(&test, &mut vault, &request(&[Scope::Balances], "Other"), Approval::Person).unwrap();
    let record = ops::grants::show(&vault, &by_person.report.grant_id, test.env()).unwrap();
    assert_eq!((record.approved_by, record.rule), (Approver::Person, None));
    assert_eq!(logged(&vault, "share")[1]["approvedBy"], "person");
}

#[test]
fn a_preview_is_no_approval() {
    let (test, mut vault) = with_data();
    let draft = ops::share::prepare(&vault, &request(&[Scope::Balances], "Acme"), test.env()).unwrap();
    let hash = draft.screen().slice_hash.clone();
    ops::share::save_draft(&mut vault, draft, test.env()).unwrap();
    let approve = |vault: &mut Writer| {
        let draft = ops::share::load_draft(vault, &hash, test.env())?;
        crate::test_vault::approve_draft(vault, draft, Approval::Policy, test.env())
    };
    assert_eq!(approve(&mut vault).unwrap_err().kind(), ErrorKind::Refused);
    allow(&test, &mut vault, &rule("Acme", &[Scope::Balances]));
    approve(&mut vault).unwrap();
}

#[test]
fn the_window_reaches_back_from_the_approval_to_the_first_row() {
    let (test, mut vault) = with_data();
    let asked = request(&[Scope::Transactions], "Acme");
    // The first row is 88 days old.
    let narrow = AllowRequest { window_days: Some(87), ..rule("Acme", &[Scope::Transactions]) };
    allow(&test, &mut vault, &narrow);
    assert!(share(&test, &mut vault, &asked, Approval::Policy).is_err());
    let mut newer = asked.clone();
    newer.since = Some("2026-03-06".parse().unwrap());
    share(&test, &mut vault, &newer, Approval::Policy).unwrap();
    allow(&test, &mut vault, &AllowRequest { window_days: Some(88), ..narrow });
    share(&test, &mut vault, &asked, Approval::Policy).unwrap();
    // Balances have no window.
    allow(&test, &mut vault, &AllowRequest { window_days: Some(1), ..rule("Bank", &[Scope::Balances]) });
    share(&test, &mut vault, &request(&[Scope::Balances], "Bank"), Approval::Policy).unwrap();
}

#[test]
fn a_rule_is_for_the_accounts_that_there_were() {
    let (test, mut vault) = with_data();
    allow(&test, &mut vault, &rule("Acme", &[Scope::Balances]));
    let asked = request(&[Scope::Balances], "Acme");
    share(&test, &mut vault, &asked, Approval::Policy).unwrap();
    test.import(&mut vault, &csv([("2026-03-09", -900, "Private", Some(100))]), "Secret");
    assert!(share(&test, &mut vault, &asked, Approval::Policy).is_err());
    let known = ShareRequest { accounts: vec!["Daily".into()], ..asked };
    share(&test, &mut vault, &known, Approval::Policy).unwrap();
}

#[test]
fn a_denial_suspends_at_once_and_a_person_cannot_resume() {
    let (test, mut vault) = with_data();
    let asked = request(&[Scope::Balances], "Acme Lending");
    let id = share(&test, &mut vault, &asked, Approval::Person).unwrap().report.grant_id;
    let mut once = asked.clone();
    once.once = true;
    let frozen = share(&test, &mut vault, &once, Approval::Person).unwrap().report.grant_id;
    let other = share(&test, &mut vault, &request(&[Scope::Balances], "Bank"), Approval::Person).unwrap();
    // A Cyrillic A, and other case and space.
    let suspended = deny(&test, &mut vault, "\u{410}CME-lending");
    assert_eq!(suspended, [id.clone(), frozen.clone()]);
    for id in [&id, &frozen] {
        assert_eq!((status(&test, &vault, id), lies_out(&test, id)), (GrantStatus::Suspended, false));
    }
    assert_eq!(status(&test, &vault, &other.report.grant_id), GrantStatus::Active);
    assert_eq!(logged(&vault, "suspend").len(), 2);

    test.import(&mut vault, &csv([("2026-03-09", -700, "Books", Some(8_500))]), "Daily");
    assert_eq!(ops::grants::show(&vault, &id, test.env()).unwrap().line.version, 1, "it is not sealed");
    for how in Approval::ALL {
        let error = ops::grants::resume(&mut vault, &id, how, test.env()).unwrap_err();
        assert!(matches!(error, OpError::Policy { denied: true, .. }), "{error:?}");
        assert!(share(&test, &mut vault, &asked, how).is_err());
    }
    assert_eq!(logged(&vault, "refuse").len(), 4);
    assert_eq!(logged(&vault, "refuse")[0]["what"], "resume");

    let rule = ops::policy::show(&vault).unwrap()[0].rule_id;
    ops::policy::remove(&mut vault, rule, test.env()).unwrap();
    assert_eq!(status(&test, &vault, &id), GrantStatus::Suspended, "until somebody resumes it");
    // Without a person a rule has to cover it.
    let error = ops::grants::resume(&mut vault, &id, Approval::Policy, test.env()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    ops::grants::resume(&mut vault, &id, Approval::Person, test.env()).unwrap();
    assert_eq!((status(&test, &vault, &id), lies_out(&test, &id)), (GrantStatus::Active, true));
    assert_eq!(logged(&vault, "resume")[0]["approvedBy"], "person");
    assert!(ops::check::run(&vault, test.env()).unwrap().ok);
}

#[test]
fn a_removed_rule_suspends_what_it_let_out() {
    let (test, mut vault) = with_data();
    let asked = request(&[Scope::Balances], "Acme");
    let first = allow(&test, &mut vault, &rule("Acme", &[Scope::Balances]));
    let id = share(&test, &mut vault, &asked, Approval::Policy).unwrap().report.grant_id;
    let by_person = share(&test, &mut vault, &asked, Approval::Person).unwrap().report.grant_id;
    let removed = ops::policy::remove(&mut vault, first, test.env()).unwrap();
    assert_eq!(removed.suspended, std::slice::from_ref(&id));
    assert_eq!((status(&test, &vault, &id), lies_out(&test, &id)), (GrantStatus::Suspended, false));
    assert_eq!(status(&test, &vault, &by_person), GrantStatus::Active);
    assert!(matches!(ops::policy::remove(&mut vault, first, test.env()), Err(OpError::UnknownRule(_))));
    // Numbers are never given twice.
    let second = allow(&test, &mut vault, &rule("Acme", &[Scope::Balances]));
    assert_ne!(first, second);
    ops::grants::resume(&mut vault, &id, Approval::Policy, test.env()).unwrap();
    assert_eq!(ops::grants::show(&vault, &id, test.env()).unwrap().rule, Some(second));
    let changes = logged(&vault, "policy");
    assert_eq!(changes.iter().map(|c| c["change"].as_str().unwrap()).collect::<Vec<_>>(), ["allow", "remove", "allow"]);
    assert!(ops::check::run(&vault, test.env()).unwrap().ok);
}

#[test]
fn a_slice_that_outgrows_its_rule_is_suspended() {
    let import_into = |since, row: (&'static str, i64, &'static str, Option<i64>), wanted: &AllowRequest, how| {
        let (test, mut vault) = with_data();
        allow(&test, &mut vault, wanted);
        let asked = ShareRequest { since, ..request(&[Scope::Transactions], "Acme") };
        let id = share(&test, &mut vault, &asked, how).unwrap().report.grant_id;
        test.fixed.pass_days(5);
        let report = test.import(&mut vault, &csv([row]), "Daily");
        let record = ops::grants::show(&vault, &id, test.env()).unwrap();
        assert_eq!(lies_out(&test, &id), record.line.status == GrantStatus::Active);
        assert_eq!(report.suspended.len(), usize::from(record.line.status == GrantStatus::Suspended));
        assert_eq!(logged(&vault, "suspend").len(), report.suspended.len());
        assert!(ops::check::run(&vault, test.env()).unwrap().ok);
        (record.line.status, record.line.version, record.rows)
    };
    let import = |row, wanted: &AllowRequest, how| import_into(None, row, wanted, how);
    let long_ago = Some("2020-01-01".parse().unwrap());
    let wanted = rule("Acme", &[Scope::Transactions]);
    let (newer, older) = (("2026-06-03", -700, "Books", None), ("2026-03-02", -700, "Books", None));
    // Five days later the first row is 93 days old, but the window was measured when the grant was approved.
    assert_eq!(import(newer, &wanted, Approval::Policy), (GrantStatus::Active, 2, 3));
    // Rows of an earlier day are shown only where the grant names such a day.
    assert_eq!(import(older, &wanted, Approval::Policy), (GrantStatus::Active, 1, 2));
    assert_eq!(import_into(long_ago, older, &wanted, Approval::Policy), (GrantStatus::Suspended, 1, 2));
    let two = AllowRequest { maximum_rows: Some(2), ..wanted.clone() };
    assert_eq!(import(newer, &two, Approval::Policy), (GrantStatus::Suspended, 1, 2));
    assert_eq!(
        import(newer, &AllowRequest { maximum_rows: Some(3), ..wanted }, Approval::Policy).0,
        GrantStatus::Active
    );
    // What a person approved is bound by no rule.
    assert_eq!(import(newer, &two, Approval::Person), (GrantStatus::Active, 2, 3));
    assert_eq!(import_into(long_ago, older, &two, Approval::Person), (GrantStatus::Active, 2, 3));
}

#[test]
fn a_rule_for_one_use_lets_out_frozen_bytes_only() {
    let (test, mut vault) = with_data();
    allow(&test, &mut vault, &AllowRequest { once: true, ..rule("Acme", &[Scope::Balances]) });
    let mut asked = request(&[Scope::Balances], "Acme");
    assert!(share(&test, &mut vault, &asked, Approval::Policy).is_err());
    asked.once = true;
    share(&test, &mut vault, &asked, Approval::Policy).unwrap();
}

#[test]
fn a_test_says_what_would_happen_and_leaves_no_trace() {
    let (test, mut vault) = with_data();
    let asked = request(&[Scope::Transactions], "Acme");
    let entries = ops::audit::show(&vault).unwrap().len();
    let told = ops::policy::test(&vault, &asked, test.env()).unwrap();
    assert_eq!((told.answer, told.rule, told.rows), (PolicyAnswer::Ask, None, 2));
    assert_eq!(ops::audit::show(&vault).unwrap().len(), entries);
    let rule = allow(&test, &mut vault, &rule("Acme", &[Scope::TransactionsDetail]));
    let told = ops::policy::test(&vault, &asked, test.env()).unwrap();
    assert_eq!((told.answer, told.rule), (PolicyAnswer::Allow, Some(rule)));
    deny(&test, &mut vault, "ACME");
    let told = ops::policy::test(&vault, &asked, test.env()).unwrap();
    assert_eq!((told.answer, told.reasons.len()), (PolicyAnswer::Deny, 1));
}

#[test]
fn a_person_is_told_of_a_name_that_looks_like_an_allowed_one() {
    let (test, mut vault) = with_data();
    allow(&test, &mut vault, &rule("Acme", &[Scope::Balances]));
    share(&test, &mut vault, &request(&[Scope::Balances], "Acme"), Approval::Policy).unwrap();
    let asked = request(&[Scope::Balances], "\u{410}cme");
    let draft = ops::share::prepare(&vault, &asked, test.env()).unwrap();
    let screen = draft.screen();
    let told: Vec<(&str, bool)> = screen.alike.iter().map(|alike| (alike.name.as_str(), alike.is_allowed)).collect();
    // The rule, and the grant that it let out.
    assert_eq!(told, [("Acme", false), ("Acme", true)]);
    let known = screen.known.as_ref().unwrap();
    assert_eq!((known.grants, known.accounts), (1, 1));
    assert!(share(&test, &mut vault, &asked, Approval::Policy).is_err());
    share(&test, &mut vault, &asked, Approval::Person).unwrap();
}

#[test]
fn a_person_who_says_no_is_logged() {
    let (test, mut vault) = with_data();
    let draft = ops::share::prepare(&vault, &request(&[Scope::Balances], "Acme"), test.env()).unwrap();
    ops::share::decline(&mut vault, &draft, test.env()).unwrap();
    assert_eq!(logged(&vault, "refuse")[0]["refusedBy"], "person");
    assert_eq!(ops::grants::list(&vault, test.env()).unwrap().len(), 0);
}
