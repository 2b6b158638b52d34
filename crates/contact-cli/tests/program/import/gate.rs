//! A proxy before the server that holds each batch until the test lets it through.

use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use contact_client::reqwest;
use serde_json::Value;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use crate::process::PATIENCE;

/// A proxy that holds batches.
pub(crate) struct Gate {
    pub(crate) url: String,
    batches: mpsc::UnboundedReceiver<Held>,
    server: tokio::task::JoinHandle<()>,
}

/// A batch that is held.
pub(crate) struct Held {
    /// The items of the batch.
    pub(crate) items: Vec<Value>,
    /// The idempotency key of the request.
    pub(crate) key: String,
    /// The length of the body.
    pub(crate) bytes: usize,
    answer: oneshot::Sender<Option<Response>>,
}

#[derive(Clone)]
struct Way {
    to: String,
    batches: mpsc::UnboundedSender<Held>,
    http: reqwest::Client,
}

impl Gate {
    /// Starts a gate before the server at this address.
    pub(crate) async fn before(to: &str) -> Self {
        let (sender, batches) = mpsc::unbounded_channel();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let way = Way { to: to.to_owned(), batches: sender, http };
        let app = axum::Router::new()
            .route("/contacts/batch/", post(hold))
            .fallback(pass)
            .layer(axum::extract::DefaultBodyLimit::disable())
            .with_state(way);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let server = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { url, batches, server }
    }

    /// Waits for the next batch.
    pub(crate) async fn next(&mut self) -> Held {
        timeout(PATIENCE, self.batches.recv()).await.expect("a batch comes").unwrap()
    }

    /// Closes the gate, so that it cannot be reached.
    pub(crate) async fn close(self) {
        self.server.abort();
        let _ = self.server.await;
    }
}

impl Held {
    /// Sends the batch to the server.
    pub(crate) fn let_through(self) {
        let _ = self.answer.send(None);
    }

    /// Closes the connection without a response.
    pub(crate) fn hang_up(self) {}

    /// Responds with a problem of the API.
    pub(crate) fn refuse(self, status: StatusCode, kind: &str) {
        let problem = serde_json::json!({
            "type": format!("urn:problem-type:contacts:{kind}"), "title": "Refused", "status": status.as_u16(),
            "detail": "As the test asks.", "request_id": "test"
        });
        let _ = self.answer.send(Some((status, axum::Json(problem)).into_response()));
    }
}

async fn hold(State(way): State<Way>, headers: HeaderMap, body: Bytes) -> Response {
    let sent: Value = serde_json::from_slice(&body).unwrap();
    let items = sent["items"].as_array().unwrap().clone();
    let (answer, answered) = oneshot::channel();
    let key = headers["idempotency-key"].to_str().unwrap().to_owned();
    way.batches.send(Held { items, key, bytes: body.len(), answer }).unwrap();
    match answered.await {
        Ok(Some(response)) => response,
        // The batch was dropped. A panic closes the connection.
        Err(_) => panic!("the test hangs up"),
        Ok(None) => forward(&way, reqwest::Method::POST, "/contacts/batch/", headers, body).await,
    }
}

async fn pass(State(way): State<Way>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    forward(&way, parts.method, parts.uri.path(), parts.headers, body).await
}

async fn forward(
    way: &Way,
    method: reqwest::Method,
    path: &str,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut headers = headers;
    headers.remove("host");
    let sent = way.http.request(method, format!("{}{path}", way.to)).headers(headers).body(body).send().await;
    let answer = sent.unwrap();
    let (status, mut headers) = (answer.status(), answer.headers().clone());
    headers.remove("transfer-encoding");
    (status, headers, answer.bytes().await.unwrap()).into_response()
}
