//! A vault in a temporary directory, with a clock and random bytes that a test decides.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use data_encoding::HEXLOWER;
use finvault::crypto::{SecretBytes, sha256};
use finvault::import::{ReadOptions, SignRule};
use finvault::model::Env;
use finvault::ops::import::{ImportOptions, Source};
use finvault::ops::init::{KeyFile, NewKeys};
use finvault::ops::progress::Quiet;
use finvault::ops::report::{FileReport, ImportStatus};
use finvault::ops::share::{Approval, Approved, Draft};
use finvault::ops::{self, OpError};
use finvault::store::UnverifiedHeader;
use finvault::store::{Locked, Open, Reader, Unlock, Vault, Writer};
use rusqlite::Connection;
use tempfile::TempDir;

use crate::files::copy_tree;
use crate::fixed::Fixed;

/// The time at which tests begin: 2026-06-01.
pub(crate) const NOW: i64 = 1_780_272_000;

impl Fixed {
    pub(crate) fn pass_days(&self, days: i64) {
        self.now.set(self.now.get() + days * 86_400);
    }

    /// Sets the clock to the system's, which the program reads.
    pub(crate) fn catch_up(&self) {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        self.now.set(since.as_secs().cast_signed());
    }

    /// Repeats the random bytes from block `to` on.
    pub(crate) fn rewind(&self, to: u64) {
        self.drawn.set(to);
    }
}

/// What a vault is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    Read,
    Write,
}

/// A vault that is open for either; both can read.
pub(crate) enum Opened {
    ForReading(Reader),
    ForWriting(Writer),
}

impl std::ops::Deref for Opened {
    type Target = Reader;

    fn deref(&self) -> &Reader {
        match self {
            Opened::ForReading(reader) => reader,
            Opened::ForWriting(writer) => writer,
        }
    }
}

/// Shares a draft and keeps its token: what the program does before and after it prints one.
pub(crate) fn approve_draft(
    vault: &mut Writer,
    draft: Draft,
    how: Approval,
    env: Env<'_>,
) -> Result<Approved, OpError> {
    let pending = ops::share::propose(vault, draft, how, env)?;
    ops::share::activate(vault, &pending, env)?;
    Ok(pending.approved)
}

/// A directory with a vault, its anchor, its key file and a home.
pub(crate) struct TestVault {
    root: TempDir,
    pub fixed: Fixed,
}

/// Creates a temporary directory, in memory where possible: every import waits for the disk several times.
pub(crate) fn fast_directory() -> TempDir {
    let memory = Path::new("/dev/shm");
    let builder = || tempfile::Builder::new().prefix("finvault-test-").to_owned();
    builder().tempdir_in(memory).or_else(|_| builder().tempdir()).unwrap()
}

impl TestVault {
    /// Creates a vault.
    pub(crate) fn new() -> TestVault {
        let test = TestVault::empty();
        let key_file = test.key();
        let keys = NewKeys { passphrase: None, key_file: Some(KeyFile::Known(&key_file)), recovery_code: false };
        drop(ops::init::run(&test.dir(), &test.state(), keys, test.fixed.env()).unwrap());
        test
    }

    /// Creates the directories without a vault.
    pub(crate) fn empty() -> TestVault {
        let root = fast_directory();
        for name in ["home", "tmp"] {
            fs::create_dir(root.path().join(name)).unwrap();
        }
        let test = TestVault { root, fixed: Fixed::new(0) };
        test.fixed.now.set(NOW);
        fs::write(test.path("key"), test.key().expose()).unwrap();
        test
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    pub(crate) fn dir(&self) -> PathBuf {
        self.path("vault")
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.path("state/finvault")
    }

    pub(crate) fn key(&self) -> SecretBytes {
        SecretBytes::new(sha256(b"the key file of the tests").to_vec())
    }

    pub(crate) fn env(&self) -> Env<'_> {
        self.fixed.env()
    }

    pub(crate) fn unlock(&self) -> Result<Vault<Open>, OpError> {
        let locked = Vault::<Locked>::find(&self.dir())?;
        Ok(locked.unlock(&Unlock::KeyFile(self.key()), &self.state())?)
    }

