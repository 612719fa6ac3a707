//! What a vault that was left, unpacked by hand or restored halfway lets out: nothing that ended.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::backup::{in_dir, with_dest};
use crate::files::copy_tree;
use crate::strace::under_strace;
use crate::test_environment::{Run, TestEnvironment, run};

const SHARE: [&str; 10] =
    ["share", "--scope", "balances", "--to", "Acme", "--purpose", "Loan", "--expires", "20d", "--yes"];

/// Returns a home with a vault, a grant in it, and a backup. The token lies in `token`.
fn with_grant() -> (TestEnvironment, PathBuf, String) {
    let env = with_dest();
    env.allow_sharing();
    let shared = env.json(&SHARE);
    env.write("token", shared["token"].as_str().unwrap());
    env.vault(&["backup", "dest"]).ok();
    let backup = in_dir(&env, "dest").remove(0);
    (env, backup, shared["grantId"].as_str().unwrap().to_owned())
}

/// Opens the token from the outbox of a vault, in this home.
fn open(env: &TestEnvironment, vault: &Path) -> Run {
    env.vault(&["--vault", vault.to_str().unwrap(), "open", "--token-file", "token"])
}

/// Runs a command in which strace makes calls fail or kill it. Returns whether it ended well.
fn ends_well(plain: &Command, injected: &[String]) -> bool {
    under_strace(plain, injected, &[]).output().unwrap().status.success()
}

fn kept(env: &TestEnvironment) -> PathBuf {
    let parent = env.vault_dir().parent().unwrap().to_owned();
    let mut found = fs::read_dir(parent).unwrap().map(|entry| entry.unwrap().path());
    found.find(|path| path.to_str().unwrap().contains(".before-")).expect("a vault is kept")
}

