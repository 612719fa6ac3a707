//! The decimal mark of files whose amounts do not show it.

use super::tests::{amounts, euros};
use super::*;
use crate::import::{ReadOptions, Remedy};
use crate::model::DecimalMark;

/// Reads amounts of a currency; the questions where something is open.
fn of(currency: &str, text: &str) -> Result<Vec<String>, String> {
    let options = ReadOptions { currency: Some(currency.parse().unwrap()), ..euros() };
    let parsed = read(text, &options, &ProfileSet::builtin()).map_err(|error| error.to_string())?;
    match parsed.questions.as_slice() {
        [] => Ok(parsed.statements[0].entries.iter().map(|e| e.amount.to_string()).collect()),
        open => Err(open.iter().map(|question| question.option.to_string()).collect::<Vec<_>>().join(" ")),
    }
}

/// Returns the amounts of a file that leaves nothing open, in millionths.
fn read_with(text: &str, options: &ReadOptions) -> Vec<i64> {
    let parsed = read(text, options, &ProfileSet::builtin()).unwrap();
    assert_eq!(parsed.questions.len(), 0);
    parsed.statements[0].entries.iter().map(|e| e.amount.micros().get()).collect()
}

#[test]
fn asks_for_the_mark_whatever_stands_between_the_fields() {
    for separator in [";", ",", "\t"] {
        for (first, second) in [("-1.234", "2.500"), ("-1.234", "12")] {
            let text = format!("Date;Text;Amount\n2026-03-13;Fuel;{first}\n2026-03-14;Pay;{second}\n");
            let text = text.replace(';', separator);
            assert_eq!(of("USD", &text), Err("decimal-mark".to_owned()), "{text}");
        }
    }
}

#[test]
fn knows_the_mark_by_the_decimals_of_the_currency() {
    let text = "Date;Text;Amount\n2026-03-13;Fuel;-1.234\n2026-03-14;Pay;2.500\n";
    for (currency, read) in [("KWD", [-1_234_000, 2_500_000]), ("KRW", [-1_234_000_000, 2_500_000_000])] {
        let options = ReadOptions { currency: Some(currency.parse().unwrap()), ..euros() };
        assert_eq!(read_with(text, &options), read, "{currency}");
    }
    let column = "Date,Text,Amount,Currency\n2026-03-13,Fuel,\"-1,234\",JPY\n2026-03-14,Pay,500,JPY\n";
    assert_eq!(of("JPY", column).unwrap().len(), 2);
    assert_eq!(amounts(&column.replace("JPY", "EUR")), Err("decimal-mark: dot comma".to_owned()));
}

#[test]
fn knows_the_mark_by_the_currency_that_the_header_or_a_line_above_it_names() {
    let rows = "2026-03-13;Fuel;-1.234\n2026-03-14;Pay;2.500\n";
    let whole = [-1_234_000_000, 2_500_000_000];
    for (header, read) in [
        ("Date;Text;Amount (KWD)\n", [-1_234_000, 2_500_000]),
        ("Date;Text;Amount (JPY)\n", whole),
        ("Currency;JPY\n\nDate;Text;Amount\n", whole),
        ("Currency;CLP\n\nDate;Text;Amount (CLP)\n", whole),
    ] {
        assert_eq!(read_with(&format!("{header}{rows}"), &ReadOptions::default()), read, "{header}");
    }
    for header in ["Date;Text;Amount (EUR)\n", "Currency;EUR\n\nDate;Text;Amount\n"] {
        assert_eq!(of("EUR", &format!("{header}{rows}")), Err("decimal-mark".to_owned()), "{header}");
    }
}

#[test]
fn knows_the_mark_by_the_balances() {
    let rows = "Date;Text;Amount;Balance\n2026-03-13;Rent;-200;1.034\n2026-03-14;Shop;-40;994\n";
    assert_eq!(of("EUR", rows), Ok(vec!["-200.00".to_owned(), "-40.00".to_owned()]));
    let dotted = "Date;Text;Amount;Balance\n2026-03-13;Fuel;-1;1.034\n2026-03-14;Fuel;-2.034;-1\n";
    assert_eq!(of("EUR", dotted), Ok(vec!["-1.00".to_owned(), "-2.034".to_owned()]));
    // They add up under either mark, or under none.
    for balance in ["1.266", "1.300"] {
        let text = format!("Date;Text;Amount;Balance\n2026-03-13;Fuel;-1.234;3.766\n2026-03-14;Pay;-2.500;{balance}\n");
        assert_eq!(of("EUR", &text), Err("decimal-mark".to_owned()), "{balance}");
    }
}

#[test]
fn refuses_balances_with_the_other_mark_and_names_a_profile_that_works() {
    for rows in ["2026-03-13;Fuel;-4,50;1095.50", "2026-03-13;Fuel;-4,50;1095.50\n2026-03-14;Fee;-1,00;"] {
        let text = format!("Date;Text;Amount;Balance\n{rows}\n");
        let error = read(&text, &euros(), &ProfileSet::builtin()).unwrap_err();
        assert_eq!(error.remedy, Remedy::WriteProfileWithoutBalance(DecimalMark::Comma));
        assert_eq!(error.message, "the amounts have a decimal comma, and the balances a decimal dot");
    }
}
