use super::*;
use crate::crypto::{MacKey, SignError, SigningKey};
use crate::share::slice::{self, Edition};
use crate::share::terms::tests::sample_fields;
use crate::share::{Terms, Token};

fn signing_key(byte: u8) -> SigningKey {
    SigningKey::from_seed(&Secret32::take(&mut [byte; 32])).unwrap()
}

fn prk(byte: u8) -> Secret32 {
    Token::generate(sample_fields().grant_id, [byte; 32]).secret().prk()
}

fn header() -> Header {
    let terms = sample_fields();
    Header { grant_id: terms.grant_id, version: 1, expires: terms.expiration_time, salt: [9; 32] }
}

fn document(version: u32) -> Vec<u8> {
    let edition = Edition {
        version,
        witness: [1; 32],
        issuer: signing_key(5).public_key(),
        data_as_of: "2026-11-22".parse().unwrap(),
    };
    let terms = Terms::new(sample_fields()).unwrap();
    let key = MacKey::new(&Secret32::take(&mut [1; 32]));
    slice::build(&terms, &edition, &slice::tests::source(), &key).to_canonical_bytes().unwrap()
}

fn sealed() -> Vec<u8> {
    let slice = document(1);
    seal(&prk(3), &header(), &slice, &signing_key(5).sign_ssh(NAMESPACE, &slice)).unwrap()
}

fn open(bytes: &[u8], prk: &Secret32) -> Result<VerifiedSlice, PackageError> {
    UnverifiedPackage::parse(bytes)?.open(prk)?.verify()
}

#[test]
fn opens_the_sealed_bytes_with_the_token_alone() {
    let bytes = sealed();
    let package = UnverifiedPackage::parse(&bytes).unwrap();
    assert_eq!(package.header(), &header());
    let slice = open(&bytes, &prk(3)).unwrap();
    assert_eq!(slice.document_bytes(), document(1));
    assert_eq!(slice.signer(), signing_key(5).public_key());
    assert_eq!(slice.signature().verify(NAMESPACE, slice.document_bytes()), Ok(slice.signer()));
    assert!(!slice.header().is_expired("2026-12-22T07:59:59Z".parse().unwrap()));
    assert!(slice.header().is_expired("2026-12-22T08:00:00Z".parse().unwrap()));
}

#[test]
fn refuses_another_token() {
    assert!(matches!(open(&sealed(), &prk(4)), Err(PackageError::WrongToken)));
}

#[test]
fn refuses_any_changed_bit() {
    let bytes = sealed();
    let prk = prk(3);
    for bit in 0..bytes.len() * 8 {
        let mut changed = bytes.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let error = open(&changed, &prk).unwrap_err();
        let expected = match bit / 8 {
            0..18 => matches!(error, PackageError::NotASlice | PackageError::UnknownVersion),
            18..34 => matches!(error, PackageError::Header("grant id") | PackageError::WrongToken),
            34..38 => matches!(error, PackageError::Header("version") | PackageError::Damaged),
            38..46 => matches!(error, PackageError::Header("expiry") | PackageError::Damaged),
            46..HEADER_LEN => matches!(error, PackageError::WrongToken),
            _ => matches!(error, PackageError::Damaged),
        };
        assert!(expected, "bit {bit}: {error}");
    }
}

#[test]
fn refuses_a_file_that_is_cut_or_longer() {
    let bytes = sealed();
    let prk = prk(3);
    for length in (0..HEADER_LEN + 20).chain([bytes.len() - 1]) {
        let error = open(&bytes[..length], &prk).unwrap_err();
        let expected = if length == 0 {
            matches!(error, PackageError::NotASlice)
        } else {
            matches!(error, PackageError::CutOff { .. } | PackageError::Damaged)
        };
        assert!(expected, "{length}: {error}");
    }
    assert!(matches!(open(&[&bytes[..], &[0]].concat(), &prk), Err(PackageError::Damaged)));
    assert!(matches!(open(b"finvault-slice v2\nxxxx", &prk), Err(PackageError::UnknownVersion)));
    assert!(matches!(open(b"date,amount\n", &prk), Err(PackageError::NotASlice)));
}

#[test]
fn refuses_a_slice_forged_by_a_holder_of_the_token() {
    let slice = document(1);
    let mut changed = slice.clone();
    let at = changed.windows(7).position(|w| w == b"1842.10").unwrap();
    changed[at] = b'9';
    // The old signature over a changed document.
    let signature = signing_key(5).sign_ssh(NAMESPACE, &slice);
    let forged = seal(&prk(3), &header(), &changed, &signature).unwrap();
    assert!(matches!(open(&forged, &prk(3)), Err(PackageError::Signature(SignError::Wrong))));
    // A signature of the holder's own key.
    let signature = signing_key(6).sign_ssh(NAMESPACE, &changed);
    let forged = seal(&prk(3), &header(), &changed, &signature).unwrap();
    assert!(matches!(open(&forged, &prk(3)), Err(PackageError::Contradiction("public key"))));
    // A signature of the right key, made for something else.
    let signature = signing_key(5).sign_ssh("file", &slice);
    let forged = seal(&prk(3), &header(), &slice, &signature).unwrap();
    assert!(matches!(open(&forged, &prk(3)), Err(PackageError::Signature(SignError::Namespace { .. }))));
}

#[test]
fn refuses_a_slice_prolonged_by_a_holder_of_the_token() {
    let slice = document(1);
    let signature = signing_key(5).sign_ssh(NAMESPACE, &slice);
    let reseal = |change: fn(&mut Header)| {
        let mut header = header();
        change(&mut header);
        let bytes = seal(&prk(3), &header, &slice, &signature).unwrap();
        open(&bytes, &prk(3)).unwrap_err()
    };
    assert!(matches!(reseal(|h| h.expires = h.expires.plus_days(1)), PackageError::Contradiction("expiry")));
    assert!(matches!(reseal(|h| h.version = 2), PackageError::Contradiction("version")));
    let other = |h: &mut Header| h.grant_id = GrantId::from_random([1; 16]);
    assert!(matches!(reseal(other), PackageError::Contradiction("grant id")));
}

#[test]
fn hides_the_length_by_padding() {
    let slice = document(1);
    let length = |extra: usize| {
        let slice = [&slice[..], &vec![b' '; extra]].concat();
        seal(&prk(3), &header(), &slice, &signing_key(5).sign_ssh(NAMESPACE, &slice)).unwrap().len()
    };
    assert_eq!(length(0), HEADER_LEN + 4096 + crypto::TAG_LEN, "a small slice is as long as any other");
    assert_eq!(length(0), length(1));
    assert_eq!(length(50_000), length(50_001));
}

#[test]
fn debug_shows_no_data() {
    let bytes = sealed();
    let opened = UnverifiedPackage::parse(&bytes).unwrap().open(&prk(3)).unwrap();
    let before = format!("{opened:?}");
    let after = format!("{:?}", opened.verify().unwrap());
    assert!(!before.contains("1842") && !after.contains("1842") && !after.contains("Acme"), "{after}");
}
