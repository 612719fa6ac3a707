//! Which files `import` reads: names, directories, patterns, standard input.
//!
//! All names are checked before anything is imported, so that a mistyped one stops the command. Contents are read
//! one file at a time.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::error::CliError;
use super::exit::Exit;
use crate::ops::OpError;
use crate::ops::import::{LARGEST_FILE, Source};

/// The files of one `import`.
#[derive(Debug)]
pub(crate) struct Inputs {
    files: Vec<Input>,
    /// The directories that were named.
    pub directories: Vec<PathBuf>,
}

/// One file to read.
#[derive(Debug)]
struct Input {
    /// None for standard input.
    path: Option<PathBuf>,
    /// The index of the directory that it was found in.
    directory: Option<usize>,
}

impl Inputs {
    /// Finds the files that the arguments name, in their order; those of a directory or pattern by name.
    pub(crate) fn find(arguments: &[PathBuf]) -> Result<Inputs, CliError> {
        let mut inputs = Inputs { files: Vec::new(), directories: Vec::new() };
        for argument in arguments {
            inputs.add(argument)?;
        }
        if inputs.files.iter().filter(|file| file.path.is_none()).count() > 1 {
            return Err(CliError::new(Exit::Usage, "standard input is given twice"));
        }
        Ok(inputs)
    }

    /// Returns for each file, in order, the index of the directory that it was found in.
    pub(crate) fn origins(&self) -> Vec<Option<usize>> {
        self.files.iter().map(|file| file.directory).collect()
    }

    /// Reads the files one by one.
    pub(crate) fn read(self) -> impl Iterator<Item = Result<Source, OpError>> {
        self.files.into_iter().map(|file| file.read())
    }

    fn add(&mut self, argument: &Path) -> Result<(), CliError> {
        if argument == Path::new("-") {
            self.files.push(Input { path: None, directory: None });
            return Ok(());
        }
        match fs::metadata(argument) {
            Ok(data) if data.is_dir() => self.add_directory(argument),
            Ok(_) => self.add_file(argument.to_owned()),
            Err(source) if source.kind() == io::ErrorKind::NotFound && is_pattern(argument) => {
                self.add_pattern(argument)
            }
            Err(source) => Err(unreadable(argument, source)),
        }
    }

    fn add_file(&mut self, path: PathBuf) -> Result<(), CliError> {
        let data = File::open(&path).and_then(|file| file.metadata()).map_err(|source| unreadable(&path, source))?;
        if data.len() > LARGEST_FILE {
            return Err(CliError::new(
                Exit::BadInput,
                format!("{} is larger than {} GiB", path.display(), LARGEST_FILE >> 30),
            )
            .hint("download a shorter period"));
        }
        self.files.push(Input { path: Some(path), directory: None });
        Ok(())
    }

    /// Takes the regular files directly in the directory, without hidden ones.
    fn add_directory(&mut self, directory: &Path) -> Result<(), CliError> {
        let entries = fs::read_dir(directory).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        let mut entries = entries.map_err(|source| unreadable(directory, source))?;
        entries.sort_by_key(fs::DirEntry::file_name);
        let index = self.directories.len();
        self.directories.push(directory.to_owned());
        for entry in entries {
            let path = entry.path();
            let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
            if !hidden && fs::metadata(&path).is_ok_and(|data| data.is_file()) {
                self.add_file(path)?;
                if let Some(file) = self.files.last_mut() {
                    file.directory = Some(index);
                }
            }
        }
        Ok(())
    }

    fn add_pattern(&mut self, pattern: &Path) -> Result<(), CliError> {
        let text = pattern.to_string_lossy();
        let bad = |what: String| {
            CliError::new(Exit::BadInput, format!("{text}: {what}"))
                .hint("give the name of an export file, a directory with export files, or a pattern such as '*.csv'")
        };
        // As in a shell, `*` does not stand for hidden files.
        let options = glob::MatchOptions { require_literal_leading_dot: true, ..glob::MatchOptions::new() };
        let found = glob::glob_with(&text, options).map_err(|error| bad(error.msg.to_owned()))?;
        let mut paths: Vec<PathBuf> = found.flatten().filter(|path| path.is_file()).collect();
        paths.sort();
        if paths.is_empty() {
            return Err(bad("no file matches".to_owned()));
        }
        paths.into_iter().try_for_each(|path| self.add_file(path))
    }
}

impl Input {
    fn read(self) -> Result<Source, OpError> {
        let name = self.path.as_ref().map_or_else(|| "-".to_owned(), |path| path.to_string_lossy().into_owned());
        let bytes = match &self.path {
            Some(path) => File::open(path).and_then(read_limited),
            None => read_limited(io::stdin().lock()),
        };
        match bytes {
            Ok(bytes) => Ok(Source { name, bytes }),
            Err(source) => Err(OpError::Input { name, source }),
        }
    }
}

/// Reads to the end, within the limit: a file may have grown since it was checked, and a pipe has no length.
fn read_limited(from: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
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

    fn names(inputs: &Inputs) -> Vec<String> {
        let name =
            |file: &Input| file.path.as_ref().and_then(|p| p.file_name()).map(|n| n.to_string_lossy().into_owned());
        inputs.files.iter().map(|file| name(file).unwrap_or_else(|| "-".to_owned())).collect()
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
        let inputs = Inputs::find(&[dir.path().to_owned()]).unwrap();
        assert_eq!(names(&inputs), ["a.ofx", "b.csv", "odd[1].csv"]);
        assert_eq!(inputs.origins(), [Some(0), Some(0), Some(0)]);
        let inputs = Inputs::find(&[at("*.csv"), at("a.ofx"), PathBuf::from("-")]).unwrap();
        assert_eq!(names(&inputs), ["b.csv", "odd[1].csv", "a.ofx", "-"]);
        let inputs = Inputs::find(&[at("odd[1].csv")]).unwrap();
        assert_eq!(names(&inputs), ["odd[1].csv"], "a file of that very name is no pattern");
        let read = inputs.read().map(|source| source.unwrap().bytes).collect::<Vec<_>>();
        assert_eq!(read, [b"odd[1].csv".to_vec()]);
    }

    #[test]
    fn refuses_names_without_a_file() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["none.csv", "*.csv", "[", "***"] {
            assert_eq!(Inputs::find(&[dir.path().join(name)]).unwrap_err().exit(), Exit::BadInput, "{name}");
        }
        let twice = Inputs::find(&[PathBuf::from("-"), PathBuf::from("-")]);
        assert_eq!(twice.unwrap_err().exit(), Exit::Usage);
        let empty = Inputs::find(&[dir.path().to_owned()]).unwrap();
        assert!(empty.files.is_empty() && empty.directories.len() == 1);
    }
}
