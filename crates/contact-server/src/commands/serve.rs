//! `serve`, the default command.

use std::io::{self, IsTerminal as _, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use anyhow::Context;
use contact_model::clock::SystemClock;
use contact_store::Store;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use url::Url;

use super::database::open_store;
use crate::banner::PrintedKey;
use crate::config::{DatabaseArgs, ServeArgs};
use crate::first_start::FirstKey;
use crate::{AppState, app, banner, first_start, retention, serve, telemetry};

/// Serves until SIGINT or SIGTERM. A second signal ends the program at once.
pub(super) async fn run(args: &ServeArgs, database: &DatabaseArgs) -> anyhow::Result<()> {
    telemetry::start(args.log_format);
    let mut stop = StopSignals::catch()?;
    let connections = args.connections.limits(database.pool_size as usize)?;
    tokio::select! {
        opened = open(args, database) => {
            let (listener, store) = opened?;
            let public_url = args.public_url.clone();
            let state = AppState::new(store.clone(), Arc::new(SystemClock), args.limits(), public_url);
            let app = app(state.clone());
            let (first_signal, mut second_signal) = (stop.clone(), stop.clone());
            let retention = args.limits().retention;
            let erasing = tokio::spawn(retention::erase_expired(store.clone(), Arc::new(SystemClock), retention));
            let storing = tokio::spawn(state.clone().store_key_uses_periodically());
            let serving = async {
                serve::serve(listener, app, args.serve_options(connections), first_signal.wait()).await;
                erasing.abort();
                // Waits until the task has stopped. Otherwise it would log an error about the database, which is
                // closed next. Its cancellation is not a failure.
                let _ = erasing.await;
                storing.abort();
                let _ = storing.await;
                state.store_key_uses().await;
                if tokio::time::timeout(args.stop_deadline, store.close()).await.is_err() {
                    tracing::warn!("the database was still busy at the deadline for stopping");
                }
            };
            tokio::select! {
                () = serving => {}
                () = second_signal.wait_for(2) => {}
            }
        }
        () = stop.wait_for(1) => {}
    }
    Ok(())
}

/// Binds the port, opens the database and prints the address of the server.
async fn open(args: &ServeArgs, database: &DatabaseArgs) -> anyhow::Result<(TcpListener, Store)> {
    let listener =
        TcpListener::bind(&args.listen).await.with_context(|| format!("cannot listen on {}", args.listen))?;
    let database_url = database.url()?;
    let store = open_store(&database_url, &database.store_options()).await?;
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
    let is_seen = stdout.is_terminal();
    let printed = first_key
        .as_ref()
        .map(|FirstKey { key, file }| PrintedKey { file: file.path(), key: is_seen.then_some(key) });
    write!(stdout, "{}", banner::text(&url, printed))?;
    stdout.flush()?;
    Ok((listener, store))
}

/// Counts how often the program was asked to stop.
#[derive(Clone)]
struct StopSignals(watch::Receiver<usize>);

impl StopSignals {
    fn catch() -> anyhow::Result<Self> {
        let mut interrupt = signal(SignalKind::interrupt()).context("signals cannot be caught")?;
        let mut terminate = signal(SignalKind::terminate()).context("signals cannot be caught")?;
        let (count, counted) = watch::channel(0);
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = terminate.recv() => {}
                }
                count.send_modify(|count| *count += 1);
            }
        });
        Ok(Self(counted))
    }

    async fn wait_for(&mut self, signals: usize) {
        if self.0.wait_for(|count| *count >= signals).await.is_err() {
            // No further signal can come.
            std::future::pending::<()>().await;
        }
    }

    async fn wait(mut self) {
        self.wait_for(1).await;
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
