//! Faults of the disk on which SQLite keeps its file.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use xtask::process;
use xtask::server::Server;

use crate::client::Client;
use crate::figures::{Figures, Skipped};
use crate::scenario::Lab;
use crate::site::{ARGUMENTS, TIME_LIMIT};
use crate::workload::Workload;

/// Mounts a small file system in memory on a directory, and runs a program there. Only the program sees it.
const MOUNT: &str = r#"mount -t tmpfs -o size=32m,mode=700 none "$0" && cd "$0" && exec "$@""#;

/// How long the disk stays full.
const OUTAGE: Duration = Duration::from_millis(500);

/// Fills the disk while clients write. A read must succeed while the disk is full.
pub(crate) async fn full(lab: Lab<'_>) -> Result<Figures> {
    let disk = lab.directory.join("disk");
    fs::create_dir(&disk)?;
    let namespace = ["--user", "--map-root-user", "--mount"];
    let mut attempt = Command::new("unshare");
    attempt.args(namespace).args(["sh", "-c", MOUNT]).arg(&disk).arg("true");
    if let Err(error) = process::capture(&mut attempt) {
        return Err(Skipped(format!("a program may not mount a file system of its own: {error}")).into());
    }
    let mut command = Command::new("unshare");
    command.args(namespace).args(["sh", "-c", MOUNT]).arg(&disk).arg(lab.program.canonicalize()?);
    command.args(["serve", "--listen", "127.0.0.1:0"]).args(ARGUMENTS);
    let log = lab.directory.join("server.log");
    let server = tokio::task::block_in_place(|| Server::spawn(command, &log))?;
    let disk = disk_of(&server, &disk);
    let key = fs::read_to_string(disk.join("data/first-api-key")).context("the first API key")?;
    let client = Client::new(&server.url, key.trim(), TIME_LIMIT)?;

    let mut figures = Figures::default();
    let mut workload = Workload::start(std::slice::from_ref(&client), lab.writers).await?;
    for _ in 0..lab.rounds {
        workload.acknowledge(lab.writers as u64 * 4).await?;
        let (refused, filling) = (workload.ledger().refused, disk.join("filling"));
        fill(&filling)?;
        workload.run_for(OUTAGE).await?;
        client.get("/contacts/?page_size=1").await.context("reads do not work on a full disk")?;
        ensure!(workload.ledger().refused > refused, "the disk was not full");
        fs::remove_file(&filling)?;
        figures.add_round(Some(workload.recovery_since(Instant::now()).await?));
    }
    let ledger = workload.finish(&client).await?;
    let status = tokio::task::block_in_place(|| server.stop())?;
    ensure!(status.success(), "the server ended with {status}");
    Ok(figures.with(&ledger))
}

/// Returns the path by which this process reaches a directory that the server sees.
fn disk_of(server: &Server, directory: &Path) -> PathBuf {
    let root = PathBuf::from(format!("/proc/{}/root", server.id()));
    root.join(directory.strip_prefix("/").unwrap_or(directory))
}

/// Writes a file until the disk is full.
fn fill(path: &Path) -> Result<()> {
    let mut file = File::create(path)?;
    // Smaller pieces use the rest.
    for size in [64 * 1024, 1024] {
        let bytes = vec![0; size];
        loop {
            match file.write_all(&bytes) {
                Ok(()) => {}
                Err(error) if error.kind() == std::io::ErrorKind::StorageFull => break,
                Err(error) => bail!("cannot fill the disk: {error}"),
            }
        }
    }
    Ok(())
}
