//! Lists that are longer than the terminal go through the pager, while the vault is not locked.

use std::fs;

use serde_json::json;

use crate::terminal::run_steps;
use crate::test_environment::{Run, TestEnvironment};

/// A vault with more rows than a terminal has lines.
fn with_rows() -> TestEnvironment {
    let env = TestEnvironment::with_vault();
    let rows = (1..=60).map(|number| format!("2026-03-{:02},COFFEE {number},-{number}.00,USD\n", number % 28 + 1));
    env.write("rows.csv", format!("Date,Description,Amount,Currency\n{}", rows.collect::<String>()));
    env.vault(&["import", "rows.csv", "--account", "Daily", "--create"]).ok();
    env
}

fn show(env: &TestEnvironment, args: &[&str], variables: &[(&str, &str)]) -> Run {
    run_steps(env, "-", args, &[], &[&[("SIZE", "80x24")], variables].concat())
}

#[test]
fn the_pager_gets_what_is_longer_than_the_terminal_and_the_vault_is_free() {
    let env = with_rows();
    let lock = env.vault_dir().join("lock");
    let pager = format!("cat > paged; flock --exclusive --nonblock '{}' echo free > lock-is", lock.display());
    let run = show(&env, &["transactions"], &[("PAGER", &pager)]);
    assert_eq!((run.code, run.out.contains("COFFEE")), (0, false), "{}", run.out);
    let paged = fs::read_to_string(env.path("paged")).unwrap();
    assert_eq!(paged.matches("COFFEE").count(), 60, "{paged}");
    assert!(paged.lines().all(|line| line.chars().count() <= 80), "{paged}");
    assert_eq!(fs::read_to_string(env.path("lock-is")).unwrap(), "free\n");
    // What fits is shown at once, and so is what no terminal shows, or a program reads.
    fs::remove_file(env.path("paged")).unwrap();
    for (args, lines) in [
        (&["transactions", "--limit", "9"][..], 9),
        (&["transactions", "--json"], 60),
        (&["transactions", "--format", "csv"], 60),
    ] {
        let run = show(&env, args, &[("PAGER", &pager)]);
        assert_eq!((run.code, run.out.matches("COFFEE").count()), (0, lines), "{args:?}: {}", run.out);
    }
    let run = show(&env, &["transactions"], &[("PAGER", &pager), ("TERM", "dumb")]);
    assert_eq!((run.code, run.out.matches("COFFEE").count()), (0, 60), "{}", run.out);
    let mut piped = env.command(&["transactions"]);
    piped.env("PAGER", &pager);
    assert_eq!(crate::test_environment::run(piped).ok().out.matches("COFFEE").count(), 60);
    assert!(!env.path("paged").exists());
}

#[test]
fn the_setting_comes_before_the_variable_and_cat_is_no_pager() {
    let env = with_rows();
    fs::create_dir_all(env.path(".config/finvault")).unwrap();
    let set = |value: &str| env.write(".config/finvault/config.toml", format!("pager = \"{value}\"\n"));
    set("cat > by-setting");
    assert_eq!(show(&env, &["tx"], &[("PAGER", "cat > by-variable")]).code, 0);
    assert!(env.path("by-setting").exists() && !env.path("by-variable").exists());
    for none in ["cat", ""] {
        set(none);
        let run = show(&env, &["tx"], &[("PAGER", "cat > by-variable")]);
        assert_eq!((run.code, run.out.matches("COFFEE").count()), (0, 60), "{none:?}: {}", run.out);
    }
    // A pager that there is none of takes nothing away, and one that ends early is no failure.
    set("no-such-pager");
    let run = show(&env, &["tx"], &[]);
    assert_eq!((run.code, run.out.matches("COFFEE").count()), (0, 60), "{}", run.out);
    assert!(run.out.contains("the pager cannot be run: no-such-pager"), "{}", run.out);
    let by_variable = show(&env, &["help", "periods"], &[("PAGER", "nope")]);
    assert!(by_variable.out.contains("the pager cannot be run: no-such-pager"), "{}", by_variable.out);
    fs::remove_file(env.path(".config/finvault/config.toml")).unwrap();
    let by_variable = show(&env, &["help", "periods"], &[("PAGER", "nope")]).out;
    let (text, note) = by_variable.split_once("note: the pager cannot be run: nope").unwrap();
    assert!(text.contains("A period is a span") && text.contains("Shares") && note.trim().is_empty(), "{by_variable}");
    set("true");
    assert_eq!(show(&env, &["tx"], &[]).code, 0);
}

#[test]
fn less_is_the_pager_where_none_is_named_and_ctrl_c_is_for_it() {
    let env = with_rows();
    // Ctrl-C is a signal to this program, too, which waits for the pager all the same.
    let steps = [json!(["MORE-TO-COME", "q", "key"])];
    let interrupt = ("BEFORE_ANSWER", "kill -INT $PROGRAM; sleep 0.2; kill -0 $PROGRAM");
    let variables = [("SIZE", "80x24"), ("LESS", "FRXPsMORE-TO-COME$"), interrupt];
    let run = run_steps(&env, "-", &["transactions"], &steps, &variables);
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
    assert!(run.out.matches("COFFEE").count() < 60, "{}", run.out);
    // It keeps no file of what was searched for.
    let steps = [json!(["MORE-TO-COME", "/COFFEE 30\n", "key"]), json!(["COFFEE 30", "q", "key"])];
    let run = run_steps(&env, "-", &["transactions"], &steps, &variables[..2]);
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
    assert!(env.files_with(b"COFFEE 30").iter().all(|path| path.ends_with("rows.csv")), "a file has what was searched");
}
