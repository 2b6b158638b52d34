//! The server on a socket: HTTP/1.1, which is what proxies speak to the servers behind them.

use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt;

use crate::path_prefix::PathPrefix;
use crate::trailing_slash;

/// How the server treats its connections.
#[derive(Debug, Clone)]
pub struct ServeOptions {
    /// For a request's headers to arrive; a connection that stays silent for as long is closed.
    pub header_timeout: Duration,
    /// For requests under way to finish once the server is asked to stop.
    pub stop_deadline: Duration,
    /// The path below which users reach the API.
    pub path_prefix: PathPrefix,
}

impl Default for ServeOptions {
    fn default() -> Self {
        Self {
            header_timeout: Duration::from_secs(30),
            stop_deadline: Duration::from_secs(30),
            path_prefix: PathPrefix::default(),
        }
    }
}

/// Answers on `listener` until `stop` is ready; then takes no further connections, lets requests
/// under way finish and returns, at the latest when the deadline is over.
pub async fn serve(
    listener: TcpListener,
    app: Router,
    options: ServeOptions,
    stop: impl Future<Output = ()>,
) {
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(options.header_timeout);
    let connections = GracefulShutdown::new();
    let prefix = Arc::new(options.path_prefix);
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) => {
                wait_after(&error).await;
                continue;
            }
        };
        answer_quickly(&stream);
        let prefix = Arc::clone(&prefix);
        let service = app.clone().map_request(move |request| trailing_slash::add(prefix.remove(request)));
        let connection = builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
        let connection = connections.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }
    drop(listener);
    if tokio::time::timeout(options.stop_deadline, connections.shutdown()).await.is_err() {
        tracing::warn!("requests were still under way when the deadline for stopping was over");
    }
}

/// Small answers are not held back to be sent with later ones.
fn answer_quickly(stream: &TcpStream) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY could not be set");
    }
}

/// A connection that its peer gave up says nothing about the next one; no file descriptors left
/// does.
async fn wait_after(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        tracing::error!(%error, "no connection can be accepted");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
