//! However openings, suspensions, acceptances, new editions and crashes follow each other: a grant never opens more
//! often than it may, and no opening is lost from the log.

use std::fs;

use finvault::model::{GrantId, RuleId};
use finvault::ops;
use finvault::ops::policy::DenyRequest;
use finvault::ops::share::{Approval, ShareRequest};
use finvault::share::{Scope, Token};
use finvault::store::Writer;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::files::copy_tree;
use crate::outbox::{open, shared};
use crate::request::request;
use crate::test_vault::{TestVault, csv};

#[derive(Clone, Copy, Debug)]
enum Step {
    /// Open with the token alone.
    Open,
    /// Deny the recipient, which suspends the grant, and take the denial back.
    Deny,
    /// Resume the grant.
    Resume,
    /// Put an older database back, and accept it.
    Accept,
    /// Import a row, which seals the slice anew.
    Reseal,
    /// Read.
    Read,
    /// The next step that writes is interrupted after COMMIT: the copies stay as they were.
    Crash,
}

const STEPS: [Step; 9] =
    [Step::Open, Step::Open, Step::Open, Step::Deny, Step::Resume, Step::Accept, Step::Reseal, Step::Read, Step::Crash];

/// A run of steps.
struct Run {
    test: TestVault,
    token: Token,
    id: GrantId,
    opened: u64,
    rows: i64,
    crashes: bool,
}

impl Run {
    fn new(uses: u32) -> Run {
        let asked = ShareRequest { max_uses: Some(uses), ..request(&[Scope::Transactions], "Acme") };
        let (test, token, id) = shared(&asked);
        test.keep("older");
        Run { test, token, id, opened: 0, rows: 0, crashes: false }
    }

    fn write(&mut self, make: impl FnOnce(&TestVault, &mut Writer)) {
        let mut vault = self.test.write();
        // The copies as they are after repairs and before the change.
        let (outbox, kept) = (self.test.dir().join("outbox"), self.test.path("outbox-before"));
        let _ = fs::remove_dir_all(&kept);
        copy_tree(&outbox, &kept);
        let head = fs::read(self.test.dir().join("head")).unwrap();
        make(&self.test, &mut vault);
        if std::mem::take(&mut self.crashes) {
            fs::remove_dir_all(&outbox).unwrap();
            copy_tree(&kept, &outbox);
            fs::write(self.test.dir().join("head"), head).unwrap();
        }
    }

    fn step(&mut self, step: Step) {
        let id = self.id.clone();
        match step {
            Step::Open => self.opened += u64::from(open(&self.test, &self.token).is_ok()),
            Step::Deny => self.write(|test, vault| {
                let denial = DenyRequest { recipient: Some("Acme".into()), ..DenyRequest::default() };
                ops::policy::deny(vault, &denial, test.env()).unwrap();
                let rule: RuleId = ops::policy::show(vault).unwrap().last().unwrap().rule_id;
                ops::policy::remove(vault, rule, test.env()).unwrap();
            }),
            Step::Resume => self.write(|test, vault| {
                let _ = ops::grants::resume(vault, &id, Approval::Person, test.env());
            }),
            Step::Accept => {
                fs::copy(self.test.path("older/vault/vault.db"), self.test.dir().join("vault.db")).unwrap();
                if let Ok(vault) = self.test.try_accept() {
                    drop(vault);
                }
                self.test.keep("older");
            }
            Step::Reseal => {
                self.rows += 1;
                let day = format!("2026-02-{:02}", self.rows % 28 + 1);
                let rows = self.rows;
                self.write(|test, vault| {
                    drop(test.import(vault, &csv([(day.as_str(), -rows, "Bread", None)]), "Daily"))
                });
            }
            Step::Read => drop(self.test.read()),
            Step::Crash => self.crashes = true,
        }
        self.test.fixed.now.set(self.test.fixed.now.get() + 60);
    }

    fn used(&self) -> u64 {
        let vault = self.test.write();
        ops::grants::show(&vault, &self.id, self.test.env()).unwrap().line.used_count
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_grant_never_opens_more_often_than_it_may(
        uses in 1u32..4,
        steps in prop::collection::vec(any::<Index>(), 1..16),
    ) {
        let mut run = Run::new(uses);
        for step in steps {
            run.step(*step.get(&STEPS));
            prop_assert!(run.opened <= uses.into(), "opened {} times", run.opened);
        }
        prop_assert_eq!(run.used(), run.opened);
        for _ in 0..=uses {
            run.step(Step::Resume);
            run.step(Step::Open);
        }
        prop_assert!(run.opened <= uses.into(), "opened {} times", run.opened);
        prop_assert_eq!(run.used(), run.opened);
    }
}
