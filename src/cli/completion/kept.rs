//! What a vault can name while the session keyring has its key. Nothing is asked, written or waited for, and no secret is
//! read from a file or command.

use std::path::PathBuf;

use clap_complete::engine::CompletionCandidate;

use super::arguments::Kind;
use crate::cli::{keyring, paths, profiles, system};
use crate::model::{clean_for_display, folded};
use crate::ops::names::{self, Name, Named};
use crate::store::{Locked, Open, Vault};

/// Most characters of what is said about a value.
const MOST: usize = 60;

/// How a value fits what is typed: those that fit best are offered, and no others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// It begins so.
    Begins,
    /// It begins so, in another case.
    InAnyCase,
    /// A part of it is so, in any case.
    InPart,
}

/// Returns the values of a kind that fit what is typed; none where the vault is locked or cannot be read at once.
pub(super) fn fitting(kind: Kind, typed: &str, vault: Option<&PathBuf>) -> Vec<CompletionCandidate> {
    let found = all(kind, vault).unwrap_or_default();
    let values: Vec<_> = found.into_iter().filter_map(|name| offered(name, kind, typed)).collect();
    let best = values.iter().map(|(fit, ..)| *fit).min();
    let values = values.into_iter().filter(|(fit, ..)| Some(*fit) == best);
    values.map(|(_, value, about)| CompletionCandidate::new(value).help(about.map(Into::into))).collect()
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
        Kind::Help | Kind::Command | Kind::Word(_) | Kind::File => return None,
    };
    names::list(&vault.glance().ok()?, wanted, system::env()).ok()
}

/// Opens the vault with the key that the session keyring has.
fn unlocked(vault: Option<&PathBuf>) -> Option<Vault<Open>> {
    let locked = Vault::<Locked>::as_it_lies(&paths::vault_dir(vault).ok()?).ok()?;
    locked.unlock_kept(keyring::kept(locked.claimed_id())?, None).ok()
}

/// Returns what is offered of a name, how it fits, and what is said about it: the name, or the id where the name cannot be
/// typed or an id is begun.
fn offered(name: Name, kind: Kind, typed: &str) -> Option<(Fit, String, Option<String>)> {
    let about = Some(cut(&clean_for_display(&name.about))).filter(|about| !about.is_empty());
    let by_id = name.id.starts_with(typed);
    let Some(own) = name.name else { return by_id.then_some((Fit::Begins, name.id, about)) };
    let is_listed = matches!(kind, Kind::Account { several: true }) && own.contains(',');
    let can_be_typed = is_plain(&own) && !is_listed;
    if let Some(fit) = fit(&own, typed).filter(|_| can_be_typed) {
        return Some((fit, own, about));
    }
    let is_begun = by_id && (!can_be_typed || !typed.is_empty());
    is_begun.then(|| (Fit::Begins, name.id, Some(cut(&clean_for_display(&own)))))
}

/// Returns how a name fits what is typed, if it does.
fn fit(name: &str, typed: &str) -> Option<Fit> {
    if name.starts_with(typed) {
        return Some(Fit::Begins);
    }
    let (name, typed) = (folded(name), folded(typed));
    match name.find(&typed)? {
        0 => Some(Fit::InAnyCase),
        _ => Some(Fit::InPart),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fit_from_their_beginning_before_any_part() {
        assert_eq!(fit("Rainy day", "Rai"), Some(Fit::Begins));
        assert_eq!(fit("Rainy day", "rai"), Some(Fit::InAnyCase));
        assert_eq!(fit("Rainy day", "DAY"), Some(Fit::InPart));
        assert_eq!(fit("Köln", "KÖ"), Some(Fit::InAnyCase));
        assert_eq!(fit("Rainy day", "sun"), None);
        assert!(Fit::Begins < Fit::InAnyCase && Fit::InAnyCase < Fit::InPart);
    }
}
