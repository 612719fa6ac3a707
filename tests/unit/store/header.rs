use data_encoding::HEXLOWER;

use super::*;
use crate::crypto::{KdfError, Passphrase, SecretBytes};
use crate::store::header::NewSlot;
use crate::store::header::recovery::RecoveryCode;
use crate::store::testing::Fixed;

const PUBLIC_KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f finvault";

fn vault() -> VaultId {
    VaultId::from_random([7; 26])
}

fn key_file(seed: u8) -> Unlock {
    Unlock::KeyFile(SecretBytes::new((0..64).map(|i| i ^ seed).collect()))
}

fn passphrase(text: &str) -> Unlock {
    Unlock::Passphrase(Passphrase::new(text.to_owned()))
}

fn create(keys: &[Unlock]) -> (Header, MasterKey) {
    Header::create(&Fixed::new(1).env(), &vault(), PUBLIC_KEY, keys, Argon2Params::FLOOR).unwrap()
}

/// Returns a header with a key file only, which costs nothing to open.
fn cheap() -> String {
    let (header, master) = create(&[key_file(0)]);
    String::from_utf8(header.to_bytes(&master)).unwrap()
}

/// Gives a changed header the checksum that fits it, as anybody can.
fn summed(text: &str) -> String {
    let end = text.rfind("sha256 = \"").unwrap();
    let covered = &text[..end];
    format!("{covered}sha256 = \"{}\"\n", sha256_hex(covered.as_bytes()))
}

fn parse(text: &str) -> Result<UnverifiedHeader, HeaderError> {
    UnverifiedHeader::parse(text.as_bytes())
}

fn unlock(bytes: &[u8], key: &Unlock) -> Result<(Header, MasterKey), HeaderError> {
    UnverifiedHeader::parse(bytes)?.unlock(key)
}

// ---- frozen vectors -------------------------------------------------------------------------------------

/// `tests/vectors/header/expect.json`: the keys of `header.toml` beside it, and what they open.
#[derive(Deserialize)]
struct Expect {
    vault: String,
    public_key: String,
    generation: u64,
    passphrase: String,
    key_file_hex: String,
    recovery_code: String,
    master_key_hex: String,
    database_key_hex: String,
}

const VECTOR: &[u8] = include_bytes!("../../vectors/header/header.toml");

fn expect() -> Expect {
    serde_json::from_str(include_str!("../../vectors/header/expect.json")).unwrap()
}

#[test]
fn opens_the_frozen_header_with_each_of_its_keys() {
    let expect = expect();
    let content = HEXLOWER.decode(expect.key_file_hex.as_bytes()).unwrap();
    let keys = [
        passphrase(&expect.passphrase),
        Unlock::KeyFile(SecretBytes::new(content)),
        Unlock::RecoveryCode(RecoveryCode::parse(&expect.recovery_code).unwrap()),
    ];
    for key in &keys {
        let (header, master) = unlock(VECTOR, key).unwrap();
        assert_eq!(HEXLOWER.encode(master.expose().expose()), expect.master_key_hex);
        assert_eq!(HEXLOWER.encode(master.database_key().expose()), expect.database_key_hex);
        assert_eq!(header.vault_id().as_str(), expect.vault);
        assert_eq!((header.public_key(), header.generation()), (&*expect.public_key, expect.generation));
        assert_eq!(header.to_bytes(&master), VECTOR, "there is one way to write a header");
    }
    // What this program makes today is what it made when the vector was frozen, byte for byte.
    let env = Fixed::new(2026);
    let (header, master) = Header::create(&env.env(), &vault(), PUBLIC_KEY, &keys, Argon2Params::FLOOR).unwrap();
    assert_eq!(String::from_utf8_lossy(&header.to_bytes(&master)), String::from_utf8_lossy(VECTOR));
}

// ---- keys -----------------------------------------------------------------------------------------------

