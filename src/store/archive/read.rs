//! Reading an archive that anybody may have made: each block is compared with the one that this program would write.

use std::cell::Cell;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::rc::Rc;

use tar::{Archive, Entries, EntryType, Header};

use crate::crypto::Sha256;
use crate::store::archive::error::Fault;
use crate::store::archive::form::{BLOCK, END, PARTS, PIECE, header, stored};
use crate::store::archive::manifest::{MAX_MANIFEST, Manifest, Part};
use crate::store::copies::head::{Head, MAX_HEAD};
use crate::store::files::paths::{DATABASE_FILE, HEAD_FILE, HEADER_FILE, MANIFEST_FILE};
use crate::store::header::{FORMAT, HeaderError, MAX_HEADER, UnverifiedHeader};

/// What a whole archive holds.
#[derive(Debug)]
pub(crate) struct Contents {
    /// What it says of itself.
    pub manifest: Manifest,
    /// Its size in bytes.
    pub size: u64,
    /// SHA-256 of all of it, where that was computed.
    pub sha256: Option<[u8; 32]>,
}

/// Looks at the form of an archive: its blocks, its manifest and its end. The database is not read.
///
/// # Errors
/// The first thing that is not as this program writes it.
pub(crate) fn look(file: &File) -> Result<Contents, Fault> {
    let size = file.metadata().map_err(Fault::Unread)?.len();
    let mut archive = Archive::new(Tape::new(file, None));
    let entries = archive.entries_with_seek().map_err(Fault::Unread)?;
    // The zeros behind each file are passed over.
    let manifest = each(entries, Some(size), &mut Form, &Cell::default())?;
    end(archive.into_inner(), manifest)
}

/// Reads all of an archive, and compares every file with its hash in the manifest.
///
/// # Errors
/// The first thing that is not as this program writes it.
pub(crate) fn verify(from: impl Read) -> Result<Contents, Fault> {
    whole(from, None, Some(Sha256::default()))
}

/// Does as [`verify`], but for the hash of all of it.
pub(crate) fn verify_files(from: impl Read) -> Result<Contents, Fault> {
    whole(from, None, None)
}

/// Reads all of an archive as [`verify`] does, and writes its files into an empty directory, mode 0600. They are encrypted.
///
/// # Errors
/// As [`verify`], or when a file cannot be written. What was written is then removed by whoever made the directory.
pub(crate) fn extract(from: impl Read, into: &Path) -> Result<Contents, Fault> {
    whole(from, Some(into), Some(Sha256::default()))
}

fn whole(from: impl Read, into: Option<&Path>, hash: Option<Sha256>) -> Result<Contents, Fault> {
    let tape = Tape::new(from, hash);
    let zeros = Rc::clone(&tape.zeros);
    let mut archive = Archive::new(tape);
    let entries = archive.entries().map_err(Fault::Unread)?;
    let manifest = each(entries, None, &mut Whole { into }, &zeros)?;
    end(archive.into_inner(), manifest)
}

/// What becomes of the content of a file.
trait Taken {
    /// Takes the content of a large file, and returns its hash where it was read.
    fn take(&mut self, name: &'static str, content: &mut dyn Read) -> Result<Option<(u64, [u8; 32])>, Fault>;
    /// Takes the content of a small file.
    fn small(&mut self, name: &'static str, content: &[u8]) -> Result<(), Fault>;
}

/// Reads nothing that it does not have to.
struct Form;

impl Taken for Form {
    fn take(&mut self, _: &'static str, _: &mut dyn Read) -> Result<Option<(u64, [u8; 32])>, Fault> {
        Ok(None)
    }

    fn small(&mut self, _: &'static str, _: &[u8]) -> Result<(), Fault> {
        Ok(())
    }
}

/// Reads everything, and writes it where it is wanted.
struct Whole<'p> {
    into: Option<&'p Path>,
}

impl Whole<'_> {
    fn create(&self, name: &str) -> Result<Option<File>, Fault> {
        let create = |dir: &Path| OpenOptions::new().write(true).create_new(true).mode(0o600).open(dir.join(name));
        self.into.map(create).transpose().map_err(Fault::Unwritten)
    }
}

impl Taken for Whole<'_> {
    fn take(&mut self, name: &'static str, content: &mut dyn Read) -> Result<Option<(u64, [u8; 32])>, Fault> {
        let mut file = self.create(name)?;
        let (mut hash, mut size, mut buffer) = (Sha256::default(), 0, vec![0; PIECE]);
        loop {
            let read = match content.read(&mut buffer) {
                Ok(0) => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                read => read.map_err(Fault::Unread)?,
            };
            hash.add(&buffer[..read]);
            size += read as u64;
            if let Some(file) = &mut file {
                file.write_all(&buffer[..read]).map_err(Fault::Unwritten)?;
            }
        }
        file.map(|file| file.sync_all()).transpose().map_err(Fault::Unwritten)?;
        Ok(Some((size, hash.finish())))
    }

    fn small(&mut self, name: &'static str, content: &[u8]) -> Result<(), Fault> {
        let Some(mut file) = self.create(name)? else { return Ok(()) };
        file.write_all(content).and_then(|()| file.sync_all()).map_err(Fault::Unwritten)
    }
}

