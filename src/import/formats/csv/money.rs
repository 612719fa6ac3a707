//! Which columns hold the money of a file, and how they tell its direction.
//!
//! Filled columns for money out and in come before a lone amount. Beside a lone amount, a column of words tells when all
//! of its words do, and the printed signs agree with them.

use super::against;
use super::answers;
use super::column::Column;
use super::facts::{Facts, Word, Words, is_list_of_trades};
use super::layout::Layout;
use super::names;
use super::roles::Role;
use crate::import::error::{ImportError, Problem, Remedy, shown};
use crate::import::evidence::direction::{Direction, Printed, Signs, words};
use crate::import::evidence::fold::fold;
use crate::import::options::Sides;

/// So many amounts with a minus, and none without, are hardly all credits that were taken back.
pub(super) const MANY: u64 = 3;

/// The columns that hold the money, and how they tell its direction.
#[derive(Clone, Copy, Debug)]
pub(super) enum Money {
    /// One column.
    Lone(Column, Told),
    /// A column for money out and one for money in, or one of the two.
    Pair(Option<(Column, Printed)>, Option<(Column, Printed)>),
}

/// How the direction of a lone column is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// Not yet: signs, balances and the person decide.
    Open,
    /// Words beside the amounts contradict the printed signs, or other words: only the person decides.
    Conflict,
    /// Some amounts have a minus, some a plus and some neither: balances or the person decide.
    Mixed,
    /// Not yet: the words of a column tell the direction of some amounts, and not of all.
    Partly {
        /// The column of words.
        column: Column,
        /// Whether some are money out, or may be.
        out: bool,
        /// Whether some are money in, or may be.
        into: bool,
    },
    /// A minus is money out, by a profile or by words beside it.
    Minus,
    /// A minus is money in.
    Plus,
    /// A printed plus or `CR` is money in, everything else money out.
    MarkedIn,
    /// The word in a column. A minus beside it gives the money back.
    Words {
        /// The column of words.
        column: Column,
        /// What a blank cell tells.
        blank: Option<Direction>,
        /// What a payment is.
        payment: Direction,
    },
}

impl Money {
    /// Returns the columns.
    pub(super) fn columns(&self) -> impl Iterator<Item = Column> {
        let all = match *self {
            Money::Lone(column, _) => [Some(column), None],
            Money::Pair(debit, credit) => [debit.map(|(column, _)| column), credit.map(|(column, _)| column)],
        };
        all.into_iter().flatten()
    }

    /// Returns the column of money out (0) or in (1).
    pub(super) fn column(&self, side: usize) -> Option<Column> {
        match *self {
            Money::Lone(column, _) => Some(column),
            Money::Pair(out, into) => [out, into][side].map(|(column, _)| column),
        }
    }

    /// Returns the same column of money without what words beside it tell.
    pub(super) fn without_words(self) -> Money {
        match self {
            Money::Lone(column, Told::Words { .. }) => Money::Lone(column, Told::Open),
            other => other,
        }
    }

    /// Returns whether columns, words or a profile tell the direction.
    pub(super) fn is_told(&self) -> bool {
        !matches!(self, Money::Lone(_, Told::Open | Told::Conflict | Told::Mixed | Told::Partly { .. }))
    }
}

/// Returns the columns of money and their direction as a profile has them.
pub(super) fn by_profile(layout: &Layout<'_>, facts: &Facts, sides: Sides) -> Result<Money, ImportError> {
    let (roles, conventions) = (&layout.roles, &layout.conventions);
    if let Some(amount) = roles.first(Role::Amount) {
        let told = match roles.first(Role::Indicator) {
            Some(column) => Told::Words { column, blank: None, payment: Direction::In },
            None if conventions.outflow_positive => Told::Plus,
            None => Told::Minus,
        };
        return Ok(Money::Lone(amount, told));
    }
    let side = |role, printed, signs: &Signs, earlier: Option<Printed>| {
        let Some(column) = roles.first(role) else { return Ok(None) };
        match printed {
            Printed::Ignored => Ok(Some((column, Printed::Ignored))),
            Printed::Any => Ok(Some((column, earlier.unwrap_or(signs.likeliest())))),
            // All cells with the sign that the profile calls unusual are hardly all refunds.
            Printed::Positive | Printed::Negative if signs.are_mostly_other_than(printed) => {
                Err(both_signs(layout, column))
            }
            Printed::Positive | Printed::Negative => Ok(Some((column, printed))),
        }
    };
    Ok(Money::Pair(
        side(Role::Debit, conventions.debit, &facts.debit, sides[0])?,
        side(Role::Credit, conventions.credit, &facts.credit, sides[1])?,
    ))
}

