//! Clients that keep the server waiting.

use std::time::{Duration, Instant};

use contact_testing::{Backend, TestDatabase, on_both_databases};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::process::Server;

on_both_databases!(
    a_connection_that_never_finishes_its_headers_is_closed,
    a_connection_that_never_says_anything_is_closed,
    a_connection_that_never_ends_its_first_line_is_closed,
    a_body_that_never_arrives_is_answered_408,
);

/// Well over the arrival timeout of one second that these servers have, and well under the default.
const SOON: Duration = Duration::from_secs(15);

async fn a_connection_that_never_finishes_its_headers_is_closed(backend: Backend) {
    is_closed_after(b"GET /healthz HTTP/1.1\r\nhost:", backend).await;
}

async fn a_connection_that_never_says_anything_is_closed(backend: Backend) {
    is_closed_after(b"", backend).await;
}

async fn a_connection_that_never_ends_its_first_line_is_closed(backend: Backend) {
    is_closed_after(b"GET /contacts/ HT", backend).await;
}

async fn is_closed_after(said: &[u8], backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let server = Server::start_with(database.url(), &["--arrival-timeout", "1"]).await;
    let asked = Instant::now();
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    stream.write_all(said).await.unwrap();
    let mut response = Vec::new();
    let closed = timeout(SOON, stream.read_to_end(&mut response)).await;
    assert!(closed.is_ok(), "the connection is still open after {SOON:?}");
    assert!(asked.elapsed() >= Duration::from_secs(1), "it had a second: {:?}", asked.elapsed());
}

async fn a_body_that_never_arrives_is_answered_408(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let server = Server::start_with(database.url(), &["--arrival-timeout", "1"]).await;
    let key = server.first_key().await;
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    let head = format!(
        "POST /contacts/ HTTP/1.1\r\nhost: x\r\nauthorization: {key}\r\ncontent-type: application/json\r\n\
         content-length: 100\r\n\r\n{{"
    );
    let asked = Instant::now();
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut response = String::new();
    timeout(SOON, stream.read_to_string(&mut response)).await.expect("it is answered").unwrap();
    assert!(response.starts_with("HTTP/1.1 408 "), "{response}");
    assert!(response.contains("content-type: application/problem+json"), "{response}");
    assert!(asked.elapsed() >= Duration::from_secs(1), "it had a second: {:?}", asked.elapsed());
}
