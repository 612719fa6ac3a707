use proptest::prelude::*;

use super::*;

fn number(text: &str) -> AccountNumber {
    AccountNumber::new(text).unwrap()
}

/// Masks of a slice that shows no last four digits, or those of the numbers.
fn hiding(own: &[&str]) -> Mask {
    let own: Vec<AccountNumber> = own.iter().map(|text| number(text)).collect();
    Mask::all(&own, None)
}

fn showing(own: &[&str]) -> Mask {
    let own: Vec<AccountNumber> = own.iter().map(|text| number(text)).collect();
    Mask::all(&own, Some(&own.iter().collect::<Vec<_>>()))
}

#[test]
fn keeps_the_last_four_digits_of_long_numbers() {
    for (text, expected) in [
        ("TRANSFER TO 12345678", "TRANSFER TO ••••5678"),
        ("card 4111 1111 1111 1111 used", "card ••••1111 used"),
        ("4111-1111-1111-1111", "••••1111"),
        ("4111.1111.1111.1111", "••••1111"),
        ("4111/1111/1111/1111", "••••1111"),
        ("4111_1111_1111_1111", "••••1111"),
        ("4111 1111-1111/1111", "••••1111"),
        ("4111 - 1111 - 1111 - 1111", "••••1111"),
        ("4111\u{a0}1111\u{202f}1111\u{2009}1111", "••••1111"),
        ("4111,1111:1111*1111", "••••1111"),
        ("４１１１．１１１１／１１１１＿１１１１", "••••１１１１"),
        (
            "1\u{fe0f}\u{20e3}2\u{fe0f}\u{20e3}3\u{fe0f}\u{20e3}4\u{fe0f}\u{20e3}5\u{fe0f}\u{20e3}6\u{fe0f}\u{20e3}7\u{fe0f}\u{20e3}8\u{fe0f}\u{20e3}",
            "••••5678\u{fe0f}\u{20e3}",
        ),
        ("1234\u{3164}5678", "••••5678"),
        ("ACH1234567890X", "ACH••••7890X"),
        ("1234\u{200b}5678", "••••5678"),
        ("١٢٣٤٥٦٧٨", "••••٥٦٧٨"),
        ("①②③④⑤⑥⑦⑧", "••••⑤⑥⑦⑧"),
        ("1234  5678", "••••5678"),
        ("CHECK 1234567", "CHECK 1234567"),
        ("store 1234    5678", "store 1234    5678"),
        ("12 eggs", "12 eggs"),
        ("1,234.56 and 14:05:33", "1,234.56 and 14:05:33"),
        ("", ""),
    ] {
        assert_eq!(hiding(&[]).text(text), expected, "{text:?}");
    }
}

/// Whatever stands between the digits of an own number, only a letter ends it.
#[test]
fn nothing_but_letters_ends_an_own_number() {
    let own = ["98765"];
    // Fractions, Roman and other numerals, signs with letters in their names, marks, a dash and an apostrophe that are letters to
    // Unicode, emoji.
    for between in "¼½⅐↉Ⅳⅷↂ⑩⒑㉑፲𐄇№™℠㎏℃₨§¤€*#+=~|•…ʼʹーｰـ\u{301}\u{200d}🙂".chars()
    {
        for text in [format!("98{between}765"), format!("9{between}{between}8765"), format!("to 987{between}65 now")] {
            let masked = hiding(&own).text(&text);
            assert!(masked.contains("••••") && !masked.contains("987") && !masked.contains("765"), "{text} {masked}");
        }
    }
    for between in "aÄπж中ªⓐ".chars() {
        let text = format!("98{between}765");
        assert_eq!(hiding(&own).text(&text), text);
    }
    // Every form of a digit is that digit.
    for text in ["98⑦65", "9８❼65", "98⑺65", "98⒎65", "98➐65", "98፯65", "98🄈65", "98𑽗65", "98⁷₆5"]
    {
        assert_eq!(hiding(&own).text(text), "••••", "{text}");
    }
}

