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
        ("(1,300.00)", "-1300.00"),
        ("- $25.00", "-25.00"),
        ("+ $50.00", "50.00"),
        ("--12.34", "12.34"),
        ("12.34-", "-12.34"),
        ("12.34 DR", "-12.34"),
        ("12.34CR", "12.34"),
        ("\u{2212}3.00", "-3.00"),
        ("1\u{a0}234.50", "1234.50"),
        ("1'234.50", "1234.50"),
        ("0.123456", "0.123456"),
    ] {
        assert_eq!(dot(text).as_deref(), Ok(expected), "{text:?}");
    }
    assert_eq!(comma("-1.000").as_deref(), Ok("-1000.00"));
    assert_eq!(comma("1.234,56").as_deref(), Ok("1234.56"));
    assert_eq!(comma("+5257,28").as_deref(), Ok("5257.28"));
}

#[test]
fn refuses_text_that_is_not_one_number() {
    for text in ["abc", "1.2.3", "1,23", "12,34.5", "1.5e3", "12 34", "-", "$", "1\u{0}2", "0x10"] {
        assert!(matches!(dot(text), Err(MoneyError::NotANumber(_))), "{text:?}: {:?}", dot(text));
    }
    assert_eq!(dot("  "), Err(MoneyError::Empty));
    assert!(matches!(comma("1.5"), Err(MoneyError::NotANumber(_))));
    assert!(matches!(dot("0.1234567"), Err(MoneyError::TooPrecise(_))));
    assert!(matches!(dot("99999999999999999999"), Err(MoneyError::Overflow(_))));
    assert!(matches!(dot("9,223,372,036,854.775808"), Err(MoneyError::Overflow(_))));
    assert_eq!(dot("9223372036854.775807").as_deref(), Ok("9223372036854.775807"));
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
    fn no_text_panics(text in "\\PC{0,30}") {
        let _ = dot(&text);
        let _ = comma(&text);
    }
}
