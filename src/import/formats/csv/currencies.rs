//! What a file says of the currency of its amounts: in the names of columns, beside the amounts, above the header. All of
//! it has to be true of one currency.

use std::collections::BTreeSet;

use super::beside::Claim;
use super::column::Column;
use super::concepts;
use super::facts::Facts;
use super::layout::Layout;
use super::money::Money;
use super::paired;
use super::records::Field;
use super::roles::Role;
use super::vocabulary as words;
use crate::import::error::{ImportError, ImportOption, Problem, Remedy, shown};
use crate::import::evidence::fold::fold;
use crate::import::options::ReadOptions;
use crate::model::{Currency, Denomination};

/// Returns the currency that the header names beside an amount, balances or not.
pub(super) fn of_header(layout: &Layout<'_>, money: &Money) -> Option<Currency> {
    let names = money.columns().filter_map(|column| concepts::currency_of(layout.name(column)));
    layout.currency.or_else(|| names.into_iter().find_map(Denomination::only))
}

/// Returns the one currency that the columns of money and the lines above the header name, before anything is read.
pub(super) fn named(layout: &Layout<'_>) -> Option<Currency> {
    let roles = [Role::Amount, Role::Debit, Role::Credit, Role::Balance].into_iter();
    let names = roles.filter_map(|role| concepts::currency_of(layout.name(layout.roles.first(role)?)));
    let lines = layout.preamble.iter().filter(|_| layout.learn).filter_map(|(line, fields)| above(*line, fields));
    let found: BTreeSet<Currency> =
        names.chain(lines.map(|claim| claim.named)).filter_map(Denomination::only).collect();
    found.first().copied().filter(|_| found.len() == 1)
}

/// What names the currency of the balances, a column of its own or the header, and that of the account.
#[derive(Clone, Debug, Default)]
pub(super) struct OfBalances {
    column: Option<Column>,
    named: Option<Currency>,
    /// Further columns of currencies, which name the account's.
    others: Vec<Column>,
}

impl OfBalances {
    pub(super) fn of(layout: &Layout<'_>) -> OfBalances {
        let balance = layout.roles.first(Role::Balance).map(|column| layout.name(column));
        OfBalances {
            column: paired::currency_of_balance(&layout.header, &layout.roles),
            named: balance.and_then(concepts::currency_of).and_then(Denomination::only),
            others: paired::other_currencies(&layout.header, &layout.roles),
        }
    }

