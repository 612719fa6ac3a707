//! Random tables whose truth is known: an import is right, asked or refused, and never wrong.
//!
//! A table has columns under any names that are known, and any of the evidence for the direction of its amounts: a minus,
//! columns for out and in, words beside, running balances, the kind of the account. Words that prove nothing stand in
//! payees and types, numbers of own and other accounts beside them, and lines that state balances, totals and footers
//! between the rows. `FINVAULT_TABLES` is how many are made; without it a few thousand.

use super::names;
use super::roles::Role;
use super::{ProfileSet, read};
use crate::import::options::{KnownAccount, ReadOptions};
use crate::model::{AccountType, BalanceKind, Currency, Day, Statement};

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

/// Payees whose words say nothing, and payees that sound like money in or out, like a balance, or like a pending row.
const NEUTRAL: [&str; 5] = ["SHOP", "Café Noir", "J. Smith", "ACME GmbH", "Rent March"];
const MISLEADING: [&str; 14] = [
    "PAYMENT THANK YOU",
    "REFUND DESK LTD",
    "PAYROLL SERVICES",
    "CREDIT UNION",
    "DEBIT SOLUTIONS",
    "CARD PURCHASE",
    "BALANCE GYM",
    "NEW BALANCE",
    "TOTAL",
    "TOTAL STATION 12",
    "Solde prix prestations",
    "OPENING SOON BAR",
    "PENDING DELIVERIES LTD",
    "AUTOPAY",
];
/// What banks call rows, out and in. A payment leaves a current account and arrives on a card.
const TYPES: [[&str; 6]; 2] = [
    ["PAYMENT", "PURCHASE", "TRANSFER", "FEE", "POS", "CARD"],
    ["PAYMENT", "REFUND", "TRANSFER", "INTEREST", "RETURN", "REVERSAL"],
];
const OWN: &str = "DE89370400440532013000";
const OTHERS: [&str; 3] = ["GB82WEST12345698765432", "NL91ABNA0417164300", "FR1420041010050500013M02606"];
/// Names of columns that may hold the own number as well as that of the other party.
const EITHER: [&str; 5] = ["IBAN", "Account number", "Kontonummer/IBAN", "Konto", "Číslo účtu"];
const OPENING: [&str; 6] = [
    "Opening balance",
    "Balance brought forward",
    "Anfangssaldo",
    "Solde précédent",
    "Saldo anterior",
    "Beginning balance",
];
const CLOSING: [&str; 6] =
    ["Closing balance", "Ending balance", "Neuer Kontostand", "Solde final", "Saldo final", "Balance carried forward"];
const SUMS: [&str; 5] = ["Total", "Total credits", "Summe", "Totale uscite", "Total des débits"];
const FOOTERS: [&str; 4] =
    ["End of statement", "Ende der Umsätze", "* All amounts in the currency of the account", "Page 1"];

/// A table, what is true of it, and whether what it shows decides.
struct Table {
    text: String,
    options: ReadOptions,
    rows: Vec<Row>,
    opening: i64,
    has_balance: bool,
    decides: bool,
}

/// The cells of a table while it is made: the header, the rows, and the column of each kind.
struct Sheet {
    header: Vec<String>,
    lines: Vec<Vec<String>>,
    money: usize,
    balance: Option<usize>,
}

impl Sheet {
    /// Adds a column right of the first `at`.
    fn insert(&mut self, at: usize, name: &str, cell: &mut dyn FnMut(usize) -> String) {
        self.header.insert(at, name.to_owned());
        for (index, line) in self.lines.iter_mut().enumerate() {
            line.insert(at, cell(index));
        }
        self.money += usize::from(at <= self.money);
        self.balance = self.balance.map(|balance| balance + usize::from(at <= balance));
    }

    /// Returns a line of the width of the table with some cells.
    fn line(&self, cells: &[(usize, String)]) -> Vec<String> {
        let mut line = vec![String::new(); self.header.len()];
        for (at, text) in cells {
            line[*at] = text.clone();
        }
        line
    }
}

