//! `vault accounts`.

use clap::Subcommand;

use crate::cli::args;
use crate::cli::error::CliError;
use crate::cli::output::{Cell, Sheet};
use crate::cli::session::Session;
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
    /// List them (the default)
    List,
    /// Give an account another name
    Rename {
        /// The account, by name or id
        account: String,
        /// Its new name
        #[arg(value_parser = args::name)]
        name: String,
    },
    /// Say what kind of account it is: checking, savings, card, loan, …
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

fn sheet(lines: &[AccountLine]) -> Sheet {
    let columns = [
        ("accountId", "Id"),
        ("name", "Name…"),
        ("accountType", "Type"),
        ("accountNumberDisplay", "Number"),
        ("currency", "Currency"),
        ("transactionCount", "Transactions"),
        ("firstPosted", "First"),
        ("lastPosted", "Last"),
    ];
    Sheet::new(&columns, "no accounts yet: vault import FILE").with(lines.iter().map(|line| {
        vec![
            Cell::text(line.account_id),
            Cell::text(&line.name),
            Cell::text(line.account_type),
            Cell::text_or_empty(line.account_number_display.as_ref()),
            Cell::text(line.currency),
            Cell::number(line.transaction_count),
            Cell::text_or_empty(line.first_posted),
            Cell::text_or_empty(line.last_posted),
        ]
    }))
}
