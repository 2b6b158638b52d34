//! A server that answers the bytes of one contact to every request: the most that the same web framework can
//! do on the same machine.

use std::net::SocketAddr;

use anyhow::{Context as _, Result};
use axum::Router;
use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use tokio::net::TcpListener;

/// Serves until it is killed.
pub(in crate::bench) async fn serve(listen: SocketAddr, answer: Vec<u8>) -> Result<()> {
    let answer = Bytes::from(answer);
    let route = get(async move || ([(CONTENT_TYPE, "application/json")], answer.clone()));
    let app = Router::new().route("/contacts/{contact_id}/", route);
    let listener = TcpListener::bind(listen).await.with_context(|| format!("cannot listen on {listen}"))?;
    axum::serve(listener, app).await.context("the server failed")
}
