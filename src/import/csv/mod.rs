//! CSV files through profiles.
