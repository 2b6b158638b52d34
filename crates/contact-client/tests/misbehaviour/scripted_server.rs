//! A server that sends the bytes of a script.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use contact_client::{Client, ClientBuilder};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What the server does with a request.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// Sends these bytes and closes the connection.
    Send(String),
    /// Closes the connection without a response.
    HangUp,
    /// Sends these bytes and keeps the connection open.
    Stall(String),
    /// Sends the first bytes and then repeats the others with this pause, as long as the client reads.
    Flood(String, Vec<u8>, Duration),
}

/// A received request.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) at: Instant,
    /// The request line and the headers in lower case.
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Seen {
    /// Returns the value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.filter(|(line, _)| *line == name).map(|(_, value)| value).next()
    }
}

/// A server that does one step of its script for each request, and repeats the last step.
pub(crate) struct ScriptedServer {
    pub(crate) url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
    flooded: Arc<AtomicU64>,
}

impl ScriptedServer {
    pub(crate) async fn start(script: impl IntoIterator<Item = Step>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let record = Arc::clone(&seen);
        let flooded = Arc::new(AtomicU64::new(0));
        let count = Arc::clone(&flooded);
        let mut script: VecDeque<Step> = script.into_iter().collect();
        tokio::spawn(async move {
            let mut stalled = Vec::new();
            loop {
                let (mut connection, _) = listener.accept().await.unwrap();
                let request = read(&mut connection).await;
                record.lock().unwrap().push(request);
                let step = if script.len() > 1 { script.pop_front() } else { script.front().cloned() };
                match step.unwrap() {
                    Step::Send(bytes) => connection.write_all(bytes.as_bytes()).await.unwrap(),
                    Step::HangUp => {}
                    Step::Flood(first, again, pause) => {
                        let mut sent = connection.write_all(first.as_bytes()).await;
                        while sent.is_ok() {
                            count.fetch_add(again.len() as u64, Ordering::Relaxed);
                            sent = connection.write_all(&again).await;
                            tokio::time::sleep(pause).await;
                        }
                    }
                    Step::Stall(bytes) => {
                        connection.write_all(bytes.as_bytes()).await.unwrap();
                        stalled.push(connection);
                    }
                }
            }
        });
        Self { url, seen, flooded }
    }

    /// Returns a client of this server with short pauses.
    pub(crate) fn client(&self) -> ClientBuilder {
        Client::builder(&self.url, "ctk_secret").initial_backoff(Duration::from_millis(1))
    }

    /// Returns how many bytes of floods were sent so far.
    pub(crate) fn flooded(&self) -> u64 {
        self.flooded.load(Ordering::Relaxed)
    }

    /// Returns the requests so far.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

/// Reads a request to the end of its body.
async fn read(connection: &mut TcpStream) -> Seen {
    let mut bytes = Vec::new();
    let head = loop {
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, _)) = text.split_once("\r\n\r\n") {
            break head.to_ascii_lowercase();
        }
        assert_ne!(connection.read_buf(&mut bytes).await.unwrap(), 0, "the request ended early");
    };
    let mut seen = Seen { at: Instant::now(), head, body: String::new() };
    let length: usize = seen.header("content-length").map_or(0, |length| length.parse().unwrap());
    let begin = seen.head.len() + "\r\n\r\n".len();
    while bytes.len() < begin + length {
        assert_ne!(connection.read_buf(&mut bytes).await.unwrap(), 0, "the body ended early");
    }
    seen.body = String::from_utf8(bytes.split_off(begin)).unwrap();
    seen
}

/// Returns a step that sends a complete response.
pub(crate) fn respond(status: &str, headers: &str, body: &str) -> Step {
    let length = body.len();
    Step::Send(format!(
        "HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
    ))
}

/// Returns a step that sends an empty list of agents.
pub(crate) fn no_agents() -> Step {
    respond("200 OK", "content-type: application/json\r\n", r#"{"results":[],"from":"a newer server"}"#)
}
