//! `get ID`

use clap::Args;
use contact_client::{Call, ContactId, ETag};

use crate::args::{IncludeArgs, ids};
use crate::context::Context;
use crate::failure::Failure;
use crate::output::messages;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  contacts get 018bab2f-5d60-7c31-9a55-8dd25736052a
  contacts get ID --include custom_fields,updated_at --output json
  contacts get ID --etag")]
pub(crate) struct Get {
    /// Id of the contact
    #[arg(value_parser = ids::contact)]
    id: ContactId,
    /// Find the contact only if it has a phone number
    #[arg(long)]
    with_phone_number: bool,
    /// Print the contact only if its entity tag differs from this one
    #[arg(long, value_name = "ETAG")]
    if_none_match: Option<ETag>,
    /// Print only the entity tag, for `--if-match`
    #[arg(long)]
    etag: bool,
    #[command(flatten)]
    include: IncludeArgs,
}

impl Get {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        let call = self.include.apply(context.client()?.get_contact(self.id));
        let call = call.when(self.with_phone_number, Call::with_phone_number);
        let (contact, tag) = match &self.if_none_match {
            None => {
                let response = context.send(call)?;
                let tag = response.etag().cloned();
                (Some(response.into_body()), tag)
            }
            Some(tag) => {
                let response = context.send(call.if_none_match(tag))?;
                let tag = response.etag().cloned();
                (response.into_body(), tag)
            }
        };
        let Some(contact) = contact else {
            messages::note("the contact has not changed");
            return Ok(());
        };
        match tag {
            Some(tag) if self.etag => context.printer.text(&tag.to_string()),
            tag => context.printer.one(&contact, tag.as_ref()),
        }
    }
}
