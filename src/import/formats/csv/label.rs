//! What a row without a text says of itself: that it is a balance or a sum.

use std::borrow::Cow;

use super::layout::Layout;
use super::records::Field;
use super::roles::Role;
use crate::import::evidence::lines::{self, Line};

/// Returns the words of a balance or a sum in any cell of a row without a text.
pub(super) fn of_row<'a>(layout: &Layout<'_>, fields: &[Field<'a>]) -> Option<Cow<'a, str>> {
    if !layout.roles.all(Role::Description).iter().all(|column| column.of(fields).is_blank()) {
        return None;
    }
    let says = |text: &Cow<'_, str>| {
        lines::kind(text).is_some_and(|line| line.is_balance() || matches!(line, Line::Available | Line::Total))
    };
    fields.iter().map(|field| field.text()).find(says)
}
