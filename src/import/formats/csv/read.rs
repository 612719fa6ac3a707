//! One CSV file from text to statements.

use super::layout::Layout;
use super::profile::Profile;
use super::reading::Reading;
use super::sample::{DELIMITERS, Sample};
use super::set::ProfileSet;
use super::{balance, names, rows};
use crate::import::error::{ImportError, ImportOption, Problem, Question, Remedy};
use crate::import::options::ReadOptions;
use crate::import::parsed::Parsed;
use crate::model::SourceKind;

/// Reads a decoded CSV file.
///
/// # Errors
/// When no layout is found or several are, an option is needed or contradicts the file, or the file is damaged.
pub fn read<'a>(text: &'a str, options: &ReadOptions, profiles: &ProfileSet) -> Result<Parsed<'a>, ImportError> {
    let layout = layout_of(text, options, profiles)?;
    let reading = Reading::of(&layout, options)?;
    let mut statements = rows::read(&layout, &reading, options)?;
    balance::add(&mut statements, &layout, &reading);
    Ok(Parsed {
        kind: SourceKind::Csv,
        format: "CSV".to_owned(),
        layout: layout.fingerprint(),
        profile: Some(layout.profile),
        statements,
        questions: Vec::new(),
        sign: None,
        remarks: Vec::new(),
    })
}

/// Finds the layout: the profile that was named, the one profile that fits, or the names of the columns.
pub(super) fn layout_of<'a>(
    text: &'a str,
    options: &ReadOptions,
    profiles: &ProfileSet,
) -> Result<Layout<'a>, ImportError> {
    let samples = DELIMITERS.map(|delimiter| Sample::take(text, delimiter));
    match options.profile.as_deref() {
        Some(names::GENERIC) => generic(&samples),
        Some(name) => named(name, &samples, profiles),
        None => {
            let fitting: Vec<(&Profile, Layout<'a>)> =
                profiles.iter().filter_map(|p| Some((p, samples.iter().find_map(|s| p.fit(s))?))).collect();
            match one_of(fitting)? {
                Some(layout) => Ok(layout),
                None => generic(&samples),
            }
        }
    }
}

/// Returns the layout by the profile that was asked for, which has to fit.
fn named<'a>(name: &str, samples: &[Sample<'a>], profiles: &ProfileSet) -> Result<Layout<'a>, ImportError> {
    let Some(profile) = profiles.get(name) else {
        let known = profiles.names().chain([names::GENERIC]).map(str::to_owned).collect();
        let message = format!("there is no profile {name:?}");
        return Err(ImportError::new(Problem::NeedsOption, message, Remedy::KnownProfiles(known)));
    };
    samples.iter().find_map(|s| profile.fit(s)).ok_or_else(|| {
        let message = format!("the file does not look like profile {name}: {} is expected", profile.expected());
        ImportError::new(Problem::UnknownFormat, message, Remedy::OtherProfile)
    })
}

/// Returns the one layout that fits. Several are told apart by how they write dates; otherwise they are an error.
fn one_of<'a>(mut fitting: Vec<(&Profile, Layout<'a>)>) -> Result<Option<Layout<'a>>, ImportError> {
    // A header says more than the number and look of columns without one.
    if fitting.iter().any(|(p, _)| p.has_header()) {
        fitting.retain(|(p, _)| p.has_header());
    }
    if fitting.len() > 1 && fitting.iter().any(|(p, l)| p.dates_fit(l)) {
        fitting.retain(|(p, l)| p.dates_fit(l));
    }
    if let [first, _, ..] = fitting.as_slice() {
        let names: Vec<&str> = fitting.iter().map(|(p, _)| p.name()).collect();
        let message = format!("the profiles {} fit equally well", names.join(", "));
        let choices = names.into_iter().map(str::to_owned).collect();
        let question = Question::of(ImportOption::Profile, message, choices);
        let error = ImportError { problem: Problem::Ambiguous, ..ImportError::asking(vec![question]) };
        return Err(error.at_line(first.1.header_line()));
    }
    Ok(fitting.pop().map(|(_, layout)| layout))
}

/// Returns the layout by the names of columns, with the delimiter that gives the most columns.
fn generic<'a>(samples: &[Sample<'a>]) -> Result<Layout<'a>, ImportError> {
    let fitting = samples.iter().filter_map(names::fit);
    // `max_by_key` keeps the last of equals, so the order of preference is turned round.
    let broken = || samples.iter().find_map(|s| s.error.clone());
    fitting.rev().max_by_key(|l| l.header.len()).ok_or_else(|| {
        if let Some(error) = broken() {
            return error;
        }
        ImportError::new(
            Problem::UnknownFormat,
            "there is no line that names a date column and an amount column",
            Remedy::WriteProfile,
        )
        .at_line(1)
    })
}
