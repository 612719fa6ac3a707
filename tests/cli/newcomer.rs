//! Somebody with the program alone, from nothing to a shared balance: each command was on an earlier screen.

use serde_json::Value;

use crate::terminal::at_terminal;
use crate::test_environment::{CHASE, TestEnvironment};

const WORDS: &str = "violet tractor hums beneath seven moons";

#[test]
fn each_screen_leads_to_the_next_command() {
    let env = TestEnvironment::empty();
    env.write("download.csv", CHASE);
    let mut screens = String::new();
    let mut step = |shown_before: &str, args: &[&str], steps: &[(&str, &str, bool)], code: i32| {
        assert!(shown_before.is_empty() || screens.contains(shown_before), "no screen names {shown_before}: {screens}");
        let run = at_terminal(&env, "-", args, steps, &[("SIZE", "80x24"), ("LC_ALL", "C.UTF-8")]);
        assert_eq!(run.code, code, "{args:?}: {}", run.out);
        screens.push_str(&run.out);
        run.out
    };
    step("", &[], &[], 2);
    let typed = [("New passphrase", WORDS, true), ("The same again", WORDS, true), ("[y/N]", "n", false)];
    step("vault init", &["init"], &typed, 0);
    let unlock = ("Passphrase", WORDS, true);
    let imported = step("vault import FILE…", &["import", "download.csv"], &[unlock], 0);
    assert!(imported.contains("6 new (new account)"), "{imported}");
    let seen = step("vault balances", &["balances"], &[unlock], 0);
    step("vault share --help", &["share", "--help"], &[], 0);
    let purpose = "Loan application";
    let share = ["share", "--scope", "balances", "--to", "Harbor Lending", "--purpose", purpose, "--expires", "30d"];
    let page = [unlock, ("Share this? [y/N]", "y", false)];
    let shared = step("vault share --scope balances --to ", &share, &page, 0);
    let token = shared.split_whitespace().find(|word| word.starts_with("vlt_")).unwrap();
    // The recipient has the token and, here, the same outbox.
    env.write("token", token);
    let slice: Value = env.json(&["open", "--token-file", "token"]);
    let balance = slice["accounts"][0]["currentBalance"].as_str().unwrap();
    let (whole, rest) = balance.split_once('.').unwrap();
    assert!(
        whole.parse::<u32>().is_ok_and(|whole| whole > 0) && seen.contains(&format!(".{rest}")),
        "{balance}: {seen}"
    );
    // The screen that shared it says how to end it.
    let grant = slice["grant"]["grantId"].as_str().unwrap();
    step(&format!("vault revoke {grant}"), &["revoke", grant], &[unlock], 0);
    env.vault(&["open", "--token-file", "token"]).fails(4);
}