    /// Refuses a row whose balance or account is in another currency than its amount.
    pub(super) fn refuse_other(
        &self,
        layout: &Layout<'_>,
        line: u64,
        fields: &[Field<'_>],
        amount: Option<Currency>,
    ) -> Result<(), ImportError> {
        let is_other = |named: &Currency| amount.is_some_and(|amount| amount != *named);
        let named = |column: Column| column.of(fields).text().parse::<Currency>().ok();
        let account = self.others.iter().find_map(|column| Some((*column, named(*column).filter(is_other)?)));
        if let (Some((account, other)), Some(amount), Some(column)) =
            (account, amount, layout.roles.first(Role::Currency))
        {
            let [one, two] = [column, account].map(|column| shown(layout.name(column)));
            let message = format!("{one} says {amount} and {two} says {other}, and the row has one amount");
            return Err(ImportError::new(Problem::Ambiguous, message, Remedy::WriteProfile)
                .at_line(line)
                .in_field(one));
        }
        let Some(balance) = layout.roles.first(Role::Balance).filter(|column| !column.of(fields).is_no_amount()) else {
            return Ok(());
        };
        let in_row = || self.column.and_then(named);
        match (self.named.or_else(in_row), amount) {
            (Some(named), Some(amount)) if named != amount => {
                let message =
                    format!("the amount is in {amount} and the balance in {named}: they cannot be of one account");
                let error = ImportError::new(Problem::Contradiction, message, Remedy::WriteProfile);
                Err(error.at_line(line).in_field(shown(layout.name(balance))))
            }
            _ => Ok(()),
        }
    }
}

/// Decides the currency of rows that name none.
///
/// # Errors
///
/// When the file names two, or what was said is another one. Rows that name their own are not looked at.
pub(super) fn decide(
    layout: &Layout<'_>,
    facts: &Facts,
    money: &Money,
    options: &ReadOptions,
) -> Result<Option<Currency>, ImportError> {
    let used = used(layout, money);
    let mut claims: Vec<Claim> = Vec::new();
    if let Some(currency) = layout.currency {
        claims.push(Claim { named: Denomination::Code(currency), found: "the profile".to_owned() });
    }
    let columns: Vec<Column> = used.iter().filter_map(|role| layout.roles.first(*role)).collect();
    // Of a file without rows all columns count.
    let is_empty = !columns.iter().any(|column| facts.is_filled(*column));
    let columns = columns.into_iter().filter(|column| is_empty || facts.is_filled(*column));
    let names = columns.map(|column| layout.name(column));
    let of = |name: &str| Some((concepts::currency_of(name)?, format!("the header ({})", shown(name))));
    claims.extend(names.filter_map(of).map(|(named, found)| Claim { named, found }));
    claims.extend(facts.beside.of(&used));
    let has_column = layout.roles.first(Role::Currency).is_some();
    if has_column {
        let all: Vec<Currency> = claims.iter().filter_map(|claim| claim.named.only()).collect();
        return Ok(of_header(layout, money).or_else(|| all.first().copied().filter(|one| all.iter().all(|c| c == one))));
    }
    if layout.learn {
        claims.extend(layout.preamble.iter().filter_map(|(line, fields)| above(*line, fields)));
    }
    for (index, claim) in claims.iter().enumerate() {
        if let Some(other) = claims[..index].iter().find(|other| !other.named.agrees(claim.named)) {
            let message = format!("the file names two currencies: {} and {}", other.found, claim.found);
            return Err(ImportError::new(Problem::Contradiction, message, Remedy::CurrencyInEveryRow));
        }
    }
    let only = claims.iter().find_map(|claim| claim.named.only());
    match (options.currency, options.account) {
        (Some(said), _) => refuse_other(&claims, said, "")?,
        // One currency is compared with the account's where the account is chosen.
        (None, Some(account)) if only.is_none() => refuse_other(&claims, account.currency, ", as the account is")?,
        _ => {}
    }
    Ok(only)
}

/// Refuses a column of currencies under a name that says nothing, where they are several or not that of the amounts. One that is
/// blank in some row, or beside another amount, says what was paid in abroad. `known` is the currency of the amounts. Returns the
/// only currency of the only such column: likely that of the amounts, which it does not prove.
pub(super) fn refuse_unnamed(layout: &Layout<'_>, known: Option<Currency>) -> Result<Option<Currency>, ImportError> {
    if !layout.learn || layout.roles.first(Role::Currency).is_some() {
        return Ok(None);
    }
    let names = concepts::concepts(&layout.header);
    // Without a header, a column is a text because it is nothing else.
    let is_text = |column: &Column| {
        let texts = [Role::Description, Role::Memo];
        layout.header.is_empty() && texts.iter().any(|role| layout.roles.all(*role).contains(column))
    };
    let is_known = |column: &Column| {
        concepts::is_one_of(&names, *column, words::CURRENCY) || (layout.roles.has(*column) && !is_text(column))
    };
    let mut columns: Option<Vec<(Column, BTreeSet<Currency>)>> = None;
    let (mut rows, mut fields) = (layout.rows.clone(), Vec::new());
    while rows.next(&mut fields)?.is_some() {
        if !layout.has_day(&fields) {
            continue;
        }
        let code = |column: Column| match Denomination::of(column.of(&fields).text().trim()) {
            Some(Denomination::Code(code)) => Some(code),
            _ => None,
        };
        match &mut columns {
            Some(columns) => columns.retain_mut(|(column, found)| {
                let code = code(*column);
                found.extend(code);
                code.is_some()
            }),
            None => {
                let all = || (0..fields.len()).map(Column::new).filter(|column| !is_known(column));
                // Beside another amount, it is the currency of that.
                let is_amount = |cell: &str| {
                    cell.contains(['.', ',']) && cell.bytes().all(|b| b.is_ascii_digit() || b"+-.,".contains(&b))
                };
                if all().any(|column| is_amount(&column.of(&fields).text())) {
                    return Ok(None);
                }
                columns = Some(all().filter_map(|column| Some((column, BTreeSet::from([code(column)?])))).collect());
            }
        }
        if columns.as_ref().is_some_and(Vec::is_empty) {
            return Ok(None);
        }
    }
    let columns = columns.unwrap_or_default();
    for (column, found) in &columns {
        if found.len() > 1 || known.is_some_and(|known| !found.contains(&known)) {
            let codes: Vec<String> = found.iter().map(Currency::to_string).collect();
            let name = layout.header.get(column.index()).filter(|name| !name.trim().is_empty());
            let name = name
                .map_or_else(|| format!("column {}", column.index() + 1), |name| format!("the column {}", shown(name)));
            let message = format!(
                "{name} has currencies ({}), and nothing tells whether the amounts are in them",
                codes.join(", ")
            );
            return Err(ImportError::new(Problem::Ambiguous, message, Remedy::WriteProfile));
        }
    }
    Ok(match columns.as_slice() {
        [(_, codes)] => codes.first().copied(),
        _ => None,
    })
}

/// Refuses a currency that the file contradicts.
fn refuse_other(claims: &[Claim], currency: Currency, why: &str) -> Result<(), ImportError> {
    let Some(claim) = claims.iter().find(|claim| !claim.named.may_be(currency)) else { return Ok(()) };
    let (message, remedy) = match claim.named.only() {
        Some(only) => {
            let message = format!("{} says the amounts are {only}, not {currency}", claim.found);
            (message, Remedy::LeaveOut(ImportOption::Currency))
        }
        None => (format!("{} is not in {currency}{why}", claim.found), Remedy::OtherCurrency),
    };
    Err(ImportError::new(Problem::NeedsOption, message, remedy))
}

/// Returns the roles of the columns that hold the money and the balance.
fn used(layout: &Layout<'_>, money: &Money) -> Vec<Role> {
    let is_used = |role: &Role| {
        *role == Role::Balance || layout.roles.first(*role).is_some_and(|c| money.columns().any(|m| m == c))
    };
    [Role::Amount, Role::Debit, Role::Credit, Role::Balance].into_iter().filter(is_used).collect()
}

/// Returns the currency that a line above the header names: `Currency;GBP`, `Währung: EUR`, `All amounts in EUR`.
fn above(line: u64, fields: &[Field<'_>]) -> Option<Claim> {
    let cells: Vec<_> = fields.iter().map(|field| field.text()).filter(|text| !text.is_empty()).collect();
    let (label, value) = match cells.as_slice() {
        [title] => title.split_once(':').or_else(|| title.rsplit_once(' '))?,
        [label, value] => (&**label, &**value),
        _ => return None,
    };
    let label = fold(label);
    let mut labels = [words::CURRENCY, words::CURRENCY_ABOVE, words::AMOUNTS_IN].into_iter().flat_map(|l| l.split('|'));
    let is_label = labels.any(|known| known == label.trim_end_matches([':', '.', ' ']));
    let value = value.trim();
    let named = Denomination::of(value).or_else(|| Denomination::of(value.split_whitespace().next()?))?;
    is_label.then(|| Claim { named, found: format!("line {line}: {:?}", shown(&cells.join(" "))) })
}
