use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use super::*;

const NAMESPACE: &str = "slice@finvault";

const BEGIN: &str = "-----BEGIN SSH SIGNATURE-----";
const END: &str = "-----END SSH SIGNATURE-----";

fn from_armoured(text: &str) -> SshSignature {
    let body = text.trim().strip_prefix(BEGIN).unwrap().strip_suffix(END).unwrap();
    let encoded: String = body.split_ascii_whitespace().collect();
    SshSignature::from_bytes(&BASE64.decode(encoded.as_bytes()).unwrap()).unwrap()
}

fn key(byte: u8) -> SigningKey {
    SigningKey::from_seed(&Secret32::take(&mut [byte; 32])).unwrap()
}

/// Runs `ssh-keygen`. Without it these tests fail: unchecked interoperability is only a claim.
fn ssh_keygen(arguments: &[&str], input: &[u8], directory: &Path) -> Output {
    let mut child = Command::new("ssh-keygen")
        .args(arguments)
        .current_dir(directory)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("ssh-keygen is needed for this test: install the package openssh-client");
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn plain_signatures_give_the_vector_of_rfc_8032() {
    // Section 7.1, test 1: the empty message.
    let mut seed = [
        0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4, 0x44, 0x49,
        0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60,
    ];
    let key = SigningKey::from_seed(&Secret32::take(&mut seed)).unwrap();
    assert_eq!(key.public_key().as_bytes()[..4], [0xd7, 0x5a, 0x98, 0x01]);
    let signature = key.sign(b"");
    assert_eq!(signature[..4], [0xe5, 0x56, 0x43, 0x00]);
    assert_eq!(key.public_key().verify(b"", &signature), Ok(()));
    assert_eq!(key.public_key().verify(b"x", &signature), Err(SignError::Wrong));
}

#[test]
fn reads_the_public_key_line_it_writes() {
    let public = key(1).public_key();
    let line = public.to_string();
    assert!(line.starts_with("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI"), "{line}");
    assert_eq!(line.parse(), Ok(public));
    assert_eq!(format!("  {line} me@home\n").parse(), Ok(public));
    for bad in ["", "ssh-ed25519", "ssh-rsa AAAA", "ssh-ed25519 AAAA", &line[..line.len() - 1], &line.replace("I", "J")]
    {
        assert_eq!(bad.parse::<PublicKey>(), Err(SignError::NotAPublicKey), "{bad}");
    }
    assert_eq!(serde_json::from_str::<PublicKey>(&serde_json::to_string(&public).unwrap()).unwrap(), public);
}

#[test]
fn refuses_any_changed_bit() {
    let signature = key(2).sign_ssh(NAMESPACE, b"slice");
    assert_eq!(signature.verify(NAMESPACE, b"slice"), Ok(key(2).public_key()));
    assert_eq!(signature.verify(NAMESPACE, b"Slice"), Err(SignError::Wrong));
    assert!(matches!(signature.verify("file", b"slice"), Err(SignError::Namespace { .. })));
    let bytes = signature.to_bytes();
    assert_eq!(SshSignature::from_bytes(&bytes), Ok(signature));
    for bit in 0..bytes.len() * 8 {
        let mut changed = bytes.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let outcome = SshSignature::from_bytes(&changed).and_then(|s| s.verify(NAMESPACE, b"slice"));
        assert!(outcome.is_err(), "bit {bit}");
    }
    for length in 0..bytes.len() {
        assert!(SshSignature::from_bytes(&bytes[..length]).is_err());
    }
    assert!(SshSignature::from_bytes(&[&bytes[..], &[0]].concat()).is_err());
}

#[test]
fn ssh_keygen_verifies_what_is_signed_here() {
    let directory = tempfile::tempdir().unwrap();
    let key = key(3);
    fs::write(directory.path().join("slice.sig"), key.sign_ssh(NAMESPACE, b"slice").to_armour()).unwrap();
    fs::write(directory.path().join("allowed"), format!("holder {}\n", key.public_key())).unwrap();
    fs::write(directory.path().join("key.pub"), format!("{}\n", key.public_key())).unwrap();

    let verify = ["-Y", "verify", "-f", "allowed", "-I", "holder", "-n", NAMESPACE, "-s", "slice.sig"];
    let good = ssh_keygen(&verify, b"slice", directory.path());
    assert!(good.status.success(), "{}", String::from_utf8_lossy(&good.stderr));
    assert!(!ssh_keygen(&verify, b"slicE", directory.path()).status.success());
    let check = ["-Y", "check-novalidate", "-n", NAMESPACE, "-s", "slice.sig"];
    assert!(ssh_keygen(&check, b"slice", directory.path()).status.success());
    let wrong_namespace = ["-Y", "check-novalidate", "-n", "file", "-s", "slice.sig"];
    assert!(!ssh_keygen(&wrong_namespace, b"slice", directory.path()).status.success());

    let listed = ssh_keygen(&["-l", "-f", "key.pub"], b"", directory.path());
    let listed = String::from_utf8(listed.stdout).unwrap();
    assert!(listed.contains(&key.public_key().fingerprint()), "{listed}");
    let printed: Fingerprint = listed.split(' ').nth(1).unwrap().parse().unwrap();
    assert!(printed.is_of(&key.public_key()) && !printed.is_of(&self::key(4).public_key()));
    for wrong in ["", "SHA256:", &printed.to_string()[..49], &format!("{printed}="), "MD5:aa:bb", &listed] {
        assert_eq!(wrong.parse::<Fingerprint>(), Err(SignError::NotAFingerprint), "{wrong:?}");
    }
}

#[test]
fn what_ssh_keygen_signs_is_verified_here() {
    let directory = tempfile::tempdir().unwrap();
    let made = ssh_keygen(&["-q", "-t", "ed25519", "-N", "", "-C", "a comment", "-f", "key"], b"", directory.path());
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let signed = ssh_keygen(&["-Y", "sign", "-f", "key", "-n", NAMESPACE], b"slice", directory.path());
    let signature = from_armoured(std::str::from_utf8(&signed.stdout).unwrap());
    let public: PublicKey = fs::read_to_string(directory.path().join("key.pub")).unwrap().parse().unwrap();
    assert_eq!(signature.verify(NAMESPACE, b"slice"), Ok(public));
    assert_eq!(signature.to_armour().as_bytes(), signed.stdout, "the armour is ssh-keygen's to the byte");
}
