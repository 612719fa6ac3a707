//! Any bytes, through decoding and CSV reading with every kind of option: an answer or an error, never a panic.
#![no_main]

use finvault::import::csv::{ProfileSet, read};
use finvault::import::{DateOrder, ReadOptions, text};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(decoded) = text::decode(bytes) else { return };
    let profiles = ProfileSet::builtin();
    let usd = "USD".parse().ok();
    let told = |profile: Option<&str>| ReadOptions {
        profile: profile.map(str::to_owned),
        currency: usd,
        date_order: Some(DateOrder::Dmy),
    };
    for options in [ReadOptions::default(), told(None), told(Some("generic")), told(Some("us-bank"))] {
        let _ = read(&decoded.text, &options, &profiles);
    }
});
