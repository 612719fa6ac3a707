//! `keys`: ways in are made, replaced and removed; there is always one, and no more than was asked for.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;

use serde_json::json;

use crate::test_environment::{Run, TestEnvironment, run};

const GOOD: &str = "violet tractor hums beneath seven moons\n";
const OTHER: &str = "eleven gravel otters paint the harbour wall\n";

/// The slots as `keys list` has them: number, kind, and whether it opened the vault just now.
fn slots(env: &TestEnvironment, way: &[&str]) -> Vec<(u64, String, bool)> {
    let listed = env.json(&[&["keys", "list"], way].concat());
    let slot = |slot: &serde_json::Value| {
        let kind = slot["kind"].as_str().unwrap().to_owned();
        (slot["slotId"].as_u64().unwrap(), kind, slot["opened"].as_bool().unwrap())
    };
    listed.as_array().unwrap().iter().map(slot).collect()
}

fn opens(env: &TestEnvironment, way: &[&str]) -> bool {
    let run = env.vault(&[&["accounts"], way].concat());
    assert!([0, 3].contains(&run.code), "{}", run.err);
    run.code == 0
}

#[test]
fn each_way_in_is_added_listed_replaced_and_removed() {
    let env = TestEnvironment::with_data();
    env.write("pass", GOOD);
    let made = env.json(&["keys", "add", "passphrase", "--new-passphrase-file", "pass"]);
    assert_eq!(made["made"], json!({"slotId": 2, "kind": "passphrase"}));
    env.vault(&["keys", "add", "key-file", "--new-key-file", "key2"]).ok();
    assert_eq!(fs::metadata(env.path("key2")).unwrap().permissions().mode() & 0o7777, 0o600);
    let code = env.vault(&["keys", "add", "recovery-code"]).ok().out;
    assert_eq!(code.lines().count(), 1, "{code}");
    env.write("code", &code);
    let ways: [&[&str]; 4] = [
        &["--key-file", "key"],
        &["--passphrase-file", "pass"],
        &["--key-file", "key2"],
        &["--recovery-code-file", "code"],
    ];
    for (place, way) in ways.iter().enumerate() {
        let kinds = ["key-file", "passphrase", "key-file", "recovery-code"];
        let expected: Vec<_> =
            kinds.iter().enumerate().map(|(id, kind)| (id as u64 + 1, (*kind).to_owned(), id == place)).collect();
        assert_eq!(slots(&env, way), expected);
    }
    let listed = env.json(&["keys"]);
    assert_eq!((&listed[0]["kdf"], &listed[0]["memoryKib"]), (&json!("hkdf-sha256"), &json!(null)));
    assert_eq!(listed[1]["kdf"], json!("argon2id"));
    assert!(listed[1]["memoryKib"].as_u64().unwrap() >= 65_536 && listed[1]["passes"].as_u64().unwrap() >= 3);

    // The slot that opened is the one that ends; of another kind, the only one, or the one that is named.
    env.write("pass2", OTHER);
    let replaced = env.json(&["keys", "replace", "passphrase", "--new-passphrase-command", "cat pass2"]);
    assert_eq!(replaced["ended"], json!([{"slotId": 2, "kind": "passphrase"}]));
    assert!(!opens(&env, &["--passphrase-file", "pass"]) && opens(&env, &["--passphrase-file", "pass2"]));
    env.vault(&["keys", "replace", "key-file", "--new-key-file", "key3", "--key-file", "key2"]).ok();
    assert!(!opens(&env, &["--key-file", "key2"]) && opens(&env, &["--key-file", "key3"]));
    let run =
        env.vault(&["keys", "replace", "key-file", "--new-key-file", "key4", "--passphrase-file", "pass2"]).fails(2);
    assert!(run.err.contains("key slots 1 and 6") && run.err.contains("--slot"), "{}", run.err);
    assert!(!env.path("key4").exists());
    env.vault(&["keys", "replace", "recovery-code", "--slot", "6"]).ok();
    assert!(!opens(&env, &["--key-file", "key3"]) && opens(&env, &["--recovery-code-file", "code"]));

    for slot in ["5", "4", "7"] {
        env.vault(&["keys", "remove", slot]).fails(4);
        env.vault(&["keys", "remove", slot, "--yes"]).ok();
    }
    let run = env.vault(&["keys", "remove", "1", "--yes"]).fails(4);
    assert!(run.err.contains("no key slot would be left"), "{}", run.err);
    let run = env.vault(&["keys", "remove", "2", "--yes"]).fails(2);
    assert!(run.err.contains("no key slot 2"), "{}", run.err);
    // A number is not given again.
    let made = env.json(&["keys", "add", "key-file", "--new-key-file", "key5"]);
    assert_eq!(made["made"]["slotId"], json!(8));
    let run = env.vault(&["keys", "remove", "8", "--yes"]).ok();
    assert!(run.err.contains("Only one way in remains, key slot 1 (key file)"), "{}", run.err);
    env.vault(&["check"]).ok();
    env.vault(&["audit", "verify"]).ok();
    let log = env.vault(&["audit", "--format", "csv"]).ok().out;
    assert!(log.matches("keys").count() >= 20, "{log}");
    let secrets = [GOOD, OTHER, &code].map(str::trim);
    assert!(secrets.iter().all(|secret| !log.contains(secret)));
    for name in ["chase.csv", "CORNER GROCERY"] {
        let found = env.files_with(name.as_bytes());
        assert!(found.iter().all(|path| !path.starts_with(env.vault_dir())), "{found:?}");
    }
}

