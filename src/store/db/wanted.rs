//! What is wanted of rows, as a filter says it.

use crate::model::Micros;

/// What is wanted of rows. What is none does not filter.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    /// The least amount.
    pub least: Option<Micros>,
    /// The largest amount.
    pub most: Option<Micros>,
    /// Parts of the texts, folded; each of them.
    pub parts: Vec<String>,
    /// Categories, folded; one of them.
    pub categories: Vec<String>,
    /// Whether rows are pending.
    pub pending: Option<bool>,
    /// Only rows without a category.
    pub uncategorised: bool,
}

impl Wanted {
    /// Returns whether every row is wanted.
    pub(crate) fn is_all(&self) -> bool {
        let Wanted { least, most, parts, categories, pending, uncategorised } = self;
        let amount = least.is_none() && most.is_none();
        amount && parts.is_empty() && categories.is_empty() && pending.is_none() && !uncategorised
    }

    /// Returns whether something other than amounts is wanted.
    pub(crate) fn is_of_shapes(&self) -> bool {
        self.is_of_texts() || self.pending.is_some() || self.uncategorised
    }

    /// Returns whether something written is wanted, which a row has in its texts or as its category.
    pub(crate) fn is_of_texts(&self) -> bool {
        !self.parts.is_empty() || !self.categories.is_empty()
    }
}
