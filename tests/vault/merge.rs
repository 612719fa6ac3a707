//! Merged accounts: what is counted, what an undo brings back, and what is refused.

use finvault::ops;
use finvault::ops::query::Filter;
use finvault::ops::report::GrantStatus;
use finvault::ops::share::{Approval, ShareRequest};
use finvault::share::{Scope, SliceDocument};
use finvault::store::{Reader, Writer};

use crate::request::request;
use crate::test_vault::{TestVault, csv, ofx};

/// Everything that the vault shows of accounts, in words.
fn shown(vault: &Reader) -> String {
    format!(
        "{:#?}\n{:#?}\n{:#?}\n{:#?}\n{:#?}",
        ops::query::accounts(vault).unwrap(),
        ops::query::balances(vault, None).unwrap(),
        ops::query::transactions(vault, &Filter::default()).unwrap(),
        ops::duplicates::list(vault).unwrap(),
        ops::imports::list(vault).unwrap(),
    )
}

/// Day, amount and text of every transaction.
fn rows(vault: &Reader) -> Vec<String> {
    let rows = ops::query::transactions(vault, &Filter::default()).unwrap();
    let mut rows: Vec<String> =
        rows.iter().map(|r| format!("{} {} {}", r.posted_timestamp, r.amount, r.description)).collect();
    rows.sort();
    rows
}

#[track_caller]
fn sound(test: &TestVault, vault: &Reader) {
    let report = ops::check::run(vault, test.env()).unwrap();
    assert!(report.ok, "{:?}", report.findings);
}

/// January and February, the second with two rows of January.
fn files() -> (String, String) {
    let january = csv([
        ("2026-01-05", -500, "Rent", Some(9_500)),
        ("2026-01-20", -100, "Tea", Some(9_400)),
        ("2026-01-20", -100, "Tea", Some(9_300)),
        ("2026-01-31", -25, "Bus", Some(9_275)),
    ]);
    let february = csv([
        ("2026-01-20", -100, "Tea", Some(9_400)),
        ("2026-01-20", -100, "Tea", Some(9_300)),
        ("2026-01-31", -25, "Bus", Some(9_275)),
        ("2026-02-03", 700, "Pay", Some(9_975)),
    ]);
    (january, february)
}

fn two_accounts(test: &TestVault) -> Writer {
    let (january, february) = files();
    let mut vault = test.write();
    test.import(&mut vault, &january, "Old");
    test.import(&mut vault, &february, "New");
    vault
}

#[test]
fn counts_rows_as_if_the_files_had_been_imported_into_one_account() {
    let (one, two) = (TestVault::new(), TestVault::new());
    let mut vault = two_accounts(&two);
    let report = ops::accounts::merge(&mut vault, "Old", "New", two.env()).unwrap();
    assert_eq!((report.added, report.present, report.updated), (1, 3, 0));
    sound(&two, &vault);

    let (january, february) = files();
    let mut expected = one.write();
    one.import(&mut expected, &february, "New");
    one.import(&mut expected, &january, "New");
    assert_eq!(rows(&vault), rows(&expected));
    let (ours, theirs) = (ops::query::balances(&vault, None).unwrap(), ops::query::balances(&expected, None).unwrap());
    assert_eq!(ours.len(), 1);
    assert_eq!((ours[0].current_balance, ours[0].proven_up_to), (theirs[0].current_balance, theirs[0].proven_up_to));
    // The same file again is known.
    assert_eq!(two.import(&mut vault, &january, "New").accounts.len(), 0);
}

#[test]
fn an_undo_brings_back_both_accounts_with_all_ids() {
    let test = TestVault::new();
    let mut vault = two_accounts(&test);
    ops::accounts::set_balance(&mut vault, "Old", "95.00", "2026-01-10".parse().unwrap(), test.env()).unwrap();
    let number = |text: &str| finvault::model::AccountNumber::new(text).unwrap();
    ops::accounts::set_number(&mut vault, "Old", &number("11112222"), false, test.env()).unwrap();
    ops::accounts::set_number(&mut vault, "New", &number("33334444"), false, test.env()).unwrap();
    let before = shown(&vault);
    for _ in 0..2 {
        ops::accounts::merge(&mut vault, "Old", "New", test.env()).unwrap();
        let merged = ops::query::accounts(&vault).unwrap();
        assert_eq!(merged.len(), 1);
        assert_eq!(merged[0].account_number_display.as_deref(), Some("4444"), "the number that is shown stays");
        sound(&test, &vault);
        ops::accounts::unmerge(&mut vault, "Old", test.env()).unwrap();
        assert_eq!(shown(&vault), before);
        sound(&test, &vault);
    }
}

