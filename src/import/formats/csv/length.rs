//! How many fields a row has to have.

use super::layout::Layout;
use super::reading::Reading;
use super::records::Field;
use super::reject::Reject;

/// Refuses a row that is too short or too long: it lost or gained a separator, and its cells may be in the wrong
/// columns.
pub(super) fn check(layout: &Layout<'_>, reading: &Reading, fields: &[Field<'_>]) -> Result<(), Reject> {
    let found = format!("{} fields", fields.len());
    let (needed, width) = (reading.needed, reading.width);
    if fields.len() < needed && !layout.conventions.ragged {
        return Err(Reject::new("row", &found, format!("too few fields: {needed} are expected")));
    }
    if !reading.ends_in_text && fields.iter().skip(width).any(|f| !f.is_blank()) {
        let reason = format!("too many fields: {needed} are expected; is there an unquoted separator?");
        return Err(Reject::new("row", &found, reason));
    }
    Ok(())
}
