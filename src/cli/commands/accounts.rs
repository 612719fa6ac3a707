//! `vault accounts`.

use clap::Subcommand;

use super::balances;
use crate::cli::error::CliError;
use crate::cli::output::{Column, OutputError, Sheet};
use crate::cli::session::{Session, Writer};
use crate::cli::values;
use crate::cli::words::{count, shortened};
use crate::model::{AccountNumber, AccountType, Day};
use crate::ops::report::{AccountLine, MergeReport};
use crate::ops::{self, OpError};

/// List accounts; rename, number, merge and close them
///
/// Also removes accounts that hold nothing, and takes what an account held on a day.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List accounts (the default)
    List {
        /// Closed accounts, too
        #[arg(long)]
        all: bool,
    },
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
    /// Set the number of an account, in place of the one that is shown
    SetNumber {
        /// The account, by name or id
        account: String,
        /// Its number, such as that of a card or an IBAN
        #[arg(value_parser = values::account_number)]
        number: AccountNumber,
        /// Keep the numbers that it has: this one is shown from now on
        #[arg(long)]
        add: bool,
    },
    /// Say what an account held at the end of a day, where no file tells
    SetBalance {
        /// The account, by name or id
        account: String,
        /// The amount, such as 1250.00; what is owed is negative
        #[arg(value_parser = values::decimal, allow_negative_numbers = true, required_unless_present = "undo")]
        amount: Option<String>,
        /// The day
        #[arg(long, value_name = "DAY", value_parser = values::day)]
        on: Day,
        /// Take back the balance that you set on that day
        #[arg(long, conflicts_with = "amount")]
        undo: bool,
    },
    /// Leave an account out of lists and new shares, and keep files away from it, unless it is named
    ///
    /// Grants that show it go on doing so, and the command names them.
    Close {
        /// The account, by name or id
        account: String,
        /// Open it again
        #[arg(long)]
        undo: bool,
    },
    /// Count an account with another one, as if its files had been imported into that
    ///
    /// Active grants that name only one of the two are suspended. An undo brings back both as they were.
    Merge {
        /// The account that is not shown any more, by name or id
        account: String,
        /// The account that it is counted with
        #[arg(required_unless_present = "undo")]
        into: Option<String>,
        /// Undo the merge of the account
        #[arg(long, conflicts_with = "into")]
        undo: bool,
    },
    /// Remove an account that holds nothing
    Remove {
        /// The account, by name or id
        account: String,
    },
}

pub(crate) fn run(session: &Session, args: Args) -> Result<(), CliError> {
    let env = session.env;
    match args.action.unwrap_or(Action::List { all: false }) {
        Action::List { all } => show(session, session.reading(ops::query::accounts)?, all),
        Action::Rename { account, name } => changed(session, |vault| ops::query::rename(vault, &account, &name, env)),
        Action::SetType { account, kind } => changed(session, |vault| ops::query::set_type(vault, &account, kind, env)),
        Action::SetNumber { account, number, add } => {
            changed(session, |vault| ops::accounts::set_number(vault, &account, &number, add, env))
        }
        Action::SetBalance { account, amount, on, undo: _ } => set_balance(session, &account, amount.as_deref(), on),
        Action::Close { account, undo: true } => changed(session, |vault| ops::accounts::reopen(vault, &account, env)),
        Action::Close { account, undo: false } => close(session, &account),
        Action::Merge { account, into: Some(into), undo: _ } => {
            session.show(&session.changing(|vault| ops::accounts::merge(vault, &account, &into, env))?, merged)
        }
        Action::Merge { account, into: None, undo: _ } => {
            changed(session, |vault| ops::accounts::unmerge(vault, &account, env))
        }
        Action::Remove { account } => changed(session, |vault| ops::accounts::remove(vault, &account, env).map(drop)),
    }
}

/// Changes the vault, and shows all accounts as they then are.
fn changed(session: &Session, change: impl FnOnce(&mut Writer) -> Result<(), OpError>) -> Result<(), CliError> {
    let accounts = session.changing(|vault| {
        change(vault)?;
        ops::query::accounts(vault)
    })?;
    show(session, accounts, true)
}

