//! `vault duplicates`.

use clap::Subcommand;
use serde::Serialize;

use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::output::{Column, OutputError, Sheet};
use crate::cli::session::Session;
use crate::model::{DecisionId, PairId, TransactionId};
use crate::ops;
use crate::ops::decisions::About;
use crate::ops::report::{DecidedRowLine, DecisionLine, DuplicateLine, DuplicateRow, Verdict};

/// Decide whether rows are one transaction or two
///
/// Lists pairs of rows that may be one transaction or two: the files do not tell. Each says why, and what is assumed
/// until you decide; `vault help duplicates` explains both.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the pairs in doubt (the default)
    List,
    /// Say that two rows are one transaction
    Same(Rows),
    /// Say that two rows are two transactions
    Different(Rows),
    /// List what you decided
    Decisions,
    /// Take a decision back
    Undo {
        /// The decision, such as dec-3
        id: DecisionId,
    },
}

#[derive(Debug, clap::Args)]
struct Rows {
    /// A pair, such as 12-45, or two transactions
    #[arg(required = true, num_args = 1..=2, value_names = ["PAIR|ID", "ID"])]
    rows: Vec<String>,
}

impl Rows {
    fn about(&self) -> Result<About, CliError> {
        let wrong = |error: crate::model::IdError| {
            CliError::new(Exit::Usage, error.to_string())
                .hint("name a pair that `vault duplicates` lists, or two transactions")
        };
        match self.rows.as_slice() {
            [pair] => Ok(About::Pair(pair.parse::<PairId>().map_err(wrong)?)),
            [one, other] => {
                let id = |text: &String| text.parse::<TransactionId>().map_err(wrong);
                Ok(About::Transactions(id(one)?, id(other)?))
            }
            _ => Err(CliError::new(Exit::Usage, "name one pair, or two transactions")),
        }
    }
}

pub(crate) fn run(session: &Session, args: Args) -> Result<(), CliError> {
    let decide = |rows: &Rows, same: bool| {
        let about = rows.about()?;
        let decision = session.changing(|vault| ops::decisions::decide(vault, about, same, session.env))?;
        session.show(&decision, |one| decisions(std::slice::from_ref(one)))
    };
    match args.action.unwrap_or(Action::List) {
        Action::List => session.show(&session.reading(ops::duplicates::list)?, |all| sheet(all)),
        Action::Same(rows) => decide(&rows, true),
        Action::Different(rows) => decide(&rows, false),
        Action::Decisions => session.show(&session.reading(ops::decisions::list)?, |all| decisions(all)),
        Action::Undo { id } => {
            let decision = session.changing(|vault| ops::decisions::undo(vault, id, session.env))?;
            session.show(&decision, |one| decisions(std::slice::from_ref(one)))?;
            session.note(&format!("{id} is taken back."));
            Ok(())
        }
    }
}

/// One row of a pair.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Row<'l> {
    pair_id: PairId,
    name: &'l str,
    assumed: Verdict,
    reason: &'l str,
    #[serde(flatten)]
    row: &'l DuplicateRow,
}

fn sheet(pairs: &[DuplicateLine]) -> Result<Sheet, OutputError> {
    let columns = [
        Column::text("pairId", "Pair").once(),
        Column::text("name", "Account").only_in_csv(),
        Column::text("postedTimestamp", "Day"),
        Column::number("amount", "Amount"),
        Column::elastic("description", "Description"),
        Column::text("transactionId", "Id").only_in_csv(),
        Column::text("importId", "Import").only_in_csv(),
        Column::elastic("file", "File"),
        Column::number("line", "Line"),
        Column::text("assumed", "Taken as"),
        Column::text("reason", "Why"),
    ];
    let rows = pairs.iter().flat_map(|pair| {
        pair.rows.iter().map(|row| Row {
            pair_id: pair.pair_id,
            name: &pair.name,
            assumed: pair.assumed,
            reason: pair.reason,
            row,
        })
    });
    Sheet::of(columns, rows, "no pairs in doubt")
}

/// One row of a decision.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Decided<'d> {
    decision_id: DecisionId,
    decision: Verdict,
    #[serde(flatten)]
    row: &'d DecidedRowLine,
}

fn decisions(all: &[DecisionLine]) -> Result<Sheet, OutputError> {
    let columns = [
        Column::text("decisionId", "Decision").once(),
        Column::text("decision", "Rows are"),
        Column::elastic("file", "File"),
        Column::number("line", "Line"),
    ];
    let rows = all.iter().flat_map(|decision| {
        let (decision_id, said) = (decision.decision_id, decision.verdict);
        decision.rows.iter().map(move |row| Decided { decision_id, decision: said, row })
    });
    Sheet::of(columns, rows, "no decisions")
}
