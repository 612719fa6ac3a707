//! What one vault has and another one lacks: said before the one takes the place of the other.

use std::collections::{BTreeMap, BTreeSet};

use super::report::{Contents, ImportState, Lacks, SlotName, WaysIn};
use super::{OpError, grants, imports, ways_in};
use crate::model::{AccountId, Day, Env, GrantId, Micros, RuleId};
use crate::share::{Rule, Ruling};
use crate::store::db::accounts::Account;
use crate::store::db::audit::ChainEnd;
use crate::store::db::decisions::DecidedRow;
use crate::store::header::Slot;
use crate::store::{Reader, restore};

/// Compares a vault that is to be restored with the present one, each with the end of its log before it was brought to the newest
/// version.
///
/// # Errors
/// When one of them cannot be read, or is not as it was written.
pub(crate) fn compared(
    (present, present_end): (&Reader, ChainEnd),
    (restored, restored_end): (&Reader, ChainEnd),
    env: Env<'_>,
) -> Result<Lacks, OpError> {
    let (now, then) = (Held::of(present, env)?, Held::of(restored, env)?);
    let is_changed = |one: &&Account| {
        let other = then.accounts.get(&one.id);
        other.is_some_and(|other| {
            (&other.name, other.kind, other.closed, &other.numbers) != (&one.name, one.kind, one.closed, &one.numbers)
        })
    };
    let ahead = restored_end.seq.saturating_sub(present_end.seq);
    let (lacking, revived) = (now.without(&then), then.without(&now));
    let entries_beyond = if restore::continues(restored, present_end)? { ahead } else { 0 };
    // A log that goes on from that of the present vault has each change of the keys.
    let ways_in = if entries_beyond > 0 {
        WaysIn { known: true, ..WaysIn::default() }
    } else {
        ways_in::at_restore(present, restored, &lacking, &revived)?
    };
    Ok(Lacks {
        known: true,
        entries_beyond,
        unread: None,
        audit_entries: present_end.seq.saturating_sub(restored_end.seq),
        changed_accounts: now.accounts.values().filter(is_changed).map(|account| account.id).collect(),
        lacking,
        revived,
        ways_in,
    })
}

/// What a vault holds, each thing by what tells it apart.
struct Held {
    /// The living imports, oldest first: hash and name.
    imports: Vec<(String, String)>,
    accounts: BTreeMap<AccountId, Account>,
    merges: BTreeSet<(AccountId, AccountId)>,
    decisions: BTreeSet<(bool, DecidedRow, DecidedRow)>,
    balances: BTreeSet<(AccountId, Day, Micros)>,
    rules: BTreeMap<RuleId, Rule>,
    ignored: BTreeSet<[u8; 32]>,
    answers: BTreeSet<(String, String, String)>,
    grants: BTreeSet<GrantId>,
    slots: Vec<Slot>,
}

impl Held {
    fn of(vault: &Reader, env: Env<'_>) -> Result<Held, OpError> {
        let view = vault.view();
        let living = imports::list(vault)?.into_iter().filter(|import| import.status == ImportState::Active);
        Ok(Held {
            imports: living.map(|import| (import.sha256, import.file)).collect(),
            accounts: view.accounts()?.into_iter().map(|account| (account.id, account)).collect(),
            merges: view.merges()?.into_iter().map(|merge| (merge.account, merge.target)).collect(),
            decisions: view.decisions()?.into_iter().map(|of| (of.same, of.row, of.other)).collect(),
            balances: view.owner_balances()?.into_iter().map(|of| (of.account, of.day, of.amount)).collect(),
            rules: view.policy()?.into_iter().map(|rule| (rule.id, rule)).collect(),
            ignored: view.ignored()?.into_iter().map(|file| file.sha256).collect(),
            answers: view.answers()?.into_iter().map(|of| (of.layout, of.option, of.answer)).collect(),
            grants: grants::list(vault, env)?.into_iter().map(|grant| grant.grant_id).collect(),
            slots: vault.header().slots().to_vec(),
        })
    }

    /// Returns what the other one has not.
    fn without(&self, other: &Held) -> Contents {
        let rules: Vec<&Rule> =
            self.rules.iter().filter(|(id, _)| !other.rules.contains_key(id)).map(|(_, rule)| rule).collect();
        let denied = rules.iter().filter_map(|rule| match &rule.ruling {
            Ruling::Deny(denial) => denial.recipient.clone(),
            Ruling::Allow(_) => None,
        });
        let known: BTreeSet<&String> = other.imports.iter().map(|(sha256, _)| sha256).collect();
        let imports = self.imports.iter().filter(|(sha256, _)| !known.contains(sha256));
        Contents {
            imports: imports.map(|(_, file)| file.clone()).collect(),
            accounts: self.accounts.keys().filter(|id| !other.accounts.contains_key(id)).copied().collect(),
            merges: beyond(&self.merges, &other.merges),
            decisions: beyond(&self.decisions, &other.decisions),
            balances: beyond(&self.balances, &other.balances),
            denied: denied.collect(),
            rules: rules.iter().map(|rule| rule.id).collect(),
            ignored: beyond(&self.ignored, &other.ignored),
            answers: beyond(&self.answers, &other.answers),
            grants: beyond(&self.grants, &other.grants),
            key_slots: self.slots_beyond(other),
        }
    }

    /// Returns the key slots that the other one has not. A new master key keeps their ids and changes all salts.
    fn slots_beyond(&self, other: &Held) -> Vec<SlotName> {
        let is_salted = |one: &Slot| other.slots.iter().any(|other| other.salt == one.salt);
        let is_renewed = !self.slots.iter().any(is_salted);
        let is_named = |one: &Slot| other.slots.iter().any(|other| (other.id, other.kind) == (one.id, one.kind));
        let is_known = |one: &Slot| if is_renewed { is_named(one) } else { is_salted(one) };
        let beyond = self.slots.iter().filter(|slot| !is_known(slot));
        beyond.map(|slot| SlotName { slot_id: slot.id, kind: slot.kind }).collect()
    }
}

/// Returns how many things of one set the other one has not.
fn beyond<T: Ord>(one: &BTreeSet<T>, other: &BTreeSet<T>) -> u64 {
    one.difference(other).count() as u64
}
