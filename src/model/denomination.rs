//! Signs, words and codes that stand beside an amount, and the currencies that each of them may mean.

use super::Currency;
use super::minus::is_minus;

/// What a sign, word or code says of the currency of the amount beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denomination {
    /// A code, which is one currency.
    Code(Currency),
    /// A sign or word, and the codes that it stands for.
    Sign(&'static [&'static str]),
}

impl Denomination {
    /// Returns what a text says that is a sign, word or code and nothing else. A code is written in capitals, and is one
    /// of ISO 4217.
    pub fn of(text: &str) -> Option<Denomination> {
        let code = code(text).or_else(|| code(text.strip_suffix('$')?).filter(|code| is_in(DOLLARS, *code)));
        code.map(Denomination::Code).or_else(|| {
            let bare = |word: &str| word.trim_end_matches('.').to_lowercase();
            SIGNS.iter().find(|(sign, _)| bare(sign) == bare(text)).map(|(_, codes)| Denomination::Sign(codes))
        })
    }

    /// Returns what stands before and behind the digits of an amount.
    pub fn around(text: &str) -> impl Iterator<Item = Denomination> {
        let is_digit = |c: char| c.is_ascii_digit();
        let ends = text.find(is_digit).zip(text.rfind(is_digit));
        let [before, behind] = ends.map_or(["", ""], |(first, last)| [&text[..first], &text[last + 1..]]);
        let parts = [before, behind].into_iter().flat_map(str::split_whitespace);
        parts.filter_map(|part| {
            let bare = part.trim_matches(|c| is_minus(c) || "+().,\u{feff}".contains(c));
            Denomination::of(bare)
        })
    }

    /// Returns whether an amount beside it may be in a currency. What has no currency yet may be in any.
    pub fn may_be(self, currency: Currency) -> bool {
        match self {
            _ if currency == Currency::NONE => true,
            Denomination::Code(code) => code == currency,
            Denomination::Sign(codes) => is_in(codes, currency),
        }
    }

    /// Returns the currency, where it is one only.
    pub fn only(self) -> Option<Currency> {
        match self {
            Denomination::Code(code) => Some(code),
            Denomination::Sign([only]) => only.parse().ok(),
            Denomination::Sign(_) => None,
        }
    }

    /// Returns whether there is a currency that both may mean.
    pub fn agrees(self, other: Denomination) -> bool {
        match (self, other) {
            (Denomination::Code(code), other) | (other, Denomination::Code(code)) => other.may_be(code),
            (Denomination::Sign(one), Denomination::Sign(two)) => one.iter().any(|code| two.contains(code)),
        }
    }
}

fn is_in(codes: &[&str], currency: Currency) -> bool {
    codes.contains(&currency.code())
}

fn code(text: &str) -> Option<Currency> {
    let known = text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase()) && CODES.contains(&text);
    known.then(|| text.parse().ok())?
}

/// Returns the bytes of the longest sign, word or code of a currency that a text begins with; of any currency for
/// [`Currency::NONE`].
pub(super) fn before(text: &str, currency: Currency) -> Option<usize> {
    let is_digit = text.starts_with(|c: char| c.is_ascii_digit());
    if is_digit { None } else { longest(currency, |length| text.get(..length)) }
}

/// Returns the bytes of the longest one that a text ends with.
pub(super) fn behind(text: &str, currency: Currency) -> Option<usize> {
    let is_digit = text.ends_with(|c: char| c.is_ascii_digit());
    if is_digit { None } else { longest(currency, |length| text.get(text.len().checked_sub(length)?..)) }
}

