//! A folder as a person's downloads fill it, imported at a terminal: what is asked, and what comes of it. The files are of
//! nobody; each has the form of its bank.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::terminal::at_terminal;
use crate::test_environment::TestEnvironment;

const UP: &str = "\u{1b}[A";

/// Returns an environment with the folder in it.
fn with_downloads() -> TestEnvironment {
    let env = TestEnvironment::with_vault();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/folder");
    fs::create_dir(env.path("Downloads")).unwrap();
    for file in fs::read_dir(folder).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), env.path("Downloads").join(file.file_name())).unwrap();
    }
    env
}

/// Returns what was asked and answered, without lists and rows, and the whole report.
fn transcript(shown: &str, answers: &[&str]) -> String {
    let plain: Vec<String> = shown.lines().map(|line| without_codes(line).trim_end().to_owned()).collect();
    let is_answer =
        |line: &String| ["Which currency? ", "Name of the new account "].iter().any(|start| line.starts_with(start));
    let last = plain.iter().rposition(|line| is_answer(line) && !line.contains('(')).unwrap();
    let is_kept = |at: usize, line: &str| {
        // An answer, the end of one, or an Enter alone is what the terminal itself may have echoed.
        let is_echo = answers.iter().any(|answer| answer.ends_with(line));
        at > last
            || !(is_echo
                || line.starts_with([' ', '>', '^'])
                || line.starts_with("for only this file (")
                || line.contains("(arrow keys")
                || line.contains("(Esc leaves"))
    };
    let lines = plain.iter().enumerate().filter(|(at, line)| is_kept(*at, line));
    lines.map(|(_, line)| format!("{line}\n")).collect()
}

/// Returns what stands after the last code that moves or clears.
fn without_codes(line: &str) -> &str {
    line.rsplit("\u{1b}[").next().map_or(line, |rest| match rest.find(|c: char| c.is_ascii_alphabetic()) {
        Some(end) if line.contains("\u{1b}[") => &rest[end + 1..],
        _ => line,
    })
}

#[test]
fn each_file_is_asked_about_at_most_once_and_a_second_run_asks_nothing() {
    let env = with_downloads();
    let account = |name: &'static str| [("Which account?", UP, false), ("Name of the new account", name, false)];
    let named = |name: &'static str| [("Name of the new account", name, false)];
    let currency = |code: &'static str| [("Which currency?", code, false)];
    let steps = [
        &account("Chase Savings")[..],
        &account("Citi Double Cash"),
        &account("PayPal"),
        &account("Wells Fargo Savings"),
        &account("Girokonto"),
        &currency("USD"),
        &account("Allotment"),
        &currency("GBP"),
        &named("Kontoutdrag"),
        &currency("USD"),
    ]
    .concat();
    let run = at_terminal(&env, "-", &["import", "Downloads"], &steps, &[("SIZE", "80x40")]);
    // A zip archive is no export, but may hold some: it is named, and the code says so.
    assert_eq!(run.code, 5, "{}{}", run.out, run.err);
    let answers: Vec<&str> = steps.iter().map(|(_, answer, _)| *answer).collect();
    let shown = transcript(&run.out, &answers);
    assert!(shown.lines().all(|line| line.chars().count() <= 80), "{shown}");
    insta::assert_snapshot!("folder_of_downloads", shown);
    let asked = |file: &str| run.out.matches(&format!("\nDownloads/{file}\r")).count();
    for file in fs::read_dir(env.path("Downloads")).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        // Once where it is asked about, once in the report.
        assert!(asked(&name) <= 2, "{name}: {}", run.out);
    }
    every_row_is_in_its_place(&env);
    let before = env.json(&["transactions"]);
    let again = at_terminal(&env, "-", &["import", "Downloads"], &[], &[("SIZE", "80x40")]);
    assert_eq!(again.code, 5, "{}", again.out);
    assert!(!again.out.contains("Esc leaves") && again.out.contains("23 files are known"), "{}", again.out);
    assert_eq!(env.json(&["transactions"]), before);
    // Kept out of it for good, the archive is no failure any more.
    env.vault(&["imports", "ignore", "Downloads/archive-2025.zip"]).ok();
    env.vault(&["import", "Downloads"]).ok();
}

/// The name of each account with its currency, number of rows, their sum in hundredths, and its balance where one is printed.
fn every_row_is_in_its_place(env: &TestEnvironment) {
    let balances = env.json(&["balances"]);
    let rows = env.json(&["transactions"]);
    let hundredths = |amount: &Value| -> i64 {
        let text = amount.as_str().unwrap();
        let (whole, rest) = text.split_once('.').unwrap_or((text, "00"));
        assert_eq!(rest.len(), 2, "{text}");
        format!("{whole}{rest}").parse().unwrap()
    };
    let of = |balance: &Value| {
        let mine = rows.as_array().unwrap().iter().filter(|row| row["accountId"] == balance["accountId"]);
        let amounts: Vec<i64> = mine.map(|row| hundredths(&row["amount"])).collect();
        let current = balance["currentBalance"].as_str().unwrap_or("none").to_owned();
        let name = |field: &str| balance[field].as_str().unwrap().to_owned();
        (name("name"), name("currency"), amounts.len(), amounts.iter().sum(), current)
    };
    let mut found: Vec<_> = balances.as_array().unwrap().iter().map(of).collect();
    found.sort();
    let row = |name: &str, currency: &str, rows: usize, sum: i64, balance: &str| {
        (name.to_owned(), currency.to_owned(), rows, sum, balance.to_owned())
    };
    let mut wanted = vec![
        row("Account 4567", "EUR", 3, 32_655, "1076.55"),
        row("Allotment", "GBP", 3, -2_775, "none"),
        row("American Express Card 1007", "USD", 3, -22_527, "none"),
        row("Apple Card", "USD", 3, 5_651, "none"),
        row("Bank of America Checking", "USD", 4, 62_585, "2744.25"),
        row("Capital One Card 5538", "USD", 3, -7_155, "none"),
        row("Chase Card", "USD", 6, 0, "none"),
        row("Chase Checking", "USD", 7, 346_776, "7588.31"),
        row("Chase Savings", "USD", 2, 40_217, "9003.61"),
        row("Citi Card", "USD", 4, -9_338, "none"),
        row("Citi Double Cash", "USD", 3, -2_214, "none"),
        row("Discover Card", "USD", 3, -3_162, "none"),
        row("Girokonto", "EUR", 3, -850, "none"),
        row("Kestrel Credit Union Checking 2001", "USD", 2, 44_000, "940.00"),
        row("Kestrel Credit Union Savings 2002", "USD", 1, 105, "2101.05"),
        row("Kontoutdrag", "SEK", 3, 2_065_650, "none"),
        row("Main Account", "EUR", 3, 180_170, "none"),
        row("Orchard Checking", "USD", 2, 62_580, "none"),
        row("PayPal EUR", "EUR", 1, 4_825, "48.25"),
        row("PayPal USD", "USD", 2, 16_400, "164.00"),
        row("Revolut Current", "EUR", 3, 19_520, "215.20"),
        row("Revolut Savings", "EUR", 2, 10_031, "350.31"),
        row("Rewards Card", "USD", 1, -3_500, "none"),
        row("U.S. Bank", "USD", 4, 79_165, "none"),
        row("Venmo Checking", "USD", 2, 650, "116.50"),
        row("Wells Fargo", "USD", 5, 117_680, "none"),
        row("Wells Fargo Savings", "USD", 3, 30_318, "none"),
    ];
    wanted.sort();
    assert_eq!(found, wanted);
}
