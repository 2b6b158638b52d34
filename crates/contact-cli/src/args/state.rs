//! Which state of a contact a write is for.

use clap::Args;
use contact_client::operation::AcceptsIfMatch;
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
    pub(crate) fn say_on<O: AcceptsIfMatch, A>(&self, call: Call<O, A>) -> Call<O, A> {
        call.when_some(self.if_match.as_ref(), Call::if_match)
    }
}
