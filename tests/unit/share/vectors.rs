//! Checks the frozen vectors of `tests/vectors/slice`, and writes them when `FINVAULT_WRITE_VECTORS=1`.
//!
//! They are written once for a version of the format, and never again: a change that needs new ones is a new
//! version. `tests/vectors/verify.py` checks the same files without any code of ours.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};

use super::package::{self, Header, PackageError, UnverifiedPackage};
use super::slice::{self, Edition, NAMESPACE, SliceDocument};
use super::terms::tests::sample_fields;
use super::{DurationType, Scope, Terms, TermsFields, Token};
use crate::crypto::{MacKey, Secret32, SigningKey, hkdf_expand, sha256};
use crate::model::{GrantId, Timestamp};

/// One case of `manifest.json`. Byte strings are in hexadecimal.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Case {
    name: String,
    /// What the case shows.
    about: String,
    /// `ok`, or the refusal.
    expect: String,
    /// The sealed file.
    package: String,
    token: String,
    /// When it is opened.
    now: Timestamp,
    /// What is inside; nothing where nothing is let out.
    #[serde(skip_serializing_if = "Option::is_none")]
    opened: Option<OpenedCase>,
}

/// The values on the way to the document.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct OpenedCase {
    /// The canonical JSON.
    document: String,
    /// The seed that signed it. It belongs to the tests alone.
    signing_seed: String,
    signer: String,
    prk: String,
    salt: String,
    key: String,
    nonce: String,
    commitment: String,
}

const SECRET: u8 = 0x21;
const SEED: u8 = 0x42;

fn directory() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/slice")
}

fn unhex<const N: usize>(text: &str) -> [u8; N] {
    HEXLOWER.decode(text.as_bytes()).unwrap().try_into().unwrap()
}

fn signing_key(byte: u8) -> SigningKey {
    SigningKey::from_seed(&Secret32::take(&mut [byte; 32])).unwrap()
}

/// Bytes without a pattern that could hide a mistake.
fn noise(what: &str, number: u8) -> [u8; 32] {
    sha256(format!("test vector {what} {number}").as_bytes())
}

fn token(fields: &TermsFields, secret: u8) -> Token {
    Token::generate(fields.grant_id.clone(), noise("secret", secret))
}

/// The grants that the good cases are of.
fn balances() -> TermsFields {
    sample_fields()
}

fn detail() -> TermsFields {
    let mut fields = sample_fields();
    fields.grant_id = GrantId::from_random([11; 16]);
    fields.scopes = [Scope::TransactionsDetail, Scope::AccountNumbers].into();
    fields.purpose.text = "Prüfung der Miete: 2 Konten".into();
    fields.duration_type = DurationType::OneTime;
    fields.narrowing.limit = Some(3);
    fields
}

fn document(fields: &TermsFields) -> SliceDocument {
    let edition = Edition {
        version: 1,
        witness: [0xab; 32],
        issuer: signing_key(SEED).public_key(),
        data_as_of: fields.created_time.day(),
    };
    let key = MacKey::new(&Secret32::take(&mut [1; 32]));
    slice::build(&Terms::new(fields.clone()).unwrap(), &edition, &slice::tests::source(), &key)
}

fn header(fields: &TermsFields, salt: u8) -> Header {
    Header { grant_id: fields.grant_id.clone(), version: 1, expires: fields.expiration_time, salt: noise("salt", salt) }
}

fn seal(fields: &TermsFields, salt: u8, signer: &SigningKey) -> Vec<u8> {
    let bytes = document(fields).to_canonical_bytes().unwrap();
    let signature = signer.sign_ssh(NAMESPACE, &bytes);
    package::seal(&token(fields, SECRET).secret().prk(), &header(fields, salt), &bytes, &signature).unwrap()
}

fn open(case: &Case, bytes: &[u8]) -> Result<package::VerifiedSlice, &'static str> {
    let name = |error: PackageError| match error {
        PackageError::NotASlice => "not-a-slice",
        PackageError::UnknownVersion => "unknown-version",
        PackageError::CutOff { .. } => "cut-off",
        PackageError::TooLarge => "too-large",
        PackageError::Header(_) => "header",
        PackageError::WrongToken => "wrong-token",
        PackageError::Damaged => "damaged",
        PackageError::Malformed(_) => "malformed",
        PackageError::Signature(_) => "signature",
        PackageError::Contradiction(_) => "contradiction",
        PackageError::OtherSigner { .. } => "other-signer",
        PackageError::Seal => "seal",
    };
    let token = Token::parse(&case.token).map_err(|_| "bad-token")?;
    let opened = UnverifiedPackage::parse(bytes).and_then(|p| p.open(&token.secret().prk())).map_err(name)?;
    let slice = opened.verify().map_err(name)?;
    if slice.header().is_expired(case.now) { Err("expired") } else { Ok(slice) }
}

