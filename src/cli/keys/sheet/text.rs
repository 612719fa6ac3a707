//! The recovery sheet as text: one page of 80 columns.

use zeroize::Zeroizing;

use super::page::Page;

const COLUMNS: usize = 78;
const LABEL: usize = 20;
/// Room for the whole sheet, so that no grown and abandoned buffer keeps the code.
const ROOM: usize = 16 * 1024;

/// Returns the sheet.
pub(super) fn show(page: &Page) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::with_capacity(ROOM));
    let mut line = |parts: &[&str]| {
        parts.iter().for_each(|part| out.push_str(part));
        out.push('\n');
    };
    line(&[&page.title.to_uppercase()]);
    line(&[]);
    folded(page.warning, COLUMNS).iter().for_each(|text| line(&[text]));
    line(&[]);
    for (label, value) in &page.facts {
        for (number, text) in folded(value, COLUMNS - LABEL).iter().enumerate() {
            let label = if number == 0 { *label } else { "" };
            line(&[&format!("{label:LABEL$}"), text]);
        }
    }
    line(&[]);
    line(&["Recovery code"]);
    line(&[]);
    let groups: Vec<&str> = page.code.split('-').collect();
    for (row, groups) in groups.chunks(4).enumerate() {
        let mut text = Zeroizing::new(String::with_capacity(COLUMNS));
        for (place, group) in groups.iter().enumerate() {
            text.push_str(&format!("    {}:  ", row * 4 + place + 1));
            text.push_str(group);
        }
        line(&[&text]);
    }
    line(&[]);
    folded(page.about_code, COLUMNS).iter().for_each(|text| line(&[text]));
    for way in &page.ways {
        line(&[]);
        line(&[way.heading]);
        way.commands.iter().for_each(|command| line(&["    ", command]));
        folded(way.note, COLUMNS).iter().for_each(|text| line(&[text]));
    }
    line(&[]);
    folded(&page.end, COLUMNS).iter().for_each(|text| line(&[text]));
    out
}

/// Folds text between words. A word that is longer than a line is cut.
fn folded(text: &str, columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        let letters: Vec<char> = word.chars().collect();
        for (number, part) in letters.chunks(columns).enumerate() {
            let part: String = part.iter().collect();
            match lines
                .last_mut()
                .filter(|line| number == 0 && line.chars().count() + 1 + part.chars().count() <= columns)
            {
                Some(line) => {
                    line.push(' ');
                    line.push_str(&part);
                }
                None => lines.push(part),
            }
        }
    }
    lines
}
