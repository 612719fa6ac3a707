//! The directory of a vault from before a restore, which is kept beside: `DIR.before-<YYYYMMDDTHHMMSSZ>`, and a number behind
//! that where the name was taken.
//!
//! A kept vault opens with the secrets of its day, and only its owner knows whether it is missed: none is removed unless the owner says so.

use std::fs;
use std::path::{Path, PathBuf};

use crate::model::Timestamp;

const BEFORE: &str = ".before-";

/// A directory that a restore left beside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    /// The directory.
    pub path: PathBuf,
    /// When the vault was restored, as its name tells.
    pub time: Timestamp,
}

/// Returns a name that nothing has beside a vault's directory. The stamp is the time as [`Timestamp::compact`] writes it.
pub(super) fn free_name(dir: &Path, stamp: &str) -> String {
    let name = dir.file_name().unwrap_or_default().to_string_lossy();
    let first = format!("{name}{BEFORE}{stamp}");
    let numbered = (2..).map(|number| format!("{first}-{number}"));
    let is_free = |name: &String| fs::symlink_metadata(dir.with_file_name(name)).is_err();
    [first.clone()].into_iter().chain(numbered).find(is_free).unwrap_or_default()
}

/// Finds what restores left beside a vault's directory, the newest first. What cannot be listed tells nothing.
pub(crate) fn find(dir: &Path) -> Vec<Kept> {
    let Ok(dir) = fs::canonicalize(dir) else { return Vec::new() };
    let (Some(parent), Some(own)) = (dir.parent(), dir.file_name()) else { return Vec::new() };
    let own = own.to_string_lossy();
    let kept = |entry: fs::DirEntry| {
        let name = entry.file_name();
        let time = time_in(name.to_str()?, &own)?;
        entry.file_type().is_ok_and(|kind| kind.is_dir()).then(|| Kept { path: entry.path(), time })
    };
    let mut found: Vec<Kept> = fs::read_dir(parent).into_iter().flatten().flatten().filter_map(kept).collect();
    found.sort_by(|one, other| (other.time, &other.path).cmp(&(one.time, &one.path)));
    found
}

/// Returns the time in a name that [`free_name`] gives; nothing of another.
fn time_in(name: &str, own: &str) -> Option<Timestamp> {
    let rest = name.strip_prefix(own)?.strip_prefix(BEFORE)?;
    let (time, number) = rest.split_once('-').unwrap_or((rest, "2"));
    number.bytes().all(|b| b.is_ascii_digit()).then(|| Timestamp::from_compact(time)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_every_directory_that_it_named_and_nothing_else() {
        let root = tempfile::tempdir().unwrap();
        let dir = root.path().canonicalize().unwrap().join("vault");
        fs::create_dir(&dir).unwrap();
        let [first, second] =
            ["2026-11-26T18:01:02Z", "2026-11-27T00:00:00Z"].map(|time| time.parse::<Timestamp>().unwrap());
        let mut expected = Vec::new();
        for time in [first, first, second] {
            let path = dir.with_file_name(free_name(&dir, &time.compact()));
            fs::create_dir(&path).unwrap();
            expected.insert(0, Kept { path, time });
        }
        for other in ["vault.before-", "vault.before-20261326T180102Z", "vault.before-20261126T180102Z-x", "vault2"] {
            fs::create_dir(dir.with_file_name(other)).unwrap();
        }
        fs::create_dir(dir.with_file_name("other.before-20261126T180102Z")).unwrap();
        fs::write(dir.with_file_name("vault.before-20261126T180103Z"), "no directory").unwrap();
        assert_eq!(find(&dir), expected);
        assert!(expected[1].path.to_str().unwrap().ends_with("vault.before-20261126T180102Z-2"), "{expected:?}");
        assert_eq!(find(&dir.join("missing")), []);
    }
}
