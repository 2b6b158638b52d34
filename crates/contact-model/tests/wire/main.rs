//! What travels between a program and the server, by property.

#![allow(clippy::unwrap_used, reason = "a test that panics says where")]

mod answered;
mod moved;
mod parts;
mod sent;
