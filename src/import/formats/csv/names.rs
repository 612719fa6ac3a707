//! The layout of a file whose bank has no profile, by the names and the content of its columns.
//!
//! A name must be known exactly, apart from case, accents, spacing, and a currency or sign beside it. Where a name is
//! known in several roles (`Wert` is a day in one bank's files and an amount in another's), the cells decide.

use super::column::Column;
use super::concepts::{Concepts, columns, concept, concepts, is_of_both, is_one_of};
use super::content::{Content, contents, is_amount};
use super::layout::{Conventions, Layout};
use super::paired;
use super::records::Field;
use super::roles::{Role, Roles};
use super::sample::Sample;
use super::status;
use super::vocabulary as words;
use crate::import::evidence::date::Parts;
use crate::import::evidence::direction::words::spells_letters;
use crate::import::evidence::fold::fold;
use crate::import::evidence::number::{is_iban, is_none, is_number, masked_word};
use crate::import::parsed::GENERIC;

/// Returns the name of a column without case, accents, and a currency or sign beside it.
pub(super) fn heading(name: &str) -> String {
    concept(name).0
}

/// Returns the lists of names of a role, in order of preference.
pub(super) fn names_of(role: Role) -> &'static [&'static str] {
    match role {
        Role::Day => &[words::POSTED, words::DATED],
        Role::Amount => &[words::AMOUNT],
        Role::Debit => &[words::DEBIT],
        Role::Credit => &[words::CREDIT],
        Role::Indicator => &[words::INDICATOR, words::KIND],
        Role::BalanceIndicator => &[],
        Role::Fee => &[words::FEE],
        Role::Description => &[words::PAYEE, words::TEXT],
        Role::Payer => &[words::PAYER],
        Role::Memo => &[words::MEMO],
        Role::BankId => &[words::BANK_ID],
        Role::CheckNumber => &[words::CHECK],
        Role::Category => &[words::CATEGORY],
        Role::Type => &[words::TYPE],
        Role::Status => &[words::STATUS],
        Role::Balance => &[words::BALANCE],
        Role::DayBalance => &[words::DAY_BALANCE],
        Role::Opening => &[words::OPENING],
        Role::Closing => &[],
        Role::Currency => &[words::CURRENCY, words::CURRENCY_ABOVE],
        Role::Account => &[words::ACCOUNT],
        Role::AccountName => &[words::ACCOUNT_NAME, words::ACCOUNT_PART],
        Role::Card => &[words::CARD],
    }
}

/// Returns the roles that the names of a header and the cells below it give.
pub(super) fn roles(header: &[String], contents: &[Content]) -> Roles {
    let concepts = concepts(header);
    let content = |column: Column| contents.get(column.index()).copied().unwrap_or_default();
    let fits = |role: Role, column: Column| match role {
        Role::Day => content(column).may_hold_days(),
        Role::Amount | Role::Debit | Role::Credit | Role::Balance | Role::DayBalance | Role::Fee | Role::Opening => {
            content(column).may_hold_amounts()
        }
        Role::Currency => content(column).may_hold_codes(),
        _ => true,
    };
    // A name of one role alone is believed: its broken cells are rejected as rows.
    let is_only = |role: Role, column: Column| {
        let is_in = |other: Role| names_of(other).iter().any(|names| is_one_of(&concepts, column, names));
        Role::ALL.into_iter().all(|other| other == role || !is_in(other))
    };
    let is_believed = |role, column| is_only(role, column) && !is_one_of(&concepts, column, words::MAY_BE_POSTED);
    let fits = |role: Role, column: Column| is_believed(role, column) || fits(role, column);
    let mut roles = Roles::default();
    for role in Role::ALL {
        let named = names_of(role).iter().flat_map(|names| columns(&concepts, names));
        // `Text/Recipient` is a text that begins with the other party.
        let all = (0..concepts.len()).map(Column::new).filter(|_| role == Role::Description);
        let mixed = all.filter(|column| is_of_both(&concepts, *column, words::PAYEE, words::TEXT));
        roles.set(role, named.chain(mixed).filter(|column| fits(role, *column)));
    }
    let is_fee =
        |column: &Column| words::may_be_fee(&concepts[column.index()].0) && content(*column).may_hold_amounts();
    let known = roles.all(Role::Fee).to_vec();
    let others = (0..concepts.len()).map(Column::new).filter(|column| !known.contains(column) && is_fee(column));
    roles.set(Role::Fee, known.iter().copied().chain(others));
    settle_days(&mut roles);
    settle_money(&mut roles, &concepts, &content);
    settle_texts(&mut roles, &content);
    settle_balances(&mut roles, &content);
    settle_amounts_of_both(&mut roles, &concepts, &content);
    settle_indicators(&mut roles, &concepts, &content);
    roles.set(Role::Account, own_account(&concepts, &content));
    let amount = roles.first(Role::Amount);
    if amount.is_some_and(|column| concepts[column.index()].0.starts_with("net")) {
        // A net amount includes its fee.
        roles.set(Role::Fee, None);
    }
    paired::settle(&mut roles, header, &concepts, &content);
    roles
}

