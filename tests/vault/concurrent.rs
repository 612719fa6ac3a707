//! Several processes at once: each succeeds or reports that the vault is in use, and no row is lost or doubled.

use std::fs;
use std::process::{Child, Output};

use finvault::ops::query::Filter;
use finvault::ops::share::Approval;
use finvault::ops::{self};
use finvault::share::Scope;
use serde_json::Value;

use crate::request::request;
use crate::test_vault::{Access, TestVault, csv, long_csv};

const BUSY: i32 = 7;
const REFUSED: i32 = 4;

fn ended(child: Child) -> (i32, Output) {
    let output = child.wait_with_output().unwrap();
    (output.status.code().unwrap_or(-1), output)
}

#[test]
fn concurrent_imports_lose_and_double_no_row() {
    let test = TestVault::new();
    // The files overlap in 200 rows: the second import adds only what the first did not have.
    let rows: Vec<String> = long_csv(600).lines().skip(1).map(str::to_owned).collect();
    let part = |from: usize, to: usize| format!("Date,Description,Amount\n{}\n", rows[from..to].join("\n"));
    fs::write(test.path("home/one.csv"), part(0, 400)).unwrap();
    fs::write(test.path("home/two.csv"), part(200, 600)).unwrap();
    let args = |file: &'static str| ["import", file, "--account", "Daily", "--create", "--currency", "USD"];
    for _ in 0..3 {
        let children = ["one.csv", "two.csv"].map(|file| (file, test.command(&args(file)).spawn().unwrap()));
        for (file, child) in children {
            let (code, output) = ended(child);
            assert!([0, BUSY].contains(&code), "{code}: {}", String::from_utf8_lossy(&output.stderr));
            if code == BUSY {
                assert!(test.command(&args(file)).output().unwrap().status.success());
            }
        }
        let vault = test.read();
        assert_eq!(ops::query::transactions(&vault, &Filter::default()).unwrap().len(), 600);
        assert_eq!(ops::imports::list(&vault).unwrap().len(), 2);
        let report = ops::check::run(&vault, test.env()).unwrap();
        assert!(report.ok, "{:?}", report.findings);
    }
}

#[test]
fn a_single_use_grant_opens_for_one_of_four_processes() {
    let test = TestVault::new();
    test.fixed.catch_up();
    let mut vault = test.write();
    test.import(&mut vault, &csv([("2026-01-05", -500, "Tea", Some(9_500))]), "Daily");
    drop(vault);
    for round in 0..5 {
        let mut vault = test.write();
        let mut asked = request(&[Scope::Balances], "Acme");
        asked.once = true;
        let draft = ops::share::prepare(&vault, &asked, test.env()).unwrap();
        let approved = crate::test_vault::approve_draft(&mut vault, draft, Approval::Person, test.env()).unwrap();
        drop(vault);
        fs::write(test.path("home/token"), approved.token.reveal().as_bytes()).unwrap();
        let children: Vec<Child> = (0..4)
            .map(|_| {
                let mut command = test.command(&["open", "--token-file", "token", "--json"]);
                command.env_remove("FINVAULT_KEY_FILE");
                command.spawn().unwrap()
            })
            .collect();
        let mut won = 0;
        for child in children {
            let (code, output) = ended(child);
            let told = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!([0, REFUSED, BUSY].contains(&code), "{code}: {told}");
            assert_eq!(code == 0, !output.stdout.is_empty(), "{told}");
            won += u32::from(code == 0);
        }
        assert_eq!(won, 1, "round {round}");
        let grant = ops::grants::show(&test.read(), &approved.report.grant_id, test.env()).unwrap();
        assert_eq!((grant.line.used_count, grant.line.status.as_str()), (1, "USED_UP"));
    }
}

#[test]
fn a_reader_sees_the_state_before_or_after_a_writer() {
    let test = TestVault::new();
    let mut vault = test.write();
    test.import(&mut vault, &csv([("2026-01-05", -500, "Tea", None)]), "Daily");
    drop(vault);
    fs::write(test.path("home/long.csv"), long_csv(4_000)).unwrap();
    let mut writer =
        test.command(&["import", "long.csv", "--account", "Daily", "--create", "--currency", "USD"]).spawn().unwrap();
    let mut seen = Vec::new();
    loop {
        let over = writer.try_wait().unwrap();
        let (code, output) = ended(test.command(&["accounts", "--json"]).spawn().unwrap());
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!([0, BUSY].contains(&code), "{code}: {told}");
        if code == 0 {
            let accounts: Value = serde_json::from_slice(&output.stdout).unwrap();
            seen.push(accounts[0]["transactionCount"].as_u64().unwrap());
        }
        if let Some(status) = over {
            // A writer waits for a reader, and may give up.
            assert!([Some(0), Some(BUSY)].contains(&status.code()), "{status}");
            assert_eq!(seen.last(), Some(&if status.success() { 4_001 } else { 1 }));
            break;
        }
    }
    assert!(seen.is_sorted() && seen.iter().all(|count| [1, 4_001].contains(count)), "{seen:?}");
}

#[test]
fn a_writer_keeps_readers_out_and_a_reader_does_not() {
    let test = TestVault::new();
    let held = test.write();
    let output = test.command(&["accounts"]).output().unwrap();
    assert_eq!(output.status.code(), Some(BUSY), "{}", String::from_utf8_lossy(&output.stderr));
    drop(held);
    let reading = test.read();
    let output = test.command(&["accounts"]).output().unwrap();
    assert!(output.status.success(), "readers do not keep readers out");
    drop(reading);
}

#[test]
fn sharing_during_an_import_seals_the_newest_data() {
    let test = TestVault::new();
    test.fixed.catch_up();
    let mut vault = test.write();
    test.import(&mut vault, &csv([("2026-01-05", -500, "Tea", Some(9_500))]), "Daily");
    drop(vault);
    let policy = ["policy", "allow", "--to", "Acme", "--scope", "transactions", "--window", "3650", "--yes"];
    assert!(test.command(&policy).output().unwrap().status.success());
    for round in 0..4u8 {
        let day = format!("2026-02-{:02}", round + 1);
        fs::write(test.path("home/next.csv"), csv([(day.as_str(), -100, "Bread", None)])).unwrap();
        let share = ["share", "--scope", "transactions", "--to", "Acme", "--purpose", "x", "--expires", "1d", "--yes"];
        let sharing = test.command(&share).spawn().unwrap();
        let importing = test
            .command(&["import", "next.csv", "--account", "Daily", "--create", "--currency", "USD"])
            .spawn()
            .unwrap();
        let (imported, _) = ended(importing);
        let (shared, output) = ended(sharing);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!([0, BUSY].contains(&imported), "{imported}");
        // It is refused when the data change between its preview and its approval.
        assert!([0, BUSY, REFUSED].contains(&shared), "{shared}: {told}");
        let vault = test.repaired(Access::Write);
        let rows = ops::query::transactions(&vault, &Filter::default()).unwrap().len();
        assert!(ops::check::run(&vault, test.env()).unwrap().ok);
        drop(vault);
        if shared == 0 {
            let token = finvault::share::Token::parse(&String::from_utf8(output.stdout).unwrap()).unwrap();
            let opened = ops::open::from_outbox(&test.dir(), &token, test.env()).unwrap();
            let slice: Value = serde_json::from_slice(opened.document.expose()).unwrap();
            assert_eq!(slice["transactions"].as_array().unwrap().len(), rows, "round {round}");
        }
    }
}
