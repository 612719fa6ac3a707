//! Runs the command that prints a passphrase or a key.
//!
//! Of a passphrase the first line counts. What follows is read and dropped, so that an entry of several lines opens as well;
//! how the command ends decides whether the line counts. A key is every byte that is printed.

use std::fs;
use std::io::{self, Read};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use rustix::fs::OFlags;
use rustix::process::{Pid, Signal, kill_process};
use zeroize::Zeroizing;

use super::error::CliError;
use super::exit::Exit;
use super::line::first_line;
use super::system::Stopwatch;
use crate::crypto::SecretBytes;

/// How long a command may go on once its first line is there. Before that a person may be typing into it.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);
/// What is read after the first line, in bytes. A command that prints more meets a closed pipe.
const MOST_AFTER: usize = 1024 * 1024;
/// How often is looked whether the command has printed something or has ended.
const PAUSE: Duration = Duration::from_millis(5);
/// Exit code with which a shell reports a program that was ended by SIGPIPE.
const SHELL_SIGPIPE: i32 = 128 + 13;

/// Runs a command by `sh` and returns the first line that it prints: a passphrase.
pub(crate) fn run(command: &str, patience: Duration) -> Result<Zeroizing<String>, CliError> {
    const WHAT: &str = "passphrase";
    let mut running = start(command, WHAT)?;
    let line = first_line(&mut running, WHAT, "the output of the passphrase command");
    match (running.end(patience).map_err(not_run(WHAT))?, line) {
        (Ended::OutOfTime, line) => line,
        (Ended::With(status), line) => match (status.code(), status.signal()) {
            (Some(SHELL_SIGPIPE), _) => line,
            (_, Some(signal)) if signal == Signal::PIPE.as_raw() => line,
            _ => ended_well(status, WHAT).and(line),
        },
    }
}

/// Runs a command by `sh` and returns all that it prints: the bytes of a key file, at most `most`.
pub(crate) fn key(command: &str, most: usize, patience: Duration) -> Result<SecretBytes, CliError> {
    const WHAT: &str = "key";
    let mut running = start(command, WHAT)?;
    // Reserved whole, so that no copy of it is left behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(most + 1));
    let mut part = Zeroizing::new([0u8; 4096]);
    while bytes.len() <= most {
        let read = running.read(&mut part[..]).map_err(not_run(WHAT))?;
        if read == 0 {
            break;
        }
        let room = most + 1 - bytes.len();
        bytes.extend_from_slice(&part[..read.min(room)]);
    }
    if bytes.len() > most {
        running.output = None;
    }
    match running.end(patience).map_err(not_run(WHAT))? {
        Ended::OutOfTime => return Err(refused("did not end after its output did, and was killed", WHAT)),
        // One that prints too much meets a closed pipe.
        Ended::With(_) if bytes.len() > most => {}
        Ended::With(status) => ended_well(status, WHAT)?,
    }
    match bytes.len() {
        0 => Err(refused("printed nothing", WHAT)),
        len if len > most => Err(refused(&format!("printed more than any key file has, {most} bytes"), WHAT)),
        _ => Ok(SecretBytes::new(std::mem::take(&mut *bytes))),
    }
}

fn start(command: &str, what: &'static str) -> Result<Running, CliError> {
    // Standard input may be an export file, which is not the command's.
    let started = Command::new("sh").arg("-c").arg(command).stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
    started.and_then(Running::new).map_err(not_run(what))
}

fn not_run(what: &'static str) -> impl Fn(io::Error) -> CliError {
    move |source| CliError::caused(Exit::Locked, format!("the {what} command cannot be run by sh"), source)
}

fn ended_well(status: ExitStatus, what: &str) -> Result<(), CliError> {
    match (status.code(), status.signal()) {
        (Some(0), _) => Ok(()),
        (Some(code), _) => Err(refused(&format!("failed with exit code {code}"), what)),
        (None, signal) => Err(refused(&format!("was killed by {}", name(signal.unwrap_or_default())), what)),
    }
}

fn refused(how: &str, what: &str) -> CliError {
    CliError::new(Exit::Locked, format!("the {what} command {how}"))
        .hint(format!("run it by itself to see why: it must print the {what} and end without an error"))
}

