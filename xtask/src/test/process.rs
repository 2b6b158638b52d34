//! Child processes that cannot outlive the run.

use std::ffi::OsStr;
use std::io;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow, bail};
use rustix::process::{Pid, Signal, kill_process_group};

use super::interrupt::Interrupt;

/// How often a wait looks again.
pub(crate) const POLL: Duration = Duration::from_millis(20);

/// How long a process that was asked to end may take before it is killed.
const GRACE: Duration = Duration::from_secs(10);

/// A child process and whatever it starts; dropping it ends them all.
///
/// It leads a process group of its own. So Ctrl-C at a terminal reaches this program alone, which then stops
/// its children in order: tests before the database that they use.
pub(crate) struct Process {
    child: Child,
    stop: Signal,
    ended: Option<ExitStatus>,
}

impl Process {
    /// Starts the command; SIGTERM will end it.
    pub(crate) fn spawn(command: &mut Command) -> io::Result<Self> {
        Self::spawn_stopped_by(command, Signal::TERM)
    }

    /// Starts the command; `stop` will end it.
    pub(crate) fn spawn_stopped_by(command: &mut Command, stop: Signal) -> io::Result<Self> {
        // A group in the background that reads from the terminal would be suspended for good.
        let child = command.process_group(0).stdin(Stdio::null()).spawn()?;
        Ok(Self { child, stop, ended: None })
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, if it has.
    pub(crate) fn ended(&mut self) -> io::Result<Option<ExitStatus>> {
        if self.ended.is_none() {
            self.ended = self.child.try_wait()?;
        }
        Ok(self.ended)
    }

    /// Waits until it ends by itself, or somebody interrupts the run.
    fn wait(&mut self, interrupt: &Interrupt) -> Result<ExitStatus> {
        loop {
            interrupt.check()?;
            if let Some(status) = self.ended()? {
                return Ok(status);
            }
            thread::sleep(POLL);
        }
    }

    /// Ends it: kindly first, then by force.
    pub(crate) fn stop(&mut self) {
        // Once the child has been waited for, its number may belong to another process.
        if !matches!(self.ended(), Ok(None)) {
            return;
        }
        let group = Pid::from_child(&self.child);
        // Either call fails only where no process is left, which is what they are for.
        let _ = kill_process_group(group, self.stop);
        let deadline = Instant::now() + GRACE;
        while Instant::now() < deadline {
            if !matches!(self.ended(), Ok(None)) {
                return;
            }
            thread::sleep(POLL);
        }
        let _ = kill_process_group(group, Signal::KILL);
        self.ended = self.child.wait().ok();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Runs a command whose output goes straight to the terminal, and fails unless it succeeds.
pub(crate) fn run(command: &mut Command, interrupt: &Interrupt) -> Result<()> {
    interrupt.check()?;
    let status = Process::spawn(command)
        .with_context(|| format!("could not start `{}`", shown(command)))?
        .wait(interrupt)?;
    succeeded(command, status)
}

/// Runs a command that is over in a moment, and returns what it printed.
///
/// What it says on standard error is part of the failure, not of the run's output.
pub(crate) fn capture(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("could not start `{}`", shown(command)))?;
    succeeded(command, output.status).map_err(|error| {
        let complaint = String::from_utf8_lossy(&output.stderr);
        anyhow!("{error}: {}", complaint.trim())
    })?;
    String::from_utf8(output.stdout)
        .with_context(|| format!("`{}` printed something that is no text", shown(command)))
}

fn succeeded(command: &Command, status: ExitStatus) -> Result<()> {
    if !status.success() {
        bail!("`{}` ended with {status}", shown(command));
    }
    Ok(())
}

/// The command as one would type it, without the directory of its program.
pub(crate) fn shown(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    let program = program.file_name().unwrap_or(program.as_os_str());
    std::iter::once(program)
        .chain(command.get_args())
        .map(OsStr::to_string_lossy)
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use rustix::process::test_kill_process;

    use super::*;

    #[test]
    fn a_command_that_fails_is_named_with_its_status() {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "exit 3"]);
        let error = run(&mut command, &Interrupt::default()).unwrap_err();
        assert_eq!(error.to_string(), "`sh -c exit 3` ended with exit status: 3");
    }

    #[test]
    fn what_a_failing_command_complained_about_is_kept() {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "echo no such table >&2; exit 1"]);
        let error = capture(&mut command).unwrap_err();
        assert!(error.to_string().ends_with(": no such table"), "{error}");
    }

    #[test]
    fn dropping_a_process_ends_it() {
        let mut command = Command::new("sleep");
        let process = Process::spawn(command.arg("600")).unwrap();
        let pid = Pid::from_child(&process.child);
        assert!(test_kill_process(pid).is_ok());
        drop(process);
        assert!(test_kill_process(pid).is_err());
    }

    #[test]
    fn a_signal_reaches_what_the_child_started_too() {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "sleep 600 & echo $!; wait"]);
        let mut process = Process::spawn(command.stdout(Stdio::piped())).unwrap();
        let mut line = String::new();
        let mut output = io::BufReader::new(process.child.stdout.take().unwrap());
        io::BufRead::read_line(&mut output, &mut line).unwrap();
        drop(process);
        // The pipe closes when the last process that holds it has ended: a read that returns is the proof.
        assert_eq!(io::Read::read(&mut output, &mut [0]).unwrap(), 0);
    }
}
