//! Faults of PostgreSQL and of the network between it and the server.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use sqlx::{Connection as _, Executor as _, PgConnection};
use xtask::postgres::Cluster;
use xtask::server::Server;

use crate::client::Client;
use crate::figures::Figures;
use crate::integrity;
use crate::proxy::{Mode, Proxy};
use crate::scenario::{Lab, database_name};
use crate::site::execute;
use crate::workload::Workload;

/// How long a fault lasts.
const OUTAGE: Duration = Duration::from_millis(300);

/// A server that reaches its database through a proxy, and clients that write.
struct Setting {
    cluster: Cluster,
    proxy: Proxy,
    server: Server,
    client: Client,
    workload: Workload,
    rounds: u32,
    writers: u64,
    figures: Figures,
}

impl Setting {
    async fn prepare(mut lab: Lab<'_>) -> Result<Self> {
        let site = lab.site().await?;
        let cluster = lab.cluster.take().context("the scenario needs PostgreSQL")?;
        let proxy = Proxy::start(cluster.address()).await?;
        let mut site = site.through(cluster.url_at(proxy.address, &database_name(0)));
        let server = site.start()?;
        let client = site.client(&server)?;
        let workload = Workload::start(std::slice::from_ref(&client), lab.writers).await?;
        let (rounds, writers) = (lab.rounds, lab.writers as u64);
        Ok(Self { cluster, proxy, server, client, workload, rounds, writers, figures: Figures::default() })
    }

    /// Lets the clients write before the next fault.
    async fn warm_up(&mut self) -> Result<()> {
        self.workload.acknowledge(self.writers * 4).await?;
        self.workload.run_for(Duration::from_millis(rand::random_range(0..50))).await
    }

    /// Waits until all clients are served again after a fault that ends now.
    async fn recover(&mut self) -> Result<()> {
        let recovery = self.workload.recovery_since(Instant::now()).await?;
        self.figures.add_round(Some(recovery));
        Ok(())
    }

    async fn finish(self) -> Result<Figures> {
        let ledger = self.workload.finish(&self.client).await?;
        ensure!(ledger.unanswered == 0, "{} requests got no response", ledger.unanswered);
        // Not `Server::finish`, which would fail because the server logs failures of the database as errors.
        let status = tokio::task::block_in_place(|| self.server.stop())?;
        ensure!(status.success(), "the server ended with {status}");
        integrity::check(&self.cluster.url(&database_name(0))).await?;
        Ok(self.figures.with(&ledger))
    }
}

/// Repeats a fault. `cause` causes it and returns when it has ended.
async fn repeat(lab: Lab<'_>, cause: impl AsyncFn(&mut Setting) -> Result<()>) -> Result<Figures> {
    let mut setting = Setting::prepare(lab).await?;
    for _ in 0..setting.rounds {
        setting.warm_up().await?;
        cause(&mut setting).await?;
        setting.recover().await?;
    }
    setting.finish().await
}

/// Restarts PostgreSQL in an orderly way.
pub(crate) async fn restarted(lab: Lab<'_>) -> Result<Figures> {
    repeat(lab, async |setting| {
        tokio::task::block_in_place(|| {
            setting.cluster.stop();
            setting.cluster.start_again()
        })
    })
    .await
}

/// Kills PostgreSQL and starts it again.
pub(crate) async fn killed(lab: Lab<'_>) -> Result<Figures> {
    repeat(lab, async |setting| {
        tokio::task::block_in_place(|| {
            setting.cluster.kill();
            setting.cluster.start_again()
        })
    })
    .await
}

/// Closes all connections to PostgreSQL, and refuses new ones for a while.
pub(crate) async fn unreachable(lab: Lab<'_>) -> Result<Figures> {
    repeat(lab, async |setting| {
        setting.proxy.set_mode(Mode::Refusing);
        setting.proxy.cut();
        setting.workload.run_for(OUTAGE).await?;
        setting.proxy.set_mode(Mode::Open);
        Ok(())
    })
    .await
}

/// Closes all connections to PostgreSQL.
pub(crate) async fn cut(lab: Lab<'_>) -> Result<Figures> {
    repeat(lab, async |setting| {
        setting.proxy.cut();
        Ok(())
    })
    .await
}

