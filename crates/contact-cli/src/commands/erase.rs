//! `erase ID`

use clap::Args;
use contact_client::ContactId;

use crate::args::include::IncludeArgs;
use crate::args::state::StateArgs;
use crate::args::write::{ReceiptArgs, WriteArgs};
use crate::confirmation::ConfirmationArgs;
use crate::failure::Failure;
use crate::output::deleted::Deleted;
use crate::session::Session;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  contacts erase 018bab2f-5d60-7c31-9a55-8dd25736052a
  contacts erase ID --yes")]
pub(crate) struct Erase {
    /// The contact
    id: ContactId,
    #[command(flatten)]
    confirmation: ConfirmationArgs,
    #[command(flatten)]
    receipt: ReceiptArgs,
    #[command(flatten)]
    include: IncludeArgs,
    #[command(flatten)]
    state: StateArgs,
    #[command(flatten)]
    write: WriteArgs,
}

impl Erase {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        if self.write.loses_something() {
            self.confirmation.ask(&format!("Erase the contact {} for good?", self.id))?;
        }
        let call = self.state.say_on(self.include.say_on(session.client.delete_contact(self.id).erase()));
        if self.receipt.receipt {
            return session.write(call.receipt(), &self.write);
        }
        session.delete(call, &self.write, Deleted::of(self.id))
    }
}
