//! Weighs what a file shows of the direction of its amounts.

use crate::import::options::SignRule;

/// How the printed amounts of one column become money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// A minus is money out.
    AsPrinted,
    /// A minus is money in.
    Turned,
    /// The step of each row's balance tells.
    ByBalance,
}

/// What the printed balances are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Debt {
    /// What the account holds.
    Money,
    /// What is owed.
    Owed,
}

/// What a file shows, all statements together.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Evidence {
    /// Whether columns, words or a profile told the direction already, so that only the balances are open.
    pub(crate) told: bool,
    /// Whether an amount has a minus.
    pub(crate) minus: bool,
    /// Whether an amount has none.
    pub(crate) plain: bool,
    /// Whether amounts without a minus are as many as those with one, or more.
    pub(crate) mostly_plain: bool,
    /// Whether the rows name the card that paid them, so that purchases may be printed without a minus.
    pub(crate) of_card: bool,
    /// Rows whose balance grew by their amount.
    pub(crate) same: u64,
    /// Rows whose balance fell by it.
    pub(crate) opposite: u64,
    /// Balances above zero.
    pub(crate) above: u64,
    /// Balances below zero.
    pub(crate) below: u64,
    /// Rows whose words suggest what a minus for money out says.
    pub(crate) words_for: u64,
    /// Rows whose words suggest the contrary.
    pub(crate) words_against: u64,
    /// Whether the account is known to be a debt (a card, a loan), or known to be none.
    pub(crate) liability: Option<bool>,
    /// The rule of the account's earlier files of the layout.
    pub(crate) earlier: Option<SignRule>,
    /// Whether words beside the amounts contradict the printed signs or each other.
    pub(crate) conflict: bool,
    /// Whether words beside the amounts contradict that a minus is money in.
    pub(crate) column_for: bool,
    /// What the person said.
    pub(crate) said: Option<SignRule>,
}

/// What was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// How amounts and balances are read, and by what.
    Read(Rule, Debt, Ground),
    /// Only the person can tell. The likeliest answer first.
    Ask(Doubt, Vec<SignRule>),
    /// The file contradicts itself, or what was said.
    Contradiction(Against),
}

/// What decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ground {
    /// The file itself, or the person.
    Plain,
    /// Earlier files.
    Earlier,
    /// The known kind of the account.
    Kind,
}

/// Why the person is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doubt {
    /// No amount has a sign, and nothing else tells.
    NoSign,
    /// The balances tie the rows together, and leave open whether they are money or debt.
    MoneyOrDebt,
    /// Words of rows contradict the printed minus.
    Words,
    /// Words in a column contradict the printed signs, or those in another column.
    Column,
    /// Both signs are printed, on an account that is a debt.
    SignsOfDebt,
}

/// What contradicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Against {
    /// Some balances grow by the amounts, and others fall by them.
    Balances,
    /// The balances would be a debt, and the account is none.
    Kind,
    /// The balances do not fit what was said.
    Said,
}

use Debt::{Money, Owed};
use Ground::Earlier;
use Rule::{AsPrinted, ByBalance, Turned};

/// Decides how the amounts and balances of a file are read.
pub(crate) fn decide(e: &Evidence) -> Verdict {
    let plain = |rule, debt| Verdict::Read(rule, debt, Ground::Plain);
    let signed = e.minus || e.told;
    if signed && e.same > 0 && e.opposite > 0 {
        return Verdict::Contradiction(Against::Balances);
    }
    if e.told {
        return match (e.opposite > 0, e.liability) {
            (false, _) => plain(AsPrinted, Money),
            // What is owed is hardly printed with a minus that grows with what comes in.
            (true, _) if e.below > e.above => Verdict::Contradiction(Against::Balances),
            (true, Some(false)) => Verdict::Contradiction(Against::Kind),
            (true, _) => plain(AsPrinted, Owed),
        };
    }
    if let Some(said) = e.said {
        let verdict = by_rule(e, said, Ground::Plain);
        let unasked = || if e.minus { signed_column(e) } else { unsigned_column(e) };
        // Where balances and the kind of the account tell all without an answer, the answer is at fault.
        let is_at_fault = verdict == Verdict::Contradiction(Against::Kind) && matches!(unasked(), Verdict::Read(..));
        return if is_at_fault { Verdict::Contradiction(Against::Said) } else { verdict };
    }
    if e.conflict {
        let [first, second] =
            if e.mostly_plain { [SignRule::Out, SignRule::In] } else { [SignRule::In, SignRule::Out] };
        return Verdict::Ask(Doubt::Column, vec![first, second, SignRule::Card]);
    }
    let verdict = match e.earlier.filter(|_| e.same == 0 || e.opposite == 0) {
        Some(earlier) => by_rule(e, earlier, Earlier),
        None if e.minus => signed_column(e),
        None => unsigned_column(e),
    };
    // What earlier files say counts less than what the file shows.
    let most =
        |against: u64, with: u64, ground| against > 0 && if ground == Earlier { against >= with } else { with == 0 };
    let contradicted = match verdict {
        Verdict::Read(AsPrinted, _, ground) => most(e.words_against, e.words_for, ground),
        Verdict::Read(Turned, _, ground) => most(e.words_for, e.words_against, ground),
        _ => false,
    };
    match verdict {
        Verdict::Read(Turned, _, Earlier) if e.column_for => Verdict::Ask(Doubt::Column, signs(e, true)),
        Verdict::Read(Turned, ..) if contradicted => Verdict::Ask(Doubt::Words, signs(e, true)),
        Verdict::Read(..) if contradicted => Verdict::Ask(Doubt::Words, signs(e, false)),
        verdict => verdict,
    }
}

