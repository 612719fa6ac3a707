//! What an account of the vault and a file show in common.

use std::collections::{BTreeMap, BTreeSet};

use super::same::opening_of;
use super::stop::Stop;
use crate::import::evidence::joins::{self as evidence, Meeting, Seen, Shown, follows, meet};
use crate::import::{Parsed, Remark, coverage, days};
use crate::model::{AccountId, BalanceKind, Day, ImportId, Micros, Period, Statement, StatementId};
use crate::ops::{OpError, derive, money};
use crate::store::View;
use crate::store::db::accounts::Account;
use crate::store::db::coverages::Coverage;
use crate::store::db::imports::Import;
use crate::store::db::source_row::StoredSourceRow;

/// Returns how the rows of statements of one account stand to those of an account: where one contradicts a file of the
/// account, that weighs more than where one joins.
pub(super) fn rows(
    view: &View<'_>,
    account: &Account,
    statements: &[&Statement<'_>],
    parsed: &Parsed<'_>,
) -> Result<Meeting, Stop> {
    let mut found = Meeting::Silent;
    compare(view, account, statements, |file, earlier, import| {
        match (meet(file, earlier, import.layout == parsed.layout), found) {
            (Meeting::Contradicts, _) => found = Meeting::Contradicts,
            (Meeting::Joins, Meeting::Silent) => found = Meeting::Joins,
            _ => {}
        }
    })?;
    Ok(found)
}

/// Returns whether one of the statements and a file of the account have rows in common; of two institutions, most of
/// them.
pub(super) fn resembles(
    view: &View<'_>,
    account: &Account,
    statements: &[&Statement<'_>],
    parsed: &Parsed<'_>,
    other_institution: bool,
) -> Result<bool, Stop> {
    let mut found = false;
    compare(view, account, statements, |file, earlier, import| {
        found |= if other_institution {
            evidence::have_most_in_common(file, earlier)
        } else {
            evidence::resembles(file, earlier, import.layout == parsed.layout)
        };
    })?;
    Ok(found)
}

/// What proves that statements are not of an account.
pub(super) enum Against {
    /// Many rows of days whole in both, and none in common.
    Rows,
    /// Most rows of the days of both are in both, with opposite signs; one of them, and the import of the others where running
    /// balances agree with the signs of the statements, and none with its own.
    Turned(Day, Micros, Option<ImportId>),
    /// The end of a day at which the account held the first amount, and by the statement the second, and few rows that both
    /// have.
    Balance(Day, Micros, Micros),
}

/// Returns what proves that statements are not of an account, if anything does. The account's rows are read once.
pub(super) fn against(
    view: &View<'_>,
    account: &Account,
    statements: &[&Statement<'_>],
    parsed: &Parsed<'_>,
) -> Result<Option<Against>, Stop> {
    if are_known(view, account, statements)? {
        return Ok(None);
    }
    let (mut contradicts, mut met, mut agree) = (false, false, false);
    let mut turned = None;
    // Of a debt, balances and amounts that both have the wrong sign agree, too.
    let is_debt = account.kind.is_liability() || parsed.remarks.contains(&Remark::DebtTurned);
    compare(view, account, statements, |file, earlier, import| {
        if turned.is_none()
            && let Some(row) = evidence::turned(file, earlier)
        {
            let is_agreed = !is_debt && file.adds_up() && !earlier.adds_up();
            turned = Some(Against::Turned(row.day, row.amount, is_agreed.then_some(import.id)));
        }
        contradicts |= meet(file, earlier, import.layout == parsed.layout) == Meeting::Contradicts;
        met |= show_one_part(file, earlier);
        agree |= have_much_in_common(file, earlier);
    })?;
    if turned.is_some() {
        return Ok(turned);
    }
    if contradicts {
        return Ok(Some(Against::Rows));
    }
    if !met || agree {
        return Ok(None);
    }
    let stored = money::reported(view)?;
    let of_account = || stored.iter().filter(|b| b.account == account.id && b.kind == BalanceKind::Ledger);
    let printed = statements.iter().flat_map(|statement| &statement.balances);
    let found = printed.filter(|b| b.kind == BalanceKind::Ledger).find_map(|balance| {
        let same_day = || of_account().filter(|b| b.day == balance.as_of);
        let amount = balance.amount.micros();
        let differs = same_day().next().is_some() && same_day().all(|b| b.amount != amount);
        same_day().next().filter(|_| differs).map(|b| Against::Balance(b.day, b.amount, amount))
    });
    Ok(found)
}

/// Returns whether files of the account have the rows of each statement, in their order: they were its rows already.
fn are_known(view: &View<'_>, account: &Account, statements: &[&Statement<'_>]) -> Result<bool, Stop> {
    let imports = view.imports()?;
    let is_living = |id: ImportId| imports.iter().any(|import| import.id == id && !import.undone);
    let coverages = view.coverages()?;
    let own: Vec<&Coverage> = coverages.iter().filter(|c| c.account == account.id && is_living(c.import)).collect();
    Ok(statements.iter().all(|statement| {
        let mut alike = own.iter().filter(|c| c.content.is_some() && c.rows == days(statement)).peekable();
        alike.peek().is_some() && {
            let content = derive::content(statement);
            alike.any(|coverage| coverage.content == content)
        }
    }))
}

/// Returns whether two files have in common at least half of the rows that they would have of one account: in each day of which
/// both show the same part, as many as the one with fewer rows of it.
fn have_much_in_common(one: &Shown<'_>, other: &Shown<'_>) -> bool {
    let rows = |shown: &Shown<'_>| {
        let rows = shown.rows.iter().filter(|row| show_same_part(one, other, row.day));
        let mut rows: Vec<(Day, Micros)> = rows.map(|row| (row.day, row.amount)).collect();
        rows.sort_unstable();
        rows
    };
    let (ones, others) = (rows(one), rows(other));
    let (mut common, mut expected) = (0, 0);
    for of_day in ones.chunk_by(|a, b| a.0 == b.0) {
        let first = others.partition_point(|row| row.0 < of_day[0].0);
        let last = others.partition_point(|row| row.0 <= of_day[0].0);
        let mut rest = others[first..last].iter().peekable();
        expected += of_day.len().min(rest.len());
        let is_there = |row: &&(Day, Micros)| {
            while rest.next_if(|other| other < row).is_some() {}
            rest.next_if(|other| other == row).is_some()
        };
        common += of_day.iter().filter(is_there).count();
    }
    common > 0 && common * 2 >= expected
}

/// Returns whether two files show rows of the beginning of one day, or of its end: of one account, some would be in both.
/// Two parts of a day from which both are cut need not have a row in common.
fn show_one_part(one: &Shown<'_>, other: &Shown<'_>) -> bool {
    let days: BTreeSet<Day> = other.rows.iter().map(|row| row.day).collect();
    one.rows.iter().map(|row| row.day).any(|day| show_same_part(one, other, day) && days.contains(&day))
}

/// Returns whether both files show the beginning of a day, or its end.
fn show_same_part(one: &Shown<'_>, other: &Shown<'_>, day: Day) -> bool {
    let (a, b) = (one.covers, other.covers);
    let in_both = a.contains(day) && b.contains(day);
    in_both && (a.first().max(b.first()) < day || day < a.last().min(b.last()))
}

/// Returns the first day of which two accounts show rows, or balances, that cannot be of one.
pub(crate) fn apart(view: &View<'_>, one: AccountId, other: AccountId) -> Result<Option<Day>, OpError> {
    let (ones, others) = (Files::of(view, one)?, Files::of(view, other)?);
    let (mut met, mut agree) = (false, false);
    for (one, layout) in ones.shown() {
        for (other, same) in others.shown() {
            let Some(days) = one.covers.overlap(other.covers) else { continue };
            if meet(&one, &other, layout == same) == Meeting::Contradicts {
                return Ok(Some(days.first()));
            }
            met |= show_one_part(&one, &other);
            agree |= have_much_in_common(&one, &other);
        }
    }
    if !met || agree {
        return Ok(None);
    }
    let balances = money::reported(view)?;
    let of = |id: AccountId| balances.iter().filter(move |b| b.account == id && b.kind == BalanceKind::Ledger);
    let differs = |day: &Day| {
        let amounts = |id| of(id).filter(|b| b.day == *day).map(|b| b.amount).collect::<BTreeSet<Micros>>();
        let (ones, others) = (amounts(one), amounts(other));
        !ones.is_empty() && !others.is_empty() && ones.is_disjoint(&others)
    };
    Ok(of(one).map(|b| b.day).find(differs))
}

/// The living files of an account: what each covers, its layout, and all rows.
struct Files {
    covers: Vec<(StatementId, Period, String)>,
    rows: Vec<StoredSourceRow>,
}

impl Files {
    fn of(view: &View<'_>, account: AccountId) -> Result<Files, OpError> {
        let imports = view.imports()?;
        let coverages = view.coverages()?.into_iter().filter(|coverage| coverage.account == account);
        let covers: Vec<_> = coverages
            .filter_map(|coverage| {
                let import = imports.iter().find(|import| import.id == coverage.import && !import.undone)?;
                Some((coverage.statement_id(), coverage.period?, import.layout.clone()))
            })
            .collect();
        let first = covers.iter().map(|(_, period, _)| period.first()).min();
        let last = covers.iter().map(|(_, period, _)| period.last()).max();
        let rows = match first.zip(last).and_then(|(first, last)| Period::new(first, last)) {
            Some(all) => view.source_rows(account, all)?,
            None => Vec::new(),
        };
        Ok(Files { covers, rows })
    }

    fn shown(&self) -> impl Iterator<Item = (Shown<'_>, &str)> {
        self.covers.iter().map(|(id, covers, layout)| {
            let rows = self.rows.iter().filter(|row| row.statement_id() == *id).map(seen);
            (Shown { covers: *covers, rows: rows.collect() }, layout.as_str())
        })
    }
}

fn seen(row: &StoredSourceRow) -> Seen<'_> {
    Seen { day: row.day(), amount: row.amount, text: &row.description, pending: row.pending, running: row.running }
}

