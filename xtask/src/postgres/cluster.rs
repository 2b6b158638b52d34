//! A temporary PostgreSQL cluster.

use std::fmt;
use std::fs::{self, File, Permissions};
use std::io::{ErrorKind, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
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

/// A cluster. Dropping it stops the server and removes its data. The fields are dropped in this order.
pub struct Cluster {
    server: Option<Process>,
    port: u16,
    programs: PathBuf,
    account: Option<Account>,
    durability: Durability,
    description: String,
    directory: TempDir,
}

impl Cluster {
    /// Creates a cluster, starts it, and waits until it accepts connections.
    pub(super) fn start(
        installation: &Installation,
        account: Option<Account>,
        durability: Durability,
    ) -> Result<Self> {
        let directory = new_directory(account)?;
        let programs = installation.programs_for(account, &directory.path().join("installation"))?;
        let description = installation.to_string();
        let mut cluster =
            Self { server: None, port: 0, programs, account, durability, description, directory };
        initialise(|| cluster.command("initdb"), &cluster.data())?;
        cluster.serve_on_a_free_port()?;
        Ok(cluster)
    }

    /// Returns the address at which the server listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    /// Returns the URL of a database.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        self.url_at(self.address(), database)
    }

    /// Returns the URL of a database for clients that reach the server at another address, such as a proxy's.
    #[must_use]
    pub fn url_at(&self, address: SocketAddr, database: &str) -> String {
        format!("postgres://{USER}@{address}/{database}")
    }

    /// Ends the server and all its sessions in an orderly way.
    pub fn stop(&mut self) {
        self.server = None;
    }

    /// Kills the server. Its data are then as after a crash.
    pub fn kill(&mut self) {
        if let Some(mut server) = self.server.take() {
            server.kill();
        }
    }

    /// Starts the server again, on the same port, and waits until it accepts connections.
    ///
    /// # Errors
    /// It does not start.
    pub fn start_again(&mut self) -> Result<()> {
        let deadline = Instant::now() + START;
        while !self.try_to_serve()? {
            // The sessions of a killed server need a moment to notice that.
            ensure!(
                Instant::now() < deadline,
                "the PostgreSQL server does not start; its log:\n{}",
                self.log()
            );
        }
        Ok(())
    }

    /// Copies the files of this cluster to a new one, which is not started. If this cluster is running, a backup must have
    /// begun.
    ///
    /// # Errors
    /// The files cannot be copied.
    pub fn copy(&self) -> Result<Self> {
        let copy = Self {
            server: None,
            port: 0,
            programs: self.programs.clone(),
            account: self.account,
            durability: self.durability,
            description: format!("a copy of {}", self.description),
            directory: new_directory(self.account)?,
        };
        copy_files(&self.data(), &copy.data())?;
        if let Some(account) = self.account {
            account.own(copy.directory.path())?;
        }
        Ok(copy)
    }

    /// Starts a copy as a replica that follows the changes of another cluster. `backup_label` is what `pg_backup_stop`
    /// returned.
    ///
    /// # Errors
    /// It does not start.
    pub fn follow(&mut self, primary: &Self, backup_label: &str) -> Result<()> {
        let data = self.data();
        fs::write(data.join("backup_label"), backup_label)?;
        fs::write(data.join("standby.signal"), "")?;
        let mut settings = File::options().append(true).open(data.join("postgresql.auto.conf"))?;
        let port = primary.port;
        writeln!(settings, "primary_conninfo = 'host=127.0.0.1 port={port} user={USER}'")?;
        if let Some(account) = self.account {
            account.own(&data)?;
        }
        self.serve_on_a_free_port()
    }

    fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    /// Returns the log of the server.
    fn log(&self) -> String {
        fs::read_to_string(self.directory.path().join("server.log")).unwrap_or_default()
    }

    /// Returns one of the programs of PostgreSQL, to be run by the user that owns the data.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        command.current_dir(self.directory.path());
        if let Some(account) = self.account {
            account.run(&mut command);
        }
        command
    }

    fn serve_on_a_free_port(&mut self) -> Result<()> {
        for _ in 0..ATTEMPTS {
            self.port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
            if self.try_to_serve()? {
                return Ok(());
            }
        }
        bail!("the PostgreSQL server does not start; its log:\n{}", self.log())
    }

    /// Starts the server and waits until it is ready. Returns false if it ends before that.
    fn try_to_serve(&mut self) -> Result<bool> {
        let data = self.data();
        let output = File::create(self.directory.path().join("server.log"))?;
        let mut command = self.command("postgres");
        command.arg("-D").arg(&data).stdout(output.try_clone()?).stderr(output);
        // No Unix socket, because its path may be too long.
        let settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=200"];
        for setting in settings.iter().chain(self.durability.settings()) {
            command.args(["-c", setting]);
        }
        command.args(["-c", &format!("port={}", self.port)]);
        // On SIGINT, PostgreSQL closes sessions instead of waiting for them.
        let mut server = Process::spawn(&mut command)?.stopped_by(Signal::INT);
        let ready = server.wait_for(START, |server| {
            let lock_file = fs::read_to_string(data.join("postmaster.pid")).ok()?;
            is_ready(&lock_file, server.id()).then_some(())
        })?;
        self.server = ready.map(|()| server);
        Ok(self.server.is_some())
    }

    /// Returns the directory of the programs.
    #[must_use]
    pub fn programs(&self) -> &Path {
        &self.programs
    }
}

impl fmt::Display for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, port {}", self.description, self.port)
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

/// Creates a directory that belongs to the user.
fn new_directory(account: Option<Account>) -> Result<TempDir> {
    let directory = tempfile::Builder::new().prefix("contact-test-postgres-").tempdir()?;
    if let Some(account) = account {
        account.own(directory.path())?;
    }
    Ok(directory)
}

/// Copies a directory of a running server. Leaves out files that are removed in the meantime, and those that belong to
/// the running process.
fn copy_files(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            copy_files(&source, &target)?;
        } else if !["postmaster.pid", "postmaster.opts"].iter().any(|name| entry.file_name() == *name) {
            match fs::copy(&source, &target) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
    }
    // The server refuses a directory that others can read.
    Ok(fs::set_permissions(to, Permissions::from_mode(0o700))?)
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
        let (port, directory) = (cluster.port, cluster.directory.path().to_owned());
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
