//! The scripts that teach a shell to ask the program what fits.

use std::ffi::OsStr;
use std::path::Path;

use clap::ValueEnum;

/// A shell that completes our commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Shell {
    /// bash 4.4 or newer
    Bash,
    /// zsh
    Zsh,
    /// fish 3.1 or newer
    Fish,
}

impl Shell {
    /// Returns the shell of a name.
    pub(crate) fn named(name: &OsStr) -> Option<Shell> {
        Shell::value_variants().iter().copied().find(|shell| name == shell.name())
    }

    /// Returns the name, as scripts and arguments write it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Shell::Bash => "bash",
            Shell::Zsh => "zsh",
            Shell::Fish => "fish",
        }
    }

    /// Returns the script of this shell for a program, which it finds in PATH.
    pub(crate) fn script(self, program: &str) -> String {
        let template = match self {
            Shell::Bash => include_str!("bash.sh"),
            Shell::Zsh => include_str!("zsh.zsh"),
            Shell::Fish => include_str!("fish.fish"),
        };
        let word: String = program.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        template.replace("@FUNCTION@", &format!("_{word}")).replace("@PROGRAM@", program)
    }
}

/// Returns the name of the running program, which a script can have without quotes; `vault` where it has another one.
pub(crate) fn program(first: Option<&OsStr>) -> String {
    let is_plain = |name: &&str| {
        !name.starts_with('-') && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
    };
    let name = first.and_then(|first| Path::new(first).file_name()).and_then(OsStr::to_str);
    name.filter(is_plain).unwrap_or("vault").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_names_the_program_that_made_it() {
        for shell in Shell::value_variants() {
            let script = shell.script("my-vault");
            assert!(script.contains(&format!("FINVAULT_COMPLETE={} command my-vault -- ", shell.name())), "{script}");
            assert!(script.contains("_my_vault"), "{script}");
            assert!(!script.contains('@') || *shell == Shell::Zsh && !script.contains("@P"), "{script}");
        }
        assert_eq!(program(Some(OsStr::new("/opt/x y/vault-2"))), "vault-2");
        assert_eq!(program(Some(OsStr::new("./$(id)"))), "vault");
        assert_eq!(program(None), "vault");
    }
}