#[test]
fn leaves_calendar_days() {
    for (text, expected) in [
        ("on 2026-11-22 at 12/31/2026 or 31.12.2026", "on 2026-11-22 at 12/31/2026 or 31.12.2026"),
        ("2026-11-22 14:05 shop", "2026-11-22 14:05 shop"),
        ("2026-11-22 4111 1111", "2026-11-22 ••••1111"),
        ("4111 1111 2026/11/22", "••••1111 2026/11/22"),
        ("2026-11-22-1234", "••••1234"),
        ("1234.2026-11-22", "••••1122"),
        ("9999-99-99", "••••9999"),
        ("2026-11/22", "••••1122"),
        ("20261122", "••••1122"),
    ] {
        assert_eq!(hiding(&[]).text(text), expected, "{text:?}");
    }
    assert_eq!(hiding(&["20241231"]).text("on 2024-12-31"), "on ••••", "an own number is no day");
}

#[test]
fn knows_ibans_by_their_check_digits() {
    for (text, expected) in [
        ("IBAN DE89370400440532013000", "IBAN ••••3000"),
        ("to DE89 3704 0044 0532 0130 00 Rent", "to ••••3000 Rent"),
        ("GB29 NWBK 6016 1331 9268 19", "••••6819"),
        ("FR14 2004 1010 0505 0001 3M02 606", "••••2606"),
        ("nl91-abna-0417-1643-00!", "••••4300!"),
        ("MT84MALT011000012345MTLCAST001S", "••••001S"),
        ("ＤＥ８９ ３７０４ ００４４ ０５３２ ０１３０ ００", "••••３０００"),
        // Other check digits.
        ("DE88 3704 0044 0532 0130 00", "DE••••3000"),
        ("AB12 CORNER SHOP AND MORE", "AB12 CORNER SHOP AND MORE"),
    ] {
        assert_eq!(hiding(&[]).text(text), expected, "{text:?}");
    }
}

#[test]
fn finds_own_numbers_of_any_length() {
    let own = ["998877", "3334", "DE89370400440532013000", "12AB34", "4111********1111"];
    for (text, hidden, shown) in [
        ("to 998877", "to ••••", "to ••••8877"),
        ("to 99 - 88 |#| 77", "to ••••", "to ••••8877"),
        ("to 1998877 ok", "to •••• ok", "to ••••8877 ok"),
        ("to 9988771", "to ••••", "to ••••"),
        ("to 99887", "to ••••", "to ••••"),
        ("to 9988", "to 9988", "to 9988"),
        ("card 3334", "card ••••", "card 3334"),
        ("12-ab/34 fee", "•••• fee", "•••• fee"),
        ("a 04405 b", "a •••• b", "a •••• b"),
        // Between those two pieces there are others.
        ("11 411", "11 411", "11 411"),
    ] {
        assert_eq!(hiding(&own).text(text), hidden, "{text:?}");
        assert_eq!(showing(&own).text(text), shown, "{text:?}");
    }
    let only = Mask::only(&[number("99887766")]);
    assert_eq!(only.text("9988.7766 and 1234567890, 99887"), "•••• and 1234567890, 99887");
}

#[test]
fn a_name_has_no_more_digits_of_a_number_than_the_slice_shows() {
    let own = ["000123456789", "4111222233334444"];
    let first = number(own[0]);
    for (name, hidden, shown) in [
        ("Everyday 000123456789", "Everyday ••••", "Everyday ••••6789"),
        ("Everyday 6789", "Everyday ••••", "Everyday 6789"),
        ("Joint 2 - 6789", "Joint ••••", "Joint ••••6789"),
        ("Everyday 56789", "Everyday ••••", "Everyday ••••6789"),
        ("Everyday 12.34-5", "Everyday ••••", "Everyday ••••"),
        ("Everyday 1234", "Everyday ••••", "Everyday ••••"),
        ("pays 4444", "pays ••••", "pays ••••"),
        ("Loan 77665", "Loan ••••", "Loan ••••7665"),
        ("Budget 2026", "Budget ••••", "Budget 2026"),
        ("Plan 401k", "Plan 401k", "Plan 401k"),
        ("Savings", "Savings", "Savings"),
    ] {
        assert_eq!(hiding(&own).name(name, Some(&first)), hidden, "{name:?}");
        assert_eq!(showing(&own).name(name, Some(&first)), shown, "{name:?}");
    }
    assert_eq!(showing(&[]).name("Chase Checking 1234", None), "Chase Checking 1234");
    assert_eq!(showing(&[]).name("Chase 12345", None), "Chase ••••2345");
}

