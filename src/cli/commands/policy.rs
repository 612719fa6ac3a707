//! `vault policy`.

use clap::Subcommand;
use serde::Serialize;

use crate::cli::args::Format;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::output::{self, Column, OutputError, Sheet};
use crate::cli::screen;
use crate::cli::session::Session;
use crate::cli::share_args::ShareArgs;
use crate::cli::values;
use crate::cli::words::{days, hanging, number, padded};
use crate::model::{RuleId, clean_for_display};
use crate::ops;
use crate::ops::policy::{AllowRequest, DenyRequest};
use crate::ops::report::{PolicyAnswer, PolicyReport, PolicyTest, RuleLine};
use crate::share::{Effect, Scope};

/// The columns of what a line of an answer is about.
const NAME: usize = 8;

/// Say what may be shared without asking you, and what never
///
/// The policy is a list of rules. Without a person, a grant leaves when one rule allows all of it; a new vault has no
/// rule. What a rule denies, you cannot approve at the prompt either.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Show the rules (the default)
    Show,
    /// Let grants leave without asking you, as long as they stay inside all of this
    Allow(AllowArgs),
    /// Let nothing leave that meets all of this, whoever approves it; active grants are suspended at once
    Deny(DenyArgs),
    /// Remove a rule; active grants that it let out are suspended
    Remove {
        /// The number of the rule
        rule: RuleId,
    },
    /// Say whether a share would leave without asking you, and by which rule, or why not
    ///
    /// Takes the words of `vault share`. Nothing is shared, kept or logged. Exit 4 when it would not leave.
    Test(TestArgs),
}

#[derive(Debug, clap::Args)]
struct AllowArgs {
    /// The recipient, exactly as --to of `vault share` names them
    #[arg(long, value_name = "NAME", value_parser = values::name)]
    to: String,
    /// A scope, with what it implies; repeated or with commas
    #[arg(long, value_name = "SCOPE", value_delimiter = ',', required = true)]
    scope: Vec<Scope>,
    /// An account, by name or id; repeated or with commas [default: the accounts that there are now]
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    account: Vec<String>,
    /// The longest life of a grant [default: 30]
    #[arg(long, value_name = "DAYS", value_parser = values::grant_days)]
    max_days: Option<u32>,
    /// How many days before its approval the transactions of a grant may begin [default: 90]
    #[arg(long, value_name = "DAYS", value_parser = values::window_days)]
    window: Option<u32>,
    /// The most transactions of a slice
    #[arg(long, value_name = "N", value_parser = values::rows::<u32>, allow_negative_numbers = true)]
    max_rows: Option<u32>,
    /// Only shares with --once: these bytes, for one opening
    #[arg(long)]
    once: bool,
}

#[derive(Debug, clap::Args)]
#[command(override_usage = "vault policy deny [--to NAME] [--scope SCOPE] [--account NAME]")]
#[group(required = true, multiple = true)]
struct DenyArgs {
    /// The recipient, and every name that looks alike
    #[arg(long, value_name = "NAME", value_parser = values::name)]
    to: Option<String>,
    /// A scope, also inside a wider one; repeated or with commas
    #[arg(long, value_name = "SCOPE", value_delimiter = ',')]
    scope: Vec<Scope>,
    /// An account, by name or id; repeated or with commas
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    account: Vec<String>,
}

#[derive(Debug, clap::Args)]
#[command(
    mut_arg("scope", |arg| arg.required(true)),
    mut_arg("to", |arg| arg.required(true)),
    mut_arg("purpose", |arg| arg.default_value("a test")),
    mut_arg("expires", |arg| arg.required(true)),
)]
struct TestArgs {
    #[command(flatten)]
    wanted: ShareArgs,
}

pub(crate) fn run(session: &Session, args: Args) -> Result<(), CliError> {
    match args.action.unwrap_or(Action::Show) {
        Action::Show => session.show(&session.reading(ops::policy::show)?, |rules| sheet(rules)),
        Action::Allow(args) => allow(session, args),
        Action::Deny(args) => {
            let wanted = DenyRequest { recipient: args.to, scopes: args.scope, accounts: args.account };
            show(session, &session.changing(|vault| ops::policy::deny(vault, &wanted, session.env))?)
        }
        Action::Remove { rule } => remove(session, rule),
        Action::Test(args) => test(session, args.wanted),
    }
}

