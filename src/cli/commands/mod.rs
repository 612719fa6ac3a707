//! One file per command: its arguments, whose doc comment is the help, and `run`.

mod accounts;
mod audit;
mod backup;
mod balances;
mod check;
mod completions;
mod config;
mod duplicates;
mod grants;
mod help;
mod identity;
mod import;
mod imports;
mod init;
mod keys;
mod lock;
mod man;
mod open;
mod policy;
mod restore;
mod revoke;
mod share;
mod sql;
mod status;
mod transactions;
mod unlock;

use clap::{CommandFactory, Parser, Subcommand};

use super::args::Global;
use super::error::CliError;
use super::session::Session;

/// A personal finance data vault on your own disk, shared in narrow slices
///
/// Import what banks let you download, keep it encrypted, and share narrow slices that you approved.
#[derive(Debug, Parser)]
#[command(name = "vault", version, propagate_version = true, disable_help_subcommand = true)]
#[command(after_help = "Exit codes: 0 ok, 1 failure, 2 usage, 3 locked or wrong key, 4 refused, 5 bad input file, \
                        6 integrity failure, 7 busy (vault in use).")]
pub(crate) struct Cli {
    /// The options of every command.
    #[command(flatten)]
    pub global: Global,
    /// The command. Without one, the program says how to begin.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Init(init::Args),
    Import(import::Args),
    Imports(imports::Args),
    Duplicates(duplicates::Args),
    #[command(visible_alias = "acc")]
    Accounts(accounts::Args),
    #[command(visible_alias = "bal")]
    Balances(balances::Args),
    #[command(visible_aliases = ["reg", "tx"])]
    Transactions(transactions::Args),
    Sql(sql::Args),
    Share(Box<share::Args>),
    Open(open::Args),
    Grants(grants::Args),
    Revoke(revoke::Args),
    Audit(audit::Args),
    Check(check::Args),
    Config(config::Args),
    Backup(backup::Args),
    Policy(policy::Args),
    Identity(identity::Args),
    Keys(keys::Args),
    Restore(restore::Args),
    Status(status::Args),
    Unlock(unlock::Args),
    Lock(lock::Args),
    Help(help::Args),
    Completions(completions::Args),
    Man(man::Args),
}

impl Command {
    /// Returns whether the command needs settings that can be used: what shows and mends them does not, nor what knows no vault.
    pub(crate) fn takes_settings(&self) -> bool {
        !matches!(self, Command::Config(_) | Command::Help(_) | Command::Completions(_) | Command::Man(_))
    }

    /// Returns whether the command asks for the secret also when the session keyring has the key: what starts or widens a
    /// grant, decides who may have data, accepts or restores an older vault, or makes the key last. A test
    /// compares it with what the help of `unlock` and the documents say.
    pub(crate) fn asks_again(&self) -> bool {
        match self {
            Command::Share(_) | Command::Policy(_) | Command::Keys(_) | Command::Restore(_) | Command::Unlock(_) => {
                true
            }
            Command::Grants(args) => args.widens(),
            Command::Audit(args) => args.accepts(),
            _ => false,
        }
    }
}

/// Returns the whole command line, for what describes or completes it.
pub(crate) fn command_line() -> clap::Command {
    Cli::command()
}

