//! How a contact that is there already is written.

use clap::Args;
use contact_client::Call;
use contact_client::operation::{AcceptsIfMatch, ReturnsContacts};

use super::include::IncludeArgs;
use super::state::StateArgs;
use super::write::{ReceiptArgs, WriteArgs};

/// How a contact that is there already is written: what every such write takes.
#[derive(Debug, Clone, Args)]
pub(crate) struct ContactWriteArgs {
    #[command(flatten)]
    pub(crate) receipt: ReceiptArgs,
    #[command(flatten)]
    include: IncludeArgs,
    #[command(flatten)]
    state: StateArgs,
    #[command(flatten)]
    pub(crate) write: WriteArgs,
}

impl ContactWriteArgs {
    /// Says which state of the contact is meant, and what of it is shown.
    pub(crate) fn say_on<O: ReturnsContacts + AcceptsIfMatch, A>(&self, call: Call<O, A>) -> Call<O, A> {
        self.state.say_on(self.include.say_on(call))
    }
}
