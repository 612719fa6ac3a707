//! What a person sees: the lists on terminals of 80, 100 and 200 columns. No line is longer than the terminal.

use console::measure_text_width;

use crate::terminal::at_terminal;
use crate::test_environment::{CHASE, TestEnvironment};

const WIDTHS: [usize; 3] = [80, 100, 200];

/// A vault with accounts of three currencies, long names, wide characters, a joined emoji and a closed grant.
fn filled() -> TestEnvironment {
    fill(TestEnvironment::with_data())
}

/// Adds them to a vault that holds `Daily`.
pub(crate) fn fill(env: TestEnvironment) -> TestEnvironment {
    let far = "Datum;Text;Betrag\n2026-02-03;取引明細書 手数料 二〇二六年二月分 お振込み 株式会社;-1234567,50\n\
               2026-02-04;Kaffee 👩\u{200d}💻 am Bahnhof mit vielen Worten bis zum Ende der langen Zeile;-4,20\n";
    env.write("konto.csv", far);
    let to = |account, currency| ["--account", account, "--create", "--currency", currency];
    env.vault(&[&["import", "konto.csv"][..], &to("A savings account with a long name that goes on", "EUR")].concat())
        .ok();
    env.write("yen.csv", "Date,Description,Amount\n2026-01-30,ATM TOKYO,-20000\n2026-02-28,ATM KYOTO,-3000\n");
    env.vault(&[&["import", "yen.csv"][..], &to("Yen", "JPY")].concat()).ok();
    env.write("more.csv", CHASE.replace("2026", "2025").replace("-659.30", "-1659.30"));
    env.vault(&[&["import", "more.csv"][..], &to("Other", "USD")].concat()).ok();
    env.allow_sharing();
    env.vault(&["share", "--scope", "balances", "--to", "Acme", "--purpose", "x", "--expires", "1d", "--yes"]).ok();
    env
}

/// Returns what a terminal of some columns shows, with other letters for what differs from run to run.
fn screen(env: &TestEnvironment, args: &[&str], columns: usize) -> String {
    let size = format!("{columns}x40");
    let run = at_terminal(env, "-", args, &[], &[("NO_COLOR", "1"), ("SIZE", &size)]).ok();
    let shown = run.out.replace('\r', "");
    for line in shown.lines() {
        assert!(measure_text_width(line) <= columns, "{args:?} at {columns}: {line:?}\n{shown}");
    }
    let known = without_ids(&shown, env);
    known.trim_end().to_owned()
}

/// Puts fixed text of the same length in the place of ids and of moments of this run.
fn without_ids(shown: &str, env: &TestEnvironment) -> String {
    let mut known = shown.to_owned();
    for (place, grant) in env.json(&["grants"]).as_array().unwrap().iter().enumerate() {
        let id = grant["grantId"].as_str().unwrap();
        known = known.replace(id, &format!("{place}").repeat(id.len()));
    }
    let is_moment = |text: &str| {
        let sound = |(at, c): (usize, u8)| match at {
            4 | 7 => c == b'-',
            10 => c == b' ',
            13 => c == b':',
            _ => c.is_ascii_digit(),
        };
        text.len() == 16 && text.bytes().enumerate().all(sound)
    };
    let mut from = 0;
    while let Some(part) = known.get(from..) {
        let Some(at) = part.find(':') else { break };
        let start = (from + at).saturating_sub(13);
        if known.get(start..start + 16).is_some_and(is_moment) {
            known.replace_range(start..start + 16, "2026-11-22 08:00");
        }
        from += at + 1;
    }
    known
}

#[test]
fn lists_fit_every_terminal() {
    let env = filled();
    for (name, args) in [
        ("accounts", &["accounts"][..]),
        ("balances", &["balances"]),
        ("transactions", &["transactions"]),
        ("transactions_of_one", &["transactions", "--account", "Daily"]),
        ("imports", &["imports"]),
        ("grants", &["grants"]),
        ("audit", &["audit"]),
    ] {
        for columns in WIDTHS {
            insta::assert_snapshot!(format!("{name}_{columns}"), screen(&env, args, columns));
        }
    }
}

#[test]
fn no_list_is_wider_than_a_narrow_terminal() {
    let env = filled();
    for args in [&["accounts"][..], &["balances"], &["transactions"], &["imports"], &["grants"], &["audit"]] {
        for columns in [40, 55] {
            screen(&env, args, columns);
        }
    }
}

#[test]
fn nothing_is_lost_when_piped_or_wide() {
    let env = filled();
    let piped = env.vault(&["transactions"]).ok().out;
    for text in ["取引明細書 手数料 二〇二六年二月分 お振込み 株式会社", "👩\u{200d}💻", "-€1,234,567.50", "-¥20,000"]
    {
        assert!(piped.contains(text), "{text}: {piped}");
    }
    assert!(!piped.contains('…'), "{piped}");
    let variables = [("NO_COLOR", "1"), ("SIZE", "80x40")];
    let wide = at_terminal(&env, "-", &["transactions", "--wide"], &[], &variables).ok();
    assert_eq!(wide.out.replace('\r', ""), piped);
    let narrow = at_terminal(&env, "-", &["transactions"], &[], &variables).ok();
    assert!(narrow.out.contains('…') && narrow.out.contains("-€1,234,567.50"), "{}", narrow.out);
}

#[test]
fn plain_numbers_have_no_signs_and_no_separators() {
    let env = filled();
    let plain = env.vault(&["transactions", "--plain"]).ok().out;
    let amounts = plain.lines().next().unwrap().contains("Currency")
        && plain.contains(" -1234567.50  EUR")
        && plain.contains("net -1234571.70 EUR");
    assert!(amounts && !plain.contains('€'), "{plain}");
}
