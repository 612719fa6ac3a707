//! The files of one run that join each other: whatever account they are of, it is the same.

use super::options::{ImportOptions, Source};
use super::same::{closing_of, first_of_account, opening_of};
use crate::import::evidence::account::{same_code, same_institution, same_kind};
use crate::import::evidence::joins::{Meeting, Shown, follows, meet};
use crate::import::{self, ImportOption, text};
use crate::model::{AccountHint, Currency, Day, Micros, Statement};

/// A file that does not tell its account, as far as files are compared.
struct Open<'s> {
    /// Its place among the files.
    file: usize,
    layout: String,
    account: &'s AccountHint,
    /// Its currency; none while it is asked for.
    currency: Option<Currency>,
    /// What each of its statements shows.
    shown: Vec<Shown<'s>>,
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
        .map(|decoded| import::read(&decoded.as_ref()?.text, &options.read, &options.profiles).ok())
        .collect();
    let open: Vec<Open<'_>> = parsed
        .iter()
        .enumerate()
        .filter_map(|(file, parsed)| {
            let parsed = parsed.as_ref()?;
            if first_of_account(&parsed.statements).iter().any(|first| *first > 0) {
                return None;
            }
            let statements: Vec<&Statement<'_>> = parsed.statements.iter().collect();
            let Statement { account, currency, .. } = statements.first()?;
            let asked = parsed.questions.iter().any(|question| question.option == ImportOption::Currency);
            let is_named = account.number.is_some() || account.name.is_some();
            (!is_named).then(|| Open {
                file,
                layout: parsed.layout.clone(),
                account,
                currency: (!asked).then_some(*currency),
                shown: statements.iter().filter_map(|statement| Shown::of(statement)).collect(),
                opening: opening_of(&statements),
                closing: closing_of(&statements),
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
    if !can_be_one(a, b) {
        return Meeting::Silent;
    }
    let both = a.shown.iter().flat_map(|one| b.shown.iter().map(move |other| (one, other)));
    let met: Vec<Meeting> = both.map(|(one, other)| meet(one, other, a.layout == b.layout)).collect();
    let weightiest = [Meeting::Contradicts, Meeting::Joins].into_iter().find(|meeting| met.contains(meeting));
    weightiest.unwrap_or(Meeting::Silent)
}

fn can_be_one(a: &Open<'_>, b: &Open<'_>) -> bool {
    let (one, other) = (a.account, b.account);
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

    #[test]
    fn all_statements_of_a_file_join_or_contradict_with_it() {
        let row = |(day, amount, name): &(&str, &str, &str)| {
            format!("<STMTTRN><TRNTYPE>OTHER<DTPOSTED>202601{day}<TRNAMT>{amount}<NAME>{name}</STMTTRN>")
        };
        let statement = |rows: &[(&str, &str, &str)]| {
            let rows: String = rows.iter().map(row).collect();
            format!("<STMTTRNRS><STMTRS><CURDEF>USD<BANKTRANLIST>{rows}</BANKTRANLIST></STMTRS></STMTTRNRS>")
        };
        let ofx = |statements: &[String]| {
            let head = "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\n\n<OFX><BANKMSGSRSV1>";
            Source {
                name: "ofx".to_owned(),
                bytes: format!("{head}{}</BANKMSGSRSV1></OFX>", statements.concat()).into(),
            }
        };
        let early = [("01", "-1.00", "A"), ("02", "-2.00", "B"), ("03", "-3.00", "C")];
        let late = [
            ("20", "-1.00", "A"),
            ("21", "-2.00", "B"),
            ("22", "-2.50", "C"),
            ("23", "-2.75", "D"),
            ("24", "-3.00", "E"),
        ];
        let strange = late.map(|(day, _, name)| (day, "-9.00", name));
        let other = ofx(&[statement(&late)]);
        let whole = ofx(&[statement(&early), statement(&late)]);
        assert_eq!(together(&[other.clone(), whole], &ImportOptions::default()), [[0, 1]]);
        let contradicted = ofx(&[statement(&late), statement(&strange)]);
        assert!(together(&[other, contradicted], &ImportOptions::default()).is_empty());
    }
}
