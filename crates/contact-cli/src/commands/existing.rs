//! `delete ID | restore ID | erase ID`

use clap::{Args, Subcommand};
use contact_client::ContactId;

use crate::args::{ContactWriteArgs, ids};
use crate::confirmation::ConfirmationArgs;
use crate::context::Context;
use crate::failure::Failure;

#[derive(Debug, Subcommand)]
pub(crate) enum ExistingCommand {
    /// Delete a contact; `restore` undoes it
    #[command(after_help = "Examples:
  contacts delete 018bab2f-5d60-7c31-9a55-8dd25736052a
  contacts delete ID --if-match \"$(contacts get ID --etag)\"")]
    Delete(Existing),
    /// Restore a deleted contact
    #[command(after_help = "Examples:
  contacts restore 018bab2f-5d60-7c31-9a55-8dd25736052a")]
    Restore(Existing),
    /// Delete a contact permanently
    #[command(after_help = "Examples:
  contacts erase 018bab2f-5d60-7c31-9a55-8dd25736052a
  contacts erase ID --yes")]
    Erase {
        #[command(flatten)]
        confirmation: ConfirmationArgs,
        #[command(flatten)]
        contact: Existing,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Existing {
    /// Id of the contact
    #[arg(value_parser = ids::contact)]
    id: ContactId,
    #[command(flatten)]
    how: ContactWriteArgs,
}

impl ExistingCommand {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        match self {
            Self::Delete(Existing { id, how }) => {
                context.delete_contact(&how, id, |client| client.delete_contact(id))
            }
            Self::Restore(Existing { id, how }) => {
                context.write_contact(&how, |client| client.restore_contact(id))
            }
            Self::Erase { confirmation, contact: Existing { id, how } } => {
                if how.write.is_effective() {
                    confirmation.ask(&format!("Erase contact {id} permanently?"))?;
                }
                context.delete_contact(&how, id, |client| client.delete_contact(id).erase())
            }
        }
    }
}