#[test]
fn the_secret_is_asked_for_and_a_wrong_one_changes_nothing() {
    let env = TestEnvironment::with_vault();
    env.write("wrong", [7u8, 1, 2, 3, 4, 5, 6, 8].repeat(4));
    let before = fs::read(env.vault_dir().join("header.toml")).unwrap();
    for command in [&["keys"][..], &["keys", "add", "recovery-code"], &["keys", "remove", "1", "--yes"]] {
        let run = env.vault(&[command, &["--key-file", "wrong"]].concat()).fails(3);
        assert!(run.out.is_empty(), "{}", run.out);
        run_without_secret(&env, command).fails(3);
    }
    assert_eq!(fs::read(env.vault_dir().join("header.toml")).unwrap(), before);
}

fn run_without_secret(env: &TestEnvironment, arguments: &[&str]) -> Run {
    run(env.bare_command("home", arguments))
}

#[test]
fn refuses_what_does_not_fit_before_anything_is_made() {
    let env = TestEnvironment::with_vault();
    env.write("there", "precious");
    env.write("pass", GOOD);
    env.write("weak", "password1\n");
    let add = |rest: &[&str]| env.vault(&[&["keys", "add"], rest].concat());
    let run = add(&["key-file", "--new-key-file", "there"]).fails(1);
    assert!(run.err.contains("not overwritten") && run.err.contains("--new-key-file"), "{}", run.err);
    assert_eq!(fs::read(env.path("there")).unwrap(), b"precious");
    add(&["key-file"]).fails(2);
    add(&["passphrase"]).fails(2);
    add(&["passphrase", "--new-key-file", "k"]).fails(2);
    add(&["recovery-code", "--new-passphrase-file", "pass"]).fails(2);
    add(&["key-file", "--new-key-file", "k", "--allow-weak-passphrase"]).fails(2);
    add(&["key-file", "--new-key-file", env.vault_dir().join("k").to_str().unwrap()]).fails(2);
    add(&["fingerprint"]).fails(2);
    let run = add(&["passphrase", "--new-passphrase-file", "weak"]).fails(4);
    assert!(run.err.contains("--allow-weak-passphrase"), "{}", run.err);
    let run = add(&["passphrase", "--new-passphrase-file", GOOD.trim()]).fails(3);
    assert!(!run.err.contains("tractor"), "{}", run.err);
    env.vault(&["--inspect", "keys", "add", "recovery-code"]).fails(2);
    env.vault(&["--format", "csv", "keys", "add", "recovery-code"]).fails(2);
    env.vault(&["keys", "replace", "passphrase", "--new-passphrase-file", "pass"]).fails(2);
    assert_eq!(slots(&env, &[]).len(), 1);
    assert!(!env.path("k").exists());
    env.vault(&["--inspect", "keys"]).ok();
}

