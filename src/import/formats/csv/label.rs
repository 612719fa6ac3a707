//! What a row says of itself in another column than its text: that it is a balance or a sum, it may be.

use std::borrow::Cow;
use std::cell::OnceCell;

use super::column::Column;
use super::layout::Layout;
use super::records::Field;
use super::roles::Role;
use crate::import::evidence::lines::{self, Line};
use crate::model::Entry;

/// The words of a balance or a sum beside the text of a row.
#[derive(Debug)]
pub(super) struct Label {
    /// The line of the row.
    line: u64,
    text: String,
    /// The name of the column.
    column: String,
    place: Place,
}

/// Where such words stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// In a column of types, categories or statuses, where no payee is named.
    Kind,
    /// In a further column of texts.
    Text,
    /// In a column that may hold anything.
    Unknown,
    /// In a row that has no text of its own.
    Alone,
}

impl Place {
    /// Returns what a column is. None where it holds days, money, numbers or names of accounts, or has no role in a profile.
    fn of(layout: &Layout<'_>, column: Column) -> Option<Place> {
        let is_one_of = |roles: &[Role]| roles.iter().any(|role| layout.roles.all(*role).contains(&column));
        if is_one_of(&[Role::Type, Role::Category, Role::Status]) {
            Some(Place::Kind)
        } else if is_one_of(&[Role::Memo, Role::Description, Role::Payer]) {
            Some(Place::Text)
        } else {
            (layout.learn && !layout.roles.has(column)).then_some(Place::Unknown)
        }
    }
}

impl Label {
    /// Returns what a row says beside its text, which says nothing of the kind. `line` is that of the row.
    pub(super) fn beside(layout: &Layout<'_>, line: u64, fields: &[Field<'_>], text: &str) -> Option<Label> {
        let found = |(index, field): (usize, &Field<'_>)| {
            let cell = field.text();
            let column = Column::new(index);
            let place = says(&cell).then(|| Place::of(layout, column))??;
            Some(Label { line, text: cell.into_owned(), column: layout.name(column).to_owned(), place })
        };
        let may_be_one = |(_, field): &(usize, &Field<'_>)| lines::may_begin_one(field.raw());
        fields.iter().enumerate().filter(may_be_one).find_map(found).filter(|_| !says(text))
    }

    /// Returns what a row says, beside its text or in place of one.
    pub(super) fn of(layout: &Layout<'_>, line: u64, fields: &[Field<'_>], text: &str) -> Option<Label> {
        let own = layout.roles.first(Role::Description);
        if says(text) && own.is_none_or(|column| column.of(fields).is_blank()) {
            return Some(Label { line, text: text.to_owned(), column: "description".to_owned(), place: Place::Alone });
        }
        Label::beside(layout, line, fields, text)
    }

    /// Returns the words.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Returns whether the words may be said of something else: of a payee, of what a payment was for, of what paid it.
    pub(super) fn may_be_a_name(&self) -> bool {
        let is_bound = || matches!(lines::kind(&self.text), Some(Line::Opening | Line::Closing | Line::Forward));
        match self.place {
            Place::Kind | Place::Alone => false,
            Place::Text => lines::may_be_a_name(&self.text),
            Place::Unknown => !is_bound() || lines::may_be_a_name(&self.text),
        }
    }
}

/// What the rows of a statement say of themselves: by their labels where they have one, else by their texts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Said<'l>(&'l [Label]);

impl<'l> Said<'l> {
    /// Takes the labels of a statement, in the order of their lines. One that all rows have tells them from none.
    pub(super) fn of(labels: &'l [Label], rows: usize) -> Said<'l> {
        let is_of_all = rows > 1 && labels.len() == rows && labels.iter().all(|label| label.text == labels[0].text);
        Said(if is_of_all { &[] } else { labels })
    }

    fn label(self, entry: &Entry<'_>) -> Option<&'l Label> {
        self.0.binary_search_by_key(&entry.line, |label| label.line).ok().map(|index| &self.0[index])
    }

    /// Returns the words of a row.
    pub(super) fn words<'e>(self, entry: &'e Entry<'_>) -> &'e str
    where
        'l: 'e,
    {
        self.label(entry).map_or(&entry.description, |label| &label.text)
    }

    /// Returns the name of the column in which they stand.
    pub(super) fn column(self, entry: &Entry<'_>) -> &'l str {
        self.label(entry).map_or("description", |label| &label.column)
    }

    /// Returns what the words of a row are.
    pub(super) fn kind(self, entry: &Entry<'_>) -> Option<Line> {
        lines::kind(self.words(entry))
    }

    /// Returns whether the words of a row may be a name.
    pub(super) fn may_be_a_name(self, entry: &Entry<'_>) -> bool {
        self.label(entry).map_or_else(|| lines::may_be_a_name(&entry.description), Label::may_be_a_name)
    }

    /// Returns whether the words stand beside the text.
    pub(super) fn is_beside(self, entry: &Entry<'_>) -> bool {
        self.label(entry).is_some_and(|label| label.place != Place::Alone)
    }
}

/// Returns the words of a balance or a sum in any cell of a row without a text.
pub(super) fn of_row<'a>(layout: &Layout<'_>, fields: &[Field<'a>]) -> Option<Cow<'a, str>> {
    if has_text(layout, fields) {
        return None;
    }
    fields.iter().map(|field| field.text()).find(|text| says(text))
}

/// The columns whose words say what a row without a text is. They are looked for once a row has such words.
#[derive(Default)]
pub(super) struct Labels(OnceCell<Vec<i64>>);

impl Labels {
    /// Returns the words of a balance or a sum in a row without a text, from a column that has them beside fewer rows with one.
    pub(super) fn of_row<'a>(&self, layout: &Layout<'_>, fields: &[Field<'a>]) -> Option<Cow<'a, str>> {
        of_row(layout, fields)?;
        let more = self.0.get_or_init(|| tally(layout));
        fields.iter().zip(more).filter(|(_, more)| **more > 0).map(|(field, _)| field.text()).find(|text| says(text))
    }
}

/// Counts for each column by how many rows more without a text than with one have such words in it.
fn tally(layout: &Layout<'_>) -> Vec<i64> {
    let (mut rows, mut fields, mut more) = (layout.rows.clone(), Vec::new(), Vec::new());
    while let Ok(Some(_)) = rows.next(&mut fields) {
        let one = if has_text(layout, &fields) { -1 } else { 1 };
        more.resize(more.len().max(fields.len()), 0);
        more.iter_mut().zip(&fields).filter(|(_, field)| says(&field.text())).for_each(|(more, _)| *more += one);
    }
    more
}

fn has_text(layout: &Layout<'_>, fields: &[Field<'_>]) -> bool {
    layout.roles.all(Role::Description).iter().any(|column| !column.of(fields).is_blank())
}

/// Returns whether a text has the words of a balance or a sum.
pub(super) fn says(text: &str) -> bool {
    lines::kind(text).is_some_and(|line| line.is_balance() || matches!(line, Line::Available | Line::Total))
}
