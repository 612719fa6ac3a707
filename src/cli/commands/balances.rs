//! `vault balances`.

use crate::cli::args;
use crate::cli::error::CliError;
use crate::cli::output::{Cell, Sheet};
use crate::cli::session::Session;
use crate::model::Day;
use crate::ops;
use crate::ops::report::{BalanceLine, BalanceSource};

/// Show what each account holds, and where the number comes from
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// At the end of this day, instead of the newest
    #[arg(long, value_name = "DAY", value_parser = args::day)]
    on: Option<Day>,
}

pub(crate) fn run(session: &Session, args: Args) -> Result<(), CliError> {
    session.show(&ops::query::balances(&session.reader()?, args.on)?, |all| sheet(all))
}

fn sheet(lines: &[BalanceLine]) -> Sheet {
    let columns = [
        ("accountId", "Id"),
        ("name", "Name…"),
        ("accountType", "Type"),
        ("currency", "Currency"),
        ("currentBalance", "Current"),
        ("availableBalance", "Available"),
        ("balanceAsOf", "As of"),
        ("balanceSource", "Source"),
        ("availableBalanceAsOf", ""),
    ];
    Sheet::new(&columns, "no accounts yet: vault import FILE").with(lines.iter().map(|line| {
        let source = match line.balance_source {
            BalanceSource::Reported => "REPORTED",
            BalanceSource::Derived => "DERIVED",
            BalanceSource::None => "NONE",
        };
        vec![
            Cell::text(line.account_id),
            Cell::text(&line.name),
            Cell::text(line.account_type),
            Cell::text(line.currency),
            Cell::number_or_empty(line.current_balance),
            Cell::number_or_empty(line.available_balance),
            Cell::text_or_empty(line.balance_as_of),
            Cell::text(source),
            Cell::text_or_empty(line.available_balance_as_of),
        ]
    }))
}
