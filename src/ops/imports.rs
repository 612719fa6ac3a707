//! The imports that were made, and undoing one.

use data_encoding::HEXLOWER;
use serde_json::json;

use super::report::{ImportAccountLine, ImportLine, ImportState, UndoReport};
use super::{OpError, reseal};
use crate::model::{Env, ImportId};
use crate::store::AuditAction;
use crate::store::db::imports::Import;
use crate::store::{Reader, Writer};

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
            .map(|c| ImportAccountLine {
                account_id: c.account,
                name: name(c.account),
                first_posted: c.period.map(|p| p.first()),
                last_posted: c.period.map(|p| p.last()),
                added: c.added,
                present: c.present,
                updated: c.updated,
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
        let counts = change.undo(&import)?;
        change.audit(AuditAction::Undo, id, json!({ "file": import.file, "removed": counts.0, "kept": counts.1 }));
        reseal::run(change, env)?;
        Ok::<_, OpError>(counts)
    })?;
    Ok(UndoReport { import_id: id, removed, kept })
}
