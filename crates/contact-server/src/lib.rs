//! The contacts API over HTTP.
//!
//! [`app`] builds the API as a service, and [`serve`](serve::serve) runs it on a socket. The binary only connects
//! them to the command line. A handler extracts its input, calls the store and builds the response. The rules are in
//! `contact-model`, and the stored rows are in `contact-store`.

// A handler without a row in the table of operations is never used, so it must not compile.
#![deny(dead_code)]

mod access_log;
mod agents;
mod api_keys;
mod app;
mod argument_values;
mod audit;
mod authentication;
mod authorization_header;
mod banner;
mod changes;
mod cipher;
mod commands;
pub mod config;
mod connection_args;
mod contacts;
mod cursors;
mod custom_fields;
pub mod description;
mod envelope;
mod error;
mod extract;
mod failed_authentications;
mod first_key_file;
mod first_start;
mod health;
mod home;
mod idempotency;
mod json_response;
mod key_cache;
mod key_uses;
mod message_rules;
mod operations;
pub mod path_prefix;
mod paths;
mod rate_limits;
mod request_body;
mod request_id;
mod request_path;
mod response_budget;
pub mod retention;
mod revert;
mod routes;
mod secret_file;
pub mod serve;
mod shared_cipher;
mod state;
mod tags;
mod telemetry;
mod webhook_sender;
pub mod webhooks;
mod whoami;
mod writing;

pub use app::app;
pub use commands::{Cli, run};
pub use rate_limits::DefaultRateLimits;
pub use response_budget::ResponseLimits;
pub use state::{AppState, RequestLimits, SharedState};
pub use webhook_sender::WebhookOptions;
