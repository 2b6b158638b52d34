//! Connections whose clients are slow.

use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::routing::get;
use futures::stream;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::{ServeOptions, TestServer};

/// More than the kernel buffers for a client that reads nothing.
const LARGE: usize = 64 * 1024 * 1024;
/// A time limit that a test waits for.
const SHORT: Duration = Duration::from_millis(50);
/// A time limit that no test waits for.
const NEVER: Duration = Duration::from_secs(600);

const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";

fn options() -> ServeOptions {
    ServeOptions {
        header_timeout: NEVER,
        idle_timeout: NEVER,
        send_timeout: NEVER,
        ..ServeOptions::default()
    }
}

/// The memory of a response, which reports when it is freed.
struct Memory(Vec<u8>, UnboundedSender<()>);

impl AsRef<[u8]> for Memory {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        let _ = self.1.send(());
    }
}

/// Starts a server with large responses.
async fn with_large_responses(options: ServeOptions) -> (TestServer, UnboundedReceiver<()>) {
    let (freed, events) = unbounded_channel();
    let large = move || {
        let memory = Memory(vec![b'a'; LARGE], freed.clone());
        std::future::ready(Body::from(Bytes::from_owner(memory)))
    };
    (TestServer::start(Router::new().route("/", get(large)), options).await, events)
}

/// Connects with a small receive buffer, and sends a request.
async fn request_large_response(server: &TestServer) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let mut client = socket.connect(server.address).await.unwrap();
    client.write_all(REQUEST).await.unwrap();
    client
}

/// Starts a server with responses that the test sends piece by piece.
async fn with_streams(options: ServeOptions) -> (TestServer, UnboundedSender<&'static str>) {
    let (send, pieces) = unbounded_channel();
    let pieces = std::sync::Arc::new(tokio::sync::Mutex::new(pieces));
    let streamed = async move || {
        Body::from_stream(stream::unfold(pieces.lock_owned().await, async |mut pieces| {
            Some((Ok::<_, std::io::Error>(pieces.recv().await?), pieces))
        }))
    };
    (TestServer::start(Router::new().route("/", get(streamed)), options).await, send)
}

/// Reads until what was read ends in `end`.
async fn read_until(client: &mut TcpStream, end: &str) {
    let mut text = Vec::new();
    while !text.ends_with(end.as_bytes()) {
        assert_ne!(client.read_buf(&mut text).await.unwrap(), 0, "{}", String::from_utf8_lossy(&text));
    }
}

#[tokio::test]
async fn an_unread_response_is_freed_and_its_connection_closed() {
    let (server, mut freed) = with_large_responses(ServeOptions { send_timeout: SHORT, ..options() }).await;
    let mut clients = Vec::new();
    for _ in 0..3 {
        clients.push(request_large_response(&server).await);
    }
    for client in &mut clients {
        assert_eq!(freed.recv().await, Some(()));
        let mut response = Vec::new();
        // The connection is reset, or ends early.
        let _ = client.read_to_end(&mut response).await;
        assert!(response.len() < LARGE, "{}", response.len());
    }
}

#[tokio::test]
async fn a_slowly_read_response_is_sent_to_its_end() {
    let (server, _freed) = with_large_responses(ServeOptions { idle_timeout: SHORT, ..options() }).await;
    let mut client = request_large_response(&server).await;
    // The client pauses within the response, for longer than a connection may be idle.
    tokio::time::sleep(4 * SHORT).await;
    let mut response = Vec::new();
    client.read_to_end(&mut response).await.unwrap();
    assert!(response.len() > LARGE, "{}", response.len());
}

#[tokio::test]
async fn a_stream_may_pause_for_longer_than_any_limit() {
    let limits = ServeOptions {
        header_timeout: 10 * SHORT,
        idle_timeout: SHORT,
        send_timeout: SHORT,
        ..ServeOptions::default()
    };
    let (server, stream) = with_streams(limits).await;
    let mut client = server.connect().await;
    client.write_all(REQUEST).await.unwrap();
    for piece in ["first", "second"] {
        tokio::time::sleep(11 * SHORT).await;
        stream.send(piece).unwrap();
        read_until(&mut client, &format!("{piece}\r\n")).await;
    }
    drop(stream);
    read_until(&mut client, "0\r\n\r\n").await;
    // Only now is the connection idle.
    assert_eq!(client.read(&mut [0]).await.unwrap(), 0);
}

#[tokio::test]
async fn only_an_idle_connection_is_closed() {
    let app = Router::new().route("/", get(async || "done"));
    let idle_timeout = Duration::from_secs(1);
    let server = TestServer::start(app, ServeOptions { idle_timeout, ..options() }).await;
    let mut client = server.connect().await;
    // The first request may take longer: it has the time of its header.
    tokio::time::sleep(2 * idle_timeout).await;
    for _ in 0..3 {
        client.write_all(REQUEST).await.unwrap();
        read_until(&mut client, "\r\n\r\ndone").await;
    }
    assert_eq!(client.read(&mut [0]).await.unwrap(), 0);
}

#[tokio::test]
async fn a_header_on_an_idle_connection_has_its_own_limit() {
    let app = Router::new().route("/", get(async || "done"));
    // Long enough for the first header to arrive.
    let header_timeout = Duration::from_secs(2);
    let server = TestServer::start(app, ServeOptions { header_timeout, ..options() }).await;
    let mut client = server.connect().await;
    client.write_all(REQUEST).await.unwrap();
    read_until(&mut client, "\r\n\r\ndone").await;
    client.write_all(&REQUEST[..20]).await.unwrap();
    assert_eq!(client.read(&mut [0]).await.unwrap(), 0);
}
