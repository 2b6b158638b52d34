//! A response's body, which notifies its connection when it ends.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};

use super::client_socket::ClientSocket;

/// A response's body. The connection drops it when it has all of the body or needs no more of it.
pub(super) struct ResponseBody {
    pub(super) body: Body,
    pub(super) client: ClientSocket,
}

impl Drop for ResponseBody {
    fn drop(&mut self) {
        self.client.response_ended();
    }
}

impl HttpBody for ResponseBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
