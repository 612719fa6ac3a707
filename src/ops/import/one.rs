//! The import of one file's bytes: what is known of them, what is open, and the change that writes them.

use std::ops::RangeInclusive;
use std::thread;

use data_encoding::HEXLOWER;
use serde_json::json;

use super::accounts::{Target, settle};
use super::apply::apply;
use super::choice::Choice;
use super::describe::describe;
use super::encoding;
use super::incoming::Incoming;
use super::join::join_list;
use super::lines;
use super::options::{ImportOptions, Source};
use super::pace::Pace;
use super::read::{self, Answer, Understood};
use super::stop::Stop;
use super::total::{Total, Written};
use crate::import::{ImportError, ImportOption, Parsed, Problem, Question, Remark, Remedy};
use crate::model::{AccountId, AnswerId, Currency, Env, ImportId, SourceKind};
use crate::ops::progress::Progress;
use crate::ops::query::account_named;
use crate::ops::report::FileReport;
use crate::ops::{OpError, reseal};
use crate::store::AuditAction;
use crate::store::db::imports::Import;
use crate::store::{Change, Keep, Reader, Writer};

/// Compression level of the archived file: higher ones take longer and gain little.
const ARCHIVE_LEVEL: i32 = 3;

/// A file of so many bytes is packed while it is read, which leaves a core free. A smaller one is packed when it is written, and so
/// is a larger one, after its rows, so that it takes no more memory.
const PACKED_BESIDE: RangeInclusive<usize> = 1 << 20..=128 << 20;

/// What the vault made of a file.
pub(super) enum Outcome {
    /// The owner keeps it out of imports.
    Ignored,
    /// The vault has it already.
    Known(ImportId),
    /// Its rows were written: what it comes to, account by account.
    Written(ImportId, Vec<Total>),
}

/// Reads a file, reports what it holds, and writes its rows unless the vault knows it.
pub(super) fn import_file(
    vault: &mut Writer,
    source: &Source,
    hash: &[u8; 32],
    report: &mut FileReport,
    options: &ImportOptions,
    progress: &dyn Progress,
    env: Env<'_>,
) -> Result<Outcome, Stop> {
    if vault.view().ignored()?.iter().any(|file| file.sha256 == *hash) {
        return Ok(Outcome::Ignored);
    }
    let earlier = earlier(vault, hash)?;
    if let Some(earlier) = &earlier
        && is_of(vault, earlier, options.account.as_deref())?
    {
        return Ok(known(report, earlier));
    }
    // Progress counts bytes: a quarter for reading, a half for writing rows, a quarter for archiving.
    let size = source.bytes.len() as u64;
    let (decoded, encoding) = encoding::decode(&vault.view(), &source.bytes, options)?;
    let (understood, archive) =
        beside(&source.bytes, || read::understand(&vault.view(), &decoded.text, &source.name, options));
    let Understood { mut parsed, mut chosen, read } = understood?;
    // Two files without rows are equal, and nothing in them can be doubled.
    let has_rows = parsed.statements.iter().any(|statement| !statement.entries.is_empty());
    if let Some(earlier) = earlier.filter(|_| has_rows) {
        return of_other_account(vault, report, &earlier, &parsed, options);
    }
    progress.advance(size / 4);
    parsed.remarks.extend(decoded.remark);
    if encoding.is_remembered && !parsed.remarks.contains(&Remark::AnswersRemembered) {
        parsed.remarks.push(Remark::AnswersRemembered);
    }
    describe(report, &parsed);
    if options.dry_run {
        report.rows = lines::undecided(&parsed);
    }
    leave_out_empty(&parsed, &mut chosen.choices, report)?;
    if !options.dry_run || vault.is_on_trial() {
        forget(vault, &chosen.void, env)?;
    }
    refuse_what_is_open(&parsed, &chosen.choices, report, options)?;
    let mut answers = read::answers(&vault.view(), &decoded.text, &parsed.layout, &chosen, &read, options)?;
    answers.extend(encoding.answer);
    let rows: u64 = parsed.statements.iter().map(|s| s.entries.len() as u64).sum();
    let pace = Pace { progress, per_row: size / 2 / rows.max(1) };
    let is_rolled_back = options.dry_run && !vault.is_on_trial();
    let choices = chosen.choices;
    let mut file = ToWrite { source, hash, options, parsed, choices, answers, rows, archive, is_rolled_back };
    vault.attempt(env, |change| file.write(change, report, &pace, env))
}