fn statuses(env: &TestEnvironment, vault: &Path) -> Vec<String> {
    let grants = env.json(&["--vault", vault.to_str().unwrap(), "grants"]);
    grants.as_array().unwrap().iter().map(|grant| grant["status"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_kept_vault_opens_nothing_and_its_openings_count() {
    let (env, backup, id) = with_grant();
    open(&env, &env.vault_dir()).ok();
    env.vault(&["restore", backup.to_str().unwrap(), "--yes"]).ok();
    let old = kept(&env);
    for vault in [&old, &env.vault_dir()] {
        open(&env, vault).fails(4);
    }
    env.vault(&["grants", "resume", &id, "--yes"]).ok();
    open(&env, &old).fails(4);
    open(&env, &env.vault_dir()).ok();
    assert_eq!(env.json(&["grants"])[0]["usedCount"], 2);
    env.vault(&["revoke", &id]).ok();
    open(&env, &old).fails(4);
}

#[test]
fn an_adopted_place_takes_over_from_the_vault_that_is_left() {
    let (env, backup, id) = with_grant();
    open(&env, &env.vault_dir()).ok();
    let to = env.path("apart");
    let args = ["restore", backup.to_str().unwrap(), "--to", to.to_str().unwrap()];
    env.vault(&args).ok();
    open(&env, &env.vault_dir()).ok();
    let adopted = env.vault(&["restore", "--to", to.to_str().unwrap(), "--adopt", "--yes"]).ok();
    assert!(adopted.err.contains("FINVAULT_DIR") && adopted.err.contains("1 grant is suspended"), "{}", adopted.err);
    open(&env, &env.vault_dir()).fails(4);
    open(&env, &to).fails(4);
    let of = |vault: &Path| env.json(&["--vault", vault.to_str().unwrap(), "grants"])[0].clone();
    assert_eq!((of(&to)["status"].clone(), of(&to)["usedCount"].clone()), ("SUSPENDED".into(), 2.into()));
    assert!(env.json(&["--vault", to.to_str().unwrap(), "check"])["ok"] == true);
    // The vault that is left tells of the other one, and does not come back by itself.
    let left = env.vault(&["balances"]).fails(6);
    let said = "another copy of this vault was restored, adopted or accepted since";
    assert!(left.err.contains(said) && left.err.contains("--vault"), "{}", left.err);
    let resumed = ["--vault", to.to_str().unwrap(), "grants", "resume", &id, "--yes"];
    env.vault(&resumed).ok();
    open(&env, &to).ok();
    open(&env, &env.vault_dir()).fails(4);
}

/// `--vault` may name a copy that opens no more, while the one that does lies in the default directory.
#[test]
fn what_is_restored_takes_over_from_every_copy_that_is_named() {
    for (place, to) in [("apart", &["--to", "apart", "--adopt"][..]), ("dead", &[])] {
        let (env, backup, _) = with_grant();
        let dead = env.path("dead");
        copy_tree(&env.vault_dir(), &dead);
        open(&env, &env.vault_dir()).ok();
        env.write("more.csv", "Date,Description,Amount\n2026-04-01,LATER,-1.00\n2026-04-02,LATER STILL,-2.00\n");
        env.vault(&["import", "more.csv", "--account", "Purse", "--create", "--currency", "USD"]).ok();
        open(&env, &dead).ok();
        let restore = ["--vault", "dead", "restore", backup.to_str().unwrap(), "--yes"];
        let restored = env.vault(&[&restore, to].concat()).ok().err;
        // It is compared with the one that lives.
        assert!(restored.contains("1 imported file (more.csv)"), "{restored}");
        for copy in [&env.vault_dir(), &dead] {
            open(&env, copy).fails(4);
        }
        let left = env.vault(&["balances"]).fails(6).err;
        assert!(left.contains("another copy of this vault was restored, adopted or accepted since"), "{left}");
        let grants = env.json(&["--vault", place, "grants"]);
        assert_eq!((&grants[0]["status"], &grants[0]["usedCount"]), (&"SUSPENDED".into(), &1.into()));
    }
}

/// Runs a command whose working directory is the vault's, which it names by a relative path.
fn inside(env: &TestEnvironment, vault: &str, args: &[&str]) -> Run {
    let mut command = env.command(&[&["--vault", vault], args].concat());
    command.current_dir(env.vault_dir()).env("FINVAULT_KEY_FILE", env.path("key"));
    run(command)
}

#[test]
fn a_vault_that_is_named_from_inside_changes_places_with_another_directory() {
    for vault in [".", "../finvault", "outbox/.."] {
        let (env, backup, _) = with_grant();
        inside(&env, vault, &["restore", backup.to_str().unwrap(), "--yes"]).ok();
        let old = kept(&env);
        for place in [&old, &env.vault_dir()] {
            open(&env, place).fails(4);
        }
        assert!(fs::read_dir(old.join("outbox")).unwrap().all(|file| {
            let name = file.unwrap().file_name();
            !name.to_str().unwrap().ends_with(".slice")
        }));
        assert_eq!(statuses(&env, &env.vault_dir()), ["SUSPENDED"]);
        assert_eq!(env.json(&["check"])["ok"], true);
        let rotated = inside(&env, vault, &["keys", "rotate", "--yes"]).ok();
        assert!(!rotated.err.contains("cannot"), "{}", rotated.err);
        assert_eq!(env.json(&["check"])["ok"], true);
    }
}

#[test]
fn an_adopted_place_is_named_as_it_is_found_from_anywhere() {
    let (env, backup, _) = with_grant();
    let adopted = env.vault(&["restore", backup.to_str().unwrap(), "--to", "my look", "--adopt", "--yes"]).ok();
    let place = format!("'{}'", env.path("my look").display());
    assert!(adopted.err.contains(&format!("--vault {place} or FINVAULT_DIR={place}.")), "{}", adopted.err);
}

#[test]
fn the_place_of_the_variable_can_be_adopted() {
    let (env, backup, _) = with_grant();
    let to = env.path("apart");
    let adopt = |args: &[&str]| {
        let mut command = env.command(&[&["restore", "--to", to.to_str().unwrap(), "--yes"], args].concat());
        command.env("FINVAULT_DIR", &to);
        run(command)
    };
    adopt(&[backup.to_str().unwrap()]).ok();
    let mut inspecting = env.command(&["--inspect", "restore", "--to", to.to_str().unwrap(), "--adopt", "--yes"]);
    inspecting.env("FINVAULT_DIR", &to);
    run(inspecting).fails(2);
    adopt(&["--adopt"]).ok();
    assert_eq!(statuses(&env, &to), ["SUSPENDED"]);
}

#[test]
fn a_second_directory_becomes_the_vault_by_adoption_alone() {
    let (env, backup, _) = with_grant();
    let file = backup.to_str().unwrap();
    env.vault(&["restore", file, "--to", "apart"]).ok();
    let shown = env.vault(&["--vault", "apart", "status"]).ok().out;
    assert!(shown.contains("Shared    nothing from here") && !shown.contains("Acme"), "{shown}");
    assert_eq!(env.json(&["--vault", "apart", "status"])["holds"]["activeGrants"], serde_json::json!([]));
    for (place, said) in [("apart", "only read"), ("new", "would go on beside")] {
        let refused = env.vault(&["--vault", place, "restore", file, "--yes"]).fails(4);
        assert!(refused.err.contains(said) && refused.err.contains("--adopt"), "{}", refused.err);
        open(&env, &env.vault_dir()).ok();
        env.vault(&["accounts"]).ok();
    }
    assert!(!env.path("new").exists() && env.path("apart/manifest.json").exists());
    // Wherever the new one is named, the other copy is left.
    let adopted = env.vault(&["--vault", "new", "restore", file, "--to", "new", "--adopt", "--yes"]).ok();
    assert!(adopted.err.contains("Name it from now on"), "{}", adopted.err);
    open(&env, &env.vault_dir()).fails(4);
}

#[test]
fn a_backup_unpacked_by_hand_is_only_read_until_it_is_adopted() {
    let (env, backup, id) = with_grant();
    env.vault(&["revoke", &id]).ok();
    // On another machine, where nobody has seen the revocation.
    let home = env.root().join("other");
    let dir = home.join("unpacked");
    fs::create_dir(&dir).unwrap();
    let tar = Command::new("tar").arg("-xf").arg(&backup).arg("-C").arg(&dir).status().unwrap();
    assert!(tar.success());
    for name in ["key", "token"] {
        fs::copy(env.path(name), home.join(name)).unwrap();
    }
    let other = |args: &[&str]| {
        let mut command = env.bare_command("other", &[&["--vault", "unpacked"], args].concat());
        command.env("FINVAULT_KEY_FILE", "key");
        run(command)
    };
    assert!(other(&["accounts"]).ok().out.contains("Daily"));
    assert!(other(&["grants"]).ok().out.contains("ACTIVE"));
    other(&["open", "--token-file", "token"]).fails(4);
    let write = other(&["accounts", "rename", "Daily", "Other"]).fails(4);
    assert!(write.err.contains("--adopt"), "{}", write.err);
    assert!(!dir.join("outbox").exists() && !home.join(".local/state/finvault").exists());
    let told = other(&["restore", "--to", "unpacked", "--adopt", "--yes"]).ok();
    assert!(told.err.contains("1 grant is suspended"), "{}", told.err);
    other(&["open", "--token-file", "token"]).fails(4);
    assert!(other(&["grants"]).ok().out.contains("SUSPENDED"));
    assert!(other(&["check"]).ok().out.is_empty());
    other(&["accounts", "rename", "Daily", "Other"]).ok();
    // Its keys can be made anew: nothing strange lies in it.
    other(&["keys", "rotate", "--yes"]).ok();
}

#[test]
fn a_backup_of_an_older_version_unpacked_by_hand_is_read_once_it_is_adopted() {
    let env = TestEnvironment::empty();
    copy_tree(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vaults/schema-1"), &env.path("old"));
    let old = |args: &[&str]| {
        let mut command = env.bare_command("home", args);
        command.env("FINVAULT_DIR", "old/vault").env("FINVAULT_KEY_FILE", "old/key");
        run(command)
    };
    old(&["backup", "old.tar"]).ok();
    fs::create_dir(env.path("by-hand")).unwrap();
    let tar = Command::new("tar").arg("-xf").arg(env.path("old.tar")).arg("-C").arg(env.path("by-hand")).status();
    assert!(tar.unwrap().success());
    let refused = old(&["--vault", "by-hand", "accounts"]).fails(1);
    assert!(refused.err.contains("--adopt") && !refused.err.contains("any command"), "{}", refused.err);
    old(&["restore", "old.tar", "--to", "unpacked"]).ok();
    old(&["--vault", "unpacked", "accounts"]).ok();
    old(&["restore", "--to", "by-hand", "--adopt", "--yes"]).ok();
    old(&["--vault", "by-hand", "accounts"]).ok();
}

#[test]
fn a_place_inside_the_vault_or_its_state_is_refused() {
    let (env, backup, _) = with_grant();
    for place in [env.vault_dir().join("x"), env.path(".local/state/finvault/x")] {
        let run = env.vault(&["restore", backup.to_str().unwrap(), "--to", place.to_str().unwrap()]).fails(2);
        assert!(run.err.contains("inside") && !place.exists(), "{}", run.err);
    }
}

/// On a machine that has seen nothing, the backup itself must hold that its grants are suspended.
#[test]
fn a_restore_that_is_killed_on_another_machine_revives_no_grant() {
    let (env, backup, id) = with_grant();
    // A record of openings that has to be carried over, and a leftover that has to go.
    open(&env, &env.vault_dir()).ok();
    env.vault(&["revoke", &id]).ok();
    let all = std::env::var_os("FINVAULT_TEST_ALL_FAULTS").is_some();
    let home = env.root().join("other");
    let (mut killed, mut placed) = (0, 0);
    for call in ["rename,renameat,renameat2", "fsync,fdatasync", "pwrite64", "flock", "openat"] {
        for at in 1..400 {
            if !(all || at % 5 == 1 || (call.starts_with("rename") && at < 12)) {
                continue;
            }
            let _ = fs::remove_dir_all(&home);
            fs::create_dir(&home).unwrap();
            for name in ["key", "token"] {
                fs::copy(env.path(name), home.join(name)).unwrap();
            }
            let other = |args: &[&str]| {
                let mut command = env.bare_command("other", args);
                command.env("FINVAULT_KEY_FILE", "key");
                command
            };
            let restore = other(&["restore", backup.to_str().unwrap(), "--yes"]);
            if ends_well(&restore, &[format!("{call}:signal=KILL:when={at}")]) {
                break;
            }
            killed += 1;
            let what = format!("{call} {at}");
            let lists = run(other(&["grants"]));
            placed += usize::from(lists.code != 1);
            assert!(!lists.out.contains("ACTIVE"), "{what}: {}{}", lists.out, lists.err);
            assert_ne!(run(other(&["open", "--token-file", "token"])).code, 0, "{what}");
            // It can be done again, and nothing else stays.
            run(other(&["restore", backup.to_str().unwrap(), "--yes"])).ok();
            let left = fs::read_dir(home.join(".local/share")).unwrap().map(|entry| entry.unwrap().file_name());
            let left: Vec<String> = left.map(|name| name.into_string().unwrap()).collect();
            assert!(left.iter().all(|name| !name.contains("unpacked")), "{what}: {left:?}");
        }
    }
    assert!(killed >= 20 && placed >= 2, "{killed} were killed, {placed} of them with the vault in its place");
}

#[test]
fn a_killed_restore_with_records_leaves_nothing_that_the_next_one_does_not_remove() {
    let (env, backup, _) = with_grant();
    open(&env, &env.vault_dir()).ok();
    let restore = env.command(&["restore", backup.to_str().unwrap(), "--yes"]);
    let mut killed = 0;
    for at in 1..40 {
        if ends_well(&restore, &[format!("rename,renameat,renameat2:signal=KILL:when={at}")]) {
            break;
        }
        killed += 1;
        if env.vault(&["grants"]).code == 6 {
            env.vault(&["audit", "accept", "--yes"]).ok();
        }
        env.vault(&["restore", backup.to_str().unwrap(), "--yes"]).ok();
        let beside = fs::read_dir(env.vault_dir().parent().unwrap()).unwrap();
        let names: Vec<String> = beside.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        assert!(names.iter().all(|name| name == "finvault" || name.contains(".before-")), "{at}: {names:?}");
    }
    assert!(killed >= 5, "{killed} were killed");
}

#[test]
fn an_adoption_that_is_killed_leaves_one_vault_and_can_be_done_again() {
    let (env, backup, _) = with_grant();
    let (home, before) = (env.root().join("home"), env.root().join("before"));
    copy_tree(&home, &before);
    let all = std::env::var_os("FINVAULT_TEST_ALL_FAULTS").is_some();
    let file = backup.to_str().unwrap();
    let adopt = ["restore", file, "--to", "apart", "--adopt", "--yes"];
    let (mut placed, mut adopted) = (0, 0);
    for (call, step) in [("rename,renameat,renameat2", 3), ("unlink,unlinkat", 1), ("fsync,fdatasync", 9)] {
        for at in (1..200).step_by(if all { 1 } else { step }) {
            fs::remove_dir_all(&home).unwrap();
            copy_tree(&before, &home);
            if ends_well(&env.command(&adopt), &[format!("{call}:signal=KILL:when={at}")]) {
                break;
            }
            let what = format!("{call} {at}");
            let apart = env.path("apart");
            if !apart.exists() {
                open(&env, &env.vault_dir()).ok();
                continue;
            }
            placed += 1;
            assert_eq!(statuses(&env, &apart), ["SUSPENDED"], "{what}");
            open(&env, &apart).fails(4);
            if !apart.join("manifest.json").exists() {
                adopted += 1;
            } else {
                // It is no vault yet: the other one is, or can be accepted again.
                env.vault(&["--vault", "apart", "accounts", "rename", "Daily", "Other"]).fails(4);
                env.vault(&["restore", "--to", "apart", "--adopt", "--yes"]).ok();
            }
            open(&env, &env.vault_dir()).fails(4);
            env.vault(&["--vault", "apart", "accounts", "rename", "Daily", "Other"]).ok();
        }
    }
    assert!(placed >= 4, "{placed} had their place, {adopted} of them adopted");
}

#[test]
fn a_backup_completes_two_renames_that_were_interrupted() {
    let env = with_dest();
    let rotate = env.command(&["keys", "rotate", "--yes"]);
    // Directories cannot be exchanged in one step, and the command ends between the two renames.
    let killed_at = |at: usize| {
        ends_well(&rotate, &["renameat2:error=EINVAL".into(), format!("rename:signal=KILL:when={at}")]);
        !env.vault_dir().exists()
    };
    let missing = (1..60).any(killed_at);
    assert!(missing, "no rename left the directory away");
    run(env.bare_command("home", &["backup", "dest"])).ok();
    assert_eq!(in_dir(&env, "dest").len(), 1);
    env.vault(&["check"]).ok();
}

#[test]
fn a_vault_reached_through_links_is_one_like_others() {
    let env = TestEnvironment::with_vault();
    let link = env.root().join("linked");
    std::os::unix::fs::symlink(env.path(""), &link).unwrap();
    let through = |args: &[&str]| {
        let mut command = env.command(args);
        command.env("HOME", &link);
        run(command)
    };
    env.write("tea.csv", "Date,Description,Amount\n2026-04-01,TEA,-1.00\n");
    fs::create_dir(env.path("dest")).unwrap();
    through(&["import", "tea.csv", "--account", "Daily", "--create", "--currency", "USD"]).ok();
    through(&["check"]).ok();
    through(&["--inspect", "accounts"]).ok();
    through(&["backup", "dest"]).ok();
    through(&["keys", "rotate", "--yes"]).ok();
    let backup = in_dir(&env, "dest").remove(0);
    through(&["restore", backup.to_str().unwrap(), "--yes"]).ok();
    assert!(through(&["accounts"]).ok().out.contains("Daily"));
    // The vault's directory itself, also an empty one that a new vault takes.
    let direct = env.path("direct");
    std::os::unix::fs::symlink(env.vault_dir(), &direct).unwrap();
    env.vault(&["--vault", "direct", "balances"]).ok();
    env.vault(&["--vault", "direct", "keys", "rotate", "--yes"]).ok();
    env.vault(&["--vault", "direct", "restore", backup.to_str().unwrap(), "--yes"]).ok();
    assert!(direct.is_symlink() && env.vault(&["check"]).ok().out.is_empty());
    fs::create_dir(env.path("real")).unwrap();
    std::os::unix::fs::symlink(env.path("real"), env.path("empty")).unwrap();
    env.vault(&["restore", backup.to_str().unwrap(), "--to", "empty"]).ok();
    env.vault(&["--vault", "real", "accounts"]).ok();
    // A new vault, by the link.
    let init =
        ["--vault", link.join("second").to_str().unwrap(), "init", "--key-file", "second.key"].map(str::to_owned);
    run(env.bare_command("home", &init.iter().map(String::as_str).collect::<Vec<_>>())).ok();
    let open =
        ["--vault", link.join("second").to_str().unwrap(), "--key-file", "second.key", "accounts"].map(str::to_owned);
    run(env.bare_command("home", &open.iter().map(String::as_str).collect::<Vec<_>>())).ok();
}

#[test]
fn an_anchor_that_cannot_be_read_is_none_that_is_missing() {
    let (env, backup, id) = with_grant();
    env.vault(&["revoke", &id]).ok();
    let anchor = in_dir(&env, ".local/state/finvault").remove(0);
    assert!(anchor.to_str().unwrap().ends_with(".anchor"), "{}", anchor.display());
    fs::write(&anchor, "garbage").unwrap();
    let refused = env.vault(&["restore", backup.to_str().unwrap(), "--yes"]).fails(6);
    assert!(refused.err.contains("audit accept"), "{}", refused.err);
    let beside = fs::read_dir(env.vault_dir().parent().unwrap()).unwrap().count();
    assert_eq!((beside, fs::read(&anchor).unwrap()), (1, b"garbage".to_vec()));
    // The present vault tells the new anchor what has ended.
    env.vault(&["audit", "accept", "--yes"]).ok();
    env.vault(&["restore", backup.to_str().unwrap(), "--yes"]).ok();
    assert_eq!(statuses(&env, &env.vault_dir()), ["REVOKED"]);
}

#[test]
fn a_name_that_cannot_change_places_is_refused_before_anything() {
    let env = with_dest();
    env.vault(&["backup", "dest"]).ok();
    let backup = in_dir(&env, "dest").remove(0);
    for name in ["new\nline".to_owned(), "x".repeat(240)] {
        let place = env.path(&name);
        fs::create_dir(&place).unwrap();
        let to = place.to_str().unwrap();
        let restored = env.vault(&["restore", backup.to_str().unwrap(), "--to", to, "--yes"]);
        assert!(restored.code == 1 && restored.err.contains("rename the directory"), "{}", restored.err);
        fs::remove_dir(&place).unwrap();
        fs::rename(env.vault_dir(), &place).unwrap();
        for args in
            [&["keys", "rotate", "--yes", "--recovery-code"][..], &["restore", backup.to_str().unwrap(), "--yes"]]
        {
            let run = env.vault(&[&["--vault", to], args].concat()).fails(1);
            assert!(run.out.is_empty() && run.err.contains("rename the directory"), "{args:?}: {}{}", run.out, run.err);
        }
        env.vault(&["--vault", to, "check"]).ok();
        fs::rename(&place, env.vault_dir()).unwrap();
    }
    let home = fs::read_dir(env.path("")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert!(home.into_iter().all(|name| !name.contains("finvault-new") && !name.contains(".before-")));
}

#[test]
fn a_secret_on_standard_input_comes_before_the_backup() {
    let env = with_dest();
    env.write("new.txt", "correct horse battery staple 9\n");
    env.vault(&["keys", "add", "passphrase", "--new-passphrase-file", "new.txt"]).ok();
    env.vault(&["backup", "dest"]).ok();
    let backup = fs::read(in_dir(&env, "dest").remove(0)).unwrap();
    let input = [b"correct horse battery staple 9\n", backup.as_slice()].concat();
    fs::create_dir_all(env.root().join("other")).unwrap();
    let mut command = env.bare_command("other", &["restore", "-", "--passphrase-fd", "0", "--yes"]);
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), &input).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_pipe_that_nobody_writes_is_given_up() {
    let env = with_dest();
    assert!(Command::new("mkfifo").arg(env.path("pipe")).status().unwrap().success());
    env.vault(&["restore", "pipe", "--yes"]).fails(5);
}

#[test]
fn a_hidden_file_of_the_persons_in_the_place_of_backups_stays() {
    let env = with_dest();
    for name in [".finvault-mine.tmp", ".finvault-open.tmp"] {
        env.write(&format!("dest/{name}"), "my notes");
    }
    let private = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    fs::set_permissions(env.path("dest/.finvault-mine.tmp"), private).unwrap();
    env.vault(&["backup", "dest"]).ok();
    assert_eq!(in_dir(&env, "dest").len(), 3);
}
