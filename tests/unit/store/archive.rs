//! Archives as anybody may make them. Each is refused with its reason, and leaves nothing behind.

use std::fs;
use std::io::Write as _;

use tar::{Builder, Header};

use super::*;
use crate::model::Timestamp;
use crate::store::archive::{Snapshot, write_streamed};

const DATABASE: [u8; 1700] = [0x5a; 1700];

/// A directory that looks like a vault, and a backup of it.
fn backup() -> (tempfile::TempDir, Vec<u8>) {
    let dir = tempfile::tempdir().unwrap();
    let header = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/header/header.toml");
    fs::copy(header, dir.path().join(HEADER_FILE)).unwrap();
    fs::write(dir.path().join(DATABASE_FILE), DATABASE).unwrap();
    let mut out = Vec::new();
    let mut snapshot = Snapshot::take(dir.path()).unwrap();
    write_streamed(&mut snapshot, Timestamp::from_unix(1_800_000_000), &mut out).unwrap();
    (dir, out)
}

/// The files of an archive: headers and contents.
fn files_of(archive: &[u8]) -> Vec<(Header, Vec<u8>)> {
    let mut read = Archive::new(archive);
    let entries = read.entries().unwrap().raw(true);
    let read = entries.map(|entry| {
        let mut entry = entry.unwrap();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        (entry.header().clone(), content)
    });
    read.collect()
}

fn archive_of(files: &[(Header, Vec<u8>)]) -> Vec<u8> {
    let mut builder = Builder::new(Vec::new());
    for (header, content) in files {
        builder.append(header, content.as_slice()).unwrap();
    }
    builder.into_inner().unwrap()
}

/// Returns a header as another program writes it.
fn with(change: impl FnOnce(&mut Header), name: &str, size: u64) -> Header {
    let mut header = header(name, size, 1_800_000_000);
    change(&mut header);
    header.set_cksum();
    header
}

/// Returns the reason for which an archive is refused, which is the same however it is read, and that nothing of it is left.
fn refused(archive: &[u8]) -> Fault {
    let fault = verify(archive).expect_err("it is accepted");
    let dir = tempfile::tempdir().unwrap();
    let extracted = extract(archive, dir.path()).unwrap_err();
    assert_eq!(extracted.to_string(), fault.to_string());
    // Only what this program names is ever made, and only in the directory itself.
    for entry in fs::read_dir(dir.path()).unwrap() {
        let entry = entry.unwrap();
        assert!(PARTS.iter().any(|name| entry.file_name() == *name) && entry.file_type().unwrap().is_file());
    }
    fault
}

fn says(archive: &[u8], words: &str) {
    let said = refused(archive).to_string();
    assert!(said.contains(words), "{said:?} does not say {words:?}");
}

fn look_at(archive: &[u8]) -> Result<Contents, Fault> {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(archive).unwrap();
    file.rewind().unwrap();
    look(&file)
}

#[test]
fn gives_back_the_files_that_were_archived() {
    let (vault, archive) = backup();
    let dir = tempfile::tempdir().unwrap();
    let contents = extract(archive.as_slice(), dir.path()).unwrap();
    assert_eq!(contents.size, archive.len() as u64);
    assert_eq!(contents.sha256, Some(crate::crypto::sha256(&archive)));
    assert_eq!(fs::read(dir.path().join(DATABASE_FILE)).unwrap(), DATABASE);
    let header = |dir: &Path| fs::read(dir.join(HEADER_FILE)).unwrap();
    assert_eq!(header(dir.path()), header(vault.path()));
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2);
    let looked = look_at(&archive).unwrap();
    assert_eq!((looked.size, looked.sha256, looked.manifest), (contents.size, None, contents.manifest));
}

#[test]
fn is_read_by_the_tar_of_the_system() {
    let (_vault, archive) = backup();
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("b.tar"), archive).unwrap();
    let tar = std::process::Command::new("tar").args(["xf", "b.tar"]).current_dir(dir.path()).status().unwrap();
    assert!(tar.success());
    assert_eq!(fs::read(dir.path().join(DATABASE_FILE)).unwrap(), DATABASE);
    assert!(dir.path().join(MANIFEST_FILE).exists());
}

