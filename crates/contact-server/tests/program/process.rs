//! Starts the program and reads its output.

use std::fs;
use std::path::PathBuf;

pub(crate) use contact_testing::{Finished, TEST_TIMEOUT, finish};
use contact_testing::{private_directory, send_signal};
use rustix::process::Signal;
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};
use tokio::sync::watch;
use tokio::time::timeout;

use crate::caller::Caller;

/// Returns the program with these arguments and an empty environment.
pub(crate) fn program<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Command {
    contact_testing::program(env!("CARGO_BIN_EXE_contact-server"), arguments)
}

/// Returns the program with the URL of a database and these arguments.
pub(crate) fn on_database<'a>(database_url: &'a str, arguments: &[&'a str]) -> Command {
    program(["--database-url", database_url].into_iter().chain(arguments.iter().copied()))
}

/// Runs a command on a database until it exits.
pub(crate) async fn run(database_url: &str, arguments: &[&str]) -> Finished {
    finish(on_database(database_url, arguments)).await
}

/// Runs a command on a database and returns its output as JSON.
pub(crate) async fn json(database_url: &str, arguments: &[&str]) -> Value {
    let arguments: Vec<&str> = arguments.iter().copied().chain(["--output", "json"]).collect();
    run(database_url, &arguments).await.json()
}

/// Runs a command on a database and returns its output as a table.
pub(crate) async fn table(database_url: &str, arguments: &[&str]) -> String {
    let arguments: Vec<&str> = arguments.iter().copied().chain(["--output", "table"]).collect();
    run(database_url, &arguments).await.text()
}

/// A server process that has printed its address. Killed when it is dropped.
pub(crate) struct Server {
    /// The address that it listens on.
    pub(crate) url: String,
    child: Child,
    printed: Transcript,
    logged: Transcript,
    /// Its working directory, unless the command has another one.
    _directory: TempDir,
}

impl Server {
    /// Starts a server on a free port.
    pub(crate) async fn start(database_url: &str) -> Self {
        Self::start_with(database_url, &[]).await
    }

    /// Starts a server on a free port with further arguments.
    pub(crate) async fn start_with(database_url: &str, arguments: &[&str]) -> Self {
        Self::spawn(on_database(database_url, &[&["--listen", "127.0.0.1:0"], arguments].concat())).await
    }

    /// Starts a server and waits until it prints its address.
    pub(crate) async fn spawn(command: Command) -> Self {
        Self::try_spawn(command)
            .await
            .unwrap_or_else(|refused| panic!("the server did not start: {refused:#?}"))
    }

    /// Starts a server and waits until it prints its address or exits.
    pub(crate) async fn try_spawn(mut command: Command) -> Result<Self, Finished> {
        let directory = private_directory();
        if command.as_std().get_current_dir().is_none() {
            command.current_dir(directory.path());
        }
        let mut child = command.spawn().expect("the program starts");
        let printed = Transcript::of(child.stdout.take().unwrap());
        let logged = Transcript::of(child.stderr.take().unwrap());
        let line = printed.line(|line| line.starts_with("Contacts API: ")).await;
        let mut server = Self { url: String::new(), child, printed, logged, _directory: directory };
        match line {
            Some(line) => {
                server.url = line.trim_start_matches("Contacts API: ").to_owned();
                Ok(server)
            }
            None => Err(server.wait().await),
        }
    }

    /// Returns the API key that a first start created.
    pub(crate) async fn first_key(&self) -> String {
        fs::read_to_string(self.first_key_file().await).unwrap().trim().to_owned()
    }

    /// Returns the file to which a first start wrote the API key.
    pub(crate) async fn first_key_file(&self) -> PathBuf {
        let line = self.printed_line(|line| line.contains("Its API key is in the file ")).await;
        let (_, path) = line.split_once(" in the file ").unwrap();
        path.strip_suffix(", which only you can read.").unwrap().into()
    }

    /// Waits for a line on standard output.
    pub(crate) async fn printed_line(&self, wanted: impl Fn(&str) -> bool) -> String {
        self.printed.line(wanted).await.expect("the server prints the line")
    }

    /// Returns its standard output so far.
    pub(crate) fn printed(&self) -> String {
        self.printed.0.borrow().clone()
    }

    /// Returns a client with this key.
    pub(crate) fn caller(&self, key: &str) -> Caller {
        Caller::new(&self.url, key)
    }

    /// The address that it listens on, without `http://`.
    pub(crate) fn address(&self) -> &str {
        self.url.trim_start_matches("http://")
    }

    /// Sends a signal.
    pub(crate) fn signal(&self, signal: Signal) {
        send_signal(&self.child, signal);
    }

    /// Sends SIGTERM and waits until the server exits.
    pub(crate) async fn stop(self) -> Finished {
        self.signal(Signal::TERM);
        self.wait().await
    }

    /// Kills the server and waits until it exits.
    pub(crate) async fn kill(mut self) {
        self.child.start_kill().unwrap();
        self.wait().await;
    }

    /// Waits until the server exits.
    pub(crate) async fn wait(mut self) -> Finished {
        let status = timeout(TEST_TIMEOUT, self.child.wait()).await.expect("the server ends").unwrap();
        Finished {
            code: status.code(),
            stdout: self.printed.read_to_end().await,
            stderr: self.logged.read_to_end().await,
        }
    }
}

/// The output of a process on one of its streams so far.
struct Transcript(watch::Receiver<String>);

impl Transcript {
    fn of(mut stream: impl AsyncRead + Send + Unpin + 'static) -> Self {
        let (written, text) = watch::channel(String::new());
        tokio::spawn(async move {
            let mut bytes = Vec::new();
            while stream.read_buf(&mut bytes).await.is_ok_and(|read| read > 0) {
                // The last character may be incomplete until the next bytes arrive.
                written.send_replace(String::from_utf8_lossy(&bytes).into_owned());
            }
        });
        Self(text)
    }

    /// Waits for a complete line; returns `None` if the stream ends without it.
    async fn line(&self, wanted: impl Fn(&str) -> bool) -> Option<String> {
        let find = |text: &str| -> Option<String> {
            let whole = text.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n'));
            whole.map(str::to_owned).find(|line| wanted(line))
        };
        let mut text = self.0.clone();
        let found = timeout(TEST_TIMEOUT, text.wait_for(|text| find(text).is_some())).await;
        let found = found.expect("the line is printed in time");
        found.ok().and_then(|text| find(&text))
    }

    async fn read_to_end(&self) -> String {
        let mut text = self.0.clone();
        let end = async { while text.changed().await.is_ok() {} };
        timeout(TEST_TIMEOUT, end).await.expect("the stream ends");
        self.0.borrow().clone()
    }
}
