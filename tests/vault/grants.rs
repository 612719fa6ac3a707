//! Grants from approval to their end: when a slice is sealed again, and what never leaves.

use std::collections::BTreeSet;
use std::fs;

use finvault::model::{AccountType, GrantId};
use finvault::ops::policy::AllowRequest;
use finvault::ops::report::{GrantLine, GrantStatus};
use finvault::ops::share::{Approval, ShareRequest};
use finvault::ops::{self, ErrorKind, OpError};
use finvault::share::{Scope, SliceDocument, Token};
use finvault::store::{Reader, Writer};

use crate::request::request;
use crate::test_vault::{Access, TestVault, csv};

const FIRST: [(&str, i64, &str, Option<i64>); 2] =
    [("2026-01-05", -500, "Tea", Some(9_500)), ("2026-01-06", -300, "Bread", Some(9_200))];
const SECOND: [(&str, i64, &str, Option<i64>); 2] =
    [("2026-01-06", -300, "Bread", Some(9_200)), ("2026-01-09", -700, "Books", Some(8_500))];

fn with_data() -> (TestVault, Writer) {
    let test = TestVault::new();
    let mut vault = test.write();
    test.import(&mut vault, &csv(FIRST), "Daily");
    (test, vault)
}

fn share(test: &TestVault, vault: &mut Writer, asked: &ShareRequest) -> (Token, GrantId) {
    let draft = ops::share::prepare(vault, asked, test.env()).unwrap();
    let approved = crate::test_vault::approve_draft(vault, draft, Approval::Person, test.env()).unwrap();
    (approved.token, approved.report.grant_id)
}

fn open(test: &TestVault, token: &Token) -> Result<SliceDocument, OpError> {
    let opened = ops::open::from_outbox(&test.dir(), token, test.env())?;
    Ok(SliceDocument::from_json(opened.document.expose()).unwrap())
}

fn grant(test: &TestVault, vault: &Reader, id: &GrantId) -> GrantLine {
    ops::grants::show(vault, id, test.env()).unwrap().line
}

fn slices(test: &TestVault) -> usize {
    let names = fs::read_dir(test.dir().join("outbox")).unwrap().map(|entry| entry.unwrap().file_name());
    names.filter(|name| !name.to_string_lossy().ends_with(".ended")).count()
}

fn actions(vault: &Reader) -> Vec<String> {
    ops::audit::show(vault).unwrap().into_iter().map(|line| line.action).collect()
}

#[test]
fn reseals_an_ongoing_grant_only_when_its_data_change() {
    let (test, mut vault) = with_data();
    let (token, id) = share(&test, &mut vault, &request(&[Scope::Balances, Scope::Transactions], "Acme"));
    let version = |vault: &Reader| grant(&test, vault, &id).version;
    drop(vault);
    let balance = || open(&test, &token).unwrap().accounts.unwrap()[0].current_balance.clone();
    let before = balance();
    let mut vault = test.write();
    assert_eq!(version(&vault), 1);
    // The same rows in another file: nothing that the slice shows changes.
    let same = csv([FIRST[0], FIRST[1]]).replace("Tea", "Tea ");
    test.import(&mut vault, &same, "Daily");
    assert_eq!(version(&vault), 1);
    let rule = AllowRequest { recipient: "Acme".into(), scopes: vec![Scope::Balances], ..AllowRequest::default() };
    ops::policy::allow(&mut vault, &rule, test.env()).unwrap();
    assert_eq!(version(&vault), 1);
    let import = test.import(&mut vault, &csv(SECOND), "Daily").import_id.unwrap();
    assert_eq!(version(&vault), 2);
    drop(vault);
    assert_ne!(balance(), before);
    let opened = open(&test, &token).unwrap();
    assert_eq!((opened.grant.version, opened.transactions.as_ref().unwrap().len()), (2, 3));
    let mut vault = test.write();
    ops::imports::undo(&mut vault, import, test.env()).unwrap();
    ops::query::rename(&mut vault, "Daily", "Everyday", test.env()).unwrap();
    assert_eq!(version(&vault), 4);
    ops::query::rename(&mut vault, "Everyday", "Everyday", test.env()).unwrap();
    assert_eq!(version(&vault), 4);
    drop(vault);
    assert_eq!(balance(), before);
    assert!(ops::check::run(&test.read(), test.env()).unwrap().ok);
}