/// Runs one command.
pub(crate) fn run(session: &Session, command: Command) -> Result<(), CliError> {
    match command {
        Command::Init(_) if session.global.inspect => session.not_inspecting(),
        Command::Init(args) => init::run(session, args),
        Command::Import(args) => import::run(session, args),
        Command::Imports(args) => imports::run(session, args),
        Command::Duplicates(args) => duplicates::run(session, args),
        Command::Accounts(args) => accounts::run(session, args),
        Command::Balances(args) => balances::run(session, args),
        Command::Transactions(args) => transactions::run(session, args),
        Command::Sql(args) => sql::run(session, args),
        Command::Share(args) => share::run(session, *args),
        Command::Open(args) => open::run(session, args),
        Command::Grants(args) => grants::run(session, args),
        Command::Revoke(args) => revoke::run(session, args),
        Command::Audit(args) => audit::run(session, args),
        Command::Check(args) => check::run(session, args),
        Command::Config(args) => config::run(session, args),
        Command::Backup(args) => backup::run(session, args),
        Command::Policy(args) => policy::run(session, args),
        Command::Identity(args) => identity::run(session, args),
        Command::Keys(args) => keys::run(session, args),
        Command::Restore(args) => restore::run(session, args),
        Command::Status(args) => status::run(session, args),
        Command::Unlock(args) => unlock::run(session, args),
        Command::Lock(args) => lock::run(session, args),
        Command::Help(args) => help::run(session, &args, command_line()),
        Command::Completions(args) => completions::run(session, &args),
        Command::Man(args) => man::run(session, &args, command_line()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::completion::arguments::{self, Kind};

    /// The commands that ask again, as the help and the documents name them.
    const ASKING_AGAIN: [&str; 7] = ["share", "policy", "keys", "grants resume", "audit accept", "restore", "unlock"];

    /// The help of `unlock` and two documents name the same commands, and no command line disagrees.
    #[test]
    fn what_asks_again_is_named_alike_everywhere() {
        let quoted = ASKING_AGAIN.map(|name| format!("`{name}`"));
        let (last, first) = quoted.split_last().unwrap();
        let list = format!("{} and {last} ask", first.join(", "));
        let help = Cli::command().find_subcommand_mut("unlock").unwrap().render_long_help().to_string();
        for (place, text) in [
            ("help of unlock", help.as_str()),
            ("options.md", include_str!("../../../docs/options.md")),
            ("threat-model.md", include_str!("../../../docs/threat-model.md")),
        ] {
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(text.contains(&list), "{place} does not have: {list}");
        }
        for line in [
            "share --scope balances --to A --purpose B --expires 1d",
            "policy show",
            "keys",
            "keys list",
            "grants",
            "grants resume 2222222222222222",
            "audit",
            "audit verify",
            "audit accept",
            "audit accept --clock",
            "restore FILE",
            "unlock",
            "lock",
            "status",
            "accounts",
            "balances",
            "transactions",
            "revoke 2222222222222222",
            "check",
            "backup DEST",
        ] {
            let cli = Cli::try_parse_from(format!("vault {line}").split(' ')).unwrap();
            let is_named = ASKING_AGAIN.iter().any(|name| line == *name || line.starts_with(&format!("{name} ")));
            assert_eq!(cli.command.unwrap().asks_again(), is_named, "{line}");
        }
    }

    /// What names a thing in the vault is completed, also where it is added later.
    #[test]
    fn whatever_names_a_thing_in_the_vault_is_completed() {
        fn walk(command: &clap::Command, path: &[&str], found: &mut Vec<String>) {
            for argument in command.get_arguments().filter(|argument| !argument.is_global_set()) {
                let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
                let names = ["account", "grant", "import", "rule", "decision", "profile"];
                let begins = ["The ", "An ", "Only this ", "Only of this ", "The number of the ", "The CSV "];
                let is_named = begins.iter().filter_map(|begin| help.strip_prefix(begin)).any(|rest| {
                    let word = rest.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
                    names.contains(&word) && argument.get_action().takes_values()
                });
                match arguments::kind(path, argument) {
                    None | Some(Kind::File) => assert!(!is_named, "{path:?} {}: {help}", argument.get_id()),
                    Some(kind) => found.push(format!("{} {}: {kind:?}", path.join(" "), argument.get_id())),
                }
            }
            for inner in command.get_subcommands() {
                walk(inner, &[path, &[inner.get_name()]].concat(), found);
            }
        }
        let mut found = Vec::new();
        walk(&command_line(), &[], &mut found);
        for line in [
            "revoke id: LivingGrant",
            "grants resume id: SuspendedGrant",
            "accounts merge into: Account { several: false }",
            "share account: Account { several: true }",
            "imports undo id: LivingImport",
            "imports extract id: Import",
            "imports answers remove id: Answer",
            "policy remove rule: Rule",
            "duplicates undo id: Decision",
            "import profile: Profile",
            "import sign: Word(Sign)",
            "share scope: Word(Scope)",
            "policy allow scope: Word(Scope)",
            "accounts set-type kind: Word(AccountType)",
            "keys add kind: Word(SlotKind)",
            "transactions sort: Word(Sort)",
            "man command: Command",
        ] {
            assert!(found.iter().any(|one| one == line), "{line}: {found:#?}");
        }
    }

    #[test]
    fn defines_a_sound_command_line() {
        Cli::command().debug_assert();
    }
}