/// Refuses a file rows of which cannot be read, or that leaves something open: nothing is asked of a person whose answers would not
/// import it.
fn refuse_what_is_open(
    parsed: &Parsed<'_>,
    choices: &[Choice],
    report: &mut FileReport,
    options: &ImportOptions,
) -> Result<(), Stop> {
    let questions = questions(parsed, choices);
    report.questions.clone_from(&questions);
    // A day that cannot be read in one order only settles the order; of decimal marks that is not so.
    let may_be_good = questions.iter().any(|question| question.option == ImportOption::DecimalMark);
    let bad = if may_be_good { 0 } else { report.rejected_rows.len() };
    if bad > 0 && parsed.statements.iter().all(|statement| statement.entries.is_empty()) {
        let message = "none of its rows can be read, so nothing was imported";
        let remedy = match parsed.kind {
            SourceKind::Csv if options.read.date_order.is_some() => Remedy::LeaveOut(ImportOption::DateOrder),
            SourceKind::Csv if parsed.is_of_profile() => Remedy::CorrectProfile,
            SourceKind::Csv => Remedy::WriteProfile,
            _ => Remedy::DownloadCsv,
        };
        return Err(ImportError::new(Problem::BadRows, message, remedy).into());
    }
    if bad > 0 && !options.skip_bad_rows {
        let rows = if bad == 1 { "row" } else { "rows" };
        let message = format!("{bad} {rows} cannot be read, so nothing was imported");
        let mut rejected = parsed.statements.iter().flat_map(|statement| &statement.rejected);
        let can_be_said = rejected.any(|row| row.needs_profile);
        let remedy = if can_be_said { Remedy::SkipBadRowsOrProfile } else { Remedy::SkipBadRows };
        return Err(ImportError::new(Problem::BadRows, message, remedy).into());
    }
    if questions.is_empty() { Ok(()) } else { Err(ImportError::asking(questions).into()) }
}

/// A file that is understood, and leaves nothing open.
struct ToWrite<'w, 't> {
    source: &'w Source,
    hash: &'w [u8; 32],
    options: &'w ImportOptions,
    parsed: Parsed<'t>,
    choices: Vec<Choice>,
    /// What is to be remembered of what was said.
    answers: Vec<Answer>,
    rows: u64,
    /// Its bytes, packed, if they are already.
    archive: Option<Vec<u8>>,
    /// Whether nothing of it stays: a dry run without a trial.
    is_rolled_back: bool,
}

impl ToWrite<'_, '_> {
    /// Writes the file and what follows from it.
    fn write(
        &mut self,
        change: &mut Change<'_>,
        report: &mut FileReport,
        pace: &Pace<'_>,
        env: Env<'_>,
    ) -> Result<Keep<Outcome>, Stop> {
        let import = change.add_import(self.import(env))?;
        let targets = settle(change, import.id, &self.parsed, &self.choices, &mut report.remarks)?;
        let targets = join_list(&mut self.parsed, targets);
        let written = self.write_rows(change, &import, &targets, report, pace)?;
        // What the rows take of the memory is free for the archive of a large file.
        self.parsed.statements.clear();
        let archive = self.archive.take().map_or_else(|| packed(&self.source.bytes), Ok)?;
        change.add_archive(import.id, archive)?;
        pace.progress.advance(self.source.bytes.len() as u64 / 4);
        let totals = written.into_iter().map(|of_account| of_account.total(change.view(), import.id));
        let totals = totals.collect::<Result<Vec<Total>, Stop>>()?;
        if totals.iter().any(|total| total.turned) && !report.remarks.contains(&Remark::DebtTurned) {
            report.remarks.push(Remark::DebtTurned);
        }
        let added: u64 = totals.iter().map(|total| total.counts.added).sum();
        let sha256 = HEXLOWER.encode(self.hash);
        let detail = json!({ "file": self.source.name, "sha256": sha256, "rows": self.rows, "added": added });
        change.audit(AuditAction::Import, import.id, detail);
        remember(change, &self.answers, &self.parsed, &targets, self.options, env)?;
        // The rows may change what active grants show: their slices are sealed again, and written out on commit.
        reseal::run(change, env)?;
        (report.resealed, report.suspended) = (change.followed.resealed.clone(), change.followed.suspended.clone());
        let outcome = Outcome::Written(import.id, totals);
        Ok(if self.is_rolled_back { Keep::RollBack(outcome) } else { Keep::Commit(outcome) })
    }

