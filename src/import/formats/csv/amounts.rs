//! The amount, the fee and the balance of one row, with the direction that is told for its columns.

use super::column::Column;
use super::money::{Told, direction_of};
use super::records::Field;
use super::reject::Reject;
use super::roles::Role;
use super::rows::{Reader, reason};
use crate::import::error::shown;
use crate::import::evidence::direction::{Direction, Fee, Mark, Printed};
use crate::model::{Amount, Currency, Micros};

impl<'a> Reader<'_, 'a> {
    /// Returns the amount of a lone column, with the direction that is told for it.
    pub(super) fn of_lone(
        &self,
        fields: &[Field<'a>],
        column: Column,
        told: Told,
        currency: Currency,
    ) -> Result<Amount, Reject> {
        let amount = self.parse(fields, column, currency)?;
        let direction = match told {
            Told::Open | Told::Conflict | Told::Mixed | Told::Partly { .. } | Told::Minus => Direction::In,
            Told::Plus => Direction::Out,
            Told::MarkedIn if Mark::of(&column.of(fields).text()) == Some(Mark::Plus) => Direction::In,
            Told::MarkedIn => Direction::Out,
            Told::Words { column: words, blank, payment } => {
                let word = words.of(fields).text();
                let direction = if word.is_empty() { blank } else { direction_of(self.layout, words, &word, payment) };
                match direction {
                    Some(direction) => direction,
                    None if amount.micros() == Micros::ZERO => Direction::In,
                    None => {
                        let name = self.layout.name(words);
                        return Err(Reject::new(name, &word, "neither a word for money out nor for money in"));
                    }
                }
            }
        };
        if direction == Direction::Out { self.negated(column, amount) } else { Ok(amount) }
    }

    /// Returns the amount of the one of two columns that is filled; zero counts as not filled. A sign other than the one
    /// that a column is printed with gives the money back.
    pub(super) fn of_pair(
        &self,
        fields: &[Field<'a>],
        debit: Option<(Column, Printed)>,
        credit: Option<(Column, Printed)>,
        currency: Currency,
    ) -> Result<Amount, Reject> {
        let side = |side: Option<(Column, Printed)>, usual: Printed| -> Result<Option<Amount>, Reject> {
            let Some((column, printed)) = side.filter(|(column, _)| !column.of(fields).is_no_amount()) else {
                return Ok(None);
            };
            let amount = self.parse(fields, column, currency)?;
            let is_turned = printed.is_turned(usual, &column.of(fields).text(), amount.is_negative());
            if is_turned { self.negated(column, amount).map(Some) } else { Ok(Some(amount)) }
        };
        // Money out as a signed amount is the debit column with a minus; money in the credit column without one.
        let (out, into) = (side(debit, Printed::Negative)?, side(credit, Printed::Positive)?);
        let moved = |amount: &Option<Amount>| amount.filter(|a| a.micros() != Micros::ZERO);
        match (moved(&out), moved(&into)) {
            (Some(out), Some(into)) => {
                let name = |side: Option<(Column, Printed)>| side.map_or("", |(column, _)| self.layout.name(column));
                let names = format!("{} and {}", shown(name(debit)), shown(name(credit)));
                Err(Reject::new(&names, &format!("{out} and {into}"), "both are filled"))
            }
            (Some(amount), None) | (None, Some(amount)) => Ok(amount),
            (None, None) => Ok(Amount::zero(currency)),
        }
    }

    pub(super) fn with_fee(&self, fields: &[Field<'a>], amount: Amount) -> Result<Amount, Reject> {
        let columns = self.layout.roles.all(Role::Fee);
        let mut filled = columns.iter().filter(|column| Mark::of(&column.of(fields).text()).is_some());
        let Some(&column) = filled.next() else { return Ok(amount) };
        let fee = self.parse(fields, column, amount.currency())?;
        let name = self.layout.name(column);
        // Without a profile the balances were compared with the first column alone.
        let is_known = !self.layout.learn || columns.first() == Some(&column);
        let is_clear = filled.next().is_none() && is_known;
        let moved = match self.reading.fee {
            Fee::Included if is_clear => return Ok(amount),
            Fee::Positive if is_clear => fee.checked_neg().and_then(|f| amount.checked_add(f)),
            Fee::Negative if is_clear => amount.checked_add(fee),
            _ => {
                let open = "whether the amount has this fee in it is not known";
                return Err(Reject::without_profile(name, &fee.to_string(), open));
            }
        };
        moved.map_err(|e| Reject::new(name, &fee.to_string(), reason(&e)))
    }

    pub(super) fn balance(&self, fields: &[Field<'a>], currency: Currency) -> Result<Option<Amount>, Reject> {
        let balance = self.layout.roles.first(Role::Balance);
        let Some(column) = balance.filter(|c| !c.of(fields).is_blank()) else { return Ok(None) };
        match self.parse(fields, column, currency) {
            Ok(balance) => match self.layout.roles.first(Role::BalanceIndicator) {
                Some(words) => self.by_word(fields, words, column, balance),
                None if self.layout.conventions.owed_positive => self.negated(column, balance).map(Some),
                None => Ok(Some(balance)),
            },
            // `Processing` instead of a balance is no reason to lose the row; a broken number is.
            Err(reject) if reject.found.bytes().any(|b| b.is_ascii_digit()) => Err(reject),
            Err(_) => Ok(None),
        }
    }

    /// Returns a balance with the direction of the word beside it: a word for money out makes it a debt. Without a word
    /// that is known, or with one that the printed sign contradicts, nothing tells what it is.
    fn by_word(
        &self,
        fields: &[Field<'a>],
        words: Column,
        column: Column,
        balance: Amount,
    ) -> Result<Option<Amount>, Reject> {
        if balance.micros() == Micros::ZERO {
            return Ok(Some(balance));
        }
        match direction_of(self.layout, words, &words.of(fields).text(), Direction::In) {
            Some(Direction::Out) if balance.is_negative() => Ok(Some(balance)),
            Some(Direction::Out) => self.negated(column, balance).map(Some),
            Some(Direction::In) if !balance.is_negative() => Ok(Some(balance)),
            _ => Ok(None),
        }
    }
}
