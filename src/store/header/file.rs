//! `header.toml`: how the master key is unwrapped, and what else must be known before the database opens.
//!
//! [`UnverifiedHeader`] is what a file says; [`Header`] is what the holder of a key slot wrote. The way from one
//! to the other is fixed: bounds, one slot, the master key, the MAC over the raw bytes, and only then is
//! anything trusted. Of an unverified header nothing is returned but what it claims, under a name that says so.
//! Files are read and written elsewhere. Byte tables: `docs/vault-format.md`.

use std::fmt::Write;

use data_encoding::BASE64;
use serde::Deserialize;

use crate::crypto::{Argon2Params, MasterKey, Secret32, constant_time_eq, sha256, sha256_hex};
use crate::model::{Env, VaultId};
use crate::store::header::error::{HeaderError, HeaderFault};
use crate::store::header::kind::SlotKind;
use crate::store::header::limits::{FORMAT, MAX_HEADER, MAX_PASSPHRASE_SLOTS, MAX_PUBLIC_KEY, MAX_SLOTS};
use crate::store::header::slots::{ARGON2ID, HKDF, Slot, Unlock};

const MAC: &str = "mac";
const CHECKSUM: &str = "sha256";
const COMMENT: &str = "# How to unlock this vault. Whatever is changed here makes it unreadable.\n";

/// A header whose MAC was verified, or that this program just made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    pub(super) vault: VaultId,
    pub(super) generation: u64,
    /// The id of the next slot: larger than that of any slot that there was.
    pub(super) next_slot: u32,
    pub(super) public_key: String,
    pub(super) slots: Vec<Slot>,
}

impl Header {
    /// Creates the header of a new vault with a new master key, generation 1, and one slot for each key.
    ///
    /// `argon2` is the cost of every passphrase slot. `public_key` is one line of text.
    pub(crate) fn create(
        env: &Env<'_>,
        vault: &VaultId,
        public_key: &str,
        keys: &[Unlock],
        argon2: Argon2Params,
    ) -> Result<(Header, MasterKey), HeaderError> {
        if keys.is_empty() {
            return Err(HeaderError::NoSlots);
        }
        check_counts(keys.iter().map(Unlock::kind))?;
        check_public_key(public_key)?;
        let master = new_master(env)?;
        let slots = (1..).zip(keys).map(|(id, key)| Slot::wrap(env, vault, id, key, argon2, &master));
        let slots = slots.collect::<Result<Vec<_>, _>>()?;
        let next_slot = slots.iter().map(|slot| slot.id).max().map_or(1, |last| last + 1);
        let (vault, public_key) = (vault.clone(), public_key.to_owned());
        Ok((Header { vault, generation: 1, next_slot, public_key, slots }, master))
    }

    /// Returns the vault's id.
    pub(crate) fn vault_id(&self) -> &VaultId {
        &self.vault
    }

    /// Returns how many headers this vault has had; the database stores the last number.
    pub(crate) fn generation(&self) -> u64 {
        self.generation
    }

    /// Returns the vault's public key, one line.
    pub(crate) fn public_key(&self) -> &str {
        &self.public_key
    }

    /// Returns the key slots, their ids ascending.
    pub(crate) fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// Returns the bytes of `header.toml`, with MAC and checksum as the last lines.
    pub fn to_bytes(&self, master: &MasterKey) -> Vec<u8> {
        let mut text = String::from(COMMENT);
        // Writing to a string cannot fail. Nothing needs escaping: ids and base64 have no quotes, and the
        // public key was checked.
        let _ = writeln!(text, "format = {FORMAT}");
        let _ = writeln!(text, "vault = \"{}\"", self.vault);
        let _ = writeln!(text, "generation = {}", self.generation);
        let _ = writeln!(text, "next_slot = {}", self.next_slot);
        let _ = writeln!(text, "public_key = \"{}\"", self.public_key);
        text.push_str("slots = [\n");
        for slot in &self.slots {
            let _ = write!(text, "  {{ id = {}, kind = \"{}\"", slot.id, slot.kind.as_str());
            let _ = write!(text, ", kdf = \"{}\"", slot.kdf_name());
            if let Some(Argon2Params { m_kib, t, p }) = slot.argon2 {
                let _ = write!(text, ", m_kib = {m_kib}, t = {t}, p = {p}");
            }
            let [salt, nonce, wrapped] = [&slot.salt[..], &slot.nonce, &slot.wrapped].map(|b| BASE64.encode(b));
            let _ = writeln!(text, ", salt = \"{salt}\", nonce = \"{nonce}\", wrapped = \"{wrapped}\" }},");
        }
        text.push_str("]\n");
        let mac = BASE64.encode(&master.header_key().mac(&[text.as_bytes()]));
        let _ = writeln!(text, "{MAC} = \"{mac}\"");
        let checksum = sha256_hex(text.as_bytes());
        let _ = writeln!(text, "{CHECKSUM} = \"{checksum}\"");
        text.into_bytes()
    }
}

