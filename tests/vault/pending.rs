//! Grants whose token is being handed out: alive only once it left, and ended by whoever finds the process gone.

use finvault::model::GrantId;
use finvault::ops::policy::DenyRequest;
use finvault::ops::report::GrantStatus;
use finvault::ops::share::{Approval, PendingGrant};
use finvault::ops::{self, ErrorKind};
use finvault::share::{Scope, SliceDocument, Token};
use finvault::store::Writer;

use crate::outbox::{open, status};
use crate::request::request;
use crate::test_vault::{Access, TestVault, csv};

/// Returns a vault with a grant whose token is not handed out yet.
fn proposed() -> (TestVault, PendingGrant, GrantId) {
    let test = TestVault::new();
    let mut vault = test.write();
    test.import(&mut vault, &csv([("2026-01-05", -500, "Tea", Some(9_500))]), "Daily");
    let draft = ops::share::prepare(&vault, &request(&[Scope::Transactions], "Acme"), test.env()).unwrap();
    let pending = ops::share::propose(&mut vault, draft, Approval::Person, test.env()).unwrap();
    let id = pending.approved.report.grant_id.clone();
    (test, pending, id)
}

fn activate(test: &TestVault, vault: &mut Writer, pending: &PendingGrant) -> Result<(), ErrorKind> {
    ops::share::activate(vault, pending, test.env()).map_err(|error| error.kind())
}

#[test]
fn opens_nothing_before_its_token_left() {
    let (test, pending, id) = proposed();
    for access in [Access::Read, Access::Write] {
        assert_eq!(status(&test, &test.try_open(access).unwrap(), &id), GrantStatus::Pending, "{access:?}");
        assert!(open(&test, &pending.approved.token).is_err(), "{access:?}");
    }
    activate(&test, &mut test.write(), &pending).unwrap();
    open(&test, &pending.approved.token).unwrap();
    let vault = test.repaired(Access::Read);
    assert_eq!(status(&test, &vault, &id), GrantStatus::Active);
    let log = ops::audit::show(&vault).unwrap();
    let actions: Vec<_> = log.iter().filter(|line| line.subject == id.as_str()).map(|line| &line.action).collect();
    assert_eq!(actions, ["share", "activate", "open"]);
}

#[test]
fn is_ended_when_the_process_that_hands_out_its_token_is_gone() {
    for access in [Access::Read, Access::Write] {
        let (test, pending, id) = proposed();
        let token = Token::parse(&pending.approved.token.reveal()).unwrap();
        drop(pending);
        let vault = test.repaired(access);
        assert_eq!(status(&test, &vault, &id), GrantStatus::Revoked);
        let log = ops::audit::show(&vault).unwrap();
        let ended = log.iter().find(|line| line.action == "revoke").unwrap();
        assert_eq!(ended.detail["mayHaveLeft"], true);
        // What may have left counts in what the recipient knows.
        let draft = ops::share::prepare(&vault, &request(&[Scope::Balances], "Acme"), test.env()).unwrap();
        assert!(draft.screen().known.as_ref().is_some_and(|known| known.grants == 1));
        drop(vault);
        assert!(open(&test, &token).is_err());
        assert_eq!(std::fs::read_dir(test.dir().join("outbox")).unwrap().count(), 0);
    }
}

#[test]
fn follows_what_was_done_while_its_token_was_handed_out() {
    let (test, pending, id) = proposed();
    let mut vault = test.write();
    test.import(&mut vault, &csv([("2026-01-09", -700, "Books", Some(8_800))]), "Daily");
    drop(vault);
    activate(&test, &mut test.write(), &pending).unwrap();
    let opened = ops::open::from_outbox(&test.dir(), &pending.approved.token, test.env()).unwrap();
    let slice = SliceDocument::from_json(opened.document.expose()).unwrap();
    assert_eq!((slice.grant.version, slice.transactions.unwrap().len()), (2, 2));
    assert_eq!(status(&test, &test.read(), &id), GrantStatus::Active);
}

#[test]
fn does_not_come_alive_once_it_is_denied_or_revoked() {
    let (test, pending, id) = proposed();
    let mut vault = test.write();
    let denial = DenyRequest { recipient: Some("Acme".into()), ..DenyRequest::default() };
    let suspended = ops::policy::deny(&mut vault, &denial, test.env()).unwrap().suspended;
    assert_eq!(suspended, std::slice::from_ref(&id));
    assert_eq!(activate(&test, &mut vault, &pending), Err(ErrorKind::Refused));
    assert_eq!(status(&test, &vault, &id), GrantStatus::Suspended);
    drop(vault);
    assert!(open(&test, &pending.approved.token).is_err());

    let (test, pending, id) = proposed();
    let mut vault = test.write();
    ops::revoke::run(&mut vault, &id, test.env()).unwrap();
    assert_eq!(activate(&test, &mut vault, &pending), Err(ErrorKind::Refused));
    assert_eq!(status(&test, &vault, &id), GrantStatus::Revoked);
    drop(vault);
    assert!(open(&test, &pending.approved.token).is_err());
    assert!(ops::check::run(&test.read(), test.env()).unwrap().ok);
}
