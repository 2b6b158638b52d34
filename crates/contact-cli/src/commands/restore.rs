//! `restore ID`

use clap::Args;
use contact_client::ContactId;

use crate::args::include::IncludeArgs;
use crate::args::state::StateArgs;
use crate::args::write::{ReceiptArgs, WriteArgs};
use crate::failure::Failure;
use crate::session::Session;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  contacts restore 018bab2f-5d60-7c31-9a55-8dd25736052a")]
pub(crate) struct Restore {
    /// The contact
    id: ContactId,
    #[command(flatten)]
    receipt: ReceiptArgs,
    #[command(flatten)]
    include: IncludeArgs,
    #[command(flatten)]
    state: StateArgs,
    #[command(flatten)]
    write: WriteArgs,
}

impl Restore {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let call = self.state.say_on(self.include.say_on(session.client.restore_contact(self.id)));
        session.write_with_receipt(call, self.receipt, &self.write)
    }
}
