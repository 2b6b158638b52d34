//! Serves one connection: runs its requests and limits how long it waits for its client.

use std::future::{Future, poll_fn};
use std::io;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::HeaderValue;
use axum::http::header::CONNECTION;
use axum::response::{IntoResponse, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::Watcher;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tower::ServiceExt;

use super::activity::ExpiredLimit;
use super::client_socket::ClientSocket;
use super::connection_limits::{ConnectionSlot, ExceededLimit};
use super::options::ServeOptions;
use super::response_body::ResponseBody;
use crate::error::ApiError;
use crate::failed_authentications::FailedAuthentications;
use crate::{audit, envelope, request_id, request_path};

/// The time for a refused connection to send its request and to take the refusal.
const REFUSAL_TIMEOUT: Duration = Duration::from_secs(5);

/// The data that all connections share.
pub(super) struct Server {
    builder: http1::Builder,
    app: Router,
    options: ServeOptions,
    pub(super) failed_authentications: FailedAuthentications,
}

impl Server {
    pub(super) fn new(app: Router, options: ServeOptions) -> Self {
        let mut builder = http1::Builder::new();
        // With `half_close`, a client that has closed its side of the connection still gets its response. The header
        // timeout is off, because hyper would set a timer for each request; `run` limits that time.
        builder.half_close(true).header_read_timeout(None);
        Self { builder, app, options, failed_authentications: FailedAuthentications::default() }
    }

    /// Serves a connection until it ends. If it exceeds a limit, refuses its first request instead.
    pub(super) async fn serve(
        self: Arc<Self>,
        stream: TcpStream,
        address: IpAddr,
        slot: ConnectionSlot,
        watcher: Watcher,
    ) {
        let client = ClientSocket::new(stream);
        let exceeded = slot.exceeded;
        let service = service_fn(|request: hyper::Request<Incoming>| {
            client.request_began();
            let (server, client) = (Arc::clone(&self), client.clone());
            async move {
                let mut response = match exceeded {
                    None => server.respond(request, &client).await?,
                    Some(limit) => refuse(&request, limit),
                };
                audit::log_response(&mut response, address.to_canonical(), &server.failed_authentications);
                Ok::<_, io::Error>(response.map(|body| ResponseBody { body, client }))
            }
        });
        let connection = self.builder.serve_connection(TokioIo::new(client.clone()), service);
        let connection = run(watcher.watch(connection), &client, &self.options);
        let ended = match exceeded {
            None => connection.await,
            Some(_) => timeout(REFUSAL_TIMEOUT, connection).await.unwrap_or(Err(ExpiredLimit::Send)),
        };
        match ended {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::debug!(%error, "a connection ended early"),
            Err(expired) => {
                tracing::debug!(?expired, "a connection was closed because its client took too long");
                if expired == ExpiredLimit::Send {
                    client.discard_unsent();
                }
            }
        }
        drop(slot);
    }

    /// Responds to a request. A write is always finished and gets its response. A read is abandoned some time after
    /// its client has closed its side of the connection.
    async fn respond(
        &self,
        request: hyper::Request<Incoming>,
        client: &ClientSocket,
    ) -> Result<Response, io::Error> {
        let request: Request = request_path::normalize(request, &self.options.path_prefix).map(Body::new);
        let is_read = request.method().is_safe();
        let client_left = async {
            client.closed_by_client().await;
            sleep(self.options.abandoned_read_timeout).await;
        };
        tokio::select! {
            biased;
            response = self.app.clone().oneshot(request) => response.map_err(|never| match never {}),
            () = client_left, if is_read => Err(io::Error::other("the client left before it got its response")),
        }
    }
}

/// Responds to the first request of a connection that exceeds a limit.
fn refuse<B>(request: &hyper::Request<B>, limit: ExceededLimit) -> Response {
    let id = request_id::from_headers(request.headers());
    let error = match limit {
        ExceededLimit::Total => ApiError::TooManyConnections,
        ExceededLimit::PerAddress => ApiError::TooManyConnectionsFromAddress,
    };
    let mut response = envelope::finish(error.into_response(), id);
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

/// Runs a connection until it ends or one of its time limits expires.
///
/// The timer is set when the connection opens. It is moved only if the deadline is earlier. A request usually makes the
/// deadline later, and then the timer is left as it is. When it expires before the deadline, it is set to the deadline.
/// Therefore it is set about once for each time limit and not once for each request.
async fn run<C: Future>(
    connection: C,
    client: &ClientSocket,
    options: &ServeOptions,
) -> Result<C::Output, ExpiredLimit> {
    let mut connection = pin!(connection);
    let mut timer = pin!(sleep_until(Instant::now() + options.header_timeout));
    poll_fn(|context| {
        if let Poll::Ready(ended) = connection.as_mut().poll(context) {
            return Poll::Ready(Ok(ended));
        }
        while let Some((deadline, expired)) = client.deadline(options) {
            if deadline < timer.deadline() {
                timer.as_mut().reset(deadline);
            }
            if timer.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            if deadline <= Instant::now() {
                return Poll::Ready(Err(expired));
            }
            timer.as_mut().reset(deadline);
        }
        Poll::Pending
    })
    .await
}
