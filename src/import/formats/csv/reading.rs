//! How the cells of one file are read: the order of dates, the decimal mark, which columns hold the money, and how they
//! tell its direction.
//!
//! Nothing here is decided row by row. What the whole file leaves open becomes a question, and the likeliest answer is
//! used meanwhile. A profile that says all of it needs no pass over the file.

use std::collections::BTreeSet;

use super::above;
use super::apart;
use super::both;
use super::cards::Cards;
use super::column::Column;
use super::currencies;
use super::cuts::Cuts;
use super::elsewhere;
use super::ending;
use super::facts::{Facts, MOST_ACCOUNTS, is_list_of_trades};
use super::layout::Layout;
use super::marks;
use super::money::{Money, Told, by_profile, contradicted, is_named, learnt, may_be_other_things};
use super::names;
use super::preamble;
use super::rivals;
use super::roles::Role;
use super::shared;
use super::status;
use crate::import::error::{Damage, ImportError, ImportOption, Problem, Question, Remedy, shown};
use crate::import::evidence::date::{DateOrder, Dates, Verdict as DateVerdict};
use crate::import::evidence::direction::{Charged, Fee, FeeTally, Printed, Signs};
use crate::import::evidence::languages::is_foreign;
use crate::import::evidence::number::{is_iban, is_rounded};
use crate::import::options::{ReadOptions, Sides, SignRule};
use crate::model::{AccountNumber, AccountType, Currency, Day, DecimalMark, Micros};

/// How the cells of a file are read.
#[derive(Clone, Debug)]
pub(super) struct Reading {
    pub(super) dates: Dates,
    /// The order of day and month, where all dates prove it.
    pub(super) proven_order: Option<DateOrder>,
    /// How many columns of days, from the first, say that a row is booked.
    pub(super) posting_days: usize,
    /// The last day that a row may be of, where it is known.
    pub(super) latest: Option<Day>,
    pub(super) mark: DecimalMark,
    pub(super) money: Money,
    pub(super) account: Option<Column>,
    /// The account that every row goes from or to.
    pub(super) own: Option<AccountNumber>,
    /// The column of cards, where several are named and only the rows can show that they are of one account.
    pub(super) cards: Option<Column>,
    /// Whether the rows name the card that paid them, and nothing else names the account, or who holds it.
    pub(super) is_of_card: bool,
    pub(super) fee: Fee,
    /// How many fields a row may have.
    pub(super) width: usize,
    /// How many it has to have.
    pub(super) needed: usize,
    /// Whether a row without a text may be the balance that some banks put below rows that have no header.
    pub(super) balance_has_no_text: bool,
    /// Whether the separator cut numbers in two.
    pub(super) cuts: Cuts,
    /// The line and the column of a number in which the file ends, and whose end may be missing.
    pub(super) cut: Option<(u64, Column)>,
    /// Whether only texts stand behind the last column of days and money, so that more fields are more text.
    pub(super) ends_in_text: bool,
    /// Whether the columns are those of a list of securities bought and sold.
    pub(super) is_trades: bool,
    /// Whether the amount of a pending row without a day has a minus.
    pub(super) minus_apart: bool,
    /// Whether a status that is not known leaves open whether the row is booked.
    pub(super) status_is_needed: bool,
    /// Whether the words that tell the direction stand in a column whose name does not promise it.
    pub(super) words_are_unnamed: bool,
    /// Whether these words may as well tell other things, such as kinds of cards, or be those of the balance that they stand
    /// beside, so that they count only where balances agree.
    pub(super) words_are_weak: bool,
    /// Whether words beside the amounts contradict that a minus is money in, where earlier files say so.
    pub(super) words_say_as_printed: bool,
    /// The signs of what is money out, and of what is money in, and whether the file has to show what they mean.
    pub(super) signs: [Signs; 2],
    pub(super) is_open: [bool; 2],
    /// Whether the account is known to be a card or loan, or to be none.
    pub(super) is_debt: Option<bool>,
    /// The currency that the file names in its header, beside its amounts, or above the header.
    pub(super) currency: Option<Currency>,
    /// The currency in every row of a column that may be another one's, which is asked for.
    pub(super) likely_currency: Option<Currency>,
    pub(super) questions: Vec<Question>,
}

