//! Random tables whose truth is known: an import is right, asked or refused, and never wrong.
//!
//! A table has columns under any names that are known, and any of the evidence for the direction of its amounts: a minus,
//! columns for out and in, words beside, running balances, the kind of the account. `FINVAULT_TABLES` is how many are
//! made; without it a few thousand.

use super::names;
use super::roles::Role;
use super::{ProfileSet, read};
use crate::import::options::{KnownAccount, ReadOptions};
use crate::model::{AccountType, Currency, Day, Statement};

/// A small generator, so that a failing table can be made again by its number.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() >> 16).unwrap() % limit
    }

    fn one_in(&mut self, odds: usize) -> bool {
        self.below(odds) == 0
    }

    fn pick<'t, T>(&mut self, from: &'t [T]) -> &'t T {
        let index = self.below(from.len());
        &from[index]
    }
}

/// What is true of a row, amounts in cents.
struct Row {
    day: Day,
    amount: i64,
    balance: i64,
}

/// How a table prints its money.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Printing {
    /// A minus is money out.
    Minus,
    /// A minus is money in; only on cards that are known to be cards.
    Plus,
    /// No sign, a word beside.
    Words,
    /// Two columns.
    Pair,
    /// No sign and no word.
    Bare,
}

const WORDS: [(&str, &str); 16] = [
    ("Debit", "Credit"),
    ("DBIT", "CRDT"),
    ("D", "C"),
    ("Af", "Bij"),
    ("S", "H"),
    ("Soll", "Haben"),
    ("Expense", "Income"),
    ("Out", "In"),
    ("-", "+"),
    ("Dare", "Avere"),
    ("Cargo", "Abono"),
    ("Obciążenie", "Uznanie"),
    ("Výdaj", "Příjem"),
    ("Uttag", "Insättning"),
    ("Terhelés", "Jóváírás"),
    ("出金", "入金"),
];

/// A table, what is true of it, and whether what it shows decides.
struct Table {
    text: String,
    options: ReadOptions,
    rows: Vec<Row>,
    has_balance: bool,
    decides: bool,
}

fn name(dice: &mut Dice, role: Role, taken: &mut Vec<String>) -> String {
    loop {
        let lists = names::names_of(role);
        let list = *dice.pick(lists);
        let name = *dice.pick(&list.split('|').collect::<Vec<_>>());
        // A name that other roles have too is told by the cells; here the roles stay apart.
        let elsewhere = Role::ALL.into_iter().filter(|other| *other != role);
        let shared = elsewhere.flat_map(names::names_of).any(|l| l.split('|').any(|n| n == name));
        if !shared && !taken.iter().any(|t| t == name) && !name.starts_with("net") {
            taken.push(name.to_owned());
            return if dice.one_in(3) { name.to_uppercase() } else { name.to_owned() };
        }
    }
}

fn money(cents: i64, comma: bool) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    let mark = if comma { ',' } else { '.' };
    format!("{sign}{}{mark}{:02}", cents.abs() / 100, cents.abs() % 100)
}

