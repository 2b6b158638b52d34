//! The load generator: wrk, with a script that builds the requests.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, anyhow};

use super::outcome::Outcome;
use crate::bench::figure::Request;
use crate::test::process;

const SCRIPT: &str = include_str!("load.lua");

/// Threads of the generator: one drives 64 connections easily, and two show what order alone would hide.
const THREADS: u32 = 2;

/// wrk and its script.
pub(in crate::bench) struct Wrk {
    script: PathBuf,
}

/// What to drive, and how.
pub(in crate::bench) struct Drive<'a> {
    pub(in crate::bench) url: &'a str,
    pub(in crate::bench) key: &'a str,
    pub(in crate::bench) contacts: u64,
    pub(in crate::bench) request: Request,
    pub(in crate::bench) connections: u32,
    pub(in crate::bench) seconds: u64,
    /// Tells what this run writes from what others wrote.
    pub(in crate::bench) run: u64,
}

impl Wrk {
    /// Checks that wrk is there, and writes the script into a directory.
    pub(in crate::bench) fn prepare(directory: &Path) -> Result<Self> {
        // It prints its version with a failing status, so only whether it starts counts.
        Command::new("wrk").arg("--version").output().map_err(|error| {
            anyhow!(
                "the load generator wrk cannot be run: {error}. Install it (on Debian and Ubuntu: \
                 `apt install wrk`, on a Mac: `brew install wrk`), or put it on PATH"
            )
        })?;
        let script = directory.join("load.lua");
        fs::write(&script, SCRIPT).with_context(|| format!("cannot write {}", script.display()))?;
        Ok(Self { script })
    }

    /// Drives a server and says how it went.
    pub(in crate::bench) fn drive(&self, drive: &Drive<'_>) -> Result<Outcome> {
        let kind = match drive.request {
            Request::Patch => "patch",
            Request::Get => "get",
            Request::Post => "post",
            Request::List => "list",
            Request::Batch => "batch",
        };
        let mut command = Command::new("wrk");
        command
            .arg(format!("--threads={}", THREADS.min(drive.connections)))
            .arg(format!("--connections={}", drive.connections))
            .arg(format!("--duration={}s", drive.seconds))
            .arg("--timeout=10s")
            .arg("--script")
            .arg(&self.script)
            .args([drive.url, "--", kind, drive.key, &drive.contacts.to_string(), &drive.run.to_string()]);
        Outcome::parse(&process::capture(&mut command)?)
    }
}
