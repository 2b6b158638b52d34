//! Connections whose clients leave early.

use std::time::Duration;

use axum::Router;
use axum::routing::any;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::watch;

use super::{ServeOptions, TestServer};

/// Reports when a request ends, whether it was finished or abandoned.
struct Running(UnboundedSender<&'static str>);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.send("ended");
    }
}

/// A server that responds to a request only when the test allows it.
struct SlowServer {
    server: TestServer,
    events: UnboundedReceiver<&'static str>,
    respond: watch::Sender<bool>,
}

impl SlowServer {
    async fn start(abandoned_read_timeout: Duration) -> Self {
        let (reported, events) = unbounded_channel();
        let (respond, allowed) = watch::channel(false);
        let app = Router::new().route(
            "/",
            any(async move || {
                reported.send("began").unwrap();
                let _running = Running(reported.clone());
                allowed.clone().wait_for(|allowed| *allowed).await.unwrap();
                "done"
            }),
        );
        let options = ServeOptions { abandoned_read_timeout, ..ServeOptions::default() };
        Self { server: TestServer::start(app, options).await, events, respond }
    }

    /// Sends a request and closes the client's side of the connection.
    async fn send_and_close(&mut self, method: &str) -> TcpStream {
        let mut client = self.server.connect().await;
        let request = format!("{method} / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
        client.write_all(request.as_bytes()).await.unwrap();
        client.shutdown().await.unwrap();
        assert_eq!(self.events.recv().await, Some("began"));
        client
    }
}

async fn read_to_end(mut client: TcpStream) -> String {
    let mut text = String::new();
    client.read_to_string(&mut text).await.unwrap();
    text
}

#[tokio::test]
async fn a_read_gets_its_response_after_the_client_closed_its_side() {
    let mut server = SlowServer::start(Duration::from_secs(60)).await;
    let client = server.send_and_close("GET").await;
    server.respond.send_replace(true);
    assert!(read_to_end(client).await.ends_with("\r\n\r\ndone"));
}

#[tokio::test]
async fn a_read_is_abandoned_after_the_client_closed_its_side_and_a_write_is_not() {
    let mut server = SlowServer::start(Duration::from_millis(20)).await;
    let write = server.send_and_close("POST").await;
    let read = server.send_and_close("GET").await;
    assert_eq!(server.events.recv().await, Some("ended"));
    assert_eq!(read_to_end(read).await, "");
    server.respond.send_replace(true);
    assert!(read_to_end(write).await.ends_with("\r\n\r\ndone"));
}

#[tokio::test]
async fn a_client_that_has_sent_its_next_request_has_not_left() {
    let mut server = SlowServer::start(Duration::ZERO).await;
    let mut client = server.server.connect().await;
    let request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    client.write_all(request.repeat(2).as_bytes()).await.unwrap();
    assert_eq!(server.events.recv().await, Some("began"));
    server.respond.send_replace(true);
    client.shutdown().await.unwrap();
    assert_eq!(read_to_end(client).await.matches("\r\n\r\ndone").count(), 2);
}
