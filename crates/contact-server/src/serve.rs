//! The server on a socket: HTTP/1.1, which is what proxies speak to the servers behind them.

use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt;

use crate::client_socket::ClientSocket;
use crate::path_prefix::PathPrefix;
use crate::trailing_slash;

/// How the server treats its connections.
#[derive(Debug, Clone)]
pub struct ServeOptions {
    /// For a request's headers to arrive; a connection that stays silent for as long is closed.
    pub header_timeout: Duration,
    /// For requests under way to finish once the server is asked to stop.
    pub stop_deadline: Duration,
    /// For a request that only reads to be answered after the client has closed its side of the connection. A client
    /// that is gone and one that only sends nothing more look the same, so the read is abandoned after this time.
    pub abandoned_read: Duration,
    /// The path below which users reach the API.
    pub path_prefix: PathPrefix,
}

impl Default for ServeOptions {
    fn default() -> Self {
        Self {
            header_timeout: Duration::from_secs(30),
            stop_deadline: Duration::from_secs(30),
            abandoned_read: Duration::from_secs(1),
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
    // With `half_close`, a client that has closed its side of the connection still gets its response.
    builder.timer(TokioTimer::new()).header_read_timeout(options.header_timeout).half_close(true);
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
        let socket = ClientSocket::new(stream);
        let (app, prefix, client) = (app.clone(), Arc::clone(&prefix), socket.clone());
        let service = service_fn(move |request: hyper::Request<Incoming>| {
            let request = trailing_slash::add(prefix.remove(request)).map(Body::new);
            respond(app.clone(), request, client.clone(), options.abandoned_read)
        });
        let connection = builder.serve_connection(TokioIo::new(socket), service);
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

/// Responds to a request. A write is always finished and answered; a read is abandoned some time after its client has
/// closed its side of the connection.
async fn respond(
    app: Router,
    request: Request,
    client: ClientSocket,
    abandoned_read: Duration,
) -> Result<Response, io::Error> {
    let is_read = request.method().is_safe();
    let response = app.oneshot(request);
    if !is_read {
        return response.await.map_err(|never| match never {});
    }
    let client_is_gone = async {
        client.closed_by_client().await;
        tokio::time::sleep(abandoned_read).await;
    };
    tokio::select! {
        biased;
        response = response => response.map_err(|never| match never {}),
        () = client_is_gone => Err(io::Error::other("the client left before it got its response")),
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

#[cfg(test)]
mod tests {
    use axum::routing::any;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
    use tokio::sync::{oneshot, watch};

    use super::*;

    /// Reports when a request is over, whether it was finished or abandoned.
    struct Running(UnboundedSender<&'static str>);

    impl Drop for Running {
        fn drop(&mut self) {
            let _ = self.0.send("over");
        }
    }

    /// A server that responds to a request only when the test allows it.
    struct SlowServer {
        address: std::net::SocketAddr,
        events: UnboundedReceiver<&'static str>,
        respond: watch::Sender<bool>,
        _stop: oneshot::Sender<()>,
    }

    impl SlowServer {
        async fn start(abandoned_read: Duration) -> Self {
            let (reported, events) = unbounded_channel();
            let (respond, told) = watch::channel(false);
            let app = Router::new().route(
                "/",
                any(async move || {
                    reported.send("began").unwrap();
                    let _running = Running(reported.clone());
                    told.clone().wait_for(|told| *told).await.unwrap();
                    "done"
                }),
            );
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let (stop, stopped) = oneshot::channel::<()>();
            let options = ServeOptions { abandoned_read, ..ServeOptions::default() };
            tokio::spawn(serve(listener, app, options, async move {
                let _ = stopped.await;
            }));
            Self { address, events, respond, _stop: stop }
        }

        /// Sends a request and closes the client's side of the connection.
        async fn send_and_close(&mut self, method: &str) -> TcpStream {
            let mut client = TcpStream::connect(self.address).await.unwrap();
            let request = format!("{method} / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
            client.write_all(request.as_bytes()).await.unwrap();
            client.shutdown().await.unwrap();
            assert_eq!(self.events.recv().await, Some("began"));
            client
        }
    }

    async fn all_of(mut client: TcpStream) -> String {
        let mut text = String::new();
        client.read_to_string(&mut text).await.unwrap();
        text
    }

    #[tokio::test]
    async fn a_read_whose_client_has_closed_its_side_is_answered_in_time() {
        let mut server = SlowServer::start(Duration::from_secs(60)).await;
        let client = server.send_and_close("GET").await;
        server.respond.send_replace(true);
        assert!(all_of(client).await.ends_with("\r\n\r\ndone"));
    }

    #[tokio::test]
    async fn a_read_whose_client_may_be_gone_is_abandoned_and_a_write_is_not() {
        let mut server = SlowServer::start(Duration::from_millis(20)).await;
        let write = server.send_and_close("POST").await;
        let read = server.send_and_close("GET").await;
        assert_eq!(server.events.recv().await, Some("over"));
        assert_eq!(all_of(read).await, "");
        server.respond.send_replace(true);
        assert!(all_of(write).await.ends_with("\r\n\r\ndone"));
    }

    #[tokio::test]
    async fn a_client_that_has_sent_its_next_request_is_not_gone() {
        let mut server = SlowServer::start(Duration::ZERO).await;
        let mut client = TcpStream::connect(server.address).await.unwrap();
        let request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
        client.write_all(request.repeat(2).as_bytes()).await.unwrap();
        assert_eq!(server.events.recv().await, Some("began"));
        server.respond.send_replace(true);
        client.shutdown().await.unwrap();
        assert_eq!(all_of(client).await.matches("\r\n\r\ndone").count(), 2);
    }
}
