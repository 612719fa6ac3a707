//! JSON, indented by two spaces, fields in the order of `docs/json.md`, safe to print on a terminal.

use std::io::{self, BufWriter, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, PrettyFormatter, Serializer};

use super::error::OutputError;
use super::safe::terminal_safe;

/// Writes a report to stdout, piece by piece: a million rows need no second copy.
pub(crate) fn write<T: Serialize + ?Sized>(report: &T) -> Result<(), OutputError> {
    let mut out = BufWriter::new(io::stdout().lock());
    let written = report.serialize(&mut Serializer::with_formatter(&mut out, Safe(PrettyFormatter::new())));
    let ended = match written {
        Ok(()) => out.write_all(b"\n").and_then(|()| out.flush()),
        Err(error) if error.is_io() => Err(error.into()),
        Err(error) => return Err(OutputError::Json(error)),
    };
    // The rest of the buffer must not be written again when it is dropped.
    let _ = out.into_parts();
    ended.map_err(OutputError::Stdout)
}

/// Writes a report to stdout in one line.
pub(crate) fn write_line<T: Serialize>(report: &T) -> Result<(), OutputError> {
    let line = serde_json::to_string(report).map_err(OutputError::Json)?;
    super::to_stdout(&format!("{}\n", terminal_safe(&line)))
}

/// serde's indented form, with strings made safe.
struct Safe(PrettyFormatter<'static>);

/// Passes on what is not changed here.
macro_rules! same {
    ($($name:ident($($argument:ident: $kind:ty),*);)*) => {$(
        fn $name<W: ?Sized + Write>(&mut self, writer: &mut W $(, $argument: $kind)*) -> io::Result<()> {
            self.0.$name(writer $(, $argument)*)
        }
    )*};
}

impl Formatter for Safe {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        writer.write_all(terminal_safe(fragment).as_bytes())
    }

    same! {
        begin_array();
        end_array();
        begin_array_value(first: bool);
        end_array_value();
        begin_object();
        end_object();
        begin_object_key(first: bool);
        begin_object_value();
        end_object_value();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pretty<T: Serialize>(value: &T) -> String {
        let mut out = Vec::new();
        value.serialize(&mut Serializer::with_formatter(&mut out, Safe(PrettyFormatter::new()))).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn escapes_what_controls_a_terminal_and_keeps_the_value() {
        let text = "a\u{1b}[2J\u{7f}\u{9b}1m\u{202e}b\u{e0041}\n\"é\"";
        let json = pretty(&[text]);
        assert!(json.chars().all(|c| c == '\n' || !c.is_control()), "{json:?}");
        assert!(json.contains("\\u202e") && json.contains("\\udb40\\udc41") && json.contains('é'), "{json}");
        assert_eq!(serde_json::from_str::<Vec<String>>(&json).unwrap(), [text]);
        let compact = serde_json::to_string(&[text]).unwrap();
        assert_eq!(serde_json::from_str::<Vec<String>>(&terminal_safe(&compact)).unwrap(), [text]);
    }

    #[test]
    fn indents_like_serde() {
        let value = serde_json::json!({"a": [1, {"b": []}], "c": {}});
        assert_eq!(pretty(&value), serde_json::to_string_pretty(&value).unwrap());
    }
}