/// The rows of digits in a text, whatever stands between them but letters and the sign for masked ones.
fn rows(text: &str) -> Vec<String> {
    let mut rows = vec![String::new()];
    for c in text.chars() {
        match Symbol::of(c) {
            Symbol::Digit(value) => rows.last_mut().unwrap().push(char::from(b'0' + value)),
            Symbol::Letter(_) => rows.push(String::new()),
            _ if c == '•' => rows.push(String::new()),
            _ => {}
        }
    }
    rows
}

const SEPARATORS: [&str; 20] = [
    "",
    "",
    "",
    " ",
    ".",
    "-",
    "/",
    "_",
    "\u{a0}",
    "\u{202f}",
    "\u{2009}",
    "\u{2013}",
    "\u{ff0f}",
    "  ",
    " - ",
    ",",
    ":",
    "#",
    "\u{200b}",
    " / / / / ",
];
const ZEROS: [char; 4] = ['0', '０', '٠', '०'];

/// A part of a number as somebody may write it.
fn written(digits: &str) -> impl Strategy<Value = String> + use<> {
    let digit = |c: char| {
        let value = u32::from(c) - u32::from('0');
        (prop::sample::select(ZEROS.to_vec()), prop::sample::select(SEPARATORS.to_vec())).prop_map(
            move |(zero, separator)| format!("{}{separator}", char::from_u32(u32::from(zero) + value).unwrap()),
        )
    };
    digits.chars().map(digit).collect::<Vec<_>>().prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn leaves_no_run_of_eight_digits(text in "[0-9 a-zé./_\u{a0}\u{200b}-]{0,40}") {
        let mask = hiding(&[]);
        let masked = mask.text(&text);
        let longest = masked.split(|c: char| !c.is_ascii_digit()).map(str::len).max();
        prop_assert!(longest.unwrap_or(0) < LONG_RUN, "{masked}");
        prop_assert_eq!(mask.text(&masked), masked.clone(), "masking twice changes nothing");
    }

    #[test]
    fn no_five_digits_of_an_own_number_survive(
        (own, from, length, as_written) in ("[0-9]{5,16}", 0usize..12, 5usize..17).prop_flat_map(|(own, from, length)| {
            let from = from.min(own.len() - 5);
            let part = own[from..(from + length).min(own.len())].to_owned();
            (Just(own), Just(from), Just(length), written(&part))
        }),
        before in "[a-z#]{0,3}[0-9 ]{0,3}",
        after in "[0-9 ]{0,3}[a-z*]{0,3}",
    ) {
        let _ = (from, length);
        let text = format!("{before}{as_written}{after}");
        let number = number(&own);
        let known = [&number];
        for shows_ends in [None, Some(&known[..])] {
            let mask = Mask::all(known, shows_ends);
            for masked in [mask.text(&text), mask.name(&text, Some(&number))] {
                for row in rows(&masked) {
                    let leaks = own.as_bytes().windows(5).any(|five| row.as_bytes().windows(5).any(|found| found == five));
                    prop_assert!(!leaks, "{own} in {text:?} became {masked:?}");
                }
            }
            // Of a name not even four, but the last four where they are shown.
            for row in rows(&mask.name(&text, Some(&number))) {
                let end = &own[own.len() - 4..];
                let may = |found: &[u8]| shows_ends.is_some() && found == end.as_bytes();
                let leaks = own.as_bytes().windows(4).any(|four| {
                    row.as_bytes().windows(4).any(|found| found == four && !may(found))
                });
                prop_assert!(!leaks, "{own} in {text:?}");
            }
        }
    }
}
