//! The recovery sheet as a real browser prints it: one page, with a QR code that a reader decodes.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::test_environment::{TestEnvironment, run};

/// The names that Chromium has on Debian, Ubuntu and elsewhere.
const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// Runs a browser without a window on a page.
fn browse(env: &TestEnvironment, page: &Path, args: &[String]) {
    let has = |name: &&&str| Command::new(name).arg("--version").stdin(Stdio::null()).output().is_ok();
    let name = BROWSERS.iter().find(has).expect("chromium is needed for this test");
    let mut browser = Command::new(name);
    // It has a home of its own, and may run as root.
    browser.args(["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars"]);
    browser.arg(format!("--user-data-dir={}", env.root().join("tmp/browser").display())).args(args);
    browser.arg(format!("file://{}", page.display())).env("HOME", env.path("")).stdin(Stdio::null());
    let ran = browser.output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
}

/// Returns how often bytes stand in others, and no letter behind them.
fn count(bytes: &[u8], word: &[u8]) -> usize {
    let ends = |at: usize| bytes.get(at + word.len()).is_none_or(|next| !next.is_ascii_alphabetic());
    (0..bytes.len()).filter(|at| bytes[*at..].starts_with(word) && ends(*at)).count()
}

/// Returns how many pages the sheet has on a paper, and the sides of the paper in whole points.
fn printed(env: &TestEnvironment, html: &str, paper: &str) -> (usize, String) {
    let (page, pdf) = (env.path(&format!("{paper}.html")), env.path(&format!("{paper}.pdf")));
    // The sheet takes the paper of the printer; the program that prints without a printer takes it from the page.
    assert_eq!(html.matches("@page { margin").count(), 1, "{html}");
    fs::write(&page, html.replace("@page { margin", &format!("@page {{ size: {paper}; margin"))).unwrap();
    browse(env, &page, &["--no-pdf-header-footer".into(), format!("--print-to-pdf={}", pdf.display())]);
    let bytes = fs::read(&pdf).unwrap();
    assert!(bytes.starts_with(b"%PDF-"));
    let text = String::from_utf8_lossy(&bytes);
    let (_, sides) = text.split_once("/MediaBox [0 0 ").unwrap();
    let whole = |side: &str| side.split('.').next().unwrap().to_owned();
    let sides: Vec<String> = sides.split(']').next().unwrap().split(' ').map(whole).collect();
    (count(&bytes, b"/Type /Page"), sides.join("x"))
}

#[test]
fn a_recovery_sheet_is_printed_on_one_page_and_a_reader_reads_its_code() {
    let env = TestEnvironment::with_vault();
    let places = "the blue disk in the drawer of the desk in the study, the grey one that my sister keeps in her safe, and \
                  restic at backup.example.org, as /srv/restic/finvault, whose password is in the envelope with the passports";
    // The second one also tells what it replaces.
    for sheet in ["first", "second"] {
        let (text, html) = (format!("{sheet}.txt"), format!("{sheet}.html"));
        env.vault(&["keys", "sheet", "--yes", "--out", &text, "--html", &html, "--backups", places]).ok();
    }
    let [text, html] = ["second.txt", "second.html"].map(|name| fs::read_to_string(env.path(name)).unwrap());
    assert_eq!(printed(&env, &html, "A4"), (1, "594x841".to_owned()));
    assert_eq!(printed(&env, &html, "letter"), (1, "612x792".to_owned()));
    // What does not fit is seen to be more than a page.
    let longer = html.replace("<h2>", "<p style=\"height: 60mm\"></p><h2>");
    assert!(printed(&env, &longer, "letter").0 > 1);

    let picture = env.path("sheet.png");
    let size = ["--force-device-scale-factor=2".into(), "--window-size=900,1300".into()];
    browse(&env, &env.path("second.html"), &[&size[..], &[format!("--screenshot={}", picture.display())]].concat());
    let read = Command::new("zbarimg").args(["--quiet", "--raw"]).arg(&picture).output();
    let read = read.expect("zbarimg (zbar-tools) is needed for this test");
    let code = String::from_utf8(read.stdout).unwrap();
    let group = |number: usize| {
        let (_, rest) = text.split_once(&format!("    {number}:  ")).unwrap();
        rest.split_whitespace().next().unwrap().to_uppercase()
    };
    assert_eq!(code.trim_end(), (1..=8).map(group).collect::<Vec<_>>().join("-"));
    env.write("code", code);
    run(env.bare_command("home", &["--recovery-code-file", "code", "accounts"])).ok();
}
