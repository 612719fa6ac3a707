//! Digits in the name of a file that may be the end of an account's number. Days, months, years and times are none.

/// Fewer digits are the number of a download. So are three that begin with a zero or stand in brackets: `export(001)`.
const FEWEST: usize = 3;

/// Returns the runs of three or more digits in a file's name that cannot be a date or the time behind one.
pub(crate) fn digits(name: &str) -> Vec<String> {
    let base = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let mut found = Vec::new();
    let mut behind_date = false;
    for run in base.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty()) {
        let date = is_date(run);
        let may_count = run.starts_with('0') || base.contains(&format!("({run})"));
        if run.len() >= FEWEST + usize::from(may_count) && !date && !(behind_date && is_time(run)) {
            found.push(run.to_owned());
        }
        // In 2026-03-01 the parts behind the year are too short to count, and a time may follow them.
        behind_date = date || (behind_date && run.len() <= 2);
    }
    found
}

/// Returns the number that two digits at a place make.
fn two(run: &str, at: usize) -> u32 {
    run.get(at..at + 2).and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

fn is_date(run: &str) -> bool {
    let year = |at: usize| matches!(two(run, at), 19 | 20);
    let month = |at: usize| (1..=12).contains(&two(run, at));
    let day = |at: usize| (1..=31).contains(&two(run, at));
    match run.len() {
        4 => year(0),
        6 => {
            (year(0) && month(4))
                || (month(0) && year(2))
                || (month(2) && day(4))
                || (month(0) && day(2))
                || (day(0) && month(2))
        }
        8 => (year(0) && month(4) && day(6)) || (year(4) && day(0) && day(2) && (month(0) || month(2))),
        12 | 14 | 17 => year(0) && month(4) && day(6),
        _ => false,
    }
}

fn is_time(run: &str) -> bool {
    matches!(run.len(), 4 | 6 | 9) && two(run, 0) < 24 && two(run, 2) < 60
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_is_no_date() {
        for (name, found) in [
            ("Chase1234_Activity_20260301.CSV", vec!["1234"]),
            ("exports/9876/stmt-5678.csv", vec!["5678"]),
            ("2026-03-01_to_2026-03-31.csv", vec![]),
            ("Transactions_00123_2026-03-01.csv", vec!["00123"]),
            ("export(2).csv", vec![]),
            ("export(001).csv", vec![]),
            ("export(112).csv", vec![]),
            ("export_012.csv", vec![]),
            ("export-112.csv", vec!["112"]),
            ("export(0001).csv", vec!["0001"]),
            ("statement-03-2026.csv", vec![]),
            ("20260301T123456.csv", vec![]),
            ("20260301123456.ofx", vec![]),
            ("31.03.2026 Umsatz 4711.csv", vec!["4711"]),
            ("31.03.2026 1211.csv", vec![]),
            ("Umsatz 4711 31.03.2026.csv", vec!["4711"]),
            ("310326 9911.csv", vec!["9911"]),
            ("card-2026.csv", vec![]),
            ("DE89370400440532013000.csv", vec!["89370400440532013000"]),
        ] {
            assert_eq!(digits(name), found, "{name}");
        }
    }
}
