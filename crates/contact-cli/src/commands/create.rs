//! `create`

use clap::Args;
use contact_client::{Body, Client};

use crate::args::{BodySource, ContactFieldArgs, IncludeArgs, MatchArgs, ReceiptArgs, StrictArgs, WriteArgs};
use crate::context::Context;
use crate::failure::Failure;
use crate::output::messages;

/// The status of a response to a request that created a contact.
const CREATED: u16 = 201;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  contacts create --full-name 'jane doe' --phone '(415) 555-2671' --tag lead
  contacts create --email jane@example.com --field Plan=gold --field Seats:=12
  echo '{\"full_name\": \"jane doe\"}' | contacts create --json -")]
pub(crate) struct Create {
    /// File with the request body, or `-` for standard input
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
    #[command(flatten)]
    fields: ContactFieldArgs,
}

impl Create {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        let body = match &self.json {
            Some(source) => Body::from_json(source.read()?),
            None => self.fields.into_create()?.into(),
        };
        let call = |client: &Client| {
            self.matching.apply(self.strict.apply(self.include.apply(client.create_contact(body))))
        };
        if self.receipt.receipt {
            return context.write(&self.write, |client| call(client).receipt());
        }
        let answer = context.send_write(&self.write, |client| call(client).contact())?;
        let Some(answer) = answer else { return Ok(()) };
        if answer.status() != CREATED {
            messages::note("updated the existing contact with this phone number or email address");
        }
        context.printer.one(answer.body(), answer.etag())
    }
}
