//! Files that a person names: export files, and files with secrets. Links are followed and pipes are read, such as those
//! of a shell's `<(…)`; what cannot be read to an end is refused before it is.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, IsTerminal, Read};
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt};
use std::path::Path;
use std::thread;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::OFlags;
use rustix::io::Errno;

use crate::store::files::kind;

const STEP: Duration = Duration::from_millis(25);
/// How often a named pipe is looked at that no program has opened for writing: five seconds.
const MOST_STEPS: u32 = 200;

/// How long a program that began to write to a pipe may write nothing more and keep it open.
const SILENCE: Duration = Duration::from_secs(60);

/// An open file that a person named.
#[derive(Debug)]
pub(crate) struct Given {
    file: File,
    /// How often the other end is still waited for, where it is a named pipe that nobody was seen to write to.
    steps: u32,
    /// How long the other end of a pipe may be silent once something came. It may take its time before: a person may have to
    /// unlock what it reads.
    silence: Option<Duration>,
    has_begun: bool,
}

/// Opens a regular file, a pipe or a terminal for reading.
///
/// # Errors
/// When it cannot be opened, or is a directory, a socket or another device.
pub(crate) fn open(path: &Path) -> io::Result<Given> {
    refuse(&fs::metadata(path)?)?;
    // Without `NONBLOCK`, opening a named pipe waits for a program at its other end.
    let flags = kind::open_flags(OFlags::NONBLOCK | OFlags::NOCTTY);
    let file = OpenOptions::new().read(true).custom_flags(flags).open(path)?;
    let opened = file.metadata()?;
    refuse(&opened)?;
    if opened.file_type().is_char_device() && !file.is_terminal() {
        return Err(wrong(&opened));
    }
    let silence = opened.file_type().is_fifo().then_some(SILENCE);
    Ok(Given { file, silence, has_begun: false, steps: if is_named_pipe(path, &opened) { MOST_STEPS } else { 0 } })
}

impl Given {
    /// Returns how many bytes there are to read, where it is a regular file.
    pub(crate) fn size(&self) -> Option<u64> {
        self.file.metadata().ok().filter(Metadata::is_file).map(|data| data.len())
    }
}

fn refuse(data: &Metadata) -> io::Result<()> {
    let kind = data.file_type();
    let is_readable = kind.is_file() || kind.is_fifo() || kind.is_char_device();
    if is_readable { Ok(()) } else { Err(wrong(data)) }
}

fn wrong(data: &Metadata) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, format!("it is {}", kind::of(data)))
}

/// Returns whether a pipe has a name, so that its other end may still be opened. Those of `/dev/fd` have none.
fn is_named_pipe(path: &Path, opened: &Metadata) -> bool {
    let named = fs::canonicalize(path).and_then(fs::symlink_metadata);
    opened.file_type().is_fifo() && named.is_ok_and(|named| (named.dev(), named.ino()) == (opened.dev(), opened.ino()))
}

impl Given {
    /// Waits until there is more to read, or its end.
    fn wait(&self) -> io::Result<()> {
        let Some(silence) = self.silence.filter(|_| self.has_begun) else { return Ok(()) };
        let most = Timespec::try_from(silence).map_err(io::Error::other)?;
        let ready = loop {
            match poll(&mut [PollFd::new(&self.file, PollFlags::IN)], Some(&most)) {
                // A signal that does not end the program only begins the wait anew.
                Err(Errno::INTR) => {}
                ready => break ready?,
            }
        };
        if ready > 0 {
            Ok(())
        } else {
            Err(io::Error::new(io::ErrorKind::TimedOut, "the program at its other end stopped writing"))
        }
    }
}

impl Read for Given {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.wait()?;
        loop {
            match self.file.read(buffer) {
                Ok(0) if self.steps > 1 => {
                    self.steps -= 1;
                    thread::sleep(STEP);
                }
                Ok(0) if self.steps == 1 => {
                    return Err(io::Error::new(io::ErrorKind::TimedOut, "no program wrote to the pipe"));
                }
                // Somebody is at the other end, and may take their time.
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.steps = 0;
                    rustix::fs::fcntl_setfl(&self.file, OFlags::empty())?;
                }
                read => {
                    self.steps = 0;
                    self.has_begun |= read.as_ref().is_ok_and(|length| *length > 0);
                    return read;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pipe(dir: &Path) -> std::path::PathBuf {
        let path = dir.join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
        path
    }

    fn text(path: &Path) -> io::Result<String> {
        let mut text = String::new();
        open(path)?.read_to_string(&mut text).map(|_| text)
    }

    #[test]
    fn reads_what_is_written_to_a_named_pipe_later() {
        let dir = tempfile::tempdir().unwrap();
        let path = pipe(dir.path());
        let writing = path.clone();
        let writer = thread::spawn(move || {
            thread::sleep(STEP * 3);
            let mut end = OpenOptions::new().write(true).open(writing).unwrap();
            thread::sleep(STEP * 3);
            io::Write::write_all(&mut end, b"secret").unwrap();
        });
        assert_eq!(text(&path).unwrap(), "secret");
        writer.join().unwrap();
    }

    #[test]
    fn gives_up_on_a_named_pipe_that_nobody_writes_to() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(text(&pipe(dir.path())).unwrap_err().kind(), io::ErrorKind::TimedOut);
    }

    #[test]
    fn gives_up_on_a_pipe_whose_writer_stops_and_keeps_it_open() {
        let dir = tempfile::tempdir().unwrap();
        let path = pipe(dir.path());
        let mut reader = open(&path).unwrap();
        assert_eq!(reader.silence, Some(SILENCE));
        reader.silence = Some(STEP);
        let mut end = OpenOptions::new().write(true).open(&path).unwrap();
        io::Write::write_all(&mut end, b"secret").unwrap();
        let mut text = String::new();
        let error = reader.read_to_string(&mut text).unwrap_err();
        assert_eq!((error.kind(), text.as_str()), (io::ErrorKind::TimedOut, "secret"));
        drop(end);
        assert_eq!(reader.read(&mut [0; 4]).unwrap(), 0);
        // A file is never waited for.
        fs::write(dir.path().join("file"), "x").unwrap();
        assert_eq!(open(&dir.path().join("file")).unwrap().silence, None);
    }

    #[test]
    fn refuses_what_has_no_end_or_no_content() {
        let dir = tempfile::tempdir().unwrap();
        let socket = dir.path().join("socket");
        let _listening = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        for (path, kind) in
            [(dir.path(), "it is a directory"), (&socket, "it is a socket"), (Path::new("/dev/zero"), "it is a device")]
        {
            assert_eq!(open(path).unwrap_err().to_string(), kind);
        }
    }
}
