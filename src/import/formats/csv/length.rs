//! How many fields a row has to have, and which of them.

use super::cuts;
use super::layout::Layout;
use super::reading::Reading;
use super::records::Field;
use super::reject::Reject;
use super::roles::Role;

/// Refuses a row that is too short or too long: it lost or gained a separator, and its cells may be in the wrong
/// columns.
pub(super) fn check(layout: &Layout<'_>, reading: &Reading, fields: &[Field<'_>]) -> Result<(), Reject> {
    let found = format!("{} fields", fields.len());
    let (needed, width) = (reading.needed, reading.width);
    if fields.len() < needed && !layout.conventions.ragged {
        return Err(Reject::new("row", &found, format!("too few fields: {needed} are expected")));
    }
    let has_more = fields.len() > layout.header.len();
    if (has_more || reading.cuts.are_proven())
        && let Some(column) = cuts::find(layout, fields)
    {
        let number = format!("{},{}", column.of(fields).text(), column.right().of(fields).text());
        let reason = "an unquoted separator may cut this number in two: the next field goes on with it";
        return Err(Reject::new(layout.name(column), &number, reason));
    }
    let has_text = || layout.roles.all(Role::Description).iter().any(|column| !column.of(fields).is_blank());
    if reading.balance_has_no_text && !has_text() {
        return Err(Reject::new("text", "", "the only row without a text may be a balance, and no header tells"));
    }
    if !reading.ends_in_text && fields.iter().skip(width).any(|f| !f.is_blank()) {
        let reason = format!("too many fields: {needed} are expected; is there an unquoted separator?");
        return Err(Reject::new("row", &found, reason));
    }
    Ok(())
}
