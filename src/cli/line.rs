//! The first line of a stream as a secret: read byte by byte into a buffer that never grows, and zeroed when dropped.

use std::io::{self, Read};

use zeroize::Zeroizing;

use super::error::CliError;
use super::exit::Exit;

/// The longest passphrase or token in bytes.
pub(crate) const LONGEST_LINE: usize = 4096;

/// Reads up to the first line end, and not one byte more. `from` says where, and never repeats what was given there.
pub(crate) fn first_line(mut reader: impl Read, what: &str, from: &str) -> Result<Zeroizing<String>, CliError> {
    let mut line = Zeroizing::new(Vec::with_capacity(LONGEST_LINE));
    let mut byte = Zeroizing::new([0u8; 1]);
    loop {
        match reader.read(&mut *byte) {
            Ok(0) => break,
            Ok(_) if byte[0] == b'\n' => break,
            Ok(_) if line.len() == LONGEST_LINE => {
                return Err(CliError::new(
                    Exit::Locked,
                    format!("the {what} in {from} is longer than {LONGEST_LINE} bytes"),
                ));
            }
            Ok(_) => line.push(byte[0]),
            Err(source) if source.kind() == io::ErrorKind::Interrupted => {}
            Err(source) => return Err(cannot_read(what, from, source)),
        }
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    if line.is_empty() {
        return Err(CliError::new(Exit::Locked, format!("there is no {what} in {from}: its first line is empty")));
    }
    let text = std::str::from_utf8(&line).map(str::to_owned);
    text.map(Zeroizing::new).map_err(|_| CliError::new(Exit::Locked, format!("the {what} in {from} is not UTF-8")))
}

/// Standard input without the buffer of the standard library, which is never zeroed.
pub(crate) struct RawStdin;

impl Read for RawStdin {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        Ok(rustix::io::read(io::stdin(), buffer)?)
    }
}

/// Moves the text out without another copy.
pub(crate) fn take(mut text: Zeroizing<String>) -> String {
    std::mem::take(&mut *text)
}

/// Returns the error of a secret that cannot be read from a place.
pub(crate) fn cannot_read(what: &str, from: &str, source: io::Error) -> CliError {
    CliError::caused(Exit::Locked, format!("cannot read the {what} from {from}"), source)
        .hint(format!("check that {from} exists, and that you may read it"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(bytes: &[u8]) -> Result<String, String> {
        first_line(bytes, "passphrase", "F").map(|l| (*l).clone()).map_err(|e| format!("{e:?}"))
    }

    #[test]
    fn reads_the_first_line_as_the_secret() {
        assert_eq!(line(b"correct horse\nsecond"), Ok("correct horse".to_owned()));
        assert_eq!(line(b" spaces stay \r\n"), Ok(" spaces stay ".to_owned()));
        assert_eq!(line("Käse".as_bytes()), Ok("Käse".to_owned()));
        assert!(line(b"").is_err() && line(b"\nsecond").is_err() && line(b"\xff\n").is_err());
        assert!(line(&[b'a'; LONGEST_LINE]).is_ok());
        assert!(line(&[b'a'; LONGEST_LINE + 1]).is_err());
    }
}
