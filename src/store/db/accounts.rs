//! Accounts.

use rusqlite::types::Value;

use crate::model::{AccountId, AccountNumber, AccountType, Currency, Day, folded};
use crate::store::db::change::Change;
use crate::store::db::meta;
use crate::store::db::table::{ACCOUNTS, Columns, NUMBERS, Row, text_or_null};
use crate::store::db::view::View;
use crate::store::error::{Damage, StoreError, unreadable};

/// An account of the vault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Account {
    /// Its id.
    pub id: AccountId,
    /// The name that the owner knows it by; no two accounts have the same.
    pub name: String,
    /// Its kind.
    pub kind: AccountType,
    /// Its currency, of every amount in it.
    pub currency: Currency,
    /// Routing number, BIC or BANKID.
    pub bank: Option<String>,
    /// The branch, where a file tells it apart from the bank.
    pub branch: Option<String>,
    /// The institution's name.
    pub institution: Option<String>,
    /// Whether the owner closed it.
    pub closed: bool,
    /// The whole numbers that files or the owner told, in the order in which they became known.
    pub numbers: Vec<AccountNumber>,
}

/// How much of an account there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Extent {
    /// Living transactions.
    pub transactions: u64,
    /// Day of the first.
    pub first: Option<Day>,
    /// Day of the last.
    pub last: Option<Day>,
}

impl Account {
    /// Returns whether this is its name, in any case and composed or not.
    pub(crate) fn has_name(&self, name: &str) -> bool {
        folded(&self.name) == folded(name.trim())
    }

    /// Returns the number that is shown: the newest.
    pub(crate) fn number(&self) -> Option<&AccountNumber> {
        self.numbers.last()
    }

    fn row(&self) -> Vec<Value> {
        vec![
            Value::Integer(self.id.number()),
            Value::Text(self.name.clone()),
            Value::Text(self.kind.as_str().to_owned()),
            Value::Text(self.currency.code().to_owned()),
            text_or_null(self.bank.as_deref()),
            text_or_null(self.branch.as_deref()),
            text_or_null(self.institution.as_deref()),
            Value::Integer(self.closed.into()),
        ]
    }

    fn read(row: &[Value], numbers: &[(AccountId, AccountNumber)]) -> Result<Account, StoreError> {
        let mut columns = Columns::of(row);
        let id = AccountId::new(columns.int()?);
        Ok(Account {
            id,
            name: columns.text()?,
            kind: columns.parsed()?,
            currency: columns.parsed()?,
            bank: columns.text_or_null()?,
            branch: columns.text_or_null()?,
            institution: columns.text_or_null()?,
            closed: columns.int()? != 0,
            numbers: numbers.iter().filter(|(account, _)| *account == id).map(|(_, number)| number.clone()).collect(),
        })
    }
}

/// Reads every number with its account, by account and position.
fn numbers(view: &View<'_>) -> Result<Vec<(AccountId, AccountNumber)>, StoreError> {
    let read = |row: &[Value]| {
        let mut columns = Columns::of(row);
        let (account, _position) = (AccountId::new(columns.int()?), columns.int()?);
        let number =
            AccountNumber::new(&columns.text()?).ok_or_else(|| Damage::Missing("an account number".to_owned()))?;
        Ok((account, number))
    };
    NUMBERS.all(view)?.iter().map(|row| read(row)).collect()
}

impl View<'_> {
    /// Returns every account that is shown, by id.
    pub(crate) fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        let hidden = self.hidden_accounts()?;
        Ok(self.all_accounts()?.into_iter().filter(|account| !hidden.contains(&account.id)).collect())
    }

    /// Returns every account, those that are merged and what was kept of their targets too.
    pub(crate) fn all_accounts(&self) -> Result<Vec<Account>, StoreError> {
        let numbers = numbers(self)?;
        ACCOUNTS.all(self)?.iter().map(|row| Account::read(row, &numbers)).collect()
    }

    /// Returns how many transactions an account has, and their first and last day.
    pub(crate) fn extent(&self, account: AccountId) -> Result<Extent, StoreError> {
        let mut extent = Extent::default();
        let sums = self.digests.of_account(account.number()).filter(|(_, sum)| sum.shown.txns > 0);
        let months: Vec<i32> = sums
            .inspect(|(_, sum)| extent.transactions += sum.shown.txns.unsigned_abs())
            .map(|(bucket, _)| bucket.month)
            .collect();
        if let (Some(first), Some(last)) = (months.first(), months.last()) {
            extent.first = self.days_of_month(account, *first)?.into_iter().min();
            extent.last = self.days_of_month(account, *last)?.into_iter().max();
        }
        Ok(extent)
    }

    fn days_of_month(&self, account: AccountId, month: i32) -> Result<Vec<Day>, StoreError> {
        let day = Day::first_of_month(month).map_err(unreadable)?;
        let mut days = Vec::new();
        self.visit(account, crate::model::Period::new(day, day), false, |rows| {
            days.extend(rows.iter().filter(|row| row.lead).map(|row| row.day()));
            std::ops::ControlFlow::Continue(())
        })?;
        Ok(days)
    }
}

impl Change<'_> {
    /// Adds an account and gives it its id.
    pub(crate) fn add_account(&mut self, mut account: Account) -> Result<Account, StoreError> {
        account.id = AccountId::new(self.reserve(meta::ACCOUNT_COUNTER, 1)?.cast_signed());
        ACCOUNTS.insert(&mut self.writer(), &account.row())?;
        self.put_numbers(&account)?;
        Ok(account)
    }

    /// Replaces the account with the same id, and its numbers.
    pub(crate) fn put_account(&mut self, account: &Account) -> Result<(), StoreError> {
        ACCOUNTS.put(&mut self.writer(), &account.row())?;
        self.put_numbers(account)
    }

    /// Removes an account that no row is of, with its numbers and with what undone imports covered of it.
    pub(crate) fn remove_account(&mut self, account: &Account) -> Result<(), StoreError> {
        self.put_account(&Account { numbers: Vec::new(), ..account.clone() })?;
        self.remove_coverages(|coverage| coverage.account == account.id)?;
        ACCOUNTS.delete(&mut self.writer(), &[Value::Integer(account.id.number())])?;
        Ok(())
    }

    fn put_numbers(&mut self, account: &Account) -> Result<(), StoreError> {
        let id = Value::Integer(account.id.number());
        let rows = NUMBERS.all(&self.view())?;
        for old in rows.iter().filter(|row| row[0] == id) {
            NUMBERS.delete(&mut self.writer(), &old[..2])?;
        }
        for (position, number) in (0..).zip(&account.numbers) {
            let row = Row::new(vec![id.clone(), Value::Integer(position), Value::Text(number.full().to_owned())]);
            NUMBERS.insert(&mut self.writer(), &row)?;
        }
        Ok(())
    }
}
