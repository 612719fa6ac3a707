//! The next header of a vault: with one key slot more, another one, one less, or a new master key.
//!
//! Nothing is written here. Each next header has the next generation; the id of a slot is never given twice.

use crate::crypto::{Argon2Params, MasterKey};
use crate::model::Env;
use crate::store::header::error::HeaderError;
use crate::store::header::file::{Header, check_counts, new_master};
use crate::store::header::slots::{Slot, Unlock};

/// What is to open a vault, and what deriving from it costs, if it is a passphrase.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NewSlot<'a> {
    /// What opens the slot.
    pub unlock: &'a Unlock,
    /// The cost of a passphrase. No other kind has one.
    pub argon2: Argon2Params,
}

impl Header {
    /// Returns the id that the next new slot gets.
    pub(crate) fn next_slot(&self) -> u32 {
        self.next_slot
    }

    /// Returns the next header, without some slots and with a new one at most.
    ///
    /// # Errors
    /// When a slot is not there, none would be left, they would be too many, or what is new is too weak.
    pub(crate) fn changed(
        &self,
        without: &[u32],
        with: Option<NewSlot<'_>>,
        master: &MasterKey,
        env: &Env<'_>,
    ) -> Result<Header, HeaderError> {
        if let Some(missing) = without.iter().find(|id| self.slots.iter().all(|slot| slot.id != **id)) {
            return Err(HeaderError::UnknownSlot(*missing));
        }
        let slots = self.slots.iter().filter(|slot| !without.contains(&slot.id)).cloned().collect();
        let mut next = Header { generation: self.generation + 1, slots, ..self.clone() };
        let kinds = next.slots.iter().map(|slot| slot.kind).chain(with.iter().map(|new| new.unlock.kind()));
        check_counts(kinds).map_err(no_room)?;
        if let Some(new) = with {
            next.add(new, master, env)?;
        }
        if next.slots.is_empty() { Err(HeaderError::LastSlot) } else { Ok(next) }
    }

    /// Returns the next header with a new master key: of the slots, those of which the secret is given stay, wrapped anew.
    ///
    /// # Errors
    /// As [`Header::changed`].
    pub(crate) fn renewed(
        &self,
        keep: &[(u32, NewSlot<'_>)],
        with: Option<NewSlot<'_>>,
        env: &Env<'_>,
    ) -> Result<(Header, MasterKey), HeaderError> {
        let master = new_master(env)?;
        let mut next = Header { generation: self.generation + 1, slots: Vec::new(), ..self.clone() };
        for old in &self.slots {
            let Some((id, new)) = keep.iter().find(|(id, _)| *id == old.id) else { continue };
            next.slots.push(Slot::wrap(env, &self.vault, *id, new.unlock, new.argon2, &master)?);
        }
        if let Some(new) = with {
            next.add(new, &master, env)?;
        }
        check_counts(next.slots.iter().map(|slot| slot.kind)).map_err(no_room)?;
        if next.slots.is_empty() { Err(HeaderError::LastSlot) } else { Ok((next, master)) }
    }

    /// Returns which slots a secret opens, of those that are asked for.
    ///
    /// # Errors
    /// When a key cannot be derived.
    pub(crate) fn opened_by(&self, unlock: &Unlock, ids: &[u32]) -> Result<Vec<u32>, HeaderError> {
        let mut opened = Vec::new();
        for slot in self.slots.iter().filter(|slot| slot.kind == unlock.kind() && ids.contains(&slot.id)) {
            if slot.open(&self.vault, unlock)?.is_some() {
                opened.push(slot.id);
            }
        }
        Ok(opened)
    }

    fn add(&mut self, new: NewSlot<'_>, master: &MasterKey, env: &Env<'_>) -> Result<(), HeaderError> {
        let id = self.next_slot;
        self.next_slot = id.checked_add(1).ok_or(HeaderError::NoMoreIds)?;
        self.slots.push(Slot::wrap(env, &self.vault, id, new.unlock, new.argon2, master)?);
        Ok(())
    }
}

/// Returns the error for what is added, where that of a file that is read says that it is damaged.
fn no_room(error: HeaderError) -> HeaderError {
    match error {
        HeaderError::TooManySlots { kind, limit, .. } => HeaderError::NoRoom { kind, limit },
        error => error,
    }
}