/// A header as read from a file: within bounds, and not verified yet.
#[derive(Debug)]
pub struct UnverifiedHeader {
    /// Every byte before the line of the MAC.
    authenticated: Vec<u8>,
    mac: [u8; 32],
    header: Header,
    digest: [u8; 32],
}

impl UnverifiedHeader {
    /// Reads a header and checks its form and every bound. Derives nothing.
    ///
    /// # Errors
    /// When the text is not a header, is outside its bounds, or has a newer format.
    pub fn parse(bytes: &[u8]) -> Result<UnverifiedHeader, HeaderError> {
        if bytes.len() as u64 > MAX_HEADER {
            return Err(HeaderError::TooLarge { found: bytes.len() });
        }
        let text = std::str::from_utf8(bytes).map_err(|_| HeaderFault::NotText)?;
        let table: toml::Table = toml::from_str(text).map_err(HeaderFault::from)?;
        // The version first: a newer format may have other fields.
        match table.get("format").and_then(toml::Value::as_integer).map(u64::try_from) {
            Some(Ok(found)) if found == u64::from(FORMAT) => {}
            Some(Ok(found)) if found > u64::from(FORMAT) => return Err(HeaderError::NewerFormat { found }),
            _ => return Err(HeaderFault::NoFormat.into()),
        }
        let (summed, checksum) = split_last_line(text, CHECKSUM).ok_or(HeaderFault::NoChecksum)?;
        let (authenticated, last) = split_last_line(summed, MAC).ok_or(HeaderFault::NoMac)?;
        let file: File = toml::Value::Table(table).try_into().map_err(HeaderFault::from)?;
        if file.mac != last || file.sha256 != checksum {
            return Err(HeaderFault::OtherMac.into());
        }
        let mac = decode(last, MAC)?;
        let authenticated = authenticated.as_bytes().to_vec();
        let header = file.into_header()?;
        // Last, so that what is wrong is said where it can be told.
        if sha256_hex(summed.as_bytes()) != checksum {
            return Err(HeaderFault::Checksum.into());
        }
        Ok(UnverifiedHeader { authenticated, mac, header, digest: sha256(bytes) })
    }

    /// Returns the SHA-256 of the file: the database stores the one that it expects.
    pub(crate) fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// Returns the kinds of key slots that the file claims to have: only for asking the right question.
    pub fn claimed_kinds(&self) -> Vec<SlotKind> {
        let mut kinds = self.claimed_slots();
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }

    /// Returns the kind of every key slot that the file claims to have, in order.
    pub(crate) fn claimed_slots(&self) -> Vec<SlotKind> {
        self.header.slots.iter().map(|slot| slot.kind).collect()
    }

    /// Returns the vault and the generation that the file claims to be of.
    pub(crate) fn claimed_origin(&self) -> (&VaultId, u64) {
        (&self.header.vault, self.header.generation)
    }

    /// Returns the public key that the file claims: whoever can change it can also change what lies beside it.
    pub fn claimed_public_key(&self) -> &str {
        &self.header.public_key
    }

    /// Tries every slot of the right kind, then verifies the whole header. Does not tell which slot failed.
    ///
    /// # Errors
    /// When there is no slot of that kind, none opens, or the header was changed.
    pub fn unlock(&self, unlock: &Unlock) -> Result<(Header, MasterKey), HeaderError> {
        self.unlock_slot(unlock).map(|(header, master, _)| (header, master))
    }

    /// Unlocks as [`UnverifiedHeader::unlock`] does, and returns the id of the slot that opened, too.
    pub(crate) fn unlock_slot(&self, unlock: &Unlock) -> Result<(Header, MasterKey, u32), HeaderError> {
        let offered = unlock.kind();
        let available = self.claimed_kinds();
        if !available.contains(&offered) {
            return Err(HeaderError::NoSuchSlot { offered, available });
        }
        for slot in self.header.slots.iter().filter(|slot| slot.kind == offered) {
            let Some(master) = slot.open(&self.header.vault, unlock)? else { continue };
            let header = self.verify(&master)?;
            return Ok((header, master, slot.id));
        }
        Err(HeaderError::WrongKey(offered))
    }

    /// Verifies the whole header with the master key, for callers that have opened a slot before.
    ///
    /// # Errors
    /// When the header was changed.
    pub fn verify(&self, master: &MasterKey) -> Result<Header, HeaderError> {
        let expected = master.header_key().mac(&[&self.authenticated]);
        if !constant_time_eq(&expected, &self.mac) {
            return Err(HeaderError::Tampered);
        }
        Ok(self.header.clone())
    }
}

