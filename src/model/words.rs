//! Enums that are written as words: in JSON, in the database, in files and on the command line.

use thiserror::Error;

use super::near;

/// The text is none of the words of its kind.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{found:?} is not {what}: one of {} is expected", .known.join(", "))]
pub struct UnknownWord {
    found: String,
    what: &'static str,
    known: Vec<&'static str>,
}

/// The most characters of the text that the error shows: it may come from a file that somebody else wrote.
const SHOWN: usize = 60;

impl UnknownWord {
    pub(crate) fn new(found: &str, what: &'static str, known: &[&'static str]) -> UnknownWord {
        UnknownWord { found: found.chars().take(SHOWN).collect(), what, known: known.to_vec() }
    }

    /// Returns the words that were meant, the likeliest first.
    pub fn near(&self) -> Vec<&'static str> {
        near(&self.found, self.known.iter().copied())
    }
}

/// Defines an enum with one word for each value. The literal after the name says what a value is, for the error:
/// `"a scope"`.
///
/// `Display`, `Serialize` and `as_str` write the word, and `Deserialize` reads it exactly. `FromStr` is for what a
/// person types: it reads the word in any case and with white space around it, and the alias after `|` as well,
/// which is never written.
///
/// Values sort in the order of their declaration, and sets of them stand in that order in JSON that is hashed and
/// signed: never reorder the values of an enum.
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
            /// Every value, in the order of declaration. The words are listed once more only to count the values.
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
                // Unlike `write_str`, heeds a width such as `{:10}`.
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
                match &*text {
                    $($word => Ok($name::$variant),)+
                    _ => Err(serde::de::Error::custom($crate::model::UnknownWord::new(&text, $what, &[$($word),+]))),
                }
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
    fn a_person_types_words_in_any_case() {
        assert_eq!(" north ".parse(), Ok(Wind::North));
        assert_eq!("bora".parse::<Wind>().unwrap().to_string(), "NORTH");
        let error = "WEST".parse::<Wind>().unwrap_err().to_string();
        assert_eq!(error, "\"WEST\" is not a wind: one of NORTH, SOUTH is expected");
    }

    #[test]
    fn json_holds_words_in_one_form() {
        let json = r#"["NORTH","SOUTH"]"#;
        assert_eq!(serde_json::to_string(&Wind::ALL).unwrap(), json);
        assert_eq!(serde_json::from_str::<[Wind; 2]>(json).unwrap(), Wind::ALL);
        for other in ["WEST", "north", " NORTH", "BORA"] {
            let error = serde_json::from_value::<Wind>(other.into()).unwrap_err().to_string();
            assert_eq!(error, format!("{other:?} is not a wind: one of NORTH, SOUTH is expected"));
        }
    }
}
