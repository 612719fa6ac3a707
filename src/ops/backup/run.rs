//! Making a backup, and removing what is not to be kept; listing what is there.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use data_encoding::HEXLOWER;

use super::report::{BackupLine, BackupReport, BackupStatus, why};
use super::retention::{KeepReason, Kept, Retention};
use crate::model::{Env, Timestamp, VaultId};
use crate::ops::OpError;
use crate::store::StoreError;
use crate::store::archive::{self, ArchiveError, BackupName, Contents, Manifest, Place, ReadBack, Snapshot};
use crate::store::copies::last::{self, LastBackup, PassedOn};
use crate::store::files::lock::{LockError, VaultLock};
use crate::store::files::paths::HEADER_FILE;
use crate::store::files::{self, FileError, atomic};

/// What a backup is to do.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// What is kept. Nothing is removed where it is empty.
    pub retention: Retention,
    /// Whether only to tell what would be made and removed.
    pub dry_run: bool,
    /// Whether to make one also when nothing changed since the last one.
    pub force: bool,
}

/// What a backup did, and what failed after it was proven.
#[derive(Debug)]
pub struct Outcome {
    /// What it did.
    pub report: BackupReport,
    /// Why it could not be noted in the state directory.
    pub not_noted: Option<FileError>,
    /// Why a backup that is not kept could not be removed.
    pub not_removed: Option<FileError>,
}

/// How long to wait for the next second, when a backup of this one is there.
const STEP: Duration = Duration::from_millis(200);
const MOST_STEPS: u32 = 25;
/// How often a backup is written whose name another command takes meanwhile.
const MOST_TRIES: u32 = 5;

/// How long a command is waited for before that is told.
const PATIENCE: Duration = Duration::from_secs(1);

/// A good backup of the vault in the place.
struct Good {
    path: PathBuf,
    created: Timestamp,
    manifest: Option<Manifest>,
}

/// Makes a backup in a directory or file, and then removes what is not to be kept. Where the newest good backup there is the
/// vault as it is, none is made. `waits` is told the processes that hold the vault, where they are waited for: none where the
/// system does not tell.
///
/// # Errors
/// When there is no vault, the place cannot be used, or the backup cannot be written and proven: then nothing is removed.
pub fn run(
    dir: &Path,
    dest: &Path,
    options: Options,
    state_dir: Option<&Path>,
    waits: &(dyn Fn(&[u32]) + Sync),
    env: Env<'_>,
) -> Result<Outcome, OpError> {
    let place = Place::find(dest)?;
    let mut snapshot = take(dir, waits)?;
    let vault_id = snapshot.vault_id.clone();
    if !options.dry_run {
        // What killed backups left.
        atomic::sweep_given(place.directory(), archive::is_start);
    }
    let mut good = good(&place, &vault_id)?;
    let newest = if options.force { None } else { good.first() };
    if let Some(newest) = newest
        && let Some(manifest) = &newest.manifest
        && snapshot.is_same_as(manifest)?
    {
        drop(snapshot);
        // It stands for the vault from now on, and what is kept in place of others is proven before.
        if let Some(contents) = proven(&newest.path) {
            let status = if options.dry_run { BackupStatus::DryRun } else { BackupStatus::Unchanged };
            let report = report(status, &newest.path, &contents);
            return Ok(finish(report, &good, 0, options, state_dir, env));
        }
        snapshot = Snapshot::take(dir)?;
    }
    if options.dry_run {
        let (snapshot, created, path) = named(dir, snapshot, &place, env)?;
        let report = BackupReport {
            status: BackupStatus::DryRun,
            file: path.display().to_string(),
            vault_id,
            size_bytes: None,
            audit_seq: snapshot.audit_seq(),
            created_time: created,
            kept: Vec::new(),
            removed: Vec::new(),
        };
        drop(snapshot);
        let at = put(&mut good, Good { path, created, manifest: None });
        return Ok(finish(report, &good, at, options, state_dir, env));
    }
    // Before another one goes, this one is on the disk.
    let from =
        |created| if goes(&good, &place, options.retention, created) { ReadBack::Disk } else { ReadBack::System };
    let (contents, path) = write(dir, snapshot, &place, from, env)?;
    let report = report(BackupStatus::Created, &path, &contents);
    let created = report.created_time;
    let at = put(&mut good, Good { path, created, manifest: Some(contents.manifest) });
    Ok(finish(report, &good, at, options, state_dir, env))
}

