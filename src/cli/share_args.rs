//! The words of `vault share` that say what is to be shared; `vault policy test` takes the same.

use super::error::CliError;
use super::exit::Exit;
use super::values::{self, Expiry};
use crate::model::{AccountType, Day, PeriodText};
use crate::ops::share::ShareRequest;
use crate::share::{Direction, Field, Scope};

/// What is to be shared.
#[derive(Debug, clap::Args)]
pub(crate) struct ShareArgs {
    /// What to share: accounts, balances, transactions, transactions.detail, account-numbers; repeated or with commas
    #[arg(long, value_name = "SCOPE", value_delimiter = ',')]
    pub scope: Vec<Scope>,
    /// The recipient
    #[arg(long, value_name = "WHO", value_parser = values::name)]
    pub to: Option<String>,
    /// What they want it for
    #[arg(long, value_name = "WHY", value_parser = values::name)]
    pub purpose: Option<String>,
    /// For how long, such as 30d, 4w or 1y, or its last day, such as 2026-12-31 or 2027q1; at most 365 days
    #[arg(long, value_name = "WHEN", value_parser = values::expires)]
    pub expires: Option<Expiry>,
    /// These bytes only, for one opening; data that come later are not shared
    #[arg(long)]
    pub once: bool,
    /// How often it may be opened from this vault's outbox
    #[arg(long, value_name = "N", value_parser = values::uses, allow_negative_numbers = true, conflicts_with = "once")]
    pub max_uses: Option<u32>,
    /// The longest they may keep the data, such as 90d
    #[arg(long, value_name = "DAYS", value_parser = values::retention_days)]
    pub retention: Option<u32>,
    /// Only this account, by whole name or id; repeated or with commas
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub account: Vec<String>,
    /// Only accounts of this type; repeated or with commas
    #[arg(long = "type", value_name = "TYPE", value_delimiter = ',')]
    pub kind: Vec<AccountType>,
    /// Only transactions of this period, such as 2026q1, 2026-03, 2026-01..2026-03 or lastmonth
    #[arg(long, short, value_name = "PERIOD", value_parser = values::period, conflicts_with_all = ["since", "until"])]
    pub period: Option<PeriodText>,
    /// Only transactions from the first day of this period on
    #[arg(long, value_name = "PERIOD", value_parser = values::period)]
    pub since: Option<PeriodText>,
    /// Only transactions and balances up to the last day of this period, included
    #[arg(long, value_name = "PERIOD", value_parser = values::period)]
    pub until: Option<PeriodText>,
    /// Only money that came in
    #[arg(long)]
    pub credits_only: bool,
    /// Only money that went out
    #[arg(long, conflicts_with = "credits_only")]
    pub debits_only: bool,
    /// Only these fields of what the scopes let out, by name, with commas
    #[arg(long, value_name = "FIELDS", value_delimiter = ',')]
    pub fields: Option<Vec<Field>>,
    /// Only the newest N transactions
    #[arg(long, value_name = "N", value_parser = values::rows::<u32>, allow_negative_numbers = true)]
    pub limit: Option<u32>,
}

impl ShareArgs {
    /// Returns the request, as it is meant on the day `today`.
    pub(crate) fn request(self, today: Day) -> Result<ShareRequest, CliError> {
        let missing = || CliError::new(Exit::Usage, "--to, --purpose and --expires are needed");
        let direction = match (self.credits_only, self.debits_only) {
            (true, _) => Some(Direction::Credits),
            (_, true) => Some(Direction::Debits),
            _ => None,
        };
        // Its terms have one first and one last day.
        let days = values::days_of(self.period.as_slice(), self.since.as_ref(), self.until.as_ref(), today)?;
        Ok(ShareRequest {
            scopes: self.scope,
            to: self.to.ok_or_else(missing)?,
            purpose: self.purpose.ok_or_else(missing)?,
            expires: self.expires.ok_or_else(missing)?.on(today)?,
            once: self.once,
            max_uses: self.max_uses,
            retention_days: self.retention,
            accounts: self.account,
            types: self.kind,
            since: days.first,
            until: days.last,
            direction,
            fields: self.fields,
            limit: self.limit,
        })
    }
}