#[test]
fn opens_each_slot_with_its_own_key_only() {
    let code = || {
        let fixed = Fixed::new(9);
        Unlock::RecoveryCode(RecoveryCode::generate(&fixed.env()))
    };
    let (header, master) = create(&[key_file(0), code(), key_file(1)]);
    let bytes = header.to_bytes(&master);
    for key in [key_file(0), code(), key_file(1)] {
        let (opened, again) = unlock(&bytes, &key).unwrap();
        assert_eq!(opened, header);
        assert_eq!(again.expose().expose(), master.expose().expose());
    }
    assert!(matches!(unlock(&bytes, &key_file(2)), Err(HeaderError::WrongKey(SlotKind::KeyFile))));
    let other = Unlock::RecoveryCode(RecoveryCode::generate(&Fixed::new(10).env()));
    assert!(matches!(unlock(&bytes, &other), Err(HeaderError::WrongKey(SlotKind::RecoveryCode))));
    let error = unlock(&bytes, &passphrase("x")).unwrap_err();
    assert_eq!(error.to_string(), "this vault has no passphrase: it opens with a key file or a recovery code");
    assert_eq!(header.slots.iter().map(|slot| slot.id).collect::<Vec<_>>(), [1, 2, 3]);
}

#[test]
fn refuses_a_wrong_passphrase_and_a_changed_cost() {
    let error = unlock(VECTOR, &passphrase("correct horse battery stapler")).unwrap_err();
    assert_eq!(error.to_string(), "wrong passphrase");
    // More passes than the slot was made with: the associated data differ, and so does the key.
    let costlier = String::from_utf8(VECTOR.to_vec()).unwrap().replace("t = 3", "t = 4");
    let error = unlock(summed(&costlier).as_bytes(), &passphrase(&expect().passphrase)).unwrap_err();
    assert!(matches!(error, HeaderError::WrongKey(SlotKind::Passphrase)));
    assert!(is_damaged(unlock(costlier.as_bytes(), &passphrase(&expect().passphrase))), "an accident is told as one");
}

#[test]
fn verifies_a_header_with_the_master_key_alone() {
    let (header, master) = create(&[key_file(3)]);
    let read = UnverifiedHeader::parse(&header.to_bytes(&master)).unwrap();
    assert_eq!(read.claimed_kinds(), [SlotKind::KeyFile]);
    assert_eq!(read.verify(&master).unwrap(), header);
    let other = MasterKey::new(Secret32::take(&mut [1; 32]));
    assert!(matches!(read.verify(&other), Err(HeaderError::Tampered)));
}

#[test]
fn wraps_the_same_key_twice_with_other_bytes() {
    let (header, _) = create(&[key_file(0), key_file(0)]);
    assert_ne!(header.slots[0].salt, header.slots[1].salt);
    assert_ne!(header.slots[0].wrapped, header.slots[1].wrapped);
}

#[test]
fn refuses_a_weak_key_for_a_new_slot() {
    let make = |keys: &[Unlock], public_key: &str| {
        Header::create(&Fixed::new(1).env(), &vault(), public_key, keys, Argon2Params::FLOOR).err()
    };
    let file = |content: &[u8]| [Unlock::KeyFile(SecretBytes::new(content.to_vec()))];
    assert!(matches!(make(&[], PUBLIC_KEY), Some(HeaderError::NoSlots)));
    assert!(matches!(make(&[passphrase("")], PUBLIC_KEY), Some(HeaderError::EmptyPassphrase)));
    let random: Vec<u8> = (0..=255).collect();
    assert!(matches!(make(&file(&random[..31]), PUBLIC_KEY), Some(HeaderError::WeakKeyFile { bytes: 31 })));
    assert!(matches!(make(&file(&[0; 4096]), PUBLIC_KEY), Some(HeaderError::WeakKeyFile { .. })));
    assert!(matches!(make(&file(&random.repeat(4097)), PUBLIC_KEY), Some(HeaderError::WeakKeyFile { .. })));
    assert!(make(&file(&random[..32]), PUBLIC_KEY).is_none());
    for bad in ["", "two\nlines", "a \" quote", "back\\slash", &"x".repeat(257)] {
        assert!(matches!(make(&file(&random), bad), Some(HeaderError::PublicKey)), "{bad}");
    }
    let many: Vec<_> = (0..33).map(key_file).collect();
    assert!(matches!(make(&many, PUBLIC_KEY), Some(HeaderError::TooManySlots { found: 33, limit: 32, .. })));
    let cheap = Argon2Params { t: 1, ..Argon2Params::FLOOR };
    let made = Header::create(&Fixed::new(1).env(), &vault(), PUBLIC_KEY, &[passphrase("x")], cheap);
    assert!(matches!(made, Err(HeaderError::Kdf(KdfError::TooCheap(_)))));
}

