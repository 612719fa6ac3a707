//! A backup in a file that is proven before it has its name.
//!
//! While the vault is read on one thread, another one forces each piece to the disk, and a third one reads it back and compares
//! it with what was read of the vault: no second pass is needed.

use std::fs::File;
use std::io::{self, Write};
use std::num::NonZeroU64;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use rustix::fs::FallocateFlags;
use rustix::io::Errno;

use crate::crypto::Sha256;
use crate::model::Timestamp;
use crate::store::archive::error::ArchiveError;
use crate::store::archive::form::PIECE;
use crate::store::archive::manifest::Manifest;
use crate::store::archive::snapshot::{Snapshot, failed};
use crate::store::archive::write;
use crate::store::files;
use crate::store::files::atomic::Unnamed;

/// How much is written before it is forced to the disk, in bytes.
const CHUNK: usize = 6 * 1024 * 1024;
/// How many chunks are in memory: one that is filled, one that is forced to the disk, one that is read back, and one between.
const CHUNKS: usize = 4;

/// Where what was written is read back from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReadBack {
    /// The system, which may still have it in memory.
    System,
    /// The disk: the system is told to forget it before. That takes as long as reading the disk does.
    Disk,
}

/// What was written: a whole backup under a temporary name, whose bytes were read back as those of the vault.
#[derive(Debug)]
pub(crate) struct Written {
    /// The file, without its name yet.
    pub file: Unnamed,
    /// What is in it.
    pub manifest: Manifest,
    /// Its size in bytes.
    pub size: u64,
    /// SHA-256 of all of it.
    pub sha256: [u8; 32],
}

/// Writes a backup that is to have this path. The vault is locked until the last byte of it was read.
///
/// # Errors
/// When a file of the vault cannot be read, the disk is full or fails, or gives back other bytes than were written.
pub(crate) fn write_proven(
    snapshot: &mut Snapshot,
    created: Timestamp,
    path: &Path,
    from: ReadBack,
) -> Result<Written, ArchiveError> {
    let unnamed = Unnamed::begin(path)?;
    let file = unnamed.file();
    reserve(file, write::at_most(snapshot)).map_err(failed("write", path))?;
    let (manifest, (size, hash)) = thread::scope(|scope| {
        let (filled, to_sync) = channel();
        let (synced, to_check) = channel();
        let (emptied, free) = channel();
        for _ in 1..CHUNKS {
            // The other end is held below.
            let _ = emptied.send(Vec::with_capacity(CHUNK));
        }
        let syncer = scope.spawn(move || sync_each(file, path, from, &to_sync, &synced));
        let checker = scope.spawn(move || read_back(file, path, &to_check, &emptied));
        let mut out = Chunks { file, at: 0, chunk: Vec::with_capacity(CHUNK), filled: Some(filled), free };
        let written = write::write(snapshot, created, &mut out, &|error| failed("write", path)(error));
        out.filled = None;
        // A panic there is a defect, and is passed on as one.
        let checked = checker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        let synced = syncer.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        // What comes before one that failed fails, too: the reason is that of the last.
        let checked = checked?;
        synced?;
        Ok::<_, ArchiveError>((written?, checked))
    })?;
    file.set_len(size).and_then(|()| file.sync_all()).map_err(failed("write", path))?;
    Ok(Written { file: unnamed, manifest, size, sha256: hash.finish() })
}

/// Reserves the space, so that a full disk is told before anything is copied. Not every file system can.
fn reserve(file: &File, size: u64) -> io::Result<()> {
    match rustix::fs::fallocate(file, FallocateFlags::KEEP_SIZE, 0, size) {
        Err(Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL) => Ok(()),
        reserved => Ok(reserved?),
    }
}

/// A chunk, and where it lies in the file.
struct Chunk {
    at: u64,
    bytes: Vec<u8>,
}

/// Collects what is written into chunks, writes them, and passes them on.
struct Chunks<'f> {
    file: &'f File,
    at: u64,
    chunk: Vec<u8>,
    filled: Option<Sender<Chunk>>,
    free: Receiver<Vec<u8>>,
}

impl Chunks<'_> {
    fn send(&mut self) -> io::Result<()> {
        // The reader has ended only where it failed, and its reason is told.
        let ended = || io::Error::from(io::ErrorKind::BrokenPipe);
        self.file.write_all_at(&self.chunk, self.at)?;
        let next = self.free.recv().map_err(|_| ended())?;
        let bytes = std::mem::replace(&mut self.chunk, next);
        let chunk = Chunk { at: self.at, bytes };
        self.at += chunk.bytes.len() as u64;
        self.filled.as_ref().ok_or_else(ended)?.send(chunk).map_err(|_| ended())
    }
}

impl Write for Chunks<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(CHUNK - self.chunk.len());
        self.chunk.extend_from_slice(&bytes[..taken]);
        if self.chunk.len() == CHUNK {
            self.send()?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.chunk.is_empty() { Ok(()) } else { self.send() }
    }
}

/// Forces each chunk to the disk. Where it is to be read from there, the system is told to forget it.
fn sync_each(
    file: &File,
    path: &Path,
    from: ReadBack,
    to_sync: &Receiver<Chunk>,
    synced: &Sender<Chunk>,
) -> Result<(), ArchiveError> {
    for chunk in to_sync {
        file.sync_data().map_err(failed("write", path))?;
        if from == ReadBack::Disk {
            files::forget(file, chunk.at, NonZeroU64::new(chunk.bytes.len() as u64));
        }
        if synced.send(chunk).is_err() {
            break;
        }
    }
    Ok(())
}

/// Reads each chunk back, and compares. Returns how much it was, and its hash.
fn read_back(
    file: &File,
    path: &Path,
    to_check: &Receiver<Chunk>,
    emptied: &Sender<Vec<u8>>,
) -> Result<(u64, Sha256), ArchiveError> {
    let (mut size, mut hash) = (0, Sha256::default());
    let mut buffer = vec![0; PIECE];
    for Chunk { at, mut bytes } in to_check {
        for (index, piece) in bytes.chunks(PIECE).enumerate() {
            let found = &mut buffer[..piece.len()];
            file.read_exact_at(found, at + (index * PIECE) as u64).map_err(failed("read back", path))?;
            if found != piece {
                return Err(ArchiveError::ReadBack { path: path.to_owned() });
            }
            hash.add(found);
        }
        size += bytes.len() as u64;
        bytes.clear();
        // The last ones are not needed any more.
        let _ = emptied.send(bytes);
    }
    Ok((size, hash))
}
