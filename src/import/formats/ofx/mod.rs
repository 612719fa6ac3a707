//! OFX and QFX files: OFX 1.x (SGML, with or without closing tags) and OFX 2.x (XML), by one tolerant reader.
//!
//! `lexer` makes tags with raw values, `ahead` passes them on, `document` follows the nesting, `fields` holds one
//! row, `draft` collects one statement. Nothing recurses and no tree is built: rows borrow from the text. It must not know the vault, nor which rows
//! are new.
//! Tolerant of form, strict about loss: every `STMTTRN` ends as an entry or a rejected row, and a file that
//! ends in the middle of something is refused. Spec: OFX 1.6 and 2.2, chapters 3, 11 and 13.
//! Amounts and balances keep their printed sign, as OFX has it (what a card owes is negative), unless the types of the
//! rows contradict it throughout: `direction`. Rows that state a balance are none: `stated`.

mod ahead;
mod direction;
mod document;
mod draft;
mod fields;
mod header;
mod lexer;
mod read;
mod stated;
mod tags;
#[cfg(test)]
#[path = "../../../../tests/unit/import/ofx.rs"]
mod tests;
mod values;

pub use header::looks_like;
pub use read::read;