/// Keeps two columns of days: that of posting, and one to fall back to.
fn settle_days(roles: &mut Roles) {
    let mut days = roles.all(Role::Day).to_vec();
    days.dedup();
    roles.set(Role::Day, days.into_iter().take(2));
}

/// Puts filled columns of money before those that are always blank, and gives no column two roles of money.
fn settle_money(roles: &mut Roles, concepts: &Concepts, content: &impl Fn(Column) -> Content) {
    for role in [Role::Amount, Role::Debit, Role::Credit, Role::Balance] {
        let (filled, blank): (Vec<Column>, Vec<Column>) =
            roles.all(role).iter().partition(|column| content(**column).filled > 0);
        roles.set(role, filled.into_iter().chain(blank));
    }
    // The amount in the account's own currency before one that may be in another.
    let (own, others): (Vec<Column>, Vec<Column>) = roles
        .all(Role::Amount)
        .iter()
        .partition(|column| content(**column).filled > 0 && is_one_of(concepts, **column, words::OWN_AMOUNT));
    roles.set(Role::Amount, own.into_iter().chain(others));
    let days = roles.all(Role::Day).to_vec();
    for role in [Role::Amount, Role::Debit, Role::Credit, Role::Fee] {
        let others = roles.all(role).to_vec();
        roles.set(role, others.into_iter().filter(|column| !days.contains(column)));
    }
}

/// Puts columns that name the other party before other texts, those that say the same in every row last, and leaves
/// the description out of the memo.
fn settle_texts(roles: &mut Roles, content: &impl Fn(Column) -> Content) {
    let money: Vec<Column> =
        roles.money().chain(roles.first(Role::Balance)).chain(roles.all(Role::Day).to_vec()).collect();
    let texts = roles.all(Role::Description).to_vec();
    let texts: Vec<Column> = texts.into_iter().filter(|column| !money.contains(column)).collect();
    let (same, telling): (Vec<Column>, Vec<Column>) =
        texts.into_iter().partition(|column| content(*column).is_constant() || content(*column).is_always_blank());
    roles.set(Role::Description, telling.into_iter().chain(same));
    let description = roles.first(Role::Description);
    let payer = roles.first(Role::Payer).filter(|payer| Some(*payer) != description);
    roles.set(Role::Payer, payer);
    let mut memo: Vec<Column> = Vec::new();
    for column in roles.all(Role::Memo).iter().chain(roles.all(Role::Description).iter().skip(1)) {
        let taken = Some(*column) == description || money.contains(column) || memo.contains(column);
        if !taken && !content(*column).is_constant() {
            memo.push(*column);
        }
    }
    roles.set(Role::Memo, memo);
}

/// Tells balances of rows of their own from running ones: a file with both an opening and a closing column has no other.
/// Where every row has both, the closing one is the balance after the row.
fn settle_balances(roles: &mut Roles, content: &impl Fn(Column) -> Content) {
    match (roles.first(Role::Opening), roles.first(Role::Balance)) {
        (Some(opening), Some(closing)) if closing == opening.right() && !content(opening).is_always_filled() => {
            roles.set(Role::Closing, [closing]);
            roles.set(Role::Balance, None);
        }
        _ => roles.set(Role::Opening, None),
    }
}