#[test]
fn frozen_vectors_end_as_the_manifest_says() {
    if std::env::var_os("FINVAULT_WRITE_VECTORS").is_some_and(|value| value == "1") {
        write();
    }
    let cases: Vec<Case> = serde_json::from_slice(&fs::read(directory().join("manifest.json")).unwrap()).unwrap();
    assert!(cases.len() >= 16);
    for case in &cases {
        let bytes = fs::read(directory().join(&case.package)).unwrap();
        match (open(case, &bytes), &case.opened) {
            (Ok(slice), Some(opened)) => {
                assert_eq!(case.expect, "ok", "{}", case.name);
                let frozen = fs::read(directory().join(&opened.document)).unwrap();
                assert_eq!(slice.document_bytes(), frozen, "{}", case.name);
                assert_eq!(slice.signer().to_string(), opened.signer);
                sealed_again(case, opened, &frozen, &bytes);
            }
            (Err(refusal), None) => assert_eq!(refusal, case.expect, "{}", case.name),
            (outcome, _) => panic!("{}: {:?} instead of {}", case.name, outcome.map(|_| "ok"), case.expect),
        }
    }
}

/// The same document, salt, token and key give the same bytes.
fn sealed_again(case: &Case, opened: &OpenedCase, document: &[u8], package: &[u8]) {
    let token = Token::parse(&case.token).unwrap();
    let prk = token.secret().prk();
    assert_eq!(HEXLOWER.encode(prk.expose()), opened.prk);
    let header = UnverifiedPackage::parse(package).unwrap().header().clone();
    assert_eq!(HEXLOWER.encode(&header.salt), opened.salt);
    let key = SigningKey::from_seed(&Secret32::take(&mut unhex(&opened.signing_seed))).unwrap();
    let again = package::seal(&prk, &header, document, &key.sign_ssh(NAMESPACE, document)).unwrap();
    assert!(again == package, "{} is sealed otherwise today", case.name);
}

/// The frozen documents are what is built today, but for the wording of the terms, which may get better.
#[test]
fn builds_the_frozen_documents() {
    for (file, fields) in [("balances.json", balances()), ("detail.json", detail())] {
        let bytes = fs::read(directory().join(file)).unwrap();
        let frozen: SliceDocument = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(frozen.to_canonical_bytes().unwrap(), bytes, "{file}");
        let mut built = document(&fields);
        built.grant.labelled_terms.clone_from(&frozen.grant.labelled_terms);
        assert_eq!(built, frozen, "{file}");
    }
}

