//! What has to be known beside the numbers, by kind, each with what to do about it.

use crate::cli::following;
use crate::cli::words::{count, days, money, number, shortened, wrapped};
use crate::import::Remark;
use crate::ops::report::{BalanceGap, FileReport, GapCause, ImportStatus, ResealedGrant, SuspendedGrant};

/// Bad rows of a file that are listed one by one.
const MOST_ROWS: usize = 20;

/// Returns the lines below the report: empty when there is nothing to say.
pub(super) fn all(imports: &[FileReport], width: usize) -> Vec<String> {
    let groups = [
        gaps(imports),
        doubts(imports),
        remarks(imports),
        skipped(imports),
        left_out(imports),
        following(imports),
        stopped(imports),
    ];
    let mut lines = Vec::new();
    for (title, entries, advice) in groups.into_iter().filter(|(_, entries, _)| !entries.is_empty()) {
        lines.push(String::new());
        lines.push(format!("{title}:"));
        lines.extend(entries.iter().flat_map(|entry| wrapped(entry, "  ", width)));
        lines.extend(advice.iter().flat_map(|advice| wrapped(advice, "  ", width)));
    }
    lines
}

type Group = (&'static str, Vec<String>, Option<&'static str>);

fn gaps(imports: &[FileReport]) -> Group {
    let entry = |file: &FileReport, gap: &BalanceGap| {
        let account = file.accounts.iter().find(|account| account.account_id == gap.account_id);
        let name = account.map_or_else(|| name(file), |account| shortened(&account.name, 40));
        let amount = gap.amount.checked_abs().unwrap_or(gap.amount);
        let way = if gap.amount.is_negative() { "went out" } else { "came in" };
        let cause = cause(gap).map(|cause| format!("; {cause}")).unwrap_or_default();
        format!("{name}, {}: {} {way} without a row{cause}", days(gap.from, gap.to), money(amount))
    };
    let entries = imports.iter().flat_map(|file| file.balance_gaps.iter().map(move |gap| entry(file, gap)));
    let advice = "Import the file that has the missing rows; `vault imports undo ID` takes a wrong file back.";
    ("Rows are missing between two balances", entries.collect(), Some(advice))
}

/// Returns what most likely makes a gap.
fn cause(gap: &BalanceGap) -> Option<String> {
    let on = days(gap.cause_from?, gap.cause_to?);
    Some(match gap.cause? {
        GapCause::Doubt => format!("a pair of rows in doubt on {on} has just this amount (vault duplicates)"),
        GapCause::ExtraRow => format!("a row of {on} has just this amount, and may be one too many"),
        GapCause::NoFile => format!("no file has rows of {on}"),
    })
}

fn doubts(imports: &[FileReport]) -> Group {
    let doubtful = imports.iter().filter(|file| file.possible_duplicates > 0);
    let entry = |file: &FileReport| format!("{} of {}", number(file.possible_duplicates), name(file));
    ("Rows that may be one or two transactions", doubtful.map(entry).collect(), Some("`vault duplicates` lists them."))
}

fn remarks(imports: &[FileReport]) -> Group {
    let mut found: Vec<Remark> = Vec::new();
    for remark in imports.iter().flat_map(|file| &file.remarks) {
        if !found.contains(remark) {
            found.push(*remark);
        }
    }
    let files = |remark: Remark| names(imports.iter().filter(move |file| file.remarks.contains(&remark)));
    let entries = found.iter().map(|remark| format!("{} ({})", in_words(*remark), files(*remark)));
    ("How it was read", entries.collect(), Some("`vault imports undo ID` takes a file back that was read wrongly."))
}

fn in_words(remark: Remark) -> &'static str {
    match remark {
        Remark::DebtTurned => "what is owed was printed as a positive balance: it was turned",
        Remark::BalancesBefore => {
            "each balance stands before its row: the balance after the last row is not in the file"
        }
        Remark::BalancesLeftOut => {
            "the rows do not prove what the balances beside them are, those before or after them: they are left out"
        }
        Remark::SignFromBalances => "the running balance told which amounts are money in",
        Remark::SignFromEarlierFiles => "earlier files of the account told which amounts are money in",
        Remark::SignFromAccountKind => "the type of the account told which amounts are money in",
        Remark::AnswersRemembered => {
            "read with what you answered for an earlier file of this layout (vault imports answers)"
        }
        Remark::CurrencyFromSettings => "no currency is named: it is the one in your settings (vault config)",
        Remark::DateOrderFromSettings => {
            "the order of the days is left open: it is the one in your settings (vault config)"
        }
        Remark::SignFromWords => "words or marks beside the amounts told which are money in",
        Remark::SignFromTypes => "the types of the rows told which amounts are money in",
        Remark::NumberLearned => "the account had no number: it takes that of the file",
        Remark::NumberAdded => "the account takes the number of the file, beside those it had",
        Remark::AccountFromRows => "rows that the vault has already told the account",
        Remark::AccountFromBalance => "the opening balance goes on where the account ended, and told the account",
        Remark::AccountFromOtherFile => "another file, whose rows or balances go on in this one, told the account",
        Remark::AccountFromFileName => "digits in the name of the file told the account",
        Remark::AccountFromAnswer => "the account is the one that you named for this layout (vault imports answers)",
        Remark::KindLearned => "the account had no type: it takes that of the file",
        Remark::EncodingFromLanguage => "the language of the text told its encoding",
    }
}

