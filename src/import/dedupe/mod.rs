//! Which rows of a statement are new: one statement against the account's living source rows.
//!
//! Owns the rules by which a row is recognised and the moments at which nobody can know. Pure: it is handed
//! what the store knows and answers with a [`Plan`]; it must not know how source rows are stored or shown.
//! Rules and their reasons: `docs/adr/0003-identity-of-a-row.md`.
//!
//! The passes run from the surest evidence to the weakest, each row and each transaction used once:
//! bank id with text (`ids`), text on one day (`texts`), running balance, bank id with other text or day,
//! another kind of source (`sources`). How two files that share a single day relate is settled in
//! `meeting`; what stays undecided ends in `listing`.

mod ids;
mod listing;
mod meeting;
mod rows;
mod sources;
mod state;
mod texts;

#[cfg(test)]
mod tests;

use crate::model::{Entry, EntryStatus, Period, SourceKind};

pub use rows::{
    Decision, Known, KnownCoverage, Listed, Move, Plan, Reason, SourceRowRef, coverage, newest_first, shows_whole,
    window,
};
use state::{NONE, State};

/// Decides for every row of a file whether the account knows it.
///
/// `known` holds every living source row within [`window`], in any order; `coverages` every living import that
/// has source rows there. With a million rows on both sides it takes about a second.
pub fn decide(
    kind: SourceKind,
    coverage: Period,
    entries: &[Entry<'_>],
    known: &[Known<'_>],
    coverages: &[KnownCoverage],
) -> Plan {
    if known.is_empty() {
        return Plan { decisions: vec![Decision::Added; entries.len()], ..Plan::default() };
    }
    let mut state = State::new(kind, coverage, entries, known, coverages);
    ids::same_id_and_text(&mut state);
    meeting::relate(&mut state);
    texts::same_text(&mut state);
    texts::pending_with_text(&mut state);
    texts::same_balance(&mut state);
    ids::same_id_other_text(&mut state);
    ids::pending_id_other_amount(&mut state);
    ids::moved(&mut state);
    sources::same_day(&mut state);
    sources::near_day(&mut state);
    ids::gather(&mut state);
    listing::meeting_days(&mut state);
    listing::other_text(&mut state);
    listing::other_kinds(&mut state);
    finish(state)
}

/// Turns the pairs into decisions and replaces the pending snapshot.
fn finish(mut state: State<'_, '_, '_>) -> Plan {
    let decisions = (0..state.entries.len()).map(|e| decision(&state, e)).collect();
    let last = state.entries.iter().map(|e| e.day).max();
    let replaced = |k: &&Known<'_>| {
        k.status == EntryStatus::Pending
            && k.kind == state.kind
            && state.coverage.first() <= k.day
            && Some(k.day) <= last
            // A file that ends earlier was made earlier: it says nothing about a newer snapshot.
            && state.period_of(k.import).is_none_or(|p| Some(p.last()) <= last)
    };
    let replaced_pending =
        state.known.iter().filter(replaced).map(|k| SourceRowRef { import: k.import, position: k.position }).collect();
    Plan {
        decisions,
        replaced_pending,
        moves: std::mem::take(&mut state.moves),
        listed: std::mem::take(&mut state.listed),
    }
}

fn decision(state: &State<'_, '_, '_>, entry: usize) -> Decision {
    let slot = state.matched[entry];
    if slot == NONE {
        return Decision::Added;
    }
    let transaction = state.slots[slot as usize];
    let row = &state.entries[entry];
    let same_kind = || state.members(slot).iter().map(|k| &state.known[*k as usize]).filter(|k| k.kind == state.kind);
    let was_pending = same_kind().next().is_some() && same_kind().all(|k| k.status == EntryStatus::Pending);
    let posted_now = was_pending && row.status == EntryStatus::Posted;
    let seen_so =
        same_kind().next().is_none() || same_kind().any(|k| k.day == row.day && k.amount == row.amount.micros());
    if posted_now || !seen_so { Decision::Updated(transaction) } else { Decision::Present(transaction) }
}
