//! Running balances: whether each is the one before it plus the amount of its row, or less it.

use std::collections::HashSet;

use crate::model::{Day, Micros};

/// A row as the chain sees it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Link {
    pub(crate) day: Day,
    /// As printed, or as the columns tell it.
    pub(crate) amount: Micros,
    /// As printed; none where the row has none.
    pub(crate) balance: Option<Micros>,
}

/// How the balance of a row follows from the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// It grew by the amount.
    Same,
    /// It fell by the amount.
    Opposite,
    /// Nothing moved, and it stayed.
    Still,
    /// It does none of these, or there is none before.
    Unknown,
}

impl Step {
    /// Returns how a balance follows from an earlier one and from what moved between the two: the one sum by which
    /// balances and rows prove each other. `moved` is none where it is too large.
    pub(crate) fn of(before: Micros, moved: Option<Micros>, after: Micros) -> Step {
        let Some(moved) = moved else { return Step::Unknown };
        let change = after.checked_sub(before);
        match moved {
            Micros::ZERO if change == Some(moved) => Step::Still,
            Micros::ZERO => Step::Unknown,
            _ if change == Some(moved) => Step::Same,
            _ if change.is_some() && change == moved.checked_neg() => Step::Opposite,
            _ => Step::Unknown,
        }
    }

    /// Returns how all of several balances follow: in one way, or unknown.
    pub(crate) fn all(steps: impl Iterator<Item = Step>) -> Step {
        steps.fold(Step::Still, |all, step| match (all, step) {
            (Step::Still, step) => step,
            (all, Step::Still) => all,
            (all, step) if all == step => all,
            _ => Step::Unknown,
        })
    }

    /// Returns whether the balance is the one before and the amounts, as they are.
    pub(crate) fn adds_up(self) -> bool {
        matches!(self, Step::Same | Step::Still)
    }
}

/// What the running balances of a statement show.
#[derive(Clone, Debug, Default)]
pub(crate) struct Chain {
    /// Rows whose balance grew by their amount.
    pub(crate) same: u64,
    /// Rows whose balance fell by their amount.
    pub(crate) opposite: u64,
    /// Balances above zero.
    pub(crate) above: u64,
    /// Balances below zero.
    pub(crate) below: u64,
    /// One for each row, in file order.
    pub(crate) steps: Vec<Step>,
}

impl Chain {
    /// Follows the balances of one statement, in the order in which most of them follow. `opening` is the balance before
    /// the first row, where the file states one. When two orders explain as much and disagree, nothing is shown.
    pub(crate) fn of(rows: &[Link], opening: Option<Micros>) -> Chain {
        let mut chain = Chain::default();
        for balance in rows.iter().filter_map(|r| r.balance) {
            chain.above += u64::from(balance > Micros::ZERO);
            chain.below += u64::from(balance < Micros::ZERO);
        }
        let balances = chain.above + chain.below;
        if let Some((same, opposite, steps)) = as_it_stands(rows, opening)
            && (same + opposite + 1) * 10 >= balances * 9
            && balances > 9
        {
            (chain.same, chain.opposite, chain.steps) = (same, opposite, steps);
            chain.forgive_disorder(rows);
            return chain;
        }
        let (orders, days_tell) = orders(rows);
        let mut found: Vec<(u64, u64, Vec<Step>)> =
            orders.iter().map(|order| follow(rows, order.iter().copied(), opening)).collect();
        // The first order is the natural one; it stays where another explains no more.
        let explained = |f: &(u64, u64, Vec<Step>)| f.0 + f.1;
        let best = found.iter().map(explained).max().unwrap_or_default();
        let natural = found.first().is_some_and(|f| explained(f) == best);
        let undecided = natural
            && !days_tell
            && found.iter().skip(1).any(|f| explained(f) == best && (f.0, f.1) != (found[0].0, found[0].1));
        if best == 0 || undecided {
            chain.steps = vec![Step::Unknown; rows.len()];
            return chain;
        }
        let index = found.iter().position(|f| explained(f) == best).unwrap_or_default();
        let (same, opposite, steps) = found.swap_remove(index);
        (chain.same, chain.opposite, chain.steps) = (same, opposite, steps);
        chain.forgive_disorder(rows);
        chain
    }

