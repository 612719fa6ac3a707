//! Words of a column that contradict the printed signs, where they do not tell the direction of every amount.

use super::answers;
use super::facts::{Word, Words};
use super::names;
use crate::import::evidence::direction::{Direction, words};

/// Returns whether as many amounts of a direction have the wrong sign beside words that do as often as not as have the right sign. A few
/// refunds among debits contradict nothing. `promises` is whether the column is called after the direction, `is_turned` whether
/// a minus is taken for money in.
pub(super) fn contradict(words: &Words, promises: bool, is_turned: bool) -> bool {
    if words.has_dumb_letter() || (!promises && words.letters().next().is_some()) {
        return false;
    }
    let is_wrong = |way| is_wrong(words, way, is_turned, |word| tells(word, promises));
    is_wrong(Direction::Out) || is_wrong(Direction::In) || (!promises && pairs_are_wrong(words, is_turned))
}

/// Returns whether most amounts have the wrong sign beside words for money out, such as *Debit*, with words for money in beside them,
/// below a name that promises nothing. Of what debit cards paid, most would be money out.
fn pairs_are_wrong(words: &Words, is_turned: bool) -> bool {
    let out = || paired(words, Direction::Out);
    let (minus, plain): (u64, u64) = (out().map(|w| w.minus).sum(), out().map(|w| w.plain).sum());
    has_pair(words) && if is_turned { minus > plain } else { plain > minus }
}

/// Returns whether words for money out and in stand in a column. They may be the kinds of cards that paid.
pub(super) fn has_pair(words: &Words) -> bool {
    let counts = |way| paired(words, way).any(|word| word.minus + word.plain > 0);
    counts(Direction::Out) && counts(Direction::In)
}

/// Returns the words that tell a direction, but for letters and signs, which stand for many things.
fn paired(words: &Words, direction: Direction) -> impl Iterator<Item = &Word> {
    let is_word = |word: &str| !words::is_letter(word) && !words::is_sign(word);
    words.found.iter().filter(move |w| w.tells == Some(direction) && is_word(&w.folded))
}

/// Returns whether yes stands in a column that asks for a direction, such as `Expense` or `Is credit`, beside as many amounts of the
/// other one. A no tells nothing: what is no expense may be a transfer.
pub(super) fn denied(words: &Words, name: &str, is_turned: bool) -> bool {
    let heading = names::heading(name);
    let asked = answers::question(&heading);
    // `Credit: Yes` may be a kind of card.
    let is_open = asked == heading && words::is_kind_of_card(asked);
    let direction = words::of_column(asked).filter(|_| !is_open);
    let is_yes = |word: &Word| answers::of(&word.folded) == Some(true);
    direction.is_some_and(|way| is_wrong(words, way, is_turned, |word| is_yes(word).then_some(way)))
}

fn is_wrong(words: &Words, direction: Direction, is_turned: bool, tells: impl Fn(&Word) -> Option<Direction>) -> bool {
    let of_direction = || words.found.iter().filter(|word| tells(word) == Some(direction));
    let has_minus = (direction == Direction::Out) != is_turned;
    let right = |word: &Word| if has_minus { word.minus } else { word.plain };
    let wrong = |word: &Word| if has_minus { word.plain } else { word.minus };
    let against: u64 = of_direction().filter(|word| right(word) <= wrong(word)).map(wrong).sum();
    against > 0 && against >= of_direction().map(right).sum()
}

/// Returns the direction that a word tells. A purchase is money out on any account.
fn tells(word: &Word, promises: bool) -> Option<Direction> {
    let purchase = || words::of_card(&word.folded).filter(|(_, purchase)| *purchase).map(|(direction, _)| direction);
    word.tells.or_else(purchase).filter(|_| promises || !words::is_kind_of_card(&word.folded))
}
