//! Which slices followed the data, for people: after an import in its report, after every other command as a notice.

use super::words::{count, shortened};
use crate::share::{Followed, ResealedGrant, SuspendedGrant};

/// Says which grants' slices were sealed again or suspended, one line for each.
pub(crate) fn lines(followed: &Followed) -> Vec<String> {
    let resealed = together(&followed.resealed).into_iter().map(|grant| resealed(&grant));
    let suspended = followed.suspended.iter().map(suspended);
    resealed
        .map(|grant| format!("the slice was sealed again for {grant}"))
        .chain(suspended.map(|grant| format!("your policy suspended {grant}")))
        .collect()
}

/// Returns one element for each grant: its newest version, and the rows of all of them.
pub(crate) fn together<'g>(all: impl IntoIterator<Item = &'g ResealedGrant>) -> Vec<ResealedGrant> {
    let mut found: Vec<ResealedGrant> = Vec::new();
    for grant in all {
        match found.iter_mut().find(|other| other.grant_id == grant.grant_id) {
            Some(other) => other.add(grant),
            None => found.push(grant.clone()),
        }
    }
    found
}

/// Returns for whom a slice was sealed again, and with how many rows more or less.
pub(crate) fn resealed(grant: &ResealedGrant) -> String {
    let rows = |number: u64, what: &str| match usize::try_from(number).unwrap_or(usize::MAX) {
        0 => String::new(),
        number => format!(", {} {what}", count(number, "row", "rows")),
    };
    format!(
        "{} (grant {}): version {}{}{}",
        shortened(&grant.recipient, 40),
        grant.grant_id,
        grant.version,
        rows(grant.rows_added, "more"),
        rows(grant.rows_removed, "fewer"),
    )
}

/// Returns whose grant was suspended, and why.
pub(crate) fn suspended(grant: &SuspendedGrant) -> String {
    format!("{} (grant {}): {}", shortened(&grant.recipient, 40), grant.grant_id, grant.reasons.join("; "))
}