#[test]
fn a_header_takes_no_more_slots_than_it_may_have() {
    let env = TestEnvironment::with_vault();
    for _ in 0..31 {
        env.vault(&["keys", "add", "recovery-code"]).ok();
    }
    let run = env.vault(&["keys", "add", "recovery-code"]).fails(1);
    assert!(run.err.contains("no room for another key slot") && run.out.is_empty(), "{}", run.err);
    let run = env.vault(&["keys", "add", "key-file", "--new-key-file", "k"]).fails(1);
    assert!(run.err.contains("keys remove") && !env.path("k").exists(), "{}", run.err);
    // In one step it has room.
    env.vault(&["keys", "replace", "key-file", "--new-key-file", "k"]).ok();
    assert!(opens(&env, &["--key-file", "k"]) && !opens(&env, &["--key-file", "key"]));
}

#[test]
fn a_recovery_code_that_is_lost_opens_nothing() {
    let env = TestEnvironment::with_vault();
    let header = || fs::read(env.vault_dir().join("header.toml")).unwrap();
    let before = header();
    for command in [&["keys", "add", "recovery-code"][..], &["keys", "replace", "recovery-code", "--slot", "1"]] {
        for target in ["/dev/full", "/dev/null"] {
            let mut lost = env.command(command);
            lost.stdout(fs::OpenOptions::new().write(true).open(target).unwrap());
            let output = lost.spawn().unwrap().wait_with_output().unwrap();
            assert_eq!(output.status.code(), Some(1), "{target}");
            assert!(String::from_utf8_lossy(&output.stderr).contains("recovery code"), "{target}");
        }
        let mut closed = env.command(command).stdout(Stdio::piped()).spawn().unwrap();
        drop(closed.stdout.take());
        let output = closed.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    }
    assert_eq!(header(), before);
}

#[test]
fn an_old_header_is_an_integrity_failure() {
    let env = TestEnvironment::with_vault();
    let path = env.vault_dir().join("header.toml");
    let mut headers = vec![fs::read(&path).unwrap()];
    for number in 0..3 {
        env.vault(&["keys", "add", "key-file", "--new-key-file", &format!("key{number}")]).ok();
        headers.push(fs::read(&path).unwrap());
    }
    env.vault(&["keys", "remove", "2", "--yes"]).ok();
    let now = fs::read(&path).unwrap();
    for (number, old) in headers.iter().enumerate() {
        fs::write(&path, old).unwrap();
        let run = env.vault(&["accounts"]).fails(6);
        assert!(run.err.contains("header.toml has an older generation"), "{number}: {}", run.err);
        let run = env.vault(&["check"]);
        assert_eq!(run.code, 6, "{number}: {}", run.err);
    }
    fs::write(&path, &now).unwrap();
    env.vault(&["check"]).ok();
}