#[test]
fn a_transaction_keeps_its_id_in_the_other_account() {
    let test = TestVault::new();
    let mut vault = two_accounts(&test);
    let ids = |vault: &Reader| -> Vec<String> {
        let rows = ops::query::transactions(vault, &Filter::default()).unwrap();
        rows.iter().filter(|r| r.description == "Rent").map(|r| r.transaction_id.to_string()).collect()
    };
    let before = ids(&vault);
    ops::accounts::merge(&mut vault, "Old", "New", test.env()).unwrap();
    assert_eq!(ids(&vault), before);
}

#[test]
fn an_import_undone_while_merged_is_undone_in_both() {
    let (merged, plain) = (TestVault::new(), TestVault::new());
    let mut vault = two_accounts(&merged);
    ops::accounts::merge(&mut vault, "Old", "New", merged.env()).unwrap();
    let report = ops::imports::undo(&mut vault, "imp-1".parse().unwrap(), merged.env()).unwrap();
    assert_eq!((report.removed, report.kept), (1, 3));
    sound(&merged, &vault);
    ops::accounts::unmerge(&mut vault, "Old", merged.env()).unwrap();
    sound(&merged, &vault);
    let mut expected = two_accounts(&plain);
    ops::imports::undo(&mut expected, "imp-1".parse().unwrap(), plain.env()).unwrap();
    assert_eq!(shown(&vault), shown(&expected));
    // And forgotten in both.
    ops::accounts::merge(&mut vault, "Old", "New", merged.env()).unwrap();
    ops::imports::forget(&mut vault, "imp-2".parse().unwrap(), merged.env()).unwrap();
    sound(&merged, &vault);
    ops::accounts::unmerge(&mut vault, "Old", merged.env()).unwrap();
    assert_eq!(rows(&vault), Vec::<String>::new());
    sound(&merged, &vault);
}

#[test]
fn a_file_imported_since_has_to_be_undone_first() {
    let test = TestVault::new();
    let mut vault = two_accounts(&test);
    let before = rows(&vault);
    ops::accounts::merge(&mut vault, "Old", "New", test.env()).unwrap();
    let march = csv([("2026-03-01", -10, "Bread", Some(9_965))]);
    test.import(&mut vault, &march, "New");
    let error = ops::accounts::unmerge(&mut vault, "Old", test.env()).unwrap_err();
    assert!(error.to_string().contains("imp-3 was imported into \"New\" since"), "{error}");
    let merged = rows(&vault);
    ops::imports::undo(&mut vault, "imp-3".parse().unwrap(), test.env()).unwrap();
    ops::accounts::unmerge(&mut vault, "Old", test.env()).unwrap();
    assert_eq!(rows(&vault), before);
    test.import(&mut vault, &march, "New");
    sound(&test, &vault);
    ops::accounts::merge(&mut vault, "Old", "New", test.env()).unwrap();
    assert_eq!(rows(&vault), merged);
    sound(&test, &vault);
}

#[test]
fn merges_are_undone_newest_first() {
    let test = TestVault::new();
    let mut vault = two_accounts(&test);
    test.import(&mut vault, &csv([("2025-12-01", -1, "Pin", None)]), "Third");
    test.import(&mut vault, &csv([("2025-11-01", -2, "Pen", None)]), "Fourth");
    let before = shown(&vault);
    ops::accounts::merge(&mut vault, "Third", "Old", test.env()).unwrap();
    ops::accounts::merge(&mut vault, "Old", "New", test.env()).unwrap();
    ops::accounts::merge(&mut vault, "Fourth", "New", test.env()).unwrap();
    assert_eq!(rows(&vault).len(), 7);
    sound(&test, &vault);
    for (which, why) in [("Third", "\"Old\" is merged into \"New\" since"), ("Old", "\"Fourth\" was merged into")] {
        let error = ops::accounts::unmerge(&mut vault, which, test.env()).unwrap_err();
        assert!(error.to_string().contains(why), "{error}");
    }
    for which in ["Fourth", "Old", "Third"] {
        ops::accounts::unmerge(&mut vault, which, test.env()).unwrap();
        sound(&test, &vault);
    }
    assert_eq!(shown(&vault), before);
}

