use super::*;
use crate::store::files::paths::{DATABASE_FILE, HEADER_FILE, OUTBOX_DIR};

const VAULT: &str = "99999999999999999999999999";

/// A directory that looks like a vault, with a word in its header.
fn vault(dir: &Path, word: &str) {
    fs::create_dir_all(dir.join(OUTBOX_DIR)).unwrap();
    fs::write(dir.join(HEADER_FILE), word).unwrap();
    fs::write(dir.join(DATABASE_FILE), word).unwrap();
    fs::write(dir.join(OUTBOX_DIR).join("a.slice"), word).unwrap();
}

fn header(dir: &Path) -> String {
    fs::read_to_string(dir.join(HEADER_FILE)).unwrap_or_default()
}

fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Makes a new directory beside that of an old vault.
fn begun(root: &Path) -> Beside {
    let dir = root.join("v");
    vault(&dir, "old");
    let beside = Place::find(&dir).unwrap().begin(VAULT).unwrap();
    vault(beside.dir(), "new");
    beside
}

#[test]
fn exchanges_and_removes_the_old_one() {
    for twice in [false, true] {
        let root = tempfile::tempdir().unwrap();
        let beside = begun(root.path());
        let new = VaultLock::exclusive(beside.dir(), Duration::ZERO).unwrap();
        assert!(!new.is_of(beside.target()));
        if twice {
            mark(&beside.target, VAULT, &Fate::Remove).unwrap();
            beside.rename_twice().unwrap();
        } else {
            beside.exchange(&Fate::Remove).unwrap();
        }
        assert!(new.is_of(beside.target()));
        assert_eq!((header(&beside.target), header(beside.dir())), ("new".into(), "old".into()));
        beside.settle().unwrap();
        assert_eq!(names(root.path()), ["v"], "{twice}");
        assert_eq!(header(&beside.target), "new");
        assert!(!has_leftovers(&beside.target) && marker(&beside.target).is_none());
    }
}

#[test]
fn keeps_the_old_one_under_its_name() {
    let root = tempfile::tempdir().unwrap();
    let beside = begun(root.path());
    beside.exchange(&Fate::Keep("v.before".into())).unwrap();
    assert!(has_leftovers(&beside.target));
    tidy(&beside.target, VAULT).unwrap();
    assert_eq!(names(root.path()), ["v", "v.before"]);
    assert_eq!(header(&root.path().join("v.before")), "old");
    assert!(marker(&root.path().join("v.before")).is_none() && !has_leftovers(&beside.target));
}

#[test]
fn completes_two_renames_wherever_they_were_interrupted() {
    for renames in 0..4 {
        let root = tempfile::tempdir().unwrap();
        let beside = begun(root.path());
        mark(&beside.target, VAULT, &Fate::Remove).unwrap();
        let (target, new, away) = (&beside.target, beside.dir(), named(&beside.target, AWAY));
        for (from, to) in [(target.as_path(), away.as_path()), (new, target), (&away, new)].into_iter().take(renames) {
            fs::rename(from, to).unwrap();
        }
        complete(target).unwrap();
        tidy(target, VAULT).unwrap();
        assert_eq!(names(root.path()), ["v"], "{renames}");
        assert_eq!(header(target), if renames == 0 { "old" } else { "new" }, "{renames}");
    }
}

#[test]
fn puts_the_old_one_back_where_there_is_no_new_one() {
    let root = tempfile::tempdir().unwrap();
    let dir = root.path().join("v");
    vault(&dir, "old");
    mark(&dir, VAULT, &Fate::Remove).unwrap();
    fs::rename(&dir, named(&dir, AWAY)).unwrap();
    complete(&dir).unwrap();
    assert_eq!(header(&dir), "old");
}

#[test]
fn leaves_what_is_not_marked_as_of_this_vault() {
    let root = tempfile::tempdir().unwrap();
    let dir = root.path().join("v");
    let beside = named(&dir, BESIDE);
    vault(&dir, "old");
    vault(&beside, "precious");
    let all = |dir: &Path| (names(dir), names(&dir.join(OUTBOX_DIR)), header(dir));
    for text in [
        None,
        Some(format!("{FIRST_LINE}\n22222222222222222222222222\nremove\n")),
        Some(format!("{FIRST_LINE}\n{VAULT}\nshred\n")),
        Some(format!("{FIRST_LINE}\n{VAULT}\nkeep as ../v\n")),
        Some(format!("{FIRST_LINE}\n{VAULT}\nremove\nmore\n")),
    ] {
        text.iter().for_each(|text| fs::write(beside.join(MARKER), text).unwrap());
        let before = all(&beside);
        tidy(&dir, VAULT).unwrap();
        assert_eq!(all(&beside), before, "{text:?}");
        assert!(matches!(Place::find(&dir).unwrap().begin(VAULT), Err(FileError::Exists { .. })), "{text:?}");
        assert_eq!(all(&beside), before, "{text:?}");
    }
    // A link is none of ours, whatever it leads to.
    fs::rename(&beside, root.path().join("elsewhere")).unwrap();
    mark(&root.path().join("elsewhere"), VAULT, &Fate::Remove).unwrap();
    std::os::unix::fs::symlink("elsewhere", &beside).unwrap();
    tidy(&dir, VAULT).unwrap();
    assert_eq!(header(&beside), "precious");
}

#[test]
fn leaves_one_that_is_being_made() {
    let root = tempfile::tempdir().unwrap();
    let beside = begun(root.path());
    let held = VaultLock::exclusive(beside.dir(), Duration::ZERO).unwrap();
    tidy(&beside.target, VAULT).unwrap();
    assert_eq!(header(beside.dir()), "new");
    drop(held);
    tidy(&beside.target, VAULT).unwrap();
    assert_eq!(names(root.path()), ["v"]);
}

#[test]
fn removes_what_was_only_begun_or_nearly_removed() {
    let root = tempfile::tempdir().unwrap();
    let dir = root.path().join("v");
    vault(&dir, "old");
    for names_in in [&[][..], &[LOCK_FILE], &[".finvault-x.tmp", LOCK_FILE]] {
        fs::create_dir(named(&dir, BESIDE)).unwrap();
        names_in.iter().for_each(|name| fs::write(named(&dir, BESIDE).join(name), "").unwrap());
        assert!(has_leftovers(&dir));
        tidy(&dir, VAULT).unwrap();
        assert_eq!(names(root.path()), ["v"], "{names_in:?}");
    }
}

#[test]
fn completes_where_a_link_leads() {
    let root = tempfile::tempdir().unwrap();
    let beside = begun(root.path());
    std::os::unix::fs::symlink("v", root.path().join("link")).unwrap();
    mark(&beside.target, VAULT, &Fate::Remove).unwrap();
    fs::rename(&beside.target, named(&beside.target, AWAY)).unwrap();
    complete(&root.path().join("link")).unwrap();
    assert_eq!(header(&beside.target), "new");
}

#[test]
fn what_is_not_ours_keeps_its_directory() {
    let root = tempfile::tempdir().unwrap();
    let beside = begun(root.path());
    beside.exchange(&Fate::Remove).unwrap();
    fs::write(beside.dir().join(OUTBOX_DIR).join("notes.txt"), "precious").unwrap();
    assert!(beside.settle().is_err());
    assert_eq!(header(beside.dir()), "", "the header goes first");
    assert_eq!(names(&beside.dir().join(OUTBOX_DIR)), ["notes.txt"]);
    assert_eq!(header(&beside.target), "new");
}

#[test]
fn refuses_a_mount_point() {
    assert!(matches!(Place::find(Path::new("/proc")), Err(FileError::Mounted { .. })));
}
