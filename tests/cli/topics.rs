//! `vault help`: topics, schemas, and that no help names a file which only the source has.

use std::fs;

use console::measure_text_width;
use serde_json::Value;

use crate::help::paths;
use crate::terminal::at_terminal;
use crate::test_environment::TestEnvironment;

/// What names a file of the source, or a place in it.
const OF_THE_SOURCE: [&str; 5] = ["docs/", "src/", "tests/", "examples/", ".md"];

fn topics(env: &TestEnvironment) -> Vec<String> {
    let listed = env.json(&["help"])["topics"].as_array().unwrap().clone();
    listed.iter().map(|topic| topic["name"].as_str().unwrap().to_owned()).collect()
}

#[track_caller]
fn assert_fits(text: &str, columns: usize) {
    for line in text.lines() {
        assert!(measure_text_width(line) <= columns, "at {columns}: {line}");
    }
}

#[test]
fn topics_are_documents_in_the_program() {
    let env = TestEnvironment::empty();
    let all = topics(&env);
    for name in ["periods", "scopes", "scripting", "exit-codes", "csv-profiles", "json", "sql", "schemas", "options"] {
        assert!(all.iter().any(|topic| topic == name), "{name}");
    }
    let overview = env.vault(&["help"]).ok().out;
    for topic in all {
        assert!(overview.contains(&format!("\n  {topic} ")), "{topic}: {overview}");
        let shown = env.vault(&["help", &topic]).ok();
        assert_fits(&shown.out, 100);
        assert!(shown.out.lines().count() > 10 && shown.err.is_empty(), "{topic}: {}", shown.err);
        let told = env.json(&["help", &topic]);
        assert_eq!(told["topic"], topic);
        assert_eq!(told["text"], shown.out, "{topic}");
    }
    let command = env.vault(&["sql", "--help"]).ok().out;
    let both = env.vault(&["help", "SQL"]).ok().out;
    assert!(both.starts_with(&command) && both.contains("SQL over the vault\n==="), "{both}");
}

#[test]
fn a_word_too_much_is_named() {
    let env = TestEnvironment::empty();
    for (args, too_much, line) in [
        (&["help", "periods", "x"][..], "\"x\" is too much", "leave it out: `vault help periods`"),
        (&["help", "schemas", "share", "y", "z"], "\"y z\" is too much", "leave it out: `vault help schemas share`"),
    ] {
        let refused = env.vault(args).fails(2);
        assert!(refused.err.contains(too_much) && refused.err.contains(line), "{}", refused.err);
    }
}

#[test]
fn one_topic_says_where_secrets_come_from() {
    let env = TestEnvironment::empty();
    let said = |topic: &str| env.vault(&["help", topic]).ok().out;
    let sections = |text: &str| text.matches("FINVAULT_PASSPHRASE_COMMAND").count();
    assert!(sections(&said("options")) > 0);
    let exit_codes = said("exit-codes");
    assert!(sections(&exit_codes) == 0 && exit_codes.contains("`vault help options`"), "{exit_codes}");
}

#[test]
fn help_of_commands_is_that_of_the_option() {
    let env = TestEnvironment::empty();
    for path in ["share", "keys rotate", "imports answers remove", "tx show"] {
        let words: Vec<&str> = path.split(' ').collect();
        let helped = env.vault(&[&["help"], &words[..]].concat()).ok().out;
        assert_eq!(helped, env.vault(&[&words[..], &["--help"]].concat()).ok().out, "{path}");
    }
    assert_eq!(env.json(&["help", "tx"])["topic"], "transactions");
    env.vault(&["help", "share", "--format", "csv"]).fails(2);
}

#[test]
fn schemas_are_printed_as_they_are() {
    let env = TestEnvironment::empty();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/schemas");
    let listed = env.vault(&["help", "schemas"]).ok().out;
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        assert!(listed.split_whitespace().any(|word| word == name), "{name}: {listed}");
        assert_eq!(env.vault(&["help", "schemas", name]).ok().out, fs::read_to_string(&path).unwrap());
    }
    let schema: Value = serde_json::from_str(&env.vault(&["help", "schemas", "share.json"]).ok().out).unwrap();
    assert_eq!(schema["title"], "vault share");
}

#[test]
fn topics_need_no_settings_and_no_vault() {
    let env = TestEnvironment::empty();
    fs::create_dir_all(env.path(".config/finvault")).unwrap();
    env.write(".config/finvault/config.toml", "nonsense = 1\n");
    env.vault(&["help", "periods"]).ok();
    env.vault(&["status"]).fails(2);
}

#[test]
fn no_help_names_a_file_of_the_source() {
    let env = TestEnvironment::empty();
    let mut texts: Vec<(String, String)> = Vec::new();
    let mut keep = |args: &[&str]| texts.push((args.join(" "), env.vault(args).ok().out));
    for path in paths(&env) {
        let words: Vec<&str> = path.split(' ').collect();
        keep(&[&words[..], &["-h"]].concat());
        keep(&[&words[..], &["--help"]].concat());
    }
    ["-h", "--help", "help"].iter().for_each(|word| keep(&[word]));
    topics(&env).iter().for_each(|topic| keep(&["help", topic]));
    for (line, text) in texts {
        for name in OF_THE_SOURCE {
            let found = text.lines().find(|line| line.contains(name));
            assert!(found.is_none(), "vault {line} names {name}: {found:?}");
        }
    }
}

#[test]
fn help_is_laid_out_for_the_terminal() {
    let env = TestEnvironment::empty();
    for (name, args) in [("vault", &["-h"][..]), ("share", &["share", "-h"]), ("periods", &["help", "periods"])] {
        for columns in [80, 100, 200] {
            let size = format!("{columns}x40");
            let run = at_terminal(&env, "-", args, &[], &[("NO_COLOR", "1"), ("SIZE", &size)]).ok();
            let shown = run.out.replace('\r', "");
            assert_fits(&shown, columns);
            insta::assert_snapshot!(format!("{name}_{columns}"), shown.trim_end());
        }
    }
    let coloured = at_terminal(&env, "-", &["help", "periods"], &[], &[("SIZE", "80x40")]).ok();
    assert!(coloured.out.contains("\u{1b}[1mPeriods\u{1b}[0m"), "{}", coloured.out);
}
