//! One CSV file from text to statements.

use super::cards::Cards;
use super::label::Said;
use super::layout::Layout;
use super::profile::Profile;
use super::reading::Reading;
use super::sample::{DELIMITERS, Sample};
use super::set::ProfileSet;
use super::sides::Proof;
use super::stated::{self, Stated};
use super::statements::Finished;
use super::{balance, chronology, closing, direct, headless, names, preamble, rows, statuses, totals};
use crate::import::error::{ImportError, ImportOption, Problem, Question, Remedy, UnknownProfile, shown};
use crate::import::options::{ReadOptions, Sides, SignRule, Style};
use crate::import::parsed::{GENERIC, Parsed, Remark};
use crate::model::{AccountNumber, AccountType, Currency, SourceKind, Statement};

/// Reads a decoded CSV file.
///
/// # Errors
/// When no layout is found or several are, an option is needed or contradicts the file, or the file is damaged.
pub fn read<'a>(text: &'a str, options: &ReadOptions, profiles: &ProfileSet) -> Result<Parsed<'a>, ImportError> {
    let mut layout = layout_of(text, options, profiles)?;
    statuses::find(&mut layout)?;
    let is_of_profile = !layout.learn;
    by_layout(layout, options).map_err(|error| match error.remedy {
        Remedy::WriteProfile if is_of_profile => ImportError { remedy: Remedy::CorrectProfile, ..error },
        _ => error,
    })
}

/// Reads a file whose layout is known.
fn by_layout<'a>(layout: Layout<'a>, options: &ReadOptions) -> Result<Parsed<'a>, ImportError> {
    let earlier = options.account.map(|account| account.earlier).unwrap_or_default();
    let (mut reading, mut found, mut proof) = with_proof(&layout, options, Sides::default())?;
    let by_earlier = proof.by_earlier(&reading, earlier.sides);
    if let Some(sides) = by_earlier {
        (reading, found, proof) = with_proof(&layout, options, sides)?;
    }
    let doubt = proof.question(&reading, &layout, &found.statements, earlier);
    let Finished { mut statements, mut stated, question, mut remarks, is_before, .. } = found;
    remarks.extend(by_earlier.map(|_| Remark::SignFromEarlierFiles));
    refuse_cards(&statements, &stated, &layout, &reading)?;
    let directed = direct::direct(&mut statements, &mut stated, &layout, &reading, options)?;
    statements.iter_mut().for_each(|statement| chronology::put_in_order(&mut statement.entries));
    balance::add(&mut statements, &stated, &directed.unbroken, &layout);
    own_number(&mut statements, &layout, reading.own);
    let questions = reading.questions.into_iter().chain(question).chain(doubt).chain(directed.question).collect();
    Ok(Parsed {
        kind: SourceKind::Csv,
        format: "CSV".to_owned(),
        layout: layout.fingerprint(),
        profile: Some(layout.profile),
        statements,
        questions,
        date_order: reading.proven_order,
        style: Style { sign: directed.sign, sides: proof.sides, seen: proof.seen, is_before },
        asks_in_spite: directed.asks_in_spite,
        unsigned: Vec::new(),
        typed: Vec::new(),
        remarks: remarks.into_iter().chain(directed.remarks).collect(),
    })
}

/// Reads the rows, and what they prove of their signs. `sides` are the signs that earlier files prove and this one does not.
fn with_proof<'a>(
    layout: &Layout<'a>,
    options: &ReadOptions,
    sides: Sides,
) -> Result<(Reading, Finished<'a>, Proof), ImportError> {
    let mut reading = Reading::of(layout, options, sides)?;
    let mut found = tables(layout, &reading, options)?;
    if reading.words_are_weak && !words_agree(&found) {
        reading = reading.without_words();
        found = tables(layout, &reading, options)?;
    }
    let proof = Proof::of(&reading, || direct::followed(&found.statements, &found.stated));
    Ok((reading, found, proof))
}

/// Reads the rows, and the balances that lines among them and above the header state.
fn tables<'a>(layout: &Layout<'a>, reading: &Reading, options: &ReadOptions) -> Result<Finished<'a>, ImportError> {
    let mut found = rows::read(layout, reading, options)?.finish();
    // Before the balances tell which rows are booked, and which are none.
    let kind = layout.kind.or(options.account.map(|account| account.kind)).filter(|kind| *kind != AccountType::Other);
    let is_debt_told = kind.is_some() || options.sign == Some(SignRule::Card);
    let was_before = options.account.and_then(|account| account.earlier.is_before) == Some(true);
    (found.remarks, found.is_before) = balance::place(&mut found.statements, is_debt_told, was_before);
    found.statements.iter_mut().for_each(balance::settle);
    totals::take_out_of_all(&mut found.statements, &mut found.stated, &mut found.totals);
    let currency = found.statements[0].currency;
    balance::preamble(&mut found.stated, layout, reading, currency);
    let totals = std::mem::take(&mut found.totals);
    for ((statement, stated), beside) in found.statements.iter_mut().zip(&mut found.stated).zip(totals) {
        stated::sign(stated, &statement.entries);
        let said = Said::of(&beside.labels, statement.entries.len());
        let is_proven = closing::are_proven(&statement.entries, stated);
        if !is_proven && !closing::take_out(statement, stated, said) {
            totals::take_out(statement, &beside.void, said);
        }
        totals::settle(statement, beside.lines, &beside.void, said);
    }
    Ok(found)
}

/// Returns whether balances follow from the amounts as words beside them tell their direction.
fn words_agree(found: &Finished<'_>) -> bool {
    found.statements.iter().zip(&found.stated).all(|(statement, stated)| direct::follows(statement, stated))
}

