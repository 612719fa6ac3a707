//! What the owner says of two rows: one transaction, or two. The files cannot know it.

use std::collections::HashMap;
use std::ops::ControlFlow;

use data_encoding::HEXLOWER;
use serde_json::json;

use super::derive::{self, RowNumbers};
use super::report::{DecidedRowLine, DecisionLine, Verdict};
use super::{OpError, reseal};
use crate::import::reconcile::{DECIDED_DAYS, REACH};
use crate::model::{AccountId, DecisionId, Env, ImportId, PairId, Period, TransactionId};
use crate::store::db::decisions::{DecidedRow, StoredDecision};
use crate::store::db::imports::Import;
use crate::store::db::source_row::StoredSourceRow;
use crate::store::{AuditAction, Change, Reader, View, Writer};

/// What a decision is about.
#[derive(Clone, Copy, Debug)]
pub enum About {
    /// A pair in doubt.
    Pair(PairId),
    /// Two transactions.
    Transactions(TransactionId, TransactionId),
}

/// A source row, its account and the file that it stands in.
struct Found {
    account: AccountId,
    row: StoredSourceRow,
    name: DecidedRow,
}

/// Decides about two rows, and derives their days again. A decision that was made already is no error.
///
/// # Errors
///
/// When a row is not known, both are one row or of one statement, an older decision says otherwise, or the vault cannot be written.
pub fn decide(vault: &mut Writer, about: About, same: bool, env: Env<'_>) -> Result<DecisionLine, OpError> {
    let view = vault.view();
    let (one, other) = rows(&view, about)?;
    if one.account != other.account {
        return Err(OpError::CannotDecide("they are of two accounts".to_owned()));
    }
    if one.name == other.name {
        return Err(OpError::CannotDecide("they are one row: name a pair of rows, such as 12-45".to_owned()));
    }
    if one.row.statement_id() == other.row.statement_id() {
        return Err(OpError::CannotDecide("one statement shows both, so they are two".to_owned()));
    }
    if same {
        not_too_far(Period::of_day(one.row.day()).spanning(Period::of_day(other.row.day())))?;
    }
    let all = view.decisions()?;
    if let Some(older) = against(&all, one.name, other.name, same) {
        return Err(OpError::DecidedOtherwise(older.id));
    }
    let is_made = |decision: &&StoredDecision| decision.same == same && is_of(decision, one.name, other.name);
    let known = all.iter().find(is_made).cloned();
    let decision = match known {
        Some(decision) => decision,
        None => vault.change(env, |change| {
            let (id, created) = (DecisionId::new(0), env.now());
            let decision =
                change.add_decision(StoredDecision { id, same, row: one.name, other: other.name, created })?;
            let stand_apart = derive_again(change, &[&one, &other], &decision)?;
            let rows = rows(&change.view(), About::Pair(PairId::new(one.row.number, other.row.number)))?;
            if same && rows.0.row.txn != rows.1.row.txn {
                let why = "another file shows them as two, or an older decision keeps them apart";
                return Err(OpError::CannotDecide(why.to_owned()));
            }
            if same && !stand_apart {
                not_too_far(days_of(&change.view(), &rows.0)?)?;
            }
            change.audit(AuditAction::Decide, decision.id, detail(&decision));
            reseal::run(change, env)?;
            Ok::<_, OpError>(decision)
        })?,
    };
    line(&vault.view(), &decision)
}

/// Returns every decision, oldest first.
///
/// # Errors
///
/// When the vault cannot be read, or is not as it was written.
pub fn list(vault: &Reader) -> Result<Vec<DecisionLine>, OpError> {
    let view = vault.view();
    view.decisions()?.iter().map(|decision| line(&view, decision)).collect()
}

