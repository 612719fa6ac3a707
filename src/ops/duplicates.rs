//! Pairs of rows that the files do not prove to be one transaction or two.
//!
//! An import lists a pair. Each query decides again whether it is still open: an undo, or a file that shows the whole
//! day, settles it.

use std::collections::HashMap;
use std::ops::ControlFlow;

use super::OpError;
use super::report::DuplicateLine;
use crate::import::dedupe::{self, Reason};
use crate::model::{AccountId, Amount, Day, ImportId, Period, RowPosition};
use crate::store::Reader;
use crate::store::db::imports::ListedRow;
use crate::store::db::source_rows::StoredSourceRow;

/// Returns a reason in words.
fn in_words(reason: Reason) -> &'static str {
    match reason {
        Reason::SharedDayTakenAsSame => "two files share this day: taken as one row, could be two",
        Reason::SharedDayKeptBoth => "two files share this day: equal rows, both kept",
        Reason::OtherText => "same day and amount, other text: both kept",
        Reason::OtherSourceTakenAsSame => {
            "a file of another format, and more than one way to pair the rows: taken as one"
        }
        Reason::OtherSourceKeptBoth => "a file of another format shows it on a near day, at its end: both kept",
        Reason::MovedTakenAsSame => "same bank id and amount on a near day: taken as one row",
    }
}

/// Returns the pairs that are still open.
///
/// # Errors
///
/// When the vault cannot be read, or is not as it was written.
pub fn list(vault: &Reader) -> Result<Vec<DuplicateLine>, OpError> {
    let accounts = vault.view().accounts()?;
    let coverages = vault.view().coverages()?;
    let imports = vault.view().imports()?;
    let mut lines = Vec::new();
    let hidden = vault.view().hidden_accounts()?;
    for listed in vault.view().duplicates()?.into_iter().filter(|pair| !hidden.contains(&pair.account)) {
        let account = accounts.iter().find(|a| a.id == listed.account);
        let account = account.ok_or(OpError::PairWithoutAccount)?;
        let rows = rows_of_days(vault, account.id, [listed.row.day, listed.other.day])?;
        let find = |of: ListedRow| rows.get(&(of.import, of.position)).filter(|row| row.is_living());
        let (Some(row), Some(other)) = (find(listed.row), find(listed.other)) else { continue };
        let reason = listed.reason.parse::<Reason>().ok();
        let Some(reason) = reason.filter(|reason| reason.taken_as_same() == (row.txn == other.txn)) else { continue };
        let living = |import: ImportId| imports.iter().any(|i| i.id == import && !i.undone && i.kind == row.kind);
        let settled = reason.settled_by_whole_day()
            && coverages.iter().any(|c| {
                c.account == account.id
                    && living(c.import)
                    && c.period.is_some_and(|period| dedupe::shows_whole(period, row.day()))
            });
        if settled {
            continue;
        }
        lines.push(DuplicateLine {
            account_id: account.id,
            name: account.name.clone(),
            transaction_id: row.txn,
            possible_duplicate_of: other.txn,
            posted_timestamp: row.day(),
            amount: Amount::from_micros(row.amount, account.currency),
            description: row.description.clone(),
            reason: in_words(reason),
        });
    }
    Ok(lines)
}

fn rows_of_days(
    vault: &Reader,
    account: AccountId,
    days: [Day; 2],
) -> Result<HashMap<(ImportId, RowPosition), StoredSourceRow>, OpError> {
    let mut rows = HashMap::new();
    let period = Period::new(days[0].min(days[1]), days[0].max(days[1]));
    vault.view().visit(account, period, false, |month| {
        let of_days = month.into_iter().filter(|row| days.contains(&row.day()));
        rows.extend(of_days.map(|row| ((row.import, row.position), row)));
        ControlFlow::Continue(())
    })?;
    Ok(rows)
}