#[test]
fn adds_no_new_account_to_a_grant() {
    let (test, mut vault) = with_data();
    ops::query::set_type(&mut vault, "Daily", AccountType::Checking, test.env()).unwrap();
    let mut typed = request(&[Scope::TransactionsDetail, Scope::Balances], "Typed");
    typed.types = vec![AccountType::Checking];
    let tokens = [
        share(&test, &mut vault, &request(&[Scope::TransactionsDetail, Scope::Balances], "All")).0,
        share(&test, &mut vault, &typed).0,
    ];
    test.import(&mut vault, &csv([("2026-02-01", -900, "Private", Some(100))]), "Secret");
    ops::query::set_type(&mut vault, "Secret", AccountType::Checking, test.env()).unwrap();
    test.import(&mut vault, &csv(SECOND), "Daily");
    drop(vault);
    for token in tokens {
        let slice = open(&test, &token).unwrap();
        assert_eq!(slice.accounts.as_ref().unwrap().len(), 1);
        let text = String::from_utf8(slice.to_canonical_bytes().unwrap()).unwrap();
        assert!(text.contains("Books") && !text.contains("Private") && !text.contains("Secret"), "{text}");
    }
}

#[test]
fn opens_a_single_use_grant_once() {
    let (test, mut vault) = with_data();
    let mut asked = request(&[Scope::Balances], "Acme");
    asked.once = true;
    let (token, id) = share(&test, &mut vault, &asked);
    test.import(&mut vault, &csv(SECOND), "Daily");
    assert_eq!(grant(&test, &vault, &id).version, 1, "frozen bytes stay as they were approved");
    drop(vault);
    assert_eq!(open(&test, &token).unwrap().grant.version, 1);
    for _ in 0..2 {
        assert_eq!(open(&test, &token).unwrap_err().kind(), ErrorKind::Refused);
        let vault = test.read();
        assert_eq!(grant(&test, &vault, &id).status, GrantStatus::UsedUp);
        assert_eq!(grant(&test, &vault, &id).used_count, 1);
        assert_eq!(actions(&vault).iter().filter(|action| *action == "open").count(), 1);
    }
    assert_eq!(slices(&test), 0);
}

#[test]
fn counts_uses_across_reseals_and_lost_records() {
    let (test, mut vault) = with_data();
    let mut asked = request(&[Scope::Balances], "Acme");
    asked.max_uses = Some(3);
    let (token, id) = share(&test, &mut vault, &asked);
    drop(vault);
    open(&test, &token).unwrap();
    let mut vault = test.write();
    assert_eq!(grant(&test, &vault, &id).used_count, 1);
    test.import(&mut vault, &csv(SECOND), "Daily");
    drop(vault);
    fs::remove_file(test.dir().join(format!("outbox/{id}.opened"))).unwrap();
    drop(test.read());
    assert_eq!(open(&test, &token).unwrap().grant.version, 2);
    open(&test, &token).unwrap();
    assert_eq!(open(&test, &token).unwrap_err().kind(), ErrorKind::Refused);
    assert_eq!(grant(&test, &test.read(), &id).used_count, 3);
}

#[test]
fn opens_an_unlimited_grant_many_times_and_records_one_line() {
    let (test, mut vault) = with_data();
    let (token, id) = share(&test, &mut vault, &request(&[Scope::Balances], "Acme"));
    drop(vault);
    let record = test.dir().join(format!("outbox/{id}.opened"));
    for _ in 0..40 {
        open(&test, &token).unwrap();
    }
    let line = fs::read(&record).unwrap();
    assert!(line.len() < 200, "{} bytes", line.len());
    assert_eq!(grant(&test, &test.read(), &id).used_count, 40);
    // A changed record is ignored: the count in the vault stands.
    let changed = String::from_utf8(line.clone()).unwrap().replacen("40 ", "4 ", 1);
    for forged in
        [changed.as_bytes(), b"", b"40", b"\xff 1 2", &line[..line.len() - 1], &[line.clone(), line.clone()].concat()]
    {
        fs::write(&record, forged).unwrap();
        assert_eq!(grant(&test, &test.repaired(Access::Read), &id).used_count, 40);
        assert!(fs::read(&record).unwrap().starts_with(b"40 "));
    }
    open(&test, &token).unwrap();
    assert_eq!(grant(&test, &test.read(), &id).used_count, 41);
}

