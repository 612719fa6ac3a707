use proptest::prelude::*;

use super::*;

fn dot(text: &str) -> Result<String, MoneyError> {
    Amount::parse(text, DecimalMark::Dot, Currency::USD).map(|a| a.to_string())
}

fn comma(text: &str) -> Result<String, MoneyError> {
    Amount::parse(text, DecimalMark::Comma, Currency::EUR).map(|a| a.to_string())
}

#[test]
fn reads_what_banks_write() {
    for (text, expected) in [
        ("12.34", "12.34"),
        ("-13.6200", "-13.62"),
        ("+5", "5.00"),
        (".5", "0.50"),
        ("5.", "5.00"),
        ("$1,234.56", "1234.56"),
        ("-$7,971.39", "-7971.39"),
        ("$-7,971.39", "-7971.39"),
        ("- $4.25", "-4.25"),
        ("+ $50.00", "50.00"),
        ("(1,300.00)", "-1300.00"),
        ("$(63.12)", "-63.12"),
        ("($182.77)", "-182.77"),
        ("( 182.77 )", "-182.77"),
        ("12.34-", "-12.34"),
        ("12.34 -", "-12.34"),
        ("5.00+", "5.00"),
        ("12.34 DR", "-12.34"),
        ("12.34dr", "-12.34"),
        ("12.34CR", "12.34"),
        ("\u{2212}3.00", "-3.00"),
        ("\u{2013}3.00", "-3.00"),
        ("\u{2010}3.00", "-3.00"),
        ("3.00\u{2011}", "-3.00"),
        ("\u{2014} 3.00", "-3.00"),
        ("\u{ff0d}3.00", "-3.00"),
        ("1\u{a0}234.50", "1234.50"),
        ("\u{a0}1\u{202f}234.50 ", "1234.50"),
        ("1'234.50", "1234.50"),
        ("1\u{2019}978.50", "1978.50"),
        ("12,34,56,789.01", "123456789.01"),
        ("1,23,456.78", "123456.78"),
        ("USD 5.00", "5.00"),
        ("-5.00 USD", "-5.00"),
        ("$5.00 USD", "5.00"),
        ("US$ 5.00", "5.00"),
        ("0.123456", "0.123456"),
        ("1.1000000000", "1.10"),
    ] {
        assert_eq!(dot(text).as_deref(), Ok(expected), "{text:?}");
    }
    for (text, expected) in [
        ("-1.000", "-1000.00"),
        ("1.234,56", "1234.56"),
        ("+5257,28", "5257.28"),
        ("(€ 5,00)", "-5.00"),
        ("-9,13 €", "-9.13"),
        ("EUR -9,13", "-9.13"),
        ("1 234,50 EUR", "1234.50"),
    ] {
        assert_eq!(comma(text).as_deref(), Ok(expected), "{text:?}");
    }
    assert_eq!(Amount::parse("12.34 IDR", DecimalMark::Dot, "IDR".parse().unwrap()).unwrap().to_string(), "12.34");
    let crowns = |text: &str| Amount::parse(text, DecimalMark::Comma, "CZK".parse().unwrap()).map(|a| a.to_string());
    assert_eq!(crowns("-1 234,50 Kč").as_deref(), Ok("-1234.50"));
}

#[test]
fn reads_debit_and_credit_by_their_german_letters_beside_a_comma() {
    for (text, expected) in
        [("900,00 S", "-900.00"), ("1.250,00 H", "1250.00"), ("2.000,00S", "-2000.00"), ("5 H", "5.00")]
    {
        assert_eq!(comma(text).as_deref(), Ok(expected), "{text}");
    }
    for text in ["-900,00 S", "900,00 SH", "900,00 s", "S", "900,00 X"] {
        assert!(comma(text).is_err(), "{text}");
    }
    assert!(dot("900.00 S").is_err(), "a bank that writes a point writes no letters");
    assert_eq!((dot("900 S").as_deref(), dot("5 H").as_deref()), (Ok("-900.00"), Ok("5.00")));
    assert!(Amount::typed("900 S", None).is_err(), "a person may mean seconds");
}

#[test]
fn reads_rand_and_won() {
    let read = |text: &str, currency: &str| {
        Amount::parse(text, DecimalMark::Dot, currency.parse().unwrap()).map(|amount| amount.to_string())
    };
    assert_eq!(read("-R1 234.50", "ZAR").as_deref(), Ok("-1234.50"));
    assert_eq!(read("R 15", "ZAR").as_deref(), Ok("15.00"));
    assert!(matches!(read("R1 234.50", "USD"), Err(MoneyError::OtherCurrency(..))));
    assert_eq!(read("-1,234(won)", "KRW").as_deref(), Ok("-1234"));
    assert_eq!(read("1,234 (KRW)", "KRW").as_deref(), Ok("1234"));
    assert!(
        read("1,234(won)", "EUR").is_err() && read("1,234(5)", "KRW").is_err() && read("(1,234(won)", "KRW").is_err()
    );
}

#[test]
fn refuses_text_that_is_not_one_number() {
    for text in [
        "abc",
        "1.2.3",
        "1,23",
        "12,34.5",
        "1.5e3",
        "12 34",
        "-",
        "$",
        "()",
        "( )",
        "1\u{0}2",
        "0x10",
        ",123",
        "1,,234",
        "1 23 456.78",
        "1,234 567.00",
        "1,234'567.00",
        "12,345,67.00",
        "1234,567.00",
    ] {
        assert!(matches!(dot(text), Err(MoneyError::NotANumber(_))), "{text:?}: {:?}", dot(text));
    }
    assert_eq!(dot("  "), Err(MoneyError::Empty));
    for text in ["1.5", "1,23,456", "25,-", "1.23.456,78"] {
        assert!(matches!(comma(text), Err(MoneyError::NotANumber(_))), "{text:?}: {:?}", comma(text));
    }
    assert!(matches!(dot("0.1234567"), Err(MoneyError::TooPrecise(_))));
    assert!(matches!(dot("99999999999999999999"), Err(MoneyError::Overflow(_))));
    assert!(matches!(dot("9,223,372,036,854.775808"), Err(MoneyError::Overflow(_))));
    assert_eq!(dot("9223372036854.775807").as_deref(), Ok("9223372036854.775807"));
}

