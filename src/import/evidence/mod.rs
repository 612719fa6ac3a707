//! What a whole file proves that no single row can: the order of dates, the decimal mark, the direction of amounts,
//! which account it is of, the language of its text, and which of its lines are no movement of money.

pub(crate) mod account;
pub(crate) mod date;
pub(crate) mod decimal_mark;
pub(crate) mod direction;
pub(crate) mod file_name;
pub(crate) mod fold;
pub(crate) mod joins;
pub(crate) mod language;
pub(crate) mod languages;
pub(crate) mod lines;
pub(crate) mod number;
pub(crate) mod pending;