/// Writes a backup, proves it, and gives it its name: another one where another command takes the name meanwhile. `from` says, of the
/// time that it has, where it is read back from.
fn write(
    dir: &Path,
    mut snapshot: Snapshot,
    place: &Place,
    from: impl Fn(Timestamp) -> ReadBack,
    env: Env<'_>,
) -> Result<(Contents, PathBuf), OpError> {
    let mut tries = 1;
    loop {
        let (mut taken, created, path) = named(dir, snapshot, place, env)?;
        let written = archive::write_proven(&mut taken, created, &path, from(created))?;
        drop(taken);
        let contents = Contents { manifest: written.manifest, size: written.size, sha256: None };
        let named = match place {
            Place::Directory(_) => written.file.take_name(),
            Place::File(_) => written.file.replace(),
        };
        match named {
            Ok(()) => return Ok((contents, path)),
            Err(FileError::Exists { .. }) if tries < MOST_TRIES => snapshot = Snapshot::take(dir)?,
            Err(error) => return Err(not_named(error)),
        }
        tries += 1;
    }
}

/// Writes a backup to a stream, in one pass. The vault is locked only while its files are copied beside it; where nothing can be
/// written there, it stays locked until the stream has taken everything. `waits` is as in [`run`].
///
/// # Errors
/// When there is no vault, its disk is full, or the stream cannot be written.
pub fn stream(
    dir: &Path,
    out: &mut dyn Write,
    waits: &(dyn Fn(&[u32]) + Sync),
    env: Env<'_>,
) -> Result<Streamed, OpError> {
    let mut snapshot = take(dir, waits)?.detach()?;
    Ok(Streamed(archive::write_streamed(&mut snapshot, env.now(), out)?))
}

/// Takes the vault as it is. That other commands are waited for is told once it takes long.
fn take(dir: &Path, waits: &(dyn Fn(&[u32]) + Sync)) -> Result<Snapshot, OpError> {
    let (done, is_done) = mpsc::channel::<()>();
    let tell = move || {
        if is_done.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout)
            && let Err(LockError::Busy { holders, .. }) = VaultLock::shared_if_there(dir, Duration::ZERO)
        {
            waits(&holders);
        }
    };
    thread::scope(|scope| {
        // Without a thread nothing is told.
        let _ = thread::Builder::new().spawn_scoped(scope, tell);
        let taken = Snapshot::take(dir);
        drop(done);
        Ok(taken?)
    })
}

/// A backup that a stream took.
#[derive(Debug)]
pub struct Streamed(Manifest);

impl Streamed {
    /// Notes in the state directory that the backup was passed on.
    ///
    /// # Errors
    /// When the state directory cannot be written.
    pub fn note(&self, state_dir: &Path) -> Result<(), FileError> {
        let Manifest { vault_id, created_time, audit_seq, .. } = &self.0;
        let passed_on = PassedOn { time: *created_time, header_sha256: header_sha256(&self.0), audit_seq: *audit_seq };
        last::note_passed_on(state_dir, vault_id, passed_on)
    }
}

/// Returns the SHA-256 of the header in a backup, in hexadecimal.
fn header_sha256(manifest: &Manifest) -> String {
    manifest.part(HEADER_FILE).map(|part| HEXLOWER.encode(&part.sha256)).unwrap_or_default()
}

/// Lists what has the name of a backup in a directory, of any vault, or looks at one file. The content is not read.
///
/// # Errors
/// When there is no such directory or file, or it cannot be read.
pub fn list(dest: &Path) -> Result<Vec<BackupLine>, OpError> {
    let place = Place::find(dest)?;
    if let Place::File(path) = &place {
        fs::symlink_metadata(path)
            .map_err(|source| StoreError::File(FileError::Io { action: "read", path: path.clone(), source }))?;
    }
    Ok(place.backups()?.into_iter().map(BackupLine::from).collect())
}

/// Returns the good backups of a vault, the newest first. Whatever else lies in the place is left alone.
fn good(place: &Place, vault_id: &VaultId) -> Result<Vec<Good>, OpError> {
    let mut good = Vec::new();
    for found in place.backups()? {
        match found.contents {
            Ok(Contents { manifest, .. }) if manifest.vault_id == *vault_id => {
                good.push(Good { path: found.path, created: manifest.created_time, manifest: Some(manifest) });
            }
            // A file that was named would be replaced.
            Ok(Contents { manifest, .. }) if found.name.is_none() => {
                let why = format!("it is of the vault {}", manifest.vault_id);
                return Err(ArchiveError::Occupied { path: found.path, why }.into());
            }
            Err(error) if found.name.is_none() => {
                return Err(ArchiveError::Occupied { path: found.path, why: why(&error) }.into());
            }
            Ok(_) | Err(_) => {}
        }
    }
    Ok(good)
}

