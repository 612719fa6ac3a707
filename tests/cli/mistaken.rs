//! What cannot be meant: it is refused, before a secret or a terminal is asked for, with a remedy.

use crate::test_environment::TestEnvironment;

const SHARE: [&str; 7] = ["share", "--to", "Acme", "--purpose", "Loan", "--expires", "30d"];

/// Asserts that a line is refused as a mistake, with these words, where no key is named and nobody can be asked.
#[track_caller]
fn refused(env: &TestEnvironment, args: &[&str], wanted: &str) {
    let mut command = env.command(args);
    command.env_remove("FINVAULT_KEY_FILE");
    let run = crate::test_environment::run(command).fails(2);
    assert!(run.err.contains(wanted), "{args:?}: {}", run.err);
}

#[test]
fn a_share_that_cannot_be_is_refused_before_anything_is_asked() {
    let env = TestEnvironment::with_data();
    let share = |args: &[&'static str]| [&SHARE[..], args].concat();
    for (args, wanted) in [
        (share(&["--scope", "balanes"]), "did you mean balances?"),
        (share(&["--scope", "balances", "--fields", "nam"]), "did you mean name?"),
        (share(&["--scope", "balances", "--fields", "amount"]), "the field amount is not part of the chosen scopes"),
        (share(&["--scope", "balances", "--type", "cheking"]), "did you mean CHECKING?"),
        (share(&["--scope", "balances", "--since", "2026"]), "a first day narrows transactions"),
        (share(&["--scope", "accounts", "--until", "2026"]), "a last day narrows transactions"),
        (share(&["--scope", "balances", "--limit", "5"]), "a number of transactions narrows transactions"),
        (share(&["--scope", "balances", "--credits-only"]), "a direction of money narrows transactions"),
        (share(&["--scope", "transactions", "--limit", "0"]), "\"0\" is not a number of rows: write 1 or more"),
        (share(&["--scope", "transactions", "--since", "2026", "--until", "2025"]), "2025-12-31 is before 2026-01-01"),
    ] {
        refused(&env, &args, wanted);
    }
    for (expires, wanted) in [
        ("400d", "\"400d\" is not between 1 and 365 days"),
        ("2020-12-31", "it must end after it begins"),
        ("2199", "it may last 365 days at most"),
        ("2y", "at most 365 days from now"),
    ] {
        let args = ["share", "--scope", "balances", "--to", "A", "--purpose", "b", "--expires", expires];
        refused(&env, &args, wanted);
        refused(&env, &[&["policy", "test"], &args[1..]].concat(), wanted);
    }
}

#[test]
fn the_accounts_of_a_share_are_judged_before_a_terminal_is_needed() {
    let env = TestEnvironment::with_data();
    env.write("card.csv", "Date,Description,Amount\n2026-02-10,RENT,-9.00\n");
    env.vault(&["import", "card.csv", "--account", "Card", "--create", "--currency", "USD", "--sign", "in"]).ok();
    let told = |account| {
        let share = [&SHARE[..], &["--scope", "balances", "--account", account]].concat();
        env.vault(&share).fails(2).err
    };
    let unknown = told("Crd");
    assert!(unknown.contains("did you mean Card? The accounts are: Daily, Card\n"), "{unknown}");
    let part = told("Dai");
    let hint = "did you mean Daily? Its whole name or id is needed here. The accounts are: Daily, Card\n";
    assert!(part.contains(hint), "{part}");
    // With all right, the terminal is what is missing.
    let share = [&SHARE[..], &["--scope", "balances", "--account", "Daily"]].concat();
    assert!(env.vault(&share).fails(4).err.contains("terminal"));
}

#[test]
fn filters_that_nothing_can_pass_are_refused() {
    let env = TestEnvironment::with_data();
    for (args, wanted) in [
        (&["--min", "50", "--max", "10"][..], "--min 50.00 is above --max 10.00"),
        (&["--min", "-10", "--max=-50"], "money out is negative"),
        (&["--since", "2026-03", "--until", "2026-01"], "2026-01-31 is before 2026-03-01"),
        (&["--limit", "0"], "\"0\" is not a number of rows: write 1 or more"),
        (&["--limit", "-1"], "\"-1\" is not a number of rows: write 1 or more"),
        (&["--limit", "many"], "\"many\" is not a number of rows: write 1 or more"),
        (&["txn-10"], "hint: `vault transactions show txn-10` shows it"),
    ] {
        refused(&env, &[&["tx"], args].concat(), wanted);
    }
    refused(&env, &["imports", "imp-3"], "hint: `vault imports show imp-3` shows it");
    refused(&env, &["grants", "2222222222222222"], "hint: `vault grants show 2222222222222222` shows it");
    env.vault(&["transactions", "--min", "10", "--max", "10"]).ok();
}

#[test]
fn several_periods_are_any_of_them() {
    let env = TestEnvironment::with_data();
    let days = |periods: &[&str]| {
        let args: Vec<&str> = periods.iter().flat_map(|period| ["-p", period]).collect();
        let rows = env.json(&[&["transactions"], args.as_slice()].concat());
        let days = rows.as_array().unwrap().iter().map(|row| row["postedTimestamp"].as_str().unwrap().to_owned());
        days.collect::<Vec<_>>()
    };
    assert_eq!(days(&["2026-01", "2026-03"]), ["2026-01-05", "2026-03-09"]);
    assert_eq!(days(&["2026-03-09", "..2026-01"]), ["2026-01-05", "2026-03-09"]);
    assert_eq!(days(&["2026-01", "2026-02-27.."]), ["2026-01-05", "2026-02-27", "2026-03-09"]);
    // A share has one first and one last day.
    refused(&env, &[&SHARE[..], &["--scope", "transactions", "-p", "2025", "-p", "2026"]].concat(), "multiple times");
}

#[test]
fn balances_of_some_accounts() {
    let env = TestEnvironment::with_data();
    env.write("card.csv", "Date,Description,Amount\n2026-02-10,RENT,-9.00\n");
    env.vault(&["import", "card.csv", "--account", "Card", "--create", "--currency", "USD", "--sign", "in"]).ok();
    let names = |args: &[&str]| {
        let lines = env.json(&[&["bal"], args].concat());
        let names = lines.as_array().unwrap().iter().map(|line| line["name"].as_str().unwrap().to_owned());
        names.collect::<Vec<_>>()
    };
    assert_eq!(names(&[]), ["Daily", "Card"]);
    assert_eq!(names(&["--account", "dai"]), ["Daily"]);
    assert_eq!(names(&["--account", "card", "--account", "acc-1"]), ["Card", "Daily"]);
    env.vault(&["accounts", "close", "Card"]).ok();
    assert_eq!(names(&[]), ["Daily"]);
    assert_eq!(names(&["--account", "car"]), ["Card"]);
    let run = env.vault(&["balances", "--account", "savings"]).fails(2);
    assert!(run.err.contains("hint: the accounts are: Daily, Card"), "{}", run.err);
    let run = env.vault(&["balances", "--account", "a"]).fails(2);
    assert!(run.err.contains("hint: they are: Daily, Card"), "{}", run.err);
}

#[test]
fn statements_have_near_names() {
    let env = TestEnvironment::with_data();
    for (statement, wanted) in [
        ("SELECT amont FROM transactions", "hint: did you mean amount"),
        ("SELECT t.descripton FROM transactions t", "hint: did you mean description"),
        ("SELECT * FROM acounts", "hint: did you mean accounts?"),
        ("SELECT * FROM transaction_s", "hint: did you mean transactions?"),
    ] {
        let run = env.vault(&["sql", statement]).fails(2);
        assert!(run.err.contains(wanted) && run.err.contains("`vault sql --help`"), "{}", run.err);
    }
    let run = env.vault(&["sql", "SELECT account FROM accounts WHERE account = \"Daily\""]).fails(2);
    assert!(!run.err.contains("did you mean"), "{}", run.err);
}
