//! The store under attack, through the library and on real files: old pages put back, rows changed with the raw key,
//! changes interrupted, two processes at once, and true histories cut into export files.
//!
//! Vaults are opened by key files, which cost no key derivation, and lie in memory where that is possible.
#![allow(missing_docs, clippy::unwrap_used)]

mod concurrent;
mod crash;
#[path = "../support/fixed.rs"]
mod fixed;
mod grants;
mod history;
mod modes;
mod overlaps;
mod probe;
mod replay;
mod rollback;
mod secrets;
mod tamper;
mod test_vault;

/// A module that is forgotten above would pass for ever.
#[test]
fn every_file_of_this_folder_is_part_of_it() {
    let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vault");
    let main = include_str!("main.rs");
    for entry in std::fs::read_dir(here).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(name == "main" || main.contains(&format!("mod {name};")), "{name}.rs is not listed");
    }
}
