//! Reading a file with all that is known: what was said, what the account tells, and what was answered before.
//!
//! The file's own evidence and what is said now come first. What its account tells comes next, then what was answered
//! for its layout where it is the same bank's, then the person's settings. Signs are told by the account's own files, not by the
//! layout. A file is read again only for what it leaves open.

use super::choice::Choice;
use super::choose::{About, Chosen, choose};
use super::named::Named;
use super::options::{ImportOptions, Settings};
use super::signs;
use super::stop::Stop;
use crate::import::formats::csv::ProfileSet;
use crate::import::{
    self, DateOrder, GENERIC, ImportError, ImportOption, KnownAccount, Parsed, Question, ReadOptions, Remark, Remedy,
    Style,
};
use crate::model::AccountId;
use crate::ops::OpError;
use crate::ops::query::account_named;
use crate::store::View;
use crate::store::db::accounts::Account;
use crate::store::db::answers::StoredAnswer;

/// A file may be read again for each thing that it leaves open.
const MOST_READINGS: usize = 8;

/// A file that was read, and whose accounts were chosen.
pub(super) struct Understood<'t> {
    pub parsed: Parsed<'t>,
    pub chosen: Chosen,
    /// What it was read with in the end.
    pub read: ReadOptions,
}

/// Reads a file and chooses its accounts.
pub(super) fn understand<'t>(
    view: &View<'_>,
    text: &'t str,
    file: &str,
    options: &ImportOptions,
) -> Result<Understood<'t>, Stop> {
    let answers = view.answers().map_err(OpError::from)?;
    let about = About {
        file,
        named: options.account.as_deref().map(|name| Named {
            name,
            create: options.create,
            add_number: options.add_number,
        }),
        answers: &answers,
    };
    let mut read = options.read.clone();
    if let Some(Named { name, .. }) = about.named {
        let accounts = view.accounts().map_err(OpError::from)?;
        read.account = account_named(&accounts, name).map(|account| known(account, Style::default()));
    }
    let mut parsed = parse(text, &mut read, options, &answers)?;
    let mut chosen = choose(view, &parsed, about)?;
    let mut used = Settings::default();
    for _ in 0..MOST_READINGS {
        if !learn(view, &parsed, &chosen, &answers, &mut read)?
            && !look_at_signs(view, text, &parsed, &chosen, options, &mut read)?
            && !settle(&parsed, options.settings, &mut used, &mut read)
        {
            break;
        }
        parsed = parse(text, &mut read, options, &answers)?;
        chosen = choose(view, &parsed, about)?;
    }
    parsed.questions.extend(other_order(&answers, &parsed, &chosen, &read));
    parsed.questions.extend(signs::other_print(view, &parsed, &chosen)?);
    parsed.remarks.extend(&chosen.remarks);
    let said = &options.read;
    let is_learnt = (read.date_order != said.date_order.or(used.date_order))
        || (read.sign != said.sign)
        || (read.profile != said.profile)
        || (read.currency != said.currency.or(used.currency)
            && chosen.only().is_none_or(|account| Some(account.currency) != read.currency));
    if is_learnt {
        parsed.remarks.push(Remark::AnswersRemembered);
    }
    parsed.remarks.extend(used.currency.map(|_| Remark::CurrencyFromSettings));
    parsed.remarks.extend(used.date_order.map(|_| Remark::DateOrderFromSettings));
    Ok(Understood { parsed, chosen, read })
}

/// Reads a file. Two profiles that fit are told apart by what was answered for the two.
fn parse<'t>(
    text: &'t str,
    read: &mut ReadOptions,
    options: &ImportOptions,
    answers: &[StoredAnswer],
) -> Result<Parsed<'t>, ImportError> {
    import::read(text, read, &options.profiles).or_else(|error| {
        let layout = open_layout(text, read, &options.profiles, &error);
        match answered(answers, layout.as_deref(), ImportOption::Profile) {
            Some(answer) if read.profile.is_none() => {
                read.profile = Some(answer.to_owned());
                import::read(text, read, &options.profiles)
            }
            _ => Err(error),
        }
    })
}

/// Returns the layout of a file whose profile is open: the profiles that fit it, be they of another currency than a known one.
fn open_layout(text: &str, read: &ReadOptions, profiles: &ProfileSet, error: &ImportError) -> Option<String> {
    let open = |error: &ImportError| match &error.remedy {
        Remedy::Answer(questions) => questions.iter().find(|asked| asked.option == ImportOption::Profile).cloned(),
        _ => None,
    };
    open(error)?;
    let without = ReadOptions { currency: None, account: None, ..read.clone() };
    let asked = import::read(text, &without, profiles).err().as_ref().and_then(open)?;
    let fitting: Vec<&str> = asked.choices.iter().map(String::as_str).filter(|name| *name != GENERIC).collect();
    Some(format!("csv {}", fitting.join("|")))
}