/// Reads all of a backup from the disk and returns what it holds, if every byte of it is as its manifest tells.
fn proven(path: &Path) -> Option<Contents> {
    let file = files::open_plain(path, OpenOptions::new().read(true)).ok()?;
    files::forget(&file, 0, None);
    archive::verify_files(file).ok()
}

/// Finds a name that no backup has: that of this second, or of one that is waited for.
fn named(
    dir: &Path,
    mut snapshot: Snapshot,
    place: &Place,
    env: Env<'_>,
) -> Result<(Snapshot, Timestamp, PathBuf), OpError> {
    for _ in 0..MOST_STEPS {
        let created = env.now();
        let path = match place {
            Place::Directory(dir) => dir.join(BackupName { vault_id: snapshot.vault_id.clone(), created }.file_name()),
            Place::File(path) => return Ok((snapshot, created, path.clone())),
        };
        if fs::symlink_metadata(&path).is_err() {
            return Ok((snapshot, created, path));
        }
        drop(snapshot);
        thread::sleep(STEP);
        snapshot = Snapshot::take(dir)?;
    }
    Err(not_named(FileError::Exists { path: place.directory().to_owned() }))
}

/// Returns the error of a backup that got no name: it was made from the time.
fn not_named(error: FileError) -> OpError {
    match error {
        FileError::Exists { .. } => OpError::Backup(error.into()),
        error => StoreError::from(error).into(),
    }
}

/// Puts a backup in its place among the others, the newest first. Returns where it is.
fn put(good: &mut Vec<Good>, new: Good) -> usize {
    let at = place_of(good, new.created);
    good.insert(at, new);
    at
}

/// Returns where a backup of a time has its place among others, the newest first.
fn place_of(good: &[Good], created: Timestamp) -> usize {
    good.iter().position(|other| other.created <= created).unwrap_or(good.len())
}

/// Returns whether another backup goes once there is one of a time.
fn goes(good: &[Good], place: &Place, retention: Retention, created: Timestamp) -> bool {
    if matches!(place, Place::File(_)) {
        return !good.is_empty();
    }
    let at = place_of(good, created);
    let mut times: Vec<Timestamp> = good.iter().map(|one| one.created).collect();
    times.insert(at, created);
    let mut reasons = retention.reasons(&times).into_iter().enumerate();
    !retention.is_empty() && reasons.any(|(index, reasons)| index != at && reasons.is_empty())
}

fn report(status: BackupStatus, path: &Path, contents: &Contents) -> BackupReport {
    BackupReport {
        status,
        file: path.display().to_string(),
        vault_id: contents.manifest.vault_id.clone(),
        size_bytes: Some(contents.size),
        audit_seq: contents.manifest.audit_seq,
        created_time: contents.manifest.created_time,
        kept: Vec::new(),
        removed: Vec::new(),
    }
}

/// Notes the backup at `at` among the good ones, and removes those that are not to be kept, the oldest first. It stays itself,
/// whatever is to be kept.
fn finish(
    mut report: BackupReport,
    good: &[Good],
    at: usize,
    options: Options,
    state_dir: Option<&Path>,
    env: Env<'_>,
) -> Outcome {
    let mut outcome = Outcome { not_noted: None, not_removed: None, report: report.clone() };
    if !options.dry_run
        && let Some(state_dir) = state_dir
    {
        let noted = last::note_backup(state_dir, &report.vault_id, noted(&report, &good[at], env.now()));
        outcome.not_noted = noted.err();
    }
    if options.retention.is_empty() {
        return outcome;
    }
    let times: Vec<Timestamp> = good.iter().map(|one| one.created).collect();
    let mut removed = Vec::new();
    for (index, (one, mut reasons)) in good.iter().zip(options.retention.reasons(&times)).enumerate() {
        let file = one.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if index == at {
            reasons.insert(0, KeepReason::Current);
        }
        if reasons.is_empty() {
            removed.push((file, &one.path));
        } else {
            report.kept.push(Kept { file, reasons });
        }
    }
    for (file, path) in removed.into_iter().rev() {
        if !options.dry_run
            && let Err(error) = files::remove(path)
        {
            outcome.not_removed = Some(error);
            break;
        }
        report.removed.insert(0, file);
    }
    outcome.report = report;
    outcome
}

fn noted(report: &BackupReport, Good { path, manifest, .. }: &Good, now: Timestamp) -> LastBackup {
    let absolute = path.canonicalize().unwrap_or_else(|_| path.clone());
    LastBackup {
        time: now,
        dest: absolute.parent().unwrap_or(&absolute).to_owned(),
        file: absolute.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        header_sha256: manifest.as_ref().map(header_sha256).unwrap_or_default(),
        audit_seq: report.audit_seq,
    }
}
