//! A backup in a file that is proven before it has its name.
//!
//! While the vault is read on one thread, another one forces what was written to the disk, and a third one reads it back,
//! compares it with what was read of the vault, and hashes it: no second pass is needed.

use std::fs::File;
use std::io::{self, Write};
use std::num::NonZeroU64;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use rustix::fs::FallocateFlags;
use rustix::io::Errno;

use crate::model::Timestamp;
use crate::store::archive::error::ArchiveError;
use crate::store::archive::form::PIECE;
use crate::store::archive::manifest::Manifest;
use crate::store::archive::snapshot::{Snapshot, failed};
use crate::store::archive::write::{self, FileHashes, Output};
use crate::store::files;
use crate::store::files::atomic::Unnamed;

/// How many pieces are written before they are forced to the disk.
const TOGETHER: usize = 128;
/// How many pieces are in memory: those that are filled, those that are forced to the disk, and those that are read back.
const PIECES: usize = 3 * TOGETHER;

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
    let files = FileHashes::of(snapshot);
    let (manifest, size) = thread::scope(|scope| {
        let (filled, to_sync) = channel();
        let (synced, to_check) = channel();
        let (emptied, free) = channel();
        let (hashed, hashes) = channel();
        for _ in 1..PIECES {
            // The other end is held below.
            let _ = emptied.send(Vec::with_capacity(PIECE));
        }
        let syncer = scope.spawn(move || sync_each(file, path, from, &to_sync, &synced));
        let checker = scope.spawn(move || read_back(file, path, &to_check, &emptied, files, &hashed));
        let mut out = Pieces { file, at: 0, piece: Vec::with_capacity(PIECE), filled: Some(filled), free, hashes };
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
    Ok(Written { file: unnamed, manifest, size })
}

/// Reserves the space, so that a full disk is told before anything is copied. Not every file system can.
fn reserve(file: &File, size: u64) -> io::Result<()> {
    match rustix::fs::fallocate(file, FallocateFlags::KEEP_SIZE, 0, size) {
        Err(Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL) => Ok(()),
        reserved => Ok(reserved?),
    }
}

/// A piece, and where it lies in the file.
struct Piece {
    at: u64,
    bytes: Vec<u8>,
}

/// Collects what is written into pieces, writes them, and passes them on.
struct Pieces<'f> {
    file: &'f File,
    at: u64,
    piece: Vec<u8>,
    /// A piece, or that those before it are to be forced to the disk.
    filled: Option<Sender<Option<Piece>>>,
    free: Receiver<Vec<u8>>,
    hashes: Receiver<Vec<[u8; 32]>>,
}

impl Pieces<'_> {
    fn send(&mut self) -> io::Result<()> {
        self.file.write_all_at(&self.piece, self.at)?;
        let next = self.free.recv().map_err(ended)?;
        let bytes = std::mem::replace(&mut self.piece, next);
        let piece = Piece { at: self.at, bytes };
        self.at += piece.bytes.len() as u64;
        self.pass(Some(piece))
    }

    fn pass(&self, piece: Option<Piece>) -> io::Result<()> {
        self.filled.as_ref().map_or(Ok(()), |filled| filled.send(piece).map_err(ended))
    }
}

/// The reader has ended only where it failed, and its reason is told.
fn ended<E>(_: E) -> io::Error {
    io::ErrorKind::BrokenPipe.into()
}

impl Output for Pieces<'_> {
    fn hashes(&mut self) -> io::Result<Vec<[u8; 32]>> {
        self.flush()?;
        self.pass(None)?;
        self.hashes.recv().map_err(ended)
    }
}

impl Write for Pieces<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(PIECE - self.piece.len());
        self.piece.extend_from_slice(&bytes[..taken]);
        if self.piece.len() == PIECE {
            self.send()?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.piece.is_empty() { Ok(()) } else { self.send() }
    }
}

/// Forces the pieces to the disk, so many at once. Where they are to be read from there, the system is told to forget them
/// before they are passed on; else they are passed on at once.
fn sync_each(
    file: &File,
    path: &Path,
    from: ReadBack,
    to_sync: &Receiver<Option<Piece>>,
    to_check: &Sender<Piece>,
) -> Result<(), ArchiveError> {
    let mut held = Vec::new();
    let mut unforced = 0;
    let force = |held: &mut Vec<Piece>| {
        file.sync_data().map_err(failed("write", path))?;
        if let Some(first) = held.first() {
            let all = NonZeroU64::new(held.iter().map(|piece| piece.bytes.len() as u64).sum());
            files::forget(file, first.at, all);
            // All at once: what the system reads ahead by itself takes twice as long beside the writing.
            files::fetch(file, first.at, all);
        }
        // The reader has ended only where it failed, and its reason is told.
        held.drain(..).for_each(|piece| drop(to_check.send(piece)));
        Ok(())
    };
    for piece in to_sync {
        let is_end = piece.is_none();
        match from {
            ReadBack::System => piece.into_iter().for_each(|piece| drop(to_check.send(piece))),
            ReadBack::Disk => held.extend(piece),
        }
        unforced += 1;
        if unforced == TOGETHER || is_end {
            force(&mut held)?;
            unforced = 0;
        }
    }
    force(&mut held)
}

/// Reads each piece back, and compares. Returns how much it was, and tells the hashes of the files once they are complete.
fn read_back(
    file: &File,
    path: &Path,
    to_check: &Receiver<Piece>,
    emptied: &Sender<Vec<u8>>,
    mut files: FileHashes,
    hashed: &Sender<Vec<[u8; 32]>>,
) -> Result<u64, ArchiveError> {
    let (mut size, mut is_told) = (0, false);
    let mut buffer = vec![0; PIECE];
    for Piece { at, mut bytes } in to_check {
        let found = &mut buffer[..bytes.len()];
        file.read_exact_at(found, at).map_err(failed("read back", path))?;
        if found != bytes {
            return Err(ArchiveError::ReadBack { path: path.to_owned() });
        }
        files.add(found);
        size += bytes.len() as u64;
        bytes.clear();
        // The last ones are not needed any more.
        let _ = emptied.send(bytes);
        if !is_told && files.are_complete() {
            is_told = true;
            // Nobody waits for the hashes where writing failed.
            let _ = hashed.send(files.finish());
        }
    }
    Ok(size)
}
