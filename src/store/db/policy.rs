//! The owner's policy: its rules, oldest first.

use std::collections::BTreeSet;
use std::error::Error;
use std::str::FromStr;

use rusqlite::types::Value;

use crate::model::{RuleId, Timestamp};
use crate::share::{Allowance, Denial, Effect, Rule, Ruling};
use crate::store::db::change::Change;
use crate::store::db::meta;
use crate::store::db::table::{Columns, POLICY, Row, text_or_null};
use crate::store::db::view::View;
use crate::store::error::{Damage, StoreError, unreadable};

fn row(rule: &Rule) -> Row {
    let number = |number: Option<u32>| number.map_or(Value::Null, |n| Value::Integer(n.into()));
    let (recipient, scopes, accounts, numbers, once) = match &rule.ruling {
        Ruling::Allow(allowance) => (
            Some(allowance.recipient.as_str()),
            joined(&allowance.scopes),
            joined(&allowance.accounts),
            [Some(allowance.maximum_days), Some(allowance.window_days), allowance.maximum_rows],
            allowance.once,
        ),
        Ruling::Deny(denial) => {
            (denial.recipient.as_deref(), joined(&denial.scopes), joined(&denial.accounts), [None; 3], false)
        }
    };
    let [days, window, rows] = numbers.map(number);
    Row::new(vec![
        Value::Integer(rule.id.number()),
        Value::Text(rule.ruling.effect().to_string()),
        text_or_null(recipient),
        Value::Text(scopes),
        Value::Text(accounts),
        days,
        window,
        rows,
        Value::Integer(once.into()),
        Value::Integer(rule.created.unix()),
    ])
}

fn read(row: &[Value]) -> Result<Rule, StoreError> {
    let mut columns = Columns::of(row);
    let id = RuleId::new(columns.int()?);
    let effect: Effect = columns.parsed()?;
    let recipient = columns.text_or_null()?;
    let (scopes, accounts) = (parted(&columns.text()?)?, parted(&columns.text()?)?);
    let mut number = || columns.int_or_null()?.map(u32::try_from).transpose().map_err(unreadable);
    let (days, window, maximum_rows) = (number()?, number()?, number()?);
    let once = columns.int()? != 0;
    let created = Timestamp::from_unix(columns.int()?);
    let missing = |what: &str| Damage::Missing(format!("the {what} of rule {id}"));
    let ruling = match effect {
        Effect::Allow => Ruling::Allow(Allowance {
            recipient: recipient.ok_or_else(|| missing("recipient"))?,
            scopes,
            accounts,
            maximum_days: days.ok_or_else(|| missing("life"))?,
            window_days: window.ok_or_else(|| missing("window"))?,
            maximum_rows,
            once,
        }),
        Effect::Deny => Ruling::Deny(Denial { recipient, scopes, accounts }),
    };
    Ok(Rule { id, created, ruling })
}

fn joined(parts: &BTreeSet<impl ToString>) -> String {
    parts.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

fn parted<T: FromStr<Err: Error + Send + Sync + 'static> + Ord>(text: &str) -> Result<BTreeSet<T>, StoreError> {
    text.split_whitespace().map(|part| part.parse().map_err(unreadable)).collect()
}

impl View<'_> {
    /// Returns the rules, oldest first. A vault without one allows nothing unattended, and denies a person nothing.
    pub(crate) fn policy(&self) -> Result<Vec<Rule>, StoreError> {
        POLICY.all(self)?.iter().map(|row| read(row)).collect()
    }
}

impl Change<'_> {
    /// Adds a rule under a number that was never given before.
    pub(crate) fn add_rule(&mut self, ruling: Ruling, created: Timestamp) -> Result<Rule, StoreError> {
        let id = RuleId::new(self.reserve(meta::RULE_COUNTER, 1)?.cast_signed());
        let rule = Rule { id, created, ruling };
        POLICY.insert(&mut self.writer(), &row(&rule))?;
        Ok(rule)
    }

    /// Removes a rule.
    pub(crate) fn remove_rule(&mut self, id: RuleId) -> Result<bool, StoreError> {
        POLICY.delete(&mut self.writer(), &[Value::Integer(id.number())])
    }
}
