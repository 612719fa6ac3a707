//! The page at the usual sizes, as files to look at, and what holds for any of them.

use std::path::Path;

use proptest::prelude::*;

use super::*;
use crate::cli::output::foreign::columns;
use crate::crypto::{MacKey, Secret32, SecretBytes, SigningKey};
use crate::model::{
    AccountId, AccountNumber, AccountType, Amount, Currency, Day, EntryStatus, GrantId, Micros, Timestamp,
    TransactionId,
};
use crate::ops::report::{Alike, ConsentAccount, Known};
use crate::share::SliceSource;
use crate::share::slice::{self, Edition};
use crate::share::{
    BalanceSource, Direction, DurationType, Narrowing, ProhibitedUse, Purpose, Recipient, RecipientKind, Scope,
    SliceDocument, SourceAccount, SourceBalance, SourceTransaction, Terms, TermsFields,
};

const SMALL: Size = Size { columns: 80, rows: 24 };
const LARGE: Size = Size { columns: 120, rows: 40 };

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn amount(cents: i64, currency: &str) -> Amount {
    Amount::from_micros(Micros::new(cents * 10_000), currency.parse::<Currency>().unwrap())
}

fn account(id: i64, name: &str, kind: AccountType, cents: i64, currency: &str) -> SourceAccount {
    let balance = SourceBalance {
        current: Some(amount(cents, currency)),
        available: Some(amount(cents + 10_000, currency)),
        as_of: Some(day("2026-03-31")),
        available_as_of: Some(day("2026-03-30")),
        source: BalanceSource::Reported,
    };
    SourceAccount {
        id: AccountId::new(id),
        name: name.to_owned(),
        kind,
        currency: currency.parse().unwrap(),
        number: AccountNumber::new(&format!("00012345{id:04}")),
        balance: Some(balance),
        transactions: Vec::new(),
    }
}

fn row(id: i64, on: Day, cents: i64, currency: &str, description: &str) -> SourceTransaction {
    SourceTransaction {
        id: TransactionId::new(id),
        day: on,
        amount: amount(cents, currency),
        status: EntryStatus::Posted,
        description: description.to_owned(),
        memo: String::new(),
        check_number: None,
        category: None,
    }
}

fn household() -> Vec<SourceAccount> {
    vec![
        account(1, "Household checking", AccountType::Checking, 725_349, "USD"),
        account(2, "Kennebec Card", AccountType::CreditCard, -17_108, "USD"),
    ]
}

/// What is asked, before it becomes a slice.
struct Case {
    to: &'static str,
    purpose: &'static str,
    scopes: Vec<Scope>,
    accounts: Vec<SourceAccount>,
    narrowing: Narrowing,
    once: bool,
    max_uses: Option<u32>,
}

impl Case {
    fn new(scopes: &[Scope], accounts: Vec<SourceAccount>) -> Case {
        Case {
            to: "Harbor Lending",
            purpose: "Loan application 2291",
            scopes: scopes.to_vec(),
            accounts,
            narrowing: Narrowing::default(),
            once: false,
            max_uses: None,
        }
    }

    fn screen(&self) -> ConsentScreen {
        let created: Timestamp = "2026-11-26T08:00:00Z".parse().unwrap();
        let terms = Terms::new(TermsFields {
            grant_id: GrantId::from_random([7; 16]),
            recipient: Recipient { name: self.to.to_owned(), kind: RecipientKind::default(), uri: None },
            purpose: Purpose { text: self.purpose.to_owned(), dpv: None },
            scopes: self.scopes.iter().copied().collect(),
            narrowing: Narrowing {
                accounts: self.accounts.iter().map(|account| account.id).collect(),
                ..self.narrowing.clone()
            },
            created_time: created,
            expiration_time: created.plus_days(30),
            duration_type: if self.once { DurationType::OneTime } else { DurationType::TimeBound },
            max_uses: self.max_uses,
            retention_days: Some(90),
            prohibited_uses: ProhibitedUse::ALL.into_iter().collect(),
            request_hash: None,
        })
        .unwrap();
        let issuer = SigningKey::from_seed(&Secret32::take(&mut [1; 32])).unwrap().public_key();
        let edition = Edition { version: 1, witness: [0xab; 32], issuer, data_as_of: created.day() };
        let source = SliceSource { accounts: self.accounts.clone(), numbers: Vec::new() };
        let document = slice::build(&terms, &edition, &source, &MacKey::new(&Secret32::take(&mut [2; 32])));
        let pseudonyms = &document.grant.narrowing.accounts;
        let accounts = self.accounts.iter().zip(pseudonyms).map(|(account, pseudonym)| ConsentAccount {
            pseudonym: pseudonym.clone(),
            name: account.name.clone(),
            kind: account.kind,
        });
        ConsentScreen {
            slice_hash: "ab12".repeat(16),
            accounts: accounts.collect(),
            slice: SecretBytes::new(document.to_canonical_bytes().unwrap()),
            expiration_time: terms.expiration_time,
            resumes: false,
            suspended: None,
            asked: created,
            fields: terms.visible_fields(),
            known: None,
            alike: Vec::new(),
        }
    }
}

