//! Runs the server on a socket. It supports HTTP/1.1, which proxies use for the servers behind them.

mod activity;
mod address;
mod client_socket;
mod connection;
mod connection_limits;
pub(crate) mod descriptors;
mod options;
mod response_body;
#[cfg(test)]
mod tests;

use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;

use connection::Server;
use connection_limits::Connections;

pub use address::Network;
pub use connection_limits::ConnectionLimits;
pub use options::ServeOptions;

/// Serves `app` on `listener` until `stop` is ready. Then accepts no further connections, lets running requests finish
/// and returns, at the latest when the deadline is over.
pub async fn serve(
    listener: TcpListener,
    app: Router,
    options: ServeOptions,
    stop: impl Future<Output = ()>,
) {
    let stop_deadline = options.stop_deadline;
    let open_connections = Connections::new(options.connections.clone());
    let server = Arc::new(Server::new(app, options));
    let shared = Arc::clone(&server);
    let logging = tokio::spawn(async move { shared.failed_authentications.log_periodically().await });
    let connections = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        let (stream, client) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                pause_after(&error).await;
                continue;
            }
        };
        let Some(slot) = open_connections.admit(client.ip()) else { continue };
        // Otherwise the kernel would delay a small response, to send it together with later ones.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY could not be set");
        }
        tokio::spawn(Arc::clone(&server).serve(stream, client.ip(), slot, connections.watcher()));
    }
    drop(listener);
    if tokio::time::timeout(stop_deadline, connections.shutdown()).await.is_err() {
        tracing::warn!("requests were still under way when the deadline for stopping was over");
    }
    logging.abort();
    server.failed_authentications.log();
}

/// Waits before the next attempt to accept a connection, unless the client caused the error. Other errors, such as a
/// lack of file descriptors, would be repeated at once.
async fn pause_after(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        tracing::error!(%error, "no connection can be accepted");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