/// Lists each part once, with how many there are in all files.
fn skipped(imports: &[FileReport]) -> Group {
    let parts = || imports.iter().flat_map(|file| file.skipped.iter().map(move |part| (file, part)));
    let mut found: Vec<&str> = Vec::new();
    for (_, part) in parts().filter(|(_, part)| part.count > 0) {
        if !found.contains(&part.what.as_str()) {
            found.push(&part.what);
        }
    }
    let entry = |what: &str| {
        let of = |file: &&FileReport| file.skipped.iter().any(|part| part.what == what);
        let all =
            parts().filter(|(_, part)| part.what == what).fold(0u64, |all, (_, part)| all.saturating_add(part.count));
        let what = if all == 1 { what.to_owned() } else { several(what) };
        format!("{} {what} of {}", number(all), names(imports.iter().filter(of)))
    };
    ("Understood and not imported", found.into_iter().map(entry).collect(), None)
}

/// Returns the plural of what a reader calls a part of a file: its noun, and the verb that says more of it. Names of a
/// format, such as `BUYSTOCK`, stay as they are.
fn several(what: &str) -> String {
    const NOUNS: [&str; 4] = ["line", "row", "title", "statement"];
    const VERBS: [(&str, &str); 2] = [("states", "state"), ("goes", "go")];
    let mut words: Vec<String> = what.split(' ').map(str::to_owned).collect();
    let Some(noun) = words.iter().position(|word| NOUNS.contains(&word.as_str())) else { return what.to_owned() };
    words[noun].push('s');
    if let [that, verb, ..] = &mut words[noun + 1..]
        && that == "that"
        && let Some((_, plural)) = VERBS.iter().find(|(single, _)| single == verb)
    {
        *verb = (*plural).to_owned();
    }
    words.join(" ")
}

/// The bad rows of files that were imported without them.
fn left_out(imports: &[FileReport]) -> Group {
    let kept = imports.iter().filter(|file| file.status != ImportStatus::Rejected);
    ("Rows that cannot be read and were left out", kept.flat_map(bad_rows).collect(), None)
}

/// Returns the bad rows of a file, line by line.
pub(super) fn bad_rows(file: &FileReport) -> Vec<String> {
    let rows = file.rejected_rows.iter().take(MOST_ROWS);
    let mut lines: Vec<String> = rows.map(|row| format!("{}: line {}: {}", name(file), row.line, row.reason)).collect();
    let more = file.rejected_rows.len().saturating_sub(MOST_ROWS);
    if more > 0 {
        lines.push(format!("{}: {} that cannot be read", name(file), count(more, "more row", "more rows")));
    }
    lines
}

fn following(imports: &[FileReport]) -> Group {
    let entries = resealed(imports).iter().map(following::resealed).collect();
    ("Slices that follow the data", entries, None)
}

fn stopped(imports: &[FileReport]) -> Group {
    let entries = suspended(imports).map(following::suspended).collect();
    ("Suspended by your policy", entries, Some("`vault grants resume ID` asks you about one."))
}

/// Returns the grants that the policy suspended.
pub(super) fn suspended(imports: &[FileReport]) -> impl Iterator<Item = &SuspendedGrant> {
    imports.iter().filter(|file| file.status == ImportStatus::Imported).flat_map(|file| &file.suspended)
}

/// Returns the grants whose slice was sealed again, each once.
pub(super) fn resealed(imports: &[FileReport]) -> Vec<ResealedGrant> {
    let imported = imports.iter().filter(|file| file.status == ImportStatus::Imported);
    following::together(imported.flat_map(|file| &file.resealed))
}

/// Returns the file's name as a line has it.
pub(super) fn name(file: &FileReport) -> String {
    shortened(&file.file, 60)
}

/// Returns the names of files, separated by commas.
pub(super) fn names<'f>(files: impl Iterator<Item = &'f FileReport>) -> String {
    files.map(name).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_parts_in_plain_english() {
        for (one, many) in [
            ("total or balance line", "total or balance lines"),
            ("row that states a balance", "rows that state a balance"),
            ("line that goes on with the one before", "lines that go on with the one before"),
            ("row that another account paid", "rows that another account paid"),
            ("statement without rows", "statements without rows"),
            ("section title", "section titles"),
            ("line without a day and an amount", "lines without a day and an amount"),
            ("line with a balance that another one contradicts", "lines with a balance that another one contradicts"),
            ("BUYSTOCK", "BUYSTOCK"),
        ] {
            assert_eq!(several(one), many);
        }
    }
}