#[test]
fn adds_replaces_and_removes_slots_and_gives_no_id_twice() {
    let env = Fixed::new(3);
    let (first, master) = create(&[key_file(0), key_file(1)]);
    let ids = |header: &Header| header.slots.iter().map(|slot| slot.id).collect::<Vec<_>>();
    let change = |header: &Header, without: &[u32], unlock: Option<&Unlock>| {
        let with = unlock.map(|unlock| NewSlot { unlock, argon2: Argon2Params::FLOOR });
        header.changed(without, with, &master, &env.env())
    };
    let second = change(&first, &[2], None).unwrap();
    let third = change(&second, &[], Some(&key_file(2))).unwrap();
    let fourth = change(&third, &[1], Some(&key_file(3))).unwrap();
    assert_eq!((ids(&second), ids(&third), ids(&fourth)), (vec![1], vec![1, 3], vec![3, 4]));
    assert_eq!((fourth.generation(), fourth.next_slot()), (4, 5));
    let bytes = fourth.to_bytes(&master);
    for (seed, opens) in [(0, false), (1, false), (2, true), (3, true)] {
        assert_eq!(unlock(&bytes, &key_file(seed)).is_ok(), opens, "{seed}");
    }
    assert!(matches!(change(&second, &[1], None), Err(HeaderError::LastSlot)));
    assert!(matches!(change(&second, &[2], None), Err(HeaderError::UnknownSlot(2))));
    let weak = Unlock::KeyFile(SecretBytes::new(vec![0; 64]));
    assert!(matches!(change(&second, &[], Some(&weak)), Err(HeaderError::WeakKeyFile { .. })));
    let full = Header { slots: vec![first.slots[0].clone(); 32], ..first.clone() };
    let error = change(&full, &[], Some(&key_file(4))).unwrap_err();
    assert!(matches!(error, HeaderError::NoRoom { limit: 32, .. }));
    let ended = Header { next_slot: u32::MAX, ..first };
    assert!(matches!(change(&ended, &[], Some(&key_file(4))), Err(HeaderError::NoMoreIds)));
}

#[test]
fn wraps_a_new_master_key_for_the_slots_whose_secret_is_given() {
    let env = Fixed::new(4);
    let (old, master) = create(&[key_file(0), key_file(1), key_file(2)]);
    let kept = key_file(1);
    assert_eq!(old.opened_by(&kept, &[1, 2, 3]).unwrap(), [2]);
    let slot = NewSlot { unlock: &kept, argon2: Argon2Params::FLOOR };
    let (new, renewed) = old.renewed(&[(2, slot)], None, &env.env()).unwrap();
    assert_ne!(renewed.expose().expose(), master.expose().expose());
    assert_eq!((new.generation(), new.slots.len(), new.slots[0].id), (2, 1, 2));
    let (opened, again) = unlock(&new.to_bytes(&renewed), &kept).unwrap();
    assert_eq!((opened, again.expose().expose()), (new.clone(), renewed.expose().expose()));
    assert!(matches!(parse(&cheap()).unwrap().verify(&renewed), Err(HeaderError::Tampered)));
    assert!(unlock(&new.to_bytes(&renewed), &key_file(0)).is_err());
    assert!(matches!(old.renewed(&[], None, &env.env()), Err(HeaderError::LastSlot)));
}

// ---- tampering ------------------------------------------------------------------------------------------

