//! Downloads that were made several times: the files differ, their rows do not.

use std::collections::BTreeSet;

use finvault::model::ImportId;
use finvault::ops;
use finvault::ops::decisions::{self, About};
use finvault::ops::query::Filter;
use finvault::ops::report::ImportStatus;
use finvault::store::Writer;

use crate::histories::{FEW, import_text, number, text};
use crate::history::{self, Dice, History};
use crate::test_vault::{TestVault, csv};

/// Of three downloads with the same rows, two are undone while the account of the first is merged into that of the others. The
/// first is in one account after that, or another one is in the other.
#[test]
fn copies_in_merged_accounts_are_undone_in_both() {
    let rows =
        [("2026-01-04", -450, "Tram", None), ("2026-01-05", -90_000, "Rent", None), ("2026-02-02", -450, "Tram", None)];
    let copies = ["", "\n", "\n\n"].map(|end| format!("{}{end}", csv(rows)));
    let near = csv([("2026-01-05", -90_000, "Rent", None), ("2026-01-06", -1, "Tea", None)]);
    for (undone, with_near) in
        [[0, 1], [0, 2], [1, 0], [1, 2], [2, 0], [2, 1]].into_iter().zip([true, false].into_iter().cycle())
    {
        let test = TestVault::new();
        let mut vault = test.write();
        let check = |vault: &Writer, count: usize| {
            let report = ops::check::run(vault, test.env()).unwrap();
            assert!(report.ok, "{undone:?}, {with_near}: {:?}", report.findings);
            let shown = ops::query::transactions(vault, &Filter::default()).unwrap();
            assert_eq!(shown.len(), count, "{undone:?}, {with_near}: {shown:?}");
        };
        let first = test.import(&mut vault, &copies[0], "Old");
        if with_near {
            test.import(&mut vault, &near, "New");
        }
        let others = [1, 2].map(|copy| test.import(&mut vault, &copies[copy], "New"));
        let imports = [&first, &others[0], &others[1]].map(|report| report.import_id.unwrap());
        let more = usize::from(with_near);
        check(&vault, 6 + more);
        ops::accounts::merge(&mut vault, "Old", "New", test.env()).unwrap();
        check(&vault, 3 + more);
        ops::imports::undo(&mut vault, imports[undone[0]], test.env()).unwrap();
        check(&vault, 3 + more);
        ops::imports::undo(&mut vault, imports[undone[1]], test.env()).unwrap();
        check(&vault, 3 + more);
        ops::accounts::unmerge(&mut vault, "Old", test.env()).unwrap();
        // Where only the first lives, the rent is in both accounts.
        let rents = usize::from(with_near && !undone.contains(&0));
        check(&vault, 3 + more + rents);
    }
}

/// Decides about a pair in doubt or about two transactions, or takes the first decision back.
fn decide_or_take_back(test: &TestVault, vault: &mut Writer, dice: &mut Dice) {
    if let Some(said) = decisions::list(vault).unwrap().first().filter(|_| dice.chance(50)) {
        decisions::undo(vault, said.decision_id, test.env()).unwrap();
        return;
    }
    let pairs = ops::duplicates::list(vault).unwrap();
    let shown = ops::query::transactions(vault, &Filter::default()).unwrap();
    let two = shown.get(dice.below(shown.len().max(1))..).and_then(<[_]>::first_chunk::<2>);
    let about = match (pairs.first(), two) {
        (Some(pair), _) if dice.chance(50) => Some(About::Pair(pair.pair_id)),
        (_, two) => two.map(|[a, b]| About::Transactions(a.transaction_id, b.transaction_id)),
    };
    if let Some(about) = about {
        // One that contradicts an older one is refused.
        let _ = decisions::decide(vault, about, dice.chance(50), test.env());
    }
}

/// Plays a history in which every download was made up to three times: each time, the file ends in another empty line. Every
/// step is checked against all rows.
fn play_again(history: &History) {
    let mut dice = Dice::new(history.seed);
    let test = TestVault::new();
    let mut vault = test.write();
    let mut living: Vec<(ImportId, String)> = Vec::new();
    for _ in 0..dice.between(3, 8) {
        if living.len() > 1 && dice.chance(40) {
            let (import, _) = living.swap_remove(dice.below(living.len()));
            ops::imports::undo(&mut vault, import, test.env()).unwrap();
        } else if dice.chance(20) {
            decide_or_take_back(&test, &mut vault, &mut dice);
        } else {
            let cut = dice.below(history.cuts.len().min(2));
            let first = text(history, &vec![cut]);
            let copies = [first.clone(), format!("{first}\n"), format!("{first}\n\n")];
            let content = copies[dice.below(3)].clone();
            if living.iter().any(|(_, lives)| *lives == content) {
                continue;
            }
            let report = import_text(&test, &mut vault, cut, content.clone(), false);
            if report.status == ImportStatus::Rejected {
                continue;
            }
            let counts = &report.accounts[0];
            let days = history.cuts[cut].posted.iter().map(|at| history.rows[*at].day).collect::<BTreeSet<_>>();
            if living.iter().any(|(_, lives)| copies.contains(lives)) && days.len() > 1 {
                assert_eq!((counts.added, counts.updated), (0, 0), "{history}{report:?}");
            }
            living.push((report.import_id.unwrap(), content));
        }
        let report = ops::check::run(&vault, test.env()).unwrap();
        assert!(report.ok, "{history}{:?}", report.findings);
    }
}

#[test]
fn a_download_that_was_repeated_changes_nothing() {
    let (first, count) = (number("FINVAULT_SEED", 1), number("FINVAULT_HISTORIES", 5 * FEW));
    for seed in first..first + count {
        let kinds =
            [history::small(seed, &['C']), history::small(seed, &['O']), history::lifelike(seed, &["balances"])];
        kinds.iter().filter(|history| !history.cuts.is_empty()).for_each(play_again);
    }
}
