//! A temporary PostgreSQL cluster.

use std::fmt;
use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, bail};
use rustix::process::Signal;
use tempfile::TempDir;

use super::account::Account;
use super::installation::Installation;
use crate::process::{self, Process};

/// The only user of the cluster, a superuser.
const USER: &str = "postgres";

/// How long the server may take to start.
const START: Duration = Duration::from_secs(60);

/// How often to try another port if the server does not start, because another process may have taken the port.
const ATTEMPTS: usize = 3;

/// Options of `initdb` for the collation, in order of preference. A collation for a language reveals queries that
/// depend on the order of the database. Some builds have no ICU, and some machines not the locale.
const COLLATIONS: [&[&str]; 3] = [
    &["--locale-provider=icu", "--icu-locale=en-US", "--locale=C", "--encoding=UTF8"],
    &["--locale=en_US.UTF-8", "--encoding=UTF8"],
    &["--no-locale", "--encoding=UTF8"],
];

/// What a commit waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// The disk, as in production.
    Full,
    /// Nothing, which makes tests faster and changes nothing that a client can see.
    None,
}

impl Durability {
    /// The settings of the server. With full durability it also has the memory of a server in production, because
    /// the defaults of PostgreSQL are for a small machine.
    fn settings(self) -> &'static [&'static str] {
        match self {
            Self::Full => &[
                "fsync=on",
                "synchronous_commit=on",
                "full_page_writes=on",
                "shared_buffers=1GB",
                "max_wal_size=4GB",
            ],
            Self::None => &["fsync=off", "synchronous_commit=off", "full_page_writes=off"],
        }
    }
}

/// A running cluster. Dropping it stops the server and removes its data. The fields are dropped in this order.
pub struct Cluster {
    _server: Process,
    port: u16,
    programs: PathBuf,
    description: String,
    _directory: TempDir,
}

impl Cluster {
    /// Creates a cluster, starts it, and waits until it accepts connections.
    pub(super) fn start(
        installation: &Installation,
        account: Option<Account>,
        durability: Durability,
    ) -> Result<Self> {
        let directory = tempfile::Builder::new().prefix("contact-test-postgres-").tempdir()?;
        let path = directory.path();
        if let Some(account) = account {
            account.own(path)?;
        }
        let programs = installation.programs_for(account, &path.join("installation"))?;
        let command = |program: &str| {
            let mut command = Command::new(programs.join(program));
            command.current_dir(path);
            if let Some(account) = account {
                account.run(&mut command);
            }
            command
        };
        initialise(|| command("initdb"), &path.join("data"))?;
        let (server, port) = serve(|| command("postgres"), path, durability)?;
        let description = format!("{installation}, port {port}");
        Ok(Self { _server: server, port, programs, description, _directory: directory })
    }

    /// Returns the URL of a database.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!("postgres://{USER}@127.0.0.1:{}/{database}", self.port)
    }

    /// Returns the directory of the programs.
    #[must_use]
    pub fn programs(&self) -> &Path {
        &self.programs
    }
}

impl fmt::Display for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.description)
    }
}

/// Creates the files of the cluster with the first collation that works.
fn initialise(initdb: impl Fn() -> Command, data: &Path) -> Result<()> {
    let mut result = Ok(());
    for collation in COLLATIONS {
        let mut command = initdb();
        command.args(["--username", USER, "--auth=trust", "--no-sync", "--pgdata"]).arg(data).args(collation);
        result = process::capture(&mut command).map(|_| ());
        if result.is_ok() {
            break;
        }
    }
    result
}

/// Starts the server on a free port and waits until it is ready.
fn serve(postgres: impl Fn() -> Command, directory: &Path, durability: Durability) -> Result<(Process, u16)> {
    let (data, log) = (directory.join("data"), directory.join("server.log"));
    for _ in 0..ATTEMPTS {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let output = File::create(&log)?;
        let mut command = postgres();
        command.arg("-D").arg(&data).stdout(output.try_clone()?).stderr(output);
        // No Unix socket, because its path may be too long.
        let settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=200"];
        for setting in settings.iter().chain(durability.settings()) {
            command.args(["-c", setting]);
        }
        command.args(["-c", &format!("port={port}")]);
        // On SIGINT, PostgreSQL closes sessions instead of waiting for them.
        let mut server = Process::spawn(&mut command)?.stopped_by(Signal::INT);
        let ready = server.wait_for(START, |server| {
            let lock_file = fs::read_to_string(data.join("postmaster.pid")).ok()?;
            is_ready(&lock_file, server.id()).then_some(())
        })?;
        if ready.is_some() {
            return Ok((server, port));
        }
    }
    let log = fs::read_to_string(&log).unwrap_or_default();
    bail!("the PostgreSQL server does not start; its log:\n{log}")
}

/// Returns whether the lock file of the server contains its process id in the first line, and `ready` in the eighth,
/// as `pg_ctl` expects.
fn is_ready(lock_file: &str, process: u32) -> bool {
    let mut lines = lock_file.lines().map(str::trim);
    lines.next() == Some(&process.to_string()) && lines.nth(6) == Some("ready")
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream;
    use std::panic::{AssertUnwindSafe, catch_unwind, panic_any};

    use super::*;
    use crate::workspace::Workspace;

    #[test]
    fn lock_file_shows_whether_the_server_is_ready() {
        let lock_file =
            |state| format!("4711\n/data\n1712346200\n5432\n\n127.0.0.1\n  8826964     65536\n{state}\n");
        assert!(is_ready(&lock_file("ready   "), 4711));
        assert!(!is_ready(&lock_file("starting"), 4711));
        assert!(!is_ready(&lock_file("ready   "), 4712));
        assert!(!is_ready("4711\n/data\n", 4711));
    }

    #[test]
    #[ignore = "needs PostgreSQL: cargo xtask test starts one"]
    fn cluster_and_its_files_are_removed_after_a_panic() {
        let account = Account::for_servers().unwrap();
        let installation = Installation::provide(account, &Workspace::locate().unwrap()).unwrap();
        let cluster = Cluster::start(&installation, account, Durability::None).unwrap();
        let (port, directory) = (cluster.port, cluster._directory.path().to_owned());
        assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok());
        assert!(directory.join("data/PG_VERSION").is_file());

        let panicked = catch_unwind(AssertUnwindSafe(move || {
            let _cluster = cluster;
            panic_any(());
        }));
        assert!(panicked.is_err());
        assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err());
        assert!(!directory.exists());
    }
}