/// Lets all connections to PostgreSQL stop without being closed, as if a machine had disappeared.
pub(crate) async fn abandoned(lab: Lab<'_>) -> Result<Figures> {
    repeat(lab, async |setting| {
        setting.proxy.abandon();
        Ok(())
    })
    .await
}

/// Stops all traffic for a while, which then continues.
pub(crate) async fn frozen(lab: Lab<'_>) -> Result<Figures> {
    repeat(lab, async |setting| {
        setting.proxy.set_mode(Mode::Frozen);
        setting.workload.run_for(Duration::from_secs(6)).await?;
        setting.proxy.set_mode(Mode::Open);
        Ok(())
    })
    .await
}

/// Delays all traffic for a while.
pub(crate) async fn slow(lab: Lab<'_>) -> Result<Figures> {
    repeat(lab, async |setting| {
        setting.proxy.set_mode(Mode::Slow(Duration::from_millis(20)));
        setting.workload.run_for(OUTAGE).await?;
        setting.proxy.set_mode(Mode::Open);
        Ok(())
    })
    .await
}

/// Makes the database accept no writes for a while.
pub(crate) async fn read_only(lab: Lab<'_>) -> Result<Figures> {
    let mut setting = Setting::prepare(lab).await?;
    let url = setting.cluster.url("postgres");
    for _ in 0..setting.rounds {
        setting.warm_up().await?;
        for value in ["on", "off"] {
            execute(&url, &format!("ALTER SYSTEM SET default_transaction_read_only = {value}")).await?;
            execute(&url, "SELECT pg_reload_conf()").await?;
            if value == "on" {
                setting.workload.run_for(OUTAGE).await?;
            }
        }
        setting.recover().await?;
    }
    setting.finish().await
}

/// Kills PostgreSQL, and continues with a replica that has all acknowledged writes.
pub(crate) async fn failover(lab: Lab<'_>) -> Result<Figures> {
    let mut setting = Setting::prepare(lab).await?;
    for _ in 0..setting.rounds {
        let replica = replica_of(&setting.cluster).await?;
        // Makes each commit wait for the replica. `*` matches the name of every replica.
        let url = setting.cluster.url("postgres");
        execute(&url, "ALTER SYSTEM SET synchronous_standby_names = '*'").await?;
        execute(&url, "SELECT pg_reload_conf()").await?;
        wait_for_synchronous_replica(&url).await?;
        setting.warm_up().await?;
        setting.cluster.kill();
        let url = replica.url("postgres");
        execute(&url, "ALTER SYSTEM SET synchronous_standby_names = ''").await?;
        execute(&url, "SELECT pg_promote()").await?;
        setting.proxy.set_target(replica.address());
        setting.cluster = replica;
        setting.recover().await?;
    }
    setting.finish().await
}

/// Starts a replica of a running cluster.
async fn replica_of(primary: &Cluster) -> Result<Cluster> {
    let mut backup = PgConnection::connect(&primary.url("postgres")).await?;
    backup.execute("SELECT pg_backup_start('replica', true)").await?;
    let mut replica = tokio::task::block_in_place(|| primary.copy())?;
    let label: String =
        sqlx::query_scalar("SELECT labelfile FROM pg_backup_stop(false)").fetch_one(&mut backup).await?;
    tokio::task::block_in_place(|| replica.follow(primary, &label))?;
    Ok(replica)
}

/// Waits until commits are synchronous.
async fn wait_for_synchronous_replica(primary: &str) -> Result<()> {
    let mut connection = PgConnection::connect(primary).await?;
    let deadline = Instant::now() + Duration::from_secs(30);
    let is_synchronous = "SELECT FROM pg_stat_replication WHERE state = 'streaming' AND sync_state = 'sync'";
    while connection.fetch_optional(is_synchronous).await?.is_none() {
        ensure!(Instant::now() < deadline, "the replica does not become synchronous");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // A session applies new settings at its next statement, so the statements that are running must end first.
    connection.execute("SELECT pg_sleep(0.2)").await?;
    Ok(())
}