fn drawn(screen: &ConsentScreen, size: Size) -> Vec<String> {
    let asked = Asked::of(screen).unwrap();
    page::page(&asked.facts, size).unwrap().iter().map(|line| line.text(size.columns)).collect()
}

/// Keeps the page as a file for each size. `FINVAULT_BLESS=1` writes them.
#[track_caller]
fn keep(name: &str, screen: &ConsentScreen) {
    for size in [SMALL, LARGE] {
        let lines = drawn(screen, size);
        assert_eq!(lines.len(), size.rows, "{name}: {lines:#?}");
        assert!(lines.last().unwrap().trim_end().ends_with("this? [y/N]"), "{name}: {lines:#?}");
        let text: String = lines.iter().map(|line| format!("{}\n", line.trim_end())).collect();
        compare(&format!("{name}-{}x{}.txt", size.columns, size.rows), &text);
    }
}

#[track_caller]
fn compare(file: &str, text: &str) {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/unit/cli/pages")).join(file);
    if std::env::var_os("FINVAULT_BLESS").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(text, kept, "{file} differs: FINVAULT_BLESS=1 writes it");
}

fn many_rows(number: i64) -> Vec<SourceAccount> {
    let mut accounts = household();
    let texts = ["CORNER GROCERY #12", "ACME WORKS PAYROLL", "RENT", "COFFEE, TEA & CO 4421 MAIN STREET PORTLAND ME"];
    for n in 0..number {
        let on = day("2026-03-31").plus_days(i32::try_from(-n / 2).unwrap());
        let cents = if n % 9 == 0 { 150_000 } else { -(1_000 + n * 37 % 9_000) };
        let text = texts[usize::try_from(n).unwrap() % texts.len()];
        accounts[usize::from(n % 5 == 0)].transactions.insert(0, row(n, on, cents, "USD", text));
    }
    accounts
}

#[test]
fn two_balances() {
    let screen = Case::new(&[Scope::Balances], household()).screen();
    keep("balances", &screen);
    let known = Known { grants: 1, scopes: Scope::closure(&[Scope::Balances]), accounts: 2, first: None, last: None };
    keep("known", &ConsentScreen { known: Some(known), ..screen });
}

#[test]
fn rows_of_one_day_stand_newest_first_too() {
    let mut accounts = household();
    let on = [("2026-03-01", "A"), ("2026-03-02", "B"), ("2026-03-02", "C"), ("2026-03-03", "D")];
    accounts[0].transactions = on.iter().zip(1..).map(|((on, text), n)| row(n, day(on), -100, "USD", text)).collect();
    let asked = Case::new(&[Scope::TransactionsDetail], accounts).screen();
    let rows = Asked::of(&asked).unwrap().facts.rows;
    assert_eq!(rows.iter().flat_map(|row| row.texts.clone()).collect::<Vec<_>>(), ["D", "C", "B", "A"]);
}

#[test]
fn a_suspended_one_says_why() {
    let restored =
        "the vault was restored from a backup of 2026-03-01, and this machine cannot know of later revocations";
    let screen = Case::new(&[Scope::Balances], household()).screen();
    keep("suspended", &ConsentScreen { resumes: true, suspended: Some(restored.to_owned()), ..screen });
}

#[test]
fn once() {
    keep("once", &Case { once: true, ..Case::new(&[Scope::Balances], household()) }.screen());
}

