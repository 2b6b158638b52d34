//! A file with a copy of the changes of a company, one JSON object per line.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};

use contact_client::model::ContactId;
use contact_client::model::changes::{ChangeCursor, ChangeEntry, ChangeHash};
use serde::Deserialize;

use crate::failure::Failure;
use crate::whole_file::WholeFile;

/// The file. Only its owner can read it.
#[derive(Debug)]
pub(crate) struct ChangeFile {
    path: PathBuf,
    file: File,
    last: Option<Place>,
}

/// The part of a change that its place in the log depends on.
#[derive(Debug, Clone, Copy, Deserialize)]
struct Place {
    sequence: i64,
    hash: ChangeHash,
}

impl ChangeFile {
    /// Opens or creates the file, and checks that its changes have consecutive numbers. Removes an incomplete last line,
    /// which a run that was killed may have left.
    ///
    /// # Errors
    /// The file cannot be read or written, or it contains something else.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let file = create(path).map_err(|error| Failure::unwritable(path, error))?;
        let (mut lines, mut line, mut end) = (BufReader::new(&file), Vec::new(), 0);
        let (mut number, mut last) = (0_u64, None::<Place>);
        loop {
            line.clear();
            lines.read_until(b'\n', &mut line).map_err(|error| Failure::unreadable(path, error))?;
            if !line.ends_with(b"\n") {
                break;
            }
            number += 1;
            end += line.len() as u64;
            let place: Place = serde_json::from_slice(&line)
                .map_err(|error| bad_line(path, number, &format!("it is not a change: {error}")))?;
            if let Some(last) = last.filter(|last| place.sequence != last.sequence + 1) {
                let what = format!("change {} follows change {}", place.sequence, last.sequence);
                return Err(bad_line(path, number, &what));
            }
            last = Some(place);
        }
        file.set_len(end).map_err(|error| Failure::unwritable(path, error))?;
        Ok(Self { path: path.to_owned(), file, last })
    }

    /// Returns the cursor after the last change. `None` if the file is empty.
    pub(crate) fn cursor(&self) -> Option<ChangeCursor> {
        self.last.map(|last| ChangeCursor::new(last.sequence, last.hash))
    }

    /// Returns the number and the hash of the last change.
    pub(crate) fn last(&self) -> Option<(i64, ChangeHash)> {
        self.last.map(|last| (last.sequence, last.hash))
    }

    /// Adds changes.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(crate) fn add(&mut self, changes: &[ChangeEntry]) -> Result<(), Failure> {
        let mut text = Vec::new();
        for change in changes {
            serde_json::to_writer(&mut text, change).map_err(Failure::unprintable)?;
            text.push(b'\n');
            self.last = Some(Place { sequence: change.sequence, hash: change.hash });
        }
        self.file.write_all(&text).map_err(|error| Failure::unwritable(&self.path, error))
    }

    /// Removes the values of contacts from their changes, as the server does when a contact is erased. Replaces the file.
    ///
    /// # Errors
    /// The file cannot be read or written. It is then unchanged.
    pub(crate) fn remove_values(&mut self, contacts: &BTreeSet<ContactId>) -> Result<(), Failure> {
        let unreadable = |error: io::Error| Failure::unreadable(&self.path, error);
        let mut replaced = WholeFile::begin(&self.path, true)?;
        for line in BufReader::new(File::open(&self.path).map_err(unreadable)?).lines() {
            let line = line.map_err(unreadable)?;
            let mut change: ChangeEntry = serde_json::from_str(&line).map_err(Failure::unprintable)?;
            if change.contact_id.is_some_and(|contact| contacts.contains(&contact)) {
                change.changed.clear();
            }
            replaced.add(&serde_json::to_string(&change).map_err(Failure::unprintable)?)?;
            replaced.add("\n")?;
        }
        replaced.end()?;
        self.file = create(&self.path).map_err(|error| Failure::unwritable(&self.path, error))?;
        Ok(())
    }
}

/// Opens the file to read it and to add to its end.
fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn bad_line(path: &Path, line: u64, what: &str) -> Failure {
    Failure::usage(format!("{} is not a copy of changes", path.display()))
        .because(format!("line {line}: {what}"))
        .tip("give the name of another file")
}