/// Passes every statement to `each`, beside every living file of the account that covers a day of it, and its import. Of very
/// many rows, both from the newest ones on.
fn compare(
    view: &View<'_>,
    account: &Account,
    statements: &[&Statement<'_>],
    mut each: impl FnMut(&Shown<'_>, &Shown<'_>, &Import),
) -> Result<(), Stop> {
    let imports = view.imports()?;
    let mut coverages = view.coverages()?;
    coverages.retain(|coverage| coverage.account == account.id);
    for statement in statements {
        let (Some(own), Some(window)) = (coverage(statement), days(statement)) else { continue };
        let touching = coverages.iter().filter_map(|c| Some((c, c.period?, c.period?.overlap(own)?)));
        let beside: Vec<(StatementId, &Import, Period, Option<Day>)> = touching
            .filter_map(|(coverage, covers, both)| {
                let import = imports.iter().find(|import| import.id == coverage.import && !import.undone)?;
                Some((coverage.statement_id(), import, covers, evidence::cut(statement, both)))
            })
            .collect();
        let Some(first) = beside.iter().map(|(.., cut)| cut.unwrap_or(window.first())).min() else { continue };
        let period = Period::new(first, window.last()).unwrap_or(window);
        let stored = view.blocks_of_days(account.id, None, period)?;
        let mut parts: BTreeMap<Option<Day>, Shown<'_>> = BTreeMap::new();
        for (id, import, covers, cut) in beside {
            let rows = stored.iter().flat_map(|block| block.rows());
            let rows = rows.filter(|row| row.statement_id() == id && period.contains(row.day())).map(|row| Seen {
                day: row.day(),
                amount: row.amount,
                text: row.description(),
                pending: row.pending,
                running: row.running,
            });
            let earlier = Shown { covers, rows: rows.collect() };
            let file = parts.entry(cut).or_insert_with(|| Shown::of_days(statement, own, cut));
            match cut {
                Some(day) => each(file, &earlier.since(day), import),
                None => each(file, &earlier, import),
            }
        }
    }
    Ok(())
}

/// Returns whether the balance before the first row of the statements is the one that the account ends with, and says
/// something.
pub(super) fn goes_on(
    view: &View<'_>,
    account: &Account,
    statements: &[&Statement<'_>],
    parsed: &Parsed<'_>,
) -> Result<bool, Stop> {
    let Some((first_day, before)) = opening_of(statements) else { return Ok(false) };
    let Some(last) = view.extent(account.id)?.last else { return Ok(false) };
    let imports = view.imports()?;
    let coverages = view.coverages()?;
    let of_layout = |import| imports.iter().any(|i| i.id == import && !i.undone && i.layout == parsed.layout);
    let same_layout = coverages.iter().any(|c| c.account == account.id && of_layout(c.import));
    if !follows(last, first_day, before, same_layout) {
        return Ok(false);
    }
    let balances = money::reported(view)?;
    let later = |b: &&crate::store::db::balances::StoredBalance| {
        b.account == account.id && b.kind == BalanceKind::Ledger && b.day > first_day
    };
    if balances.iter().any(|b| later(&b)) {
        return Ok(false);
    }
    let holding = money::holding(view, &balances, account, None)?;
    Ok(holding.current.is_some_and(|current| current.micros() == before))
}
