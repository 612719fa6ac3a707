//! `vault backup`: what it makes, what it refuses, what it keeps and removes.

use std::fs;
use std::io::Read as _;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use finvault::model::Timestamp;
use serde_json::Value;

use crate::files::copy_tree;
use crate::terminal::run_steps;
use crate::test_environment::{Run, TestEnvironment, run};

/// Returns what lies in a directory of the home, by name.
pub(crate) fn in_dir(env: &TestEnvironment, dir: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(env.path(dir)).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.sort();
    found
}

/// Returns a home with a vault and an empty directory for its backups.
pub(crate) fn with_dest() -> TestEnvironment {
    let env = TestEnvironment::with_data();
    fs::create_dir(env.path("dest")).unwrap();
    env
}

/// Runs the program without a key.
pub(crate) fn keyless(env: &TestEnvironment, args: &[&str]) -> Run {
    run(env.bare_command("home", args))
}

fn json(env: &TestEnvironment, args: &[&str]) -> Value {
    let run = keyless(env, &[args, &["--json"]].concat()).ok();
    assert_eq!(run.out.lines().count(), 1, "one line for monitoring: {}", run.out);
    serde_json::from_str(&run.out).unwrap()
}

/// Makes one more change, so that the vault is another one.
pub(crate) fn change(env: &TestEnvironment, number: u32) {
    env.vault(&["accounts", "rename", "acc-1", &format!("Daily {number}")]).ok();
}

/// Puts beside a backup a copy that claims another time, in its name and inside.
pub(crate) fn aged(backup: &Path, time: &str) -> PathBuf {
    let of: Timestamp = time.parse().unwrap();
    let bytes = fs::read(backup).unwrap();
    let mut archive = tar::Archive::new(bytes.as_slice());
    let mut builder = tar::Builder::new(Vec::new());
    for entry in archive.entries().unwrap().raw(true) {
        let mut entry = entry.unwrap();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        let mut header = entry.header().clone();
        if &*header.path_bytes() == b"manifest.json" {
            let text = String::from_utf8(content).unwrap();
            let (before, rest) = text.split_once("\"createdTime\": \"").unwrap();
            let (_, after) = rest.split_once('"').unwrap();
            content = format!("{before}\"createdTime\": \"{time}\"{after}").into_bytes();
        }
        header.set_size(content.len() as u64);
        header.set_mtime(of.unix().try_into().unwrap());
        header.set_cksum();
        builder.append(&header, content.as_slice()).unwrap();
    }
    let compact: String = time.chars().filter(|c| !['-', ':'].contains(c)).collect();
    let name = backup.file_name().unwrap().to_str().unwrap();
    let new = backup.with_file_name(format!("{}-{compact}.tar", name.rsplit_once('-').unwrap().0));
    fs::write(&new, builder.into_inner().unwrap()).unwrap();
    new
}

#[test]
fn backups_of_one_second_get_names_of_their_own() {
    let env = with_dest();
    let begin = |_| {
        env.bare_command("home", &["backup", "dest", "--force"])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let all: Vec<_> = (0..4).map(begin).collect();
    for child in all {
        let ended = child.wait_with_output().unwrap();
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    }
    assert_eq!(in_dir(&env, "dest").len(), 4);
}

#[test]
fn makes_a_backup_without_a_key_and_none_when_nothing_changed() {
    let env = with_dest();
    let made = json(&env, &["backup", "dest"]);
    assert_eq!(made["status"], "CREATED");
    let file = PathBuf::from(made["file"].as_str().unwrap());
    assert_eq!(in_dir(&env, "dest"), [file.canonicalize().unwrap()]);
    assert_eq!(fs::metadata(&file).unwrap().len(), made["sizeBytes"]);
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o7777, 0o600);
    let id = env.json(&["audit"])[0]["subject"].as_str().unwrap().to_owned();
    let name = format!("finvault-{id}-{}.tar", made["createdTime"].as_str().unwrap().replace(['-', ':'], ""));
    assert_eq!(file.file_name().unwrap().to_str().unwrap(), name);
    // No key was there, and no plaintext is.
    assert!(!fs::read(&file).unwrap().windows(7).any(|window| window == b"GROCERY"));
    let unchanged = json(&env, &["backup", "dest"]);
    assert_eq!(unchanged["status"], "UNCHANGED");
    for field in ["file", "vaultId", "sizeBytes", "auditSeq", "createdTime"] {
        assert_eq!(unchanged[field], made[field], "{field}");
    }
    assert_eq!(json(&env, &["backup", "dest", "--force"])["status"], "CREATED");
    assert_eq!(in_dir(&env, "dest").len(), 2, "two backups of one second are two");
    change(&env, 1);
    let changed = json(&env, &["backup", "dest", "--dry-run"]);
    assert_eq!((&changed["status"], &changed["sizeBytes"]), (&"DRY_RUN".into(), &Value::Null));
    assert_eq!(in_dir(&env, "dest").len(), 2);
    let again = json(&env, &["backup", "dest"]);
    assert_eq!(again["status"], "CREATED");
    assert!(again["auditSeq"].as_u64() > made["auditSeq"].as_u64());
    let last = fs::read_to_string(env.path(&format!(".local/state/finvault/{id}.last"))).unwrap();
    let name = Path::new(again["file"].as_str().unwrap()).file_name().unwrap().to_str().unwrap();
    assert!(last.contains(&format!("file = {name:?}")) && last.contains("[backup]"), "{last}");
}

