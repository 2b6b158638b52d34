//! `update ID`

use clap::Args;
use contact_client::{Body, ContactId, ContactUpdate};

use crate::args::{BodySource, ContactFieldArgs, ContactWriteArgs, StrictArgs, TagChangeArgs, ids};
use crate::context::Context;
use crate::failure::Failure;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  contacts update ID --full-name 'Jane Doe' --email '' --clear notes
  contacts update ID --tag vip --untag lead --dnd true --field Plan=gold
  contacts update ID --set-tags vip,lead
  contacts update ID --clear custom_fields.Plan --receipt
  contacts update ID --notes 'Called' --if-match \"$(contacts get ID --etag)\"
  echo '{\"notes\": null}' | contacts update ID --json - --strict")]
pub(crate) struct Update {
    /// Id of the contact
    #[arg(value_parser = ids::contact)]
    id: ContactId,
    /// File with the request body, or `-` for standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["fields", "tag_changes"])]
    json: Option<BodySource>,
    #[command(flatten)]
    strict: StrictArgs,
    #[command(flatten)]
    how: ContactWriteArgs,
    #[command(flatten)]
    fields: ContactFieldArgs,
    #[command(flatten)]
    tags: TagChangeArgs,
}

impl Update {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        let body = match &self.json {
            Some(source) => Body::from_json(source.read()?),
            None => match self.fields.into_update(&self.tags)? {
                update if update == ContactUpdate::new() => {
                    return Err(Failure::usage("no field was given").tip(
                        "give at least one, such as `--notes 'Called today'`; see `contacts update --help`",
                    ));
                }
                update => update.into(),
            },
        };
        context.write_contact(&self.how, |client| self.strict.apply(client.update_contact(self.id, body)))
    }
}
