//! A client's socket, which the connection reads and writes while a request waits for the client to leave.

use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// A client's socket. The clones share it. One task uses all of them, so nobody ever waits for the lock.
#[derive(Clone)]
pub(crate) struct ClientSocket(Arc<Mutex<TcpStream>>);

impl ClientSocket {
    pub(crate) fn new(stream: TcpStream) -> Self {
        Self(Arc::new(Mutex::new(stream)))
    }

    /// Waits until the client sends nothing more: it has closed its side of the connection, or all of it. Never returns
    /// if the client has already sent more bytes, such as the next request.
    ///
    /// Only for use while the connection itself does not read: the socket wakes one reader.
    pub(crate) async fn closed_by_client(&self) {
        let mut byte = [0];
        let peeked = poll_fn(|context| {
            let mut buffer = ReadBuf::new(&mut byte);
            self.with(|stream| stream.poll_peek(context, &mut buffer))
        });
        if matches!(peeked.await, Ok(1..)) {
            std::future::pending().await
        }
    }

    fn with<T>(&self, operate: impl FnOnce(&mut TcpStream) -> T) -> T {
        operate(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl AsyncRead for ClientSocket {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.with(|stream| Pin::new(stream).poll_read(context, buffer))
    }
}

impl AsyncWrite for ClientSocket {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.with(|stream| Pin::new(stream).poll_write(context, bytes))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.with(|stream| Pin::new(stream).poll_write_vectored(context, slices))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.with(|stream| Pin::new(stream).poll_flush(context))
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.with(|stream| Pin::new(stream).poll_shutdown(context))
    }
}
