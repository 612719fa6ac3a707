//! What a person can do about a file that was not imported.

use crate::cli::near;
use crate::import::{Damage, ImportOption, Question, Remedy};
use crate::model::LONGEST_ACCOUNT_NAME;
use crate::ops::import::LARGEST_FILE;

/// Returns the hint for a file that was refused.
pub(crate) fn remedy(remedy: &Remedy) -> String {
    let text = match remedy {
        Remedy::Answer(questions) => return answers(questions).join("; "),
        Remedy::LeaveOut(option) => return leave_out(*option),
        Remedy::KnownProfiles(unknown) => return known_profiles(&unknown.given, &unknown.known),
        Remedy::OtherProfile => "leave out --profile so that the format is detected, or write a profile for this file",
        Remedy::OtherDateOrder => "leave out --date-order, or give --profile generic",
        Remedy::RejectOtherDates => "give --date-order to reject the other rows one by one",
        Remedy::WriteProfile => "write a profile for this bank (`vault help csv-profiles`), or download OFX instead",
        Remedy::CorrectProfile => {
            "correct the profile that read the file (`vault help csv-profiles`), or download OFX instead"
        }
        Remedy::WriteProfileForAccounts => {
            "a column was wrongly taken for the account or its name: write a profile for this file"
        }
        Remedy::WriteProfileForCards => {
            "write a profile for this file (`vault help csv-profiles`): with this column as `account` each number in it is an \
             account of its own, without it all rows are of one"
        }
        Remedy::WriteProfileForWords => {
            "write a profile for this file (`vault help csv-profiles`): with this column as `indicator`, and its words for \
             money out and in under `[words]`"
        }
        Remedy::SkipBadRows => "--skip-bad-rows imports the rows that can be read",
        Remedy::SkipBadRowsOrProfile => {
            "write a profile for this file (`vault help csv-profiles`); --skip-bad-rows imports only the other rows"
        }
        Remedy::UndoFirst(import) => {
            return format!(
                "leave out --account if it is that import; else take it back with `vault imports undo {import}`"
            );
        }
        Remedy::OtherAccount => "name another account with --account NAME",
        Remedy::NameAsInFile(name) => {
            return format!(
                "rename the account of the vault back to {name:?} with `vault accounts rename`, or import a file of that account \
                 alone with --account NAME"
            );
        }
        Remedy::OtherAccountToMerge => {
            "name another account with --account NAME, or a new one with --create: where a bank became another one, \
             `vault accounts merge` counts both as one account"
        }
        Remedy::OtherAccountOrType => {
            "name another account with --account NAME, or correct its type with `vault accounts set-type`"
        }
        Remedy::UsableAccountName => return account_name(),
        Remedy::Unpack => "unpack it first, and import what is inside",
        Remedy::DownloadCsvOrOfx => "download CSV or OFX (also called QFX, Quicken or Money) from the bank",
        Remedy::DownloadCsv => "no option reads these rows: download CSV from the bank instead",
        Remedy::WriteProfileWithoutBalance(mark) => {
            return format!(
                "write a profile with `decimal = \"{mark}\"` and without `balance` (`vault help csv-profiles`): it reads the \
                 amounts, and leaves the balances out"
            );
        }
        Remedy::DownloadCash => "download the account's transactions (its cash activity), not its trades",
        Remedy::DownloadStatement => {
            "bank (STMTRS), card (CCSTMTRS) and investment (INVSTMTRS) statements can be imported"
        }
        Remedy::LogInAgain => "the bank's login page is often saved in place of the export: log in and download again",
        Remedy::DownloadOtherPeriod => "download it again, and choose a period that has transactions",
        Remedy::DownloadAgain(damage) => download_again(*damage),
        Remedy::MakeReadable => {
            return format!("give an export file that can be read, of at most {} GiB", LARGEST_FILE >> 30);
        }
        Remedy::SaveAsUtf8 => "save the file as UTF-8, or download it again",
        Remedy::CorrectAmounts => {
            "correct the amount or the balance in the file: an account holds at most nine trillion"
        }
        Remedy::CorrectSigns => {
            "compare both rows with the bank's own statement; a profile can say how the signs are printed"
        }
        Remedy::OtherSigns => {
            "compare one of these rows with the bank's own statement; --sign or a profile says how the signs of the file are printed, \
             --account names the account of the other side of transfers, and `vault imports undo` takes back an import that has them wrong"
        }
        Remedy::OtherCurrency => {
            "name the currency that the file is in with --currency, and an account in that currency with --account"
        }
        Remedy::CurrencyInEveryRow => "a file with several currencies must name the currency in every row",
        Remedy::Split => "split the file",
        Remedy::SplitSections => {
            "save each table with its header as a file of its own, and import each for its account"
        }
        Remedy::SplitStatements => {
            "download each account by itself, or save each statement as a file of its own, and import each for its account"
        }
    };
    text.to_owned()
}

