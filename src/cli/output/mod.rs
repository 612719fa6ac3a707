//! A report becomes a table, JSON or CSV on stdout; notes and errors go to stderr.
//!
//! Text from files is made safe here and nowhere else: cleaned in tables and CSV, escaped in JSON, and never run as a
//! formula by a spreadsheet.

mod causes;
mod column;
pub(crate) mod csv;
pub(crate) mod document;
mod error;
mod fields;
mod fit;
pub(crate) mod foreign;
pub(crate) mod json;
mod pager;
pub(crate) mod safe;
mod sheet;
mod streams;
pub(crate) mod table;
pub(super) mod value;

pub(crate) use causes::{plain, with_causes};
pub(crate) use column::{Cell, Column};
pub(crate) use error::OutputError;
pub(crate) use pager::{page, set_pager};
pub(crate) use sheet::{Sheet, Summary};
pub(crate) use streams::{bytes_to_stdout, note, note_in_words, sync_stdout, to_stdout};
