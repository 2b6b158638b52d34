//! Driving a server with requests, and checking that it did what they asked.

mod outcome;
mod verify;
mod wrk;

pub use self::outcome::Outcome;
pub(super) use self::verify::verify;
pub(super) use self::wrk::{Drive, Wrk};