#[test]
fn no_changed_byte_is_accepted() {
    let (_vault, archive) = backup();
    for at in 0..archive.len() {
        let mut changed = archive.clone();
        changed[at] ^= 0x20;
        let fault = verify(changed.as_slice()).expect_err(&format!("byte {at}"));
        assert!(!matches!(fault, Fault::Unread(_) | Fault::Unwritten(_)), "byte {at}: {fault}");
    }
}

#[test]
fn no_end_is_accepted_but_its_own() {
    let (_vault, archive) = backup();
    for length in 0..archive.len() {
        let fault = verify(&archive[..length]).expect_err(&format!("{length} bytes"));
        let looked = look_at(&archive[..length]).expect_err(&format!("{length} bytes"));
        for fault in [fault, looked] {
            let expected = match length {
                0 => matches!(fault, Fault::Empty),
                1..512 => matches!(fault, Fault::NotTar),
                _ => matches!(fault, Fault::CutOff(_)),
            };
            assert!(expected, "{length} bytes: {fault}");
        }
    }
    for more in [&[0u8][..], &[0; 512], &[1], &archive] {
        let longer = [&archive, more].concat();
        assert!(matches!(refused(&longer), Fault::Padded));
        assert!(matches!(look_at(&longer), Err(Fault::Padded)));
    }
}

#[test]
fn refuses_names_kinds_and_orders_that_are_not_ours() {
    let (_vault, archive) = backup();
    let files = files_of(&archive);
    let small = |header: Header| archive_of(&[&[(header, Vec::new())], &files[..]].concat());
    let named = |name: &str| {
        small(with(
            |header| {
                header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
                header.as_old_mut().name[name.len()..].fill(0);
            },
            "x",
            0,
        ))
    };
    says(&named("../header.toml"), "leads out of its directory");
    says(&named("a/../../b"), "leads out of its directory");
    says(&named("/etc/passwd"), "absolute name");
    says(&named("./header.toml"), "is no file of a vault");
    says(&named("outbox/x.slice"), "is no file of a vault");
    says(&named("HEADER.TOML"), "is no file of a vault");
    says(&named("vault.db"), "is not in the place");
    for (kind, words) in [
        (EntryType::Symlink, "is a link"),
        (EntryType::Link, "is a link"),
        (EntryType::Directory, "is a directory"),
        (EntryType::Char, "is a device"),
        (EntryType::Block, "is a device"),
        (EntryType::Fifo, "or a pipe"),
        (EntryType::GNUSparse, "is a sparse file"),
        (EntryType::XHeader, "extends the header"),
        (EntryType::XGlobalHeader, "extends the header"),
        (EntryType::GNULongName, "extends the header"),
        (EntryType::GNULongLink, "extends the header"),
        (EntryType::Continuous, "is no regular file"),
        (EntryType::new(b'Z'), "is no regular file"),
    ] {
        says(&small(with(|header| header.set_entry_type(kind), HEADER_FILE, 0)), words);
    }
    let twice = archive_of(&[&files[..1], &files[..]].concat());
    says(&twice, "\"header.toml\" in it is there twice");
    let later = archive_of(&[&files[..2], &files[..]].concat());
    says(&later, "\"header.toml\" in it is there twice");
    let reversed: Vec<_> = files.iter().rev().cloned().collect();
    says(&archive_of(&reversed), "is not in the place");
    says(&archive_of(&files[1..]), "is not in the place");
    let without_database = [files[0].clone(), files[2].clone()];
    says(&archive_of(&without_database), "is not in the place");
    says(&archive_of(&files[..2]), "it has no manifest");
    let foreign = archive_of(&[(with(|_| {}, "notes.txt", 3), b"abc".to_vec())]);
    assert!(matches!(refused(&foreign), Fault::Foreign(_)));
    assert!(matches!(refused(b"Date,Description,Amount\n"), Fault::NotTar));
    assert!(matches!(refused(&[b'a'; 4096]), Fault::NotTar));
    assert!(matches!(refused(&[0; 10240]), Fault::Empty));
}

