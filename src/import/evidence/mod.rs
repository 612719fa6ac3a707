//! What a whole file proves that no single row can: the order of dates, the decimal mark.

pub(crate) mod date;
pub(crate) mod decimal_mark;
