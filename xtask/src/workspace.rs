//! The workspace: its directories, and cargo commands in it.

use std::io::{BufReader, Seek as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;
use cargo_metadata::{Message, MetadataCommand};

use crate::process;

/// The directories of the workspace.
#[derive(Debug)]
pub struct Workspace {
    /// The root of the repository.
    pub root: PathBuf,
    /// The directory in which cargo builds.
    pub target: PathBuf,
}

impl Workspace {
    /// Asks cargo for the directories.
    ///
    /// # Errors
    /// `cargo metadata` fails.
    pub fn locate() -> Result<Self> {
        let metadata = MetadataCommand::new().current_dir(env!("CARGO_MANIFEST_DIR")).no_deps().exec()?;
        Ok(Self { root: metadata.workspace_root.into(), target: metadata.target_directory.into() })
    }

    /// Returns the directory for downloads, below `target/`.
    #[must_use]
    pub fn cache(&self) -> PathBuf {
        self.target.join("xtask")
    }

    /// Builds a program with the features of `cargo test --workspace`, and returns its path.
    ///
    /// # Errors
    /// It does not compile.
    pub fn build(&self, program: &str) -> Result<PathBuf> {
        // An example is built with the dependencies of tests. Without one, dependencies that have more features for
        // tests would be compiled a second time.
        let selection = ["build", "--quiet", "--workspace", "--bin", program, "--example", "quick_start"];
        build(&mut self.cargo(&selection), program)
    }

    /// Builds a program in release mode, and returns its path. It is built by itself, so that it has the features that it
    /// has in production.
    ///
    /// # Errors
    /// It does not compile.
    pub fn build_release(&self, package: &str, program: &str) -> Result<PathBuf> {
        build(&mut self.cargo(&["build", "--release", "--package", package]), program)
    }

    /// Returns a cargo command that runs in the root of the workspace.
    #[must_use]
    pub fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.args(arguments).current_dir(&self.root);
        command
    }
}

/// Runs a cargo command that builds, and returns the path of one of the programs that it built.
///
/// # Errors
/// The command fails, or does not build the program.
pub fn build(cargo: &mut Command, program: &str) -> Result<PathBuf> {
    // A file, because waiting for cargo must not block while a pipe is read.
    let mut messages = tempfile::tempfile()?;
    cargo.arg("--message-format=json-render-diagnostics").stdout(messages.try_clone()?);
    process::run(cargo)?;
    messages.rewind()?;
    for message in Message::parse_stream(BufReader::new(messages)) {
        if let Message::CompilerArtifact(artifact) = message?
            && artifact.target.name == program
            && artifact.target.is_bin()
            // The unit tests of the program have the same name.
            && !artifact.profile.test
            && let Some(executable) = artifact.executable
        {
            return Ok(executable.into());
        }
    }
    anyhow::bail!("cargo did not build the program {program}")
}

/// Returns the path of a file of this crate.
#[must_use]
pub fn xtask_file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}
