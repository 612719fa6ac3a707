//! Values that are one of a few words.

use crate::import::{DateOrder, SignRule};
use crate::model::{AccountType, EntryStatus};
use crate::ops::query::Sort;
use crate::share::Scope;
use crate::store::SlotKind;

/// Which words an argument takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Words {
    AccountType,
    DateOrder,
    Scope,
    Sign,
    SlotKind,
    Sort,
    Status,
}

impl Words {
    /// Returns the words that begin with what is typed, in any case, as a person types them.
    pub(super) fn fitting(self, typed: &str) -> Vec<String> {
        let typed = typed.to_lowercase();
        let mut words = self.all();
        words.iter_mut().for_each(|word| *word = word.to_lowercase());
        words.retain(|word| word.starts_with(&typed));
        words
    }

    fn all(self) -> Vec<String> {
        fn written<T: ToString>(values: &[T]) -> Vec<String> {
            values.iter().map(T::to_string).collect()
        }
        match self {
            Words::AccountType => written(&AccountType::ALL),
            Words::DateOrder => written(&DateOrder::ALL),
            Words::Scope => written(&Scope::ALL),
            Words::Sign => written(&SignRule::ALL),
            Words::SlotKind => written(&SlotKind::ALL),
            Words::Sort => written(&Sort::ALL),
            Words::Status => written(&EntryStatus::ALL),
        }
    }
}
