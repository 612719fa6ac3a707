//! One statement into one account: what is known of it, what is decided, and what is written.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

use super::accounts::Target;
use super::pace::Pace;
use super::stop::Stop;
use crate::import::{ImportError, Parsed, Problem, Remedy, dedupe};
use crate::model::{
    Amount, BalanceKind, Day, Entry, EntryStatus, ImportId, Period, SourceKind, Statement, TransactionId,
};
use crate::ops::report::{AccountCounts, BalanceGap};
use crate::ops::{OpError, money};
use crate::store::Change;
use crate::store::db::balances::StoredBalance;
use crate::store::db::imports::{Coverage, Import, StoredDuplicate};
use crate::store::db::source_rows::{SourceRow, StoredSourceRow};

/// Rows that are written at a time.
const CHUNK: usize = 50_000;

/// What became of one statement.
pub(super) struct Applied {
    pub counts: AccountCounts,
    pub gaps: Vec<BalanceGap>,
    pub listed: u64,
}

/// Joins the statements of one account in a file: within one file, rows are only ever counted.
pub(super) fn join_same_account(parsed: &mut Parsed<'_>) {
    let mut joined: Vec<Statement<'_>> = Vec::new();
    for statement in parsed.statements.drain(..) {
        let same = |other: &&mut Statement<'_>| {
            other.currency == statement.currency
                && other.account.kind == statement.account.kind
                && other.account.number == statement.account.number
                && other.account.bank_id == statement.account.bank_id
        };
        match joined.iter_mut().find(same) {
            Some(first) => {
                first.declared = first
                    .declared
                    .zip(statement.declared)
                    .and_then(|(a, b)| Period::new(a.first().min(b.first()), a.last().max(b.last())));
                first.entries.extend(statement.entries);
                first.balances.extend(statement.balances);
                first.rejected.extend(statement.rejected);
                first.skipped.extend(statement.skipped);
            }
            None => joined.push(statement),
        }
    }
    parsed.statements = joined;
}

/// Matches a statement with what the vault knows of the account, and writes source rows and balances.
pub(super) fn statement(
    change: &mut Change<'_>,
    import: &Import,
    statement: &Statement<'_>,
    target: &Target,
    pace: &Pace<'_>,
) -> Result<Applied, Stop> {
    let account = target.account.id;
    let coverage = dedupe::coverage(statement);
    let newest_first = dedupe::newest_first(&statement.entries);
    let window = dedupe::window(statement);
    let stored = match window {
        Some(window) if !target.new => change.view().source_rows(account, window)?,
        _ => Vec::new(),
    };
    let plan = match coverage {
        Some(coverage) => {
            let known: Vec<dedupe::Known<'_>> = stored.iter().filter(|s| s.is_living()).map(known).collect();
            let coverages = known_coverages(change, target)?;
            dedupe::decide(import.kind, coverage, &statement.entries, &known, &coverages)
        }
        None => dedupe::Plan::default(),
    };
    let mut counts = AccountCounts {
        account_id: Some(account),
        name: target.account.name.clone(),
        added: 0,
        present: 0,
        updated: 0,
        held: 0,
    };
    let (numbers, taken) = numbers(change, import, statement, target)?;
    let mut transactions = Vec::with_capacity(statement.entries.len());
    let mut touched = HashSet::new();
    let leads: HashMap<TransactionId, SourceKind> =
        stored.iter().filter(|s| s.lead && s.is_living()).map(|s| (s.txn, s.kind)).collect();
    for index in 0..statement.entries.len() {
        let (txn, lead) = match plan.decisions.get(index) {
            Some(dedupe::Decision::Present(txn)) => {
                counts.present += 1;
                // Another kind of file that says nothing new does not change what is shown. A newer file of the
                // same kind does: banks write their rows out as they learn more.
                if leads.get(txn).is_none_or(|kind| *kind == import.kind) {
                    touched.insert(*txn);
                }
                (*txn, false)
            }
            Some(dedupe::Decision::Updated(txn)) => {
                counts.updated += 1;
                touched.insert(*txn);
                (*txn, false)
            }
            Some(dedupe::Decision::Added) | None => {
                counts.added += 1;
                let number = numbers + index as u64;
                // Another import may have kept the transaction of this number alive.
                let free = !taken.contains(&TransactionId::new(number.cast_signed()));
                let number = if free { number } else { change.reserve_rows(1)? };
                (TransactionId::new(number.cast_signed()), true)
            }
        };
        transactions.push((txn, lead));
    }
    write(change, import, statement, target, numbers, &transactions, pace)?;

    let by_reference: HashMap<(ImportId, u32), &StoredSourceRow> =
        stored.iter().map(|s| ((s.import, s.position), s)).collect();
    let find = |of: dedupe::SourceRowRef| by_reference.get(&(of.import, of.position)).copied();
    let mut changed: HashMap<i64, StoredSourceRow> = HashMap::new();
    for source_row in plan.replaced_pending.iter().filter_map(|r| find(*r)) {
        touched.insert(source_row.txn);
        changed.entry(source_row.place).or_insert_with(|| source_row.clone()).replaced = Some(import.id);
    }
    // Pending rows that a newer snapshot replaced come back with an undo: no other row of their file may take their
    // place meanwhile, or the file would show two rows and attest one transaction.
    let replaced: HashSet<(ImportId, TransactionId)> =
        stored.iter().filter(|s| !s.is_living() || changed.contains_key(&s.place)).map(|s| (s.import, s.txn)).collect();
    for moved in &plan.moves {
        let (Some(source_row), Some((to, _))) = (find(moved.source_row), transactions.get(moved.to)) else { continue };
        if replaced.contains(&(source_row.import, *to)) {
            continue;
        }
        touched.insert(source_row.txn);
        touched.insert(*to);
        changed.entry(source_row.place).or_insert_with(|| source_row.clone()).txn = *to;
    }
    for old in &stored {
        if let Some(new) = changed.get(&old.place) {
            change.update_source_row(old, new)?;
        }
    }
    if let (Some(window), false) = (window, touched.is_empty()) {
        change.choose_leads(account, window, |txn| touched.contains(&txn))?;
    }
    let listed = list(change, import, target, statement, &plan, find)?;
    put_balances(change, import.id, statement, target)?;
    change.add_coverage(&Coverage {
        account,
        import: import.id,
        period: coverage,
        newest_first,
        numbers,
        added: counts.added,
        present: counts.present,
        updated: counts.updated,
    })?;
    // Better refused now than accepted and never told again.
    let view = change.view();
    money::holding(&view, &view.balances()?, &target.account, None).map_err(|error| match error {
        OpError::BalanceOverflow { .. } => {
            ImportError::new(Problem::Overflow, error.to_string(), Remedy::CorrectAmounts).into()
        }
        error => Stop::Failed(error),
    })?;
    let gaps = gaps(change, import.id, target)?;
    Ok(Applied { counts, gaps, listed })
}