#[test]
fn refuses_every_changed_bit() {
    // The key file opens its slot without Argon2id; the bits of the passphrase slot count all the same.
    let key = key_file_of_vector();
    for bit in 0..VECTOR.len() * 8 {
        let mut changed = VECTOR.to_vec();
        changed[bit / 8] ^= 1 << (bit % 8);
        // Whatever the accident, it is told before anything is derived, and never as a wrong key.
        let error = UnverifiedHeader::parse(&changed).unwrap_err();
        assert!(!matches!(error, HeaderError::WrongKey(_)), "bit {bit}: {error}");
        // With a checksum that fits, as a person would make it, the MAC sees it or the slot does not open.
        let Some(end) = VECTOR.windows(8).rposition(|bytes| bytes == b"sha256 =").filter(|end| bit / 8 < *end) else {
            continue;
        };
        let covered = &changed[..end];
        let sum = format!("sha256 = \"{}\"\n", sha256_hex(covered));
        assert!(unlock(&[covered, sum.as_bytes()].concat(), &key).is_err(), "bit {bit}");
    }
    for end in 0..VECTOR.len() {
        assert!(UnverifiedHeader::parse(&VECTOR[..end]).is_err(), "cut at {end}");
    }
}

fn is_damaged<T>(result: Result<T, HeaderError>) -> bool {
    matches!(result, Err(HeaderError::Malformed(_)))
}

fn key_file_of_vector() -> Unlock {
    Unlock::KeyFile(SecretBytes::new((0..32).map(|i| i * 7).collect()))
}

#[test]
fn tells_a_changed_header_from_a_wrong_key() {
    let text = cheap();
    let with = |from: &str, to: &str| {
        let changed =
            text.replacen("next_slot = 2", "next_slot = 3", usize::from(to == "{ id = 2")).replacen(from, to, 1);
        assert_ne!(changed, text, "{from}");
        assert!(is_damaged(parse(&changed)), "{from}");
        unlock(summed(&changed).as_bytes(), &key_file(0)).unwrap_err()
    };
    assert!(matches!(with("generation = 1", "generation = 2"), HeaderError::Tampered));
    assert!(matches!(with("IAABAgME", "IAABAgMF"), HeaderError::Tampered), "another public key");
    assert!(matches!(with("# How", "# Who"), HeaderError::Tampered), "raw bytes, comments too");
    assert!(matches!(with("999", "998"), HeaderError::WrongKey(_)), "the vault id is associated data");
    assert!(matches!(with("{ id = 1", "{ id = 2"), HeaderError::WrongKey(_)));
    let recovery = summed(&text.replace("key-file", "recovery-code"));
    let code = Unlock::RecoveryCode(RecoveryCode::generate(&Fixed::new(9).env()));
    assert!(matches!(unlock(recovery.as_bytes(), &code), Err(HeaderError::WrongKey(_))));
}

#[test]
fn refuses_a_slot_of_another_vault_or_master_key() {
    let slot = |text: &str| text.lines().find(|line| line.contains("{ id")).unwrap().to_owned();
    let (own, other) = (cheap(), {
        let fixed = Fixed::new(5);
        let made = Header::create(&fixed.env(), &vault(), PUBLIC_KEY, &[key_file(5)], Argon2Params::FLOOR);
        let (header, master) = made.unwrap();
        String::from_utf8(header.to_bytes(&master)).unwrap()
    });
    // Its slot opens, to its own master key, and the MAC says that this is not its header.
    let mixed = summed(&own.replace(&slot(&own), &slot(&other)));
    assert!(matches!(unlock(mixed.as_bytes(), &key_file(5)), Err(HeaderError::Tampered)));
}

// ---- hostile headers ------------------------------------------------------------------------------------

#[test]
fn refuses_costs_outside_floor_and_ceiling_before_deriving() {
    let text = String::from_utf8(VECTOR.to_vec()).unwrap();
    for (from, to, expected) in [
        ("m_kib = 65536", "m_kib = 4294967295", "more than 1 GiB"),
        ("m_kib = 65536", "m_kib = 1024", "less than 64 MiB"),
        ("t = 3", "t = 4294967295", "more than"),
        ("t = 3", "t = 1", "less than"),
        ("p = 4", "p = 4294967295", "more than"),
        ("p = 4", "p = 0", "less than"),
        ("p = 4", "p = 99999999999", "damaged"),
        ("p = 4", "p = -1", "damaged"),
        ("p = 4", "p = 4.0", "damaged"),
        ("m_kib = 65536, ", "", "damaged"),
        ("argon2id", "hkdf-sha256", "damaged"),
        ("argon2id", "argon2d", "damaged"),
    ] {
        let error = parse(&text.replacen(from, to, 1)).unwrap_err().to_string();
        assert!(error.contains(expected), "{from} to {to}: {error}");
    }
    let error = parse(&text.replacen("t = 3", "t = 65", 1)).unwrap_err();
    assert!(
        matches!(error, HeaderError::Cost { slot: 1, source: KdfError::TooCostly(Argon2Params { t: 65, .. }) }),
        "{error}"
    );
}

