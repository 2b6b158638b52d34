//! The destination of an export.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::printer;
use crate::confirmation::ConfirmationArgs;
use crate::failure::Failure;
use crate::whole_file::{Unfinished, WholeFile};

/// A file, or `-` for standard output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    StandardOutput,
    File(PathBuf),
}

impl FromStr for Target {
    type Err = std::convert::Infallible;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Ok(if word == "-" { Self::StandardOutput } else { Self::File(word.into()) })
    }
}

impl Target {
    /// Returns the path, if the target is a file.
    pub(crate) fn file(&self) -> Option<&Path> {
        match self {
            Self::StandardOutput => None,
            Self::File(path) => Some(path),
        }
    }

    /// Opens the target. An existing file is replaced when the new one is complete, and only if the user agrees.
    ///
    /// # Errors
    /// The target cannot be written to, or the user declined.
    pub(crate) fn open(&self, confirmation: ConfirmationArgs) -> Result<Sink, Failure> {
        let Self::File(path) = self else { return Ok(Sink::StandardOutput) };
        let shown = path.display();
        let replaces = match path.metadata() {
            Ok(existing) if existing.is_dir() => {
                let example = path.join("contacts.csv");
                return Err(Failure::usage(format!("{shown} is a directory"))
                    .tip(format!("give the path of a file, such as {}", example.display())));
            }
            Ok(existing) if !existing.is_file() => {
                return Err(Failure::usage(format!("{shown} is not a regular file")).tip(
                    "redirect standard output to write to a device or a pipe: `contacts export > PATH`",
                ));
            }
            Ok(_) => {
                confirmation.ask(&format!("Replace {shown}?"))?;
                true
            }
            Err(_) => false,
        };
        let file = WholeFile::begin(path).map_err(|error| cannot_write(path, error))?;
        Ok(Sink::File { file, path: path.clone(), replaces })
    }
}

/// An open target.
#[derive(Debug)]
pub(crate) enum Sink {
    StandardOutput,
    File { file: WholeFile, path: PathBuf, replaces: bool },
}

impl Sink {
    /// Writes a text.
    ///
    /// # Errors
    /// The text cannot be written. The file is then removed.
    pub(crate) fn write(&mut self, text: &str) -> Result<(), Failure> {
        match self {
            Self::StandardOutput => printer::write(text),
            Self::File { file, path, .. } => {
                file.write_all(text.as_bytes()).map_err(|error| cannot_write(path, error))
            }
        }
    }

    /// Returns the temporary file, if the target is a file.
    pub(crate) fn unfinished(&self) -> Option<Unfinished> {
        match self {
            Self::StandardOutput => None,
            Self::File { file, .. } => Some(file.unfinished()),
        }
    }

    /// Moves a complete file to its path.
    ///
    /// # Errors
    /// The file cannot be moved.
    pub(crate) fn end(self) -> Result<(), Failure> {
        let Self::File { file, path, replaces } = self else { return Ok(()) };
        let moved = if replaces { file.replace() } else { file.put() };
        moved.map_err(|error| cannot_write(&path, error))
    }
}

fn cannot_write(path: &Path, error: std::io::Error) -> Failure {
    Failure::local(format!("cannot write {}", path.display()), error)
}
