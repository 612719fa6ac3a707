//! How a vault stands: what everybody who may read its directory can see, and what its key tells.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::report::{
    Attention, AttentionKind, BackupNote, CheckNote, GrantStatus, Holdings, ImportState, KeptNote, OldCopy,
    OldCopyKind, SnapshotNote, StatusReport,
};
use super::{OpError, grants, imports, query};
use crate::model::{Env, Timestamp, VaultId, clean_for_display};
use crate::store::files::paths::SNAPSHOT_FILE;
use crate::store::{Locked, Open, Reader, Vault, kept, last};

/// A backup that is older needs attention, in days.
const BACKUP_DAYS: i32 = 30;
/// A grant that ends within these days needs attention.
const SOON_DAYS: i32 = 7;
/// How many names a message has at most.
const MOST_NAMES: usize = 3;

/// Tells how a vault stands without its key. Nothing of it is verified.
pub(crate) fn without_key(vault: &Vault<Locked>, state_dir: Option<&Path>, env: Env<'_>) -> StatusReport {
    let id = vault.claimed_id().clone();
    let last = state_dir.map(|dir| last::read(dir, &id)).unwrap_or_default();
    let last_backup = last.backup.map(noted);
    let key_slots = vault.claimed_slots();
    let mut attention = Vec::new();
    let mut add = |kind, message: String| attention.push(Attention { kind, message });
    if let [only] = key_slots[..] {
        add(
            AttentionKind::OneWayIn,
            format!("the only way in is a {}: if it is lost, so is the vault", only.in_words()),
        );
    }
    let today = env.now().day();
    match &last_backup {
        None => add(AttentionKind::Backup, "no backup from this machine is known".to_owned()),
        Some(backup) => {
            let days = backup.time.day().days_until(today);
            if days > BACKUP_DAYS {
                add(AttentionKind::Backup, format!("the last backup is {days} days old"));
            }
        }
    }
    if last.check.as_ref().is_some_and(|check| !check.ok) {
        add(AttentionKind::Check, "the last check found something wrong".to_owned());
    }
    let kept: Vec<KeptNote> = kept::find(vault.dir())
        .into_iter()
        .map(|kept| KeptNote { time: kept.time, dir: kept.path.display().to_string(), size_bytes: size(&kept.path) })
        .collect();
    match kept.len() {
        0 => {}
        1 => add(AttentionKind::Kept, "a vault from before a restore is kept".to_owned()),
        many => add(AttentionKind::Kept, format!("{many} vaults from before a restore are kept")),
    }
    StatusReport {
        vault: vault.dir().display().to_string(),
        vault_id: id,
        size_bytes: size(vault.dir()),
        key_slots,
        last_backup,
        last_check: last.check.map(|check| CheckNote { time: check.time, ok: check.ok, quick: check.quick }),
        snapshot: snapshot(vault.dir()),
        kept,
        holds: None,
        attention,
    }
}

/// Returns the last backup of a vault that this machine knows of. Nothing authenticates it.
pub(crate) fn last_backup(vault: &VaultId, state_dir: Option<&Path>) -> Option<BackupNote> {
    last::read(state_dir?, vault).backup.map(noted)
}

fn noted(backup: last::LastBackup) -> BackupNote {
    BackupNote { time: backup.time, file: backup.dest.join(backup.file).display().to_string() }
}

/// Returns the copies of a vault that this machine knows of, which open as they did whatever its keys become.
pub(super) fn old_copies(vault: &Vault<Open>) -> Vec<OldCopy> {
    let kept = kept::find(vault.dir()).into_iter().map(|kept| (OldCopyKind::KeptVault, kept.path));
    let backup = last_backup(vault.id(), vault.state_dir());
    let backups = backup.and_then(|backup| Some((OldCopyKind::Backups, Path::new(&backup.file).parent()?.to_owned())));
    kept.chain(backups).map(|(kind, path)| OldCopy { kind, path: path.display().to_string() }).collect()
}

/// Adds what the key tells.
///
/// # Errors
/// When the vault cannot be read, or is not as it was written.
pub(crate) fn with_key(report: &mut StatusReport, vault: &Reader, env: Env<'_>) -> Result<(), OpError> {
    let accounts = query::accounts(vault)?;
    let living = imports::list(vault)?.into_iter().filter(|import| import.status == ImportState::Active);
    let grants = grants::list(vault, env)?;
    let mut add = |kind, message: String| report.attention.push(Attention { kind, message });
    let unproven: Vec<&str> = accounts
        .iter()
        .filter(|account| account.transaction_count > 0 && !account.closed && account.proven_up_to.is_none())
        .map(|account| account.name.as_str())
        .collect();
    if !unproven.is_empty() {
        add(AttentionKind::Unproven, format!("no balance proves the rows of {}", names(&unproven)));
    }
    let suspended = grants.iter().filter(|grant| grant.status == GrantStatus::Suspended).count();
    if suspended > 0 {
        let are = if suspended == 1 { "1 grant is".to_owned() } else { format!("{suspended} grants are") };
        add(AttentionKind::Suspended, format!("{are} suspended"));
    }
    let active: Vec<_> = grants.into_iter().filter(|grant| grant.status == GrantStatus::Active).collect();
    for grant in &active {
        let days = env.now().day().days_until(grant.expiration_time.day());
        if days <= SOON_DAYS {
            let recipient = clean_for_display(&grant.recipient);
            add(AttentionKind::EndsSoon, format!("the grant of {recipient} ends on {}", grant.expiration_time.day()));
        }
    }
    report.holds = Some(Holdings {
        accounts: accounts.len() as u64,
        transactions: accounts.iter().map(|account| account.transaction_count).sum(),
        last_posted: accounts.iter().filter_map(|account| account.last_posted).max(),
        last_import: living.map(|import| import.created_time).max_by_key(|time: &Timestamp| time.unix()),
        active_grants: active,
        audit_seq: vault.audit_seq(),
    });
    Ok(())
}

fn names(all: &[&str]) -> String {
    let shown: Vec<_> = all.iter().take(MOST_NAMES).map(|name| clean_for_display(name).into_owned()).collect();
    match all.len().saturating_sub(MOST_NAMES) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// Looks whether a migration left the database as it was before.
fn snapshot(dir: &Path) -> Option<SnapshotNote> {
    let path = dir.join(SNAPSHOT_FILE);
    let data = fs::symlink_metadata(&path).ok().filter(fs::Metadata::is_file)?;
    let time = Timestamp::from_unix(data.mtime());
    Some(SnapshotNote { time, file: path.display().to_string(), size_bytes: data.len() })
}

/// Returns the bytes of the files in a directory and those below it. What cannot be read counts nothing.
fn size(dir: &Path) -> u64 {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    let of_entry = |entry: fs::DirEntry| match entry.metadata() {
        Ok(data) if data.is_dir() => size(&entry.path()),
        Ok(data) if data.is_file() => data.len(),
        _ => 0,
    };
    entries.map(of_entry).sum()
}
