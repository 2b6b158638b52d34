//! `create`

use clap::Args;
use contact_client::Body;

use crate::args::body::BodySource;
use crate::args::contact_fields::ContactFieldArgs;
use crate::args::include::IncludeArgs;
use crate::args::matching::MatchArgs;
use crate::args::write::{ReceiptArgs, StrictArgs, WriteArgs};
use crate::failure::Failure;
use crate::output::messages;
use crate::session::Session;

/// The status where a contact was made.
const CREATED: u16 = 201;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  contacts create --full-name 'jane doe' --phone '(415) 555-2671' --tag lead
  contacts create --email jane@example.com --field Plan=gold --field Seats:=12
  echo '{\"full_name\": \"jane doe\"}' | contacts create --json -")]
pub(crate) struct Create {
    #[command(flatten)]
    fields: ContactFieldArgs,
    /// Send the JSON in this file, or `-` for standard input, as it is
    #[arg(long, value_name = "FILE", conflicts_with = "fields")]
    json: Option<BodySource>,
    #[command(flatten)]
    matching: MatchArgs,
    #[command(flatten)]
    receipt: ReceiptArgs,
    #[command(flatten)]
    include: IncludeArgs,
    #[command(flatten)]
    strict: StrictArgs,
    #[command(flatten)]
    write: WriteArgs,
}

impl Create {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let body = match &self.json {
            Some(source) => Body::from_json(source.read()?),
            None => self.fields.into_create()?.into(),
        };
        let call = session.client.create_contact(body);
        let call = self.matching.say_on(self.strict.say_on(self.include.say_on(call)));
        if self.receipt.receipt {
            return session.write(call.receipt(), &self.write);
        }
        let Some(response) = session.done(call.contact(), &self.write)? else { return Ok(()) };
        if response.status() != CREATED {
            messages::note("there was a contact with this phone number or email address: it is updated");
        }
        session.printer.one(response.body(), response.etag())
    }
}
