//! Importing once more what an account holds, into another one: as if its files had been imported there.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::OnceLock;

use super::accounts::Target;
use super::apply::apply;
use super::counts::Counts;
use super::incoming::Incoming;
use super::pace::Pace;
use super::stop::Stop;
use super::total::Written;
use crate::model::{
    AccountHint, AccountId, Amount, Currency, Entry, EntryStatus, FileText, Rare, ReportedBalance, Statement,
    StatementId,
};
use crate::ops::OpError;
use crate::ops::progress::Quiet;
use crate::store::Change;
use crate::store::db::accounts::Account;
use crate::store::db::balances::StoredBalance;
use crate::store::db::coverages::Coverage;
use crate::store::db::source_row::StoredSourceRow;

/// Applies the rows and balances that living imports have in the account `from` to the account `into`, in the order of
/// the imports and of the statements in their files. The rows keep their numbers, and their transactions keep their ids where they are new there.
pub(crate) fn import_again(change: &mut Change<'_>, from: AccountId, into: &Account) -> Result<Counts, OpError> {
    let imports = change.view().imports()?;
    let coverages = change.view().all_coverages()?;
    let balances = change.view().balances()?;
    let mut rows: BTreeMap<StatementId, Vec<StoredSourceRow>> = BTreeMap::new();
    change.view().visit(from, None, false, |month| {
        month.into_iter().for_each(|row| rows.entry(row.statement_id()).or_default().push(row));
        ControlFlow::Continue(())
    })?;
    let refused = |stop| match stop {
        Stop::Refused(error) => OpError::NotCounted(Box::new(error)),
        Stop::Failed(error) => error,
    };
    let pace = Pace { progress: &Quiet, per_row: 0 };
    let mut counts = Counts::default();
    for import in imports.iter().filter(|import| !import.undone) {
        let mut written = Vec::new();
        for coverage in coverages.iter().filter(|c| c.account == from && c.import == import.id) {
            let id = coverage.statement_id();
            let mut rows = rows.remove(&id).unwrap_or_default();
            rows.sort_by_key(|row| row.position);
            let reported = balances.iter().filter(|b| b.account == from && b.statement == id);
            let statement = statement(coverage, &rows, reported, into.currency);
            let target = Target { account: into.clone(), new: false, statement: id.number };
            let kept = Some(coverage.first_number);
            let applied = apply(change, &Incoming { import, statement: &statement, target: &target, kept }, &pace);
            let applied = applied.map_err(refused)?;
            counts.add(applied.counts);
            Written::add(&mut written, &target, &applied);
        }
        // What no balance can hold is refused here, too.
        for written in written {
            written.total(change.view(), import.id).map_err(refused)?;
        }
    }
    Ok(counts)
}

/// Returns the statement that made the stored rows.
fn statement<'r>(
    coverage: &Coverage,
    rows: &'r [StoredSourceRow],
    balances: impl Iterator<Item = &'r StoredBalance>,
    currency: Currency,
) -> Statement<'r> {
    let amount = |micros| Amount::from_micros(micros, currency);
    Statement {
        account: AccountHint::default(),
        currency,
        declared: coverage.period,
        balances: balances.map(|b| ReportedBalance { kind: b.kind, amount: amount(b.amount), as_of: b.day }).collect(),
        entries: rows
            .iter()
            .map(|row| Entry {
                line: row.line,
                day: row.day(),
                amount: amount(row.amount),
                description: row.description.as_str().into(),
                memo: text(&row.memo),
                bank_id: text(&row.bank_id),
                transaction_type: text(&row.transaction_type),
                rare: Rare::of(text(&row.check_number), text(&row.category)),
                status: if row.pending { EntryStatus::Pending } else { EntryStatus::Posted },
                running: row.running,
            })
            .collect(),
        rejected: Vec::new(),
        skipped: Vec::new(),
        content: OnceLock::new(),
    }
}

fn text(stored: &Option<String>) -> FileText<'_> {
    stored.as_deref().unwrap_or_default().into()
}
