//! Flags of writes of an existing contact.

use clap::Args;
use contact_client::operation::{AcceptsIfMatch, ReturnsContacts};
use contact_client::{Call, ETag};

use super::include::IncludeArgs;
use super::write::{ReceiptArgs, WriteArgs};

/// The flags of every write of an existing contact.
#[derive(Debug, Clone, Args)]
pub(crate) struct ContactWriteArgs {
    #[command(flatten)]
    pub(crate) receipt: ReceiptArgs,
    #[command(flatten)]
    include: IncludeArgs,
    /// Write only if the contact has this entity tag, from `contacts get ID --etag`
    #[arg(long, value_name = "ETAG")]
    if_match: Option<ETag>,
    #[command(flatten)]
    pub(crate) write: WriteArgs,
}

impl ContactWriteArgs {
    /// Applies `--include` and `--if-match` to a call.
    pub(crate) fn apply<O: ReturnsContacts + AcceptsIfMatch, A>(&self, call: Call<O, A>) -> Call<O, A> {
        self.include.apply(call).when_some(self.if_match.as_ref(), Call::if_match)
    }
}
