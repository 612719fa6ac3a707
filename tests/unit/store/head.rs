use super::*;
use crate::crypto::sha256;

/// Stands in for Ed25519: what is tested here is what gets signed.
pub(crate) fn sign(bytes: &[u8]) -> [u8; 64] {
    let half = sha256(&[b"key", bytes].concat());
    let mut out = [0; 64];
    out[..32].copy_from_slice(&half);
    out[32..].copy_from_slice(&half);
    out
}

/// Verifies what [`sign`] made.
pub(crate) fn verify(bytes: &[u8], signature: &[u8]) -> bool {
    sign(bytes) == signature
}

/// Returns a head at this entry of the log.
pub(crate) fn head(epoch: u64, seq: u64, chain: u8) -> Head {
    let vault_id = VaultId::from_random([7; 26]);
    Head { vault_id, epoch, generation: 1, seq, chain: [chain; 32], root: [chain; 32] }
}

#[test]
fn keeps_the_text_as_frozen_and_reads_it_again() {
    let head = Head { root: [0xef; 32], ..head(2, 42, 0xab) };
    let bytes = head.to_bytes(&sign);
    let text = String::from_utf8(bytes.clone()).unwrap();
    let expected = format!(
        "finvault-head 1\nvault = {}\nepoch = 2\ngeneration = 1\nseq = 42\nchain = {}\nroot = {}\nsignature = ",
        "9".repeat(26),
        "ab".repeat(32),
        "ef".repeat(32)
    );
    assert!(text.starts_with(&expected), "{text}");
    assert!(text.len() as u64 <= MAX_HEAD / 2);
    assert_eq!(Head::parse(&bytes, &head.vault_id, &verify).unwrap(), head);
}

#[test]
fn refuses_every_changed_bit_and_every_cut() {
    let head = head(1, 9, 3);
    let bytes = head.to_bytes(&sign);
    for bit in 0..bytes.len() * 8 {
        let mut changed = bytes.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(Head::parse(&changed, &head.vault_id, &verify).is_err(), "bit {bit}");
    }
    for end in 0..bytes.len() {
        assert_eq!(Head::parse(&bytes[..end], &head.vault_id, &verify), Err(HeadError::Malformed));
    }
}

#[test]
fn refuses_every_other_form() {
    let head = head(1, 9, 0xab);
    let text = String::from_utf8(head.to_bytes(&sign)).unwrap();
    // The verifier says yes to all: the form alone must refuse.
    let anyone = |_: &[u8], _: &[u8]| true;
    for (from, to) in [
        ("seq = 9", "seq = 09"),
        ("seq = 9", "seq = +9"),
        ("seq = 9", "seq = -9"),
        ("seq = 9", "seq = 99999999999999999999"),
        ("seq = 9", "seq = 9 "),
        ("seq = 9", "seq =  9"),
        ("abab", "ABab"),
        ("abab", "ab"),
        ("epoch = 1\n", ""),
        ("epoch = 1\n", "epoch = 1\nepoch = 1\n"),
        ("epoch = 1\n", "epoch = 1\r\n"),
        ("signature", "\nsignature"),
        ("==\n", "==\n\n"),
        ("==\n", "==\nx\n"),
        ("==\n", "==\n\0"),
    ] {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text, "{from}");
        let read = Head::parse(changed.as_bytes(), &head.vault_id, &anyone);
        assert_eq!(read, Err(HeadError::Malformed), "{from:?} to {to:?}");
    }
    assert!(Head::parse(text.as_bytes(), &head.vault_id, &anyone).is_ok());
    let newer = text.replacen("head 1", "head 2", 1);
    assert_eq!(Head::parse(newer.as_bytes(), &head.vault_id, &anyone), Err(HeadError::Newer));
    let other = VaultId::from_random([8; 26]);
    assert_eq!(Head::parse(text.as_bytes(), &other, &verify), Err(HeadError::OtherVault(head.vault_id)));
    for hostile in [&b""[..], &[0; 1024], &[b'a'; 4096], &[0xff; 64]] {
        assert_eq!(Head::parse(hostile, &other, &verify), Err(HeadError::Malformed));
    }
}