#[test]
fn a_backup_that_is_unchanged_but_damaged_is_made_again() {
    let env = with_dest();
    let made = json(&env, &["backup", "dest"]);
    let file = made["file"].as_str().unwrap();
    let mut bytes = fs::read(file).unwrap();
    bytes[20_000] ^= 1;
    fs::write(file, bytes).unwrap();
    let again = json(&env, &["backup", "dest", "--keep-last", "1"]);
    assert_eq!(again["status"], "CREATED");
    keyless(&env, &["backup", "verify", again["file"].as_str().unwrap()]).ok();
}

#[test]
fn lists_and_verifies_without_a_key_and_with_one() {
    let env = with_dest();
    let made = json(&env, &["backup", "dest"]);
    let file = made["file"].as_str().unwrap();
    let older = aged(Path::new(file), "2026-01-02T03:04:05Z");
    fs::write(env.path("dest/finvault-3u2qrbb7xqxkxdjwwa8ny9etkz-20260101T000000Z.tar"), "cut").unwrap();
    symlink(&older, older.with_file_name("finvault-3u2qrbb7xqxkxdjwwa8ny9etkz-20260101T000001Z.tar")).unwrap();
    fs::write(env.path("dest/notes.txt"), "mine").unwrap();
    for missing in [["backup", "list", "none"], ["backup", "verify", "none"]] {
        assert!(keyless(&env, &missing).fails(5).err.contains("cannot read none"));
    }
    let listed: Value = serde_json::from_str(&keyless(&env, &["backup", "list", "dest", "--json"]).ok().out).unwrap();
    let listed = listed.as_array().unwrap();
    assert_eq!(listed.iter().map(|one| one["good"].as_bool().unwrap()).collect::<Vec<_>>(), [true, true, false, false]);
    assert_eq!(listed[1]["createdTime"], "2026-01-02T03:04:05Z");
    assert!(listed[2]["reason"].as_str().unwrap().contains("a symbolic link"), "{}", listed[2]);
    assert!(listed[3]["reason"].as_str().unwrap().contains("is not a tar archive"), "{}", listed[3]);
    assert_eq!(keyless(&env, &["--json", "backup", "list", file]).ok().out.matches("\"good\": true").count(), 1);

    let verified: Value = serde_json::from_str(&keyless(&env, &["backup", "verify", file, "--json"]).ok().out).unwrap();
    assert_eq!(verified["opened"], false);
    let sum = Command::new("sha256sum").arg(file).output().unwrap();
    assert!(String::from_utf8(sum.stdout).unwrap().starts_with(verified["sha256"].as_str().unwrap()));
    let verified = env.json(&["backup", "verify", file]);
    assert_eq!(verified["opened"], true);
    let from_stdin = env.vault_with_input(&["backup", "verify", "-"], &fs::read(file).unwrap()).ok();
    assert!(from_stdin.err.contains("the key opens it"), "{}", from_stdin.err);
    env.write("wrong", [7; 32]);
    let refused = keyless(&env, &["backup", "verify", file, "--key-file", "wrong"]).fails(3);
    assert!(
        refused.err.contains("when the backup was made") && !refused.err.contains("vault status"),
        "{}",
        refused.err
    );
    // Whatever came of it, what was unpacked is gone.
    for place in [".local/state/finvault", "dest"] {
        assert!(!in_dir(&env, place).iter().any(|path| path.to_string_lossy().contains("unpacked")), "{place}");
    }
    env.write("bank.csv", "Date,Amount\n");
    keyless(&env, &["backup", "verify", "bank.csv"]).fails(5);
    keyless(&env, &["backup", "verify", "missing.tar"]).fails(5);
    keyless(&env, &["backup", "verify", "dest"]).fails(5);
    let bytes = fs::read(file).unwrap();
    for (name, damaged) in
        [("cut.tar", bytes[..bytes.len() - 1].to_vec()), ("padded.tar", [&bytes[..], b"\0"].concat())]
    {
        env.write(name, damaged);
        let run = keyless(&env, &["backup", "verify", name]).fails(6);
        assert!(run.err.contains(name) && run.err.contains("hint"), "{}", run.err);
    }
}