fn name(signal: i32) -> String {
    let known = [
        (Signal::HUP, "SIGHUP"),
        (Signal::INT, "SIGINT"),
        (Signal::QUIT, "SIGQUIT"),
        (Signal::ABORT, "SIGABRT"),
        (Signal::KILL, "SIGKILL"),
        (Signal::SEGV, "SIGSEGV"),
        (Signal::TERM, "SIGTERM"),
    ];
    match known.iter().find(|(known, _)| known.as_raw() == signal) {
        Some((_, name)) => (*name).to_owned(),
        None => format!("signal {signal}"),
    }
}

/// How a command came to its end.
enum Ended {
    /// By itself.
    With(ExitStatus),
    /// It was killed, because it went on for too long after its first line.
    OutOfTime,
}

/// A command that runs, and its output. Reading ends with the output or with the command: a program that it left in the
/// background may keep the output open.
struct Running {
    child: Child,
    output: Option<ChildStdout>,
    status: Option<ExitStatus>,
}

impl Running {
    fn new(mut child: Child) -> io::Result<Running> {
        let output = child.stdout.take();
        if let Some(output) = &output {
            rustix::fs::fcntl_setfl(output, OFlags::NONBLOCK)?;
        }
        Ok(Running { child, output, status: None })
    }

    /// Reads what is there now. Returns `None` when nothing is there yet.
    fn read_now(&mut self, buffer: &mut [u8]) -> io::Result<Option<usize>> {
        // Looked at before reading, so that what it printed last is not missed.
        let has_ended = self.has_ended()?;
        let Some(output) = &mut self.output else { return Ok(Some(0)) };
        match output.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(has_ended.then_some(0)),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(None),
            other => other.map(Some),
        }
    }

    fn has_ended(&mut self) -> io::Result<bool> {
        if self.status.is_none() {
            self.status = self.child.try_wait()?;
        }
        Ok(self.status.is_some())
    }

    /// Drops what it goes on to print, and waits until it ends.
    fn end(mut self, patience: Duration) -> io::Result<Ended> {
        let stopwatch = Stopwatch::start();
        let mut rest = Zeroizing::new([0u8; 4096]);
        let mut dropped = 0;
        loop {
            if self.output.is_some() {
                match self.read_now(&mut *rest)? {
                    Some(0) => self.output = None,
                    Some(bytes) => dropped += bytes,
                    None => thread::sleep(PAUSE),
                }
                if dropped > MOST_AFTER {
                    self.output = None;
                }
            } else if self.has_ended()? {
                break;
            } else {
                thread::sleep(PAUSE);
            }
            if stopwatch.elapsed() > patience {
                kill(self.child.id());
                self.child.wait()?;
                return Ok(Ended::OutOfTime);
            }
        }
        Ok(self.status.map_or(Ended::OutOfTime, Ended::With))
    }
}

impl Read for Running {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.read_now(buffer)? {
                Some(bytes) => return Ok(bytes),
                None => thread::sleep(PAUSE),
            }
        }
    }
}

