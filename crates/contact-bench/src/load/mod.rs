//! Load on a server, and a check that the server did what the requests asked for.

mod outcome;
mod verify;
mod wrk;

pub(crate) use self::outcome::Outcome;
pub(crate) use self::verify::verify;
pub(crate) use self::wrk::{Load, Wrk};
