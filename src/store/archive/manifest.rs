//! The last file of an archive: what lies before it, as JSON.

use data_encoding::HEXLOWER;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::model::{Timestamp, VaultId};
use crate::store::archive::error::Fault;
use crate::store::archive::form::PARTS;

/// The largest manifest, in bytes.
pub(crate) const MAX_MANIFEST: u64 = 16 * 1024;

/// The format that is written, and the newest that is read.
const FORMAT: u64 = 1;

/// What an archive says of itself. Whoever can change the archive can change that: all of it is a claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Manifest {
    format: u64,
    /// The vault.
    pub vault_id: VaultId,
    /// When the copy was made.
    pub created_time: Timestamp,
    /// The generation of the header.
    pub generation: u64,
    /// The number of the last audit entry that `head` tells; none without a `head`.
    pub audit_seq: Option<u64>,
    /// The files before the manifest, in their order.
    pub files: Vec<Part>,
}

/// One file of an archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Part {
    /// Its name.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// SHA-256 of its bytes.
    #[serde(serialize_with = "hex", deserialize_with = "unhex")]
    pub sha256: [u8; 32],
}

impl Manifest {
    pub(super) fn new(
        vault_id: VaultId,
        created_time: Timestamp,
        generation: u64,
        audit_seq: Option<u64>,
        files: Vec<Part>,
    ) -> Manifest {
        Manifest { format: FORMAT, vault_id, created_time, generation, audit_seq, files }
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        // Texts, numbers and lists of them: that they can be written is visible above.
        let mut bytes = serde_json::to_vec_pretty(self).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }

    /// Reads a manifest. Its files are known ones in their order, each once.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Manifest, Fault> {
        #[derive(Deserialize)]
        struct Version {
            format: u64,
        }
        let damaged = |()| Fault::Damaged("its manifest is not one that this program writes".to_owned());
        // The version first: a newer format may have other fields.
        let Version { format } = serde_json::from_slice(bytes).map_err(|_| damaged(()))?;
        if format > FORMAT {
            return Err(Fault::Newer { found: format, known: FORMAT });
        }
        let manifest: Manifest = serde_json::from_slice(bytes).map_err(|_| damaged(()))?;
        let mut known = PARTS.iter();
        let is_in_order = manifest.files.iter().all(|part| known.any(|name| *name == part.name));
        if format != FORMAT || !is_in_order {
            return Err(Fault::Damaged("its manifest names other files than a backup has".to_owned()));
        }
        // Other spaces, orders and letters say the same, and are refused all the same: there is one form.
        if manifest.to_bytes() == bytes { Ok(manifest) } else { Err(damaged(())) }
    }

    /// Returns a file of the archive.
    pub(crate) fn part(&self, name: &str) -> Option<&Part> {
        self.files.iter().find(|part| part.name == name)
    }
}

fn hex<S: Serializer>(bytes: &[u8; 32], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&HEXLOWER.encode(bytes))
}

fn unhex<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; 32], D::Error> {
    let text = String::deserialize(deserializer)?;
    let bytes = HEXLOWER.decode(text.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or_else(|| de::Error::custom("not a SHA-256 in hexadecimal"))
}
