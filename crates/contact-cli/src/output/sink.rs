//! Where what is too long for one answer is written to.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::printer;
use crate::confirmation::ConfirmationArgs;
use crate::failure::Failure;
use crate::whole_file::{Unfinished, WholeFile};

/// Where to write to: a file, or `-` for standard output.
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
    /// The file, where it is one.
    pub(crate) fn file(&self) -> Option<&Path> {
        match self {
            Self::StandardOutput => None,
            Self::File(path) => Some(path),
        }
    }

    /// Opens it. A file that is there is replaced once the new one is whole, and only if that is wanted.
    ///
    /// # Errors
    /// Nothing can be written there, or the file that is there is to stay.
    pub(crate) fn open(&self, confirmation: ConfirmationArgs) -> Result<Sink, Failure> {
        let Self::File(path) = self else { return Ok(Sink::StandardOutput) };
        let replaces = match path.metadata() {
            Ok(there) if there.is_dir() => {
                return Err(Failure::usage(format!("{} is a directory", path.display())).tip(format!(
                    "give the path of a file, such as {}",
                    path.join("contacts.csv").display()
                )));
            }
            Ok(there) if !there.is_file() => {
                return Err(Failure::usage(format!("{} is no file", path.display()))
                    .tip("`> PATH` behind the command writes to a device or a pipe"));
            }
            Ok(_) => {
                confirmation.ask(&format!("Replace {}?", path.display()))?;
                true
            }
            Err(_) => false,
        };
        let file = WholeFile::begin(path).map_err(|error| unwritable(path, error))?;
        Ok(Sink::File { file, path: path.clone(), replaces })
    }
}

/// What is written to, bit by bit.
#[derive(Debug)]
pub(crate) enum Sink {
    StandardOutput,
    File { file: WholeFile, path: PathBuf, replaces: bool },
}

impl Sink {
    /// Writes a part.
    ///
    /// # Errors
    /// It cannot be written; of a file nothing is left then.
    pub(crate) fn write(&mut self, part: &str) -> Result<(), Failure> {
        match self {
            Self::StandardOutput => printer::write(part),
            Self::File { file, path, .. } => {
                file.write_all(part.as_bytes()).map_err(|error| unwritable(path, error))
            }
        }
    }

    /// What stands beside a file until it is whole.
    pub(crate) fn unfinished(&self) -> Option<Unfinished> {
        match self {
            Self::StandardOutput => None,
            Self::File { file, .. } => Some(file.unfinished()),
        }
    }

    /// Says that all is written: only now is a file there.
    ///
    /// # Errors
    /// It cannot be put in its place.
    pub(crate) fn end(self) -> Result<(), Failure> {
        let Self::File { file, path, replaces } = self else { return Ok(()) };
        let put = if replaces { file.replace() } else { file.put() };
        put.map_err(|error| unwritable(&path, error))
    }
}

fn unwritable(path: &Path, error: std::io::Error) -> Failure {
    Failure::local(format!("{} cannot be written", path.display()), error)
}
