//! Files that are written completely or not at all.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tempfile::NamedTempFile;

/// A file that is written to a temporary file in the same directory, and moved to its path when it is complete. Only
/// its owner can read it, because it contains keys or personal data.
#[derive(Debug)]
pub(crate) struct WholeFile {
    temporary: NamedTempFile,
    path: PathBuf,
    unfinished: Unfinished,
}

/// The path of the temporary file while it is incomplete, for a thread that ends the program.
#[derive(Debug, Clone)]
pub(crate) struct Unfinished(Arc<Mutex<Option<PathBuf>>>);

impl Unfinished {
    /// Removes the temporary file. Returns false if the file is complete.
    pub(crate) fn remove(&self) -> bool {
        self.take().is_some_and(|temporary| fs::remove_file(temporary).is_ok())
    }

    fn take(&self) -> Option<PathBuf> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl WholeFile {
    /// Creates the temporary file.
    ///
    /// # Errors
    /// The file cannot be created.
    pub(crate) fn begin(path: &Path) -> io::Result<Self> {
        // The target of a link is replaced, not the link.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        let mut prefix = std::ffi::OsString::from(".");
        prefix.push(path.file_name().unwrap_or_default());
        prefix.push("-");
        // The library creates the file with access for its owner only.
        let temporary = tempfile::Builder::new()
            .prefix(&prefix)
            .suffix(".part")
            .tempfile_in(directory.unwrap_or(Path::new(".")))?;
        let unfinished = Unfinished(Arc::new(Mutex::new(Some(temporary.path().to_owned()))));
        Ok(Self { temporary, path, unfinished })
    }

    pub(crate) fn unfinished(&self) -> Unfinished {
        self.unfinished.clone()
    }

    /// Moves the file to its path and replaces an existing file.
    ///
    /// # Errors
    /// The file cannot be moved. An existing file is unchanged.
    pub(crate) fn replace(self) -> io::Result<()> {
        let path = self.path.clone();
        self.complete()?.persist(path)?;
        Ok(())
    }

    /// Moves the file to its path if no file exists there.
    ///
    /// # Errors
    /// A file exists, or the file cannot be moved.
    pub(crate) fn put(self) -> io::Result<()> {
        let path = self.path.clone();
        self.complete()?.persist_noclobber(path)?;
        Ok(())
    }

    /// Returns the temporary file, which is on disk and no longer removed on an interrupt.
    fn complete(self) -> io::Result<NamedTempFile> {
        self.temporary.as_file().sync_all()?;
        self.unfinished.take();
        Ok(self.temporary)
    }
}

impl Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.temporary.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.temporary.flush()
    }
}
