//! Importing once more what an account holds, into another one: as if its files had been imported there.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

use super::accounts::Target;
use super::apply::apply;
use super::incoming::Incoming;
use super::pace::Pace;
use super::stop::Stop;
use crate::model::{
    AccountHint, AccountId, Amount, Currency, Entry, EntryStatus, ImportId, ReportedBalance, Statement,
};
use crate::ops::OpError;
use crate::ops::progress::Quiet;
use crate::store::Change;
use crate::store::db::accounts::Account;
use crate::store::db::balances::StoredBalance;
use crate::store::db::coverages::Coverage;
use crate::store::db::source_rows::StoredSourceRow;

/// What became of the rows.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub added: u64,
    pub present: u64,
    pub updated: u64,
}

/// Applies the rows and balances that living imports have in the account `from` to the account `into`, in the order of
/// the imports. The rows keep their numbers, and their transactions keep their ids where they are new there.
pub(crate) fn import_again(change: &mut Change<'_>, from: AccountId, into: &Account) -> Result<Counts, OpError> {
    let imports = change.view().imports()?;
    let coverages = change.view().all_coverages()?;
    let balances = change.view().balances()?;
    let mut rows: BTreeMap<ImportId, Vec<StoredSourceRow>> = BTreeMap::new();
    change.view().visit(from, None, false, |month| {
        month.into_iter().for_each(|row| rows.entry(row.import).or_default().push(row));
        ControlFlow::Continue(())
    })?;
    let target = Target { account: into.clone(), new: false };
    let pace = Pace { progress: &Quiet, per_row: 0 };
    let mut counts = Counts::default();
    for import in imports.iter().filter(|import| !import.undone) {
        let Some(coverage) = coverages.iter().find(|c| c.account == from && c.import == import.id) else { continue };
        let mut of_import = rows.remove(&import.id).unwrap_or_default();
        of_import.sort_by_key(|row| row.position);
        let reported = balances.iter().filter(|b| b.account == from && b.import == import.id);
        let statement = statement(coverage, &of_import, reported, into.currency);
        let incoming = Incoming { import, statement: &statement, target: &target, kept: Some(coverage.first_number) };
        let applied = apply(change, &incoming, &pace).map_err(|stop| match stop {
            Stop::Refused(error) => OpError::NotCounted(Box::new(error)),
            Stop::Failed(error) => error,
        })?;
        counts.added += applied.counts.added;
        counts.present += applied.counts.present;
        counts.updated += applied.counts.updated;
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
                description: Cow::Borrowed(&row.description),
                memo: Cow::Borrowed(row.memo.as_deref().unwrap_or_default()),
                bank_id: row.bank_id.as_deref().map(Cow::Borrowed),
                check_number: row.check_number.as_deref().map(Cow::Borrowed),
                category: row.category.as_deref().map(Cow::Borrowed),
                transaction_type: row.transaction_type.as_deref().map(Cow::Borrowed),
                status: if row.pending { EntryStatus::Pending } else { EntryStatus::Posted },
                running_balance: row.running.map(amount),
            })
            .collect(),
        rejected: Vec::new(),
        skipped: Vec::new(),
    }
}