#[test]
fn refuses_what_cannot_be_one_account() {
    let test = TestVault::new();
    let mut vault = two_accounts(&test);
    let both = ofx(&[("2026-05-05".into(), -100, "1".into(), "Shop".into())]);
    let other = both.replace("000987654321", "000987650000");
    let start = other.find("<BANKMSGSRSV1>").unwrap() + "<BANKMSGSRSV1>".len();
    let end = other.find("</BANKMSGSRSV1>").unwrap();
    let both = both.replace("</BANKMSGSRSV1>", &format!("{}</BANKMSGSRSV1>", &other[start..end]));
    let report = ops::import::file(
        &mut vault,
        &ops::import::Source { name: "both.ofx".into(), bytes: both.into_bytes() },
        &ops::import::ImportOptions::default(),
        &ops::progress::Quiet,
        test.env(),
    );
    let names: Vec<String> = report.unwrap().accounts.iter().map(|account| account.name.clone()).collect();
    assert_eq!(names.len(), 2);
    ops::query::set_type(&mut vault, "Old", "card".parse().unwrap(), test.env()).unwrap();
    for (which, into, why) in [
        ("New", "new", "they are the same account"),
        ("Old", "New", "one is of type CREDITCARD, the other of type OTHER"),
        (&names[0], &names[1], "the file of imp-3 shows both"),
        ("Nobody", "New", "no account is named"),
    ] {
        let error = ops::accounts::merge(&mut vault, which, into, test.env()).unwrap_err();
        assert!(error.to_string().contains(why), "{error}");
    }
    let error = ops::accounts::unmerge(&mut vault, "Old", test.env()).unwrap_err();
    assert!(error.to_string().contains("no account \"Old\" is merged"), "{error}");
    sound(&test, &vault);
}

#[test]
fn refuses_accounts_whose_files_contradict_each_other() {
    let test = TestVault::new();
    let mut vault = test.write();
    let file = |rows: &str| format!("Date,Description,Amount,Balance\n{rows}").into_bytes();
    for (name, rows) in [
        ("One", "2026-01-13,TEA,-9.50,90.50\n2026-01-14,BOOK,-4.00,86.50\n"),
        ("Other", "2026-01-13,PEN,-1.50,490.50\n2026-01-14,INK,-4.50,486.00\n"),
        ("Third", "2026-01-14,BOOK,-4.00,86.50\n2026-01-20,SOAP,-1.00,85.50\n"),
    ] {
        let options = ops::import::ImportOptions {
            account: Some(name.to_owned()),
            create: true,
            read: finvault::import::ReadOptions { currency: "USD".parse().ok(), ..Default::default() },
            ..Default::default()
        };
        let source = ops::import::Source { name: name.to_owned(), bytes: file(rows) };
        let report = ops::import::file(&mut vault, &source, &options, &ops::progress::Quiet, test.env()).unwrap();
        assert!(report.error.is_none(), "{report:?}");
    }
    let error = ops::accounts::merge(&mut vault, "Other", "One", test.env()).unwrap_err();
    assert!(error.to_string().contains("from 2026-01-14"), "{error}");
    ops::accounts::merge(&mut vault, "Third", "One", test.env()).unwrap();
    sound(&test, &vault);
}

