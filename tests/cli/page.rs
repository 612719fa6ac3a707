//! The page of an approval on a real terminal: what shows, what stays, and every way out.

use std::fs;

use serde_json::{Value, json};

use crate::terminal::{at_terminal, run_steps};
use crate::test_environment::{Run, TestEnvironment};

const SHARE: [&str; 9] =
    ["share", "--scope", "transactions.detail", "--to", "Acme", "--purpose", "Loan application", "--expires", "30d"];
const QUESTION: &str = "Share this? [y/N]";
const ENTER: &str = "\u{1b}[?1049h";
const LEAVE: &str = "\u{1b}[?1049l";

/// What is left on the normal screen: all but what was drawn between entering and leaving the alternate one.
#[track_caller]
fn normal_screen(shown: &str) -> String {
    let mut parts = shown.split(ENTER);
    let mut left = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (drawn, after) =
            part.split_once(LEAVE).unwrap_or_else(|| panic!("the alternate screen was not left: {shown:?}"));
        // Every row is erased before, for terminals without an alternate screen.
        let erased = drawn.rsplit("\u{1b}[?25h").next().unwrap_or_default();
        assert!(erased.matches("\u{1b}[2K").count() >= 22 && !erased.contains("USD"), "{erased:?}");
        left.push_str(after);
    }
    left
}

#[track_caller]
fn holds_no_statement(run: &Run) -> String {
    let left = normal_screen(&run.out);
    for text in ["USD", "GROCERY", "1,662.10", "45.10", "RENT"] {
        assert!(!left.contains(text), "{text}: {left:?}");
        assert!(!run.err.contains(text), "{text}: {:?}", run.err);
    }
    left
}

#[test]
fn one_line_without_a_statement_stays() {
    let env = TestEnvironment::with_data();
    let run = at_terminal(&env, "token", &SHARE, &[(QUESTION, "n", false)], &[]);
    assert_eq!(run.code, 4, "{} {}", run.out, run.err);
    assert!(run.out.contains("CORNER GROCERY #12"), "{}", run.out);
    let left = holds_no_statement(&run);
    assert!(left.starts_with("Not approved: transactions of Daily for Acme until "), "{left:?}");
    // The answer of the program follows.
    assert_eq!(left.lines().count(), 2, "{left:?}");
    let run = at_terminal(&env, "token", &SHARE, &[(QUESTION, "yes", false)], &[]);
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
    assert!(holds_no_statement(&run).starts_with("Approved: transactions of Daily for Acme until "));
}

#[test]
fn pages_through_rows_details_and_terms_and_asks_again() {
    let env = TestEnvironment::with_data();
    let key = |expected: &str, key: &str| json!([expected, key, "key"]);
    let steps = [
        key(QUESTION, "a"),
        key("6 rows, newest first", " "),
        key("of 7 lines", "b"),
        key("of 7 lines", "q"),
        key(QUESTION, "d"),
        key("slice hash", "\u{1b}"),
        key(QUESTION, "t"),
        key("enforced: by", "q"),
        // A key after another one is a part of the answer: this one is no yes.
        json!([QUESTION, "ya", false]),
    ];
    let run = run_steps(&env, "-", &SHARE, &steps, &[("SIZE", "80x24")]);
    assert_eq!(run.code, 4, "{} {}", run.out, run.err);
    holds_no_statement(&run);
    let steps = [key(QUESTION, "y"), key("y", "x"), key("x", "\u{7f}"), key(QUESTION, "\r")];
    let run = run_steps(&env, "-", &SHARE, &steps, &[("SIZE", "80x24")]);
    assert_eq!(run.code, 0, "a corrected answer counts: {} {}", run.out, run.err);
}