/// Takes a decision back, and derives the days of its rows again.
///
/// # Errors
///
/// When there is no such decision, or the vault cannot be written.
pub fn undo(vault: &mut Writer, id: DecisionId, env: Env<'_>) -> Result<DecisionLine, OpError> {
    let view = vault.view();
    let decision = view.decisions()?.into_iter().find(|d| d.id == id).ok_or(OpError::UnknownDecision(id))?;
    let shown = line(&view, &decision)?;
    let living: Vec<Found> = [decision.row, decision.other]
        .into_iter()
        .filter_map(|row| by_name(&view, row).transpose())
        .collect::<Result<_, _>>()?;
    vault.change(env, |change| {
        change.remove_decision(id)?;
        derive_again(change, &living.iter().collect::<Vec<_>>(), &decision)?;
        change.audit(AuditAction::Undecide, id, detail(&decision));
        reseal::run(change, env)?;
        Ok::<_, OpError>(())
    })?;
    Ok(shown)
}

/// Derives the days of rows again, in every account that holds them: also in merged ones, and what was kept of them. Returns
/// whether no transaction has rows of these and of other days.
fn derive_again(change: &mut Change<'_>, found: &[&Found], decision: &StoredDecision) -> Result<bool, OpError> {
    let coverages = change.view().all_coverages()?;
    let mut stand_apart = true;
    for account in change.view().all_accounts()? {
        let holds = |one: &&&Found| coverages.iter().any(|c| c.account == account.id && c.import == one.row.import);
        let days = found.iter().filter(holds).map(|one| Period::of_day(one.row.day())).reduce(Period::spanning);
        if let Some(days) = days.filter(|days| days.first().days_until(days.last()) <= DECIDED_DAYS) {
            stand_apart &= derive::decided(change, account.id, days, decision)?;
            continue;
        }
        // Two rows that were told apart may lie far from each other.
        for one in found.iter().filter(holds) {
            derive::again(change, account.id, Period::of_day(one.row.day()), false)?;
            stand_apart = false;
        }
    }
    Ok(stand_apart)
}

/// Refuses days that are too far apart for the rows of one transaction.
fn not_too_far(days: Period) -> Result<(), OpError> {
    let apart = days.first().days_until(days.last());
    if apart <= DECIDED_DAYS {
        return Ok(());
    }
    let why = format!("its rows would lie {apart} days apart, and those of one transaction lie at most {DECIDED_DAYS}");
    Err(OpError::CannotDecide(why))
}

/// Returns the days of all rows of a row's transaction.
fn days_of(view: &View<'_>, of: &Found) -> Result<Period, OpError> {
    let mut days = Period::of_day(of.row.day());
    view.visit_kept(
        of.account,
        Some(days.widened(REACH)),
        false,
        |row| (row.txn == of.row.txn).then(|| row.day()),
        |found| {
            days = found.into_iter().map(Period::of_day).fold(days, Period::spanning);
            ControlFlow::Continue(())
        },
    )?;
    Ok(days)
}

fn detail(decision: &StoredDecision) -> serde_json::Value {
    let row = |row: DecidedRow| json!({ "sha256": HEXLOWER.encode(&row.sha256), "statement": row.statement, "position": row.position.get() });
    json!({ "same": decision.same, "row": row(decision.row), "other": row(decision.other) })
}

fn is_of(decision: &StoredDecision, one: DecidedRow, other: DecidedRow) -> bool {
    (decision.row, decision.other) == (one, other) || (decision.row, decision.other) == (other, one)
}

/// Returns an older decision that two rows cannot be decided against: what is said to be one follows from one row to the
/// next.
fn against(all: &[StoredDecision], one: DecidedRow, other: DecidedRow, same: bool) -> Option<&StoredDecision> {
    let mut group: HashMap<DecidedRow, usize> = HashMap::new();
    let mut next = 0;
    let mut number = |row: DecidedRow, group: &mut HashMap<DecidedRow, usize>| {
        *group.entry(row).or_insert_with(|| {
            next += 1;
            next
        })
    };
    for decision in all.iter().filter(|decision| decision.same) {
        let (a, b) = (number(decision.row, &mut group), number(decision.other, &mut group));
        group.values_mut().filter(|of| **of == b).for_each(|of| *of = a);
    }
    let (a, b) = (number(one, &mut group), number(other, &mut group));
    if same {
        let of = |row: DecidedRow| group.get(&row).copied();
        return all.iter().filter(|decision| !decision.same).find(|decision| {
            let ends = (of(decision.row), of(decision.other));
            ends == (Some(a), Some(b)) || ends == (Some(b), Some(a))
        });
    }
    (a == b).then(|| all.iter().find(|decision| decision.same && group.get(&decision.row) == Some(&a))).flatten()
}