#[test]
fn suspends_grants_that_name_only_one_of_the_two() {
    let test = TestVault::new();
    let mut vault = two_accounts(&test);
    let share = |vault: &mut Writer, accounts: &[&str]| {
        let accounts = accounts.iter().map(|name| (*name).to_owned()).collect();
        let asked = ShareRequest { accounts, ..request(&[Scope::Transactions], "Acme") };
        let draft = ops::share::prepare(vault, &asked, test.env()).unwrap();
        let approved = crate::test_vault::approve_draft(vault, draft, Approval::Person, test.env()).unwrap();
        (approved.report.grant_id, approved.token)
    };
    let (old, old_token) = share(&mut vault, &["Old"]);
    let (new, _) = share(&mut vault, &["New"]);
    let (both, both_token) = share(&mut vault, &["Old", "New"]);
    let report = ops::accounts::merge(&mut vault, "Old", "New", test.env()).unwrap();
    assert_eq!(report.suspended, [old.clone(), new.clone()]);
    let status = |vault: &Reader, id| ops::grants::show(vault, id, test.env()).unwrap().line.status;
    assert_eq!(status(&vault, &old), GrantStatus::Suspended);
    assert_eq!(status(&vault, &both), GrantStatus::Active);
    sound(&test, &vault);
    drop(vault);
    assert!(ops::open::from_outbox(&test.dir(), &old_token, test.env()).is_err());
    let shown = |token| {
        let opened = ops::open::from_outbox(&test.dir(), token, test.env()).unwrap();
        SliceDocument::from_json(opened.document.expose()).unwrap().transactions.unwrap().len()
    };
    assert_eq!(shown(&both_token), 5);
    // They stay suspended until the owner resumes them, also when the merge is undone.
    let mut vault = test.write();
    ops::accounts::unmerge(&mut vault, "Old", test.env()).unwrap();
    assert_eq!(status(&vault, &new), GrantStatus::Suspended);
    ops::grants::resume(&mut vault, &old, Approval::Person, test.env()).unwrap();
    sound(&test, &vault);
    drop(vault);
    assert_eq!((shown(&both_token), shown(&old_token)), (8, 4));
}

/// An OFX file of a checking account of a bank: rows of a month of 2026, as day and cents.
fn of_bank(bank: (&str, &str, &str), month: u8, rows: &[(u8, i64)]) -> String {
    let (name, code, number) = bank;
    let row = |(day, cents): &(u8, i64)| {
        (format!("2026-{month:02}-{day:02}"), *cents, format!("{name}{month}-{day}"), format!("Shop {day}"))
    };
    let rows: Vec<_> = rows.iter().map(row).collect();
    let org = format!("<OFX><SIGNONMSGSRSV1><SONRS><FI><ORG>{name}</FI></SONRS></SIGNONMSGSRSV1>");
    ofx(&rows).replace("<OFX>", &org).replace("000987654321", number).replace("123456789", code)
}

const ELM: (&str, &str, &str) = ("Elm CU", "111000111", "0055512");
const OAK: (&str, &str, &str) = ("Oak Bank", "222000222", "77001234");

/// Imports a file of which nothing is said, and returns the account that it went to, or the refusal.
fn goes_to(test: &TestVault, vault: &mut Writer, text: &str) -> String {
    let source = ops::import::Source { name: "export".into(), bytes: text.as_bytes().to_vec() };
    let options = ops::import::ImportOptions::default();
    let report = ops::import::file(vault, &source, &options, &ops::progress::Quiet, test.env()).unwrap();
    report.error.map_or_else(|| report.accounts[0].name.clone(), |error| error.to_string())
}

#[test]
fn files_of_a_merged_account_go_to_the_account_that_stays() {
    let test = TestVault::new();
    let mut vault = test.write();
    assert_eq!(goes_to(&test, &mut vault, &of_bank(ELM, 3, &[(2, -500), (9, -700)])), "Elm CU Checking 5512");
    assert_eq!(goes_to(&test, &mut vault, &of_bank(OAK, 6, &[(3, -100), (8, -200)])), "Oak Bank Checking 1234");
    ops::accounts::merge(&mut vault, "Elm CU Checking 5512", "Oak Bank Checking 1234", test.env()).unwrap();

    let (january, july) = (of_bank(ELM, 1, &[(5, -300), (6, -400)]), of_bank(OAK, 7, &[(1, -600), (2, -800)]));
    assert_eq!(goes_to(&test, &mut vault, &january), "Oak Bank Checking 1234");
    assert_eq!(goes_to(&test, &mut vault, &july), "Oak Bank Checking 1234");
    assert_eq!(rows(&vault).len(), 8);
    // The same number at a third bank is of another account.
    let third = ("Ash Bank", "333000333", "0055512");
    assert_eq!(goes_to(&test, &mut vault, &of_bank(third, 1, &[(5, -1), (6, -2)])), "Ash Bank Checking 5512");
    sound(&test, &vault);

    for import in ["imp-3", "imp-4"] {
        ops::imports::undo(&mut vault, import.parse().unwrap(), test.env()).unwrap();
    }
    ops::accounts::unmerge(&mut vault, "Elm CU Checking 5512", test.env()).unwrap();
    assert_eq!(goes_to(&test, &mut vault, &january), "Elm CU Checking 5512");
    assert_eq!(goes_to(&test, &mut vault, &july), "Oak Bank Checking 1234");
    sound(&test, &vault);
}