#[test]
fn every_signal_leaves_the_terminal_as_it_was() {
    let env = TestEnvironment::with_data();
    // The driver fails when the terminal is left without echo.
    for (signal, code) in [
        ("INT", 2),
        ("TERM", 15),
        ("HUP", 1),
        ("QUIT", 3),
        ("USR1", 10),
        ("USR2", 12),
        ("ALRM", 14),
        ("XCPU", 24),
        ("IO", 29),
    ] {
        let send = format!(
            "kill -{signal} $PROGRAM; while kill -0 $PROGRAM && ! grep -q '^State:.Z' /proc/$PROGRAM/status; do sleep 0.05; done"
        );
        let run = run_steps(&env, "-", &SHARE, &[json!([QUESTION, "", "key"])], &[("BEFORE_ANSWER", &send)]);
        assert_eq!(run.code, 256 - code, "{signal}: {} {}", run.out, run.err);
        assert_eq!(holds_no_statement(&run), "", "{signal}");
    }
    for (key, code) in [("\u{3}", 256 - 2), ("\u{1c}", 256 - 3), ("\u{4}", 4), ("\u{1b}", 4)] {
        for begun in ["", "a"] {
            let mut steps = vec![json!([QUESTION, begun, "key"]), json!(["", key, "key"])];
            if begun == "a" && code == 4 {
                // The first one goes back to the question.
                steps.push(json!([QUESTION, key, "key"]));
            }
            let run = run_steps(&env, "-", &SHARE, &steps, &[]);
            assert_eq!(run.code, code, "{key:?}: {} {}", run.out, run.err);
            holds_no_statement(&run);
        }
    }
    assert_eq!(env.json(&["grants"]), json!([]));
}

#[test]
fn a_stopped_program_draws_the_page_again() {
    let env = TestEnvironment::with_data();
    for stop in [
        "kill -TSTP $PROGRAM; sleep 0.5; kill -CONT $PROGRAM; sleep 1",
        "kill -STOP $PROGRAM; kill -CONT $PROGRAM; sleep 1",
    ] {
        let run = run_steps(&env, "-", &SHARE, &[json!([QUESTION, "y", false])], &[("BEFORE_ANSWER", stop)]);
        assert_eq!(run.code, 0, "{} {}", run.out, run.err);
        assert!(run.out.matches(ENTER).count() >= 2 && run.out.matches(QUESTION).count() >= 2, "{stop}: {:?}", run.out);
        assert!(run.out.rfind(LEAVE) > run.out.rfind(ENTER), "{:?}", run.out);
    }
}

#[test]
fn a_page_that_does_not_fit_cannot_be_approved() {
    let env = TestEnvironment::with_data();
    let run =
        run_steps(&env, "-", &SHARE, &[json!(["Nothing can be approved here", "y", false])], &[("SIZE", "40x10")]);
    assert_eq!(run.code, 4, "{} {}", run.out, run.err);
    assert!(!run.out.contains("[y/N]"), "{}", run.out);
    // A window that shrinks takes the question away; one that grows brings it back.
    let shrink = "stty -F $TTY cols 40 rows 10; sleep 1";
    let run = run_steps(&env, "-", &SHARE, &[json!([QUESTION, "y", false])], &[("BEFORE_ANSWER", shrink)]);
    assert_eq!(run.code, 4, "{} {}", run.out, run.err);
    assert!(run.out.contains("Nothing can be approved here"), "{}", run.out);
    let grow = "stty -F $TTY cols 120 rows 40";
    let steps = [json!(["Nothing can be approved here", "", "key"]), json!([QUESTION, "y", false])];
    let run = run_steps(&env, "-", &SHARE, &steps, &[("SIZE", "40x10"), ("BEFORE_ANSWER", grow)]);
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
    assert_eq!(env.json(&["grants"]).as_array().unwrap().len(), 1);
}

#[test]
fn a_terminal_without_a_cursor_gets_plain_text() {
    let env = TestEnvironment::with_data();
    let steps = [json!([QUESTION, "a", false]), json!([QUESTION, "t", false]), json!([QUESTION, "y", false])];
    let run = run_steps(&env, "-", &SHARE, &steps, &[("TERM", "dumb"), ("SIZE", "80x24")]);
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
    assert!(!run.out.contains('\u{1b}'), "{:?}", run.out);
    let question = run.out.rfind(QUESTION).unwrap();
    for text in ["Share with Acme?", "6 rows, newest first", "promised: their word only", "CORNER GROCERY #12"] {
        assert!(run.out[..question].contains(text), "{text}: {}", run.out);
    }
}

#[test]
fn no_colour_means_no_bold() {
    let env = TestEnvironment::with_data();
    let at = |variables: &[(&str, &str)]| at_terminal(&env, "-", &SHARE, &[(QUESTION, "n", false)], variables).out;
    assert!(at(&[]).contains("\u{1b}[1m"));
    let plain = at(&[("NO_COLOR", "1")]);
    assert!(plain.contains(ENTER) && !plain.contains("\u{1b}[1m"), "{plain:?}");
}

