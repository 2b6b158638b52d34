//! Limits how long a request may take, and discards the rest of a body that a refusal has left unread.
//!
//! A client that is still sending does not read the response. If the server closed the connection, the client would
//! see a broken connection instead of the reason. Therefore the rest of a refused body is read, within limits, and
//! discarded. After that the connection can be used for the next request.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::EXPECT;
use axum::response::{IntoResponse as _, Response};
use contact_model::limits;
use http_body_util::BodyExt;
use hyper::body::{Frame, SizeHint};
use parking_lot::Mutex;
use tokio::time::{Sleep, sleep};

use crate::RequestLimits;
use crate::error::ApiError;

/// The maximum number of bytes that are read and discarded.
const MAX_DISCARDED: usize = 2 * limits::BATCH_BODY;

/// Handles a request, for at most `limits.response_timeout` after all of its body has arrived. Then reads what is left of
/// the body, for at most `limits.receive_timeout`.
pub(crate) async fn handle_and_drain<F: Future<Output = Response>>(
    request: Request,
    limits: &RequestLimits,
    handle: impl FnOnce(Request) -> F,
) -> Response {
    let &RequestLimits { receive_timeout, response_timeout, .. } = limits;
    if request.body().is_end_stream() {
        return respond_in_time(handle(request), response_timeout, || None).await;
    }
    let waits_for_permission = request.headers().contains_key(EXPECT);
    let (parts, body) = request.into_parts();
    let mut body = SharedBody(Arc::new(Mutex::new(ReceivedBody { body, has_ended: false })));
    let handled = handle(Request::from_parts(parts, Body::new(body.clone())));
    let rest = || body.is_end_stream().then_some(response_timeout);
    let response = respond_in_time(handled, receive_timeout + response_timeout, rest).await;
    // A client that sent `Expect: 100-continue` does not send the body after a final response.
    if waits_for_permission {
        return response;
    }
    // After a timeout, the body is not waited for a second time.
    if !body.is_end_stream() && response.status() != StatusCode::REQUEST_TIMEOUT {
        let rest = tokio::time::timeout(receive_timeout, discard(&mut body));
        if rest.await.is_err() {
            tracing::debug!("the rest of a refused body did not arrive in time");
        }
    }
    response
}

/// Waits for a response, for at most `timeout`. After each poll of the handler, `shorter` may return a time limit that
/// replaces `timeout` and starts now. It is replaced at most once.
async fn respond_in_time(
    handled: impl Future<Output = Response>,
    timeout: Duration,
    shorter: impl Fn() -> Option<Duration>,
) -> Response {
    let mut handled = pin!(handled);
    let mut timer = pin!(None::<Sleep>);
    let mut is_shorter = false;
    poll_fn(|context| {
        if let Poll::Ready(response) = handled.as_mut().poll(context) {
            return Poll::Ready(response);
        }
        // The timer is set after the first step, because the body has usually arrived then.
        match (timer.as_mut().as_pin_mut(), if is_shorter { None } else { shorter() }) {
            (Some(_), None) => {}
            (_, limit) => {
                is_shorter = limit.is_some();
                timer.set(Some(sleep(limit.unwrap_or(timeout))));
            }
        }
        match timer.as_mut().as_pin_mut().map(|timer| timer.poll(context)) {
            Some(Poll::Ready(())) => Poll::Ready(ApiError::ResponseTimeout.into_response()),
            _ => Poll::Pending,
        }
    })
    .await
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
struct SharedBody(Arc<Mutex<ReceivedBody>>);

struct ReceivedBody {
    body: Body,
    /// True if the end was read. A chunked body does not know its end before that.
    has_ended: bool,
}

impl HttpBody for SharedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let ReceivedBody { body, has_ended } = &mut *self.0.lock();
        let frame = Pin::new(body).poll_frame(context);
        *has_ended |= matches!(frame, Poll::Ready(None));
        frame
    }

    fn is_end_stream(&self) -> bool {
        let received = self.0.lock();
        received.has_ended || received.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.lock().body.size_hint()
    }
}