#[test]
fn refuses_too_many_slots_before_deriving() {
    let text = cheap();
    let line = text.lines().find(|line| line.contains("{ id")).unwrap();
    let with = |count: u32| {
        let slots: Vec<_> = (1..=count).map(|id| line.replace("id = 1", &format!("id = {id}"))).collect();
        parse(&summed(&text.replace(line, &slots.join("\n")).replace("next_slot = 2", "next_slot = 999")))
    };
    assert!(with(32).is_ok());
    assert!(matches!(with(33), Err(HeaderError::TooManySlots { found: 33, .. })));
    assert!(matches!(with(1_000_000), Err(HeaderError::TooLarge { .. })));
    assert!(matches!(parse(&text.replace(line, "")), Err(HeaderError::Malformed(_))), "no slot");
    assert!(matches!(parse(&text.replace(line, &[line, line].join("\n"))), Err(HeaderError::Malformed(_))), "twice 1");
    let vector = String::from_utf8(VECTOR.to_vec()).unwrap();
    let line = vector.lines().find(|line| line.contains("argon2id")).unwrap();
    let slots: Vec<_> = (1..=9).map(|id| line.replace("id = 1", &format!("id = {id}"))).collect();
    let error = parse(&text.replace(text.lines().find(|l| l.contains("{ id")).unwrap(), &slots.join("\n")));
    assert!(matches!(error, Err(HeaderError::TooManySlots { kind: "passphrase", found: 9, limit: 8 })));
}

#[test]
fn refuses_a_mac_that_is_not_the_last_line() {
    let text = cheap();
    let (text, sum) = text.split_at(text.rfind("sha256 = \"").unwrap());
    let mac = text.lines().last().unwrap().to_owned() + "\n";
    let body = text.strip_suffix(&mac).unwrap();
    for (name, changed) in [("no checksum", text.to_owned()), ("the checksum first", format!("{sum}{text}"))] {
        assert!(matches!(parse(&changed), Err(HeaderError::Malformed(HeaderFault::NoChecksum))), "{name}");
    }
    for (name, changed) in [
        ("twice", format!("{text}{mac}")),
        ("first", format!("{mac}{body}")),
        ("missing", body.to_owned()),
        ("trailing byte", format!("{text} ")),
        ("trailing line", format!("{text}\n")),
        ("trailing comment", format!("{text}# x\n")),
        ("trailing NUL", format!("{text}\0")),
        ("no line end", text.trim_end().to_owned()),
        ("carriage return", text.replace('\n', "\r\n")),
        ("inside a string", format!("{body}x = \"\"\"\n{mac}")),
        ("inside a table", format!("{body}[x]\n{mac}")),
        ("another quote", format!("{body}{}", mac.replace('"', "'"))),
        ("short", format!("{body}mac = \"AAAA\"\n")),
        ("spaces", format!("{body}{}", mac.replace(" = ", "  = "))),
    ] {
        let error = parse(&summed(&format!("{changed}{sum}"))).unwrap_err();
        assert!(is_damaged::<()>(Err(error)), "{name}");
        assert!(is_damaged(parse(&changed)), "{name}");
    }
}

