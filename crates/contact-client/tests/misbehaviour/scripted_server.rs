//! A server that answers each request as the test has written it, byte by byte.

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
    /// Closes the connection without a word.
    HangUp,
    /// Keeps the connection open and says nothing more than these bytes.
    Stall(String),
    /// Sends the first bytes, and then the others again and again with this pause, for as long as the client reads.
    Flood(String, Vec<u8>, Duration),
}

/// A request as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) at: Instant,
    /// The whole text, in lower case up to the body.
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Seen {
    /// A header's value.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.filter(|(line, _)| *line == name).map(|(_, value)| value).next()
    }
}

/// A server that follows its script, and the last step again and again.
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

    /// A client of this server that does not wait long.
    pub(crate) fn client(&self) -> ClientBuilder {
        Client::builder(&self.url, "ctk_secret").first_pause(std::time::Duration::from_millis(1))
    }

    /// The bytes of floods so far, or a few more.
    pub(crate) fn flooded(&self) -> u64 {
        self.flooded.load(Ordering::Relaxed)
    }

    /// The requests so far.
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
        assert_ne!(connection.read_buf(&mut bytes).await.unwrap(), 0, "the request ends early");
    };
    let mut seen = Seen { at: Instant::now(), head, body: String::new() };
    let length: usize = seen.header("content-length").map_or(0, |length| length.parse().unwrap());
    let begin = seen.head.len() + "\r\n\r\n".len();
    while bytes.len() < begin + length {
        assert_ne!(connection.read_buf(&mut bytes).await.unwrap(), 0, "the body ends early");
    }
    seen.body = String::from_utf8(bytes.split_off(begin)).unwrap();
    seen
}

/// A whole answer.
pub(crate) fn answer(status: &str, headers: &str, body: &str) -> Step {
    let length = body.len();
    Step::Send(format!(
        "HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
    ))
}

/// The answer to a list of agents.
pub(crate) fn no_agents() -> Step {
    answer("200 OK", "content-type: application/json\r\n", r#"{"results":[],"from":"a newer server"}"#)
}
