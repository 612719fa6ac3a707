//! The command line that would import a refused file, with the likeliest answers to what it leaves open.

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};

use crate::cli::args::Global;
use crate::cli::shell::quoted;
use crate::import::{ImportOption, Question};
use crate::ops::import::ImportOptions;

/// Stands for the name of a new account, which the person has to choose.
const NEW_ACCOUNT: &str = "NAME";

/// Returns the command, or nothing where an open question has no option.
pub(super) fn line(
    global: &Global,
    options: &ImportOptions,
    files: &[OsString],
    questions: &[Question],
) -> Option<String> {
    let mut words = vec![OsString::from("vault"), "import".into()];
    words.extend(files.iter().map(as_file));
    let mut add = |flag: &str, value: Option<OsString>| {
        words.push(format!("--{flag}").into());
        words.extend(value);
    };
    let text = |value: &dyn ToString| Some(OsString::from(value.to_string()));
    let asked = |option: ImportOption| questions.iter().find(|question| question.option == option);
    let likeliest = |option: ImportOption| asked(option).map(|question| question.choices.first());
    if questions.iter().any(Question::needs_profile) {
        return None;
    }
    match likeliest(ImportOption::Account) {
        // Which of the accounts it is only the person can say.
        Some(Some(_)) => add("account", text(&NEW_ACCOUNT)),
        Some(None) => {
            add("account", text(&NEW_ACCOUNT));
            add("create", None);
        }
        None => {
            if let Some(name) = &options.account {
                add("account", text(name));
            }
            if options.create {
                add("create", None);
            }
        }
    }
    if options.add_number || asked(ImportOption::AddNumber).is_some() {
        add("add-number", None);
    }
    if options.always {
        add("always", None);
    }
    let given = [
        (ImportOption::Profile, "profile", options.read.profile.clone()),
        (ImportOption::Currency, "currency", options.read.currency.map(|currency| currency.to_string())),
        (ImportOption::DateOrder, "date-order", options.read.date_order.map(|order| order.to_string())),
        (ImportOption::Sign, "sign", options.read.sign.map(|sign| sign.to_string())),
        (ImportOption::Encoding, "encoding", options.encoding.clone()),
    ];
    let account_is_there = matches!(likeliest(ImportOption::Account), Some(Some(_)));
    for (option, flag, given) in given {
        let value = match likeliest(option) {
            // The account tells it.
            Some(_) if option == ImportOption::Currency && account_is_there => None,
            Some(Some(likely)) => Some(likely.clone()),
            Some(None) if option == ImportOption::Currency => Some("CODE".to_owned()),
            Some(None) => return None,
            None => given,
        };
        if let Some(value) = value {
            add(flag, text(&value));
        }
    }
    if options.dry_run {
        add("dry-run", None);
    }
    if options.skip_bad_rows {
        add("skip-bad-rows", None);
    }
    let secret = &global.secret;
    let path = |path: &Option<std::path::PathBuf>| path.as_ref().map(|path| path.clone().into_os_string());
    let vault = [
        ("vault", path(&global.vault)),
        ("passphrase-file", path(&secret.passphrase_file)),
        ("passphrase-command", secret.passphrase_command.clone().map(OsString::from)),
        ("passphrase-fd", secret.passphrase_fd.map(|descriptor| descriptor.to_string().into())),
        ("key-file", path(&secret.key_file)),
        ("key-command", secret.key_command.clone().map(OsString::from)),
        ("recovery-code-file", path(&secret.recovery_code_file)),
    ];
    for (flag, value) in vault {
        if value.is_some() {
            add(flag, value);
        }
    }
    Some(words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" "))
}

/// Returns a file's name so that it is not read as an option.
fn as_file(name: &OsString) -> OsString {
    let bytes = name.as_bytes();
    if bytes.starts_with(b"-") && bytes != b"-" {
        return OsString::from_vec([b"./", bytes].concat());
    }
    name.clone()
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::import::{ReadOptions, SignRule};

    fn global(line: &str) -> Global {
        #[derive(Parser)]
        struct Only {
            #[command(flatten)]
            global: Global,
        }
        Only::try_parse_from(line.split(' ')).unwrap().global
    }

    fn question(option: ImportOption, choices: &[&str]) -> Question {
        Question::of(option, "it is open", choices.iter().map(|choice| (*choice).to_owned()).collect())
    }

    #[test]
    fn answers_every_other_open_question_with_the_likeliest() {
        let open = [
            question(ImportOption::Account, &[]),
            question(ImportOption::Currency, &["EUR", "USD"]),
            question(ImportOption::Sign, &["in", "out", "card"]),
        ];
        let line = line(&global("vault --vault my/vault"), &ImportOptions::default(), &["bank file.csv".into()], &open);
        assert_eq!(
            line.unwrap(),
            "vault import 'bank file.csv' --account NAME --create --currency EUR --sign in --vault my/vault"
        );
    }

    #[test]
    fn keeps_what_was_given() {
        let options = ImportOptions {
            account: Some("My 'Daily'".into()),
            create: true,
            read: ReadOptions { sign: Some(SignRule::Card), ..ReadOptions::default() },
            skip_bad_rows: true,
            ..ImportOptions::default()
        };
        let open = [question(ImportOption::DateOrder, &["mdy", "dmy"])];
        assert_eq!(
            line(&global("vault --key-file k"), &options, &["-x.csv".into(), "-".into()], &open).unwrap(),
            r"vault import ./-x.csv - --account 'My '\''Daily'\''' --create --date-order mdy --sign card --skip-bad-rows --key-file k"
        );
        let open = [question(ImportOption::Account, &["Savings", "Daily"])];
        assert_eq!(
            line(&global("vault"), &ImportOptions::default(), &["a.csv".into()], &open).unwrap(),
            "vault import a.csv --account NAME"
        );
    }

    #[test]
    fn names_no_command_where_no_option_answers() {
        let open = [question(ImportOption::DecimalMark, &["dot", "comma"])];
        assert_eq!(line(&global("vault"), &ImportOptions::default(), &["a.csv".into()], &open), None);
        let open = [question(ImportOption::Encoding, &[])];
        assert_eq!(line(&global("vault"), &ImportOptions::default(), &["a.csv".into()], &open), None);
    }
}