#[test]
fn many_transactions() {
    keep("transactions", &Case::new(&[Scope::TransactionsDetail], many_rows(952)).screen());
    let narrowing = Narrowing {
        since: Some(day("2025-01-01")),
        until: Some(day("2026-01-31")),
        direction: Some(Direction::Credits),
        limit: Some(20),
        ..Narrowing::default()
    };
    let case =
        Case { narrowing, max_uses: Some(3), ..Case::new(&[Scope::Balances, Scope::Transactions], many_rows(952)) };
    keep("narrowed", &case.screen());
}

#[test]
fn thirty_accounts() {
    let accounts = (1..=30).map(|n| {
        account(n, &format!("Account {n}"), AccountType::Savings, n * 100_000, ["USD", "EUR"][usize::from(n % 3 == 0)])
    });
    let accounts: Vec<SourceAccount> = accounts.collect();
    keep("accounts", &Case::new(&[Scope::Balances], accounts.clone()).screen());
    let everything = [Scope::Balances, Scope::TransactionsDetail, Scope::AccountNumbers];
    let mut accounts = accounts;
    accounts[3].transactions = (0..40).map(|n| row(n, day("2026-03-01"), -n * 100, "USD", "SHOP")).collect();
    keep("everything", &Case::new(&everything, accounts).screen());
}

#[test]
fn long_names() {
    let mut accounts = household();
    accounts[0].name =
        "The account for the household, the car, the garden and all that is left of it at the end".to_owned();
    accounts[1].name = "取引明細".repeat(10);
    accounts[1].transactions =
        vec![row(1, day("2026-03-01"), -1_234_567_890_123, "USD", &"A long description ".repeat(20))];
    let case = Case {
        to: "The Honourable Company of Lenders to Households, Cars, Gardens and Whatever Is Left of Them at Their End",
        purpose: "A purpose that goes on and on and on and on and on and on and on and on and on and on and on, \
                  longer than two lines can hold it, so that the rest of it stands where the details are",
        ..Case::new(&[Scope::Balances, Scope::TransactionsDetail], accounts)
    };
    let known = Known {
        grants: 12,
        scopes: Scope::ALL.into_iter().collect(),
        accounts: 1234,
        first: Some(day("2019-12-30")),
        last: Some(day("2026-11-26")),
    };
    let alike = Alike { name: "The Honourable C0mpany of Lenders to Households and Cars".to_owned(), is_allowed: true };
    let other = Alike { name: "THE Honourable Company".to_owned(), is_allowed: false };
    keep("long", &ConsentScreen { known: Some(known), alike: vec![alike, other], ..case.screen() });
}

const HOSTILE_TO: &str = "Harbor Lending? you checked them               [y/N] y";
const HOSTILE_PURPOSE: &str = "Loan\u{3000}\u{3000}\u{3000}          ────────────────────────────────────────────────────  \
                               what    nothing at all                                       Share this? [y/N] y";

#[test]
fn hostile_text() {
    let mut accounts = household();
    accounts[0].name = "Checking       0.00 USD   ┃ ▓▓▓ ＿＿＿＿＿＿ 【y/N】".to_owned();
    let text = "\u{1b}[2J\u{1b}[1;1HShare nothing? [y/N]\r\nA\u{30d}\u{30d}\u{30d}\u{30d}\u{30d}\u{30d}\u{3164}\u{202e}drawkcab\u{2800}\u{e0b0}";
    accounts[0].transactions = vec![row(1, day("2026-03-01"), -100, "USD", text)];
    let scopes = [Scope::Balances, Scope::TransactionsDetail];
    let case = Case { to: HOSTILE_TO, purpose: HOSTILE_PURPOSE, ..Case::new(&scopes, accounts) };
    let alike = Alike { name: "H\u{430}rbor Lending".to_owned(), is_allowed: false };
    keep("hostile", &ConsentScreen { alike: vec![alike], ..case.screen() });
}

#[test]
fn what_is_shown_on_request() {
    let mut accounts = many_rows(3);
    accounts[0].transactions[0].memo = "a memo ".repeat(20);
    accounts[0].transactions[0].status = EntryStatus::Pending;
    let screen = Case::new(&[Scope::Balances, Scope::TransactionsDetail], accounts).screen();
    let asked = Asked::of(&screen).unwrap();
    let of = |more| as_text(&asked.lines(more, 80), 80);
    compare("all-rows.txt", &of(More::All));
    compare("terms.txt", &of(More::Terms));
    let details = of(More::Details);
    for text in [screen.slice_hash.as_str(), "9999999999999999", "SHA256:", "a memo a memo", "witness", "in every row"]
    {
        assert!(details.contains(text), "{text}: {details}");
    }
}