    /// Takes back the few steps that only say that rows of one day stand in another order: their balance follows from
    /// that of another row of the day.
    fn forgive_disorder(&mut self, rows: &[Link]) {
        let (few, wrong) =
            if self.same >= self.opposite { (self.opposite, Step::Opposite) } else { (self.same, Step::Same) };
        if few == 0 || few * 4 > self.same + self.opposite {
            return;
        }
        let after: HashSet<(Day, Micros)> = rows.iter().filter_map(|r| Some((r.day, r.balance?))).collect();
        for (row, step) in rows.iter().zip(&mut self.steps).filter(|(_, step)| **step == wrong) {
            let Some(balance) = row.balance else { continue };
            let before = match wrong {
                Step::Opposite => balance.checked_sub(row.amount),
                _ => balance.checked_add(row.amount),
            };
            if before.is_some_and(|before| after.contains(&(row.day, before))) {
                *step = Step::Unknown;
                if wrong == Step::Opposite { self.opposite -= 1 } else { self.same -= 1 }
            }
        }
    }
}

/// Where running balances stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stand {
    /// Each holds after its row: more of them follow so than before their rows, or nothing else is known.
    After { is_proven: bool },
    /// Each holds before its row, in this order of the rows, the oldest first.
    Before(Vec<usize>),
    /// The rows do not prove where: more of them fit before their rows than after, and that may be chance. Or the few that follow at
    /// all fall by the amounts, as a debt does.
    Open,
}

/// How many more balances have to follow before the rows than after them to prove that they stand there.
const MORE_BEFORE: u64 = 2;

/// Returns where the balances of rows stand, and whether they are a debt if nothing else tells. `was_before` is whether those of
/// earlier files stand before their rows, which holds where these do not prove the contrary. Only days tell which of two rows is
/// the later one: without them a list that is oldest first with balances before its rows reads as one that is newest first with
/// balances after them. In another order of the rows of a day than that of the days, nothing tells which of them is the last.
pub(crate) fn stand(rows: &[Link], is_debt_told: bool, was_before: bool) -> Stand {
    let (orders, days_tell) = orders(rows);
    let rises = |order: &[usize]| {
        let days = || order.iter().map(|index| rows[*index].day);
        days().is_sorted() && days().next() < days().next_back()
    };
    let best = |is_before: bool, any_order: bool| {
        let held = orders.iter().enumerate().rev().filter(|(_, order)| any_order || rises(order));
        let held = held.map(|(at, order)| (Held::of(rows, order, is_before), at));
        held.max_by_key(|(held, _)| held.follow()).unwrap_or_default()
    };
    let (after, _) = best(false, true);
    let (before, at) = best(true, false);
    if days_tell && at == 0 && before.breaks == 0 && before.follow() >= after.follow() + MORE_BEFORE {
        return Stand::Before(orders[0].clone());
    }
    let (as_before, at) = best(true, true);
    if was_before && as_before.follow() >= after.follow() {
        let is_one_order = at == 0 && as_before.breaks == 0 && (days_tell || rows.len() == 1);
        return if is_one_order { Stand::Before(orders[0].clone()) } else { Stand::Open };
    }
    let is_debt = !is_debt_told && after.same == 0 && after.opposite > 0;
    let is_chance = is_debt && after.opposite < after.breaks;
    // Of one day, what is a debt in one order is money in the other, where it stands before its row.
    let is_either = is_debt && !days_tell && as_before.same >= after.opposite;
    match before.follow() > after.follow() || is_chance || is_either || is_one_balance(rows) {
        true => Stand::Open,
        false => Stand::After { is_proven: after.follow() > before.follow() },
    }
}

/// Returns whether all rows have the same balance, though several have amounts: it is that of some other time, or none. A line with
/// the closing balance may stand among the rows and repeat it.
fn is_one_balance(rows: &[Link]) -> bool {
    let is_first = |row: &Link| row.balance.is_some() && row.balance == rows[0].balance;
    let moved = rows.iter().filter(|row| row.amount != Micros::ZERO).count();
    let is_closing = |row: &Link| row.amount != Micros::ZERO && Some(row.amount) == row.balance;
    let closing = usize::from(rows.iter().any(is_closing));
    rows.iter().all(is_first) && moved > 1 + closing
}

