//! Servers that are driven: the real program on a seeded database, and the one with the constant answer.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};

use super::build::Programs;
use super::http;
use super::seed::contact_id;
use crate::test::free_port::{free_port, was_taken};
use crate::test::process::{self, Process};

/// How long a start may take.
const START: Duration = Duration::from_secs(60);

/// How often a start looks again: often enough for a figure in milliseconds.
const POLL: Duration = Duration::from_micros(500);

/// How often a port may be snatched away between being chosen and being used.
const ATTEMPTS: usize = 5;

/// A server that runs until it is dropped.
pub(super) struct Server {
    process: Process,
    /// Where it answers.
    pub(super) url: String,
    /// From its start to its first answer.
    pub(super) started_in: Duration,
}

impl Server {
    /// Starts the real server on a seeded database.
    pub(super) fn start(programs: &Programs, database_url: &str, key: &str, log: &Path) -> Result<Self> {
        Self::start_by(key, log, |port| {
            let mut command = Command::new(&programs.server);
            let listen = format!("--listen=127.0.0.1:{port}");
            command.args(["serve", &listen, "--database-url", database_url]).env_remove("RUST_LOG");
            command
        })
    }

    /// Starts the server with the constant answer.
    pub(super) fn start_constant(programs: &Programs, answer: &Path, log: &Path) -> Result<Self> {
        Self::start_by("", log, |port| {
            let mut command = Command::new(&programs.parts);
            let listen = format!("--listen=127.0.0.1:{port}");
            command.args(["bench-part", "constant", &listen, "--answer"]).arg(answer);
            command
        })
    }

    fn start_by(key: &str, log: &Path, command: impl Fn(u16) -> Command) -> Result<Self> {
        for _ in 0..ATTEMPTS {
            let port = free_port().context("no free port")?;
            let output = File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
            let mut command = command(port);
            command.stdout(output.try_clone().context("no log file")?).stderr(output);
            let begun = Instant::now();
            let process = Process::spawn(&mut command)
                .with_context(|| format!("could not start `{}`", process::shown(&command)))?;
            let url = format!("http://127.0.0.1:{port}");
            let mut server = Self { process, url, started_in: Duration::ZERO };
            if server.wait_until_it_answers(key, begun)? {
                return Ok(server);
            }
            let log = fs::read_to_string(log).unwrap_or_default();
            if !was_taken(port, &log) {
                bail!("the server ended at once; its log:\n{log}");
            }
        }
        bail!("{ATTEMPTS} free ports in a row were taken by others")
    }

    /// Whether the server came to answer a contact; false if it ended instead.
    fn wait_until_it_answers(&mut self, key: &str, begun: Instant) -> Result<bool> {
        while begun.elapsed() < START {
            let answer = self.first_contact(key);
            if self.process.ended()?.is_some() {
                return Ok(false);
            }
            if let Ok(answer) = answer {
                self.started_in = begun.elapsed();
                ensure!(answer.status == 200, "the first contact was answered with {}", answer.status);
                return Ok(true);
            }
            thread::sleep(POLL);
        }
        bail!("the server did not answer within {} s", START.as_secs())
    }

    /// Reads the first of the seeded contacts.
    pub(super) fn first_contact(&self, key: &str) -> Result<http::Answer> {
        http::get(&self.url, &format!("/contacts/{}/", contact_id(1)), key)
    }

    /// Megabytes of memory that the server has used at most; `None` where the system does not tell.
    pub(super) fn peak_memory(&self) -> Option<f64> {
        peak_memory_of(self.process.id())
    }
}

/// Megabytes of memory that a process has used at most; `None` where the system does not tell.
pub(super) fn peak_memory_of(process: u32) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    peak_memory(&status)
}

/// The most that was resident, of a process's status, in megabytes.
fn peak_memory(status: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024.0 / 1_000_000.0)
}

/// A log file of a server, beside the others.
pub(super) fn log_file(directory: &Path, name: &str) -> PathBuf {
    directory.join(format!("{name}.log"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_memory_is_found_in_the_status() {
        let status =
            "Name:\tcontact-server\nVmPeak:\t 2000000 kB\nVmHWM:\t   62500 kB\nVmRSS:\t   50000 kB\n";
        assert_eq!(peak_memory(status), Some(64.0));
        assert_eq!(peak_memory("Name:\tkthreadd\n"), None);
    }
}