/// Adds columns of accounts: the own number and name, those of the other party. Returns whether a column has numbers that
/// may be of either.
fn add_accounts(dice: &mut Dice, sheet: &mut Sheet) -> bool {
    let mut is_open = false;
    if dice.one_in(4) {
        let name = *dice.pick(&[
            "Account number",
            "Account",
            "IBAN",
            "Kontonummer",
            "Auftragskonto",
            "Rekeningnummer",
            "Own account",
        ]);
        sheet.insert(0, name, &mut |_| OWN.to_owned());
    }
    if dice.one_in(6) {
        let name = *dice.pick(&["Account name", "Kontoname", "Rekeningnaam"]);
        sheet.insert(0, name, &mut |_| "My account".to_owned());
    }
    if dice.one_in(3) {
        let name = *dice.pick(&[
            "Counterparty IBAN",
            "IBAN",
            "Gegenkonto",
            "Tegenrekening",
            "Account number",
            "Kontonummer/IBAN",
            "Konto",
            "Payee account",
            "To account",
            "Číslo účtu",
        ]);
        let at = sheet.header.len() - dice.below(2);
        let few = dice.one_in(3);
        let mut others =
            |index: usize| if few && index > 1 { String::new() } else { OTHERS[index % OTHERS.len()].to_owned() };
        if !sheet.header.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            sheet.insert(at, name, &mut others);
            is_open = EITHER.contains(&name);
        }
    }
    is_open
}

/// How a table prints the balances that lines state, and where.
struct Printer {
    comma: bool,
    is_owed: bool,
    newest_first: bool,
}

