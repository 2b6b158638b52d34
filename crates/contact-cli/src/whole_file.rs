//! Files that are there whole, or not at all.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tempfile::NamedTempFile;

/// A file that is written beside its place and put there when it is whole, so that whatever happens there is the
/// old file or the new one. Its owner alone can read it: it holds keys, or what people are called.
#[derive(Debug)]
pub(crate) struct WholeFile {
    beside: NamedTempFile,
    path: PathBuf,
    unfinished: Unfinished,
}

/// What stands beside the place of a file while that is not whole, for whoever ends the program meanwhile.
#[derive(Debug, Clone)]
pub(crate) struct Unfinished(Arc<Mutex<Option<PathBuf>>>);

impl Unfinished {
    /// Removes it, so that nothing is left. False where the file is whole, or about to be put in its place.
    pub(crate) fn remove(&self) -> bool {
        let beside = self.take();
        // Where that does not work there is no one to do it better.
        beside.is_some_and(|beside| fs::remove_file(beside).is_ok())
    }

    fn take(&self) -> Option<PathBuf> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl WholeFile {
    /// Begins a file for this place.
    ///
    /// # Errors
    /// Nothing can be written there.
    pub(crate) fn begin(path: &Path) -> io::Result<Self> {
        // What a link points at is replaced, not the link.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        let mut prefix = std::ffi::OsString::from(".");
        prefix.push(path.file_name().unwrap_or_default());
        prefix.push("-");
        // The library makes the file readable for its owner alone, before a byte is in it.
        let mut beside = tempfile::Builder::new();
        let beside =
            beside.prefix(&prefix).suffix(".part").tempfile_in(directory.unwrap_or(Path::new(".")))?;
        let unfinished = Unfinished(Arc::new(Mutex::new(Some(beside.path().to_owned()))));
        Ok(Self { beside, path, unfinished })
    }

    /// What stands beside its place until it is whole.
    pub(crate) fn unfinished(&self) -> Unfinished {
        self.unfinished.clone()
    }

    /// Puts the file in its place, also where there is another.
    ///
    /// # Errors
    /// It cannot be put there; what was there still is.
    pub(crate) fn replace(self) -> io::Result<()> {
        self.beside.as_file().sync_all()?;
        self.unfinished.take();
        self.beside.persist(&self.path)?;
        Ok(())
    }

    /// Puts the file in its place, unless there is one.
    ///
    /// # Errors
    /// There is one by now, or it cannot be put there.
    pub(crate) fn put(self) -> io::Result<()> {
        self.beside.as_file().sync_all()?;
        self.unfinished.take();
        self.beside.persist_noclobber(&self.path)?;
        Ok(())
    }
}

impl Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.beside.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.beside.flush()
    }
}
