//! `serve`, the default command.

use std::io::{self, IsTerminal as _, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use contact_model::clock::SystemClock;
use contact_store::{Store, StoreError};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use url::Url;

use super::database::explain;
use crate::changes::sealing;
use crate::config::{DatabaseArgs, ServeArgs};
use crate::{AppState, app, banner, first_start, retention, serve, telemetry, webhooks};

/// The pause between two checks whether a newer version of this program has migrated the database.
const VERSION_CHECK_INTERVAL: Duration = Duration::from_secs(1);

/// Serves until SIGINT or SIGTERM, or until a newer version of this program has migrated the database. A second signal
/// ends the program at once.
pub(super) async fn run(args: &ServeArgs, database: &DatabaseArgs) -> anyhow::Result<()> {
    telemetry::start(args.log_format);
    let mut signals = StopSignals::catch()?;
    let connections = args.connections.limits(database.pool_size as usize)?;
    let (listener, store) = tokio::select! {
        opened = open(args, database) => opened?,
        () = signals.next() => return Ok(()),
    };
    let state = AppState::new(
        store.clone(),
        Arc::new(SystemClock),
        args.limits(),
        args.public_url.clone(),
        args.webhook_options(),
    );
    if let Err(error) = state.cursors.prepare().await {
        tracing::warn!(%error, "the secret of cursors cannot be created yet; lists need it");
    }
    let mut tasks = JoinSet::new();
    tasks.spawn(retention::remove_expired(store.clone(), Arc::new(SystemClock), args.retention_periods()));
    tasks.spawn(Arc::clone(&state).store_key_uses_periodically());
    tasks.spawn(Arc::clone(&state).notify_of_changes());
    tasks.spawn(sealing::seal_periodically(store.clone()));
    let (stop_webhooks, webhooks_stopped) = watch::channel(false);
    let webhooks = tokio::spawn(webhooks::deliver_changes(Arc::clone(&state), webhooks_stopped));
    let stop = Notify::new();
    let serving = async {
        let options = args.serve_options(connections);
        let stopped = async {
            stop.notified().await;
            state.stop_waiting();
        };
        serve::serve(listener, app(Arc::clone(&state)), options, stopped).await;
        // The places that the webhooks have reached are stored, so that no change is sent again after the next start.
        drop(stop_webhooks);
        if let Err(error) = webhooks.await {
            tracing::error!(%error, "the task that sends changes to webhooks ended early");
        }
        // Waits until the tasks have stopped. Otherwise they would log errors about the database, which is closed next.
        tasks.shutdown().await;
        state.store_key_uses().await;
        if tokio::time::timeout(args.stop_deadline, store.close()).await.is_err() {
            tracing::warn!("the database was still busy at the deadline for stopping");
        }
    };
    let mut newer_database = None;
    let second_signal = async {
        newer_database = tokio::select! {
            () = signals.next() => None,
            error = wait_for_newer_database(&store) => Some(error),
        };
        stop.notify_one();
        if newer_database.is_some() {
            // The server is already stopping, so the first signal has no further effect.
            signals.next().await;
        }
        signals.next().await;
    };
    tokio::select! {
        () = serving => {}
        () = second_signal => {}
    }
    newer_database.map_or(Ok(()), |error| Err(error.into()))
}

/// Waits until a newer version of this program has migrated the database. This version does not know the rules of the
/// newer one, so it must not write any more. Returns the error that explains this.
async fn wait_for_newer_database(store: &Store) -> StoreError {
    loop {
        tokio::time::sleep(VERSION_CHECK_INTERVAL).await;
        if let Err(error @ StoreError::NewerDatabase(_)) = store.check().await {
            return error;
        }
    }
}

/// Binds the port, opens the database and prints the address of the server.
async fn open(args: &ServeArgs, database: &DatabaseArgs) -> anyhow::Result<(TcpListener, Store)> {
    let listener =
        TcpListener::bind(&args.listen).await.with_context(|| format!("cannot listen on {}", args.listen))?;
    let database_url = database.url()?;
    let store = Store::open(&database_url, &database.store_options()).await.map_err(explain)?;
    if let Err(error) = store.open_all_connections().await {
        tracing::warn!(%error, "the server has fewer connections to PostgreSQL than --pool-size allows");
    }
    let sqlite_file = Store::sqlite_file(&database_url)?;
    let first_key = first_start::create_first_company(&store, args.country, sqlite_file.as_deref()).await?;

    let address = reachable(listener.local_addr()?);
    let url = match &args.public_url {
        Some(url) => url.clone(),
        None => Url::parse(&format!("http://{address}/"))?,
    };
    let mut stdout = io::stdout();
    // If standard output is not a terminal, it may be stored as a log.
    let reveal_key = stdout.is_terminal();
    write!(stdout, "{}", banner::text(&url, first_key.as_ref(), reveal_key))?;
    stdout.flush()?;
    Ok((listener, store))
}

/// The signals that ask the program to stop.
struct StopSignals {
    interrupt: Signal,
    terminate: Signal,
}

impl StopSignals {
    fn catch() -> anyhow::Result<Self> {
        let catch = |kind| signal(kind).context("signals cannot be caught");
        Ok(Self { interrupt: catch(SignalKind::interrupt())?, terminate: catch(SignalKind::terminate())? })
    }

    /// Waits for the next signal.
    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// Returns an address that a browser can open, also if the server listens on all addresses.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    address
}