/// The number of the statement's first row, and the transactions whose ids are not free. The same bytes after an
/// undo get the numbers that they had, so that transaction ids, and the pseudonyms made from them, outlast an undo.
fn numbers(
    change: &mut Change<'_>,
    import: &Import,
    statement: &Statement<'_>,
    target: &Target,
) -> Result<(u64, HashSet<TransactionId>), OpError> {
    let imports = change.view().imports()?;
    let undone = |id: ImportId| {
        imports.iter().any(|i| i.id == id && i.undone && i.sha256 == import.sha256 && i.rows == import.rows)
    };
    let before =
        change.view().coverages()?.into_iter().rev().find(|c| c.account == target.account.id && undone(c.import));
    let (Some(before), Some(window)) = (before, dedupe::window(statement)) else {
        return Ok((change.reserve_rows(statement.entries.len())?, HashSet::new()));
    };
    Ok((before.numbers, change.transactions_around(target.account.id, window)?))
}

fn known(source_row: &StoredSourceRow) -> dedupe::Known<'_> {
    dedupe::Known {
        transaction: source_row.txn,
        import: source_row.import,
        kind: source_row.kind,
        position: source_row.position,
        day: source_row.day(),
        amount: source_row.amount,
        bank_id: source_row.bank_id.as_deref(),
        description: &source_row.description,
        running_balance: source_row.running,
        status: if source_row.pending { EntryStatus::Pending } else { EntryStatus::Posted },
    }
}

fn known_coverages(change: &Change<'_>, target: &Target) -> Result<Vec<dedupe::KnownCoverage>, OpError> {
    let imports = change.view().imports()?;
    let living = |id: ImportId| imports.iter().find(|import| import.id == id && !import.undone);
    let coverages = change.view().coverages()?;
    let of_account = coverages.iter().filter(|c| c.account == target.account.id);
    let known = of_account.filter_map(|c| {
        Some(dedupe::KnownCoverage {
            import: c.import,
            kind: living(c.import)?.kind,
            period: c.period?,
            newest_first: c.newest_first,
        })
    });
    Ok(known.collect())
}

/// Writes the rows as source rows in the order of their days, some thousands at a time: a million of them at once
/// would take as much memory as the file.
fn write(
    change: &mut Change<'_>,
    import: &Import,
    statement: &Statement<'_>,
    target: &Target,
    numbers: u64,
    transactions: &[(TransactionId, bool)],
    pace: &Pace<'_>,
) -> Result<(), Stop> {
    let entries = &statement.entries;
    let mut order: Vec<usize> = (0..entries.len()).collect();
    order.sort_by_key(|index| entries[*index].day);
    for chunk in order.chunks(CHUNK) {
        let mut rows = Vec::with_capacity(chunk.len());
        for &index in chunk {
            let entry = &entries[index];
            let place = change.place(target.account.id, entry.day, numbers + index as u64)?;
            let (txn, lead) = transactions[index];
            rows.push(source_row(import, statement, place, index, entry, txn, lead)?);
        }
        change.add_source_rows(&rows)?;
        pace.written(chunk.len());
    }
    Ok(())
}