#[test]
fn an_ended_grant_stays_ended_when_its_files_or_the_clock_go_back() {
    let (test, mut vault) = with_data();
    let (token, id) = share(&test, &mut vault, &request(&[Scope::Balances], "Acme"));
    let (other, revoked) = share(&test, &mut vault, &request(&[Scope::Balances], "Other"));
    let kept: Vec<_> =
        [&id, &revoked].map(|id| fs::read(test.dir().join(format!("outbox/{id}.slice"))).unwrap()).into();
    ops::revoke::run(&mut vault, &revoked, test.env()).unwrap();
    drop(vault);
    assert_eq!(open(&test, &other).unwrap_err().kind(), ErrorKind::Refused);
    test.fixed.pass_days(31);
    assert_eq!(open(&test, &token).unwrap_err().kind(), ErrorKind::Refused);
    let file = ops::open::from_file(&kept[0], &token, test.env()).unwrap_err();
    assert_eq!(file.kind(), ErrorKind::Refused);
    assert_eq!(ops::open::from_file(&kept[0], &other, test.env()).unwrap_err().kind(), ErrorKind::Locked);
    let mut vault = test.write();
    assert_eq!(slices(&test), 0);
    test.import(&mut vault, &csv(SECOND), "Daily");
    assert_eq!((grant(&test, &vault, &id).version, slices(&test)), (1, 0));
    drop(vault);
    // The clock is set back, and the files are put back.
    test.fixed.pass_days(-31);
    for (id, bytes) in [&id, &revoked].into_iter().zip(&kept) {
        fs::write(test.dir().join(format!("outbox/{id}.slice")), bytes).unwrap();
    }
    let vault = test.repaired(Access::Read);
    assert_eq!(slices(&test), 0, "reading sweeps as well");
    assert_eq!(grant(&test, &vault, &id).status, GrantStatus::Expired);
    assert_eq!(grant(&test, &vault, &revoked).status, GrantStatus::Revoked);
}

#[test]
fn approves_the_very_bytes_of_a_draft_or_nothing() {
    let (test, mut vault) = with_data();
    let preview = |vault: &mut Writer| -> (String, Vec<u8>) {
        let draft = ops::share::prepare(vault, &request(&[Scope::Balances], "Acme"), test.env()).unwrap();
        let shown = (draft.screen().slice_hash.clone(), draft.screen().slice.expose().to_vec());
        ops::share::save_draft(vault, draft, test.env()).unwrap();
        shown
    };
    let approve = |vault: &mut Writer, hash: &str| -> Result<Token, OpError> {
        let draft = ops::share::load_draft(vault, hash, test.env())?;
        Ok(crate::test_vault::approve_draft(vault, draft, Approval::Person, test.env())?.token)
    };
    let (hash, bytes) = preview(&mut vault);
    let token = approve(&mut vault, &hash).unwrap();
    assert_eq!(approve(&mut vault, &hash).unwrap_err().kind(), ErrorKind::Refused, "once is once");
    drop(vault);
    assert_eq!(ops::open::from_outbox(&test.dir(), &token, test.env()).unwrap().document.expose(), bytes);

    let mut vault = test.write();
    let (changed, _) = preview(&mut vault);
    ops::query::rename(&mut vault, "Daily", "Everyday", test.env()).unwrap();
    assert_eq!(approve(&mut vault, &changed).unwrap_err().kind(), ErrorKind::Refused);
    ops::query::rename(&mut vault, "Everyday", "Daily", test.env()).unwrap();
    approve(&mut vault, &changed).unwrap();

    // The data change between the preview and the approval.
    let (between, _) = preview(&mut vault);
    let draft = ops::share::load_draft(&vault, &between, test.env()).unwrap();
    drop(vault);
    let mut other = test.write();
    test.import(&mut other, &csv(SECOND), "Daily");
    drop(other);
    let mut vault = test.write();
    let error = crate::test_vault::approve_draft(&mut vault, draft, Approval::Person, test.env()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused, "{error}");

    let (old, _) = preview(&mut vault);
    test.fixed.pass_days(1);
    assert_eq!(approve(&mut vault, &old).unwrap_err().kind(), ErrorKind::Refused);
    assert_eq!(approve(&mut vault, &"0".repeat(64)).unwrap_err().kind(), ErrorKind::Refused);
    assert!(ops::check::run(&vault, test.env()).unwrap().ok);
}