/// Returns the columns of money and their direction as the whole file shows them: filled debit and credit columns come
/// before a lone amount. `is_debt` says what is known of the account: that it is a card or a loan, or that it is none;
/// `is_said` whether somebody said what the signs mean; `sides` what earlier files prove of them, and this one does not. With the
/// money come the signs of what is money out, and of what is money in.
pub(super) fn learnt(
    layout: &Layout<'_>,
    facts: &Facts,
    is_debt: Option<bool>,
    is_said: bool,
    sides: Sides,
) -> Result<(Money, [Signs; 2]), ImportError> {
    let roles = &layout.roles;
    let amount = roles.first(Role::Amount);
    let pair = facts.pair_rows > 0 && facts.lone_rows == 0;
    let Some(amount) = amount.filter(|_| !pair) else {
        let signs = [facts.debit, facts.credit];
        let of = |role, side: usize| Some((roles.first(role)?, sides[side].unwrap_or(signs[side].likeliest())));
        return Ok((Money::Pair(of(Role::Debit, 0), of(Role::Credit, 1)), signs));
    };
    let is_named = |words: &&Words| is_called_so(layout, words, amount);
    let open = |told| Ok((Money::Lone(amount, told), [Signs::default(); 2]));
    if is_list_of_trades(layout) {
        return open(Told::Open);
    }
    let told = |words: &Words, named| told(words, named, is_debt, sides);
    let first = facts
        .words
        .iter()
        .filter(is_named)
        .find_map(|words| told(words, true).or_else(|| words.promises.then(|| mostly(words))?));
    let others = || facts.words.iter().filter(|w| !is_named(w) && !names::is_of_payer(layout.name(w.column)));
    let other = || others().find_map(|words| told(words, false));
    let columns: Vec<Column> =
        facts.words.iter().filter(is_named).filter(|w| told(w, true).is_some()).map(|w| w.column).collect();
    let payment = if is_debt == Some(false) { Direction::Out } else { Direction::In };
    if disagree(layout, &columns, payment)? {
        return open(Told::Conflict);
    }
    let is_conflict = |words: &Words| {
        let all = directions(words, true);
        let signed = words.found.iter().any(|w| w.minus > 0);
        let known = all.is_some_and(|all| all.contains(&Some(Direction::Out)) && all.contains(&Some(Direction::In)));
        signed && known && told(words, true).is_none() && words.promises
    };
    if first.is_none() && facts.words.iter().filter(is_named).any(is_conflict) {
        return open(Told::Conflict);
    }
    let told = match first.or_else(other) {
        Some((told, signs)) => return Ok((Money::Lone(amount, told), signs)),
        None if contradicted(layout, facts, amount, false) => Told::Conflict,
        None if facts.amount.has_three_marks() => Told::Mixed,
        None if facts.amount.has_plus_beside_plain() => Told::MarkedIn,
        None if facts.amount.has_minus() => Told::Open,
        None => {
            let mut named = facts.words.iter().filter(is_named).filter_map(|words| partly(words, tells));
            // Words of rows never decide.
            let texts = [Role::Description, Role::Payer, Role::Memo];
            let is_text = |words: &&Words| texts.iter().any(|role| roles.all(*role).contains(&words.column));
            let mut others = others().filter(|w| !is_text(w)).filter_map(|w| partly(w, tells_anywhere));
            let pair = || facts.words.iter().find(|words| !is_said && may_tell(layout, words));
            let unknown = || pair().map(|words| Told::Partly { column: words.column, out: true, into: true });
            named.next().or_else(|| others.next()).or_else(unknown).unwrap_or(Told::Open)
        }
    };
    open(told)
}

/// Returns whether words beside amounts with a minus contradict that it is money out, or money in where it is turned.
pub(super) fn contradicted(layout: &Layout<'_>, facts: &Facts, amount: Column, is_turned: bool) -> bool {
    let is_of_category = |words: &Words| layout.roles.all(Role::Category).contains(&words.column);
    let contradicts = |words: &Words| {
        let may_contradict = is_called_so(layout, words, amount)
            || is_of_category(words)
            || tell_both(words)
            || against::has_pair(words);
        (may_contradict && against::contradict(words, words.promises, is_turned))
            || against::denied(words, layout.name(words.column), is_turned)
    };
    facts.amount.has_minus() && facts.words.iter().any(contradicts)
}

