//! One run of the program: its options, clock and random bytes, and how it opens the vault and shows results.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeSet;
use std::path::PathBuf;

use serde::Serialize;

use super::args::{Format, Global};
use super::config::{self, Config};
use super::error::CliError;
use super::exit::Exit;
use super::following;
use super::output::safe::terminal_safe;
use super::output::table::Layout;
use super::output::with_causes;
use super::output::{self, OutputError, Sheet};
use super::removal::RemovedOnSignal;
use super::secrets::Secrets;
use super::terminal::Terminal;
use super::unlocking::typed;
use super::{keyring, paths, screen, system};
use crate::model::{Env, VaultId, clean_for_display};
use crate::ops;
use crate::store::restore;
use crate::store::{DiskWatch, Locked, Notice, Open, Reader, StoreError, Unlock, Vault};

pub(crate) use crate::store::Writer;

/// One run of the program.
pub(crate) struct Session {
    /// The options.
    pub global: Global,
    /// The clock and random bytes.
    pub env: Env<'static>,
    /// What reads secrets.
    pub secrets: Secrets,
    /// Notices that wait until the vault is not locked any more.
    kept: RefCell<Vec<String>>,
    /// The notices so far: each is told once.
    noticed: RefCell<BTreeSet<String>>,
    /// Whether the disk failed under the vault that was unlocked last.
    disk: RefCell<DiskWatch>,
    /// Whether the key in the session keyring does not count.
    asks_again: Cell<bool>,
    /// The person's settings.
    config: OnceCell<Config>,
    /// The vault's directory: a relative one counts from where the program began, also when directories change places since.
    vault_dir: OnceCell<PathBuf>,
}

impl Session {
    /// Makes a session with the given options.
    pub(crate) fn new(global: Global) -> Result<Session, CliError> {
        Ok(Session {
            global,
            env: system::env(),
            secrets: Secrets::default(),
            kept: RefCell::default(),
            noticed: RefCell::default(),
            disk: RefCell::default(),
            asks_again: Cell::default(),
            config: OnceCell::new(),
            vault_dir: OnceCell::new(),
        })
    }

    /// Reads the person's settings, which count from now on.
    pub(crate) fn take_settings(&self) -> Result<(), CliError> {
        let config = config::load()?;
        config.colour.into_iter().for_each(screen::set_colour);
        config.pager.iter().cloned().for_each(output::set_pager);
        let _ = self.config.set(config);
        Ok(())
    }

    /// Returns the person's settings.
    pub(crate) fn config(&self) -> &Config {
        self.config.get_or_init(Config::default)
    }

    /// Returns the vault's directory, as an absolute path, whether or not it holds a vault.
    pub(crate) fn vault_dir(&self) -> Result<PathBuf, CliError> {
        if let Some(dir) = self.vault_dir.get() {
            return Ok(dir.clone());
        }
        let dir = paths::vault_dir(self.global.vault.as_ref())?;
        Ok(self.vault_dir.get_or_init(|| dir).clone())
    }

    /// Makes commands ask for the secret also when the session keyring has the key.
    pub(crate) fn ask_again(&self) {
        self.asks_again.set(true);
    }

    /// Finds the vault and unlocks it: with the secret that is named, with the key that the session keyring has, or with
    /// what is typed. A missing vault is an error before anything is asked.
    pub(crate) fn vault(&self) -> Result<Vault<Open>, CliError> {
        let locked = Vault::<Locked>::find(&self.vault_dir()?)?;
        let vault = match self.given()? {
            Some(secret) => self.unlocked(&locked, &secret)?,
            None => match self.unlocked_before(&locked) {
                Some(vault) => vault,
                None => typed(&locked, |secret| self.unlocked(&locked, secret))?.0,
            },
        };
        self.disk.replace(vault.disk());
        Ok(vault)
    }

    /// Finds the vault and unlocks it with its secret, which is returned, too: what is kept in the session keyring is none.
    pub(crate) fn vault_and_secret(&self) -> Result<(Vault<Open>, Unlock), CliError> {
        let locked = Vault::<Locked>::find(&self.vault_dir()?)?;
        let (vault, secret) = match self.given()? {
            Some(secret) => (self.unlocked(&locked, &secret)?, secret),
            None => typed(&locked, |secret| self.unlocked(&locked, secret))?,
        };
        self.disk.replace(vault.disk());
        Ok((vault, secret))
    }