/// Takes the column called `Debit/Credit` for the amount where it holds signed amounts with decimals, and no other column an
/// amount but the balance: `1` and `-1` beside an amount of an unknown name are signs.
fn settle_amounts_of_both(roles: &mut Roles, concepts: &Concepts, content: &impl Fn(Column) -> Content) {
    const NO_MONEY: [Role; 7] =
        [Role::Day, Role::Balance, Role::DayBalance, Role::BankId, Role::CheckNumber, Role::Account, Role::Card];
    if roles.money().next().is_some() {
        return;
    }
    let others = (0..concepts.len()).map(Column::new);
    let has_known_role = |column: &Column| NO_MONEY.iter().any(|role| roles.all(*role).contains(column));
    let with_amounts: Vec<Column> =
        others.filter(|column| content(*column).has_amounts() && !has_known_role(column)).collect();
    let [amount] = with_amounts[..] else { return };
    let is_indicator = is_one_of(concepts, amount, words::INDICATOR);
    let is_of_both = match is_one_of(concepts, amount, words::OF_BOTH) {
        false => !is_indicator && is_of_both(concepts, amount, words::DEBIT, words::CREDIT),
        known => known,
    };
    let indicators = roles.all(Role::Indicator).to_vec();
    if is_of_both && content(amount).holds_signed_amounts() {
        roles.set(Role::Amount, [amount]);
        roles.set(Role::Indicator, indicators.into_iter().filter(|column| *column != amount));
    }
}

/// Tells the column of words right of the balance, which says whether that is a debt, from the one that says which way the
/// amount went: another column says so, or money out and in have columns of their own.
fn settle_indicators(roles: &mut Roles, concepts: &Concepts, content: &impl Fn(Column) -> Content) {
    let is_named = |column: &Column| is_one_of(concepts, *column, words::INDICATOR);
    let indicators: Vec<Column> = roles.all(Role::Indicator).to_vec();
    let beside = roles.first(Role::Balance).map(Column::right);
    let Some(beside) = beside.filter(|column| indicators.contains(column) && is_named(column)) else { return };
    let is_filled = |role| roles.first(role).is_some_and(|column| content(column).filled > 0);
    let has_pair = is_filled(Role::Debit) || is_filled(Role::Credit);
    if has_pair || indicators.iter().any(|other| *other != beside && is_named(other)) {
        roles.set(Role::BalanceIndicator, [beside]);
        roles.set(Role::Indicator, indicators.into_iter().filter(|column| *column != beside));
    }
}

/// Returns the account column that does not stand right of a payee: that one is the payee's, unless it holds names or masked
/// numbers, as those of the owner's accounts are written.
fn own_account(concepts: &Concepts, content: &impl Fn(Column) -> Content) -> Option<Column> {
    let is_others = |column: Column| {
        is_right_of_payee(concepts, column)
            && is_one_of(concepts, column, words::EITHERS_ACCOUNT)
            && !content(column).holds_no_numbers()
    };
    // Of the accounts that rows go from and to, either is the owner's.
    let has_both = columns(concepts, words::TO_ACCOUNT).next().is_some();
    let is_from = |column: Column| has_both && is_one_of(concepts, column, words::FROM_ACCOUNT);
    columns(concepts, words::ACCOUNT).find(|column| !is_others(*column) && !is_from(*column))
}

fn is_right_of_payee(concepts: &Concepts, column: Column) -> bool {
    let is_payee = |column: &Column| {
        let name = &concepts[column.index()].0;
        let is = |names| is_one_of(concepts, *column, names);
        is(words::PAYEE) || is(words::PAYER) || name == "name" || name == "naam"
    };
    (0..column.index().min(concepts.len())).map(Column::new).any(|column| is_payee(&column))
}

/// Returns the account that a cell of a column names; nothing where it says that there is none, or is a text where an IBAN
/// should be.
pub(super) fn named_account<'t>(column: &str, text: &'t str) -> &'t str {
    let is_text = || !is_number(text) && masked_word(text).is_none();
    let is_no_iban = || column.to_ascii_lowercase().contains("iban") && is_text();
    if is_none(text) || is_no_iban() { "" } else { text }
}

