//! Bytes of an export file to statements, and which rows of a statement are new. Pure: no paths, no database.
//!
//! Three steps that know nothing of each other: [`text::decode`] makes text, [`read`] finds the format and
//! parses, [`reconcile::reconcile`] makes transactions of all that an account's files show.
//! Every importer ends in [`Statement`](crate::model::Statement). Detection reads content, never a file's name.

mod code_page;
mod coverage;
mod detect;
mod error;
pub(crate) mod evidence;
mod export;
pub mod formats;
mod options;
mod parsed;
pub mod reconcile;
pub mod text;

pub(crate) use coverage::only_order;
pub use coverage::{coverage, days, newest_first};
pub use detect::read;
pub use error::{Damage, ImportError, ImportOption, Problem, Question, Remedy, UnknownProfile};
pub use evidence::date::DateOrder;
pub use export::is_export;
pub(crate) use options::may_be_owed;
pub use options::{KnownAccount, ReadOptions, SignRule, Style, ToldSign, Unsigned};
pub use parsed::{GENERIC, Parsed, Remark};
