//! OFX and QFX files.