    /// Writes the rows of each statement.
    fn write_rows(
        &self,
        change: &mut Change<'_>,
        import: &Import,
        targets: &[Target],
        report: &mut FileReport,
        pace: &Pace<'_>,
    ) -> Result<Vec<Written>, Stop> {
        let mut written = Vec::new();
        report.rows.clear();
        for target in targets {
            let statement = &self.parsed.statements[target.statement as usize];
            let done = apply(change, &Incoming { import, statement, target, kept: None }, pace)?;
            if self.options.dry_run {
                report.rows.extend(lines::of_account(statement, &target.account.name, &done.known));
            }
            Written::add(&mut written, target, &done);
        }
        Ok(written)
    }

    fn import(&self, env: Env<'_>) -> Import {
        Import {
            // `add_import` assigns it.
            id: ImportId::new(0),
            created: env.now(),
            file: self.source.name.clone(),
            sha256: *self.hash,
            kind: self.parsed.kind,
            format: self.parsed.format.clone(),
            profile: self.parsed.profile.clone(),
            layout: self.parsed.layout.clone(),
            sign: self.parsed.style.to_words(),
            rows: self.rows,
            undone: false,
        }
    }
}

/// Packs the bytes of a file beside other work, where that is worth it.
fn beside<T>(bytes: &[u8], work: impl FnOnce() -> T) -> (T, Option<Vec<u8>>) {
    thread::scope(|scope| {
        let is_beside = PACKED_BESIDE.contains(&bytes.len());
        let worker = is_beside.then(|| thread::Builder::new().spawn_scoped(scope, || packed(bytes)).ok()).flatten();
        let done = work();
        // Without a worker, or if it failed, the work is done later, where the failure is seen.
        (done, worker.and_then(|worker| worker.join().ok()?.ok()))
    })
}

/// Packs the bytes of a file for the archive.
fn packed(bytes: &[u8]) -> Result<Vec<u8>, OpError> {
    zstd::bulk::compress(bytes, ARCHIVE_LEVEL).map_err(OpError::Archive)
}

/// Returns the living import of the same bytes.
fn earlier(vault: &Reader, hash: &[u8; 32]) -> Result<Option<Import>, Stop> {
    Ok(vault.view().imports()?.into_iter().find(|import| !import.undone && import.sha256 == *hash))
}

/// Returns whether an import is of the account that the person named, if they named one.
fn is_of(vault: &Reader, import: &Import, named: Option<&str>) -> Result<bool, Stop> {
    let Some(name) = named else { return Ok(true) };
    let accounts = vault.view().accounts()?;
    let coverages = vault.view().coverages()?;
    let mut of_import = coverages.iter().filter(|coverage| coverage.import == import.id).peekable();
    let is_named = |id| {
        let in_currency = |account: &crate::store::db::accounts::Account| {
            account.id == id && account.has_name(&format!("{name} {}", account.currency))
        };
        account_named(&accounts, name).is_some_and(|account| account.id == id) || accounts.iter().any(in_currency)
    };
    Ok(of_import.peek().is_some() && of_import.all(|coverage| is_named(coverage.account)))
}

/// Reports a file that the vault has.
fn known(report: &mut FileReport, earlier: &Import) -> Outcome {
    report.format = Some(earlier.format.clone());
    report.profile.clone_from(&earlier.profile);
    Outcome::Known(earlier.id)
}

/// The bytes are known, and another account was named: a number inside settles it, else the person has to.
fn of_other_account(
    vault: &Reader,
    report: &mut FileReport,
    earlier: &Import,
    parsed: &Parsed<'_>,
    options: &ImportOptions,
) -> Result<Outcome, Stop> {
    let has_number = parsed.statements.iter().all(|statement| statement.account.number.is_some());
    if has_number {
        return Ok(known(report, earlier));
    }
    let coverages = vault.view().coverages()?;
    let accounts = vault.view().accounts()?;
    let of_import = |id| coverages.iter().any(|coverage| coverage.import == earlier.id && coverage.account == id);
    let names: Vec<String> = accounts.iter().filter(|a| of_import(a.id)).map(|a| a.name.clone()).collect();
    let message = format!(
        "the same file was imported into {} as {}, and is to go to {:?} now",
        names.join(" and "),
        earlier.id,
        options.account.as_deref().unwrap_or_default()
    );
    report.questions = vec![Question::of(ImportOption::Account, message.clone(), names)];
    Err(ImportError::new(Problem::NeedsOption, message, Remedy::UndoFirst(earlier.id)).into())
}

