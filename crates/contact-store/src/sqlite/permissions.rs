//! Restricts the permissions of the database's files to their owner.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

/// Creates a directory and its missing parents, accessible only to their owner.
pub(super) fn create_directory(directory: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}

/// Creates the empty database file, accessible only to its owner, unless a file exists already.
///
/// SQLite gives the write-ahead log and its index the permissions of this file. It treats an empty file as an empty
/// database.
pub(super) fn create_file(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        // Does not open the existing file, because closing it would drop the locks that this process may hold on
        // it.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        created => created.map(drop),
    }
}

/// A file or directory that other users can access, with the mode that it should have.
pub(super) struct AccessibleToOthers {
    path: PathBuf,
    mode: &'static str,
}

impl AccessibleToOthers {
    /// Logs a warning with the command that restricts the permissions.
    pub(super) fn warn(&self) {
        let path =
            std::path::absolute(&self.path).unwrap_or_else(|_| self.path.clone()).display().to_string();
        let quoted = path.replace('\'', r"'\''");
        tracing::warn!(
            "other users of this machine can access {path}, where contacts are stored; run `chmod {} '{quoted}'` to restrict it",
            self.mode
        );
    }
}

#[cfg(not(unix))]
pub(super) fn accessible_to_others(_: &Path) -> Vec<AccessibleToOthers> {
    Vec::new()
}

/// Returns which of the database's existing files, and of their directory, other users can access.
///
/// The directory is included only if the address names it and it belongs to the owner of the database. A directory
/// such as `/tmp` or `/var/lib` must stay as it is.
#[cfg(unix)]
pub(super) fn accessible_to_others(path: &Path) -> Vec<AccessibleToOthers> {
    use std::os::unix::fs::MetadataExt as _;
    const OTHERS: u32 = 0o077;
    const STICKY: u32 = 0o1000;
    let is_open = |metadata: &fs::Metadata| metadata.mode() & OTHERS != 0;
    let mut found = Vec::new();
    if let Some(directory) = path.parent().filter(|directory| !directory.as_os_str().is_empty())
        && let (Ok(outer), Ok(inner)) = (fs::metadata(directory), fs::metadata(path))
        && is_open(&outer)
        && outer.uid() == inner.uid()
        && outer.mode() & STICKY == 0
    {
        found.push(AccessibleToOthers { path: directory.to_owned(), mode: "700" });
    }
    for suffix in ["", "-wal", "-shm"] {
        let mut file = path.as_os_str().to_owned();
        file.push(suffix);
        if fs::metadata(&file).is_ok_and(|metadata| is_open(&metadata)) {
            found.push(AccessibleToOthers { path: file.into(), mode: "600" });
        }
    }
    found
}
