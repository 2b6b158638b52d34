//! Where the rows that fail go: to a place that is known to be writable before anything is sent, and over no file that
//! someone may be correcting.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use super::format::InputFormat;
use super::options::ImportOptions;
use crate::args::body::BodySource;
use crate::failure::Failure;

/// Where the rows that fail go.
#[derive(Debug)]
pub(crate) struct FailedPlace {
    path: PathBuf,
    /// Where there is a file at `path`, it is written on.
    goes_on: bool,
    /// The name that `path` has where there is no other file, with how many names were taken.
    beside: Option<(PathBuf, u32)>,
}

impl FailedPlace {
    /// The file that `--failed` says; otherwise one beside the file that is imported, or in the current directory where that
    /// is a pipe. An import that goes on writes on in the file of the run before.
    ///
    /// # Errors
    /// The file that is said is there already, or is the one that is imported.
    pub(crate) fn choose(options: &ImportOptions, format: InputFormat) -> Result<Self, Failure> {
        let goes_on = options.skip > 0;
        let place = match &options.failed {
            Some(said) => Self { path: said.clone(), goes_on: true, beside: None },
            None => Self::beside(default(&options.file, format), goes_on),
        };
        if matches!(&options.file, BodySource::File(file) if is_same(file, &place.path)) {
            return Err(Failure::usage("the rows that fail cannot go to the file that is imported"));
        }
        let is_taken = place.path.metadata().is_ok_and(|file| file.is_file() && file.len() > 0);
        if is_taken && !goes_on {
            return Err(Failure::usage(format!("{} is there already", place.path.display()))
                .because("the rows that fail would go behind what is in it")
                .tip("name another file by `--failed`, or remove this one"));
        }
        Ok(place)
    }

    fn beside(path: PathBuf, goes_on: bool) -> Self {
        let mut place = Self { path: path.clone(), goes_on, beside: Some((path, 1)) };
        let mut before = None;
        while place.path.exists() {
            before = Some(place.path.clone());
            place.take_next();
        }
        if let (true, Some(before)) = (goes_on, before) {
            place.path = before;
        }
        place
    }

    /// Goes on to the next name; false where there is no other.
    fn take_next(&mut self) -> bool {
        let Some((path, number)) = &mut self.beside else { return false };
        *number += 1;
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let extension = path.extension().unwrap_or_default().to_string_lossy();
        self.path = path.with_file_name(format!("{stem}-{number}.{extension}"));
        true
    }

    /// The file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether rows can be written there. No file is made.
    ///
    /// # Errors
    /// They cannot.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        let checked = match self.path.metadata() {
            Ok(file) if file.is_file() => OpenOptions::new().append(true).open(&self.path).map(|_| ()),
            // Nothing can be known of a pipe before someone reads it.
            Ok(file) if !file.is_dir() => Ok(()),
            Ok(_) => Err(io::ErrorKind::IsADirectory.into()),
            Err(_) => {
                let directory = self.path.parent().filter(|parent| !parent.as_os_str().is_empty());
                tempfile::tempfile_in(directory.unwrap_or(Path::new("."))).map(|_| ())
            }
        };
        checked.map_err(|error| {
            Failure::usage(format!("the rows that fail cannot be written to {}", self.path.display()))
                .because(error.to_string())
                .tip("`--failed FILE` names another place")
        })
    }

    /// Opens the file, which its owner alone can read where it is made.
    ///
    /// # Errors
    /// It cannot be written to.
    pub(crate) fn open(&mut self) -> io::Result<File> {
        loop {
            let mut options = OpenOptions::new();
            options.append(true).create(true);
            // Another import may have taken the name since.
            options.create_new(!self.goes_on);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            match options.open(&self.path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && self.take_next() => {}
                opened => return opened,
            }
        }
    }
}

/// Beside the file that is imported, or in the current directory where it is none that others are beside.
fn default(file: &BodySource, format: InputFormat) -> PathBuf {
    let extension = format!("failed.{}", format.extension());
    match file {
        BodySource::File(path) if path.is_file() => path.with_extension(extension),
        BodySource::File(_) | BodySource::StandardInput => PathBuf::from(format!("import.{extension}")),
    }
}

/// Returns true if both paths name the same existing file.
pub(super) fn is_same(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}
