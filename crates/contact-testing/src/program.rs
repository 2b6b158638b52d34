//! Runs programs and reads their output.

use std::ffi::OsStr;
use std::process::{Output, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};
use tokio::time::timeout;

/// The time after which a test fails. It is long, because the machine may be busy; only a failing test waits for it.
pub const TEST_TIMEOUT: Duration = Duration::from_secs(60);

/// Returns a command with an empty environment, whose output is read. The program is killed when it is dropped.
pub fn program<A: AsRef<OsStr>>(path: &str, arguments: impl IntoIterator<Item = A>) -> Command {
    let mut command = Command::new(path);
    command.args(arguments).env_clear().kill_on_drop(true);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// The exit code and output of a program.
#[derive(Debug)]
pub struct Finished {
    /// The exit code, or `None` after a signal.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Finished {
    /// Returns the standard output of a successful run.
    ///
    /// # Panics
    /// The program failed, or printed something else than the audit trail on standard error.
    pub fn text(self) -> String {
        assert_eq!(self.code, Some(0), "{self:#?}");
        assert_eq!(self.stderr_without_audit(), "", "a successful command prints no errors");
        self.stdout
    }

    /// Like [`Finished::text`], parsed as JSON.
    ///
    /// # Panics
    /// The output is not JSON.
    pub fn json(self) -> Value {
        let text = self.text();
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error} in {text}"))
    }

    /// Returns the summary, as JSON, that a run with this exit code printed.
    ///
    /// # Panics
    /// The exit code is another one, or the output is not JSON.
    pub fn summary(&self, code: i32) -> Value {
        assert_eq!(self.code, Some(code), "{self:#?}");
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error} in {self:#?}"))
    }

    /// Returns the standard error of a run that failed with this exit code.
    ///
    /// # Panics
    /// The exit code is another one, or the program printed something on standard output.
    pub fn refusal(self, code: i32) -> String {
        assert_eq!((self.code, self.stdout.as_str()), (Some(code), ""), "{self:#?}");
        self.stderr
    }

    /// Returns the only line on standard error of a run that failed with exit code 1, without `error: `.
    ///
    /// # Panics
    /// The program did not fail in this way.
    pub fn error_line(self) -> String {
        let stderr = self.refusal(1);
        let line = stderr.strip_prefix("error: ").and_then(|rest| rest.strip_suffix('\n'));
        let line = line.filter(|line| !line.contains('\n'));
        line.unwrap_or_else(|| panic!("not one line that begins with `error: `: {stderr}")).to_owned()
    }

    /// Returns standard error without the server's audit trail.
    pub fn stderr_without_audit(&self) -> String {
        let lines =
            self.stderr.lines().filter(|line| !line.contains(" audit: ") && !line.contains("\"audit\""));
        lines.map(|line| format!("{line}\n")).collect()
    }
}

impl From<Output> for Finished {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("the output is UTF-8");
        Self { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

/// Runs a program until it exits.
///
/// # Panics
/// The program does not exit in time.
pub async fn finish(mut command: Command) -> Finished {
    let output = timeout(TEST_TIMEOUT, command.output()).await.expect("the program ends");
    output.expect("the program starts").into()
}

/// Runs a program with this standard input until it exits.
///
/// # Panics
/// The program does not exit in time.
pub async fn finish_with_input(mut command: Command, input: impl AsRef<[u8]>) -> Finished {
    let mut child = command.stdin(Stdio::piped()).spawn().expect("the program starts");
    let mut stdin = child.stdin.take().expect("standard input is a pipe");
    // The program need not read all of it.
    let _ = stdin.write_all(input.as_ref()).await;
    drop(stdin);
    wait(child).await
}

/// Waits until a program exits.
///
/// # Panics
/// The program does not exit in time.
pub async fn wait(child: Child) -> Finished {
    let output = timeout(TEST_TIMEOUT, child.wait_with_output()).await.expect("the program ends");
    output.expect("the output is read").into()
}

/// Sends a signal to a program.
///
/// # Panics
/// The program has ended.
pub fn send_signal(child: &Child, signal: Signal) {
    let id = child.id().and_then(|id| Pid::from_raw(id.try_into().ok()?)).expect("the program runs");
    kill_process(id, signal).expect("the signal can be sent");
}
