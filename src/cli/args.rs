//! Options that every command takes.
//!
//! Environment variables that name secrets are read by `secrets`: they name a file, a command or a
//! descriptor, and clap would show their values in help and errors.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Options that every command takes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// The vault's directory [env: FINVAULT_DIR] [default: $XDG_DATA_HOME/finvault]
    #[arg(long, global = true, value_name = "DIR")]
    pub vault: Option<PathBuf>,
    /// Where the secret is.
    #[command(flatten)]
    pub secret: SecretArgs,
    /// How results are shown; --format json is also written --json
    #[arg(long, global = true, value_enum, value_name = "FORMAT")]
    format: Option<Format>,
    /// Short for --format json
    #[arg(long, global = true, conflicts_with = "format")]
    json: bool,
    /// Tables as wide as their text, also where the terminal is not
    #[arg(long, global = true)]
    pub wide: bool,
    /// Numbers in tables without thousands separators and currency signs
    #[arg(long, global = true)]
    pub plain: bool,
    /// Only results and errors: no notes, no progress
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// Also say where the key came from
    #[arg(long, short, global = true, conflicts_with = "quiet")]
    pub verbose: bool,
    /// Only read, and write nothing at all: no anchor is compared, nothing is repaired; also for a copy or an older state
    #[arg(long, global = true)]
    pub inspect: bool,
    /// Confirm without asking; the policy must allow a share
    #[arg(long, short, global = true)]
    pub yes: bool,
}

impl Global {
    /// Returns the format of results.
    pub(crate) fn format(&self) -> Format {
        if self.json { Format::Json } else { self.format.unwrap_or(Format::Table) }
    }
}

/// Where to read the secret that opens the vault. Never the secret itself.
///
/// A flag makes every variable ignored. Only one flag (else one variable) may be given, except to `init`, where
/// passphrase and key file together make two key slots.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct SecretArgs {
    /// Read the passphrase from the first line of FILE [env: FINVAULT_PASSPHRASE_FILE]
    #[arg(long, global = true, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
    /// Read the passphrase from the output of COMMAND, run by sh [env: FINVAULT_PASSPHRASE_COMMAND]
    #[arg(long, global = true, value_name = "COMMAND")]
    pub passphrase_command: Option<String>,
    /// Read the passphrase from the open file descriptor N [env: FINVAULT_PASSPHRASE_FD]
    #[arg(long, global = true, value_name = "N")]
    pub passphrase_fd: Option<u32>,
    /// Use FILE as the key [env: FINVAULT_KEY_FILE]
    #[arg(long, global = true, value_name = "FILE")]
    pub key_file: Option<PathBuf>,
    /// Use the output of COMMAND, run by sh, as the key [env: FINVAULT_KEY_COMMAND]
    #[arg(long, global = true, value_name = "COMMAND")]
    pub key_command: Option<String>,
    /// Read the recovery code from FILE
    #[arg(long, global = true, value_name = "FILE")]
    pub recovery_code_file: Option<PathBuf>,
}

/// How results are written to stdout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Table,
    /// For programs: `vault help json`
    Json,
    /// For spreadsheets
    Csv,
}
