//! What an import comes to in one account, once all its statements there are written.

use super::accounts::Target;
use super::apply::Applied;
use super::counts::Counts;
use super::gaps::gaps;
use super::stop::Stop;
use crate::import::{ImportError, Problem, Remedy};
use crate::model::{ImportId, Period};
use crate::ops::OpError;
use crate::ops::money::{self, Books};
use crate::ops::report::{AccountCounts, BalanceGap};
use crate::share::SourceBalance;
use crate::store::View;
use crate::store::db::accounts::Account;

/// The statements of an import that were written into one account.
pub(super) struct Written {
    target: Target,
    counts: Counts,
    /// First and last day of the rows that are new or changed.
    changed: Option<Period>,
}

/// What an import came to in one account.
pub(super) struct Total {
    pub counts: AccountCounts,
    pub gaps: Vec<BalanceGap>,
    /// How many pairs in doubt name a row of the import.
    pub listed: u64,
    /// Whether balances of the file are printed as what is owed, and were turned.
    pub turned: bool,
}

impl Written {
    /// Adds a statement to those of its account, which come in the order of the file.
    pub(super) fn add(all: &mut Vec<Written>, target: &Target, applied: &Applied) {
        let known = all.iter_mut().find(|written| written.target.account.id == target.account.id);
        let Some(written) = known else {
            all.push(Written { target: target.clone(), counts: applied.counts, changed: applied.changed });
            return;
        };
        written.counts.add(applied.counts);
        written.changed = written.changed.into_iter().chain(applied.changed).reduce(Period::spanning);
        // The later one knows what the file told of the account before.
        written.target.account = target.account.clone();
    }

    /// Returns what the statements come to.
    pub(super) fn total(self, view: View<'_>, import: ImportId) -> Result<Total, Stop> {
        let Written { target: Target { account, new, .. }, counts: Counts { added, present, updated, held }, changed } =
            self;
        let reported = money::reported(&view)?;
        // What is added up shares the months that are read for it.
        let mut books = Books::new(view, &reported, account.id);
        let holding = holding(&mut books, &account)?;
        let gaps = gaps(&mut books, import, &account)?;
        let counts = AccountCounts {
            account_id: Some(account.id),
            name: account.name.clone(),
            created: new,
            first: changed.map(|days| days.first()),
            last: changed.map(|days| days.last()),
            balance: holding.current,
            balance_source: holding.source,
            proven_up_to: books.proven_up_to(None)?,
            added,
            present,
            updated,
            held,
        };
        let doubts = view.doubts()?;
        let names_it = doubts.iter().filter(|doubt| {
            doubt.account == account.id && [doubt.row, doubt.other].iter().any(|row| row.statement.import == import)
        });
        let turned = money::is_turned(&view, &reported, import, account.id)?;
        Ok(Total { counts, gaps, listed: names_it.count() as u64, turned })
    }
}

/// Returns what the account holds now. Amounts that no balance can hold are refused before they are stored.
fn holding(books: &mut Books<'_>, account: &Account) -> Result<SourceBalance, Stop> {
    match books.holding(account, None) {
        Ok(holding) => Ok(holding),
        Err(error @ OpError::BalanceOverflow { .. }) => {
            Err(ImportError::of(Problem::Overflow, error, Remedy::CorrectAmounts).into())
        }
        Err(error) => Err(error.into()),
    }
}