/// Refuses rows of several cards, unless balances go on from the rows of one to those of the other: then they are of one
/// account.
fn refuse_cards(
    statements: &[Statement<'_>],
    stated: &[Vec<Stated>],
    layout: &Layout<'_>,
    reading: &Reading,
) -> Result<(), ImportError> {
    let Some(column) = reading.cards else { return Ok(()) };
    let are_tied = statements.iter().zip(stated).all(|(statement, stated)| direct::is_tied(statement, stated));
    if are_tied { Ok(()) } else { Err(Cards::refusal(column, layout)) }
}

/// Gives the only statement of a file the number that the lines above the header name, else the one in every row, if no column
/// names one.
fn own_number(statements: &mut [Statement<'_>], layout: &Layout<'_>, in_every_row: Option<AccountNumber>) {
    if let [only] = statements
        && only.account.number.is_none()
    {
        only.account.number = preamble::account_number(&layout.preamble).or(in_every_row);
    }
}

/// Finds the layout: the profile that was named, the one profile that fits, or the names of the columns.
pub(super) fn layout_of<'a>(
    text: &'a str,
    options: &ReadOptions,
    profiles: &ProfileSet,
) -> Result<Layout<'a>, ImportError> {
    let samples = DELIMITERS.map(|delimiter| Sample::take(text, delimiter));
    match options.profile.as_deref() {
        Some(GENERIC) => generic(&samples),
        Some(name) => named(name, &samples, profiles),
        None => {
            let fitting: Vec<(&Profile, Layout<'a>)> =
                profiles.iter().filter_map(|p| Some((p, samples.iter().find_map(|s| p.fit(s))?))).collect();
            match one_of(fitting, options.currency.or(options.account.map(|account| account.currency)))? {
                Some(layout) => Ok(layout),
                None => generic(&samples),
            }
        }
    }
}

/// Returns the layout by the profile that was asked for, which has to fit.
fn named<'a>(name: &str, samples: &[Sample<'a>], profiles: &ProfileSet) -> Result<Layout<'a>, ImportError> {
    let Some(profile) = profiles.get(name) else {
        let known = profiles.names().chain([GENERIC]).map(str::to_owned).collect();
        let message = format!("there is no profile {name:?}");
        return Err(ImportError::new(
            Problem::NeedsOption,
            message,
            Remedy::KnownProfiles(Box::new(UnknownProfile { given: name.to_owned(), known })),
        ));
    };
    samples.iter().find_map(|s| profile.fit(s)).ok_or_else(|| {
        let message = format!("the file does not look like profile {name}: {} is expected", profile.expected());
        ImportError::new(Problem::UnknownFormat, message, Remedy::OtherProfile)
    })
}

/// Returns the one layout that fits. Several are told apart by how they write dates and by what only
/// one bank's rows say; otherwise they are an error. `known` is the currency of the amounts, and of the profiles to choose from.
fn one_of<'a>(
    mut fitting: Vec<(&Profile, Layout<'a>)>,
    known: Option<Currency>,
) -> Result<Option<Layout<'a>>, ImportError> {
    // A header says more than the number and look of columns without one.
    if fitting.iter().any(|(p, _)| p.has_header()) {
        fitting.retain(|(p, _)| p.has_header());
    }
    if fitting.len() > 1 && fitting.iter().any(|(p, l)| p.dates_fit(l)) {
        fitting.retain(|(p, l)| p.dates_fit(l));
    }
    if fitting.len() > 1 && fitting.iter().any(|(p, l)| p.is_named_by(l)) {
        fitting.retain(|(p, l)| p.is_named_by(l));
    }
    if let [first, _, ..] = fitting.as_slice() {
        let may_be = |layout: &Layout<'_>| layout.currency.is_none_or(|own| known.is_none_or(|known| known == own));
        let names: Vec<&str> = fitting.iter().filter(|(_, layout)| may_be(layout)).map(|(p, _)| p.name()).collect();
        let message = match names.as_slice() {
            [] => return Ok(None),
            [only] => format!("the profile {only} fits, and so do others that are of another currency"),
            several => format!("the profiles {} fit equally well", several.join(", ")),
        };
        let choices = names.into_iter().chain([GENERIC]).map(str::to_owned).collect();
        let question = Question::of(ImportOption::Profile, message, choices);
        let error = ImportError { problem: Problem::Ambiguous, ..ImportError::asking(vec![question]) };
        return Err(error.at_line(first.1.header_line()));
    }
    Ok(fitting.pop().map(|(_, layout)| layout))
}

/// Returns the layout by the names of columns, with the delimiter that gives the most columns; without a header by what
/// the columns hold.
fn generic<'a>(samples: &[Sample<'a>]) -> Result<Layout<'a>, ImportError> {
    let fitting = samples.iter().filter_map(names::fit);
    // `max_by_key` keeps the last of equals, so the order of preference is turned round.
    if let Some(layout) = fitting.rev().max_by_key(|l| l.header.len()) {
        return Ok(layout);
    }
    if let Some(layout) = samples.iter().find_map(headless::fit) {
        return Ok(layout);
    }
    if let Some(error) = samples.iter().find_map(|s| s.error.clone()) {
        return Err(error);
    }
    let nearest = samples.iter().filter_map(names::nearest).max_by_key(|(_, header, _)| header.len());
    let error = |message: String| ImportError::new(Problem::UnknownFormat, message, Remedy::WriteProfile);
    Err(match nearest {
        Some((line, header, missing)) => {
            let names: Vec<String> = header.iter().map(|name| shown(name)).filter(|n| !n.is_empty()).take(20).collect();
            error(format!("the header names {}; {missing} is among them", names.join(", "))).at_line(line)
        }
        None => error("there is no line that names a date column and an amount column".to_owned()).at_line(1),
    })
}
