//! Properties of the serialized requests and responses.

#![allow(clippy::unwrap_used, reason = "a test that panics says where")]

mod answered;
mod moved;
mod parts;
mod sent;
