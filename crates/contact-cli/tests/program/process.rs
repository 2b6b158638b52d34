//! Runs the program and reads its output.

use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;
use tokio::time::timeout;

/// What must happen within this time has failed when it is over. Long, because a busy machine is no fault.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// The program with these arguments, in an environment of its own: no variable of the tester's leaks in.
pub(crate) fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_contacts"));
    command.args(arguments).env_clear().kill_on_drop(true);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// What a run of the program has left.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Finished {
    /// Asserts that the run succeeded without a message on standard error, and returns standard output.
    pub(crate) fn text(self) -> String {
        assert_eq!(self.code, Some(0), "{self:#?}");
        assert_eq!(self.stderr, "", "a successful run prints no messages");
        self.stdout
    }

    /// The same as JSON.
    pub(crate) fn json(self) -> Value {
        let text = self.text();
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error} in {text}"))
    }

    /// Standard error of a run that ended with this code, and printed nothing.
    pub(crate) fn refusal(self, code: i32) -> String {
        assert_eq!((self.code, self.stdout.as_str()), (Some(code), ""), "{self:#?}");
        self.stderr
    }
}

/// Runs the program to its end.
pub(crate) async fn finish(mut command: Command) -> Finished {
    finished(timeout(PATIENCE, command.output()).await.expect("the program ends").unwrap())
}

/// Runs the program to its end with this on standard input.
pub(crate) async fn finish_with_input(mut command: Command, input: impl AsRef<[u8]>) -> Finished {
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // A program that does not read to the end is not at fault for that.
    let _ = stdin.write_all(input.as_ref()).await;
    drop(stdin);
    finished(timeout(PATIENCE, child.wait_with_output()).await.expect("the program ends").unwrap())
}

pub(crate) fn finished(output: std::process::Output) -> Finished {
    Finished {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Asks the program to stop, as Ctrl-C does.
#[cfg(unix)]
pub(crate) fn press_ctrl_c(child: &tokio::process::Child) {
    send(child, rustix::process::Signal::INT);
}

/// Sends the program a signal.
#[cfg(unix)]
pub(crate) fn send(child: &tokio::process::Child, signal: rustix::process::Signal) {
    let id = rustix::process::Pid::from_raw(child.id().unwrap().try_into().unwrap()).unwrap();
    rustix::process::kill_process(id, signal).unwrap();
}

/// Reads standard error until it contains a text.
pub(crate) async fn read_until(stderr: &mut tokio::process::ChildStderr, word: &str) -> String {
    use tokio::io::AsyncReadExt as _;
    let mut read = String::new();
    let reads = async {
        let mut bytes = [0; 1_024];
        while !read.contains(word) {
            let length = stderr.read(&mut bytes).await.unwrap();
            assert_ne!(length, 0, "`{word}` is missing in {read}");
            read += std::str::from_utf8(&bytes[..length]).unwrap();
        }
    };
    timeout(PATIENCE, reads).await.expect("the program prints it");
    read
}
