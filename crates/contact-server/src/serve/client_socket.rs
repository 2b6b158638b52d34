//! A client's socket. The connection reads and writes it, a request waits on it for the client to leave, and it notes
//! what the connection is doing.

use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use parking_lot::Mutex;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::activity::{Activity, ExpiredLimit};
use super::options::ServeOptions;

/// A client's socket. The clones share it. One task uses all of them, so nobody ever waits for the lock.
#[derive(Clone)]
pub(super) struct ClientSocket(Arc<Mutex<Shared>>);

struct Shared {
    stream: TcpStream,
    activity: Activity,
}

impl ClientSocket {
    pub(super) fn new(stream: TcpStream) -> Self {
        Self(Arc::new(Mutex::new(Shared { stream, activity: Activity::default() })))
    }

    /// Waits until the client sends nothing more: it has closed its side of the connection, or all of it. Never returns
    /// if the client has already sent more bytes, such as the next request.
    ///
    /// Only for use while the connection itself does not read: the socket wakes one reader.
    pub(super) async fn closed_by_client(&self) {
        let mut byte = [0];
        let peeked = poll_fn(|context| self.0.lock().stream.poll_peek(context, &mut ReadBuf::new(&mut byte)));
        if matches!(peeked.await, Ok(1..)) {
            std::future::pending().await
        }
    }

    /// Notes that the header of a request is complete.
    pub(super) fn request_began(&self) {
        self.0.lock().activity.request_began();
    }

    /// Notes that the connection has all of a response.
    pub(super) fn response_ended(&self) {
        self.0.lock().activity.response_ended();
    }

    /// Returns when the connection has to be closed if nothing happens until then, and which limit expires.
    pub(super) fn deadline(&self, options: &ServeOptions) -> Option<(Instant, ExpiredLimit)> {
        self.0.lock().activity.deadline(options, Instant::now)
    }

    /// Makes the kernel discard what the client has not taken when the socket is closed, so that it costs no memory.
    pub(super) fn discard_unsent(&self) {
        if let Err(error) = self.0.lock().stream.set_zero_linger() {
            tracing::debug!(%error, "SO_LINGER could not be set");
        }
    }

    /// Writes to the stream, and notes whether the kernel accepted bytes.
    fn write_with(
        &self,
        write: impl FnOnce(Pin<&mut TcpStream>) -> Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        let Shared { stream, activity } = &mut *self.0.lock();
        let sent = write(Pin::new(stream));
        match sent {
            Poll::Pending => activity.blocked(Instant::now),
            Poll::Ready(_) => activity.sent(),
        }
        sent
    }
}

impl AsyncRead for ClientSocket {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let Shared { stream, activity } = &mut *self.0.lock();
        let read = Pin::new(stream).poll_read(context, buffer);
        if read.is_ready() {
            activity.received();
        }
        read
    }
}

impl AsyncWrite for ClientSocket {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.write_with(|stream| stream.poll_write(context, bytes))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.write_with(|stream| stream.poll_write_vectored(context, slices))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0.lock().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0.lock().stream).poll_shutdown(context)
    }
}
