//! What the owner decides about accounts: numbers, balances of days, what is closed, merged and removed.

mod balance;
mod merge;
mod number;
mod state;

pub use balance::{BalanceSet, examine_balance, set_balance, unset_balance};
pub use merge::{merge, unmerge};
pub use number::set_number;
pub use state::{close, remove, reopen};
