//! Limits of connections and file descriptors.

use std::process::Stdio;

use contact_testing::{Backend, TestDatabase, on_both_databases};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::process::Command;
use tokio::time::timeout;

use crate::process::{Server, TEST_TIMEOUT, run};
use crate::sql;

on_both_databases!(
    connections_beyond_the_limit_of_descriptors_are_refused,
    low_soft_limit_of_descriptors_is_raised,
    server_does_not_start_with_more_connections_than_descriptors,
);

/// Returns the command of a server with this limit of descriptors.
fn limited(limit: &str, database: &TestDatabase, arguments: &[&str]) -> Command {
    let mut command = Command::new("sh");
    command.args([
        "-c",
        &format!("ulimit {limit} && exec \"$0\" \"$@\""),
        env!("CARGO_BIN_EXE_contact-server"),
    ]);
    command.args(["--database-url", database.url(), "--listen", "127.0.0.1:0"]).args(arguments);
    command.env_clear().stdin(Stdio::null()).kill_on_drop(true);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Sends a request; returns the connection and the status of the response, or `None` if the server closes it.
async fn request(server: &Server) -> Option<(TcpStream, String)> {
    let mut client = TcpStream::connect(server.address()).await.ok()?;
    client.write_all(b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n").await.ok()?;
    let mut status = [0; 12];
    client.read_exact(&mut status).await.ok()?;
    Some((client, String::from_utf8_lossy(&status).into_owned()))
}

async fn connections_beyond_the_limit_of_descriptors_are_refused(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let server = Server::spawn(limited("-n 600", &database, &[])).await;
    let key = server.first_key().await;
    let mut open = Vec::new();
    for _ in 0..800 {
        open.extend(request(&server).await);
    }
    let (mut served, refused): (Vec<_>, Vec<_>) =
        open.into_iter().partition(|(_, status)| status == "HTTP/1.1 200");
    assert!((100..600).contains(&served.len()), "{} were accepted", served.len());
    assert!(refused.iter().any(|(_, status)| status == "HTTP/1.1 503"), "none was refused");
    // Open connections and those of the database still work.
    let body = r#"{"full_name":"Jane Doe"}"#;
    let create = format!(
        "POST /contacts/ HTTP/1.1\r\nhost: a\r\nauthorization: {key}\r\nprefer: return=representation\r\n\
         content-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    let list =
        format!("GET /contacts/ HTTP/1.1\r\nhost: a\r\nauthorization: {key}\r\nconnection: close\r\n\r\n");
    for last_request in [create, list] {
        let (mut client, _) = served.pop().unwrap();
        client.write_all(last_request.as_bytes()).await.unwrap();
        let mut response = String::new();
        client.read_to_string(&mut response).await.unwrap();
        assert!(response.contains("Jane Doe"), "{response}");
    }
    let log = server.stop().await.stderr;
    assert!(log.contains("--max-connections is reached"), "{log}");
    assert!(!log.contains("ERROR"), "{log}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: cargo xtask test starts one"]
async fn postgresql_connections_are_opened_at_startup_and_kept() {
    // Servers of other tests have connections to the shared database.
    let database = TestDatabase::separate_postgres().await;
    let _server = Server::start_with(database.url(), &["--pool-size", "11"]).await;
    let count = "SELECT count(*) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = 'contact-server'
             AND backend_type = 'client backend'";
    // A slow attempt may leave an additional connection for a moment.
    let all_are_open = async { while sql::count(&database, count).await != 11 {} };
    timeout(TEST_TIMEOUT, all_are_open).await.expect("all connections are open");
}

async fn low_soft_limit_of_descriptors_is_raised(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let server = Server::spawn(limited("-Sn 64", &database, &[])).await;
    let mut open = Vec::new();
    for _ in 0..100 {
        let (client, status) = request(&server).await.expect("the server responds");
        assert_eq!(status, "HTTP/1.1 200");
        open.push(client);
    }
}

async fn server_does_not_start_with_more_connections_than_descriptors(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let started = Server::try_spawn(limited("-n 600", &database, &["--max-connections", "590"])).await;
    let line = started.err().expect("the server does not start").error_line();
    assert!(line.contains("--max-connections 590 needs"), "{line}");
    assert!(line.contains("the process may have 600"), "{line}");
    let zero = run(database.url(), &["--max-connections", "0"]).await;
    assert_eq!(zero.code, Some(2));
    assert!(zero.stderr.contains("a whole number from 1"), "{zero:#?}");
}
