//! A PostgreSQL cluster in a temporary directory, gone when it is dropped.

use std::fmt;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use rustix::process::Signal;
use tempfile::TempDir;

use super::account::Account;
use super::installation::Installation;
use crate::test::free_port::{free_port, was_taken};
use crate::test::interrupt::Interrupt;
use crate::test::process::{self, POLL, Process};

/// The cluster's only user, who may do everything.
const USER: &str = "postgres";

/// How long a start may take on a slow machine.
const START: Duration = Duration::from_secs(60);

/// How often a port may be snatched away between being chosen and being used.
const ATTEMPTS: usize = 5;

/// How text is ordered, best first: what it is called, and what to tell `initdb`.
///
/// A collation of people's languages, unlike that of C, shows a query that leaves to the database an order
/// which has to be the same everywhere. A build may lack ICU and a machine that locale; the last one is
/// always there.
const COLLATIONS: [(&str, &[&str]); 3] = [
    ("ICU en-US", &["--locale-provider=icu", "--icu-locale=en-US", "--locale=C", "--encoding=UTF8"]),
    ("en_US.UTF-8", &["--locale=en_US.UTF-8", "--encoding=UTF8"]),
    ("C", &["--no-locale", "--encoding=UTF8"]),
];

/// What a commit waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// The disk, as in earnest use: what was acknowledged survives a crash of the machine.
    Full,
    /// Nothing. The data of tests need not survive a crash of the machine, only the run. Not waiting for
    /// the disk shortens the tests a good deal and changes nothing that a client can see.
    None,
}

impl Durability {
    /// The server's settings for it. They are said in full, so that no configuration can change them.
    ///
    /// In earnest use a server has memory for its pages and room for its log; PostgreSQL's own settings are those
    /// of a small machine. What is compared with it is measured on the same server.
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

/// A running server and all its data. The fields are in the order in which they have to go: the server first.
pub(crate) struct Cluster {
    _server: Process,
    port: u16,
    programs: PathBuf,
    description: String,
    _directory: TempDir,
}

impl Cluster {
    /// Initialises a cluster, starts it, and returns once it takes connections.
    pub(super) fn start(
        installation: &Installation,
        account: Option<&Account>,
        durability: Durability,
        interrupt: &Interrupt,
    ) -> Result<Self> {
        let directory = tempfile::Builder::new()
            .prefix("contact-test-postgres-")
            .tempdir()
            .context("no temporary directory")?;
        if let Some(account) = account {
            account
                .own(directory.path())
                .with_context(|| format!("could not give {} its directory", account.name()))?;
        }
        let programs = installation.programs_for(account, &directory.path().join("installation"))?;
        let plan = Plan { programs: &programs, directory: directory.path(), account, durability };
        let collation = plan.initialise(interrupt)?;
        let (server, port) = plan.serve(interrupt)?;
        Ok(Self {
            _server: server,
            port,
            programs,
            description: format!("{installation}, collation {collation}, port {port}"),
            _directory: directory,
        })
    }

    /// The address of the database that every cluster has, as a user who may create others.
    pub(crate) fn url(&self) -> String {
        self.url_of("postgres")
    }

    /// The address of one of its databases.
    pub(crate) fn url_of(&self, database: &str) -> String {
        format!("postgres://{USER}@127.0.0.1:{}/{database}", self.port)
    }

    /// Where its programs are.
    pub(crate) fn programs(&self) -> &Path {
        &self.programs
    }
}

impl fmt::Display for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.description)
    }
}

/// What the commands of a cluster have in common.
struct Plan<'a> {
    programs: &'a Path,
    directory: &'a Path,
    account: Option<&'a Account>,
    durability: Durability,
}

