//! The person's settings: what they change, what is refused, and how they are shown and edited.

use std::fs;

use crate::backup::in_dir;
use crate::test_environment::{TestEnvironment, run};

/// A checking account in euro.
const EURO: &str = "<OFX><SIGNONMSGSRSV1><SONRS><DTSERVER>20260305<LANGUAGE>ENG</SONRS></SIGNONMSGSRSV1>\
    <BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR<BANKACCTFROM><BANKID>1<ACCTID>77<ACCTTYPE>CHECKING</BANKACCTFROM>\
    <BANKTRANLIST><DTSTART>20260301<DTEND>20260305<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260304<TRNAMT>-5.00<FITID>a\
    <NAME>CAFE</STMTTRN></BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n";

fn set(env: &TestEnvironment, text: &str) {
    fs::create_dir_all(env.path(".config/finvault")).unwrap();
    env.write(".config/finvault/config.toml", text);
}

#[test]
fn a_setting_counts_where_the_command_line_says_nothing() {
    let env = TestEnvironment::with_vault();
    // Neither the currency nor the order of the days is in the file.
    env.write("list.csv", "Date,Description,Amount\n02/03/2026,TEA,-1.00\n04/03/2026,TEA,-1.00\n");
    let import = |name: &str, more: &[&str]| {
        let args = [&["import", "list.csv", "--account", name, "--create"], more].concat();
        (env.vault(&args).code, env.json(&["accounts"]).as_array().and_then(|all| all.last().cloned()))
    };
    assert_eq!(import("Asked", &[]), (5, None));
    set(&env, "currency = \"GBP\"\ndate-order = \"dmy\"\n");
    // It is said.
    let tried = env.json(&["import", "list.csv", "--account", "Other", "--create", "--dry-run"]);
    assert_eq!(
        tried["imports"][0]["remarks"],
        serde_json::json!(["CURRENCY_FROM_SETTINGS", "DATE_ORDER_FROM_SETTINGS"])
    );
    let (code, account) = import("Set", &[]);
    let account = account.unwrap();
    assert_eq!((code, &account["currency"], &account["lastPosted"]), (0, &"GBP".into(), &"2026-03-04".into()));
    // It is not remembered as an answer.
    assert_eq!(env.json(&["imports", "answers"]), serde_json::json!([]));
    env.vault(&["imports", "undo", "imp-1", "--yes"]).ok();
    let (code, account) = import("Given", &["--currency", "EUR", "--date-order", "mdy"]);
    let account = account.unwrap();
    assert_eq!((code, &account["currency"], &account["lastPosted"]), (0, &"EUR".into(), &"2026-04-03".into()));
    // What a file, its account or an answer tells comes before it: nothing is contradicted.
    env.write("euro.ofx", EURO);
    assert_eq!(env.vault(&["import", "euro.ofx"]).ok().code, 0);
    let euro = env.json(&["accounts"]).as_array().and_then(|all| all.last().cloned()).unwrap();
    assert_eq!((&euro["currency"], &euro["lastPosted"]), (&"EUR".into(), &"2026-03-04".into()));
    env.write("iso.csv", "Date,Description,Amount,Currency\n2026-03-14,TEA,-1.00,CHF\n2026-03-15,RENT,-900.00,CHF\n");
    env.vault(&["import", "iso.csv", "--account", "Swiss", "--create"]).ok();
    let swiss = env.json(&["accounts"]).as_array().and_then(|all| all.last().cloned()).unwrap();
    assert_eq!(swiss["currency"], "CHF");
    // An answer is that of its account: for another one the setting counts.
    for (account, first, remark) in
        [("Swiss", "2026-03-05", "DATE_ORDER_FROM_SETTINGS"), ("Given", "2026-05-03", "ANSWERS_REMEMBERED")]
    {
        env.write("more.csv", format!("Date,Description,Amount\n05/03/2026,MILK {account},-2.00\n"));
        let more = env.json(&["import", "more.csv", "--account", account]);
        let told = &more["imports"][0]["accounts"][0];
        assert_eq!((&told["name"], &told["first"]), (&account.into(), &first.into()));
        assert!(more["imports"][0]["remarks"].as_array().unwrap().contains(&remark.into()), "{more}");
    }
    // Where backups go.
    env.vault(&["backup"]).fails(2);
    fs::create_dir(env.path("dest")).unwrap();
    set(&env, &format!("backup = {:?}\n", env.path("dest")));
    env.vault(&["backup"]).ok();
    assert_eq!(in_dir(&env, "dest").len(), 1);
    env.vault(&["backup", "other.tar"]).ok();
    assert!(env.path("other.tar").is_file());
}

#[test]
fn tables_are_coloured_as_it_is_set() {
    let env = TestEnvironment::with_data();
    let shown = || env.vault(&["transactions"]).ok().out;
    assert!(!shown().contains('\u{1b}'));
    set(&env, "colour = \"always\"\n");
    assert!(shown().contains('\u{1b}'));
    assert!(!env.vault(&["transactions", "--json"]).ok().out.contains('\u{1b}'));
    set(&env, "colour = \"never\"\n");
    assert!(!shown().contains('\u{1b}'));
}

#[test]
fn what_is_no_setting_is_an_error_of_every_command_but_config() {
    let env = TestEnvironment::with_data();
    set(&env, "# mine\ncolor = \"never\"\n");
    for command in [&["accounts"][..], &["status"], &["backup", "x.tar"], &["config", "show"]] {
        let refused = env.vault(command).fails(2);
        assert!(refused.err.contains("line 2: there is no setting \"color\""), "{command:?}: {}", refused.err);
        assert!(
            refused.err.contains("did you mean colour?") && refused.err.contains("vault config edit"),
            "{}",
            refused.err
        );
    }
    assert!(!env.path("x.tar").exists());
    let path = env.vault(&["config", "path"]).ok().out;
    assert_eq!(path.trim_end(), env.path(".config/finvault/config.toml").to_str().unwrap());
    env.vault(&["--help"]).ok();
    for text in ["\u{0}", "currency = \"USD", "[currency]\n", &"#".repeat(70_000)] {
        set(&env, text);
        env.vault(&["accounts"]).fails(2);
    }
    fs::remove_file(env.path(".config/finvault/config.toml")).unwrap();
    fs::create_dir(env.path(".config/finvault/config.toml")).unwrap();
    env.vault(&["accounts"]).fails(2);
}

#[test]
fn shows_every_setting_and_edits_a_new_file() {
    let env = TestEnvironment::with_vault();
    let shown = env.json(&["config"]);
    let names: Vec<&str> = shown.as_array().unwrap().iter().map(|line| line["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["currency", "date-order", "colour", "pager", "backup"]);
    assert!(shown.as_array().unwrap().iter().all(|line| line["value"].is_null()));
    env.vault(&["config", "edit"]).fails(2);
    // An editor with an option, that takes the signs away before a setting.
    let edit = |editor: &str| {
        let mut command = env.command(&["config", "edit"]);
        command.env("EDITOR", editor);
        run(command)
    };
    edit("sed -i 's/^# currency/currency/'").ok();
    let file = env.path(".config/finvault/config.toml");
    assert!(fs::read_to_string(&file).unwrap().contains("\n# colour = "));
    assert_eq!(env.json(&["config", "show"])[0]["value"], "USD");
    let bad = edit("sed -i 's/USD/DOLLARS/'").fails(2);
    assert!(bad.err.contains("line 4"), "{}", bad.err);
    edit("false").fails(1);
    edit("sed -i 's/DOLLARS/EUR/'").ok();
    assert_eq!(env.json(&["config", "show"])[0]["value"], "EUR");
}
