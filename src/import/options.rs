//! What the person said about a file.

use super::evidence::date::DateOrder;
use crate::model::Currency;

/// What the person said about a file on the command line.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    /// The CSV profile to use, by name. A file that is not CSV is then an error.
    pub profile: Option<String>,
    /// The currency of files that name none. A file that names another one is an error.
    pub currency: Option<Currency>,
    /// The order of dates that can be read in two ways.
    pub date_order: Option<DateOrder>,
}
