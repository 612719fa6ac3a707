//! `vault accounts`.

use clap::Subcommand;

use crate::cli::error::CliError;
use crate::cli::output::{Column, OutputError, Sheet};
use crate::cli::session::Session;
use crate::cli::values;
use crate::model::AccountType;
use crate::ops;
use crate::ops::report::AccountLine;

/// List accounts; rename one, or set its type
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List accounts (the default)
    List,
    /// Give an account another name
    Rename {
        /// The account, by name or id
        account: String,
        /// Its new name
        #[arg(value_parser = values::name)]
        name: String,
    },
    /// Set the type of an account: checking, savings, card, loan, …
    SetType {
        /// The account, by name or id
        account: String,
        /// Its type
        #[arg(value_name = "TYPE")]
        kind: AccountType,
    },
}

pub(crate) fn run(session: &Session, args: Args) -> Result<(), CliError> {
    let accounts = match args.action.unwrap_or(Action::List) {
        Action::List => ops::query::accounts(&session.reader()?)?,
        Action::Rename { account, name } => {
            let mut vault = session.writer()?;
            ops::query::rename(&mut vault, &account, &name, session.env)?;
            ops::query::accounts(&vault)?
        }
        Action::SetType { account, kind } => {
            let mut vault = session.writer()?;
            ops::query::set_type(&mut vault, &account, kind, session.env)?;
            ops::query::accounts(&vault)?
        }
    };
    session.show(&accounts, |all| sheet(all))
}

fn sheet(accounts: &[AccountLine]) -> Result<Sheet, OutputError> {
    let columns = [
        Column::text("accountId", "Id"),
        Column::elastic("name", "Name"),
        Column::text("accountType", "Type"),
        Column::text("accountNumberDisplay", "Number"),
        Column::text("currency", "Currency"),
        Column::number("transactionCount", "Transactions"),
        Column::text("firstPosted", "First"),
        Column::text("lastPosted", "Last"),
        Column::text("provenUpTo", "Proven to").only_in_csv(),
    ];
    Sheet::of(columns, accounts, "no accounts yet: vault import FILE")
}
