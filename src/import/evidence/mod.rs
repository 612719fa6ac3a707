//! What a whole file proves that no single row can: the order of dates, the decimal mark.

pub(in crate::import) mod date;
pub(in crate::import) mod decimal_mark;
