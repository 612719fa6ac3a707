//! `vault` without a command.

use console::measure_text_width;

use crate::terminal::at_terminal;
use crate::test_environment::TestEnvironment;

fn alone(env: &TestEnvironment) -> String {
    let run = env.vault(&[]);
    assert_eq!((run.code, run.out.as_str()), (2, ""), "{}", run.err);
    run.err
}

#[test]
fn says_how_to_begin_where_there_is_no_vault() {
    let env = TestEnvironment::empty();
    let said = alone(&env);
    assert!(said.lines().count() <= 12, "{said}");
    for words in ["vault init", "vault import FILE", "vault share", &env.vault_dir().display().to_string()] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert_eq!(env.all_files().len(), 0, "nothing is made");
    let json = env.vault(&["--json"]);
    assert_eq!(json.code, 2);
    let error: serde_json::Value = serde_json::from_str(&json.err).unwrap();
    assert_eq!(error["error"]["kind"], "usage");
    assert!(error["error"]["hint"].as_str().unwrap().contains("vault init"), "{error}");
}

#[test]
fn says_what_to_do_next_where_there_is_a_vault() {
    let env = TestEnvironment::with_vault();
    let said = alone(&env);
    for words in [
        "\n  vault status ",
        "vault import FILE",
        "vault backup",
        "`vault help` lists commands",
        ".local/share/finvault",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let elsewhere = env.vault(&["--vault", "nowhere"]);
    assert_eq!(elsewhere.code, 2);
    assert!(elsewhere.err.contains("There is no vault"), "{}", elsewhere.err);
}

#[test]
fn fits_a_terminal() {
    for env in [TestEnvironment::empty(), TestEnvironment::with_vault()] {
        let run = at_terminal(&env, "-", &[], &[], &[("NO_COLOR", "1"), ("SIZE", "80x24")]);
        assert_eq!(run.code, 2);
        assert!(run.out.lines().all(|line| measure_text_width(line.trim_end()) <= 80), "{}", run.out);
        assert!(run.out.lines().count() < 24, "{}", run.out);
    }
}
