//! `open`: what a recipient can check, and what is refused before anything is counted.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Stdio};

use finvault::crypto::sha256_hex;
use serde_json::Value;

use crate::files::tree;
use crate::strace::under_strace;
use crate::test_environment::{Run, TestEnvironment};

const ROWS: [&str; 10] =
    ["share", "--scope", "transactions.detail,accounts", "--to", "Acme", "--purpose", "x", "--expires", "30d", "--yes"];

/// A vault with a grant, whose sealed slice and token somebody else has too.
fn shared(more: &[&str]) -> (TestEnvironment, Value) {
    let env = TestEnvironment::with_data();
    env.allow_sharing();
    let report = env.json(&[&ROWS[..], &["--out", "acme.slice"], more].concat());
    env.write("token", report["token"].as_str().unwrap());
    for name in ["acme.slice", "token"] {
        fs::copy(env.path(name), env.root().join("other").join(name)).unwrap();
    }
    (env, report)
}

/// Checks a signature with OpenSSH itself: unchecked interoperability is only a claim.
fn ssh_keygen_verifies(dir: &Path) -> bool {
    let mut child = Command::new("ssh-keygen")
        .args(["-Y", "verify", "-f", "allowed_signers", "-I", "holder", "-n", "slice@finvault", "-s", "slice.json.sig"])
        .current_dir(dir)
        .stdin(fs::File::open(dir.join("slice.json")).unwrap())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("ssh-keygen is needed for this test: install the package openssh-client");
    child.wait().unwrap().success()
}

fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

#[test]
fn writes_what_ssh_keygen_verifies() {
    let (env, shared) = shared(&[]);
    let got = env.root().join("other/got");
    let run = env.elsewhere(&["open", "acme.slice", "--token-file", "token", "--out", "got", "--json"]).ok();
    let report: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(names(&got), ["allowed_signers", "slice.json", "slice.json.sig"]);
    assert_eq!(mode(&got), 0o700);
    for name in names(&got) {
        assert_eq!(mode(&got.join(name)), 0o600);
    }
    let bytes = fs::read(got.join("slice.json")).unwrap();
    assert_eq!(report["sliceHash"], sha256_hex(&bytes));
    assert_eq!(report["sliceHash"], shared["sliceHash"], "the very bytes that were approved");
    assert_eq!(report["grantId"], shared["grantId"]);
    assert_eq!(report["signer"], env.json(&["identity"])["fingerprint"]);
    assert!(ssh_keygen_verifies(&got));

    // The command that a person is told to type is this one.
    let run = env.elsewhere(&["open", "acme.slice", "--token-file", "token", "--out", "again"]).ok();
    let again = env.root().join("other/again");
    assert!(run.err.contains(shared["sliceHash"].as_str().unwrap()), "{}", run.err);
    let line = run.err.lines().find(|line| line.trim().starts_with("ssh-keygen")).unwrap();
    let status = Command::new("sh").args(["-c", line]).current_dir(&again).stdout(Stdio::null()).status().unwrap();
    assert!(status.success(), "{line}");

    // One byte less, or another one, is not what was signed.
    for changed in [&bytes[1..], &[&bytes[..], b"\n"].concat()] {
        fs::write(again.join("slice.json"), changed).unwrap();
        assert!(!ssh_keygen_verifies(&again));
    }
    // The same from the outbox.
    env.vault(&["open", "--token-file", "token", "--out", "mine"]).ok();
    assert!(ssh_keygen_verifies(&env.path("mine")));
    assert_eq!(fs::read(env.path("mine/slice.json")).unwrap(), bytes);
}

#[test]
fn a_place_that_is_taken_costs_no_use() {
    let (env, _) = shared(&["--once"]);
    fs::create_dir(env.path("full")).unwrap();
    env.write("full/mine", "mine");
    env.write("file", "mine");
    symlink("nowhere", env.path("dangling")).unwrap();
    let before = names(&env.path("."));
    for taken in ["full", "file", "dangling", "missing/got", "full/mine/got"] {
        let run = env.vault(&["open", "--token-file", "token", "--out", taken]).fails(1);
        assert_eq!(run.out, "", "{taken}");
        assert_eq!(names(&env.path(".")), before, "{taken}");
    }
    assert_eq!(fs::read(env.path("full/mine")).unwrap(), b"mine");
    // What cannot be opened leaves nothing, either.
    env.write("wrong", "vlt_2222");
    env.vault(&["open", "--token-file", "wrong", "--out", "got"]).fails(3);
    env.write("noise.slice", "noise");
    env.vault(&["open", "noise.slice", "--token-file", "token", "--out", "got"]).fails(5);
    fs::remove_file(env.path("wrong")).unwrap();
    fs::remove_file(env.path("noise.slice")).unwrap();
    assert_eq!(names(&env.path(".")), before);
    // An empty directory is a place, also behind a link.
    fs::create_dir(env.path("empty")).unwrap();
    fs::set_permissions(env.path("empty"), fs::Permissions::from_mode(0o755)).unwrap();
    symlink("empty", env.path("link")).unwrap();
    env.vault(&["open", "--token-file", "token", "--out", "link"]).ok();
    assert!(ssh_keygen_verifies(&env.path("empty")));
    assert_eq!(mode(&env.path("empty")), 0o700);
    env.vault(&["open", "--token-file", "token", "--out", "got"]).fails(4);
}