fn longest<'t>(currency: Currency, end: impl Fn(usize) -> Option<&'t str>) -> Option<usize> {
    let is_any = currency == Currency::NONE;
    let is = |word: &str| end(word.len()).is_some_and(|end| end.eq_ignore_ascii_case(word));
    let signs = SIGNS.iter().filter(|(sign, codes)| (is_any || is_in(codes, currency)) && is(sign));
    let is_code = if is_any { end(3).and_then(code).is_some() } else { is(currency.code()) };
    // `CAD$`.
    let is_dollar =
        || end(4).and_then(|end| code(end.strip_suffix('$')?)).is_some_and(|code| is_any || code == currency);
    let found = [is_code.then_some(3), is_dollar().then_some(4)];
    signs.map(|(sign, _)| sign.len()).chain(found.into_iter().flatten()).max()
}

/// Currencies that are written as `$`.
#[rustfmt::skip]
const DOLLARS: &[&str] = &[
    "USD", "CAD", "AUD", "NZD", "HKD", "SGD", "TWD", "MXN", "ARS", "CLP", "COP", "BRL", "UYU", "DOP", "CUP", "NIO", "BBD",
    "BMD", "BND", "BSD", "BZD", "CVE", "FJD", "GYD", "JMD", "KYD", "LRD", "MOP", "NAD", "SBD", "SRD", "SVC", "TOP", "TTD",
    "TVD", "WST", "XCD", "XCG", "ZWG", "ZWL", "USX", "USN",
];

/// Signs and words, and the currencies that they stand for.
#[rustfmt::skip]
const SIGNS: &[(&str, &[&str])] = &[
    ("$", DOLLARS),
    ("€", &["EUR"]),
    ("£", &["GBP", "GIP", "FKP", "SHP", "IMP", "JEP", "GGP", "EGP", "LBP", "SYP", "SDG", "SSP"]),
    ("¥", &["JPY", "CNY", "CNH"]),
    ("￥", &["JPY", "CNY", "CNH"]),
    ("円", &["JPY"]),
    ("元", &["CNY", "CNH", "TWD", "HKD"]),
    ("₹", &["INR"]),
    ("₽", &["RUB"]),
    ("₩", &["KRW", "KPW"]),
    ("₪", &["ILS"]),
    ("₫", &["VND"]),
    ("₺", &["TRY"]),
    ("TL", &["TRY"]),
    ("원", &["KRW"]),
    ("won", &["KRW", "KPW"]),
    ("₴", &["UAH"]),
    ("฿", &["THB"]),
    ("US$", &["USD"]),
    ("CA$", &["CAD"]),
    ("C$", &["CAD", "NIO"]),
    ("AU$", &["AUD"]),
    ("A$", &["AUD"]),
    ("NZ$", &["NZD"]),
    ("HK$", &["HKD"]),
    ("S$", &["SGD"]),
    ("NT$", &["TWD"]),
    ("MX$", &["MXN"]),
    ("R$", &["BRL"]),
    ("euro", &["EUR"]),
    ("euros", &["EUR"]),
    ("euroa", &["EUR"]),
    ("kr", &["SEK", "NOK", "DKK", "ISK"]),
    ("kr.", &["SEK", "NOK", "DKK", "ISK"]),
    ("zł", &["PLN"]),
    ("Kč", &["CZK"]),
    ("Ft", &["HUF"]),
    ("Fr.", &["CHF"]),
    ("lei", &["RON", "MDL"]),
    ("RM", &["MYR"]),
    ("R", &["ZAR", "LSL", "NAD", "SZL"]),
    ("Rs", &["INR", "PKR", "LKR", "NPR", "MUR", "SCR"]),
    ("Rs.", &["INR", "PKR", "LKR", "NPR", "MUR", "SCR"]),
];

