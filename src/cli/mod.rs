//! The command line: the only room that prints, prompts, and reads arguments, the environment, the clock and
//! random bytes.
//!
//! It owns arguments, secrets, the consent screen, tables, JSON and CSV (`docs/json.md`), and the exit codes
//! (`docs/exit-codes.md`). It must not know SQL or cryptography: a command turns its arguments into a call of
//! [`crate::ops`] and shows the report. Data go to stdout, everything else to stderr.

mod args;
mod backup_file;
mod begin;
mod choice;
mod commands;
mod completion;
mod config;
mod consent;
mod environment;
mod error;
mod exit;
mod explain;
mod first_vault;
mod following;
mod harden;
mod help;
mod importing;
mod inputs;
mod keyboard;
mod keyring;
mod keys;
mod line;
mod man;
mod misplaced;
mod near;
mod new_passphrase;
mod output;
mod paths;
mod profiles;
mod progress;
mod quoted;
mod removal;
mod screen;
mod secret_command;
mod secrets;
mod session;
mod share_args;
mod shell;
mod signals;
mod system;
mod terminal;
mod token_out;
mod typed;
mod unlocking;
mod usage;
mod values;
mod words;

use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use error::CliError;
use exit::Exit;
use help::Length;

use args::Format;
use commands::Cli;
use session::Session;

/// Runs the program for this process, and returns its exit code.
pub fn main() -> ExitCode {
    let hardened = harden::harden();
    signals::fail_at_the_limit();
    let arguments: Vec<OsString> = std::env::args_os().collect();
    if let Some(shell) = completion::asking(&arguments) {
        completion::answer(shell, commands::command_line, arguments);
        return ExitCode::SUCCESS;
    }
    set_panic_hook();
    if let Err(error) = hardened {
        output::note(&format!(
            "note: core dumps and tracing of this process could not be turned off: {}",
            output::plain(&error)
        ));
    }
    let result = catch_unwind(AssertUnwindSafe(|| run(arguments)));
    let exit = result.unwrap_or(Exit::Failure);
    ExitCode::from(exit as u8)
}

fn run(arguments: Vec<OsString>) -> Exit {
    let json_wanted = asks_for_json(&arguments);
    // Before anything is read of the line, since whatever answers it may repeat it.
    if let Some(error) = misplaced::token(&arguments).or_else(|| misplaced::token_in_variable(environment::all())) {
        return error.report(json_wanted);
    }
    let parsed = Cli::try_parse_from(&arguments);
    let is_help = parsed.as_ref().is_err_and(|stopped| !stopped.use_stderr());
    if let Some(error) = misplaced::secret(&arguments).filter(|_| !is_help) {
        return error.report(json_wanted);
    }
    let cli = match parsed {
        Ok(cli) => cli,
        Err(stopped) => return report_parse(&stopped, &arguments, json_wanted),
    };
    let json = cli.global.format() == Format::Json;
    let ran = Session::new(cli.global).and_then(|session| {
        let Some(command) = cli.command else { return begin::run(&session) };
        if command.takes_settings() {
            session.take_settings()?;
        } else {
            // Its pager and colours count where they can be read.
            let _ = session.take_settings();
        }
        if command.asks_again() {
            session.ask_again();
        }
        let ran = commands::run(&session, command).map_err(|error| session.told(error));
        session.tell_kept();
        ran
    });
    match ran {
        Ok(()) => Exit::Ok,
        Err(error) => error.report(json),
    }
}

/// Shows what clap says: help and version are data, everything else is a usage error.
fn report_parse(stopped: &clap::Error, arguments: &[OsString], json: bool) -> Exit {
    if stopped.use_stderr() {
        return usage::error(stopped, &commands::command_line(), arguments).report(json);
    }
    // Only here examples and groups are needed.
    let is_long = || arguments.iter().any(|argument| argument == "--help");
    let dressed = (stopped.kind() == ErrorKind::DisplayHelp).then(|| {
        let tree = commands::command_line();
        let length = match is_long() {
            true if usage::names_no_command(&tree, arguments) => Length::Whole,
            true => Length::Long,
            false => Length::Short,
        };
        help::dressed(tree, length).try_get_matches_from(arguments).err()
    });
    let text = help::styled(&dressed.flatten().as_ref().unwrap_or(stopped).render());
    match output::to_stdout(&text) {
        Ok(()) => Exit::Ok,
        Err(error) => CliError::from(error).report(json),
    }
}

/// Returns whether JSON is wanted, even if the rest of the line cannot be parsed.
fn asks_for_json(arguments: &[OsString]) -> bool {
    let texts: Vec<_> =
        arguments.iter().skip(1).map(|a| a.to_string_lossy()).take_while(|a| a.as_ref() != "--").collect();
    texts.iter().any(|a| a == "--json" || a == "--format=json") || texts.windows(2).any(|w| w == ["--format", "json"])
}

/// Makes a panic show its place and not its message, which could hold data.
fn set_panic_hook() {
    std::panic::set_hook(Box::new(|info| {
        consent::leave_for_panic();
        let place = info.location().map(|l| format!("{}:{}", l.file(), l.line())).unwrap_or_default();
        output::note(&format!(
            "error: this is a defect of the program, at {place}\nhint: nothing half-done was kept; please report the place, not your data"
        ));
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_json_on_lines_that_do_not_parse() {
        let line = |text: &str| text.split(' ').map(OsString::from).collect::<Vec<_>>();
        assert!(asks_for_json(&line("vault --json nonsense")));
        assert!(asks_for_json(&line("vault nonsense --format json")));
        assert!(asks_for_json(&line("vault nonsense --format=json")));
        assert!(!asks_for_json(&line("vault --format table import -- --json")));
    }
}
