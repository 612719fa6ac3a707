//! One bank's CSV layout as data: the TOML notation, and how a file is compared with it.
//!
//! The notation is described in `docs/csv-profiles.md`. A profile that loads is sound: its dates cannot be
//! read in two ways, its columns exist in its headers, and it says where day, money and text are.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::column::Column;
use super::fault::ProfileFault;
use super::layout::{Conventions, Layout};
use super::records::{Field, Records};
use super::roles::{Role, Roles};
use super::sample::{DELIMITERS, Sample};
use crate::import::evidence::date::{Parts, Pattern};
use crate::import::evidence::direction::{Fee, Printed};
use crate::import::evidence::fold::key;
use crate::import::parsed::GENERIC;
use crate::model::{AccountType, Amount, Currency, DecimalMark};

/// How one bank, or one product of a bank, writes CSV.
#[derive(Clone, Debug)]
pub struct Profile {
    file: ProfileFile,
    kind: Option<AccountType>,
    currency: Option<Currency>,
    dates: Vec<Pattern>,
    decimal: Option<DecimalMark>,
    delimiter: Option<u8>,
}

/// The TOML file, key for key.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ProfileFile {
    name: String,
    institution: Option<String>,
    account_type: Option<String>,
    currency: Option<String>,
    delimiter: Option<String>,
    #[serde(default)]
    dates: Vec<String>,
    decimal: Option<DecimalMark>,
    newest_first: Option<bool>,
    #[serde(default)]
    ragged: bool,
    /// Texts of which a row holds one, where other profiles have the same header.
    #[serde(default)]
    says: Vec<String>,
    pending_when_empty: Option<String>,
    /// The column that names the account that paid a row; filled with none of the words `own`, the row is another's.
    paid_from: Option<String>,
    #[serde(default)]
    header: Vec<Header>,
    #[serde(default)]
    shape: Vec<Shape>,
    columns: BTreeMap<Role, Name>,
    #[serde(default)]
    signs: Signs,
    #[serde(default)]
    words: Words,
}

/// One version of the header, matched as a set.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    columns: Vec<String>,
    #[serde(default)]
    optional: Vec<String>,
    /// The columns, and these with the optional ones, as keys: compared with sixty lines of every file.
    #[serde(skip)]
    keys: (Vec<String>, Vec<String>),
}

/// One column of a file without a header.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Shape {
    name: String,
    like: Like,
    value: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Like {
    Date,
    Amount,
    /// Digits, or nothing.
    Number,
    Text,
    Any,
    /// Exactly `value`.
    Literal,
}

/// A column's name, or several of which a header version has one.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Name {
    One(String),
    Several(Vec<String>),
}

