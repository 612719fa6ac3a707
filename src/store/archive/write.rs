//! Writing an archive in one pass: the manifest, which needs the hashes of all files, comes last.

use std::io::{self, BufReader, Read, Write};
use std::ops::Range;

use tar::Builder;

use crate::crypto::Sha256;
use crate::model::Timestamp;
use crate::store::archive::error::ArchiveError;
use crate::store::archive::form::{BLOCK, END, PIECE, header, stored};
use crate::store::archive::manifest::{MAX_MANIFEST, Manifest, Part};
use crate::store::archive::snapshot::Snapshot;
use crate::store::files::FileError;
use crate::store::files::paths::MANIFEST_FILE;

/// Writes a backup to a stream. The files are read as they lie under the lock that the snapshot holds.
///
/// # Errors
/// When a file cannot be read or changes meanwhile, or the stream cannot be written.
pub(crate) fn write_streamed(
    snapshot: &mut Snapshot,
    created: Timestamp,
    out: &mut dyn Write,
) -> Result<Manifest, ArchiveError> {
    let hashes = FileHashes::of(snapshot);
    write(snapshot, created, &mut Stream { out, hashes }, &ArchiveError::Stream)
}

/// What an archive is written to, and what hashes the files in it.
pub(super) trait Output: Write {
    /// Returns SHA-256 of each file, once all of them were written.
    fn hashes(&mut self) -> io::Result<Vec<[u8; 32]>>;
}

struct Stream<'o> {
    out: &'o mut dyn Write,
    hashes: FileHashes,
}

impl Write for Stream<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.hashes.add(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl Output for Stream<'_> {
    fn hashes(&mut self) -> io::Result<Vec<[u8; 32]>> {
        Ok(self.hashes.finish())
    }
}

/// SHA-256 of each file of an archive, of the bytes of the archive as they pass.
pub(super) struct FileHashes {
    at: u64,
    files: Vec<(Range<u64>, Sha256)>,
}

impl FileHashes {
    pub(super) fn of(snapshot: &Snapshot) -> FileHashes {
        let mut at = 0;
        let files = snapshot.parts.iter().map(|part| {
            let from = at + BLOCK;
            at += stored(part.size);
            (from..from + part.size, Sha256::default())
        });
        FileHashes { files: files.collect(), at: 0 }
    }

    pub(super) fn add(&mut self, bytes: &[u8]) {
        let all = self.at..self.at + bytes.len() as u64;
        for (range, hash) in &mut self.files {
            let (from, to) = (range.start.max(all.start), range.end.min(all.end));
            if from < to {
                hash.add(&bytes[(from - all.start) as usize..(to - all.start) as usize]);
            }
        }
        self.at = all.end;
    }

    /// Returns whether all bytes of the files passed.
    pub(super) fn are_complete(&self) -> bool {
        self.files.iter().all(|(range, _)| range.end <= self.at)
    }

    /// Returns the hash of each file. It is called once, when all bytes of the files passed.
    pub(super) fn finish(&mut self) -> Vec<[u8; 32]> {
        self.files.iter_mut().map(|(_, hash)| std::mem::take(hash).finish()).collect()
    }
}

/// Writes a backup; an error of `out` becomes what `failed` makes of it.
pub(super) fn write(
    snapshot: &mut Snapshot,
    created: Timestamp,
    out: &mut dyn Output,
    failed: &dyn Fn(io::Error) -> ArchiveError,
) -> Result<Manifest, ArchiveError> {
    let mtime = created.unix().unsigned_abs();
    let mut archive = Builder::new(out);
    for index in 0..snapshot.parts.len() {
        let path = snapshot.path(snapshot.parts[index].name);
        let part = &mut snapshot.parts[index];
        let header = header(part.name, part.size, mtime);
        let mut source = Source { file: BufReader::with_capacity(PIECE, &part.file).take(part.size), error: None };
        let appended = archive.append(&header, &mut source);
        let Source { file, error } = source;
        if let Some(source) = error {
            return Err(FileError::Io { action: "read", path, source }.into());
        }
        appended.map_err(failed)?;
        // A file that another program cut or wrote on is no file of the vault any more.
        let now = part.file.metadata().map_err(|source| FileError::Io { action: "read", path, source })?.len();
        if file.limit() > 0 || now != part.size {
            return Err(ArchiveError::Changed { name: part.name });
        }
    }
    snapshot.release();
    let hashes = archive.get_mut().hashes().map_err(failed)?;
    let files = snapshot.parts.iter().zip(hashes);
    let files = files.map(|(part, sha256)| Part { name: part.name.to_owned(), size: part.size, sha256 }).collect();
    let manifest = Manifest::new(snapshot.vault_id.clone(), created, snapshot.generation, snapshot.audit_seq(), files);
    let bytes = manifest.to_bytes();
    archive.append(&header(MANIFEST_FILE, bytes.len() as u64, mtime), bytes.as_slice()).map_err(failed)?;
    archive.into_inner().and_then(|out| out.flush()).map_err(failed)?;
    Ok(manifest)
}

/// Returns a size that the archive does not exceed, in bytes.
pub(super) fn at_most(snapshot: &Snapshot) -> u64 {
    let files = snapshot.parts.iter().fold(0u64, |sum, part| sum.saturating_add(stored(part.size)));
    files.saturating_add(stored(MAX_MANIFEST)).saturating_add(END)
}

/// A file whose errors are told from those of the output.
struct Source<R> {
    file: R,
    error: Option<io::Error>,
}

impl<R: Read> Read for Source<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.file.read(buffer) {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => {
                let kind = error.kind();
                self.error = Some(error);
                Err(kind.into())
            }
            read => read,
        }
    }
}
