//! The use cases. Each takes an open vault and plain options and returns a plain report.

pub mod report;
