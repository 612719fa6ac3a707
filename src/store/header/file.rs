//! `header.toml`: how the master key is unwrapped, and what else must be known before the database opens.
//!
//! [`UnverifiedHeader`] is what a file says; [`Header`] is what the holder of a key slot wrote. The way from one
//! to the other is fixed: bounds, one slot, the master key, the MAC over the raw bytes, and only then is
//! anything trusted. Of an unverified header nothing is returned but what it claims, under a name that says so.
//! Files are read and written elsewhere. Byte tables: `docs/vault-format.md`.

use std::fmt::Write;

use data_encoding::BASE64;
use serde::Deserialize;

use crate::crypto::{Argon2Params, MasterKey, Secret32, constant_time_eq};
use crate::model::{Env, VaultId};
use crate::store::header::error::{HeaderError, HeaderFault};
use crate::store::header::kind::SlotKind;
use crate::store::header::limits::{FORMAT, MAX_HEADER, MAX_PASSPHRASE_SLOTS, MAX_PUBLIC_KEY, MAX_SLOTS};
use crate::store::header::slots::{ARGON2ID, HKDF, Slot, Unlock};

const MAC_START: &str = "mac = \"";
const MAC_END: &str = "\"\n";
const COMMENT: &str = "# How to unlock this vault. Whatever is changed here makes it unreadable.\n";

/// A header whose MAC was verified, or that this program just made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    vault: VaultId,
    generation: u64,
    public_key: String,
    slots: Vec<Slot>,
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
        let master = MasterKey::new(Secret32::fill(|bytes| {
            env.random.fill(bytes);
            Ok::<_, HeaderError>(())
        })?);
        let slots = (1..).zip(keys).map(|(id, key)| Slot::wrap(env, vault, id, key, argon2, &master));
        let slots = slots.collect::<Result<Vec<_>, _>>()?;
        let header = Header { vault: vault.clone(), generation: 1, public_key: public_key.to_owned(), slots };
        Ok((header, master))
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

    /// Returns the bytes of `header.toml`, with the MAC as the last line.
    pub fn to_bytes(&self, master: &MasterKey) -> Vec<u8> {
        let mut text = String::from(COMMENT);
        // Writing to a string cannot fail. Nothing needs escaping: ids and base64 have no quotes, and the
        // public key was checked.
        let _ = writeln!(text, "format = {FORMAT}");
        let _ = writeln!(text, "vault = \"{}\"", self.vault);
        let _ = writeln!(text, "generation = {}", self.generation);
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
        text.push_str(MAC_START);
        text.push_str(&mac);
        text.push_str(MAC_END);
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
        let (authenticated, last) = split_mac_line(text).ok_or(HeaderFault::NoMac)?;
        let file: File = toml::Value::Table(table).try_into().map_err(HeaderFault::from)?;
        if file.mac != last {
            return Err(HeaderFault::OtherMac.into());
        }
        Ok(UnverifiedHeader {
            mac: decode(last, "mac")?,
            authenticated: authenticated.as_bytes().to_vec(),
            header: file.into_header()?,
        })
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
        let offered = unlock.kind();
        let available = self.claimed_kinds();
        if !available.contains(&offered) {
            return Err(HeaderError::NoSuchSlot { offered, available });
        }
        for slot in self.header.slots.iter().filter(|slot| slot.kind == offered) {
            let Some(master) = slot.open(&self.header.vault, unlock)? else { continue };
            let header = self.verify(&master)?;
            return Ok((header, master));
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
    public_key: String,
    slots: Vec<FileSlot>,
    mac: String,
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
        let slots = self.slots.into_iter().map(FileSlot::into_slot).collect::<Result<Vec<_>, _>>()?;
        // Ids only grow, so that each slot has its own.
        if slots.iter().zip(slots.iter().skip(1)).any(|(a, b)| a.id >= b.id) {
            return Err(HeaderFault::SlotOrder.into());
        }
        Ok(Header { vault: self.vault, generation: self.generation, public_key: self.public_key, slots })
    }
}

impl FileSlot {
    fn into_slot(self) -> Result<Slot, HeaderError> {
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

fn check_counts(kinds: impl Iterator<Item = SlotKind> + Clone) -> Result<(), HeaderError> {
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

/// Splits off the last line, and returns the text before it and the base64 in it.
fn split_mac_line(text: &str) -> Option<(&str, &str)> {
    let line = text.strip_suffix('\n')?.rfind('\n').map_or(0, |at| at + 1);
    let (before, last) = text.split_at(line);
    Some((before, last.strip_prefix(MAC_START)?.strip_suffix(MAC_END)?))
}

fn decode<const N: usize>(text: &str, field: &'static str) -> Result<[u8; N], HeaderFault> {
    let bytes = BASE64.decode(text.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or(HeaderFault::Field { field, bytes: N })
}

#[cfg(test)]
#[path = "../../../tests/unit/store/header.rs"]
mod tests;
