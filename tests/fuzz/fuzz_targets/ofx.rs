//! Any bytes as an OFX file: nothing panics, and an accepted file loses no row.

#![no_main]

use finvault::import::{ReadOptions, ofx};
use finvault::model::Currency;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    ofx::looks_like(&text);
    let options = ReadOptions { currency: Some(Currency::USD), ..ReadOptions::default() };
    let with_currency = ofx::read(&text, &options);
    let without = ofx::read(&text, &ReadOptions::default());
    // Every row has a line of its own text: there are never more rows than start tags.
    for parsed in with_currency.iter().chain(&without) {
        let rows: usize = parsed.statements.iter().map(|s| s.entries.len() + s.rejected.len()).sum();
        let tags = bytes.windows(8).filter(|w| w.eq_ignore_ascii_case(b"<STMTTRN")).count();
        assert!(rows <= tags, "{rows} rows from {tags} tags");
        assert!(!parsed.statements.is_empty());
    }
});
