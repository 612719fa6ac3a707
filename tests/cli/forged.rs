//! Backups in which somebody changed a file together with the manifest, which no key protects.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use finvault::crypto::sha256_hex;

use crate::restore::{restore, with_backup};
use crate::test_environment::TestEnvironment;

/// Writes a backup with another content, of the same size, of one of its files.
fn forged(env: &TestEnvironment, backup: &Path, part: &str, change: impl Fn(&mut Vec<u8>)) -> PathBuf {
    let bytes = fs::read(backup).unwrap();
    let mut archive = tar::Archive::new(bytes.as_slice());
    let mut builder = tar::Builder::new(Vec::new());
    let mut hashes = None;
    for entry in archive.entries().unwrap().raw(true) {
        let mut entry = entry.unwrap();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        let name = String::from_utf8(entry.header().path_bytes().to_vec()).unwrap();
        if name == part {
            let old = sha256_hex(&content);
            change(&mut content);
            hashes = Some((old, sha256_hex(&content)));
        }
        if let Some((old, new)) = hashes.as_ref().filter(|_| name == "manifest.json") {
            content = String::from_utf8(content).unwrap().replace(old, new).into_bytes();
        }
        builder.append(entry.header(), content.as_slice()).unwrap();
    }
    env.write("forged.tar", builder.into_inner().unwrap())
}

/// Changes the header, and the checksum with it, which needs no key.
fn header(content: &mut Vec<u8>, from: &str, to: &str) {
    let text = String::from_utf8(content.clone()).unwrap().replace(from, to);
    let (summed, _) = text.rsplit_once("sha256 = \"").unwrap();
    *content = format!("{summed}sha256 = \"{}\"\n", sha256_hex(summed.as_bytes())).into_bytes();
}

#[test]
fn damage_inside_a_backup_is_not_told_as_damage_of_the_vault() {
    let flipped = |content: &mut Vec<u8>| {
        let middle = content.len() / 2;
        content[middle] ^= 1;
    };
    let other_key = |content: &mut Vec<u8>| header(content, "ssh-ed25519 AAAA", "ssh-ed25519 BAAA");
    is_told_as_its_own("vault.db", flipped);
    is_told_as_its_own("vault.db", |content| content.fill(0));
    is_told_as_its_own("header.toml", other_key);
}

fn is_told_as_its_own(part: &str, change: impl Fn(&mut Vec<u8>)) {
    let (env, backup) = with_backup();
    let forged = forged(&env, &backup, part, change);
    fs::create_dir(env.path("by-hand")).unwrap();
    let tar = Command::new("tar").arg("-xf").arg(&forged).arg("-C").arg(env.path("by-hand")).status().unwrap();
    assert!(tar.success());
    let restored = restore(&env, &forged, &[]).fails(6);
    let adopted = env.vault(&["restore", "--to", "by-hand", "--adopt", "--yes"]).fails(6);
    let verified = env.vault(&["backup", "verify", "forged.tar"]).fails(6);
    for (run, name) in [(restored, "forged.tar"), (adopted, "by-hand"), (verified, "forged.tar")] {
        assert!(run.err.contains(name) && run.err.contains("older backup"), "{part}: {}", run.err);
        for wrong in ["`vault check`", "`vault restore FILE`"] {
            assert!(!run.err.contains(wrong), "{part}: {}", run.err);
        }
    }
    env.vault(&["check"]).ok();
}

#[test]
fn a_header_of_a_newer_version_is_no_damage() {
    let (env, backup) = with_backup();
    let forged = forged(&env, &backup, "header.toml", |content| header(content, "format = 1", "format = 2"));
    let newer = "it was written by a newer version: it has the format 2, this program knows 1";
    for args in [&["restore", "forged.tar", "--yes"][..], &["backup", "verify", "forged.tar"]] {
        let run = env.vault(args).fails(5);
        assert!(run.err.contains(newer) && run.err.contains("use a newer version of vault"), "{}", run.err);
    }
    let listed = env.json(&["backup", "list", forged.to_str().unwrap()]);
    assert!(listed[0]["reason"].as_str().unwrap().contains(newer), "{listed}");
    // Of a vault of its own, nothing advises to put an older state in its place.
    let path = env.vault_dir().join("header.toml");
    let mut content = fs::read(&path).unwrap();
    header(&mut content, "format = 1", "format = 2");
    fs::write(&path, content).unwrap();
    let status = env.vault(&["status"]).fails(6);
    assert!(
        !status.out.contains("restore") && status.err.contains("use a newer version"),
        "{}{}",
        status.out,
        status.err
    );
}