/// Returns the rules of signs that are possible, the likeliest first: only a debt prints what is owed. `is_in` is whether a
/// minus for money out is the likeliest.
fn signs(e: &Evidence, is_in: bool) -> Vec<SignRule> {
    let turned = match e.liability {
        Some(true) => vec![SignRule::Card],
        Some(false) => vec![SignRule::Out],
        None => vec![SignRule::Card, SignRule::Out],
    };
    if is_in { [vec![SignRule::In], turned].concat() } else { [turned, vec![SignRule::In]].concat() }
}

/// Returns whether the printed balances of a debt are all above zero or all below it; none when there are both.
fn owed_as_positive(e: &Evidence) -> Option<bool> {
    match (e.above, e.below) {
        (1.., 0) => Some(true),
        (0, 1..) => Some(false),
        _ => None,
    }
}

/// Reads by a rule that somebody gave.
fn by_rule(e: &Evidence, rule: SignRule, ground: Ground) -> Verdict {
    let (amounts, debt) = match (rule, e.same > 0, e.opposite > 0) {
        // Without a sign, each row's balance tells its direction; the rule tells what the balances are.
        (SignRule::In, true, true) => (ByBalance, Money),
        (SignRule::Card, true, true) => (ByBalance, Owed),
        (SignRule::Out, true, true) => return Verdict::Contradiction(Against::Said),
        (SignRule::In, _, fell) => (AsPrinted, if fell { Owed } else { Money }),
        (SignRule::Out | SignRule::Card, grew, _) => (Turned, if grew { Owed } else { Money }),
    };
    if debt == Owed && e.liability == Some(false) {
        return Verdict::Contradiction(Against::Kind);
    }
    Verdict::Read(amounts, debt, ground)
}

/// A column with a printed minus, which is money out unless the account is a debt, or is likely one.
fn signed_column(e: &Evidence) -> Verdict {
    match (e.liability, e.same > 0, e.opposite > 0) {
        // Both signs show that the column is signed, not which of them is out.
        (None, false, false) if e.of_card && e.mostly_plain => {
            Verdict::Ask(Doubt::SignsOfDebt, vec![SignRule::Card, SignRule::In])
        }
        (None, ..) if e.of_card && e.mostly_plain => {
            Verdict::Ask(Doubt::MoneyOrDebt, vec![SignRule::Card, SignRule::In])
        }
        (Some(true), true, _) => match owed_as_positive(e) {
            Some(true) => Verdict::Read(Turned, Owed, Ground::Kind),
            Some(false) => Verdict::Read(AsPrinted, Money, Ground::Kind),
            None => Verdict::Ask(Doubt::MoneyOrDebt, vec![SignRule::Card, SignRule::In]),
        },
        (Some(true), _, true) => match owed_as_positive(e) {
            Some(true) => Verdict::Read(AsPrinted, Owed, Ground::Kind),
            Some(false) => Verdict::Read(Turned, Money, Ground::Kind),
            None => Verdict::Ask(Doubt::MoneyOrDebt, vec![SignRule::Card, SignRule::In]),
        },
        (Some(true), ..) => Verdict::Ask(Doubt::SignsOfDebt, vec![SignRule::Card, SignRule::In]),
        (Some(false), _, true) => Verdict::Ask(Doubt::MoneyOrDebt, vec![SignRule::Out, SignRule::In]),
        // Balances with a minus are a debt that grows by amounts without one, or money on an account that prints a debt.
        (None, _, true) if e.below > e.above => Verdict::Ask(Doubt::MoneyOrDebt, signs(e, false)),
        (None, _, true) => Verdict::Read(AsPrinted, Owed, Ground::Plain),
        _ => Verdict::Read(AsPrinted, Money, Ground::Plain),
    }
}

/// A column without a minus.
fn unsigned_column(e: &Evidence) -> Verdict {
    let kind = |rule, debt| Verdict::Read(rule, debt, Ground::Kind);
    let owed = e.liability.and_then(|debt| if debt { owed_as_positive(e) } else { Some(false) });
    match (e.same > 0, e.opposite > 0, owed) {
        // Row by row: a row without a balance before it, such as the oldest, is not proven by the others.
        (true, _, Some(owed)) | (_, true, Some(owed)) => kind(ByBalance, if owed { Owed } else { Money }),
        (true, _, None) => Verdict::Ask(Doubt::MoneyOrDebt, vec![SignRule::In, SignRule::Card]),
        (false, true, None) => Verdict::Ask(Doubt::MoneyOrDebt, vec![SignRule::Out, SignRule::In]),
        (false, false, _) => {
            let mut choices = match (e.liability, e.words_for > e.words_against) {
                (Some(true), _) => vec![SignRule::Card, SignRule::In, SignRule::Out],
                (_, true) => vec![SignRule::In, SignRule::Out, SignRule::Card],
                _ => vec![SignRule::Out, SignRule::In, SignRule::Card],
            };
            if e.liability == Some(false) {
                choices.retain(|rule| *rule != SignRule::Card);
            }
            Verdict::Ask(Doubt::NoSign, choices)
        }
    }
}
