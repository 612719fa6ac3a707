use std::os::unix::fs::symlink;

use super::*;
use crate::store::files::atomic::*;

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).unwrap().mode() & 0o7777
}

#[test]
fn tells_what_the_system_said_without_its_number() {
    let dir = tempfile::tempdir().unwrap();
    let missing = dir.path().join("none/file");
    for error in
        [read(&missing, 3).unwrap_err(), write_new(&missing, b"x").unwrap_err(), remove(dir.path()).unwrap_err()]
    {
        let text = error.to_string();
        assert!(!text.contains("os error") && text.starts_with("cannot "), "{text}");
        assert!(text.contains("No such file or directory") || text.contains("Is a directory"), "{text}");
    }
    assert_eq!(in_words(&io::Error::other("a (b) c")), "a (b) c");
}

#[test]
fn replaces_the_whole_file_and_leaves_no_temporary_file() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("head");
    fs::write(&path, "a longer old content").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    write_atomic(&path, b"new", ReadBack::Yes).unwrap();
    assert_eq!(read(&path, 3).unwrap(), b"new");
    assert_eq!(mode(&path), 0o600);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[test]
fn modes_are_private_whatever_the_umask() {
    // The umask belongs to the whole process, so that this runs in a child with one that takes everything away.
    if std::env::var_os("FINVAULT_TEST_UMASK_DIR").is_none() {
        let dir = tempfile::tempdir().unwrap();
        let status = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "store::files::tests::modes_are_private_whatever_the_umask"])
            .env("FINVAULT_TEST_UMASK_DIR", dir.path())
            .output()
            .unwrap();
        assert!(status.status.success(), "{}", String::from_utf8_lossy(&status.stdout));
        assert_eq!(mode(&dir.path().join("file")), 0o600);
        assert_eq!(mode(&dir.path().join("sub")), 0o700);
        return;
    }
    let dir = PathBuf::from(std::env::var_os("FINVAULT_TEST_UMASK_DIR").unwrap());
    for umask in [0o777, 0] {
        rustix::process::umask(rustix::fs::Mode::from_raw_mode(umask));
        write_atomic(&dir.join("file"), b"x", ReadBack::Yes).unwrap();
        private_dir(&dir.join("sub"), Links::Refuse).unwrap();
        assert_eq!((mode(&dir.join("file")), mode(&dir.join("sub"))), (0o600, 0o700), "umask {umask:o}");
    }
}

#[test]
fn makes_directories_private_and_refuses_a_link_inside_a_vault() {
    let dir = tempfile::tempdir().unwrap();
    let vault = dir.path().join("data/finvault");
    private_dir(&vault, Links::Follow).unwrap();
    assert_eq!((mode(&dir.path().join("data")), mode(&vault)), (0o700, 0o700));
    fs::set_permissions(&vault, fs::Permissions::from_mode(0o755)).unwrap();
    private_dir(&vault, Links::Refuse).unwrap();
    assert_eq!(mode(&vault), 0o700);
    let link = dir.path().join("link");
    symlink(&vault, &link).unwrap();
    private_dir(&link, Links::Follow).unwrap();
    let refused = private_dir(&link, Links::Refuse).unwrap_err().to_string();
    assert!(refused.ends_with("link is a symbolic link, and must be a directory"), "{refused}");
    fs::write(vault.join("file"), "").unwrap();
    let refused = private_dir(&vault.join("file"), Links::Follow).unwrap_err().to_string();
    assert!(refused.ends_with("file is a regular file, and must be a directory"), "{refused}");
}

#[test]
fn reads_within_the_limit_and_follows_no_link() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("file");
    fs::write(&path, [7; 100]).unwrap();
    assert_eq!(read(&path, 100).unwrap().len(), 100);
    assert!(matches!(read(&path, 99), Err(FileError::TooLarge { limit: 99, .. })));
    assert!(matches!(read_secret(&path, 99), Err(FileError::TooLarge { .. })));
    // A sparse file of a terabyte costs nothing to make, and must cost nothing to refuse.
    File::create(dir.path().join("huge")).unwrap().set_len(1 << 40).unwrap();
    assert!(matches!(read(&dir.path().join("huge"), 65536), Err(FileError::TooLarge { .. })));
    let link = dir.path().join("link");
    symlink(&path, &link).unwrap();
    assert!(matches!(read(&link, 100), Err(FileError::WrongKind { found: "a symbolic link", .. })));
    assert_eq!(read_secret(&link, 100).unwrap().expose(), [7; 100], "a key file may be a link");
    assert!(matches!(read(dir.path(), 100), Err(FileError::WrongKind { found: "a directory", .. })));
    assert!(matches!(read(Path::new("/dev/zero"), 100), Err(FileError::WrongKind { .. })));
    let fifo = dir.path().join("fifo");
    assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    assert!(matches!(read(&fifo, 100), Err(FileError::WrongKind { .. })), "and it does not wait for a writer");
    assert_eq!(read_if_there(&dir.path().join("none"), 1).unwrap(), None);
}

#[test]
fn replaces_a_link_and_keeps_its_target() {
    let dir = tempfile::tempdir().unwrap();
    let (target, link) = (dir.path().join("target"), dir.path().join("link"));
    fs::write(&target, "mine").unwrap();
    symlink(&target, &link).unwrap();
    write_atomic(&link, b"new", ReadBack::Yes).unwrap();
    assert_eq!(fs::read(&target).unwrap(), b"mine");
    assert_eq!(fs::read(&link).unwrap(), b"new");
    symlink(&target, dir.path().join("other")).unwrap();
    assert!(remove(&dir.path().join("other")).unwrap());
    assert!(!remove(&dir.path().join("other")).unwrap());
    assert!(target.exists());
}

#[test]
fn refuses_to_overwrite_a_file_that_must_be_new() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("key");
    write_new(&path, b"first").unwrap();
    assert!(matches!(write_new(&path, b"second"), Err(FileError::Exists { .. })));
    assert_eq!(read(&path, 9).unwrap(), b"first");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "and no temporary file stays");
}

#[test]
fn names_the_path_in_an_error() {
    let error = write_atomic(Path::new("/nonexistent/head"), b"", ReadBack::No).unwrap_err().to_string();
    assert!(error.starts_with("cannot write /nonexistent/head: "), "{error}");
}

#[test]
fn sweeps_temporary_files_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    for name in [".finvault-abc.tmp", ".finvault-keep", "header.toml", "x.tmp"] {
        fs::write(dir.path().join(name), "").unwrap();
    }
    assert_eq!(sweep_temporary(dir.path()).unwrap(), 1);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 3);
}
