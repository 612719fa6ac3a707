//! The archived files of imports, against the SHA-256 that the imports remember.

use std::collections::BTreeMap;
use std::io::{self, Read};

use rusqlite::types::Value;
use zeroize::Zeroizing;

use crate::crypto::Sha256;
use crate::model::ImportId;
use crate::store::db::digest::{Bucket, Sum};
use crate::store::db::imports::Import;
use crate::store::db::table::ARCHIVES;
use crate::store::db::view::View;
use crate::store::error::{Damage, StoreError};

/// How much of a file is in memory uncompressed, in bytes.
const PIECE: usize = 64 * 1024;
/// The logarithm of the longest distance that what is compressed refers back to, and so of the memory that it takes. What is
/// written here takes 2 MiB.
const WINDOW_LOG: u32 = 23;

/// What the archived files are, whatever the digests say.
#[derive(Debug, Default)]
pub(crate) struct Archived {
    sum: Sum,
    /// What is wrong with them, one sentence each.
    pub faults: Vec<String>,
}

impl View<'_> {
    /// Reads every archived file, one after the other, and compares it with what its import remembers of it.
    ///
    /// # Errors
    /// When the database cannot be read, or there is too little memory.
    pub(crate) fn archived(&self) -> Result<Archived, StoreError> {
        let imports = self.imports()?;
        let mut remembered: BTreeMap<i64, [u8; 32]> =
            imports.into_iter().map(|import| (import.id.number(), import.sha256)).collect();
        let (mut faults, mut no_memory) = (Vec::new(), false);
        let sum = ARCHIVES.visit(self.connection, &self.keys.rows, |row| {
            let [Value::Integer(import), Value::Blob(zstd)] = &row[..] else { return };
            let id = ImportId::new(*import);
            match (remembered.remove(import), unpack(zstd, |_| Ok(()))) {
                (None, _) => faults.push(format!("there is an archived file of {id}, which is not there")),
                (Some(_), Err(error)) if is_of_memory(&error) => no_memory = true,
                (Some(_), Err(_)) => faults.push(format!("the archived file of {id} cannot be unpacked")),
                (Some(expected), Ok(found)) if found != expected => {
                    faults.push(format!("the archived file of {id} is not the one that was imported"));
                }
                (Some(_), Ok(_)) => {}
            }
        })?;
        if no_memory {
            return Err(StoreError::NoMemory);
        }
        let missing = remembered.into_keys().map(ImportId::new);
        faults.extend(missing.map(|id| format!("the archived file of {id} is missing")));
        Ok(Archived { sum, faults })
    }

    /// Returns the archived file of an import, whose bytes have the SHA-256 that the import remembers.
    ///
    /// # Errors
    /// When it is missing or another one, the database cannot be read, or there is too little memory.
    pub(crate) fn archived_file(&self, import: &Import) -> Result<Zeroizing<Vec<u8>>, StoreError> {
        let damaged = || StoreError::from(Damage::Rows(ARCHIVES.name));
        let row = ARCHIVES.get(self.connection, &[Value::Integer(import.id.number())])?.ok_or_else(damaged)?;
        let [_, Value::Blob(zstd)] = &row[..] else { return Err(damaged()) };
        let mut file = Zeroizing::new(Vec::new());
        let unpacked = unpack(zstd, |piece| {
            file.try_reserve(piece.len()).map_err(|_| io::Error::from(io::ErrorKind::OutOfMemory))?;
            file.extend_from_slice(piece);
            Ok(())
        });
        match unpacked {
            Ok(found) if found == import.sha256 => Ok(file),
            Err(error) if is_of_memory(&error) => Err(StoreError::NoMemory),
            Ok(_) | Err(_) => Err(damaged()),
        }
    }

    /// Returns whether the archived files are those that were written.
    pub(crate) fn has_archived(&self, archived: &Archived) -> bool {
        archived.sum == self.digests.get(Bucket::of_table(ARCHIVES.name))
    }
}

/// What the decoder says when it gets no memory, for its tables or for itself. Its errors have no kind that tells.
const NO_MEMORY: [&str; 2] =
    ["Allocation error : not enough memory", "zstd could not allocate a decompression context"];

/// Returns whether the decoder got no memory.
fn is_of_memory(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::OutOfMemory || NO_MEMORY.contains(&error.to_string().as_str())
}

/// Passes on what was compressed, and returns its SHA-256. Never more than a piece of it is in memory here.
fn unpack(zstd: &[u8], mut each: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<[u8; 32]> {
    let mut decoder = zstd::stream::read::Decoder::with_buffer(zstd)?;
    decoder.window_log_max(WINDOW_LOG)?;
    let (mut hash, mut piece) = (Sha256::default(), Zeroizing::new(vec![0; PIECE]));
    loop {
        match decoder.read(&mut piece)? {
            0 => return Ok(hash.finish()),
            read => {
                hash.add(&piece[..read]);
                each(&piece[..read])?;
            }
        }
    }
}
