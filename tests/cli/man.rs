//! Manual pages, as mandoc sees them.

use std::fs;
use std::process::Command;

use crate::test_environment::TestEnvironment;

fn mandoc(env: &TestEnvironment, arguments: &[&str]) -> (bool, String) {
    let ran = Command::new("mandoc").args(arguments).current_dir(env.path("pages")).output();
    let ran = ran.expect("mandoc runs (Debian: mandoc)");
    (ran.status.success(), String::from_utf8_lossy(&ran.stdout).into_owned())
}

#[test]
fn every_command_has_a_page_without_a_warning() {
    let env = TestEnvironment::empty();
    env.vault(&["man", "--out", "pages"]).ok();
    let mut pages: Vec<String> = fs::read_dir(env.path("pages"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    pages.sort();
    for page in ["vault.1", "vault-import.1", "vault-grants-show.1", "vault-imports-answers-remove.1"] {
        assert!(pages.iter().any(|name| name == page), "{page}: {pages:?}");
    }
    let names: Vec<&str> = pages.iter().map(String::as_str).collect();
    let (clean, said) = mandoc(&env, &[&["-T", "lint", "-W", "warning"], &names[..]].concat());
    assert!(clean, "{said}");
    // Every page that another one names is there.
    for name in &names {
        let text = fs::read_to_string(env.path("pages").join(name)).unwrap();
        let (_, see_also) = text.split_once(".SH \"SEE ALSO\"").unwrap();
        for other in see_also.split("(1)").filter_map(|part| part.split("\\fB").nth(1)) {
            let other = other.split("\\fR").next().unwrap().replace("\\-", "-") + ".1";
            assert!(names.contains(&other.as_str()), "{name} names {other}");
        }
    }
}

#[test]
fn a_page_reads_as_one() {
    let env = TestEnvironment::empty();
    env.vault(&["man", "--out", "pages"]).ok();
    let (_, whole) = mandoc(&env, &["-T", "utf8", "vault.1"]);
    // Bold letters are struck twice.
    let plain = struck_once(&whole);
    for heading in ["NAME", "SYNOPSIS", "COMMANDS", "ENVIRONMENT", "FILES", "EXIT STATUS", "SEE ALSO"] {
        assert!(plain.lines().any(|line| line == heading), "{heading}: {plain}");
    }
    let page = env.vault(&["man", "grants", "show"]).ok().out;
    assert_eq!(page, fs::read_to_string(env.path("pages/vault-grants-show.1")).unwrap());
    assert!(page.contains("vault\\-grants\\-show \\- Show all that is recorded of one grant"), "{page}");
    let wrong = env.vault(&["man", "grans"]).fails(2);
    assert!(wrong.err.contains("there is no command \"grans\""), "{}", wrong.err);
}

/// Returns text without what strikes a letter twice.
fn struck_once(text: &str) -> String {
    let mut plain = String::new();
    for c in text.chars() {
        if c == '\u{8}' {
            plain.pop();
        } else {
            plain.push(c);
        }
    }
    plain
}
