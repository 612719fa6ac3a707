//! Which column of a file plays which part.

/// The columns, by position, of everything that a row can tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Roles {
    /// The first that is filled counts; falling back to a later one makes a row pending.
    pub(super) day: Vec<usize>,
    pub(super) amount: Option<usize>,
    pub(super) debit: Option<usize>,
    pub(super) credit: Option<usize>,
    /// Tells the direction of an unsigned amount.
    pub(super) indicator: Option<usize>,
    pub(super) fee: Option<usize>,
    /// The first that is filled counts.
    pub(super) description: Vec<usize>,
    /// All that are filled, joined.
    pub(super) memo: Vec<usize>,
    pub(super) bank_id: Option<usize>,
    pub(super) check_number: Option<usize>,
    pub(super) category: Option<usize>,
    pub(super) status: Option<usize>,
    pub(super) balance: Option<usize>,
    pub(super) currency: Option<usize>,
    pub(super) account: Option<usize>,
    pub(super) account_name: Option<usize>,
}

impl Roles {
    /// The columns that hold the money of a row.
    pub(super) fn money(&self) -> impl Iterator<Item = usize> + '_ {
        let pair = if self.amount.is_some() { [None, None] } else { [self.debit, self.credit] };
        self.amount.into_iter().chain(pair.into_iter().flatten())
    }
}
