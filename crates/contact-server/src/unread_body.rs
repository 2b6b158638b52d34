//! Discards the rest of a body that a refusal has left unread.
//!
//! A client that is still sending does not read the response. If the server closed the connection, the client would
//! see a broken connection instead of the reason. Therefore the rest of a refused body is read, within limits, and
//! discarded. After that the connection can be used for the next request.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::EXPECT;
use axum::response::Response;
use contact_model::limits;
use http_body_util::BodyExt;
use hyper::body::{Frame, SizeHint};
use parking_lot::Mutex;

/// The maximum number of bytes that are read and discarded.
const MAX_DISCARDED: usize = 2 * limits::BATCH_BODY;

/// Runs `handle`, and then reads what it has left of the request's body, for at most `timeout`.
pub(crate) async fn drain_after<F: Future<Output = Response>>(
    request: Request,
    timeout: Duration,
    handle: impl FnOnce(Request) -> F,
) -> Response {
    // There is no body to read, or the client waits for permission to send it and the response refuses that.
    if request.body().is_end_stream() || request.headers().contains_key(EXPECT) {
        return handle(request).await;
    }
    let (parts, body) = request.into_parts();
    let mut body = SharedBody(Arc::new(Mutex::new(body)));
    let response = handle(Request::from_parts(parts, Body::new(body.clone()))).await;
    // After a timeout, the body is not waited for a second time.
    if !body.is_end_stream() && response.status() != StatusCode::REQUEST_TIMEOUT {
        let rest = tokio::time::timeout(timeout, discard(&mut body));
        if rest.await.is_err() {
            tracing::debug!("the rest of a refused body did not arrive in time");
        }
    }
    response
}

async fn discard(body: &mut SharedBody) {
    let mut discarded = 0;
    while let Some(Ok(frame)) = body.frame().await {
        discarded += frame.data_ref().map_or(0, Bytes::len);
        if discarded > MAX_DISCARDED {
            return;
        }
    }
}

/// A body that the handler reads first and this module reads to the end.
#[derive(Clone)]
struct SharedBody(Arc<Mutex<Body>>);

impl HttpBody for SharedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut *self.0.lock()).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.0.lock().is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.lock().size_hint()
    }
}
