//! Tables whose amounts, words and balances come from the fuzzer: the direction of money.

use finvault::import::formats::csv;
use finvault::import::{KnownAccount, ReadOptions, SignRule};
use finvault::model::{AccountType, Currency};

const WORDS: [&str; 8] = ["Debit", "Credit", "D", "C", "", "Purchase", "Payment", "other"];
const TEXTS: [&str; 7] =
    ["CAFE", "PAYMENT - THANK YOU", "Nómina", "OPENING BALANCE", "(Pending) BUS", "NEW BALANCE", "Available balance"];
const HEADERS: [&str; 3] = [
    "Date,Description,Amount,Type,Balance",
    "Date,Description,Debit,Credit,Balance",
    "Date,Description,Amount,Kind,Saldo",
];

/// Returns a table: the first byte chooses the header, each four bytes after it are a row. Cents are printed in whole
/// units, so that the fuzzer finds balances that follow.
fn table(bytes: &[u8]) -> (String, usize) {
    let (first, rest) = bytes.split_first().map_or((0, bytes), |(first, rest)| (usize::from(*first), rest));
    let header = HEADERS[first % HEADERS.len()];
    let mut text = format!("{header}\n");
    let mut day = 1;
    let mut rows = 0;
    for row in rest.chunks_exact(4).take(60) {
        let [amount, word, balance, more] = [row[0], row[1], row[2], row[3]];
        day = (day + usize::from(more & 1)).min(28);
        let amount = i8::from_ne_bytes([amount]);
        let balance = if balance == 255 { String::new() } else { i8::from_ne_bytes([balance]).to_string() };
        let what = TEXTS[usize::from(more >> 1) % TEXTS.len()];
        let money = if header.contains("Debit") {
            if word % 2 == 0 { format!("{amount},") } else { format!(",{amount}") }
        } else {
            format!("{amount},{}", WORDS[usize::from(word) % WORDS.len()])
        };
        text.push_str(&format!("2026-03-{day:02},{what},{money},{balance}\n"));
        rows += 1;
    }
    (text, rows)
}

/// Every accepted amount is a printed one, or its opposite; the answers `in` and `out` never read a row alike unless the
/// file tells the direction; every row is counted once.
pub(crate) fn direction(bytes: &[u8]) {
    let (text, rows) = table(bytes);
    let mut kinds = vec![None];
    kinds.extend([AccountType::Checking, AccountType::CreditCard].map(Some));
    for kind in kinds {
        let account = kind.map(|kind| KnownAccount::new(kind, Currency::EUR));
        let mut read = Vec::new();
        for sign in [None, Some(SignRule::In), Some(SignRule::Out), Some(SignRule::Card)] {
            let options = ReadOptions { currency: Some(Currency::EUR), sign, account, ..ReadOptions::default() };
            let Ok(parsed) = csv::read(&text, &options, &super::PROFILES) else { continue };
            let counted = |s: &finvault::model::Statement<'_>| {
                s.entries.len()
                    + s.rejected.len()
                    + s.skipped.iter().map(|k| usize::try_from(k.count).unwrap()).sum::<usize>()
            };
            assert_eq!(parsed.statements.iter().map(counted).sum::<usize>(), rows, "{text}");
            for entry in parsed.statements.iter().flat_map(|s| &s.entries) {
                let line = text.lines().nth(usize::try_from(entry.line).unwrap() - 1).unwrap();
                let printed = line.split(',').skip(2).take(2).filter_map(|cell| cell.parse::<i64>().ok());
                let amount = entry.amount.micros().get();
                assert!(printed.into_iter().any(|p| (p * 1_000_000).abs() == amount.abs()), "{line}: {amount}");
            }
            if parsed.questions.is_empty() {
                let amounts: Vec<(u64, i64)> = parsed
                    .statements
                    .iter()
                    .flat_map(|s| &s.entries)
                    .map(|e| (e.line, e.amount.micros().get()))
                    .collect();
                read.push((sign, amounts));
            }
        }
        let of = |wanted: SignRule| read.iter().find(|(sign, _)| *sign == Some(wanted)).map(|(_, amounts)| amounts);
        if let (Some(money_in), Some(money_out)) = (of(SignRule::In), of(SignRule::Out)) {
            let turned = money_in.iter().zip(money_out).all(|(a, b)| a.0 == b.0 && a.1 == -b.1);
            assert!(turned || money_in == money_out || money_in.len() != money_out.len(), "{text}");
        }
    }
}
