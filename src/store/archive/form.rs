//! The form of an archive: which files lie in it, and what stands before each of them.

use tar::{EntryType, Header};

use crate::store::files::paths::{DATABASE_FILE, HEAD_FILE, HEADER_FILE, JOURNAL_FILE};

/// What may lie in an archive besides the manifest, in its order.
pub(super) const PARTS: [&str; 4] = [HEADER_FILE, DATABASE_FILE, JOURNAL_FILE, HEAD_FILE];

/// A block of a tar archive, in bytes. Two of zeros end it.
pub(super) const BLOCK: u64 = 512;
pub(super) const END: u64 = 2 * BLOCK;

/// How much is read or written at once, in bytes. Larger pieces leave the processor's cache between two uses: they took four times
/// as long to read.
pub(super) const PIECE: usize = 64 * 1024;

/// Returns whether bytes are the first ones of an archive, or nothing yet.
pub(crate) fn is_start(bytes: &[u8]) -> bool {
    let name = HEADER_FILE.as_bytes();
    bytes.is_empty() || bytes.strip_prefix(name).is_some_and(|rest| rest.first() == Some(&0))
}

/// Returns the tar header of a file: the only one that is written, and the only one that is accepted.
pub(super) fn header(name: &str, size: u64, mtime: u64) -> Header {
    let mut header = Header::new_ustar();
    // The names are short and relative: they always fit.
    let _ = header.set_path(name);
    header.set_entry_type(EntryType::Regular);
    header.set_mode(0o600);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(mtime);
    header.set_size(size);
    header.set_cksum();
    header
}

/// Returns how many bytes a file takes in an archive, with its header and the zeros behind it.
pub(super) fn stored(size: u64) -> u64 {
    size.div_ceil(BLOCK).saturating_add(1).saturating_mul(BLOCK)
}
