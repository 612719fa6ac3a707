//! What the rows of a whole file show, in one pass before any row is read.

use super::beside::{self, Beside};
use super::column::Column;
use super::cuts::Cuts;
use super::layout::Layout;
use super::records::Field;
use super::roles::Role;
use super::{label, names, pending};
use crate::import::error::ImportError;
use crate::import::evidence::date::Tally as DateTally;
use crate::import::evidence::decimal_mark::Tally as MarkTally;
use crate::import::evidence::direction::{Direction, Mark, Signs, words};
use crate::import::evidence::fold::fold;
use crate::import::evidence::lines::{self, Line};
use crate::model::Currency;

/// A column with more different values is no list of words.
const MOST_WORDS: usize = 12;
/// A column with more different values does not hold accounts.
pub(super) const MOST_ACCOUNTS: usize = 50;

/// The columns in which no words about the amount stand.
const USED: [Role; 7] =
    [Role::Day, Role::Balance, Role::BalanceIndicator, Role::Fee, Role::Amount, Role::Currency, Role::Account];

/// What the rows of a file show.
#[derive(Default)]
pub(super) struct Facts {
    pub(super) dates: DateTally,
    /// Those in the other columns of days.
    pub(super) other_dates: DateTally,
    /// Whether the amount of a pending row without a day has a minus.
    pub(super) minus_apart: bool,
    /// What the amounts of the lone column say of the decimal mark; those of the pair; the balances.
    pub(super) marks: [MarkTally; 3],
    pub(super) amount: Signs,
    pub(super) debit: Signs,
    pub(super) credit: Signs,
    /// Rows with money in the debit or credit column, and rows with some in the lone column only.
    pub(super) pair_rows: u64,
    pub(super) lone_rows: u64,
    /// The words of each column that has few.
    pub(super) words: Vec<Words>,
    /// The currencies that are written beside amounts and balances.
    pub(super) beside: Beside,
    pub(super) cuts: Cuts,
    /// Rows without a text.
    pub(super) textless: u64,
    pub(super) accounts: Vec<String>,
    pub(super) account_blank: bool,
    /// Whether a row says in words that it has no account.
    pub(super) says_no_account: bool,
    /// Columns that are filled in some row, by index.
    filled: Vec<bool>,
    /// How many fields the rows have: the commonest count, and whether all rows have it.
    widths: Vec<u64>,
}

/// The different values of a column.
#[derive(Clone, Debug)]
pub(super) struct Words {
    pub(super) column: Column,
    pub(super) found: Vec<Word>,
    /// Whether the name of the column spells letters below it.
    pub(super) spells: bool,
    /// Whether the column is called after the direction that it tells.
    pub(super) promises: bool,
    over: bool,
}

/// One value, and the signs of the amounts beside it.
#[derive(Clone, Debug)]
pub(super) struct Word {
    raw: String,
    /// Lower case, without accents; empty for a blank cell.
    pub(super) folded: String,
    /// The direction that it tells in its column.
    pub(super) tells: Option<Direction>,
    pub(super) minus: u64,
    pub(super) plain: u64,
}

impl Facts {
    /// Reads the whole file once. `currency` is that of rows which name none, where it is known.
    pub(super) fn gather(layout: &Layout<'_>, currency: Option<Currency>) -> Result<Facts, ImportError> {
        let mut facts = Facts::default();
        if let Some(amount) = layout.roles.first(Role::Amount).filter(|_| layout.learn) {
            let used: Vec<Column> = USED.into_iter().flat_map(|role| layout.roles.all(role).to_vec()).collect();
            let columns = (0..layout.header.len().max(amount.right().index() + 1))
                .map(Column::new)
                .filter(|column| !used.contains(column));
            facts.words = columns.map(Words::of).collect();
        }
        let mut rows = layout.rows.clone();
        let mut fields = Vec::new();
        while let Some(line) = rows.next(&mut fields)? {
            facts.add(layout, line, &fields, currency);
        }
        facts.words.retain(|words| !words.over);
        facts.words.iter_mut().for_each(|words| words.understand(layout));
        Ok(facts)
    }

