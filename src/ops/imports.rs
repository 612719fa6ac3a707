//! The imports that were made, undoing one, and what is remembered for the next: answers, and files to leave alone.

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use serde_json::json;
use zeroize::Zeroizing;

use super::import::unlearn;
use super::report::{AnswerLine, IgnoredLine, ImportAccountLine, ImportLine, ImportState, UndoReport};
use super::{OpError, derive, reseal};
use crate::model::{AccountId, AnswerId, Env, ImportId, Period, clean_for_display};
use crate::store::AuditAction;
use crate::store::db::ignored::IgnoredFile;
use crate::store::db::imports::Import;
use crate::store::{Change, Reader, View, Writer};

/// Returns every import, oldest first.
///
/// # Errors
///
/// When the vault cannot be read, or is not as it was written.
pub fn list(vault: &Reader) -> Result<Vec<ImportLine>, OpError> {
    let accounts = vault.view().accounts()?;
    let coverages = vault.view().coverages()?;
    let name = |id| accounts.iter().find(|a| a.id == id).map_or_else(String::new, |a| a.name.clone());
    let lines = vault.view().imports()?.into_iter().map(|import| ImportLine {
        accounts: coverages
            .iter()
            .filter(|c| c.import == import.id)
            .collect::<Vec<_>>()
            .chunk_by(|one, other| one.account == other.account)
            .map(|statements| {
                let covered = statements.iter().filter_map(|c| c.period).reduce(Period::spanning);
                ImportAccountLine {
                    account_id: statements[0].account,
                    name: name(statements[0].account),
                    first_posted: covered.map(|p| p.first()),
                    last_posted: covered.map(|p| p.last()),
                    added: statements.iter().map(|c| c.added).sum(),
                    present: statements.iter().map(|c| c.present).sum(),
                    updated: statements.iter().map(|c| c.updated).sum(),
                }
            })
            .collect(),
        import_id: import.id,
        created_time: import.created,
        file: import.file,
        sha256: HEXLOWER.encode(&import.sha256),
        format: import.format,
        profile: import.profile,
        status: if import.undone { ImportState::Undone } else { ImportState::Active },
        rows: import.rows,
    });
    Ok(lines.collect())
}

/// Returns one import.
pub(crate) fn show(vault: &Reader, id: ImportId) -> Result<ImportLine, OpError> {
    list(vault)?.into_iter().find(|line| line.import_id == id).ok_or(OpError::UnknownImport(id))
}

/// Returns the archived file of an import, undone or not, as it was imported.
///
/// # Errors
///
/// When the import is unknown, its file is not the one that was imported, or the vault cannot be read.
pub fn extract(vault: &Reader, id: ImportId) -> Result<Zeroizing<Vec<u8>>, OpError> {
    let import = vault.view().imports()?.into_iter().find(|i| i.id == id).ok_or(OpError::UnknownImport(id))?;
    Ok(vault.view().archived_file(&import)?)
}

/// Undoes an import: removes what only it attests. The file can be imported again.
///
/// # Errors
///
/// When the import is unknown or already undone, or the vault cannot be written.
pub fn undo(vault: &mut Writer, id: ImportId, env: Env<'_>) -> Result<UndoReport, OpError> {
    let import: Import = vault.view().imports()?.into_iter().find(|i| i.id == id).ok_or(OpError::UnknownImport(id))?;
    if import.undone {
        return Err(OpError::UndoneAlready(id));
    }
    let (removed, kept) = vault.change(env, |change| {
        let counts = take_back(change, &import)?;
        unlearn(change, id)?;
        change.audit(AuditAction::Undo, id, json!({ "file": import.file, "removed": counts.0, "kept": counts.1 }));
        reseal::run(change, env)?;
        Ok::<_, OpError>(counts)
    })?;
    Ok(UndoReport { import_id: id, removed, kept })
}

/// Undoes an import, and derives its days again. Returns how many transactions ended, and how many live on.
fn take_back(change: &mut Change<'_>, import: &Import) -> Result<(u64, u64), OpError> {
    let (mut removed, mut kept) = (0, 0);
    let hidden = change.view().hidden_accounts()?;
    let spare = derive::spare_segments(&change.view(), import)?;
    let apart = if spare.is_empty() { apart(&change.view(), import)? } else { Vec::new() };
    for undone in change.undo(import, &spare, &apart)? {
        if let Some(changed) = undone.changed {
            derive::again(change, undone.account, changed, apart.contains(&(undone.account, changed)))?;
        }
        if hidden.contains(&undone.account) {
            continue;
        }
        removed += undone.ended;
        kept += undone.living;
    }
    Ok((removed, kept))
}

