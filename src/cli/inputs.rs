//! Which files `import` reads: names, directories, patterns, standard input.
//!
//! All names are looked up before anything is imported, so that a mistyped one stops the command. Contents are read
//! one file at a time.

use std::ffi::OsString;
use std::fs;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use super::error::CliError;
use super::exit::Exit;
use super::shell::quoted;
use super::words::{count, shortened};
use crate::ops::import::{LARGEST_FILE, Source};
use crate::store::files::given;

/// One file to read.
#[derive(Debug)]
pub(crate) struct Input {
    /// None for standard input.
    path: Option<PathBuf>,
    /// Whether only the directory was named that it was found in.
    pub is_found: bool,
}

/// What the arguments name.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// The files.
    pub inputs: Vec<Input>,
    /// Directories inside those that are named: no file in them is among the files.
    passed_over: Vec<PathBuf>,
}

/// Finds the files that the arguments name, in their order; those of a directory or pattern by name.
pub(crate) fn find(arguments: &[PathBuf]) -> Result<Found, CliError> {
    let mut found = Found::default();
    for argument in arguments {
        add(&mut found, argument)?;
    }
    if found.inputs.iter().filter(|file| file.path.is_none()).count() > 1 {
        return Err(CliError::new(Exit::Usage, "standard input is given twice"));
    }
    Ok(found)
}

fn add(found: &mut Found, argument: &Path) -> Result<(), CliError> {
    let Found { inputs, passed_over } = found;
    if argument == Path::new("-") {
        inputs.push(Input { path: None, is_found: false });
        return Ok(());
    }
    let paths = match fs::metadata(argument) {
        Ok(data) if data.is_dir() => {
            let (files, directories) = inside(argument).map_err(|source| unreadable(argument, source))?;
            passed_over.extend(directories);
            inputs.extend(files.into_iter().map(|path| Input { path: Some(path), is_found: true }));
            return Ok(());
        }
        Err(source) if source.kind() == io::ErrorKind::NotFound && is_pattern(argument) => matching(argument)?,
        Err(source) if source.kind() == io::ErrorKind::NotFound => return Err(unreadable(argument, source)),
        // A file that is there and cannot be read is reported with the others.
        Ok(_) | Err(_) => vec![argument.to_owned()],
    };
    inputs.extend(paths.into_iter().map(|path| Input { path: Some(path), is_found: false }));
    Ok(())
}

/// Returns what lies directly in the directory, by name, and is not hidden: the files, and the directories in which something lies.
fn inside(directory: &Path) -> io::Result<(Vec<PathBuf>, Vec<PathBuf>)> {
    let mut entries = fs::read_dir(directory)?.collect::<io::Result<Vec<_>>>()?;
    entries.retain(|entry| !is_hidden(entry));
    entries.sort_by_key(fs::DirEntry::file_name);
    let (mut files, mut directories) = (Vec::new(), Vec::new());
    for path in entries.iter().map(fs::DirEntry::path) {
        match fs::metadata(&path) {
            Ok(data) if data.is_dir() => directories.push(path),
            Ok(data) if !data.is_file() => {}
            Ok(_) | Err(_) => files.push(path),
        }
    }
    // One that cannot be looked into may hold files.
    directories
        .retain(|path| fs::read_dir(path).map_or(true, |entries| entries.flatten().any(|entry| !is_hidden(&entry))));
    Ok((files, directories))
}

/// Returns whether the name of a file begins with a dot.
pub(crate) fn is_hidden(entry: &fs::DirEntry) -> bool {
    entry.file_name().as_encoded_bytes().starts_with(b".")
}

/// Returns the files that a pattern matches, by name.
///
/// The pattern is matched part by part against names as they are shown: a name need not be UTF-8.
fn matching(pattern: &Path) -> Result<Vec<PathBuf>, CliError> {
    let bad = |what: &str| {
        CliError::new(Exit::BadInput, format!("{}: {what}", pattern.display()))
            .hint("give the name of an export file, a directory with export files, or a pattern such as '*.csv'")
    };
    let mut found = vec![PathBuf::new()];
    for part in pattern.components() {
        let text = match part {
            Component::Normal(name) if is_pattern(Path::new(name)) => name.to_string_lossy(),
            other => {
                found.iter_mut().for_each(|path| path.push(other));
                found.retain(|path| fs::metadata(path).is_ok());
                continue;
            }
        };
        let pattern = glob::Pattern::new(&text).map_err(|error| bad(error.msg))?;
        found = found.iter().flat_map(|path| step(path, &pattern)).collect();
    }
    found.retain(|path| path.is_file());
    found.sort();
    if found.is_empty() { Err(bad("no file matches")) } else { Ok(found) }
}

