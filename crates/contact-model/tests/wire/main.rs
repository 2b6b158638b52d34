//! Properties of the serialized requests and responses.

#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

mod parts;
mod reinserted;
mod requests;
mod responses;