    /// Finds the vault and unlocks it where that takes no question.
    pub(crate) fn vault_unasked(&self) -> Result<Option<Vault<Open>>, CliError> {
        let locked = Vault::<Locked>::find(&self.vault_dir()?)?;
        let vault = match self.given()? {
            Some(secret) => Some(self.unlocked(&locked, &secret)?),
            None => self.unlocked_before(&locked),
        };
        vault.iter().for_each(|vault| drop(self.disk.replace(vault.disk())));
        Ok(vault)
    }

    /// Unlocks a vault from a backup with the secret that was given, or one that is typed, to be looked
    /// at: no anchor is compared. Returns the secret, too.
    pub(crate) fn unlock_apart(
        &self,
        locked: &Vault<Locked>,
        given: Option<Unlock>,
        on_signal: Option<&mut RemovedOnSignal>,
    ) -> Result<(Vault<Open>, Unlock), CliError> {
        if let Some(secret) = given {
            let opened = locked.unlock_without_anchor(&secret);
            return Ok((opened.map_err(|error| CliError::from(error).of_backup())?, secret));
        }
        let ask = || typed(locked, |secret| locked.unlock_without_anchor(secret));
        match on_signal {
            Some(on_signal) => on_signal.while_asking(ask),
            None => ask(),
        }
        .map_err(CliError::of_backup)
    }

    /// Returns whether nothing is written: because that is wanted, or since the vault was restored to a place of its own and
    /// is not adopted.
    pub(crate) fn inspects(&self) -> bool {
        self.global.inspect || self.vault_dir().is_ok_and(|dir| restore::is_apart(&dir))
    }

    /// Returns the secret that a flag, a variable or the system's credentials name.
    pub(crate) fn given(&self) -> Result<Option<Unlock>, CliError> {
        let given = self.secrets.given(&self.global.secret, &|text| self.notice(text))?;
        Ok(given.map(|(secret, place)| {
            self.tell_origin(&place);
            secret
        }))
    }

    /// Says where the key came from, when that is wanted.
    fn tell_origin(&self, place: &str) {
        if self.global.verbose {
            self.note(&format!("the key came from {place}"));
        }
    }

    /// Unlocks the vault with the key that the session keyring has. One that does not fit, since the vault has another one by
    /// now, is none.
    fn unlocked_before(&self, locked: &Vault<Locked>) -> Option<Vault<Open>> {
        if self.asks_again.get() {
            return None;
        }
        let vault = locked.unlock_kept(keyring::kept(locked.claimed_id())?, self.anchor_place().as_deref()).ok()?;
        self.tell_origin("the session keyring");
        Some(vault)
    }

    fn unlocked(&self, locked: &Vault<Locked>, secret: &Unlock) -> Result<Vault<Open>, StoreError> {
        match self.anchor_place() {
            Some(state) => locked.unlock(secret, &state),
            None => locked.unlock_without_anchor(secret),
        }
    }

    /// Returns where the anchor lies. There is none for a vault that is only inspected.
    fn anchor_place(&self) -> Option<PathBuf> {
        if self.inspects() {
            self.notice(
                "this is read as it lies there, and was not compared with what this machine has seen of the vault",
            );
            return None;
        }
        self.tell_state();
        paths::state_dir()
    }

    /// Unlocks the vault and reads of it. It is locked for as long as `read` works, and no longer: what `read` returns is
    /// complete, and is shown afterwards, however slow the one who looks at it.
    pub(crate) fn reading<T, E: Into<CliError>>(
        &self,
        read: impl FnOnce(&Reader) -> Result<T, E>,
    ) -> Result<T, CliError> {
        self.reading_of(&self.vault()?, read)
    }

    /// Reads of an unlocked vault, as [`Session::reading`] does.
    pub(crate) fn reading_of<T, E: Into<CliError>>(
        &self,
        vault: &Vault<Open>,
        read: impl FnOnce(&Reader) -> Result<T, E>,
    ) -> Result<T, CliError> {
        let result = self.read(vault).and_then(|reader| read(&reader).map_err(Into::into));
        self.tell_kept();
        result
    }

    /// Unlocks the vault and reads of it, and writes nothing: what a later command mends stays as it is.
    pub(crate) fn looking<T, E: Into<CliError>>(
        &self,
        read: impl FnOnce(&Reader) -> Result<T, E>,
    ) -> Result<T, CliError> {
        let vault = self.vault()?;
        let result = self.look(&vault).and_then(|reader| read(&reader).map_err(Into::into));
        self.tell_kept();
        result
    }