fn table(number: u64) -> Table {
    let mut dice = Dice(number.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    (0..8).for_each(|_| {
        dice.next();
    });
    let is_card = dice.one_in(3);
    let known = match (is_card, dice.one_in(2)) {
        (true, true) => Some(AccountType::CreditCard),
        (false, true) => Some(AccountType::Checking),
        _ => None,
    };
    let printing = match dice.below(5) {
        0 => Printing::Minus,
        1 if known == Some(AccountType::CreditCard) => Printing::Plus,
        2 => Printing::Words,
        3 => Printing::Pair,
        4 => Printing::Bare,
        _ => Printing::Minus,
    };
    let count = 2 + dice.below(14);
    let mut balance = if is_card { -500_000 } else { 500_000 } + i64::try_from(dice.below(9_000)).unwrap();
    let opening = balance;
    let mut day = Day::from_ymd(2026, 1, 3).unwrap();
    let mut rows = Vec::new();
    for _ in 0..count {
        day = day.plus_days(i32::try_from(dice.below(4)).unwrap());
        let cents = 100 + i64::try_from(dice.below(9_900)).unwrap();
        let amount = if dice.one_in(3) { cents } else { -cents };
        balance += amount;
        rows.push(Row { day, amount, balance });
    }
    let has_balance = dice.one_in(2);
    let is_owed = is_card && dice.one_in(2);
    let newest_first = dice.one_in(2);
    if newest_first {
        rows.reverse();
    }
    let (comma, separator) = if dice.one_in(2) { (true, ';') } else { (false, ',') };

    let mut taken = Vec::new();
    let mut header = vec![name(&mut dice, Role::Day, &mut taken), name(&mut dice, Role::Description, &mut taken)];
    match printing {
        Printing::Pair => {
            header.push(name(&mut dice, Role::Debit, &mut taken));
            header.push(name(&mut dice, Role::Credit, &mut taken));
        }
        _ => header.push(name(&mut dice, Role::Amount, &mut taken)),
    }
    let words = *dice.pick(&WORDS);
    let any = dice.one_in(2);
    // Letters under a name that promises nothing do not tell.
    let tells = !any || words.0.chars().count() > 1 || words.0 == "-";
    if printing == Printing::Words {
        header.push(if any { "kind of thing".to_owned() } else { name(&mut dice, Role::Indicator, &mut taken) });
    }
    if has_balance {
        header.push(name(&mut dice, Role::Balance, &mut taken));
    }
    let debit_is_negative = dice.one_in(3);
    let s = separator.to_string();
    let mut lines = vec![header.join(&s)];
    for (index, row) in rows.iter().enumerate() {
        let mut cells = vec![row.day.to_string(), format!("SHOP {index}")];
        match printing {
            Printing::Minus => cells.push(money(row.amount, comma)),
            Printing::Plus => cells.push(money(-row.amount, comma)),
            Printing::Words | Printing::Bare => cells.push(money(row.amount.abs(), comma)),
            Printing::Pair => {
                let out = if debit_is_negative { row.amount } else { -row.amount };
                cells.push(if row.amount < 0 { money(out, comma) } else { String::new() });
                cells.push(if row.amount > 0 { money(row.amount, comma) } else { String::new() });
            }
        }
        if printing == Printing::Words {
            cells.push(if row.amount < 0 { words.0 } else { words.1 }.to_owned());
        }
        if has_balance {
            cells.push(money(if is_owed { -row.balance } else { row.balance }, comma));
        }
        lines.push(cells.join(&s));
    }
    let both = rows.iter().any(|r| r.amount < 0) && rows.iter().any(|r| r.amount > 0);
    let ties = has_balance && known.is_some() && opening != 0;
    let decides = match printing {
        Printing::Pair => true,
        Printing::Words => both && tells,
        Printing::Minus => rows.iter().any(|r| r.amount < 0) && (known != Some(AccountType::CreditCard) || ties),
        Printing::Plus => rows.iter().any(|r| r.amount > 0) && ties,
        // The oldest row has no balance before it.
        Printing::Bare => false,
    };
    let account = known.map(|kind| KnownAccount { kind, currency: Currency::EUR, sign: None });
    let options = ReadOptions { currency: Some(Currency::EUR), account, ..ReadOptions::default() };
    Table { text: lines.join("\n") + "\n", options, rows, has_balance, decides }
}

fn is_right(table: &Table, statements: &[Statement<'_>]) -> bool {
    let [only] = statements else { return false };
    let cents = |amount: crate::model::Amount| amount.micros().get() / 10_000;
    only.entries.len() == table.rows.len()
        && only.entries.iter().zip(&table.rows).all(|(entry, row)| {
            let balance = entry.running_balance.map(cents);
            (entry.day, cents(entry.amount)) == (row.day, row.amount)
                && balance == table.has_balance.then_some(row.balance)
        })
}

#[test]
fn is_never_wrong_about_a_table_whose_truth_is_known() {
    let count: u64 = std::env::var("FINVAULT_TABLES").ok().map_or(3_000, |n| n.parse().unwrap());
    let profiles = ProfileSet::builtin();
    let (mut decided, mut unasked) = (0u64, 0u64);
    for number in 1..=count {
        let table = table(number);
        let result = read(&table.text, &table.options, &profiles);
        let is_read = result
            .as_ref()
            .is_ok_and(|parsed| parsed.questions.is_empty() && parsed.statements.iter().all(|s| s.rejected.is_empty()));
        if let (true, Ok(parsed)) = (is_read, &result) {
            let right = is_right(&table, &parsed.statements);
            assert!(right, "table {number} is read wrongly:\n{}\n{:#?}", table.text, parsed.statements);
        }
        decided += u64::from(table.decides);
        unasked += u64::from(table.decides && is_read);
    }
    assert!(decided * 2 > count, "{decided} of {count} tables decide");
    assert!(unasked * 100 >= decided * 99, "{unasked} of {decided} were read unasked");
}