/// Each kind of slot: a wrong secret is 3, a damaged slot 6 before anything is asked, a cost outside the bounds 6.
#[test]
fn a_damaged_slot_is_no_wrong_secret() {
    let env = TestEnvironment::with_vault();
    env.write("pass", GOOD);
    env.write("wrong", OTHER);
    env.write("wrong-key", [7u8, 1, 2, 3, 4, 5, 6, 8].repeat(4));
    env.vault(&["keys", "add", "passphrase", "--new-passphrase-file", "pass"]).ok();
    env.write("code", env.vault(&["keys", "add", "recovery-code"]).ok().out);
    env.write("code-before", env.vault(&["keys", "replace", "recovery-code"]).ok().out);
    let path = env.vault_dir().join("header.toml");
    let sound = fs::read_to_string(&path).unwrap();
    for (kind, right, wrong) in [
        ("key-file", ["--key-file", "key"], ["--key-file", "wrong-key"]),
        ("passphrase", ["--passphrase-file", "pass"], ["--passphrase-file", "wrong"]),
        ("recovery-code", ["--recovery-code-file", "code-before"], ["--recovery-code-file", "code"]),
    ] {
        assert!(opens(&env, &right) && !opens(&env, &wrong), "{kind}");
        let line = sound.lines().find(|line| line.contains(&format!("\"{kind}\""))).unwrap();
        let at = sound.find(line).unwrap() + line.find("wrapped = \"").unwrap() + 20;
        for damage in ["A", "B"] {
            let mut changed = sound.clone();
            changed.replace_range(at..=at, damage);
            if changed == sound {
                continue;
            }
            fs::write(&path, &changed).unwrap();
            for way in [right, wrong] {
                let run = env.vault(&["accounts", way[0], way[1]]).fails(6);
                assert!(run.err.contains("checksum"), "{kind}: {}", run.err);
            }
        }
        fs::write(&path, sound.replace(", t = ", ", t = 9999")).unwrap();
        let run = env.vault(&["accounts", right[0], right[1]]).fails(6);
        assert!(run.err.contains("key slot 2"), "{kind}: {}", run.err);
        fs::write(&path, &sound).unwrap();
    }
    let typed = fs::read_to_string(env.path("code-before")).unwrap();
    let mut groups: Vec<String> = typed.trim().split('-').map(str::to_owned).collect();
    let other = if groups[3].starts_with('a') { "b" } else { "a" };
    groups[3].replace_range(..1, other);
    env.write("mistyped", groups.join("-"));
    let run = env.vault(&["accounts", "--recovery-code-file", "mistyped"]).fails(3);
    assert!(run.err.contains("typing error in group 4"), "{}", run.err);
}

/// A command that unlocked before another one changed the keys goes on with the header that there is.
#[test]
fn a_command_that_waited_sees_the_new_header() {
    let env = TestEnvironment::with_data();
    // The passphrase comes late, after the header was read.
    env.write("pass", GOOD);
    env.vault(&["keys", "add", "passphrase", "--new-passphrase-file", "pass"]).ok();
    let late = "while [ ! -e go ]; do sleep 0.05; done; cat pass";
    let start = |arguments: &[&str]| {
        let mut command = env.bare_command("home", &[arguments, &["--passphrase-command", late]].concat());
        command.spawn().unwrap()
    };
    let reads = start(&["accounts"]);
    let adds = start(&["keys", "add", "key-file", "--new-key-file", "late"]);
    std::thread::sleep(std::time::Duration::from_millis(300));
    env.vault(&["keys", "add", "key-file", "--new-key-file", "key2"]).ok();
    env.write("go", "");
    let read = reads.wait_with_output().unwrap();
    assert_eq!(read.status.code(), Some(0), "{}", String::from_utf8_lossy(&read.stderr));
    let added = adds.wait_with_output().unwrap();
    assert_eq!(added.status.code(), Some(7), "{}", String::from_utf8_lossy(&added.stderr));
    assert!(!env.path("late").exists(), "a key file that opens nothing is taken back");
    assert_eq!(slots(&env, &[]).len(), 3);
}

