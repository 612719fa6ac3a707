//! One CSV file from text to statements.

use super::layout::Layout;
use super::profile::Profile;
use super::sample::{DELIMITERS, Sample};
use super::set::ProfileSet;
use super::{balance, names, rows, survey};
use crate::import::error::{ImportError, Problem};
use crate::import::options::ReadOptions;
use crate::import::parsed::Parsed;
use crate::model::SourceKind;

/// Reads a decoded CSV file.
pub fn read<'a>(text: &'a str, options: &ReadOptions, profiles: &ProfileSet) -> Result<Parsed<'a>, ImportError> {
    let layout = layout_of(text, options, profiles)?;
    let reading = survey::survey(&layout, options)?;
    let mut statements = rows::read(&layout, &reading, options)?;
    balance::add(&mut statements, &layout, &reading);
    Ok(Parsed { kind: SourceKind::Csv, format: "CSV".to_owned(), profile: Some(layout.profile), statements })
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

/// The profile that was asked for, which has to fit.
fn named<'a>(name: &str, samples: &[Sample<'a>], profiles: &ProfileSet) -> Result<Layout<'a>, ImportError> {
    let Some(profile) = profiles.get(name) else {
        let known: Vec<&str> = profiles.names().collect();
        return Err(ImportError::new(Problem::NeedsOption, format!("there is no profile {name:?}")).hint(format!(
            "the profiles are {}, and {}",
            known.join(", "),
            names::GENERIC
        )));
    };
    samples.iter().find_map(|s| profile.fit(s)).ok_or_else(|| {
        let message = format!("the file does not look like profile {name}: {} is expected", profile.expected());
        ImportError::new(Problem::UnknownFormat, message)
            .hint("leave out --profile to have the format found, or write a profile for this file")
    })
}

/// The one profile that fits; several are told apart by how they write dates, and else are an error.
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
        let flags: Vec<String> = names.iter().map(|n| format!("--profile {n}")).collect();
        return Err(ImportError::new(Problem::Ambiguous, message)
            .at_line(first.1.header_line())
            .hint(format!("say which bank it is: {}", flags.join(" or "))));
    }
    Ok(fitting.pop().map(|(_, layout)| layout))
}

/// The layout by names of columns, with the delimiter that gives the most columns.
fn generic<'a>(samples: &[Sample<'a>]) -> Result<Layout<'a>, ImportError> {
    let fitting = samples.iter().filter_map(names::fit);
    // `max_by_key` keeps the last of equals, so the order of preference is turned round.
    let broken = || samples.iter().find_map(|s| s.error.clone());
    fitting.rev().max_by_key(|l| l.header.len()).ok_or_else(|| {
        if let Some(error) = broken() {
            return error;
        }
        ImportError::new(Problem::UnknownFormat, "there is no line that names a date column and an amount column")
            .at_line(1)
            .hint("write a profile for this bank (docs/csv-profiles.md), or download OFX instead")
    })
}
