//! Bytes of an export file to text.