/// A file that was read: its name, its size, and its hash where it was read whole.
type Seen = (&'static str, u64, Option<[u8; 32]>);

/// Looks at one file after the other. Returns the manifest, which is the last one and tells of those before it.
fn each<R: Read>(
    entries: Entries<'_, R>,
    size: Option<u64>,
    taken: &mut dyn Taken,
    zeros: &Cell<u64>,
) -> Result<Manifest, Fault> {
    let mut found: Vec<Seen> = Vec::new();
    let mut claims = Claims::default();
    let (mut at, mut time) = (0u64, None);
    // Nothing that another program added to tar is acted on: each header is what it says, or refused.
    for entry in entries.raw(true) {
        let mut entry = entry.map_err(|error| unread(error, at))?;
        let (name, length, mtime) = expected(entry.header(), &found)?;
        if time.get_or_insert(mtime) != &mtime {
            return Err(Fault::Damaged(format!("the time of {name} is not that of the files before it")));
        }
        at = at.saturating_add(stored(length));
        let behind = length.next_multiple_of(BLOCK) - length;
        if size.is_some_and(|size| at > size) {
            return Err(Fault::CutOff(format!("in {name}")));
        }
        let limit = match name {
            HEADER_FILE => Some(MAX_HEADER),
            HEAD_FILE => Some(MAX_HEAD),
            MANIFEST_FILE => Some(MAX_MANIFEST),
            _ => None,
        };
        let Some(limit) = limit else {
            let read = taken.take(name, &mut entry)?;
            if read.is_some_and(|(read, _)| read != length) {
                return Err(Fault::CutOff(format!("in {name}")));
            }
            zeros.set(behind);
            found.push((name, length, read.map(|(_, hash)| hash)));
            continue;
        };
        if length > limit {
            return Err(Fault::Damaged(format!("{name} is larger than any, {length} bytes")));
        }
        let mut content = Vec::new();
        entry.read_to_end(&mut content).map_err(|error| unread(error, at))?;
        if content.len() as u64 != length {
            return Err(Fault::CutOff(format!("in {name}")));
        }
        if name == MANIFEST_FILE {
            return judged(&content, &found, &claims, mtime);
        }
        zeros.set(behind);
        claims.read(name, &content)?;
        taken.small(name, &content)?;
        found.push((name, length, Some(crate::crypto::sha256(&content))));
    }
    match found.last() {
        None => Err(Fault::Empty),
        Some((last, ..)) => Err(Fault::CutOff(format!("behind {last}: it has no manifest"))),
    }
}

/// What the small files say of themselves.
#[derive(Default)]
struct Claims {
    header: Option<UnverifiedHeader>,
    head: Option<Head>,
}

impl Claims {
    fn read(&mut self, name: &str, content: &[u8]) -> Result<(), Fault> {
        let damaged = |error: &dyn std::fmt::Display| Fault::Damaged(format!("{name}: {error}"));
        if name == HEADER_FILE {
            self.header = Some(UnverifiedHeader::parse(content).map_err(|error| match error {
                HeaderError::NewerFormat { found } => Fault::Newer { found, known: u64::from(FORMAT) },
                error => damaged(&error),
            })?);
        } else {
            self.head = Some(Head::unverified(content).map_err(|error| damaged(&error))?);
        }
        Ok(())
    }
}

/// Reads the manifest and compares it with what lay before it.
fn judged(content: &[u8], found: &[Seen], claims: &Claims, mtime: u64) -> Result<Manifest, Fault> {
    let manifest = Manifest::parse(content)?;
    let is_same = |(part, (name, size, _)): (&Part, &Seen)| part.name == *name && part.size == *size;
    if manifest.files.len() != found.len() || !manifest.files.iter().zip(found).all(is_same) {
        return Err(Fault::Damaged("its manifest tells of other files than lie in it".to_owned()));
    }
    for (part, (name, _, hash)) in manifest.files.iter().zip(found) {
        if hash.is_some_and(|hash| hash != part.sha256) {
            return Err(Fault::Damaged(format!("{name} does not have the hash that its manifest tells")));
        }
    }
    let header = claims.header.as_ref().map(UnverifiedHeader::claimed_origin);
    let head = claims.head.as_ref();
    let is_of_header = header == Some((&manifest.vault_id, manifest.generation));
    let is_of_head = head.is_none_or(|head| head.vault_id == manifest.vault_id);
    let is_timed = manifest.created_time.unix().unsigned_abs() == mtime;
    if !is_of_header || !is_of_head || head.map(|head| head.seq) != manifest.audit_seq || !is_timed {
        return Err(Fault::Damaged("its manifest does not fit the files in it".to_owned()));
    }
    Ok(manifest)
}

/// Checks the header of a file, and returns its name, its size and its time.
fn expected(found: &Header, before: &[Seen]) -> Result<(&'static str, u64, u64), Fault> {
    let path = found.path_bytes();
    let shown: String = String::from_utf8_lossy(&path).chars().filter(|c| !c.is_control()).take(80).collect();
    let foreign = |why: &str| Err(Fault::Foreign(format!("{shown:?} in it {why}")));
    match found.entry_type() {
        EntryType::Regular => {}
        EntryType::Symlink | EntryType::Link => return foreign("is a link"),
        EntryType::Directory => return foreign("is a directory"),
        EntryType::Char | EntryType::Block | EntryType::Fifo => return foreign("is a device or a pipe"),
        EntryType::GNUSparse => return foreign("is a sparse file"),
        EntryType::XHeader | EntryType::XGlobalHeader | EntryType::GNULongName | EntryType::GNULongLink => {
            return foreign("extends the header of another file");
        }
        _ => return foreign("is no regular file"),
    }
    if path.starts_with(b"/") {
        return foreign("has an absolute name");
    }
    if path.split(|b| *b == b'/').any(|part| part == b"..") {
        return foreign("leads out of its directory");
    }
    let place = |name: &str| PARTS.iter().chain([&MANIFEST_FILE]).position(|known| *known == name);
    let known = PARTS.iter().chain([&MANIFEST_FILE]).find(|known| known.as_bytes() == &*path);
    let Some(name) = known else { return foreign("is no file of a vault") };
    if before.iter().any(|(other, ..)| other == name) {
        return foreign("is there twice");
    }
    let last = before.last().map(|(name, ..)| *name);
    let (here, before) = (place(name), last.and_then(place));
    // Header and database are in every backup.
    let is_in_order = match *name {
        HEADER_FILE => last.is_none(),
        DATABASE_FILE => last == Some(HEADER_FILE),
        _ => before >= place(DATABASE_FILE) && here > before,
    };
    if !is_in_order {
        return foreign("is not in the place that it has in a backup");
    }
    let fields = found.entry_size().and_then(|size| Ok((size, found.mtime()?)));
    let (size, mtime) = fields.map_err(|_| Fault::Damaged(format!("the header of {name} cannot be read")))?;
    if header(name, size, mtime).as_bytes() != found.as_bytes() {
        return Err(Fault::Damaged(format!("the header of {name} is not one that this program writes")));
    }
    Ok((name, size, mtime))
}

/// Reads the end: two blocks of zeros, and nothing behind them.
fn end<R: Read>(mut tape: Tape<R>, manifest: Manifest) -> Result<Contents, Fault> {
    // The manifest was read to its end, and the zeros behind it were not.
    let padding = (BLOCK - tape.at % BLOCK) % BLOCK;
    let mut rest = Vec::new();
    tape.by_ref().take(padding + END + 1).read_to_end(&mut rest).map_err(Fault::Unread)?;
    let wanted = padding + END;
    if (rest.len() as u64) < wanted {
        return Err(Fault::CutOff("at its end".to_owned()));
    }
    if rest.len() as u64 > wanted {
        return Err(Fault::Padded);
    }
    if rest.iter().any(|byte| *byte != 0) {
        return Err(Fault::Damaged("its end is not one that this program writes".to_owned()));
    }
    let sha256 = tape.hash.map(Sha256::finish);
    Ok(Contents { manifest, size: tape.at, sha256 })
}

/// Returns what an error of the archive means: that of a device is one of reading, all others are of its form.
fn unread(error: io::Error, at: u64) -> Fault {
    if error.raw_os_error().is_some() {
        return Fault::Unread(error);
    }
    match (error.kind(), at) {
        (io::ErrorKind::InvalidData, _) => Fault::Damaged(format!("something lies before byte {at} where nothing may")),
        (_, 0) => Fault::NotTar,
        // The crate has one kind for all of its own errors.
        _ if ["failed to read entire block", "unexpected EOF during skip"].contains(&error.to_string().as_str()) => {
            Fault::CutOff(format!("at byte {at}"))
        }
        _ => Fault::Damaged(format!("the block at byte {at} is no header of a file")),
    }
}

/// A reader that knows where it is, and hashes what it reads.
struct Tape<R> {
    inner: R,
    at: u64,
    hash: Option<Sha256>,
    /// How many of the next bytes must be zero.
    zeros: Rc<Cell<u64>>,
}

impl<R> Tape<R> {
    fn new(inner: R, hash: Option<Sha256>) -> Tape<R> {
        Tape { inner, at: 0, hash, zeros: Rc::default() }
    }
}

impl<R: Read> Read for Tape<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.at += read as u64;
        let zeros = usize::try_from(self.zeros.get()).unwrap_or(usize::MAX).min(read);
        if buffer[..zeros].iter().any(|byte| *byte != 0) {
            return Err(io::ErrorKind::InvalidData.into());
        }
        self.zeros.set(self.zeros.get() - zeros as u64);
        if let Some(hash) = &mut self.hash {
            hash.add(&buffer[..read]);
        }
        Ok(read)
    }
}

impl<R: Seek> Seek for Tape<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = self.inner.seek(to)?;
        Ok(self.at)
    }
}

#[cfg(test)]
#[path = "../../../tests/unit/store/archive.rs"]
mod tests;
