//! The files of one run that join each other: whatever account they are of, it is the same.

use super::join::join_same_account;
use super::options::{ImportOptions, Source};
use crate::import::evidence::account::{same_code, same_institution, same_kind};
use crate::import::evidence::joins::{Meeting, Shown, closing, follows, meet, opening};
use crate::import::{self, ImportOption, text};
use crate::model::{Currency, Day, Micros, Statement};

/// A file that does not tell its account, as far as files are compared.
struct Open<'s> {
    /// Its place among the files.
    file: usize,
    layout: String,
    statement: &'s Statement<'s>,
    /// Its currency; none while it is asked for.
    currency: Option<Currency>,
    shown: Option<Shown<'s>>,
    opening: Option<(Day, Micros)>,
    closing: Option<(Day, Micros)>,
}

/// Returns the files that join each other, in groups of at least two, by their places; files and groups in the order
/// given. A file joins another one by the rows of days that both show whole, or where its opening balance, not zero, is
/// the closing balance of exactly one other. A file that names an account, or that cannot be read, joins none.
pub fn together(files: &[Source], options: &ImportOptions) -> Vec<Vec<usize>> {
    let decoded: Vec<_> =
        files.iter().map(|file| text::decode(&file.bytes, options.encoding.as_deref()).ok()).collect();
    let parsed: Vec<_> = decoded
        .iter()
        .map(|decoded| {
            let mut parsed = import::read(&decoded.as_ref()?.text, &options.read, &options.profiles).ok()?;
            join_same_account(&mut parsed);
            Some(parsed)
        })
        .collect();
    let open: Vec<Open<'_>> = parsed
        .iter()
        .enumerate()
        .filter_map(|(file, parsed)| {
            let parsed = parsed.as_ref()?;
            let [statement] = parsed.statements.as_slice() else { return None };
            let asked = parsed.questions.iter().any(|question| question.option == ImportOption::Currency);
            let is_named = statement.account.number.is_some() || statement.account.name.is_some();
            (!is_named).then(|| Open {
                file,
                layout: parsed.layout.clone(),
                statement,
                currency: (!asked).then_some(statement.currency),
                shown: Shown::of(statement),
                opening: opening(statement),
                closing: closing(statement),
            })
        })
        .collect();
    groups(&open)
}

/// Returns the groups, by places among the files. Two groups that contradict each other anywhere stay apart.
fn groups(open: &[Open<'_>]) -> Vec<Vec<usize>> {
    let going_on: Vec<Option<usize>> = (0..open.len()).map(|one| before(open, one)).collect();
    let mut groups: Vec<Vec<usize>> = (0..open.len()).map(|one| vec![one]).collect();
    for later in 0..open.len() {
        for earlier in 0..later {
            let goes_on = going_on[later] == Some(earlier) || going_on[earlier] == Some(later);
            if goes_on || meeting(&open[earlier], &open[later]) == Meeting::Joins {
                unite(&mut groups, open, earlier, later);
            }
        }
    }
    let in_order = |group: Vec<usize>| {
        let mut files: Vec<usize> = group.iter().map(|one| open[*one].file).collect();
        files.sort_unstable();
        files
    };
    let mut found: Vec<Vec<usize>> = groups.into_iter().filter(|group| group.len() > 1).map(in_order).collect();
    found.sort_unstable();
    found
}

fn unite(groups: &mut Vec<Vec<usize>>, open: &[Open<'_>], a: usize, b: usize) {
    let place = |one: usize| groups.iter().position(|group| group.contains(&one));
    let (Some(a), Some(b)) = (place(a), place(b)) else { return };
    let contradict = |a: usize, b: usize| meeting(&open[a], &open[b]) == Meeting::Contradicts;
    if a == b || groups[a].iter().any(|one| groups[b].iter().any(|other| contradict(*one, *other))) {
        return;
    }
    let moved = groups.remove(a.max(b));
    groups[a.min(b)].extend(moved);
}

/// Returns the only file that ends where a file begins, with the balance that it begins with.
fn before(open: &[Open<'_>], file: usize) -> Option<usize> {
    let this = &open[file];
    let (first, balance) = this.opening?;
    let ends_so = |other: &usize| {
        *other != file
            && can_be_one(&open[*other], this)
            && open[*other].closing.is_some_and(|(last, after)| {
                after == balance && follows(last, first, balance, open[*other].layout == this.layout)
            })
    };
    let mut found = (0..open.len()).filter(ends_so);
    found.next().filter(|_| found.next().is_none())
}

fn meeting(a: &Open<'_>, b: &Open<'_>) -> Meeting {
    match (&a.shown, &b.shown) {
        (Some(one), Some(other)) if can_be_one(a, b) => meet(one, other, a.layout == b.layout),
        _ => Meeting::Silent,
    }
}

fn can_be_one(a: &Open<'_>, b: &Open<'_>) -> bool {
    let (one, other) = (&a.statement.account, &b.statement.account);
    a.currency.zip(b.currency).is_none_or(|(a, b)| a == b)
        && same_kind(one.kind, other.kind)
        && same_code(one.bank_id.as_deref(), other.bank_id.as_deref())
        && same_code(one.branch.as_deref(), other.branch.as_deref())
        && same_institution(one.institution.as_deref(), other.institution.as_deref()) != Some(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(name: &str, rows: &str) -> Source {
        let bytes = format!("Date,Description,Amount,Balance\n{rows}").into_bytes();
        Source { name: name.to_owned(), bytes }
    }

    fn found(files: &[(&str, &str)]) -> Vec<Vec<usize>> {
        let files: Vec<Source> = files.iter().map(|(name, rows)| source(name, rows)).collect();
        together(&files, &ImportOptions::default())
    }

    const JANUARY: &str = "2026-01-13,TEA,-9.50,90.50\n2026-01-30,BOOK,-4.00,86.50\n";
    const FEBRUARY: &str = "2026-02-03,PEN,-1.50,85.00\n2026-02-14,INK,-4.50,80.50\n";
    const OTHER: &str = "2026-01-13,PEN,-1.50,490.50\n2026-01-14,INK,-4.50,486.00\n";

    #[test]
    fn files_whose_balances_go_on_are_together_in_any_order() {
        assert_eq!(found(&[("1", JANUARY), ("2", OTHER), ("3", FEBRUARY)]), [[0, 2]]);
        assert_eq!(found(&[("1", FEBRUARY), ("2", JANUARY)]), [[0, 1]]);
        assert_eq!(found(&[("1", JANUARY), ("2", OTHER)]), Vec::<Vec<usize>>::new());
    }

    #[test]
    fn a_balance_that_two_files_end_with_tells_nothing() {
        let twin = JANUARY.replace("TEA", "CAKE").replace("BOOK", "SOAP");
        assert_eq!(found(&[("1", JANUARY), ("2", &twin), ("3", FEBRUARY)]), Vec::<Vec<usize>>::new());
    }

    #[test]
    fn equal_rows_in_days_whole_in_both_are_together() {
        let rows = "2026-01-02,A,-1.00,\n2026-01-03,B,-2.00,\n2026-01-04,C,-3.00,\n2026-01-05,D,-4.00,\n";
        let later = "2026-01-02,A,-1.00,\n2026-01-03,B,-2.00,\n2026-01-04,C,-3.00,\n2026-01-06,E,-5.00,\n";
        assert_eq!(found(&[("1", rows), ("2", later)]), [[0, 1]]);
    }
}
