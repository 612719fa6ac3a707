//! Old pages put back, alone and together: what SQLCipher lets through, the digests refuse.

use std::fs;
use std::path::PathBuf;

use finvault::ops::{self, policy::PolicyChange};
use finvault::share::Scope;

use crate::place::{Place, csv};
use crate::probe::{Truth, request, share};

const PAGE: usize = 4096;

/// A vault with a past: kept as `a`, then as `b`, where it stays.
pub(crate) fn with_a_past() -> Place {
    let place = Place::new();
    let mut vault = place.write();
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
    place.import(&mut vault, &file(0, 60), "Daily");
    place.import(&mut vault, &file(10, 30), "Savings");
    let mut once = request(&[Scope::Balances], "Landlord");
    once.once = true;
    for asked in [once, request(&[Scope::TransactionsDetail], "Accountant")] {
        let draft = ops::share::prepare(&vault, &asked, place.env()).unwrap();
        ops::share::approve_draft(&mut vault, draft, ops::share::Approval::Person, place.env()).unwrap();
    }
    let allow = PolicyChange { maximum_days: Some(30), allow_recipients: vec!["Acme".into()], ..Default::default() };
    ops::policy::set(&mut vault, allow, place.env()).unwrap();
    drop(vault);
    place.keep("a");

    let mut vault = place.write();
    place.import(&mut vault, &file(50, 100), "Daily");
    let second = place.import(&mut vault, &file(20, 40), "Savings").import_id.unwrap();
    ops::imports::undo(&mut vault, second, place.env()).unwrap();
    ops::query::rename(&mut vault, "Savings", "Nest egg", place.env()).unwrap();
    let first = ops::grants::list(&vault, place.env()).unwrap()[0].grant_id.clone();
    ops::revoke::run(&mut vault, &first, place.env()).unwrap();
    let deny = PolicyChange { deny_recipients: vec!["Acme".into()], ..Default::default() };
    ops::policy::set(&mut vault, deny, place.env()).unwrap();
    let preview = request(&[Scope::Balances], "Lender");
    let draft = ops::share::prepare(&vault, &preview, place.env()).unwrap();
    ops::share::save_draft(&mut vault, draft, place.env()).unwrap();
    drop(vault);
    place.keep("b");
    place
}

fn database(place: &Place) -> PathBuf {
    place.dir().join("vault.db")
}

fn kept(place: &Place, name: &str) -> Vec<u8> {
    fs::read(place.path(name).join("vault/vault.db")).unwrap()
}

fn pages(bytes: &[u8]) -> Vec<&[u8]> {
    bytes.chunks(PAGE).collect()
}

/// The pages that both states have and that differ, by index.
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
fn every_old_page_put_back_is_refused_or_meant_nothing() {
    let place = with_a_past();
    let truth = Truth::of(&place, "b");
    let (old, new) = (kept(&place, "a"), kept(&place, "b"));
    let differing = differing(&old, &new);
    assert!(differing.len() > 8, "{differing:?}");
    let mut mattered = 0;
    for page in &differing {
        place.put_back("b");
        fs::write(database(&place), with_old(&old, &new, &[*page])).unwrap();
        let untouched = truth.is_untouched(&place);
        mattered += u32::from(!untouched);
        let outcome = truth.probe(&place, &format!("old page {}", page + 1));
        assert!(outcome.found || untouched, "check does not find the old page {}", page + 1);
    }
    assert!(mattered > 8, "{mattered} of {} pages held rows", differing.len());
}

#[test]
fn old_pages_together_are_refused() {
    let place = with_a_past();
    let truth = Truth::of(&place, "b");
    let (old, new) = (kept(&place, "a"), kept(&place, "b"));
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
        place.put_back("b");
        fs::write(database(&place), with_old(&old, &new, &choice)).unwrap();
        if !truth.is_untouched(&place) {
            assert!(truth.probe(&place, &name).found, "check does not find {name}");
        }
    }
}

#[test]
fn an_old_page_is_never_made_good_by_writing_on() {
    let place = with_a_past();
    let truth = Truth::of(&place, "b");
    let (old, new) = (kept(&place, "a"), kept(&place, "b"));
    for page in differing(&old, &new) {
        place.put_back("b");
        fs::write(database(&place), with_old(&old, &new, &[page])).unwrap();
        if truth.is_untouched(&place) {
            continue;
        }
        let Ok(mut vault) = place.try_write() else { continue };
        let more = csv([("2026-05-20", -100, "Later", None), ("2026-05-21", -100, "Later", None)]);
        // It may be refused, and it must not hide what was put back.
        let _ = place.try_import(&mut vault, &more, "Daily");
        let _ = ops::query::rename(&mut vault, "Daily", "Everyday", place.env());
        let _ = share(&place, &mut vault);
        drop(vault);
        // Not even by accepting it: what is accepted is an older state, and never one that does not fit itself.
        let Ok(vault) = place.try_accept() else { continue };
        let found = ops::check::run(&vault, place.env()).map(|report| !report.ok).unwrap_or(true);
        assert!(found, "writing on made the old page {} good", page + 1);
    }
}

#[test]
fn a_flipped_bit_in_any_page_is_refused() {
    let place = with_a_past();
    let truth = Truth::of(&place, "b");
    let new = kept(&place, "b");
    for page in 0..pages(&new).len() {
        place.put_back("b");
        let mut changed = new.clone();
        changed[page * PAGE + (page * 977) % PAGE] ^= 4;
        fs::write(database(&place), changed).unwrap();
        assert!(truth.probe(&place, &format!("flip in page {}", page + 1)).found, "page {}", page + 1);
    }
}

#[test]
fn a_database_that_was_cut_or_lengthened_is_refused() {
    let place = with_a_past();
    let truth = Truth::of(&place, "b");
    let new = kept(&place, "b");
    let count = pages(&new).len();
    for end in [0, 1, PAGE / 2, PAGE, 3 * PAGE, (count - 1) * PAGE, count * PAGE - 1] {
        place.put_back("b");
        fs::write(database(&place), &new[..end]).unwrap();
        let outcome = truth.probe(&place, &format!("cut to {end}"));
        assert!(outcome.found, "cut to {end}: {:?}", outcome.findings);
    }
    place.put_back("b");
    fs::write(database(&place), [new.as_slice(), &new[PAGE..2 * PAGE]].concat()).unwrap();
    // A page that nobody points to tells nothing.
    truth.probe(&place, "one page too many");
}
