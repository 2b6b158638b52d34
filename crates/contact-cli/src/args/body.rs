//! A request body from a file or standard input.

use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::io::{self, Read as _};
use std::path::PathBuf;

use crate::failure::Failure;

/// A file, or `-` for standard input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum BodySource {
    StandardInput,
    File(PathBuf),
}

impl From<OsString> for BodySource {
    fn from(word: OsString) -> Self {
        if word == "-" { Self::StandardInput } else { Self::File(word.into()) }
    }
}

impl fmt::Display for BodySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::StandardInput => f.write_str("standard input"),
            Self::File(path) => write!(f, "{}", path.display()),
        }
    }
}

impl BodySource {
    /// Reads the body. The server checks its content.
    ///
    /// # Errors
    /// The body cannot be read or is empty.
    pub(crate) fn read(&self) -> Result<Vec<u8>, Failure> {
        let read = match self {
            Self::StandardInput => {
                let mut bytes = Vec::new();
                io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
            }
            Self::File(path) => fs::read(path),
        };
        let bytes = read.map_err(|error| self.unreadable(&error))?;
        if bytes.trim_ascii().is_empty() {
            return Err(Failure::usage(format!("{self} is empty")));
        }
        Ok(bytes)
    }

    /// Returns the error for an unreadable file.
    pub(crate) fn unreadable(&self, error: &io::Error) -> Failure {
        let failure = Failure::usage(format!("cannot read {self}"));
        match error.kind() {
            io::ErrorKind::IsADirectory => {
                failure.because("it is a directory").tip("give the path of a file in it")
            }
            io::ErrorKind::NotFound => failure.because("the file does not exist"),
            _ => failure.because(error.to_string()),
        }
    }
}