/// Returns the rule for names of accounts.
pub(super) fn account_name() -> String {
    format!("use 1 to {LONGEST_ACCOUNT_NAME} printable characters that are not an account id such as acc-1")
}

/// Returns the flag of `vault import` for an option; a decimal mark has none: a profile gives it.
fn flag(option: ImportOption) -> &'static str {
    match option {
        ImportOption::Account => "--account",
        ImportOption::AddNumber => "--add-number",
        ImportOption::Currency => "--currency",
        ImportOption::DateOrder => "--date-order",
        ImportOption::DecimalMark | ImportOption::Profile => "--profile",
        ImportOption::Sign => "--sign",
        ImportOption::Encoding => "--encoding",
    }
}

/// So many accounts are named in a hint.
const MOST_NAMES: usize = 9;

/// Returns how each question that a file leaves open is answered on the command line.
pub(crate) fn answers(questions: &[Question]) -> Vec<String> {
    let is_account = |question: &Question| question.option == ImportOption::Account && !question.choices.is_empty();
    let may_be_there = questions.iter().any(is_account);
    questions.iter().map(|question| answer(question, may_be_there)).collect()
}

/// Returns how a question is answered. Whether the account may be one that is there, which tells the currency, is another question.
fn answer(question: &Question, may_be_there: bool) -> String {
    let flag = flag(question.option);
    let each = |write: &dyn Fn(&String) -> String| question.choices.iter().map(write).collect::<Vec<_>>().join(" or ");
    match question.option {
        ImportOption::Account => {
            let known = match question.choices.as_slice() {
                [] => String::new(),
                names if names.len() > MOST_NAMES => {
                    format!(" ({}, or one of {} more)", names[..MOST_NAMES].join(", "), names.len() - MOST_NAMES)
                }
                names => format!(" ({})", names.join(", ")),
            };
            format!(
                "name the account with {flag} NAME{known}, or a new one with --create; --always sends every later \
                 file of this layout there, too"
            )
        }
        ImportOption::AddNumber => {
            format!("give {flag} if it is a new number of the same account, such as a replaced card")
        }
        ImportOption::Currency if question.choices.is_empty() => {
            let of = if may_be_there { " of a new account" } else { "" };
            format!("name the currency{of}, such as {flag} USD")
        }
        ImportOption::Currency => format!("give {}", each(&|code| format!("{flag} {code}"))),
        ImportOption::DateOrder => format!("give {}", each(&|order| format!("{flag} {order}"))),
        ImportOption::DecimalMark => {
            let keys = each(&|mark| format!("`decimal = \"{mark}\"`"));
            format!("write a profile with {keys}, and name it with {flag}")
        }
        ImportOption::Sign if question.needs_profile() => remedy(&Remedy::WriteProfile),
        ImportOption::Profile => {
            format!("name the bank, or generic for another one: {}", each(&|name| format!("{flag} {name}")))
        }
        ImportOption::Sign | ImportOption::Encoding => format!("give {}", each(&|name| format!("{flag} {name}"))),
    }
}

fn leave_out(option: ImportOption) -> String {
    let flag = flag(option);
    match option {
        ImportOption::Account => format!("leave out {flag}: the file tells the accounts apart"),
        _ => format!("leave out {flag}"),
    }
}

fn known_profiles(given: &str, known: &[String]) -> String {
    let [all @ .., last] = known else { return "there are no profiles".to_owned() };
    let all = all.join(", ");
    match near::hint(given, known.iter().map(String::as_str)) {
        Some(near) => format!("{near} The profiles are {all}, and {last}"),
        None => format!("the profiles are {all}, and {last}"),
    }
}

