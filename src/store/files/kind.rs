//! Kinds of files in words, and the flags that open one without following or waiting.

use std::fs::Metadata;
use std::os::unix::fs::FileTypeExt;

use rustix::fs::OFlags;

/// Returns what a file is.
pub(crate) fn of(data: &Metadata) -> &'static str {
    let kind = data.file_type();
    match () {
        () if kind.is_symlink() => "a symbolic link",
        () if kind.is_dir() => "a directory",
        () if kind.is_file() => "a regular file",
        () if kind.is_fifo() => "a named pipe",
        () if kind.is_socket() => "a socket",
        () => "a device",
    }
}

/// Returns flags as the standard library takes them.
pub(crate) fn open_flags(flags: OFlags) -> i32 {
    // Open flags fit an `int` everywhere: that is their type in C.
    i32::try_from(flags.bits()).unwrap_or(0)
}
