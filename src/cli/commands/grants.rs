//! `vault grants`.

use clap::Subcommand;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::cli::consent;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::output::value::scalar;
use crate::cli::output::{Column, OutputError, Sheet};
use crate::cli::session::Session;
use crate::cli::terminal::Terminal;
use crate::cli::values;
use crate::cli::words::{count, moment};
use crate::ops;
use crate::ops::report::{GrantLine, GrantRecord, GrantStatus};
use crate::ops::share::Approval;
use crate::store::Reader;

/// List what was shared, with whom, why and until when
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List grants (the default)
    List,
    /// Show all that is recorded of one grant: accounts, days, fields, rows, who approved it
    Show {
        /// The grant, by its id or how that begins
        #[arg(value_parser = values::grant)]
        id: String,
    },
    /// Resume a suspended grant, with the data as they are now
    ///
    /// `vault restore` suspends every grant, and so does `vault audit accept` of an older or other vault: it may have lost a
    /// revocation. The policy
    /// suspends what a rule denies, and what goes beyond the rule that let it out. You approve it again as with `vault share`;
    /// --yes resumes only what a rule covers whole, and what a rule denies cannot be resumed.
    Resume {
        /// The grant, by its id or how that begins
        #[arg(value_parser = values::grant)]
        id: String,
    },
}

impl Args {
    /// Returns whether this makes a grant active again.
    pub(crate) fn widens(&self) -> bool {
        matches!(self.action, Some(Action::Resume { .. }))
    }
}

pub(crate) fn run(session: &Session, args: Args) -> Result<(), CliError> {
    match args.action.unwrap_or(Action::List) {
        Action::List => {
            session.show(&session.reading(|vault| ops::grants::list(vault, session.env))?, |all| sheet(all))
        }
        Action::Show { id } => {
            let show = |vault: &Reader| ops::grants::show(vault, &ops::grants::named(vault, &id)?, session.env);
            session.show(&session.reading(show)?, record)
        }
        Action::Resume { id } => resume(session, &id),
    }
}

fn resume(session: &Session, part: &str) -> Result<(), CliError> {
    session.not_inspecting()?;
    let vault = session.vault()?;
    let id = &session.reading_of(&vault, |vault| ops::grants::named(vault, part))?;
    let terminal = if session.global.yes { None } else { Terminal::open() };
    let seen = match terminal {
        None if session.global.yes => {
            if let Some(why) = session.reading_of(&vault, |vault| ops::grants::why_suspended(vault, id))? {
                session.notice(&format!("grant {id} was suspended: {why}"));
            }
            None
        }
        None => return Err(consent::no_terminal()),
        Some(terminal) => {
            // As with `share`: nothing is locked while a person thinks.
            let screen = session.reading_of(&vault, |vault| ops::share::resume_screen(vault, id, session.env))?;
            if !consent::ask(&terminal, &screen)? {
                return Err(CliError::new(Exit::Refused, "you did not approve: the grant stays suspended"));
            }
            Some(screen)
        }
    };
    let line = session.changing_of(&vault, |vault| {
        if let Some(screen) = &seen {
            ops::share::refuse_changed_since(vault, id, screen, session.env)?;
        }
        let how = if seen.is_some() { Approval::Person } else { Approval::Policy };
        ops::grants::resume(vault, id, how, session.env)
    })?;
    session.show(&line, |one| sheet(std::slice::from_ref(one)))
}

fn sheet(grants: &[GrantLine]) -> Result<Sheet, OutputError> {
    let columns = [
        Column::text("grantId", "Grant"),
        Column::text("status", "Status"),
        Column::elastic("recipient", "Recipient").least(14),
        Column::elastic("purpose", "Purpose").fills(16).gives_way(3),
        Column::elastic("scopes", "Scopes").least(14).gives_way(2),
        Column::moment("createdTime", "Approved").only_in_csv(),
        Column::moment("expirationTime", "Ends (UTC)"),
        Column::count("usedCount", "Used").gives_way(1),
        Column::number("maxUses", "Most uses").only_in_csv(),
        Column::text("durationType", "Duration").only_in_csv(),
        Column::number("version", "Version").only_in_csv(),
        Column::text("sliceHash", "Slice").only_in_csv(),
    ];
    let active = grants.iter().filter(|grant| grant.status == GrantStatus::Active).count();
    let summary = format!("{}, {active} active", count(grants.len(), "grant", "grants"));
    Ok(Sheet::of(columns, grants, "no grants: nothing was shared")?.with_summary(summary))
}

