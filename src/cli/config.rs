//! The person's own settings, `config.toml` in the configuration directory: an option of the command line comes before a
//! setting, and a setting before the default.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use toml::{Spanned, Value};

use super::error::CliError;
use super::exit::Exit;
use super::near;
use super::paths;
use super::screen::Colour;
use crate::import::DateOrder;
use crate::model::Currency;
use crate::store::files::given;

/// The largest file that is read, in bytes.
const MOST: u64 = 64 * 1024;

/// The settings.
#[derive(Debug, Default)]
pub(crate) struct Config {
    /// The currency of files that name none.
    pub currency: Option<Currency>,
    /// The order of day, month and year in files that leave it open.
    pub date_order: Option<DateOrder>,
    /// When tables are coloured.
    pub colour: Option<Colour>,
    /// The command line of the pager.
    pub pager: Option<String>,
    /// Where `vault backup` writes when no place is named; an absolute path.
    pub backup: Option<PathBuf>,
}

/// One setting, as it is shown and as it stands in a new file.
pub(crate) struct Setting {
    /// Its name in the file.
    pub name: &'static str,
    /// What it does.
    pub meaning: &'static str,
    /// A value that it could have, as TOML.
    pub example: &'static str,
    /// What holds where it is not set.
    pub default: &'static str,
    /// Its value, where it is set.
    pub value: fn(&Config) -> Option<String>,
    /// Sets it to what the file says, or returns why that is no value of it.
    read: fn(&mut Config, &str) -> Result<(), String>,
}

/// Every setting.
pub(crate) const SETTINGS: [Setting; 5] = [
    Setting {
        name: "currency",
        meaning: "The currency of files that name none, as --currency of vault import",
        example: "\"USD\"",
        default: "asked for",
        value: |config| config.currency.map(|currency| currency.to_string()),
        read: |config, text| set(&mut config.currency, text.parse()),
    },
    Setting {
        name: "date-order",
        meaning: "The order of days in files that leave it open (dmy, mdy or ymd), as --date-order of vault import",
        example: "\"mdy\"",
        default: "asked for",
        value: |config| config.date_order.map(|order| order.to_string()),
        read: |config, text| set(&mut config.date_order, text.parse()),
    },
    Setting {
        name: "colour",
        meaning: "When tables are coloured: auto, always or never. NO_COLOR means never to auto",
        example: "\"never\"",
        default: "auto",
        value: |config| Some(serde_json::to_value(config.colour?).ok()?.as_str()?.to_owned()),
        read: |config, text| {
            let colour = serde_json::from_value(text.into()).map_err(|_| "it is auto, always or never");
            set(&mut config.colour, colour)
        },
    },
    Setting {
        name: "pager",
        meaning: "What shows lists that are longer than the terminal. cat turns paging off",
        example: "\"less -S\"",
        default: "$PAGER, else less",
        value: |config| config.pager.clone(),
        read: |config, text| set(&mut config.pager, Ok::<_, String>(text.to_owned())),
    },
    Setting {
        name: "backup",
        meaning: "Where vault backup writes when no place is named: an absolute path",
        example: "\"/mnt/backup\"",
        default: "named each time",
        value: |config| config.backup.as_ref().map(|path| path.display().to_string()),
        read: |config, text| {
            let path = PathBuf::from(text);
            let is_absolute = path.is_absolute();
            set(
                &mut config.backup,
                is_absolute.then_some(path).ok_or("it is not an absolute path, such as /mnt/backup"),
            )
        },
    },
];

/// Reads the settings. A file that is missing has none.
///
/// # Errors
/// When the file cannot be read, or has anything else in it than settings.
pub(crate) fn load() -> Result<Config, CliError> {
    let Some(path) = paths::config_file() else { return Ok(Config::default()) };
    let mut text = String::new();
    let read = given::open(&path).and_then(|file| file.take(MOST + 1).read_to_string(&mut text));
    match read {
        Ok(length) if length as u64 > MOST => Err(unusable(&path, "it is larger than 64 KiB")),
        Ok(_) => parse(&text, &path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Config::default()),
        Err(error) => {
            Err(CliError::caused(Exit::Usage, format!("your settings cannot be read: {}", path.display()), error)
                .hint("vault config path names the file"))
        }
    }
}

