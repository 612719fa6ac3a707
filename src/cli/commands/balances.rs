//! `vault balances`.

use crate::cli::error::CliError;
use crate::cli::output::{Column, OutputError, Sheet};
use crate::cli::session::Session;
use crate::cli::values;
use crate::model::Day;
use crate::ops;
use crate::ops::report::BalanceLine;

/// Show what each account holds, and where the number comes from
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// At the end of this day, instead of the newest
    #[arg(long, value_name = "DAY", value_parser = values::day)]
    on: Option<Day>,
    /// Closed accounts, too
    #[arg(long)]
    all: bool,
}

pub(crate) fn run(session: &Session, args: Args) -> Result<(), CliError> {
    show(session, session.reading(|vault| ops::query::balances(vault, args.on))?, args.all)
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
    session.show(&balances, |balances| sheet(balances))
}

fn sheet(balances: &[BalanceLine]) -> Result<Sheet, OutputError> {
    let columns = [
        Column::text("accountId", "Id"),
        Column::elastic("name", "Name"),
        Column::text("accountType", "Type"),
        Column::text("currency", "Currency"),
        Column::number("currentBalance", "Current"),
        Column::number("availableBalance", "Available"),
        Column::text("balanceAsOf", "As of"),
        Column::text("balanceSource", "Source"),
        Column::text("provenUpTo", "Proven to"),
        Column::text("availableBalanceAsOf", "Available as of").only_in_csv(),
    ];
    Sheet::of(columns, balances, "no accounts yet: vault import FILE")
}
