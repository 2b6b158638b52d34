//! `erase ID`

use clap::Args;
use contact_client::ContactId;

use crate::args::contact_write::ContactWriteArgs;
use crate::args::ids;
use crate::confirmation::ConfirmationArgs;
use crate::failure::Failure;
use crate::session::Session;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  contacts erase 018bab2f-5d60-7c31-9a55-8dd25736052a
  contacts erase ID --yes")]
pub(crate) struct Erase {
    /// The contact
    #[arg(value_parser = ids::contact)]
    id: ContactId,
    #[command(flatten)]
    confirmation: ConfirmationArgs,
    #[command(flatten)]
    how: ContactWriteArgs,
}

impl Erase {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        if self.how.write.loses_something() {
            self.confirmation.ask(&format!("Erase the contact {} for good?", self.id))?;
        }
        session.delete_contact(session.client.delete_contact(self.id).erase(), self.id, &self.how)
    }
}
