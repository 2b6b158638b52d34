//! SIGINT and SIGTERM: running requests are completed until the deadline, and new ones are not accepted.

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use contact_testing::{Backend, TestDatabase, on_both_databases};
use rustix::process::Signal;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::process::{Server, TEST_TIMEOUT};

on_both_databases!(
    running_request_is_completed_after_sigterm,
    running_request_is_completed_after_sigint,
    incomplete_request_is_aborted_at_the_deadline,
    second_signal_ends_the_program_at_once,
    idle_connections_do_not_delay_the_stop,
);

const BODY: &str = r#"{"full_name": "jane doe"}"#;

async fn running_request_is_completed_after_sigterm(backend: Backend) {
    assert_completed_after(Signal::TERM, backend).await;
}

async fn running_request_is_completed_after_sigint(backend: Backend) {
    assert_completed_after(Signal::INT, backend).await;
}

async fn assert_completed_after(signal: Signal, backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let server = Server::start(database.url()).await;
    let key = server.first_key().await;
    let mut upload = begin_upload(&server, &key).await;
    let (half, rest) = BODY.split_at(BODY.len() / 2);
    upload.write_all(half.as_bytes()).await.unwrap();

    server.signal(signal);
    wait_until_refused(&server).await;

    upload.write_all(rest.as_bytes()).await.unwrap();
    let mut response = String::new();
    upload.read_to_string(&mut response).await.unwrap();
    assert!(response.starts_with("HTTP/1.1 201 "), "{response}");
    let location = response.lines().find_map(|line| line.strip_prefix("location: ")).unwrap().to_owned();
    server.wait().await.text();

    let again = Server::start(database.url()).await;
    let (status, contact) = again.caller(&key).get(&location).await;
    assert_eq!((status, &contact["name"]), (200, &"Jane Doe".into()), "the acknowledged contact is stored");
}

async fn incomplete_request_is_aborted_at_the_deadline(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let server = Server::start_with(database.url(), &["--stop-deadline", "1"]).await;
    let key = server.first_key().await;
    let _upload = begin_upload(&server, &key).await;

    let start = Instant::now();
    server.signal(Signal::TERM);
    let ended = server.wait().await;
    let took = start.elapsed();
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    assert!(ended.stderr.contains("deadline"), "the log contains the aborted requests: {ended:#?}");
    // The timeout of the request is 30 seconds.
    assert!((Duration::from_secs(1)..Duration::from_secs(15)).contains(&took), "{took:?}");
}

async fn second_signal_ends_the_program_at_once(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let server = Server::start(database.url()).await;
    let key = server.first_key().await;
    let _upload = begin_upload(&server, &key).await;

    let start = Instant::now();
    server.signal(Signal::TERM);
    wait_until_refused(&server).await;
    server.signal(Signal::INT);
    server.wait().await;
    assert!(start.elapsed() < Duration::from_secs(15), "the deadline is 30 seconds: {:?}", start.elapsed());
}

async fn idle_connections_do_not_delay_the_stop(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let server = Server::start(database.url()).await;
    let _silent = TcpStream::connect(server.address()).await.unwrap();
    let mut kept_alive = TcpStream::connect(server.address()).await.unwrap();
    kept_alive.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    assert_ne!(
        kept_alive.read(&mut [0; 1024]).await.unwrap(),
        0,
        "the connection gets a response and stays open"
    );

    let start = Instant::now();
    server.stop().await.text();
    assert!(start.elapsed() < Duration::from_secs(15), "the deadline is 30 seconds: {:?}", start.elapsed());
}

/// Sends the head of a request and waits until the server reads the body.
async fn begin_upload(server: &Server, key: &str) -> TcpStream {
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    let length = BODY.len();
    let head = format!(
        "POST /contacts/ HTTP/1.1\r\nhost: x\r\nauthorization: {key}\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\nexpect: 100-continue\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut response = [0; 25];
    stream.read_exact(&mut response).await.unwrap();
    assert_eq!(&response, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream
}

/// Waits until the server refuses connections.
async fn wait_until_refused(server: &Server) {
    let start = Instant::now();
    loop {
        match TcpStream::connect(server.address()).await {
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => return,
            _ => assert!(start.elapsed() < TEST_TIMEOUT, "the server still accepts connections"),
        }
    }
}