/// Reads the settings in a text.
///
/// # Errors
/// When there is anything else in it.
pub(crate) fn parse(text: &str, path: &Path) -> Result<Config, CliError> {
    let at = |start: usize| text[..start.min(text.len())].matches('\n').count() + 1;
    let file: BTreeMap<Spanned<String>, Spanned<Value>> = toml::from_str(text).map_err(|error| {
        let place = error.span().map(|span| format!("line {} ", at(span.start))).unwrap_or_default();
        unusable(path, format!("{place}is not TOML: {}", error.message()))
    })?;
    let mut config = Config::default();
    for (name, value) in file {
        let (line, value) = (at(name.span().start), value.into_inner());
        let name = name.into_inner();
        let Some(setting) = SETTINGS.iter().find(|setting| setting.name == name) else {
            let known = SETTINGS.iter().map(|setting| setting.name);
            let error = refused(path, format!("line {line}: there is no setting {name:?}"));
            return Err(error.hint_if(near::hint(&name, known)).hint(CORRECT));
        };
        let wrong = |why: String| unusable(path, format!("line {line}: the value of {name} is wrong: {why}"));
        let Value::String(value) = value else {
            return Err(wrong(format!("it is a text in quotes, such as {}", setting.example)));
        };
        (setting.read)(&mut config, &value).map_err(|why| wrong(format!("{value:?}: {why}")))?;
    }
    Ok(config)
}

fn unusable(path: &Path, why: impl Display) -> CliError {
    refused(path, why).hint(CORRECT)
}

fn refused(path: &Path, why: impl Display) -> CliError {
    CliError::new(Exit::Usage, format!("your settings cannot be used: {}: {why}", path.display()))
}

/// What to do about a file that cannot be used.
const CORRECT: &str = "correct it with `vault config edit`; `vault config --help` lists the settings";

/// Returns the text of a file that sets nothing yet, and says what could be set.
pub(crate) fn template() -> String {
    let mut text = String::from("# Settings of vault. An option on the command line comes before a setting.\n");
    for Setting { name, meaning, example, .. } in &SETTINGS {
        text.push_str(&format!("\n# {meaning}.\n# {name} = {example}\n"));
    }
    text
}

fn set<T>(setting: &mut Option<T>, read: Result<T, impl Display>) -> Result<(), String> {
    *setting = Some(read.map_err(|why| why.to_string())?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<Config, String> {
        parse(text, Path::new("config.toml")).map_err(|error| error.message())
    }

    #[test]
    fn every_setting_is_read_shown_and_in_the_template() {
        let text: String = SETTINGS.iter().map(|setting| format!("{} = {}\n", setting.name, setting.example)).collect();
        let config = parsed(&text).unwrap();
        for setting in &SETTINGS {
            assert_eq!((setting.value)(&config).unwrap(), setting.example.trim_matches('"'), "{}", setting.name);
            assert_eq!((setting.value)(&Config::default()), None);
        }
        let config = parsed(&template()).unwrap();
        assert!(SETTINGS.iter().all(|setting| (setting.value)(&config).is_none()));
        let uncommented: String = template()
            .lines()
            .filter_map(|line| line.strip_prefix("# ").filter(|line| line.contains(" = ")))
            .map(|line| format!("{line}\n"))
            .collect();
        assert!(SETTINGS.iter().all(|setting| (setting.value)(&parsed(&uncommented).unwrap()).is_some()));
    }

    #[test]
    fn what_is_no_setting_is_refused_with_its_line() {
        for (text, told) in [
            ("\ncurency = \"USD\"", "line 2: there is no setting \"curency\""),
            ("currency = \"dollars\"", "line 1: the value of currency is wrong: \"dollars\": "),
            ("currency = 5", "line 1: the value of currency is wrong: it is a text in quotes, such as \"USD\""),
            ("[pager]\nname = 1", "line 1: the value of pager is wrong: it is a text in quotes, such as \"less -S\""),
            ("colour = \"blue\"", "line 1: the value of colour is wrong: \"blue\": it is auto, always or never"),
            ("backup = \"here\"", "line 1: the value of backup is wrong: \"here\": it is not an absolute path"),
            ("date-order = \"dym\"", "line 1: the value of date-order is wrong: \"dym\": "),
            ("currency = \"USD\"\ncurrency = \"EUR\"", "line 2 is not TOML: "),
            ("= 4", "line 1 is not TOML: "),
        ] {
            let message = parsed(text).unwrap_err();
            assert!(message.contains(told), "{text}: {message}");
        }
    }
}
