//! Backups that are killed, that fail, or that are taken while others work. Failing calls are made by strace: some of them, and
//! every one with FINVAULT_TEST_ALL_FAULTS=1.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crate::backup::{aged, change, in_dir, keyless, with_dest};
use crate::faults::{step, traced};
use crate::files::copy_tree;
use crate::test_environment::{CHASE, TestEnvironment};

/// The calls that change something, and in which steps they fail in the short form.
const CHANGES: &[(&str, usize)] = &[
    ("pwrite64", 1),
    ("write", 2),
    ("fsync,fdatasync", 2),
    ("rename,renameat,renameat2,linkat", 1),
    ("unlink,unlinkat", 1),
    ("fallocate,ftruncate", 1),
    ("fchmod,mkdir,mkdirat", 2),
];

/// Returns the files that have the name of a backup.
fn named(env: &TestEnvironment) -> Vec<PathBuf> {
    in_dir(env, "dest").into_iter().filter(|path| path.to_string_lossy().ends_with(".tar")).collect()
}

#[test]
fn a_backup_that_is_killed_or_fails_loses_none_and_leaves_no_half_one() {
    let env = with_dest();
    keyless(&env, &["backup", "dest"]).ok();
    let first = named(&env).remove(0);
    let times = ["2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z"];
    let mut old: Vec<PathBuf> = times.iter().map(|time| aged(&first, time)).collect();
    old.push(first);
    change(&env, 1);
    copy_tree(&env.path("dest"), &env.path("kept"));
    let backup = ["backup", "dest", "--keep-last", "2"];
    let (mut killed, mut failed, mut made) = (0, 0, 0);
    for how in ["signal=KILL", "error=EIO", "error=ENOSPC"] {
        for (calls, short) in CHANGES {
            let mut calm = 0;
            let is_short = step() > 1;
            for number in (1..).step_by(if is_short { *short } else { 1 }) {
                fs::remove_dir_all(env.path("dest")).unwrap();
                copy_tree(&env.path("kept"), &env.path("dest"));
                let run = traced(&env, &backup, calls, &format!("{how}:when={number}"), &[]);
                let what = format!("{how} at {calls} {number}: {}{}", run.out, run.err);
                let new: Vec<PathBuf> = named(&env).into_iter().filter(|path| !old.contains(path)).collect();
                assert!(new.len() <= 1, "{what}");
                // The new one is whole, or there is none, and then every old one is.
                match new.first() {
                    Some(new) => drop(keyless(&env, &["backup", "verify", new.to_str().unwrap()]).ok()),
                    None => assert!(run.code != 0 && old.iter().all(|path| path.exists()), "{what}"),
                }
                for path in named(&env).iter().filter(|path| old.contains(path)) {
                    let kept = env.path("kept").join(path.file_name().unwrap());
                    assert_eq!(fs::read(path).unwrap(), fs::read(kept).unwrap(), "{what}");
                }
                assert!(old[3].exists(), "the newest of the old ones is kept: {what}");
                for path in in_dir(&env, "dest") {
                    let bytes = fs::read(path).unwrap();
                    assert!(!bytes.windows(7).any(|window| window == b"GROCERY"), "{what}");
                }
                match (how, run.code) {
                    ("signal=KILL", 0) => break,
                    ("signal=KILL", _) => killed += 1,
                    (_, 0) => calm += 1,
                    (_, code) => {
                        assert!(code == 1 && !run.err.contains("os error"), "{what}");
                        // The message may be what could not be written.
                        let is_said = how != "error=ENOSPC" || run.err.contains("disk is full");
                        assert!(is_said || *calls == "write", "{what}");
                        (failed, calm) = (failed + 1, 0);
                    }
                }
                made += new.len();
                // What is left over goes with the next one.
                if number % 4 == 1 {
                    keyless(&env, &backup).ok();
                    assert!(in_dir(&env, "dest").iter().all(|path| path.to_string_lossy().ends_with(".tar")), "{what}");
                    assert_eq!(named(&env).len(), 2, "{what}");
                }
                if calm == 3 {
                    break;
                }
            }
        }
    }
    assert!(killed >= 10 && failed >= 10 && made >= 5, "{killed} killed, {failed} failed, {made} made");
}

#[test]
fn a_disk_that_gives_other_bytes_back_makes_no_backup() {
    let env = with_dest();
    for number in 1..=2 {
        let run = traced(&env, &["backup", "dest"], "pread64", &format!("poke_exit=@arg2=55aa:when={number}"), &[]);
        // The loader reads in this way, too, and may end by it.
        if run.err.contains("does not hold what was just written") {
            assert_eq!(run.code, 1, "{}", run.err);
            assert!(in_dir(&env, "dest").is_empty());
            return;
        }
        in_dir(&env, "dest").iter().for_each(|path| fs::remove_file(path).unwrap());
    }
    panic!("no byte was read back");
}

