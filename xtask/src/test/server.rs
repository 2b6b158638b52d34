//! The contacts server, run as its users run it: by its program, on a database that was empty before.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;

use super::free_port::{free_port, was_taken};
use super::interrupt::Interrupt;
use super::process::{self, POLL, Process};

/// How long the server may take until it is ready.
const START: Duration = Duration::from_secs(30);

/// How long one look at the server may take.
const LOOK: Duration = Duration::from_secs(2);

/// How often a port may be snatched away between being chosen and being used.
const ATTEMPTS: usize = 5;

/// How much of the log goes with a failure.
const TAIL: usize = 40;

/// The server's program and the database it is to work on.
pub(super) struct Program<'a> {
    /// The program's file.
    pub(super) executable: &'a Path,
    /// The database's address.
    pub(super) database: &'a str,
}

#[derive(Deserialize)]
struct Company {
    id: String,
}

#[derive(Deserialize)]
struct ApiKey {
    key: String,
}

impl Program<'_> {
    /// Fills the empty database with a company that has a custom field, and returns an API key that may do
    /// everything.
    pub(super) fn seed(&self) -> Result<String> {
        let run = |args: &[&str]| process::capture(&mut self.command(args));
        run(&["migrate"])?;
        let company = run(&["company", "create", "--name=Fuzz", "--country=US", "--output=json"])?;
        let company: Company = understood(&company)?;
        let company = format!("--company={}", company.id);
        run(&["custom-field", "create", &company, "--name=Plan"])?;
        let key = run(&["key", "create", &company, "--access=admin", "--output=json"])?;
        let key: ApiKey = understood(&key)?;
        Ok(key.key)
    }

    /// Starts the server and returns once it says that it is ready.
    pub(super) fn serve(&self, log: &Path, interrupt: &Interrupt) -> Result<Server> {
        for _ in 0..ATTEMPTS {
            let port = free_port().context("no free port")?;
            let output = File::create(log).context("no log file for the server")?;
            let listen = format!("--listen=127.0.0.1:{port}");
            let mut command = self.command(&["serve", &listen]);
            command
                // The log is read afterwards: no colours in it, and nobody's filter on it.
                .env("NO_COLOR", "1")
                .env_remove("RUST_LOG")
                .stdout(output.try_clone().context("no log file for the server")?)
                .stderr(output);
            let process = Process::spawn(&mut command)
                .with_context(|| format!("could not start `{}`", process::shown(&command)))?;
            let mut server = Server { process, port, log: log.to_owned() };
            if server.wait_until_ready(interrupt)? {
                return Ok(server);
            }
            let log = server.log_tail();
            if !was_taken(port, &log) {
                bail!("the server ended at once; its log:\n{log}");
            }
        }
        bail!("{ATTEMPTS} free ports in a row were taken by others")
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(self.executable);
        command.args(args).args(["--database-url", self.database]);
        command
    }
}

fn understood<'de, T: Deserialize<'de>>(printed: &'de str) -> Result<T> {
    serde_json::from_str(printed).with_context(|| format!("the server's program printed: {}", printed.trim()))
}

/// A server that runs until it is dropped.
pub(super) struct Server {
    process: Process,
    port: u16,
    log: PathBuf,
}

impl Server {
    /// The address of a path on this server.
    pub(super) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// The last lines of its log.
    pub(super) fn log_tail(&self) -> String {
        let log = self.read_log().unwrap_or_else(|error| format!("{error:#}"));
        let lines: Vec<_> = log.lines().collect();
        lines[lines.len().saturating_sub(TAIL)..].join("\n")
    }

    /// Stops the server; fails if it had ended before, or its log tells of a fault that no client need have
    /// seen.
    pub(super) fn finish(mut self) -> Result<()> {
        if let Some(status) = self.process.ended()? {
            bail!("the server ended by itself with {status}; its log:\n{}", self.log_tail());
        }
        self.process.stop();
        let log = self.read_log()?;
        let faults: Vec<_> = log.lines().filter(|line| is_fault(line)).collect();
        if !faults.is_empty() {
            let shown = faults[..faults.len().min(TAIL)].join("\n");
            bail!("the server's log tells of {} faults:\n{shown}", faults.len());
        }
        Ok(())
    }

