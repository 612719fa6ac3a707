//! How a vault stands: what everybody who may read its directory can see, and what its key tells.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;

use super::money::{self, Gap};
use super::report::{
    AccountLine, Attention, AttentionKind, BackupNote, CheckNote, GrantLine, GrantStatus, Holdings, ImportState,
    KeptNote, OldCopy, OldCopyKind, SlotName, SnapshotNote, StatusReport, WaysIn,
};
use super::{OpError, grants, imports, query, ways_in};
use crate::model::{Amount, Env, Micros, Timestamp, VaultId, clean_for_display};
use crate::store::files::paths::SNAPSHOT_FILE;
use crate::store::{Locked, Open, Reader, Vault, kept, last, restore};

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
    let last_backup = newest(&last);
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
        Some((backup, header)) => {
            let days = backup.time.day().days_until(today);
            if days > BACKUP_DAYS {
                add(AttentionKind::Backup, format!("the last backup is {days} days old"));
            }
            if *header != HEXLOWER.encode(vault.header_digest()) {
                let why = "the keys changed since the last backup, which opens with those of its day";
                add(AttentionKind::Backup, why.to_owned());
            }
        }
    }
    if last.check.as_ref().is_some_and(|check| !check.ok) {
        add(AttentionKind::Check, "the last check found something wrong".to_owned());
    }
    let (kept, kept_attention) = kept_beside(vault.dir());
    attention.extend(kept_attention);
    StatusReport {
        vault: vault.dir().display().to_string(),
        vault_id: Some(id),
        size_bytes: size(vault.dir()),
        key_slots,
        last_backup: last_backup.map(|(note, _)| note),
        last_check: last.check.map(|check| CheckNote { time: check.time, ok: check.ok, quick: check.quick }),
        snapshot: snapshot(vault.dir()),
        kept,
        holds: None,
        ways_in: None,
        attention,
    }
}

/// Tells what can be seen of a vault that is damaged, so that nothing opens it.
pub(crate) fn damaged(dir: &Path, why: String) -> StatusReport {
    let (kept, kept_attention) = kept_beside(dir);
    let damage = Attention { kind: AttentionKind::Damaged, message: why };
    StatusReport {
        vault: dir.display().to_string(),
        vault_id: None,
        size_bytes: size(dir),
        key_slots: Vec::new(),
        last_backup: None,
        last_check: None,
        snapshot: snapshot(dir),
        kept,
        holds: None,
        ways_in: None,
        attention: std::iter::once(damage).chain(kept_attention).collect(),
    }
}

/// Returns the vaults that restores left beside one, and that they need attention.
fn kept_beside(dir: &Path) -> (Vec<KeptNote>, Option<Attention>) {
    let kept = kept(dir);
    let message = match kept.len() {
        0 => None,
        1 => Some("a vault from before a restore is kept".to_owned()),
        many => Some(format!("{many} vaults from before a restore are kept")),
    };
    (kept, message.map(|message| Attention { kind: AttentionKind::Kept, message }))
}

/// Returns the vaults that restores kept beside a vault's directory, the newest first.
pub(crate) fn kept(dir: &Path) -> Vec<KeptNote> {
    let note = |kept: kept::Kept| KeptNote {
        time: kept.time,
        dir: kept.path.display().to_string(),
        size_bytes: size(&kept.path),
    };
    kept::find(dir).into_iter().map(note).collect()
}

/// Returns when and in which directory the last backup was made that this machine knows the place of. Nothing authenticates it.
pub(crate) fn last_place(vault: &VaultId, state_dir: Option<&Path>) -> Option<(Timestamp, PathBuf)> {
    last::read(state_dir?, vault).backup.map(|backup| (backup.time, backup.dest))
}

/// Returns the newest of the backups that are noted, with the SHA-256 of its header.
fn newest(last: &last::Last) -> Option<(BackupNote, String)> {
    let made = last.backup.iter().map(|backup| {
        let file = backup.dest.join(&backup.file).display().to_string();
        (BackupNote { time: backup.time, file: Some(file) }, backup.header_sha256.clone())
    });
    let passed_on = last
        .passed_on
        .iter()
        .map(|passed| (BackupNote { time: passed.time, file: None }, passed.header_sha256.clone()));
    // Of two from one second, the one whose place is known.
    passed_on.chain(made).max_by_key(|(note, _)| note.time.unix())
}

/// Returns the copies of a vault that this machine knows of, which open as they did whatever its keys become.
pub(super) fn old_copies(vault: &Vault<Open>) -> Vec<OldCopy> {
    let kept = kept::find(vault.dir()).into_iter().map(|kept| (OldCopyKind::KeptVault, kept.path));
    let backups = last_place(vault.id(), vault.state_dir()).map(|(_, dir)| (OldCopyKind::Backups, dir));
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
    for (name, gap, amount) in gaps(vault, &accounts)?.into_iter().take(MOST_NAMES) {
        let name = clean_for_display(&name).into_owned();
        let moved = if gap.amount < Micros::ZERO { "went out" } else { "came in" };
        let (size, currency) = (amount.to_string(), amount.currency());
        let size = size.trim_start_matches('-');
        add(
            AttentionKind::Gap,
            format!("{name}: between {} and {}, {size} {currency} {moved} without a row", gap.from, gap.to),
        );
    }
    let suspended = grants.iter().filter(|grant| grant.status == GrantStatus::Suspended).count();
    if suspended > 0 {
        let are = if suspended == 1 { "1 grant is".to_owned() } else { format!("{suspended} grants are") };
        add(AttentionKind::Suspended, format!("{are} suspended"));
    }
    // Of a vault that is only read, nothing opens.
    let is_apart = restore::is_apart(Path::new(&report.vault));
    let opens = |grant: &GrantLine| grant.status == GrantStatus::Active && !is_apart;
    let active: Vec<_> = grants.into_iter().filter(opens).collect();
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
    let ways_in = ways_in::since_restores(vault)?;
    let of_ways_in = |message| Attention { kind: AttentionKind::WaysIn, message };
    report.attention.extend(ways_in_words(&ways_in).into_iter().map(of_ways_in));
    report.ways_in = Some(ways_in);
    Ok(())
}

/// Says what restores did to the ways in.
pub(crate) fn ways_in_words(ways: &WaysIn) -> Vec<String> {
    let of = |slots: &[String], what: &str| (!slots.is_empty()).then(|| format!("{what}: {}", slots.join(", ")));
    let ended: Vec<String> = ways.ended.iter().map(SlotName::to_string).collect();
    let unknown =
        "a restore replaced a vault that could not be compared: which of its ways in do not open this one is not known";
    [
        of(&ended, "ended by a restore"),
        of(&SlotName::beside(&ways.again, &ways.ended), "opens it again since a restore"),
        (!ways.known).then(|| unknown.to_owned()),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Returns the gaps that end what is proven of accounts that are open, with the name and the amount.
fn gaps(vault: &Reader, accounts: &[AccountLine]) -> Result<Vec<(String, Gap, Amount)>, OpError> {
    let view = vault.view();
    let reported = money::reported_of(&view, &view.accounts()?)?;
    let mut found = Vec::new();
    for account in accounts.iter().filter(|account| !account.closed) {
        if let Some(gap) = money::gap_after(&view, &reported, account.account_id)? {
            found.push((account.name.clone(), gap, Amount::from_micros(gap.amount, account.currency)));
        }
    }
    Ok(found)
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
