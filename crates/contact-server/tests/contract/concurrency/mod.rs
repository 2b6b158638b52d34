//! Requests that come at once.

mod creates;
mod updates;
