//! `get ID`

use clap::Args;
use contact_client::{Call, ContactId, ETag};

use crate::args::ids;
use crate::args::include::IncludeArgs;
use crate::failure::Failure;
use crate::output::messages;
use crate::session::Session;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  contacts get 018bab2f-5d60-7c31-9a55-8dd25736052a
  contacts get ID --include custom_fields,updated_at --output json
  contacts get ID --etag")]
pub(crate) struct Get {
    /// The contact
    #[arg(value_parser = ids::contact)]
    id: ContactId,
    /// Find the contact only where it has a phone number
    #[arg(long)]
    with_phone_number: bool,
    /// Print the contact only where it is no longer as this entity tag names it
    #[arg(long, value_name = "ETAG")]
    if_none_match: Option<ETag>,
    /// Print the entity tag alone, which `--if-match` takes
    #[arg(long)]
    etag: bool,
    #[command(flatten)]
    include: IncludeArgs,
}

impl Get {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let call = self.include.say_on(session.client.get_contact(self.id));
        let call = call.when(self.with_phone_number, Call::with_phone_number);
        let (contact, tag) = match &self.if_none_match {
            None => {
                let response = session.send(call)?;
                let tag = response.etag().cloned();
                (Some(response.into_body()), tag)
            }
            Some(tag) => {
                let response = session.send(call.if_none_match(tag))?;
                let tag = response.etag().cloned();
                (response.into_body(), tag)
            }
        };
        let Some(contact) = contact else {
            messages::note("the contact has not changed");
            return Ok(());
        };
        match tag {
            Some(tag) if self.etag => session.printer.text(&tag.to_string()),
            tag => session.printer.one(&contact, tag.as_ref()),
        }
    }
}