fn download_again(damage: Damage) -> &'static str {
    match damage {
        Damage::NotText => "the file is damaged or is not text: download it again",
        Damage::PartlyUtf8 => "the rest of the file is UTF-8, or it declares UTF-8: it is damaged, download it again",
        Damage::Quotes => "a quotation mark is missing or one too many: download the file again",
        Damage::CutOff => "the download was cut off: download the file again",
        Damage::EndlessRow => "this is not an export of transactions, or it is damaged: download it again",
        Damage::Nesting => "no bank nests a file so deeply: it is damaged, download it again",
        Damage::Hole => "something is missing before this line: download the file again",
        Damage::OpenMarkup => "the file is cut off or damaged: download it again",
        Damage::Rounded => "a spreadsheet program saved the file and rounded long numbers: download it again",
        Damage::Sorted => {
            "a spreadsheet program sorted the header among the rows: download it again, or move the header to the top"
        }
        Damage::Declaration => "this is not a bank's file, or it was changed: download it again",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::UnknownProfile;

    fn question(option: ImportOption, choices: &[&str]) -> Remedy {
        let choices = choices.iter().map(|c| (*c).to_owned()).collect();
        Remedy::Answer(vec![Question::of(option, "it is open", choices)])
    }

    #[test]
    fn names_the_option_and_its_choices() {
        for (question, hint) in [
            (
                question(ImportOption::Account, &["Daily", "Savings"]),
                "name the account with --account NAME (Daily, Savings), or a new one with --create; \
                 --always sends every later file of this layout there, too",
            ),
            (
                question(ImportOption::Account, &["A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K"]),
                "name the account with --account NAME (A, B, C, D, E, F, G, H, I, or one of 2 more), or a new one with \
                 --create; --always sends every later file of this layout there, too",
            ),
            (
                question(ImportOption::Account, &[]),
                "name the account with --account NAME, or a new one with --create; \
                 --always sends every later file of this layout there, too",
            ),
            (question(ImportOption::Currency, &["EUR", "USD"]), "give --currency EUR or --currency USD"),
            (question(ImportOption::Currency, &[]), "name the currency, such as --currency USD"),
            (question(ImportOption::DateOrder, &["mdy", "dmy"]), "give --date-order mdy or --date-order dmy"),
            (
                question(ImportOption::DecimalMark, &["dot", "comma"]),
                "write a profile with `decimal = \"dot\"` or `decimal = \"comma\"`, and name it with --profile",
            ),
            (
                question(ImportOption::Profile, &["scotiabank", "generic"]),
                "name the bank, or generic for another one: --profile scotiabank or --profile generic",
            ),
        ] {
            assert_eq!(remedy(&question), hint);
        }
    }

    #[test]
    fn tells_to_leave_out_an_option_that_contradicts_the_file() {
        for (option, hint) in [
            (ImportOption::Account, "leave out --account: the file tells the accounts apart"),
            (ImportOption::Currency, "leave out --currency"),
            (ImportOption::DateOrder, "leave out --date-order"),
            (ImportOption::Profile, "leave out --profile"),
        ] {
            assert_eq!(remedy(&Remedy::LeaveOut(option)), hint);
        }
    }

    #[test]
    fn lists_the_known_profiles() {
        let names = ["amex", "citi-card", "generic"].map(str::to_owned).to_vec();
        let remedy = |given: &str| {
            remedy(&Remedy::KnownProfiles(Box::new(UnknownProfile { given: given.to_owned(), known: names.clone() })))
        };
        assert_eq!(remedy("hsbc"), "the profiles are amex, citi-card, and generic");
        assert_eq!(remedy("citicard"), "did you mean citi-card? The profiles are amex, citi-card, and generic");
    }

    #[test]
    fn names_the_damage_before_the_advice() {
        assert_eq!(remedy(&Remedy::DownloadAgain(Damage::CutOff)), "the download was cut off: download the file again");
        assert_eq!(remedy(&Remedy::SkipBadRows), "--skip-bad-rows imports the rows that can be read");
    }
}
