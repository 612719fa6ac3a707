//! No secret is in a file, an argument, the environment or debug output.

use std::fs;
use std::path::PathBuf;
use std::process::Stdio;

use data_encoding::HEXLOWER;
use finvault::crypto::{MasterKey, Passphrase, Secret32, SecretBytes};
use finvault::ops;
use finvault::ops::init::{KeyFile, NewKeys};
use finvault::ops::share::Approval;
use finvault::share::{Scope, Token};
use finvault::store::RecoveryCode;
use finvault::store::UnverifiedHeader;
use finvault::store::{NewVault, Unlock};

use crate::files::tree;
use crate::request::request;
use crate::test_vault::{TestVault, csv};

const PASSPHRASE: &str = "violet tractor hums beneath seven moons";

/// Returns the files that hold the bytes.
fn holding(files: &[PathBuf], needle: &[u8]) -> Vec<PathBuf> {
    let holds = |path: &&PathBuf| fs::read(path).unwrap().windows(needle.len()).any(|window| window == needle);
    files.iter().filter(|path| path.is_file()).filter(holds).cloned().collect()
}

#[test]
fn no_file_holds_a_key_a_token_or_a_row() {
    let test = TestVault::new();
    let mut vault = test.write();
    test.import(&mut vault, &csv([("2026-01-05", -123_456, "Marmalade Emporium", Some(987_654))]), "Nest egg");
    let draft = ops::share::prepare(&vault, &request(&[Scope::TransactionsDetail], "Quokka"), test.env()).unwrap();
    ops::share::save_draft(&mut vault, draft, test.env()).unwrap();
    let draft = ops::share::prepare(&vault, &request(&[Scope::TransactionsDetail], "Quokka"), test.env()).unwrap();
    let approved = crate::test_vault::approve_draft(&mut vault, draft, Approval::Person, test.env()).unwrap();
    test.import(&mut vault, &csv([("2026-01-06", -5_500, "Zeppelin Rides", None)]), "Nest egg");
    drop(vault);
    ops::open::from_outbox(&test.dir(), &approved.token, test.env()).unwrap();
    drop(test.write());

    let header = UnverifiedHeader::parse(&fs::read(test.dir().join("header.toml")).unwrap()).unwrap();
    let (_, master) = header.unlock(&Unlock::KeyFile(test.key())).unwrap();
    let token = approved.token.reveal();
    let secret = token.rsplit('_').nth(1).unwrap();
    let mut keys: Vec<Vec<u8>> = vec![
        master.expose().expose().to_vec(),
        master.database_key().expose().to_vec(),
        approved.token.secret().prk().expose().to_vec(),
    ];
    let raw = test.raw();
    let mut statement =
        raw.prepare("SELECT value FROM meta WHERE name IN ('signing_seed', 'pseudonym_key', 'audit_key')").unwrap();
    keys.extend(statement.query_map([], |row| row.get::<_, Vec<u8>>(0)).unwrap().map(Result::unwrap));
    assert_eq!(keys.len(), 6);
    let mut needles: Vec<Vec<u8>> =
        keys.iter().flat_map(|key| [key.clone(), HEXLOWER.encode(key).into_bytes()]).collect();
    let texts = [secret, "Marmalade", "Zeppelin", "Nest egg", "Quokka", "1234.56", "SQLite format 3"];
    needles.extend(texts.map(|text| text.as_bytes().to_vec()));
    let files = tree(&test.path(""));
    for needle in needles {
        assert_eq!(holding(&files, &needle), [] as [PathBuf; 0], "{}", String::from_utf8_lossy(&needle));
    }
    assert_eq!(holding(&files, test.key().expose()), [test.path("key")]);
}

#[test]
fn a_running_program_shows_no_passphrase() {
    let test = TestVault::empty();
    fs::write(test.path("home/pass"), format!("{PASSPHRASE}\n")).unwrap();
    let command = |args: &[&str]| {
        let mut command = test.command(args);
        command.env_remove("FINVAULT_KEY_FILE").env("FINVAULT_PASSPHRASE_FILE", "pass");
        command
    };
    let output = command(&["init", "--passphrase-file", "pass"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut child = command(&["import", "-", "--account", "Daily", "--create", "--currency", "USD"]);
    let mut child = child.stdin(Stdio::piped()).spawn().unwrap();
    let process = PathBuf::from(format!("/proc/{}", child.id()));
    let mut looked = 0;
    for _ in 0..60 {
        std::thread::sleep(std::time::Duration::from_millis(25));
        for name in ["cmdline", "environ"] {
            // A process that is not dumpable shows its environment to root only.
            let Ok(bytes) = fs::read(process.join(name)) else { continue };
            looked += usize::from(!bytes.is_empty());
            let secret = PASSPHRASE.as_bytes();
            assert!(!bytes.windows(secret.len()).any(|window| window == secret), "{name}");
        }
    }
    drop(child.stdin.take());
    let output = child.wait_with_output().unwrap();
    assert!(looked > 0, "nothing was looked at");
    for stream in [&output.stdout, &output.stderr] {
        assert!(!String::from_utf8_lossy(stream).contains(PASSPHRASE));
    }
    assert_eq!(holding(&tree(&test.path("")), PASSPHRASE.as_bytes()), [test.path("home/pass")]);
}

#[test]
fn debug_output_shows_no_secret() {
    let test = TestVault::new();
    let bytes = [0xabu8; 32];
    let secret = || Secret32::take(&mut bytes.clone());
    let code = RecoveryCode::generate(&test.env());
    let grouped = code.grouped().to_string();
    let token = Token::generate(finvault::model::GrantId::from_random([1; 16]), bytes);
    let key_file = SecretBytes::new(bytes.to_vec());
    let keys = [
        Unlock::Passphrase(Passphrase::new(PASSPHRASE.into())),
        Unlock::KeyFile(SecretBytes::new(bytes.to_vec())),
        Unlock::RecoveryCode(code),
    ];
    let new = NewKeys {
        passphrase: Some(Passphrase::new(PASSPHRASE.into())),
        key_file: Some(KeyFile::Known(&key_file)),
        recovery_code: true,
    };
    let argon2 = finvault::crypto::Argon2Params::FLOOR;
    let mut vault = test.write();
    test.import(&mut vault, &csv([("2026-01-05", -500, "Tea", Some(9_500))]), "Daily");
    let draft = ops::share::prepare(&vault, &request(&[Scope::Balances], "Acme"), test.env()).unwrap();
    let approved = crate::test_vault::approve_draft(&mut vault, draft, Approval::Person, test.env()).unwrap();
    let grants = vault.view().grants().unwrap();
    let shown = format!(
        "{new:?} {:?} {token:?} {:?} {:?} {vault:?} {approved:?} {grants:?}",
        NewVault { keys: &keys, argon2 },
        token.secret(),
        MasterKey::new(secret()),
    );
    assert!(!shown.contains(PASSPHRASE) && !shown.contains(&grouped) && !shown.contains(&grouped.replace('-', "")));
    for written in ["171, 171", "abab", "0xab", "ABAB"] {
        assert!(!shown.contains(written), "{written} in {shown}");
    }
    let prk = approved.token.secret().prk();
    assert!(!shown.contains(&HEXLOWER.encode(prk.expose())) && !shown.contains(&format!("{:?}", prk.expose())));
    assert!(!shown.contains(approved.token.reveal().rsplit('_').nth(1).unwrap()));
}
