//! Balances that a CSV file reports: in lines above its header, and by its running balance.
//!
//! The running balance after the chronologically last row is the ledger balance of that day. Which row of
//! the newest day is last: the order in which each balance is the one before it plus the amount; else the
//! direction of the days in the file; else what the profile says. Without an answer nothing is derived.

use super::layout::Layout;
use super::reading::Reading;
use super::rows::last_day;
use crate::model::{Amount, BalanceKind, Entry, EntryStatus, Period, ReportedBalance, Statement};

/// Adds the reported balances, and the period where the preamble declares one.
pub(super) fn add(statements: &mut [Statement<'_>], layout: &Layout<'_>, reading: &Reading) {
    if let [only] = statements {
        preamble(only, layout, reading);
    }
    for statement in statements {
        let Some(found) = latest(&statement.entries, layout.conventions.newest_first) else { continue };
        let known = statement.balances.iter().any(|b| b.kind == found.kind && b.as_of == found.as_of);
        if !known {
            statement.balances.push(found);
        }
    }
}

/// Reads `Beginning balance as of 01/01/2025,,"1,300.00"` and `Ending balance as of …`.
fn preamble(statement: &mut Statement<'_>, layout: &Layout<'_>, reading: &Reading) {
    let mut bounds = (None, None);
    for (_, fields) in &layout.preamble {
        let Some(title) = fields.first().map(|f| f.text()) else { continue };
        let lower = title.to_lowercase();
        let opening = lower.starts_with("beginning balance") || lower.starts_with("opening balance");
        let closing = lower.starts_with("ending balance") || lower.starts_with("closing balance");
        let value = fields.iter().skip(1).rev().find(|f| !f.is_blank()).map(|f| f.text());
        let (Some(day), Some(value), true) = (last_day(&title, reading), value, opening || closing) else { continue };
        let Ok(amount) = Amount::parse(&value, reading.mark, statement.currency) else { continue };
        // An opening balance is that of the morning; a balance here is that of an evening.
        let as_of = if opening { day.plus_days(-1) } else { day };
        statement.balances.push(ReportedBalance { kind: BalanceKind::Ledger, amount, as_of });
        if opening { bounds.0 = Some(day) } else { bounds.1 = Some(day) }
    }
    if let (Some(first), Some(last)) = bounds {
        statement.declared = Period::new(first, last);
    }
}

/// Returns the ledger balance at the end of the newest day.
fn latest(entries: &[Entry<'_>], newest_first: Option<bool>) -> Option<ReportedBalance> {
    let posted = || entries.iter().filter(|e| e.status == EntryStatus::Posted);
    let newest = posted().map(|e| e.day).max()?;
    let block: Vec<&Entry<'_>> = posted().filter(|e| e.day == newest).collect();
    let chained = |newest_first: bool| {
        block.len() > 1
            && block.windows(2).all(|pair| {
                let (earlier, later) = if newest_first { (pair[1], pair[0]) } else { (pair[0], pair[1]) };
                let (Some(before), Some(after)) = (earlier.running_balance, later.running_balance) else {
                    return false;
                };
                before.checked_add(later.amount).is_ok_and(|sum| sum == after)
            })
    };
    let newest_at_top = match (block.len(), chained(true), chained(false)) {
        (1, ..) => true,
        (_, true, false) => true,
        (_, false, true) => false,
        _ => direction(entries).or(newest_first)?,
    };
    let last = if newest_at_top { block.first() } else { block.last() };
    let amount = last.and_then(|e| e.running_balance)?;
    Some(ReportedBalance { kind: BalanceKind::Ledger, amount, as_of: newest })
}

/// Returns whether days only fall (newest first) or only rise; `None` for one day or a mixture.
fn direction(entries: &[Entry<'_>]) -> Option<bool> {
    let (mut rises, mut falls) = (false, false);
    for pair in entries.windows(2) {
        rises |= pair[1].day > pair[0].day;
        falls |= pair[1].day < pair[0].day;
    }
    (rises != falls).then_some(falls)
}