fn allow(session: &Session, args: AllowArgs) -> Result<(), CliError> {
    let wanted = AllowRequest {
        recipient: args.to,
        scopes: args.scope,
        accounts: args.account,
        maximum_days: args.max_days,
        window_days: args.window,
        maximum_rows: args.max_rows,
        once: args.once,
    };
    let scopes: Vec<&str> = wanted.scopes.iter().map(|scope| scope.as_str()).collect();
    let accounts = if wanted.accounts.is_empty() { "every account".into() } else { wanted.accounts.join(", ") };
    session.confirm(&format!(
        "Let {} of {accounts} leave to {} from now on, without asking you?",
        scopes.join(", "),
        wanted.recipient
    ))?;
    show(session, &session.changing(|vault| ops::policy::allow(vault, &wanted, session.env))?)
}

fn remove(session: &Session, id: RuleId) -> Result<(), CliError> {
    let vault = session.vault()?;
    let rules = session.reading_of(&vault, ops::policy::show)?;
    // Without a denial more can leave, without an allowance less.
    if rules.iter().any(|rule| rule.rule_id == id && rule.effect == Effect::Deny) {
        session.confirm(&format!("What rule {id} denies could be shared again. Remove it?"))?;
    }
    show(session, &session.changing_of(&vault, |vault| ops::policy::remove(vault, id, session.env))?)?;
    session.note(&format!("Rule {id} is removed."));
    Ok(())
}

fn test(session: &Session, wanted: ShareArgs) -> Result<(), CliError> {
    session.not_as_csv("an answer of the policy")?;
    let request = wanted.request(session.env.now().day())?;
    ops::share::examine(&request, session.env)?;
    let told = session.reading(|vault| ops::policy::test(vault, &request, session.env))?;
    match session.format() {
        Format::Json => output::json::write(&told)?,
        _ => output::to_stdout(&in_words(&told, screen::line_width()))?,
    }
    match told.answer {
        PolicyAnswer::Allow => Ok(()),
        PolicyAnswer::Ask => Err(CliError::new(Exit::Refused, "this would not leave without asking you")),
        PolicyAnswer::Deny => Err(CliError::new(Exit::Refused, "this would not leave, whoever approves it")),
    }
}

/// Returns an answer for people, in lines of at most so many columns.
fn in_words(told: &PolicyTest, width: usize) -> String {
    let mut lines = Vec::new();
    let mut line = |name: &str, text: &str| {
        lines.extend(hanging(&padded(name, NAME), &clean_for_display(text), width));
    };
    line("Answer", told.answer.as_str());
    told.rule.iter().for_each(|rule| line("Rule", &rule.to_string()));
    told.reasons.iter().for_each(|reason| line("Reason", reason));
    if let (Some(first), Some(last)) = (told.first_day, told.last_day) {
        line("Rows", &format!("{}, {}", number(told.rows), days(first, last)));
    }
    lines.iter().map(|line| format!("{line}\n")).collect()
}

fn show(session: &Session, report: &PolicyReport) -> Result<(), CliError> {
    session.show(report, |report| sheet(std::slice::from_ref(&report.rule)))?;
    for grant in &report.suspended {
        session.note(&format!("Grant {grant} is suspended: its token opens nothing in the outbox."));
    }
    Ok(())
}

/// A rule, and in words whom and what it is about.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Row<'r> {
    #[serde(flatten)]
    rule: &'r RuleLine,
    whom: &'r str,
    what: String,
    which: String,
}

fn sheet(rules: &[RuleLine]) -> Result<Sheet, OutputError> {
    let columns = [
        Column::text("ruleId", "Rule"),
        Column::text("effect", "Effect"),
        Column::elastic("recipient", "").only_in_csv(),
        Column::elastic("scopes", "").only_in_csv(),
        Column::elastic("accountIds", "").only_in_csv(),
        Column::sentences("whom", "Recipient").only_in_table().least(10),
        Column::sentences("what", "Scopes").only_in_table().least(19),
        Column::sentences("which", "Accounts").only_in_table().least(10),
        Column::number("maxDays", "Days").gives_way(3),
        Column::number("windowDays", "Window").gives_way(2),
        Column::number("maxRows", "Rows").gives_way(4),
        Column::flag("once", "Once").gives_way(1),
        Column::text("createdTime", "Since").only_in_csv(),
    ];
    let or_all = |words: Vec<&str>| if words.is_empty() { "all".to_owned() } else { words.join(", ") };
    let rows = rules.iter().map(|rule| Row {
        rule,
        whom: rule.recipient.as_deref().unwrap_or("everybody"),
        what: or_all(rule.scopes.iter().map(|scope| scope.as_str()).collect()),
        which: or_all(rule.account_names.iter().map(String::as_str).collect()),
    });
    Sheet::of(columns, rows, "no rules: nothing leaves without asking you")
}
