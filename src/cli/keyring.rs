//! The kernel's session keyring, where the master key of an unlocked vault waits until its time is over.
//!
//! There is no daemon: the kernel keeps the key, gives it to the processes of the session alone, and drops it at the timeout
//! and when the session ends. What a key opens, its header decides, which is verified with it.

use thiserror::Error;

use crate::crypto::MasterKey;
use crate::model::VaultId;

/// Which keyring holds the key, and so who can use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// The keyring of this login session.
    Session,
    /// The one that all processes of the user share that have no session keyring of their own.
    User,
}

impl Reach {
    /// Returns how far the key reaches, in a sentence.
    pub(crate) fn in_words(self) -> &'static str {
        match self {
            Reach::Session => {
                "the keyring of this session: cron jobs, other logins and other users have no part in it, and it ends when \
                 you log out"
            }
            Reach::User => {
                "the keyring that your processes without a session keyring share, since this session has none of its own: \
                 cron jobs and other logins of yours may have a part in it, and logging out does not end it"
            }
        }
    }
}

/// Why the keyring cannot keep a key.
#[derive(Debug, Error)]
#[error("the kernel's keyring {0}")]
pub(crate) struct KeyringError(&'static str);

#[cfg(target_os = "linux")]
mod kernel {
    use linux_keyutils::{Key, KeyError, KeyPermissionsBuilder, KeyRing, KeyRingIdentifier, Permission};
    use zeroize::Zeroizing;

    use super::{KeyringError, Reach};
    use crate::crypto::{MasterKey, Secret32};
    use crate::model::VaultId;

    const KEY_LEN: usize = 32;
    /// How many keys of one vault are dropped at most, so that a keyring that does not let them go ends no command.
    const MOST_KEYS: usize = 16;
    /// How the kernel calls the keyring that stands in for a missing session keyring.
    const SHARED: &str = "_uid_ses.";

    fn name(vault: &VaultId) -> String {
        format!("finvault:{vault}")
    }

    /// Returns the session keyring. None is made: it would end with this process.
    fn session() -> Result<KeyRing, KeyError> {
        KeyRing::from_special_id(KeyRingIdentifier::Session, false)
    }

    pub(crate) fn keep(vault: &VaultId, master: &MasterKey, seconds: u32) -> Result<Reach, KeyringError> {
        keep_it(vault, master, seconds).map_err(|error| KeyringError(in_words(error)))
    }

    /// Makes the key where only this process sees it, and lets the session see it when its time is set: a key without a
    /// timeout is never left behind.
    fn keep_it(vault: &VaultId, master: &MasterKey, seconds: u32) -> Result<Reach, KeyError> {
        let session = session()?;
        let key = KeyRing::from_special_id(KeyRingIdentifier::Process, true)?
            .add_key(&name(vault), &master.expose().expose()[..])?;
        key.set_timeout(usize::try_from(seconds).unwrap_or(usize::MAX))?;
        key.set_perms(KeyPermissionsBuilder::builder().posessor(Permission::ALL).build())?;
        session.link_key(key)?;
        let shared = session.metadata()?.get_description().starts_with(SHARED);
        Ok(if shared { Reach::User } else { Reach::Session })
    }

    fn search(vault: &VaultId) -> Result<(KeyRing, Key), KeyError> {
        let session = session()?;
        Ok((session, session.search(&name(vault))?))
    }

    pub(crate) fn kept(vault: &VaultId) -> Option<MasterKey> {
        let (_, key) = search(vault).ok()?;
        // One byte more shows a key that is too long.
        let mut bytes = Zeroizing::new([0u8; KEY_LEN + 1]);
        if key.read(&mut *bytes).ok()? != KEY_LEN {
            return None;
        }
        let mut master = Zeroizing::new([0u8; KEY_LEN]);
        master.copy_from_slice(&bytes[..KEY_LEN]);
        Some(MasterKey::new(Secret32::take(&mut master)))
    }

    pub(crate) fn drop_kept(vault: &VaultId) -> Result<bool, KeyringError> {
        let mut dropped = false;
        // A search may lead to another keyring with a key of that name, once the first is gone.
        for _ in 0..MOST_KEYS {
            let (session, key) = match search(vault) {
                Ok(found) => found,
                Err(error) if is_missing(error) => return Err(KeyringError(in_words(error))),
                Err(_) => break,
            };
            // The payload goes at once, whoever else has a link to the key.
            key.invalidate().or_else(|_| key.revoke()).map_err(|error| KeyringError(in_words(error)))?;
            // An invalidated key loses its links by itself.
            let _ = session.unlink_key(key);
            dropped = true;
        }
        Ok(dropped)
    }

    /// Returns whether there is no keyring, or none for this process.
    fn is_missing(error: KeyError) -> bool {
        let missing = [KeyError::AccessDenied, KeyError::PermissionDenied, KeyError::OperationNotSupported];
        missing.contains(&error) || error == KeyError::Unknown(libc::ENOSYS)
    }

    fn in_words(error: KeyError) -> &'static str {
        match error {
            KeyError::AccessDenied | KeyError::PermissionDenied => "may not be used by this process",
            KeyError::OperationNotSupported | KeyError::Unknown(libc::ENOSYS) => "is not there on this system",
            KeyError::QuotaExceeded => "has no room for another key of yours",
            KeyError::OutOfMemory => "has no memory left",
            KeyError::KeyRevoked | KeyError::KeyExpired | KeyError::KeyringDoesNotExist => "of this session has ended",
            _ => "could not be used",
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod kernel {
    use super::{KeyringError, Reach};
    use crate::crypto::MasterKey;
    use crate::model::VaultId;

    const NONE: KeyringError = KeyringError("is not there on this system");

    pub(crate) fn keep(_: &VaultId, _: &MasterKey, _: u32) -> Result<Reach, KeyringError> {
        Err(NONE)
    }

    pub(crate) fn kept(_: &VaultId) -> Option<MasterKey> {
        None
    }

    pub(crate) fn drop_kept(_: &VaultId) -> Result<bool, KeyringError> {
        Err(NONE)
    }
}

/// Keeps the master key of a vault for a number of seconds. A key that was kept before is replaced.
pub(crate) fn keep(vault: &VaultId, master: &MasterKey, seconds: u32) -> Result<Reach, KeyringError> {
    kernel::keep(vault, master, seconds)
}

/// Returns the master key that is kept for a vault.
pub(crate) fn kept(vault: &VaultId) -> Option<MasterKey> {
    kernel::kept(vault)
}

/// Drops what is kept for a vault. Returns whether there was anything.
pub(crate) fn drop_kept(vault: &VaultId) -> Result<bool, KeyringError> {
    kernel::drop_kept(vault)
}
