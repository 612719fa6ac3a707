//! A slice that another key signed: whoever knows the token can seal one, and put it into the outbox.

use std::fs;

use finvault::crypto::{Fingerprint, Secret32, SigningKey};
use finvault::ops::open::Opening;
use finvault::ops::share::Approval;
use finvault::ops::{self, ErrorKind};
use finvault::share::slice::NAMESPACE;
use finvault::share::{Scope, SliceDocument, Token, UnverifiedPackage, package};

use crate::request::request;
use crate::test_vault::{TestVault, csv};

/// Seals a document of its own with the token of a grant, signed by a key that is not the vault's.
fn forged(sealed: &[u8], token: &Token) -> (Vec<u8>, SigningKey) {
    let prk = token.secret().prk();
    let package = UnverifiedPackage::parse(sealed).unwrap();
    let header = package.header().clone();
    let slice = package.open(&prk).unwrap().verify().unwrap();
    let mut document = SliceDocument::from_json(slice.document_bytes()).unwrap();
    let key = SigningKey::from_seed(&Secret32::take(&mut [9; 32])).unwrap();
    document.grant.issuer.public_key = key.public_key();
    document.grant.issuer.fingerprint = key.public_key().fingerprint();
    document.accounts.as_mut().unwrap()[0].current_balance = Some(Some("1000000.00".into()));
    "attested by your bank".clone_into(&mut document.attestation);
    let bytes = document.to_canonical_bytes().unwrap();
    (package::seal(&prk, &header, &bytes, &key.sign_ssh(NAMESPACE, &bytes)).unwrap(), key)
}

#[test]
fn a_planted_slice_of_another_signer_opens_nowhere_as_ours() {
    let test = TestVault::new();
    let mut vault = test.write();
    test.import(&mut vault, &csv([("2026-05-05", -500, "Rent", Some(100))]), "Daily");
    let mut asked = request(&[Scope::Balances], "Acme");
    asked.max_uses = Some(2);
    let draft = ops::share::prepare(&vault, &asked, test.env()).unwrap();
    let approved = crate::test_vault::approve_draft(&mut vault, draft, Approval::Person, test.env()).unwrap();
    let own: Fingerprint = vault.public_key().into();
    drop(vault);
    let id = approved.report.grant_id;
    let (planted, key) = forged(&approved.sealed, &approved.token);
    let path = test.dir().join(format!("outbox/{id}.slice"));

    let record = || fs::read(test.dir().join(format!("outbox/{id}.opened"))).unwrap();
    let before = record();
    fs::write(&path, &planted).unwrap();
    let error = ops::open::from_outbox(&test.dir(), &approved.token, test.env()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity, "{error}");
    assert!(error.to_string().contains(&key.public_key().fingerprint()), "{error}");
    assert_eq!(record(), before, "nothing is counted");
    // The key of the forger does not help: the outbox is the vault's.
    let forger: Fingerprint = key.public_key().into();
    let with = Opening { token: &approved.token, signer: Some(&forger) };
    assert_eq!(ops::open::from_outbox(&test.dir(), with, test.env()).unwrap_err().kind(), ErrorKind::Integrity);

    // A file has no vault beside it: only who knows the key can tell.
    let opened = ops::open::from_file(&planted, &approved.token, test.env()).unwrap();
    assert_eq!(opened.signer, key.public_key());
    let with = Opening { token: &approved.token, signer: Some(&own) };
    assert_eq!(ops::open::from_file(&planted, with, test.env()).unwrap_err().kind(), ErrorKind::Integrity);
    ops::open::from_file(&approved.sealed, with, test.env()).unwrap();

    // Without a header nobody knows whose outbox it is; nor with one that is damaged.
    fs::write(&path, &approved.sealed).unwrap();
    let header = fs::read(test.dir().join("header.toml")).unwrap();
    fs::write(test.dir().join("header.toml"), &header[..header.len() / 2]).unwrap();
    let error = ops::open::from_outbox(&test.dir(), &approved.token, test.env()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity, "{error}");
    fs::write(test.dir().join("header.toml"), header).unwrap();
    for _ in 0..2 {
        ops::open::from_outbox(&test.dir(), with, test.env()).unwrap();
    }
    assert_eq!(ops::open::from_outbox(&test.dir(), with, test.env()).unwrap_err().kind(), ErrorKind::Refused);
}