#[test]
fn says_what_of_a_header_is_wrong() {
    let text = cheap();
    let fault = |from: &str, to: &str| match parse(&text.replacen(from, to, 1)) {
        Err(HeaderError::Malformed(fault)) => fault,
        other => panic!("{from} to {to}: {other:?}"),
    };
    assert!(matches!(fault("format = 1", "format 1"), HeaderFault::Toml(_)));
    assert!(matches!(fault("format = 1", "format = 1\nshell = 1"), HeaderFault::Toml(_)));
    assert!(matches!(fault("generation = 1", "generation = 0"), HeaderFault::Generation));
    assert!(matches!(fault("next_slot = 2", "next_slot = 1"), HeaderFault::SlotOrder));
    assert!(matches!(fault("next_slot = 2", "next_slot = 3"), HeaderFault::Checksum));
    assert!(matches!(fault("nonce = \"", "nonce = \"AAAA"), HeaderFault::Field { field: "nonce", bytes: 12 }));
}

#[test]
fn refuses_what_is_not_a_header_without_a_panic() {
    let text = cheap();
    let mut invalid = text.clone().into_bytes();
    invalid[5] = 0xff;
    for (name, bytes) in [
        ("empty", Vec::new()),
        ("NUL", text.replacen("# How", "# H\0w", 1).into_bytes()),
        ("not UTF-8", invalid),
        ("byte order mark twice", format!("\u{feff}\u{feff}{text}").into_bytes()),
        ("unknown field", text.replacen("format = 1", "format = 1\nshell = 1", 1).into_bytes()),
        ("unknown field of a slot", text.replacen("{ id = 1", "{ x = 1, id = 1", 1).into_bytes()),
        ("unknown kind", text.replacen("key-file", "tpm", 1).into_bytes()),
        ("duplicate field", text.replacen("format = 1", "format = 1\nformat = 1", 1).into_bytes()),
        ("no format", text.replacen("format = 1\n", "", 1).into_bytes()),
        ("format 0", text.replacen("format = 1", "format = 0", 1).into_bytes()),
        ("format -1", text.replacen("format = 1", "format = -1", 1).into_bytes()),
        ("format text", text.replacen("format = 1", "format = \"1\"", 1).into_bytes()),
        ("generation 0", text.replacen("generation = 1", "generation = 0", 1).into_bytes()),
        ("vault id", text.replacen("9999", "../9", 1).into_bytes()),
        ("base64 with trailing bits", text.replacen("=\", nonce", "\", nonce", 1).into_bytes()),
        ("deep", format!("x = {}", "[".repeat(60_000)).into_bytes()),
        ("deep tables", "a.".repeat(30_000).into_bytes()),
    ] {
        let error = UnverifiedHeader::parse(&bytes).unwrap_err();
        assert!(matches!(error, HeaderError::Malformed(_)), "{name}: {error}");
        assert!(!error.to_string().contains(|c: char| c.is_control()), "{name}: {error}");
    }
    assert!(matches!(UnverifiedHeader::parse(&[b'#'; 65537]), Err(HeaderError::TooLarge { found: 65537 })));
}

#[test]
fn names_a_newer_format_whatever_else_the_file_holds() {
    let newer = "format = 2\nvaults = [\"x\"]\n[kdf]\nname = \"argon3\"\n";
    let error = parse(newer).unwrap_err();
    assert!(matches!(error, HeaderError::NewerFormat { found: 2 }));
    assert!(error.to_string().contains("use a newer version"));
}

proptest::proptest! {
    #[test]
    fn does_not_panic_on_any_text(text in "(format = 1\n|slots = \\[|\\{|\\}|mac = \"|\"\n|[a-z=\" \n0-9.]){0,40}") {
        let _ = parse(&text);
    }

    #[test]
    fn does_not_panic_on_any_bytes(at in 0..VECTOR.len(), bytes: Vec<u8>) {
        let mut changed = VECTOR.to_vec();
        let end = (at + bytes.len()).min(changed.len());
        changed.splice(at..end, bytes);
        let _ = UnverifiedHeader::parse(&changed);
    }
}

#[test]
fn keeps_secrets_out_of_errors_and_debug_output() {
    let (header, master) = create(&[key_file(0)]);
    let shown = format!("{header:?} {master:?} {:?}", passphrase("hunter2"));
    assert!(!shown.contains("hunter2"));
    assert!(!shown.contains(&format!("{:?}", master.expose().expose())));
}
