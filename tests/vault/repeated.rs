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
use crate::test_vault::TestVault;

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
