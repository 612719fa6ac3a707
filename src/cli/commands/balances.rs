//! `vault balances`.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::cli::error::CliError;
use crate::cli::output::{Column, OutputError, Sheet};
use crate::cli::session::Session;
use crate::cli::values;
use crate::cli::words::count;
use crate::model::{Amount, Currency, Day, PeriodText};
use crate::ops;
use crate::ops::report::BalanceLine;

/// Show what each account holds, and how that is known
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only of this account, by id or any part of name or number that no other one has; may be repeated
    #[arg(long, value_name = "NAME")]
    account: Vec<String>,
    /// At the end of this day or period, such as 2026-03-31, 2026q1 or lastmonth, instead of the newest
    #[arg(long, value_name = "PERIOD", value_parser = values::period)]
    on: Option<PeriodText>,
    /// Closed accounts, too; one that is named is shown without this
    #[arg(long)]
    all: bool,
}

pub(crate) fn run(session: &Session, args: Args) -> Result<(), CliError> {
    let on = args.on.map(|on| values::last_day(&on, "--on", session.env.now().day())).transpose()?;
    let balances = session.reading(|vault| ops::query::balances_of(vault, &args.account, on))?;
    show(session, balances, args.all || !args.account.is_empty())
}

/// Shows what each account holds; closed ones when `all` are wanted.
pub(super) fn show(session: &Session, mut balances: Vec<BalanceLine>, all: bool) -> Result<(), CliError> {
    let closed = balances.iter().filter(|balance| balance.closed).count();
    if !all {
        balances.retain(|balance| !balance.closed);
        if closed > 0 {
            session.note(&format!("closed: {closed}; `vault balances --all` shows them"));
        }
    }
    let empty = if closed > 0 { ALL_CLOSED } else { NO_ACCOUNTS };
    session.show(&balances, |balances| sheet(balances, empty))
}

/// What stands in the place of a list without accounts.
pub(super) const NO_ACCOUNTS: &str = "no accounts yet: vault import FILE";
pub(super) const ALL_CLOSED: &str = "no open accounts";

fn sheet(balances: &[BalanceLine], empty: &'static str) -> Result<Sheet, OutputError> {
    let columns = [
        Column::text("accountId", "Id"),
        Column::elastic("name", "Name").fills(16),
        Column::text("accountType", "Type").gives_way(5),
        Column::text("currency", "Currency").only_plain(),
        Column::money("currentBalance", "Current"),
        Column::money("availableBalance", "Available").gives_way(4),
        Column::text("balanceAsOf", "As of"),
        Column::text("balanceSource", "Source").gives_way(1),
        Column::text("provenUpTo", "Proven to").gives_way(2),
        Column::text("availableBalanceAsOf", "Available as of").only_in_csv(),
    ];
    let summary = count(balances.len(), "account", "accounts");
    let sheet = Sheet::of(columns, balances, empty)?;
    Ok(sheet.with_totals(totals(balances))?.with_summary(summary))
}

/// What the accounts of one currency hold together.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Total {
    name: String,
    currency: Currency,
    current_balance: Amount,
    /// The day of the balances, where it is that of all of them.
    balance_as_of: Option<Day>,
}

/// Adds up what is known of each currency with several accounts. A balance that is not known is not counted, and that is
/// said; a sum that does not fit is left out.
fn totals(balances: &[BalanceLine]) -> Vec<Total> {
    let currencies: BTreeSet<Currency> = balances.iter().map(|balance| balance.currency).collect();
    let total = |currency: Currency| {
        let all = || balances.iter().filter(move |balance| balance.currency == currency);
        let known = || all().filter_map(|balance| Some((balance.current_balance?, balance.balance_as_of)));
        let (accounts, added) = (all().count(), known().count());
        let (_, day) = known().next().filter(|_| accounts > 1)?;
        let sum = known().try_fold(Amount::zero(currency), |sum, (amount, _)| sum.checked_add(amount)).ok()?;
        let name = if added == accounts { "Total".to_owned() } else { format!("Total of {added} of {accounts}") };
        let balance_as_of = day.filter(|day| known().all(|(_, other)| other == Some(*day)));
        Some(Total { name, currency, current_balance: sum, balance_as_of })
    };
    currencies.into_iter().filter_map(total).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{AccountId, AccountType, Micros};
    use crate::share::BalanceSource;

    fn line(number: i64, currency: &str, units: Option<i64>, day: &str) -> BalanceLine {
        let currency: Currency = currency.parse().unwrap();
        BalanceLine {
            account_id: AccountId::new(number),
            name: format!("Account {number}"),
            account_type: AccountType::Other,
            currency,
            current_balance: units.map(|units| Amount::from_micros(Micros::new(units * 1_000_000), currency)),
            available_balance: None,
            balance_as_of: units.map(|_| day.parse().unwrap()),
            balance_source: BalanceSource::Reported,
            available_balance_as_of: None,
            proven_up_to: None,
            closed: false,
        }
    }

    #[test]
    fn adds_up_what_is_known_of_each_currency() {
        let balances = [
            line(1, "USD", Some(5), "2026-01-31"),
            line(2, "USD", Some(-7), "2026-01-31"),
            line(3, "EUR", Some(5), "2026-01-31"),
            line(4, "EUR", Some(9), "2026-02-28"),
            line(5, "EUR", None, ""),
            line(6, "GBP", Some(3), "2026-01-31"),
        ];
        let told: Vec<String> = totals(&balances)
            .iter()
            .map(|total| format!("{} {:?} {:?}", total.name, total.current_balance, total.balance_as_of))
            .collect();
        assert_eq!(told, ["Total of 2 of 3 14.00 EUR None", "Total -2.00 USD Some(2026-01-31)"]);
        let huge = [
            line(1, "USD", Some(9_000_000_000_000), "2026-01-31"),
            line(2, "USD", Some(9_000_000_000_000), "2026-01-31"),
        ];
        assert!(totals(&huge).is_empty());
    }
}
