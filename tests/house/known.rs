//! What is known to break a rule, each with its reason. These lists only ever get shorter.

/// A place that breaks a rule.
pub(crate) struct Known {
    /// A file, or `file → file`.
    pub(crate) place: &'static str,
    pub(crate) times: usize,
    pub(crate) why: &'static str,
}

const fn known(place: &'static str, times: usize, why: &'static str) -> Known {
    Known { place, times, why }
}

/// The arrows that have to be turned round for every circle to be gone.
pub(crate) const CIRCLES: &[(&str, &str, &str)] = &[
    ("src/import/formats/csv/names.rs", "src/import/formats/csv/layout.rs", "names and columns know each other"),
    ("src/import/mod.rs", "src/import/detect.rs", "the options and the result of reading lie in the parent"),
    ("src/ops/import/accounts.rs", "src/ops/import.rs", "what they share lies in the parent"),
    ("src/ops/import/apply.rs", "src/ops/import.rs", "what they share lies in the parent"),
];

pub(crate) const UPWARD: &[Known] = &[];

pub(crate) const STORE: &[Known] = &[];

pub(crate) const PRINTS: &[Known] = &[];

pub(crate) const SQL: &[Known] = &[];

pub(crate) const AMBIENT: &[Known] = &[];

pub(crate) const SENTENCES: &[Known] = &[
    known("src/import/detect.rs", 1, ASKED),
    known("src/import/formats/csv/mod.rs", 2, ASKED),
    known("src/import/formats/csv/sink.rs", 3, ASKED),
    known("src/import/formats/csv/survey.rs", 6, ASKED),
    known("src/import/formats/ofx/draft.rs", 2, ASKED),
    known("src/ops/import.rs", 1, ASKED),
    known("src/ops/import/accounts.rs", 7, ASKED),
    known("src/share/terms.rs", 1, HINTS),
];

const ASKED: &str = "what is asked is written as a sentence, not yet data";
const HINTS: &str = "hints are written below cli";

pub(crate) const LONG: &[Known] = &[];
