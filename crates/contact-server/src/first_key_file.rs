//! The file that the first API key is written to, so that the key is in no log.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use contact_model::ApiKey;

/// The file's name.
const NAME: &str = "first-api-key";

/// The file that the first API key is written to.
#[derive(Debug)]
pub(crate) struct FirstKeyFile {
    pub(crate) path: PathBuf,
    /// Set once this process has created the file.
    created: OnceLock<()>,
}

impl FirstKeyFile {
    /// Returns the file in the directory of a SQLite database, or in the working directory for any other database.
    ///
    /// # Errors
    /// The working directory is not known.
    pub(crate) fn of(database: Option<&Path>) -> io::Result<Self> {
        let directory = database.and_then(Path::parent).unwrap_or(Path::new(""));
        let path = std::path::absolute(directory.join(NAME))?;
        Ok(Self { path, created: OnceLock::new() })
    }

    /// Writes the key to a new file that only this user can read, and returns when the file is on disk.
    ///
    /// An existing file of any kind is never written to: it may contain the only copy of another database's key. A
    /// symbolic link is not followed. Another call does nothing.
    ///
    /// # Errors
    /// The file exists, or it cannot be written. A file that this call has created is removed.
    pub(crate) fn create(&self, key: &ApiKey) -> io::Result<()> {
        if self.created.get().is_some() {
            return Ok(());
        }
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&self.path)?;
        // From here on, this process may remove the file.
        self.created.get_or_init(|| ());
        let written = writeln!(file, "{}", key.reveal()).and_then(|()| file.sync_all());
        written.and_then(|()| sync_directory(&self.path)).inspect_err(|_| self.remove())
    }

    /// Removes the file if this process has created it.
    pub(crate) fn remove(&self) {
        if self.created.get().is_some()
            && let Err(error) = fs::remove_file(&self.path)
        {
            let path = self.path.display();
            tracing::warn!(%error, %path, "a file with an unused API key could not be removed");
        }
    }
}

/// Makes the names of the directory's files durable.
fn sync_directory(file: &Path) -> io::Result<()> {
    file.parent().map_or(Ok(()), |directory| File::open(directory)?.sync_all())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{MetadataExt as _, symlink};

    use super::*;

    fn in_directory(directory: &Path) -> FirstKeyFile {
        FirstKeyFile::of(Some(&directory.join("contacts.db"))).expect("the path is absolute")
    }

    #[test]
    fn the_key_is_written_once_for_its_owner_only() {
        let directory = tempfile::tempdir().unwrap();
        let file = in_directory(directory.path());
        assert_eq!(file.path, directory.path().join("first-api-key"));
        let key = ApiKey::from_random(1);
        file.create(&key).unwrap();
        file.create(&ApiKey::from_random(2)).unwrap();
        assert_eq!(fs::read_to_string(&file.path).unwrap(), format!("{}\n", key.reveal()));
        assert_eq!(fs::metadata(&file.path).unwrap().mode() & 0o7777, 0o600);
        file.remove();
        assert!(!file.path.exists());
    }

    #[test]
    fn an_existing_file_or_link_is_left_alone() {
        let directory = tempfile::tempdir().unwrap();
        let file = in_directory(directory.path());
        let target = directory.path().join("target");
        symlink(&target, &file.path).unwrap();
        let refused = file.create(&ApiKey::from_random(1)).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::AlreadyExists);
        assert!(!target.exists(), "the link is not followed");
        fs::remove_file(&file.path).unwrap();
        fs::write(&file.path, "another's").unwrap();
        let refused = file.create(&ApiKey::from_random(1)).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::AlreadyExists);
        file.remove();
        assert_eq!(fs::read_to_string(&file.path).unwrap(), "another's", "it is not removed either");
    }
}
