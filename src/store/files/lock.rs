//! One writer or many readers: an advisory lock (`flock`) on the file `lock` in the vault directory.
//!
//! It is held while a command works, never while a person thinks. The file is empty and stays; the kernel releases
//! the lock when the process ends, even if it is killed. On read-only media no lock file can be created and none is
//! needed: a reader then works without a lock.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use rustix::fs::FlockOperation;
use rustix::io::Errno;
use thiserror::Error;

use crate::store::files::paths::LOCK_FILE;
use crate::store::files::{self, FileError, holder, turn};

/// How long a command waits for another one to finish.
pub(crate) const BRIEFLY: Duration = Duration::from_secs(2);

/// How long a command waits that no person starts: longer than most changes take.
pub(crate) const PATIENTLY: Duration = Duration::from_secs(60);

const STEP: Duration = Duration::from_millis(25);

/// The lock could not be acquired.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LockError {
    /// Another process holds it and did not release it in time.
    #[error("the vault {} is in use by {}: try again when that has finished", path.display(), in_words(holders))]
    Busy {
        /// The vault directory.
        path: PathBuf,
        /// The ids of the processes that hold it; none where the system does not tell.
        holders: Vec<u32>,
    },
    /// The lock file could not be created or opened.
    #[error(transparent)]
    File(#[from] FileError),
}

