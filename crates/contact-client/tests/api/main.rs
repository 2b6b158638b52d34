//! The client with a real server.

#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

mod conditions;
mod description;
mod lists;
mod once;
mod operations;
mod refusals;
mod samples;
mod stage;
mod waiting;
mod writes;
