//! The accounts that a file may go to. One with which others were merged takes their files, too: it is known by the
//! bank, the kind and the numbers of each of them.

use crate::model::AccountId;
use crate::store::db::accounts::Account;
use crate::store::{StoreError, View};

/// The accounts that are shown, and those that are merged with them.
pub(super) struct Known {
    pub accounts: Vec<Account>,
    /// Each with the account that is shown in its place.
    merged: Vec<(AccountId, Account)>,
}

impl Known {
    pub(super) fn of(view: &View<'_>) -> Result<Known, StoreError> {
        let (accounts, all, merges) = (view.accounts()?, view.all_accounts()?, view.merges()?);
        let target_of = |id: AccountId| merges.iter().find(|merge| merge.account == id).map(|merge| merge.target);
        let merged = all.into_iter().filter_map(|account| {
            let shown = std::iter::successors(target_of(account.id), |target| target_of(*target)).last()?;
            Some((shown, account))
        });
        Ok(Known { merged: merged.collect(), accounts })
    }

    /// Returns an account as it is, and as each of those that are merged with it was.
    pub(super) fn faces<'k>(&'k self, account: &'k Account) -> impl Iterator<Item = &'k Account> {
        let merged = self.merged.iter().filter(move |(shown, _)| *shown == account.id).map(|(_, merged)| merged);
        std::iter::once(account).chain(merged)
    }

    /// Returns the account that is shown in the place of a merged one with this id.
    pub(super) fn in_place_of(&self, id: &str) -> Option<&Account> {
        let (shown, _) = self.merged.iter().find(|(_, merged)| merged.id.to_string() == id)?;
        self.accounts.iter().find(|account| account.id == *shown)
    }
}
