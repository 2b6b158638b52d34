//! Concurrent requests.

mod creates;
mod updates;