/// Returns whether a column of words is called after the direction, or stands without a name right of the amount.
fn is_called_so(layout: &Layout<'_>, words: &Words, amount: Column) -> bool {
    let has_name = |column: Column| layout.header.get(column.index()).is_some_and(|name| !name.trim().is_empty());
    is_named(layout, words.column) || (words.column == amount.right() && !has_name(words.column))
}

/// Returns whether the name of a column promises that its words tell the direction of an amount, or may do so.
pub(super) fn is_named(layout: &Layout<'_>, column: Column) -> bool {
    layout.roles.all(Role::Indicator).contains(&column) || names::promises_direction(layout.name(column))
}

/// Refuses a column with as many amounts with a minus as without: which of them give money back is not shown.
fn both_signs(layout: &Layout<'_>, column: Column) -> ImportError {
    let message = "too many amounts have the sign that is unusual here, so that which way the money went is in doubt";
    let error = ImportError::new(Problem::Contradiction, message, Remedy::WriteProfile);
    error.in_field(shown(layout.name(column)))
}

/// Returns what a column of words tells, if all of its words do. A column whose name promises nothing has to have words
/// for both directions. `is_debt` says what is known of the account, and `sides` what earlier files prove of the signs.
fn told(words: &Words, named: bool, is_debt: Option<bool>, sides: Sides) -> Option<(Told, [Signs; 2])> {
    // A payment arrives on a card, and leaves any other account: there it tells beside a word for money in.
    let leaves = named && is_debt == Some(false) && words.found.iter().any(|w| w.tells == Some(Direction::In));
    let payment = if leaves { Direction::Out } else { Direction::In };
    let directions = if leaves { with_payments(words) } else { directions(words, named) }?;
    let has = |wanted| directions.contains(&Some(wanted));
    let both = has(Direction::Out) && has(Direction::In);
    // Letters stand for many things: they tell in a column that is called after what they tell.
    if words.has_dumb_letter() || (!named && words.letters().next().is_some()) {
        return None;
    }
    let is_spelled = |w: &Word| w.folded.len() != 1 || (words.spells && words::is_letter(&w.folded));
    let one_is_enough = named && words.found.iter().all(is_spelled);
    if !both && !one_is_enough {
        return None;
    }
    let sum = |wanted, count: fn(&Word) -> u64| -> u64 {
        words.found.iter().zip(&directions).filter(|(_, d)| **d == Some(wanted)).map(|(w, _)| count(w)).sum()
    };
    let (out_minus, out_plain) = (sum(Direction::Out, |w| w.minus), sum(Direction::Out, |w| w.plain));
    let (in_minus, in_plain) = (sum(Direction::In, |w| w.minus), sum(Direction::In, |w| w.plain));
    let blank = words.found.iter().zip(&directions).find(|(w, _)| w.folded.is_empty()).and_then(|(_, d)| *d);
    let by_words = Told::Words { column: words.column, blank, payment };
    let signs = [Signs::of(out_minus, out_plain), Signs::of(in_minus, in_plain)];
    let told = match (out_minus, out_plain, in_minus, in_plain) {
        // Else only that the account is a card is enough.
        (0, _, 0, _) if is_debt != Some(true) && !leaves && has_payment(&words.found) => None,
        (0, _, 0, _) => Some(by_words),
        (_, 0, 0, _) => Some(Told::Minus),
        // Else they may be credits that were taken back.
        (0, _, minus, 0) if is_debt == Some(true) || (is_debt.is_none() && (minus >= MANY || came_in(words))) => {
            both.then_some(Told::Plus)
        }
        // Refunds as negative debits, and reversed credits.
        (_, _, _, _) if named && out_minus < out_plain && (in_minus == 0 || in_minus < in_plain) => Some(by_words),
        _ => None,
    };
    let by_sides = |printed: [Printed; 2]| match printed {
        [Printed::Positive, Printed::Positive] => Some(by_words),
        [_, Printed::Positive] => Some(Told::Minus),
        [Printed::Positive, _] => Some(Told::Plus),
        _ => None,
    };
    let told = match sides {
        [None, None] => told,
        _ => by_sides([0, 1].map(|side| sides[side].unwrap_or(signs[side].likeliest()))),
    };
    Some((told?, signs))
}

/// Returns whether words beside a minus are those of card issuers for money in, such as *Payment*, or *Income*: that is seldom taken
/// back, as a *Credit* is.
fn came_in(words: &Words) -> bool {
    let of_card = |word: &Word| words::of_card(&word.folded).is_some_and(|(direction, _)| direction == Direction::In);
    words.found.iter().filter(|word| word.minus > 0).all(|word| of_card(word) || words::is_income(&word.folded))
}