/// The codes of ISO 4217 that money is held in, and those that banks write beside them.
#[rustfmt::skip]
const CODES: &[&str] = &[
    "AED", "AFN", "ALL", "AMD", "ANG", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BGN", "BHD", "BIF", "BMD",
    "BND", "BOB", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHF", "CLF", "CLP", "CNH", "CNY", "COP", "CRC",
    "CUP", "CVE", "CZK", "DJF", "DKK", "DOP", "DZD", "EGP", "ERN", "ETB", "EUR", "FJD", "FKP", "GBP", "GEL", "GHS", "GIP",
    "GMD", "GNF", "GTQ", "GYD", "HKD", "HNL", "HRK", "HTG", "HUF", "IDR", "ILS", "INR", "IQD", "IRR", "ISK", "JMD", "JOD",
    "JPY", "KES", "KGS", "KHR", "KMF", "KPW", "KRW", "KWD", "KYD", "KZT", "LAK", "LBP", "LKR", "LRD", "LSL", "LYD", "MAD",
    "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU", "MUR", "MVR", "MWK", "MXN", "MYR", "MZN", "NAD", "NGN", "NIO", "NOK",
    "NPR", "NZD", "OMR", "PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "PYG", "QAR", "RON", "RSD", "RUB", "RWF", "SAR", "SBD",
    "SCR", "SDG", "SEK", "SGD", "SHP", "SLE", "SOS", "SRD", "SSP", "STN", "SVC", "SYP", "SZL", "THB", "TJS", "TMT", "TND",
    "TOP", "TRY", "TTD", "TWD", "TZS", "UAH", "UGX", "USD", "UYU", "UZS", "VED", "VES", "VND", "VUV", "WST", "XAF", "XCD",
    "XCG", "XOF", "XPF", "YER", "ZAR", "ZMW", "ZWG", "ZWL",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn currency(code: &str) -> Currency {
        code.parse().unwrap()
    }

    #[test]
    fn a_sign_contradicts_only_a_currency_that_it_cannot_be() {
        for (text, yes, no) in [
            ("$", ["USD", "MXN"], ["EUR", "GBP"]),
            ("¥", ["JPY", "CNY"], ["USD", "KRW"]),
            ("kr", ["SEK", "DKK"], ["EUR", "PLN"]),
            ("kr.", ["NOK", "ISK"], ["EUR", "CZK"]),
            ("£", ["GBP", "EGP"], ["EUR", "USD"]),
            ("C$", ["CAD", "NIO"], ["USD", "AUD"]),
        ] {
            let sign = Denomination::of(text).unwrap();
            assert!(yes.iter().all(|code| sign.may_be(currency(code))), "{text}");
            assert!(no.iter().all(|code| !sign.may_be(currency(code))), "{text}");
            assert_eq!((sign.only(), sign.may_be(Currency::NONE)), (None, true), "{text}");
        }
        for (text, code) in
            [("€", "EUR"), ("TL", "TRY"), ("zł", "PLN"), ("CAD$", "CAD"), ("AED", "AED"), ("US$", "USD"), ("Fr", "CHF")]
        {
            assert_eq!(Denomination::of(text).unwrap().only(), Some(currency(code)), "{text}");
        }
        for text in ["", "ABC", "usd", "DR", "CR", "EUR$", "%"] {
            assert_eq!(Denomination::of(text), None, "{text}");
        }
    }

    #[test]
    fn two_that_can_mean_one_currency_agree() {
        let of = |text| Denomination::of(text).unwrap();
        assert!(of("$").agrees(of("C$")) && of("$").agrees(of("AUD")) && of("kr").agrees(of("NOK")));
        assert!(!of("€").agrees(of("$")) && !of("£").agrees(of("EUR")) && !of("EUR").agrees(of("USD")));
    }

    #[test]
    fn stands_before_and_behind_the_digits() {
        let all = |text: &str| Denomination::around(text).filter_map(Denomination::only).collect::<Vec<_>>();
        for (text, codes) in [
            ("-€4.50", &["EUR"][..]),
            ("(1.234,56 EUR)", &["EUR"]),
            ("4,50 zł-", &["PLN"]),
            ("100.00 USD DR", &["USD"]),
            ("R$ -4,50", &["BRL"]),
            ("$4.50 CAD", &["CAD"]),
            ("4.50", &[]),
            ("DR", &[]),
        ] {
            assert_eq!(all(text), codes.iter().map(|code| currency(code)).collect::<Vec<_>>(), "{text}");
        }
    }
}
