//! A server that sends the bytes of one contact for every request: the maximum for the web framework on the machine.

use anyhow::Result;
use axum::Router;
use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A running server. Stops when it is dropped.
pub(crate) struct ConstantServer {
    pub(crate) url: String,
    task: JoinHandle<()>,
}

impl ConstantServer {
    /// Starts the server on a free port.
    pub(crate) async fn start(body: String) -> Result<Self> {
        let body = Bytes::from(body);
        let route = get(async move || ([(CONTENT_TYPE, "application/json")], body.clone()));
        let app = Router::new().route("/contacts/{contact_id}/", route);
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let task = tokio::spawn(async move {
            // It serves until the task is aborted. A failed connection shows in the result of the load generator.
            let _ = axum::serve(listener, app).await;
        });
        Ok(Self { url, task })
    }
}

impl Drop for ConstantServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}
