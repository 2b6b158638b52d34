//! `cargo xtask openapi`: writes the generated description to `openapi.yaml`, or compares it with the file.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use similar::TextDiff;

use crate::process;

/// Returns the path of `openapi.yaml` in the repository.
#[must_use]
pub fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("openapi.yaml")
}

/// Builds the server and returns the description that it prints.
///
/// # Errors
/// The server does not compile or fails.
pub fn generated() -> Result<String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let args = ["run", "--quiet", "--package", "contact-server", "--", "openapi"];
    process::capture(Command::new(cargo).args(args).current_dir(env!("CARGO_MANIFEST_DIR")))
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
        .header("openapi.yaml (in the repository)", "openapi.yaml (generated)")
        .to_string();
    Ok(Some(diff))
}
