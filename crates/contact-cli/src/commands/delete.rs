//! `delete ID`

use clap::Args;
use contact_client::ContactId;

use crate::args::{ContactWriteArgs, ids};
use crate::context::Context;
use crate::failure::Failure;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  contacts delete 018bab2f-5d60-7c31-9a55-8dd25736052a
  contacts delete ID --if-match \"$(contacts get ID --etag)\"")]
pub(crate) struct Delete {
    /// Id of the contact
    #[arg(value_parser = ids::contact)]
    id: ContactId,
    #[command(flatten)]
    how: ContactWriteArgs,
}

impl Delete {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        context.delete_contact(&self.how, self.id, |client| client.delete_contact(self.id))
    }
}
