//! Connections that exceed the limits.

use std::io;

use axum::Router;
use axum::routing::get;
use contact_model::Problem;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{ServeOptions, TestServer};
use crate::serve::ConnectionLimits;

async fn with_limits(connections: ConnectionLimits) -> TestServer {
    let app = Router::new().route("/", get(async || "done"));
    TestServer::start(app, ServeOptions { connections, ..ServeOptions::default() }).await
}

/// Sends a request and reads its response.
async fn try_request(client: &mut TcpStream) -> io::Result<String> {
    client.write_all(b"GET / HTTP/1.1\r\nHost: a\r\nX-Request-Id: mine\r\n\r\n").await?;
    let mut response = Vec::new();
    while !response.ends_with(b"\r\n\r\ndone") && client.read_buf(&mut response).await? > 0 {}
    Ok(String::from_utf8(response).unwrap())
}

async fn request(client: &mut TcpStream) -> String {
    try_request(client).await.unwrap()
}

fn is_served(response: &str) -> bool {
    response.starts_with("HTTP/1.1 200 ")
}

/// Asserts that a response is a refusal, and returns its problem.
fn refusal(response: &str) -> Problem {
    assert!(response.starts_with("HTTP/1.1 503 "), "{response}");
    for header in ["retry-after: 1", "connection: close", "x-request-id: mine", "cache-control: no-store"] {
        assert!(response.contains(&format!("\r\n{header}\r\n")), "{header} is not in {response}");
    }
    assert!(response.contains("content-type: application/problem+json"), "{response}");
    let (_, body) = response.split_once("\r\n\r\n").unwrap();
    serde_json::from_str(body).unwrap()
}

/// Connects until the server serves the connection: it may still have to notice that another one was closed.
async fn connect_until_served(server: &TestServer) -> TcpStream {
    loop {
        let mut client = server.connect().await;
        if try_request(&mut client).await.is_ok_and(|response| is_served(&response)) {
            return client;
        }
    }
}

#[tokio::test]
async fn connections_that_exceed_the_limit_get_503_and_others_continue() {
    let server = with_limits(ConnectionLimits { total: 2, ..ConnectionLimits::default() }).await;
    let (mut first, mut second) = (server.connect().await, server.connect().await);
    assert!(is_served(&request(&mut first).await) && is_served(&request(&mut second).await));
    for _ in 0..100 {
        let problem = refusal(&request(&mut server.connect().await).await);
        assert_eq!(problem.request_id, "mine");
        assert!(
            problem.detail.contains("The server has reached its limit of connections"),
            "{}",
            problem.detail
        );
    }
    assert!(is_served(&request(&mut first).await));
    drop(second);
    connect_until_served(&server).await;
    assert!(is_served(&request(&mut first).await));
}

#[tokio::test]
async fn connections_of_an_address_are_limited_unless_it_is_exempt() {
    let limits = ConnectionLimits { per_address: 1, ..ConnectionLimits::default() };
    let server = with_limits(ConnectionLimits { exempt: Vec::new(), ..limits.clone() }).await;
    let mut first = server.connect().await;
    assert!(is_served(&request(&mut first).await));
    let problem = refusal(&request(&mut server.connect().await).await);
    assert!(problem.detail.contains("Your address"), "{}", problem.detail);
    assert!(is_served(&request(&mut first).await));

    let server = with_limits(limits).await;
    let mut clients = Vec::new();
    for _ in 0..10 {
        clients.push(server.connect().await);
    }
    for client in &mut clients {
        assert!(is_served(&request(client).await));
    }
}

#[tokio::test]
async fn silent_connections_that_exceed_the_limit_are_closed_at_once() {
    let server = with_limits(ConnectionLimits { total: 1, ..ConnectionLimits::default() }).await;
    let mut first = server.connect().await;
    assert!(is_served(&request(&mut first).await));
    let mut silent = Vec::new();
    for _ in 0..200 {
        silent.push(server.connect().await);
    }
    // The server keeps only some connections open for a refusal. The last one is not among them.
    assert_eq!(silent.last_mut().unwrap().read(&mut [0]).await.unwrap_or(0), 0);
    assert!(is_served(&request(&mut first).await));
    drop(first);
    drop(silent);
    connect_until_served(&server).await;
}
