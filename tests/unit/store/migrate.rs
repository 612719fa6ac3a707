//! Steps of the tests' own after those of the product, on a vault of today's version.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{first, run};
use crate::crypto::Argon2Params;
use crate::ops;
use crate::share::Scope;
use crate::store::db::schema::{ADD_ZONES, NAME_TWINS, PACK_ZONES, Step};
use crate::store::error::Damage;
use crate::store::files::lock::VaultLock;
use crate::store::files::paths::SNAPSHOT_FILE;
use crate::store::header::NewSlot;
use crate::store::made::{Made, NOW};
use crate::store::reader::{Reader, Rollback};
use crate::store::rekey::{Renewal, rotate};
use crate::store::testing::Fixed;
use crate::store::{Locked, StoreError, Unlock, Vault};

/// A table more, a column more, and other rows.
static STEPS: [Step; 5] = [
    ADD_ZONES,
    PACK_ZONES,
    NAME_TWINS,
    Step {
        sql: "CREATE TABLE tags (name TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID; INSERT INTO tags VALUES ('a'), ('b')",
        tables: &["tags"],
    },
    Step {
        sql: "ALTER TABLE ignored ADD COLUMN why TEXT; UPDATE accounts SET name = name || ' (old)'; DELETE FROM tags \
              WHERE name = 'a'",
        tables: &["ignored", "accounts", "tags"],
    },
];

fn migrate(made: &Made, steps: &'static [Step]) -> Result<(), StoreError> {
    run(&made.vault(), steps, Rollback::Refuse, Duration::ZERO, made.env())
}

/// Opens a vault as a program with these steps does.
fn open(made: &Made, steps: &'static [Step]) -> Reader {
    let lock = VaultLock::shared(&made.dir(), Duration::ZERO).unwrap();
    Reader::older(&made.vault(), lock, Rollback::Refuse, steps).unwrap()
}

/// Returns every file of the vault but the snapshot.
fn files(made: &Made) -> Vec<(PathBuf, Vec<u8>)> {
    made.files().into_iter().filter(|(path, _)| !path.ends_with(SNAPSHOT_FILE)).collect()
}