    /// Returns the commonest number of fields of rows, when nearly all rows have it.
    pub(super) fn common_width(&self) -> Option<usize> {
        let rows: u64 = self.widths.iter().sum();
        let (width, count) = self.widths.iter().enumerate().max_by_key(|(_, count)| **count)?;
        (count * 10 >= rows * 9).then_some(width)
    }

    /// Returns whether some row fills a column.
    pub(super) fn is_filled(&self, column: Column) -> bool {
        self.filled.get(column.index()).copied().unwrap_or_default()
    }

    fn add(&mut self, layout: &Layout<'_>, line: u64, fields: &[Field<'_>], currency: Option<Currency>) {
        let roles = &layout.roles;
        let Some(day) = roles.all(Role::Day).iter().map(|c| c.of(fields)).find(|f| !f.is_blank()) else { return };
        let before = self.dates.cells();
        let text = day.text();
        let (day, is_pending) = pending::day_cell(&text, &layout.conventions.pending_words);
        self.dates.add(line, day);
        if self.dates.cells() == before {
            // No date: a title, a total or a disclaimer, whose numbers are not amounts, or a row that has none yet.
            let amount = || roles.first(Role::Amount).map(|c: Column| c.of(fields).text());
            self.minus_apart |= is_pending && amount().is_some_and(|text| Mark::of(&text) == Some(Mark::Minus));
            return;
        }
        for other in roles.all(Role::Day).iter().skip(1) {
            self.other_dates.add(line, &other.of(fields).text());
        }
        let width = fields.len().min(2048);
        if self.widths.len() <= width {
            self.widths.resize(width + 1, 0);
        }
        self.widths[width] += 1;
        if layout.learn {
            self.filled.resize(self.filled.len().max(width), false);
            for (filled, field) in self.filled.iter_mut().zip(fields) {
                *filled |= !field.is_blank();
            }
        }
        let cell = |role| roles.first(role).map(|c: Column| c.of(fields).text()).unwrap_or_default();
        let (amount, debit, credit) = (cell(Role::Amount), cell(Role::Debit), cell(Role::Credit));
        let of = |text: &str| {
            let named = || cell(Role::Currency).parse().ok();
            beside::currency(text).or_else(named).or(currency)
        };
        self.marks[0].add(line, &amount, || of(&amount));
        let balance = cell(Role::Balance);
        for (marks, text) in [(1, &debit), (1, &credit), (2, &balance)] {
            self.marks[marks].add(line, text, || of(text));
        }
        let cells =
            [(Role::Amount, &amount), (Role::Debit, &debit), (Role::Credit, &credit), (Role::Balance, &balance)];
        for (role, text) in cells {
            self.beside.add(layout, line, role, text);
        }
        self.cuts.add(layout, fields);
        self.textless += u64::from(roles.all(Role::Description).iter().all(|column| column.of(fields).is_blank()));
        let texts = || roles.all(Role::Description).iter().map(|c| c.of(fields).text());
        // The sign of a balance is not that of money in its column.
        let is_balance = |text: &str| lines::kind(text).is_some_and(Line::is_balance) && !lines::may_be_a_name(text);
        let states_balance = texts().any(|text| is_balance(&text))
            || label::of_row(layout, fields).is_some_and(|text| is_balance(&text));
        if !states_balance {
            self.amount.add(&amount);
            for (signs, text) in [(&mut self.debit, &debit), (&mut self.credit, &credit)] {
                if !Mark::is_cr_or_dr(text) {
                    signs.add(text);
                }
            }
        }
        let (lone, pair) = (Mark::of(&amount), Mark::of(&debit).or(Mark::of(&credit)));
        self.pair_rows += u64::from(pair.is_some());
        self.lone_rows += u64::from(pair.is_none() && lone.is_some());
        for words in &mut self.words {
            words.add(fields, lone);
        }
        if let Some(column) = roles.first(Role::Account) {
            let text = column.of(fields).text();
            let account = names::named_account(layout.name(column), &text);
            self.says_no_account |= account.is_empty() && !text.is_empty();
            // A balance and a total may be of all accounts.
            let is_apart = || states_balance || texts().any(|text| lines::kind(&text) == Some(Line::Total));
            if !(account.is_empty() && is_apart()) {
                self.add_account(account);
            }
        }
    }

    fn add_account(&mut self, text: &str) {
        self.account_blank |= text.is_empty();
        if self.accounts.len() <= MOST_ACCOUNTS && !self.accounts.iter().rev().any(|known| known == text) {
            self.accounts.push(text.to_owned());
        }
    }
}