/// Leaves out statements that hold nothing and whose accounts do not exist: a header alone makes no account. An OFX
/// statement that names its account proves that there is one.
fn leave_out_empty(parsed: &Parsed<'_>, choices: &mut [Choice], report: &mut FileReport) -> Result<(), Stop> {
    let mut left_out = 0;
    for (statement, choice) in parsed.statements.iter().zip(choices.iter_mut()) {
        let names_account = parsed.kind == SourceKind::Ofx && statement.account.number.is_some();
        let empty = !names_account
            && statement.entries.is_empty()
            && statement.balances.is_empty()
            && statement.rejected.is_empty();
        if empty && !matches!(choice, Choice::Existing(_)) {
            *choice = Choice::LeftOut;
            left_out += 1;
        }
    }
    if left_out == choices.len() {
        let message = "the file has no rows, and a file without rows makes no account";
        return Err(ImportError::new(Problem::Empty, message, Remedy::DownloadOtherPeriod).into());
    }
    if left_out > 0 {
        let what = "statement without rows".to_owned();
        report.skipped.push(crate::model::Skipped { what, count: left_out as u64 });
    }
    Ok(())
}

/// Returns everything that is open: what the reader asks, then the accounts. Equal questions are asked once, and so are the
/// accounts of a file that differ in their currency alone: a name stands for one of each currency.
fn questions(parsed: &Parsed<'_>, choices: &[Choice]) -> Vec<Question> {
    let currencies = || parsed.statements.iter().map(|statement| statement.currency);
    let several = currencies().any(|currency| Some(currency) != currencies().next());
    let mut all = parsed.questions.clone();
    for (choice, currency) in choices.iter().zip(currencies()) {
        let Choice::Ask(open) = choice else { continue };
        for question in open {
            let mut question = question.clone();
            let is_of_account = question.option == ImportOption::Account && several;
            if is_of_account {
                question.choices.iter_mut().for_each(|name| without_currency(name, currency));
            }
            let is_asked = |other: &Question| (other.option == question.option) && other.message == question.message;
            match all.iter().position(is_asked).filter(|_| is_of_account) {
                Some(at) => {
                    let known = &mut all[at].choices;
                    question.choices.retain(|name| !known.contains(name));
                    known.append(&mut question.choices);
                }
                None if all.contains(&question) => {}
                None => all.push(question),
            }
        }
    }
    all
}

/// Takes the currency off the name of an account that has it at its end.
fn without_currency(name: &mut String, currency: Currency) {
    if let Some(start) = name.strip_suffix(&format!(" {currency}")).map(str::len) {
        name.truncate(start);
    }
}

/// Forgets standing answers that a file contradicts.
fn forget(vault: &mut Writer, void: &[AnswerId], env: Env<'_>) -> Result<(), Stop> {
    if void.is_empty() {
        return Ok(());
    }
    vault.change(env, |change| {
        for id in void {
            if change.remove_answer(*id)? {
                change.audit(AuditAction::RemoveAnswer, id, json!({ "reason": "contradicted by a file" }));
            }
        }
        Ok::<(), Stop>(())
    })
}

/// Stores what was answered for the layout: what the file left open, and the account if it is to stand.
fn remember(
    change: &mut Change<'_>,
    answers: &[Answer],
    parsed: &Parsed<'_>,
    targets: &[Target],
    options: &ImportOptions,
    env: Env<'_>,
) -> Result<(), Stop> {
    let mut keep = |layout: &str, option: &str, answer: &str| {
        if let Some(id) = change.put_answer(layout, option, answer, env.now())? {
            change.audit(AuditAction::Answer, id, json!({ "layout": layout, "option": option, "answer": answer }));
        }
        Ok::<(), Stop>(())
    };
    for (layout, option, answer) in answers {
        match option {
            ImportOption::Currency | ImportOption::DateOrder => {
                for target in targets {
                    keep(&read::scope(parsed, target.account.id), option.as_str(), answer)?;
                }
            }
            _ => keep(layout, option.as_str(), answer)?,
        }
    }
    if let (true, Some(name)) = (options.always, &options.account) {
        // The id outlives a new name; accounts by currency have none in common.
        let mut ids: Vec<AccountId> = targets.iter().map(|target| target.account.id).collect();
        ids.dedup();
        let answer = match ids.as_slice() {
            [only] => only.to_string(),
            _ => name.clone(),
        };
        keep(&parsed.layout, ImportOption::Account.as_str(), &answer)?;
    }
    Ok(())
}
