//! How large a package may be.

/// The longest package that is read or written. Readers stop here before they allocate.
pub const MAX_PACKAGE_LEN: usize = 512 * 1024 * 1024;
