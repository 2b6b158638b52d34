//! `restore ID`

use clap::Args;
use contact_client::ContactId;

use crate::args::{ContactWriteArgs, ids};
use crate::context::Context;
use crate::failure::Failure;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  contacts restore 018bab2f-5d60-7c31-9a55-8dd25736052a")]
pub(crate) struct Restore {
    /// Id of the contact
    #[arg(value_parser = ids::contact)]
    id: ContactId,
    #[command(flatten)]
    how: ContactWriteArgs,
}

impl Restore {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        context.write_contact(&self.how, |client| client.restore_contact(self.id))
    }
}
