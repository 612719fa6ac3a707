//! What a vault can name while the session keyring has its key. Nothing is asked, written or waited for, and no secret is
//! read from a file or command.

use std::path::PathBuf;

use clap_complete::engine::CompletionCandidate;

use super::arguments::Kind;
use crate::cli::{keyring, paths, profiles, system};
use crate::model::clean_for_display;
use crate::ops::names::{self, Name, Named};
use crate::store::{Locked, Open, Vault};

/// Most characters of what is said about a value.
const MOST: usize = 60;

/// Returns the values of a kind that begin as is typed; none where the vault is locked or cannot be read at once.
pub(super) fn beginning(kind: Kind, typed: &str, vault: Option<&PathBuf>) -> Vec<CompletionCandidate> {
    let found = all(kind, vault).unwrap_or_default();
    let values = found.into_iter().filter_map(|name| offered(name, kind, typed));
    values.map(|(value, about)| CompletionCandidate::new(value).help(about.map(Into::into))).collect()
}

fn all(kind: Kind, vault: Option<&PathBuf>) -> Option<Vec<Name>> {
    let vault = unlocked(vault)?;
    let wanted = match kind {
        Kind::Account { .. } => Named::Accounts,
        Kind::Grant => Named::Grants,
        Kind::LivingGrant => Named::LivingGrants,
        Kind::SuspendedGrant => Named::SuspendedGrants,
        Kind::Import => Named::Imports,
        Kind::LivingImport => Named::LivingImports,
        Kind::Rule => Named::Rules,
        Kind::Answer => Named::Answers,
        Kind::Decision => Named::Decisions,
        Kind::Profile => {
            let known = profiles::load().ok()?;
            return Some(known.names().map(|name| Name { id: name.to_owned(), ..Name::default() }).collect());
        }
        Kind::File => return None,
    };
    names::list(&vault.glance().ok()?, wanted, system::env()).ok()
}

/// Opens the vault with the key that the session keyring has.
fn unlocked(vault: Option<&PathBuf>) -> Option<Vault<Open>> {
    let locked = Vault::<Locked>::as_it_lies(&paths::vault_dir(vault).ok()?).ok()?;
    locked.unlock_kept(keyring::kept(locked.claimed_id())?, None).ok()
}

/// Returns what is offered of a name, and what is said about it: the name, or the id where the name cannot be typed or an
/// id is begun.
fn offered(name: Name, kind: Kind, typed: &str) -> Option<(String, Option<String>)> {
    let about = Some(cut(&clean_for_display(&name.about))).filter(|about| !about.is_empty());
    let Some(own) = name.name else { return name.id.starts_with(typed).then_some((name.id, about)) };
    let is_listed = matches!(kind, Kind::Account { several: true }) && own.contains(',');
    if is_plain(&own) && !is_listed && own.starts_with(typed) {
        return Some((own, about));
    }
    let by_id = if is_plain(&own) && !is_listed { !typed.is_empty() } else { true };
    (by_id && name.id.starts_with(typed)).then(|| (name.id, Some(cut(&clean_for_display(&own)))))
}

/// Returns whether a name can be typed: nothing in it steers a terminal, and it looks like no option.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('-') && name.trim() == name && clean_for_display(name) == name
}

fn cut(text: &str) -> String {
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    text.chars().take(MOST - 1).chain(['…']).collect()
}
