//! A sealed environment to run the program in, and the result of a run.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use crate::files::tree;

/// Bank rows: three months of a current account, with a running balance that adds up.
pub(crate) const CHASE: &str = "\
Details,Posting Date,Description,Amount,Type,Balance,Check or Slip #
DEBIT,03/09/2026,\"CORNER GROCERY #12\",-45.10,DEBIT_CARD,1662.10,,
CREDIT,02/27/2026,\"ACME WORKS PAYROLL\",1500.00,ACH_CREDIT,1707.20,,
CHECK,02/11/2026,\"CHECK 1042\",-125.00,CHECK_PAID,207.20,1042,
DEBIT,02/03/2026,\"COFFEE, TEA & CO\",-4.25,DEBIT_CARD,332.20,,
DEBIT,02/03/2026,\"COFFEE, TEA & CO\",-4.25,DEBIT_CARD,336.45,,
DEBIT,01/05/2026,\"RENT JANUARY\",-659.30,ACH_DEBIT,340.70,,
";

/// The last balance in [`CHASE`].
pub(crate) const CHASE_BALANCE: &str = "1662.10";

/// A card whose descriptions hold formulas, escape codes and bidirectional text.
pub(crate) const HOSTILE: &str = "\
Date,Description,Amount
2026-03-01,=cmd|' /C calc'!A0,-1.00
2026-03-02,+1+1,-2.00
2026-03-03,@SUM(A1:A9),-3.00
2026-03-04,-5 and less,-4.00
2026-03-05,a\u{1b}[2J\u{1b}]0;title\u{7}b\u{9b}31mc,-5.00
2026-03-06,gpj.\u{202e}exe,-6.00
";

/// A temporary home with a vault in the default directory, and a key file.
pub(crate) struct TestEnvironment {
    root: TempDir,
}

/// The result of one run.
pub(crate) struct Run {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl TestEnvironment {
    /// Creates an empty home.
    pub(crate) fn empty() -> TestEnvironment {
        TestEnvironment::empty_in(&std::env::temp_dir())
    }

    /// Creates an empty home in a directory.
    pub(crate) fn empty_in(dir: &Path) -> TestEnvironment {
        let root = tempfile::Builder::new().prefix("vault-test-").tempdir_in(dir).unwrap();
        for dir in ["home", "other", "tmp"] {
            fs::create_dir(root.path().join(dir)).unwrap();
        }
        TestEnvironment { root }
    }

    /// Creates a home with a vault that the key file `home/key` opens.
    pub(crate) fn with_vault() -> TestEnvironment {
        TestEnvironment::empty().and_vault()
    }

    /// Makes the vault.
    pub(crate) fn and_vault(self) -> TestEnvironment {
        self.vault(&["init", "--key-file", "key"]).ok();
        self
    }

    /// Creates a home with a vault that holds [`CHASE`] as account `Daily`.
    pub(crate) fn with_data() -> TestEnvironment {
        TestEnvironment::with_vault().and_data()
    }

    /// Imports it.
    pub(crate) fn and_data(self) -> TestEnvironment {
        self.write("chase.csv", CHASE);
        self.vault(&["import", "chase.csv", "--account", "Daily", "--create"]).ok();
        self
    }

    /// The directory around everything, homes included.
    pub(crate) fn root(&self) -> &Path {
        self.root.path()
    }

    /// A path in the home.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.path().join("home").join(name)
    }

    /// The directory of the vault.
    pub(crate) fn vault_dir(&self) -> PathBuf {
        self.path(".local/share/finvault")
    }

    /// Writes a file in the home.
    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        fs::write(self.path(name), text).unwrap();
        self.path(name)
    }

    /// Returns a run of the program in the home. The environment names the key file once there is one.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = self.bare_command("home", args);
        if self.path("key").exists() {
            command.env("FINVAULT_KEY_FILE", "key");
        }
        command
    }

    /// Returns a run of the program in one of the homes, with no secret named.
    pub(crate) fn bare_command(&self, home: &str, args: &[&str]) -> Command {
        let home = self.root.path().join(home);
        let mut command = Command::new(env!("CARGO_BIN_EXE_vault"));
        command.args(args).env_clear().current_dir(&home).env("HOME", &home);
        command.env("PATH", "/usr/bin:/bin").env("LANG", "C.UTF-8").env("TMPDIR", self.root.path().join("tmp"));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs the program in the home.
    pub(crate) fn vault(&self, args: &[&str]) -> Run {
        run(self.command(args))
    }

    /// Runs the program in the home of somebody else, who has no vault and no key.
    pub(crate) fn elsewhere(&self, args: &[&str]) -> Run {
        run(self.bare_command("other", args))
    }

    /// Runs the program in the home with this on its standard input.
    pub(crate) fn vault_with_input(&self, args: &[&str], input: &[u8]) -> Run {
        let mut command = assert_cmd::Command::from_std(self.command(args));
        Run::from(command.write_stdin(input).timeout(Duration::from_secs(60)).output().unwrap())
    }

    /// Runs the program with `--json` and parses its output.
    pub(crate) fn json(&self, args: &[&str]) -> Value {
        let mut all = args.to_vec();
        all.push("--json");
        let run = self.vault(&all).ok();
        serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{args:?}: {error}: {}", run.out))
    }

    /// Allows `--yes` to share balances and details with Acme.
    pub(crate) fn allow_sharing(&self) {
        let scopes = "accounts,balances,transactions,transactions.detail";
        let days = ["--max-days", "90", "--window", "3650", "--yes"];
        self.vault(&[&["policy", "allow", "--to", "Acme", "--scope", scopes], &days[..]].concat()).ok();
    }

    /// Every regular file under the root, homes and temporary directory included.
    pub(crate) fn all_files(&self) -> Vec<PathBuf> {
        tree(self.root.path()).into_iter().filter(|path| path.is_file()).collect()
    }

    /// The files that hold these bytes.
    pub(crate) fn files_with(&self, needle: &[u8]) -> Vec<PathBuf> {
        let holds = |path: &PathBuf| fs::read(path).unwrap().windows(needle.len()).any(|window| window == needle);
        self.all_files().into_iter().filter(holds).collect()
    }
}

/// Runs a command for at most a minute: nothing may wait for input.
pub(crate) fn run(command: Command) -> Run {
    Run::from(assert_cmd::Command::from_std(command).timeout(Duration::from_secs(60)).output().unwrap())
}

impl From<Output> for Run {
    fn from(output: Output) -> Run {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is UTF-8");
        Run { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
    }
}

impl Run {
    /// Asserts success.
    #[track_caller]
    pub(crate) fn ok(self) -> Run {
        self.fails(0)
    }

    /// Asserts an exit code, and an error message with any but 0.
    #[track_caller]
    pub(crate) fn fails(self, code: i32) -> Run {
        assert_eq!(self.code, code, "stdout: {}\nstderr: {}", self.out, self.err);
        assert!(code == 0 || self.err.contains("error"), "no explanation: {}", self.err);
        assert!(!self.err.contains("defect of the program"), "{}", self.err);
        assert!(!self.err.contains("os error") && !self.out.contains("os error"), "{}{}", self.out, self.err);
        self
    }
}
