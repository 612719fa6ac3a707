//! Writing an archive in one pass: the manifest, which needs the hashes of all files, comes last.

use std::io::{self, BufReader, Read, Write};

use tar::Builder;

use crate::crypto::Sha256;
use crate::model::Timestamp;
use crate::store::archive::error::ArchiveError;
use crate::store::archive::form::{END, PIECE, header, stored};
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
    write(snapshot, created, out, &ArchiveError::Stream)
}

/// Writes a backup; an error of `out` becomes what `failed` makes of it.
pub(super) fn write(
    snapshot: &mut Snapshot,
    created: Timestamp,
    out: &mut dyn Write,
    failed: &dyn Fn(io::Error) -> ArchiveError,
) -> Result<Manifest, ArchiveError> {
    let mtime = created.unix().unsigned_abs();
    let mut archive = Builder::new(out);
    let mut files = Vec::new();
    for index in 0..snapshot.parts.len() {
        let path = snapshot.path(snapshot.parts[index].name);
        let part = &mut snapshot.parts[index];
        let header = header(part.name, part.size, mtime);
        let mut source = Source {
            file: BufReader::with_capacity(PIECE, &part.file).take(part.size),
            hash: Sha256::default(),
            error: None,
        };
        let appended = archive.append(&header, &mut source);
        let Source { file, hash, error } = source;
        if let Some(source) = error {
            return Err(FileError::Io { action: "read", path, source }.into());
        }
        appended.map_err(failed)?;
        // A file that another program cut or wrote on is no file of the vault any more.
        let now = part.file.metadata().map_err(|source| FileError::Io { action: "read", path, source })?.len();
        if file.limit() > 0 || now != part.size {
            return Err(ArchiveError::Changed { name: part.name });
        }
        files.push(Part { name: part.name.to_owned(), size: part.size, sha256: hash.finish() });
    }
    snapshot.release();
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

/// A file that is hashed while it is read. Its own errors are told from those of the output.
struct Source<R> {
    file: R,
    hash: Sha256,
    error: Option<io::Error>,
}

impl<R: Read> Read for Source<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.file.read(buffer) {
            Ok(read) => {
                self.hash.add(&buffer[..read]);
                Ok(read)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(error) => {
                let kind = error.kind();
                self.error = Some(error);
                Err(kind.into())
            }
        }
    }
}