#[test]
fn days_telephone_numbers_and_two_signs_are_no_amounts() {
    for text in [
        "2024-01-15",
        "555-1234",
        "+1 555 1234",
        "01/02",
        "12:30",
        "-(5.00)",
        "(-5.00)",
        "(5.00",
        "5.00)",
        ")5.00(",
        "((5.00))",
        "(5.00)-",
        "--12.34",
        "+-5",
        "-+5",
        "- -5",
        "-5.00-",
        "-5.00 DR",
        "5.00 DR CR",
        "(5.00) DR",
        "5.00 D",
        "CR 5.00",
        "$$5.00",
        "$5.00$USD",
        "5.00 5.00",
        "5.00%",
        "#500",
        "1-2",
        "5-00",
    ] {
        assert!(matches!(dot(text), Err(MoneyError::NotANumber(_))), "{text:?}: {:?}", dot(text));
    }
}

#[test]
fn an_amount_beside_another_currency_is_of_that_one() {
    for text in ["EUR 5.00", "5.00 zł", "-£5.00", "5.00 EUR CR"] {
        assert_eq!(dot(text), Err(MoneyError::OtherCurrency(text.to_owned(), Currency::USD)), "{text:?}");
        assert!(Amount::parse(text, DecimalMark::Dot, Currency::NONE).is_ok(), "{text:?}");
    }
}

/// Groups the digits of a number by three.
fn grouped(units: i64, separator: &str) -> String {
    let digits = units.to_string();
    let first = digits.len() % 3;
    let mut groups = if first == 0 { Vec::new() } else { vec![&digits[..first]] };
    groups.extend((first..digits.len()).step_by(3).map(|at| &digits[at..at + 3]));
    groups.join(separator)
}

/// The digits of a number without zeros at both ends.
fn digits(text: &str) -> String {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.trim_matches('0').to_owned()
}

#[test]
fn refuses_sums_that_do_not_fit() {
    let max = Amount::from_micros(Micros(i64::MAX), Currency::USD);
    assert!(matches!(max.checked_add(Amount::from_micros(Micros(1), Currency::USD)), Err(MoneyError::Overflow(_))));
    assert!(max.checked_add(Amount::zero(Currency::EUR)).is_err());
    assert!(Amount::from_micros(Micros(i64::MIN), Currency::USD).checked_neg().is_err());
}

#[test]
fn minor_digits_follow_the_currency() {
    let yen = "JPY".parse().unwrap();
    assert_eq!(Amount::from_micros(Micros(1_500_000_000), yen).to_string(), "1500");
    assert_eq!(Amount::from_micros(Micros(-10_000), Currency::USD).to_string(), "-0.01");
}

proptest! {
    #[test]
    fn reads_what_it_prints(micros in any::<i64>()) {
        let amount = Amount::from_micros(Micros(micros), Currency::USD);
        prop_assert_eq!(Amount::parse(&amount.to_string(), DecimalMark::Dot, Currency::USD), Ok(amount));
    }

    #[test]
    fn reads_every_printing_of_an_amount(cents in 0i64..100_000_000_000, form in 0usize..11, group in 0usize..5) {
        let units = grouped(cents / 100, ["", ",", "'", "\u{a0}", " "][group]);
        let number = format!("{units}.{:02}", cents % 100);
        let (text, negative) = match form {
            0 => (number.clone(), false),
            1 => (format!("-{number}"), true),
            2 => (format!("$-{number}"), true),
            3 => (format!("- $ {number}"), true),
            4 => (format!("({number})"), true),
            5 => (format!("$({number})"), true),
            6 => (format!("(${number})"), true),
            7 => (format!("{number} USD-"), true),
            8 => (format!("{number} DR"), true),
            9 => (format!("+{number} $"), false),
            _ => (format!("\u{2212}{number}"), true),
        };
        let micros = Micros(cents * 10_000 * if negative { -1 } else { 1 });
        let expected = Amount::from_micros(micros, Currency::USD);
        prop_assert_eq!(Amount::parse(&text, DecimalMark::Dot, Currency::USD), Ok(expected), "{}", text);
        // Another sign, or half a pair of parentheses, and it is no amount.
        for broken in [format!("-{text}"), format!("{text}-"), format!("({text}"), format!("{text})"), format!("{text} CR")] {
            if form != 0 && form != 9 {
                prop_assert!(dot(&broken).is_err(), "{}", broken);
            }
        }
    }

    #[test]
    fn what_is_read_has_the_digits_that_are_written(text in "[-+(]?[$€ ]?[0-9]{0,4}[,. ']?[0-9]{0,4}[,.]?[0-9]{0,3}[-) ]?(CR|DR)?") {
        for mark in DecimalMark::ALL {
            if let Ok(amount) = Amount::parse(&text, mark, Currency::USD) {
                prop_assert_eq!(digits(&amount.to_string()), digits(&text), "{}", text);
                let signs = text.chars().filter(|c| matches!(c, '-' | '+' | '(' | 'C' | 'D')).count();
                prop_assert!(signs <= 1, "{}", text);
            }
        }
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,30}") {
        let _ = dot(&text);
        let _ = comma(&text);
    }
}