#[test]
fn a_backup_whose_rows_were_changed_is_found_with_a_key() {
    let env = with_dest();
    let database = env.vault_dir().join("vault.db");
    let mut bytes = fs::read(&database).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&database, bytes).unwrap();
    let made = json(&env, &["backup", "dest"]);
    let file = made["file"].as_str().unwrap();
    keyless(&env, &["backup", "verify", file]).ok();
    env.vault(&["backup", "verify", file]).fails(6);
}

#[test]
fn removes_only_what_none_of_the_rules_keeps() {
    let env = with_dest();
    let file = PathBuf::from(json(&env, &["backup", "dest"])["file"].as_str().unwrap());
    let times = ["2026-03-01T10:00:00Z", "2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z", "2026-03-09T09:00:00Z"];
    let old = times.map(|time| aged(&file, time));
    // What is not ours stays: another vault's, one of another name, a damaged one, a link, a directory, a renamed one.
    let dest = |name: &str| env.path("dest").join(name);
    let id = file.file_name().unwrap().to_str().unwrap().split('-').nth(1).unwrap().to_owned();
    let other = TestEnvironment::with_vault();
    let others = run(other.bare_command("home", &["backup", env.path("dest").to_str().unwrap()])).ok();
    assert!(others.out.contains("made"));
    fs::copy(&file, dest("copy.tar")).unwrap();
    fs::copy(&file, dest(&format!("finvault-{id}-20200101T000000Z.tar"))).unwrap();
    fs::write(dest(&format!("finvault-{id}-20200102T000000Z.tar")), &fs::read(&file).unwrap()[..9000]).unwrap();
    symlink(&file, dest(&format!("finvault-{id}-20200103T000000Z.tar"))).unwrap();
    fs::create_dir(dest(&format!("finvault-{id}-20200104T000000Z.tar"))).unwrap();
    let before = in_dir(&env, "dest");
    let rules = ["--keep-daily", "2", "--keep-weekly", "3"];
    let dry = json(&env, &[&["backup", "dest", "--dry-run"], &rules[..]].concat());
    assert_eq!(in_dir(&env, "dest"), before);
    let done = json(&env, &[&["backup", "dest"], &rules[..]].concat());
    assert_eq!(done["status"], "UNCHANGED");
    assert_eq!((&dry["kept"], &dry["removed"]), (&done["kept"], &done["removed"]));
    let name = |path: &Path| Value::from(path.file_name().unwrap().to_str().unwrap());
    // The days 9 March and today; the weeks of today, of 9 March, of 2 March.
    assert_eq!(done["removed"], Value::from(vec![name(&old[1]), name(&old[0])]));
    let kept: Vec<&Value> = done["kept"].as_array().unwrap().iter().map(|one| &one["file"]).collect();
    assert_eq!(kept, [&name(&file), &name(&old[3]), &name(&old[2])]);
    assert_eq!(done["kept"][0]["reasons"], serde_json::json!(["current", "daily", "weekly"]));
    let after = in_dir(&env, "dest");
    assert_eq!(before.into_iter().filter(|path| !old[..2].contains(path)).collect::<Vec<_>>(), after);
    // One that claims to be of the future does not push out the one that was just made.
    let future = aged(&file, "2099-01-01T00:00:00Z");
    change(&env, 1);
    let made = json(&env, &["backup", "dest", "--keep-last", "1"]);
    assert_eq!(made["kept"].as_array().unwrap().len(), 2, "{made}");
    assert!(Path::new(made["file"].as_str().unwrap()).exists() && future.exists());
}

