//! A vault on the disk with some rows and an ongoing grant, with a clock and random bytes that a test decides.

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use crate::crypto::{SecretBytes, sha256};
use crate::import::{ReadOptions, SignRule};
use crate::model::{Env, GrantId};
use crate::ops::import::{ImportOptions, Source};
use crate::ops::init::{KeyFile, NewKeys};
use crate::ops::progress::Quiet;
use crate::ops::report::ImportStatus;
use crate::ops::share::Approval;
use crate::ops::{self};
use crate::share::Scope;
use crate::store::request::request;
use crate::store::testing::Fixed;
use crate::store::{Locked, Open, Unlock, Vault, Writer};

/// The time at which tests begin: 2026-06-01.
pub(crate) const NOW: i64 = 1_780_272_000;

pub(crate) struct Made {
    root: TempDir,
    pub fixed: Fixed,
}

impl Made {
    /// Makes a vault with three rows.
    pub(crate) fn new() -> Made {
        let made = Made { root: tempfile::tempdir().unwrap(), fixed: Fixed::new(0) };
        made.fixed.now.set(NOW);
        let key = made.key();
        let keys = NewKeys { passphrase: None, key_file: Some(KeyFile::Known(&key)), recovery_code: false };
        drop(ops::init::run(&made.dir(), &made.state(), keys, made.env()).unwrap());
        let text = "Date,Description,Amount,Balance\n2026-05-01,Pay,100.00,100.00\n2026-05-02,Tea,-5.00,95.00\n\
                    2026-05-03,Rent,-60.00,35.00\n";
        let options = ImportOptions {
            account: Some("Daily".to_owned()),
            read: ReadOptions {
                currency: Some("USD".parse().unwrap()),
                sign: Some(SignRule::In),
                ..ReadOptions::default()
            },
            create: true,
            ..ImportOptions::default()
        };
        let source = Source { name: "export.csv".into(), bytes: text.as_bytes().to_vec() };
        let report = ops::import::file(&mut made.write(), &source, &options, &Quiet, made.env()).unwrap();
        assert!(report.status != ImportStatus::Rejected, "{report:?}");
        made
    }

    pub(crate) fn dir(&self) -> PathBuf {
        self.root.path().join("vault")
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.root.path().join("state")
    }

    pub(crate) fn key(&self) -> SecretBytes {
        SecretBytes::new(sha256(b"the key file of the tests").to_vec())
    }

    pub(crate) fn env(&self) -> Env<'_> {
        self.fixed.env()
    }

    pub(crate) fn vault(&self) -> Vault<Open> {
        Vault::<Locked>::find(&self.dir()).unwrap().unlock(&Unlock::KeyFile(self.key()), &self.state()).unwrap()
    }

    pub(crate) fn write(&self) -> Writer {
        self.vault().writer(self.env()).unwrap()
    }

    /// Shares some scopes with somebody for 30 days, and returns the grant.
    pub(crate) fn share(&self, scopes: &[Scope]) -> GrantId {
        let mut vault = self.write();
        let draft = ops::share::prepare(&vault, &request(scopes, "Acme"), self.env()).unwrap();
        let pending = ops::share::propose(&mut vault, draft, Approval::Person, self.env()).unwrap();
        ops::share::activate(&mut vault, &pending, self.env()).unwrap();
        pending.approved.report.grant_id.clone()
    }

    /// Returns name and bytes of every file of the vault.
    pub(crate) fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut all = Vec::new();
        for dir in [self.dir(), self.dir().join("outbox")] {
            let paths = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
            all.extend(paths.filter(|path| path.is_file()).map(|path| (path.clone(), fs::read(&path).unwrap())));
        }
        all.sort();
        all
    }
}
