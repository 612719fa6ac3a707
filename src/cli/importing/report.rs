//! The report as a person reads it: each file with its accounts, then what it all comes to.

use console::measure_text_width;

use super::rows;
use crate::cli::output::OutputError;
use crate::cli::words::{count, day_after, days, money, number, padded, shortened, wrapped};
use crate::ops::report::{AccountCounts, BalanceGap, FileReport, ImportStatus};
use crate::share::BalanceSource;

/// Longest name of an account that is shown whole beside its rows.
const WIDEST_NAME: usize = 36;
/// The width that names keep when the terminal is narrow.
const NARROW_NAME: usize = 20;

/// The widths of the columns.
struct Widths {
    line: usize,
    name: usize,
    counts: usize,
    /// Whether the days stand beside the counts; else below.
    days_beside: bool,
}

/// Returns the lines about files of which something was, or would be, imported.
pub(super) fn files(imports: &[FileReport], width: usize) -> Result<Vec<String>, OutputError> {
    let shown = || imports.iter().filter(|file| is_read(file));
    let accounts: Vec<&AccountCounts> = shown().flat_map(|file| &file.accounts).collect();
    let widths = Widths::of(&accounts, width);
    let mut lines = Vec::new();
    for file in shown() {
        lines.push(shortened(&file.file, width));
        for account in &file.accounts {
            let gaps = file.balance_gaps.iter().filter(|gap| gap.account_id == account.account_id);
            lines.extend(account_lines(account, &gaps.collect::<Vec<_>>(), &widths));
        }
        if file.accounts.is_empty() {
            lines.push("  no rows".to_owned());
        }
        lines.extend(rows::lines(&file.rows, width)?);
    }
    Ok(lines)
}

/// Returns the rows of refused files as they would be read with the likeliest answers.
pub(super) fn rows_of_refused(imports: &[FileReport], width: usize) -> Result<Vec<String>, OutputError> {
    let mut lines = Vec::new();
    for file in imports.iter().filter(|file| !is_read(file) && !file.rows.is_empty()) {
        lines.push("with the likeliest answers, not proven by the file:".to_owned());
        lines.extend(rows::lines(&file.rows, width)?);
    }
    Ok(lines)
}

fn is_read(file: &FileReport) -> bool {
    matches!(file.status, ImportStatus::Imported | ImportStatus::DryRun)
}

impl Widths {
    fn of(accounts: &[&AccountCounts], line: usize) -> Widths {
        let widest = |text: &dyn Fn(&AccountCounts) -> String| {
            accounts.iter().map(|account| measure_text_width(&text(account))).max().unwrap_or(0)
        };
        let name = widest(&|account| shortened(&account.name, WIDEST_NAME));
        let (counts, days) = (widest(&counts), widest(&|account| day_range(account).unwrap_or_default()));
        let needed = |name: usize| 2 + name + 2 + counts + 2 + days;
        let narrow = name.min(line.saturating_sub(needed(0)).max(NARROW_NAME));
        Widths { line, name: narrow, counts, days_beside: needed(narrow) <= line }
    }
}

fn account_lines(account: &AccountCounts, gaps: &[&BalanceGap], widths: &Widths) -> Vec<String> {
    let name = padded(&shortened(&account.name, widths.name), widths.name);
    let mut first = format!("  {name}  {}", padded(&counts(account), widths.counts));
    let mut more = Vec::new();
    match day_range(account) {
        Some(days) if widths.days_beside => first = format!("{first}  {days}"),
        Some(days) => more.push(days),
        None => {}
    }
    more.push(balance(account, gaps));
    let indent = " ".repeat(2 + widths.name + 2);
    let below = more.iter().flat_map(|text| wrapped(text, &indent, widths.line));
    std::iter::once(first.trim_end().to_owned()).chain(below).collect()
}

