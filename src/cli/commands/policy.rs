//! `vault policy`.

use clap::Subcommand;
use serde_json::Value;

use crate::cli::args::Format;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::output::table::Layout;
use crate::cli::output::{self, document};
use crate::cli::session::Session;
use crate::cli::values;
use crate::ops;
use crate::share::{Policy, PolicyChange, Scope};

/// Show and change what may be shared without asking you
///
/// A new vault allows nothing without asking. What the policy denies, you cannot approve at the prompt either.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Show the policy (the default)
    Show,
    /// Change the policy; what is not named stays as it is
    Set(SetArgs),
}

#[derive(Debug, clap::Args)]
#[group(required = true, multiple = true)]
struct SetArgs {
    /// The longest grant that may leave without a person, such as 30; 0 allows none
    #[arg(long, value_name = "DAYS", value_parser = values::policy_days)]
    maximum_days: Option<u32>,
    /// Allow a scope; repeated or with commas
    #[arg(long, value_name = "SCOPE", value_delimiter = ',')]
    allow_scope: Vec<Scope>,
    /// Deny a scope
    #[arg(long, value_name = "SCOPE", value_delimiter = ',')]
    deny_scope: Vec<Scope>,
    /// Remove a scope from what is allowed and denied
    #[arg(long, value_name = "SCOPE", value_delimiter = ',')]
    forget_scope: Vec<Scope>,
    /// Allow a recipient, by the name that --to takes; may be repeated
    #[arg(long, value_name = "WHO", value_parser = values::name)]
    allow_recipient: Vec<String>,
    /// Deny a recipient
    #[arg(long, value_name = "WHO", value_parser = values::name)]
    deny_recipient: Vec<String>,
    /// Remove a recipient from who is allowed and denied
    #[arg(long, value_name = "WHO", value_parser = values::name)]
    forget_recipient: Vec<String>,
}

pub(crate) fn run(session: &Session, args: Args) -> Result<(), CliError> {
    session.not_as_csv("the policy")?;
    let policy = match args.action.unwrap_or(Action::Show) {
        Action::Show => ops::policy::show(&session.reader()?)?,
        Action::Set(set) => {
            let change = PolicyChange {
                maximum_days: set.maximum_days,
                allow_scopes: set.allow_scope,
                deny_scopes: set.deny_scope,
                forget_scopes: set.forget_scope,
                allow_recipients: set.allow_recipient,
                deny_recipients: set.deny_recipient,
                forget_recipients: set.forget_recipient,
            };
            ops::policy::set(&mut session.writer()?, &change, session.env)?
        }
    };
    show(session, &policy)
}

fn show(session: &Session, policy: &Policy) -> Result<(), CliError> {
    if session.format() == Format::Json {
        return Ok(output::json::write(policy)?);
    }
    let value: Value = serde_json::to_value(policy)
        .map_err(|error| CliError::caused(Exit::Failure, "the policy cannot be shown", error))?;
    Ok(output::to_stdout(&document::lines(&value, Layout::default(), usize::MAX))?)
}
