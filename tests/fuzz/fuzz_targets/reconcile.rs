//! What must hold is in `harness::reconcile`.
#![no_main]

#[path = "../harness.rs"]
mod harness;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| harness::reconcile(bytes));
