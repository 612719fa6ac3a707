//! Rows that the bank has not booked: told by a title above them, or by a word in the cell of the day.

use super::records::Field;
use crate::import::evidence::fold::fold;
use crate::import::evidence::lines::{self, Line};

/// Titles of booked rows that are no phrases elsewhere: in a row they are its status.
const POSTED: &str = "\
    completed|booked|settled|cleared|processed|posted|gebucht|gebuchte umsatze|geboekt|verwerkt|comptabilise|comptabilisees|\
    contabilizado|contabilizados|contabilizzato|contabilizzati|zaksiegowane|zauctovano|bokfort|kirjatut";

/// What the title may say is booked.
const ROWS: &str = "\
    transactions|transaction|activity|items|entries|payments|purchases|movements|umsatze|buchungen|transacties|boekingen|operations|\
    mouvements|movimientos|operaciones|movimenti|operazioni|movimentos|lancamentos|operacje|transakcje|transaktioner|transaksjoner|\
    tapahtumat";

/// Returns whether a folded word says that rows are booked.
pub(super) fn is_booked(word: &str) -> bool {
    POSTED.split('|').any(|known| known == word)
}

/// Returns whether a line is the title of pending rows, or of booked ones: it says that and nothing else.
pub(super) fn title(fields: &[Field<'_>]) -> Option<bool> {
    let mut filled = fields.iter().filter(|field| !field.is_blank());
    let text = filled.next()?.text();
    if filled.next().is_some() {
        return None;
    }
    match lines::kind(&text) {
        Some(Line::Pending) => Some(true),
        Some(Line::Posted) => Some(false),
        Some(_) => None,
        // Further right the word may go on with the text of the row before.
        None if fields[0].is_blank() => None,
        None => {
            let text = fold(&text);
            let text = text.trim_end_matches([':', ' ']);
            let has = |list: &str, word: &str| list.split('|').any(|known| known == word);
            let of_rows = text.split_once(' ').is_some_and(|(first, second)| {
                (has(POSTED, first) && has(ROWS, second)) || (has(ROWS, first) && has(POSTED, second))
            });
            (of_rows || is_booked(text)).then_some(false)
        }
    }
}

/// Splits a cell such as `PENDING - 03/29/2026` or `03/29/2026 (pending)` into the day and whether a word of `words` says that it is pending.
pub(super) fn day_cell<'t>(text: &'t str, words: &[String]) -> (&'t str, bool) {
    let trimmed = text.trim();
    if trimmed.ends_with(|c: char| c.is_alphabetic() || ")]".contains(c))
        && trimmed.contains(|c: char| c.is_ascii_digit())
    {
        let whole = trimmed.trim_end_matches([')', ']']);
        let lower = whole.to_lowercase();
        let known = words.iter().filter(|w| lower.len() == whole.len() && lower.ends_with(w.as_str()));
        let day = known.max_by_key(|w| w.len()).map(|word| &whole[..whole.len() - word.len()]);
        if let Some(day) = day.filter(|day| !day.ends_with(char::is_alphanumeric)) {
            return (day.trim_matches(|c: char| c.is_whitespace() || "-:–()[],".contains(c)), true);
        }
    }
    if trimmed.starts_with(|c: char| c.is_ascii_digit()) {
        return (trimmed, false);
    }
    let lower = trimmed.to_lowercase();
    let known = words.iter().filter(|w| lower.starts_with(w.as_str())).max_by_key(|w| w.len());
    // Lower case may have another length than the text; then nothing is cut.
    match known.and_then(|word| trimmed.get(word.len()..)) {
        Some(rest) if !rest.starts_with(char::is_alphanumeric) => {
            (rest.trim_matches(|c: char| c.is_whitespace() || "-:–()[],".contains(c)), true)
        }
        _ => (trimmed, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_day_behind_the_word() {
        let words = ["pending".to_owned(), "umsatz vorgemerkt".to_owned()];
        assert_eq!(day_cell("PENDING - 03/29/2026", &words), ("03/29/2026", true));
        assert_eq!(day_cell("03/29/2026", &words), ("03/29/2026", false));
        assert_eq!(day_cell("Pending", &words), ("", true));
        assert_eq!(day_cell("Pendington", &words), ("Pendington", false));
        assert_eq!(day_cell("03/29/2026 (pending)", &words), ("03/29/2026", true));
        assert_eq!(day_cell("Mar 29, 2026 - Pending", &words), ("Mar 29, 2026", true));
        assert_eq!(day_cell("29 Mar 2026 spending", &words), ("29 Mar 2026 spending", false));
    }
}
