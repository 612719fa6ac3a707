//! What the owner answered about layouts, so that it is not asked again.

use rusqlite::types::Value;

use crate::model::{AnswerId, Timestamp};
use crate::store::db::change::Change;
use crate::store::db::meta;
use crate::store::db::table::{ANSWERS, Columns};
use crate::store::db::view::View;
use crate::store::error::StoreError;

/// One remembered answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredAnswer {
    /// Its id.
    pub id: AnswerId,
    /// The layout that it is about, as `import::Parsed` names it.
    pub layout: String,
    /// What was asked: a word of `import::ImportOption`.
    pub option: String,
    /// What was answered, as it would be written on the command line.
    pub answer: String,
    /// When it was given.
    pub created: Timestamp,
}

impl StoredAnswer {
    fn row(&self) -> [Value; 5] {
        [
            Value::Integer(self.id.number()),
            Value::Text(self.layout.clone()),
            Value::Text(self.option.clone()),
            Value::Text(self.answer.clone()),
            Value::Integer(self.created.unix()),
        ]
    }

    fn read(row: &[Value]) -> Result<StoredAnswer, StoreError> {
        let mut columns = Columns::of(row);
        Ok(StoredAnswer {
            id: AnswerId::new(columns.int()?),
            layout: columns.text()?,
            option: columns.text()?,
            answer: columns.text()?,
            created: Timestamp::from_unix(columns.int()?),
        })
    }
}

impl View<'_> {
    /// Returns every remembered answer, oldest first.
    pub(crate) fn answers(&self) -> Result<Vec<StoredAnswer>, StoreError> {
        ANSWERS.all(self)?.iter().map(|row| StoredAnswer::read(row)).collect()
    }
}

impl Change<'_> {
    /// Remembers an answer in place of an earlier one to the same question about the same layout. Returns its id, and nothing
    /// where it is known already.
    pub(crate) fn put_answer(
        &mut self,
        layout: &str,
        option: &str,
        answer: &str,
        created: Timestamp,
    ) -> Result<Option<AnswerId>, StoreError> {
        let mut earlier = self.view().answers()?;
        earlier.retain(|a| a.layout == layout && a.option == option);
        if earlier.iter().any(|a| a.answer == answer) {
            return Ok(None);
        }
        for StoredAnswer { id, .. } in earlier {
            self.remove_answer(id)?;
        }
        let id = AnswerId::new(self.reserve(meta::ANSWER_COUNTER, 1)?.cast_signed());
        let (layout, option, answer) = (layout.to_owned(), option.to_owned(), answer.to_owned());
        ANSWERS.insert(&mut self.writer(), &StoredAnswer { id, layout, option, answer, created }.row())?;
        Ok(Some(id))
    }

    /// Forgets an answer. Returns whether there was one.
    pub(crate) fn remove_answer(&mut self, id: AnswerId) -> Result<bool, StoreError> {
        ANSWERS.delete(&mut self.writer(), &[Value::Integer(id.number())])
    }
}