impl Reading {
    /// Decides how a file is read. `sides` are the signs that earlier files prove and this one does not.
    pub(super) fn of(layout: &Layout<'_>, options: &ReadOptions, sides: Sides) -> Result<Reading, ImportError> {
        let conventions = &layout.conventions;
        refuse_other_order(layout, options)?;
        let is_told = !conventions.dates.is_empty() && conventions.decimal.is_some();
        let learns = layout.learn || !is_told || layout.roles.first(Role::Amount).is_none();
        let named = layout.currency.or_else(|| currencies::named(layout));
        let known = named.or(options.currency).or(options.account.map(|account| account.currency));
        let facts = if learns { Facts::gather(layout, known)? } else { Facts::default() };
        let mut questions = Vec::new();
        let dates = dates(layout, &facts, options, &mut questions)?;
        let kind = layout.kind.or(options.account.map(|a| a.kind)).filter(|kind| *kind != AccountType::Other);
        // Who says that signs are those of a card says that the account is one.
        let is_said = (options.sign == Some(SignRule::Card)).then_some(true);
        let is_debt = kind.map(AccountType::is_liability).or(is_said);
        let (money, signs) = if layout.learn {
            learnt(layout, &facts, is_debt, options.sign.is_some(), sides)?
        } else {
            (by_profile(layout, &facts, sides)?, [facts.debit, facts.credit])
        };
        let is_open = [conventions.debit, conventions.credit].map(|printed| layout.learn || printed == Printed::Any);
        let mark = match conventions.decimal {
            Some(mark) => mark,
            None => marks::decide(layout, &dates, &money, &facts.marks, &mut questions)?,
        };
        let header = layout.header.iter().rposition(|h| !h.trim().is_empty()).map_or(0, |i| i + 1);
        let common = facts.common_width().filter(|_| layout.learn).unwrap_or(header);
        // Where all rows have more fields than the header, the rest has no name. A comma may as well be the decimal mark
        // of an amount that was not quoted: then the rest is a piece of it.
        let is_safe = layout.header.is_empty() || layout.rows.delimiter() != b',';
        let width = if is_safe { layout.header.len().max(common) } else { layout.header.len() };
        refuse_rounded_accounts(layout, &facts)?;
        refuse_others_accounts(layout, &facts)?;
        refuse_no_account(layout, &facts)?;
        shared::refuse(layout)?;
        above::refuse(layout)?;
        let currency = currencies::decide(layout, &facts, &money, options)?;
        let amounts_in = currency.or(options.currency).or(options.account.map(|account| account.currency));
        let likely_currency = if currency.is_none() { currencies::refuse_unnamed(layout, amounts_in)? } else { None };
        rivals::refuse(layout, &facts, &money, mark, amounts_in)?;
        let has_fee_in_it = rivals::refuse_other_amount(layout, &facts, mark)? && matches!(money, Money::Pair(..));
        rivals::refuse_total(layout, &money, mark)?;
        rivals::refuse_other_side(layout, &money, mark)?;
        rivals::refuse_proven_other(layout, &money, mark)?;
        let own = !facts.account_blank && facts.accounts.len() <= MOST_ACCOUNTS;
        let is_named_above = preamble::account_number(&layout.preamble).is_some();
        let is_own = |column: &Column| {
            let is_others = is_named_above && names::may_be_others_account(&layout.header, *column);
            own && !is_others && !names::may_be_payees(&layout.header, *column, &facts.accounts)
        };
        let (account, fee) = match layout.learn {
            true => {
                let fee = match fee_by_balances(layout, &money, mark)? {
                    Fee::Unknown if has_fee_in_it => Fee::Included,
                    fee => fee,
                };
                (layout.roles.first(Role::Account).filter(is_own), fee)
            }
            false => (layout.roles.first(Role::Account), conventions.fee),
        };
        let (account, cards, is_of_card) = match Cards::of(layout)? {
            Cards::Unnamed => (account, None, false),
            // The number above the header is that of the account.
            _ if is_named_above => (account, None, false),
            Cards::One(column) => (Some(column), None, true),
            Cards::Several(column) => (account, Some(column), layout.roles.all(Role::Card).contains(&column)),
        };
        let words_are_unnamed = match money {
            Money::Lone(_, Told::Words { column, .. }) => layout.learn && !is_named(layout, column),
            _ => false,
        };
        let words_are_weak = match money {
            Money::Lone(_, Told::Words { column, .. }) => {
                let is_of_balance =
                    layout.learn && layout.roles.first(Role::Balance).map(Column::right) == Some(column);
                is_of_balance || (words_are_unnamed && may_be_other_things(&facts, column))
            }
            _ => false,
        };
        let words_say_as_printed = match money {
            Money::Lone(column, _) => layout.learn && contradicted(layout, &facts, column, true),
            Money::Pair(..) => false,
        };
        let is_signed = facts.amount.has_minus() || money.is_told();
        let may_have_decimals = layout.learn && amounts_in.is_none_or(|currency| currency.minor_digits() > 0);
        let (needed, ends_in_text, is_trades) = (header.min(common), ends_in_text(layout), is_list_of_trades(layout));
        Ok(Reading {
            dates,
            proven_order: facts.dates.proven(),
            posting_days: posting_days(layout, &facts),
            // While the order is open, nothing is known of the days.
            latest: options.latest().filter(|_| questions.iter().all(|asked| asked.option != ImportOption::DateOrder)),
            mark,
            money,
            account,
            own: both::own(layout, is_signed)?,
            cards,
            is_of_card: is_of_card || (layout.learn && names::has_card_holder(&layout.header)),
            fee,
            width,
            needed,
            balance_has_no_text: layout.learn && layout.header.is_empty() && facts.textless == 1,
            cut: ending::cut(layout)?,
            cuts: if may_have_decimals { facts.cuts } else { Cuts::default() },
            ends_in_text,
            is_trades,
            minus_apart: facts.minus_apart,
            status_is_needed: is_status_needed(layout)?,
            words_are_unnamed,
            words_are_weak,
            words_say_as_printed,
            signs,
            is_open,
            is_debt,
            currency,
            likely_currency,
            questions,
        })
    }
}