/// Finds the two rows of a decision. A transaction is named by the row that it is shown by.
fn rows(view: &View<'_>, about: About) -> Result<(Found, Found), OpError> {
    match about {
        About::Pair(pair) => {
            let find = |number| numbered(view, number)?.ok_or(OpError::UnknownPair(pair));
            let (one, other) = pair.rows();
            Ok((find(one)?, find(other)?))
        }
        About::Transactions(one, other) => {
            let find = |txn| shown(view, txn)?.ok_or(OpError::UnknownTransaction(txn));
            Ok((find(one)?, find(other)?))
        }
    }
}

/// Returns the row that a transaction is shown by.
fn shown(view: &View<'_>, txn: TransactionId) -> Result<Option<Found>, OpError> {
    // A transaction has the number of one of its rows, and the others are near that.
    let named = numbered(view, txn.number().cast_unsigned())?;
    let Some(named) = named.filter(|named| named.row.txn == txn) else { return Ok(None) };
    if named.row.lead {
        return Ok(Some(named));
    }
    let near = Period::of_day(named.row.day()).widened(REACH);
    let mut leads = None;
    view.visit_kept(
        named.account,
        Some(near),
        false,
        |row| (row.lead && row.txn == txn).then(|| row.to_stored()),
        |rows| {
            leads = leads.take().or(rows.into_iter().next());
            if leads.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        },
    )?;
    leads.map_or(Ok(None), |row| found(&view.imports()?, named.account, row))
}

/// Returns the row with a number, of the accounts that are shown.
fn numbered(view: &View<'_>, number: u64) -> Result<Option<Found>, OpError> {
    let imports = view.imports()?;
    let is_living = |id: ImportId| imports.iter().any(|import| import.id == id && !import.undone);
    for coverage in view.coverages()?.into_iter().filter(|c| is_living(c.import)) {
        if let Some(row) = view.numbered(&coverage, number)? {
            return found(&imports, coverage.account, row);
        }
    }
    Ok(None)
}

fn by_name(view: &View<'_>, name: DecidedRow) -> Result<Option<Found>, OpError> {
    let imports = view.imports()?;
    let is_of_file = |id: ImportId| imports.iter().any(|i| i.id == id && !i.undone && i.sha256 == name.sha256);
    let coverages = view.coverages()?.into_iter();
    for coverage in coverages.filter(|c| c.statement == name.statement && is_of_file(c.import)) {
        let newest_first = coverage.newest_first.then(|| view.rows_of(&coverage));
        let numbers = RowNumbers { first: coverage.first_number, newest_first };
        let row = view.numbered(&coverage, numbers.of(name.position.get() as usize))?;
        if let Some(row) = row.filter(|row| row.position == name.position) {
            return found(&imports, coverage.account, row);
        }
    }
    Ok(None)
}

fn found(imports: &[Import], account: AccountId, row: StoredSourceRow) -> Result<Option<Found>, OpError> {
    let file = imports.iter().find(|import| import.id == row.import);
    Ok(file.map(|file| {
        let name = DecidedRow { sha256: file.sha256, statement: row.statement, position: row.position };
        Found { account, row, name }
    }))
}

fn line(view: &View<'_>, decision: &StoredDecision) -> Result<DecisionLine, OpError> {
    let imports = view.imports()?;
    let row = |row: DecidedRow| {
        let import = imports.iter().rev().find(|import| import.sha256 == row.sha256);
        let living = by_name(view, row)?;
        Ok::<_, OpError>(DecidedRowLine {
            file: import.map(|import| import.file.clone()).unwrap_or_default(),
            line: living.map(|found| found.row.line),
        })
    };
    Ok(DecisionLine {
        decision_id: decision.id,
        verdict: if decision.same { Verdict::Same } else { Verdict::Different },
        rows: [row(decision.row)?, row(decision.other)?],
        created_time: decision.created,
    })
}