#[test]
fn steps_run_once_and_are_audited_and_the_database_before_stays() {
    let made = Made::new();
    made.share(&[Scope::Balances]);
    let before = fs::read(made.dir().join("vault.db")).unwrap();
    let entries = made.write().audit_log().unwrap().len();
    assert_eq!(fs::read(made.dir().join("vault.db")).unwrap(), before);
    migrate(&made, &STEPS).unwrap();

    let snapshot = made.dir().join(SNAPSHOT_FILE);
    assert_eq!(fs::read(&snapshot).unwrap(), before);
    assert_eq!(fs::metadata(&snapshot).unwrap().permissions().mode() & 0o777, 0o600);
    // All of it opens: root, last entry, header, anchor.
    let reader = open(&made, &STEPS);
    let log = reader.audit_log().unwrap();
    assert_eq!(log.len(), entries + 1);
    let last = log.last().unwrap();
    assert_eq!((last.action.as_str(), last.detail.as_str()), ("migrate", r#"{"from":4,"to":6}"#));
    let (faults, _) = reader.verify_audit().unwrap();
    assert_eq!(faults, []);
    assert_eq!(reader.view().accounts().unwrap()[0].name, "Daily (old)");
    let tags: String =
        reader.connection.query_row("SELECT group_concat(name) FROM tags", [], |row| row.get(0)).unwrap();
    assert_eq!(tags, "b");
    drop(reader);

    let after = made.files();
    migrate(&made, &STEPS).unwrap();
    assert!(made.files() == after, "a vault of the newest version was changed");
    // An older program leaves it as it is.
    let refused = made.vault().reader(made.env()).map(drop);
    assert!(matches!(refused, Err(StoreError::TooNew { found: 6, .. })), "{refused:?}");
    let refused = made.vault().writer(made.env()).map(drop);
    assert!(matches!(refused, Err(StoreError::TooNew { found: 6, .. })), "{refused:?}");
    assert!(made.files() == after);
    // The database of before, in its place again, is the vault of before.
    fs::copy(&snapshot, made.dir().join("vault.db")).unwrap();
    let refused = made.vault().reader(made.env()).map(drop);
    assert!(matches!(refused, Err(StoreError::Rollback { .. })), "{refused:?}");
    drop(made.vault().accept_rollback(made.env()).unwrap());
    assert!(ops::check::run(&made.vault().look(made.env()).unwrap(), made.env()).unwrap().ok);
}

#[test]
fn a_step_that_fails_leaves_the_vault_as_it_was() {
    // SQL that fails at its end, and steps that change what they do not name: a table, the schema, source rows, the log.
    static CASES: [[Step; 4]; 6] = [
        [
            ADD_ZONES,
            PACK_ZONES,
            NAME_TWINS,
            Step { sql: "UPDATE accounts SET name = 'x'; INSERT INTO nowhere VALUES (1)", tables: &["accounts"] },
        ],
        [ADD_ZONES, PACK_ZONES, NAME_TWINS, Step { sql: "UPDATE accounts SET name = 'x'", tables: &["policy"] }],
        [
            ADD_ZONES,
            PACK_ZONES,
            NAME_TWINS,
            Step { sql: "DELETE FROM source_rows WHERE place = (SELECT max(place) FROM source_rows)", tables: &[] },
        ],
        [ADD_ZONES, PACK_ZONES, NAME_TWINS, Step { sql: "UPDATE audit SET detail = '{}'", tables: &[] }],
        [ADD_ZONES, PACK_ZONES, NAME_TWINS, Step { sql: "DELETE FROM grants", tables: &["sealings"] }],
        [
            ADD_ZONES,
            PACK_ZONES,
            NAME_TWINS,
            Step { sql: "UPDATE meta SET value = zeroblob(32) WHERE name = 'audit_key'", tables: &[] },
        ],
    ];
    let made = Made::new();
    made.share(&[Scope::Balances]);
    let before = files(&made);
    for steps in &CASES {
        migrate(&made, steps).unwrap_err();
        assert!(files(&made) == before, "{}", steps[2].sql);
        assert!(ops::check::run(&made.vault().look(made.env()).unwrap(), made.env()).unwrap().ok, "{}", steps[2].sql);
    }
    migrate(&made, &STEPS).unwrap();
}

#[test]
fn a_vault_that_is_not_sound_is_not_migrated_and_replaces_no_snapshot() {
    let made = Made::new();
    fs::write(made.dir().join(SNAPSHOT_FILE), "a sound one").unwrap();
    let writer = made.write();
    writer.reader.connection.execute("UPDATE source_rows SET amount = amount + 1", []).unwrap();
    drop(writer);
    let before = made.files();
    let refused = migrate(&made, &STEPS);
    assert!(matches!(refused, Err(StoreError::Damaged(Damage::Digests))), "{refused:?}");
    assert!(made.files() == before);
}

#[test]
fn a_vault_older_than_the_anchor_is_left_alone() {
    let made = Made::new();
    let old = fs::read(made.dir().join("vault.db")).unwrap();
    made.share(&[Scope::Balances]);
    let new = fs::read(made.dir().join("vault.db")).unwrap();
    fs::write(made.dir().join("vault.db"), &old).unwrap();
    let before = made.files();
    let refused = migrate(&made, &STEPS);
    assert!(matches!(refused, Err(StoreError::Rollback { .. })), "{refused:?}");
    assert!(made.files() == before);
    fs::write(made.dir().join("vault.db"), &new).unwrap();
    migrate(&made, &STEPS).unwrap();
}

#[test]
fn a_new_master_key_leaves_no_snapshot() {
    let made = Made::new();
    fs::write(made.dir().join(SNAPSHOT_FILE), "of the old key").unwrap();
    let vault = made.vault();
    let unlock = Unlock::KeyFile(made.key());
    let keep = [(vault.slot(), NewSlot { unlock: &unlock, argon2: Argon2Params::FLOOR })];
    let (header, master) = vault.header().renewed(&keep, None, &made.env()).unwrap();
    let renewal = Renewal { header, master, detail: serde_json::json!({ "change": "rotate" }) };
    assert_eq!(rotate(&vault, renewal, made.env()).unwrap().len(), 0);
    assert!(!made.dir().join(SNAPSHOT_FILE).exists());
    assert_eq!(fs::read_dir(made.dir().parent().unwrap()).unwrap().count(), 2, "the vault and the state directory");
    made.vault().reader(made.env()).unwrap();
}

/// The user that owns nothing.
const NOBODY: u32 = 65_534;

/// Every directory and file of a vault and its state directory, from the top down.
fn paths(made: &Made) -> Vec<PathBuf> {
    let mut all = vec![made.dir().parent().unwrap().to_owned()];
    for at in 0.. {
        let Some(path) = all.get(at).cloned() else { return all };
        if path.is_dir() {
            all.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        }
    }
    all
}

/// Does something as a user who may write neither the vault nor what lies beside it.
fn on_a_read_only_medium<T: Send>(made: &Made, work: impl FnOnce() -> T + Send) -> T {
    let is_root = fs::metadata("/proc/self").unwrap().uid() == 0;
    let all = paths(made);
    let modes = |dir, file| {
        let mode = |path: &Path| Permissions::from_mode(if path.is_dir() { dir } else { file });
        all.iter().for_each(|path| fs::set_permissions(path, mode(path)).unwrap());
    };
    let own = |user| all.iter().filter(|_| is_root).for_each(|path| chown(path, Some(user), None).unwrap());
    own(NOBODY);
    modes(0o500, 0o400);
    let probe = made.dir().join("probe");
    let done = std::thread::scope(|scope| {
        let worker = scope.spawn(move || {
            // Root may write everywhere. On Linux a thread has a user of its own.
            if is_root {
                rustix::thread::set_thread_uid(rustix::process::Uid::from_raw(NOBODY)).unwrap();
            }
            assert!(fs::write(probe, "x").is_err(), "it can be written");
            work()
        });
        worker.join()
    });
    own(0);
    modes(0o700, 0o600);
    done.unwrap()
}

#[test]
fn an_older_vault_that_cannot_be_written_is_refused_and_left_as_it_is() {
    let made = Made::new();
    made.share(&[Scope::Balances]);
    let (key, before) = (made.key(), made.files());
    let (dir, state) = (made.dir(), made.state());
    let (opened, migrated, as_it_is) = on_a_read_only_medium(&made, move || {
        let env = Fixed::new(1);
        env.now.set(NOW);
        let vault = Vault::<Locked>::find(&dir).unwrap().unlock(&Unlock::KeyFile(key), &state).unwrap();
        let open = || Reader::shared(&vault, &STEPS);
        let opened = first(&vault, &STEPS, Rollback::Refuse, Duration::ZERO, env.env(), open).map(drop);
        let migrated = run(&vault, &STEPS, Rollback::Refuse, Duration::ZERO, env.env());
        // The version that the program has can be read there.
        let as_it_is = vault.reader(env.env()).map(|reader| reader.audit_seq());
        (opened, migrated, as_it_is)
    });
    assert!(matches!(opened, Err(StoreError::Outdated { found: 4, known: 6 })), "{opened:?}");
    assert!(migrated.is_err(), "it was brought to the newest version");
    assert!(as_it_is.unwrap() > 1);
    assert!(made.files() == before);
}

#[test]
fn an_older_vault_is_not_looked_at_and_the_next_command_brings_it_to_the_newest() {
    let made = Made::new();
    made.share(&[Scope::Balances]);
    let before = made.files();
    let looked = Reader::looking(&made.vault(), &STEPS).map(drop);
    assert!(matches!(looked, Err(StoreError::Outdated { found: 4, known: 6 })), "{looked:?}");
    assert!(made.files() == before, "looking changed something");
    let vault = made.vault();
    let open = || Reader::shared(&vault, &STEPS);
    let opened = first(&vault, &STEPS, Rollback::Refuse, Duration::ZERO, made.env(), open).unwrap();
    assert_eq!(opened.audit_log().unwrap().last().unwrap().action.as_str(), "migrate");
    drop(opened);
    let looked = Reader::looking(&vault, &STEPS).unwrap();
    assert_eq!(looked.view().accounts().unwrap()[0].name, "Daily (old)");
}