/// The sheet goes where it was asked for and nowhere else, and its code opens the vault.
#[test]
fn a_recovery_sheet_says_how_the_vault_is_opened() {
    let env = TestEnvironment::with_vault();
    let code_of = |sheet: &str| {
        let groups: Vec<&str> = (1..=8)
            .map(|number| {
                let (_, rest) = sheet.split_once(&format!("    {number}:  ")).unwrap();
                rest.split_whitespace().next().unwrap()
            })
            .collect();
        groups.join("-")
    };
    let sheet = env.vault(&["keys", "sheet", "--backups", "the blue disk & <others>"]).ok().out;
    let code = code_of(&sheet);
    env.write("code", &code);
    assert!(opens(&env, &["--recovery-code-file", "code"]));
    let id = env.json(&["audit"])[0]["subject"].as_str().unwrap().to_owned();
    let dir = env.vault_dir().canonicalize().unwrap();
    for word in [id.as_str(), "the blue disk & <others>", "no earlier recovery code", "Whoever holds this"] {
        assert!(sheet.contains(word), "{word}: {sheet}");
    }
    assert!(sheet.replace([' ', '\n'], "").contains(&dir.to_string_lossy().replace(' ', "")), "{sheet}");
    assert!(sheet.lines().count() <= 60 && sheet.lines().all(|line| line.chars().count() <= 80), "{sheet}");
    assert_eq!(env.files_with(code.as_bytes()), [env.path("code")]);

    // The next one ends the first; without a person somebody has to say so.
    let files = ["keys", "sheet", "--out", "sheet.txt", "--html", "sheet.html"];
    env.vault(&files).fails(4);
    assert!(!env.path("sheet.txt").exists() && opens(&env, &["--recovery-code-file", "code"]));
    let run = env.vault(&[&files[..], &["--yes"]].concat()).ok();
    assert!(run.out.is_empty(), "{}", run.out);
    assert!(!opens(&env, &["--recovery-code-file", "code"]));
    let text = fs::read_to_string(env.path("sheet.txt")).unwrap();
    let html = fs::read_to_string(env.path("sheet.html")).unwrap();
    env.write("code2", code_of(&text));
    assert!(opens(&env, &["--recovery-code-file", "code2"]));
    let words: Vec<&str> = text.split_whitespace().collect();
    assert!(words.join(" ").contains("key slot 2: sheets with it open only backups from before"), "{text}");
    assert!(code_of(&text).split('-').all(|group| html.contains(&format!("</small>{group}</span>"))), "{html}");
    assert!(
        html.contains("<svg") && !html.contains("http://www.w3.org/1999/xlink") && !html.contains("<script"),
        "{html}"
    );
    for name in ["sheet.txt", "sheet.html"] {
        assert_eq!(fs::metadata(env.path(name)).unwrap().permissions().mode() & 0o7777, 0o600, "{name}");
        let run = env.vault(&["keys", "sheet", "--yes", "--html", name]).fails(1);
        assert!(run.err.contains("not overwritten"), "{}", run.err);
    }
    let run = env.vault(&["keys", "sheet", "--yes", "--out", "no/such/sheet"]).fails(1);
    assert!(!run.err.is_empty() && opens(&env, &["--recovery-code-file", "code2"]));
    env.vault(&["keys", "sheet", "--yes", "--out", env.vault_dir().join("x").to_str().unwrap()]).fails(2);
    env.vault(&["keys", "sheet", "--yes", "--json"]).fails(2);
    let escaped = env.vault(&["keys", "sheet", "--yes", "--html", "b.html", "--backups", "<b>\"&\u{1b}[2J"]).ok();
    assert!(escaped.out.is_empty());
    let html = fs::read_to_string(env.path("b.html")).unwrap();
    assert!(html.contains("&lt;b&gt;&quot;&amp;") && !html.contains('\u{1b}'), "{html}");
}

/// Without words of the person the sheet names the place of the last backup, or says that none is known.
#[test]
fn a_recovery_sheet_names_the_place_of_the_last_backup() {
    let env = TestEnvironment::with_vault();
    let said = |more: &[&str], name: &str| {
        let (text, html) = (format!("{name}.txt"), format!("{name}.html"));
        env.vault(&[&["keys", "sheet", "--yes", "--out", &text, "--html", &html], more].concat()).ok();
        let [text, html] = [text, html].map(|name| fs::read_to_string(env.path(&name)).unwrap());
        assert!(text.lines().count() <= 60 && text.lines().all(|line| line.chars().count() <= 80), "{text}");
        let (_, value) = text.split_once("Its backups are in").unwrap();
        let (value, _) = value.split_once("\n\n").unwrap();
        (value.split_whitespace().collect::<Vec<_>>().join(" "), html)
    };
    let (text, html) = said(&[], "unknown");
    assert!(text.starts_with("not known; write it here: ____"), "{text}");
    assert!(html.contains("<td>not known; write it here: ____"), "{html}");

    fs::create_dir(env.path("blue disk")).unwrap();
    env.vault(&["backup", "blue disk"]).ok();
    let time = env.json(&["status"])["lastBackup"]["time"].as_str().unwrap().to_owned();
    assert!(env.json(&["status"])["lastBackup"]["file"].as_str().unwrap().contains("blue disk"));
    let place = env.path("blue disk").canonicalize().unwrap();
    let expected = format!("{} (the last one, of {}, is from before this code)", place.display(), &time[..10]);
    let (text, html) = said(&[], "known");
    // A long path is broken between lines.
    assert_eq!(text.replace(' ', ""), expected.replace(' ', ""));
    assert!(html.contains(&format!("<td>{expected}</td>")), "{html}");

    let (text, html) = said(&["--backups", "the safe of the notary"], "said");
    assert_eq!(text, "the safe of the notary");
    assert!(html.contains("<td>the safe of the notary</td>") && !html.contains("blue disk"), "{html}");
}

