//! Building what is measured, in release mode.

use std::fs;
use std::io::{BufRead as _, BufReader, Seek as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;

use crate::test::interrupt::Interrupt;
use crate::test::process;
use crate::test::workspace::Workspace;

/// The programs that take part, copied out of cargo's directory so that the next build does not replace them.
#[derive(Debug, Clone)]
pub(super) struct Programs {
    /// The server that is measured.
    pub(super) server: PathBuf,
    /// The parts of the benchmark that must be fast.
    pub(super) parts: PathBuf,
}

/// The part of a cargo message that names a program it built.
#[derive(Deserialize)]
struct Message {
    target: Target,
    executable: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

impl Programs {
    /// Builds the programs of the sources in `root`, and copies them to `directory`.
    pub(super) fn build(
        workspace: &Workspace,
        root: &Path,
        directory: &Path,
        interrupt: &Interrupt,
    ) -> Result<Self> {
        fs::create_dir_all(directory).with_context(|| format!("cannot make {}", directory.display()))?;
        // Apart, so that nothing that this program needs of a library reaches the server.
        let build = |package| {
            let built = release(workspace, root, package, package, interrupt)?;
            copy(&built, &directory.join(package))
        };
        Ok(Self { server: build("contact-server")?, parts: build("xtask")? })
    }
}

/// Builds the command line of this working tree, and copies it to `directory`.
pub(super) fn command_line(
    workspace: &Workspace,
    directory: &Path,
    interrupt: &Interrupt,
) -> Result<PathBuf> {
    const NAME: &str = "contacts";
    let built = release(workspace, workspace.root(), "contact-cli", NAME, interrupt)?;
    copy(&built, &directory.join(NAME))
}

fn copy(built: &Path, place: &Path) -> Result<PathBuf> {
    fs::copy(built, place).with_context(|| format!("cannot copy {}", built.display()))?;
    Ok(place.to_owned())
}

/// Builds the program of this name in a package.
fn release(
    workspace: &Workspace,
    root: &Path,
    package: &str,
    name: &str,
    interrupt: &Interrupt,
) -> Result<PathBuf> {
    let mut command = workspace.cargo([
        "build",
        "--release",
        "--package",
        package,
        "--message-format=json-render-diagnostics",
    ]);
    // One target directory for all revisions, so that libraries are built once.
    command.current_dir(root).env("CARGO_TARGET_DIR", workspace.target());
    // A file rather than a pipe, so that waiting for cargo stays interruptible.
    let mut messages = tempfile::tempfile().context("no temporary file")?;
    command.stdout(messages.try_clone().context("no temporary file")?);
    process::run(&mut command, interrupt)?;
    messages.rewind().context("cargo's messages")?;
    for line in BufReader::new(messages).lines() {
        if let Some(executable) = executable(&line.context("cargo's messages")?, name) {
            return Ok(executable);
        }
    }
    bail!("cargo built no program named {name}")
}

fn executable(line: &str, name: &str) -> Option<PathBuf> {
    let message: Message = serde_json::from_str(line).ok()?;
    message.executable.filter(|_| message.target.name == name && message.target.kind == ["bin"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_found_among_the_messages_of_cargo() {
        let line = r#"{"reason":"compiler-artifact","target":{"name":"xtask","kind":["bin"]},"executable":"/t/xtask"}"#;
        assert_eq!(executable(line, "xtask"), Some("/t/xtask".into()));
        assert_eq!(executable(line, "contact-server"), None);
        assert_eq!(executable(&line.replace("bin", "lib"), "xtask"), None);
        assert_eq!(executable(r#"{"reason":"build-finished","success":true}"#, "xtask"), None);
    }
}