#[test]
fn an_account_merged_by_way_of_another_one_takes_its_files_along() {
    let test = TestVault::new();
    let mut vault = test.write();
    let ash = ("Ash Bank", "333000333", "88004567");
    for (bank, month) in [(ELM, 1), (OAK, 2), (ash, 3)] {
        goes_to(&test, &mut vault, &of_bank(bank, month, &[(2, -500), (9, -700)]));
    }
    ops::accounts::merge(&mut vault, "Elm CU Checking 5512", "Oak Bank Checking 1234", test.env()).unwrap();
    ops::accounts::merge(&mut vault, "Oak Bank Checking 1234", "Ash Bank Checking 4567", test.env()).unwrap();
    assert_eq!(goes_to(&test, &mut vault, &of_bank(ELM, 4, &[(2, -500)])), "Ash Bank Checking 4567");
    assert_eq!(goes_to(&test, &mut vault, &of_bank(OAK, 5, &[(2, -500)])), "Ash Bank Checking 4567");
}

#[test]
fn what_was_said_for_all_files_of_a_layout_holds_after_a_merge() {
    let test = TestVault::new();
    let mut vault = test.write();
    let file = |day: &str| csv([(day, -500, "Rent", None)]).replace(",Balance", "").replace(",\n", "\n");
    let source = ops::import::Source { name: "one".into(), bytes: file("2026-01-05").into_bytes() };
    let options = ops::import::ImportOptions {
        account: Some("Old".to_owned()),
        create: true,
        always: true,
        read: finvault::import::ReadOptions { currency: "USD".parse().ok(), ..Default::default() },
        ..Default::default()
    };
    ops::import::file(&mut vault, &source, &options, &ops::progress::Quiet, test.env()).unwrap();
    test.import(&mut vault, &files().1, "New");
    ops::accounts::merge(&mut vault, "Old", "New", test.env()).unwrap();
    assert_eq!(goes_to(&test, &mut vault, &file("2026-05-05")), "New");
}

#[test]
fn a_new_number_of_another_bank_is_asked_when_its_rows_are_those_of_an_account() {
    let test = TestVault::new();
    let mut vault = test.write();
    let may = [(2, -500), (9, -700), (9, -700), (20, -100)];
    goes_to(&test, &mut vault, &of_bank(ELM, 5, &may));
    let asked = goes_to(&test, &mut vault, &of_bank(OAK, 5, &may));
    assert!(asked.contains("rows of the account \"Elm CU Checking 5512\", which is of another bank"), "{asked}");
    // Two rows of many that happen to be alike, as of two subscriptions, are no reason to ask.
    let other = [(2, -500), (9, -700), (3, -11), (4, -12), (5, -13), (6, -14), (7, -15)];
    assert_eq!(goes_to(&test, &mut vault, &of_bank(OAK, 5, &other)), "Oak Bank Checking 1234");
    ops::imports::undo(&mut vault, "imp-2".parse().unwrap(), test.env()).unwrap();

    let refused = test.try_import(&mut vault, &of_bank(OAK, 5, &may), "Elm CU Checking 5512").unwrap();
    let remedy = refused.error.unwrap().remedy;
    assert_eq!(remedy, finvault::import::Remedy::OtherAccountToMerge);
    test.import(&mut vault, &of_bank(OAK, 5, &may), "Oak");
    ops::accounts::merge(&mut vault, "Elm CU Checking 5512", "Oak", test.env()).unwrap();
    assert_eq!(rows(&vault).len(), 4);
    sound(&test, &vault);
}

#[test]
fn the_name_of_a_merged_account_has_to_be_free_again() {
    let test = TestVault::new();
    let mut vault = two_accounts(&test);
    ops::accounts::merge(&mut vault, "Old", "New", test.env()).unwrap();
    ops::query::rename(&mut vault, "New", "old", test.env()).unwrap();
    let error = ops::accounts::unmerge(&mut vault, "Old", test.env()).unwrap_err();
    assert_eq!(error.to_string(), "the merge of \"old\" cannot be undone: acc-2 is called that now");
    ops::query::rename(&mut vault, "acc-2", "New", test.env()).unwrap();
    ops::accounts::unmerge(&mut vault, "Old", test.env()).unwrap();
}
