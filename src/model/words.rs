//! Enums that are written as words: in JSON, in the database, in files and on the command line.

use thiserror::Error;

/// The text is none of the words of its kind.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{found:?} is not {what}: one of {known} is expected")]
pub struct UnknownWord {
    found: String,
    what: &'static str,
    known: String,
}

impl UnknownWord {
    pub(crate) fn new(found: &str, what: &'static str, known: &[&str]) -> UnknownWord {
        // Shortened: the text may come from a file that somebody else wrote.
        UnknownWord { found: found.chars().take(60).collect(), what, known: known.join(", ") }
    }
}

/// Defines an enum with one word for each value, and a second word that is only read where one is given.
///
/// The words are in `Display`, `Serialize` and `as_str`; `FromStr` and `Deserialize` read them in any case. The
/// literal after the name says what a value is, for the error: `"a scope"`.
macro_rules! words {
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident: $what:literal {
            $($(#[$doc:meta])* $variant:ident = $word:literal $(| $alias:literal)?,)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis enum $name {
            $($(#[$doc])* $variant,)+
        }

        impl $name {
            /// Every value, in the order of the documentation.
            $vis const ALL: [$name; [$($word),+].len()] = [$($name::$variant),+];

            /// Returns the word.
            $vis fn as_str(self) -> &'static str {
                match self {
                    $($name::$variant => $word,)+
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::model::UnknownWord;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let trimmed = text.trim();
                $(
                    if trimmed.eq_ignore_ascii_case($word) $(|| trimmed.eq_ignore_ascii_case($alias))? {
                        return Ok($name::$variant);
                    }
                )+
                Err($crate::model::UnknownWord::new(text, $what, &[$($word),+]))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

pub(crate) use words;

#[cfg(test)]
mod tests {
    words! {
        /// A direction of the compass.
        enum Wind: "a wind" {
            /// From the north.
            North = "NORTH" | "BORA",
            /// From the south.
            South = "SOUTH",
        }
    }

    #[test]
    fn reads_its_words_in_any_case_and_names_them_for_any_other() {
        assert_eq!(" north ".parse(), Ok(Wind::North));
        assert_eq!("bora".parse::<Wind>().unwrap().to_string(), "NORTH");
        assert_eq!(serde_json::to_string(&Wind::ALL).unwrap(), r#"["NORTH","SOUTH"]"#);
        let error = serde_json::from_str::<Wind>("\"WEST\"").unwrap_err().to_string();
        assert!(error.starts_with("\"WEST\" is not a wind: one of NORTH, SOUTH is expected"), "{error}");
    }
}
