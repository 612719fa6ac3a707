//! What a fee column means for the amount beside it, as the running balance shows it.

use crate::model::Micros;

/// What a fee column means for the amount beside it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Fee {
    /// A cost is printed without a sign and is subtracted from the amount.
    #[default]
    Positive,
    /// A cost is printed with a minus and is added to the amount.
    Negative,
    /// The amount includes the fee.
    Included,
    /// Not known: a row with a fee is rejected.
    #[serde(skip)]
    Unknown,
}

/// Amount, fee and running balance of one row. The fee is zero where the row has none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Charged {
    pub(crate) amount: Micros,
    pub(crate) fee: Micros,
    pub(crate) balance: Micros,
}

impl Charged {
    /// Returns what moved the balance, if the fee has this meaning; `None` for a row without a fee.
    fn moved(self, meaning: Fee) -> Option<Micros> {
        match meaning {
            _ if self.fee == Micros::ZERO => None,
            Fee::Positive => self.amount.checked_sub(self.fee),
            Fee::Negative => self.amount.checked_add(self.fee),
            Fee::Included => Some(self.amount),
            Fee::Unknown => None,
        }
    }

    /// Returns whether the balance is that of the row before plus what moved.
    fn follows(self, earlier: Charged, meaning: Fee) -> bool {
        self.moved(meaning).and_then(|moved| earlier.balance.checked_add(moved)) == Some(self.balance)
    }
}

/// What a fee column means, as the running balance shows it.
#[derive(Debug, Default)]
pub(crate) struct FeeTally {
    /// For each of [`MEANINGS`], the rows whose balance follows by it.
    follows: [u64; 3],
    before: Option<Charged>,
}

const MEANINGS: [Fee; 3] = [Fee::Positive, Fee::Negative, Fee::Included];

impl FeeTally {
    /// Counts the next row of the file, whichever end is the newest; none for a row that cannot be read.
    pub(crate) fn add(&mut self, row: Option<Charged>) {
        if let (Some(before), Some(row)) = (self.before, row) {
            for (meaning, count) in MEANINGS.into_iter().zip(&mut self.follows) {
                *count += u64::from(row.follows(before, meaning) || before.follows(row, meaning));
            }
        }
        self.before = row;
    }

    /// Returns the one meaning by which balances follow wherever there is a fee.
    pub(crate) fn meaning(&self) -> Fee {
        let mut fitting = MEANINGS.into_iter().zip(self.follows).filter(|(_, count)| *count > 0);
        match (fitting.next(), fitting.next()) {
            (Some((meaning, _)), None) => meaning,
            _ => Fee::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the meaning of the fee in rows of amount, fee and balance, oldest first.
    fn meaning(rows: &[[i64; 3]]) -> Fee {
        let mut tally = FeeTally::default();
        for [amount, fee, balance] in rows.iter().map(|row| row.map(Micros::new)) {
            tally.add(Some(Charged { amount, fee, balance }));
        }
        tally.meaning()
    }

    #[test]
    fn finds_the_meaning_of_a_fee_in_the_balances() {
        assert_eq!(meaning(&[[0, 0, 100], [-10, 1, 89]]), Fee::Positive);
        assert_eq!(meaning(&[[0, 0, 100], [-10, -1, 89]]), Fee::Negative);
        assert_eq!(meaning(&[[0, 0, 100], [-10, 1, 90]]), Fee::Included);
        assert_eq!(meaning(&[[0, 0, 100], [-10, 0, 90]]), Fee::Unknown, "no row has a fee");
        assert_eq!(meaning(&[[-10, 1, 89], [0, 0, 100]]), Fee::Positive, "newest first");
    }
}
