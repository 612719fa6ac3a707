//! Days, amounts and names as a report says them.

use console::measure_text_width;

use crate::model::{Amount, Day, clean_for_display};

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Returns a number and its noun: `1 file`, `1,234 files`.
pub(in crate::cli) fn count(number: impl TryInto<u64>, one: &str, many: &str) -> String {
    let number = number.try_into().unwrap_or(u64::MAX);
    if number == 1 { format!("1 {one}") } else { format!("{} {many}", grouped(&number.to_string())) }
}

/// Returns a number with its thousands apart: `1,234`.
pub(super) fn number(number: u64) -> String {
    grouped(&number.to_string())
}

/// Returns an amount with its thousands apart, and its currency: `-13,721.59 USD`.
pub(super) fn money(amount: Amount) -> String {
    format!("{} {}", grouped(&amount.to_string()), amount.currency())
}

/// Returns an amount as tables have it: `$1,234.50`, `-€4.25`, `-CHF 4.25`. `number` is a decimal number.
pub(in crate::cli) fn signed(number: &str, currency: &str) -> String {
    let grouped = grouped(number);
    let (minus, digits) = grouped.strip_prefix('-').map_or(("", grouped.as_str()), |digits| ("-", digits));
    match SIGNS.iter().find(|(code, _)| *code == currency) {
        Some((_, sign)) => format!("{minus}{sign}{digits}"),
        None => format!("{minus}{currency} {digits}"),
    }
}

/// Returns an amount as tables have it.
pub(in crate::cli) fn signed_amount(amount: Amount) -> String {
    signed(&amount.to_string(), amount.currency().code())
}

/// Signs that stand for one currency and no other.
pub(in crate::cli) const SIGNS: [(&str, &str); 18] = [
    ("USD", "$"),
    ("EUR", "€"),
    ("GBP", "£"),
    ("JPY", "¥"),
    ("CNY", "CN¥"),
    ("INR", "₹"),
    ("KRW", "₩"),
    ("ILS", "₪"),
    ("VND", "₫"),
    ("TRY", "₺"),
    ("UAH", "₴"),
    ("CAD", "CA$"),
    ("AUD", "A$"),
    ("NZD", "NZ$"),
    ("HKD", "HK$"),
    ("SGD", "S$"),
    ("BRL", "R$"),
    ("THB", "฿"),
];

/// Returns a moment in UTC, as RFC 3339 has it, without its seconds: `2026-11-22 08:00`.
pub(in crate::cli) fn moment(text: &str) -> String {
    match (text.get(..10), text.get(10..11), text.get(11..16)) {
        (Some(day), Some("T"), Some(time)) if text.ends_with('Z') => format!("{day} {time}"),
        _ => text.to_owned(),
    }
}

/// Puts a comma between every three digits of a decimal number's whole part.
pub(in crate::cli) fn grouped(text: &str) -> String {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    let (whole, decimals) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    let mut out = sign.to_owned();
    for (position, digit) in whole.chars().enumerate() {
        if position > 0 && (whole.len() - position) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    out + decimals
}

/// Returns `Mon`.
pub(super) fn weekday(day: Day) -> &'static str {
    const NAMES: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    // Days are counted from a Thursday.
    let index = usize::try_from(day.epoch_days().rem_euclid(7)).unwrap_or_default();
    NAMES[index % NAMES.len()]
}

/// Returns `5 Jan 2026`.
pub(super) fn day(day: Day) -> String {
    format!("{} {}", without_year(day), day.ymd().0)
}

/// Returns `5 Jan`, and the year where it is not the one that was said.
pub(super) fn day_after(said: Option<Day>, on: Day) -> String {
    if said.is_some_and(|said| said.ymd().0 == on.ymd().0) { without_year(on) } else { day(on) }
}

/// Returns `5 Jan to 28 Feb 2026`.
pub(super) fn days(first: Day, last: Day) -> String {
    if first == last { day(last) } else { format!("{} to {}", day_after(Some(last), first), day(last)) }
}

fn without_year(day: Day) -> String {
    let (_, month, number) = day.ymd();
    let name = usize::try_from(month).ok().and_then(|month| MONTHS.get(month.wrapping_sub(1)));
    format!("{number} {}", name.copied().unwrap_or_default())
}

