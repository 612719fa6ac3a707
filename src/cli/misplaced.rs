//! Secrets that were typed where they do not belong: into the command line, where other programs can read them.
//!
//! The answer never repeats them. So it is given before anything else reads the line: clap and every command repeat what
//! is wrong about an argument.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use super::error::CliError;
use super::exit::Exit;
use super::secrets::SecretFile;

/// How every token begins.
const TOKEN: &[u8] = b"vlt_";
/// What follows in an argument that is a token beyond doubt, in letters, digits and underscores.
const SURELY_TOKEN: usize = 32;

/// Options that take the path of a file with a secret, which must exist, and what the secret is.
const FILES: [(&str, &str); 5] = [
    ("--passphrase-file", "passphrase"),
    ("--new-passphrase-file", "passphrase"),
    ("--keep-passphrase-file", "passphrase"),
    ("--recovery-code-file", "recovery code"),
    ("--token-file", "token"),
];
/// The option that takes the number of a descriptor.
const DESCRIPTOR: &str = "--passphrase-fd";

/// Returns the answer to a line that holds a token.
pub(crate) fn token(arguments: &[OsString]) -> Option<CliError> {
    arguments.iter().skip(1).any(|argument| holds_token(argument)).then(|| {
        CliError::new(Exit::Usage, "a token was given on the command line, where other programs can read it").hint(
            "put it into a file for --token-file, or give it on standard input; revoke the grant if another program may \
             have read it",
        )
    })
}

/// Returns the answer to a variable of ours that holds a token.
pub(crate) fn token_in_variable(variables: impl Iterator<Item = (OsString, OsString)>) -> Option<CliError> {
    let is_ours = |name: &OsStr| name.as_bytes().starts_with(b"FINVAULT_");
    let (name, _) = variables.into_iter().find(|(name, value)| is_ours(name) && holds_token(value))?;
    Some(
        CliError::new(Exit::Usage, format!("{} holds a token, which other programs can read", name.to_string_lossy()))
            .hint("put it into a file for --token-file, or give it on standard input"),
    )
}

/// Returns the answer to a line with a secret, or anything else, in place of the path or number that leads to one.
pub(crate) fn secret(arguments: &[OsString]) -> Option<CliError> {
    let options = arguments.iter().skip(1).take_while(|argument| *argument != "--");
    let followed = options.zip(arguments.iter().skip(2).map(Some).chain([None]));
    for (argument, next) in followed {
        for (name, what) in FILES {
            let given = value_of(name, argument, next).map(PathBuf::from);
            if let Some(path) = given.filter(|path| path.as_os_str() != "-" && fs::metadata(path).is_err()) {
                return SecretFile::new(path, name).first_line(what).err();
            }
        }
        let is_number = |value: &OsStr| value.to_str().is_some_and(|text| text.parse::<u32>().is_ok());
        if value_of(DESCRIPTOR, argument, next).is_some_and(|value| !is_number(value)) {
            return Some(
                CliError::new(Exit::Usage, format!("{DESCRIPTOR} takes the number of an open file descriptor"))
                    .hint("open one in the shell: --passphrase-fd 3 3< FILE"),
            );
        }
    }
    None
}

/// Returns the value of an option, which follows it or stands behind an equals sign.
fn value_of<'a>(name: &str, argument: &'a OsStr, next: Option<&'a OsString>) -> Option<&'a OsStr> {
    match argument.as_bytes().strip_prefix(name.as_bytes())? {
        [] => next.map(OsString::as_os_str),
        [b'=', value @ ..] => Some(OsStr::from_bytes(value)),
        _ => None,
    }
}

/// Returns whether an argument holds a token, or the beginning of one. The name of a file that exists is none.
fn holds_token(argument: &OsStr) -> bool {
    let bytes = argument.as_bytes();
    let Some(start) = bytes.windows(TOKEN.len()).position(|window| window.eq_ignore_ascii_case(TOKEN)) else {
        return false;
    };
    let is_symbol = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
    if bytes[start + TOKEN.len()..].iter().take_while(is_symbol).count() >= SURELY_TOKEN {
        return true;
    }
    let value = bytes.iter().position(|byte| *byte == b'=').filter(|_| bytes.starts_with(b"--")).map_or(0, |at| at + 1);
    fs::symlink_metadata(OsStr::from_bytes(&bytes[value..])).is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(words: &[&str]) -> Vec<OsString> {
        ["vault"].iter().chain(words).map(OsString::from).collect()
    }

    #[test]
    fn finds_tokens_wherever_they_stand() {
        let whole = "vlt_0123456789abcdef_0123456789abcdefghjk";
        for word in ["vlt_", "vlt_x", "VLT_x", "--to=vlt_x", "a vlt_x b", "\"vlt_x\"", "--x=vlt_x", whole] {
            assert!(token(&line(&["open", word])).is_some(), "{word}");
        }
        assert!(token(&[OsString::from("vlt_program"), OsString::from("open")]).is_none());
        assert!(token(&line(&["open", "vl_t", "vault_", "VLT"])).is_none());
        let dir = tempfile::tempdir().unwrap();
        for (name, is_token) in [("vlt_march.csv", false), (whole, true)] {
            let path = dir.path().join(name);
            fs::write(&path, "").unwrap();
            let path = path.to_str().unwrap();
            for word in [path.to_owned(), format!("--token-file={path}")] {
                assert_eq!(token(&line(&["open", &word])).is_some(), is_token, "{word}");
            }
        }
    }

    #[test]
    fn answers_a_secret_in_place_of_a_path_without_it() {
        for words in [
            &["accounts", "--passphrase-file", "hunter2"][..],
            &["--passphrase-file=hunter2", "accounts"],
            &["accounts", "--recovery-code-file", "hunter2"],
            &["open", "--token-file", "hunter2"],
            &["accounts", "--passphrase-fd", "hunter2"],
            &["accounts", "--passphrase-fd=hunter2"],
        ] {
            let error = secret(&line(words)).unwrap();
            assert!(!format!("{error:?}").contains("hunter"), "{words:?}: {error:?}");
        }
        for words in [
            &["accounts", "--passphrase-file", "/dev/null"][..],
            &["accounts", "--passphrase-fd", "3"],
            &["open", "--token-file", "-"],
            &["open", "--token-file"],
            &["import", "--", "--passphrase-file", "hunter2"],
            &["accounts", "--passphrase-filed", "hunter2"],
        ] {
            assert!(secret(&line(words)).is_none(), "{words:?}");
        }
    }
}