/// Returns whether the words of a column may as well be the kinds of cards that paid, or the letters of deposits and checks.
pub(super) fn may_be_other_things(facts: &Facts, column: Column) -> bool {
    let words = facts.words.iter().find(|words| words.column == column);
    let is_other =
        |w: &Word| w.folded.is_empty() || words::is_kind_of_card(&w.folded) || matches!(w.folded.as_str(), "d" | "c");
    words.is_some_and(|words| words.found.iter().all(is_other))
}

/// Returns whether two columns of words tell a row different directions.
fn disagree(layout: &Layout<'_>, columns: &[Column], payment: Direction) -> Result<bool, ImportError> {
    let [first, second, ..] = columns else { return Ok(false) };
    let mut rows = layout.rows.clone();
    let mut fields = Vec::new();
    while rows.next(&mut fields)?.is_some() {
        let of = |column: &Column| direction_of(layout, *column, &column.of(&fields).text(), payment);
        if let (Some(one), Some(other)) = (of(first), of(second))
            && one != other
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Returns what a column says of amounts without a sign where it does not tell the direction of all: words for one
/// direction contradict the other. A column that is called after the direction may say either by words that are not known.
fn partly(words: &Words, tells: fn(&Word) -> Option<Direction>) -> Option<Told> {
    let has = |wanted| words.found.iter().any(|word| word.plain > 0 && tells(word) == Some(wanted));
    let is_unknown =
        words.promises && words.found.iter().filter(|word| !word.folded.is_empty() && word.plain > 0).count() > 1;
    let (out, into) = (is_unknown || has(Direction::Out), is_unknown || has(Direction::In));
    (out || into).then_some(Told::Partly { column: words.column, out, into })
}

/// Returns whether a column of two values that are not known may tell the direction of amounts: one letter each of another
/// script than Latin, the two words of its heading or their beginnings, or yes and no below a heading that names a direction.
fn may_tell(layout: &Layout<'_>, words: &Words) -> bool {
    let [a, b] = words.found.as_slice() else { return false };
    if [a, b].iter().any(|word| word.folded.is_empty() || word.plain == 0) {
        return false;
    }
    let heading = names::heading(layout.name(words.column));
    if let Some((one, other)) = answers::of(&a.folded).zip(answers::of(&b.folded))
        && one != other
    {
        return words::names_a_direction(&heading);
    }
    let has_role = |role: &Role| *role != Role::Indicator && layout.roles.all(*role).contains(&words.column);
    let is_mark = |word: &Word| word.folded.chars().count() == 1 && !word.folded.is_ascii();
    // `A` and `B` may begin `Account Branch` by chance.
    let are_letters = words::is_letter(&a.folded) || words::is_letter(&b.folded);
    let halves = heading.split_once('/').or_else(|| heading.split_once([' ', '-']).filter(|_| !are_letters));
    let are_halves = halves.is_some_and(|(first, second)| {
        let fit = |one: &Word, other: &Word| first.starts_with(&one.folded) && second.starts_with(&other.folded);
        fit(a, b) || fit(b, a)
    });
    !Role::ALL.iter().any(has_role) && ((is_mark(a) && is_mark(b)) || are_halves)
}

/// Returns the direction that a word tells. A purchase or a fee is money out on any account, and a refund money in; a payment
/// and a sale may be either.
fn tells(word: &Word) -> Option<Direction> {
    let is_open = words::is_payment(&word.folded) || word.folded == "sale";
    word.tells.or(words::of_card(&word.folded).filter(|_| !is_open).map(|(direction, _)| direction))
}

/// Returns the direction that a word tells under any name of a column: *Withdrawal*, and not *Debit*, which may be a kind of
/// card, nor a short word, a letter or a sign.
fn tells_anywhere(word: &Word) -> Option<Direction> {
    tells(word).filter(|_| word.folded.chars().count() > 4 && !words::is_kind_of_card(&word.folded))
}

/// Returns whether every word of a column tells a direction under any name of it, and both are told.
fn tell_both(words: &Words) -> bool {
    let counted = words.found.iter().filter(|word| word.minus + word.plain > 0);
    let told: Option<Vec<Direction>> = counted.map(tells_anywhere).collect();
    told.is_some_and(|told| [Direction::Out, Direction::In].iter().all(|way| told.contains(way)))
}

/// Returns the first row whose word in a column tells no direction: its line, and the word.
pub(super) fn untold(layout: &Layout<'_>, column: Column) -> Result<Option<(u64, String)>, ImportError> {
    let (mut rows, mut fields) = (layout.rows.clone(), Vec::new());
    while let Some(line) = rows.next(&mut fields)? {
        let word = column.of(&fields).text();
        if fields.len() > column.index() && direction_of(layout, column, &word, Direction::In).is_none() {
            return Ok(Some((line, word.into_owned())));
        }
    }
    Ok(None)
}

/// Returns what a column named after the direction tells when a few of its words are unknown: the rows with those are
/// rejected.
fn mostly(words: &Words) -> Option<(Told, [Signs; 2])> {
    let (mut known, mut unknown) = (0, 0);
    if words.has_dumb_letter() {
        return None;
    }
    for word in &words.found {
        let rows = word.minus + word.plain;
        match word.tells {
            Some(_) if word.minus == 0 => known += rows,
            Some(_) => return None,
            None => unknown += rows,
        }
    }
    let told = Told::Words { column: words.column, blank: None, payment: Direction::In };
    (known > unknown).then_some((told, [Signs::default(); 2]))
}

fn has_payment(found: &[Word]) -> bool {
    found.iter().any(|word| words::is_payment(&word.folded))
}

/// Returns the direction of each value where a payment is money out, or nothing when one that stands beside an amount
/// tells none.
fn with_payments(words: &Words) -> Option<Vec<Option<Direction>>> {
    let found = &words.found;
    if !has_payment(found) {
        return directions(words, true);
    }
    let of = |word: &Word| {
        let direction = if words::is_payment(&word.folded) { Some(Direction::Out) } else { word.tells };
        (direction.is_some() || word.minus + word.plain == 0).then_some(direction)
    };
    found.iter().map(of).collect()
}

/// Returns the direction of each value, or nothing when one tells none. The words of card issuers count in a column that
/// is called a type. A blank cell beside `CR` is money out, and one beside `DR` money in; one beside a minus is so in a column
/// that is called after the direction.
fn directions(words: &Words, named: bool) -> Option<Vec<Option<Direction>>> {
    let found = words.found.as_slice();
    let counts = |word: &Word| word.minus + word.plain > 0;
    if let [a, b] = found
        && (a.folded.is_empty() || b.folded.is_empty())
    {
        let word = if a.folded.is_empty() { b } else { a };
        let other = match word.folded.as_str() {
            "cr" | "crdt" => Direction::Out,
            "dr" | "dbit" => Direction::In,
            sign if words.promises && sign != "+" && words::is_sign(sign) => Direction::In,
            _ => return None,
        };
        return Some(found.iter().map(|w| if w.folded.is_empty() { Some(other) } else { w.tells }).collect());
    }
    let strong: Option<Vec<_>> =
        found.iter().map(|w| if counts(w) { w.tells.map(Some) } else { Some(w.tells) }).collect();
    if strong.is_some() || !named {
        return strong.filter(|s| !s.is_empty());
    }
    let card: Option<Vec<_>> =
        found.iter().map(|w| words::of_card(&w.folded).or(w.tells.map(|d| (d, false)))).collect();
    // What is bought and sold is no card's purchase.
    let trades = found.iter().any(|w| w.folded == "sale") && found.iter().any(|w| w.folded.starts_with("purchase"));
    card.filter(|all| !trades && all.iter().any(|(_, purchase)| *purchase))
        .map(|all| all.into_iter().map(|(d, _)| Some(d)).collect())
}

/// Returns the direction that a word of a row tells in its column, by the words of the profile or those that banks use;
/// `payment` is that of a payment.
pub(super) fn direction_of(layout: &Layout<'_>, column: Column, word: &str, payment: Direction) -> Option<Direction> {
    let c = &layout.conventions;
    if !layout.learn {
        let lower = word.to_lowercase();
        let is = |list: &[String]| list.contains(&lower);
        return if is(&c.debit_words) { Some(Direction::Out) } else { is(&c.credit_words).then_some(Direction::In) };
    }
    let folded = fold(word).trim_end_matches('.').to_owned();
    if words::is_payment(&folded) {
        return Some(payment);
    }
    if words::is_letter(&folded) {
        let heading = names::heading(layout.name(column));
        return match words::spells_letters(&heading) {
            true => words::of_letter(&folded, &heading),
            // Where letters tell, the pair is in the column.
            false => words::of_paired_letter(&folded, &["d", "c", "s", "h", "t", "j"]),
        };
    }
    words::of_column(&folded).or(words::of_card(&folded).map(|(direction, _)| direction))
}
