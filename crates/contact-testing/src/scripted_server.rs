//! A server whose responses a test chooses, down to their bytes.

use std::collections::VecDeque;
use std::fmt::Display;
use std::future::{pending, ready};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use contact_model::{Problem, ProblemType};
use reqwest::Method;
use reqwest::header::{CONTENT_LENGTH, HeaderMap, TRANSFER_ENCODING};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use url::{Position, Url};

use crate::TestResponse;

/// What a [`ScriptedServer`] does with a request. The connection is then closed.
#[derive(Debug, Clone)]
pub enum Step {
    /// Sends these bytes.
    Send(String),
    /// Sends nothing.
    HangUp,
    /// Sends these bytes and keeps the connection open.
    Stall(String),
    /// Sends the first bytes and then repeats the others with this pause, as long as the client reads.
    Flood(String, String, Duration),
}

/// Returns a step that sends a complete response. Each of the headers ends with `\r\n`.
pub fn respond(status: u16, headers: &str, body: impl Display) -> Step {
    let body = body.to_string();
    let length = body.len();
    Step::Send(format!(
        "HTTP/1.1 {status} \r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
    ))
}

/// Returns a step that sends a problem of the API. Each of the headers ends with `\r\n`.
pub fn refuse(kind: ProblemType, headers: &str) -> Step {
    let problem = serde_json::to_string(&Problem::new(kind, "The test refuses it.", "r1"));
    respond(kind.status(), headers, problem.expect("a problem is JSON"))
}

impl From<TestResponse> for Step {
    fn from(response: TestResponse) -> Self {
        let mut headers = String::new();
        for name in
            response.headers.keys().filter(|&name| name != CONTENT_LENGTH && name != TRANSFER_ENCODING)
        {
            headers += &format!("{name}: {}\r\n", response.header(name.as_str()));
        }
        respond(response.status, &headers, response.body)
    }
}

/// A request that a [`ScriptedServer`] received.
#[derive(Debug, Clone)]
pub struct Received {
    /// When it was received.
    pub at: Instant,
    /// The method.
    pub method: Method,
    /// The URL, with the address of the server.
    pub url: Url,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: String,
}

impl Received {
    /// Reads a request to the end of its body. Returns `None` if the client closes the connection before.
    async fn read(connection: &mut TcpStream, server: &str) -> Option<Self> {
        let mut bytes = Vec::new();
        let end = loop {
            if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
                break end;
            }
            read_more(connection, &mut bytes).await?;
        };
        let head = std::str::from_utf8(&bytes[..end]).ok()?;
        let (line, headers) = head.split_once("\r\n")?;
        let (method, rest) = line.split_once(' ')?;
        let (target, _version) = rest.split_once(' ')?;
        let headers = headers.split("\r\n").filter_map(|header| header.split_once(": "));
        let headers = headers.map(|(name, value)| Some((name.parse().ok()?, value.parse().ok()?)));
        let mut received = Self {
            at: Instant::now(),
            method: method.parse().ok()?,
            url: format!("{server}{target}").parse().ok()?,
            headers: headers.collect::<Option<_>>()?,
            body: String::new(),
        };
        let begin = end + "\r\n\r\n".len();
        let length: usize =
            received.header("content-length").map_or(Some(0), |length| length.parse().ok())?;
        while bytes.len() < begin + length {
            read_more(connection, &mut bytes).await?;
        }
        received.body = String::from_utf8(bytes.split_off(begin)).ok()?;
        Some(received)
    }

    /// Returns the value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Returns the path with the query.
    pub fn target(&self) -> &str {
        &self.url[Position::BeforePath..]
    }

    /// Replaces the path with the query.
    pub fn set_target(&mut self, target: &str) {
        self.url = self.url.join(target).expect("a path");
    }

    /// Returns the value of a parameter of the query.
    pub fn parameter(&self, name: &str) -> Option<String> {
        self.url.query_pairs().find(|(own, _)| own == name).map(|(_, value)| value.into_owned())
    }

    /// Returns the body, or null if it is not JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}

/// Reads some bytes; returns `None` if there are no more.
async fn read_more(connection: &mut TcpStream, bytes: &mut Vec<u8>) -> Option<()> {
    matches!(connection.read_buf(bytes).await, Ok(1..)).then_some(())
}

/// A server that does what a test chooses with each request.
#[derive(Debug)]
pub struct ScriptedServer {
    /// Its URL: `http://127.0.0.1:PORT`.
    pub url: String,
    record: Arc<Record>,
    accepting: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Record {
    received: Mutex<Vec<Received>>,
    flooded: AtomicU64,
}

impl ScriptedServer {
    /// Starts a server that does one step for each request, and repeats the last step.
    pub async fn start(steps: impl IntoIterator<Item = Step>) -> Self {
        let steps = Mutex::new(steps.into_iter().collect::<VecDeque<_>>());
        Self::start_with(move |_| {
            let mut steps = steps.lock().expect("no script panics");
            let step = if steps.len() > 1 { steps.pop_front() } else { steps.front().cloned() };
            step.expect("the script has a step")
        })
        .await
    }

    /// Starts a server that does what this function returns for each request.
    pub async fn start_with(script: impl Fn(&Received) -> Step + Send + Sync + 'static) -> Self {
        Self::start_async(move |request| ready(script(&request))).await
    }

    /// Starts a server that does what this asynchronous function returns for each request. Requests are served
    /// concurrently. The connection is closed if the function panics.
    pub async fn start_async<F, R>(script: F) -> Self
    where
        F: Fn(Received) -> R + Send + Sync + 'static,
        R: Future<Output = Step> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let url = format!("http://{}", listener.local_addr().expect("it has an address"));
        let record = Arc::new(Record::default());
        let shared = Arc::new((url.clone(), script, Arc::clone(&record)));
        let accepting = tokio::spawn(async move {
            loop {
                let (mut connection, _) = listener.accept().await.expect("the listener is open");
                let shared = Arc::clone(&shared);
                tokio::spawn(async move {
                    let (url, script, record) = &*shared;
                    let Some(request) = Received::read(&mut connection, url).await else { return };
                    record.received.lock().expect("no test panics").push(request.clone());
                    let step = script(request).await;
                    // The client may close the connection.
                    let _ = step.perform(&mut connection, &record.flooded).await;
                });
            }
        });
        Self { url, record, accepting }
    }

    /// Returns the requests so far.
    pub fn received(&self) -> Vec<Received> {
        self.record.received.lock().expect("no test panics").clone()
    }

    /// Returns how many bytes of floods were sent so far.
    pub fn flooded(&self) -> u64 {
        self.record.flooded.load(Ordering::Relaxed)
    }

    /// Refuses further connections. Accepted ones are served.
    pub async fn stop(self) {
        self.accepting.abort();
        // The listener is closed when the task has ended.
        let _ = self.accepting.await;
    }
}

impl Step {
    async fn perform(self, connection: &mut TcpStream, flooded: &AtomicU64) -> std::io::Result<()> {
        match self {
            Self::Send(bytes) => connection.write_all(bytes.as_bytes()).await,
            Self::HangUp => Ok(()),
            Self::Stall(bytes) => {
                connection.write_all(bytes.as_bytes()).await?;
                pending().await
            }
            Self::Flood(first, again, pause) => {
                connection.write_all(first.as_bytes()).await?;
                loop {
                    flooded.fetch_add(again.len() as u64, Ordering::Relaxed);
                    connection.write_all(again.as_bytes()).await?;
                    tokio::time::sleep(pause).await;
                }
            }
        }
    }
}
