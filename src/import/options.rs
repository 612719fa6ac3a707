//! What the person said about a file, and what is known of the account that they named.

use super::evidence::date::DateOrder;
use super::evidence::direction::Printed;
use crate::model::{AccountType, Currency, Day, Micros, words};

words! {
    /// Which way the money of a positive amount went.
    pub enum SignRule: "a rule of signs" {
        /// Money in; a minus is money out.
        In = "in",
        /// Money out; a minus is money in.
        Out = "out",
        /// As on a card that prints what is owed: a purchase is positive, a payment negative, and so is the balance.
        Card = "card",
    }
}

/// What the person said about a file on the command line, or has said before about its layout.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    /// The CSV profile to use, by name. A file that is not CSV is then an error.
    pub profile: Option<String>,
    /// The currency of files that name none. A file that names another one is an error.
    pub currency: Option<Currency>,
    /// The order of dates that can be read in two ways.
    pub date_order: Option<DateOrder>,
    /// The direction of amounts that do not show it. Evidence in the file that proves another one is an error.
    pub sign: Option<SignRule>,
    /// The account that the file goes to, if it is known before the file is read.
    pub account: Option<KnownAccount>,
    /// What the vault tells of the signs of single statements, by their place in the file; empty where it tells nothing.
    pub told: Vec<Option<ToldSign>>,
    /// The day on which the file is read, where it is known: no row is of a day more than a year later.
    pub today: Option<Day>,
}

impl ReadOptions {
    /// Returns the last day that a row may be of.
    pub(super) fn latest(&self) -> Option<Day> {
        Some(self.today?.plus_days(366))
    }
}

/// What the vault knows of the account that a file goes to: evidence, weaker than the file and than what was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownAccount {
    /// Its kind.
    pub kind: AccountType,
    /// Its currency.
    pub currency: Currency,
    /// What its earlier files of the same layout prove of how they are printed.
    pub earlier: Style,
}

impl KnownAccount {
    /// Returns an account of which no file is known.
    #[must_use]
    pub fn new(kind: AccountType, currency: Currency) -> Self {
        KnownAccount { kind, currency, earlier: Style::default() }
    }
}

/// The sign that amounts are printed with: those for money out, and those for money in.
pub(crate) type Sides = [Option<Printed>; 2];

/// How a file prints money, as far as it proves it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// The rule by which the signs of a lone column are read.
    pub(crate) sign: Option<SignRule>,
    /// The signs in columns for money out and in, or beside words for them.
    pub(crate) sides: Sides,
    /// Those that all amounts have, be they too few to prove anything.
    pub(crate) seen: Sides,
    /// Whether each running balance stands before its row.
    pub(crate) is_before: Option<bool>,
}

impl Style {
    const NONE: Style = Style { sign: None, sides: [None; 2], seen: [None; 2], is_before: None };
    /// The words by which the vault remembers a style.
    const WORDS: [(&str, Style); 13] = [
        ("in", Style { sign: Some(SignRule::In), ..Style::NONE }),
        ("out", Style { sign: Some(SignRule::Out), ..Style::NONE }),
        ("card", Style { sign: Some(SignRule::Card), ..Style::NONE }),
        ("debit-plain", Style { sides: [Some(Printed::Positive), None], ..Style::NONE }),
        ("debit-minus", Style { sides: [Some(Printed::Negative), None], ..Style::NONE }),
        ("credit-plain", Style { sides: [None, Some(Printed::Positive)], ..Style::NONE }),
        ("credit-minus", Style { sides: [None, Some(Printed::Negative)], ..Style::NONE }),
        ("debit-plain?", Style { seen: [Some(Printed::Positive), None], ..Style::NONE }),
        ("debit-minus?", Style { seen: [Some(Printed::Negative), None], ..Style::NONE }),
        ("credit-plain?", Style { seen: [None, Some(Printed::Positive)], ..Style::NONE }),
        ("credit-minus?", Style { seen: [None, Some(Printed::Negative)], ..Style::NONE }),
        ("balance-after", Style { is_before: Some(false), ..Style::NONE }),
        ("balance-before", Style { is_before: Some(true), ..Style::NONE }),
    ];

    /// Returns what this style tells, and where it tells nothing what the other one does.
    #[must_use]
    pub(crate) fn or(self, other: Style) -> Style {
        Style {
            sign: self.sign.or(other.sign),
            sides: [0, 1].map(|side| self.sides[side].or(other.sides[side])),
            seen: [0, 1].map(|side| self.seen[side].or(other.seen[side])),
            is_before: self.is_before.or(other.is_before),
        }
    }

    /// Returns whether a file in this style may be read otherwise by what earlier ones prove.
    pub(crate) fn may_differ(self, earlier: Style) -> bool {
        let is_other_rule = self.sign.is_some() && earlier.sign.is_some() && self.sign != earlier.sign;
        let may_be_before = self.is_before.is_none() && earlier.is_before == Some(true);
        let is_other = |earlier: Sides, own: Sides, side: usize| earlier[side].is_some() && earlier[side] != own[side];
        let is_other_side = |side| is_other(earlier.sides, self.sides, side) || is_other(earlier.seen, self.seen, side);
        is_other_rule || may_be_before || is_other_side(0) || is_other_side(1)
    }

    /// Returns the words of the style; none where it tells nothing.
    pub(crate) fn to_words(self) -> Option<String> {
        let told = Style::WORDS.iter().filter(|(_, one)| one.or(self) == self).map(|(word, _)| *word);
        Some(told.collect::<Vec<_>>().join(" ")).filter(|words| !words.is_empty())
    }

    /// Returns the style that words tell; those that are not known tell nothing.
    pub(crate) fn of_words(words: &str) -> Style {
        let known = words.split(' ').filter_map(|word| Style::WORDS.iter().find(|(known, _)| *known == word));
        known.fold(Style::NONE, |style, (_, one)| style.or(*one))
    }
}

/// What other files of its account tell of the signs of a statement that prints none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToldSign {
    /// Balances of its account, or rows of the same ids, prove how it is read.
    Proven(Unsigned),
    /// The newest one that tells prints a minus where money went out.
    Signed,
    /// The newest one that tells prints none.
    Plain,
}

/// How the amounts of a statement without any sign can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsigned {
    /// All are money in, as printed.
    Printed,
    /// Those whose type says out are money out.
    Typed,
    /// Those as well whose type says nothing.
    TypedOrOut,
}

impl Unsigned {
    pub(crate) const ALL: [Unsigned; 3] = [Unsigned::Printed, Unsigned::Typed, Unsigned::TypedOrOut];
}

/// Returns whether balances may be printed as what is owed, and then prove no signs: debt that grows looks like money that does.
pub(crate) fn may_be_owed(is_debt: bool, mut balances: impl Iterator<Item = Micros>) -> bool {
    is_debt && balances.any(|balance| balance > Micros::ZERO)
}
