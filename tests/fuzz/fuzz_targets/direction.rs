//! Tables of amounts, words and balances: what is read is what is printed, in one direction or the other.
#![no_main]

#[path = "../harness.rs"]
mod harness;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| harness::direction(bytes));
