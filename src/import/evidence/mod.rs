//! What a whole file proves that no single row can: the order of dates, the decimal mark, the direction of amounts,
//! and which account it is of.

pub(crate) mod account;
pub(crate) mod date;
pub(crate) mod decimal_mark;
pub(crate) mod direction;
pub(crate) mod file_name;
pub(crate) mod joins;
#[allow(dead_code)]
pub(crate) mod lines;
