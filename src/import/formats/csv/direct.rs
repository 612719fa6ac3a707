//! Gives the amounts and balances of a file their signs, once all rows are read.

use super::layout::Layout;
use super::money::{Money, Told};
use super::partly;
use super::reading::Reading;
use super::sides::Followed;
use super::stated::{Stated, StatedKind};
use super::taken_back;
use crate::import::error::{ImportError, ImportOption, Problem, Question, Remedy, shown};
use crate::import::evidence::direction::words::of_text;
use crate::import::evidence::direction::{
    Against, Chain, Debt, Direction, Doubt, Evidence, Ground, Link, Rule, Step, Verdict, decide,
};
use crate::import::evidence::fold::fold;
use crate::import::options::{ReadOptions, SignRule};
use crate::import::parsed::Remark;
use crate::model::{AccountType, Amount, Entry, EntryStatus, Micros, RejectedRow, Statement};

/// How many rows are searched for words that contradict a reading.
const ROWS_WITH_WORDS: usize = 2_000;

/// What was decided, for the report.
#[derive(Debug, Default)]
pub(super) struct Directed {
    pub(super) sign: Option<SignRule>,
    pub(super) remarks: Vec<Remark>,
    pub(super) question: Option<Question>,
    /// Whether it is asked although earlier files of the account may tell.
    pub(super) asks_in_spite: bool,
    /// For each statement, whether every running balance follows from the one before.
    pub(super) unbroken: Vec<bool>,
}

/// The rows of a statement as its balances tie them together.
struct Tied {
    chain: Chain,
    /// The index among the entries of each step of the chain.
    rows: Vec<usize>,
}

impl Tied {
    /// Returns whether every running balance follows from the one before.
    fn is_unbroken(&self, statement: &Statement<'_>) -> bool {
        let balances = statement.entries.iter().filter(|e| e.running.is_some()).count() as u64;
        balances == 0 || self.chain.same + self.chain.opposite + 1 >= balances
    }
}

/// Returns whether balances show that all rows of a statement are of one account.
pub(super) fn is_tied(statement: &Statement<'_>, stated: &[Stated]) -> bool {
    let tied = tie(statement, stated);
    tied.chain.same + tied.chain.opposite > 0 && tied.is_unbroken(statement)
}