/// `-` is standard output or nothing, never a file of that name; one path takes one sheet; no hint leads to a refusal.
#[test]
fn a_new_file_is_never_called_dash() {
    let env = TestEnvironment::with_data();
    let printed = env.vault(&["keys", "sheet", "--out", "-"]).ok().out;
    assert!(printed.starts_with("RECOVERY SHEET"), "{printed}");
    let both = env.vault(&["keys", "sheet", "--yes", "--out", "-", "--html", "page.html"]).ok().out;
    assert!(both.starts_with("RECOVERY SHEET") && env.path("page.html").exists(), "{both}");
    let header = fs::read(env.vault_dir().join("header.toml")).unwrap();
    let share = ["share", "--scope", "balances", "--to", "A", "--purpose", "B", "--expires", "1d", "--out", "-"];
    for refused in [
        &["keys", "sheet", "--yes", "--html", "-"][..],
        &["keys", "add", "key-file", "--new-key-file", "-"],
        &["--vault", "other", "init", "--key-file", "-"],
        &["open", "--out", "-"],
        &share,
    ] {
        let run = env.vault(refused).fails(2);
        assert!(run.err.contains("is not written to standard output") && run.err.contains("./-"), "{}", run.err);
    }
    let way = env.path("").join(".").join("x");
    for (out, html) in [("x", "x"), ("x", "./x"), ("x", way.to_str().unwrap())] {
        let run = env.vault(&["keys", "sheet", "--yes", "--out", out, "--html", html]).fails(2);
        assert!(run.err.contains("--out and --html both name x"), "{}", run.err);
    }
    for more in [&[][..], &["--out", "y"]] {
        let csv = env.vault(&[&["keys", "sheet", "--yes", "--format", "csv"], more].concat()).fails(2);
        assert!(csv.err.contains("leave out --format csv") && !csv.err.contains("json"), "{}", csv.err);
    }
    assert_eq!(fs::read(env.vault_dir().join("header.toml")).unwrap(), header);
    assert!(["-", "x", "y"].iter().all(|name| !env.path(name).exists()));
    env.vault(&["keys", "add", "key-file", "--new-key-file", "./-"]).ok();
    assert!(env.path("-").exists());
}

/// A new way in opens no backup from before: whoever makes one is told.
#[test]
fn a_new_way_in_is_told_to_need_a_new_backup() {
    let env = TestEnvironment::with_vault();
    fs::create_dir(env.path("dest")).unwrap();
    env.vault(&["backup", "dest"]).ok();
    let old = fs::read_dir(env.path("dest")).unwrap().next().unwrap().unwrap().path();
    let told = "Backups from before do not open with it: make one now";
    let note = |args: &[&str]| env.vault(args).ok().err.split_whitespace().collect::<Vec<_>>().join(" ");
    for args in [
        &["keys", "add", "key-file", "--new-key-file", "second"][..],
        &["keys", "replace", "key-file", "--slot", "2", "--new-key-file", "third"],
        &["keys", "sheet", "--out", "sheet"],
    ] {
        let said = note(args);
        assert!(said.contains(told), "{said}");
    }
    let removed = note(&["keys", "remove", "3", "--yes"]);
    assert!(!removed.contains(told), "{removed}");
    // What is said is so.
    for key in ["second", "third"] {
        env.vault(&["backup", "verify", old.to_str().unwrap(), "--key-file", key]).fails(3);
    }
    env.vault(&["backup", "verify", old.to_str().unwrap()]).ok();
}