/// One thing that is recorded of a grant: for CSV as JSON has it, for tables in words.
#[derive(Serialize)]
struct Fact {
    name: String,
    value: Value,
    title: String,
    shown: String,
}

/// What is recorded of a grant, in the order of tables, and in words.
const RECORDED: [(&str, &str); 27] = [
    ("grantId", "Grant"),
    ("status", "Status"),
    ("recipient", "Recipient"),
    ("purpose", "Purpose"),
    ("scopes", "Scopes"),
    ("accounts", "Accounts"),
    ("accountTypes", "Account types"),
    ("since", "First day shown"),
    ("until", "Last day shown"),
    ("direction", "Direction"),
    ("limit", "Most rows"),
    ("fields", "Fields"),
    ("rows", "Rows"),
    ("firstDay", "Oldest row"),
    ("lastDay", "Newest row"),
    ("createdTime", "Made"),
    ("approvedTime", "Approved"),
    ("approvedBy", "Approved by"),
    ("rule", "Rule"),
    ("expirationTime", "Ends"),
    ("durationType", "Duration"),
    ("usedCount", "Opened"),
    ("maxUses", "Most openings"),
    ("retentionDays", "Days kept"),
    ("version", "Version"),
    ("sliceHash", "Slice hash"),
    ("auditSeq", "Audit entry"),
];

fn record(grant: &GrantRecord) -> Result<Sheet, OutputError> {
    let fields = match serde_json::to_value(grant).map_err(OutputError::Json)? {
        Value::Object(fields) => fields,
        other => Map::from_iter([("grant".to_owned(), other)]),
    };
    let is_nothing = |value: &Value| value.is_null() || value.as_array().is_some_and(Vec::is_empty);
    let told = fields.into_iter().filter(|(_, value)| !is_nothing(value));
    let mut facts: Vec<(usize, Fact)> = told.map(|(name, value)| fact(name, value)).collect();
    facts.sort_by_key(|(place, _)| *place);
    let columns = [
        Column::text("name", "What").only_in_csv(),
        Column::text("value", "Recorded").only_in_csv(),
        Column::text("title", "What").only_in_table(),
        Column::sentences("shown", "Recorded").only_in_table(),
    ];
    Sheet::of(columns, facts.into_iter().map(|(_, fact)| fact), "nothing is recorded")
}

/// Returns a fact and its place in tables.
fn fact(name: String, value: Value) -> (usize, Fact) {
    let place = RECORDED.iter().position(|(known, _)| *known == name).unwrap_or(RECORDED.len());
    let title = RECORDED.get(place).map_or_else(|| name.clone(), |(_, title)| (*title).to_owned());
    let shown = match (name.as_str(), &value) {
        ("accounts", Value::Array(accounts)) => accounts.iter().map(named).collect::<Vec<_>>().join(", "),
        (_, Value::String(text)) if name.ends_with("Time") => format!("{} (UTC)", moment(text)),
        _ => scalar(&value),
    };
    (place, Fact { name, value, title, shown })
}

/// Returns `Daily (acc-1)` or `Daily (acc-1, closed)`; the id alone when the account is there no more.
fn named(account: &Value) -> String {
    let id = account.get("accountId").map_or_else(String::new, scalar);
    match account.get("name").and_then(Value::as_str) {
        Some(name) if account.get("closed") == Some(&Value::Bool(true)) => format!("{name} ({id}, closed)"),
        Some(name) => format!("{name} ({id})"),
        None => id,
    }
}