impl Reading {
    /// Returns the signs that money out and money in are read to be printed with.
    pub(super) fn printed(&self) -> Sides {
        let (minus, plain) = (Some(Printed::Negative), Some(Printed::Positive));
        match self.money {
            Money::Pair(out, into) => [out, into].map(|side| side.map(|(_, printed)| printed)),
            Money::Lone(_, Told::Words { .. }) => [plain, plain],
            Money::Lone(_, Told::Minus) => [minus, plain],
            Money::Lone(_, Told::Plus) => [plain, minus],
            Money::Lone(..) => [None, None],
        }
    }

    /// Returns the reading in which the words beside the amounts tell nothing.
    pub(super) fn without_words(self) -> Reading {
        Reading { money: self.money.without_words(), words_are_unnamed: false, words_are_weak: false, ..self }
    }
}

/// Refuses numbers of several accounts of which a spreadsheet program rounded some: they tell no accounts apart.
fn refuse_rounded_accounts(layout: &Layout<'_>, facts: &Facts) -> Result<(), ImportError> {
    let Some(column) = layout.roles.first(Role::Account) else { return Ok(()) };
    let Some(found) = facts.accounts.iter().find(|text| is_rounded(text)).filter(|_| facts.accounts.len() > 1) else {
        return Ok(());
    };
    let message = format!("{:?} is a rounded number, which may be of several accounts", shown(found));
    let error = ImportError::new(Problem::Malformed, message, Remedy::DownloadAgain(Damage::Rounded));
    Err(error.at_line(layout.header_line()).in_field(shown(layout.name(column))))
}

/// Returns the accounts that the cells name, a number or IBAN once however it is grouped. Names differ by every character.
fn different_accounts(facts: &Facts) -> BTreeSet<String> {
    let is_number = |text: &str| {
        let is_part = |c: char| c.is_ascii_digit() || matches!(c, '-' | '.' | ' ');
        text.chars().all(is_part) && text.contains(|c: char| c.is_ascii_digit())
    };
    let plain = |text: &String| match is_number(text) {
        true => text.chars().filter(char::is_ascii_digit).collect(),
        false if is_iban(text) => text.split_whitespace().collect::<String>().to_uppercase(),
        false => text.clone(),
    };
    facts.accounts.iter().filter(|text| !text.is_empty()).map(plain).collect()
}

/// Refuses a column that names several accounts, and in some rows says that there is none: these rows are of one of them.
fn refuse_no_account(layout: &Layout<'_>, facts: &Facts) -> Result<(), ImportError> {
    let Some(column) = layout.roles.first(Role::Account).filter(|_| layout.learn) else { return Ok(()) };
    if !facts.says_no_account || different_accounts(facts).len() < 2 {
        return Ok(());
    }
    let message = "the column names several accounts, and in some rows it says that there is none";
    let error = ImportError::new(Problem::Ambiguous, message, Remedy::WriteProfileForAccounts);
    Err(error.at_line(layout.header_line()).in_field(shown(layout.name(column))))
}

