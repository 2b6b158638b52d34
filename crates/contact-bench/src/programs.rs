//! The programs that are measured, built in release mode.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use xtask::process;
use xtask::workspace::{self, Workspace};

use crate::seed::{self, Seeded};

/// The server of a revision, and what creates its database.
pub(crate) struct Revision {
    /// The program `contact-server`.
    pub(crate) server: PathBuf,
    /// The command that seeds a database, up to its arguments. None for this revision, which needs no other program.
    seed: Option<(PathBuf, &'static [&'static str])>,
}

impl Revision {
    /// Builds the server of the working tree.
    pub(crate) fn here(workspace: &Workspace) -> Result<Self> {
        let server = release(workspace, &workspace.root, "contact-server", "contact-server", "here")?;
        Ok(Self { server, seed: None })
    }

    /// Builds the server of another revision. The revision seeds its own database, because the schema may differ.
    pub(crate) fn other(workspace: &Workspace, revision: &str) -> Result<Self> {
        let worktree = Worktree::add(workspace, revision)?;
        let build = |package| release(workspace, &worktree.path, package, package, "against");
        let has = |path| worktree.path.join(path).is_file();
        let seed = if has("crates/contact-bench/Cargo.toml") {
            Some((build("contact-bench")?, ["seed"].as_slice()))
        } else if has("xtask/src/bench/seed.rs") {
            Some((build("xtask")?, ["bench-part", "seed"].as_slice()))
        } else {
            None
        };
        Ok(Self { server: build("contact-server")?, seed })
    }

    /// Fills an empty database.
    pub(crate) async fn seed(&self, database_url: &str, contacts: u64) -> Result<Seeded> {
        let Some((program, arguments)) = &self.seed else {
            return seed::seed(database_url, contacts).await;
        };
        let mut command = Command::new(program);
        command.args(*arguments).args(["--database-url", database_url, "--contacts", &contacts.to_string()]);
        Ok(serde_json::from_str(&process::capture(&mut command)?)?)
    }
}

/// Builds the command line client of the working tree.
pub(crate) fn command_line(workspace: &Workspace) -> Result<PathBuf> {
    release(workspace, &workspace.root, "contact-cli", "contacts", "here")
}

/// Builds a program from the sources in `root`, and copies it, because the next build replaces it. Each program is
/// built by itself, so that it has the features that it has in production.
fn release(workspace: &Workspace, root: &Path, package: &str, name: &str, label: &str) -> Result<PathBuf> {
    let mut cargo = workspace.cargo(&["build", "--release", "--package", package]);
    // One target directory for all revisions, so that libraries are compiled once.
    cargo.current_dir(root).env("CARGO_TARGET_DIR", &workspace.target);
    let built = workspace::build(&mut cargo, name)?;
    let directory = workspace.target.join("bench/programs").join(label);
    fs::create_dir_all(&directory)?;
    let copy = directory.join(name);
    fs::copy(&built, &copy).with_context(|| format!("cannot copy {}", built.display()))?;
    Ok(copy)
}

/// The sources of another revision. Removed when it is dropped.
struct Worktree<'a> {
    workspace: &'a Workspace,
    path: PathBuf,
}

impl<'a> Worktree<'a> {
    fn add(workspace: &'a Workspace, revision: &str) -> Result<Self> {
        let worktree = Self { workspace, path: workspace.target.join("bench/against") };
        // An interrupted run may have left one.
        worktree.remove();
        worktree
            .git(&["worktree", "add", "--detach", "--force"], Some(revision))
            .with_context(|| format!("cannot check out {revision}"))?;
        Ok(worktree)
    }

    fn remove(&self) {
        // It fails if there is none.
        let _ = self.git(&["worktree", "remove", "--force"], None);
    }

    fn git(&self, arguments: &[&str], revision: Option<&str>) -> Result<String> {
        let mut git = Command::new("git");
        process::capture(git.args(arguments).arg(&self.path).args(revision).current_dir(&self.workspace.root))
    }
}

impl Drop for Worktree<'_> {
    fn drop(&mut self) {
        self.remove();
    }
}
