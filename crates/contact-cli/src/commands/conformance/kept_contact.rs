//! What the contact of `--contact-id` was like, in a file until it is put back.

use std::fmt;
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;

use contact_client::ContactId;

use crate::failure::Failure;
use crate::whole_file::WholeFile;

/// A file in the current directory with what a contact was like, which its owner alone can read. It outlives a
/// run that could not put the contact back: whatever ended that, nothing of the contact is lost.
#[derive(Debug)]
pub(super) struct KeptContact(PathBuf);

impl KeptContact {
    /// The place for a contact, where no earlier run has left anything.
    ///
    /// # Errors
    /// One has: what it kept is all that is left of what the contact was like, and is not written over.
    pub(super) fn place(id: ContactId) -> Result<Self, Failure> {
        let path = PathBuf::from(format!("conformance-{id}.json"));
        if fs::symlink_metadata(&path).is_ok() {
            return Err(Failure::usage(format!("{} is there already", path.display()))
                .because("an earlier run, or one that is under way, keeps in it what the contact was like")
                .tip("if the contact is not as it says, put it back; then remove the file"));
        }
        Ok(Self(path))
    }

    /// Writes down what the contact is like, before anything of it is changed.
    ///
    /// # Errors
    /// Nothing can be written there, or someone else has by now.
    pub(super) fn keep(&self, json: &str) -> Result<(), Failure> {
        let written = WholeFile::begin(&self.0).and_then(|mut file| {
            writeln!(file, "{json}")?;
            file.put()
        });
        written.map_err(|error| {
            Failure::local(format!("{self} cannot be written"), error)
                .because("it is to keep what the contact is like until that is put back; nothing was changed")
                .tip("run it in a directory where files can be written")
        })
    }

    /// Takes the file away: the contact is as it was.
    ///
    /// # Errors
    /// The file stays.
    pub(super) fn remove(&self) -> Result<(), Failure> {
        fs::remove_file(&self.0).map_err(|error| {
            Failure::local(format!("{self} cannot be removed"), error)
                .because("the contact is as it was, and the file is of no use any more")
        })
    }
}

/// Its name.
impl fmt::Display for KeptContact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.display().fmt(f)
    }
}