/// Adds lines that state balances, sums and footers.
fn add_lines(dice: &mut Dice, sheet: &mut Sheet, rows: &[Row], opening: i64, printer: &Printer, day: usize) {
    let (first, last) = (rows.iter().map(|row| row.day).min().unwrap(), rows.iter().map(|row| row.day).max().unwrap());
    let closing = opening + rows.iter().map(|row| row.amount).sum::<i64>();
    let print = |cents: i64| money(if printer.is_owed { -cents } else { cents }, printer.comma);
    let form = dice.below(4);
    let (mut before, mut after) = (Vec::new(), Vec::new());
    let balance_line = |sheet: &Sheet, words: &str, of: Day, cents: i64| {
        let column = sheet.balance.unwrap_or(sheet.money);
        match form {
            0 => sheet.line(&[(day, of.to_string()), (day + 1, words.to_owned()), (column, print(cents))]),
            1 => sheet.line(&[(0, format!("{words} {of}")), (column, print(cents))]),
            2 => vec![words.to_owned(), of.to_string(), print(cents)],
            _ => vec![words.to_owned(), print(cents)],
        }
    };
    let both = dice.one_in(2);
    if both || dice.one_in(2) {
        before.push(balance_line(sheet, dice.pick::<&str>(&OPENING), first, opening));
    }
    if both || before.is_empty() {
        after.push(balance_line(sheet, dice.pick::<&str>(&CLOSING), last, closing));
    }
    if dice.one_in(3) {
        let sum = rows.iter().map(|row| row.amount.max(0)).sum::<i64>();
        after.push(sheet.line(&[(0, (*dice.pick(&SUMS)).to_owned()), (sheet.money, money(sum, printer.comma))]));
    }
    if printer.newest_first {
        std::mem::swap(&mut before, &mut after);
    }
    if dice.one_in(3) {
        after.push(vec![(*dice.pick(&FOOTERS)).to_owned()]);
    }
    sheet.lines.splice(0..0, before);
    sheet.lines.extend(after);
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
    // Letters under a name that promises nothing do not tell, nor do kinds of cards.
    let tells = !any || (words.0.chars().count() > 1 && words.0 != "Debit") || words.0 == "-";
    if printing == Printing::Words {
        // A letter tells where the heading spells it.
        let named = name(&mut dice, Role::Indicator, &mut taken);
        header.push(match words.0 {
            _ if any => "kind of thing".to_owned(),
            "D" => "D/C".to_owned(),
            "S" => "Soll/Haben".to_owned(),
            _ => named,
        });
    }
    if has_balance {
        header.push(name(&mut dice, Role::Balance, &mut taken));
    }
    let debit_is_negative = dice.one_in(3);
    let is_misleading = dice.one_in(3);
    let mut lines = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let payee = match dice.below(3) {
            0 if is_misleading => (*dice.pick(&MISLEADING)).to_owned(),
            1 => format!("SHOP {index}"),
            _ => (*dice.pick(&NEUTRAL)).to_owned(),
        };
        let mut cells = vec![row.day.to_string(), payee];
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
        lines.push(cells);
    }
    let pair_in = if printing == Printing::Pair { 3 } else { 2 };
    let balance = has_balance.then_some(header.len() - 1);
    let mut sheet = Sheet { header, lines, money: pair_in, balance };
    let day_name = sheet.header[0].clone();
    let has_types = dice.one_in(3);
    if has_types {
        let name =
            *dice.pick(&["type", "Transaction Type", "Typ", "Tipo", "Umsatztyp", "Mutatiesoort", "kind", "Code"]);
        let kinds = 1 + dice.below(6);
        let at = 2 + dice.below(sheet.header.len() - 1);
        let of = |index: usize| {
            let row = &rows[index];
            // Nothing is paid from a card.
            let skip = usize::from(is_card && row.amount < 0);
            TYPES[usize::from(row.amount > 0)][skip + index % kinds.min(6 - skip)].to_owned()
        };
        sheet.insert(at, name, &mut { of });
    }
    let is_open = add_accounts(&mut dice, &mut sheet);
    let has_lines = dice.one_in(3);
    if has_lines {
        let printer = Printer { comma, is_owed: is_owed && has_balance, newest_first };
        let day = sheet.header.iter().position(|name| *name == day_name).unwrap();
        add_lines(&mut dice, &mut sheet, &rows, opening, &printer, day);
    }
    let s = separator.to_string();
    let all: Vec<String> = [sheet.header.clone()].iter().chain(&sheet.lines).map(|cells| cells.join(&s)).collect();
    let both = rows.iter().any(|r| r.amount < 0) && rows.iter().any(|r| r.amount > 0);
    let ties = has_balance && known.is_some() && opening != 0;
    // What the words of rows suggest against the signs is asked.
    let is_plain = !is_misleading && !has_lines && !is_open;
    let decides = match printing {
        Printing::Pair => !has_lines && !is_open,
        Printing::Words => both && tells && !has_lines && !is_open,
        Printing::Minus => {
            is_plain && rows.iter().any(|r| r.amount < 0) && (known != Some(AccountType::CreditCard) || ties)
        }
        Printing::Plus => is_plain && rows.iter().any(|r| r.amount > 0) && ties,
        // The oldest row has no balance before it.
        Printing::Bare => false,
    };
    let account = known.map(|kind| KnownAccount::new(kind, Currency::EUR));
    let options = ReadOptions { currency: Some(Currency::EUR), account, ..ReadOptions::default() };
    Table { text: all.join("\n") + "\n", options, rows, opening, has_balance, decides }
}

fn is_right(table: &Table, statements: &[Statement<'_>]) -> bool {
    let [only] = statements else { return false };
    let cents = |amount: crate::model::Amount| amount.micros().get() / 10_000;
    let held = |day: Day| {
        let before = table.rows.iter().filter(|row| row.day <= day);
        table.opening + before.map(|row| row.amount).sum::<i64>()
    };
    let is_own = only.account.number.as_ref().is_none_or(|number| number.full() == OWN);
    let are_balances =
        only.balances.iter().filter(|b| b.kind == BalanceKind::Ledger).all(|b| cents(b.amount) == held(b.as_of));
    is_own
        && are_balances
        && only.entries.len() == table.rows.len()
        && only.entries.iter().zip(&table.rows).all(|(entry, row)| {
            let balance = entry.running_balance().map(cents);
            (entry.day, cents(entry.amount)) == (row.day, row.amount)
                && balance == table.has_balance.then_some(row.balance)
        })
}

#[test]
fn is_never_wrong_about_a_table_whose_truth_is_known() {
    let count: u64 = std::env::var("FINVAULT_TABLES").ok().map_or(1_500, |n| n.parse().unwrap());
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
    assert!(decided * 4 > count, "{decided} of {count} tables decide");
    assert!(unasked * 100 >= decided * 99, "{unasked} of {decided} were read unasked");
}