fn in_words(holders: &[u32]) -> String {
    match holders {
        [] => "another command".to_owned(),
        [process] => format!("process {process}"),
        many => format!("processes {}", many.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")),
    }
}

/// A held lock, released when this value is dropped.
#[derive(Debug)]
#[must_use = "the lock is released when this value is dropped"]
pub(crate) struct VaultLock {
    /// `None` on read-only media without a lock file.
    file: Option<File>,
}

impl VaultLock {
    /// Returns whether there is a lock file to hold.
    pub(crate) fn is_held(&self) -> bool {
        self.file.is_some()
    }

    /// Locks the vault directory against all other processes, waiting at most `wait`.
    pub(crate) fn exclusive(dir: &Path, wait: Duration) -> Result<VaultLock, LockError> {
        acquire(dir, wait, EXCLUSIVE, EXCLUSIVE, &|path| open(path, true).map(Some))
    }

    /// Locks the vault directory against writers, waiting at most `wait`.
    pub(crate) fn shared(dir: &Path, wait: Duration) -> Result<VaultLock, LockError> {
        acquire(dir, wait, SHARED, SHARED, &open_for_reading)
    }

    /// Locks the vault directory as [`VaultLock::shared`] does, and takes its turn as a writer does: writers that come one
    /// after another cannot keep it out for ever.
    pub(crate) fn shared_in_turn(dir: &Path, wait: Duration) -> Result<VaultLock, LockError> {
        acquire(dir, wait, SHARED, EXCLUSIVE, &open_for_reading)
    }

    /// Locks the vault directory against all other processes, for what only reads: also where the lock file cannot be written.
    pub(crate) fn exclusive_to_read(dir: &Path, wait: Duration) -> Result<VaultLock, LockError> {
        acquire(dir, wait, EXCLUSIVE, EXCLUSIVE, &open_for_reading)
    }

    /// Returns whether it is the lock of a directory, by the file that lies there.
    pub(crate) fn is_of(&self, dir: &Path) -> bool {
        self.file.as_ref().is_some_and(|file| is_same_file(file, &dir.join(LOCK_FILE)))
    }

    /// Locks the vault directory as [`VaultLock::shared`] does, and makes no lock file: without one, nobody writes.
    pub(crate) fn shared_if_there(dir: &Path, wait: Duration) -> Result<VaultLock, LockError> {
        acquire(dir, wait, SHARED, SHARED, &open_if_there)
    }
}

impl Drop for VaultLock {
    /// Releases the lock itself, not only this descriptor of it: a process that another thread is starting has a copy until it
    /// runs its own program, and the copy would hold the lock on.
    fn drop(&mut self) {
        if let Some(file) = &self.file {
            let _ = rustix::fs::flock(file, FlockOperation::Unlock);
        }
    }
}

type Opener<'a> = &'a dyn Fn(&Path) -> Result<Option<File>, FileError>;

const SHARED: FlockOperation = FlockOperation::NonBlockingLockShared;
const EXCLUSIVE: FlockOperation = FlockOperation::NonBlockingLockExclusive;

fn acquire(
    dir: &Path,
    wait: Duration,
    how: FlockOperation,
    in_turn: FlockOperation,
    open: Opener<'_>,
) -> Result<VaultLock, LockError> {
    let path = dir.join(LOCK_FILE);
    let io = |source: std::io::Error| FileError::Io { action: "lock", path: path.clone(), source };
    let tries = wait.as_millis() / STEP.as_millis();
    let mut turn = None;
    for attempt in 0..=tries {
        turn = turn.or_else(|| turn::take(dir, in_turn));
        if turn.is_some() {
            let Some(file) = open(&path)? else { return Ok(VaultLock { file: None }) };
            match rustix::fs::flock(&file, how) {
                // The directory may be exchanged while we wait: a lock on the old file protects nothing.
                Ok(()) if is_same_file(&file, &path) => return Ok(VaultLock { file: Some(file) }),
                Ok(()) | Err(Errno::WOULDBLOCK | Errno::INTR) => {}
                Err(e) => return Err(io(e.into()).into()),
            }
        }
        // A reader that waits keeps no writer from waiting.
        if in_turn == SHARED {
            turn = None;
        }
        if attempt < tries {
            thread::sleep(STEP);
        }
    }
    let mut holders = open(&path)?.map_or_else(Vec::new, |file| holder::holders(&file));
    if holders.is_empty() && turn.is_none() {
        // Nobody has the lock, and a stopped command that waits for it has the turn.
        holders = turn::holders(dir);
    }
    Err(LockError::Busy { path: dir.to_owned(), holders })
}

fn is_same_file(file: &File, path: &Path) -> bool {
    let (Ok(held), Ok(there)) = (file.metadata(), fs::symlink_metadata(path)) else { return false };
    (held.dev(), held.ino()) == (there.dev(), there.ino())
}

/// Opens the lock file, and creates it if it is missing and `create` is set.
fn open(path: &Path, create: bool) -> Result<File, FileError> {
    let mut options = OpenOptions::new();
    options.read(true);
    if create {
        // Some network file systems give an exclusive lock to a writable descriptor only.
        options.write(true).create(true).mode(0o600);
    }
    let file = files::open_plain(path, &mut options)?;
    if create {
        files::set_private(&file, path)?;
    }
    Ok(file)
}

fn open_for_reading(path: &Path) -> Result<Option<File>, FileError> {
    if let Some(file) = open_if_there(path)? {
        return Ok(Some(file));
    }
    match open(path, true) {
        Ok(file) => Ok(Some(file)),
        // A writer would have created the file first: there is none to wait for.
        Err(error) if error.says_read_only() => Ok(None),
        Err(FileError::Io { source, .. }) if files::says_full(&source) => Ok(None),
        Err(e) => Err(e),
    }
}

fn open_if_there(path: &Path) -> Result<Option<File>, FileError> {
    match open(path, false) {
        Ok(file) => Ok(Some(file)),
        Err(e) if e.is_not_found() => Ok(None),
        Err(e) => Err(e),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::ZERO;

    #[test]
    fn readers_share_the_lock_and_a_writer_holds_it_alone() {
        let dir = tempfile::tempdir().unwrap();
        let first = VaultLock::shared(dir.path(), NOW).unwrap();
        let second = VaultLock::shared(dir.path(), NOW).unwrap();
        assert!(first.file.is_some() && second.file.is_some());
        assert!(matches!(VaultLock::exclusive(dir.path(), NOW), Err(LockError::Busy { .. })));
        drop((first, second));
        let writer = VaultLock::exclusive(dir.path(), NOW).unwrap();
        assert!(matches!(VaultLock::shared(dir.path(), NOW), Err(LockError::Busy { .. })));
        assert!(matches!(VaultLock::exclusive(dir.path(), NOW), Err(LockError::Busy { .. })));
        #[cfg(target_os = "linux")]
        {
            let busy = VaultLock::shared(dir.path(), NOW).unwrap_err().to_string();
            assert!(busy.contains(&format!("in use by process {}:", std::process::id())), "{busy}");
        }
        drop(writer);
        assert!(VaultLock::shared(dir.path(), NOW).is_ok());
        assert_eq!(fs::metadata(dir.path().join("lock")).unwrap().mode() & 0o7777, 0o600);
    }

    #[test]
    fn a_copy_of_the_descriptor_holds_the_lock_no_longer_than_its_owner() {
        let dir = tempfile::tempdir().unwrap();
        for shared in [true, false] {
            let held = if shared { VaultLock::shared(dir.path(), NOW) } else { VaultLock::exclusive(dir.path(), NOW) }
                .unwrap();
            let copy = held.file.as_ref().unwrap().try_clone().unwrap();
            assert!(VaultLock::exclusive(dir.path(), NOW).is_err());
            drop(held);
            assert!(VaultLock::exclusive(dir.path(), NOW).is_ok());
            drop(copy);
        }
    }

    #[test]
    fn waits_for_a_lock_released_before_the_timeout() {
        let dir = tempfile::tempdir().unwrap();
        let held = VaultLock::exclusive(dir.path(), NOW).unwrap();
        thread::scope(|scope| {
            let waiting = scope.spawn(|| VaultLock::exclusive(dir.path(), Duration::from_secs(20)));
            thread::sleep(STEP * 3);
            drop(held);
            assert!(waiting.join().unwrap().unwrap().file.is_some());
        });
    }

    #[test]
    fn a_writer_comes_before_readers_that_came_later() {
        let dir = tempfile::tempdir().unwrap();
        let over = std::sync::atomic::AtomicBool::new(false);
        let is_over = || over.load(std::sync::atomic::Ordering::Relaxed);
        thread::scope(|scope| {
            // One of them always holds the lock.
            for reader in 0..4u32 {
                let dir = dir.path();
                scope.spawn(move || {
                    thread::sleep(STEP * reader);
                    while !is_over() {
                        let held = VaultLock::shared(dir, Duration::from_secs(60)).unwrap();
                        thread::sleep(STEP * 4);
                        drop(held);
                    }
                });
            }
            thread::sleep(STEP * 8);
            let gained = [(); 3].map(|()| VaultLock::exclusive(dir.path(), Duration::from_secs(20)).is_ok());
            over.store(true, std::sync::atomic::Ordering::Relaxed);
            assert_eq!(gained, [true; 3]);
        });
    }

    #[test]
    fn a_reader_that_takes_its_turn_comes_between_writers_without_pause() {
        let dir = tempfile::tempdir().unwrap();
        let over = std::sync::atomic::AtomicBool::new(false);
        let is_over = || over.load(std::sync::atomic::Ordering::Relaxed);
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    while !is_over() {
                        let held = VaultLock::exclusive(dir.path(), Duration::from_secs(60)).unwrap();
                        thread::sleep(STEP * 2);
                        drop(held);
                    }
                });
            }
            thread::sleep(STEP * 8);
            let gained = [(); 3].map(|()| VaultLock::shared_in_turn(dir.path(), Duration::from_secs(60)).is_ok());
            over.store(true, std::sync::atomic::Ordering::Relaxed);
            assert_eq!(gained, [true; 3]);
        });
        // It keeps nobody out who only reads.
        let held = VaultLock::shared_in_turn(dir.path(), NOW).unwrap();
        assert!(VaultLock::shared(dir.path(), NOW).is_ok() && VaultLock::shared_in_turn(dir.path(), NOW).is_ok());
        assert!(VaultLock::exclusive(dir.path(), NOW).is_err());
        drop(held);
    }

    #[test]
    fn makes_no_lock_file_to_look() {
        let dir = tempfile::tempdir().unwrap();
        assert!(VaultLock::shared_if_there(dir.path(), NOW).unwrap().file.is_none());
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
        let held = VaultLock::exclusive(dir.path(), NOW).unwrap();
        assert!(matches!(VaultLock::shared_if_there(dir.path(), NOW), Err(LockError::Busy { .. })));
        drop(held);
        assert!(VaultLock::shared_if_there(dir.path(), NOW).unwrap().file.is_some());
    }

    #[test]
    fn locks_the_new_directory_after_an_exchange() {
        let dir = tempfile::tempdir().unwrap();
        let vault = dir.path().join("vault");
        fs::create_dir(&vault).unwrap();
        let held = VaultLock::exclusive(&vault, NOW).unwrap();
        let file = open(&vault.join(LOCK_FILE), false).unwrap();
        fs::rename(&vault, dir.path().join("old")).unwrap();
        fs::create_dir(&vault).unwrap();
        assert!(!is_same_file(&file, &vault.join(LOCK_FILE)));
        let new = VaultLock::exclusive(&vault, NOW).unwrap();
        assert!(is_same_file(new.file.as_ref().unwrap(), &vault.join(LOCK_FILE)));
        drop(held);
    }

    #[test]
    fn refuses_a_lock_file_that_is_a_link() {
        let dir = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("/etc/passwd", dir.path().join(LOCK_FILE)).unwrap();
        assert!(matches!(VaultLock::exclusive(dir.path(), NOW), Err(LockError::File(FileError::WrongKind { .. }))));
        assert!(matches!(VaultLock::shared(dir.path(), NOW), Err(LockError::File(FileError::WrongKind { .. }))));
    }

    #[test]
    fn reads_without_a_lock_where_no_file_can_be_created() {
        // Files cannot be created in /sys, not even by root: it answers as read-only media do.
        let dir = Path::new("/sys");
        assert!(VaultLock::shared(dir, NOW).unwrap().file.is_none());
        assert!(VaultLock::exclusive(dir, NOW).is_err());
    }
}