impl Name {
    fn all(&self) -> &[String] {
        match self {
            Name::One(name) => std::slice::from_ref(name),
            Name::Several(names) => names,
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Sign {
    Positive,
    #[default]
    Negative,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Signs {
    outflow: Sign,
    owed: Sign,
    debit: Printed,
    credit: Printed,
    fee: Fee,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Words {
    debit: Vec<String>,
    credit: Vec<String>,
    pending: Vec<String>,
    ignored: Vec<String>,
    own: Vec<String>,
}

impl Profile {
    /// Reads a profile, or says what is wrong: the line, where there is one, and the reason.
    pub(super) fn parse(text: &str) -> Result<Profile, (Option<usize>, ProfileFault)> {
        let file: ProfileFile = toml::from_str(text).map_err(|e| {
            let line = e.span().map(|span| text.get(..span.start).map_or(1, |t| t.matches('\n').count() + 1));
            (line, e.into())
        })?;
        Profile::check(file).map_err(|(key, fault)| {
            let line = text.lines().position(|l| l.trim_start().starts_with(key)).map(|i| i + 1);
            (line, fault)
        })
    }

    /// Checks what the notation alone cannot; an error names the key it is about.
    fn check(mut file: ProfileFile) -> Result<Profile, (&'static str, ProfileFault)> {
        for header in &mut file.header {
            let needed: Vec<String> = header.columns.iter().map(|n| key(n)).collect();
            let optional = header.optional.iter().map(|n| key(n));
            header.keys = (needed.clone(), needed.into_iter().chain(optional).collect());
        }
        let simple = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if file.name.is_empty() || !file.name.chars().all(simple) || file.name == GENERIC {
            return Err(("name", ProfileFault::Name(file.name)));
        }
        let kind = file.account_type.as_deref().map(str::parse).transpose();
        let kind = kind.map_err(|e| ("account_type", ProfileFault::AccountType(e)))?;
        let currency = file.currency.as_deref().map(str::parse).transpose();
        let currency = currency.map_err(|e| ("currency", ProfileFault::Currency(e)))?;
        let delimiter = match file.delimiter.as_deref().map(str::as_bytes) {
            None => None,
            Some([byte]) if DELIMITERS.contains(byte) => Some(*byte),
            Some(_) => return Err(("delimiter", ProfileFault::Delimiter)),
        };
        let mut dates: Vec<Pattern> = Vec::new();
        for text in &file.dates {
            let pattern = Pattern::parse(text).ok_or_else(|| ("dates", ProfileFault::Pattern(text.clone())))?;
            if dates.iter().any(|p| p.clashes(pattern)) {
                return Err(("dates", ProfileFault::Ambiguous(text.clone())));
            }
            dates.push(pattern);
        }
        if file.header.is_empty() == file.shape.is_empty() {
            return Err(("name", ProfileFault::HeaderOrShape));
        }
        for shape in &file.shape {
            if (shape.like == Like::Literal) != shape.value.is_some() {
                return Err(("like", ProfileFault::Literal { shape: shape.name.clone() }));
            }
        }
        let decimal = file.decimal;
        let profile = Profile { file, kind, currency, dates, decimal, delimiter };
        profile.check_columns()?;
        Ok(profile)
    }

    /// Refuses a column that is in no header, and a header without the columns that every row needs.
    fn check_columns(&self) -> Result<(), (&'static str, ProfileFault)> {
        let versions = self.versions();
        let known = |name: &String| versions.iter().any(|v| v.iter().any(|k| *k == key(name)));
        for (role, name) in &self.file.columns {
            let key = role.as_str();
            if let Some(missing) = name.all().iter().find(|n| !known(n)) {
                return Err((key, ProfileFault::UnknownColumn { key, column: missing.clone() }));
            }
        }
        let named = [("pending_when_empty", &self.file.pending_when_empty), ("paid_from", &self.file.paid_from)];
        for (key, name) in named {
            let Some(missing) = name.as_ref().filter(|n| !known(n)) else { continue };
            return Err((key, ProfileFault::UnknownColumn { key, column: missing.clone() }));
        }
        for version in versions {
            let roles = self.roles(&version);
            if !roles.has_day_and_money() || roles.all(Role::Description).is_empty() {
                return Err(("[columns]", ProfileFault::MissingColumns));
            }
            let indicators = [Role::Indicator, Role::BalanceIndicator];
            if indicators.iter().any(|role| roles.first(*role).is_some())
                && (self.file.words.debit.is_empty() || self.file.words.credit.is_empty())
            {
                return Err(("indicator", ProfileFault::NoIndicatorWords));
            }
        }
        Ok(())
    }

    /// Returns every header with its optional columns, or the names of the shape, as keys.
    fn versions(&self) -> Vec<Vec<String>> {
        let keys = |names: &mut dyn Iterator<Item = &String>| names.map(|n| key(n)).collect::<Vec<_>>();
        if self.file.header.is_empty() {
            return vec![keys(&mut self.file.shape.iter().map(|s| &s.name))];
        }
        self.file.header.iter().map(|h| keys(&mut h.columns.iter().chain(&h.optional))).collect()
    }

    /// Returns the name, as in `--profile`.
    pub fn name(&self) -> &str {
        &self.file.name
    }

    /// Returns whether files have a header line.
    pub(super) fn has_header(&self) -> bool {
        !self.file.header.is_empty()
    }

    /// Returns the columns that a file must have, in words.
    pub(super) fn expected(&self) -> String {
        match self.file.header.first() {
            Some(header) => format!("a header with the columns {}", header.columns.join(", ")),
            None => format!("rows of {} fields without a header", self.file.shape.len()),
        }
    }

    fn roles(&self, keys: &[String]) -> Roles {
        let mut roles = Roles::default();
        for (role, name) in &self.file.columns {
            roles.set(*role, name.all().iter().filter_map(|name| column(keys, name)));
        }
        roles
    }

    /// Returns the layout of a file by this profile, if the file has the header or the shape.
    pub(super) fn fit<'a>(&self, sample: &Sample<'a>) -> Option<Layout<'a>> {
        // A spreadsheet that saved the file again may have chosen another separator: a header is known all the same.
        let is_rewritten = self.delimiter.is_some_and(|d| d != sample.start.delimiter());
        if !self.file.shape.is_empty() {
            if is_rewritten {
                return None;
            }
            let matching = sample.records.iter().filter(|r| self.has_shape(&r.fields)).count();
            // One damaged row must not hide which bank it is; the row itself is rejected later.
            let fits = matching > 0 && matching * 2 > sample.records.len();
            let header = self.file.shape.iter().map(|s| s.name.clone()).collect();
            return fits.then(|| self.layout(header, Vec::new(), sample.start.clone()));
        }
        let index = sample.records.iter().position(|r| self.file.header.iter().any(|h| h.matches(&r.keys)))?;
        let mut layout = self.layout(sample.header(index), sample.before(index), sample.records[index].after.clone());
        if is_rewritten {
            layout.conventions.decimal = None;
        }
        Some(layout)
    }

    /// Returns whether a row at the start of a file says one of the texts that only this bank writes.
    pub(super) fn is_named_by(&self, layout: &Layout<'_>) -> bool {
        let mut rows = layout.rows.clone();
        let mut fields = Vec::new();
        let mut looked = 0;
        while looked < 60 && matches!(rows.next(&mut fields), Ok(Some(_))) {
            looked += 1;
            let says = |f: &Field<'_>| self.file.says.iter().any(|text| f.text().to_lowercase().contains(text));
            if fields.iter().any(says) {
                return true;
            }
        }
        false
    }

    fn has_shape(&self, fields: &[Field<'_>]) -> bool {
        let like = |shape: &Shape, text: &str| match shape.like {
            Like::Date => self.reads_date(text),
            Like::Amount => self.reads_amount(text),
            Like::Number => text.bytes().all(|b| b.is_ascii_digit()),
            Like::Text => !text.is_empty(),
            Like::Any => true,
            Like::Literal => shape.value.as_deref() == Some(text),
        };
        fields.len() == self.file.shape.len() && self.file.shape.iter().zip(fields).all(|(s, f)| like(s, &f.text()))
    }

    fn reads_amount(&self, text: &str) -> bool {
        let marks = DecimalMark::ALL;
        marks
            .iter()
            .filter(|m| self.decimal.is_none_or(|d| d == **m))
            .any(|m| Amount::parse(text, *m, self.currency.unwrap_or(Currency::NONE)).is_ok())
    }

    fn reads_date(&self, text: &str) -> bool {
        match self.dates.as_slice() {
            [] => Parts::split(text).is_some(),
            patterns => patterns.iter().any(|p| p.read(text).is_some()),
        }
    }

    /// Returns whether the dates at the start of a file are written as this profile says.
    pub(super) fn dates_fit(&self, layout: &Layout<'_>) -> bool {
        let mut rows = layout.rows.clone();
        let mut fields = Vec::new();
        let (mut good, mut bad) = (0, 0);
        while good + bad < 20 && matches!(rows.next(&mut fields), Ok(Some(_))) {
            let cell = layout.roles.all(Role::Day).iter().map(|c| c.of(&fields)).find(|f| !f.is_blank());
            match cell {
                Some(cell) if self.reads_date(&cell.text()) => good += 1,
                _ => bad += 1,
            }
        }
        good >= bad
    }

    fn layout<'a>(&self, header: Vec<String>, preamble: Vec<(u64, Vec<Field<'a>>)>, rows: Records<'a>) -> Layout<'a> {
        let keys: Vec<String> = header.iter().map(|h| key(h)).collect();
        let lower = |words: &[String]| words.iter().map(|w| w.to_lowercase()).collect::<Vec<_>>();
        let file = &self.file;
        let conventions = Conventions {
            dates: self.dates.clone(),
            decimal: self.decimal,
            outflow_positive: file.signs.outflow == Sign::Positive,
            owed_positive: file.signs.owed == Sign::Positive,
            debit: file.signs.debit,
            credit: file.signs.credit,
            fee: file.signs.fee,
            debit_words: lower(&file.words.debit),
            credit_words: lower(&file.words.credit),
            pending_words: lower(&file.words.pending),
            ignored_words: lower(&file.words.ignored),
            paid_from: file.paid_from.as_ref().and_then(|name| column(&keys, name)),
            own_words: lower(&file.words.own),
            pending_when_empty: file.pending_when_empty.as_ref().and_then(|name| column(&keys, name)),
            in_doubt: Vec::new(),
            newest_first: file.newest_first,
            ragged: file.ragged,
        };
        Layout {
            profile: file.name.clone(),
            institution: file.institution.clone(),
            kind: self.kind,
            currency: self.currency,
            roles: self.roles(&keys),
            header,
            conventions,
            learn: false,
            preamble,
            rows,
        }
    }
}

/// Returns the column that has a name; `keys` are those of the header.
fn column(keys: &[String], name: &str) -> Option<Column> {
    keys.iter().position(|k| *k == key(name)).map(Column::new)
}

impl Header {
    /// Returns whether a line has all columns, and no others than these and the optional ones.
    fn matches(&self, keys: &[String]) -> bool {
        let (needed, known) = &self.keys;
        needed.iter().all(|key| keys.contains(key)) && keys.iter().all(|key| known.contains(key))
    }
}
