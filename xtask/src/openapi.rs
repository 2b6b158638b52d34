//! `cargo xtask openapi`: writes the generated descriptions to their files, or compares them with the files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use similar::TextDiff;

use crate::process;

/// A description of the API that the server prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Description {
    /// The full description.
    Full,
    /// The description for generators of clients.
    Sdk,
}

impl Description {
    /// Every description.
    pub const ALL: [Self; 2] = [Self::Full, Self::Sdk];

    /// Returns the name of its file in the repository.
    #[must_use]
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Full => "openapi.yaml",
            Self::Sdk => "docs/openapi-sdk.yaml",
        }
    }

    /// Returns the path of its file in the repository.
    #[must_use]
    pub fn path(self) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name(self.file_name())
    }

    /// Returns the arguments with which the server prints it.
    fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::Full => &["openapi"],
            Self::Sdk => &["openapi", "--sdk"],
        }
    }

    /// Returns the description that a server prints.
    ///
    /// # Errors
    /// The server fails.
    pub fn printed_by(self, server: &Path) -> Result<String> {
        process::capture(Command::new(server).args(self.arguments()))
    }
}

/// Writes the description to the file, unless it is there already. Returns whether the file changed.
///
/// # Errors
/// The file cannot be written.
pub fn generate(path: &Path, description: &str) -> Result<bool> {
    if fs::read_to_string(path).is_ok_and(|current| current == description) {
        return Ok(false);
    }
    fs::write(path, description).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(true)
}

/// Returns a unified diff from the file to the description, or none if they are equal.
///
/// # Errors
/// The file cannot be read.
pub fn check(path: &Path, description: &str) -> Result<Option<String>> {
    let current = fs::read_to_string(path)
        .with_context(|| format!("cannot read {}; run `cargo xtask openapi generate`", path.display()))?;
    if current == description {
        return Ok(None);
    }
    let diff = TextDiff::from_lines(current.as_str(), description)
        .unified_diff()
        .header("in the repository", "generated")
        .to_string();
    Ok(Some(diff))
}