/// Reading a copy from the disk takes as long as the disk does: it is for the backup that another one goes for.
#[test]
fn only_a_backup_that_another_one_goes_for_is_read_from_the_disk() {
    let env = with_dest();
    for (number, keep, is_read) in [(1, "3", false), (2, "3", false), (3, "1", true)] {
        let log = env.path(&format!("calls-{number}"));
        let mut traced = Command::new("strace");
        traced.args(["-f", "-e", "trace=fadvise64", "-o"]).arg(&log).arg(env!("CARGO_BIN_EXE_vault"));
        traced.args(["backup", "dest", "--keep-last", keep]).env_clear().current_dir(env.path(""));
        traced.env("HOME", env.path("")).env("PATH", "/usr/bin:/bin");
        run({
            traced.stdin(Stdio::null());
            traced
        })
        .ok();
        let calls = fs::read_to_string(log).unwrap();
        assert_eq!(calls.contains("POSIX_FADV_DONTNEED"), is_read, "{number}: {calls}");
        change(&env, number);
    }
    assert_eq!(in_dir(&env, "dest").len(), 1);
}

#[test]
fn words_of_retention_without_a_number_are_refused() {
    let env = with_dest();
    json(&env, &["backup", "dest"]);
    change(&env, 1);
    for (args, why) in [
        (&["--keep-last"][..], "a value is required"),
        (&["--keep-daily", "x"], "\"x\" is not a number"),
        (&["--keep-weekly", "-1"], "\"-1\" is not a number"),
        (&["--keep-monthly", "1.5"], "not a number"),
        (&["--keep-yearly", ""], "not a number"),
        (&["--keep-hourly", "99999999999"], "not a number"),
        (&["--keep-last", "0"], "keep no backup at all"),
        (&["--keep-last", "0", "--keep-daily", "0"], "keep no backup at all"),
        (&["--keep-forever", "1"], "unexpected argument"),
        (&["--keep-last", "1", "--keep-last", "2"], "cannot be used multiple times"),
    ] {
        let run = keyless(&env, &[&["backup", "dest"], args].concat()).fails(2);
        assert!(run.err.contains(why), "{args:?}: {}", run.err);
        assert_eq!(in_dir(&env, "dest").len(), 1, "{args:?}");
    }
    for args in [
        &["backup", "x.tar", "--keep-last", "1"][..],
        &["backup", "-", "--keep-last", "1"],
        &["backup", "-", "--dry-run"],
        &["backup", "-", "--json"],
        &["backup"],
        &["backup", "dest", "list", "dest"],
        &["backup", "--force", "verify", "dest"],
        &["--inspect", "backup", "dest"],
    ] {
        keyless(&env, args).fails(2);
    }
    assert!(!env.path("x.tar").exists());
}

#[test]
fn a_file_is_replaced_only_if_it_is_a_backup_of_this_vault() {
    let env = with_dest();
    assert_eq!(json(&env, &["backup", "dest/mine.tar"])["status"], "CREATED");
    let first = fs::read(env.path("dest/mine.tar")).unwrap();
    assert_eq!(json(&env, &["backup", "dest/mine.tar"])["status"], "UNCHANGED");
    change(&env, 1);
    assert_eq!(json(&env, &["backup", "dest/mine.tar"])["status"], "CREATED");
    assert_ne!(fs::read(env.path("dest/mine.tar")).unwrap(), first);
    let other = TestEnvironment::with_vault();
    run(other.bare_command("home", &["backup", env.path("dest/other.tar").to_str().unwrap()])).ok();
    env.write("dest/text", "mine");
    env.write("dest/cut.tar", &first[..5000]);
    for (name, why) in [("other.tar", "of the vault"), ("text", "not a tar"), ("cut.tar", "cut off")] {
        let path = format!("dest/{name}");
        let before = fs::read(env.path(&path)).unwrap();
        let run = keyless(&env, &["backup", &path]).fails(1);
        assert!(run.err.contains(why) && run.err.contains("left as it is"), "{}", run.err);
        assert_eq!(fs::read(env.path(&path)).unwrap(), before);
    }
}

