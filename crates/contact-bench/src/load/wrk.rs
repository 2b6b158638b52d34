//! The load generator wrk, with a script that builds the requests.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use xtask::process;

use super::Outcome;
use crate::figure::Request;

const SCRIPT: &str = include_str!("load.lua");

/// The threads of the generator. One is fast enough for 64 connections; two interleave their requests.
const THREADS: u32 = 2;

/// wrk and its script.
pub(crate) struct Wrk {
    script: PathBuf,
}

/// A load on a server.
pub(crate) struct Load<'a> {
    pub(crate) url: &'a str,
    pub(crate) key: &'a str,
    pub(crate) contacts: u64,
    pub(crate) request: Request,
    pub(crate) connections: u32,
    pub(crate) seconds: u64,
    /// A number that is part of everything that the run writes.
    pub(crate) run: u64,
}

impl Wrk {
    /// Checks that wrk is installed, and writes the script to a directory.
    pub(crate) fn prepare(directory: &Path) -> Result<Self> {
        // `wrk --version` prints its version and fails.
        Command::new("wrk").arg("--version").output().context(
            "cannot run the load generator wrk: install it (on Debian and Ubuntu: `apt install wrk`, on a Mac: \
             `brew install wrk`)",
        )?;
        let script = directory.join("load.lua");
        fs::write(&script, SCRIPT)?;
        Ok(Self { script })
    }

    /// Sends the requests.
    pub(crate) fn run(&self, load: &Load<'_>) -> Result<Outcome> {
        let kind = match load.request {
            Request::Patch => "patch",
            Request::Get => "get",
            Request::Post => "post",
            Request::List => "list",
            Request::Batch => "batch",
        };
        let mut command = Command::new("wrk");
        command
            .arg(format!("--threads={}", THREADS.min(load.connections)))
            .arg(format!("--connections={}", load.connections))
            .arg(format!("--duration={}s", load.seconds))
            .args(["--timeout=10s", "--script"])
            .arg(&self.script)
            .args([load.url, "--", kind, load.key, &load.contacts.to_string(), &load.run.to_string()]);
        Outcome::parse(&process::capture(&mut command)?)
    }
}
