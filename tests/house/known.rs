//! What is known to break a rule, each with its reason. These lists only ever get shorter.

/// A place that breaks a rule.
pub(crate) struct Known {
    /// A file, or `file → file`.
    pub(crate) place: &'static str,
    pub(crate) times: usize,
    pub(crate) why: &'static str,
}

/// The arrows that have to be turned round for every circle to be gone.
pub(crate) const CIRCLES: &[(&str, &str, &str)] = &[];

pub(crate) const UPWARD: &[Known] = &[];

pub(crate) const STORE: &[Known] = &[];

pub(crate) const PRINTS: &[Known] = &[];

pub(crate) const SQL: &[Known] = &[];

pub(crate) const AMBIENT: &[Known] = &[];

pub(crate) const SENTENCES: &[Known] = &[];

pub(crate) const LONG: &[Known] = &[];