    pub(crate) fn try_read(&self) -> Result<Reader, OpError> {
        Ok(self.unlock()?.reader(self.env())?)
    }

    pub(crate) fn try_write(&self) -> Result<Writer, OpError> {
        Ok(self.unlock()?.writer(self.env())?)
    }

    /// Accepts whatever state the vault is in.
    pub(crate) fn try_accept(&self) -> Result<Writer, OpError> {
        Ok(self.unlock()?.accept_rollback(self.env())?)
    }

    pub(crate) fn try_open(&self, access: Access) -> Result<Opened, OpError> {
        Ok(match access {
            Access::Read => Opened::ForReading(self.try_read()?),
            Access::Write => Opened::ForWriting(self.try_write()?),
        })
    }

    pub(crate) fn read(&self) -> Reader {
        self.try_read().unwrap()
    }

    pub(crate) fn write(&self) -> Writer {
        self.try_write().unwrap()
    }

    /// Opens the vault once the files outside the database are repaired.
    ///
    /// A process that another test starts briefly holds copies of this one's locks. Repairs do not wait for a lock, so
    /// the vault is opened again.
    pub(crate) fn repaired(&self, access: Access) -> Opened {
        for _ in 0..50 {
            let vault = self.try_open(access).unwrap();
            if ops::check::run(&vault, self.env()).unwrap().ok {
                let head = fs::read(self.dir().join("head")).unwrap_or_default();
                drop(vault);
                let again = self.try_open(access).unwrap();
                if fs::read(self.dir().join("head")).unwrap_or_default() == head && !head.is_empty() {
                    return again;
                }
                continue;
            }
            drop(vault);
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        self.try_open(access).unwrap()
    }

    /// Imports into an account.
    pub(crate) fn try_import(&self, vault: &mut Writer, text: &str, account: &str) -> Result<FileReport, OpError> {
        let options = ImportOptions {
            account: Some(account.to_owned()),
            read: ReadOptions {
                currency: Some("USD".parse().unwrap()),
                sign: Some(SignRule::In),
                ..ReadOptions::default()
            },
            create: true,
            ..ImportOptions::default()
        };
        let source = Source { name: "export".into(), bytes: text.as_bytes().to_vec() };
        ops::import::file(vault, &source, &options, &Quiet, self.env())
    }

    /// Imports a file into an account, and asserts that it is not rejected.
    #[track_caller]
    pub(crate) fn import(&self, vault: &mut Writer, text: &str, account: &str) -> FileReport {
        let report = self.try_import(vault, text, account).unwrap();
        assert!(report.status != ImportStatus::Rejected, "{report:?}");
        report
    }

    /// Opens the database with its raw key, past the store.
    pub(crate) fn raw(&self) -> Connection {
        let header = UnverifiedHeader::parse(&fs::read(self.dir().join("header.toml")).unwrap()).unwrap();
        let (_, master) = header.unlock(&Unlock::KeyFile(self.key())).unwrap();
        let key = HEXLOWER.encode(master.database_key().expose());
        let connection = Connection::open(self.dir().join("vault.db")).unwrap();
        connection.execute_batch(&format!("PRAGMA key = \"x'{key}'\"; PRAGMA cipher_compatibility = 4;")).unwrap();
        connection
    }

    /// Returns a run of the program with this vault, its key file and an otherwise empty environment.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vault"));
        command.args(args).env_clear().current_dir(self.path("home"));
        command.env("HOME", self.path("home")).env("XDG_STATE_HOME", self.path("state"));
        command.env("FINVAULT_DIR", self.dir()).env("FINVAULT_KEY_FILE", self.path("key"));
        command.env("TMPDIR", self.path("tmp")).env("PATH", "/usr/bin:/bin");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Copies the vault and its anchor to a directory.
    pub(crate) fn keep(&self, name: &str) {
        let to = self.path(name);
        if to.exists() {
            fs::remove_dir_all(&to).unwrap();
        }
        copy_tree(&self.dir(), &to.join("vault"));
        copy_tree(&self.path("state"), &to.join("state"));
    }

    /// Puts such a copy of vault and anchor back.
    pub(crate) fn put_back(&self, name: &str) {
        for part in ["vault", "state"] {
            fs::remove_dir_all(self.path(part)).unwrap();
            copy_tree(&self.path(name).join(part), &self.path(part));
        }
    }
}

/// Returns a CSV file of many rows, oldest first.
pub(crate) fn long_csv(rows: usize) -> String {
    let mut text = String::from("Date,Description,Amount\n");
    for row in 0..rows {
        let (year, month, day) = (2015 + row * 10 / rows, row / 28 % 12 + 1, row % 28 + 1);
        text.push_str(&format!("{year}-{month:02}-{day:02},Needle {row},-{}.25\n", row % 90 + 1));
    }
    text
}

/// Returns a CSV file. A row is day, cents, description and running balance in cents.
pub(crate) fn csv<'a>(rows: impl IntoIterator<Item = (&'a str, i64, &'a str, Option<i64>)>) -> String {
    let mut text = String::from("Date,Description,Amount,Balance\n");
    for (day, cents, description, balance) in rows {
        let balance = balance.map(money).unwrap_or_default();
        text.push_str(&format!("{day},\"{description}\",{},{balance}\n", money(cents)));
    }
    text
}