/// Closes an account, and names the grants that go on with it.
fn close(session: &Session, account: &str) -> Result<(), CliError> {
    let (accounts, showing) = session.changing(|vault| {
        let showing = ops::accounts::close(vault, account, session.env)?;
        Ok::<_, OpError>((ops::query::accounts(vault)?, showing))
    })?;
    for grant in showing {
        session.note(&format!(
            "grant {0} for {1} still shows it: `vault revoke {0}` ends that grant",
            grant.grant_id,
            shortened(&grant.recipient, 40)
        ));
    }
    show(session, accounts, true)
}

/// Sets the balance of a day, or takes it back. The lock is not held while a person is asked.
fn set_balance(session: &Session, account: &str, amount: Option<&str>, day: Day) -> Result<(), CliError> {
    let vault = session.vault()?;
    let Some(amount) = amount else {
        let balances = session.changing_of(&vault, |vault| {
            ops::accounts::unset_balance(vault, account, day, session.env)?;
            ops::query::balances(vault, None)
        })?;
        return balances::show(session, balances, true);
    };
    let found =
        session.reading_of(&vault, |vault| ops::accounts::examine_balance(vault, account, amount, day, session.env))?;
    if found.is_credit_of_debt {
        let question = format!(
            "{:?} is an account whose holder owes: {} says that the bank owes you. Set it?",
            found.name, found.amount
        );
        session.confirm(&question)?;
    }
    if let Some(otherwise) = found.otherwise {
        session.note(&format!(
            "by the balances and rows of its files, it held {otherwise} on {day}, which they do not prove"
        ));
    }
    let balances = session.changing_of(&vault, |vault| {
        ops::accounts::set_balance(vault, account, amount, day, session.env)?;
        ops::query::balances(vault, None)
    })?;
    balances::show(session, balances, true)
}

fn show(session: &Session, mut accounts: Vec<AccountLine>, all: bool) -> Result<(), CliError> {
    let closed = accounts.iter().filter(|account| account.closed).count();
    if !all {
        accounts.retain(|account| !account.closed);
        if closed > 0 {
            session.note(&format!("closed: {closed}; `vault accounts list --all` shows them"));
        }
    }
    let empty = if closed > 0 { balances::ALL_CLOSED } else { balances::NO_ACCOUNTS };
    session.show(&accounts, |accounts| sheet(accounts, empty))
}

fn merged(report: &MergeReport) -> Result<Sheet, OutputError> {
    let columns = [
        Column::elastic("name", "Merged"),
        Column::elastic("intoName", "Into"),
        Column::count("added", "Added"),
        Column::count("present", "Present"),
        Column::count("updated", "Updated"),
        Column::elastic("suspended", "Suspended grants"),
    ];
    Sheet::of(columns, [report], "")
}

fn sheet(accounts: &[AccountLine], empty: &'static str) -> Result<Sheet, OutputError> {
    let closed = Column::flag("closed", "Closed");
    let columns = [
        Column::text("accountId", "Id"),
        Column::elastic("name", "Name").fills(16),
        Column::text("accountType", "Type").gives_way(3),
        Column::text("accountNumberDisplay", "Number").gives_way(2),
        Column::text("currency", "Currency").gives_way(4),
        if accounts.iter().any(|account| account.closed) { closed } else { closed.only_in_csv() },
        Column::count("transactionCount", "Transactions").gives_way(1),
        Column::text("firstPosted", "First").gives_way(5),
        Column::text("lastPosted", "Last"),
        Column::text("provenUpTo", "Proven to").gives_way(6),
    ];
    let transactions: u64 = accounts.iter().map(|account| account.transaction_count).sum();
    let transactions = count(usize::try_from(transactions).unwrap_or(usize::MAX), "transaction", "transactions");
    let summary = format!("{}, {transactions}", count(accounts.len(), "account", "accounts"));
    Ok(Sheet::of(columns, accounts, empty)?.with_summary(summary))
}