/// A row of the file as it is stored. Texts stay borrowed from the file.
fn source_row<'e>(
    import: &Import,
    statement: &Statement<'_>,
    place: i64,
    index: usize,
    entry: &'e Entry<'_>,
    txn: TransactionId,
    lead: bool,
) -> Result<SourceRow<&'e str>, Stop> {
    if entry.amount.currency() != statement.currency {
        let (row, whole) = (entry.amount.currency(), statement.currency);
        let message = format!("the row is in {row}, and the statement in {whole}");
        let error = ImportError::new(Problem::Contradiction, message, Remedy::CurrencyInEveryRow);
        return Err(error.at_line(entry.line).into());
    }
    Ok(SourceRow {
        place,
        txn,
        import: import.id,
        position: u32::try_from(index)
            .map_err(|_| ImportError::new(Problem::Limit, "the file has too many rows", Remedy::Split))?,
        line: entry.line.cast_signed(),
        lead,
        replaced: None,
        kind: import.kind,
        amount: entry.amount.micros(),
        pending: entry.status == EntryStatus::Pending,
        running: entry.running_balance.map(|a| a.micros()),
        bank_id: entry.bank_id.as_deref(),
        description: entry.description.as_ref(),
        memo: Some(entry.memo.as_ref()).filter(|memo| !memo.is_empty()),
        check_number: entry.check_number.as_deref(),
        category: entry.category.as_deref(),
    })
}

/// Keeps the pairs that nobody could decide. Returns how many there are.
fn list<'s>(
    change: &mut Change<'_>,
    import: &Import,
    target: &Target,
    statement: &Statement<'_>,
    plan: &dedupe::Plan,
    find: impl Fn(dedupe::SourceRowRef) -> Option<&'s StoredSourceRow>,
) -> Result<u64, Stop> {
    let mut listed = 0;
    for pair in &plan.listed {
        let (Some(other), Some(entry)) = (find(pair.other), statement.entries.get(pair.entry)) else { continue };
        let position = u32::try_from(pair.entry).unwrap_or(u32::MAX);
        change.add_duplicate(&StoredDuplicate {
            account: target.account.id,
            row: (import.id, position, entry.day),
            other: (other.import, other.position, other.day()),
            reason: pair.reason.to_string(),
        })?;
        listed += 1;
    }
    Ok(listed)
}

fn put_balances(
    change: &mut Change<'_>,
    import: ImportId,
    statement: &Statement<'_>,
    target: &Target,
) -> Result<(), Stop> {
    for balance in &statement.balances {
        let stored = StoredBalance {
            account: target.account.id,
            kind: balance.kind,
            day: balance.as_of,
            import,
            amount: balance.amount.micros(),
        };
        change.put_balance(&stored)?;
    }
    Ok(())
}

/// The gaps that this import's balances or rows show: those that end at or after its first day.
fn gaps(change: &Change<'_>, import: ImportId, target: &Target) -> Result<Vec<BalanceGap>, Stop> {
    let view = change.view();
    let account = &target.account;
    let balances: Vec<StoredBalance> =
        view.balances()?.into_iter().filter(|b| b.account == account.id && b.kind == BalanceKind::Ledger).collect();
    let coverage = view.coverages()?.into_iter().find(|c| c.account == account.id && c.import == import);
    let own_days = balances.iter().filter(|b| b.import == import).map(|b| b.day);
    let covered = coverage.and_then(|c| c.period).into_iter().flat_map(|p| [p.first(), p.last()]);
    let concerned: Vec<Day> = own_days.chain(covered).collect();
    let (Some(from), Some(to)) = (concerned.iter().min(), concerned.iter().max()) else { return Ok(Vec::new()) };
    let before = balances.iter().map(|b| b.day).filter(|day| day < from).max().unwrap_or(*from);
    let after = balances.iter().map(|b| b.day).filter(|day| day > to).min().unwrap_or(*to);
    let near: Vec<StoredBalance> = balances.into_iter().filter(|b| before <= b.day && b.day <= after).collect();
    if near.iter().map(|b| b.day).collect::<HashSet<_>>().len() < 2 {
        return Ok(Vec::new());
    }
    let mut rows = Vec::new();
    view.visit(account.id, Period::new(before, after), false, |month| {
        let posted = month.iter().filter(|row| row.lead && row.is_living() && !row.pending);
        rows.extend(posted.map(|row| (row.day(), row.amount)));
        ControlFlow::Continue(())
    })?;
    let found = money::gaps(&near, &rows)
        .map_err(|e| ImportError::new(Problem::Overflow, e.to_string(), Remedy::CorrectAmounts))?;
    let shown = found.into_iter().map(|gap| BalanceGap {
        account_id: Some(account.id),
        from: gap.from,
        to: gap.to,
        amount: Amount::from_micros(gap.amount, account.currency),
    });
    Ok(shown.collect())
}