#[test]
fn what_was_typed_before_the_page_is_no_answer() {
    let env = TestEnvironment::empty();
    env.write("pass", "violet tractor hums beneath seven moons");
    env.vault(&["init", "--passphrase-file", "pass"]).ok();
    env.write("chase.csv", crate::test_environment::CHASE);
    env.vault(&["import", "chase.csv", "--account", "Daily", "--create", "--passphrase-file", "pass"]).ok();
    let steps =
        [json!(["Passphrase", "violet tractor hums beneath seven moons\ny\ny", true]), json!([QUESTION, "", false])];
    let run = run_steps(&env, "-", &SHARE, &steps, &[]);
    assert_eq!(run.code, 4, "{} {}", run.out, run.err);
}

#[test]
fn a_preview_is_approved_on_the_page() {
    let env = TestEnvironment::with_data();
    let preview = env.json(&[&SHARE[..], &["--preview"]].concat());
    let hash = preview["sliceHash"].as_str().unwrap();
    let run = at_terminal(&env, "-", &["share", "--approve", hash], &[(QUESTION, "", false)], &[]);
    assert_eq!(run.code, 4, "{} {}", run.out, run.err);
    let run = at_terminal(&env, "token", &["share", "--approve", hash], &[(QUESTION, "y", false)], &[]);
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
    assert_eq!(env.json(&["grants"])[0]["sliceHash"], hash);
}

/// Shares, and denies the recipient for a moment: the grant is suspended.
fn suspended() -> (TestEnvironment, String) {
    let env = TestEnvironment::with_data();
    at_terminal(&env, "token", &SHARE, &[(QUESTION, "y", false)], &[]);
    let rule = env.json(&["policy", "deny", "--to", "Acme"])["rule"]["ruleId"].as_str().unwrap().to_owned();
    env.vault(&["policy", "remove", &rule, "--yes"]).ok();
    let grant: Value = env.json(&["grants"])[0].clone();
    assert_eq!(grant["status"], "SUSPENDED");
    (env, grant["grantId"].as_str().unwrap().to_owned())
}

#[test]
fn a_suspended_grant_is_resumed_on_the_page() {
    let (env, id) = suspended();
    let question = "Resume this? [y/N]";
    let run = at_terminal(&env, "-", &["grants", "resume", &id], &[(question, "", false)], &[]);
    assert_eq!(run.code, 4, "{} {}", run.out, run.err);
    assert_eq!(env.json(&["grants"])[0]["status"], "SUSPENDED");
    let run = at_terminal(&env, "-", &["grants", "resume", &id], &[(question, "y", false)], &[]);
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
    assert!(run.out.contains("Go on sharing with Acme?") && run.out.contains("CORNER GROCERY #12"), "{}", run.out);
    assert_eq!(env.json(&["grants"])[0]["status"], "ACTIVE");
}

#[test]
fn data_that_change_while_a_person_reads_are_not_resumed() {
    let (env, id) = suspended();
    let import = env.json(&["imports"])[0]["importId"].as_str().unwrap().to_owned();
    let undo = format!("{} imports undo {import}", env!("CARGO_BIN_EXE_vault"));
    let variables = [("BEFORE_ANSWER", undo.as_str())];
    let run = at_terminal(&env, "-", &["grants", "resume", &id], &[("Resume this? [y/N]", "y", false)], &variables);
    assert_eq!(run.code, 4, "{} {}", run.out, run.err);
    assert_eq!(env.json(&["grants"])[0]["status"], "SUSPENDED");
}

#[test]
fn an_earlier_recipient_who_looks_alike_is_named() {
    let env = TestEnvironment::with_data();
    at_terminal(&env, "token", &SHARE, &[(QUESTION, "y", false)], &[]);
    let mut other = SHARE;
    other[4] = "\u{410}cme";
    let run = at_terminal(&env, "-", &other, &[(QUESTION, "n", false)], &[]);
    for text in ["CAREFUL: an earlier grant was for \"Acme\"", "U+0410 here", "1 earlier grant they then know"] {
        assert!(run.out.contains(text), "{text}: {}", run.out);
    }
    assert!(fs::read_to_string(env.path("token")).unwrap().starts_with("vlt_"));
}
