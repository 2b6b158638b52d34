//! The client with servers that misbehave.

#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

mod broken_connections;
mod endless_responses;
mod pauses;
mod requests;
mod slow_responses;
mod unexpected_responses;

use std::time::Duration;

use contact_client::{Client, ClientBuilder};
use contact_testing::{ScriptedServer, Step, respond};

/// Returns a client of a server, with short pauses.
fn client_of(server: &ScriptedServer) -> ClientBuilder {
    Client::builder(&server.url, "ctk_secret").initial_backoff(Duration::from_millis(1))
}

/// Returns a step that sends an empty list of agents.
fn no_agents() -> Step {
    respond(200, "", r#"{"results":[],"from":"a newer server"}"#)
}
