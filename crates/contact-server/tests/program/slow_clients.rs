//! Clients that keep the server waiting.

use std::time::{Duration, Instant};

use contact_testing::{Backend, TestDatabase, on_both_databases};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::process::Server;

on_both_databases!(
    connection_with_incomplete_headers_is_closed,
    silent_connection_is_closed,
    connection_with_an_incomplete_request_line_is_closed,
    incomplete_body_is_a_408,
);

/// Well over the arrival timeout of one second of these servers, and well under the default.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(15);

async fn connection_with_incomplete_headers_is_closed(backend: Backend) {
    assert_closed_after(b"GET /healthz HTTP/1.1\r\nhost:", backend).await;
}

async fn silent_connection_is_closed(backend: Backend) {
    assert_closed_after(b"", backend).await;
}

async fn connection_with_an_incomplete_request_line_is_closed(backend: Backend) {
    assert_closed_after(b"GET /contacts/ HT", backend).await;
}

async fn assert_closed_after(sent: &[u8], backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let server = Server::start_with(database.url(), &["--arrival-timeout", "1"]).await;
    let start = Instant::now();
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    stream.write_all(sent).await.unwrap();
    let mut response = Vec::new();
    let closed = timeout(CLOSE_TIMEOUT, stream.read_to_end(&mut response)).await;
    assert!(closed.is_ok(), "the connection is still open after {CLOSE_TIMEOUT:?}");
    assert!(start.elapsed() >= Duration::from_secs(1), "closed too early: {:?}", start.elapsed());
}

async fn incomplete_body_is_a_408(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let server = Server::start_with(database.url(), &["--arrival-timeout", "1"]).await;
    let key = server.first_key().await;
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    let head = format!(
        "POST /contacts/ HTTP/1.1\r\nhost: x\r\nauthorization: {key}\r\ncontent-type: application/json\r\n\
         content-length: 100\r\n\r\n{{"
    );
    let start = Instant::now();
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut response = String::new();
    timeout(CLOSE_TIMEOUT, stream.read_to_string(&mut response)).await.expect("a response arrives").unwrap();
    assert!(response.starts_with("HTTP/1.1 408 "), "{response}");
    assert!(response.contains("content-type: application/problem+json"), "{response}");
    assert!(start.elapsed() >= Duration::from_secs(1), "closed too early: {:?}", start.elapsed());
}