#[test]
fn a_backup_is_read_from_the_disk_before_another_one_may_go() {
    let env = with_dest();
    // The call by which the system is told to forget what it has in memory.
    let forgets = |arguments: &[&str]| traced(&env, arguments, "fadvise64", "signal=KILL:when=1", &[]).code != 0;
    assert!(!forgets(&["backup", "dest"]));
    assert!(!forgets(&["backup", "dest", "--force"]));
    assert!(forgets(&["backup", "dest", "--force", "--keep-last", "1"]));
    assert!(!forgets(&["backup", "dest/one.tar"]));
    assert!(forgets(&["backup", "dest/one.tar", "--force"]));
    // Nothing changed: the newest one is read.
    assert!(forgets(&["backup", "dest"]));
    let newest = named(&env).pop().unwrap();
    assert!(forgets(&["backup", "verify", newest.to_str().unwrap()]));
}

#[test]
fn a_backup_holds_an_interrupted_change_and_opens() {
    let env = with_dest();
    let rows = env.json(&["transactions"]).as_array().unwrap().len();
    env.write("more.csv", CHASE.replace("2026", "2027"));
    let journal = env.vault_dir().join("vault.db-journal");
    let import = ["import", "more.csv", "--account", "Daily"];
    let killed = traced(&env, &import, "unlink", "signal=KILL:when=1", &[&journal]);
    assert!(killed.code != 0 && fs::metadata(&journal).unwrap().len() > 512, "{}", killed.err);
    let made = keyless(&env, &["backup", "dest", "--quiet", "--format", "csv"]).ok();
    let file = made.out.lines().nth(1).unwrap().split(',').nth(1).unwrap().to_owned();
    let verified = env.json(&["backup", "verify", &file]);
    let names: Vec<&str> =
        verified["files"].as_array().unwrap().iter().map(|file| file["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["header.toml", "vault.db", "vault.db-journal", "head"]);
    assert!(journal.exists(), "the vault itself was left as it was");
    // It is another one than the vault whose change was undone.
    assert_eq!(env.json(&["transactions"]).as_array().unwrap().len(), rows);
    assert!(keyless(&env, &["backup", "dest"]).ok().out.contains("made"));
    // Unpacked by hand, it is the vault of before the change.
    let by_hand = env.path("by-hand");
    fs::create_dir(&by_hand).unwrap();
    let tar = std::process::Command::new("tar").arg("xf").arg(&file).arg("-C").arg(&by_hand).status().unwrap();
    assert!(tar.success());
    fs::remove_file(by_hand.join("manifest.json")).unwrap();
    let there = env.json(&["--vault", "by-hand", "transactions"]);
    assert_eq!(there.as_array().unwrap().len(), rows);
}

/// Takes backups until there are some, and returns how often the vault was in use.
fn take(env: &TestEnvironment, wanted: usize) -> Result<usize, String> {
    let (mut made, mut busy) = (0, 0);
    while made < wanted && busy < 300 {
        let run = keyless(env, &["backup", "dest"]);
        match run.code {
            0 => made += usize::from(run.out.contains("made")),
            7 => busy += 1,
            code => return Err(format!("{code}: {}", run.err)),
        }
    }
    if made == wanted { Ok(busy) } else { Err(format!("{made} were made, and {busy} times the vault was in use")) }
}

#[test]
fn backups_taken_among_writers_and_readers_are_whole_vaults() {
    let env = with_dest();
    let over = AtomicBool::new(false);
    // A little time between two changes: without it, one of the writers always waits, and those come first.
    let until_over = |args: &[&str], pause: u64| {
        let mut done = 0;
        while !over.load(Ordering::Relaxed) {
            thread::sleep(Duration::from_millis(pause));
            let run = env.vault(args);
            assert!([0, 7].contains(&run.code), "{args:?}: {}", run.err);
            done += usize::from(run.code == 0);
        }
        done
    };
    let (taken, changes, reads) = thread::scope(|scope| {
        let until_over = &until_over;
        let work = |args: Vec<String>, pause| {
            scope.spawn(move || until_over(&args.iter().map(String::as_str).collect::<Vec<_>>(), pause))
        };
        let words = |text: String| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let writers: Vec<_> = (0..6).map(|n| work(words(format!("accounts rename acc-1 Name{n}")), 1000)).collect();
        let readers: Vec<_> = (0..6).map(|_| work(words("transactions".to_owned()), 100)).collect();
        let taken = take(&env, 3);
        over.store(true, Ordering::Relaxed);
        let sum = |threads: Vec<thread::ScopedJoinHandle<'_, usize>>| -> usize {
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        };
        (taken, sum(writers), sum(readers))
    });
    taken.unwrap();
    assert!(changes >= 4 && reads >= 4, "{changes} changes, {reads} reads");
    for path in named(&env) {
        let verified = env.json(&["backup", "verify", path.to_str().unwrap()]);
        assert_eq!(verified["opened"], true);
    }
}
