//! `vault grants`.

use clap::Subcommand;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::cli::consent;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::output::{Column, OutputError, Sheet};
use crate::cli::session::Session;
use crate::cli::terminal::Terminal;
use crate::cli::values;
use crate::cli::words::count;
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
    /// `vault audit accept` suspends every grant, because the vault that it accepts may have lost a revocation. The policy
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
        None if session.global.yes => None,
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

/// One thing that is recorded of a grant, for tables and CSV.
#[derive(Serialize)]
struct Fact {
    name: String,
    value: Value,
}

fn record(grant: &GrantRecord) -> Result<Sheet, OutputError> {
    let fields = match serde_json::to_value(grant).map_err(OutputError::Json)? {
        Value::Object(fields) => fields,
        other => Map::from_iter([("grant".to_owned(), other)]),
    };
    let facts = fields.into_iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| Fact { name, value });
    Sheet::of([Column::text("name", "What"), Column::sentences("value", "Recorded")], facts, "nothing is recorded")
}
