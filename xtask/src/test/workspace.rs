//! The workspace under test: its directories, and the commands that run in it.

use std::ffi::{OsStr, OsString};
use std::io::{BufRead as _, BufReader, Seek as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;

use super::interrupt::Interrupt;
use super::process;

/// Where things are, and the programs that a run calls again and again.
pub(crate) struct Workspace {
    root: PathBuf,
    target: PathBuf,
    cargo: OsString,
    xtask: PathBuf,
}

#[derive(Deserialize)]
struct Metadata {
    workspace_root: PathBuf,
    target_directory: PathBuf,
}

/// The part of a cargo message that names a program it built.
#[derive(Deserialize)]
struct Message {
    target: Target,
    profile: Profile,
    executable: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Profile {
    test: bool,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

impl Workspace {
    /// Asks cargo, which alone knows every way in which a target directory can be configured.
    pub(crate) fn locate() -> Result<Self> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let metadata =
            process::capture(Command::new(&cargo).args(["metadata", "--no-deps", "--format-version=1"]))?;
        let metadata: Metadata =
            serde_json::from_str(&metadata).context("`cargo metadata` was not understood")?;
        Ok(Self {
            root: metadata.workspace_root,
            target: metadata.target_directory,
            cargo,
            // Asked once, at the start: building the tests may replace this program's file, and on Linux the
            // answer would then name a file that is gone.
            xtask: std::env::current_exe().context("this program's own path is unknown")?,
        })
    }

    /// A directory under `target/` for what this command downloads.
    pub(crate) fn cache(&self) -> PathBuf {
        self.target.join("xtask")
    }

    /// The root of the workspace.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Where cargo puts what it builds.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// A file of this crate that a tool reads by its path.
    pub(crate) fn xtask_file(&self, name: &str) -> PathBuf {
        self.root.join("xtask").join(name)
    }

    /// A cargo command in the root of the workspace.
    pub(crate) fn cargo<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Command {
        self.command(Path::new(&self.cargo), args)
    }

    /// Another command of this program.
    pub(crate) fn xtask<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Command {
        self.command(&self.xtask, args)
    }

    fn command<A: AsRef<OsStr>>(&self, program: &Path, args: impl IntoIterator<Item = A>) -> Command {
        let mut command = Command::new(program);
        command.args(args).current_dir(&self.root);
        command
    }

    /// Builds the server and says where its program is.
    pub(crate) fn build_server(&self, interrupt: &Interrupt) -> Result<PathBuf> {
        // With `--tests` cargo enables the very features it enabled for the tests, so that the libraries they
        // have just been built with are not built a second time.
        let mut command = self.cargo([
            "build",
            "--workspace",
            "--bins",
            "--tests",
            "--message-format=json-render-diagnostics",
        ]);
        // A file rather than a pipe, so that waiting for cargo stays interruptible.
        let mut messages = tempfile::tempfile().context("no temporary file")?;
        command.stdout(messages.try_clone().context("no temporary file")?);
        process::run(&mut command, interrupt)?;
        messages.rewind().context("cargo's messages")?;
        for line in BufReader::new(messages).lines() {
            if let Some(executable) = server_executable(&line.context("cargo's messages")?) {
                return Ok(executable);
            }
        }
        bail!("cargo built no program named contact-server")
    }
}

/// The path of the server's program, if this message of cargo's is about it.
fn server_executable(line: &str) -> Option<PathBuf> {
    let message: Message = serde_json::from_str(line).ok()?;
    // The program's own unit tests carry its name too.
    let is_program =
        message.target.name == "contact-server" && message.target.kind == ["bin"] && !message.profile.test;
    message.executable.filter(|_| is_program)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn message(name: &str, kind: &str, test: bool) -> String {
        json!({
            "reason": "compiler-artifact",
            "target": { "name": name, "kind": [kind], "src_path": "src/main.rs" },
            "profile": { "opt_level": "0", "test": test },
            "executable": "/target/debug/contact-server",
            "fresh": true,
        })
        .to_string()
    }

    #[test]
    fn the_server_is_found_among_the_messages_of_cargo() {
        let found = server_executable(&message("contact-server", "bin", false));
        assert_eq!(found, Some("/target/debug/contact-server".into()));
    }

    #[test]
    fn its_tests_and_other_programs_are_not_taken_for_it() {
        for other in [
            message("contact-server", "bin", true),
            message("contact-server", "test", false),
            message("xtask", "bin", false),
            r#"{"reason":"build-finished","success":true}"#.to_owned(),
            "warning: something else".to_owned(),
        ] {
            assert_eq!(server_executable(&other), None, "{other}");
        }
    }
}