    fn look(&self, vault: &Vault<Open>) -> Result<Reader, CliError> {
        let reader = vault.look(self.env).map_err(|error| {
            let is_older = matches!(error, StoreError::Outdated { .. }) && restore::is_apart(vault.dir());
            let error = CliError::from(error);
            if is_older { error.of_apart(vault.dir()) } else { error }
        })?;
        self.keep(reader.notices());
        Ok(reader)
    }

    /// Unlocks the vault and changes it. It is locked for as long as `change` works, as with [`Session::reading`].
    /// Which slices followed the change is told afterwards.
    pub(crate) fn changing<T, E: Into<CliError>>(
        &self,
        change: impl FnOnce(&mut Writer) -> Result<T, E>,
    ) -> Result<T, CliError> {
        self.changing_of(&self.vault()?, change)
    }

    /// Changes an unlocked vault, as [`Session::changing`] does.
    pub(crate) fn changing_of<T, E: Into<CliError>>(
        &self,
        vault: &Vault<Open>,
        change: impl FnOnce(&mut Writer) -> Result<T, E>,
    ) -> Result<T, CliError> {
        let result = self.write(vault).and_then(|mut writer| {
            let result = change(&mut writer).map_err(Into::into);
            self.keep_followed(&mut writer);
            result
        });
        self.tell_kept();
        result
    }

    /// Opens an unlocked vault for reading. It is locked until the reader is dropped: nothing may be printed or asked
    /// before.
    pub(crate) fn read(&self, vault: &Vault<Open>) -> Result<Reader, CliError> {
        if self.inspects() {
            return self.look(vault);
        }
        let reader = vault.reader(self.env)?;
        self.keep(reader.notices());
        Ok(reader)
    }

    /// Opens an unlocked vault for changing. It is locked as with [`Session::read`].
    pub(crate) fn write(&self, vault: &Vault<Open>) -> Result<Writer, CliError> {
        self.not_inspecting()?;
        // A change without an anchor could be put back unseen.
        paths::needed_state_dir()?;
        let writer = vault.writer(self.env)?;
        self.keep(writer.notices());
        Ok(writer)
    }

    /// Opens an unlocked vault for changing once more, after a secret has left: that waits longer for other commands.
    pub(crate) fn write_patiently(&self, vault: &Vault<Open>) -> Result<Writer, CliError> {
        let writer = vault.writer_patiently(self.env)?;
        self.keep(writer.notices());
        Ok(writer)
    }

    /// Finds and unlocks the vault for what changes it in ways of its own, as [`Session::write`] does otherwise.
    pub(crate) fn vault_to_accept(&self) -> Result<Vault<Open>, CliError> {
        self.not_inspecting()?;
        paths::needed_state_dir()?;
        self.vault()
    }

    /// Refuses `--inspect` for what writes, before anything is done.
    pub(crate) fn not_inspecting(&self) -> Result<(), CliError> {
        if !self.inspects() {
            return Ok(());
        }
        if !self.global.inspect {
            return Err(CliError::new(
                Exit::Refused,
                "this vault was restored to a place of its own, and is only read",
            )
            .hint("`vault restore --to DIR --adopt` makes the vault in DIR the one of this machine"));
        }
        self.writes_elsewhere()
    }

    /// Refuses `--inspect` for what writes another vault than the named one.
    pub(crate) fn writes_elsewhere(&self) -> Result<(), CliError> {
        if !self.global.inspect {
            return Ok(());
        }
        Err(CliError::new(Exit::Usage, "--inspect writes nothing, and this command does").hint("leave out --inspect"))
    }

    /// Returns an error with what the database does not tell: whether its disk is full, or could not be read.
    pub(crate) fn told(&self, error: CliError) -> CliError {
        if error.exit() == Exit::Integrity && self.disk.borrow().has_failed() {
            return StoreError::DiskUnread.into();
        }
        let is_full =
            error.is_of_disk() && !self.inspects() && self.vault_dir().is_ok_and(|dir| ops::files::is_full(&dir));
        if is_full { error.of_full_disk() } else { error }
    }

    /// Tells what a command could not do that went through all the same. The vault must not be locked.
    pub(crate) fn tell_notices(&self, notices: &[Notice]) {
        self.keep(notices);
        self.tell_kept();
    }

    /// Keeps notices for when the vault is not locked any more.
    fn keep(&self, notices: &[Notice]) {
        let mut kept = self.kept.borrow_mut();
        for notice in notices {
            kept.push(with_causes(notice));
            if matches!(notice, Notice::Clock { .. }) {
                kept.push("when the clock is right, accept it with `vault audit accept --clock`".to_owned());
            }
        }
    }

    /// Keeps for then which slices followed what was changed.
    pub(crate) fn keep_followed(&self, writer: &mut Writer) {
        self.kept.borrow_mut().extend(following::lines(&writer.take_followed()));
    }

