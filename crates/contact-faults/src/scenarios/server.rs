//! Faults of the server.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use xtask::process::Process;

use crate::figures::Figures;
use crate::scenario::Lab;
use crate::site::Site;
use crate::workload::Workload;

/// Kills the server while it writes, and starts it again.
pub(crate) async fn killed(lab: Lab<'_>) -> Result<Figures> {
    let mut site = lab.site().await?;
    let mut figures = Figures::default();
    let mut server = site.start()?;
    let client = site.client(&server)?;
    let mut workload = Workload::start(std::slice::from_ref(&client), lab.writers).await?;
    for _ in 0..lab.rounds {
        workload.acknowledge(lab.writers as u64 * 4).await?;
        workload.run_for(Duration::from_millis(rand::random_range(0..50))).await?;
        let url = server.url.clone();
        server.kill();
        server = site.start_again(&url)?;
        figures.add_round(Some(workload.recovery_since(Instant::now()).await?));
    }
    let ledger = workload.finish(&client).await?;
    server.finish()?;
    site.check_integrity().await?;
    Ok(figures.with(&ledger))
}

/// Asks the server to stop while it writes. It must exit with status 0.
pub(crate) async fn stopped(lab: Lab<'_>) -> Result<Figures> {
    let mut site = lab.site().await?;
    let mut figures = Figures::default();
    let mut server = site.start()?;
    let client = site.client(&server)?;
    let mut workload = Workload::start(std::slice::from_ref(&client), lab.writers).await?;
    for _ in 0..lab.rounds {
        workload.acknowledge(lab.writers as u64 * 4).await?;
        let url = server.url.clone();
        let status = tokio::task::block_in_place(|| server.stop())?;
        ensure!(status.success(), "the server ended with {status}");
        server = site.start_again(&url)?;
        figures.add_round(Some(workload.recovery_since(Instant::now()).await?));
    }
    let ledger = workload.finish(&client).await?;
    server.finish()?;
    site.check_integrity().await?;
    Ok(figures.with(&ledger))
}

/// Kills one of two servers on a database while both write, and starts it again.
pub(crate) async fn one_of_two_killed(lab: Lab<'_>) -> Result<Figures> {
    let mut site = lab.site().await?;
    let mut figures = Figures::default();
    let mut servers = [site.start()?, site.start()?];
    let clients = [site.client(&servers[0])?, site.client(&servers[1])?];
    let mut workload = Workload::start(&clients, lab.writers).await?;
    for round in 0..lab.rounds {
        workload.acknowledge(lab.writers as u64 * 4).await?;
        workload.run_for(Duration::from_millis(rand::random_range(0..50))).await?;
        let [first, second] = servers;
        let (killed, other) = if round % 2 == 0 { (first, second) } else { (second, first) };
        let url = killed.url.clone();
        killed.kill();
        // The other server serves all clients, until the killed one is back.
        figures.add_round(Some(workload.recovery_since(Instant::now()).await?));
        let started = site.start_again(&url)?;
        servers = if round % 2 == 0 { [started, other] } else { [other, started] };
    }
    let ledger = workload.finish(&clients[0]).await?;
    for server in servers {
        server.finish()?;
    }
    site.check_integrity().await?;
    Ok(figures.with(&ledger))
}

/// Kills the command that creates and migrates the database, until it is complete. The server then works on it.
pub(crate) async fn migration_killed(lab: Lab<'_>) -> Result<Figures> {
    let mut figures = Figures::default();
    for round in 0..lab.rounds {
        let directory = lab.directory.join(round.to_string());
        fs::create_dir(&directory)?;
        let url = lab.empty_database(&directory, round).await?;
        let mut longest = 200;
        while !migrate_until_killed(lab.program, &url, Duration::from_millis(rand::random_range(0..longest)))?
        {
            // A busy machine needs more time.
            longest += 100;
        }
        let mut site = Site::create(lab.program, url, &directory)?;
        let server = site.start()?;
        let client = site.client(&server)?;
        let mut workload = Workload::start(std::slice::from_ref(&client), 1).await?;
        workload.acknowledge(8).await?;
        figures = figures.with(&workload.finish(&client).await?);
        server.finish()?;
        site.check_integrity().await?;
        figures.add_round(None);
    }
    Ok(figures)
}

/// Runs the migrations for a time, and kills the command. Returns true if it has completed them.
fn migrate_until_killed(program: &Path, database_url: &str, time: Duration) -> Result<bool> {
    let mut command = Command::new(program);
    command.args(["migrate", "--database-url", database_url]).stdout(Stdio::null());
    let mut migration = Process::spawn(&mut command)?;
    thread::sleep(time);
    let status = migration.ended()?;
    migration.kill();
    match status {
        None => Ok(false),
        Some(status) if status.success() => Ok(true),
        Some(status) => bail!("the migration ended with {status}"),
    }
}