impl Words {
    fn of(column: Column) -> Words {
        Words { column, found: Vec::new(), over: false, spells: false, promises: false }
    }

    /// Finds the direction of each word: that of a letter is the one that the name of the column spells; where it spells
    /// none, the other letter of a pair has to stand beside it. So has the other sign where the name promises no direction.
    fn understand(&mut self, layout: &Layout<'_>) {
        let heading = names::heading(layout.name(self.column));
        self.spells = words::spells_letters(&heading);
        self.promises = names::promises_direction(layout.name(self.column));
        let are_signs = self.promises || {
            let has = |plus: bool| self.found.iter().any(|w| words::is_sign(&w.folded) && (w.folded == "+") == plus);
            has(true) && has(false)
        };
        let letters: Vec<String> = self.letters().map(str::to_owned).collect();
        let letters: Vec<&str> = letters.iter().map(String::as_str).collect();
        for word in &mut self.found {
            word.tells = match words::is_letter(&word.folded) {
                false if words::is_sign(&word.folded) && !are_signs => None,
                false => words::of_column(&word.folded),
                true if self.spells => words::of_letter(&word.folded, &heading),
                true => words::of_paired_letter(&word.folded, &letters),
            };
        }
    }

    /// Returns the letters among the words.
    pub(super) fn letters(&self) -> impl Iterator<Item = &str> {
        self.found.iter().map(|word| word.folded.as_str()).filter(|word| words::is_letter(word))
    }

    /// Returns whether a letter tells nothing.
    pub(super) fn has_dumb_letter(&self) -> bool {
        self.found.iter().any(|word| words::is_letter(&word.folded) && word.tells.is_none())
    }

    fn add(&mut self, fields: &[Field<'_>], mark: Option<Mark>) {
        if self.over {
            return;
        }
        let text = self.column.of(fields).text();
        let index = match self.found.iter().position(|word| word.raw == text) {
            Some(index) => index,
            None if self.found.len() == MOST_WORDS || text.len() > 40 => {
                self.over = true;
                return;
            }
            None => {
                let folded = fold(&text).trim_end_matches('.').to_owned();
                self.found.push(Word { raw: text.into_owned(), folded, tells: None, minus: 0, plain: 0 });
                self.found.len() - 1
            }
        };
        match mark {
            Some(Mark::Minus) => self.found[index].minus += 1,
            Some(_) => self.found[index].plain += 1,
            None => {}
        }
    }
}

/// Returns whether the columns are those of a list of securities bought and sold.
pub(super) fn is_list_of_trades(layout: &Layout<'_>) -> bool {
    let has = |names: &[&str]| layout.header.iter().any(|h| names.contains(&fold(h).trim_end_matches(" ($)")));
    let units = [
        "quantity",
        "shares",
        "units",
        "qty",
        "no of shares",
        "stuck",
        "anzahl",
        "aantal",
        "quantite",
        "cantidad",
        "antal",
        "ilosc",
    ];
    let paper = [
        "symbol",
        "ticker",
        "isin",
        "cusip",
        "security",
        "instrument",
        "stock",
        "counter",
        "price",
        "kurs",
        "koers",
        "cours",
        "precio",
        "prezzo",
        "name of security",
        "wkn",
    ];
    has(&units) && has(&paper)
}