fn counts(account: &AccountCounts) -> String {
    let all =
        [(account.added, "new"), (account.present, "known"), (account.updated, "changed"), (account.held, "held back")];
    let parts: Vec<String> =
        all.iter().filter(|(rows, _)| *rows > 0).map(|(rows, word)| format!("{} {word}", number(*rows))).collect();
    let counts = if parts.is_empty() { "no rows".to_owned() } else { parts.join(", ") };
    if account.created { format!("{counts} (new account)") } else { counts }
}

fn day_range(account: &AccountCounts) -> Option<String> {
    account.first.zip(account.last).map(|(first, last)| days(first, last))
}

/// Returns what the account holds now, and how far that is proven.
fn balance(account: &AccountCounts, gaps: &[&BalanceGap]) -> String {
    let Some(balance) = account.balance else { return "no balance reported".to_owned() };
    let standing = match (account.proven_up_to, account.balance_source) {
        (_, BalanceSource::Owner) => ", counted on from the balance that you set".to_owned(),
        (Some(day), _) => format!(", proven up to {}", day_after(account.last, day)),
        (None, BalanceSource::Reported) => " as the bank said".to_owned(),
        (None, _) => ", counted on from a balance that the bank said".to_owned(),
    };
    let gap = gaps.last().map(|gap| {
        let more =
            if gaps.len() > 1 { format!(", and {} more", count(gaps.len() - 1, "gap", "gaps")) } else { String::new() };
        let amount = gap.amount.checked_abs().unwrap_or(gap.amount);
        let text = money(amount);
        let text = text.strip_suffix(&format!(" {}", amount.currency())).unwrap_or(&text);
        format!("; {text} missing before {}{more}", day_after(account.last, gap.to))
    });
    format!("balance {}{standing}{}", money(balance), gap.unwrap_or_default())
}

/// Returns what the files come to.
pub(super) fn total(imports: &[FileReport]) -> String {
    let with = |status: ImportStatus| imports.iter().filter(|file| file.status == status).count();
    let read: Vec<&FileReport> = imports.iter().filter(|file| is_read(file)).collect();
    let mut sentences = Vec::new();
    if !read.is_empty() {
        sentences.push(format!("{}: {}", count(read.len(), "file", "files"), row_counts(&read)));
    }
    let counted = [
        (with(ImportStatus::AlreadyImported), "file is known", "files are known"),
        (with(ImportStatus::Ignored), "file is ignored", "files are ignored"),
        (with(ImportStatus::NoExport), "file is no export", "files are no exports"),
        (with(ImportStatus::Rejected), "file was not imported", "files were not imported"),
    ];
    sentences
        .extend(counted.iter().filter(|(files, ..)| *files > 0).map(|(files, one, many)| count(*files, one, many)));
    if with(ImportStatus::DryRun) > 0 {
        sentences.push("This was a dry run: nothing was changed".to_owned());
    }
    if sentences.is_empty() { "There are no files.".to_owned() } else { format!("{}.", sentences.join(". ")) }
}

fn row_counts(files: &[&FileReport]) -> String {
    let accounts = || files.iter().flat_map(|file| &file.accounts);
    let sum = |rows: &dyn Fn(&AccountCounts) -> u64| accounts().map(rows).fold(0, u64::saturating_add);
    let (added, present, updated) = (sum(&|a| a.added), sum(&|a| a.present), sum(&|a| a.updated));
    let mut ids: Vec<_> = accounts().map(|account| (account.account_id, &account.name)).collect();
    ids.sort_unstable();
    ids.dedup();
    let new = if added == 1 { "1 new row".to_owned() } else { format!("{} new rows", number(added)) };
    let mut parts = vec![format!("{new} in {}", count(ids.len(), "account", "accounts"))];
    let others = [(present, "known"), (updated, "changed")];
    parts.extend(others.iter().filter(|(rows, _)| *rows > 0).map(|(rows, word)| format!("{} {word}", number(*rows))));
    parts.join(", ")
}

#[cfg(test)]
#[path = "../../../tests/unit/cli/report.rs"]
mod tests;