pub(crate) fn money(cents: i64) -> String {
    format!("{}{}.{:02}", if cents < 0 { "-" } else { "" }, cents.abs() / 100, cents.abs() % 100)
}

/// One row of an OFX file: day, cents, the bank's id, name.
pub(crate) type OfxRow = (String, i64, String, String);

/// One statement of an OFX file.
pub(crate) struct OfxStatement {
    /// The number of its account.
    pub number: &'static str,
    pub rows: Vec<OfxRow>,
    /// Day and cents of the ledger balance.
    pub balance: Option<(String, i64)>,
}

impl OfxStatement {
    /// Returns a statement of the account that most tests use.
    pub(crate) fn of(rows: &[OfxRow]) -> OfxStatement {
        OfxStatement { number: "000987654321", rows: rows.to_vec(), balance: None }
    }
}

/// Returns an OFX 1.x file of one account: SGML without closing tags.
pub(crate) fn ofx(rows: &[OfxRow]) -> String {
    ofx_of(&[OfxStatement::of(rows)])
}

/// Returns such a file of some statements.
pub(crate) fn ofx_of(statements: &[OfxStatement]) -> String {
    let head = "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nSECURITY:NONE\nENCODING:USASCII\nCHARSET:1252\n\
                COMPRESSION:NONE\nOLDFILEUID:NONE\nNEWFILEUID:NONE\n\n<OFX><BANKMSGSRSV1>";
    let statements: String = statements.iter().map(statement).collect();
    format!("{head}{statements}</BANKMSGSRSV1></OFX>\n")
}

fn statement(OfxStatement { number, rows, balance }: &OfxStatement) -> String {
    let plain = |day: &str| day.replace('-', "");
    let first = rows.iter().map(|row| row.0.as_str()).min().unwrap_or_default();
    let last = rows.iter().map(|row| row.0.as_str()).max().unwrap_or_default();
    let mut text = format!(
        "<STMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS>\n\
         <STMTRS><CURDEF>USD<BANKACCTFROM><BANKID>123456789<ACCTID>{number}<ACCTTYPE>CHECKING</BANKACCTFROM>\n\
         <BANKTRANLIST><DTSTART>{}<DTEND>{}\n",
        plain(first),
        plain(last)
    );
    for (day, cents, id, name) in rows {
        let kind = if *cents < 0 { "DEBIT" } else { "CREDIT" };
        text.push_str(&format!(
            "<STMTTRN><TRNTYPE>{kind}<DTPOSTED>{}<TRNAMT>{}<FITID>{id}<NAME>{name}</STMTTRN>\n",
            plain(day),
            money(*cents)
        ));
    }
    text.push_str("</BANKTRANLIST>");
    if let Some((day, cents)) = balance {
        text.push_str(&format!("<LEDGERBAL><BALAMT>{}<DTASOF>{}</LEDGERBAL>", money(*cents), plain(day)));
    }
    text.push_str("</STMTRS></STMTTRNRS>\n");
    text
}
