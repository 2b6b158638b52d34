//! The contacts server as a child process.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

use crate::process::{self, Process};

/// How long the server may take to start.
const START: Duration = Duration::from_secs(60);

/// The number of lines of the log that an error contains.
const TAIL: usize = 40;

/// A running server. Dropping it stops it.
pub struct Server {
    process: Process,
    /// The URL at which it serves.
    pub url: String,
    log: PathBuf,
}

impl Server {
    /// Starts the server on a free port, and waits until it prints its URL.
    ///
    /// # Errors
    /// The server does not start. The error contains the end of its log.
    pub fn start(program: &Path, database_url: &str, log: &Path) -> Result<Self> {
        let mut command = Command::new(program);
        command.args(["serve", "--listen", "127.0.0.1:0", "--database-url", database_url]);
        Self::spawn(command, log)
    }

    /// Starts the server by a command, and waits until it prints its URL.
    ///
    /// # Errors
    /// The server does not start. The error contains the end of its log.
    pub fn spawn(mut command: Command, log: &Path) -> Result<Self> {
        let output = File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
        command.env("NO_COLOR", "1").env_remove("RUST_LOG").stdout(output.try_clone()?).stderr(output);
        let mut process = Process::spawn(&mut command)?;
        let url = process.wait_for(START, |_| printed_url(&fs::read_to_string(log).ok()?));
        match url.with_context(|| format!("the server did not start; its log:\n{}", tail(log)))? {
            Some(url) => Ok(Self { process, url, log: log.to_owned() }),
            None => bail!("the server did not start; its log:\n{}", tail(log)),
        }
    }

    /// Returns the process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Returns the last lines of the log.
    #[must_use]
    pub fn log_tail(&self) -> String {
        tail(&self.log)
    }

    /// Kills the server.
    pub fn kill(mut self) {
        self.process.kill();
    }

    /// Asks the server to stop, waits until it has ended, and returns its exit status.
    ///
    /// # Errors
    /// The program is interrupted.
    pub fn stop(mut self) -> Result<ExitStatus> {
        self.process.request_stop();
        self.process.wait()
    }

    /// Stops the server.
    ///
    /// # Errors
    /// The server has ended before, has panicked, or has logged an error.
    pub fn finish(mut self) -> Result<()> {
        if let Some(status) = self.process.ended()? {
            bail!("the server ended with {status}; its log:\n{}", self.log_tail());
        }
        self.process.stop();
        let log = fs::read_to_string(&self.log)?;
        let errors: Vec<&str> = log.lines().filter(|line| is_error(line)).collect();
        ensure!(errors.is_empty(), "the server logged {} errors:\n{}", errors.len(), errors.join("\n"));
        Ok(())
    }
}

/// Creates a company with a custom field, and returns an API key with admin access.
///
/// # Errors
/// A command of the server fails.
pub fn create_company(program: &Path, database_url: &str) -> Result<String> {
    let run = |arguments: &[&str]| -> Result<Value> {
        let mut command = Command::new(program);
        command.args(arguments).args(["--database-url", database_url, "--output", "json"]);
        Ok(serde_json::from_str(&process::capture(&mut command)?)?)
    };
    let text = |value: &Value| value.as_str().map(str::to_owned).context("unexpected output of the server");
    let company = text(&run(&["company", "create", "Example Ltd", "--country", "US"])?["id"])?;
    run(&["custom-field", "create", "Plan", "--company", &company])?;
    text(&run(&["api-key", "create", "--company", &company, "--access", "admin"])?["key"])
}

/// Returns the URL in the first line that the server prints, once the line is complete.
fn printed_url(log: &str) -> Option<String> {
    let (_, rest) = log.split_once("Contacts API: ")?;
    Some(rest.split_once('\n')?.0.to_owned())
}

fn is_error(line: &str) -> bool {
    line.contains(" ERROR ") || line.contains("panicked")
}

fn tail(log: &Path) -> String {
    let log = fs::read_to_string(log).unwrap_or_else(|error| error.to_string());
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(TAIL)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_contains_the_log_of_a_server_that_does_not_start() {
        let directory = tempfile::tempdir().unwrap();
        let log = directory.path().join("server.log");
        let error = Server::start(Path::new("/bin/ls"), "sqlite://contacts.db", &log).err().unwrap();
        let text = error.to_string();
        assert!(text.starts_with("the server did not start; its log:\n") && text.contains("ls: "), "{text}");
    }

    #[test]
    fn errors_and_panics_are_found_in_the_log() {
        assert!(is_error("2026-11-30T14:15:46.882216Z ERROR contact_server: request failed status=500"));
        assert!(is_error("thread 'tokio-rt-worker' panicked at src/lib.rs:3:5:"));
        assert!(!is_error("2026-11-30T14:15:46.882216Z  WARN contact_server: the database is busy"));
    }

    #[test]
    fn url_is_read_once_its_line_is_complete() {
        assert_eq!(printed_url("Contacts API: http://127.0.0.1:80"), None);
        assert_eq!(
            printed_url("Contacts API: http://127.0.0.1:8080\n").as_deref(),
            Some("http://127.0.0.1:8080")
        );
    }
}