    /// Tells the notices that were kept. The vault must not be locked.
    pub(crate) fn tell_kept(&self) {
        let kept = self.kept.take();
        kept.iter().for_each(|notice| self.notice(notice));
    }

    /// Asks a person to confirm, unless `--yes` does.
    pub(crate) fn confirm(&self, question: &str) -> Result<(), CliError> {
        if self.global.yes {
            return Ok(());
        }
        let Some(terminal) = Terminal::open() else {
            let question = clean_for_display(question);
            return Err(CliError::new(
                Exit::Refused,
                format!("there is no terminal to ask for your confirmation: {question}"),
            )
            .hint("--yes confirms without asking"));
        };
        if terminal.confirm(&clean_for_display(question))? {
            return Ok(());
        }
        Err(CliError::new(Exit::Refused, "you did not confirm: nothing was changed"))
    }

    /// Asks a person about something that a command can leave undone. Without a terminal, and with `--yes`, the answer is no.
    pub(crate) fn agrees(&self, question: &str) -> Result<bool, CliError> {
        let terminal = (!self.global.yes).then(Terminal::open).flatten();
        terminal.map_or(Ok(false), |terminal| terminal.confirm(&clean_for_display(question)))
    }

    /// Notes in the state directory that a check ended, for a person who wonders when that was.
    pub(crate) fn note_check(&self, vault: &VaultId, ok: bool, quick: bool) {
        // A check makes no state directory, which is the place of an anchor.
        let Some(state_dir) = paths::state_dir().filter(|dir| !self.inspects() && dir.is_dir()) else { return };
        if let Err(error) = ops::check::note(&state_dir, vault, ok, quick, self.env) {
            self.notice(&format!("the check could not be noted: {}", with_causes(&error)));
        }
    }

    /// Returns the format of results.
    pub(crate) fn format(&self) -> Format {
        self.global.format()
    }

    /// Returns how tables are laid out: as wide as the terminal, or as their content where stdout is none.
    fn layout(&self) -> Layout {
        let width = if self.global.wide { None } else { screen::stdout_width() };
        Layout { width, colour: screen::stdout_takes_colour(), plain: self.global.plain, wrap: false }
    }

    /// Writes a note for a person to stderr, unless quiet is wanted. Programs have the report.
    pub(crate) fn note(&self, text: &str) {
        if !self.global.quiet && self.format() != Format::Json {
            output::note_in_words(&clean_for_display(text));
        }
    }

    /// Tells when others can change the state directory, and with it what shows that an older vault was put back.
    pub(crate) fn tell_state(&self) {
        for (dir, mode) in paths::state_dir().iter().flat_map(|dir| paths::open_to_change(dir)) {
            let dir = dir.display();
            self.notice(&format!(
                "other users can change the state directory {dir} (mode {mode:04o}), and so hide that an older vault was \
                 put back: chmod go-w {dir}"
            ));
        }
    }

    /// Writes to stderr, once, what no report holds: a copy that was repaired, a key that others can read.
    pub(crate) fn notice(&self, text: &str) {
        if !self.noticed.borrow_mut().insert(text.to_owned()) {
            return;
        }
        match self.format() {
            _ if self.global.quiet => {}
            Format::Json => {
                output::note(&terminal_safe(&serde_json::json!({ "notice": text }).to_string()));
            }
            // A name with a line end in it begins no line.
            _ => output::note_in_words(&format!("note: {}", clean_for_display(text))),
        }
    }

    /// Writes a report to stdout in the wanted format.
    pub(crate) fn show<T: Serialize + ?Sized>(
        &self,
        report: &T,
        sheet: impl FnOnce(&T) -> Result<Sheet, OutputError>,
    ) -> Result<(), CliError> {
        match self.format() {
            Format::Json => output::json::write(report)?,
            Format::Csv => output::csv::write(&sheet(report)?)?,
            Format::Table => {
                let sheet = sheet(report)?;
                if sheet.rows.is_empty() {
                    self.note(sheet.when_empty);
                } else {
                    output::table::write(&sheet, self.layout())?;
                }
            }
        }
        Ok(())
    }

    /// Refuses `--format csv` for results that are not rows, before anything is done.
    pub(crate) fn not_as_csv(&self, what: &str) -> Result<(), CliError> {
        if self.format() == Format::Csv {
            return Err(CliError::new(Exit::Usage, format!("{what} is not made of rows and has no CSV form"))
                .hint("use --format json"));
        }
        Ok(())
    }
}
