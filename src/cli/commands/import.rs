//! `vault import`.

use std::path::PathBuf;

use crate::cli::error::CliError;
use crate::cli::importing;
use crate::cli::inputs;
use crate::cli::profiles;
use crate::cli::session::Session;
use crate::cli::system;
use crate::cli::values;
use crate::import::{DateOrder, ReadOptions, SignRule};
use crate::model::Currency;
use crate::ops::import::{ImportOptions, Settings};

/// Import export files of banks
///
/// A directory stands for the files directly in it; those that hold no rows of an account, such as a picture or a note, are only
/// counted. Each file is imported whole or not at all. The exit code is 5 when a file was refused, even if others were
/// imported.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Export files, directories, patterns such as '*.csv', or - for standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The account that the rows belong to, by name or id
    #[arg(long, value_name = "NAME", value_parser = values::name)]
    account: Option<String>,
    /// Make the account when there is none of that name
    #[arg(long, requires = "account")]
    create: bool,
    /// Add the number in the file to those of the account: a replaced card
    #[arg(long, requires = "account")]
    add_number: bool,
    /// Send every later file of the same layout, that names no other account, there too
    #[arg(long, requires = "account")]
    always: bool,
    /// The CSV profile to read with
    #[arg(long, value_name = "NAME", value_parser = values::name)]
    profile: Option<String>,
    /// The currency of files that name none, such as USD
    #[arg(long, value_name = "CODE")]
    currency: Option<Currency>,
    /// The order of day, month and year, where the file leaves it open: DMY, MDY or YMD
    #[arg(long, value_name = "ORDER")]
    date_order: Option<DateOrder>,
    /// Which way the money of a positive amount went, where the file leaves it open: in, out, or card (out, on a card)
    #[arg(long, value_name = "RULE")]
    sign: Option<SignRule>,
    /// The encoding of the text, where the file leaves it open, such as windows-1250
    #[arg(long, value_name = "NAME", value_parser = values::encoding)]
    encoding: Option<String>,
    /// Show what would be imported, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Import the good rows of a file that has bad ones
    #[arg(long)]
    skip_bad_rows: bool,
}

pub(crate) fn run(session: &Session, args: Args) -> Result<(), CliError> {
    let found = inputs::find(&args.files)?;
    let options = ImportOptions {
        account: args.account,
        create: args.create,
        add_number: args.add_number,
        always: args.always,
        encoding: args.encoding,
        read: ReadOptions {
            profile: args.profile,
            currency: args.currency,
            date_order: args.date_order,
            sign: args.sign,
            account: None,
            told: Vec::new(),
            today: Some(system::env().now().day()),
        },
        settings: Settings { currency: session.config().currency, date_order: session.config().date_order },
        profiles: profiles::load()?,
        dry_run: args.dry_run,
        skip_bad_rows: args.skip_bad_rows,
    };
    let outcome = importing::run(session, &found.inputs, &options)?;
    let shown = importing::show(session, &found.inputs, &options, outcome);
    found.passed_over().iter().for_each(|said| session.note(said));
    shown
}