    fn read_log(&self) -> Result<String> {
        let bytes = fs::read(&self.log).context("the server's log cannot be read")?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Whether the server became ready; false if it ended instead.
    fn wait_until_ready(&mut self, interrupt: &Interrupt) -> Result<bool> {
        let deadline = Instant::now() + START;
        while Instant::now() < deadline {
            interrupt.check()?;
            let ready = is_ready(self.port).unwrap_or(false);
            // Asked second: whoever took the port from us may call himself ready too.
            if self.process.ended()?.is_some() {
                return Ok(false);
            }
            if ready {
                return Ok(true);
            }
            thread::sleep(POLL);
        }
        bail!("the server was not ready within {} s; its log:\n{}", START.as_secs(), self.log_tail())
    }
}

/// Asks the server on this port whether it is ready.
fn is_ready(port: u16) -> io::Result<bool> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut stream = TcpStream::connect_timeout(&address, LOOK)?;
    stream.set_read_timeout(Some(LOOK))?;
    // In one piece: a server that answers and hangs up after the first piece would make the rest fail.
    let request = format!("GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    stream.take(16).read_to_end(&mut answer)?;
    Ok(answer.starts_with(b"HTTP/1.1 200 "))
}

/// Whether a line of the log tells of a panic, or of a request answered with 500.
fn is_fault(line: &str) -> bool {
    line.contains("panicked") || statuses(line).any(|status| status == "500")
}

/// The numbers that follow the word status, in `status=200`, `"status":200` and `status: 200` alike.
fn statuses(line: &str) -> impl Iterator<Item = &str> {
    line.split("status").skip(1).filter_map(|rest| {
        let rest = rest.trim_start_matches(['"', '=', ':', ' ']);
        rest.split(|c: char| !c.is_ascii_digit()).next()
    })
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_fault_is_known_in_either_format_of_the_log() {
        for fault in [
            r#"{"level":"ERROR","fields":{"method":"PATCH","status":500}}"#,
            r#"{"level":"ERROR","status": 500,"latency_ms":3}"#,
            "INFO request: finished method=GET status=500 latency=3ms",
            "thread 'tokio-rt-worker' panicked at src/lib.rs:3:5:",
        ] {
            assert!(is_fault(fault), "{fault}");
        }
        for fine in [
            r#"{"level":"INFO","fields":{"method":"PATCH","status":200,"bytes":500}}"#,
            "INFO request: finished status=404 latency=500ms",
            "INFO the status page is at /status",
            "INFO request: finished status=5000",
        ] {
            assert!(!is_fault(fine), "{fine}");
        }
    }

    /// Listens on a port, and gives one connection this answer.
    fn answering(answer: &'static str) -> (u16, thread::JoinHandle<()>) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let thread = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 256];
            let length = stream.read(&mut request).unwrap();
            assert!(request[..length].starts_with(b"GET /readyz "));
            stream.write_all(answer.as_bytes()).unwrap();
        });
        (port, thread)
    }

    #[test]
    fn only_200_means_ready() {
        for (answer, ready) in [
            ("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", true),
            ("HTTP/1.1 503 Service Unavailable\r\n\r\n", false),
            ("", false),
        ] {
            let (port, thread) = answering(answer);
            assert_eq!(is_ready(port).unwrap(), ready, "{answer}");
            thread.join().unwrap();
        }
    }

    /// A program that writes down its arguments, and prints what it should when it creates something.
    const RECORDER: &str = r#"#!/bin/sh
echo "$*" >> "$(dirname "$0")/calls"
case "$1" in
company) echo '{"id": "c-1", "name": "Fuzz"}' ;;
key) echo '{"id": "k-1", "key": "secret"}' ;;
esac
"#;

    #[test]
    fn the_database_is_seeded_by_the_programs_own_commands() {
        let directory = tempfile::tempdir().unwrap();
        let executable = directory.path().join("contact-server");
        fs::write(&executable, RECORDER).unwrap();
        fs::set_permissions(&executable, fs::Permissions::from_mode(0o755)).unwrap();

        let program = Program { executable: &executable, database: "sqlite://db" };
        assert_eq!(program.seed().unwrap(), "secret");

        let calls = fs::read_to_string(directory.path().join("calls")).unwrap();
        let expected = [
            "migrate --database-url sqlite://db",
            "company create --name=Fuzz --country=US --output=json --database-url sqlite://db",
            "custom-field create --company=c-1 --name=Plan --database-url sqlite://db",
            "key create --company=c-1 --access=admin --output=json --database-url sqlite://db",
        ];
        assert_eq!(calls.lines().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_server_that_ends_at_once_is_a_failure_with_its_log() {
        let directory = tempfile::tempdir().unwrap();
        let program = Program { executable: Path::new("/bin/ls"), database: "sqlite:///nowhere/contacts.db" };
        let log = directory.path().join("server.log");
        let Err(error) = program.serve(&log, &Interrupt::default()) else {
            panic!("a program that is no server was ready");
        };
        let text = error.to_string();
        assert!(text.starts_with("the server ended at once; its log:\n"), "{text}");
        assert!(text.contains("ls: "), "{text}");
    }
}