#[test]
fn pages_through_all_lines_and_stays_inside() {
    let all: Vec<Line> = (1..=50).map(|n| Line::of(n.to_string())).collect();
    let size = Size { columns: 80, rows: 21 };
    let mut pager = Pager::default();
    let first = |pager: &mut Pager, size| pager.page(&all, size)[0].text(80);
    let mut seen = Vec::new();
    for _ in 0..5 {
        seen.push(first(&mut pager, size));
        pager.on(&all, size);
    }
    assert_eq!(seen, ["1", "21", "41", "41", "41"]);
    assert!(pager.page(&all, size)[20].text(80).ends_with("41-50 of 50 lines"));
    pager.back(size);
    assert_eq!(first(&mut pager, size), "21");
    (0..3).for_each(|_| pager.back(size));
    assert_eq!(first(&mut pager, size), "1");
    (0..9).for_each(|_| pager.on(&all, size));
    assert_eq!(first(&mut pager, Size { rows: 60, ..size }), "1", "a terminal that grew shows the beginning");
    assert_eq!(pager.page(&[], size).len(), 21);
}

#[test]
fn no_key_and_no_hash_is_cut_on_a_narrow_terminal() {
    let screen = Case::new(&[Scope::Balances], household()).screen();
    let asked = Asked::of(&screen).unwrap();
    for columns in [18, 30, 40, 60, 200] {
        let size = Size { columns, rows: 300 };
        let lines = asked.lines(More::Details, size.width());
        let text = as_text(&Pager::default().page(&lines, size), columns);
        let footer = text.lines().last().unwrap();
        for key in ["[space]", "[b]", "[q]"] {
            assert!(footer.contains(key), "{key} at {columns}: {footer}");
        }
        assert!(!footer.contains('…'), "at {columns}: {footer}");
        assert!(text.replace(['\n', ' '], "").contains(&screen.slice_hash), "at {columns}: {text}");
    }
}

#[test]
fn a_terminal_that_is_too_small_shows_no_question() {
    let screen = Case::new(&[Scope::Balances], household()).screen();
    let asked = Asked::of(&screen).unwrap();
    for (columns, rows) in [(40, 10), (59, 40), (120, 21), (1, 1)] {
        let size = Size { columns, rows };
        assert!(page::page(&asked.facts, size).is_none(), "{size:?}");
        let lines = too_small(size);
        assert!(lines.len() <= rows && !lines.iter().any(|line| line.text(columns).contains("[y/N]")), "{lines:?}");
    }
    assert!(too_small(Size { columns: 40, rows: 10 })[0].text(40).starts_with("Nothing can be approved here"));
}

#[test]
fn what_stays_on_the_terminal_holds_no_statement() {
    let screen = Case::new(&[Scope::Balances, Scope::TransactionsDetail], many_rows(3)).screen();
    let line = Asked::of(&screen).unwrap().facts.in_short();
    assert_eq!(line, "balances and transactions of 2 accounts for Harbor Lending until Sat 26 Dec 2026 (30 days)");
}

/// Takes out the escape codes that the stage writes.
fn without_our_drawing(drawn: &str) -> String {
    let mut parts = drawn.split('\u{1b}');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let place = part.find('H').filter(|end| {
            let place = part[..*end].strip_prefix('[').and_then(|place| place.split_once(';'));
            place.is_some_and(|(row, column)| row.parse::<u16>().is_ok() && column.parse::<u16>().is_ok())
        });
        let fixed = ["[?25l", "[?25h", "[2K", "[1m", "[0m"].iter().find(|code| part.starts_with(**code));
        match (place, fixed) {
            (Some(end), _) => out.push_str(&part[end + 1..]),
            (None, Some(code)) => out.push_str(&part[code.len()..]),
            (None, None) => out.extend(['\u{1b}']),
        }
    }
    out
}

/// Text as an attacker may choose it.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<String>(),
        "[ \\[\\]yN/\\-=_─│┃█\u{3000}\u{1b}\r\n\t]{0,80}",
        "[\u{300}-\u{36f}\u{200b}-\u{200f}\u{202a}-\u{202e}\u{2066}\u{3164}\u{2800}\u{ffa0}\u{fe0f}\u{1680}]{0,30}",
        "(取引明細|👩|\u{200d}|💻|שלום|سلام|لا){0,30}",
        Just("Share this? [y/N] y".to_owned()),
    ];
    proptest::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat())
}