/// Returns the days of an import in each of its accounts where they stand apart from those around them.
fn apart(view: &View<'_>, import: &Import) -> Result<Vec<(AccountId, Period)>, OpError> {
    let mut days: BTreeMap<AccountId, Period> = BTreeMap::new();
    for coverage in view.all_coverages()?.into_iter().filter(|coverage| coverage.import == import.id) {
        if let Some(rows) = coverage.rows {
            days.entry(coverage.account).and_modify(|days| *days = days.spanning(rows)).or_insert(rows);
        }
    }
    let mut apart = Vec::new();
    for (account, days) in days {
        if derive::stand_apart(view, account, days, import.id)? {
            apart.push((account, days));
        }
    }
    Ok(apart)
}

/// Erases an import for good: its rows and balances, its archived file, and every preview that waits to be approved.
/// Copies of slices that left are not reached, and the log keeps the entry of the import.
///
/// # Errors
///
/// When the import is unknown, or the vault cannot be written.
pub fn forget(vault: &mut Writer, id: ImportId, env: Env<'_>) -> Result<UndoReport, OpError> {
    let import = vault.view().imports()?.into_iter().find(|i| i.id == id).ok_or(OpError::UnknownImport(id))?;
    let (removed, kept) = vault.change(env, |change| {
        let counts = if import.undone { (0, 0) } else { take_back(change, &import)? };
        unlearn(change, id)?;
        change.forget(id)?;
        change.remove_drafts()?;
        change.audit(AuditAction::Forget, id, json!({ "removed": counts.0, "kept": counts.1 }));
        reseal::run(change, env)?;
        Ok::<_, OpError>(counts)
    })?;
    Ok(UndoReport { import_id: id, removed, kept })
}

/// Returns every remembered answer, oldest first.
///
/// # Errors
///
/// When the vault cannot be read, or is not as it was written.
pub fn answers(vault: &Reader) -> Result<Vec<AnswerLine>, OpError> {
    let lines = vault.view().answers()?.into_iter().map(|answer| AnswerLine {
        answer_id: answer.id,
        layout: answer.layout,
        option: answer.option,
        answer: answer.answer,
        created_time: answer.created,
    });
    Ok(lines.collect())
}

/// Forgets an answer: later files of the layout are read without it.
///
/// # Errors
///
/// When there is no such answer, or the vault cannot be written.
pub fn remove_answer(vault: &mut Writer, id: AnswerId, env: Env<'_>) -> Result<(), OpError> {
    let answer = vault.view().answers()?.into_iter().find(|a| a.id == id).ok_or(OpError::UnknownAnswer(id))?;
    vault.change(env, |change| {
        change.remove_answer(id)?;
        let detail = json!({ "layout": answer.layout, "option": answer.option, "answer": answer.answer });
        change.audit(AuditAction::RemoveAnswer, id, detail);
        Ok(())
    })
}

/// Returns the files that are kept out of imports, oldest first.
///
/// # Errors
///
/// When the vault cannot be read, or is not as it was written.
pub fn ignored(vault: &Reader) -> Result<Vec<IgnoredLine>, OpError> {
    let mut files = vault.view().ignored()?;
    files.sort_by_key(|file| (file.created, file.sha256));
    let line = |file: IgnoredFile| IgnoredLine {
        sha256: HEXLOWER.encode(&file.sha256),
        file: file.name,
        created_time: file.created,
    };
    Ok(files.into_iter().map(line).collect())
}

/// Keeps files out of imports, by the hash of their bytes. A file that is ignored already stays so.
///
/// # Errors
///
/// When the vault cannot be read or written.
pub fn ignore(vault: &mut Writer, files: &[([u8; 32], String)], env: Env<'_>) -> Result<(), OpError> {
    let known = vault.view().ignored()?;
    let new: Vec<_> = files.iter().filter(|(hash, _)| known.iter().all(|file| file.sha256 != *hash)).collect();
    if new.is_empty() {
        return Ok(());
    }
    vault.change(env, |change| {
        for (sha256, name) in new {
            let (sha256, name) = (*sha256, clean_for_display(name).into_owned());
            change.audit(AuditAction::Ignore, "", json!({ "file": name, "sha256": HEXLOWER.encode(&sha256) }));
            change.put_ignored(&IgnoredFile { sha256, name, created: env.now() })?;
        }
        Ok(())
    })
}

/// Lets ignored files be imported again.
///
/// # Errors
///
/// When one of them is not ignored, or the vault cannot be written.
pub fn unignore(vault: &mut Writer, files: &[([u8; 32], String)], env: Env<'_>) -> Result<(), OpError> {
    vault.change(env, |change| {
        for (sha256, name) in files {
            if !change.remove_ignored(sha256)? {
                return Err(OpError::NotIgnored(name.clone()));
            }
            change.audit(AuditAction::Unignore, "", json!({ "sha256": HEXLOWER.encode(sha256) }));
        }
        Ok(())
    })
}