/// Returns whether the names or masked numbers in an account column right of a payee may be the payee's: fewer than half of
/// them say what kind of account they are.
pub(super) fn may_be_payees(header: &[String], column: Column, found: &[String]) -> bool {
    let concepts = concepts(header);
    let is_kind = |word: &str| words::KINDS_OF_ACCOUNTS.contains(&word) || word.ends_with("konto");
    let says_kind = |text: &&String| fold(text).split(|c: char| !c.is_alphabetic()).any(is_kind);
    is_right_of_payee(&concepts, column)
        && may_be_others_account(header, column)
        && found.iter().filter(says_kind).count() * 2 < found.len()
}

/// Why the first of two columns of amounts counts in rows in which they differ.
pub(super) enum Apart {
    /// Its name says so: it is that of the account's own currency, or what is left of the other one.
    Named,
    /// It is the other one without what stands in these columns.
    Fees(Vec<Column>),
    /// The other one is in a currency that this column names, and that is not the account's.
    Currency(Column),
}

/// Returns what the names of two columns of amounts say of the first: why it may count.
pub(super) fn apart(header: &[String], first: Column, other: Column) -> Option<Apart> {
    let concepts = concepts(header);
    let is = |column: Column, names: &str| is_one_of(&concepts, column, names);
    if is(first, words::OWN_AMOUNT) && !is(other, words::OWN_AMOUNT) {
        let next = Some(other.right()).filter(|next| paired::is_currency(&concepts, *next));
        let any = || columns(&concepts, words::CURRENCY).find(|column| !paired::is_own_currency(&concepts, *column));
        let currency = || paired::called_after(header, other).or(next).or_else(any);
        return if is(first, words::MAY_BE_OWN_AMOUNT) { currency().map(Apart::Currency) } else { Some(Apart::Named) };
    }
    if !is(first, words::NET_AMOUNT) {
        return None;
    }
    let is_fee = |column: &Column| is(*column, words::FEE) || words::may_be_fee(&concepts[column.index()].0);
    let fees = || (0..concepts.len()).map(Column::new).filter(is_fee).collect();
    match is(other, words::GROSS_AMOUNT) {
        true => Some(Apart::Named),
        false => is(other, words::AMOUNT_BEFORE_FEE).then(|| Apart::Fees(fees())),
    }
}

/// Returns whether a column names who holds the card of each row.
pub(super) fn has_card_holder(header: &[String]) -> bool {
    let concepts = concepts(header);
    columns(&concepts, words::CARD_HOLDER).next().is_some()
}

/// Returns the columns of the accounts that rows go from and to, where a header has both.
pub(super) fn both_accounts(header: &[String]) -> Option<[Column; 2]> {
    let concepts = concepts(header);
    let first = |names| columns(&concepts, names).next();
    Some([first(words::FROM_ACCOUNT)?, first(words::TO_ACCOUNT)?])
}

/// Returns whether a text is the title of an account or a card: what it is, and a number.
pub(super) fn names_an_account(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let iban = (1..words.len()).find(|at| is_iban(&words[*at..].concat())).map(|at| words[..at].join(" "));
    let digits = || text.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
    let label = iban.unwrap_or_else(digits);
    let name = heading(label.trim_end_matches(|c: char| "*•#:.- ".contains(c)));
    let is_kind = || name.split(' ').any(|word| words::KINDS_OF_ACCOUNTS.contains(&word));
    let lists = [words::ACCOUNT, words::ACCOUNT_ABOVE, words::CARD];
    label.len() < text.len() && (lists.iter().any(|list| list.split('|').any(|known| known == name)) || is_kind())
}

/// Returns whether a column of days is called after the posting.
pub(super) fn is_day_of_posting(header: &[String], column: Column) -> bool {
    is_one_of(&concepts(header), column, words::POSTED)
}

/// Returns the columns that are called a total.
pub(super) fn totals(header: &[String]) -> Vec<Column> {
    let concepts = concepts(header);
    columns(&concepts, words::TOTAL).collect()
}

