//! Files that are written completely or not at all.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tempfile::TempPath;

use crate::failure::Failure;

/// A file that is written to a temporary file in the same directory, and moved to its path when it is complete. Only
/// its owner can read it, because it contains keys or personal data.
#[derive(Debug)]
pub(crate) struct WholeFile {
    file: File,
    /// The temporary file, which is removed when it is dropped. `None` once it is moved or removed.
    temporary: Arc<Mutex<Option<TempPath>>>,
    path: PathBuf,
    /// The path without links.
    target: PathBuf,
    replaces: bool,
}

fn take(temporary: &Mutex<Option<TempPath>>) -> Option<TempPath> {
    temporary.lock().unwrap_or_else(PoisonError::into_inner).take()
}

impl WholeFile {
    /// Creates the temporary file. An existing file at the path is replaced if `replaces`, and otherwise an error.
    ///
    /// # Errors
    /// The file cannot be created.
    pub(crate) fn begin(path: &Path, replaces: bool) -> Result<Self, Failure> {
        // The target of a link is replaced, not the link.
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let directory = target.parent().filter(|parent| !parent.as_os_str().is_empty());
        let mut prefix = OsString::from(".");
        prefix.push(target.file_name().unwrap_or_default());
        prefix.push("-");
        // The library creates the file with access for its owner only.
        let created = tempfile::Builder::new()
            .prefix(&prefix)
            .suffix(".part")
            .tempfile_in(directory.unwrap_or(Path::new(".")));
        let (file, temporary) = created.map_err(|error| Failure::unwritable(path, error))?.into_parts();
        let temporary = Arc::new(Mutex::new(Some(temporary)));
        Ok(Self { file, temporary, path: path.to_owned(), target, replaces })
    }

    /// Writes a whole file. An existing file is replaced if `replaces`, and otherwise an error.
    ///
    /// # Errors
    /// The file cannot be written. An existing file is unchanged.
    pub(crate) fn write(path: &Path, replaces: bool, text: &str) -> Result<(), Failure> {
        let mut file = Self::begin(path, replaces)?;
        file.add(text)?;
        file.end()
    }

    /// Returns a function that removes the temporary file, for a thread that ends the program. It returns false if the
    /// file is complete.
    pub(crate) fn remover(&self) -> impl FnOnce() -> bool + Send + use<> {
        let temporary = Arc::downgrade(&self.temporary);
        move || temporary.upgrade().and_then(|file| take(&file)).is_some_and(|file| file.close().is_ok())
    }

    /// Adds a text.
    ///
    /// # Errors
    /// The text cannot be written.
    pub(crate) fn add(&mut self, text: &str) -> Result<(), Failure> {
        self.file.write_all(text.as_bytes()).map_err(|error| Failure::unwritable(&self.path, error))
    }

    /// Moves the complete file to its path. Waits until it is on disk.
    ///
    /// # Errors
    /// The file cannot be moved. An existing file is unchanged.
    pub(crate) fn end(self) -> Result<(), Failure> {
        let moved = || -> io::Result<()> {
            self.file.sync_all()?;
            let temporary = take(&self.temporary).ok_or(io::ErrorKind::Interrupted)?;
            let put = if self.replaces { TempPath::persist } else { TempPath::persist_noclobber };
            Ok(put(temporary, &self.target)?)
        };
        moved().map_err(|error| Failure::unwritable(&self.path, error))
    }
}
