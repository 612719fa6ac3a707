//! The profiles that are known: those built in, and the person's own.

use thiserror::Error;

use super::fault::ProfileFault;
use super::profile::Profile;

/// The profiles that files are compared with.
#[derive(Clone, Debug)]
pub struct ProfileSet {
    profiles: Vec<Profile>,
}

/// A profile file that cannot be used.
#[derive(Debug, Error)]
#[error("{file}{position}: {source}", position = line.map(|l| format!(", line {l}")).unwrap_or_default())]
pub struct ProfileError {
    /// The file, by the name it was given with.
    pub file: String,
    /// The line of the file, from 1, where it is known.
    pub line: Option<usize>,
    /// What is wrong.
    #[source]
    pub source: ProfileFault,
}

/// The profiles in `profiles/`, by file name.
const BUILTIN: [(&str, &str); 16] = [
    ("amex.toml", include_str!("profiles/amex.toml")),
    ("apple-card.toml", include_str!("profiles/apple-card.toml")),
    ("bofa-checking.toml", include_str!("profiles/bofa-checking.toml")),
    ("capital-one-card.toml", include_str!("profiles/capital-one-card.toml")),
    ("chase-card.toml", include_str!("profiles/chase-card.toml")),
    ("chase-checking.toml", include_str!("profiles/chase-checking.toml")),
    ("citi-card.toml", include_str!("profiles/citi-card.toml")),
    ("discover.toml", include_str!("profiles/discover.toml")),
    ("fidelity-rewards-visa.toml", include_str!("profiles/fidelity-rewards-visa.toml")),
    ("revolut.toml", include_str!("profiles/revolut.toml")),
    ("schwab-checking.toml", include_str!("profiles/schwab-checking.toml")),
    ("scotiabank.toml", include_str!("profiles/scotiabank.toml")),
    ("us-bank.toml", include_str!("profiles/us-bank.toml")),
    ("venmo.toml", include_str!("profiles/venmo.toml")),
    ("wells-fargo.toml", include_str!("profiles/wells-fargo.toml")),
    ("wells-fargo-header.toml", include_str!("profiles/wells-fargo-header.toml")),
];

impl ProfileSet {
    /// Returns the built-in profiles.
    pub fn builtin() -> ProfileSet {
        // A test reads every one of them, so none is lost here.
        ProfileSet { profiles: BUILTIN.iter().filter_map(|(_, text)| Profile::parse(text).ok()).collect() }
    }

    /// Returns the built-in profiles and the person's own, given as file name and TOML text. An own profile replaces a
    /// built-in one of the same name.
    ///
    /// # Errors
    /// When a file is not a valid profile, or two own files have the same name.
    pub fn with_user(files: Vec<(String, String)>) -> Result<ProfileSet, ProfileError> {
        let mut set = ProfileSet::builtin();
        let mut own: Vec<(String, String)> = Vec::new();
        for (file, text) in files {
            let profile =
                Profile::parse(&text).map_err(|(line, source)| ProfileError { file: file.clone(), line, source })?;
            let name = profile.name().to_owned();
            if let Some((_, other)) = own.iter().find(|(n, _)| *n == name) {
                let source = ProfileFault::NameTaken { name, other: other.clone() };
                return Err(ProfileError { file, line: None, source });
            }
            set.profiles.retain(|p| p.name() != name);
            set.profiles.push(profile);
            own.push((name, file));
        }
        set.profiles.sort_by(|a, b| a.name().cmp(b.name()));
        Ok(set)
    }

    /// Returns the names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.profiles.iter().map(Profile::name)
    }

    /// Returns the profiles, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = &Profile> {
        self.profiles.iter()
    }

    /// Returns the profile of a name.
    pub fn get(&self, name: &str) -> Option<&Profile> {
        self.profiles.iter().find(|p| p.name() == name)
    }
}

impl Default for ProfileSet {
    fn default() -> Self {
        ProfileSet::builtin()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::CurrencyError;

    const OWN: &str = r#"
name = "credit-union"
currency = "USD"
dates = ["DD/MM/YYYY"]

[[header]]
columns = ["When", "What", "How much"]

[columns]
day = "When"
description = "What"
amount = "How much"
"#;

    fn error_of(text: &str) -> ProfileError {
        ProfileSet::with_user(vec![("own.toml".to_owned(), text.to_owned())]).unwrap_err()
    }

    #[test]
    fn loads_every_built_in_profile_under_its_file_name() {
        for (file, text) in BUILTIN {
            let profile = Profile::parse(text).unwrap_or_else(|e| panic!("{file}: {e:?}"));
            assert_eq!(format!("{}.toml", profile.name()), file);
        }
        assert_eq!(ProfileSet::builtin().names().count(), BUILTIN.len());
    }

    #[test]
    fn adds_own_profiles_and_replaces_built_in_ones() {
        let own = |name: &str| (format!("{name}.toml"), OWN.replace("credit-union", name));
        let set = ProfileSet::with_user(vec![own("credit-union"), own("citi-card")]).unwrap();
        assert_eq!(set.names().count(), BUILTIN.len() + 1);
        let expected = |set: &ProfileSet| set.get("citi-card").unwrap().expected().to_string();
        assert_ne!(expected(&set), expected(&ProfileSet::builtin()));
        let twice = ProfileSet::with_user(vec![own("a"), ("b.toml".to_owned(), OWN.replace("credit-union", "a"))]);
        assert!(twice.unwrap_err().to_string().starts_with("b.toml: name"));
    }

    #[test]
    fn keeps_errors_short_and_safe_to_print() {
        let key = format!("\"\\u001b[31m{}\" = 1\n[[header]]", "x".repeat(9_000));
        let error = error_of(&OWN.replace("[[header]]", &key)).to_string();
        assert!(error.len() < 1024 && !error.chars().any(char::is_control), "{error}");
    }

    #[test]
    fn keeps_what_is_wrong_as_a_type() {
        assert!(matches!(error_of("name = ").source, ProfileFault::Toml(_)));
        let error = error_of(&OWN.replace("\"USD\"", "\"DOLLAR\""));
        assert!(matches!(&error.source, ProfileFault::Currency(CurrencyError(text)) if text == "DOLLAR"), "{error}");
        assert_eq!(error.to_string(), format!("own.toml, line 3: {}", error.source));
    }

    #[test]
    fn names_file_line_and_key_in_errors() {
        for (from, to, line, word) in [
            ("currency = \"USD\"", "currencies = \"USD\"", Some(3), "currencies"),
            ("\"DD/MM/YYYY\"", "\"DD/MM/YYYY\", \"MM/DD/YYYY\"", Some(4), "same text"),
            ("\"DD/MM/YYYY\"", "\"yesterday\"", Some(4), "pattern"),
            ("\"USD\"", "\"DOLLAR\"", Some(3), "currency"),
            ("currency = \"USD\"", "delimiter = \":\"", Some(3), "one of , ; | or a tab"),
            ("amount = \"How much\"", "amount = \"Amount\"", Some(12), "in no header"),
            ("amount = \"How much\"", "", Some(9), "amount"),
            ("credit-union", "Credit Union", Some(2), "name"),
            ("credit-union", "generic", Some(2), "name"),
        ] {
            let error = error_of(&OWN.replace(from, to));
            assert_eq!((error.file.as_str(), error.line), ("own.toml", line), "{error}");
            assert!(error.to_string().contains(word), "{error}");
        }
    }
}
