//! `delete ID`

use clap::Args;
use contact_client::ContactId;

use crate::args::include::IncludeArgs;
use crate::args::state::StateArgs;
use crate::args::write::{ReceiptArgs, WriteArgs};
use crate::failure::Failure;
use crate::output::deleted::Deleted;
use crate::session::Session;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  contacts delete 018bab2f-5d60-7c31-9a55-8dd25736052a
  contacts delete ID --if-match \"$(contacts get ID --etag)\"")]
pub(crate) struct Delete {
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

impl Delete {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let call = self.state.say_on(self.include.say_on(session.client.delete_contact(self.id)));
        if self.receipt.receipt {
            return session.write(call.receipt(), &self.write);
        }
        session.delete(call, &self.write, Deleted::of(self.id))
    }
}
