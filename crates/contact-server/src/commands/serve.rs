//! `serve`, the default command.

use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use anyhow::Context;
use contact_model::clock::SystemClock;
use contact_store::{ContactStore, Store};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use url::Url;

use crate::config::{DatabaseArgs, ServeArgs};
use crate::{AppState, app, banner, first_start, serve, telemetry};

/// Serves until SIGINT or SIGTERM.
pub(super) async fn run(args: &ServeArgs, database: &DatabaseArgs) -> anyhow::Result<()> {
    telemetry::start(args.log_format);
    // The signals are caught before anything is opened, so that an early one ends the program in
    // order too.
    let mut interrupt = signal(SignalKind::interrupt()).context("signals cannot be caught")?;
    let mut terminate = signal(SignalKind::terminate()).context("signals cannot be caught")?;

    let listener =
        TcpListener::bind(&args.listen).await.with_context(|| format!("cannot listen on {}", args.listen))?;
    let store = Store::open(&database.database_url, &database.store_options()).await?;
    let first_key = first_start::found(&store, args.country).await?;

    let address = reachable(listener.local_addr()?);
    let url = match &args.public_url {
        Some(url) => url.clone(),
        None => Url::parse(&format!("http://{address}/"))?,
    };
    write!(io::stdout(), "{}", banner::text(&url, first_key.as_ref()))?;
    io::stdout().flush()?;

    let state = AppState::new(store.clone(), Arc::new(SystemClock), args.limits());
    let stop = async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    };
    serve::serve(listener, app(state, args.public_url.as_ref()), args.serve_options(), stop).await;
    store.close().await;
    Ok(())
}

/// An address to type into a browser, where the server listens on all of them.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    address
}
