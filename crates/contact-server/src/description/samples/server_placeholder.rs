//! The placeholder for the address of the server.

/// Stands for the address of the server, which only the page knows. It replaces the placeholder.
pub(super) const SERVER: &str = "https://server.invalid";