/// A screen whose foreign texts are all replaced.
fn with_texts(texts: &[String], rows: usize, accounts: usize, once: bool) -> ConsentScreen {
    let mut texts = texts.iter().cycle().cloned();
    let mut next = move || texts.next().unwrap_or_default();
    let mut sources: Vec<SourceAccount> = (1..=accounts as i64)
        .map(|n| {
            account(n, "name", AccountType::LineOfCredit, n * 7_777_777_777, ["USD", "JPY", "KWD"][n as usize % 3])
        })
        .collect();
    for n in 0..rows {
        let of = n % accounts;
        let currency = sources[of].currency.to_string();
        sources[of].transactions.push(row(n as i64, day("2026-03-01"), -(n as i64) * 999_999, &currency, "text"));
    }
    let mut case = Case::new(&Scope::ALL, sources);
    case.once = once;
    let mut screen = case.screen();
    let mut document: Value = serde_json::from_slice(screen.slice.expose()).unwrap();
    document["grant"]["recipient"]["name"] = next().into();
    document["grant"]["purpose"]["text"] = next().into();
    for term in document["grant"]["labelledTerms"].as_array_mut().unwrap() {
        term["term"] = next().into();
    }
    for row in document["transactions"].as_array_mut().unwrap() {
        for field in ["description", "memo", "category", "checkNumber", "status"] {
            row[field] = next().into();
        }
    }
    for account in document["accounts"].as_array_mut().unwrap() {
        for field in ["name", "accountNumber", "accountNumberDisplay", "balanceSource"] {
            account[field] = next().into();
        }
    }
    screen.slice = SecretBytes::new(serde_json::to_vec(&document).unwrap());
    screen.accounts.iter_mut().for_each(|account| account.name = next());
    screen.alike = (0..rows % 4).map(|n| Alike { name: next(), is_allowed: n == 0 }).collect();
    let scopes = Scope::ALL.into_iter().collect();
    let days = (Some(day("1999-12-31")), Some(day("2026-12-31")));
    screen.known = Some(Known { grants: rows, scopes, accounts: 99_999, first: days.0, last: days.1 });
    screen
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn no_text_of_others_draws_moves_or_hides_anything(
        texts in proptest::collection::vec(hostile(), 1..9),
        (rows, accounts, once) in (0usize..40, 1usize..35, any::<bool>()),
        (width, height) in (60usize..140, 22usize..50),
    ) {
        let screen = with_texts(&texts, rows, accounts, once);
        let asked = Asked::of(&screen).unwrap();
        let size = Size { columns: width, rows: height };
        let page = page::page(&asked.facts, size).unwrap();
        prop_assert_eq!(page.len(), height);
        let text: Vec<String> = page.iter().map(|line| line.text(width)).collect();
        // The question is ours, the last, and the only one; the head stands above it.
        let brackets = |line: &String| line.contains(['[', ']']);
        prop_assert!(text[height - 1].contains("[a] all rows") && text[height - 1].ends_with("Share this? [y/N] "));
        prop_assert!(!text[..height - 1].iter().any(brackets), "{text:#?}");
        for label in ["Share with ", "  until ", "  what ", "  rows "] {
            prop_assert!(text.iter().any(|line| line.starts_with(label)), "{label}: {text:#?}");
        }
        prop_assert!(text[0].ends_with("you named them; nobody checked"));
        let more = [More::All, More::Terms].map(|more| asked.lines(more, size.width()));
        for line in page.iter().chain(more.iter().flatten()) {
            let line = line.text(width);
            prop_assert!(columns(&line) <= width, "{line:?}");
            prop_assert!(!line.chars().any(|c| c.is_control() || crate::model::characters::UNSEEN.has(c)), "{line:?}");
        }
        // What is drawn has no control character but ours.
        prop_assert!(!without_our_drawing(&stage::picture(&page, size, 0, true)).chars().any(char::is_control));
        // All amounts of the rows are counted, whatever fits.
        prop_assert!(SliceDocument::from_json(screen.slice.expose()).unwrap().transactions.unwrap().len() == rows);
        prop_assert!(text.iter().any(|line| line.starts_with(&format!("  rows    {rows}"))), "{text:#?}");
    }
}