impl Plan<'_> {
    fn data(&self) -> PathBuf {
        self.directory.join("data")
    }

    fn log(&self) -> PathBuf {
        self.directory.join("server.log")
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        // The account may be barred from the directory we are in.
        command.current_dir(self.directory);
        if let Some(account) = self.account {
            account.run(&mut command);
        }
        command
    }

    /// Creates the cluster's files, and says how it will order text.
    fn initialise(&self, interrupt: &Interrupt) -> Result<&'static str> {
        let mut refusals = Vec::new();
        for (collation, arguments) in COLLATIONS {
            interrupt.check()?;
            match process::capture(&mut self.initdb(arguments)) {
                Ok(_) => return Ok(collation),
                Err(error) => refusals.push(error),
            }
        }
        // The last try asks for the least, so that its refusal tells the most.
        let refusal = refusals.pop().context("no collation to try")?;
        Err(refusal.context(format!("no cluster could be made in {}", self.directory.display())))
    }

    fn initdb(&self, arguments: &[&str]) -> Command {
        let mut command = self.command("initdb");
        command
            .arg("--pgdata")
            .arg(self.data())
            .args(["--username", USER, "--auth=trust", "--no-sync"])
            .args(arguments);
        command
    }

    /// Starts the server on a free port and waits until it is ready.
    fn serve(&self, interrupt: &Interrupt) -> Result<(Process, u16)> {
        for _ in 0..ATTEMPTS {
            let port = free_port().context("no free port")?;
            let log = File::create(self.log()).context("no log file")?;
            let mut command = self.postgres(port);
            command.stdout(log.try_clone().context("no log file")?).stderr(log);
            // SIGINT is PostgreSQL's fast shutdown: it ends sessions instead of waiting for them.
            let mut server = Process::spawn_stopped_by(&mut command, Signal::INT)
                .with_context(|| format!("could not run `{}`", process::shown(&command)))?;
            if self.wait_until_ready(&mut server, interrupt)? {
                return Ok((server, port));
            }
            let log = self.read_log();
            if !was_taken(port, &log) {
                bail!("the server ended at once; its log:\n{log}");
            }
        }
        bail!("{ATTEMPTS} free ports in a row were taken by others")
    }

    fn postgres(&self, port: u16) -> Command {
        let mut command = self.command("postgres");
        command.arg("-D").arg(self.data());
        for setting in [
            "listen_addresses=127.0.0.1",
            &format!("port={port}"),
            // No socket file, whose path has a limit that temporary directories exceed.
            "unix_socket_directories=",
            "max_connections=200",
        ] {
            command.args(["-c", setting]);
        }
        for setting in self.durability.settings() {
            command.args(["-c", setting]);
        }
        command
    }

    /// Whether the server became ready; false if it ended instead.
    fn wait_until_ready(&self, server: &mut Process, interrupt: &Interrupt) -> Result<bool> {
        let deadline = Instant::now() + START;
        while Instant::now() < deadline {
            interrupt.check()?;
            if server.ended()?.is_some() {
                return Ok(false);
            }
            let lock_file = fs::read_to_string(self.data().join("postmaster.pid"));
            if lock_file.is_ok_and(|text| is_ready(&text, server.id())) {
                return Ok(true);
            }
            thread::sleep(POLL);
        }
        bail!("the server was not ready within {} s; its log:\n{}", START.as_secs(), self.read_log())
    }

    fn read_log(&self) -> String {
        fs::read_to_string(self.log()).unwrap_or_else(|error| format!("(unreadable: {error})"))
    }
}

/// Whether the server's lock file says that it takes connections, which is how `pg_ctl` knows too.
///
/// The first line is the process, the eighth its state.
fn is_ready(lock_file: &str, process: u32) -> bool {
    let mut lines = lock_file.lines().map(str::trim);
    lines.next() == Some(process.to_string().as_str()) && lines.nth(6) == Some("ready")
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, TcpStream};
    use std::panic::{AssertUnwindSafe, catch_unwind, panic_any};

    use super::*;
    use crate::test::workspace::Workspace;

    fn plan(directory: &Path) -> Plan<'_> {
        Plan {
            programs: Path::new("/usr/lib/postgresql/18/bin"),
            directory,
            account: None,
            durability: Durability::None,
        }
    }

    #[test]
    fn initdb_is_told_where_for_whom_and_how_to_order() {
        let command = plan(Path::new("/run/here")).initdb(COLLATIONS[2].1);
        assert_eq!(
            process::shown(&command),
            "initdb --pgdata /run/here/data --username postgres --auth=trust --no-sync --no-locale --encoding=UTF8"
        );
    }

    #[test]
    fn the_server_listens_on_the_loopback_interface_alone() {
        let command = process::shown(&plan(Path::new("/run/here")).postgres(54321));
        assert!(
            command.starts_with("postgres -D /run/here/data -c listen_addresses=127.0.0.1 -c port=54321 -c unix_socket_directories= "),
            "{command}"
        );
    }

    #[test]
    fn the_server_waits_for_the_disk_where_it_is_told_to() {
        let plan = Plan { durability: Durability::Full, ..plan(Path::new("/run/here")) };
        let command = process::shown(&plan.postgres(54321));
        assert!(command.contains("-c fsync=on -c synchronous_commit=on"), "{command}");
        assert!(!command.contains("=off"), "{command}");
    }

    #[test]
    fn the_lock_file_tells_a_server_that_is_ready_from_one_that_starts() {
        let lock_file =
            |state| format!("4711\n/data\n1712346200\n5432\n\n127.0.0.1\n  8826964     65536\n{state}\n");
        assert!(is_ready(&lock_file("ready   "), 4711));
        assert!(!is_ready(&lock_file("starting"), 4711));
        assert!(!is_ready(&lock_file("ready   "), 4712));
        assert!(!is_ready("4711\n/data\n", 4711));
    }

    #[test]
    #[ignore = "needs PostgreSQL: cargo xtask test starts one"]
    fn a_cluster_is_gone_with_its_files_after_a_panic_too() {
        let workspace = Workspace::locate().unwrap();
        let interrupt = Interrupt::default();
        let account = Account::for_servers().unwrap();
        let installation = Installation::provide(account.as_ref(), &workspace, &interrupt).unwrap();

        let cluster = Cluster::start(&installation, account.as_ref(), Durability::None, &interrupt).unwrap();
        let port = cluster.port;
        let directory = cluster._directory.path().to_owned();
        assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok());
        assert!(directory.join("data/PG_VERSION").is_file());

        let panicked = catch_unwind(AssertUnwindSafe(move || {
            let _held = cluster;
            panic_any(());
        }));
        assert!(panicked.is_err());
        assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err());
        assert!(!directory.exists());
    }
}