/// Kills a process and, where the system lists them, those that it started.
fn kill(process: u32) {
    let started = fs::read_to_string(format!("/proc/{process}/task/{process}/children")).unwrap_or_default();
    if let Some(pid) = i32::try_from(process).ok().and_then(Pid::from_raw) {
        // It may have ended meanwhile.
        let _ = kill_process(pid, Signal::KILL);
    }
    started.split_whitespace().filter_map(|child| child.parse().ok()).for_each(kill);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// More than a command takes that ends by itself, on a busy machine, too.
    const LONG: Duration = Duration::from_secs(30);
    const SHORT: Duration = Duration::from_millis(700);

    fn ran(command: &str) -> Result<String, String> {
        ran_within(command, LONG)
    }

    fn ran_within(command: &str, patience: Duration) -> Result<String, String> {
        let line = run(command, patience);
        line.map(|line| (*line).clone()).map_err(|error| {
            assert_eq!(error.exit(), Exit::Locked);
            error.message()
        })
    }

    #[test]
    fn takes_the_first_line_of_a_command_that_ends_well() {
        for command in [
            "echo one",
            "printf one",
            "printf 'one\r\ntwo\n'",
            "echo one; sleep 0.05; echo two",
            "printf one; sleep 0.05; printf '\ntwo'",
            "echo one; exec >&-; sleep 0.05",
            "echo one; sleep 0.05; seq 1 60000",
        ] {
            assert_eq!(ran(command), Ok("one".to_owned()), "{command}");
        }
    }

    #[test]
    fn a_command_that_goes_on_writing_is_fine() {
        for command in ["echo one; yes", "echo one; yes | cat", "echo one; exec yes", "echo one; kill -PIPE $$"] {
            assert_eq!(ran(command), Ok("one".to_owned()), "{command}");
        }
    }

    #[test]
    fn a_command_that_fails_or_is_killed_is_refused() {
        for (command, how) in [
            ("echo one; exit 3", "failed with exit code 3"),
            ("false", "failed with exit code 1"),
            ("no-such-program-anywhere 2>&-", "failed with exit code 127"),
            ("echo one; kill -KILL $$", "was killed by SIGKILL"),
            ("echo one; kill -TERM $$", "was killed by SIGTERM"),
            ("echo one; kill -USR1 $$", "was killed by signal 10"),
            ("kill -TERM $$", "was killed by SIGTERM"),
            ("echo one; sleep 0.05; exit 1", "failed with exit code 1"),
        ] {
            assert_eq!(ran(command), Err(format!("the passphrase command {how}")), "{command}");
        }
        assert!(ran("true").unwrap_err().starts_with("there is no passphrase in the output of the passphrase command"));
    }

    #[test]
    fn a_command_that_does_not_end_is_killed_and_its_line_counts() {
        let stopwatch = Stopwatch::start();
        let ran = |command| ran_within(command, SHORT);
        assert_eq!(ran("echo one; sleep 77; true"), Ok("one".to_owned()));
        assert_eq!(ran("echo one; while :; do :; done"), Ok("one".to_owned()));
        assert_eq!(ran("trap '' TERM PIPE; echo one; while :; do echo two; done 2>&-"), Ok("one".to_owned()));
        // Something in the background keeps the output open, and is not waited for.
        assert_eq!(ran("echo one; sleep 20 2>&- &"), Ok("one".to_owned()));
        assert_eq!(ran("printf one; sleep 20 2>&- &"), Ok("one".to_owned()));
        assert!(stopwatch.elapsed() < LONG);
    }

    #[test]
    fn a_key_is_every_byte_of_a_command_that_ends_well() {
        let key = |command: &str| {
            let patience = if command.contains("sleep 77") { SHORT } else { LONG };
            let key = key(command, 64, patience);
            key.map(|key| key.expose().to_vec()).map_err(|error| (error.exit(), error.message()))
        };
        assert_eq!(key("printf 'one\\r\\n\\0two\\n'"), Ok(b"one\r\n\0two\n".to_vec()));
        assert_eq!(key("printf one; sleep 0.3; printf two"), Ok(b"onetwo".to_vec()));
        assert_eq!(key("printf one; sleep 20 2>&- &"), Ok(b"one".to_vec()));
        assert_eq!(key("seq 1 9999 | head -c 64").map(|key| key.len()), Ok(64));
        for (command, how) in [
            ("true", "printed nothing"),
            ("yes", "printed more than any key file has, 64 bytes"),
            ("seq 1 9999 | head -c 65", "printed more than any key file has, 64 bytes"),
            ("echo one; exit 1", "failed with exit code 1"),
            ("echo one; kill -KILL $$", "was killed by SIGKILL"),
            ("echo one; kill -PIPE $$", "was killed by signal 13"),
            ("echo one; exec >&-; sleep 77", "did not end after its output did, and was killed"),
        ] {
            assert_eq!(key(command), Err((Exit::Locked, format!("the key command {how}"))), "{command}");
        }
    }

    #[test]
    fn waits_for_the_first_line_as_long_as_it_takes() {
        let line = run("sleep 0.4; echo one", Duration::from_millis(50)).unwrap();
        assert_eq!(*line, "one");
    }
}