/// Rewrites everything.
fn write() {
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut cases = Vec::new();
    let before = balances().created_time.plus_days(1);
    let mut add = |name: &str, about: &str, expect: &str, package: Vec<u8>, token: &str, now: Timestamp| {
        // A package that is already there is not stored twice.
        let known = files.iter().find(|(_, bytes)| **bytes == package).map(|(file, _)| file.clone());
        let file = known.unwrap_or_else(|| format!("{name}.slice"));
        files.insert(file.clone(), package);
        cases.push(Case {
            name: name.into(),
            about: about.into(),
            expect: expect.into(),
            package: file,
            token: token.into(),
            now,
            opened: None,
        });
    };

    let fields = balances();
    let good = seal(&fields, 0x11, &signing_key(SEED));
    let right = token(&fields, SECRET).reveal();
    add("balances", "a time-bound grant of balances", "ok", good.clone(), &right, before);
    let once = detail();
    add(
        "detail",
        "a one-time grant of transactions with detail and full numbers, in part beyond ASCII",
        "ok",
        seal(&once, 0x12, &signing_key(SEED)),
        &token(&once, SECRET).reveal(),
        before,
    );
    add("expired", "opened at the second of its end", "expired", good.clone(), &right, fields.expiration_time);

    let other = token(&fields, SECRET + 1).reveal();
    add("other-token", "the token of another secret", "wrong-token", good.clone(), &other, before);
    let mistyped = format!("{}{}{}", &right[..40], if &right[40..41] == "7" { "8" } else { "7" }, &right[41..]);
    add("mistyped-token", "one character of the token is another", "bad-token", good.clone(), &mistyped, before);

    let flipped = |at: usize| {
        let mut bytes = good.clone();
        bytes[at] ^= 2;
        bytes
    };
    add("flipped-version", "one bit of the version", "damaged", flipped(37), &right, before);
    add("flipped-expiry", "one bit of the expiry", "damaged", flipped(45), &right, before);
    add("flipped-salt", "one bit of the salt", "wrong-token", flipped(46), &right, before);
    add("flipped-commitment", "one bit of the commitment", "wrong-token", flipped(78), &right, before);
    add("flipped-ciphertext", "one bit of the ciphertext", "damaged", flipped(110), &right, before);
    add("flipped-tag", "one bit of the tag", "damaged", flipped(good.len() - 1), &right, before);
    let cut = good[..good.len() / 2].to_vec();
    add("cut-off", "half of the file", "cut-off", cut, &right, before);
    let last = seal_long(&fields);
    let shorter = last[..last.len() - 1].to_vec();
    add("last-byte-missing", "a longer file without its last byte", "damaged", shorter, &right, before);
    add("other-file", "something else", "not-a-slice", b"Date,Amount\n2026-11-22,1.00\n".to_vec(), &right, before);
    let mut later = good.clone();
    later[16] = b'2';
    add("later-version", "a version that does not exist yet", "unknown-version", later, &right, before);

    // What a holder of the token could seal.
    let prk = token(&fields, SECRET).secret().prk();
    let bytes = document(&fields).to_canonical_bytes().unwrap();
    let signature = signing_key(SEED).sign_ssh(NAMESPACE, &bytes);
    let mut prolonged = header(&fields, 0x13);
    prolonged.expires = prolonged.expires.plus_days(30);
    let sealed = package::seal(&prk, &prolonged, &bytes, &signature).unwrap();
    add("prolonged", "sealed by a holder of the token with a later end", "contradiction", sealed, &right, before);
    let sealed = seal(&fields, 0x14, &signing_key(SEED + 1));
    add("other-signer", "signed with a key that the document does not name", "contradiction", sealed, &right, before);
    let richer = String::from_utf8(bytes.clone()).unwrap().replace("1842.10", "9842.10");
    let sealed = package::seal(&prk, &header(&fields, 0x15), richer.as_bytes(), &signature).unwrap();
    add("changed-document", "the signature of another document", "signature", sealed, &right, before);
    let mut plain = Vec::new();
    for part in [&bytes, &signature.to_bytes()] {
        plain.extend_from_slice(&u32::try_from(part.len()).unwrap().to_be_bytes());
        plain.extend_from_slice(part);
    }
    plain.resize(4096, 0xff);
    let sealed = package::seal_plaintext(&prk, &header(&fields, 0x16), plain).unwrap();
    add("padding-not-zero", "padding that could carry a message", "malformed", sealed, &right, before);

    for (name, fields) in [("balances", &fields), ("detail", &once)] {
        let document = document(fields).to_canonical_bytes().unwrap();
        let salt: [u8; 32] = files[&format!("{name}.slice")][46..78].try_into().unwrap();
        let prk = token(fields, SECRET).secret().prk();
        let mut material = [0u8; 76];
        hkdf_expand(&prk, &[b"seal", &salt, fields.grant_id.as_str().as_bytes()], &mut material);
        files.insert(format!("{name}.json"), document);
        let opened = OpenedCase {
            document: format!("{name}.json"),
            signing_seed: HEXLOWER.encode(&[SEED; 32]),
            signer: signing_key(SEED).public_key().to_string(),
            prk: HEXLOWER.encode(prk.expose()),
            salt: HEXLOWER.encode(&salt),
            key: HEXLOWER.encode(&material[..32]),
            nonce: HEXLOWER.encode(&material[32..44]),
            commitment: HEXLOWER.encode(&material[44..]),
        };
        cases.iter_mut().filter(|case| case.name == name).for_each(|case| case.opened = Some(opened.clone()));
    }
    files.insert("manifest.json".into(), [serde_json::to_vec_pretty(&cases).unwrap(), b"\n".to_vec()].concat());
    fs::create_dir_all(directory()).unwrap();
    for (name, bytes) in files {
        fs::write(directory().join(name), bytes).unwrap();
    }
}

/// A package whose ciphertext is longer than the shortest.
fn seal_long(fields: &TermsFields) -> Vec<u8> {
    let mut long = document(fields);
    long.grant.labelled_terms.extend(document(fields).grant.labelled_terms);
    long.grant.labelled_terms.extend(document(fields).grant.labelled_terms);
    let bytes = long.to_canonical_bytes().unwrap();
    let signature = signing_key(SEED).sign_ssh(NAMESPACE, &bytes);
    package::seal(&token(fields, SECRET).secret().prk(), &header(fields, 0x17), &bytes, &signature).unwrap()
}
