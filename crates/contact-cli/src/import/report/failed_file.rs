//! The place of the file of failed rows. It is known to be writable before anything is sent, and no existing file is
//! overwritten.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use crate::args::body::BodySource;
use crate::failure::Failure;

/// The place of the file of failed rows.
#[derive(Debug)]
pub(crate) struct FailedFile {
    pub(crate) path: PathBuf,
    /// Whether rows are added to an existing file.
    continues: bool,
    /// The first name for the file, unless the user named it.
    default: Option<PathBuf>,
}

impl FailedFile {
    /// Chooses the place: the named file, or a file beside the `imported` one, or in the current directory if that is a
    /// pipe. An import that continues adds to the file of the run before.
    ///
    /// # Errors
    /// The named file exists already, or is the imported one.
    pub(crate) fn choose(
        named: Option<&Path>,
        imported: &BodySource,
        extension: &str,
        continues: bool,
    ) -> Result<Self, Failure> {
        let file = match named {
            Some(path) => Self { path: path.to_owned(), continues: true, default: None },
            None => {
                let default = default(imported, extension);
                Self { path: numbered(&default, continues), continues, default: Some(default) }
            }
        };
        if is_imported(imported, &file.path) {
            return Err(Failure::usage("the failed rows cannot be written to the imported file"));
        }
        let is_taken = file.path.metadata().is_ok_and(|file| file.is_file() && file.len() > 0);
        if is_taken && !continues {
            return Err(Failure::usage(format!("{} exists already", file.path.display()))
                .because("the failed rows would be added to it")
                .tip("name another file with `--failed`, or remove this one"));
        }
        Ok(file)
    }

    /// Checks that rows can be written to the file, without creating it.
    ///
    /// # Errors
    /// They cannot.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        let checked = match self.path.metadata() {
            Ok(file) if file.is_file() => OpenOptions::new().append(true).open(&self.path).map(|_| ()),
            Ok(file) if file.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
            // A pipe cannot be opened before someone reads it.
            Ok(_) => Ok(()),
            Err(_) => {
                let directory = self.path.parent().filter(|parent| !parent.as_os_str().is_empty());
                tempfile::tempfile_in(directory.unwrap_or(Path::new("."))).map(|_| ())
            }
        };
        checked.map_err(|error| {
            Failure::usage(format!("the failed rows cannot be written to {}", self.path.display()))
                .because(error.to_string())
                .tip("`--failed FILE` names another place")
        })
    }

    /// Opens or creates the file. Only its owner can read a new file.
    ///
    /// # Errors
    /// The file cannot be written to.
    pub(super) fn open(&mut self) -> io::Result<File> {
        loop {
            let mut options = OpenOptions::new();
            // Another import may have taken the name since.
            options.append(true).create(true).create_new(!self.continues);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            match (options.open(&self.path), &self.default) {
                (Err(error), Some(default)) if error.kind() == io::ErrorKind::AlreadyExists => {
                    self.path = numbered(default, false);
                }
                (opened, _) => return opened,
            }
        }
    }
}

/// Returns a name beside the imported file, or in the current directory if it is not a regular file.
fn default(imported: &BodySource, extension: &str) -> PathBuf {
    let extension = format!("failed.{extension}");
    match imported {
        BodySource::File(path) if path.is_file() => path.with_extension(extension),
        BodySource::File(_) | BodySource::StandardInput => PathBuf::from(format!("import.{extension}")),
    }
}

/// Returns the first of the names `NAME.csv`, `NAME-2.csv` and so on that is free, or if the import `continues`, the last
/// one that is taken.
fn numbered(first: &Path, continues: bool) -> PathBuf {
    let stem = first.file_stem().unwrap_or_default().to_string_lossy();
    let extension = first.extension().unwrap_or_default().to_string_lossy();
    let name = |number| match number {
        0 | 1 => first.to_owned(),
        number => first.with_file_name(format!("{stem}-{number}.{extension}")),
    };
    let taken = (1..).take_while(|&number| name(number).symlink_metadata().is_ok()).count();
    name(if continues { taken } else { taken + 1 })
}

/// Returns true if the path names the imported file.
pub(crate) fn is_imported(imported: &BodySource, path: &Path) -> bool {
    let BodySource::File(imported) = imported else { return false };
    imported.canonicalize().is_ok_and(|imported| path.canonicalize().is_ok_and(|path| path == imported))
}