#[test]
fn approves_a_draft_that_was_loaded_twice_only_once() {
    let (test, mut vault) = with_data();
    let draft = ops::share::prepare(&vault, &request(&[Scope::Balances], "Acme"), test.env()).unwrap();
    let hash = draft.screen().slice_hash.clone();
    ops::share::save_draft(&mut vault, draft, test.env()).unwrap();
    let load = |vault: &Reader| ops::share::load_draft(vault, &hash, test.env()).unwrap();
    let (first, second) = (load(&vault), load(&vault));
    let approved = crate::test_vault::approve_draft(&mut vault, first, Approval::Person, test.env()).unwrap();
    ops::revoke::run(&mut vault, &approved.report.grant_id, test.env()).unwrap();
    let error = crate::test_vault::approve_draft(&mut vault, second, Approval::Person, test.env()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused, "{error}");
    assert_eq!(grant(&test, &vault, &approved.report.grant_id).status, GrantStatus::Revoked);
    assert_eq!(slices(&test), 0);
}

#[test]
fn ids_differ_between_recipients_and_stay_the_same_for_one() {
    let (test, mut vault) = with_data();
    let scopes = [Scope::Balances, Scope::Transactions];
    let tokens = ["Acme", "Other"].map(|to| share(&test, &mut vault, &request(&scopes, to)).0);
    let ids = |token: &Token| -> BTreeSet<String> {
        let text = serde_json::to_value(open(&test, token).unwrap()).unwrap();
        let rows = [&text["accounts"], &text["transactions"]].map(|rows| rows.as_array().unwrap().clone()).concat();
        rows.iter().flat_map(|row| [&row["accountId"], &row["transactionId"]]).map(ToString::to_string).collect()
    };
    drop(vault);
    let before = tokens.each_ref().map(&ids);
    let shared: Vec<_> = before[0].intersection(&before[1]).filter(|id| *id != "null").collect();
    assert!(shared.is_empty() && before[0].len() > 2, "{before:?}");
    let mut vault = test.write();
    test.import(&mut vault, &csv(SECOND), "Daily");
    drop(vault);
    assert!(ids(&tokens[0]).is_superset(&before[0]));
}

#[test]
fn revokes_a_grant_whose_slice_could_not_be_written() {
    let (test, mut vault) = with_data();
    let outbox = test.dir().join("outbox");
    let draft = ops::share::prepare(&vault, &request(&[Scope::Balances], "Acme"), test.env()).unwrap();
    fs::remove_dir(&outbox).unwrap();
    fs::write(&outbox, "in the way").unwrap();
    crate::test_vault::approve_draft(&mut vault, draft, Approval::Person, test.env()).unwrap_err();
    drop(vault);
    fs::remove_file(&outbox).unwrap();
    let vault = test.read();
    let grants = ops::grants::list(&vault, test.env()).unwrap();
    assert!(grants.iter().all(|grant| grant.status == GrantStatus::Revoked), "{grants:?}");
    assert!(ops::check::run(&vault, test.env()).unwrap().ok);
}

#[test]
fn repairs_a_damaged_record_of_uses() {
    for (uses, kept_out) in [(None, false), (Some(3), true)] {
        let (test, mut vault) = with_data();
        let mut asked = request(&[Scope::Balances], "Acme");
        asked.max_uses = uses;
        let (token, id) = share(&test, &mut vault, &asked);
        drop(vault);
        open(&test, &token).unwrap();
        drop(test.read());
        let record = test.dir().join(format!("outbox/{id}.opened"));
        for junk in [vec![b'x'; 100_000], b"1 2 3\n".to_vec(), Vec::new()] {
            fs::write(&record, &junk).unwrap();
            assert_eq!(open(&test, &token).is_err(), kept_out);
            fs::write(&record, junk).unwrap();
            drop(test.read());
            let repaired = fs::read_to_string(&record).unwrap();
            assert_eq!(repaired.split(' ').next(), Some("1"), "the count is that of the vault");
        }
        open(&test, &token).unwrap();
        assert_eq!(grant(&test, &test.read(), &id).used_count, 2);
        // What is opened while the record is lost is added to what the vault has.
        fs::remove_file(&record).unwrap();
        let more = [0, 1].map(|_| u64::from(open(&test, &token).is_ok())).iter().sum::<u64>();
        assert_eq!(more, if kept_out { 0 } else { 2 });
        for _ in 0..2 {
            assert_eq!(grant(&test, &test.read(), &id).used_count, 2 + more);
        }
    }
}
