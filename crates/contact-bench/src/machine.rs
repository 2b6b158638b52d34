//! The machine on which the figures were measured.

use std::fmt;
use std::fs;
use std::process::Command;
use std::thread;

use contact_model::clock::{Clock as _, SystemClock};
use serde::Serialize;

use xtask::process;
use xtask::workspace::Workspace;

/// The machine, the time and the commit.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Machine {
    pub(crate) processor: String,
    /// The cores for the server and the load generator.
    pub(crate) cores: usize,
    pub(crate) kernel: String,
    pub(crate) date: String,
    /// The commit, with a `+` if the working tree differs from it.
    pub(crate) commit: String,
}

impl Machine {
    /// Describes this machine and the working tree.
    pub(crate) fn current(workspace: &Workspace) -> Self {
        let git = |arguments: &[&str]| {
            let mut command = Command::new("git");
            process::capture(command.args(arguments).current_dir(&workspace.root)).unwrap_or_default()
        };
        let changed = if git(&["status", "--porcelain"]).trim().is_empty() { "" } else { "+" };
        let now = SystemClock.now().to_string();
        Self {
            processor: processor().unwrap_or_else(|| std::env::consts::ARCH.to_owned()),
            cores: thread::available_parallelism().map_or(1, Into::into),
            kernel: fs::read_to_string("/proc/sys/kernel/osrelease").map_or_else(
                |_| std::env::consts::OS.to_owned(),
                |release| format!("Linux {}", release.trim()),
            ),
            date: now.split('T').next().unwrap_or_default().to_owned(),
            commit: format!("{}{changed}", git(&["rev-parse", "--short=12", "HEAD"]).trim()),
        }
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { processor, cores, kernel, date, commit } = self;
        write!(
            f,
            "{processor}, {cores} cores shared with the load generator, {kernel}, {date}, commit {commit}"
        )
    }
}

fn processor() -> Option<String> {
    let info = fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = info.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}