#[test]
fn a_vault_without_its_header_is_damaged_and_no_revocation() {
    let (env, _) = shared(&[]);
    let header = env.vault_dir().join("header.toml");
    let kept = fs::read(&header).unwrap();
    fs::remove_file(&header).unwrap();
    let run = env.vault(&["open", "--token-file", "token"]).fails(6);
    assert!(run.err.contains("header.toml is missing") && run.err.contains("vault restore"), "{}", run.err);
    fs::write(&header, kept).unwrap();
    env.vault(&["open", "--token-file", "token"]).ok();
    // Where no vault is, nothing tells the token from one that was revoked.
    env.vault(&["--vault", "nowhere", "open", "--token-file", "token"]).fails(4);
}

#[test]
fn writes_nothing_inside_the_vault_or_its_state() {
    let (env, _) = shared(&["--once"]);
    let vault = ".local/share/finvault";
    fs::create_dir(env.vault_dir().join("empty")).unwrap();
    symlink(env.vault_dir().join("empty"), env.path("link")).unwrap();
    symlink(env.vault_dir(), env.path("whole")).unwrap();
    let before = tree(env.root());
    for place in ["outbox", "outbox/o", "o", "empty", "", "../finvault/o"] {
        env.vault(&["open", "--token-file", "token", "--out", &format!("{vault}/{place}")]).fails(2);
    }
    for place in ["link", "link/o", "whole/o", ".local/state/finvault/o"] {
        env.vault(&["open", "--token-file", "token", "--out", place]).fails(2);
        env.vault(&["open", "acme.slice", "--token-file", "token", "--out", place]).fails(2);
        env.vault(&["--vault", "another", "init", "--key-file", ".local/state/finvault/k"]).fails(2);
    }
    for place in [".local/share/finvault/o.slice", "whole/outbox/o.slice", ".local/state/finvault/o.slice"] {
        env.vault(&[&ROWS[..], &["--out", place]].concat()).fails(2);
    }
    assert_eq!(tree(env.root()), before);
    assert_eq!(env.json(&["grants"]).as_array().unwrap().len(), 1);
    fs::remove_dir(env.vault_dir().join("empty")).unwrap();
    env.vault(&["check"]).ok();
    // Nothing was counted.
    env.vault(&["open", "--token-file", "token", "--out", "mine"]).ok();
}

/// Runs `open` under strace, which makes a call with a number fail.
fn failing(env: &TestEnvironment, call: &str, number: usize) -> Run {
    let plain = env.bare_command("other", &["open", "acme.slice", "--token-file", "token", "--out", "got"]);
    Run::from(under_strace(&plain, &[format!("{call}:error=ENOSPC:when={number}")], &[]).output().unwrap())
}

#[test]
fn a_directory_appears_whole_or_not_at_all() {
    let (env, _) = shared(&[]);
    let other = env.root().join("other");
    let mut failed = 0;
    for call in ["mkdir", "fsync", "linkat,renameat2,rename,renameat"] {
        for number in 1..=6 {
            let run = failing(&env, call, number);
            if run.code == 0 {
                assert!(ssh_keygen_verifies(&other.join("got")));
                fs::remove_dir_all(other.join("got")).unwrap();
            } else {
                failed += 1;
                assert_eq!(run.code, 1, "{call} {number}: {}", run.err);
                // Only the sync after the directory took its place may fail with all of it there.
                if other.join("got").exists() {
                    assert!(call == "fsync" && ssh_keygen_verifies(&other.join("got")));
                    fs::remove_dir_all(other.join("got")).unwrap();
                }
            }
            assert_eq!(names(&other), ["acme.slice", "token"], "{call} {number}: {}", run.err);
        }
    }
    assert!(failed >= 8, "{failed}");
}

#[test]
fn refuses_a_slice_of_another_signer_before_it_is_counted() {
    let (env, _) = shared(&["--once"]);
    let own = env.json(&["identity"])["fingerprint"].as_str().unwrap().to_owned();
    let stranger = TestEnvironment::with_vault().json(&["identity"])["fingerprint"].as_str().unwrap().to_owned();
    let open = |place: &[&str], signer: &str| {
        let args = [&["open"], place, &["--token-file", "token", "--signer", signer]].concat();
        if place.is_empty() { env.vault(&args) } else { env.elsewhere(&args) }
    };
    for place in [&[][..], &["acme.slice"]] {
        let run = open(place, &stranger).fails(6);
        assert!(run.out.is_empty() && run.err.contains(&own) && run.err.contains(&stranger), "{}", run.err);
        open(place, &own[..own.len() - 1]).fails(2);
        open(place, "SHA256:").fails(2);
    }
    open(&["acme.slice"], &own).ok();
    open(&[], &own).ok();
    open(&[], &own).fails(4);
}

#[test]
fn quotes_every_line_of_a_slice() {
    let (env, report) = shared(&[]);
    let run = env.elsewhere(&["open", "acme.slice", "--token-file", "token"]).ok();
    let (last, quoted) = run.out.trim_end().rsplit_once('\n').map(|(quoted, last)| (last, quoted)).unwrap();
    assert_eq!(last, "self-asserted by the holder from bank exports, not attested by the bank");
    assert!(quoted.lines().all(|line| line.starts_with('|')), "{quoted}");
    assert!(quoted.contains("CORNER GROCERY"), "{quoted}");
    let told = format!("slice hash {}", report["sliceHash"].as_str().unwrap());
    assert!(run.err.contains("signed by SHA256:") && run.err.contains(&told), "{}", run.err);
}
