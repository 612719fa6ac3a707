//! The raw values of one row, account or balance, and what they say without the statement around them.

use std::borrow::Cow;

use super::tags::Tag;
use super::values;

/// The raw values inside one row, account or balance; empty where the file has none. The first one counts.
#[derive(Clone, Copy, Default)]
pub(super) struct Fields<'a> {
    pub(super) kind: &'a str,
    pub(super) posted: &'a str,
    pub(super) happened: &'a str,
    pub(super) amount: &'a str,
    pub(super) id: &'a str,
    pub(super) corrects: &'a str,
    pub(super) correction: &'a str,
    pub(super) check: &'a str,
    pub(super) name: &'a str,
    pub(super) extended: &'a str,
    pub(super) payee: &'a str,
    pub(super) memo: &'a str,
    pub(super) currency: &'a str,
    pub(super) bank: &'a str,
    pub(super) branch: &'a str,
    pub(super) account: &'a str,
    pub(super) account_type: &'a str,
    pub(super) balance: &'a str,
    pub(super) as_of: &'a str,
    /// A day or an amount that stands twice, with different values: its element and the second value.
    pub(super) twice: Option<(&'static str, &'a str)>,
}

impl<'a> Fields<'a> {
    /// Keeps the value of an element, if it is one that is needed.
    pub(super) fn set(&mut self, tag: Tag, value: &'a str) {
        let slot = match tag {
            Tag::TrnType => &mut self.kind,
            Tag::DtPosted => &mut self.posted,
            Tag::DtTran => &mut self.happened,
            Tag::TrnAmt => &mut self.amount,
            Tag::FitId => &mut self.id,
            Tag::CorrectFitId => &mut self.corrects,
            Tag::CorrectAction => &mut self.correction,
            Tag::CheckNum => &mut self.check,
            Tag::Name => &mut self.name,
            Tag::ExtdName => &mut self.extended,
            Tag::Payee => &mut self.payee,
            Tag::Memo => &mut self.memo,
            Tag::CurSym => &mut self.currency,
            Tag::BankId => &mut self.bank,
            Tag::BranchId => &mut self.branch,
            Tag::AcctId => &mut self.account,
            Tag::AcctType => &mut self.account_type,
            Tag::BalAmt => &mut self.balance,
            Tag::DtAsOf => &mut self.as_of,
            _ => return,
        };
        let is_empty_section = value.starts_with("<!") && values::text(value).is_empty();
        if slot.is_empty() && !is_empty_section {
            *slot = value;
        } else if !is_empty_section && *slot != value {
            self.twice = match tag {
                Tag::TrnAmt => Some(("TRNAMT", value)),
                Tag::DtPosted => Some(("DTPOSTED", value)),
                Tag::BalAmt => Some(("BALAMT", value)),
                _ => self.twice,
            };
        }
    }
}

/// Field, what was found, what is wrong with it.
pub(super) type Refusal<'a> = (&'static str, &'a str, String);

/// Refuses a row that reverses or changes an earlier one, said or not which of the two: it would count twice. One that
/// "replaces" itself is just a row.
pub(super) fn refuse_corrections<'a>(row: &Fields<'a>) -> Result<(), Refusal<'a>> {
    let is_itself = row.corrects == row.id || !names_a_row(row.corrects);
    let (field, found) = match row.correction {
        "" if is_itself => return Ok(()),
        "" => ("CORRECTFITID", row.corrects),
        action if action.eq_ignore_ascii_case("REPLACE") && row.corrects == row.id => return Ok(()),
        action => ("CORRECTACTION", action),
    };
    let reason = format!("the bank corrects its earlier row with FITID {}", values::shown(row.corrects));
    Err((field, found, reason))
}

/// Returns whether an id names a row: banks write zeros for none.
pub(super) fn names_a_row(id: &str) -> bool {
    id.bytes().any(|b| b.is_ascii_alphanumeric() && b != b'0')
}

/// Returns description and memo. Without a name the memo is the description; it is not said twice.
pub(super) fn described<'a>(row: &Fields<'a>) -> (Cow<'a, str>, Cow<'a, str>) {
    let (description, memo) = match (row.name, row.payee, row.memo) {
        ("", "", memo) => (memo, row.extended),
        ("", payee, memo) => (payee, if memo.is_empty() { row.extended } else { memo }),
        (name, _, memo) => (name, if memo.is_empty() { row.extended } else { memo }),
    };
    (values::text(description), values::text(memo))
}
