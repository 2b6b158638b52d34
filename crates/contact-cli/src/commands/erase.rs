//! `erase ID`

use clap::Args;
use contact_client::ContactId;

use crate::args::{ContactWriteArgs, ids};
use crate::confirmation::ConfirmationArgs;
use crate::context::Context;
use crate::failure::Failure;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  contacts erase 018bab2f-5d60-7c31-9a55-8dd25736052a
  contacts erase ID --yes")]
pub(crate) struct Erase {
    /// Id of the contact
    #[arg(value_parser = ids::contact)]
    id: ContactId,
    #[command(flatten)]
    confirmation: ConfirmationArgs,
    #[command(flatten)]
    how: ContactWriteArgs,
}

impl Erase {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        if self.how.write.is_effective() {
            self.confirmation.ask(&format!("Erase contact {} permanently?", self.id))?;
        }
        context.delete_contact(&self.how, self.id, |client| client.delete_contact(self.id).erase())
    }
}