#[test]
fn a_place_that_is_none_is_refused_with_the_reason() {
    let env = with_dest();
    let backup = env.path("dest/one.tar");
    json(&env, &["backup", "dest/one.tar"]);
    symlink(&backup, env.path("link.tar")).unwrap();
    symlink(env.path("nowhere"), env.path("dangling")).unwrap();
    symlink(env.path("dest"), env.path("to-dest")).unwrap();
    assert!(Command::new("mkfifo").arg(env.path("pipe")).status().unwrap().success());
    let before = fs::read(&backup).unwrap();
    for (dest, why) in [
        ("link.tar", "a link that leads to no directory"),
        ("dangling", "a link that leads to no directory"),
        ("pipe", "a named pipe"),
        ("/dev/null", "a device"),
        ("missing/x.tar", "no directory"),
        ("missing/", "no directory"),
        ("key/x.tar", "no directory"),
        (".local/share/finvault", "inside the vault's directory"),
        (".local/share/finvault/outbox/x.tar", "inside the vault's directory"),
        (".local/state/finvault/x.tar", "inside the directory of the vault's state"),
    ] {
        let run = keyless(&env, &["backup", dest]).fails(2);
        assert!(run.err.contains(why), "{dest}: {}", run.err);
    }
    assert_eq!(fs::read(&backup).unwrap(), before);
    assert!(fs::symlink_metadata(env.path("link.tar")).unwrap().is_symlink());
    // A link to a directory is that directory.
    let made = json(&env, &["backup", "to-dest"]);
    assert!(made["file"].as_str().unwrap().starts_with(env.path("dest").canonicalize().unwrap().to_str().unwrap()));
    run(env.bare_command("other", &["backup", "."])).fails(1);
    assert_eq!(fs::read_dir(env.root().join("other")).unwrap().count(), 0);
}

#[test]
fn something_else_in_the_place_of_a_file_of_the_vault_is_refused() {
    let env = with_dest();
    let vault = env.vault_dir();
    copy_tree(&vault, &env.path("kept"));
    for name in ["header.toml", "vault.db", "head", "vault.db-journal"] {
        for kind in ["link", "pipe", "directory"] {
            fs::remove_dir_all(&vault).unwrap();
            copy_tree(&env.path("kept"), &vault);
            let _ = fs::remove_file(vault.join(name));
            match kind {
                "link" => symlink(env.path("kept").join(name), vault.join(name)).unwrap(),
                "pipe" => assert!(Command::new("mkfifo").arg(vault.join(name)).status().unwrap().success()),
                _ => fs::create_dir(vault.join(name)).unwrap(),
            }
            keyless(&env, &["backup", "dest"]).fails(6);
            assert!(in_dir(&env, "dest").is_empty(), "{name}, {kind}");
        }
    }
    for (name, code) in [("vault.db", 6), ("header.toml", 6)] {
        fs::remove_dir_all(&vault).unwrap();
        copy_tree(&env.path("kept"), &vault);
        fs::remove_file(vault.join(name)).unwrap();
        keyless(&env, &["backup", "dest"]).fails(code);
    }
}

#[test]
fn a_stream_is_whole_or_a_failure() {
    let env = with_dest();
    let shell = |script: &str| {
        let mut shell = Command::new("sh");
        shell.arg("-c").arg(script).arg(env!("CARGO_BIN_EXE_vault")).env_clear().current_dir(env.path(""));
        shell.env("HOME", env.path("")).env("PATH", "/usr/bin:/bin");
        run({
            shell.stdin(Stdio::null());
            shell
        })
    };
    shell("\"$0\" backup - >dest/whole.tar && \"$0\" backup verify dest/whole.tar").ok();
    shell("\"$0\" backup - >/dev/full").fails(1);
    // Whoever reads it ends: unlike a list, half a backup is no success.
    let broken = shell("{ \"$0\" backup - 2>err; echo $? >code; } | true; cat err; exit $(cat code)");
    assert_eq!(broken.code, 1, "{}", broken.out);
    shell("\"$0\" backup - >/dev/null").fails(2);
    // Nothing is locked while nobody reads.
    let slow = "{ \"$0\" backup - | { sleep 2; cat >dest/slow.tar; }; } & sleep 1
        \"$0\" accounts rename acc-1 Other --key-file key >out || exit 9; wait; \"$0\" backup verify dest/slow.tar";
    shell(slow).ok();
}