/// Refuses a column whose name may mean the owner's account or the other party's, and that holds several numbers, or right of
/// a payee several names that may be the payees': taken for the owner's, it would make an account of every payee. In front of
/// all, or beside another column of accounts, it is the owner's.
fn refuse_others_accounts(layout: &Layout<'_>, facts: &Facts) -> Result<(), ImportError> {
    let Some(column) = layout.roles.first(Role::Account).filter(|_| layout.learn) else { return Ok(()) };
    let different = different_accounts(facts);
    let has_number = different.iter().any(|text| text.bytes().filter(u8::is_ascii_digit).count() >= 6);
    let is_safe = different.len() < 2 || column == Column::new(0);
    let may_be_others = match has_number {
        true => names::may_be_others_account(&layout.header, column),
        false => names::may_be_payees(&layout.header, column, &facts.accounts),
    };
    if is_safe || !may_be_others {
        return Ok(());
    }
    let message = "the column holds several accounts, and nothing tells whether they are yours or the other party's";
    let error = ImportError::new(Problem::Ambiguous, message, Remedy::WriteProfileForAccounts);
    Err(error.at_line(layout.header_line()).in_field(shown(layout.name(column))))
}

/// Returns whether the status of every row without a balance has to be known: the column is called after it. Under a name
/// that means other things as well, such as `State`, one of the words has to be that of a status.
fn is_status_needed(layout: &Layout<'_>) -> Result<bool, ImportError> {
    const OTHER_THINGS: [&str; 5] = ["state", "stan", "stato", "estado", "etat"];
    let Some(column) = layout.roles.first(Role::Status).filter(|_| layout.learn) else { return Ok(false) };
    let heading = names::heading(layout.name(column));
    // These hold days and notes, too.
    if ["info", "pending"].contains(&heading.as_str()) {
        return Ok(false);
    }
    if !OTHER_THINGS.contains(&heading.as_str()) {
        return Ok(true);
    }
    let (mut rows, mut fields) = (layout.rows.clone(), Vec::new());
    while rows.next(&mut fields)?.is_some() {
        let text = column.of(&fields).text();
        // `OK` is also a state.
        if text.chars().count() > 2 && status::of(&text).is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Returns how many columns of days, from the first, say that a row is booked: the first, and the next where that is blank in
/// every row and the next is called after the posting, too.
fn posting_days(layout: &Layout<'_>, facts: &Facts) -> usize {
    let days = layout.roles.all(Role::Day);
    match days.iter().position(|day| facts.is_filled(*day)) {
        Some(first) if layout.learn && names::is_day_of_posting(&layout.header, days[first]) => first + 1,
        _ => 1,
    }
}

/// Returns whether every text of a file without a profile stands right of its days and money.
fn ends_in_text(layout: &Layout<'_>) -> bool {
    let of = |roles: &[Role]| roles.iter().flat_map(|role| layout.roles.all(*role).to_vec()).collect::<Vec<Column>>();
    let typed = of(&[Role::Day, Role::Amount, Role::Debit, Role::Credit, Role::Balance, Role::Fee, Role::Currency]);
    let texts = of(&[Role::Description, Role::Payer, Role::Memo]);
    let last = layout.header.iter().rposition(|h| !h.trim().is_empty()).map(Column::new);
    layout.learn && last.is_some_and(|last| texts.contains(&last)) && texts.iter().min() > typed.iter().max()
}

/// Refuses an order of dates other than the profile's.
fn refuse_other_order(layout: &Layout<'_>, options: &ReadOptions) -> Result<(), ImportError> {
    let told = layout.conventions.dates.iter().find(|p| p.order != DateOrder::Ymd).map(|p| p.order);
    match (told, options.date_order) {
        (Some(told), Some(wanted)) if told != wanted => {
            let (profile, told, wanted) = (&layout.profile, told.in_words(), wanted.in_words());
            let message = format!("profile {profile} reads dates as {told}, not as {wanted}");
            Err(ImportError::new(Problem::NeedsOption, message, Remedy::OtherDateOrder))
        }
        _ => Ok(()),
    }
}

/// Returns what a fee column means, as the running balance shows it.
fn fee_by_balances(layout: &Layout<'_>, money: &Money, mark: DecimalMark) -> Result<Fee, ImportError> {
    let roles = &layout.roles;
    let (Some(fee), Some(balance)) = (roles.first(Role::Fee), roles.first(Role::Balance)) else {
        return Ok(Fee::Unknown);
    };
    if roles.first(Role::BalanceIndicator).is_some() {
        return Ok(Fee::Unknown);
    }
    let mut tally = FeeTally::default();
    let mut rows = layout.rows.clone();
    let mut fields = Vec::new();
    while rows.next(&mut fields)?.is_some() {
        let read = |column: Column, blank: Option<Micros>| match column.of(&fields) {
            field if !field.is_no_amount() => field.micros(mark),
            _ => blank,
        };
        let side = |side: Option<(Column, Printed)>, usual: Printed| match side {
            Some((column, printed)) => {
                let amount = read(column, Some(Micros::ZERO))?;
                let is_turned = printed.is_turned(usual, &column.of(&fields).text(), amount < Micros::ZERO);
                if is_turned { amount.checked_neg() } else { Some(amount) }
            }
            None => Some(Micros::ZERO),
        };
        let amount = match *money {
            Money::Lone(column, _) => read(column, None),
            Money::Pair(debit, credit) => side(debit, Printed::Negative)
                .zip(side(credit, Printed::Positive))
                .and_then(|(out, into)| out.checked_add(into)),
        };
        let row = (amount, read(fee, Some(Micros::ZERO)), read(balance, None));
        tally.add(match row {
            (Some(amount), Some(fee), Some(balance)) => Some(Charged { amount, fee, balance }),
            _ => None,
        });
    }
    Ok(tally.meaning())
}

/// Returns how dates are read. A program that saved the file again may have written a profile's dates in another way of
/// the same order.
fn dates(
    layout: &Layout<'_>,
    facts: &Facts,
    options: &ReadOptions,
    questions: &mut Vec<Question>,
) -> Result<Dates, ImportError> {
    let patterns = &layout.conventions.dates;
    if patterns.is_empty() {
        return Ok(Dates::Order(date_order(layout, facts, options, questions)?));
    }
    let order = patterns.iter().map(|p| p.order).find(|order| *order != DateOrder::Ymd);
    Ok(Dates::Patterns(patterns.clone(), order))
}

fn date_order(
    layout: &Layout<'_>,
    facts: &Facts,
    options: &ReadOptions,
    questions: &mut Vec<Question>,
) -> Result<DateOrder, ImportError> {
    if let Some(order) = options.date_order {
        return Ok(order);
    }
    let column = layout.roles.all(Role::Day).first().map_or("date", |i| layout.name(*i));
    let apart = if layout.learn && facts.dates.is_open() { Some(apart::dates(layout)?) } else { None };
    let (dates, column) = match &apart {
        Some(apart)
            if apart.cells() > 0
                && !matches!(
                    apart.verdict(options.latest()),
                    DateVerdict::Contradiction(..) | DateVerdict::Dots(_)
                ) =>
        {
            (apart, "balance")
        }
        _ => (&facts.dates, column),
    };
    match dates.verdict(options.latest()) {
        DateVerdict::Order(order) => Ok(order),
        DateVerdict::Doubt(line, text, mut readings) => {
            // A bank writes the days of all columns in one order.
            if let Some(order) = facts.other_dates.proven()
                && readings.iter().any(|(reading, _)| *reading == order)
            {
                return Ok(order);
            }
            let orders: Vec<DateOrder> = readings.iter().map(|(order, _)| *order).collect();
            if let Some(order) = elsewhere::order(layout, &facts.dates, &orders)? {
                return Ok(order);
            }
            // Month first is the order of one country, and of its language.
            if layout.header.iter().any(|name| is_foreign(name)) {
                readings.sort_by_key(|(order, _)| *order != DateOrder::Dmy);
            }
            // A row that is too late is rejected, whatever is answered.
            readings.sort_by_key(|(order, _)| options.latest().is_some_and(|latest| dates.is_late(*order, latest)));
            let both: Vec<String> =
                readings.iter().map(|(order, day)| format!("{day} ({})", order.in_words())).collect();
            let (found, column) = (shown(&text), shown(column));
            let message = format!(
                "line {line}: {column}: {found} may be {}, and no date in the file tells which",
                both.join(" or ")
            );
            let choices = readings.iter().map(|(order, _)| order.as_str().to_owned()).collect();
            questions.push(Question::of(ImportOption::DateOrder, message, choices));
            Ok(readings.first().map_or(DateOrder::Dmy, |(order, _)| *order))
        }
        DateVerdict::Dots(line) => {
            let message = format!("line {line} cannot be day first, and dates with dots are");
            Err(ImportError::new(Problem::NeedsOption, message, Remedy::RejectOtherDates)
                .at_line(line)
                .in_field(shown(column)))
        }
        DateVerdict::Contradiction(not_month_first, not_day_first) => {
            let message = format!(
                "line {not_month_first} cannot be month first and line {not_day_first} cannot be day first: \
                 the dates of the file are not written in one order"
            );
            Err(ImportError::new(Problem::NeedsOption, message, Remedy::RejectOtherDates)
                .at_line(not_month_first.max(not_day_first))
                .in_field(shown(column)))
        }
    }
}
