//! The client with servers that misbehave.

#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

mod broken_connections;
mod endless_responses;
mod pauses;
mod requests;
mod scripted_server;
mod slow_responses;
mod unexpected_responses;