fn answered<'a>(answers: &'a [StoredAnswer], layout: Option<&str>, option: ImportOption) -> Option<&'a str> {
    let layout = layout?;
    let found = answers.iter().find(|answer| answer.layout == layout && answer.option == option.as_str());
    found.map(|answer| answer.answer.as_str())
}

fn known(account: &Account, earlier: Style) -> KnownAccount {
    KnownAccount { earlier, ..KnownAccount::new(account.kind, account.currency) }
}

/// Adds to the options what the account and earlier answers tell of what is open. Returns whether that is anything new.
fn learn(
    view: &View<'_>,
    parsed: &Parsed<'_>,
    chosen: &Chosen,
    answers: &[StoredAnswer],
    read: &mut ReadOptions,
) -> Result<bool, Stop> {
    let asked = |option: ImportOption| parsed.questions.iter().any(|question| question.option == option);
    if let Some(account) = chosen.only() {
        let earlier = signs::earlier_style(view, account, &parsed.layout)?;
        let known = known(account, earlier);
        if read.account != Some(known) && (!parsed.questions.is_empty() || parsed.style.may_differ(earlier)) {
            read.account = Some(known);
            return Ok(true);
        }
        if asked(ImportOption::Currency) && read.currency.is_none() {
            read.currency = Some(account.currency);
            return Ok(true);
        }
    }
    for question in &parsed.questions {
        let found = match question.option {
            ImportOption::Currency | ImportOption::DateOrder => answered_for(answers, parsed, chosen, question.option),
            option => answered(answers, Some(&parsed.layout), option),
        };
        if let Some(answer) = found
            && (question.option != ImportOption::Sign || holds_again(view, parsed, chosen, question, answer)?)
            && set(read, question.option, answer)
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Adds to the options what the files of the accounts tell of signs that a statement does not print. Returns whether that is
/// anything new.
fn look_at_signs(
    view: &View<'_>,
    text: &str,
    parsed: &Parsed<'_>,
    chosen: &Chosen,
    options: &ImportOptions,
    read: &mut ReadOptions,
) -> Result<bool, Stop> {
    let by = |told| Ok(import::read(text, &ReadOptions { told, sign: None, ..read.clone() }, &options.profiles)?);
    let told = signs::told(view, parsed, chosen, by)?;
    let is_new = told != read.told;
    if is_new {
        // What was answered of an earlier file counts only where these leave the signs open.
        read.sign = options.read.sign;
    }
    read.told = told;
    Ok(is_new)
}

/// Returns whether a rule of signs that was said for an earlier file of the layout holds for this one: it raises the same
/// doubt, and it is of an account whose files were read by the rule, or its own words say so. That the files of one account
/// have their signs turned says nothing about another one, which may have other columns of the same names.
fn holds_again(
    view: &View<'_>,
    parsed: &Parsed<'_>,
    chosen: &Chosen,
    question: &Question,
    answer: &str,
) -> Result<bool, Stop> {
    if !parsed.asks_in_spite {
        return Ok(false);
    }
    if question.choices.first().is_some_and(|likeliest| likeliest == answer) {
        return Ok(true);
    }
    for choice in &chosen.choices {
        let Choice::Existing(account) = choice else { return Ok(false) };
        if signs::earlier_style(view, account, &parsed.layout)?.sign.is_none_or(|sign| sign.as_str() != answer) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Returns what an answer about how a file is written is remembered by: the layout, where a profile names the bank, else the
/// layout and the account. Any bank may call its columns *Date*, *Description* and *Amount*.
pub(super) fn scope(parsed: &Parsed<'_>, account: AccountId) -> String {
    if parsed.is_of_profile() { parsed.layout.clone() } else { format!("{} of {account}", parsed.layout) }
}

/// Returns what was answered for all accounts of a file alike.
fn answered_for<'a>(
    answers: &'a [StoredAnswer],
    parsed: &Parsed<'_>,
    chosen: &Chosen,
    option: ImportOption,
) -> Option<&'a str> {
    let of = |choice: &Choice| {
        // An account that is new has none.
        let account = if let Choice::Existing(account) = choice { account.id } else { AccountId::new(0) };
        answered(answers, Some(&scope(parsed, account)), option)
    };
    let mut found = chosen.choices.iter().filter(|choice| !matches!(choice, Choice::LeftOut)).map(of);
    let first = found.next()??;
    found.all(|other| other == Some(first)).then_some(first)
}

/// Returns the question for an order of dates that the file proves, and that is another one than was said for earlier files: one
/// of the two is wrong.
fn other_order(answers: &[StoredAnswer], parsed: &Parsed<'_>, chosen: &Chosen, read: &ReadOptions) -> Option<Question> {
    let found = parsed.date_order.filter(|_| read.date_order.is_none())?;
    let earlier: DateOrder = answered_for(answers, parsed, chosen, ImportOption::DateOrder)?.parse().ok()?;
    let message = format!(
        "the dates of this file are {}, and those of an earlier one were read {}, as was said: one of the two is wrong",
        found.in_words(),
        earlier.in_words()
    );
    (found != earlier).then(|| Question::of(ImportOption::DateOrder, message, vec![found.to_string()]))
}

/// Takes from the settings what nothing else tells, and notes it in `used`. Returns whether that is anything.
fn settle(parsed: &Parsed<'_>, settings: Settings, used: &mut Settings, read: &mut ReadOptions) -> bool {
    for question in &parsed.questions {
        match question.option {
            ImportOption::Currency if fill(&mut read.currency, settings.currency) => used.currency = settings.currency,
            ImportOption::DateOrder if fill(&mut read.date_order, settings.date_order) => {
                used.date_order = settings.date_order;
            }
            _ => continue,
        }
        return true;
    }
    false
}

/// Fills a slot that is empty. Returns whether it did.
fn fill<T>(slot: &mut Option<T>, answer: Option<T>) -> bool {
    let new = slot.is_none() && answer.is_some();
    if new {
        *slot = answer;
    }
    new
}

/// Takes an answer where nothing was said. Returns whether it is new.
fn set(read: &mut ReadOptions, option: ImportOption, answer: &str) -> bool {
    match option {
        ImportOption::Currency => fill(&mut read.currency, answer.parse().ok()),
        ImportOption::DateOrder => fill(&mut read.date_order, answer.parse().ok()),
        ImportOption::Sign => fill(&mut read.sign, answer.parse().ok()),
        ImportOption::Profile => fill(&mut read.profile, Some(answer.to_owned())),
        ImportOption::Account | ImportOption::AddNumber | ImportOption::DecimalMark | ImportOption::Encoding => false,
    }
}

/// An answer to remember: layout, what was asked, what was said.
pub(super) type Answer = (String, ImportOption, String);

/// Returns what was said and is to be remembered: the answers to what the file leaves open without them.
pub(super) fn answers(
    view: &View<'_>,
    text: &str,
    layout: &str,
    chosen: &Chosen,
    read: &ReadOptions,
    options: &ImportOptions,
) -> Result<Vec<Answer>, Stop> {
    let stored = view.answers()?;
    let said = [
        (ImportOption::Currency, options.read.currency.map(|currency| currency.to_string())),
        (ImportOption::DateOrder, options.read.date_order.map(|order| order.to_string())),
        (ImportOption::Sign, options.read.sign.map(|sign| sign.to_string())),
        (ImportOption::Profile, options.read.profile.clone()),
    ];
    let mut found = Vec::new();
    for (option, value) in said {
        let Some(value) = value else { continue };
        if option == ImportOption::Sign && answered(&stored, Some(layout), option) == Some(value.as_str()) {
            continue;
        }
        let mut without = read.clone();
        match option {
            ImportOption::Currency => without.currency = None,
            ImportOption::DateOrder => without.date_order = None,
            ImportOption::Sign => {
                without.sign = None;
                if let Some(account) = chosen.only() {
                    without.account = Some(known(account, signs::earlier_style(view, account, layout)?));
                }
            }
            _ => without.profile = None,
        }
        let mut replaces = false;
        let (questions, layout, asks_in_spite) = match import::read(text, &without, &options.profiles) {
            Ok(parsed) => {
                // An order that the file proves takes the place of what was said of another file.
                let earlier = answered_for(&stored, &parsed, chosen, option);
                replaces = option == ImportOption::DateOrder && earlier.is_some_and(|earlier| earlier != value);
                (parsed.questions, Some(parsed.layout), parsed.asks_in_spite)
            }
            Err(error) => {
                let open = open_layout(text, &without, &options.profiles, &error).or_else(|| Some(layout.to_owned()));
                match error.remedy {
                    Remedy::Answer(questions) => (questions, open, false),
                    _ => (Vec::new(), None, false),
                }
            }
        };
        // What earlier files of the account tell is theirs alone.
        let is_told = option == ImportOption::Sign && !asks_in_spite;
        let was_open = !is_told && questions.iter().any(|question: &Question| question.option == option);
        // What is remembered already is not written again.
        found.extend(layout.filter(|_| was_open || replaces).map(|layout| (layout, option, value)));
    }
    Ok(found)
}
