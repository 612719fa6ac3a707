//! Words of a column that contradict the printed signs, where they do not tell the direction of every amount.

use super::facts::{Word, Words};
use crate::import::evidence::direction::{Direction, words};

/// Returns whether as many amounts of a direction have the wrong sign beside words that do as often as not as have the right sign. A few
/// refunds among debits contradict nothing. `promises` is whether the column is called after the direction.
pub(super) fn contradict(words: &Words, promises: bool) -> bool {
    if words.has_dumb_letter() || (!promises && words.letters().next().is_some()) {
        return false;
    }
    let is_wrong = |direction: Direction, right: fn(&Word) -> u64, wrong: fn(&Word) -> u64| {
        let of_direction = || words.found.iter().filter(|word| tells(word, promises) == Some(direction));
        let against: u64 = of_direction().filter(|word| right(word) <= wrong(word)).map(wrong).sum();
        against > 0 && against >= of_direction().map(right).sum()
    };
    is_wrong(Direction::Out, |w| w.minus, |w| w.plain) || is_wrong(Direction::In, |w| w.plain, |w| w.minus)
}

/// Returns the direction that a word tells. A purchase is money out on any account.
fn tells(word: &Word, promises: bool) -> Option<Direction> {
    let purchase = || words::of_card(&word.folded).filter(|(_, purchase)| *purchase).map(|(direction, _)| direction);
    word.tells.or_else(purchase).filter(|_| promises || !words::is_kind_of_card(&word.folded))
}