/// Returns how the balances of all statements follow from their amounts. Where they do only from those of several rows together,
/// both sides follow.
pub(super) fn followed(statements: &[Statement<'_>], stated: &[Vec<Stated>]) -> Followed {
    let mut followed = Followed::default();
    for (statement, stated) in statements.iter().zip(stated) {
        let Tied { chain, rows } = tie(statement, stated);
        let is_told = |step: &Step| matches!(step, Step::Same | Step::Opposite);
        if !chain.steps.iter().any(is_told) {
            followed.same.iter_mut().for_each(|count| *count += chain.same);
            followed.opposite.iter_mut().for_each(|count| *count += chain.opposite);
        }
        for (row, step) in rows.iter().zip(&chain.steps).filter(|(_, step)| is_told(step)) {
            let side = usize::from(!statement.entries[*row].amount.is_negative());
            let counts = if *step == Step::Same { &mut followed.same } else { &mut followed.opposite };
            counts[side] += 1;
        }
    }
    followed
}

/// Returns whether the balances of a statement grow by its amounts, and none falls by one.
pub(super) fn follows(statement: &Statement<'_>, stated: &[Stated]) -> bool {
    let chain = tie(statement, stated).chain;
    chain.same > 0 && chain.opposite == 0
}

/// Decides and applies the signs of a file. `stated` holds the balances that lines state, statement by statement.
///
/// # Errors
///
/// When balances contradict the amounts, or what was said contradicts the file.
pub(super) fn direct(
    statements: &mut [Statement<'_>],
    stated: &mut [Vec<Stated>],
    layout: &Layout<'_>,
    reading: &Reading,
    options: &ReadOptions,
) -> Result<Directed, ImportError> {
    refuse_other_sign(statements, reading, options)?;
    let tied: Vec<Tied> = statements.iter().zip(stated.iter()).map(|(s, stated)| tie(s, stated)).collect();
    let follow = tied.iter().any(|tied| tied.chain.same + tied.chain.opposite > 0);
    let mut evidence = gather(statements, &tied, layout, reading, options);
    let partly = partly::tell(&mut evidence, layout, reading, options)?;
    let unbroken = tied.iter().zip(statements.iter()).map(|(tied, statement)| tied.is_unbroken(statement));
    let mut done = Directed { unbroken: unbroken.collect(), ..Directed::default() };
    if options.sign.is_none() {
        done.question = taken_back::beside_words(layout, reading.money, evidence.liability, follow)?;
    }
    if !evidence.minus && !evidence.plain {
        return Ok(done);
    }
    let (rule, debt, ground) = match verdict(&evidence, layout) {
        Verdict::Read(rule, debt, ground) => (rule, debt, ground),
        Verdict::Contradiction(against) => return Err(contradiction(against, statements, &tied, options.sign)),
        Verdict::Ask(doubt, choices) => {
            if doubt == Doubt::NoSign && reading.is_trades {
                return Err(ImportError::new(
                    Problem::UnknownFormat,
                    "this is a list of trades: it does not say which of them moved money in or out of an account",
                    Remedy::DownloadCash,
                )
                .at_line(layout.header_line()));
            }
            done.asks_in_spite = matches!(doubt, Doubt::Words | Doubt::Column);
            let choices = partly::allowed(choices, partly);
            let words = choices.iter().map(|rule| rule.as_str().to_owned()).collect();
            done.question = Some(Question::of(ImportOption::Sign, why(doubt, choices.first(), statements), words));
            // The likeliest answer, so that rows can be shown.
            evidence.said = choices.first().copied();
            match decide(&evidence) {
                Verdict::Read(rule, debt, ground) => (rule, debt, ground),
                _ => (Rule::AsPrinted, Debt::Money, Ground::Plain),
            }
        }
    };
    // What the balances tell without an answer, they tell better: of amounts that moved both ways it says one thing, and
    // nothing of a row that they leave open.
    let unasked = Evidence { said: None, ..evidence };
    let is_needless =
        rule == Rule::ByBalance && options.sign.is_some() && matches!(decide(&unasked), Verdict::Read(..));
    if is_needless && statements.iter().zip(&tied).any(|(statement, tied)| has_open_rows(statement, tied)) {
        return Err(contradiction(Against::Said, statements, &tied, options.sign));
    }
    for ((statement, stated), tied) in statements.iter_mut().zip(stated).zip(&tied) {
        apply(statement, stated, tied, rule, debt)?;
        if options.sign == Some(SignRule::Card) {
            statement.account.kind = statement.account.kind.or(Some(AccountType::CreditCard));
        }
    }
    done.remarks = remarks(rule, debt, ground);
    if matches!(reading.money, Money::Lone(_, Told::MarkedIn)) || reading.words_are_unnamed {
        done.remarks.push(Remark::SignFromWords);
    }
    if !evidence.told && done.question.is_none() {
        let is_card = debt == Debt::Owed || evidence.liability == Some(true) || evidence.said == Some(SignRule::Card);
        done.sign = Some(match rule {
            Rule::Turned if is_card => SignRule::Card,
            Rule::Turned => SignRule::Out,
            Rule::ByBalance if debt == Debt::Owed => SignRule::Card,
            Rule::AsPrinted | Rule::ByBalance => SignRule::In,
        });
    }
    Ok(done)
}

/// Refuses a rule of signs that columns, words or the profile contradict.
fn refuse_other_sign(
    statements: &[Statement<'_>],
    reading: &Reading,
    options: &ReadOptions,
) -> Result<(), ImportError> {
    let Some(said) = options.sign else { return Ok(()) };
    let mut amounts = statements.iter().flat_map(|statement| &statement.entries).map(|entry| entry.amount.micros());
    let mut are_all_out = || amounts.all(|amount| amount <= Micros::ZERO);
    let told = match reading.money {
        Money::Lone(_, Told::Minus) if said != SignRule::In => "a minus is money out",
        Money::Lone(_, Told::Plus) if said == SignRule::In => "a minus is money in",
        Money::Lone(_, Told::Words { .. } | Told::MarkedIn) | Money::Pair(..) if said == SignRule::Out => {
            "the columns tell which way the money went"
        }
        Money::Lone(_, Told::Words { .. }) if said == SignRule::In && are_all_out() => {
            "the columns tell which way the money went"
        }
        _ => return Ok(()),
    };
    let message = format!("{told}, and {said} was said");
    Err(ImportError::new(Problem::NeedsOption, message, Remedy::LeaveOut(ImportOption::Sign)))
}

fn tie(statement: &Statement<'_>, stated: &[Stated]) -> Tied {
    let posted = |(_, e): &(usize, &Entry<'_>)| e.status == EntryStatus::Posted;
    let rows: Vec<usize> = statement.entries.iter().enumerate().filter(posted).map(|(i, _)| i).collect();
    let entries = || rows.iter().map(|index| &statement.entries[*index]);
    if entries().all(|e| e.running.is_none()) {
        return Tied { chain: by_bounds(entries().map(|e| e.amount.micros()), stated), rows: Vec::new() };
    }
    let link = |e: &Entry<'_>| Link { day: e.day, amount: e.amount.micros(), balance: e.running };
    let links: Vec<Link> = entries().map(link).collect();
    let first = links.iter().map(|l| l.day).min();
    let is_opening = |s: &&Stated| match s.kind {
        StatedKind::Start => true,
        StatedKind::Opening => first.is_some_and(|first| s.day <= first),
        _ => false,
    };
    let opening = stated.iter().filter(|s| s.is_running).find(is_opening).map(|s| s.amount.micros());
    Tied { chain: Chain::of(&links, opening), rows }
}

/// Compares an opening and a closing balance with the sum of the rows.
fn by_bounds(amounts: impl Iterator<Item = Micros>, stated: &[Stated]) -> Chain {
    let mut chain = Chain::default();
    let of = |kinds: [StatedKind; 2]| stated.iter().find(|s| kinds.contains(&s.kind)).map(|s| s.amount.micros());
    let opening = of([StatedKind::Opening, StatedKind::Start]);
    let closing = of([StatedKind::Closing, StatedKind::End]);
    for balance in [opening, closing].into_iter().flatten() {
        chain.above += u64::from(balance > Micros::ZERO);
        chain.below += u64::from(balance < Micros::ZERO);
    }
    if let (Some(opening), Some(closing)) = (opening, closing) {
        let step = Step::of(opening, Micros::checked_sum(amounts), closing);
        chain.same = u64::from(step == Step::Same);
        chain.opposite = u64::from(step == Step::Opposite);
    }
    chain
}

fn gather(
    statements: &[Statement<'_>],
    tied: &[Tied],
    layout: &Layout<'_>,
    reading: &Reading,
    options: &ReadOptions,
) -> Evidence {
    let kind = layout.kind.or(options.account.map(|a| a.kind)).filter(|kind| *kind != AccountType::Other);
    let mut evidence = Evidence {
        told: reading.money.is_told(),
        conflict: matches!(reading.money, Money::Lone(_, Told::Conflict)),
        liability: kind.map(AccountType::is_liability),
        earlier: options.account.and_then(|a| a.earlier.sign),
        said: options.sign,
        of_card: reading.is_of_card,
        column_for: reading.words_say_as_printed,
        ..Evidence::default()
    };
    let (mut minus, mut plain) = (0u64, 0u64);
    for (statement, tied) in statements.iter().zip(tied) {
        for entry in &statement.entries {
            minus += u64::from(entry.amount.micros() < Micros::ZERO);
            plain += u64::from(entry.amount.micros() > Micros::ZERO);
        }
        evidence.same += tied.chain.same;
        evidence.opposite += tied.chain.opposite;
        evidence.above += tied.chain.above;
        evidence.below += tied.chain.below;
        if !evidence.told {
            for entry in statement.entries.iter().take(ROWS_WITH_WORDS) {
                match suggestion(entry) {
                    Some(true) => evidence.words_for += 1,
                    Some(false) => evidence.words_against += 1,
                    None => {}
                }
            }
        }
    }
    evidence.conflict |= matches!(reading.money, Money::Lone(_, Told::Mixed)) && evidence.same == 0;
    let is_signed = minus > 0 || (reading.minus_apart && matches!(reading.money, Money::Lone(..)));
    (evidence.minus, evidence.plain, evidence.mostly_plain) = (is_signed, plain > 0, plain >= minus);
    evidence
}

/// Returns whether the words of a row suggest what a minus for money out says; nothing without such words.
fn suggestion(entry: &Entry<'_>) -> Option<bool> {
    if entry.amount.micros() == Micros::ZERO {
        return None;
    }
    let direction = of_text(&fold(&entry.description)).or_else(|| of_text(&fold(&entry.memo)))?;
    Some((direction == Direction::Out) == entry.amount.is_negative())
}

/// Decides; a profile's direction that the balances contradict is an error, unless a debt explains it.
fn verdict(evidence: &Evidence, layout: &Layout<'_>) -> Verdict {
    let by_profile = !layout.learn && evidence.liability != Some(true);
    if by_profile && evidence.opposite > 0 && evidence.told {
        return Verdict::Contradiction(Against::Balances);
    }
    decide(evidence)
}

fn apply(
    statement: &mut Statement<'_>,
    stated: &mut Vec<Stated>,
    tied: &Tied,
    rule: Rule,
    debt: Debt,
) -> Result<(), ImportError> {
    match rule {
        Rule::AsPrinted => {}
        Rule::Turned => {
            for entry in &mut statement.entries {
                entry.amount = negated(entry.amount, entry.line)?;
            }
            turn_stated(stated, tied)?;
        }
        Rule::ByBalance => by_balance(statement, tied, debt)?,
    }
    if debt == Debt::Owed {
        for entry in &mut statement.entries {
            if let Some(balance) = entry.running_balance() {
                entry.running = Some(negated(balance, entry.line)?.micros());
            }
        }
        for stated in stated.iter_mut().filter(|s| s.is_running && !s.is_told) {
            stated.amount = negated(stated.amount, 1)?;
        }
    }
    Ok(())
}

/// Turns the balances that stand among amounts which are turned. Where these follow from each other, the balances are
/// turned with the amounts; where one falls by the amounts, they are money already; else nothing tells, and none is kept.
fn turn_stated(stated: &mut Vec<Stated>, tied: &Tied) -> Result<(), ImportError> {
    match (tied.chain.same, tied.chain.opposite) {
        (0, 1..) => return Ok(()),
        (0, 0) => stated.retain(|s| s.is_running),
        _ => {}
    }
    for stated in stated.iter_mut().filter(|s| !s.is_running) {
        stated.amount = negated(stated.amount, 1)?;
    }
    Ok(())
}

/// Returns how the balance of each entry follows from the one before.
fn steps(statement: &Statement<'_>, tied: &Tied) -> Vec<Step> {
    let mut steps = vec![Step::Unknown; statement.entries.len()];
    for (index, step) in tied.rows.iter().zip(&tied.chain.steps) {
        steps[*index] = *step;
    }
    steps
}

/// Returns whether the balances leave the direction of a row open.
fn has_open_rows(statement: &Statement<'_>, tied: &Tied) -> bool {
    let is_open = |(entry, step): (&Entry<'_>, Step)| step == Step::Unknown && entry.amount.micros() != Micros::ZERO;
    statement.entries.iter().zip(steps(statement, tied)).any(is_open)
}

/// Gives each amount the direction that its balance shows, and rejects the rows whose balance shows none.
fn by_balance(statement: &mut Statement<'_>, tied: &Tied, debt: Debt) -> Result<(), ImportError> {
    let out = if debt == Debt::Money { Step::Opposite } else { Step::Same };
    let steps = steps(statement, tied);
    let mut kept = Vec::with_capacity(statement.entries.len());
    for (mut entry, step) in std::mem::take(&mut statement.entries).into_iter().zip(steps) {
        if step == Step::Unknown && entry.amount.micros() != Micros::ZERO {
            statement.rejected.push(RejectedRow {
                line: entry.line,
                field: "amount".to_owned(),
                found: entry.amount.to_string(),
                reason: "no sign, and no balance before it tells whether it is money out or in".to_owned(),
                needs_profile: false,
            });
            continue;
        }
        if step == out {
            entry.amount = negated(entry.amount, entry.line)?;
        }
        kept.push(entry);
    }
    statement.entries = kept;
    Ok(())
}

fn negated(amount: Amount, line: u64) -> Result<Amount, ImportError> {
    amount.checked_neg().map_err(|e| ImportError::of(Problem::Overflow, e, Remedy::CorrectAmounts).at_line(line))
}

fn remarks(rule: Rule, debt: Debt, ground: Ground) -> Vec<Remark> {
    let found = [
        (debt == Debt::Owed).then_some(Remark::DebtTurned),
        (rule == Rule::ByBalance).then_some(Remark::SignFromBalances),
        (ground == Ground::Earlier).then_some(Remark::SignFromEarlierFiles),
        (ground == Ground::Kind).then_some(Remark::SignFromAccountKind),
    ];
    found.into_iter().flatten().collect()
}

/// Says what is in doubt. Words of rows contradict a minus for money out where a card is likelier, else a minus for money in.
fn why(doubt: Doubt, likeliest: Option<&SignRule>, statements: &[Statement<'_>]) -> String {
    match doubt {
        Doubt::NoSign => {
            let is_partial = statements.iter().any(|statement| !statement.rejected.is_empty());
            let of = if is_partial { " of a row that can be read" } else { "" };
            format!("no amount{of} has a sign, and nothing else in the file tells which way the money went")
        }
        Doubt::MoneyOrDebt => {
            "the balances follow from the amounts, but nothing tells whether they are money or a debt".to_owned()
        }
        Doubt::SignsOfDebt => {
            "amounts of a card or loan are printed with and without a minus, and nothing tells which of them were spent"
                .to_owned()
        }
        Doubt::Column => {
            "words or marks beside the amounts contradict the printed signs, what earlier files say of them, or each other; where a \
             minus takes back what a word says, only a profile can say so"
                .to_owned()
        }
        Doubt::Words => {
            let is_card = likeliest == Some(&SignRule::Card);
            let mut entries = statements.iter().flat_map(|s| &s.entries);
            let Some(e) = entries.find(|e| suggestion(e) == Some(!is_card)) else {
                return "words of rows contradict the printed signs".to_owned();
            };
            let sign = if e.amount.is_negative() { "a minus" } else { "no minus" };
            let (line, text) = (e.line, shown(&e.description));
            if is_card {
                format!(
                    "line {line}: {text} is printed with {sign}, as on a card that prints what is spent without one"
                )
            } else {
                format!("line {line}: {text} is printed with {sign}, and earlier files say that a minus is money in")
            }
        }
    }
}

fn contradiction(against: Against, statements: &[Statement<'_>], tied: &[Tied], said: Option<SignRule>) -> ImportError {
    let line = |wanted: Step| {
        let rows = statements
            .iter()
            .zip(tied)
            .flat_map(|(s, t)| t.rows.iter().zip(&t.chain.steps).map(move |(i, step)| (&s.entries[*i], step)));
        rows.into_iter().find(|(_, step)| **step == wanted).map(|(e, _)| (e.line, e.amount, e.running_balance()))
    };
    let say = |(line, amount, balance): (u64, Amount, Option<Amount>), how: &str| {
        format!(
            "on line {line} the balance {how} by the amount {amount} to {}",
            balance.map(|b| b.to_string()).unwrap_or_default()
        )
    };
    let message = match (against, line(Step::Same), line(Step::Opposite)) {
        (Against::Kind, ..) => {
            "the balances are a debt that grows when money is spent, but the account is not a debt".to_owned()
        }
        (Against::Said, same, opposite) => {
            let rises = same.map(|row| say(row, "rises"));
            let shown: Vec<String> = rises.into_iter().chain(opposite.map(|row| say(row, "falls"))).collect();
            let said = said.map_or("what was said", SignRule::as_str);
            match shown.as_slice() {
                [] => format!("the opening and closing balances contradict {said:?}"),
                _ => format!("the balances contradict {said:?}: {}", shown.join(", ")),
            }
        }
        (Against::Balances, Some(same), Some(opposite)) => {
            format!("the running balances contradict the signs: {}, {}", say(same, "rises"), say(opposite, "falls"))
        }
        (Against::Balances, _, Some(opposite)) => {
            format!("the running balances contradict the signs: {}", say(opposite, "falls"))
        }
        (Against::Balances, ..) => "the balances contradict the signs of the amounts".to_owned(),
    };
    let remedy = if against == Against::Said { Remedy::LeaveOut(ImportOption::Sign) } else { Remedy::CorrectSigns };
    ImportError::new(Problem::Contradiction, message, remedy)
}
