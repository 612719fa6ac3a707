//! The readers of sealed slices, before and behind their authentication.

use std::sync::LazyLock;

use finvault::crypto::{PublicKey, Secret32, SigningKey, SshSignature};
use finvault::share::mask::Mask;
use finvault::share::package::{Header, PackageError, UnverifiedPackage, VerifiedSlice, seal, seal_plaintext};
use finvault::share::slice::{NAMESPACE, SliceDocument};
use finvault::share::{Terms, Token};

/// The token of the frozen vector `balances`, so that its package opens and its changes reach far.
const TOKEN: &str = "vlt_9999999999999999_d4d3mxmy3ju8otpmryb8th9vza44cm4vzpvjshsfgr5eqbtu5b52_7oyoncgn";

static PRK: LazyLock<Secret32> = LazyLock::new(|| Token::parse(TOKEN).expect("a token").secret().prk());
static KEY: LazyLock<SigningKey> =
    LazyLock::new(|| SigningKey::from_seed(&Secret32::take(&mut [0x42; 32])).expect("a key"));

fn header() -> Header {
    Header {
        grant_id: "9999999999999999".parse().expect("a grant id"),
        version: 1,
        expires: "2026-12-22T08:00:00Z".parse().expect("a moment"),
        salt: [1; 32],
    }
}

fn open(package: &[u8]) -> Result<VerifiedSlice, PackageError> {
    UnverifiedPackage::parse(package)?.open(&PRK)?.verify()
}

/// A token, a signature, a document, a sealed slice, and what a holder of the token could seal.
pub(crate) fn slice(data: &[u8]) {
    // Before the authentication.
    if let Ok(slice) = open(data) {
        assert_eq!(slice.signature().verify(NAMESPACE, slice.document_bytes()), Ok(slice.signer()));
    }
    if let Ok(signature) = SshSignature::from_bytes(data) {
        assert_eq!(signature.to_bytes(), data);
        let _ = signature.verify(NAMESPACE, data);
    }

    // Behind the authentication: any plaintext, and any document under a signature that fits.
    if let Ok(sealed) = seal_plaintext(&PRK, &header(), data.to_vec()) {
        let _ = open(&sealed);
    }
    if let Ok(sealed) = seal(&PRK, &header(), data, &KEY.sign_ssh(NAMESPACE, data))
        && let Ok(slice) = open(&sealed)
    {
        assert_eq!(slice.document_bytes(), data);
        assert_eq!(slice.signer(), KEY.public_key());
    }

    // What is written from a document is read back as the same document.
    if let Ok(document) = SliceDocument::from_json(data) {
        let bytes = document.to_canonical_bytes().expect("a document has a canonical form");
        assert_eq!(SliceDocument::from_json(&bytes).expect("it reads back"), document);
    }
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(token) = Token::parse(text) {
        assert_eq!(*token.reveal(), text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}'));
    }
    let _ = text.parse::<PublicKey>();
    let masked = Mask::all([], None).text(text);
    assert!(masked.split(|c: char| !c.is_ascii_digit()).all(|run| run.len() < 8), "{masked}");
    if let Ok(terms) = serde_json::from_slice::<Terms>(data) {
        let bytes = terms.to_canonical_bytes().expect("terms have a canonical form");
        assert_eq!(serde_json::from_slice::<Terms>(&bytes).expect("they read back"), terms);
    }
}
