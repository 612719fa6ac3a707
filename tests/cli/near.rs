//! Misspelt words: the nearest ones are in the hint, for people and for programs.

use serde_json::Value;

use crate::test_environment::TestEnvironment;

/// Asserts that a line that cannot be understood has a hint.
#[track_caller]
fn hints(env: &TestEnvironment, args: &[&str], wanted: &str) {
    let shown = env.vault(args).fails(2);
    assert!(shown.err.contains(&format!("hint: {wanted}")), "{args:?}: {}", shown.err);
    let told = env.vault(&[args, &["--json"]].concat()).fails(2);
    let error: Value = serde_json::from_str(told.err.lines().last().unwrap()).unwrap();
    assert!(error["error"]["hint"].as_str().unwrap().starts_with(wanted), "{args:?}: {error}");
}

#[test]
fn commands_and_options_have_near_ones() {
    let env = TestEnvironment::empty();
    for (args, wanted) in [
        (&["balnces"][..], "did you mean balances?"),
        (&["improt", "x.csv"], "did you mean import or imports?"),
        (&["grants", "shwo"], "did you mean show?"),
        (&["policy", "alow", "--to", "Acme"], "did you mean allow?"),
        (&["imports", "answers", "remvoe", "1"], "did you mean remove?"),
        (&["transactions", "--acount", "Daily"], "did you mean --account?"),
        (&["balances", "--pasphrase-file", "x"], "did you mean --passphrase-file"),
        (&["help", "perods"], "did you mean periods?"),
        (&["help", "blances"], "did you mean balances?"),
        (&["help", "keys", "rotat"], "did you mean rotate?"),
        (&["help", "schemas", "acounts"], "did you mean accounts"),
    ] {
        hints(&env, args, wanted);
    }
}

#[test]
fn values_have_near_ones_also_in_lists() {
    let env = TestEnvironment::empty();
    let share = |scope| ["share", "--scope", scope, "--to", "A", "--purpose", "b", "--expires", "1d"];
    for (args, wanted) in [
        (&share("balance")[..], "did you mean balances?"),
        (&share("accounts,transaction.detail"), "did you mean transactions.detail"),
        (&["policy", "deny", "--scope", "acount-numbers"], "did you mean account-numbers"),
        (&["accounts", "--format", "jsn"], "did you mean json?"),
        (&["transactions", "-p", "lastmnth"], "did you mean lastmonth?"),
        (&["transactions", "--status", "postd"], "did you mean POSTED?"),
        (&["transactions", "--sort", "amuont"], "did you mean amount"),
        (&["accounts", "set-type", "Daily", "checkin"], "did you mean CHECKING?"),
    ] {
        if args.contains(&"--format") {
            let shown = env.vault(args).fails(2);
            assert!(shown.err.contains(wanted), "{}", shown.err);
        } else {
            hints(&env, args, wanted);
        }
    }
}

#[test]
fn what_the_vault_holds_has_near_ones() {
    let env = TestEnvironment::with_data();
    env.allow_sharing();
    let share = ["share", "--scope", "balances", "--to", "Acme", "--purpose", "b", "--expires", "1d", "--yes"];
    let shared = env.json(&share);
    let id = shared["grantId"].as_str().unwrap();
    // The first two characters in the other order, or another first one.
    let mut letters: Vec<char> = id.chars().collect();
    letters.swap(6, 7);
    if letters[6] == letters[7] {
        letters[6] = if letters[6] == '2' { '3' } else { '2' };
    }
    let misspelt: String = letters.into_iter().collect();
    let meant = format!("did you mean {id}?");
    for (args, wanted) in [
        (&["transactions", "--account", "Dialy"][..], "did you mean Daily? The accounts are: Daily"),
        (&["accounts", "rename", "Dayly", "House"], "did you mean Daily?"),
        (&["import", "chase.csv", "--account", "Daly"], "did you mean Daily?"),
        (&[&share[..], &["--account", "Daily,Dialy"]].concat(), "did you mean Daily?"),
        (&[&share[..], &["--fields", "name,curentBalance"]].concat(), "did you mean currentBalance"),
        (&["revoke", &misspelt], &meant),
        (&["grants", "show", &misspelt], &meant),
        (&["grants", "show", &misspelt[..9]], &meant),
    ] {
        hints(&env, args, wanted);
    }
    let other = env.vault(&["import", "chase.csv", "--account", "Other", "--create", "--profile", "chase-cheking"]);
    assert!(other.err.contains("did you mean chase-checking"), "{}", other.err);
}

#[test]
fn nothing_is_offered_where_nothing_is_near() {
    let env = TestEnvironment::empty();
    for args in [&["frobnicate"][..], &["balances", "--zzz"], &["help", "xyzzy"], &["transactions", "-p", "2026-13"]] {
        let run = env.vault(args).fails(2);
        assert!(!run.err.contains("did you mean") && run.err.contains("hint: `vault"), "{}", run.err);
    }
}