#[test]
fn a_full_or_read_only_disk_leaves_the_backups_as_they_were() {
    let env = with_dest();
    let script = format!(
        "set -e; mkdir full; mount -t tmpfs -o size=300k tmpfs full; '{0}' backup full >out
         sha256sum full/* >before
         '{0}' accounts rename acc-1 Other --key-file key >out
         dd if=/dev/zero of=full/ballast bs=4096 2>dd.txt || true
         set +e; '{0}' backup full --keep-last 1 >out 2>err.txt; code=$?; set -e
         [ $code = 1 ] && grep -q 'disk is full' err.txt || {{ echo \"full: $code\"; cat err.txt; exit 9; }}
         sha256sum --quiet -c before; [ \"$(ls -A full | wc -l)\" = 2 ]
         rm full/ballast; mount -o remount,ro full
         set +e; '{0}' backup full --keep-last 1 >out 2>err.txt; code=$?; set -e
         [ $code = 1 ] && grep -qi 'read-only' err.txt || {{ echo \"read-only: $code\"; cat err.txt; exit 9; }}
         sha256sum --quiet -c before
         mkdir seen; mount --bind .local/share/finvault seen; mount -o remount,bind,ro seen
         '{0}' --vault seen backup dest >out; '{0}' backup verify dest/*.tar --key-file key >out",
        env!("CARGO_BIN_EXE_vault")
    );
    let mut shell = Command::new("unshare");
    shell.args(["--map-root-user", "--mount", "sh", "-c", &script]).env_clear();
    shell.env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").env("HOME", env.path(""));
    shell.current_dir(env.path("")).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let run = run(shell);
    assert_eq!(run.code, 0, "unshare and mount are needed for this test: {}{}", run.out, run.err);
}

#[test]
fn a_verification_that_is_ended_leaves_nothing_unpacked() {
    let env = with_dest();
    let made = json(&env, &["backup", "dest"]);
    let bytes = fs::read(made["file"].as_str().unwrap()).unwrap();
    let unpacked = || {
        let state = in_dir(&env, ".local/state/finvault");
        state.into_iter().filter(|path| path.to_string_lossy().contains("unpacked")).count()
    };
    for (signal, left) in [("INT", 0), ("TERM", 0), ("HUP", 0), ("KILL", 1)] {
        let mut child = env.command(&["backup", "verify", "-"]).stdin(Stdio::piped()).spawn().unwrap();
        // It waits for the rest of what it unpacks.
        let mut input = child.stdin.take().unwrap();
        std::io::Write::write_all(&mut input, &bytes[..bytes.len() / 2]).unwrap();
        while unpacked() == 0 {
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        std::thread::sleep(std::time::Duration::from_millis(200));
        let pid = child.id().to_string();
        assert!(Command::new("kill").args(["-s", signal, &pid]).status().unwrap().success());
        assert!(!child.wait().unwrap().success());
        assert_eq!(unpacked(), left, "{signal}");
    }
    // The next one removes what a killed one left.
    env.vault_with_input(&["backup", "verify", "-"], &bytes).ok();
    assert_eq!(unpacked(), 0);
}

#[test]
fn a_list_says_in_full_why_a_backup_is_no_good() {
    let env = with_dest();
    keyless(&env, &["backup", "dest"]).ok();
    let backup = in_dir(&env, "dest").remove(0);
    let bytes = fs::read(&backup).unwrap();
    fs::write(&backup, &bytes[..bytes.len() / 2]).unwrap();
    let reason = env.json(&["backup", "list", "dest"])[0]["reason"].as_str().unwrap().to_owned();
    let shown = run_steps(&env, "-", &["backup", "list", "dest"], &[], &[("SIZE", "80x24")]).ok().out;
    let name = backup.file_name().unwrap().to_str().unwrap();
    assert!(shown.contains(name) && shown.lines().all(|line| line.chars().count() <= 80), "{shown}");
    let words = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains(&format!("{name} is no good backup: {reason}")), "{shown}");
}
