//! An error in words: its message and its causes.

use std::error::Error;
use std::fmt::Write as _;
use std::io;

/// Returns the message and its causes, without causes that the text already contains.
pub(crate) fn with_causes(error: &dyn Error) -> String {
    let mut text = without_numbers(error.to_string());
    let mut cause = error.source();
    while let Some(next) = cause {
        let more = without_numbers(next.to_string());
        if !text.contains(&more) {
            let _ = write!(text, ": {more}");
        }
        cause = next.source();
    }
    text
}

/// Returns the system's message without the number that Rust appends.
pub(crate) fn plain(source: &io::Error) -> String {
    without_numbers(source.to_string())
}

/// Removes the numbers of system errors from a message.
fn without_numbers(mut text: String) -> String {
    while let Some(start) = text.find(" (os error ") {
        let Some(length) = text[start..].find(')') else { break };
        text.replace_range(start..=start + length, "");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_out_the_numbers_of_system_errors() {
        assert_eq!(plain(&io::Error::from_raw_os_error(2)), "No such file or directory");
        assert_eq!(without_numbers("a (os error 2), b (os error 13)".to_owned()), "a, b");
        assert_eq!(without_numbers("cut (os error 2".to_owned()), "cut (os error 2");
    }
}
