//! Old pages put back, alone and together: what SQLCipher lets through, the digests refuse.

use std::fs;
use std::path::PathBuf;

use finvault::ops;
use finvault::ops::policy::{AllowRequest, DenyRequest};
use finvault::share::Scope;

use crate::probe::{Truth, share};
use crate::request::request;
use crate::test_vault::{TestVault, csv};

const PAGE: usize = 4096;

/// Returns a vault with an older state, copied to `a`, and the present one, copied to `b`.
pub(crate) fn with_a_past() -> TestVault {
    let test = TestVault::new();
    let mut vault = test.write();
    let texts = ["Corner Grocery", "Rent", "Payroll Acme Works", "Coffee"];
    let day = |n: usize| format!("2026-{:02}-{:02}", n / 28 + 1, n % 28 + 1);
    let file = |from: usize, to: usize| {
        let days: Vec<String> = (from..to).map(day).collect();
        let row = |(i, day): (usize, &String)| {
            let n = i64::try_from(from + i).unwrap();
            (day.clone(), n * 37 % 500 - 300, format!("{} {n}", texts[i % 4]), 100_000 + n)
        };
        let rows: Vec<_> = days.iter().enumerate().map(row).collect();
        csv(rows.iter().map(|(day, cents, text, balance)| (day.as_str(), *cents, text.as_str(), Some(*balance))))
    };
    test.import(&mut vault, &file(0, 60), "Daily");
    test.import(&mut vault, &file(10, 30), "Savings");
    let mut once = request(&[Scope::Balances], "Landlord");
    once.once = true;
    for asked in [once, request(&[Scope::TransactionsDetail], "Accountant")] {
        let draft = ops::share::prepare(&vault, &asked, test.env()).unwrap();
        crate::test_vault::approve_draft(&mut vault, draft, ops::share::Approval::Person, test.env()).unwrap();
    }
    let allow = AllowRequest { recipient: "Acme".into(), scopes: vec![Scope::Balances], ..AllowRequest::default() };
    ops::policy::allow(&mut vault, &allow, test.env()).unwrap();
    drop(vault);
    test.keep("a");

    let mut vault = test.write();
    test.import(&mut vault, &file(50, 100), "Daily");
    let second = test.import(&mut vault, &file(20, 40), "Savings").import_id.unwrap();
    ops::imports::undo(&mut vault, second, test.env()).unwrap();
    ops::query::rename(&mut vault, "Savings", "Nest egg", test.env()).unwrap();
    let first = ops::grants::list(&vault, test.env()).unwrap()[0].grant_id.clone();
    ops::revoke::run(&mut vault, &first, test.env()).unwrap();
    let deny = DenyRequest { recipient: Some("Acme".into()), ..DenyRequest::default() };
    ops::policy::deny(&mut vault, &deny, test.env()).unwrap();
    let preview = request(&[Scope::Balances], "Lender");
    let draft = ops::share::prepare(&vault, &preview, test.env()).unwrap();
    ops::share::save_draft(&mut vault, draft, test.env()).unwrap();
    drop(vault);
    test.keep("b");
    test
}

fn database(test: &TestVault) -> PathBuf {
    test.dir().join("vault.db")
}

fn kept(test: &TestVault, name: &str) -> Vec<u8> {
    fs::read(test.path(name).join("vault/vault.db")).unwrap()
}

fn pages(bytes: &[u8]) -> Vec<&[u8]> {
    bytes.chunks(PAGE).collect()
}

/// Returns the indices of the pages that differ between two states.
fn differing(old: &[u8], new: &[u8]) -> Vec<usize> {
    let (old, new) = (pages(old), pages(new));
    (0..old.len().min(new.len())).filter(|i| old[*i] != new[*i]).collect()
}

fn with_old(old: &[u8], new: &[u8], put_back: &[usize]) -> Vec<u8> {
    let mut mixed = new.to_vec();
    for page in put_back {
        mixed[page * PAGE..(page + 1) * PAGE].copy_from_slice(pages(old)[*page]);
    }
    mixed
}