/// How many balances follow from the one before, where each holds after its row, or before it.
#[derive(Clone, Copy, Default)]
struct Held {
    /// By the amount, and against it.
    same: u64,
    opposite: u64,
    /// Those that do not follow.
    breaks: u64,
}

impl Held {
    fn of(rows: &[Link], order: &[usize], is_before: bool) -> Held {
        let mut held = Held::default();
        let (mut last, mut moved): (Option<Micros>, Option<Micros>) = (None, None);
        for Link { amount, balance, .. } in order.iter().map(|index| rows[*index]) {
            let plus = |moved: Option<Micros>| moved.and_then(|moved| moved.checked_add(amount));
            let until = if is_before { moved } else { plus(moved) };
            let Some(balance) = balance else {
                moved = plus(moved);
                continue;
            };
            match last.map(|last| Step::of(last, until, balance)) {
                None | Some(Step::Still) => {}
                Some(Step::Unknown) => held.breaks += 1,
                Some(Step::Same) => held.same += 1,
                Some(Step::Opposite) => held.opposite += 1,
            }
            (last, moved) = (Some(balance), Some(if is_before { amount } else { Micros::ZERO }));
        }
        held
    }

    fn follow(self) -> u64 {
        self.same + self.opposite
    }
}

/// Follows the rows as they stand where their days only rise, or only fall.
fn as_it_stands(rows: &[Link], opening: Option<Micros>) -> Option<(u64, u64, Vec<Step>)> {
    let (mut rises, mut falls) = (false, false);
    for pair in rows.windows(2) {
        rises |= pair[1].day > pair[0].day;
        falls |= pair[1].day < pair[0].day;
    }
    match (rises, falls) {
        (true, false) => Some(follow(rows, 0..rows.len(), opening)),
        (false, true) => Some(follow(rows, (0..rows.len()).rev(), opening)),
        _ => None,
    }
}

/// Returns the orders in which the rows may have happened, the natural one first, and whether their days tell which end
/// of the file is the newest.
fn orders(rows: &[Link]) -> (Vec<Vec<usize>>, bool) {
    let (mut rises, mut falls) = (false, false);
    for pair in rows.windows(2) {
        rises |= pair[1].day > pair[0].day;
        falls |= pair[1].day < pair[0].day;
    }
    let forward: Vec<usize> = (0..rows.len()).collect();
    let backward: Vec<usize> = forward.iter().rev().copied().collect();
    let by_day = |order: &[usize]| {
        let mut order = order.to_vec();
        order.sort_by_key(|i| rows[*i].day);
        order
    };
    match (rises, falls) {
        (false, false) => (vec![forward, backward], false),
        (true, false) => {
            let other = by_day(&backward);
            (vec![forward, other], true)
        }
        (false, true) => {
            let other = by_day(&forward);
            (vec![backward, other], true)
        }
        // Neither: as it stands either way, then sorted either way.
        (true, true) => {
            let sorted = [by_day(&forward), by_day(&backward)];
            (vec![forward, backward].into_iter().chain(sorted).collect(), false)
        }
    }
}

/// Counts the steps in one order. Rows without a balance count with the next one that has one.
fn follow(rows: &[Link], order: impl Iterator<Item = usize>, opening: Option<Micros>) -> (u64, u64, Vec<Step>) {
    let (mut same, mut opposite, mut steps) = (0, 0, vec![Step::Unknown; rows.len()]);
    let mut before = opening;
    let mut moved = Some(Micros::ZERO);
    let mut since = 0;
    for index in order {
        let row = rows[index];
        moved = moved.and_then(|m| m.checked_add(row.amount));
        since += 1;
        let Some(balance) = row.balance else { continue };
        let step = before.map_or(Step::Unknown, |before| Step::of(before, moved, balance));
        same += u64::from(step == Step::Same);
        opposite += u64::from(step == Step::Opposite);
        if since == 1 && step != Step::Still {
            steps[index] = step;
        }
        (before, moved, since) = (Some(balance), Some(Micros::ZERO), 0);
    }
    (same, opposite, steps)
}
