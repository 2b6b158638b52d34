//! A backup of the contact of `--contact-id`, until the contact is restored.

use std::fmt;
use std::fs;
use std::path::PathBuf;

use contact_client::ContactId;

use crate::failure::Failure;
use crate::whole_file::WholeFile;

/// A file in the current directory with the original contact, which only its owner can read. It remains if the run
/// could not restore the contact.
#[derive(Debug)]
pub(super) struct Backup(PathBuf);

impl Backup {
    /// Returns the backup of a contact, which is not written yet.
    ///
    /// # Errors
    /// The file exists. It may be the only copy of the original contact, so it is not replaced.
    pub(super) fn new(id: ContactId) -> Result<Self, Failure> {
        let path = PathBuf::from(format!("conformance-{id}.json"));
        if fs::symlink_metadata(&path).is_ok() {
            return Err(Failure::usage(format!("{} exists", path.display()))
                .because("it is the backup of an earlier run that did not restore the contact, or of a running one")
                .tip("restore the contact if it differs, then remove the file"));
        }
        Ok(Self(path))
    }

    /// Writes the contact.
    ///
    /// # Errors
    /// The file cannot be written, or exists by now.
    pub(super) fn write(&self, json: &str) -> Result<(), Failure> {
        WholeFile::write(&self.0, false, &format!("{json}\n")).map_err(|failure| {
            failure
                .because("it is the backup of the contact; nothing was changed")
                .tip("run the command in a writable directory")
        })
    }

    /// Removes the file.
    ///
    /// # Errors
    /// The file cannot be removed.
    pub(super) fn remove(&self) -> Result<(), Failure> {
        fs::remove_file(&self.0).map_err(|error| {
            Failure::local(format!("cannot remove {self}"), error)
                .because("the contact is restored, so the file is not needed")
        })
    }
}

impl fmt::Display for Backup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.display().fmt(f)
    }
}
