//! The threat model against the tests: each row names what holds it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::{project, read};

/// Returns the names of all functions of the files under a folder.
fn functions(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("target") {
            functions(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let mut is_test = false;
            for line in text.lines().map(str::trim_start) {
                if line.starts_with("#[test]") {
                    is_test = true;
                } else if let Some(rest) = line.strip_prefix("fn ").filter(|_| is_test) {
                    found.extend(rest.split(['(', '<']).next().map(str::to_owned));
                    is_test = false;
                }
            }
        }
    }
}

#[test]
fn every_row_names_tests_that_there_are() {
    let mut tests = BTreeSet::new();
    functions(&project().join("src"), &mut tests);
    functions(&project().join("tests"), &mut tests);
    assert!(tests.contains("every_row_names_tests_that_there_are"));
    let model = read("docs/threat-model.md");
    let rows = model.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| threat |"));
    let mut count = 0;
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").collect();
        let [threat, _, places, held] = cells.as_slice() else { panic!("{row} has not four cells") };
        let spans = |cell: &&str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
        let held = spans(held);
        assert!(!held.is_empty(), "no test holds: {threat}");
        held.iter().for_each(|test| assert!(tests.contains(test), "{threat}: there is no test {test}"));
        spans(places).iter().for_each(|place| assert!(project().join(place).exists(), "{threat}: {place}"));
        count += 1;
    }
    assert!(count > 40, "{count} rows were found");
}
