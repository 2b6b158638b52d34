//! Child processes that do not outlive this program.

use std::io;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use rustix::process::{Pid, Signal, kill_process_group};

use crate::interrupt;

/// The pause between two checks whether a process has ended.
const POLL: Duration = Duration::from_millis(20);

/// The pause between two checks whether a process is ready. It is short, because the benchmark measures starts.
const READY_POLL: Duration = Duration::from_micros(500);

/// How long a process may take to stop before it is killed.
const GRACE: Duration = Duration::from_secs(10);

/// A child process with its descendants. Dropping it stops them.
///
/// It leads a process group. Ctrl-C at a terminal therefore reaches only this program, which then stops its children
/// in order: tests before the database that they use.
pub struct Process {
    child: Child,
    stop: Signal,
}

impl Process {
    /// Starts a command, which SIGTERM stops.
    ///
    /// # Errors
    /// The program cannot be started.
    pub fn spawn(command: &mut Command) -> Result<Self> {
        // A process in the background that reads from the terminal would be suspended.
        let child = command.process_group(0).stdin(Stdio::null()).spawn();
        let child = child.with_context(|| format!("cannot start `{}`", shown(command)))?;
        Ok(Self { child, stop: Signal::TERM })
    }

    /// Stops the process by another signal than SIGTERM.
    #[must_use]
    pub fn stopped_by(mut self, signal: Signal) -> Self {
        self.stop = signal;
        self
    }

    /// Returns the process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Returns the exit status if the process has ended.
    ///
    /// # Errors
    /// The system does not return the status.
    pub fn ended(&mut self) -> io::Result<Option<ExitStatus>> {
        self.child.try_wait()
    }

    /// Waits for a result, such as a server that is ready. Returns none if the process ends first.
    ///
    /// # Errors
    /// The program is interrupted, or there is no result in time.
    pub fn wait_for<T>(
        &mut self,
        timeout: Duration,
        mut result: impl FnMut(&Self) -> Option<T>,
    ) -> Result<Option<T>> {
        let deadline = Instant::now() + timeout;
        while Instant::now() < deadline {
            interrupt::check()?;
            let found = result(self);
            // This comes second, because another process can have the port of a server that has ended.
            if self.ended()?.is_some() {
                return Ok(None);
            }
            if found.is_some() {
                return Ok(found);
            }
            thread::sleep(READY_POLL);
        }
        anyhow::bail!("not ready within {} s", timeout.as_secs())
    }

    /// Waits until the process ends.
    ///
    /// # Errors
    /// The program is interrupted.
    pub fn wait(&mut self) -> Result<ExitStatus> {
        loop {
            interrupt::check()?;
            if let Some(status) = self.ended()? {
                return Ok(status);
            }
            thread::sleep(POLL);
        }
    }

    /// Kills the process with its descendants, and waits until it has ended.
    pub fn kill(&mut self) {
        if matches!(self.ended(), Ok(None)) {
            // The call fails only if no process is left.
            let _ = kill_process_group(Pid::from_child(&self.child), Signal::KILL);
            let _ = self.child.wait();
        }
    }

    /// Sends the process the signal that stops it.
    pub fn request_stop(&mut self) {
        // Once the child has been waited for, another process may have its id.
        if matches!(self.ended(), Ok(None)) {
            // The call fails only if no process is left.
            let _ = kill_process_group(Pid::from_child(&self.child), self.stop);
        }
    }

    /// Stops the process with its signal, or kills it if that takes too long.
    pub fn stop(&mut self) {
        self.request_stop();
        let deadline = Instant::now() + GRACE;
        while Instant::now() < deadline {
            if !matches!(self.ended(), Ok(None)) {
                return;
            }
            thread::sleep(POLL);
        }
        self.kill();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Runs a command with its output on the terminal.
///
/// # Errors
/// The command cannot be started or fails, or the program is interrupted.
pub fn run(command: &mut Command) -> Result<()> {
    let status = Process::spawn(command)?.wait()?;
    ensure!(status.success(), "`{}` failed with {status}", shown(command));
    Ok(())
}

/// Runs a short command and returns its standard output.
///
/// # Errors
/// The command cannot be started, or fails: the error contains its standard error.
pub fn capture(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output();
    let output = output.with_context(|| format!("cannot start `{}`", shown(command)))?;
    ensure!(
        output.status.success(),
        "`{}` failed with {}: {}",
        shown(command),
        output.status,
        String::from_utf8_lossy(&output.stderr).trim()
    );
    String::from_utf8(output.stdout).with_context(|| format!("`{}` did not print UTF-8", shown(command)))
}

/// Returns the command as a user would type it, without the directory of the program.
fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let program = program.file_name().unwrap_or(program.as_os_str());
    let words = std::iter::once(program).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use rustix::process::test_kill_process;

    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn failed_command_is_named_with_its_status_and_errors() {
        let error = run(&mut shell("exit 3")).unwrap_err();
        assert_eq!(error.to_string(), "`sh -c exit 3` failed with exit status: 3");
        let error = capture(&mut shell("echo no such table >&2; exit 1")).unwrap_err();
        assert!(error.to_string().ends_with(": no such table"), "{error}");
    }

    #[test]
    fn dropping_a_process_stops_it_and_its_children() {
        let mut process = Process::spawn(shell("sleep 600 & wait").stdout(Stdio::piped())).unwrap();
        let pid = Pid::from_child(&process.child);
        let mut output = process.child.stdout.take().unwrap();
        assert!(test_kill_process(pid).is_ok());
        drop(process);
        assert!(test_kill_process(pid).is_err());
        // The pipe closes when the last process that has it open has ended.
        assert_eq!(output.read(&mut [0]).unwrap(), 0);
    }
}