/// Returns what a directory holds that one part of a pattern matches; `**` also matches what lies deeper, and no part.
fn step(directory: &Path, pattern: &glob::Pattern) -> Vec<PathBuf> {
    // As in a shell, `*` does not stand for hidden files.
    let options = glob::MatchOptions { require_literal_leading_dot: true, ..glob::MatchOptions::new() };
    let here = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
    let entries = fs::read_dir(here).into_iter().flatten().flatten();
    let mut found = Vec::new();
    if pattern.as_str() == "**" {
        found.push(directory.to_owned());
        for entry in entries.filter(|entry| !is_hidden(entry) && entry.file_type().is_ok_and(|kind| kind.is_dir())) {
            found.extend(step(&directory.join(entry.file_name()), pattern));
        }
    } else {
        let fits = |entry: &fs::DirEntry| pattern.matches_with(&entry.file_name().to_string_lossy(), options);
        found.extend(entries.filter(fits).map(|entry| directory.join(entry.file_name())));
    }
    found
}

impl Found {
    /// Says which directories were not looked into; nothing where there are none.
    pub(crate) fn passed_over(&self) -> Option<String> {
        let [first, more @ ..] = self.passed_over.as_slice() else { return None };
        let pattern = first.parent().unwrap_or(first).join("**/*.csv");
        let (more, was, it) = match more.len() {
            0 => (String::new(), "was", "it"),
            more => (format!(" and {}", count(more, "more directory", "more directories")), "were", "them"),
        };
        Some(format!(
            "{}{more} {was} not looked into: a directory stands for the files directly in it. Name {it}, or a pattern such as {}.",
            shortened(&first.to_string_lossy(), 60),
            quoted(pattern.as_os_str())
        ))
    }
}

impl Input {
    /// Returns the file as the person named it.
    pub(crate) fn name(&self) -> String {
        self.path.as_ref().map_or_else(|| "-".to_owned(), |path| path.to_string_lossy().into_owned())
    }

    /// Returns the file as a command line names it.
    pub(crate) fn word(&self) -> OsString {
        self.path.as_ref().map_or_else(|| "-".into(), |path| path.clone().into_os_string())
    }

    /// Returns whether reading may wait for another program: a pipe, a terminal.
    pub(crate) fn may_wait(&self) -> bool {
        let regular = |path: &PathBuf| fs::metadata(path).is_ok_and(|data| data.is_file());
        !self.path.as_ref().is_some_and(regular)
    }

    /// Reads the file.
    pub(crate) fn read(&self) -> io::Result<Source> {
        let bytes = match &self.path {
            Some(path) => given::open(path).and_then(|file| {
                // Room for all of a regular file at once: a buffer that grows takes half as much again.
                let length = fs::metadata(path).map_or(0, |data| data.len());
                read_limited(file, length)
            }),
            None => read_limited(io::stdin().lock(), 0),
        };
        Ok(Source { name: self.name(), bytes: bytes? })
    }
}

/// Reads to the end, within the limit: a file may have grown since it was checked, and a pipe has no length.
fn read_limited(from: impl Read, expected: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let expected = usize::try_from(expected.min(LARGEST_FILE) + 1).unwrap_or(0);
    bytes.try_reserve_exact(expected).map_err(|_| io::Error::from(io::ErrorKind::OutOfMemory))?;
    from.take(LARGEST_FILE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST_FILE {
        return Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            format!("it is larger than {} GiB", LARGEST_FILE >> 30),
        ));
    }
    Ok(bytes)
}

fn is_pattern(path: &Path) -> bool {
    path.as_os_str().as_encoded_bytes().iter().any(|b| matches!(b, b'*' | b'?' | b'['))
}