/// The file as TOML. Anything else in it is an error.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "format")]
    _format: u32,
    vault: VaultId,
    generation: u64,
    next_slot: u32,
    public_key: String,
    slots: Vec<FileSlot>,
    mac: String,
    sha256: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileSlot {
    id: u32,
    kind: SlotKind,
    kdf: String,
    m_kib: Option<u32>,
    t: Option<u32>,
    p: Option<u32>,
    salt: String,
    nonce: String,
    wrapped: String,
}

impl File {
    fn into_header(self) -> Result<Header, HeaderError> {
        if self.slots.is_empty() {
            return Err(HeaderFault::NoSlots.into());
        }
        check_counts(self.slots.iter().map(|slot| slot.kind))?;
        check_public_key(&self.public_key)?;
        if self.generation == 0 {
            return Err(HeaderFault::Generation.into());
        }
        let slots = self.slots.iter().map(FileSlot::slot).collect::<Result<Vec<_>, _>>()?;
        // Ids only grow, so that each slot has its own.
        if slots.iter().zip(slots.iter().skip(1)).any(|(a, b)| a.id >= b.id) {
            return Err(HeaderFault::SlotOrder.into());
        }
        if slots.last().is_some_and(|slot| slot.id >= self.next_slot) {
            return Err(HeaderFault::SlotOrder.into());
        }
        let File { vault, generation, next_slot, public_key, .. } = self;
        Ok(Header { vault, generation, next_slot, public_key, slots })
    }
}

impl FileSlot {
    fn slot(&self) -> Result<Slot, HeaderError> {
        let argon2 = match (self.kind, self.kdf.as_str(), self.m_kib, self.t, self.p) {
            (SlotKind::Passphrase, ARGON2ID, Some(m_kib), Some(t), Some(p)) => Some(Argon2Params { m_kib, t, p }),
            (SlotKind::KeyFile | SlotKind::RecoveryCode, HKDF, None, None, None) => None,
            _ => return Err(HeaderFault::SlotKdf.into()),
        };
        if let Some(argon2) = argon2 {
            argon2.check().map_err(|source| HeaderError::Cost { slot: self.id, source })?;
        }
        Ok(Slot {
            id: self.id,
            kind: self.kind,
            argon2,
            salt: decode(&self.salt, "salt")?,
            nonce: decode(&self.nonce, "nonce")?,
            wrapped: decode(&self.wrapped, "wrapped")?,
        })
    }
}

pub(super) fn check_counts(kinds: impl Iterator<Item = SlotKind> + Clone) -> Result<(), HeaderError> {
    let passphrases = kinds.clone().filter(|kind| *kind == SlotKind::Passphrase).count();
    for (kind, found, limit) in [("any", kinds.count(), MAX_SLOTS), ("passphrase", passphrases, MAX_PASSPHRASE_SLOTS)] {
        if found > limit {
            return Err(HeaderError::TooManySlots { kind, found, limit });
        }
    }
    Ok(())
}

/// Refuses a key that is not one line without characters that TOML escapes.
fn check_public_key(key: &str) -> Result<(), HeaderError> {
    let sound = |b: u8| b.is_ascii_alphanumeric() || b" +/=@._-".contains(&b);
    if key.is_empty() || key.len() > MAX_PUBLIC_KEY || !key.bytes().all(sound) {
        return Err(HeaderError::PublicKey);
    }
    Ok(())
}

/// Splits off the last line, which must have this field, and returns the text before it and the value.
fn split_last_line<'t>(text: &'t str, name: &str) -> Option<(&'t str, &'t str)> {
    let line = text.strip_suffix('\n')?.rfind('\n').map_or(0, |at| at + 1);
    let (before, last) = text.split_at(line);
    Some((before, last.strip_prefix(name)?.strip_prefix(" = \"")?.strip_suffix("\"\n")?))
}

/// Draws a new master key.
pub(super) fn new_master(env: &Env<'_>) -> Result<MasterKey, HeaderError> {
    let fill = |bytes: &mut [u8; 32]| {
        env.random.fill(bytes);
        Ok::<_, HeaderError>(())
    };
    Ok(MasterKey::new(Secret32::fill(fill)?))
}

fn decode<const N: usize>(text: &str, field: &'static str) -> Result<[u8; N], HeaderFault> {
    let bytes = BASE64.decode(text.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or(HeaderFault::Field { field, bytes: N })
}

#[cfg(test)]
#[path = "../../../tests/unit/store/header.rs"]
mod tests;
