//! Which state of a contact a write is for.

use clap::Args;
use contact_client::operation::WritesInState;
use contact_client::{Call, ETag};

/// Which state of a contact a write is for.
#[derive(Debug, Clone, Args)]
pub(crate) struct StateArgs {
    /// Write only while the contact is as this entity tag names it; `contacts get ID` shows it
    #[arg(long, value_name = "ETAG")]
    if_match: Option<ETag>,
}

impl StateArgs {
    /// Says which state is meant.
    pub(crate) fn say_on<O: WritesInState, A>(&self, call: Call<O, A>) -> Call<O, A> {
        match &self.if_match {
            Some(tag) => call.if_match(tag),
            None => call,
        }
    }
}
