//! SIGINT and SIGTERM: what is under way is finished, nothing new is taken, at the latest until the
//! deadline.

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use contact_testing::{Backend, TestDatabase, on_both_databases};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::process::{PATIENCE, Server};

on_both_databases!(
    a_request_under_way_is_finished_on_sigterm,
    a_request_under_way_is_finished_on_sigint,
    a_request_that_never_ends_is_given_up_at_the_deadline,
    a_second_signal_ends_the_program_at_once,
    connections_that_ask_nothing_do_not_hold_the_stop_up,
);

const BODY: &str = r#"{"full_name": "jane doe"}"#;

async fn a_request_under_way_is_finished_on_sigterm(backend: Backend) {
    is_finished_on("TERM", backend).await;
}

async fn a_request_under_way_is_finished_on_sigint(backend: Backend) {
    is_finished_on("INT", backend).await;
}

async fn is_finished_on(signal: &str, backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let server = Server::start(database.url()).await;
    let key = server.first_key().await;
    let mut upload = begin_upload(&server, &key).await;
    let (half, rest) = BODY.split_at(BODY.len() / 2);
    upload.write_all(half.as_bytes()).await.unwrap();

    server.signal(signal);
    refuses_connections(&server).await;

    upload.write_all(rest.as_bytes()).await.unwrap();
    let mut response = String::new();
    upload.read_to_string(&mut response).await.unwrap();
    assert!(response.starts_with("HTTP/1.1 201 "), "{response}");
    let location = response.lines().find_map(|line| line.strip_prefix("location: ")).unwrap().to_owned();
    server.ended().await.text();

    let again = Server::start(database.url()).await;
    let (status, contact) = again.caller(&key).get(&location).await;
    assert_eq!((status, &contact["name"]), (200, &"Jane Doe".into()), "what was answered is kept");
}

async fn a_request_that_never_ends_is_given_up_at_the_deadline(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let server = Server::start_with(database.url(), &["--stop-deadline", "1"]).await;
    let key = server.first_key().await;
    let _upload = begin_upload(&server, &key).await;

    let asked = Instant::now();
    server.signal("TERM");
    let ended = server.ended().await;
    let took = asked.elapsed();
    assert_eq!(ended.status.code(), Some(0), "{ended:#?}");
    assert!(ended.stderr.contains("deadline"), "the log says that requests were cut off: {ended:#?}");
    // The request itself had 30 seconds to arrive.
    assert!((Duration::from_secs(1)..Duration::from_secs(15)).contains(&took), "{took:?}");
}

async fn a_second_signal_ends_the_program_at_once(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let server = Server::start(database.url()).await;
    let key = server.first_key().await;
    let _upload = begin_upload(&server, &key).await;

    let asked = Instant::now();
    server.signal("TERM");
    refuses_connections(&server).await;
    server.signal("INT");
    server.ended().await;
    assert!(asked.elapsed() < Duration::from_secs(15), "the deadline is 30 seconds: {:?}", asked.elapsed());
}

async fn connections_that_ask_nothing_do_not_hold_the_stop_up(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let server = Server::start(database.url()).await;
    let _silent = TcpStream::connect(server.address()).await.unwrap();
    let mut kept_alive = TcpStream::connect(server.address()).await.unwrap();
    kept_alive.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    assert_ne!(kept_alive.read(&mut [0; 1024]).await.unwrap(), 0, "it is answered and stays open");

    let asked = Instant::now();
    server.stop().await.text();
    assert!(asked.elapsed() < Duration::from_secs(15), "the deadline is 30 seconds: {:?}", asked.elapsed());
}

/// Sends the head of an upload; when this returns the server is reading the body.
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

/// Waits until the server takes no connection any more.
async fn refuses_connections(server: &Server) {
    let asked = Instant::now();
    loop {
        match TcpStream::connect(server.address()).await {
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => return,
            _ => assert!(asked.elapsed() < PATIENCE, "the server still takes connections"),
        }
    }
}