#[test]
fn refuses_every_old_page_that_holds_rows() {
    let test = with_a_past();
    let truth = Truth::of(&test, "b");
    let (old, new) = (kept(&test, "a"), kept(&test, "b"));
    let differing = differing(&old, &new);
    assert!(differing.len() > 8, "{differing:?}");
    let mut mattered = 0;
    for page in &differing {
        test.put_back("b");
        fs::write(database(&test), with_old(&old, &new, &[*page])).unwrap();
        let untouched = truth.is_untouched(&test);
        mattered += u32::from(!untouched);
        let outcome = truth.probe(&test, &format!("old page {}", page + 1));
        assert!(outcome.found || untouched, "check does not find the old page {}", page + 1);
    }
    assert!(mattered > 8, "{mattered} of {} pages held rows", differing.len());
}

#[test]
fn refuses_old_pages_put_back_together() {
    let test = with_a_past();
    let truth = Truth::of(&test, "b");
    let (old, new) = (kept(&test, "a"), kept(&test, "b"));
    let all = differing(&old, &new);
    let mut choices: Vec<(String, Vec<usize>)> = vec![
        ("all but page 1".into(), all.iter().copied().filter(|page| *page != 0).collect()),
        ("all".into(), all.clone()),
    ];
    // Runs of pages: a table and its digests may come back together.
    for length in 2..5 {
        choices.extend(all.windows(length).map(|run| (format!("{run:?}"), run.to_vec())));
    }
    choices.extend(
        all.iter().map(|left| (format!("all but {left}"), all.iter().copied().filter(|p| p != left).collect())),
    );
    for (name, choice) in choices {
        test.put_back("b");
        fs::write(database(&test), with_old(&old, &new, &choice)).unwrap();
        if !truth.is_untouched(&test) {
            assert!(truth.probe(&test, &name).found, "check does not find {name}");
        }
    }
}

#[test]
fn later_changes_do_not_hide_an_old_page() {
    let test = with_a_past();
    let truth = Truth::of(&test, "b");
    let (old, new) = (kept(&test, "a"), kept(&test, "b"));
    for page in differing(&old, &new) {
        test.put_back("b");
        fs::write(database(&test), with_old(&old, &new, &[page])).unwrap();
        if truth.is_untouched(&test) {
            continue;
        }
        let Ok(mut vault) = test.try_write() else { continue };
        let more = csv([("2026-05-20", -100, "Later", None), ("2026-05-21", -100, "Later", None)]);
        // These changes may be refused, and must not hide the old page.
        let _ = test.try_import(&mut vault, &more, "Daily");
        let _ = ops::query::rename(&mut vault, "Daily", "Everyday", test.env());
        let _ = share(&test, &mut vault);
        drop(vault);
        // Accepting does not hide it either: it accepts an older state, not an inconsistent one.
        let Ok(vault) = test.try_accept() else { continue };
        let found = ops::check::run(&vault, test.env()).map(|report| !report.ok).unwrap_or(true);
        assert!(found, "writing on made the old page {} good", page + 1);
    }
}

#[test]
fn refuses_a_flipped_bit_in_any_page() {
    let test = with_a_past();
    let truth = Truth::of(&test, "b");
    let new = kept(&test, "b");
    for page in 0..pages(&new).len() {
        test.put_back("b");
        let mut changed = new.clone();
        changed[page * PAGE + (page * 977) % PAGE] ^= 4;
        fs::write(database(&test), changed).unwrap();
        assert!(truth.probe(&test, &format!("flip in page {}", page + 1)).found, "page {}", page + 1);
    }
}

#[test]
fn refuses_a_database_that_was_cut() {
    let test = with_a_past();
    let truth = Truth::of(&test, "b");
    let new = kept(&test, "b");
    let count = pages(&new).len();
    for end in [0, 1, PAGE / 2, PAGE, 3 * PAGE, (count - 1) * PAGE, count * PAGE - 1] {
        test.put_back("b");
        fs::write(database(&test), &new[..end]).unwrap();
        let outcome = truth.probe(&test, &format!("cut to {end}"));
        assert!(outcome.found, "cut to {end}: {:?}", outcome.findings);
    }
    test.put_back("b");
    fs::write(database(&test), [new.as_slice(), &new[PAGE..2 * PAGE]].concat()).unwrap();
    // A page to which nothing points changes no answer.
    truth.probe(&test, "one page too many");
}
