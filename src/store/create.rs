//! Creates a vault: header, keys, an empty database with its first audit entry, and the copies.

use std::path::Path;

use rusqlite::types::Value;
use serde_json::json;

use crate::crypto::{Argon2Params, KdfError, MasterKey, Secret32, SigningKey, sha256};
use crate::model::{Env, VaultId};
use crate::store::db::audit::{self, AuditAction, AuditEntry, ChainEnd};
use crate::store::db::connection::{self, OpenMode};
use crate::store::db::digest::Digests;
use crate::store::db::disk::DiskWatch;
use crate::store::db::keys::Keys;
use crate::store::db::meta;
use crate::store::db::schema;
use crate::store::db::table::{META, Row, Writer as RowWriter};
use crate::store::error::{StoreError, unreadable};
use crate::store::files::atomic::ReadBack;
use crate::store::files::paths::{DATABASE_FILE, HEADER_FILE, OUTBOX_DIR};
use crate::store::files::{self, Links};
use crate::store::header::{Header, HeaderError, MAX_HEADER, Unlock, UnverifiedHeader};
use crate::store::reader::Rollback;
use crate::store::site::{self, Building, IsFresh, Site};
use crate::store::vault::{Open, Vault};
use crate::store::writer::Writer;

/// How a new vault is to be unlocked.
#[derive(Debug)]
pub struct NewVault<'a> {
    /// One key slot for each.
    pub keys: &'a [Unlock],
    /// The cost of passphrase slots.
    pub argon2: Argon2Params,
}

/// The hash of a key file, and what makes it.
pub type MakeKeyFile<'a, E> = (&'a [u8; 32], &'a dyn Fn() -> Result<(), E>);

/// Creates a vault at its site. `make_key_file` makes the key file of the given hash once the site names it.
///
/// # Errors
/// When the site or the key file cannot be written, a key is too weak, or another process holds the lock. Whatever was made is
/// taken over when it is tried again.
pub fn create<E: From<StoreError>>(
    site: Site,
    state_dir: &Path,
    new: &NewVault<'_>,
    make_key_file: Option<MakeKeyFile<'_, E>>,
    env: Env<'_>,
) -> Result<Vault<Open>, E> {
    let is_fresh: IsFresh<'_> = &|header, database| is_fresh(header, database, new.keys);
    let building = site.begin(make_key_file.map(|(hash, _)| hash), is_fresh)?;
    if let Some((_, make)) = make_key_file {
        make()?;
    }
    let header = build(&building.site.dir, new, env)?;
    Ok(finish(building, header, state_dir)?)
}

/// Gives a finished vault its place, and writes its copies.
fn finish(
    building: Building,
    (header, master): (Header, MasterKey),
    state_dir: &Path,
) -> Result<Vault<Open>, StoreError> {
    let (dir, lock) = building.put_in_place()?;
    // Nobody has unlocked it yet: the first slot stands for whoever made it.
    let slot = header.slots().first().map_or(0, |slot| slot.id);
    let state = Open { header, master, slot, disk: DiskWatch::default(), state_dir: Some(state_dir.to_owned()) };
    let vault = Vault { dir, state };
    let mut writer = Writer::locked(&vault, lock, Rollback::Accept)?;
    writer.write_heads()?;
    // Still under the lock: nobody else takes the vault for one whose creation was interrupted.
    site::remove_marker(&vault.dir)?;
    drop(writer);
    Ok(vault)
}

/// Returns whether one of the keys opens a vault, and its log has nothing but its creation. What cannot be read as a vault is
/// not proven to be one that nobody has used.
fn is_fresh(header: &Path, database: &Path, keys: &[Unlock]) -> Result<bool, StoreError> {
    let bytes = files::read(header, MAX_HEADER)?;
    let Ok(header) = UnverifiedHeader::parse(&bytes) else { return Ok(false) };
    for key in keys {
        let master = match header.unlock(key) {
            Ok((_, master)) => master,
            Err(error @ HeaderError::Kdf(KdfError::NoMemory(_))) => return Err(error.into()),
            Err(_) => continue,
        };
        let end = connection::open(database, &master.database_key(), OpenMode::ReadOnly).and_then(|connection| {
            let keys = meta::keys(&connection)?;
            audit::verified_end(&connection, &keys.chain)
        });
        return match end {
            Ok(end) => Ok(end.seq == 1),
            Err(StoreError::Damaged(_)) => Ok(false),
            Err(error) => Err(error),
        };
    }
    Ok(false)
}

/// Builds a vault in an empty directory. Returns its header and its master key.
fn build(dir: &Path, new: &NewVault<'_>, env: Env<'_>) -> Result<(Header, MasterKey), StoreError> {
    let vault_id = VaultId::from_random(env.random());
    let seed = random_secret(env);
    let pseudonym = random_secret(env);
    let audit_key = random_secret(env);
    let first = 1u64.to_le_bytes();
    let now = env.now().unix().to_le_bytes();
    let signing = SigningKey::from_seed(&seed).map_err(unreadable)?;
    let public_key = signing.public_key().to_string();
    let (header, master) = Header::create(&env, &vault_id, &public_key, new.keys, new.argon2)?;
    let header_bytes = header.to_bytes(&master);
    let header_digest = sha256(&header_bytes);
    // A row is zeroed when it is dropped.
    let rows = [
        (meta::SIGNING_SEED, &seed.expose()[..]),
        (meta::PSEUDONYM_KEY, pseudonym.expose()),
        (meta::AUDIT_KEY, audit_key.expose()),
        (meta::VAULT_ID, vault_id.as_str().as_bytes()),
        (meta::GENERATION, &first),
        (meta::HEADER, &header_digest),
        (meta::EPOCH, &first),
        (meta::CLOCK_SEEN, &now),
    ]
    .map(|(name, value)| Row::new(vec![Value::Text(name.to_owned()), Value::Blob(value.to_vec())]));
    let keys = Keys::new(&seed, &pseudonym, audit_key)?;

    let database = dir.join(DATABASE_FILE);
    let mut connection = connection::open(&database, &master.database_key(), OpenMode::Create)?;
    let transaction = connection.transaction()?;
    schema::create(&transaction)?;
    let mut digests = Digests::default();
    for row in &rows {
        let mut writer = RowWriter { connection: &transaction, key: &keys.rows, digests: &mut digests };
        META.insert(&mut writer, row)?;
    }
    digests.store(&transaction)?;
    let root = digests.root(&keys.rows);
    let kinds: Vec<&str> = new.keys.iter().map(|key| key.kind().as_str()).collect();
    let entry =
        AuditEntry { action: AuditAction::Init, subject: vault_id.to_string(), detail: json!({ "slots": kinds }) };
    audit::append(&transaction, &keys.chain, ChainEnd::START, env.now(), entry, root)?;
    transaction.commit()?;
    files::private_file(&database)?;
    files::private_dir(&dir.join(OUTBOX_DIR), Links::Refuse)?;
    files::atomic::write_atomic(&dir.join(HEADER_FILE), &header_bytes, ReadBack::Yes)?;
    Ok((header, master))
}

fn random_secret(env: Env<'_>) -> Secret32 {
    Secret32::take(&mut env.random())
}
