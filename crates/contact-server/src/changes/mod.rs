//! The feed of a company's changes, and what waits for changes.

pub(crate) mod event_stream;
pub(crate) mod feed;
mod feed_reader;
pub(crate) mod sealing;
mod shared_reads;
pub(crate) mod verify;
mod watch;

pub(crate) use shared_reads::SharedReads;
pub(crate) use watch::ChangeWatch;