/// Returns whether a column is called after the direction that it tells, by a known name or by words for both: `Deb_Cred`.
pub(super) fn promises_direction(name: &str) -> bool {
    let heading = heading(name);
    words::INDICATOR.split('|').any(|known| known == heading) || (spells_letters(&heading) && !is_of_payer(name))
}

/// Returns whether a name is that of what a row was paid with, of which *Debit* and *Credit* are kinds.
pub(super) fn is_of_payer(name: &str) -> bool {
    let name = fold(name);
    ["card", "karte", "carte", "tarjeta", "method", "account"].iter().any(|thing| name.contains(thing))
}

/// Returns whether the name of an account column may mean the other party's account as well, and no other column of
/// accounts or of their names stands beside it.
pub(super) fn may_be_others_account(header: &[String], column: Column) -> bool {
    let concepts = concepts(header);
    let beside = [column.index().checked_sub(1).map(Column::new), Some(column.right())];
    let is_account =
        |c: &Column| is_one_of(&concepts, *c, words::ACCOUNT) || is_one_of(&concepts, *c, words::ACCOUNT_NAME);
    is_one_of(&concepts, column, words::EITHERS_ACCOUNT) && !beside.into_iter().flatten().any(|c| is_account(&c))
}

/// Returns whether a set of roles is enough to read rows: a day, money, and a description.
fn sufficient(roles: &Roles) -> bool {
    let says = |role| !roles.all(role).is_empty();
    roles.has_day_and_money()
        && (says(Role::Description) || says(Role::Memo) || says(Role::BankId) || says(Role::Payer))
}

/// Finds the header line by its names.
pub(super) fn fit<'a>(sample: &Sample<'a>) -> Option<Layout<'a>> {
    (0..sample.records.len()).filter(|i| sample.records[*i].keys.len() > 1).find_map(|i| {
        let header = sample.whole_header(i);
        let roles = roles(&header, &contents(sample, i));
        sufficient(&roles).then(|| Layout {
            profile: GENERIC.to_owned(),
            institution: None,
            kind: None,
            currency: None,
            header,
            roles,
            conventions: conventions(),
            learn: true,
            preamble: sample.before(i),
            rows: sample.records[i].after.clone(),
        })
    })
}

/// Returns whether a line names the columns of a table: of days, of amounts, and of texts.
pub(super) fn is_header(fields: &[Field<'_>]) -> bool {
    let header: Vec<String> = fields.iter().map(|field| field.text().into_owned()).collect();
    sufficient(&roles(&header, &[]))
}

/// Returns the names that the line with the most known names has, and the role that it lacks, for a refusal.
pub(super) fn nearest(sample: &Sample<'_>) -> Option<(u64, Vec<String>, &'static str)> {
    let rank = |i: &usize| {
        let roles = roles(&sample.header(*i), &[]);
        let says = |role| usize::from(!roles.all(role).is_empty());
        let money = usize::from(roles.money().next().is_some());
        (2 * says(Role::Day) + 2 * money + says(Role::Description) + says(Role::Balance), roles)
    };
    // A line with days or amounts is a row, whatever words stand in it.
    let is_name = |field: &Field<'_>| Parts::split(&field.text()).is_none() && !is_amount(&field.text());
    let is_header = |i: &usize| sample.records[*i].keys.len() > 1 && sample.records[*i].fields.iter().all(is_name);
    let best = (0..sample.records.len()).filter(is_header).map(|i| (i, rank(&i)));
    let (index, (score, _)) = best.max_by_key(|(i, (score, _))| (*score, std::cmp::Reverse(*i)))?;
    if score < 2 {
        return None;
    }
    let header = sample.header(index);
    let found = roles(&header, &contents(sample, index));
    let missing = match (found.all(Role::Day).is_empty(), found.money().next().is_none()) {
        (true, true) => "neither a column of days nor one of amounts",
        (true, false) => "no column of days",
        (false, true) => "no column of amounts",
        (false, false) => "no column of texts",
    };
    Some((sample.records[index].line, header, missing))
}

/// Words that banks use in place of a day.
pub(super) fn conventions() -> Conventions {
    Conventions { pending_words: status::pending_words().map(str::to_owned).collect(), ..Conventions::default() }
}

#[cfg(test)]
#[path = "../../../../tests/unit/import/names.rs"]
mod tests;
