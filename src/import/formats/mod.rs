//! One room for each format of export files. Each takes decoded text and ends in statements.

pub mod csv;
pub mod ofx;