#[test]
fn refuses_headers_that_say_more_than_ours() {
    let (_vault, archive) = backup();
    let files = files_of(&archive);
    let size = DATABASE.len() as u64;
    let database = |change: &dyn Fn(&mut Header)| {
        let mut files = files.clone();
        files[1].0 = with(change, DATABASE_FILE, size);
        archive_of(&files)
    };
    let changes: [&dyn Fn(&mut Header); 6] = [
        &|header| header.set_mode(0o4755),
        &|header| header.set_uid(1000),
        &|header| header.set_mtime(1),
        &|header| header.as_old_mut().linkflag = [0],
        &|header| header.as_old_mut().linkname[0] = b'x',
        &|header| header.as_old_mut().pad[200] = 1,
    ];
    for change in changes {
        assert!(matches!(refused(&database(change)), Fault::Damaged(_)));
    }
    // A size in the form of GNU tar, and sizes larger than what is there.
    says(
        &database(&|header| header.as_old_mut().size = *b"\x80\0\0\0\0\0\0\0\0\0\x06\xa4"),
        "is not one that this program writes",
    );
    for size in [size + 512, 1 << 32, (1 << 33) - 1] {
        let mut files = files.clone();
        files[1].0 = with(|_| {}, DATABASE_FILE, size);
        files.truncate(2);
        let archive = archive_of(&files);
        assert!(matches!(refused(&archive), Fault::CutOff(_)), "{size}");
        assert!(matches!(look_at(&archive), Err(Fault::CutOff(_))), "{size}");
    }
    let huge = [&with(|_| {}, HEADER_FILE, 1 << 30).as_bytes()[..], &[0; 4096]].concat();
    says(&huge, "header.toml is larger than any");
}

#[test]
fn refuses_manifests_that_do_not_fit() {
    let (_vault, archive) = backup();
    let files = files_of(&archive);
    let text = String::from_utf8(files[2].1.clone()).unwrap();
    let manifest = |text: String| {
        let mut files = files.clone();
        files[2] = (with(|_| {}, MANIFEST_FILE, text.len() as u64), text.into_bytes());
        archive_of(&files)
    };
    assert!(verify(manifest(text.clone()).as_slice()).is_ok());
    assert!(matches!(
        refused(&manifest(text.replace("\"format\": 1", "\"format\": 2"))),
        Fault::Newer { found: 2, .. }
    ));
    for (from, to) in [
        ("\"format\": 1", "\"format\": 0"),
        ("\"size\": 1700", "\"size\": 1701"),
        ("\"auditSeq\": null", "\"auditSeq\": 7"),
        ("\"createdTime\": \"2027", "\"createdTime\": \"2028"),
        ("\"generation\": ", "\"generation\": 1"),
        ("vault.db", "head"),
        ("\"files\"", "\"more\": 1, \"files\""),
        ("}\n", "} {}\n"),
    ] {
        assert!(text.contains(from), "{from}");
        assert!(matches!(refused(&manifest(text.replace(from, to))), Fault::Damaged(_)), "{from}");
    }
    says(&manifest(String::new()), "manifest");
    // Content that is another one, with the right sizes: its form is right, and its hash is not.
    let mut other = files.clone();
    other[1].1[9] ^= 1;
    says(&archive_of(&other), "vault.db does not have the hash");
    assert!(look_at(&archive_of(&other)).is_ok());
}

#[test]
fn refuses_what_hides_behind_the_files() {
    let (_vault, archive) = backup();
    let mut hidden = archive.clone();
    // Behind the database, before the next header.
    let at = archive.windows(MANIFEST_FILE.len()).position(|window| window == MANIFEST_FILE.as_bytes()).unwrap();
    hidden[at - 1] = 1;
    says(&hidden, "where nothing may");
}

#[test]
fn a_file_that_changes_while_it_is_copied_makes_no_backup() {
    let (vault, _) = backup();
    for change in [DATABASE[..100].to_vec(), [&DATABASE[..], b"more"].concat()] {
        let mut snapshot = Snapshot::take(vault.path()).unwrap();
        fs::write(vault.path().join(DATABASE_FILE), &change).unwrap();
        let error = write_streamed(&mut snapshot, Timestamp::from_unix(1), &mut Vec::new()).unwrap_err();
        assert!(matches!(error, crate::store::archive::ArchiveError::Changed { name: DATABASE_FILE }), "{error}");
        fs::write(vault.path().join(DATABASE_FILE), DATABASE).unwrap();
    }
}
