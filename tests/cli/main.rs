//! The command line as a person or a script meets it: one binary, one module for each area.
//!
//! Every test runs the program in a home of its own with an empty environment. Vaults are opened by key files, which
//! cost no key derivation.
#![allow(missing_docs, clippy::unwrap_used)]

mod exit_codes;
mod help;
mod import;
mod init;
mod output;
mod query;
mod secrets;
mod share;
mod terminal;
mod test_environment;

/// A module that is forgotten above would pass for ever.
#[test]
fn every_file_of_this_folder_is_part_of_it() {
    let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli");
    let main = include_str!("main.rs");
    for entry in std::fs::read_dir(here).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let rust = path.extension().is_some_and(|extension| extension == "rs");
        assert!(!rust || name == "main" || main.contains(&format!("mod {name};")), "{name}.rs is not listed");
    }
}