fn unreadable(path: &Path, source: io::Error) -> CliError {
    CliError::caused(Exit::BadInput, format!("cannot read {}", path.display()), source)
        .hint("give the name of an export file, a directory with export files, or - for standard input")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(inputs: &[Input]) -> Vec<String> {
        let base = |name: String| name.rsplit('/').next().unwrap_or_default().to_owned();
        inputs.iter().map(|file| base(file.name())).collect()
    }

    #[test]
    fn finds_directories_patterns_and_names_in_order() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        for name in ["b.csv", "a.ofx", ".hidden", "odd[1].csv"] {
            fs::write(at(name), name).unwrap();
        }
        fs::create_dir(at("sub")).unwrap();
        fs::write(at("sub").join("c.csv"), "c").unwrap();
        let inputs = find(&[dir.path().to_owned()]).unwrap().inputs;
        assert_eq!(names(&inputs), ["a.ofx", "b.csv", "odd[1].csv"]);
        assert!(inputs.iter().all(|file| file.is_found && !file.may_wait()));
        let inputs = find(&[at("*.csv"), at("a.ofx"), PathBuf::from("-")]).unwrap().inputs;
        assert_eq!(names(&inputs), ["b.csv", "odd[1].csv", "a.ofx", "-"]);
        assert!(inputs.iter().all(|file| !file.is_found) && inputs[3].may_wait());
        for (pattern, found) in [
            ("*/c.csv", &["c.csv"][..]),
            ("**/*.csv", &["b.csv", "odd[1].csv", "c.csv"]),
            ("?.[co]*", &["a.ofx", "b.csv"]),
        ] {
            assert_eq!(names(&find(&[at(pattern)]).unwrap().inputs), found, "{pattern}");
        }
        let inputs = find(&[at("odd[1].csv")]).unwrap().inputs;
        assert_eq!(names(&inputs), ["odd[1].csv"], "a file of that very name is no pattern");
        assert_eq!(inputs[0].read().unwrap().bytes, b"odd[1].csv");
    }

    #[test]
    fn says_which_directories_were_not_looked_into() {
        let dir = tempfile::tempdir().unwrap();
        let found = || find(&[dir.path().to_owned()]).unwrap();
        for name in ["empty", ".hidden", "2025/jan", "2024/jan"] {
            fs::create_dir_all(dir.path().join(name)).unwrap();
        }
        fs::remove_dir(dir.path().join("2025/jan")).unwrap();
        fs::write(dir.path().join("2024/jan/a.csv"), "a").unwrap();
        let root = dir.path().display();
        let said = found().passed_over().unwrap();
        assert!(said.starts_with(&format!("{root}/2024 was not looked into")), "{said}");
        assert!(said.ends_with(&format!("Name it, or a pattern such as '{root}/**/*.csv'.")), "{said}");
        fs::write(dir.path().join("2025/b.csv"), "b").unwrap();
        let said = found().passed_over().unwrap();
        assert!(said.starts_with(&format!("{root}/2024 and 1 more directory were not looked into")), "{said}");
        assert_eq!(find(&[dir.path().join("2024/jan"), dir.path().join("2025")]).unwrap().passed_over(), None);
    }

    #[test]
    fn matches_names_that_are_not_utf8() {
        use std::os::unix::ffi::OsStrExt;
        let dir = tempfile::tempdir().unwrap();
        let odd = std::ffi::OsStr::from_bytes(b"caf\xe9.csv");
        fs::create_dir(dir.path().join(std::ffi::OsStr::from_bytes(b"\xff"))).unwrap();
        fs::write(dir.path().join(odd), "x").unwrap();
        fs::write(dir.path().join("plain.csv"), "x").unwrap();
        assert_eq!(names(&find(&[dir.path().join("p*.csv")]).unwrap().inputs), ["plain.csv"]);
        let inputs = find(&[dir.path().join("*.csv")]).unwrap().inputs;
        assert_eq!(names(&inputs), ["caf\u{fffd}.csv", "plain.csv"]);
        assert_eq!(inputs[0].read().unwrap().bytes, b"x");
    }

    #[test]
    fn refuses_names_without_a_file() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["none.csv", "*.csv", "[", "***"] {
            assert_eq!(find(&[dir.path().join(name)]).unwrap_err().exit(), Exit::BadInput, "{name}");
        }
        let twice = find(&[PathBuf::from("-"), PathBuf::from("-")]);
        assert_eq!(twice.unwrap_err().exit(), Exit::Usage);
        assert!(find(&[dir.path().to_owned()]).unwrap().inputs.is_empty());
        std::os::unix::fs::symlink("nowhere", dir.path().join("dangling.csv")).unwrap();
        let inputs = find(&[dir.path().to_owned()]).unwrap().inputs;
        assert_eq!(inputs[0].read().unwrap_err().kind(), io::ErrorKind::NotFound, "it is named, not passed over");
    }
}
