//! Columns of currencies: of which amount each is, by its place and its name.

use super::column::Column;
use super::concepts::{Concepts, columns, concepts, is_one_of};
use super::content::Content;
use super::roles::{Role, Roles};
use super::vocabulary as words;
use crate::import::evidence::fold::fold;

/// Finds the column of the currency of the amount: right of it, or called after it. Beside an amount in the currency of the
/// account, one without such a name may be what was paid in.
pub(super) fn settle(roles: &mut Roles, header: &[String], concepts: &Concepts, content: &impl Fn(Column) -> Content) {
    let amount = roles.first(Role::Amount);
    let Some(money) = amount.or(roles.first(Role::Credit)).or(roles.first(Role::Debit)) else { return };
    let of = |money: Column| {
        let right = Some(money.right()).filter(|next| is_currency(concepts, *next));
        let holds_codes = |column: &Column| content(*column).may_hold_codes();
        [right, called_after(header, money)].map(|found| found.filter(holds_codes))
    };
    // One currency beside two amounts may be of either.
    let is_of_either = |other: &Column| {
        let (one, two) = (content(money), content(*other));
        two.filled > 0 && two.may_hold_amounts() && one.cells != two.cells && of(*other) == [None; 2]
    };
    let is_own = |column: Column| is_own_currency(concepts, column);
    let is_of_own = amount.is_some_and(|column| is_one_of(concepts, column, words::OWN_AMOUNT));
    let is_all =
        |column: Column| content(column).says_one_thing() && !other_amounts(concepts, roles).iter().any(is_of_either);
    let [right, called] = of(money);
    let right = right.filter(|right| !is_of_own || is_own(*right) || is_all(*right));
    match right.or(called) {
        Some(found) => roles.set(Role::Currency, [found]),
        None if is_of_own => {
            let named = roles.all(Role::Currency).to_vec();
            roles.set(Role::Currency, named.into_iter().filter(|column| is_own(*column)));
        }
        None => {}
    }
}

/// Returns the column of the currency that is called after a column of money.
pub(super) fn called_after(header: &[String], money: Column) -> Option<Column> {
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

/// Returns the columns that are called after an amount and hold neither the money of the row nor its fee or balance.
fn other_amounts(concepts: &Concepts, roles: &Roles) -> Vec<Column> {
    let taken = [Role::Day, Role::Debit, Role::Credit, Role::Fee, Role::Balance, Role::DayBalance, Role::Opening];
    let is_taken = |column: &Column| {
        roles.first(Role::Amount) == Some(*column) || taken.iter().any(|role| roles.all(*role).contains(column))
    };
    let is_called = |column: &Column| {
        let known = || words::AMOUNT.split('|').filter(|name| !name.contains(' '));
        concepts[column.index()].0.split(' ').any(|word| known().any(|known| word.ends_with(known)))
    };
    (0..concepts.len()).map(Column::new).filter(|column| !is_taken(column) && is_called(column)).collect()
}

/// Returns whether a column has a name of currencies.
pub(super) fn is_currency(concepts: &Concepts, column: Column) -> bool {
    [words::CURRENCY, words::CURRENCY_ABOVE].iter().any(|names| is_one_of(concepts, column, names))
}

/// Returns whether a column has a name of the currency of the account.
pub(super) fn is_own_currency(concepts: &Concepts, column: Column) -> bool {
    [words::OWN_CURRENCY, words::CURRENCY_ABOVE].iter().any(|names| is_one_of(concepts, column, names))
}

/// Returns the columns of currencies beside that of the amount which have to say the same: not that of the balance or of another
/// amount, nor, beside an amount in the currency of the account, the currency that was paid in.
pub(super) fn other_currencies(header: &[String], roles: &Roles) -> Vec<Column> {
    let concepts = concepts(header);
    let balance = currency_of_balance(header, roles);
    let amount = roles.first(Role::Amount);
    let is_of_own = amount.is_some_and(|column| is_one_of(&concepts, column, words::OWN_AMOUNT));
    let is_of_other = |column: &Column| {
        let others = [other_amounts(&concepts, roles), roles.all(Role::Fee).to_vec()].concat();
        others.into_iter().any(|other| other.right() == *column || called_after(header, other) == Some(*column))
    };
    let is_one = |column: &Column| {
        is_currency(&concepts, *column) && roles.first(Role::Currency) != Some(*column) && balance != Some(*column)
    };
    let is_compared = |column: &Column| match is_own_currency(&concepts, *column) {
        true => true,
        false => !is_of_own && !is_of_other(column),
    };
    (0..concepts.len()).map(Column::new).filter(|column| is_one(column) && is_compared(column)).collect()
}

/// Returns the column of the balance's currency: it is called so, or stands right of the balance while another one is the
/// amount's.
pub(super) fn currency_of_balance(header: &[String], roles: &Roles) -> Option<Column> {
    let concepts = concepts(header);
    let balance = roles.first(Role::Balance)?;
    let is_beside =
        |column: &Column| is_one_of(&concepts, *column, words::CURRENCY) && roles.first(Role::Currency).is_some();
    let beside = Some(balance.right()).filter(is_beside);
    let found = columns(&concepts, words::BALANCE_CURRENCY).next().or(beside);
    found.filter(|column| roles.first(Role::Currency) != Some(*column))
}
