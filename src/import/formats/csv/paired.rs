//! Columns of currencies that are called after the amount that they are of: `Billing Amount`, `Billing Currency`.

use super::column::Column;
use super::layout::Layout;
use super::roles::Role;
use super::vocabulary::OWN_CURRENCY;
use crate::import::error::{ImportError, Problem, Remedy, shown};
use crate::import::evidence::fold::fold;
use crate::model::Currency;

/// Returns the column of the currency that is called after a column of money.
pub(super) fn currency_of(header: &[String], money: Column) -> Option<Column> {
    let plain = |name: &String| fold(name).replace('_', " ").trim().to_owned();
    let name = plain(header.get(money.index())?);
    let of =
        [("amount", "currency"), ("betrag", "wahrung"), ("betrag", "waehrung")].map(|(of, to)| name.replace(of, to));
    let is_called = |other: &String| {
        let other = plain(other);
        other != name && other != "currency" && (of.contains(&other) || other == format!("{name} currency"))
    };
    header.iter().position(is_called).map(Column::new)
}

/// Refuses rows that name one currency for the amount and another for the account.
pub(super) fn refuse_several(layout: &Layout<'_>) -> Result<(), ImportError> {
    let Some(first) = layout.roles.first(Role::Currency) else { return Ok(()) };
    let is_own = |name: &String| OWN_CURRENCY.split('|').any(|known| known == fold(name).replace('_', " ").trim());
    let of_account = layout.header.iter().position(is_own).map(Column::new);
    let Some(account) = of_account.filter(|other| *other != first) else { return Ok(()) };
    let (mut rows, mut fields) = (layout.rows.clone(), Vec::new());
    while let Some(line) = rows.next(&mut fields)? {
        let named = |column: Column| column.of(&fields).text().parse::<Currency>().ok();
        let Some(currency) = named(first) else { continue };
        if let Some(other) = named(account).filter(|named| *named != currency) {
            let [one, two] = [first, account].map(|column| shown(layout.name(column)));
            let message = format!("{one} says {currency} and {two} says {other}, and the row has one amount");
            return Err(ImportError::new(Problem::Ambiguous, message, Remedy::WriteProfile)
                .at_line(line)
                .in_field(one));
        }
    }
    Ok(())
}
