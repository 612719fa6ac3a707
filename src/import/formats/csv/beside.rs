//! The currencies that stand beside the amounts and balances of a file.

use super::layout::Layout;
use super::roles::Role;
use crate::import::error::shown;
use crate::model::{Currency, Denomination};

/// A currency that a file names, and where.
#[derive(Clone, Debug)]
pub(super) struct Claim {
    pub(super) named: Denomination,
    /// The place and what stands there, for messages.
    pub(super) found: String,
}

/// The currencies that are written beside amounts, each once for each role.
#[derive(Clone, Debug, Default)]
pub(super) struct Beside(Vec<(Role, Claim)>);

impl Beside {
    /// Adds what stands beside an amount.
    pub(super) fn add(&mut self, layout: &Layout<'_>, line: u64, role: Role, text: &str) {
        // Nearly every amount ends and begins in a digit or a sign.
        if text.bytes().all(|b| b.is_ascii_digit() || b"-+.,() ".contains(&b)) {
            return;
        }
        for named in Denomination::around(text) {
            if !self.0.iter().any(|(known, claim)| *known == role && claim.named == named) {
                let name = layout.roles.first(role).map_or("amount", |column| layout.name(column));
                let found = format!("line {line}: {}: {:?}", shown(name), shown(text));
                self.0.push((role, Claim { named, found }));
            }
        }
    }

    /// Returns those of some roles.
    pub(super) fn of(&self, roles: &[Role]) -> impl Iterator<Item = Claim> {
        self.0.iter().filter(|(role, _)| roles.contains(role)).map(|(_, claim)| claim.clone())
    }
}

/// Returns the currency that is written beside an amount: a code, or a sign of one currency only.
pub(super) fn currency(text: &str) -> Option<Currency> {
    Denomination::around(text).find_map(Denomination::only)
}
