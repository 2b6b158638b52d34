//! The server on a real socket.

mod leaving_clients;
mod limits;
mod slow_clients;

use std::net::SocketAddr;

use axum::Router;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use super::{ServeOptions, serve};

/// A running server. It stops when it is dropped.
struct TestServer {
    address: SocketAddr,
    _stop: oneshot::Sender<()>,
}

impl TestServer {
    async fn start(app: Router, options: ServeOptions) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        tokio::spawn(serve(listener, app, options, async move {
            let _ = stopped.await;
        }));
        Self { address, _stop: stop }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }
}