/// Returns text that is safe to show, in at most `width` columns: its middle is left out, for names of files
/// differ at both ends.
pub(in crate::cli) fn shortened(text: &str, width: usize) -> String {
    let clean = clean_for_display(text);
    if measure_text_width(&clean) <= width {
        return clean.into_owned();
    }
    let room = width.saturating_sub(1);
    let tail = fitting(clean.chars().rev(), room - room / 2);
    let head = fitting(clean.chars(), room / 2);
    format!("{head}…{}", tail.chars().rev().collect::<String>())
}

/// Returns as many characters as fit.
fn fitting(chars: impl Iterator<Item = char>, width: usize) -> String {
    let mut out = String::new();
    let mut used = 0;
    for c in chars {
        used += measure_text_width(c.encode_utf8(&mut [0; 4]));
        if used > width {
            break;
        }
        out.push(c);
    }
    out
}

/// Fills text to `width` columns.
pub(super) fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(measure_text_width(text))))
}

/// Breaks text into lines of at most `width` columns, each after `indent`; a longer word has a line of its own.
pub(super) fn wrapped(text: &str, indent: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        let longer = measure_text_width(indent) + measure_text_width(&line) + 1 + measure_text_width(word) > width;
        if !line.is_empty() && longer {
            lines.push(format!("{indent}{line}"));
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(format!("{indent}{line}"));
    lines
}

/// Breaks text into lines of at most `width` columns: `first` stands before the first of them, and as many columns before the
/// others.
pub(super) fn hanging(first: &str, text: &str, width: usize) -> Vec<String> {
    let before = measure_text_width(first);
    let mut lines = wrapped(text, &" ".repeat(before), width);
    if let Some(line) = lines.first_mut() {
        line.replace_range(..before, first);
    }
    lines
}

/// Returns a number of bytes for a person: `1.2 MB`.
pub(crate) fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    let mut unit = 1000;
    for name in UNITS {
        if bytes < unit * 1000 || name == UNITS[UNITS.len() - 1] {
            let tenths = bytes.saturating_mul(10) / unit;
            return format!("{}.{} {name}", number(tenths / 10), tenths % 10);
        }
        unit *= 1000;
    }
    format!("{bytes} bytes")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Currency, Micros};

    #[test]
    fn says_days_amounts_and_counts() {
        let on = |text: &str| text.parse::<Day>().unwrap();
        assert_eq!(days(on("2026-01-05"), on("2026-02-28")), "5 Jan to 28 Feb 2026");
        assert_eq!(days(on("2025-12-28"), on("2026-01-03")), "28 Dec 2025 to 3 Jan 2026");
        assert_eq!(days(on("2026-03-01"), on("2026-03-01")), "1 Mar 2026");
        assert_eq!(day_after(Some(on("2026-02-28")), on("2026-03-01")), "1 Mar");
        assert_eq!(day_after(None, on("2026-03-01")), "1 Mar 2026");
        assert_eq!(["2026-11-26", "2026-11-29", "1900-01-01"].map(|day| weekday(on(day))), ["Thu", "Sun", "Mon"]);
        let usd = |micros| money(Amount::from_micros(Micros::new(micros), Currency::USD));
        assert_eq!(usd(13_721_590_000), "13,721.59 USD");
        assert_eq!(usd(-1_234_567_000_000), "-1,234,567.00 USD");
        assert_eq!(usd(-999_000_000), "-999.00 USD");
        assert_eq!((count(1, "file", "files"), count(1234, "file", "files")), ("1 file".into(), "1,234 files".into()));
    }

    #[test]
    fn shortens_names_in_the_middle() {
        assert_eq!(shortened("short.csv", 20), "short.csv");
        assert_eq!(shortened("Chase1234_Activity_20260301.CSV", 21), "Chase1234_…260301.CSV");
        assert_eq!(shortened("new\nline\u{1b}[31m.csv", 40), "new line\u{fffd}[31m.csv");
        assert!(measure_text_width(&shortened("取引明細2026年3月普通預金.csv", 16)) <= 16);
    }

    #[test]
    fn breaks_lines_between_words() {
        assert_eq!(hanging("Née ", "one two three", 11), ["Née one two", "    three"]);
        assert_eq!(wrapped("one two three", "  ", 9), ["  one two", "  three"]);
        assert_eq!(wrapped("a-word-that-is-long b", "  ", 9), ["  a-word-that-is-long", "  b"]);
    }

    #[test]
    fn sizes_have_one_decimal() {
        assert_eq!(size(0), "0.0 kB");
        assert_eq!(size(999_999), "999.9 kB");
        assert_eq!(size(1_000_000), "1.0 MB");
        assert_eq!(size(1_234_567_890), "1.2 GB");
    }
}
